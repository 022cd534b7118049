"""One town, one training and one run of each kind, made once and read by every test here."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.benefits import load_catalogue
from synthetic_data.town import TownPlan, write_town
from tests.functional.calls import HOURS, Called, call
from tests.functional.governed import Governed, make_promoted, make_trained


@dataclass(frozen=True)
class Town:
    """Registers in a directory and the day they are known at."""

    directory: Path
    as_of: str

    def rows(self, register: str) -> pl.DataFrame:
        return pl.read_parquet(self.directory / f"{register}.parquet")


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
def town(tmp_path_factory) -> Town:
    plan = TownPlan(persons=2_500, seed=3, cases=400)
    directory = tmp_path_factory.mktemp("town")
    write_town(directory, plan, catalogue=load_catalogue().as_rows())
    return Town(directory, plan.as_of.isoformat())


@pytest.fixture
def home(tmp_path) -> Path:
    """State of its own: nothing trained, nothing run."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def trained(town, tmp_path_factory) -> tuple[Path, Called]:
    """A home with one model, made by a small plan, and what `train` said."""
    from training import pipeline
    from training.plan import fast_plan

    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        quick = functools.partial(pipeline.fit_ranking_model, base_plan=fast_plan())
        patch.setattr(pipeline, "fit_ranking_model", quick)
        said = call("train", town.directory, "--as-of", town.as_of, "--no-evaluate", "--json", home=home)
    assert said.code == 0, said.err
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
def unpromoted(tmp_path_factory) -> Governed:
    """A judged model and a list of it, before any gate; to be read, not changed."""
    return make_trained(tmp_path_factory.mktemp("governed"))


@pytest.fixture(scope="session")
def promoted(unpromoted, tmp_path_factory) -> Governed:
    """The same behind the promote gate; to be read, not changed."""
    return make_promoted(unpromoted, tmp_path_factory.mktemp("promoted") / "home")


@pytest.fixture
def governed(promoted, tmp_path) -> Governed:
    """A promoted model and its list, to be changed at will."""
    return promoted.copy(tmp_path / "home")
