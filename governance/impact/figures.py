"""Every figure of the ledger as a declared choice of accounts: what is not declared here is not a figure of it.

A figure is `code[:ADMINISTRATION][@YEAR|@COHORT][,dimension=value …]`, for example `realised_municipal:BIF@2024` or
`forward_municipal@2024-Q3,channel=model,benefit=friplads`. Its value is a signed sum over lines of entries, so it can
be gone through entry by entry. Must not know a page or an estimate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from governance.benefits import ADMINISTRATIONS, load_catalogue
from governance.errors import UsageError
from governance.impact.accounts import COSTS
from governance.impact.case_types import CASE_TYPES_DA
from governance.impact.facts import arm_of
from governance.registers import TABLES

SELECTABLE = ("benefit", "channel", "arm", "model_version", "price_level", "case_type")
"""Dimensions that may be named after a comma, besides administration, year and cohort.

`case_type` (`governance.impact.case_types`) is none of the ledger's own: it is looked up in the facts it rests on.
"""


@dataclass(frozen=True)
class Figure:
    """A figure in whole øre: `sign` times the sum over `accounts` (debit above 0), those `against` the other way."""

    code: str
    text_da: str
    accounts: tuple[str, ...]
    sign: int
    against: tuple[str, ...] = ()

    def sign_of(self, account: str) -> int:
        """How an amount of one of the accounts counts."""
        return -self.sign if account in self.against else self.sign


@dataclass(frozen=True)
class Selection:
    """One figure, for the entries whose dimensions have these values."""

    figure: Figure
    dimensions: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code that `read_selection` reads as this selection."""
        kept = dict(self.dimensions)
        office, when = kept.pop("administration", None), kept.pop("year", None) or kept.pop("cohort", None)
        rest = "".join(f",{name}={value}" for name, value in kept.items())
        return self.figure.code + (f":{office}" if office else "") + (f"@{when}" if when else "") + rest


def _credit(fates: Iterable[str], parts: Iterable[str], shares: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{fate}.{part}.{share}" for fate in fates for part in parts for share in shares)


_SAVING = ("forward", "reclaim")
_BOTH = ("municipal", "state")
_COST = tuple(f"cost.{kind}" for kind in COSTS)
_REALISED = _credit(("counted",), _SAVING, ("municipal",))
_CORRECTED = _credit(("counted",), ("correction",), ("municipal",))
_OWED = _credit(("counted", "overlap"), ("reclaim",), ("municipal",))
_PAID = ("collected.municipal",)
_ALL = (
    # the headline figures of the ledger
    Figure("realised_municipal", "Realiseret kommunal besparelse", _REALISED, -1),
    Figure("forward_municipal", "Heraf fremadrettet", _credit(("counted",), ("forward",), ("municipal",)), -1),
    Figure("reclaim_municipal", "Heraf tilbagebetalingskrav", _credit(("counted",), ("reclaim",), ("municipal",)), -1),
    Figure("corrections_municipal", "Rettelser til borgerens fordel", _CORRECTED, -1),
    Figure("realised_state", "Statens andel af besparelsen", _credit(("counted",), _SAVING, ("state",)), -1),
    Figure("realised_society", "Besparelse for samfundet", _credit(("counted",), _SAVING, _BOTH), -1),
    Figure("set_aside_municipal", "Tilbageført efter klage", _credit(("set_aside",), _SAVING, ("municipal",)), -1),
    Figure("collected_municipal", "Indbetalt af tilbagebetalingskrav", ("collected.municipal",), 1),
    Figure("written_off_municipal", "Afskrevet af tilbagebetalingskrav", ("written_off.municipal",), 1),
    Figure("cost_control", "Kontrollens udgifter", _COST, 1),
    Figure("net_municipal", "Kommunal nettoeffekt", (*_REALISED, *_CORRECTED, *_COST), -1),
    # what the waterfall and the yearly table are made of besides
    Figure(
        "decided_municipal",
        "Afgjort, kommunal andel",
        _credit(("counted", "overlap", "set_aside"), _SAVING, ("municipal",)),
        -1,
    ),
    Figure(
        "overlap_municipal",
        "Afgjort for måneder, der allerede er talt med",
        _credit(("overlap",), _SAVING, ("municipal",)),
        -1,
    ),
    Figure("forward_state", "Fremadrettet, statens andel", _credit(("counted",), ("forward",), ("state",)), -1),
    Figure("reclaim_state", "Tilbagebetalingskrav, statens andel", _credit(("counted",), ("reclaim",), ("state",)), -1),
    Figure("forward_society", "Fremadrettet, samfundet", _credit(("counted",), ("forward",), _BOTH), -1),
    Figure("reclaim_society", "Tilbagebetalingskrav, samfundet", _credit(("counted",), ("reclaim",), _BOTH), -1),
    Figure(
        "corrections_society",
        "Rettelser til borgerens fordel, samfundet",
        _credit(("counted",), ("correction",), _BOTH),
        -1,
    ),
    Figure("repaid_municipal", "Betalt tilbage til borgere efter klage", ("repaid.municipal",), 1),
    Figure(
        "outstanding_municipal",
        "Udestående tilbagebetalingskrav",
        (*_OWED, "collected.municipal", "written_off.municipal"),
        -1,
    ),
    Figure(
        "uncollected_municipal",
        "Tilbagebetalingskrav, der ikke er indbetalt",
        (*_credit(("counted",), ("reclaim",), ("municipal",)), *_PAID),
        -1,
    ),
    Figure(
        "secured_municipal",
        "Udbetales ikke længere eller er indbetalt",
        (*_credit(("counted",), ("forward",), ("municipal",)), *_PAID),
        -1,
        against=_PAID,
    ),
    Figure(
        "secured_net_municipal",
        "Tilbage efter rettelser og udgifter",
        (*_credit(("counted",), ("forward",), ("municipal",)), *_PAID, *_CORRECTED, *_COST),
        -1,
        against=_PAID,
    ),
    Figure("cost_hours", "Sagsbehandlertimer", ("cost.hours",), 1),
    Figure("cost_operation", "Timer og løbende udgifter", ("cost.hours", "cost.running"), 1),
    Figure("cost_running", "Løbende udgifter", ("cost.running",), 1),
    Figure("cost_investment", "Investeringer", ("cost.investment",), 1),
)
FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in _ALL}
_GRAMMAR = re.compile(
    r"(?P<code>[a-z_]+)(?::(?P<administration>[A-Z]+))?"
    r"(?:@(?:(?P<cohort>\d{4}-Q[1-4])|(?P<year>\d{4})))?(?P<rest>(?:,[a-z_]+=[A-Za-z0-9_.:/-]+)*)"
)


