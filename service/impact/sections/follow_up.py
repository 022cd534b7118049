"""Realised beside the business case: year by year, the limits for renegotiation, the criteria, and the forecast."""

from __future__ import annotations

from collections.abc import Iterable

from governance.impact.business_case.wording import KIND_DA
from governance.impact.follow_up import build_follow_up
from governance.impact.followed import Comparison, FollowUp
from service.impact.basis import Basis
from service.impact.realised import CODE_OF, Followed, build_measured, build_realised, followed_rows
from service.impact.report_model import Cell, Column, Section, Table, Unit
from service.impact.sections.words import benefit_da, empty_section, text_column
from service.impact.telling import Telling

CODE, TITLE = "follow_up", "Opfølgning på sagen"
_RATIO: tuple[tuple[str, str, Unit], ...] = (
    ("ratio", "Realiseret i forhold til forventet", "ratio"), ("ratio_low", "Nedre grænse", "ratio"),
    ("ratio_high", "Øvre grænse", "ratio"),
)  # fmt: skip


def codes(basis: Basis) -> Iterable[str]:
    """Every realised amount that is held against the case."""
    return [each.code for each in followed_rows(basis)]


def build(basis: Basis, telling: Telling) -> Section:
    """What the committee is told, and the tables that it rests on."""
    if not basis.years:
        return empty_section(CODE, TITLE, "Der er ikke bogført noget at holde op mod sagen endnu.")
    realised = build_realised(basis, telling)
    followed = build_follow_up(
        basis.case, realised=realised, measured=build_measured(basis, realised), index=basis.index, as_of=basis.as_of
    )
    tables = (
        _sentences(followed), _years(followed), _costs(followed), _limits(followed), _criteria(followed),
        _forecasts(followed), _method(followed),
    )  # fmt: skip
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da=f"{followed.title}. Beløb for et år er i årets priser; grænser og skøn ved afslutningen er i sagens "
        f"egne priser ({followed.price_level}). År, der ikke er modne, konkluderes der ikke på. Et år, hvis tal ikke "
        "må vises, er ikke gjort op.",
        tables=tuple(table for table in tables if table.rows),
    )


def _sentences(followed: FollowUp) -> Table:
    return Table(
        code="sentences", title_da="Til udvalget", columns=(text_column("text", "Sætning"),),
        rows=tuple((sentence,) for sentence in followed.sentences_da),
    )  # fmt: skip


def _years(followed: FollowUp) -> Table:
    rows = [each for each in followed.comparisons if each.kind == "effect"]
    columns = (
        text_column("text", "Hvad"), Column(code="year", text_da="År", unit="number"),
        Column(code="expected", text_da="Forventet til nu", unit="ore", source="business_case"),
        Column(code="realised", text_da="Realiseret", unit="ore", source=CODE_OF["effect"], by_row=True),
        *(Column(code=code, text_da=text, unit="ore", source="estimate:realised")
          for code, text in (("low", "Nedre grænse"), ("high", "Øvre grænse"))),
        *(Column(code=code, text_da=text, unit=unit, source="business_case") for code, text, unit in _RATIO),
        text_column("mark", "Bemærkning"), text_column("note", "Forklaring"),
    )  # fmt: skip
    return Table(
        code="years",
        title_da="Effekt pr. år og udvalg",
        columns=columns,
        rows=tuple(_year(each) for each in rows),
        note_da="Intervallet siger, hvad sager som årets ville bringe i det lange løb; har under ti sager sparet "
        "noget, vises det bogførte beløb uden interval.",
        chart="years",
        selections=tuple(_followed(each).selection for each in rows),
    )


def _year(each: Comparison) -> tuple[Cell, ...]:
    ratio: tuple[Cell, ...] = (None,) * 3 if each.ratio is None else (each.ratio.value, each.ratio.low, each.ratio.high)
    return (
        _name(each), each.year, each.expected_so_far_ore, each.realised_ore, each.low_ore, each.high_ore, *ratio,
        "" if each.mature else "umoden", each.sentence_da,
    )  # fmt: skip


