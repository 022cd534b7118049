"""The one door to names and CPR numbers: who passes has a right, a purpose and a case, and leaves an event.

Must not know how the table was filled, nor what a page shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.access.permissions import PURPOSES
from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied
from governance.pseudonyms import load_pseudonyms
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.cases.case import CaseFile, load_case
from service.cases.standing import load_conflicts
from service.cases.tables import EFFECTS
from service.cases.vault import load_vault
from service.identities.cpr_number import read_cpr, written
from service.identities.keeping import PERSON, ROAD, load_keeper, road_key
from service.identities.tables import IDENTITIES

READ = "case.identity"
NEVER_OPENED = frozenset({"listed", "reviewed", "rejected", "expired"})


@dataclass(frozen=True)
class Identity:
    """A person's name and CPR number (`DDMMYY-XXXX`)."""

    name: str
    cpr: str = field(repr=False)


def reveal(
    store: Store, *, caller: Caller, case: CaseFile, persons: Collection[str], purpose: str, broken_glass: bool = False
) -> Mapping[str, Identity]:
    """person_id → identity of those `persons` of the case that the table knows; leaves the event `identity.read`.

    `PermissionDenied` without the right `case.identity` in an administration of the case, without a purpose of the
    caller's, or with a declared conflict of interest; `NotFound` for a hidden case or somebody who is not of the case;
    `NotNow` unless the case has been opened. `broken_glass`: whoever calls has proven a standing break-glass of this
    caller for this case, which stands in for the right (never for the conflict) under the purpose `emergency`.
    """
    if not broken_glass:
        caller.require(READ, case.offices)
    require_purpose(caller, purpose, broken_glass=broken_glass)
    with store.act("identity.read", subject=case.case_id, actor=caller.user_id) as act:
        _require_opened(act.connection, case.case_id, caller)
        _require_of_case(act.connection, case.case_id, persons, store.settings)
        return _read(act, persons, store.settings, purpose=purpose)


def name_within(act: Act, *, person_id: str, purpose: str, settings: Settings) -> str:
    """The name alone, for a letter that `act` makes and whose event then says whose name was read; "" when unknown.

    Whoever acts has asked `require_purpose`, and for the right and the case what `reveal` asks.
    """
    known = _read(act, (person_id,), settings, purpose=purpose)
    return known[person_id].name if person_id in known else ""


def reveal_to_send(store: Store, *, case_id: str, person_id: str, item_id: str) -> Identity:
    """The identity of whom an item of the outbox is for; event `identity.read` naming the item.

    `NotFound` when the table does not know the person: the item then waits.
    """
    with store.act("identity.read", subject=case_id, details={"item": item_id}) as act:
        known = _read(act, (person_id,), store.settings, purpose="case_work")
        if person_id not in known:
            raise NotFound(
                "Identities of a recipient are missing.",
                item=item_id,
                remedy="Import the municipality's newest file of identities and send again.",
            )
    return known[person_id]


def identity_of_subject(connection: sa.Connection, *, person_id: str, settings: Settings) -> Identity | None:
    """The identity of whom an answer under GDPR Article 15 is about and goes to; its event is `person.exported`."""
    documents = load_keeper(settings).read(connection, PERSON, (person_id,))
    return next((Identity(each["name"], written(each["cpr"])) for each in documents.values()), None)


def find_person(store: Store, *, caller: Caller, cpr: str, purpose: str) -> str | None:
    """The person_id of a CPR number (with or without hyphen), None where nobody has it; event `identity.searched`.

    For the data protection officer (`person.export`). `InvalidForm` for what is no CPR number.
    """
    caller.require("person.export")
    require_purpose(caller, purpose)
    digits = read_cpr(cpr.strip())
    if digits is None:
        raise InvalidForm("Et CPR-nummer har ti cifre.", item="cpr", remedy="Skriv nummeret som DDMMÅÅ-XXXX.")
    asked = sa.select(IDENTITIES.c.key).where(IDENTITIES.c.lookup == load_keeper(store.settings).lookup(digits))
    with store.act("identity.searched", details={"purpose": purpose}, actor=caller.user_id) as act:
        found = act.connection.execute(asked).scalar_one_or_none()
        act.add(persons=[] if found is None else [log_name(store.settings, found)])
    return found


