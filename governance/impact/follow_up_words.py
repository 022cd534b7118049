"""What follow-up says to the committee, in Danish: plain sentences, each with its interval and what follows from it.

Must not know how a figure was worked out; a sentence is never written for a figure that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from governance.benefits import load_catalogue
from governance.impact.business_case.case import Criterion, Kind
from governance.impact.business_case.prices import Change
from governance.impact.business_case.wording import danish_plain
from governance.impact.followed import CriterionState, LimitState, Measured, Ratio
from governance.money import as_danish_number, as_kroner

CASE_AS_A_WHOLE = "hele sagen"
TOO_FEW_DA = "for få sager, der sparede noget, til et ærligt interval"
UNDECIDED_DA = "men uden et interval er det ikke afgjort, på hvilken side af den effekten ligger"
STATE_DA: Mapping[CriterionState, str] = {
    "met": "opfyldt",
    "on_the_way": "på vej",
    "not_met": "ikke opfyldt",
    "not_yet_measurable": "kan ikke måles endnu",
}
COST_DA: Mapping[Kind, str] = {"running": "Driftsudgiften", "investment": "Investeringen", "effect": "Effekten"}
SO_DA: Mapping[tuple[LimitState, bool], str] = {
    ("above", True): "så sagen skal ikke genforhandles på det grundlag",
    ("below", False): "så sagen skal genforhandles mellem forvaltningerne",
    (
        "uncertain",
        True,
    ): "så det bedste skøn ligger på eller over grænsen, men intervallet rummer den: det er ikke afgjort",
    ("uncertain", False): "så det bedste skøn ligger under grænsen, men intervallet rummer den: det er ikke afgjort",
}


def committee_da(committee: str) -> str:
    """The committee's own name; the case as a whole has none."""
    return committee or CASE_AS_A_WHOLE


def effect_on(committee: str, benefit: str) -> str:
    """`på økonomisk friplads (BUF)`, `i BUF` or `i hele sagen`."""
    name = load_catalogue().benefits[benefit].name_da if benefit else ""
    return f"på {name} ({committee})" if name else f"i {committee_da(committee)}"


def per_cent(value: float, decimals: int = 0) -> str:
    """`0.623` → `62` (per cent, without the word)."""
    return as_danish_number(round(value * 100, decimals) + 0.0, decimals)


def interval(ratio: Ratio, decimals: int = 0) -> str:
    """`62 pct. af det forventede (95 %-interval 48–77 pct.)`; what is certain has no interval, nor what too few
    cases brought, and that is said."""
    told = f"{per_cent(ratio.value, decimals)} pct. af det forventede"
    if ratio.low is None or ratio.high is None:
        return f"{told} ({TOO_FEW_DA})"
    if ratio.low == ratio.high:
        return told
    return f"{told} (95 %-interval {per_cent(ratio.low, decimals)}–{per_cent(ratio.high, decimals)} pct.)"


def years_da(years: Iterable[int]) -> str:
    """`2021`, `2021 og 2022` or `2021, 2022 og 2023`."""
    named = [str(year) for year in years]
    return " og ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def comparison_sentence(
    *, year: int, what: str, kind: Kind, ratio: Ratio | None, realised_ore: int, mature: bool, matured: float
) -> str:
    """One year of one committee or benefit; an immature one says so, and that nothing is concluded from it."""
    subject = f"{year}: {COST_DA[kind]} {what} er"
    told = f"{as_kroner(realised_ore)}; sagen forventer intet" if ratio is None else interval(ratio)
    if kind != "effect" or mature:
        return f"{subject} {told}."
    known = f"udfaldet kendes for {per_cent(matured)} pct. af det, der er sat i gang"
    return f"{subject} indtil nu {told}. Året er ikke modent ({known}), så det siger ikke noget om resten."


def missing_sentence(year: int, what: str) -> str:
    """A year that the case has an effect in and nobody has worked out."""
    return f"{year}: Effekten {what} er ikke gjort op."


def price_assumption(change: Change) -> str:
    """A change of prices that a comparison rests on and that nobody has confirmed."""
    return f"Prisudvikling i {change.year}: {danish_plain(change.percent)} pct. ({change.source})"


def limit_sentence(*, what: str, below: float, ratio: Ratio | None, state: LimitState, years: Sequence[int]) -> str:
    """The sentence that decides: the effect, the limit for renegotiation, and what follows."""
    if ratio is None or state == "not_yet_measurable":
        return (
            f"Effekten {what} kan ikke gøres op endnu, for intet modent år er gjort op; "
            f"grænsen for genforhandling er {_limit_per_cent(below)} pct."
        )
    so = UNDECIDED_DA if ratio.low is None else SO_DA[state, ratio.value >= below]
    decimals = _decimals_that_tell(ratio, below)
    return (
        f"Effekten {what} er {interval(ratio, decimals)} i {years_da(years)}; "
        f"grænsen for genforhandling er {_limit_per_cent(below)} pct., {so}."
    )


def _limit_per_cent(below: float) -> str:
    return per_cent(below, 0 if float(Fraction(str(below)) * 100).is_integer() else 1)


