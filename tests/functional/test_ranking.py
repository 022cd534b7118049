"""`rank`: the three files of a list, what a caseworker may see of it, the random arm, and each refusal."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import subprocess
import sys

import polars as pl
import pytest

from features.definitions import load_catalogue_of_features
from service.logged_lists import LOGGED_COLUMNS
from tests.contract.source_tree import ROOT
from tests.functional.calls import HOURS, call
from training.bundle import MONTHS_DA

COLUMNS = [
    "rank", "address_id", "arm", "selection_probability", "hit_probability", "hit_low", "hit_high",
    "expected_bif_ore", "expected_buf_ore", "expected_kff_ore", "expected_municipal_ore", "expected_society_ore",
    "expected_hours", "expected_net_ore", "net_low_ore", "net_high_ore", "legal_basis", "reasons_for",
    "reasons_against", "model_version", "run_id",
]  # fmt: skip
SENTENCE = re.compile(
    r"^[A-ZÆØÅ].* \((CPR|BBR/DAR|ydelses|henvendelser|tidligere kontrol).*, (?:registreret|pr\.) "
    r"(?P<day>\d{1,2})\. (?P<month>[a-z]+) (?P<year>\d{4})\)$"
)
RUN_FIELDS = {
    "run_id", "as_of", "registers", "feature_catalogue", "model_version", "model_run", "model_form", "inputs", "settings", "hours",
    "legal_bases", "benefits", "pull", "left_out", "mitigation", "mitigated",
    "random_share", "every_candidate", "seed_commitment", "approval", "use", "seed", "matrix", "considered",
    "excluded", "candidates", "listed", "listed_random", "expected_hours", "expected_municipal_ore",
    "expected_net_ore",
}  # fmt: skip


def test_the_files_of_a_list(listed) -> None:
    assert listed.called.code == 0
    assert {path.name for path in listed.out.iterdir()} == {"worklist.parquet", "worklist.csv", "run.json"}
    assert listed.called.document == listed.record
    assert listed.rows.columns == COLUMNS
    assert listed.rows["rank"].to_list() == list(range(1, listed.rows.height + 1))
    assert listed.rows["address_id"].n_unique() == listed.rows.height


def test_money_is_whole_ore_and_adds_up(listed, every) -> None:
    for rows in (listed.rows, every.rows):
        money = [name for name in rows.columns if name.endswith("_ore")]
        assert len(money) == 8
        assert set(rows.select(money).dtypes) == {pl.Int64}
        parts = pl.sum_horizontal("expected_bif_ore", "expected_buf_ore", "expected_kff_ore")
        assert rows.filter(parts != pl.col("expected_municipal_ore")).is_empty()
        assert rows.filter(pl.col("net_low_ore") > pl.col("net_high_ore")).is_empty()
        assert rows.filter(~pl.col("hit_probability").is_between("hit_low", "hit_high")).is_empty()


def test_the_hours_are_filled_and_not_exceeded(listed) -> None:
    used = listed.rows["expected_hours"].sum()
    assert used <= HOURS
    assert used > HOURS - 20
    assert listed.record["expected_hours"] == round(used, 2)


def test_nobody_is_listed_by_priority_at_a_loss(listed) -> None:
    assert listed.rows.filter((pl.col("arm") == "priority") & (pl.col("expected_net_ore") <= 0)).is_empty()


def test_the_record_tells_the_list(listed, town, matrix) -> None:
    record, rows = listed.record, listed.rows
    assert set(record) == RUN_FIELDS
    assert (record["as_of"], record["hours"], record["random_share"]) == (town.as_of, HOURS, 0.05)
    assert record["approval"] == "ikke godkendt"
    assert record["use"] == "kun efter godkendelse"
    assert record["listed"] == rows.height
    assert record["listed_random"] == rows.filter(pl.col("arm") == "random").height > 0
    for name in ("expected_municipal_ore", "expected_net_ore"):
        assert record[name] == rows[name].sum()
    built = matrix[1].document
    assert {name: record[name] for name in ("candidates", "considered", "excluded", "matrix")} == {
        name: built[name] for name in ("candidates", "considered", "excluded", "matrix")
    }
    assert set(rows["run_id"]) == {record["run_id"]}
    assert set(rows["model_version"]) == {record["model_version"]} == {"adressekontrol/1"}


def test_caseworkers_get_neither_arm_nor_anything_it_could_be_told_by(listed) -> None:
    seen = pl.read_csv(listed.out / "worklist.csv")
    assert seen.columns == [
        "rank", "address_id", "legal_basis", "reasons_for", "reasons_against", "model_version", "run_id", "approval",
    ]  # fmt: skip
    assert set(seen["approval"]) == {"ikke godkendt"}
    assert seen["address_id"].to_list() == listed.rows["address_id"].to_list()
    text = (listed.out / "worklist.csv").read_text(encoding="utf-8")
    assert not re.search(r"random|priority|probability|_ore", text)


def test_every_place_is_explained_in_danish_with_register_and_date(listed, town) -> None:
    for row in listed.rows.iter_rows(named=True):
        assert row["reasons_for"]
        assert row["reasons_against"]
        for sentence in [*row["reasons_for"].split(" | "), *row["reasons_against"].split(" | ")]:
            told = SENTENCE.match(sentence)
            assert told, sentence
            day = dt.date(int(told["year"]), MONTHS_DA.index(told["month"]) + 1, int(told["day"]))
            assert day <= dt.date.fromisoformat(town.as_of)


def test_the_seed_was_committed_to_and_is_opened_afterwards(listed) -> None:
    commitment = json.loads(listed.kept("commitment.json").read_text(encoding="utf-8"))
    assert "seed" not in commitment
    opened = hashlib.sha256(str(listed.record["seed"]).encode()).hexdigest()
    assert commitment["seed_commitment"] == opened == listed.record["seed_commitment"]
    assert commitment.items() <= listed.record.items()


def test_the_commitment_stands_before_anybody_is_drawn(rank, monkeypatch, trained) -> None:
    runs = trained[0] / "runs"
    before = set(runs.glob("*/commitment.json")) if runs.exists() else set()

    def stop(*_, **__):
        raise RuntimeError("stopped before the candidates")

    monkeypatch.setattr("service.rank.find_candidates", stop)
    assert rank().called.code == 1
    (committed,) = set(runs.glob("*/commitment.json")) - before
    assert "seed_commitment" in json.loads(committed.read_text(encoding="utf-8"))


def test_the_probability_of_every_candidate_is_kept(listed, every) -> None:
    draw = pl.read_parquet(listed.kept("draw.parquet"))
    assert draw.columns == ["unit_id", "selection_probability", "drawn", *LOGGED_COLUMNS]
    assert set(draw["unit_id"]) == set(every.rows["address_id"])
    assert draw["selection_probability"].is_between(0, 1).all()
    assert draw["selection_probability"].sum() == pytest.approx(listed.record["listed_random"])
    general = every.rows.filter(pl.col("legal_basis").str.contains("retssikkerhedsloven_11a"))["address_id"]
    assert set(draw.filter(pl.col("selection_probability") > 0)["unit_id"]) == set(general)


def test_the_promise_and_the_lists_of_every_candidate_are_kept(listed, every) -> None:
    draw = pl.read_parquet(listed.kept("draw.parquet"))
    assert sum(draw.null_count().row(0)) == 0
    both = draw.join(every.rows, left_on="unit_id", right_on="address_id")
    assert (both["promised_ore"] - both["expected_municipal_ore"]).abs().max() <= 1.5
    assert both["hit_probability"].to_list() == both["hit_probability_right"].to_list()
    for name in ("listed_by_model", "listed_by_rules", "listed_by_logistic"):
        assert 0 < draw.filter(name)["hours"].sum() <= HOURS
    assert len({tuple(draw[name]) for name in ("listed_by_model", "listed_by_rules", "listed_by_logistic")}) == 3
    priority = listed.rows.filter(pl.col("arm") == "priority")["address_id"]
    drawn = draw.filter("drawn")["unit_id"]
    assert set(draw.filter("certain")["unit_id"]) <= set(priority) | set(drawn)
    assert draw.filter("certain")["listed_by_model"].all() and draw["certain"].any()


def test_the_random_cases_of_the_list_are_those_drawn(listed) -> None:
    drawn = pl.read_parquet(listed.kept("draw.parquet")).filter("drawn").sort("unit_id")
    random_rows = listed.rows.filter(pl.col("arm") == "random").sort("address_id")
    assert random_rows["address_id"].to_list() == drawn["unit_id"].to_list()
    assert random_rows["selection_probability"].to_list() == drawn["selection_probability"].to_list()
    assert set(listed.rows.filter(pl.col("arm") == "priority")["selection_probability"]) == {1.0}


def test_all_ranks_every_candidate_by_the_model_alone(every, matrix) -> None:
    rows = every.rows
    assert every.called.code == 0
    assert set(rows["address_id"]) == set(pl.read_parquet(matrix[0])["address_id"])
    assert set(rows["arm"]) == {"priority"}
    assert every.record["use"] == "ikke til brug"
    assert every.record["approval"] == "ikke godkendt"
    assert every.record["seed"] is None
    per_hour = rows["expected_net_ore"] / rows["expected_hours"]
    # whole øre may turn two equal neighbours
    assert (per_hour.diff().drop_nulls() <= 1).all()


def test_all_gives_the_same_list_again(every, rank) -> None:
    again = rank("--all")
    assert again.record == every.record
    assert again.rows.equals(every.rows)


def test_priority_follows_the_ranking_of_all(listed, every) -> None:
    place = dict(every.rows.select("address_id", "rank").iter_rows())
    priority = listed.rows.filter(pl.col("arm") == "priority")["address_id"].to_list()
    assert [place[address] for address in priority] == sorted(place[address] for address in priority)


def test_an_hour_that_costs_more_lowers_the_net_by_just_that(every, rank) -> None:
    dear = rank("--all", "--hourly-cost-ore", 140_000)
    both = every.rows.join(dear.rows, on="address_id", suffix="_dear")
    assert both.height == every.rows.height
    for suffix, cost in (("", 70_000), ("_dear", 140_000)):
        spent = both["expected_municipal_ore"] - both[f"expected_net_ore{suffix}"]
        assert ((spent - both["expected_hours"] * cost).abs() <= 3).all()
    assert dear.record["run_id"] != every.record["run_id"]


def test_an_hour_that_costs_too_much_leaves_an_empty_list(rank) -> None:
    empty = rank("--random-share", 0, "--hourly-cost-ore", 10**9)
    assert empty.called.code == 0
    assert (empty.record["listed"], empty.rows.height, empty.rows.columns) == (0, 0, COLUMNS)
    assert (empty.out / "worklist.csv").read_text(encoding="utf-8").startswith("rank,address_id,")


def test_without_a_random_share_nobody_is_drawn(rank) -> None:
    done = rank("--random-share", 0, "--model", "adressekontrol@challenger")
    assert done.record["listed_random"] == 0
    assert set(done.rows["arm"]) == {"priority"}
    assert pl.read_parquet(done.kept("draw.parquet"))["selection_probability"].sum() == 0


@pytest.mark.parametrize(
    ("options", "code", "item"),
    [
        (("--model", "adressekontrol@champion"), 15, "adressekontrol@champion"),
        (("--model", "other@challenger"), 15, "other@challenger"),
        (("--model", "adressekontrol/99"), 15, "adressekontrol/99"),
        (("--random-share", 1), 2, "--random-share"),
        (("--hourly-cost-ore", 10**30), 2, "--hourly-cost-ore"),
        (("--random-share", "nan"), 2, "--random-share"),
        (("--hourly-cost-ore", 0), 2, "--hourly-cost-ore"),
    ],
)
def test_each_refusal_of_rank(rank, options, code, item) -> None:
    refused = rank(*options)
    assert (refused.called.code, refused.called.problem["item"]) == (code, item)
    assert list(refused.out.iterdir()) == []


@pytest.mark.parametrize("hours", [0, -1, "nan", "inf"])
def test_hours_are_a_number_above_zero(rank, hours) -> None:
    assert rank(hours=hours).called.problem["item"] == "--hours"


def test_without_a_model_there_is_no_list(town, home, tmp_path) -> None:
    words = ("rank", town.directory, "--as-of", town.as_of, "--hours", 10, "--out", tmp_path / "out", "--json")
    said = call(*words, home=home)
    assert (said.code, said.problem["code"]) == (15, "model-mismatch")
    assert "train" in said.problem["remedy"]


def test_a_model_may_not_know_the_future_of_the_list(town, trained, tmp_path) -> None:
    words = ("rank", town.directory, "--as-of", "2024-05-15", "--hours", 10, "--out", tmp_path / "out", "--json")
    said = call(*words, home=trained[0])
    assert (said.code, said.problem["item"]) == (15, "model")


def test_a_model_of_other_features_makes_no_list(rank, monkeypatch) -> None:
    smaller = {name: declared for name, declared in load_catalogue_of_features().items() if name != "adults"}
    monkeypatch.setattr("training.bundle.load_catalogue_of_features", lambda: smaller)
    refused = rank()
    assert (refused.called.code, refused.called.problem["item"]) == (15, "adults")


def test_spoiled_registers_are_not_ranked(town, trained, tmp_path) -> None:
    spoiled = tmp_path / "spoiled"
    spoiled.mkdir()
    for path in town.directory.glob("*.parquet"):
        pl.read_parquet(path).with_columns(note=pl.lit("x")).write_parquet(spoiled / path.name)
    words = ("rank", spoiled, "--as-of", town.as_of, "--hours", 10, "--out", tmp_path / "out", "--json")
    said = call(*words, home=trained[0])
    assert (said.code, said.problem["code"]) == (11, "data-contract")
    assert not (tmp_path / "out").exists()


def test_no_progress_or_result_of_a_run_names_anybody(listed) -> None:
    assert "syn-" not in listed.called.err + listed.called.out


def test_in_words_a_list_says_how_many_and_who_was_left_out(town, trained, tmp_path) -> None:
    words = ("rank", town.directory, "--as-of", town.as_of, "--hours", 20, "--out", tmp_path / "out")
    said = call(*words, home=trained[0])
    rows = pl.read_parquet(tmp_path / "out" / "worklist.parquet")
    first, *rest = said.out.splitlines()
    assert re.match(rf"{rows.height} of \d+ candidates listed in .*out \(ikke godkendt\)\.$", first)
    assert {"protected_resident", "institution", "case_open", "cool_off"} <= {line.split()[0] for line in rest}
    assert "syn-" not in said.out + said.err


PLAIN = """
import sys
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model(sys.argv[2])
matrix = pandas.read_parquet(sys.argv[3])
scores = model.predict(matrix)
scores.insert(0, "address_id", matrix["address_id"].to_numpy())
scores.to_parquet(sys.argv[4])
"""


def test_a_plain_client_in_a_fresh_process_scores_the_same(trained, matrix, every, tmp_path) -> None:
    out = tmp_path / "scores.parquet"
    store = f"sqlite:///{trained[0] / 'mlflow.db'}"
    words = [sys.executable, "-W", "ignore", "-c", PLAIN, store, "models:/adressekontrol/1", str(matrix[0]), str(out)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    both = every.rows.join(pl.read_parquet(out), on="address_id", how="inner", suffix="_plain")
    assert both.height == every.rows.height > 100
    for name in ("hit_probability", "hit_low", "hit_high", "expected_hours"):
        assert both[name].to_list() == both[f"{name}_plain"].to_list()
    for name in ("bif", "buf", "kff", "society"):
        written = both[f"expected_{name}_ore"]
        assert written.to_list() == both[f"expected_{name}_ore_plain"].round().cast(pl.Int64).to_list()


def test_a_model_of_features_declared_otherwise_is_refused(rank, monkeypatch) -> None:
    """The names are the same, what they mean is not: nothing else would notice."""
    monkeypatch.setattr("training.pipeline.feature_catalogue_hash", lambda: "declared anew")
    refused = rank()
    assert (refused.called.code, refused.called.problem["item"]) == (15, "adressekontrol/1")
