"""An error that a user reads: three parts, one code, the same in text and as a mapping."""

from __future__ import annotations

import pytest

from governance.errors import ERRORS, UserError


def test_an_error_without_item_or_remedy_cannot_be_made() -> None:
    for missing in ({"item": "x"}, {"remedy": "x"}):
        with pytest.raises(TypeError):
            UserError("What.", **missing)


@pytest.mark.parametrize("error", ERRORS)
def test_the_three_parts_stand_in_the_text(error) -> None:
    raised = error("What is wrong.", item="signal.csv", remedy="Export it anew.")
    assert str(raised) == "What is wrong. [signal.csv] Export it anew."
    assert raised.args == ("What is wrong.",)


@pytest.mark.parametrize("error", ERRORS)
def test_a_caught_user_error_tells_its_own_code(error) -> None:
    with pytest.raises(UserError) as raised:
        raise error("What.", item="a", remedy="b")
    assert raised.value.as_problem()["code"] == error.code
    assert raised.value.as_problem()["exit_code"] == error.exit_code


def test_codes_are_unique_and_not_those_of_the_system() -> None:
    assert len({error.code for error in ERRORS}) == len({error.exit_code for error in ERRORS}) == len(ERRORS)
    assert {error.exit_code for error in ERRORS} & {0, 1, 126, 127, 130, 141} == set()
