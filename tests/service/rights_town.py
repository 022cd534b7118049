"""The town list with everything behind it: registers kept, decisions kept, identities; made by hand, no model."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from governance.explained.decision import make_decision
from governance.explained.keeping import keep_run
from governance.pseudonyms import load_pseudonyms
from governance.registers import Registers
from governance.store.opening import Store
from service.decisions import PURPOSE, case_pseudonym
from service.identities.keeping import load_keeper
from service.identities.tables import IDENTITIES
from service.kept_registers import keep_registers
from tests.builders import AS_OF
from tests.service.town import HOMES, RUN, TownList, a_town, a_town_list

CPR_OF = {
    f"{home}-{side}": f"01{13 + place:02d}80{4000 + 2 * place + (side == 'b')}"
    for place, home in enumerate(HOMES)
    for side in "ab"
}
"""Impossible numbers: no month is 13 or more."""


def name_of(person_id: str) -> str:
    return f"Prøve {person_id}"


def with_hyphen(person_id: str) -> str:
    return f"{CPR_OF[person_id][:6]}-{CPR_OF[person_id][6:]}"


def a_document(place: int) -> dict[str, Any]:
    """What was decided about the household at a place."""
    return {
        "features": {
            "legal_basis": "retssikkerhedsloven_11a",
            "values": {"adults": 2.0, "made_up": float(place)},
            "known_on": {"adults": "2021-12-14", "made_up": None},
        },
        "score": {"hit_probability": 0.3, "expected_net_ore": 1_234_567.0},
        "explanation": {
            "base": -1.0,
            "contributions": {"adults": 0.25, "made_up": -0.5},
            "for": [f"Det talte for plads {place}."],
            "against": [f"Det talte imod plads {place}."],
        },
    }


def keep_the_run(
    store: Store, *, run_id: str = RUN, town: Registers | None = None, homes: tuple[str, ...] = HOMES
) -> None:
    """Registers and decisions of a list, as `rank` would keep them."""
    pseudonyms = load_pseudonyms(store.settings.home, purpose=PURPOSE)
    decisions = [
        make_decision(a_document(place), place=place, case=case_pseudonym(pseudonyms, run_id, home))
        for place, home in enumerate(homes, start=1)
    ]
    with store.act("list.made", subject=run_id) as act:
        kept = keep_registers(town or a_town(), as_of=AS_OF, home=store.settings.home, today=act.at.date())
        grounds = {
            "as_of": str(AS_OF), "kept_registers": kept, "model_version": "adressekontrol:1", "every_candidate": False,
        }  # fmt: skip
        keep_run(act, run_id, grounds=grounds, decisions=decisions)


def write_identities(store: Store) -> None:
    """A name and an impossible CPR number for everybody of the list."""
    keeper = load_keeper(store.settings)
    rows = [keeper.person_row(person, cpr=cpr, name=name_of(person)) for person, cpr in CPR_OF.items()]
    with store.act("identities.imported") as act:
        act.connection.execute(sa.insert(IDENTITIES), rows)


def a_known_town(store: Store) -> TownList:
    """The list with its run and the identities."""
    keep_the_run(store)
    write_identities(store)
    return a_town_list(store)
