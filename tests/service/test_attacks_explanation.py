"""The explanation of a place on the list comes into nothing that a citizen is met by, through no field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from governance.errors import InvalidForm
from service.letters.kinds import LETTER_KINDS
from tests.service.named import decided, heard, hearing_fields, informed, name_everybody, opened, write
from tests.service.people import ANNA
from tests.service.town import AGAINST, FOR, TownList

DECISION = {"rules": ["lasp_11", "lasp_91", "cpr_11"], "reasoning": "Der er to voksne.", "answer": "Du har svaret."}
SAID = (
    FOR,
    f"Vi skriver, fordi: {AGAINST.upper()}",
    FOR.replace(" ", "\n", 4),
    # without the register that it names
    f"{FOR.split('(')[0].strip()}, har vi set.",
)
FILLED: dict[str, dict[str, Any]] = {
    "orientation": {"rules": ["cpr_10"]},
    "hearing": hearing_fields(),
    "decision": DECISION | {"registration": "Fra i dag.", "rules": ["lasp_11", "lasp_91", "cpr_11"]},
    "closing": {},
}
FIELDS = [(kind, each.name) for kind, letter in LETTER_KINDS.items() for each in letter.fields if each.kind == "long"]


@pytest.fixture
def town(sqlite_town_list: TownList, tmp_path: Path) -> TownList:
    name_everybody(sqlite_town_list.store, tmp_path)
    return sqlite_town_list


def stand_where_it_is_written(town: TownList, kind: str) -> None:
    if kind == "decision":
        decided(town, outcome="registration_corrected")
    elif kind == "hearing":
        informed(town)
    else:
        opened(town)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_no_free_text_of_a_letter_takes_it(town: TownList, kind: str, field: str) -> None:
    stand_where_it_is_written(town, kind)
    for text in SAID:
        with pytest.raises(InvalidForm, match="ordret") as refused:
            write(town, "home-1", kind, **(FILLED[kind] | {field: text}))
        assert [name for name, _ in refused.value.faults] == [field]


def test_no_ground_of_a_proposal_takes_it(town: TownList) -> None:
    heard(town)
    for text in SAID:
        with pytest.raises(InvalidForm, match="ordret"):
            town.take("home-1", "propose", ANNA, outcome="no_change", cause="none", grounds=text)
    town.take("home-1", "propose", ANNA, outcome="no_change", cause="none", grounds="Alt passer.")


def test_no_fact_takes_it_without_its_register(town: TownList) -> None:
    with pytest.raises(InvalidForm, match="ordret"):
        opened(town, facts=(SAID[-1],))
