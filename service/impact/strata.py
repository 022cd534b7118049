"""The ledger cut into strata, and which of them every figure that is shown is the sum of.

A stratum is all lines of one account, administration, benefit, channel, year and kind of case; each case has its own
amount in it. Beside money there are counts of cases, as lines of 1. Must not know what may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from governance.impact.facts import CaseFact
from governance.impact.figures import FIGURES, Figure, Selection, read_selection
from service.impact.report_model import HEADLINE
from service.impact.suppression import Floats, Sums

DIMENSIONS = ("administration", "benefit", "channel", "cohort", "year", "case_type", "account")
MATURE, MATURE_PROMISED, MATURE_PROMISED_BENEFIT = "realised_mature", "promised_mature", "promised_mature_benefit"
BESIDE: Mapping[str, Figure] = {
    code: Figure(code, text, (account,), 1)
    for code, text, account in (
        ("expected_municipal", "Forventet kommunal besparelse", "case.promised"),
        (MATURE, "Realiseret i modne sager med et løfte", "mature.realised"),
        (MATURE_PROMISED, "Lovet i modne sager", "mature.promised"),
        (MATURE_PROMISED_BENEFIT, "Lovet i modne sager for ydelsen", "mature.promised_benefit"),
        ("cases_decided", "Sager med afgørelse", "case.decided"),
        ("cases_closed", "Afsluttede sager", "case.closed"),
        ("cases_referred", "Oversendt til anden myndighed", "case.referred"),
        ("cases_benefit_changed", "Ydelse ændret", "case.benefit_changed"),
        ("cases_registration_corrected", "Kun registrering rettet", "case.registration_corrected"),
        ("cases_no_change", "Ingen ændring", "case.no_change"),
        ("cases_inconclusive", "Ikke afklaret", "case.inconclusive"),
    )
}
"""What is summed by case and is not booked: promises (whole øre) and counts (`service.impact.counted` lists them)."""
_SCHEMA = {"case_id": pl.String} | dict.fromkeys(DIMENSIONS, pl.String) | {"year": pl.Int64, "amount": pl.Int64}
Row = tuple[str, str, str, str, str, int, str, str, int]
_HEAD = re.compile(r"[a-z_]+")
_KEPT = (
    "realised_municipal", "cost_control", "forward_municipal", "reclaim_municipal", "expected_municipal",
    "realised_society", "realised_state", "collected_municipal", "written_off_municipal", "net_municipal",
)  # fmt: skip
"""What is kept longest. The cost before the net effect: whoever keeps the unit's hours knows it anyway, and could take
it off the rest to have the corrections of a few."""


@dataclass(frozen=True)
class Book:
    """What stands after a booking: `amounts` one row a case and stratum, none of them 0; a cost is of case ""."""

    amounts: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class Beside:
    """An amount of a case that the ledger does not have, whole øre, under an account of `BESIDE`."""

    case_id: str
    cohort: str
    year: int
    account: str
    amount_ore: int
    administration: str = ""
    benefit: str = ""


def build_book(lines: pl.DataFrame, cases: Iterable[CaseFact], beside: Iterable[Beside] = ()) -> Book:
    """Money of the ledger's `lines` (with `case_type`), counts of decided and closed `cases`, and what is `beside`."""
    money = lines.select("case_id", *DIMENSIONS, amount="amount_ore")
    decided = (
        lines.filter(source_kind="effect")
        .select("case_id", *DIMENSIONS[:-1])
        .unique()
        .with_columns(account=pl.lit("case.decided"), amount=pl.lit(1, pl.Int64))
    )
    rows = [row for case in cases for row in _closed(case)]
    rows += [_row(each) for each in beside]
    others = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return Book(_summed(pl.concat([part.select(*_SCHEMA) for part in (money, decided, others)])))


def change_between(before: Book, now: Book) -> Book:
    """What came and went: the second book less the first."""
    return Book(_summed(pl.concat([now.amounts, before.amounts.with_columns(-pl.col("amount"))])))


def read_code(code: str) -> Selection:
    """The selection of a figure of the ledger, or of a count, by its full code."""
    head = _HEAD.match(code)
    if head and head[0] in BESIDE:
        selection = read_selection("net_municipal" + code[head.end() :])
        return replace(selection, figure=BESIDE[head[0]])
    return read_selection(code)


