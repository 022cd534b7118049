"""What a report says of the business case itself: its tables, its risk, and which of its own figures are wrong."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from service.impact.report_model import Section
from service.impact.sections.business_case import build
from tests.proposals import a_proposal, an_item, case_of


def the_section(**changes: Any) -> Section:
    return build(SimpleNamespace(case=case_of(a_proposal(**changes))))  # type: ignore[arg-type]


def table(section: Section, code: str) -> tuple[tuple[Any, ...], ...]:
    return next((each.rows for each in section.tables if each.code == code), ())


def test_a_case_that_is_right_says_so_and_lists_no_fault() -> None:
    section = the_section(stated={"payback_years": 2})
    assert section.intro_da.endswith("Sagens egne tal stemmer.")
    assert table(section, "faults") == ()


def test_each_figure_that_the_case_states_wrongly_is_named_with_what_it_must_be() -> None:
    section = the_section(stated={"payback_years": 3})
    assert section.intro_da.endswith("Ét af de tal, som sagen selv angiver, er forkert.")
    assert table(section, "faults") == (("stated.payback_years", "3", "2"),)
    section = the_section(stated={"payback_years": "never", "cash_flow": [20, -70, -70, -71]})
    assert section.intro_da.endswith("2 af de tal, som sagen selv angiver, er forkerte.")
    assert table(section, "faults") == (
        ("stated.cash_flow 2018", "-71", "-70"),
        ("stated.payback_years", "aldrig", "2"),
    )


def test_the_class_of_the_risk_is_told_with_and_without_its_reason() -> None:
    assert table(the_section(risk={"class": "high", "text": "Uprøvet"}), "assumptions") == (
        ("Risikoklasse høj: Uprøvet",),
    )
    assert table(the_section(risk={"class": "low"}), "assumptions") == (("Risikoklasse lav",),)


def test_amounts_are_ore_by_year_and_in_all() -> None:
    section = the_section(item=[an_item(amounts=[-1, -2, -3, -4])])
    assert ("Samlet økonomisk påvirkning", "", "", -100_000, -200_000, -300_000, -400_000, -1_000_000) in table(
        section, "economy"
    )
