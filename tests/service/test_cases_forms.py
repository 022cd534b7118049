"""A form is read from a page and from JSON alike, and refused with every fault at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from governance.audit.actions import ACTIONS
from governance.errors import InvalidForm
from service.cases.forms import FormField, read_form
from service.cases.step import STEPS
from service.cases.steps.deciding import Proposal
from tests.service.town import STOP, a_proposal

FROM_PAGE = {
    "outcome": "benefit_changed", "cause": "honest_mistake", "rules": ["r1"], "grounds": "Første linje\r\nAnden linje ",
    "effects.0.person": "1", "effects.0.grant": "1", "effects.0.benefit": "kontanthjaelp", "effects.0.effect": "stopped",
    "effects.0.monthly_change_ore": "-11.554,00", "effects.0.effective_from": "2024-07-01", "effects.0.reclaim_ore": "",
    "effects.1.person": "", "effects.1.grant": "", "effects.1.benefit": "", "effects.1.effect": "",
    "effects.1.monthly_change_ore": "", "effects.1.effective_from": "", "effects.1.reclaim_ore": "",
}  # fmt: skip


def test_a_page_and_json_give_the_same_form() -> None:
    page = read_form(STEPS["propose"], FROM_PAGE)
    json = read_form(STEPS["propose"], a_proposal(STOP, rules=["r1"], grounds="Første linje\nAnden linje"))
    assert page == json
    assert isinstance(page, Proposal)
    assert (page.effects[0].monthly_change_ore, page.effects[0].effective_from) == (-1_155_400, dt.date(2024, 7, 1))


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(InvalidForm) as refused:
        read_form(STEPS["propose"], {"outcome": "x", "arm": "random", "effects": [{"person": "y", "more": 1}]})
    assert [name for name, _ in refused.value.faults] == [
        "arm", "outcome", "cause", "effects.0.more", "effects.0.person", "effects.0.benefit", "effects.0.effect",
        "effects.0.effective_from", "grounds",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "field", "values"),
    [
        ("record_hours", "minutes", ["", "1,5", 1.5, True, None, "٣", [3], {"a": 1}, "9" * 30, float("nan")]),
        ("record_hours", "on_day", ["", "2024-02-30", "2024-W01-1", "20240601", 20240601, "1800-01-01", None]),
        ("collect", "amount_ore", ["1.23,45", "1,234.50", "en", 1e9, True, "1.234,567", 10**13]),
        ("first_look", "assessment", ["", "other", ["would_open"], 1]),
        ("add_note", "text", ["", "  \n ", 5, None, "x" * 10_001, "\x00"]),
        ("visit", "reference", ["", "to\nlinjer", "x" * 201]),
        ("hear", "rights_told", ["maybe", 2, ["on"]]),
        ("inform", "letters", [[], "", [1], {"a": "b"}, ["x"] * 101]),
    ],
)
def test_what_does_not_fit_is_refused(code: str, field: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(InvalidForm) as refused:
            read_form(STEPS[code], {field: value})
        assert field in [name for name, _ in refused.value.faults], value


@pytest.mark.parametrize(("text", "ore"), [("0", 0), ("12", 1_200), ("1.234,5", 123_450), ("1234,50", 123_450), (7, 7)])
def test_amounts_are_kroner_on_a_page_and_ore_in_json(text: Any, ore: int) -> None:
    form = read_form(STEPS["collect"], {"effect": "e", "amount_ore": text, "on_day": "2024-06-01"})
    assert form.amount_ore == ore


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(InvalidForm, match="højst 40"):
        read_form(STEPS["propose"], {"effects": [dict(STOP)] * 41})


@pytest.mark.parametrize("code", sorted(STEPS))
def test_every_step_has_its_event_and_its_words(code: str) -> None:
    step = STEPS[code]
    assert ACTIONS[step.action].kind == "change"
    assert step.text_da and step.help_da.endswith(".")
    assert all(_described(each) for each in step.fields)
    assert step.from_states


def _described(field: FormField) -> bool:
    if field.kind in ("choice", "choices"):
        return bool(field.label_da and (field.choices or field.source))
    return bool(field.label_da) and all(_described(each) for each in field.rows)