def _name(each: Comparison) -> str:
    return f"{each.committee_da}, {benefit_da(each.benefit)}" if each.benefit else each.committee_da


def _followed(each: Comparison) -> Followed:
    return Followed(each.year, each.committee, each.benefit, each.kind)


def _costs(followed: FollowUp) -> Table:
    rows = [each for each in followed.comparisons if each.kind != "effect"]
    columns = (
        text_column("text", "Udvalg"), text_column("kind", "Art"), Column(code="year", text_da="År", unit="number"),
        Column(code="expected", text_da="Forventet indtil nu", unit="ore", source="business_case"),
        Column(code="realised", text_da="Afholdt", unit="ore", by_row=True),
    )  # fmt: skip
    return Table(
        code="costs", title_da="Udgifter pr. år", columns=columns,
        rows=tuple((each.committee_da, KIND_DA[each.kind], each.year, each.expected_so_far_ore, each.realised_ore)
                   for each in rows),
        note_da="Drift er sagstimer og løbende udgifter.",
        selections=tuple(_followed(each).code for each in rows),
    )  # fmt: skip


def _limits(followed: FollowUp) -> Table:
    columns = (
        text_column("text", "Effekten"), Column(code="below", text_da="Grænse", unit="share", source="business_case"),
        Column(code="expected", text_da="Forventet", unit="ore", source="business_case"),
        *(Column(code=code, text_da=text, unit="ore", source="estimate:realised")
          for code, text in (("realised", "Realiseret"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))),
        text_column("sentence", "Hvad det betyder"),
    )  # fmt: skip
    return Table(
        code="limits", title_da="Grænser for genforhandling", columns=columns,
        rows=tuple(
            (each.what_da, each.below, *((each.expected_ore, each.realised_ore, each.low_ore, each.high_ore)
                                         if each.years else (None,) * 4), each.sentence_da)
            for each in followed.limits
        ),
    )  # fmt: skip


def _criteria(followed: FollowUp) -> Table:
    numbers = (("target", "Mål"), ("value", "Målt"), ("low", "Nedre grænse"), ("high", "Øvre grænse"))
    columns = (
        text_column("text", "Kriterium"), text_column("how", "Hvordan det måles"), text_column("who", "Ansvarlig"),
        Column(code="when", text_da="Frist", unit="day"),
        *(Column(code=code, text_da=text, unit="number", source="estimate:realised") for code, text in numbers),
        text_column("state", "Status"), text_column("sentence", "Forklaring"),
    )  # fmt: skip
    return Table(
        code="criteria", title_da="Succeskriterier", columns=columns,
        rows=tuple(
            (each.what, each.how_measured, each.who, f"{each.when}", each.target, each.value, each.low, each.high,
             each.state_da, each.sentence_da)
            for each in followed.criteria
        ),
    )  # fmt: skip


def _forecasts(followed: FollowUp) -> Table:
    ore = (
        ("expected", "Forventet"),
        ("realised", "Realiseret i modne år"),
        ("value", "Skøn ved afslutningen"),
        ("low", "Nedre grænse"),
        ("high", "Øvre grænse"),
    )
    columns = (
        text_column("text", "Udvalg"),
        *(Column(code=code, text_da=text, unit="ore",
                 source="business_case" if code == "expected" else "estimate:forecast") for code, text in ore),
        text_column("sentence", "Forklaring"),
    )  # fmt: skip
    return Table(
        code="forecasts", title_da="Skøn ved sagens afslutning", columns=columns, chart="intervals",
        rows=tuple(
            (each.committee_da, each.expected_ore, each.realised_ore if each.mature_years else None, each.mean_ore,
             each.low_ore, each.high_ore, each.sentence_da)
            for each in followed.forecasts
        ),
    )  # fmt: skip


def _method(followed: FollowUp) -> Table:
    rows = [*followed.method_da, *(("Antagelse", each) for each in followed.assumptions_da)]
    columns = (text_column("text", "Emne"), text_column("note", "Forklaring"))
    return Table(code="assumptions", title_da="Sådan er der gjort op", columns=columns, rows=tuple(rows))
