"""The fairness unit: who counts as an adult of an address, what is derived, and that nobody is dropped."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from features.engines import PolarsEngine
from tests.builders import DAY, Record, a_child, a_grant, a_person, a_residence, a_world, an_address, units_of
from training.adults import ATTRIBUTES, adults_at, groups

PROTECTED = pl.DataFrame(
    {
        "person_id": ["ane", "bo", "nobody"], "sex": ["F", "M", "M"], "citizenship": ["dk", "other", "eu"],
        "origin": ["danish", "immigrant", "danish"], "disability_pension": ["no", "yes", "no"],
    }
)  # fmt: skip


def adults(*records: Record, units: pl.DataFrame | None = None) -> pl.DataFrame:
    engine = PolarsEngine(a_world(*records))
    return adults_at(engine, units_of("home") if units is None else units, protected=PROTECTED)


def born_years_ago(years: int, *, days: int = 0) -> dt.date:
    return DAY.replace(year=DAY.year - years) + dt.timedelta(days=days)


def test_every_adult_registered_there_counts_and_no_child() -> None:
    rows = adults(
        a_person("ane"), a_child("child"), a_person("bo"), a_residence("ane", "home"), a_residence("bo", "home"),
        a_residence("child", "home"), a_residence("elsewhere", "other"), an_address("home", district="Valby"),
    )  # fmt: skip
    assert rows["person_id"].to_list() == ["ane", "bo"]
    assert rows.columns == ["unit_id", "address_id", "person_id", *ATTRIBUTES]
    assert rows.select("sex", "citizenship", "origin", "disability_pension").rows() == [
        ("F", "dk", "danish", "no"), ("M", "other", "immigrant", "yes"),
    ]  # fmt: skip
    assert rows["district"].to_list() == ["Valby", "Valby"]


def test_who_is_not_in_the_register_is_unknown_and_kept() -> None:
    rows = adults(a_person("stranger"), a_residence("stranger", "home"))
    assert rows.select("sex", "citizenship", "origin", "disability_pension").row(0) == ("unknown",) * 4
    assert rows["single_provider"].to_list() == ["no"]


@pytest.mark.parametrize(
    ("years", "days", "band"),
    [(18, 0, "18-29"), (30, 1, "18-29"), (30, 0, "30-49"), (50, 1, "30-49"), (50, 0, "50-66"), (67, 1, "50-66"), (67, 0, "67+")],
)  # fmt: skip
def test_age_bands_turn_on_the_birthday(years: int, days: int, band: str) -> None:
    born = born_years_ago(years, days=days)
    assert adults(a_person("ane", born=born), a_residence("ane", "home"))["age_band"].to_list() == [band]


def test_the_day_before_the_eighteenth_birthday_nobody_is_counted() -> None:
    assert adults(a_person("ane", born=born_years_ago(18, days=1)), a_residence("ane", "home")).is_empty()


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        (a_grant("ane", basis="single_provider"), "yes"),
        (a_grant("ane", basis="single"), "no"),
        (a_grant("ane", basis="single_provider", to_days_ago=5), "no"),
        (a_grant("ane", basis="single_provider", retracted_days_ago=5), "no"),
        (a_grant("bo", basis="single_provider"), "no"),
    ],
)
def test_a_single_provider_holds_a_running_grant_as_one(grant: Record, expected: str) -> None:
    assert adults(a_residence("ane", "home"), grant)["single_provider"].to_list() == [expected]


def test_each_unit_is_seen_from_its_own_day() -> None:
    records = (
        a_residence("ane", "home", from_days_ago=2000, to_days_ago=100),
        a_residence("bo", "home", from_days_ago=50),
    )
    then = units_of("home", day=DAY - dt.timedelta(days=200)).with_columns(unit_id=pl.lit("then"))
    rows = adults(*records, units=pl.concat([then, units_of("home")]))
    assert rows.select("unit_id", "person_id").rows() == [("home", "bo"), ("then", "ane")]


def test_what_was_recorded_later_is_not_known() -> None:
    assert adults(a_residence("ane", "home", recorded_days_ago=-1)).is_empty()


def test_every_group_and_everybody_outside_the_largest() -> None:
    origins = ["danish"] * 3 + ["immigrant", "descendant", "unknown"]
    rows = pl.DataFrame({name: ["x"] * 6 for name in ATTRIBUTES}).with_columns(origin=pl.Series(origins))
    found = {(group.attribute, group.name): group.inside.tolist() for group in groups(rows)}
    assert found["origin", "immigrant"] == [False, False, False, True, False, False]
    assert found["origin", "not danish"] == [False, False, False, True, True, False]
    assert found["origin", "unknown"] == [False] * 5 + [True]
    assert [name for attribute, name in found if attribute == "sex"] == ["x"]
