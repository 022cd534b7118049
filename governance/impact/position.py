"""What should stand in the ledger, worked out from the facts alone.

The same facts give the same position, in whatever order they came and however often they came. Must not know what
stands in a ledger already.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from governance.errors import DataContractError
from governance.impact.accounts import SETTLED, SPENT, Dimensions, Position, Source, Standing
from governance.impact.counting import Gross, count, decided
from governance.impact.facts import CaseFact, CostFact, EffectFact, Facts, MoneyFact, only_once
from governance.impact.saving import municipal_ore

CARRIES_HOURS = "KFF"
"""The committee whose people do the control work (registers.md)."""
LINE_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "source_kind": pl.String,
    "source_id": pl.String,
    "case_id": pl.String,
    "administration": pl.String,
    "benefit": pl.String,
    "channel": pl.String,
    "arm": pl.String,
    "cohort": pl.String,
    "model_version": pl.String,
    "price_level": pl.Int64,
    "year": pl.Int64,
    "account": pl.String,
    "amount_ore": pl.Int64,
}
_AFTER_REVERSAL = {"collected": "repaid", "written_off": "lapsed"}


def build_position(facts: Facts, *, hourly_rates: Mapping[str, int] | None = None) -> Position:
    """The balanced lines that should stand for every effect, payment, closed case and cost.

    `hourly_rates`: `case_id` → øre an hour, for cases whose hours were booked at another rate than that of `facts`.
    `DataContractError` for ids that stand twice or lead nowhere, and for payments beyond what is owed.
    """
    _require_sound(facts)
    standings = (
        *_of_effects(facts),
        *_of_money(facts),
        *_of_hours(facts, hourly_rates or {}),
        *(_of_cost(each) for each in facts.costs),
    )
    return Position(facts.as_of, tuple(sorted((each for each in standings if each.lines), key=_order)))


def build_lines(standings: Iterable[Standing]) -> pl.DataFrame:
    """The lines of a position (or of what stands) as one table, `LINE_SCHEMA`: what figures are summed over."""
    rows = [
        (each.source.kind, each.source.source_id, *vars(each.dimensions).values(), account, amount)
        for each in standings
        for account, amount in sorted(each.lines.items())
    ]
    return pl.DataFrame(rows, schema=dict(LINE_SCHEMA), orient="row")


def _order(standing: Standing) -> Source:
    return standing.source


def _of_effects(facts: Facts) -> Iterator[Standing]:
    cases = {case.case_id: case for case in facts.cases}
    counted = count(facts.effects, cases)
    for effect in facts.effects:
        lines = _effect_lines(effect, counted[effect.effect_id])
        yield Standing(Source("effect", effect.effect_id), _dimensions(effect, cases[effect.case_id]), lines)


def _effect_lines(effect: EffectFact, counted: Gross) -> Mapping[str, int]:
    """Debit what was decided; credit what became of it."""
    gross = decided(effect)
    lines: defaultdict[str, int] = defaultdict(int)
    for part, amount in _parts(effect, gross):
        lines[f"decided.{part}"] += amount
    whole = _shares(effect, gross)
    kept = {} if effect.reversed_on else _shares(effect, counted)
    rest = "set_aside" if effect.reversed_on else "overlap"
    for share, amount in whole.items():
        lines[f"counted.{share}"] -= kept.get(share, 0)
        lines[f"{rest}.{share}"] -= amount - kept.get(share, 0)
    return _without_zeros(lines)


def _shares(effect: EffectFact, gross: Gross) -> Mapping[str, int]:
    """`part.share` → whole øre. The municipality's share of the whole is rounded once, as that of a label is."""
    municipal = municipal_ore(gross.forward_ore, effect.municipal_permille)
    both = municipal_ore(gross.forward_ore + gross.reclaim_ore, effect.municipal_permille)
    shares: defaultdict[str, int] = defaultdict(int)
    for (part, amount), own in zip(_parts(effect, gross), (municipal, both - municipal), strict=True):
        shares[f"{part}.municipal"] += own
        shares[f"{part}.state"] += amount - own
    return shares


def _parts(effect: EffectFact, gross: Gross) -> tuple[tuple[str, int], tuple[str, int]]:
    if effect.effect == "increased":
        return ("correction", gross.forward_ore), ("correction", gross.reclaim_ore)
    return ("forward", gross.forward_ore), ("reclaim", gross.reclaim_ore)


