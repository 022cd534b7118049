"""Identities of an invented town: nobody's, recognisably, and taken by the import as they are."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import polars as pl
import pytest

from governance.benefits import load_catalogue
from synthetic_data.identities import Written, road_name, write_identities
from synthetic_data.town import TownPlan, write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = TownPlan(persons=2_000, seed=3, start=dt.date(2022, 1, 1), years=1, cases=20)
    place = tmp_path_factory.mktemp("town")
    write_town(place, plan, catalogue=load_catalogue().as_rows())
    return place


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_gets_a_number_of_their_own_that_nobody_can_have(town: Path, tmp_path: Path) -> None:
    written = write_identities(town, tmp_path, seed=5)
    persons = rows(tmp_path / "persons.csv")
    born = dict(pl.read_parquet(town / "person.parquet").select("person_id", "birth_date").unique().iter_rows())
    assert {each["person_id"] for each in persons} == set(born)
    assert written == Written(persons=len(born), roads=len(rows(tmp_path / "roads.csv")))
    numbers = [each["cpr_number"] for each in persons]
    assert len(set(numbers)) == len(numbers)
    for each in persons:
        assert re.fullmatch(r"\d{6}-\d{4}", each["cpr_number"])
        day = born[each["person_id"]]
        assert each["cpr_number"][:6] == f"{day.day:02d}{day.month + 20}{day.year % 100:02d}"
        assert not 1 <= int(each["cpr_number"][2:4]) <= 12


def test_names_say_that_they_are_invented(town: Path, tmp_path: Path) -> None:
    write_identities(town, tmp_path, seed=5)
    names = [each["name"] for each in rows(tmp_path / "persons.csv")]
    assert all(re.fullmatch(r"Prøve \d{6} Person", name) for name in names)
    assert len(set(names)) == len(names)
    assert all(each["road_name"].startswith("Prøve") for each in rows(tmp_path / "roads.csv"))


def test_every_road_of_the_town_has_a_name(town: Path, tmp_path: Path) -> None:
    write_identities(town, tmp_path, seed=5)
    codes = pl.read_parquet(town / "address.parquet").select("municipality_code", "road_code").unique().rows()
    named = {(each["municipality_code"], each["road_code"]): each["road_name"] for each in rows(tmp_path / "roads.csv")}
    assert set(named) == set(codes)
    assert len(set(named.values())) == len(named)


def test_the_same_seed_gives_the_same_bytes_and_another_other_numbers(town: Path, tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        write_identities(town, tmp_path / name, seed=seed)
    read = {name: (tmp_path / name / "persons.csv").read_bytes() for name in "abc"}
    assert read["a"] == read["b"] != read["c"]


def test_ten_thousand_of_one_day_have_each_a_number_and_one_more_has_none(tmp_path: Path) -> None:
    pl.DataFrame({"municipality_code": ["0101"], "road_code": ["0001"]}).write_parquet(tmp_path / "address.parquet")
    for count in (10_000, 10_001):
        persons = {"person_id": [f"p{number}" for number in range(count)], "birth_date": [dt.date(1980, 1, 1)] * count}
        pl.DataFrame(persons).write_parquet(tmp_path / "person.parquet")
        if count == 10_000:
            write_identities(tmp_path, tmp_path / "out", seed=1)
            assert len({each["cpr_number"] for each in rows(tmp_path / "out" / "persons.csv")}) == count
        else:
            with pytest.raises(ValueError, match="born on one day"):
                write_identities(tmp_path, tmp_path / "out", seed=1)


def test_road_names_never_repeat() -> None:
    names = [road_name(place) for place in range(64_000)]
    assert len(set(names)) == len(names)
    with pytest.raises(ValueError, match="not so many roads"):
        road_name(80_000)