def road_names(
    connection: sa.Connection, codes: Iterable[tuple[str, str]], *, settings: Settings
) -> Mapping[tuple[str, str], str]:
    """(municipality_code, road_code) → name, where the table knows it; roads are no persons and leave no event."""
    keys = {road_key(*code): code for code in codes}
    found = load_keeper(settings).read(connection, ROAD, keys)
    return {keys[key]: document["name"] for key, document in found.items()}


def log_name(settings: Settings, person_id: str) -> str:
    """The pseudonym under which the log names a person (`person-…`), the one that searches of the log ask for."""
    return load_pseudonyms(settings.home, purpose="log").of("person", person_id)


def persons_of(connection: sa.Connection, case_id: str, settings: Settings) -> frozenset[str]:
    """Every person whom the case is about: in a snapshot of the registers, or in an effect of a proposal."""
    texts = load_vault(settings).read_texts(connection, case_id, ("snapshot",))
    affected = connection.execute(sa.select(EFFECTS.c.person_id).where(EFFECTS.c.case_id == case_id)).scalars()
    return frozenset(affected).union(*(_named(text.document) for text in texts))


def _named(value: Any) -> frozenset[str]:
    """Every `person_id` at any depth of a document."""
    if isinstance(value, Mapping):
        own = {value["person_id"]} if isinstance(value.get("person_id"), str) else set()
        return frozenset(own).union(*map(_named, value.values()))
    return frozenset().union(*map(_named, value)) if isinstance(value, list) else frozenset()


def _read(act: Act, persons: Collection[str], settings: Settings, *, purpose: str) -> dict[str, Identity]:
    documents = load_keeper(settings).read(act.connection, PERSON, persons)
    act.add(purpose=purpose, persons=sorted(log_name(settings, person) for person in documents))
    return {key: Identity(each["name"], written(each["cpr"])) for key, each in documents.items()}


def require_purpose(caller: Caller, purpose: str, *, broken_glass: bool = False) -> None:
    """`PermissionDenied` for a purpose that none of the caller's roles may name."""
    allowed = ("emergency",) if broken_glass else caller.purposes()
    if purpose not in allowed:
        raise PermissionDenied(
            "Du skal angive et formål, som din rolle giver adgang til.",
            item="purpose",
            remedy="Vælg et af formålene: " + ", ".join(PURPOSES[code] for code in allowed) + ".",
        )


def require_no_conflict(connection: sa.Connection, case_id: str, caller: Caller) -> None:
    """`PermissionDenied` for somebody who has declared a conflict of interest in the case."""
    if caller.user_id in load_conflicts(connection, case_id):
        raise PermissionDenied(
            "Du har oplyst, at du er inhabil i sagen.", item="sag", remedy="Lad en kollega behandle sagen."
        )


def _require_opened(connection: sa.Connection, case_id: str, caller: Caller) -> None:
    case = load_case(connection, case_id)
    require_no_conflict(connection, case_id, caller)
    if case.opened_on is None or case.state in NEVER_OPENED:
        raise NotNow(
            "Navn og CPR-nummer kan først ses, når sagen er åbnet.",
            item="sag",
            remedy="Foretag første vurdering, og åbn sagen, hvis der er grundlag for det.",
        )


def _require_of_case(connection: sa.Connection, case_id: str, persons: Collection[str], settings: Settings) -> None:
    if not set(persons) <= persons_of(connection, case_id, settings):
        raise NotFound("Personen hører ikke til sagen.", item="person", remedy="Vælg en af sagens personer.")
