"""Random walks of random people over every step: the laws always hold, and what is refused leaves no trace."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from builders import AS_OF
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from governance.access.caller import Caller
from governance.errors import InvalidForm, NotNow, PermissionDenied
from service.cases.intake import take_in
from service.cases.snapshot import build_snapshots
from service.cases.standing import Standing
from service.cases.states import STATES
from service.cases.step import STEPS, obstacle, offered
from service.cases.tables import CASES
from service.cases.vault import load_vault
from tests.audit_logs import TickingClock, a_store
from tests.service.people import ANNA, BO, BUF_ONLY, CARL, DPO, EVALUATOR, LEADER, NOBODY
from tests.service.town import RECLAIM, STOP, TownList, a_proposal, a_town, a_town_list, list_rows
from tests.service.walks import BOTH_TOLD, KIND_OF, check_laws, fields_of, load_rows

PEOPLE = (ANNA, BO, CARL, LEADER, DPO, BUF_ONLY, EVALUATOR, NOBODY)
REFUSED = (NotNow, PermissionDenied, InvalidForm)
DISTURBING = ("declare_conflict", "release", "skip", "veto", "object", "assign", "end_vetoed", "record_hours", "refer")
PRESSING = ("second_look", "approve", "propose", "announce", "open", "hear")
STAGES = ("list", "open", "hear", "answer", "propose", "decide", "announce", "appeal")
SEEDS = st.integers(0, 2**32 - 1)
_RUNS = itertools.count(2)


class Walk(RuleBasedStateMachine):
    """One case from the list on; `town` and the counts are set by the test."""

    town: TownList
    reached: Counter[str]
    taken: Counter[str]

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        """A fresh case at some stage: the list of the day has one address, whatever stood before is out of the way."""
        self.home, self.turn = f"walk-{next(_RUNS)}", 0
        _take_in_one(self.town, self.home)
        _go_to(self.town, self.home, random.Random(seed).choice(STAGES))

    @rule(seed=SEEDS)
    def a_turn(self, seed: int) -> None:
        """One rule for every turn: of several, whole walks would be made without one or the other."""
        rng = self._dice(seed)
        turn = rng.random()
        if turn < 0.1:
            self.town.pass_days(rng.choice([1, 8, 16]))
        elif turn < 0.35:
            self._attempt(rng.choice(sorted(STEPS)), rng.choice(PEOPLE), rng)
        else:
            self._take_what_is_offered(rng)

    def _take_what_is_offered(self, rng: random.Random) -> None:
        """Mostly whoever has the case, and mostly what moves it on: otherwise walks would seldom come far."""
        owner = self.town.case(self.home).owner
        known = [each for each in PEOPLE if each.user_id == owner]
        caller = known[0] if known and rng.random() < 0.6 else rng.choice(PEOPLE)
        codes = _offered(self.town, self.home, caller)
        calm = [code for code in codes if code not in DISTURBING]
        pressing = [code for code in codes if code in PRESSING]
        if codes:
            tempted = pressing if pressing and rng.random() < 0.5 else calm if calm and rng.random() < 0.9 else codes
            self._attempt(rng.choice(tempted), caller, rng, offered=True)

    def _dice(self, seed: int) -> random.Random:
        """Fresh dice a turn: whoever generates likes to give the same seed again."""
        self.turn += 1
        return random.Random(f"{seed} {self.turn}")

    def _attempt(self, code: str, caller: Caller, rng: random.Random, *, offered: bool = False) -> None:
        if code in KIND_OF and rng.random() < 0.7:
            self.town.letter(self.home, KIND_OF[code], deadline=_deadline(self.town, code, rng))
            if code in BOTH_TOLD:
                self.town.letter(self.home, BOTH_TOLD[code], person=2)
        before = load_rows(self.town, self.home)
        fields = fields_of(code, self.town, self.home, rng)
        try:
            self.town.take(self.home, code, caller, **fields)
        except REFUSED as refused:
            assert load_rows(self.town, self.home) == before
            _refused_for_a_reason(code, refused, offered=offered)
        else:
            assert caller not in (EVALUATOR, NOBODY)
            after = load_rows(self.town, self.home)
            assert len(after.steps) == len(before.steps) + 1
            self.taken[code] += 1
            self.reached[after.case.state] += 1

    @invariant()
    def laws(self) -> None:
        if hasattr(self, "home"):
            check_laws(load_rows(self.town, self.home))


def _deadline(town: TownList, code: str, rng: random.Random) -> dt.date | None:
    return town.today() + dt.timedelta(days=rng.choice([14, 14, 3])) if KIND_OF[code] == "hearing" else None


def _go_to(town: TownList, home: str, stage: str) -> None:
    if stage in ("open", "hear", "answer"):
        getattr(town, stage)(home, ANNA)
    elif stage == "propose":
        town.answer(home, ANNA)
        town.take(home, "propose", ANNA, **a_proposal(STOP, RECLAIM))
    elif stage != "list":
        {"decide": town.decide}.get(stage, town.announce)(home, ANNA, BO, STOP, RECLAIM)
    if stage == "appeal":
        town.take(home, "appeal", LEADER, received_on=town.today().isoformat(), text="Jeg er uenig.")


def _refused_for_a_reason(code: str, refused: Exception, *, offered: bool) -> None:
    """What was offered is refused for what was filled in only, or by a rule that hangs on it."""
    if offered and code not in ("propose", "end_vetoed"):
        assert isinstance(refused, InvalidForm), f"{code} was offered: {refused}"


def _offered(town: TownList, home: str, caller: Caller) -> list[str]:
    with town.store.reading() as connection:
        standing = Standing(
            connection, town.case(home), caller, town.today(), town.settings, load_vault(town.settings)
        )  # fmt: skip
        return [
            code for code, each in sorted(STEPS.items()) if offered(each, standing) and not obstacle(each, standing)
        ]


def _take_in_one(town: TownList, home: str) -> None:
    snapshot = build_snapshots(a_town(), ["home-1"], as_of=AS_OF)["home-1"]
    run_id = f"run-{home}"
    take_in(
        town.store, run_id=run_id, rows=list_rows((home,), run_id=run_id), snapshots={home: snapshot}, protected=(),
        as_of=town.today(), settings=town.settings,
    )  # fmt: skip
    with town.store.reading() as connection:
        found = sa.select(CASES.c.case_id).where(CASES.c.address_id == home)
        town.ids[home] = connection.execute(found).scalar_one()  # type: ignore[index]


EXAMPLES = {"sqlite": 25, "postgresql": 7}
"""Fewer on PostgreSQL, where the same laws are kept by other locks and types."""
FAR = {"sqlite": (5, 8), "postgresql": (3, 5)}
"""So many states and steps at least: a walk that never comes far proves little."""


def test_no_walk_breaks_a_law(database: str) -> None:
    home = Path(tempfile.mkdtemp(prefix="walks-"))
    store = a_store(home, clock=TickingClock(), database=database, blind_share=0.5)
    try:
        Walk.town = a_town_list(store, ("home-1",))
        Walk.reached, Walk.taken = Counter(), Counter()
        for caller in (ANNA, BO, CARL):
            for code in ("claim", "release"):
                Walk.town.take("home-1", code, caller)
        run_state_machine_as_test(
            Walk,
            settings=settings(
                max_examples=EXAMPLES[store.engine.dialect.name],
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                # the dice make shrinking long and of little use; a failing walk is short as it is
                phases=(Phase.generate,),
            ),
        )
    finally:
        store.engine.dispose()
        shutil.rmtree(home)
    states, steps = FAR[store.engine.dialect.name]
    assert len(Walk.reached) >= states, Walk.reached
    assert len(Walk.taken) >= steps, Walk.taken
    assert set(Walk.reached) <= set(STATES)
