"""One life of a case, kept at every stage of it, and a service that can be put back to any of them in no time.

A stage is a directory with database and home; living a case again for every test would take a hundred times as long.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.audit.tables import EVENTS
from governance.settings import Settings
from governance.store.opening import Store, open_store
from governance.store.schema import METADATA
from service.auth.glass import break_glass
from service.auth.notices import load_notices
from service.cases.effects import load_effects
from service.cases.tables import CASES
from service.identities.importing import import_identities
from service.impact.release import approve_release, ask_release, list_releases
from service.letters.tables import LETTERS
from service.outbox.queueing import queue_journal
from service.outbox.sweeping import sweep
from service.rights.breaches import list_breaches, record_breach
from service.rights.requests import list_requests, receive_request
from tests.audit_logs import TickingClock, a_store
from tests.service.api import Asker
from tests.service.impact_reports import a_report, keep
from tests.service.mended import ask, note, wrong_residence
from tests.service.named import write_delivery
from tests.service.pages import Reader
from tests.service.people import ANNA, BO, BUF_ONLY, DPO, EMIL, EVALUATOR, LEADER
from tests.service.rights_town import CPR_OF, a_known_town, name_of
from tests.service.tokens import InProcess, LoggedIn, an_app, log_in
from tests.service.town import A_FACT, DAY, STOP, TownList, a_proposal

HOME = "home-1"
LOG = {"audit_event", "audit_node"}
EMERGENCY = "Politiet beder om hjælp nu, og ingen fra forvaltningen er på arbejde."
CLAIMED_BACK = {**STOP, "reclaim_ore": 250_050}
BREACH = {
    "kind": "confidentiality", "persons": 1, "happened": "Et brev kom til en forkert.", "consequences": "Ingen kendte.",
    "measures": "Brevet er hentet.",
}  # fmt: skip
PERSONS = "person_id,cpr_number,name\n" + "".join(f"{who},{cpr},{name_of(who)}\n" for who, cpr in CPR_OF.items())
PURPOSE_OF = {ANNA: "case_work", BO: "approval", DPO: "supervision", LEADER: "quality"}


class Turned(Exception):
    """The service said no; the code of its problem, or the status of its page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def carried(answer: Any) -> Any:
    """The answer of somebody who was let through; `Turned` otherwise."""
    if answer.status_code >= 400:
        machine = answer.headers["content-type"] == "application/problem+json"
        raise Turned(answer.json()["code"] if machine else str(answer.status_code))
    return answer


@dataclass
class World:
    """A running service at one stage of the life of the case at `HOME`."""

    place: Path
    kept: Path
    clock: TickingClock
    town: TownList
    client: InProcess
    sessions: Mapping[Caller, LoggedIn]
    at: dict[str, dt.datetime] = field(default_factory=dict)
    behind: int = 0
    """How many versions somebody is behind who takes a step."""
    instead: Caller | None = None
    """Who asks the API instead of whom the deed names."""

    @property
    def store(self) -> Store:
        return self.town.store

    @property
    def settings(self) -> Settings:
        return self.town.settings

    @property
    def case_id(self) -> str:
        return self.town.ids[HOME]

    def put(self, stage: str) -> World:
        """Back to a stage, lived now if nobody has been there."""
        if stage not in self.at:
            before, live = STAGES[stage]
            live(self.put(before))
            self.keep(stage)
        self.store.engine.dispose()
        shutil.rmtree(self.place)
        shutil.copytree(self.kept / stage, self.place)
        self.clock.at, self.behind, self.instead = self.at[stage], 0, None
        fresh = open_store(self.settings, clock=self.clock, actor="tester")
        # the app and everything in it hold the one store
        self.store.__dict__.update(fresh.__dict__)
        return self

    def keep(self, stage: str) -> None:
        self.store.engine.dispose()
        shutil.copytree(self.place, self.kept / stage)
        self.at[stage] = self.clock.at

    def ask(self, who: Caller | None) -> Asker:
        """The API, as somebody with a token."""
        self.client.client.cookies.clear()
        return Asker(self.client, self.instead or who)

    def read(self, who: Caller) -> Reader:
        """The pages, as somebody who has logged in before."""
        logged_in = self.sessions[who]
        self.client.give(self.client.app.state.lobby.cookies.name("session"), logged_in.cookie)
        return Reader(self.client, logged_in.csrf)

    def seen(self) -> int:
        """The version of the case that somebody has seen."""
        with self.store.reading() as connection:
            asked = sa.select(CASES.c.version).where(CASES.c.case_id == self.case_id)
            return int(connection.execute(asked).scalar_one()) - self.behind

    def letter(self, kind: str) -> str:
        """The newest letter of that kind in the case."""
        with self.store.reading() as connection:
            mine = (LETTERS.c.case_id == self.case_id, LETTERS.c.kind == kind)
            newest = sa.select(LETTERS.c.letter_id).where(*mine).order_by(LETTERS.c.at.desc()).limit(1)
            return str(connection.execute(newest).scalar_one())

    def letters(self, kinds: set[str]) -> list[str]:
        """Every letter of those kinds in the case, in the order in which they were made."""
        with self.store.reading() as connection:
            mine = (LETTERS.c.case_id == self.case_id, LETTERS.c.kind.in_(kinds))
            return list(
                connection.execute(sa.select(LETTERS.c.letter_id).where(*mine).order_by(LETTERS.c.at)).scalars()
            )

    def effect(self) -> str:
        with self.store.reading() as connection:
            return load_effects(connection, self.case_id)[0].effect_id

    def request(self) -> str:
        with self.store.reading() as connection:
            return list_requests(connection)[0].request_id

    def breach(self) -> str:
        with self.store.reading() as connection:
            return list_breaches(connection)[0].breach_id

    def release(self) -> str:
        with self.store.reading() as connection:
            return list_releases(connection)[0].request_id

    def notice(self) -> str:
        with self.store.reading() as connection:
            return load_notices(connection)[0].notice_id

    def today(self, days: int = 0) -> str:
        return (self.clock.at.date() + dt.timedelta(days=days)).isoformat()

    def events(self) -> list[Any]:
        """Every event, the oldest first."""
        with self.store.reading() as connection:
            return list(connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq)))

    def rows(self) -> dict[str, list[Any]]:
        """Everything that the database holds, by table."""
        with self.store.reading() as connection:
            return {table.name: connection.execute(sa.select(table)).all() for table in METADATA.sorted_tables}


