"""Identities for a synthetic town, which nobody can have: CPR numbers without a month, names that say what they are.

A CPR number begins with a day of birth as DDMMYY. Here the month is the person's own plus 20, that is 21 to 32: no
person has such a number, and no replacement number either (those add 60 to the day). A register that met one would
refuse it. Knows the files of identities and of the register contract; reads only ids, days of birth and road codes.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

ADDED_TO_MONTH = 20
SERIALS = 10_000
_TREES = (
    "ahorn", "ask", "birke", "bøge", "ege", "elme", "el", "fyrre", "gran", "hassel", "hyld", "kastanje", "linde", "pil",
    "poppel", "rønne", "røn", "slåen", "taks", "tjørn",
)  # fmt: skip
_BIRDS = (
    "alke", "and", "due", "falke", "gåse", "hejre", "høge", "isfugle", "krage", "lærke", "måge", "nattergale", "rav",
    "ryle", "spurve", "stære", "svale", "svane", "terne", "ugle",
)  # fmt: skip
_ENDINGS = ("vej", "gade", "allé", "stræde", "sti", "vænge", "plads", "have")


@dataclass(frozen=True)
class Written:
    """How many persons and roads got an identity."""

    persons: int
    roads: int


def write_identities(town: Path, out: Path, seed: int) -> Written:
    """Write `persons.csv` and `roads.csv` of a town of registers to `out`; the same seed gives the same bytes.

    ValueError for more than 10,000 persons born on one day of one year in a hundred.
    """
    out.mkdir(parents=True, exist_ok=True)
    born = _born(town / "person.parquet")
    codes = _road_codes(town / "address.parquet")
    numbers = _numbers([born[person] for person in sorted(born)], random.Random(seed))
    people = (
        (person, cpr, f"Prøve {place:06d} Person")
        for place, (person, cpr) in enumerate(zip(sorted(born), numbers, strict=True), start=1)
    )
    _write(out / "persons.csv", ("person_id", "cpr_number", "name"), people)
    roads = ((*code, road_name(place)) for place, code in enumerate(codes))
    _write(out / "roads.csv", ("municipality_code", "road_code", "road_name"), roads)
    return Written(len(born), len(codes))


def road_name(place: int) -> str:
    """An invented road name, another for every place from 0 to 63,999; all of them begin with Prøve."""
    rest, tree = divmod(place, len(_TREES))
    rest, ending = divmod(rest, len(_ENDINGS))
    rest, bird = divmod(rest, len(_BIRDS) + 1)
    if rest >= len(_TREES):
        raise ValueError("there are not so many roads")
    more = _TREES[rest - 1] if rest else ""
    return f"Prøve{_TREES[tree]}{_BIRDS[bird - 1] if bird else ''}{more}{_ENDINGS[ending]}"


def _numbers(days: Iterable[tuple[int, int, int]], random_numbers: random.Random) -> Iterator[str]:
    """A number for each (day, month, year), never the same twice."""
    given: dict[str, list[int]] = {}
    for day, month, year in days:
        head = f"{day:02d}{month + ADDED_TO_MONTH:02d}{year % 100:02d}"
        if head not in given:
            given[head] = [random_numbers.randrange(SERIALS), 0]
        first, count = given[head]
        if count == SERIALS:
            raise ValueError("too many persons were born on one day")
        given[head][1] += 1
        # 7,919 is a prime: its multiples meet every serial number before they meet one again
        yield f"{head}-{(first + count * 7_919) % SERIALS:04d}"


def _born(path: Path) -> dict[str, tuple[int, int, int]]:
    """person_id → day, month, year of birth."""
    table = pq.read_table(path, columns=["person_id", "birth_date"])
    dates = table["birth_date"].to_pylist()
    persons = table["person_id"].to_pylist()
    return {person: (date.day, date.month, date.year) for person, date in zip(persons, dates, strict=True)}


def _road_codes(path: Path) -> list[tuple[str, str]]:
    table = pq.read_table(path, columns=["municipality_code", "road_code"])
    unique = table.group_by(["municipality_code", "road_code"]).aggregate([])
    return sorted(zip(*(unique[name].to_pylist() for name in ("municipality_code", "road_code")), strict=True))


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
