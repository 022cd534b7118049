"""A list that evens out needless controls: only as approved, on record, and without a trace of anybody's group."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from service.fair_choice import CAP
from service.mitigation import LEAST_SHARE
from tests.functional.calls import Called
from tests.functional.governed import DAY, SEED, Governed
from tests.functional.test_protected_unused import SPECIAL

UNTIL = DAY + dt.timedelta(days=10)
HOURS = 220  # fewer cases would be too few to even out, taken whole as they are


def approve(home: Governed, kind: str) -> str:
    keys = ("--dpo-key", home.key("dpo"), "--counsel-key", home.key("counsel"))
    words = ("gate", "approve-mitigation", kind, *keys, "--reason", "Priced and weighed.", "--until", UNTIL)
    said = home.call(*words)
    assert said.code == 0, said.err
    return said.out.partition(":")[0]


def mitigated(home: Governed, kind: str, *words: object, **settings: str) -> Called:
    """Ranked with the seed of the list without mitigation."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.cli.runs.secrets.randbits", lambda _: SEED)
        return home.rank("--mitigation", kind, "--hours", HOURS, *words, **settings)


@pytest.fixture(scope="module")
def approved(promoted, tmp_path_factory) -> Governed:
    """Both ways approved, and a list of the same hours and seed by neither. To be read, not changed."""
    home = promoted.copy(tmp_path_factory.mktemp("approved") / "home")
    for kind in ("quota", "group_blind"):
        approve(home, kind)
    return replace(home, run_id=mitigated(home, "none", "--json").document["run_id"])


@pytest.fixture(scope="module", params=["quota", "group_blind"])
def done(request, approved) -> tuple[Governed, str, dict[str, Any]]:
    said = mitigated(approved, request.param, "--json")
    assert said.code == 0, said.err
    return approved, said.document["run_id"], said.document["mitigated"]


def rows_of(home: Governed, run_id: str) -> pl.DataFrame:
    return pl.read_parquet(home.home / "runs" / run_id / "worklist.parquet").drop("run_id")


def ratios_of(home: Governed, run_id: str) -> dict[str, float]:
    """Of every group of some size, as the publish gate judges them."""
    evidence = json.loads((home.home / "runs" / run_id / "evidence.json").read_text(encoding="utf-8"))
    fairness = next(each for each in evidence if each["kind"] == "ListFairnessEvidence")["figures"]
    sized = (LEAST_SHARE * fairness["adults"], (1 - LEAST_SHARE) * fairness["adults"])
    return {
        f"{each['attribute']} {each['group']}": each["ratio"]["value"]
        for each in fairness["groups"]
        if each["ratio"] and sized[0] <= each["ratio"]["count"] <= sized[1]
        and each["attribute"] in ("sex", "citizenship", "origin", "disability_pension")
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["quota", "group_blind"])
def test_without_an_approval_nothing_is_made(kind: str, governed) -> None:
    before = governed.actions()
    said = mitigated(governed, kind, "--json")
    assert said.code == 13 and said.problem["item"] == kind
    assert governed.actions() == before


@pytest.mark.parametrize(("kind", "other"), [("quota", "group_blind"), ("group_blind", "quota")])
def test_an_approval_of_the_other_way_is_none(kind: str, other: str, governed) -> None:
    approve(governed, other)
    assert mitigated(governed, kind).code == 13


def test_a_lapsed_approval_is_none_and_says_so(governed) -> None:
    approve(governed, "quota")
    late = (UNTIL + dt.timedelta(days=1)).isoformat()
    said = mitigated(governed, "quota", "--json", invented_day=late)
    assert said.code == 13 and late in said.problem["what"]
    assert mitigated(governed, "quota", invented_day=UNTIL.isoformat()).code == 0


def test_what_cannot_be_mitigated_is_said(governed) -> None:
    approve(governed, "quota")
    assert mitigated(governed, "quota", "--all").code == 2
    assert mitigated(governed, "reweighing").code == 2
    assert governed.call("gate", "stop", "--role", "dpo", "--reason", "A test.").code == 0
    assert mitigated(governed, "quota").code == 13
    assert governed.rank().code == 0


