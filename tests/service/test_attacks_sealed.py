"""What must not come in by a side door: reasons of the list dressed as facts, numbers of persons where nothing seals them."""

from __future__ import annotations

from typing import Any

import pytest

from governance.errors import InvalidForm
from service.cases.leads import enter_lead
from tests.service.people import ANNA
from tests.service.town import A_FACT, AGAINST, FOR, TownList


@pytest.mark.parametrize(
    "text",
    [
        FOR,
        f"Note: {FOR}",
        f"{AGAINST.upper()} Set i dag.",
        f"  {FOR.replace(' ', chr(10), 3)}",
        f"1) {FOR} 2) {AGAINST}",
    ],
)
def test_no_reason_of_the_list_becomes_a_fact_by_words_around_it(sqlite_town_list: TownList, text: str) -> None:
    town = sqlite_town_list
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="unsure")
    dressed: dict[str, Any] = A_FACT | {"text": text}
    with pytest.raises(InvalidForm, match="ordret"):
        town.take("home-1", "record_fact", ANNA, **dressed)
    assert town.take("home-1", "record_fact", ANNA, **(dressed | A_FACT)).state == "reviewed"


@pytest.mark.parametrize(
    "named", [{"address_id": "010101-1234"}, {"person_id": "0101011234"}, {"person_id": " 0101011234"}]
)
def test_no_lead_keeps_a_cpr_number_unsealed(sqlite_town_list: TownList, named: dict[str, Any]) -> None:
    lead: dict[str, Any] = {
        "address_id": "home-9",
        "kind": "citizen_tip",
        "text": "Navnet på postkassen er et andet.",
        **named,
    }
    with pytest.raises(InvalidForm, match="aldrig et CPR-nummer"):
        enter_lead(sqlite_town_list.store, caller=ANNA, settings=sqlite_town_list.settings, **lead)
