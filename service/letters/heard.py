"""Who has been heard about what: the facts that the hearings of a case, once sent, have told each person.

Must not know what was decided, nor what a letter will say.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.standing import Taken
from service.cases.vault import load_vault
from service.letters.consequences import OF_REGISTRATION, load_consequences
from service.letters.tables import LETTERS, about

CITIZEN = "citizen"
"""A fact that the citizen told needs no hearing of the citizen."""


@dataclass(frozen=True)
class Heard:
    """`told`: person_id → text_id of every fact that a hearing has told; `recipient`: letter_id → person_id.

    `told_of_registration`: person_id of those to whom a hearing said that the registration might be corrected.
    """

    told: Mapping[str, frozenset[str]]
    told_of_registration: frozenset[str]
    recipient: Mapping[str, str]


def load_heard(connection: sa.Connection, case_id: str, settings: Settings, history: Collection[Taken]) -> Heard:
    """The hearings that were sent, opened; the words of the case must still be there."""
    sent = {letter for each in history if each.step == "hear" for letter in each.details["letters"]}
    if not sent:
        return Heard({}, frozenset(), {})
    sealer = load_vault(settings).sealer_of(connection, case_id)
    told: defaultdict[str, set[str]] = defaultdict(set)
    recipient = {}
    for row in connection.execute(sa.select(LETTERS).where(LETTERS.c.letter_id.in_(sorted(sent)))):
        fields = json.loads(sealer.open(row.sealed_fields, about=about(row, "fields")))
        recipient[row.letter_id] = fields["person_id"]
        told[fields["person_id"]].update(fields.get("facts", ()))
    consequences = load_consequences(connection, case_id, sent, settings)
    registered = frozenset(person for person, each in consequences.items() if OF_REGISTRATION in each)
    return Heard({person: frozenset(facts) for person, facts in told.items()}, registered, recipient)
