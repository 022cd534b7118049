"""The modules that begin first are there, and their tests stay in the random order that was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.order import LONGEST, longest_first


@dataclass(frozen=True)
class Collected:
    nodeid: str


def test_every_module_named_is_there_once() -> None:
    missing = [module for module in LONGEST if not (Path(__file__).parents[1] / module).is_file()]
    assert missing == [] and len(set(LONGEST)) == len(LONGEST)


def test_the_longest_come_first_and_the_rest_as_they_came() -> None:
    last, first = (f"tests/{LONGEST[place]}::test" for place in (1, 0))
    came = [f"tests/{name}" for name in ("unit/b.py::two", "unit/b.py::one", "unit/a.py::one")]
    asked = [came[0], f"{last}_b", came[1], f"{last}_a", f"{first}_z", came[2]]
    assert [each.nodeid for each in longest_first([Collected(name) for name in asked])] == [
        f"{first}_z", f"{last}_b", f"{last}_a", *came
    ]  # fmt: skip
