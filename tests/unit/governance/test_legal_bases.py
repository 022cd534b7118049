"""A legal basis stands on days and for phases; what none covers is left out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from governance.benefits import load_catalogue
from governance.errors import GateClosed
from governance.legal_bases import (
    PHASES,
    LegalBasis,
    bases_digest,
    benefits_with_basis,
    lawful,
    legal_bases_in_force,
    load_legal_bases,
    make_pull,
    never_scored,
    protected_columns,
    pull_of,
    require_columns,
    standing_bases,
)
from governance.registers import TABLES
from governance.settings import Settings

D = dt.date
BASIS = LegalBasis(
    code="x", act="an act", paragraph="§ 1", text_da="tekst", purpose="general_search", phases=("operation",),
    valid_from=D(2020, 1, 1), valid_to=D(2021, 1, 1), benefits=("friplads", "boligstoette"),
    columns=("signal.*", "person.status"),
)  # fmt: skip
DAY = D(2020, 6, 1)
FAIRNESS = dataclasses.replace(BASIS, code="fairness_monitoring", benefits=(), columns=("protected.*",))


@pytest.mark.parametrize(
    ("day", "stands"),
    [(D(2019, 12, 31), False), (D(2020, 1, 1), True), (D(2020, 12, 31), True), (D(2021, 1, 1), False)],
)
def test_a_basis_stands_from_its_first_day_until_the_day_it_ends(day: D, stands: bool) -> None:
    assert BASIS.stands(on=day, phase="operation") is stands
    assert standing_bases((BASIS,), on=day, phase="operation") == (("x",) if stands else ())
    covered = ("boligstoette", "friplads") if stands else ()
    assert benefits_with_basis((BASIS,), on=day, phase="operation") == covered
    assert bool(lawful((BASIS,), on=day, phase="operation").columns) is stands


def test_a_basis_for_operation_is_none_for_development() -> None:
    assert not BASIS.stands(on=DAY, phase="development")
    assert benefits_with_basis((BASIS,), on=DAY, phase="development") == ()
    assert lawful((BASIS,), on=DAY, phase="development").columns == frozenset()


def test_an_open_end_stands() -> None:
    assert dataclasses.replace(BASIS, valid_to=None).stands(on=D(2099, 1, 1), phase="operation")


def test_no_basis_covers_nothing() -> None:
    nothing = lawful((), on=DAY, phase="operation")
    assert (nothing.benefits, nothing.columns, nothing.bases, nothing.next_expiry) == (*(frozenset(),) * 3, None)


def test_a_benefit_of_two_bases_is_named_once() -> None:
    assert benefits_with_basis((BASIS, BASIS), on=DAY, phase="operation") == ("boligstoette", "friplads")


def test_a_wildcard_is_every_column_of_the_contract() -> None:
    seen = lawful((BASIS,), on=DAY, phase="operation")
    assert seen.columns == {f"signal.{name}" for name in TABLES["signal"].column_names} | {"person.status"}


def test_the_next_expiry_is_the_first_of_those_that_stand() -> None:
    later = dataclasses.replace(BASIS, code="y", valid_to=D(2020, 9, 1))
    begun = dataclasses.replace(BASIS, code="z", valid_from=D(2020, 8, 1), valid_to=D(2020, 8, 2))
    assert lawful((BASIS, later, begun), on=DAY, phase="operation").next_expiry == D(2020, 9, 1)
    assert lawful((BASIS, later), on=D(2020, 9, 1), phase="operation").next_expiry == D(2021, 1, 1)


@pytest.mark.parametrize(
    "column",
    ["protected.sex", "protected.person_id", "address.district", "control_case.caseworker_id", "person.last_name",
     "person.efternavn"],
)  # fmt: skip
def test_some_columns_are_never_scored_whoever_writes_a_basis(column: str) -> None:
    assert never_scored(column)
    written = dataclasses.replace(BASIS, columns=(column, column.split(".", maxsplit=1)[0] + ".*"))
    assert column not in lawful((written,), on=DAY, phase="operation").scored
    with pytest.raises(GateClosed) as refusal:
        require_columns(lawful((written,), on=DAY, phase="operation"), [column], by="a test")
    assert refusal.value.item == column


def test_protected_is_read_on_a_basis_of_its_own_that_is_none_for_a_score() -> None:
    protected = {f"protected.{name}" for name in TABLES["protected"].column_names}
    assert protected_columns((FAIRNESS,), on=DAY, phase="operation") == protected
    assert protected_columns((FAIRNESS,), on=DAY, phase="development") == frozenset()
    assert (
        protected_columns((dataclasses.replace(BASIS, columns=("protected.*",)),), on=DAY, phase="operation") == set()
    )
    assert lawful((FAIRNESS,), on=DAY, phase="operation").scored == frozenset()


def test_what_cannot_be_done_without_is_named_with_what_needs_it() -> None:
    seen = lawful((BASIS,), on=DAY, phase="operation")
    require_columns(seen, ["person.status", "signal.kind"], by="the candidates")
    with pytest.raises(GateClosed, match="the candidates") as refusal:
        require_columns(seen, ["person.status", "person.person_id", "person.birth_date"], by="the candidates")
    assert (refusal.value.exit_code, refusal.value.item) == (13, "person.birth_date")


def test_a_pull_is_tagged_with_its_search_its_bases_its_phase_and_its_day() -> None:
    single = dataclasses.replace(BASIS, code="a", purpose="single_case")
    both = lawful((BASIS, single, FAIRNESS), on=DAY, phase="operation")
    assert pull_of(both) == {
        "purpose": "general_search", "bases": "a+x", "phase": "operation", "on": "2020-06-01",
    }  # fmt: skip
    alone = make_pull(lawful((single, FAIRNESS), on=DAY, phase="operation"))
    assert (alone.purpose, alone.bases) == ("single_case", ("a",))


def test_the_shipped_bases_cover_every_benefit_in_both_phases_from_2015_on() -> None:
    bases = load_legal_bases()
    for phase in PHASES:
        for day in (D(2015, 1, 1), D(2024, 6, 1), D(2099, 1, 1)):
            assert set(benefits_with_basis(bases, on=day, phase=phase)) == set(load_catalogue().benefits)
            assert set(standing_bases(bases, on=day, phase=phase)) == {
                "retssikkerhedsloven_11a", "cpr_10", "fairness_monitoring",
            }  # fmt: skip
        assert standing_bases(bases, on=D(2014, 12, 31), phase=phase) == ()
    purposes = {basis.code: (basis.purpose, basis.benefits == ()) for basis in bases}
    assert purposes["retssikkerhedsloven_11a"] == ("general_search", False)
    assert purposes["cpr_10"] == ("single_case", True)


def test_the_shipped_phases_lapse_each_by_itself() -> None:
    bases = load_legal_bases()
    assert all(len(basis.phases) == 1 for basis in bases)
    for phase, other in (PHASES, PHASES[::-1]):
        left = [basis for basis in bases if phase not in basis.phases]
        assert lawful(left, on=DAY, phase=phase).bases == frozenset()
        assert lawful(left, on=DAY, phase=other).scored == lawful(bases, on=DAY, phase=other).scored


def test_the_file_of_the_setting_stands_in_for_the_shipped_one(tmp_path) -> None:
    assert legal_bases_in_force(Settings()) == load_legal_bases()
    path = tmp_path / "bases.toml"
    path.write_text("basis = []", encoding="utf-8")
    assert legal_bases_in_force(Settings(legal_bases_file=str(path))) == ()


def test_the_digest_tells_one_set_of_bases_from_another() -> None:
    changed = dataclasses.replace(BASIS, valid_to=D(2021, 1, 2))
    assert len({bases_digest(each) for each in ((), (BASIS,), (changed,), (BASIS, FAIRNESS))}) == 4
    assert bases_digest((BASIS,)) == bases_digest((dataclasses.replace(BASIS),))
