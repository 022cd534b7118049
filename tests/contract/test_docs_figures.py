"""docs/impact_estimates.md: what the table of the arm's size says is what `impact power` says now."""

from __future__ import annotations

import re

import pytest

from governance.impact.power import ArmDesign, build_power_rows
from governance.settings import Settings
from tests.contract.source_tree import ROOT

PAGE = (ROOT / "docs" / "impact_estimates.md").read_text(encoding="utf-8")
CASES = 2_400


def told() -> dict[int, list[str]]:
    """Share in per cent → the cells of its row in the table."""
    part = PAGE[PAGE.index("## Power") :].split("\n## ")[0]
    rows = [line.strip("|").replace("*", "").split("|") for line in part.splitlines() if re.match(r"\| \**\d+ %", line)]
    return {int(re.match(r"\s*(\d+)", row[0]).group(1)): [cell.strip() for cell in row[1:]] for row in rows}


def told_after(share: float, years: int):
    design = ArmDesign(cases_a_year=CASES, chosen_share=Settings().random_share)
    return next(row for row in build_power_rows(design, years=years) if row.share == share)


def percent(share: float | None) -> str:
    return "none" if share is None else f"{round(100 * share)} %"


@pytest.mark.parametrize("share", told())
def test_the_row_of_a_share_is_what_the_command_says(share: int) -> None:
    drawn, width, fall, prevalence, cost = told()[share]
    row = told_after(share / 100, 1)
    assert drawn == str(row.drawn)
    assert prevalence == str(round(100 * row.detectable_share))
    assert cost == f"{100 * row.cost_share:.1f}"
    if row.relative_half_width is None:
        assert "not estimable" in width
    else:
        assert width == percent(row.relative_half_width)
        assert fall == f"below {percent(row.detectable_ratio)}"


def test_the_share_in_force_is_told_for_two_years_too() -> None:
    _, width, fall, *_ = told()[round(100 * Settings().random_share)]
    row = told_after(Settings().random_share, 2)
    assert width == f"not estimable in one year; {percent(row.relative_half_width)} in two"
    assert fall == f"none; below {percent(row.detectable_ratio)} in two"


def test_all_rows_are_read() -> None:
    assert set(told()) == {2, 5, 10, 20}
