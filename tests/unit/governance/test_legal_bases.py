"""A legal basis stands on days and for phases; what none covers is left out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from governance.benefits import load_catalogue
from governance.legal_bases import LegalBasis, benefits_with_basis, load_legal_bases, standing_bases

D = dt.date
BASIS = LegalBasis(
    code="x", act="an act", paragraph="§ 1", text_da="tekst", purpose="general_search", phases=("operation",),
    valid_from=D(2020, 1, 1), valid_to=D(2021, 1, 1), benefits=("friplads", "boligstoette"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "stands"),
    [(D(2019, 12, 31), False), (D(2020, 1, 1), True), (D(2020, 12, 31), True), (D(2021, 1, 1), False)],
)
def test_a_basis_stands_from_its_first_day_until_the_day_it_ends(day: D, stands: bool) -> None:
    assert BASIS.stands(on=day, phase="operation") is stands
    assert standing_bases((BASIS,), on=day, phase="operation") == (("x",) if stands else ())
    covered = ("boligstoette", "friplads") if stands else ()
    assert benefits_with_basis((BASIS,), on=day, phase="operation") == covered


def test_a_basis_for_operation_is_none_for_development() -> None:
    assert not BASIS.stands(on=D(2020, 6, 1), phase="development")
    assert benefits_with_basis((BASIS,), on=D(2020, 6, 1), phase="development") == ()


def test_an_open_end_stands() -> None:
    assert dataclasses.replace(BASIS, valid_to=None).stands(on=D(2099, 1, 1), phase="operation")


def test_no_basis_covers_nothing() -> None:
    assert benefits_with_basis((), on=D(2020, 6, 1), phase="operation") == ()


def test_a_benefit_of_two_bases_is_named_once() -> None:
    assert benefits_with_basis((BASIS, BASIS), on=D(2020, 6, 1), phase="operation") == ("boligstoette", "friplads")


def test_the_shipped_bases_cover_every_benefit_and_signals() -> None:
    bases = load_legal_bases()
    assert [basis.code for basis in bases] == ["retssikkerhedsloven_11a", "cpr_10"]
    assert set(benefits_with_basis(bases, on=D(2024, 6, 1), phase="operation")) == set(load_catalogue().benefits)
    purposes = {basis.code: (basis.purpose, basis.benefits == ()) for basis in bases}
    assert purposes == {"retssikkerhedsloven_11a": ("general_search", False), "cpr_10": ("single_case", True)}
    assert standing_bases(bases, on=D(2014, 12, 31), phase="operation") == ()
