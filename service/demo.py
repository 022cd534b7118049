"""The whole line on an invented town, for somebody who sees the product for the first time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.settings import Settings
from governance.store.opening import Store
from service.list_writing import RankedRun
from service.random_arm import Seed
from service.rank import rank
from service.rank_request import RankRequest
from synthetic_data.town import TownPlan, write_town
from training.pipeline import Training, train

PERSONS = 20_000
CASES = 1_500
HOURS = 160.0
START = dt.date(2020, 6, 1)
YEARS = 4

Report = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """Where the town and the list lie, and what came of training and ranking."""

    town: Path
    out: Path
    as_of: AsOf
    training: Training
    run: RankedRun


def run_demonstration(
    folder: Path, *, settings: Settings, store: Store, seed: int, draw: Seed, report: Report
) -> Demonstration:
    """Make a town, train on its history, rank its candidates; everything is written below `folder`."""
    town, out, as_of = folder / "town", folder / "list", AsOf(START.replace(year=START.year + YEARS))
    report(f"making a town of {PERSONS} invented persons")
    plan = TownPlan(persons=PERSONS, seed=seed, start=START, years=YEARS, cases=CASES)
    write_town(town, plan, catalogue=load_catalogue().as_rows())
    training = train(town, as_of=as_of, settings=settings, seed=seed, report=report)
    request = RankRequest(
        directory=town, as_of=as_of, hours=HOURS, out=out, every_candidate=False, model=training.registered.version,
        random_share=settings.random_share, seed=draw,
    )  # fmt: skip
    return Demonstration(town, out, as_of, training, rank(request, settings=settings, store=store, report=report))