def begin(place: Path) -> World:
    """The list taken in, everybody named, and who works there logged in."""
    clock, kept = TickingClock(), place / "kept"
    at = place / "now"
    store = a_store(at / "home", clock=clock, database=f"sqlite:///{at / 'service.db'}", blind_share=0.0)
    town = a_known_town(store)
    import_identities(store, write_delivery(place / "delivery", persons=PERSONS), invented=True)
    client = InProcess(an_app(store))
    for step in ("claim", "release"):
        town.take("home-2", step, BO)
    sessions = {who: log_in(client.app, who, purpose=purpose) for who, purpose in PURPOSE_OF.items()}
    world = World(at, kept, clock, TownList(store, store.settings, town.ids, town.intake), client, sessions)
    world.keep("listed")
    return world


def _take(code: str, who: Caller = ANNA, **fields: Any) -> Callable[[World], None]:
    def live(world: World) -> None:
        made = {name: value(world) if callable(value) else value for name, value in fields.items()}
        world.town.take(HOME, code, who, **made)

    return live


BOTH = {"orientation": "orientation", "decision": "closing"}
"""The letters that the other adult has too, and of what kind."""


def _with_letter(then: Callable[[World], None], kind: str) -> Callable[[World], None]:
    """The step, and the letter that the next one sends."""

    def live(world: World) -> None:
        then(world)
        deadline = world.clock.at.date() + dt.timedelta(days=14) if kind == "hearing" else None
        world.town.letter(HOME, kind, deadline=deadline)
        if kind in BOTH:
            world.town.letter(HOME, BOTH[kind], person=2)

    return live


def sent(kind: str) -> Callable[[World], list[str]]:
    """The newest letter of a kind, as the field of a step."""
    return lambda world: world.letters({kind, BOTH.get(kind, kind)})


def _asked(kind: Any) -> Callable[[World], None]:
    def live(world: World) -> None:
        receive_request(
            world.store, caller=DPO, kind=kind, person_id=f"{HOME}-b", received_on=DAY, words="Jeg beder om svar.",
            purpose="supervision",
        )  # fmt: skip

    return live


def _breached(world: World) -> None:
    record_breach(world.store, caller=DPO, known_at=world.clock.at, **BREACH)


def _mended(world: World) -> None:
    note(world.town, ask(world.store), wrong_residence())


def _watched(world: World) -> None:
    _asked("rectification")(world)
    _breached(world)


def _broken(world: World) -> None:
    break_glass(world.store, caller=BUF_ONLY, case_id=world.case_id, reason=EMERGENCY)


def _queued(world: World) -> None:
    with world.store.act("list.made", subject="queued") as act:
        queue_journal(act, world.town.case(HOME), "claim")


def _swept(world: World) -> None:
    sweep(world.store, world.settings)


def _reported(world: World) -> None:
    keep(world.store, a_report())


def _release_asked(world: World) -> None:
    ask_release(world.store, caller=EVALUATOR, version=1, purpose="Møde i udvalget")


def _released(world: World) -> None:
    approve_release(world.store, caller=EMIL, request_id=world.release())


STAGES: Mapping[str, tuple[str, Callable[[World], None]]] = {
    "claimed": ("listed", _take("claim")),
    "conflict": ("listed", _take("declare_conflict")),
    "looked": ("claimed", _take("first_look", assessment="would_open")),
    "noted": ("looked", _take("record_fact", **A_FACT)),
    "opened": ("noted", _with_letter(_take("open"), "orientation")),
    "informed": ("opened", _with_letter(_take("inform", letters=sent("orientation")), "hearing")),
    "another": ("informed", lambda world: world.town.letter(HOME, "orientation", person=2)),
    "suspected": ("informed", _take("suspect", text="To forklaringer stemmer ikke overens.")),
    "hearing": ("informed", _take("hear", letters=sent("hearing"))),
    "answered": (
        "hearing",
        _take("hearing_answer", letter=lambda world: world.letter("hearing"), text="Nej.", received_on=World.today),
    ),
    "proposed": ("answered", _take("propose", **a_proposal(CLAIMED_BACK))),
    "seconded": ("proposed", _take("second_look", BO, assessment="change")),
    "decided": ("seconded", _with_letter(_take("approve", BO), "decision")),
    "announced": ("decided", _take("announce", letters=sent("decision"))),
    "appealed": ("announced", _take("appeal", received_on=World.today, text="Jeg klager.")),
    "vetoed": ("claimed", _take("veto", DPO, text="Vent.")),
    "asked": ("listed", _asked("access")),
    "objected": ("listed", _asked("objection")),
    "mended": ("listed", _mended),
    "breached": ("listed", _breached),
    "watched": ("opened", _watched),
    "broken": ("listed", _broken),
    "queued": ("claimed", _queued),
    "sent": ("queued", _swept),
    "reported": ("listed", _reported),
    "release_asked": ("reported", _release_asked),
    "released": ("release_asked", _released),
}  # fmt: skip
"""Stage → the stage before it, and what was then done."""
