"""A list that was ranked with a large random arm, taken in, and worked to its end by caseworkers, case by case.

Registers and model are those of the small town of these tests; what a control finds is drawn by the hit probability
that was logged of it, times `KEPT`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import sqlalchemy as sa

from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.impact.saving import effect_savings
from governance.registers import Registers, load_registers
from governance.settings import Settings
from governance.store.opening import Store, open_store
from service.cases.intake import take_in
from service.cases.snapshot import adults_of, build_snapshots
from service.cases.tables import CASES, EFFECTS
from service.letters.rules import load_letter_texts
from service.outcomes.merging import merge_own
from service.random_arm import Seed
from service.rank import rank
from service.rank_request import RankRequest
from service.runs import register_snapshot
from tests.audit_logs import TickingClock
from tests.functional.towns import Town
from tests.service.people import ANNA, BO, LEADER
from tests.service.town import A_FACT, TownList, a_proposal

HOURS, SHARE, SEED = 1_200.0, 0.8, 20_241_123
KEPT = 3.5
"""What is found over what was promised: so much that ten cases and more stand behind each list and what it leaves."""
MORNING = dt.time(8, tzinfo=dt.UTC)


@dataclass
class WorkedList:
    """The home with its list and cases; `changed`: addresses where a benefit was stopped, in the order of the list."""

    town: Town
    store: Store
    clock: TickingClock
    run_id: str
    cases: TownList
    changed: list[str]

    @property
    def home(self) -> Path:
        return self.store.settings.home

    @property
    def listed_on(self) -> dt.date:
        return dt.date.fromisoformat(self.town.as_of)

    def days_after(self, days: int) -> str:
        return f"{self.listed_on + dt.timedelta(days=days)}"

    def go_to(self, days: int) -> None:
        self.clock.at = dt.datetime.combine(self.listed_on + dt.timedelta(days=days), MORNING)

    def merged(self, out: Path) -> Path:
        """The town's delivery with what our own cases say by now."""
        with self.store.reading() as connection:
            snapshot = register_snapshot(self.town.directory)
            merge_own(self.town.directory, out, connection=connection, home=self.home, delivery=snapshot)
        return out

    def set_aside(self, address: str) -> None:
        """The whole decision falls on appeal."""
        today = str(self.cases.today())
        with self.store.reading() as connection:
            asked = sa.select(EFFECTS.c.effect_id).where(EFFECTS.c.case_id == self.cases.ids[address])
            effects = list(connection.execute(asked).scalars())
        self.cases.take(address, "appeal", LEADER, received_on=today, text="Jeg er uenig.")
        self.cases.take(
            address, "appeal_outcome", LEADER, result="reversed", reversed=effects, decided_on=today
        )  # fmt: skip

    def draw(self) -> pl.DataFrame:
        """The logged draw of every candidate that could be drawn."""
        draws = pl.read_parquet(self.home / "runs" / self.run_id / "draw.parquet")
        return draws.filter(pl.col("selection_probability") > 0)


def work_list(town: Town, home: Path) -> WorkedList:
    """Rank, take in and work the list; `home` has a trained model."""
    as_of = AsOf.parse(town.as_of)
    clock = TickingClock(dt.datetime.combine(as_of.day, MORNING))
    settings = Settings(home=home, threads=1, blind_share=0.0)
    store = open_store(settings, clock=clock, actor="tester")
    request = RankRequest(
        directory=town.directory, as_of=as_of, hours=HOURS, out=home.parent / "list", every_candidate=False,
        model=None, random_share=SHARE, seed=Seed(SEED),
    )  # fmt: skip
    run = rank(request, settings=settings, store=store, report=lambda _: None)
    run_id, addresses = str(run.record["run_id"]), run.rows["address_id"].to_list()
    snapshots = build_snapshots(load_registers(town.directory), addresses, as_of=as_of)
    rows = pl.read_parquet(home / "runs" / run_id / "worklist.parquet")
    intake = take_in(
        store, run_id=run_id, rows=rows, snapshots=snapshots, protected=(), as_of=as_of.day, settings=settings
    )  # fmt: skip
    with store.reading() as connection:
        ids = {row.address_id: row.case_id for row in connection.execute(sa.select(CASES))}
    worked = WorkedList(town, store, clock, run_id, TownList(store, settings, ids, intake), [])
    luck = np.random.default_rng(SEED).random(len(addresses))
    for address, chance, fate in zip(addresses, run.rows["hit_probability"], luck, strict=True):
        if fate < KEPT * chance and _stop_largest(worked.cases, address, snapshots[address]):
            worked.changed.append(address)
        else:
            _reject(worked.cases, address)
    return worked


def _reject(cases: TownList, address: str) -> None:
    """A look at the registers, and nothing to be seen."""
    cases.take(address, "claim", ANNA)
    cases.take(address, "first_look", ANNA, assessment="would_reject")
    cases.take(address, "reject", ANNA, reason="no_presumption")


def _stop_largest(cases: TownList, address: str, snapshot: Mapping[str, Any]) -> bool:
    """From the list to an announced stop of the largest benefit; False where nothing is paid to an adult."""
    adults = adults_of(snapshot, cases.today())
    people = [each["person"] for each in snapshot["residents"] if each["person_id"] in adults]
    paid = [each for each in snapshot["grants"] if each["monthly_ore"] and each["person"] in people]
    if not paid:
        return False
    grant = max(paid, key=lambda each: each["monthly_ore"])
    today = cases.today()
    cases.take(address, "claim", ANNA)
    cases.take(address, "first_look", ANNA, assessment="would_open")
    cases.take(address, "record_fact", ANNA, **(A_FACT | {"known_on": str(today)}))
    cases.take(address, "open", ANNA)
    cases.take(address, "inform", ANNA, letters=[cases.letter(address, "orientation", person=each) for each in people])
    heard = [
        cases.letter(address, "hearing", person=each, deadline=today + dt.timedelta(days=14)) for each in people
    ]  # fmt: skip
    cases.take(address, "hear", ANNA, letters=heard)
    for letter in heard:
        cases.take(address, "hearing_answer", ANNA, letter=letter, text="Ingen.", received_on=str(today))
    stop = {
        "person": grant["person"], "grant": grant["grant"], "benefit": grant["benefit"], "effect": "stopped",
        "monthly_change_ore": -grant["monthly_ore"], "effective_from": str(today), "reclaim_ore": 0,
    }  # fmt: skip
    rules = [load_letter_texts(cases.settings).rules_for("decision", [grant["benefit"]])[0].code]
    cases.take(address, "propose", ANNA, **a_proposal(stop, rules=rules))
    cases.take(address, "second_look", BO, assessment="change")
    cases.take(address, "approve", BO)
    told = [cases.letter(address, "decision" if each == grant["person"] else "closing", person=each) for each in people]
    cases.take(address, "announce", ANNA, letters=told)
    return True


def saved_of(registers: Registers, worked: WorkedList, as_of: str) -> Mapping[str, float]:
    """Address → municipal øre that stand of its case, by the one definition of a saving; controlled ones alone."""
    effects = effect_savings(registers, as_of=AsOf.parse(as_of), catalogue=load_catalogue()).filter("stands")
    municipal = pl.sum_horizontal("saving_bif_ore", "saving_buf_ore", "saving_kff_ore")
    by_case = dict(effects.group_by("case_id").agg(municipal.sum()).iter_rows())
    return {address: float(by_case.get(case, 0)) for address, case in worked.cases.ids.items()}
