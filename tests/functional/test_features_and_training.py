"""`features build`, `features explain` and `train`: the matrix, the rows behind it, and a model in the registry."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl
import pytest

from features.build import STAKES
from features.candidates import EXCLUSIONS
from features.definitions import load_catalogue_of_features
from governance.settings import Settings
from tests.functional.calls import call
from training.drift import drift_evidence


def test_the_matrix_has_a_row_a_candidate_and_a_column_a_feature(matrix) -> None:
    path, said = matrix
    built = pl.read_parquet(path)
    assert said.code == 0
    assert built.columns == ["unit_id", "address_id", "as_of", "legal_basis", *load_catalogue_of_features(), *STAKES]
    assert built.height == said.document["candidates"] > 100
    assert built["address_id"].n_unique() == built.height
    assert set(built.select(*load_catalogue_of_features()).dtypes) == {pl.Float64}


def test_every_address_left_out_is_counted_by_its_reason(matrix, town) -> None:
    counts = matrix[1].document
    assert list(counts["excluded"]) == list(EXCLUSIONS)
    left_out = counts["considered"] - counts["candidates"]
    assert max(counts["excluded"].values()) <= left_out <= sum(counts["excluded"].values())


def test_the_same_registers_give_the_same_matrix(matrix, town, home, tmp_path) -> None:
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", tmp_path / "m.parquet", "--json")
    again = call(*words, home=home)
    assert again.document["matrix"] == matrix[1].document["matrix"]


def test_a_directory_in_the_place_of_the_matrix_is_refused_before_the_work(town, home, tmp_path) -> None:
    said = call("features", "build", town.directory, "--as-of", town.as_of, "--out", tmp_path, "--json", home=home)
    assert (said.code, said.problem["item"]) == (2, str(tmp_path))


def test_an_unknown_engine_is_a_wrong_word(town, home, tmp_path) -> None:
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", tmp_path / "m", "--engine", "duck")
    assert call(*words, home=home).code == 2


def explain(town, address, home, *options):
    return call("features", "explain", town.directory, address, "--as-of", town.as_of, *options, home=home)


def test_the_second_route_tells_the_numbers_of_the_matrix(town, home, listed, matrix) -> None:
    address = listed.rows["address_id"][0]
    said = explain(town, address, home, "--json")
    assert said.code == 0
    row = pl.read_parquet(matrix[0]).row(by_predicate=pl.col("address_id") == address, named=True)
    told = {trace["feature"]: trace["value"] for trace in said.document}
    assert set(told) == set(load_catalogue_of_features())
    for name, value in told.items():
        same = row[name] is None if value is None else math.isclose(value, row[name], rel_tol=1e-9, abs_tol=1e-9)
        assert same, name
    rows = [row for trace in said.document for row in trace["rows"]]
    assert rows
    assert all(row["register"] and row["recorded_on"] <= town.as_of for row in rows)


def test_in_words_each_number_stands_over_its_rows(town, home, listed) -> None:
    said = explain(town, listed.rows["address_id"][0], home)
    assert said.code == 0
    first = {line.split(" = ")[0] for line in said.out.splitlines() if " = " in line and not line.startswith(" ")}
    assert first == set(load_catalogue_of_features())
    assert "    register=" in said.out


def test_an_address_that_nobody_knows_is_a_wrong_word(town, home) -> None:
    said = explain(town, "syn-a-nowhere", home, "--json")
    assert (said.code, said.problem["item"]) == (2, "ADDRESS")
    assert "nowhere" not in said.err


def test_an_address_that_is_no_candidate_is_not_shown(town, home, matrix) -> None:
    candidates = pl.read_parquet(matrix[0]).select("address_id")
    other = town.rows("address").join(candidates, on="address_id", how="anti")["address_id"][0]
    said = explain(town, other, home, "--json")
    assert (said.code, said.problem["code"], said.out) == (12, "permission", "")
    assert other not in said.err


def test_training_tells_what_it_learned_from_and_what_not(trained, town) -> None:
    document = trained[1].document
    assert document["model_version"] == "adressekontrol/1"
    assert document["approval"] == "ikke godkendt"
    assert document["evaluation"] is None
    assert document["not_judged"]
    assert 0 < document["hits"] < document["cases"]
    opened = town.rows("control_case").filter(pl.col("opened_on") <= pl.lit(town.as_of).str.to_date())
    assert document["cases"] + sum(document["unused"].values()) == opened.height


def test_the_run_in_the_registry_tells_the_same(trained) -> None:
    import mlflow

    home, said = trained
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{home / 'mlflow.db'}")
    run = client.get_run(said.document["mlflow_run"])
    assert run.data.metrics["cases"] == said.document["cases"]
    assert run.data.metrics["hits"] == said.document["hits"]
    version = client.get_model_version_by_alias("adressekontrol", "challenger")
    assert str(version.version) == "1"
    assert version.tags["approval"] == "ikke godkendt"
    stored = Path(client.download_artifacts(run.info.run_id, "labels.json"))
    assert json.loads(stored.read_text(encoding="utf-8")) == {
        "used": said.document["cases"],
        "unused": said.document["unused"],
    }


def test_what_was_measured_at_training_is_kept_with_the_model(trained, matrix) -> None:
    from training.registry import load_evidence, load_model

    settings = Settings(home=trained[0])
    evidence = load_evidence(load_model("adressekontrol/1", settings=settings), settings=settings)
    document = trained[1].document
    assert (evidence.model.version, evidence.model.form) == ("adressekontrol/1", "ensemble")
    assert (evidence.model.labels, evidence.model.hits) == (document["cases"], document["hits"])
    assert evidence.profile.rows == matrix[1].document["candidates"]
    assert max(drift_evidence(evidence.profile, pl.read_parquet(matrix[0])).index.values()) == 0
    assert evidence.twin is None
    assert document["evidence"]["model"]["labels"] == document["cases"]


@pytest.mark.parametrize("as_of", ["2021-01-01"])
def test_where_nothing_can_be_learned_training_is_refused_with_a_remedy(town, home, as_of) -> None:
    said = call("train", town.directory, "--as-of", as_of, "--no-evaluate", "--json", home=home)
    assert (said.code, said.problem["code"]) == (11, "data-contract")
    assert said.problem["remedy"]
