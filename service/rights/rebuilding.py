"""One decision gone through from end to end, for the officer: from the registers kept then to whoever looked since.

The rebuild itself is `service.replay`, which leaves the one event of all this; around it stand what the run was made
from, the verdicts that let it out, and the log of the case. Whatever was altered since is `AuditLogBroken`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa

from features.definitions import load_catalogue_of_features
from features.feature import Feature
from governance.access.caller import Caller
from governance.audit.actions import ACTIONS
from governance.audit.events import Event
from governance.audit.search import Sought, search_page
from governance.errors import NotFound, UsageError
from governance.explained.decision import PARTS
from governance.explained.keeping import KeptRun
from governance.gate.verdicts import Verdict, load_verdict
from governance.store.opening import Store
from service.cases.tables import CASES
from service.kept_registers import load_kept, load_listing
from service.list_evidence import PUBLISHED
from service.promotion import PROMOTED
from service.replay import Rebuilding, Replayed, load_rebuilding, replay_case

PERMISSION = "decision.replay"
VIEWERS_SHOWN = 200


@dataclass(frozen=True)
class KeptTable:
    """A register as the run kept it: how many rows, and the hash that its name proves."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class RebuiltFact:
    """One value of the matrix: what it says in Danish, when the newest fact behind it was known, its registers, and by
    how much it moved the score (None where the model does not use it)."""

    name: str
    sentence_da: str
    value: float | None
    known_on: str | None
    registers: tuple[str, ...]
    contribution: float | None


@dataclass(frozen=True)
class HashRow:
    """A part of the decision, the hash kept then and the one found now."""

    part: str
    kept: str
    rebuilt: str

    @property
    def identical(self) -> bool:
        """Whether they are the same."""
        return self.kept == self.rebuilt


@dataclass(frozen=True)
class Viewing:
    """Somebody who saw or did something with the case; `purpose` is the code that was named, "" for none."""

    at: str
    actor: str
    action: str
    text_da: str
    personal_read: bool
    purpose: str
    seq: int


@dataclass(frozen=True)
class RebuiltDecision:
    """The whole chain. `list_verdict` and `model_verdict` are None when no gate let it out (the list was never
    released, the model never promoted); `released_at` "" likewise."""

    replayed: Replayed
    grounds: Mapping[str, Any]
    registers: tuple[KeptTable, ...]
    facts: tuple[RebuiltFact, ...]
    hashes: tuple[HashRow, ...]
    list_verdict: Verdict | None
    model_verdict: Verdict | None
    released_at: str
    case_ids: tuple[str, ...]
    viewings: tuple[Viewing, ...]

    @property
    def identical(self) -> bool:
        """Whether every part came out the same."""
        return all(each.identical for each in self.hashes)


def rebuild_decision(
    store: Store, *, caller: Caller, run_id: str, place: int, purpose: str, report: Callable[[str], None]
) -> RebuiltDecision:
    """Rebuild the decision at that place and gather what belongs to it; one event `decision.replayed`.

    `NotFound` for an unknown run or place; otherwise the errors of `service.replay.replay`.
    """
    caller.require(PERMISSION)
    try:
        rebuilding = load_rebuilding(run_id, settings=store.settings, store=store, report=report)
        done = replay_case(rebuilding, str(place), store=store, actor=caller.user_id, purpose=purpose)
    except UsageError:
        raise NotFound(
            "Der er ingen sådan placering.", item="placering", remedy="Find kørsel og plads i loggen eller på sagen."
        ) from None
    with store.reading() as connection:
        return _gather(connection, rebuilding, done, store)


def _gather(connection: sa.Connection, rebuilding: Rebuilding, done: Replayed, store: Store) -> RebuiltDecision:
    released = _newest_event(connection, PUBLISHED, done.run_id)
    case_ids = tuple(
        connection.execute(
            sa.select(CASES.c.case_id).where(CASES.c.run_id == done.run_id, CASES.c.pseudonym == done.case)
        ).scalars()
    )
    return RebuiltDecision(
        replayed=done,
        grounds=rebuilding.run.grounds,
        registers=kept_tables(rebuilding.run, store),
        facts=build_facts(done.document),
        hashes=tuple(HashRow(part, getattr(done.kept, part), getattr(done.rebuilt, part)) for part in PARTS),
        list_verdict=_verdict_in(connection, released),
        model_verdict=_verdict_in(connection, _promotion(connection, done)),
        released_at=released.at if released else "",
        case_ids=case_ids,
        viewings=find_viewings(connection, frozenset({done.case, *case_ids})),
    )


def kept_tables(run: KeptRun, store: Store) -> tuple[KeptTable, ...]:
    """The registers that the run kept, each by its hash and size."""
    kept, home = str(run.grounds["kept_registers"]), store.settings.home
    registers = load_kept(kept, home=home)
    return tuple(
        KeptTable(name, int(registers.table(name).select(pl.len()).collect().item()), content)
        for name, content in load_listing(kept, home=home).items()
    )


def build_facts(document: Mapping[str, Any]) -> tuple[RebuiltFact, ...]:
    """Every value of the matrix with its date, the ones that moved the score most first."""
    if not document:
        return ()
    declared = load_catalogue_of_features()
    features, moved = document["features"], document["explanation"]["contributions"]
    facts = [
        _fact(name, declared.get(name), value, features["known_on"].get(name), moved.get(name))
        for name, value in features["values"].items()
    ]
    return tuple(sorted(facts, key=lambda each: (-abs(each.contribution or 0.0), each.name)))


def _fact(
    name: str, feature: Feature | None, value: float | None, known_on: str | None, contribution: float | None
) -> RebuiltFact:
    sentence = feature.sentence_da(value) if feature else name
    return RebuiltFact(name, sentence, value, known_on, feature.registers if feature else (), contribution)


def find_viewings(
    connection: sa.Connection, names: frozenset[str], *, most: int = VIEWERS_SHOWN, before: int | None = None
) -> tuple[Viewing, ...]:
    """Who saw or did what with the case of these names, the newest first."""
    found: list[Viewing] = []
    while len(found) < most:
        page = search_page(connection, Sought(mentions=names), before=before, size=most - len(found))
        found += [as_viewing(event) for event in page.events]
        before = page.next_before
        if before is None:
            break
    return tuple(found)


def as_viewing(event: Event) -> Viewing:
    """An event as somebody's look or act."""
    action = ACTIONS.get(event.action)
    return Viewing(
        at=event.at,
        actor=event.actor,
        action=event.action,
        text_da=action.text_da if action else event.action,
        personal_read=action is not None and action.kind == "personal_read",
        purpose=str(json.loads(event.details).get("purpose") or ""),
        seq=event.seq,
    )


def _newest_event(connection: sa.Connection, action: str, subject: str, *, before: int | None = None) -> Event | None:
    page = search_page(connection, Sought(action=action, subject=subject), before=before, size=1)
    return page.events[0] if page.events else None


def _promotion(connection: sa.Connection, done: Replayed) -> Event | None:
    """The promotion of the model that stood when the list was released, or that stands now when it never was."""
    released = _newest_event(connection, PUBLISHED, done.run_id)
    return _newest_event(connection, PROMOTED, done.model_version, before=released.seq if released else None)


def _verdict_in(connection: sa.Connection, event: Event | None) -> Verdict | None:
    verdict = json.loads(event.details).get("verdict") if event else None
    return load_verdict(connection, str(verdict)) if verdict else None