def read_selection(code: str) -> Selection:
    """The selection that `code` names; `UsageError` for a figure or a dimension that there is not."""
    found = _GRAMMAR.fullmatch(code)
    figure = FIGURES.get(found["code"]) if found else None
    pairs = [pair.split("=") for pair in found["rest"].split(",")[1:]] if found else []
    rest = dict(pairs)
    if found is None or figure is None or not rest.keys() <= set(SELECTABLE) or len(rest) < len(pairs):
        raise UsageError(
            "There is no such figure of the ledger.",
            item=code,
            remedy=f"Use CODE[:ADMINISTRATION][@YEAR|@COHORT][,DIMENSION=VALUE] with one of: {', '.join(FIGURES)};"
            f" dimensions: {', '.join(SELECTABLE)}.",
        )
    named = {name: found[name] for name in ("administration", "year", "cohort") if found[name]} | rest
    numbers = ("year", "price_level")
    return Selection(
        figure, {name: _number(value, code) if name in numbers else value for name, value in named.items()}
    )


def select_lines(lines: pl.DataFrame, selection: Selection) -> pl.DataFrame:
    """The lines that the figure sums, each with its `amount_ore` as it counts in the figure (signed int64)."""
    chosen = lines.filter(pl.col("account").is_in(selection.figure.accounts))
    for name, value in selection.dimensions.items():
        chosen = chosen.filter(pl.col(name) == value)
    figure = selection.figure
    sign = pl.when(pl.col("account").is_in(figure.against)).then(-figure.sign).otherwise(figure.sign)
    return chosen.with_columns(amount_ore=pl.col("amount_ore") * sign)


def figure_ore(lines: pl.DataFrame, code: str) -> int:
    """The value of one figure in whole øre; `lines` as `ledger.load_balance` or `position.build_lines` give them."""
    return int(select_lines(lines, read_selection(code))["amount_ore"].sum())


def build_figures(lines: pl.DataFrame, codes: Iterable[str] = tuple(FIGURES)) -> Mapping[str, int]:
    """Code → whole øre, for all figures or for those asked for."""
    return {code: figure_ore(lines, code) for code in codes}


def require_known(selection: Selection, *, committees: Iterable[str] = ()) -> None:
    """`UsageError` for a code that nothing can have: nobody is told that it is 0. `committees` besides our own."""
    for name, codes in _known_values().items():
        known = (*codes, *committees) if name == "administration" else codes
        value = selection.dimensions.get(name, known[0])
        if value not in known:
            raise UsageError(
                f"There is no such {name}: {value}.",
                item=selection.code,
                remedy=f"Use one of: {', '.join(dict.fromkeys(known))}.",
            )


@cache
def _known_values() -> Mapping[str, tuple[str, ...]]:
    """Dimension → the codes that it can have, for those whose codes are fixed."""
    [channel] = [column for column in TABLES["control_case"].columns if column.name == "channel"]
    channels = tuple(str(code) for code in channel.codes)
    return {
        "administration": ADMINISTRATIONS,
        "benefit": tuple(load_catalogue().benefits),
        "channel": channels,
        "arm": tuple(arm_of(code) for code in channels),
        "case_type": tuple(CASE_TYPES_DA),
    }


def _number(text: str, code: str) -> int:
    if not text.isdecimal():
        raise UsageError("A year is a number.", item=code, remedy="Write for example price_level=2024.")
    return int(text)
