"""The balance of the ledger worked out a second time, in the plainest way: month by month, decision by decision.

Shares nothing with the first but the facts and the names of accounts: no index, no difference, no entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from math import floor

from governance.impact.facts import EffectFact, Facts

Month = tuple[int, int]


def balance(facts: Facts, *, rate_ore: int | None = None) -> dict[str, int]:
    """Account → whole øre over everything; accounts at 0 are left out."""
    found: Counter[str] = Counter()
    counted = counted_by_month(facts)
    for effect in facts.effects:
        found.update(_of_effect(effect, counted))
        found.update(_of_money(effect, facts))
    for case in facts.cases:
        if case.closed_on is not None and case.hours is not None:
            spent = floor(Fraction(str(case.hours)) * (rate_ore or facts.hourly_cost_ore) + Fraction(1, 2))
            found.update({"cost.hours": spent})
            found["spent"] -= spent
    for cost in facts.costs:
        found.update({f"cost.{cost.kind}": cost.amount_ore})
        found["spent"] -= cost.amount_ore
    return {account: amount for account, amount in found.items() if amount}


def counted_by_month(facts: Facts) -> dict[tuple[str, str, Month], int]:
    """(effect, stream, month) → what counts of it there: month by month, in the order in which it was decided."""
    standing = [each for each in facts.effects if each.reversed_on is None]
    # the last word first: every sort keeps what the one before settled among equals
    for settled in (
        lambda each: each.effect_id,
        lambda each: (each.municipal_permille, each.months_forward),
        lambda each: [(case.channel, case.model_version) for case in facts.cases if case.case_id == each.case_id],
        lambda each: (each.effect, each.benefit),
        lambda each: each.reclaim_ore * -1,
        lambda each: (each.effective_from, each.monthly_change_ore),
        lambda each: [case.opened_on for case in facts.cases if case.case_id == each.case_id],
        lambda each: each.recorded_on,
    ):
        standing.sort(key=settled)
    given = [(each, stream, dict(months(each, stream))) for each in standing for stream in ("forward", "reclaim")]
    found: dict[tuple[str, str, Month], int] = {}
    for month in {month for _, _, amounts in given for month in amounts}:
        before: list[tuple[EffectFact, int]] = []
        for effect, stream, amounts in given:
            amount = amounts.get(month, 0)
            same_sign = [each for other, each in before if meet(effect, other) and each * amount > 0]
            left = abs(amount) - sum(abs(each) for each in same_sign)
            counts = max(left, 0) * (1 if amount > 0 else -1)
            found[effect.effect_id, stream, month] = counts
            before.append((effect, counts))
    return found


def months(effect: EffectFact, stream: str) -> Iterator[tuple[Month, int]]:
    """The months that the effect gives øre to, and how many."""
    recorded, effective = effect.recorded_on, effect.effective_from
    decision, start = (recorded.year, recorded.month), (effective.year, effective.month)
    if stream == "forward":
        month = max(_next(decision), start)
        for _ in range(effect.months_forward):
            yield month, -effect.monthly_change_ore
            month = _next(month)
        return
    span = [start] if start < decision else [decision]
    while span[-1] < decision:
        span.append(_next(span[-1]))
    for place, month in enumerate(span):
        # so much up to and with this month, less what was up to the one before
        whole = effect.reclaim_ore // len(span)
        yield month, whole + (1 if place < effect.reclaim_ore - whole * len(span) else 0)


def meet(one: EffectFact, other: EffectFact) -> bool:
    """Whether two decisions may be about the same payment."""
    if one.grant_id and other.grant_id:
        return one.grant_id == other.grant_id
    if one.benefit != other.benefit:
        return False
    same_home = one.household_id is not None and one.household_id == other.household_id
    return one.person_id == other.person_id or same_home


def municipal(gross_ore: int, permille: int) -> int:
    """The municipality's part, half an øre up."""
    return floor(Fraction(gross_ore * permille, 1000) + Fraction(1, 2))


def _of_effect(effect: EffectFact, counted: dict[tuple[str, str, Month], int]) -> Counter[str]:
    forward = sum(amount for _, amount in months(effect, "forward"))
    parts = {"forward": forward, "reclaim": effect.reclaim_ore}
    counts = {
        stream: sum(each for (name, kind, _), each in counted.items() if (name, kind) == (effect.effect_id, stream))
        for stream in parts
    }
    names = {"forward": "correction", "reclaim": "correction"} if effect.effect == "increased" else {}
    found: Counter[str] = Counter()
    own, own_counts = _split(parts, effect), _split(counts, effect)
    for stream, gross in parts.items():
        name = names.get(stream, stream)
        found[f"decided.{name}"] += gross
        for share in ("municipal", "state"):
            fate = "set_aside" if effect.reversed_on else "overlap"
            found[f"counted.{name}.{share}"] -= own_counts[stream, share]
            found[f"{fate}.{name}.{share}"] -= own[stream, share] - own_counts[stream, share]
    return found


def _split(gross: dict[str, int], effect: EffectFact) -> dict[tuple[str, str], int]:
    """By stream and share; the reclaim takes what is left of the whole, so that the whole is rounded as a label is."""
    forward = municipal(gross["forward"], effect.municipal_permille)
    reclaim = municipal(gross["forward"] + gross["reclaim"], effect.municipal_permille) - forward
    return {
        ("forward", "municipal"): forward,
        ("forward", "state"): gross["forward"] - forward,
        ("reclaim", "municipal"): reclaim,
        ("reclaim", "state"): gross["reclaim"] - reclaim,
    }


def _of_money(effect: EffectFact, facts: Facts) -> Counter[str]:
    """By kind at once: the parts of single payments add up to it."""
    paid = sorted((each for each in facts.money if each.effect_id == effect.effect_id),
                  key=lambda each: (each.on_day, each.money_id))  # fmt: skip
    name = {"collected": "repaid", "written_off": "lapsed"} if effect.reversed_on else {}
    begun = -effect.monthly_change_ore * effect.months_forward
    found: Counter[str] = Counter()
    for place, each in enumerate(paid):
        until = [begun + sum(one.amount_ore for one in paid[:count]) for count in (place, place + 1)]
        before, after = (municipal(amount, effect.municipal_permille) for amount in until)
        account = name.get(each.kind, each.kind)
        found[f"{account}.municipal"] += after - before
        found[f"{account}.state"] += each.amount_ore - (after - before)
        found["settled"] -= each.amount_ore
    return found


def _next(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)
