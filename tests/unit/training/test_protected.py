"""The one door to `protected`: what comes out, when nothing does, and that a basis must stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import polars as pl
import pytest

from governance.errors import GateClosed
from governance.legal_bases import FAIRNESS, load_legal_bases
from tests.builders import AS_OF, DAY, Record, a_person, a_world
from training.protected import BY_LAW, load_protected, protected_if_lawful

BASES = load_legal_bases()


def protected(person_id: str, *, sex: str = "F", pension: bool = False) -> Record:
    cells = {
        "person_id": person_id, "sex": sex, "citizenship": "dk", "origin": "danish", "disability_pension": pension,
    }  # fmt: skip
    return Record("protected", cells)


def test_one_row_a_person_in_words() -> None:
    world = a_world(a_person("ane"), protected("ane", pension=True))
    rows = load_protected(world, as_of=AS_OF, bases=BASES)
    assert rows is not None
    assert rows.rows() == [("ane", "F", "dk", "danish", "yes")]
    assert rows.columns == ["person_id", *BY_LAW]
    assert set(rows.dtypes) == {pl.String}


def test_an_empty_register_is_not_measured_and_never_a_pass() -> None:
    assert load_protected(a_world(a_person("ane")), as_of=AS_OF, bases=BASES) is None


def lapsed(on: dt.date):
    return [replace(basis, valid_to=on) if basis.code == FAIRNESS else basis for basis in BASES]


def test_it_stays_shut_from_the_day_its_basis_lapses() -> None:
    world = a_world(protected("ane"))
    assert load_protected(world, as_of=AS_OF, bases=lapsed(DAY + dt.timedelta(days=1))) is not None
    with pytest.raises(GateClosed, match=r"protected\.sex") as refused:
        load_protected(world, as_of=AS_OF, bases=lapsed(DAY))
    assert "ane" not in str(refused.value)


def test_what_is_measured_when_it_may_be_is_not_measured_without_a_basis() -> None:
    world = a_world(protected("ane"))
    assert protected_if_lawful(world, as_of=AS_OF, bases=lapsed(DAY + dt.timedelta(days=1))) is not None
    assert protected_if_lawful(world, as_of=AS_OF, bases=lapsed(DAY)) is None


def test_the_bases_of_scoring_do_not_open_it() -> None:
    others = [basis for basis in BASES if basis.code != FAIRNESS]
    wide = [replace(basis, columns=(*basis.columns, "protected.*")) for basis in others]
    with pytest.raises(GateClosed):
        load_protected(a_world(protected("ane")), as_of=AS_OF, bases=wide)


def test_a_basis_for_some_of_its_columns_is_none() -> None:
    some = [
        replace(basis, columns=("protected.person_id", "protected.sex")) if basis.code == FAIRNESS else basis
        for basis in BASES
    ]
    with pytest.raises(GateClosed, match=r"protected\.origin"):
        load_protected(a_world(protected("ane")), as_of=AS_OF, bases=some)


def test_a_basis_for_development_is_none_for_operation() -> None:
    one = [replace(basis, phases=("development",)) if basis.code == FAIRNESS else basis for basis in BASES]
    world = a_world(protected("ane"))
    assert load_protected(world, as_of=AS_OF, bases=one, phase="development") is not None
    with pytest.raises(GateClosed):
        load_protected(world, as_of=AS_OF, bases=one)
