"""The years before a demonstration: lists that were made then, logged and controlled, with what came of them.

An invented town is lived month by month. Now and then the product's own ranking makes a list on what the registers knew
that day, the town's people control it, and their answers come in late, as in a municipality; so expected and realised
can be held against each other. Must not know what a report says of it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.as_of import AsOf, SetClock
from governance.benefits import load_catalogue
from governance.registers import Registers, load_registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.intake import take_in
from service.cases.snapshot import build_protected, build_snapshots
from service.cases.tables import CASES, LISTS
from service.demo_cases import keep_ended
from service.list_writing import RankedRun
from service.random_arm import Seed
from service.rank import rank
from service.rank_request import RankRequest
from service.training_run import train_on_record
from synthetic_data.stepping import Control, SteppedPlan, SteppedTown, begin_town

LISTS_MADE, MONTHS_BETWEEN = 5, 4
MONTHS_AFTER = 8
"""From the last of the lists to the day that the town is looked at; the first three are old enough to count by then."""
HOURS_A_THOUSAND = 30.0
RANDOM_SHARE = 0.6
"""A pilot's: the yardstick of a small town needs many draws."""
BESIDE = 1.0
"""The pilot runs beside the practice of always: a model is never judged by cases that it chose alone."""
OPENED = "case.open"

Report = Callable[[str], None]


@dataclass(frozen=True)
class TownBefore:
    """How large a town, the seed of its luck, from when, for how many months, and about how many controls in all."""

    persons: int
    seed: int
    start: dt.date
    months: int
    cases: int

    @property
    def hours(self) -> float:
        """Of each list."""
        return HOURS_A_THOUSAND * self.persons / 1_000

    @property
    def months_before(self) -> int:
        """Months of the old policy, until the first list."""
        return self.months - (LISTS_MADE - 1) * MONTHS_BETWEEN - MONTHS_AFTER

    def stepped(self) -> SteppedPlan:
        """The town that can be lived month by month; the old policy's controls as many a month as over the whole."""
        controlled, of_old = self.months - 12, self.months_before - 12
        return SteppedPlan(
            persons=self.persons, seed=self.seed, cases=round(self.cases * of_old / controlled), start=self.start,
            history_months=self.months_before, steered_months=self.months - self.months_before, run_off_months=0,
            beside=BESIDE,
        )  # fmt: skip


@dataclass(frozen=True)
class EarlierList:
    """A list of then: the run, the registers it was made from, its rows that were controlled, and by address the
    name that the town gave the case."""

    run: RankedRun
    registers: Registers
    as_of: AsOf
    rows: pl.DataFrame
    named: Mapping[str, str]


def live_to_the_day(
    folder: Path, town: TownBefore, *, settings: Settings, store: Store, report: Report
) -> None:  # fmt: skip
    """Write the registers of the town's last day below `folder/town`, the earlier lists and their cases in `store`.

    A demonstration that was begun before keeps its town and its lists.
    """
    if _begun(store) and (folder / "town" / "control_case.parquet").is_file():
        return
    lived = begin_town(town.stepped(), catalogue=load_catalogue().as_rows())
    lists = _lists(folder / "earlier", lived, town.hours, settings=settings, store=store, report=report)
    while lived.month < town.months:
        lived.advance()
    delivered = lived.deliver(folder / "town")
    report("handing the earlier lists to the caseworkers of then")
    names: dict[str, str] = {}
    for each in lists:
        names |= _taken_in(each, delivered, until=lived.today, settings=settings, store=store)
    _rename(delivered, names)


def _begun(store: Store) -> bool:
    with store.reading() as connection:
        return connection.execute(sa.select(LISTS.c.run_id).limit(1)).first() is not None


def _lists(
    folder: Path, lived: SteppedTown, hours: float, *, settings: Settings, store: Store, report: Report
) -> Sequence[EarlierList]:  # fmt: skip
    """A model of the first day, and the lists that it made."""
    found: list[EarlierList] = []
    model = ""
    for number in range(LISTS_MADE):
        as_of = AsOf(lived.known_at)
        directory = lived.deliver(folder / f"town-{as_of}")
        with _on_day(store, as_of.day):
            if not model:
                report(f"training a model as of {as_of}, before the first of the earlier lists")
                trained = train_on_record(
                    directory, as_of=as_of, settings=settings, store=store, seed=1, judge=False, report=_unheard
                )
                model = trained.registered.version
            report(f"making the list of {as_of}, and controlling it")
            request = RankRequest(
                directory=directory, as_of=as_of, hours=hours, out=folder / f"list-{as_of}", every_candidate=False,
                model=model, random_share=RANDOM_SHARE, seed=Seed(number),
            )  # fmt: skip
            run = rank(request, settings=settings, store=store, report=_unheard)
        found.append(_controlled(lived, run, load_registers(directory), as_of))
        if number < LISTS_MADE - 1:
            for _ in range(MONTHS_BETWEEN):
                lived.advance()
    return found


def _unheard(_: str) -> None:
    """What each of many lists does is not said."""


@contextlib.contextmanager
def _on_day(store: Store, day: dt.date) -> Iterator[None]:
    """The store's clock on an earlier, invented day."""
    clock = store.clock
    store.clock = SetClock(day, clock)
    try:
        yield
    finally:
        store.clock = clock


def _controlled(lived: SteppedTown, run: RankedRun, registers: Registers, as_of: AsOf) -> EarlierList:
    """Everything on the list is controlled that may be shown to a caseworker."""
    rows = run.rows.filter(~pl.col("address_id").is_in(sorted(build_protected(registers, as_of=as_of))))
    asked = [
        Control(address_id=address, channel="random" if arm == "random" else "model",
                selection_probability=chance if arm == "random" else None)
        for address, arm, chance in rows.select("address_id", "arm", "selection_probability").iter_rows()
    ]  # fmt: skip
    cases = lived.control(asked)
    return EarlierList(run, registers, as_of, rows, dict(zip(rows["address_id"], cases, strict=True)))


def _taken_in(each: EarlierList, town: Path, *, until: dt.date, settings: Settings, store: Store) -> Mapping[str, str]:
    """The list as cases with how they ended; the town's name of each case → ours."""
    run_id = str(each.run.record["run_id"])
    snapshots = build_snapshots(each.registers, each.rows["address_id"].to_list(), as_of=each.as_of)
    cases = _rows_by(town / "control_case.parquet", "case_id")
    effects = _rows_by(town / "control_effect.parquet", "case_id")
    with _on_day(store, each.as_of.day):
        take_in(
            store, run_id=run_id, rows=each.rows, snapshots=snapshots, protected=(), as_of=each.as_of.day,
            settings=settings,
        )  # fmt: skip
        with store.act(OPENED, subject=run_id) as act:
            rows = act.connection.execute(sa.select(CASES).where(CASES.c.run_id == run_id)).mappings().all()
            for row in rows:
                name = each.named[row["address_id"]]
                keep_ended(act, row, cases[name][0], effects.get(name, []), until=until)
            act.add(cases=len(rows))
    return {each.named[row["address_id"]]: row["case_id"] for row in rows}


def _rows_by(path: Path, key: str) -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in pl.read_parquet(path).iter_rows(named=True):
        found.setdefault(row[key], []).append(row)
    return found


def _rename(town: Path, names: Mapping[str, str]) -> None:
    """The town's cases under our names, as our own outcomes come back in a municipality's delivery."""
    for name in ("control_case", "control_effect"):
        path = town / f"{name}.parquet"
        pl.read_parquet(path).with_columns(pl.col("case_id").replace(dict(names))).write_parquet(path)
