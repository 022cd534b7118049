"""No øre is lost: 10,000 histories of decisions, appeals, payments and costs, told late, twice and in any order.

Every history is booked delivery by delivery, and must end where a second route in plain Python comes to from the facts
alone. All are booked in memory; a hundred more go through both databases, as one town of many households.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl
import pytest

from governance.errors import DataContractError
from governance.impact.accounts import ACCOUNTS, Entry, Source, Standing
from governance.impact.counting import decided
from governance.impact.differences import build_entries
from governance.impact.explaining import explain
from governance.impact.facts import EffectFact, Facts, MoneyFact
from governance.impact.figures import FIGURES, build_figures, read_selection
from governance.impact.ledger import book, load_balance, load_entries, verify
from governance.impact.memory import Told, rates_of, remember
from governance.impact.position import build_lines, build_position
from governance.store.opening import Store
from tests.impact_histories import History, a_history, deliveries, in_any_order, together
from tests.impact_second_route import balance, counted_by_month, months
from tests.integration.conftest import database, opened, postgresql

__all__ = ["database", "opened", "postgresql"]

CHUNKS, CHUNK = 10, 1_000
OLDER = 200
"""Histories of a chunk that are told in any order, the newest delivery perhaps first."""
IN_A_TOWN = 100
"""Histories that go through each database."""
SELECTIONS = (
    *(f"realised_municipal:{office}" for office in ("BIF", "BUF", "KFF", "STATE")),
    "net_municipal@2023", "forward_municipal:BIF@2023-Q3", "realised_society,arm=random,benefit=friplads",
)  # fmt: skip


@dataclass
class Books:
    """The ledger in memory: the entries so far, and what was told."""

    entries: list[Entry] = field(default_factory=list)
    told: Told = field(default_factory=lambda: Told({}, {}, {}))

    def book(self, facts: Facts) -> list[Entry]:
        whole = remember(facts, self.told)
        rates = rates_of(whole, self.told)
        position = build_position(whole, hourly_rates=rates)
        new = build_entries(position, self.standings(), first=len(self.entries) + 1, at=f"{facts.as_of}")
        self.entries += new
        self.told = Told(
            {each.case_id: each for each in whole.cases}, {each.effect_id: each for each in whole.effects}, rates
        )
        return new

    def standings(self) -> list[Standing]:
        found: defaultdict[object, Counter[str]] = defaultdict(Counter)
        for entry in self.entries:
            for account, amount in entry.lines.items():
                found[entry.source, entry.dimensions][account] += amount
        return [Standing(*key, _left(lines)) for key, lines in found.items() if _left(lines)]


def _left(lines: Mapping[str, int]) -> dict[str, int]:
    return {account: amount for account, amount in lines.items() if amount}


def sums(entries: Iterable[Entry | Standing]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for entry in entries:
        for account, amount in entry.lines.items():
            found[account] += amount
    return _left(found)


def booked(told: Sequence[Facts]) -> Books:
    """All deliveries, one after another; every step is looked at."""
    books = Books()
    for facts in told:
        new = books.book(facts)
        assert [entry.seq for entry in new] == list(range(len(books.entries) - len(new) + 1, len(books.entries) + 1))
        assert all(entry.lines and sum(entry.lines.values()) == 0 for entry in new)
        assert all(entry.lines.keys() <= set(ACCOUNTS) and all(entry.lines.values()) for entry in new)
        assert books.book(facts) == []
    return books


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_ore_is_lost_however_it_is_told(chunk: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK):
        history = a_history(seed)
        books = booked(deliveries(history, random.Random(seed)))
        assert sums(books.entries) == balance(history.facts), seed
        assert_reversals_take_back_what_was_booked(books.entries, seed)
        seen.update(entry.cause for entry in books.entries)
    # a history in which nothing ever happens proves nothing
    assert min(seen[cause] for cause in ("decided", "reversed", "recounted", "collected", "written_off")) > 10


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_older_copies_that_come_after_newer_ones_change_nothing(chunk: int) -> None:
    last_is_older = 0
    for seed in range(chunk * OLDER, (chunk + 1) * OLDER):
        history = a_history(seed)
        told = in_any_order(history, random.Random(seed))
        books = booked(told)
        assert sums(books.entries) == balance(history.facts), seed
        last_is_older += {each.case_id: each for each in told[-1].cases} != {
            each.case_id: each for each in history.facts.cases
        }
    assert last_is_older > OLDER // 10


def assert_reversals_take_back_what_was_booked(entries: Sequence[Entry], seed: int) -> None:
    """Exactly that, of whatever dimensions; a decision that was corrected at the same time is set aside as it is."""
    standing: defaultdict[Source, Counter[str]] = defaultdict(Counter)
    for _, group in groupby(entries, key=lambda entry: (entry.source, entry.cause, entry.as_of)):
        together = list(group)
        own, lines = standing[together[0].source], Counter(sums(together))
        if together[0].cause == "reversed" and together[0].source.kind == "effect" and any(own.values()):
            in_force = {account: -amount for account, amount in own.items() if _was_in_force(account) and amount}
            taken = {account: amount for account, amount in lines.items() if _was_in_force(account)}
            assert taken == in_force, seed
            set_aside = -sum(amount for account, amount in lines.items() if account.startswith("set_aside."))
            changed = sum(amount for account, amount in lines.items() if account.startswith("decided."))
            assert set_aside == sum(taken.values()) + changed, seed
        own.update(lines)


def _was_in_force(account: str) -> bool:
    return account.startswith(("counted.", "overlap."))


@pytest.mark.parametrize("seed", range(0, 9_000, 60))
def test_what_was_decided_is_counted_overlaps_or_was_set_aside(seed: int) -> None:
    facts = a_history(seed, effects=12).facts
    by_source = {each.source.source_id: each.lines for each in build_position(facts).standings}
    for effect in facts.effects:
        lines = by_source.get(effect.effect_id, {})
        fates = Counter[str]()
        for account, amount in lines.items():
            fates[account.split(".")[0]] += amount
        gross = decided(effect)
        assert fates["decided"] == gross.forward_ore + gross.reclaim_ore
        assert fates["decided"] == -(fates["counted"] + fates["overlap"] + fates["set_aside"])
        assert not (fates["set_aside"] and (fates["counted"] or fates["overlap"]))


@pytest.mark.parametrize("seed", range(0, 9_000, 60))
def test_no_month_of_a_grant_counts_more_than_the_largest_change_of_it(seed: int) -> None:
    facts = a_history(seed, effects=12).facts
    counted: Counter[object] = Counter()
    largest: Counter[object] = Counter()
    grants = {each.effect_id: each.grant_id for each in facts.effects}
    for (effect_id, _, month), amount in counted_by_month(facts).items():
        counted[grants[effect_id], month, amount > 0] += abs(amount)
    for effect in facts.effects:
        for stream in ("forward", "reclaim"):
            for month, amount in months(effect, stream) if effect.reversed_on is None else ():
                key = effect.grant_id, month, amount > 0
                largest[key] = max(largest[key], abs(amount))
    assert all(amount <= largest[key] for key, amount in counted.items() if key[0] is not None)


@pytest.mark.parametrize("seed", range(0, 2_000, 100))
def test_every_figure_is_the_sum_of_its_entries(seed: int) -> None:
    history = together([a_history(seed + place, name=f"{place}-") for place in range(12)])
    books = booked(deliveries(history, random.Random(seed)))
    lines = build_lines(books.standings())
    codes = (*FIGURES, *SELECTIONS)
    figures = build_figures(lines, codes)
    for code in codes:
        explained = explain(books.entries, read_selection(code))
        assert sum(part.amount_ore for part in explained) == figures[code], code
    assert figures["net_municipal"] == (
        figures["realised_municipal"] + figures["corrections_municipal"] - figures["cost_control"]
    )
    assert figures["realised_municipal"] == figures["forward_municipal"] + figures["reclaim_municipal"]
    assert figures["realised_society"] == figures["realised_municipal"] + figures["realised_state"]
    assert figures["decided_municipal"] == (
        figures["realised_municipal"] + figures["overlap_municipal"] + figures["set_aside_municipal"]
    )
    parts = [figures[f"realised_municipal:{office}"] for office in ("BIF", "BUF", "KFF", "STATE")]
    assert sum(parts) == figures["realised_municipal"] and any(parts)


def paid_beyond(facts: Facts, rng: random.Random, kind: str) -> Facts:
    """One more payment than the claim has room for."""
    effect: EffectFact = rng.choice(facts.effects)
    left = effect.reclaim_ore - sum(each.amount_ore for each in facts.money if each.effect_id == effect.effect_id)
    more = MoneyFact("more", effect.effect_id, kind, left + 1, effect.recorded_on)
    return Facts(facts.cases, facts.effects, (*facts.money, more), facts.costs, facts.as_of, facts.hourly_cost_ore)


@pytest.mark.parametrize("kind", ["collected", "written_off"])
def test_nothing_is_paid_or_written_off_beyond_what_is_owed(kind: str) -> None:
    rng = random.Random(kind)
    histories = [history for seed in range(100) if (history := a_history(seed)).facts.effects]
    for history in histories:
        books = Books()
        with pytest.raises(DataContractError, match="than was owed"):
            books.book(paid_beyond(history.facts, rng, kind))
        assert books.entries == []


def test_the_database_comes_to_the_same_and_keeps_every_day(opened: Callable[..., Store]) -> None:
    histories = [a_history(seed, name=f"{seed}-") for seed in range(10_000, 10_000 + IN_A_TOWN)]
    town = together(histories)
    store = opened()
    stood: dict[object, dict[str, int]] = {}
    for facts in deliveries(town, random.Random(5), most=5):
        with store.act("impact.booked", subject="test") as act:
            book(act.connection, facts, at=act.at)
        with store.act("impact.booked", subject="test again") as act:
            assert book(act.connection, facts, at=act.at).booking == 0
        with store.reading() as connection:
            stood[facts.as_of] = sums(load_entries(connection))
    with store.reading() as connection:
        assert sums(load_entries(connection)) == balance(town.facts)
        assert len(stood) > 2 and len({frozenset(each.items()) for each in stood.values()}) == len(stood)
        for day, lines in stood.items():
            as_of = load_balance(connection, as_of=day)
            by_account = as_of.lines.group_by("account").agg(pl.col("amount_ore").sum())
            assert _left(dict(by_account.iter_rows())) == lines and as_of.as_of == day
        assert verify(connection) == len(list(load_entries(connection)))
        figures = build_figures(load_balance(connection).lines)
        for code in FIGURES:
            parts = explain(load_entries(connection), read_selection(code))
            assert sum(part.amount_ore for part in parts) == figures[code]


def test_the_histories_meet_what_they_are_meant_to() -> None:
    """Overlap on one grant and without one, increases, late and forgotten rows, shares that do not divide."""
    histories: list[History] = [a_history(seed) for seed in range(300)]
    lines = [sums(build_position(history.facts).standings) for history in histories]
    assert sum("overlap.forward.municipal" in each for each in lines) > 20
    assert sum("counted.correction.municipal" in each for each in lines) > 20
    assert sum("repaid.municipal" in each or "lapsed.municipal" in each for each in lines) > 5
    assert any(len({each.case_id for each in history.facts.effects if each.grant_id}) > 1 for history in histories)
    assert any(each.grant_id is None for history in histories for each in history.facts.effects)
    assert any(days for history in histories for days in history.late_days.values())
