"""The stop button and the list that is made meanwhile: at once, without the model, and saying so."""

from __future__ import annotations

import json

import polars as pl
import pytest

from governance.gate.stop import stop
from governance.rules.rule import rules_of
from service.fallback import REASONS_DA
from tests.functional.governed import Governed


def refused(called, code: int, said: str = "") -> None:
    assert called.code == code, (called.code, called.err)
    assert said in called.problem["what"] + called.problem["item"], called.err


@pytest.fixture
def stopped(governed) -> Governed:
    said = governed.call("gate", "stop", "--role", "dpo", "--reason", "Reported by the press desk.")
    assert said.code == 0, said.err
    return governed


def test_a_stop_takes_effect_at_once(stopped) -> None:
    closed = stopped.publish()
    refused(closed, 13, "no_stop_in_force")
    (judged,) = (each for each in closed.document["judged"] if each["outcome"] == "failed")
    assert (judged["rule"], judged["figure"], judged["item"]) == ("no_stop_in_force", "stopped", "dpo")
    assert "press desk" in judged["reason"]
    refused(stopped.rank("--all", "--json"), 13, "stopped by the dpo")
    assert stopped.actions()[-2:] == ["system.stopped", "gate.judged"]


def test_no_model_is_promoted_while_stopped(stopped, quickly) -> None:
    refused(stopped.promote(), 13, "no_stop_in_force")
    assert stopped.actions().count("model.promoted") == 1


@pytest.mark.parametrize("kind", ["random", "rules"])
def test_the_list_of_a_stop_says_so_everywhere(stopped, kind) -> None:
    before = set(stopped.home.parent.glob("list-*"))
    said = stopped.rank("--fallback", kind)
    assert said.code == 0, said.err
    assert "stopped by the dpo" in said.out and f"fallback '{kind}'" in said.out and "every row says so" in said.out
    (out,) = set(stopped.home.parent.glob("list-*")) - before
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (record["fallback"], record["stopped_by"], record["model_version"]) == (kind, "dpo", "uden model")
    assert record["model_run"] == record["model_form"] == "" and record["inputs"] == []
    rows = pl.read_parquet(out / "worklist.parquet")
    assert rows.height == record["listed"] > 5
    assert set(rows["model_version"]) == {"uden model"} and set(rows["reasons_for"]) == {REASONS_DA[kind]}
    assert set(rows["arm"]) == {kind}
    predicted = [
        name for name in rows.columns if name.startswith(("expected_", "net_", "hit_")) and "hours" not in name
    ]
    assert len(predicted) > 8 and all(rows[name].null_count() == rows.height for name in predicted)
    caseworkers = pl.read_csv(out / "worklist.csv")
    assert set(caseworkers["reasons_for"]) == {REASONS_DA[kind]}
    assert stopped.actions()[-2:] == ["seed.committed", "list.made"]


@pytest.mark.parametrize("kind", ["random", "rules"])
def test_the_list_of_a_stop_may_be_released_while_stopped(stopped, kind) -> None:
    run_id = stopped.rank("--fallback", kind, "--json").document["run_id"]
    done = stopped.publish(run_id)
    assert done.code == 0, done.err
    assert done.document["gate"] == "fallback"
    assert {each["rule"] for each in done.document["judged"]} == {rule.name for rule in rules_of("fallback")}
    released = stopped.home / "published" / run_id / "worklist.csv"
    assert set(pl.read_csv(released)["reasons_for"]) == {REASONS_DA[kind]}
    refused(stopped.publish(run_id), 13, "released already")
    refused(stopped.publish(), 13, "no_stop_in_force")


def test_the_gate_of_the_fallback_closes_too(stopped) -> None:
    run_id = stopped.rank("--json").document["run_id"]
    refused(stopped.publish(run_id, invented_day="2024-09-01"), 13, "registers_fresh")
    assert stopped.actions()[-1] == "gate.judged"
    stopped.home.joinpath("runs", run_id, "worklist.parquet").unlink()
    refused(stopped.publish(run_id), 14, "worklist.parquet")


def test_the_random_fallback_draws_everybody_alike(stopped) -> None:
    run_id = stopped.rank("--json").document["run_id"]
    rows = pl.read_parquet(stopped.home / "runs" / run_id / "worklist.parquet")
    draws = pl.read_parquet(stopped.home / "runs" / run_id / "draw.parquet")
    drawable = draws.filter(pl.col("selection_probability") > 0)
    assert drawable["selection_probability"].n_unique() == 1
    assert drawable["selection_probability"].sum() == pytest.approx(rows.height)
    assert rows["selection_probability"].unique().to_list() == drawable["selection_probability"].unique().to_list()


def test_another_key_lifts_nothing_and_the_officers_does(stopped) -> None:
    for role in ("owner", "counsel"):
        lifted = stopped.call("gate", "resume", "--key", stopped.key(role), "--reason", "Mended.")
        assert lifted.code == 12, lifted.err
    refused(stopped.publish(), 13, "no_stop_in_force")
    assert "system.resumed" not in stopped.actions()
    lifted = stopped.call("gate", "resume", "--key", stopped.key("dpo"), "--reason", "Mended.")
    assert lifted.code == 0, lifted.err
    listed = stopped.rank("--json")
    assert (listed.document["model_version"], "stopped_by" in listed.document) == ("adressekontrol/1", False)
    rows = pl.read_parquet(stopped.home / "runs" / listed.document["run_id"] / "worklist.parquet")
    assert set(rows["model_version"]) == {"adressekontrol/1"}
    assert stopped.publish().code == 0


def test_two_stops_are_both_lifted_or_none(stopped) -> None:
    stopped.call("gate", "stop", "--role", "owner", "--reason", "I too.")
    assert stopped.call("gate", "resume", "--key", stopped.key("dpo"), "--reason", "Mended.").code == 0
    assert stopped.call("gate", "status", "--json").document["stop"] == ""
    assert stopped.publish().code == 0


def test_a_stop_while_the_model_ranks_leaves_no_list(governed, monkeypatch) -> None:
    from service import rank

    whole = rank.gather_list_evidence

    def stopping(made, *, settings, store):
        found = whole(made, settings=settings, store=store)
        with store.act("system.stopped") as act:
            stop(act, role="owner", reason="Now.")
        return found

    monkeypatch.setattr(rank, "gather_list_evidence", stopping)
    before = governed.actions()
    refused(governed.rank("--json"), 13, "while the model ranked")
    assert governed.actions()[len(before) :] == ["seed.committed", "fairness.measured", "system.stopped"]
    assert not list(governed.home.parent.glob("list-*/worklist.*"))
