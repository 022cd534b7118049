"""What a hearing said might follow: which change of which benefit, or of the registration. A decision goes no further.

Source: forvaltningsloven § 19; whoever was asked about an increase was not asked about a stop. Must not know how a
letter looks, nor what was decided.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from governance.settings import Settings
from service.cases.vault import load_vault
from service.letters.kinds import CONSIDERED
from service.letters.rules import REGISTRATION
from service.letters.tables import LETTERS, about

Consequence = tuple[str, str]
"""A code of `CONSIDERED` and the benefit that it is about, "" for the registration."""
OF_REGISTRATION: Consequence = (REGISTRATION, "")


def consequences(considered: Collection[str], benefits: Collection[str]) -> frozenset[Consequence]:
    """Everything that a letter says is considered: each change for each benefit that it names."""
    told = {(code, benefit) for code in considered if code != REGISTRATION for benefit in benefits}
    return frozenset(told | ({OF_REGISTRATION} if REGISTRATION in considered else set()))


def said_of(consequence: Consequence, names: Mapping[str, str]) -> str:
    """The consequence in Danish; `names`: benefit → its name."""
    code, benefit = consequence
    return f"{CONSIDERED[code]}: {names[benefit]}" if benefit else CONSIDERED[code]


def load_consequences(
    connection: sa.Connection, case_id: str, letters: Collection[str], settings: Settings
) -> Mapping[str, frozenset[Consequence]]:
    """person_id → what these hearings told the person; `NotNow` when the words of the case have been deleted."""
    if not letters:
        return {}
    sealer = load_vault(settings).sealer_of(connection, case_id)
    told: defaultdict[str, set[Consequence]] = defaultdict(set)
    mine = sa.select(LETTERS).where(LETTERS.c.case_id == case_id, LETTERS.c.letter_id.in_(sorted(letters)))
    for row in connection.execute(mine):
        fields = json.loads(sealer.open(row.sealed_fields, about=about(row, "fields")))
        told[fields["person_id"]] |= consequences(fields.get("considered", ()), fields.get("benefits", ()))
    return {person: frozenset(found) for person, found in told.items()}
