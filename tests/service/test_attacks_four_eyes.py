"""Nobody stops a benefit or claims money back alone: not under another name, and nobody sees what they must judge."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from governance.errors import NotNow
from service.letters.choices import letter_fields
from tests.service.named import name_everybody
from tests.service.people import ANNA, BO
from tests.service.town import REDUCE, STOP, TownList, a_proposal

NO_GRANT = {**REDUCE, "grant": 0, "monthly_change_ore": -1_155_400}
NOTHING_PAID = {**REDUCE, "person": 2, "grant": 2, "benefit": "friplads", "monthly_change_ore": -9_999_900}


def asked_everybody(town: TownList) -> None:
    """A hearing of both adults, whose deadline has passed."""
    town.inform("home-1", ANNA)
    day = town.today() + dt.timedelta(days=14)
    letters = [town.letter("home-1", "hearing", deadline=day, person=person) for person in (1, 2)]
    town.take("home-1", "hear", ANNA, letters=letters)
    town.pass_days(15)


@pytest.mark.parametrize("effect", [NO_GRANT, {**NO_GRANT, "benefit": "boligstoette"}, NOTHING_PAID])
def test_a_reduction_that_no_grant_bounds_takes_four_eyes(sqlite_town_list: TownList, effect: dict[str, Any]) -> None:
    """It could leave nothing: a stop under another name."""
    town = sqlite_town_list
    asked_everybody(town)
    assert town.take("home-1", "propose", ANNA, **a_proposal(effect)).state == "proposed"
    with pytest.raises(NotNow, match="En anden"):
        town.take("home-1", "second_look", ANNA, assessment="change")


def test_what_a_letter_could_say_does_not_tell_what_was_proposed(sqlite_town_list: TownList, tmp_path: Path) -> None:
    """Rules of a benefit that only the proposal names would tell the second person of it before their own look."""
    town = sqlite_town_list
    name_everybody(town.store, tmp_path)
    asked_everybody(town)

    def offered() -> tuple[object, ...]:
        with town.store.reading() as connection:
            return letter_fields(connection, case_id=town.ids["home-1"], kind="decision", settings=town.settings)

    before = offered()
    stop = {**STOP, "grant": 0, "benefit": "boligstoette"}
    town.take("home-1", "propose", ANNA, **a_proposal(stop))
    assert offered() == before
    town.take("home-1", "second_look", BO, assessment="change")
    town.take("home-1", "approve", BO)
    assert offered() != before