def is_code(source: str) -> bool:
    """Whether a source names a sum over the ledger rather than an estimate."""
    head = _HEAD.match(source)
    return head is not None and head[0] in {**FIGURES, **BESIDE}


def build_sums(book: Book, codes: Iterable[str]) -> tuple[Sums, Mapping[str, int]]:
    """Every code as a sum over strata, and its value."""
    names = tuple(dict.fromkeys(codes))
    strata, rows = _cut(book.amounts.with_columns(then=pl.lit(value=True)))
    totals = rows.group_by("stratum").agg(pl.col("amount").sum()).sort("stratum")["amount"].to_numpy()
    weights = _weights(strata, names)
    values = {name: int(weights[place] @ totals) for place, name in enumerate(names)}
    importance = np.array([_importance(name) for name in names], dtype=np.int64)
    return Sums(names=names, weights=weights, present=_present(rows, strata.height), importance=importance), values


def beside_earlier(sums: Sums, book: Book, *, then: Book, told: Iterable[str]) -> Sums:
    """The same sums over what stood `then` and what changed since, and beside them what was `told` of it then."""
    change = change_between(then, book).amounts
    parts = (then.amounts.with_columns(then=pl.lit(value=True)), change.with_columns(then=pl.lit(value=False)))
    strata, rows = _cut(pl.concat(parts))
    before = _weights(strata, tuple(told)) * strata["then"].to_numpy()
    return replace(
        sums, weights=_weights(strata, sums.names), present=_present(rows, strata.height), told=before
    )  # fmt: skip


def _cut(amounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The strata with their number, and the amounts with that of theirs."""
    keys = [*DIMENSIONS, "then"]
    strata = amounts.select(keys).unique(maintain_order=True).with_row_index("stratum")
    return strata, amounts.join(strata, on=keys, how="left")


def _weights(strata: pl.DataFrame, names: tuple[str, ...]) -> Floats:
    columns = {name: strata[name].to_numpy() for name in DIMENSIONS}
    weights = np.zeros((len(names), strata.height))
    for place, name in enumerate(names):
        chosen = read_code(name)
        of = np.isin(columns["account"], chosen.figure.accounts)
        for dimension, value in chosen.dimensions.items():
            of &= columns[dimension] == value
        signs = np.where(np.isin(columns["account"], chosen.figure.against), -1.0, 1.0) * chosen.figure.sign
        weights[place, of] = signs[of]
    return weights


def _present(rows: pl.DataFrame, strata: int) -> np.typing.NDArray[np.bool_]:
    of_cases = rows.filter(pl.col("case_id") != "")
    number = of_cases["case_id"].rank("dense").to_numpy().astype(np.int64) - 1
    present = np.zeros((strata, int(number.max(initial=-1)) + 1), dtype=bool)
    present[of_cases["stratum"].to_numpy(), number] = True
    return present


def _importance(code: str) -> int:
    """What matters least is hidden first: cells of the yearly table, then years, administrations, and the headline."""
    selection = read_code(code)
    name, dimensions = selection.figure.code, selection.dimensions
    place = len(HEADLINE) - _KEPT.index(name) if name in _KEPT else 0
    if not dimensions:
        level = 90 if name in HEADLINE else 60
        return 100 * level + place
    return 100 * (50 - 10 * len(dimensions) + 5 * ("year" not in dimensions)) + place


def _closed(case: CaseFact) -> Iterable[Row]:
    if case.closed_on is not None:
        for account in ("case.closed", f"case.{case.outcome}"):
            yield case.case_id, "", "", case.channel, case.cohort, case.closed_on.year, "", account, 1


def _row(of: Beside) -> Row:
    return of.case_id, of.administration, of.benefit, "", of.cohort, of.year, "", of.account, of.amount_ore


def _summed(amounts: pl.DataFrame) -> pl.DataFrame:
    keys = ["case_id", *DIMENSIONS]
    summed = amounts.group_by(keys, maintain_order=True).agg(pl.col("amount").sum())
    return summed.filter(pl.col("amount") != 0).sort(keys)