def test_the_list_keeps_the_cap_and_the_record_says_how_and_at_what_price(done) -> None:
    home, run_id, said = done
    plain, rows = rows_of(home, home.run_id), rows_of(home, run_id)
    before, after = (ratios_of(home, run) for run in (home.run_id, run_id))
    priority = pl.col("arm") == "priority"
    nets = [float(each.filter(priority)["expected_net_ore"].sum()) for each in (plain, rows)]
    assert said["ratio_before"] > CAP and said["ratio_after"] < said["ratio_before"]
    assert said["ratio_before"] in {round(ratio, 4) for ratio in before.values()}
    assert said["expected_net_before_ore"] == pytest.approx(nets[0], abs=2 * plain.height)
    assert said["expected_net_after_ore"] == pytest.approx(nets[1], abs=2 * rows.height)
    assert said["price_ore"] == said["expected_net_before_ore"] - said["expected_net_after_ore"] > 0
    if said["kind"] == "quota":
        assert max(after.values()) == pytest.approx(said["ratio_after"], abs=1e-4) and max(after.values()) <= CAP


def test_the_event_and_the_run_say_the_same_and_name_the_approval(done) -> None:
    home, run_id, said = done
    record = json.loads((home.home / "runs" / run_id / "run.json").read_text(encoding="utf-8"))
    (event,) = [details for action, subject, details in home.events() if (action, subject) == ("list.made", run_id)]
    assert event["mitigated"] == record["mitigated"] == said
    assert record["mitigation"] == said["kind"]
    approvals = [subject for action, subject, _ in home.events() if action == "mitigation.approved"]
    assert said["approval"] == approvals[0 if said["kind"] == "quota" else 1]
    unmitigated = json.loads(home.run_file("run.json").read_text(encoding="utf-8"))
    assert (unmitigated["mitigation"], unmitigated["mitigated"]) == ("none", None)


def test_the_random_arm_and_what_is_said_of_each_case_are_untouched(done) -> None:
    home, run_id, _ = done
    plain, rows = rows_of(home, home.run_id), rows_of(home, run_id)
    arms = [set(each.filter(pl.col("arm") == "random")["address_id"]) for each in (plain, rows)]
    assert arms[0] == arms[1] and arms[0]
    # who would be listed for sure is logged of a list in the model's own order alone
    draws = [
        pl.read_parquet(home.home / "runs" / run / "draw.parquet").drop("certain") for run in (home.run_id, run_id)
    ]
    assert draws[0].equals(draws[1])
    assert rows.columns == plain.columns
    shared = [each.drop("rank").filter(pl.col("address_id").is_in(addresses)).sort("address_id") for each, addresses in (
        (plain, rows["address_id"].to_list()), (rows, plain["address_id"].to_list())
    )]  # fmt: skip
    assert shared[0].equals(shared[1]) and 0 < shared[0].height < plain.height
    record = (home.home / "runs" / run_id / "run.json").read_text(encoding="utf-8")
    for text in (rows.select(pl.col(pl.String)).write_csv(), record, json.dumps(home.events())):
        assert not SPECIAL.search(text)


def test_the_same_seed_gives_the_same_list_again(approved, tmp_path) -> None:
    lists = []
    for place in ("one", "two"):
        home = approved.copy(tmp_path / place)
        lists.append(rows_of(home, mitigated(home, "group_blind", "--json").document["run_id"]))
    assert lists[0].equals(lists[1])


def test_the_publish_gate_measures_the_mitigated_list_and_releases_it(done, tmp_path) -> None:
    approved, run_id, _ = done
    home = approved.copy(tmp_path / "home")
    said = home.publish(run_id)
    assert said.code == 0, said.err
    (fair,) = [each for each in said.document["judged"] if each["rule"] == "list_fair_by_law"][:1]
    assert fair["outcome"] == "passed"
    assert ratios_of(home, run_id) != ratios_of(home, home.run_id)


def test_a_case_of_it_is_rebuilt_to_the_bit(done, tmp_path) -> None:
    approved, run_id, _ = done
    home = approved.copy(tmp_path / "home")
    store = home.store()
    with store.reading() as connection:
        asked = 'SELECT "case" FROM explained_decision WHERE run_id = ? LIMIT 1'
        case = connection.exec_driver_sql(asked, (run_id,)).scalar()
    store.engine.dispose()
    said = home.call("replay", run_id, case)
    assert said.code == 0, said.err


def test_the_price_is_printed(approved, tmp_path) -> None:
    home = approved.copy(tmp_path / "home")
    said = mitigated(home, "quota")
    assert said.code == 0
    assert "Mitigation 'quota' by approval-1" in said.out and "Its price, for the same hours: " in said.out
    assert "Mitigation" not in home.rank().out
