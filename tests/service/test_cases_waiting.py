"""From the list to an opened or rejected case."""

from __future__ import annotations

import pytest

from governance.errors import NotNow, PermissionDenied
from tests.service.people import ANNA, BO
from tests.service.town import TownList


def test_a_taken_case_has_one_owner(town_list: TownList) -> None:
    assert town_list.take("home-1", "claim", ANNA).owner == "anna"
    with pytest.raises(NotNow, match="En anden har allerede"):
        town_list.take("home-1", "claim", BO)
    with pytest.raises(PermissionDenied):
        town_list.take("home-1", "release", BO)
    assert town_list.case("home-1").owner == "anna"
