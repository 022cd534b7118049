"""One town, one training and one run of each kind, made once and read by every test here."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.benefits import load_catalogue
from synthetic_data.town import TownPlan, write_town
from tests.functional.calls import HOURS, Called, call
from tests.functional.governed import Governed, learn_quickly, make_promoted, make_trained, measure_quickly, refer
from tests.functional.towns import Town
from tests.judged_once import judged_once
from tests.once import made_once

__all__ = ["judged_once"]


@dataclass(frozen=True)
class Listed:
    """One run of `rank`: where it wrote, what it said and the state it kept."""

    out: Path
    called: Called
    home: Path

    @property
    def rows(self) -> pl.DataFrame:
        return pl.read_parquet(self.out / "worklist.parquet")

    @property
    def record(self) -> dict[str, Any]:
        return json.loads((self.out / "run.json").read_text(encoding="utf-8"))

    def kept(self, name: str) -> Path:
        return self.home / "runs" / self.record["run_id"] / name


@pytest.fixture(scope="session")
def town(request) -> Town:
    def make(directory: Path) -> Town:
        plan = TownPlan(persons=2_500, seed=3, cases=400)
        write_town(directory, plan, catalogue=load_catalogue().as_rows())
        return Town(directory, plan.as_of.isoformat())

    return made_once(request, "town", make)


@pytest.fixture
def home(tmp_path) -> Path:
    """State of its own: nothing trained, nothing run."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def trained(request, town, tmp_path_factory) -> tuple[Path, Called]:
    """A home with one model, made by a small plan, and what `train` said."""

    def make(place: Path) -> tuple[Path, Called]:
        words = ("train", town.directory, "--as-of", town.as_of, "--no-evaluate", "--json")
        with pytest.MonkeyPatch.context() as patch:
            learn_quickly(patch)
            return place / "home", call(*words, home=place / "home")

    made, said = made_once(request, "trained", make)
    assert said.code == 0, said.err
    home = tmp_path_factory.mktemp("trained") / "home"
    shutil.copytree(made, home)
    refer(home, former=made, to=home)
    return home, said


@pytest.fixture(scope="session")
def rank(town, trained, tmp_path_factory):
    """A function that ranks the town with the trained model and the given options."""

    def run(*options: object, hours: float = HOURS, **settings: str) -> Listed:
        out = tmp_path_factory.mktemp("list")
        words = ("rank", town.directory, "--as-of", town.as_of, "--hours", hours, "--out", out, "--json")
        return Listed(out, call(*words, *options, home=trained[0], **settings), trained[0])

    return run


@pytest.fixture(scope="session")
def listed(rank) -> Listed:
    return rank()


@pytest.fixture(scope="session")
def every(rank) -> Listed:
    """Every candidate, by the model alone."""
    return rank("--all")


@pytest.fixture(scope="session")
def matrix(town, trained, tmp_path_factory) -> tuple[Path, Called]:
    out = tmp_path_factory.mktemp("matrix") / "matrix.parquet"
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", out, "--json")
    return out, call(*words, home=trained[0])


@pytest.fixture(scope="session")
def first(request) -> Governed:
    """A judged model and a list of it, the same files for every process of the run: only to be copied."""
    return made_once(request, "governed", make_trained)


@pytest.fixture(scope="session")
def unpromoted(first, tmp_path_factory) -> Governed:
    """A judged model and a list of it, before any gate; to be read, not changed."""
    place = tmp_path_factory.mktemp("governed") / "copy"
    shutil.copytree(first.home.parent, place)
    refer(place / "home", former=first.home, to=place / "home")
    return replace(first, home=place / "home", town=place / "town", keys=place / "keys")


@pytest.fixture(scope="session")
def promoted(request, first, unpromoted, tmp_path_factory) -> Governed:
    """The same behind the promote gate; to be read, not changed."""
    made = made_once(request, "promoted", lambda place: make_promoted(first, place / "home"))
    home = tmp_path_factory.mktemp("promoted") / "home"
    shutil.copytree(made.home, home)
    refer(home, former=first.home, to=unpromoted.home)
    (unpromoted.keys / "assessment.md").write_bytes((made.keys / "assessment.md").read_bytes())
    return replace(unpromoted, home=home, promotion=made.promotion)


@pytest.fixture
def quickly(promoted, monkeypatch) -> None:
    """Further promotions by what was measured at the first one."""
    measure_quickly(monkeypatch, promoted)


@pytest.fixture
def governed(promoted, tmp_path) -> Governed:
    """A promoted model and its list, to be changed at will."""
    return promoted.copy(tmp_path / "home")
