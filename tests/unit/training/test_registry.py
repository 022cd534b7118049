"""Models are found by name, version and alias in a store under the home directory; what is not there is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from governance.errors import ModelMismatch
from governance.settings import Settings
from training.pipeline import typical_rows
from training.ranking_model import fit_ranking_model
from training.registry import as_model_input, load_model, log_training


def log(home: Path, *, seed: int):
    history = a_matrix(300, prefix="c")
    model = fit_ranking_model(
        history, labels_of(history), inputs=INPUTS, as_of=AS_OF, hourly_cost_ore=COST_ORE, seed=seed, base_plan=QUICK
    )
    return log_training(
        model, example=history.head(3), parameters={"seed": seed}, metrics={"cases": 300.0}, tags={"approval": "ikke godkendt"},
        artifacts=[], settings=Settings(home=home),
    )  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A home with two models."""
    home = tmp_path_factory.mktemp("home")
    return Settings(home=home), [log(home, seed=seed) for seed in (1, 2)]


def test_versions_count_up(store) -> None:
    assert [each.version for each in store[1]] == ["adressekontrol/1", "adressekontrol/2"]


@pytest.mark.parametrize(
    ("reference", "place"),
    [(None, 1), ("adressekontrol@challenger", 1), ("adressekontrol/1", 0), ("adressekontrol/2", 1)],
)
def test_a_model_comes_back_as_it_was(store, reference, place) -> None:
    settings, logged = store
    found = load_model(reference, settings=settings)
    assert (found.version, found.run_id) == (logged[place].version, logged[place].run_id)
    assert found.tags["approval"] == "ikke godkendt"
    pool = a_matrix(40, seed=9)
    assert found.model.score(pool).equals(logged[place].model.score(pool))


@pytest.mark.parametrize(
    "reference", ["adressekontrol@champion", "adressekontrol/3", "other@challenger", "adressekontrol", ""]
)
def test_what_is_not_there_is_refused(store, reference) -> None:
    with pytest.raises(ModelMismatch) as refused:
        load_model(reference, settings=store[0])
    assert refused.value.item == reference


def test_an_empty_store_says_what_to_do(tmp_path) -> None:
    with pytest.raises(ModelMismatch) as refused:
        load_model(None, settings=Settings(home=tmp_path / "new"))
    assert "train" in refused.value.remedy


def test_everything_stands_under_home(store) -> None:
    home = store[0].home
    assert {path.name for path in home.iterdir()} == {"mlflow.db", "artifacts"}


def test_unknown_is_nan_in_the_model_input() -> None:
    rows = as_model_input(pl.DataFrame({"a": [1, None], "b": [2.5, 3.0], "c": ["x", "y"]}), ["b", "a"])
    assert list(rows.columns) == ["b", "a"]
    assert set(rows.dtypes) == {np.dtype("float64")}
    assert np.isnan(rows["a"][1])


def test_the_input_example_is_nobodys_household() -> None:
    """An example row that stood in the matrix would be a household's facts in a store with other readers."""
    matrix = pl.DataFrame(
        {"unit_id": ["a", "b", "c", "d"], "x": [0.0, 1.0, 2.0, 9.0], "y": [5.0, 1.0, None, 3.0], "z": [None] * 4},
        schema_overrides={"z": pl.Float64},
    )
    example = typical_rows(matrix)
    assert example.columns == ["x", "y", "z"]
    assert example.row(0) == (1.5, 3.0, None)
    assert example.height == 2
