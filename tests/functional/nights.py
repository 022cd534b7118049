"""Nights of the governed town: in this process, broken off where a test likes, or in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.as_of import AsOf
from governance.settings import PREFIX, Settings
from governance.store.engine import WRITING, make_engine
from governance.store.opening import open_store
from governance.store.schema import METADATA
from service.jobs.night_request import NightRequest
from service.jobs.nightly import NightDone, run_night
from service.random_arm import Seed
from tests.functional.governed import DAY, HOURS, KNOBS, Governed
from tests.gates import HandClock

NIGHT_SEED = 31_415_926
ONCE = ("nightly.begun", "list.made", "worklist.renewed", "list.published", "worklist.taken_in", "impact.booked",
        "impact.reported", "nightly.finished")  # fmt: skip
"""What a night does once, however often it was broken off."""


class Crash(RuntimeError):
    """The process died here."""


@dataclass(frozen=True)
class Standing:
    """A home on one database, as somebody finds it who comes later."""

    home: Governed
    database: str = ""

    @property
    def settings(self) -> Settings:
        return self.home.settings(database=self.database)

    def events(self) -> list[tuple[str, str, dict[str, Any]]]:
        rows = self.read("SELECT action, subject, details FROM audit_event ORDER BY seq")
        return [(row.action, row.subject, json.loads(row.details)) for row in rows]

    def times(self) -> Counter[str]:
        return Counter(action for action, _, _ in self.events())

    def read(self, statement: str) -> list[Any]:
        engine = make_engine(self.settings)
        with engine.connect() as connection:
            rows = list(connection.exec_driver_sql(statement))
        engine.dispose()
        return rows

    def addresses(self) -> list[str]:
        """Of every case, in order."""
        return sorted(row.address_id for row in self.read("SELECT address_id FROM case_file"))

    def night(self, report: Callable[[str], None] = lambda _: None, *, seed: int = NIGHT_SEED) -> NightDone:
        """One try of the night in this process, by a store of its own."""
        store = open_store(self.settings, clock=HandClock(DAY), actor="tester")
        asked = NightRequest(
            directory=self.home.town, as_of=AsOf(DAY), hours=float(HOURS), fallback="random", mitigation="none",
            seed=Seed(seed),
        )  # fmt: skip
        try:
            return run_night(asked, settings=self.settings, store=store, report=report)
        finally:
            store.engine.dispose()

    def process(self) -> subprocess.Popen[str]:
        """The night as a process of its own, begun and not waited for."""
        words = ("nightly", str(self.home.town), "--as-of", str(DAY), "--hours", str(HOURS), "--json")
        chosen = {**KNOBS, "home": str(self.home.home), "database": self.database}
        named = {PREFIX + name.upper(): value for name, value in chosen.items() if value}
        return subprocess.Popen(
            [Path(sys.executable).with_name("adressekontrol"), *words],
            env={**os.environ, "OMP_NUM_THREADS": "1", **named},  # noqa: TID251  what this process was given, and ours
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip


def crash_at(moment: str, after: int = 1) -> Callable[[str], None]:
    """Dies when it is told of `moment` for the `after`th time."""
    left = [after]

    def report(said: str) -> None:
        left[0] -= said == moment
        if said == moment and not left[0]:
            raise Crash(moment)

    return report


def copy_rows(source: Settings, target: Settings) -> None:
    """Every row of one database into another, empty one; a store of it opens as the first would."""
    store = open_store(target, clock=HandClock(DAY), actor="tester")
    engine = make_engine(source)
    with engine.connect() as read, store.engine.connect().execution_options(**{WRITING: True}) as write, write.begin():
        for table in METADATA.sorted_tables:
            rows = [dict(row) for row in read.execute(sa.select(table)).mappings()]
            if rows:
                write.execute(sa.insert(table), rows)
    engine.dispose()
    store.engine.dispose()
