"""Ways of doing what the service does: through a route of the API, a form of a page, or the function itself.

Whatever is refused raises: `Turned` with the code of the problem, or the error of the domain.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from starlette.requests import Request

from governance.access.caller import Caller
from governance.registers import Registers
from service.auth.logging_in import Entrance
from service.cases.vault import load_vault
from service.identities.importing import import_identities
from service.impact.release import list_releases
from service.jobs.protection import hide_newly_protected
from service.outbox.sweeping import sweep
from service.rights.breaches import record_breach, record_breach_step
from service.rights.exporting import make_access_export
from service.rights.requests import answer_request, extend, receive_request
from tests.builders import AS_OF
from tests.service.acted import BREACH, HOME, PERSONS, World, carried
from tests.service.named import write_delivery
from tests.service.people import ANNA, DPO, EMIL
from tests.service.town import DAY, a_town

Do = Callable[[World], object]
WHO = f"{HOME}-b"
KEY = "8e03978e-40d5-4b7c"
CALM = ""
"""The code of a way to fail where no error comes, and nothing is done either."""


@dataclass(frozen=True)
class No:
    """A way in which a deed fails: the code it is refused with, and the stage where the deed's own is not meant."""

    code: str
    do: Do
    at: str = ""


@dataclass(frozen=True)
class Deed:
    """Where in the life of a case an action is done, how, ways to fail, and other ways to do it."""

    at: str
    do: Do
    failing: Mapping[str, No]
    also: Mapping[str, Do] = field(default_factory=dict)


def step(code: str, who: Caller = ANNA, **fields: Any) -> Do:
    """Take a step through its route; a field may hang on the world."""

    def do(world: World) -> object:
        made = {name: value(world) if callable(value) else value for name, value in fields.items()}
        return carried(world.ask(who).step(world.case_id, code, world.seen(), made, KEY))

    return do


def get(path: str | Callable[[World], str], who: Caller | None = ANNA, **headers: str | None) -> Do:
    """Read from the API; `{case}` is the case."""

    def do(world: World) -> object:
        named = (path if isinstance(path, str) else path(world)).replace("{case}", world.case_id)
        return carried(world.ask(who).get(named, headers={k.replace("_", "-"): v for k, v in headers.items()}))

    return do


def send(path: str, body: Any, who: Caller = ANNA, *, method: str = "POST", key: str | None = KEY) -> Do:
    """Change something through the API."""

    def do(world: World) -> object:
        made = body(world) if callable(body) else body
        named = path.replace("{case}", world.case_id)
        return carried(world.ask(who).ask(method, named, json=made, headers={"Idempotency-Key": key}))

    return do


def approve(who: Caller = EMIL, *, request_id: str = "", sha256: str = "") -> Do:
    """Let out the report that was asked for, through its route."""

    def do(world: World) -> object:
        with world.store.reading() as connection:
            asked = list_releases(connection)[0]
        body = {"report_sha256": sha256 or asked.report_sha256}
        named = f"/impact/releases/{request_id or asked.request_id}/approve"
        return carried(world.ask(who).ask("POST", named, json=body, headers={"Idempotency-Key": KEY}))

    return do


def page(path: str | Callable[[World], str], who: Caller = ANNA) -> Do:
    """Open a page."""

    def do(world: World) -> object:
        named = (path if isinstance(path, str) else path(world)).replace("{case}", world.case_id)
        return carried(world.read(who).get(named))

    return do


def post(path: str | Callable[[World], str], who: Caller = ANNA, **fields: str) -> Do:
    """Send the form of a page."""

    def do(world: World) -> object:
        named = (path if isinstance(path, str) else path(world)).replace("{case}", world.case_id)
        return carried(world.read(who).post(named, **fields))

    return do


def forged(cookie: str) -> str:
    """The same cookie under another name."""
    return ("B" if cookie[0] == "A" else "A") + cookie[1:]


def moved(cookie: Callable[[str], str], browser: str) -> Do:
    """Show a session's cookie from a browser."""

    def do(world: World) -> object:
        reader = world.read(ANNA)
        name = world.client.app.state.lobby.cookies.name("session")
        world.client.give(name, cookie(world.sessions[ANNA].cookie))
        return reader.client.get("/formaal", headers={"User-Agent": browser})

    return do


def come_in(who: Caller, state: str) -> Do:
    """What every log-in ends with."""

    def do(world: World) -> object:
        lobby = world.client.app.state.lobby
        entrance = Entrance(world.store, lobby.sessions, lobby.cookies)
        asked = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
        return entrance.let_in(asked, who, following="/", state=state)

    return do


def letter(kind: str, who: Caller = ANNA, **changed: Any) -> Do:
    """Write a letter on every fact, through its route."""

    def fields(world: World) -> dict[str, Any]:
        with world.store.reading() as connection:
            texts = load_vault(world.settings).read_texts(connection, world.case_id, ("fact",))
        usual = {"recipient": "1", "facts": [text.text_id for text in texts], "rules": ["cpr_10"]}
        return {"kind": kind, "fields": usual | changed}

    return send("/cases/{case}/letters", fields, who)


def receive(**changed: Any) -> Do:
    usual = {
        "caller": DPO, "kind": "objection", "person_id": WHO, "received_on": DAY, "words": "Jeg gør indsigelse.",
        "purpose": "supervision",
    }  # fmt: skip
    return lambda world: receive_request(world.store, **{**usual, **changed})


def lengthen(who: Caller = DPO, reason: str = "Sagen er omfattende.") -> Do:
    return lambda world: extend(world.store, caller=who, request_id=world.request(), reason=reason)


def answer(reply: str, words: str = "") -> Do:
    return lambda world: answer_request(
        world.store, caller=DPO, request_id=world.request(), answer=reply, words=words
    )  # fmt: skip


def export(who: Caller = DPO, **changed: Any) -> Do:
    usual = {"caller": who, "person_id": WHO, "purpose": "party_access"}
    return lambda world: make_access_export(world.store, **{**usual, **changed})


def breach(**changed: Any) -> Do:
    return lambda world: record_breach(
        world.store, **{"caller": DPO, "known_at": world.clock.at, **BREACH, **changed}
    )  # fmt: skip


def breach_step(taken: str, *, who: Caller = DPO, ahead: int = 0, words: str = "Ingen risiko.") -> Do:
    def do(world: World) -> object:
        done_at = world.clock.at + dt.timedelta(days=ahead)
        return record_breach_step(
            world.store, caller=who, breach_id=world.breach(), step=taken, done_at=done_at, words=words
        )

    return do


def deliver(persons: str = PERSONS) -> Do:
    """The municipality's file comes."""
    return lambda world: import_identities(
        world.store, write_delivery(world.place / "delivery", persons=persons), invented=True
    )  # fmt: skip


def protect(person_id: str) -> Do:
    """What a night does when the registers say that somebody is protected."""

    def do(world: World) -> object:
        town = a_town()
        protected = pl.col("address_protected") | (pl.col("person_id") == person_id)
        persons = town.table("person").with_columns(address_protected=protected)
        return hide_newly_protected(world.store, Registers(frames={**town.frames, "person": persons}), as_of=AS_OF)

    return do


def sign(reference: str, *, item: str = "") -> Do:
    """A receipt comes for what was sent, and the outbox is swept."""

    def do(world: World) -> object:
        [parcel] = (world.settings.home / "outbox" / "journal").glob("out-*")
        named = item or parcel.name
        receipt = {"item_id": named, "status": "accepted", "reference": reference}
        (parcel.parent / f"{named}.receipt.json").write_text(json.dumps(receipt))
        return sweep(world.store, world.settings)

    return do
