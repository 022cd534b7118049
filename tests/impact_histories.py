"""Histories of control: cases, decisions, appeals, payments and costs by chance, and the deliveries that tell of them.

Small and crowded on purpose: few persons, grants and addresses, so that decisions meet. A delivery says what was known
on its day, late, in any order, and may forget what an earlier one told.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from governance.impact.facts import CaseFact, CostFact, EffectFact, Facts, MoneyFact, arm_of, cohort_of

D = dt.date
BEGINNING = D(2023, 1, 1)
RATE = 70_000
BENEFITS = {
    # benefit: administration, permille that may occur, paid for the household
    "kontanthjaelp": ("BIF", (200, 600, 700, 800), True),
    "friplads": ("BUF", (1000,), True),
    "enkeltydelse": ("KFF", (500,), False),
    "boligstoette": ("STATE", (0,), True),
    "folkepension_enlig": ("STATE", (0, 333), False),
}
CHANNELS = ("random", "model", "rule_list", "own_lead", "tip")
ROUND_ORE = (1, 3, 100, 999, 100_000, 1_155_401)


@dataclass(frozen=True)
class History:
    """All that ever happened, and for each row the number of days by which it is told late."""

    facts: Facts
    late_days: dict[str, int]
    """By the id of a case, effect, payment or cost."""

    def days(self) -> list[D]:
        """The days on which anything changes."""
        effects, cases = self.facts.effects, self.facts.cases
        found = {each.recorded_on for each in effects} | {each.reversed_on for each in effects if each.reversed_on}
        found |= {each.on_day for each in (*self.facts.money, *self.facts.costs)}
        return sorted(found | {each.opened_on for each in cases} | {each.closed_on for each in cases if each.closed_on})


def a_history(seed: int, *, name: str = "", effects: int = 7) -> History:
    """One history of chance; `name` begins every id, so that histories can be put together."""
    rng = random.Random(seed)
    homes = [f"{name}a{place}" for place in range(rng.choice((1, 2, 3)))]
    cases = [_case(rng, f"{name}k{place}", rng.choice(homes)) for place in range(rng.randint(1, 4))]
    grants = _grants(rng, name)
    changes = [_effect(rng, f"{name}e{place}", rng.choice(cases), grants) for place in range(rng.randint(0, effects))]
    money = [each for effect in changes for each in _money(rng, effect)]
    costs = [_cost(rng, f"{name}c{place}") for place in range(rng.choice((0, 0, 1, 2)))]
    last = max([BEGINNING, *_ends(cases, changes, money, costs)]) + dt.timedelta(days=1)
    facts = Facts(tuple(cases), tuple(changes), tuple(money), tuple(costs), last, RATE)
    ids = [*(each.case_id for each in cases), *(each.effect_id for each in changes),
           *(each.money_id for each in money), *(each.cost_id for each in costs)]  # fmt: skip
    return History(facts, {each: rng.choice((0, 0, 0, 20, 200)) for each in ids})


def together(histories: Sequence[History]) -> History:
    """Histories that do not touch each other, as one."""
    each = [history.facts for history in histories]
    facts = Facts(
        cases=tuple(row for part in each for row in part.cases),
        effects=tuple(row for part in each for row in part.effects),
        money=tuple(row for part in each for row in part.money),
        costs=tuple(row for part in each for row in part.costs),
        as_of=max(part.as_of for part in each),
        hourly_cost_ore=RATE,
    )
    return History(facts, {name: days for history in histories for name, days in history.late_days.items()})


def known(history: History, day: D, *, late: bool = True) -> Facts:
    """What a delivery of the day says: rows that were recorded and have arrived, and of each what was known."""
    arrived = {name: dt.timedelta(days=days if late else 0) for name, days in history.late_days.items()}
    facts = history.facts
    cases = [_case_at(each, day) for each in facts.cases if each.opened_on + arrived[each.case_id] <= day]
    there = {each.case_id for each in cases}
    effects = [
        _effect_at(each, day)
        for each in facts.effects
        if each.recorded_on + arrived[each.effect_id] <= day and each.case_id in there
    ]
    money = [each for each in facts.money if each.on_day + arrived[each.money_id] <= day]
    costs = [each for each in facts.costs if each.on_day + arrived[each.cost_id] <= day]
    return replace(facts, cases=tuple(cases), effects=tuple(effects), money=tuple(money), costs=tuple(costs), as_of=day)


def deliveries(history: History, rng: random.Random, *, most: int = 6, mistaken: bool = True) -> list[Facts]:
    """Deliveries in the order of their days, shuffled and repeated within; the last one has everything left to tell.

    Of what was told before, some may be missing later (retention, protection, quarantine); some is told wrongly for a
    while where `mistaken`.
    """
    days = history.days()
    chosen = sorted(rng.choices(days, k=rng.randint(0, most))) if days else []
    told = [_shuffled(known(history, day), rng) for day in chosen]
    doubled = [each for delivery in told for each in [delivery] * rng.choice((1, 1, 2))]
    seen: set[str] = set()
    kept = []
    for delivery in doubled:
        kept.append(_forgetful(delivery, seen, rng) if rng.random() < 0.3 else delivery)
        if mistaken and rng.random() < 0.3:
            kept.append(_mistaken(delivery, rng))
        seen |= _ids(delivery)
    return [*kept, _shuffled(known(history, history.facts.as_of, late=False), rng)]


def in_any_order(history: History, rng: random.Random) -> list[Facts]:
    """The deliveries, that of everything among them, shuffled: all come on the last day, the newest one may come first.

    What was paid and what was spent we know ourselves: that does not arrive by them.
    """
    facts = history.facts
    told = [replace(each, money=facts.money, costs=facts.costs, as_of=facts.as_of)
            for each in deliveries(history, rng, mistaken=False)]  # fmt: skip
    return rng.sample(told, len(told))


def _forgetful(facts: Facts, told: set[str], rng: random.Random) -> Facts:
    """Without some of the effects (and cases) that were told before as they are now."""
    gone = {each.case_id for each in facts.cases if each.case_id in told and rng.random() < 0.5}
    return replace(
        facts,
        cases=tuple(each for each in facts.cases if each.case_id not in gone),
        effects=tuple(each for each in facts.effects if each.case_id not in gone),
    )


def _mistaken(facts: Facts, rng: random.Random) -> Facts:
    """With wrong amounts, benefits, channels and hours, as if rows were corrected afterwards."""
    effects = [
        replace(each, monthly_change_ore=each.monthly_change_ore * 3, reclaim_ore=each.reclaim_ore + 5,
                administration="KFF", recorded_on=each.recorded_on - dt.timedelta(days=400))
        if rng.random() < 0.5 else each
        for each in facts.effects
    ]  # fmt: skip
    cases = [
        replace(each, channel="tip", arm="tip", opened_on=each.opened_on - dt.timedelta(days=90),
                hours=None if each.hours is None else each.hours + 1)
        if rng.random() < 0.5 else each
        for each in facts.cases
    ]  # fmt: skip
    return replace(facts, effects=tuple(effects), cases=tuple(cases))


def _ids(facts: Facts) -> set[str]:
    return {each.case_id for each in facts.cases}


def _shuffled(facts: Facts, rng: random.Random) -> Facts:
    mixed = {name: tuple(rng.sample(getattr(facts, name), len(getattr(facts, name)))) for name in
             ("cases", "effects", "money", "costs")}  # fmt: skip
    return replace(facts, **mixed)


def _case(rng: random.Random, case_id: str, home: str) -> CaseFact:
    opened = BEGINNING + dt.timedelta(days=rng.randrange(400))
    closed = opened + dt.timedelta(days=rng.randrange(200)) if rng.random() < 0.8 else None
    channel = rng.choice(CHANNELS)
    return CaseFact(
        case_id, home, opened, closed, channel, arm_of(channel), cohort_of(opened),
        selection_probability=0.1 if channel == "random" else None,
        hours=None if closed is None else rng.choice((None, 0.0, 0.3, 7.25, 10.005, 12.0)),
        outcome=None if closed is None else "benefit_changed",
        model_version=rng.choice(("", "m1", "m2")),
    )  # fmt: skip


def _grants(rng: random.Random, name: str) -> list[tuple[str | None, str, str, int]]:
    """Grant (or none), person, benefit and the municipality's share: what effects of one grant have in common."""
    found = []
    for place in range(rng.randint(1, 3)):
        benefit = rng.choice(list(BENEFITS))
        person = f"{name}p{rng.randrange(2)}"
        found.append((f"{name}g{place}", person, benefit, rng.choice(BENEFITS[benefit][1])))
        if rng.random() < 0.4:
            found.append((None, rng.choice((person, f"{name}p9")), benefit, rng.choice(BENEFITS[benefit][1])))
    return found


