"""Models are found by name, version and alias in a store under the home directory; what is not there is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from simulated import AS_OF, COST_ORE, INPUTS, QUICK, a_matrix, labels_of

from governance.errors import ModelMismatch
from governance.rules.evidence import ModelEvidence
from governance.settings import Settings
from training.evidence import TrainingEvidence, evidence_text
from training.pipeline import typical_rows
from training.ranking_model import fit_ranking_model
from training.registry import (
    EVIDENCE_FILE,
    as_model_input,
    load_evidence,
    load_model,
    log_training,
    set_alias,
    set_form,
)


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


A_MODEL = ModelEvidence(
    version="", trained_as_of=AS_OF, newest_label=AS_OF, ripe_share=0.8, labels=300, hits=60, form="ensemble"
)


@pytest.fixture(scope="module")
def changing(tmp_path_factory):
    """A home whose models may be given other aliases and forms: one plain, one with evidence, one with damaged."""
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    proof = tmp_path_factory.mktemp("proof") / EVIDENCE_FILE
    plain = log(settings.home, seed=1)
    logged = [plain]
    for text in (evidence_text(TrainingEvidence(model=A_MODEL)), "{}}"):
        proof.write_text(text, encoding="utf-8")
        again = log_training(
            plain.model, example=a_matrix(3), parameters={}, metrics={}, tags={"form": "ensemble"}, artifacts=[proof],
            settings=settings,
        )  # fmt: skip
        logged.append(again)
    return settings, logged


def test_evidence_is_read_back_with_the_name_and_the_form_of_the_registry(changing) -> None:
    settings, logged = changing
    named = replace(A_MODEL, version="adressekontrol/2")
    assert load_evidence(logged[1], settings=settings) == TrainingEvidence(model=named)
    set_form(logged[1].version, "glass_box", settings=settings)
    found = load_model(logged[1].version, settings=settings)
    assert load_evidence(found, settings=settings).model.form == "glass_box"


def test_damaged_evidence_is_refused_and_not_taken_for_none(changing) -> None:
    settings, logged = changing
    with pytest.raises(ModelMismatch) as refused:
        load_evidence(logged[2], settings=settings)
    assert refused.value.item == EVIDENCE_FILE


def test_of_a_model_from_before_there_was_evidence_nothing_is_measured(store) -> None:
    settings, logged = store
    assert load_evidence(logged[0], settings=settings) == TrainingEvidence()
    assert logged[0].form == "ensemble"


def test_the_form_that_was_chosen_is_the_one_that_scores(changing) -> None:
    settings, logged = changing
    pool = a_matrix(40, seed=9)
    set_form("adressekontrol/1", "glass_box", settings=settings)
    found = load_model("adressekontrol/1", settings=settings)
    assert found.form == "glass_box"
    assert found.model.score(pool).equals(logged[0].model.glass_box().score(pool))
    assert not found.model.score(pool).equals(logged[0].model.score(pool))
    set_form("adressekontrol/1", "ensemble", settings=settings)
    assert load_model("adressekontrol/1", settings=settings).model.score(pool).equals(logged[0].model.score(pool))


def test_an_alias_points_where_it_was_set(changing) -> None:
    settings, _ = changing
    for version in ("adressekontrol/1", "adressekontrol/2", "adressekontrol/1"):
        set_alias(version, "champion", settings=settings)
        assert load_model("adressekontrol@champion", settings=settings).version == version
    assert load_model("adressekontrol@challenger", settings=settings).version == "adressekontrol/3"


@pytest.mark.parametrize("change", [partial(set_alias, alias="champion"), partial(set_form, form="glass_box")])
def test_what_is_not_there_gets_neither_alias_nor_form(changing, change) -> None:
    with pytest.raises(ModelMismatch) as refused:
        change(version="adressekontrol/7", settings=changing[0])
    assert refused.value.item == "adressekontrol/7"


def test_a_form_that_nobody_knows_is_refused(changing) -> None:
    settings, logged = changing
    with pytest.raises(ModelMismatch):
        set_form(logged[0].version, "oracle", settings=settings)
    with pytest.raises(ModelMismatch):
        _ = replace(logged[0], tags={"form": "oracle"}).form