def _of_money(facts: Facts) -> Iterator[Standing]:
    cases = {case.case_id: case for case in facts.cases}
    paid = _by_effect(facts.money)
    for effect in facts.effects:
        dimensions = _dimensions(effect, cases[effect.case_id])
        for money, municipal in _municipal_parts(effect, paid.get(effect.effect_id, ())):
            name = _AFTER_REVERSAL[money.kind] if effect.reversed_on else money.kind
            lines = {
                f"{name}.municipal": municipal,
                f"{name}.state": money.amount_ore - municipal,
                SETTLED: -money.amount_ore,
            }
            yield Standing(
                Source("money", money.money_id), replace(dimensions, year=money.on_day.year), _without_zeros(lines)
            )


def _municipal_parts(effect: EffectFact, money: Sequence[MoneyFact]) -> Iterator[tuple[MoneyFact, int]]:
    """Each payment with the municipality's part, so that all of a claim together have exactly its municipal part."""
    before = decided(effect).forward_ore
    for each in sorted(money, key=lambda one: (one.on_day, one.money_id)):
        after = before + each.amount_ore
        permille = effect.municipal_permille
        yield each, municipal_ore(after, permille) - municipal_ore(before, permille)
        before = after


def _of_hours(facts: Facts, rates: Mapping[str, int]) -> Iterator[Standing]:
    for case in facts.cases:
        if case.closed_on is None or case.hours is None:
            continue
        cost = hours_ore(case.hours, rates.get(case.case_id, facts.hourly_cost_ore))
        dimensions = _case_dimensions(case, administration=CARRIES_HOURS, year=case.closed_on.year)
        lines = _without_zeros({"cost.hours": cost, SPENT: -cost})
        yield Standing(Source("hours", case.case_id), dimensions, lines)


def hours_ore(hours: float, rate_ore: int) -> int:
    """What the hours cost in whole øre; half an øre is rounded up."""
    return int((Decimal(repr(hours)) * rate_ore).to_integral_value(ROUND_HALF_UP))


def _of_cost(cost: CostFact) -> Standing:
    year = cost.on_day.year
    dimensions = Dimensions("", cost.committee, "", "", "", "", "", price_level=year, year=year)
    lines = _without_zeros({f"cost.{cost.kind}": cost.amount_ore, SPENT: -cost.amount_ore})
    return Standing(Source("cost", cost.cost_id), dimensions, lines)


def _dimensions(effect: EffectFact, case: CaseFact) -> Dimensions:
    own = _case_dimensions(case, administration=effect.administration, year=effect.recorded_on.year)
    return replace(own, benefit=effect.benefit)


def _case_dimensions(case: CaseFact, *, administration: str, year: int) -> Dimensions:
    return Dimensions(
        case.case_id, administration, "", case.channel, case.arm, case.cohort, case.model_version, year, year
    )


def _without_zeros(lines: Mapping[str, int]) -> Mapping[str, int]:
    return {account: amount for account, amount in lines.items() if amount}


def _by_effect(money: Iterable[MoneyFact]) -> Mapping[str, list[MoneyFact]]:
    found: defaultdict[str, list[MoneyFact]] = defaultdict(list)
    for each in money:
        found[each.effect_id].append(each)
    return found


def _require_sound(facts: Facts) -> None:
    for name, ids in (
        ("case_id", [each.case_id for each in facts.cases]),
        ("effect_id", [each.effect_id for each in facts.effects]),
        ("money_id", [each.money_id for each in facts.money]),
        ("cost_id", [each.cost_id for each in facts.costs]),
    ):
        if not only_once(ids):
            raise _unsound("A fact of the ledger stands twice.", name)
    if not {each.case_id for each in facts.effects} <= {each.case_id for each in facts.cases}:
        raise _unsound("An effect belongs to no case that is known.", "control_effect.case_id")
    if not {each.effect_id for each in facts.money} <= {each.effect_id for each in facts.effects}:
        raise _unsound("A payment belongs to no effect that is known.", "case_money.effect_id")
    _require_owed(facts)


def _require_owed(facts: Facts) -> None:
    """Nobody pays, and nothing is given up, beyond what was claimed."""
    claims = {each.effect_id: each.reclaim_ore for each in facts.effects}
    paid = _by_effect(facts.money)
    beyond = sum(
        sum(each.amount_ore for each in money) > claims[effect_id] or any(each.amount_ore <= 0 for each in money)
        for effect_id, money in paid.items()
    )
    if beyond:
        raise _unsound(f"Of {beyond} claims more was paid or written off than was owed.", "case_money.amount_ore")


def _unsound(what: str, item: str) -> DataContractError:
    return DataContractError(what, item=item, remedy="Correct the row where it was entered; nothing was booked.")