def _decimals_that_tell(ratio: Ratio, below: float) -> int:
    """Nobody can be told that 75 lies under 75: decimals are added while a rounded figure looks like the limit."""
    figures = [each for each in (ratio.value, ratio.low, ratio.high) if each is not None]
    return next(
        (
            decimals
            for decimals in range(3)
            if all(each == below or per_cent(each, decimals) != per_cent(below, decimals) for each in figures)
        ),
        3,
    )


def criterion_sentence(criterion: Criterion, found: Measured | None, state: CriterionState, *, passed: bool) -> str:
    """Where one criterion stands, who answers for it and by when."""
    owner = f"{criterion.who}, {criterion.when:%d.%m.%Y}"
    return f"{criterion.what}: {STATE_DA[state]} ({owner}). {_why(criterion, found, state, passed=passed)}"


def _why(criterion: Criterion, found: Measured | None, state: CriterionState, *, passed: bool) -> str:
    if not criterion.measure:
        return "Kriteriet vurderes af den ansvarlige og kan ikke regnes ud."
    if found is None:
        return "Der er ingen måling endnu."
    measured = f"Målt {_figure(found.value)} ({_ends(found)})"
    target = f"målet er {'højst' if criterion.at_most else 'mindst'} {_figure(float(criterion.target or 0))}"
    if not found.mature:
        return f"{measured}; {target}. Målingen er ikke moden, så den afgør ikke noget."
    if found.low is None:
        return f"{measured}; {target}. Det er ikke afgjort."
    if state == "not_yet_measurable":
        return f"{measured}; {target}. Intervallet rummer målet, så det er ikke afgjort."
    return f"{measured}; {target}." + ("" if passed else " Fristen er ikke nået.")


def _ends(found: Measured) -> str:
    if found.low is None or found.high is None:
        return TOO_FEW_DA
    return f"95 %-interval {_figure(found.low)}–{_figure(found.high)}"


def _figure(value: float) -> str:
    """Shares with three decimals, large figures whole."""
    return as_danish_number(value, 0 if abs(value) >= 100 or value == int(value) else 3)


def forecast_sentence(
    *,
    what: str,
    expected_ore: int,
    bounds: tuple[int, int | None, int | None] | None,
    realised_ore: int,
    mature: Sequence[int],
    coming: Sequence[int],
) -> str:
    """The effect when the case is over; without a mature year, or an interval of it, nothing is forecast, and that is
    said."""
    if bounds is None:
        why = f"i {years_da(mature)} er der {TOO_FEW_DA}" if mature else "intet modent år er gjort op"
        return f"Effekten {what} ved sagens afslutning fremskrives ikke: {why}."
    mean, low, high = bounds
    if low is None or high is None:
        came = f"Effekten {what} blev {as_kroner(mean)} ({TOO_FEW_DA})"
        return f"{came}; sagen forventer {as_kroner(expected_ore)}. Alle år er modne."
    ends = f"95 %-interval {_whole_kroner(low)}–{as_kroner(high)}"
    whole = f"Når sagen er slut, ventes effekten {what} at være {as_kroner(mean)} ({ends})"
    parts = [f"{whole}; sagen forventer {as_kroner(expected_ore)}"]
    if not coming:
        return f"{parts[0]} Alle år er modne."
    done = f"Heraf er {as_kroner(realised_ore)} realiseret i {years_da(mature)}"
    parts.append(f"{done}; {years_da(coming)} er fremskrevet.")
    if len(mature) == 1:
        parts.append("Kun ét år er modent, så udsving mellem årene indgår ikke i intervallet, som derfor er for smalt.")
    return " ".join(parts)


def _whole_kroner(amount_ore: int) -> str:
    """Without the word."""
    return as_kroner(amount_ore).removesuffix(" kr.")


METHOD_DA: tuple[tuple[str, str], ...] = (
    (
        "Realiseret mod forventet",
        "Sagens beløb er regnet om til hvert års priser. Et år, der ikke er slut, holdes op mod den del af årets "
        "beløb, som svarer til den del af året, der er gået. Besparelser er skrevet med plus.",
    ),
    (
        "Modne år",
        "Et år er modent, når det er slut, og udfaldet kendes for næsten alt, hvad der blev sat i gang. Umodne år "
        "vises, men der sluttes ikke fra dem: hverken grænser eller fremskrivninger bygger på dem.",
    ),
    (
        "Grænsen for genforhandling",
        "Modne år lægges sammen i sagens egne priser. Effekten ligger under grænsen, når hele 95 %-intervallet gør, "
        "og over, når hele intervallet ligger på eller over den; ellers er det ikke afgjort. Har færre end ti sager "
        "sparet noget i et år, er der intet ærligt interval, heller ikke når intet er realiseret: så er det ikke "
        "afgjort. Årenes intervaller er lagt sammen som uafhængige (Zou & Donner 2008).",
    ),
    (
        "Fremskrivning",
        "De modne års forhold mellem realiseret og forventet er samlet i en model med tilfældig variation mellem år "
        "(Paule & Mandel 1982, statsmodels). De øvrige år ventes at give samme forhold; intervallet rummer "
        "stikprøveusikkerhed og variation mellem år (t-fordelt). Med ét modent år kendes variationen mellem år ikke.",
    ),
)