def _effect(
    rng: random.Random, effect_id: str, case: CaseFact, grants: Sequence[tuple[str | None, str, str, int]]
) -> EffectFact:
    grant, person, benefit, permille = rng.choice(grants)
    effect = rng.choice(("stopped", "stopped", "reduced", "reclaim", "increased"))
    recorded = case.opened_on + dt.timedelta(days=rng.randrange(250))
    change = {"reclaim": 0, "increased": 1}.get(effect, -1) * rng.choice(ROUND_ORE)
    administration, _, household = BENEFITS[benefit]
    appealed = rng.random() < 0.25
    return EffectFact(
        effect_id, case.case_id, person, grant, benefit, administration, effect, change,
        effective_from=recorded + dt.timedelta(days=rng.randrange(-300, 90)),
        reclaim_ore=0 if effect == "increased" else rng.choice((0, 1, 7, 50_000, 1_234_567)),
        recorded_on=recorded,
        reversed_on=recorded + dt.timedelta(days=rng.randrange(300)) if appealed else None,
        months_forward=rng.choice((0, 1, 3, 12)),
        municipal_permille=permille,
        household_id=case.address_id if household else None,
    )  # fmt: skip


def _money(rng: random.Random, effect: EffectFact) -> list[MoneyFact]:
    """Payments and a write-off, never beyond the claim, and none after it was set aside."""
    left, found = effect.reclaim_ore, []
    for place in range(rng.choice((0, 1, 2, 4))):
        amount = rng.choice((left, left // 2, 1, 333))
        if not 0 < amount <= left:
            continue
        last = effect.reversed_on or effect.recorded_on + dt.timedelta(days=300)
        on_day = effect.recorded_on + dt.timedelta(days=rng.randrange((last - effect.recorded_on).days + 1))
        kind = rng.choice(("collected", "collected", "written_off"))
        found.append(MoneyFact(f"{effect.effect_id}m{place}", effect.effect_id, kind, amount, on_day))
        left -= amount
    return found


def _cost(rng: random.Random, cost_id: str) -> CostFact:
    on_day = BEGINNING + dt.timedelta(days=rng.randrange(500))
    kind, committee = rng.choice(("running", "investment")), rng.choice(("BIF", "BUF", "KFF"))
    return CostFact(cost_id, kind, committee, rng.choice((1, 250_000, -3)), on_day, "drift")


def _ends(*rows: Sequence[CaseFact | EffectFact | MoneyFact | CostFact]) -> list[D]:
    """The last days that anything is known of, however late it is told."""
    found = []
    for each in (row for part in rows for row in part):
        for name in ("opened_on", "closed_on", "recorded_on", "reversed_on", "on_day"):
            day = getattr(each, name, None)
            found += [day] if day else []
    return found


def _case_at(case: CaseFact, day: D) -> CaseFact:
    if case.closed_on is not None and case.closed_on <= day:
        return case
    return replace(case, closed_on=None, outcome=None, hours=None)


def _effect_at(effect: EffectFact, day: D) -> EffectFact:
    return effect if effect.reversed_on and effect.reversed_on <= day else replace(effect, reversed_on=None)
