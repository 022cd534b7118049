"""The whole line on an invented town, for somebody who sees the product for the first time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from governance.access.caller import Caller, make_rights
from governance.as_of import AsOf, danish_day
from governance.benefits import load_catalogue
from governance.gate.assessments import record_assessment
from governance.gate.documents import digest
from governance.rules.evidence import Assessment
from governance.rules.law_rules import ASSESSMENT_KINDS
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.intake import Intake
from service.demo_history import TownBefore, live_to_the_day
from service.identities.importing import import_identities
from service.impact.booking import book_registers
from service.impact.making import make_report
from service.jobs.capacity import MINUTES_AN_HOUR, monday_of, set_capacity
from service.jobs.taking_in import take_in_published
from service.list_writing import RankedRun
from service.promotion import Promotion, promote
from service.publication import Publication, publish
from service.random_arm import Seed
from service.rank import rank
from service.rank_request import RankRequest
from service.training_run import train_on_record
from synthetic_data.identities import write_identities
from synthetic_data.town import TownPlan, write_town
from training.checked import load_reported
from training.pipeline import Training

PERSONS = 20_000
CASES = 1_500
HOURS = 160.0
HOURS_OF = {"BIF": 80, "BUF": 50, "KFF": 30}
WEEKS = 4
START = dt.date(2020, 6, 1)
YEARS = 4

Report = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """Where the town and the list lie, what came of training and ranking, and what the two gates answered.

    `intake`: how many cases the released list made; None when it was not released.
    """

    town: Path
    out: Path
    as_of: AsOf
    training: Training
    run: RankedRun
    promotion: Promotion
    publication: Publication | None
    intake: Intake | None


def last_day() -> dt.date:
    """The day the town is looked at."""
    return START.replace(year=START.year + YEARS)


def demonstration_settings(settings: Settings, folder: Path) -> Settings:
    """The same settings with a state of its own, on the day of the invented town; every event says so."""
    return replace(settings, home=folder / "state", invented_day=last_day().isoformat())


def run_demonstration(
    folder: Path, *, settings: Settings, store: Store, seed: int, draw: Seed, report: Report, history: bool = False
) -> Demonstration:
    """Make a town, train on its history, rank its candidates, and ask the gates; everything is written below `folder`.

    With a `history` the town's last two years are controlled by lists of ours, so that promises can be held against
    what came; the gate may then not find enough to judge the model by. The impact assessments are recorded as a
    demonstration's: nobody assessed anything.
    """
    town, out, as_of = folder / "town", folder / "list", AsOf(last_day())
    persons = PERSONS * 5 // 4 if history else PERSONS
    report(f"making a town of {persons} invented persons")
    if history:
        lived = TownBefore(persons=persons, seed=seed, start=START, months=12 * YEARS, cases=CASES)
        live_to_the_day(folder, lived, settings=settings, store=store, report=report)
    else:
        plan = TownPlan(persons=persons, seed=seed, start=START, years=YEARS, cases=CASES)
        write_town(town, plan, catalogue=load_catalogue().as_rows())
    training = train_on_record(town, as_of=as_of, settings=settings, store=store, seed=seed, report=report)
    _assess(store, as_of)
    version = training.registered.version
    promotion = promote(
        town, as_of=as_of, model=version, settings=settings, store=store, seed=seed, report=report
    )  # fmt: skip
    request = RankRequest(
        directory=town, as_of=as_of, hours=HOURS, out=out, every_candidate=False, model=version,
        random_share=settings.random_share, seed=draw,
    )  # fmt: skip
    run = rank(request, settings=settings, store=store, report=report)
    passed = promotion.verdict.passed
    publication = publish(str(run.record["run_id"]), settings=settings, store=store) if passed else None
    intake = None
    if publication is not None and publication.folder is not None:
        report("giving the persons impossible CPR numbers, and handing the list to the caseworkers")
        intake = _hand_over(town, folder / "identities", publication, settings=settings, store=store, seed=seed)
    report("booking what the controls of the history brought in")
    _tell_impact(town, as_of, settings=settings, store=store, report=report)
    # the officer's page holds the log against a signed checkpoint, from the first look on
    store.publish()
    return Demonstration(town, out, as_of, training, run, promotion, publication, intake)


def _hand_over(
    town: Path, identities: Path, publication: Publication, *, settings: Settings, store: Store, seed: int
) -> Intake:
    """Invented names, hours for the coming weeks, and the released list as cases."""
    write_identities(town, identities, seed)
    import_identities(store, identities, invented=True)
    leader = Caller("demonstration", "Demonstration", make_rights([("team_leader", "*")]))
    this_week = monday_of(danish_day(store.clock.now()))
    for week in (this_week + dt.timedelta(weeks=number) for number in range(WEEKS)):
        for office, hours in HOURS_OF.items():
            set_capacity(store, caller=leader, office=office, week=week, minutes=hours * MINUTES_AN_HOUR)
    return take_in_published(store, publication.run_id, settings=settings)


def _tell_impact(town: Path, as_of: AsOf, *, settings: Settings, store: Store, report: Report) -> None:
    """The history's decisions in the ledger and the report of the day, so that evaluators have something to look at.

    From the registers themselves and not from those that a run kept: of these the versions of a grant that have been
    replaced since are gone, and what a decision saved is reckoned from the one that was known then.
    """
    known = load_reported(town, as_of=as_of, settings=settings, report=report).registers
    book_registers(known, as_of, settings=settings, store=store)
    make_report(store, as_of, settings=settings, registers=known)


def _assess(store: Store, as_of: AsOf) -> None:
    """One assessment of each kind that a gate asks for, for as long as a year."""
    begun, ends = as_of.minus_days(30).day, as_of.minus_days(-335).day
    for kind in ASSESSMENT_KINDS:
        with store.act("assessment.recorded") as act:
            made_up = digest(f"demonstration: no {kind} was made")
            record_assessment(act, Assessment(kind, "demonstration", begun, ends), document_sha256=made_up)
