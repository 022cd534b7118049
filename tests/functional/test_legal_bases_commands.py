"""Legal bases on the command line: what has none is left out and said, asked for by name it is refused."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from features.lineage import features_of_column
from tests.functional.calls import call
from tests.functional.governed import learn_quickly
from tests.written_bases import lapsed, without_benefit, without_column, written

CARE_OF = "residence.care_of"


def show(home, *options: object, **settings: str):
    return call("legal-bases", "show", *options, "--as-of", "2024-06-01", "--json", home=home, **settings)


def test_every_entry_is_listed_with_what_it_covers(home) -> None:
    said = call("legal-bases", "list", "--as-of", "2024-06-01", "--json", home=home)
    assert said.code == 0
    assert {(each["code"], *each["phases"]) for each in said.document["entries"] if each["stands"]} == {
        ("retssikkerhedsloven_11a", "operation"), ("cpr_10", "operation"), ("fairness_monitoring", "operation"),
    }  # fmt: skip
    assert (said.document["left_out"], said.document["next_expiry"]) == ([], None)
    told = call("legal-bases", "list", "--as-of", "2014-12-31", home=home)
    assert "feature moves_in" in told.out


@pytest.mark.parametrize(
    ("option", "name", "bases"),
    [("--benefit", "friplads", ["retssikkerhedsloven_11a"]), ("--column", "signal.kind", ["cpr_10"]),
     ("--feature", "care_of_residents", ["retssikkerhedsloven_11a", "cpr_10"])],
)  # fmt: skip
@pytest.mark.parametrize("phase", ["operation", "development"])
def test_what_has_a_basis_is_shown_with_it_and_refused_on_a_day_without(home, option, name, bases, phase) -> None:
    said = show(home, option, name, "--phase", phase)
    assert (said.code, [each["code"] for each in said.document["bases"]]) == (0, bases)
    words = ("legal-bases", "show", option, name, "--as-of", "2014-12-31", "--phase", phase)
    assert call(*words, home=home).code == 13


@pytest.mark.parametrize(
    "column", ["address.district", "control_case.caseworker_id", "protected.sex", "person.last_name"]
)
def test_what_may_never_be_scored_is_refused_by_name(home, column) -> None:
    refused = show(home, "--column", column)
    assert (refused.code, refused.problem["item"]) == (13, column)


@pytest.mark.parametrize(
    "options",
    [("--column", "a.b"), ("--column", "residence.*"), ("--benefit", "luftkastel"), ("--feature", "shoe_size"), (),
     ("--benefit", "friplads", "--column", CARE_OF), ("--benefit", "friplads", "--phase", "pilot")],
)  # fmt: skip
def test_wrong_words_are_wrong_words(home, options) -> None:
    assert show(home, *options).code == 2


def test_a_phase_lapses_without_the_other(home, tmp_path) -> None:
    settings = written(tmp_path, lapsed(phase="operation", on=dt.date(2024, 6, 1)))
    assert show(home, "--benefit", "friplads", "--phase", "development", **settings).code == 0
    assert show(home, "--benefit", "friplads", "--phase", "operation", **settings).code == 13


def test_a_faulty_file_is_told_with_entry_and_field(home, tmp_path) -> None:
    settings = written(tmp_path)
    path = tmp_path / "bases.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"boligstoette"', '"boligstøtte"', 1), encoding="utf-8")
    refused = show(home, "--benefit", "friplads", **settings)
    assert (refused.code, refused.problem["item"]) == (10, "basis 1 (retssikkerhedsloven_11a): benefits")


def day_of(town) -> dt.date:
    return dt.date.fromisoformat(town.as_of)


def test_without_a_basis_for_operation_nothing_is_ranked_though_training_had_one(rank, town, tmp_path) -> None:
    settings = written(tmp_path, lapsed(phase="operation", on=day_of(town)))
    refused = rank(**settings)
    assert (refused.called.code, refused.called.problem["code"]) == (13, "governance-gate")
    assert "nobody may be looked at" in refused.called.problem["what"]
    assert list(refused.out.iterdir()) == []
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", tmp_path / "m.parquet")
    assert call(*words, home=tmp_path / "home", **settings).code == 13
    assert not (tmp_path / "m.parquet").exists()


def test_without_a_basis_for_development_nothing_is_learned_but_a_model_may_be_used(rank, town, home, tmp_path) -> None:
    settings = written(tmp_path, lapsed(phase="development", on=day_of(town)))
    refused = call("train", town.directory, "--as-of", town.as_of, "--json", home=home, **settings)
    assert (refused.code, refused.problem["code"]) == (13, "governance-gate")
    assert not (home / "mlflow.db").exists()
    assert rank(**settings).called.code == 0


def test_without_a_basis_for_operation_a_model_may_still_be_learned(town, home, tmp_path, monkeypatch) -> None:
    learn_quickly(monkeypatch)
    settings = written(
        tmp_path, lapsed(phase="operation", on=day_of(town)), without_column(CARE_OF, phase="development"),
        without_benefit("friplads", phase="development"),
    )  # fmt: skip
    words = ("train", town.directory, "--as-of", town.as_of, "--no-evaluate", "--json")
    refused = call(*words, "--feature", "care_of_residents", home=home, **settings)
    assert (refused.code, refused.problem["item"]) == (13, "care_of_residents")
    done = call(*words, home=home, **settings)
    assert done.code == 0, done.err
    assert done.document["left_out"] == [
        "benefit friplads", f"column {CARE_OF}", *(f"feature {name}" for name in features_of_column(CARE_OF)),
    ]  # fmt: skip
    assert done.document["unused"]["no_legal_basis"] > 0


def test_a_column_without_basis_is_unknown_for_everybody_and_no_reason_speaks_of_it(
    rank, every, town, tmp_path
) -> None:
    settings = written(tmp_path, without_column(CARE_OF, phase="operation"))
    listed = rank("--all", **settings)
    assert listed.called.code == 0
    silent = features_of_column(CARE_OF)
    assert listed.record["left_out"] == [f"column {CARE_OF}", *(f"feature {name}" for name in silent)]
    assert every.record["left_out"] == []
    assert listed.rows["address_id"].sort().equals(every.rows["address_id"].sort())

    def spoken(rows: pl.DataFrame) -> bool:
        return rows.select(pl.concat_str("reasons_for", "reasons_against").str.contains("c/o")).to_series().any()

    assert spoken(every.rows)
    assert not spoken(listed.rows)
    out = tmp_path / "m.parquet"
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", out, "--json")
    built = call(*words, home=tmp_path / "home", **settings)
    assert built.document["left_out"] == listed.record["left_out"]
    assert built.document["matrix"] == listed.record["matrix"]
    matrix = pl.read_parquet(out)
    assert all(matrix[name].is_null().all() for name in silent)
    assert not matrix["moves_in"].is_null().any()


def test_a_column_that_the_line_cannot_do_without_is_named(rank, tmp_path) -> None:
    refused = rank(**written(tmp_path, without_column("person.address_protected", phase="operation")))
    assert (refused.called.code, refused.called.problem["item"]) == (13, "person.address_protected")


def test_without_payments_the_rate_of_the_catalogue_is_at_stake(town, matrix, tmp_path) -> None:
    out, settings = (
        tmp_path / "m.parquet",
        written(tmp_path, without_column("benefit_payment.amount_ore", phase="operation")),
    )
    words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", out, "--json")
    assert "column benefit_payment.amount_ore" in call(*words, home=tmp_path / "home", **settings).document["left_out"]
    rated, paid = pl.read_parquet(out), pl.read_parquet(matrix[0])
    assert rated["monthly_amount"].is_null().all()
    assert rated["stake_society_ore"].gt(0).sum() == paid["stake_society_ore"].gt(0).sum() > 0
    assert not rated["stake_society_ore"].equals(paid["stake_society_ore"])


def test_by_name_of_a_benefit_only_its_grants_make_candidates_and_are_at_stake(rank, every, town) -> None:
    listed = rank("--all", "--benefit", "friplads")
    assert listed.called.code == 0
    assert listed.record["benefits"] == ["friplads"]
    grants = town.rows("benefit_grant").filter(pl.col("benefit") == "friplads")["person_id"]
    homes = town.rows("residence").filter(pl.col("person_id").is_in(grants.implode()))["address_id"]
    assert 0 < listed.rows.height < every.rows.height
    assert set(listed.rows["address_id"]) <= set(homes)
    assert listed.rows["expected_bif_ore"].sum() == listed.rows["expected_kff_ore"].sum() == 0
    assert listed.rows["expected_buf_ore"].sum() > 0


def test_a_benefit_without_basis_is_left_out_and_refused_by_name(rank, town, tmp_path) -> None:
    settings = written(tmp_path, without_benefit("friplads", phase="operation"))
    listed = rank("--all", **settings)
    assert listed.record["left_out"] == ["benefit friplads"]
    assert listed.record["excluded"]["no_legal_basis"] > 0
    refused = rank("--benefit", "friplads", **settings)
    assert (refused.called.code, refused.called.problem["item"]) == (13, "friplads")
    assert rank("--benefit", "luftkastel").called.code == 2


def test_features_are_built_by_name(town, home, tmp_path) -> None:
    def build(*options: object, **settings: str):
        words = ("features", "build", town.directory, "--as-of", town.as_of, "--out", tmp_path / "m.parquet", "--json")
        return call(*words, *options, home=home, **settings)

    assert build("--feature", "care_of_residents", "--feature", "area_per_person").code == 0
    names = set(pl.read_parquet(tmp_path / "m.parquet").columns)
    assert {"care_of_residents", "area_per_person"} <= names
    assert not {"moves_in", "dwelling_area"} & names
    refused = build("--feature", "care_of_residents", **written(tmp_path, without_column(CARE_OF, phase="operation")))
    assert (refused.code, refused.problem["item"]) == (13, "care_of_residents")
    assert build("--feature", "shoe_size").code == 2


def test_the_run_says_what_it_rests_on(listed, every) -> None:
    assert listed.record["pull"] == {
        "purpose": "general_search", "bases": "cpr_10+retssikkerhedsloven_11a", "phase": "operation",
        "on": listed.record["as_of"],
    }  # fmt: skip
    assert listed.record["legal_bases"] == every.record["legal_bases"]
