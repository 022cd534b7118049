"""What reaches caseworkers: a list is released once, as it was made, by a promoted model, on a verdict of its own."""

from __future__ import annotations

import datetime as dt
import json
import threading
from dataclasses import replace

import polars as pl
import pytest

from governance.errors import GateClosed
from governance.gate.stop import stop
from governance.gate.verdicts import judge_and_record
from governance.rules.evidence import CalibrationEvidence, ProxyEvidence
from governance.rules.limits import limits
from governance.rules.rule import rules_of
from service import publication
from service.publication import publish
from service.run_files import keep_run_files, load_made_run
from tests.functional.governed import DAY, Governed, assess
from tests.gates import HandClock, sound_evidence

UNTIL = (DAY + dt.timedelta(days=10)).isoformat()


def refused(called, code: int, said: str = "") -> None:
    assert called.code == code, (called.code, called.err)
    assert said in called.problem["what"] + called.problem["item"], called.err


def nothing_released(home: Governed) -> bool:
    return not list(home.home.glob("published/*")) and "list.published" not in home.actions()


def test_a_list_that_passes_is_released_as_it_was_made(governed) -> None:
    done = governed.publish()
    assert done.code == 0, done.err
    folder = governed.home / "published" / governed.run_id
    assert done.document["folder"] == str(folder)
    assert pl.read_parquet(folder / "worklist.parquet").equals(pl.read_parquet(governed.run_file("worklist.parquet")))
    assert pl.read_parquet_metadata(folder / "worklist.parquet")["approval"] == "godkendt"
    assert set(pl.read_csv(folder / "worklist.csv")["approval"]) == {"godkendt"}
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (record["verdict"], record["approval"]) == (done.document["id"], "godkendt")
    assert record["invented_day"] == DAY.isoformat()
    assert governed.actions()[-2:] == ["gate.judged", "list.published"]
    assert [path.name for path in folder.parent.iterdir()] == [governed.run_id]
    assert folder.stat().st_mode & 0o077 == 0


def test_the_verdict_lists_every_rule_with_evidence_figure_limit_and_reason(governed) -> None:
    verdict_id = governed.publish().document["id"]
    shown = governed.call("gate", "show", verdict_id, "--json").document
    assert {each["rule"] for each in shown["judged"]} == {rule.name for rule in rules_of("publish")}
    assert all(each["figure"] and each["limit"] and each["reason"] for each in shown["judged"])
    assert {each["evidence"] for each in shown["judged"]} == set(shown["evidence"])
    printed = governed.call("gate", "show", verdict_id).out
    assert all(each["reason"] in printed for each in shown["judged"])


def test_a_list_is_released_once(governed) -> None:
    first = governed.publish()
    before = governed.actions()
    refused(governed.publish(), 13, "released already")
    assert first.code == 0 and governed.actions() == before


def test_the_list_of_a_model_that_was_never_promoted_stays(unpromoted, tmp_path) -> None:
    home = unpromoted.copy(tmp_path / "home")
    assess(home)
    refused(home.publish(), 13, "never promoted")
    assert nothing_released(home)


def test_a_list_of_everybody_is_never_released(governed) -> None:
    every = governed.rank("--all", "--json").document
    refused(governed.publish(every["run_id"]), 13, "every candidate")
    assert nothing_released(governed)


def test_a_run_that_never_was_is_a_wrong_word(governed) -> None:
    for word in ("nosuch", "../published", ""):
        refused(governed.call("gate", "publish", word, "--json"), 2, "no such run")


@pytest.mark.parametrize("name", ["worklist.parquet", "evidence.json", "run.json"])
@pytest.mark.parametrize("change", ["altered", "gone", "that of another run"])
def test_a_run_that_is_not_as_it_was_made_is_not_released(governed, name, change) -> None:
    path = governed.run_file(name)
    if change == "gone":
        path.unlink()
    elif change == "altered":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.write_bytes(b"[]" if name != "worklist.parquet" else path.read_bytes() + b"\0")
    before = governed.actions()
    refused(governed.publish(), 14, f"{governed.run_id}/{name}")
    assert governed.actions() == before and nothing_released(governed)


def test_what_was_hashed_is_what_is_released(governed, monkeypatch) -> None:
    """A file swapped after it was checked: the release holds the rows that the log knows."""
    made = pl.read_parquet(governed.run_file("worklist.parquet"))
    whole = publication.judge_and_record

    def swapped(*words, **named):
        made.reverse().write_parquet(governed.run_file("worklist.parquet"))
        return whole(*words, **named)

    monkeypatch.setattr(publication, "judge_and_record", swapped)
    assert governed.publish().code == 0
    assert pl.read_parquet(governed.home / "published" / governed.run_id / "worklist.parquet").equals(made)


@pytest.mark.parametrize("other", [{"form": "glass_box"}, {"run": "another training under the same number"}])
def test_a_promotion_of_another_form_or_training_is_none(governed, other) -> None:
    (said,) = (details for action, _, details in governed.events() if action == "model.promoted")
    with governed.store().act("model.promoted", subject="adressekontrol/1", details=said | other):
        pass
    refused(governed.publish(), 13, "never promoted as ensemble")
    assert nothing_released(governed)


def judged_again(home: Governed, evidence: dict[type, object]) -> None:
    """The promote gate asked once more about the same model, without a promotion."""
    given = {**sound_evidence("promote"), **evidence}
    store = home.store()
    by = limits(home.settings(), today=DAY)
    judge_and_record(store, gate="promote", subject="adressekontrol/1", evidence=given, limits=by)
    store.engine.dispose()


def test_a_promotion_does_not_outlive_a_later_judgement_against_the_model(governed) -> None:
    book = {rule.name: rule for rule in rules_of("promote")}
    judged_again(governed, {CalibrationEvidence: book["calibrated_on_random_arm"].failing})
    refused(governed.publish(), 13, "calibrated_on_random_arm")
    judged_again(governed, {ProxyEvidence: book["no_proxy_feature"].failing})
    refused(governed.publish(), 13, "no_proxy_feature")
    judged_again(governed, {})
    assert governed.publish().code == 0


def test_a_stop_that_was_in_force_when_the_model_was_judged_is_no_stain_on_it(governed) -> None:
    governed.call("gate", "stop", "--role", "dpo", "--reason", "Look.")
    judged_again(governed, {})
    refused(governed.publish(), 13, "no_stop_in_force")
    assert governed.call("gate", "resume", "--key", governed.key("dpo"), "--reason", "Looked.").code == 0
    assert governed.publish().code == 0


def test_a_stop_between_verdict_and_release_holds_the_list_back(governed, monkeypatch) -> None:
    whole = publication.judge_and_record

    def stopped_after(store, **named):
        verdict = whole(store, **named)
        with store.act("system.stopped") as act:
            stop(act, role="owner", reason="Now.")
        return verdict

    monkeypatch.setattr(publication, "judge_and_record", stopped_after)
    refused(governed.publish(), 13, "stop by the owner")
    assert nothing_released(governed)


def test_a_verdict_that_somebody_else_was_given_meanwhile_is_not_mine(governed, monkeypatch) -> None:
    whole = publication.judge_and_record

    def judged_twice(store, **named):
        mine = whole(store, **named)
        whole(store, **named)
        return mine

    monkeypatch.setattr(publication, "judge_and_record", judged_twice)
    refused(governed.publish(), 13, "Another verdict")
    assert nothing_released(governed)


def test_of_two_at_once_one_releases(governed) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def attempt() -> None:
        store = governed.store()
        ready.wait()
        try:
            done = publish(governed.run_id, settings=governed.settings(), store=store)
            outcomes.append("released" if done.folder else "closed")
        except GateClosed:
            outcomes.append("refused")
        store.close()

    both = [threading.Thread(target=attempt) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(outcomes) == ["refused", "released"]
    folder = governed.home / "published" / governed.run_id
    (judged,) = (details["verdict"] for action, _, details in governed.events() if action == "list.published")
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["verdict"] == judged


def test_a_clock_that_was_set_back_makes_nothing_young_again(governed) -> None:
    store = governed.store(HandClock(DAY - dt.timedelta(days=1)))
    with pytest.raises(GateClosed, match="The clock says"):
        publish(governed.run_id, settings=governed.settings(), store=store)
    assert nothing_released(governed)


def test_a_limit_that_was_changed_between_counts_and_stands_in_the_verdict(governed) -> None:
    closed = governed.publish(needless_per_1000="1")
    refused(closed, 13, "needless_burden_capped")
    assert closed.document["limits"]["needless_per_1000"] == 1.0
    assert nothing_released(governed)
    assert governed.publish().document["limits"]["needless_per_1000"] == 1_000.0


def test_a_signed_exception_lets_one_rule_stand_until_its_last_day(governed) -> None:
    signing = ("--reason", "The year of the move.", "--until", UNTIL, "--key", governed.key("dpo"))
    assert governed.call("gate", "except", "needless_burden_capped", *signing).code == 0
    after = (dt.date.fromisoformat(UNTIL) + dt.timedelta(days=1)).isoformat()
    refused(governed.publish(needless_per_1000="1", invented_day=after), 13, "needless_burden_capped")
    done = governed.publish(needless_per_1000="1", invented_day=UNTIL)
    assert done.code == 0, done.err
    (excepted,) = (each for each in done.document["judged"] if each["outcome"] == "excepted")
    assert excepted["rule"] == "needless_burden_capped"
    assert excepted["exception"].startswith("exception-1-")


def a_run_with_another_commitment(home: Governed, run_id: str, *, committed: str | None) -> None:
    """A list like the one that was made, but bound beforehand by another seed, afterwards, or not at all."""
    store, settings = home.store(), home.settings()
    with store.reading() as connection:
        made = load_made_run(settings, connection, home.run_id)
    record = {**made.record, "run_id": run_id}
    commitment = {"commitment": made.record["seed_commitment"]}
    if committed == "other":
        with store.act("seed.committed", subject=run_id, details={"commitment": "0" * 64}):
            pass
    with store.act("list.made", subject=run_id, details={"every_candidate": False}) as act:
        act.add(**keep_run_files(settings, record=record, rows=made.rows, evidence=made.evidence.values()))
    if committed == "afterwards":
        with store.act("seed.committed", subject=run_id, details=commitment):
            pass
    store.engine.dispose()


@pytest.mark.parametrize("committed", [None, "other", "afterwards"])
def test_a_draw_whose_seed_was_not_bound_beforehand_is_not_released(governed, committed) -> None:
    a_run_with_another_commitment(governed, "a-run", committed=committed)
    closed = governed.publish("a-run")
    refused(closed, 13, "random_arm_committed")
    assert [each["rule"] for each in closed.document["judged"] if each["outcome"] == "failed"] == [
        "random_arm_committed"
    ]


def test_what_a_crash_left_is_not_taken_for_a_release(governed) -> None:
    folder = governed.home / "published" / governed.run_id
    folder.mkdir(parents=True)
    (folder / "worklist.csv").write_text("half a list")
    assert governed.publish().code == 0
    assert "half a list" not in (folder / "worklist.csv").read_text(encoding="utf-8")


def test_a_release_that_cannot_be_written_leaves_no_event(governed) -> None:
    (governed.home / "published").write_text("in the way")
    refused(governed.publish(), 10, "cannot be written")
    assert "list.published" not in governed.actions()


def test_nobody_is_named_in_what_the_release_says(governed) -> None:
    done = governed.publish()
    rows = pl.read_parquet(governed.run_file("worklist.parquet"))
    told = done.out + done.err + json.dumps(governed.events())
    assert not [address for address in rows["address_id"] if address in told]


def test_the_promotion_and_the_list_belong_together(governed) -> None:
    """What the release rests on is the evidence of the promotion, found by the verdict in the log."""
    store = governed.store()
    done = publish(governed.run_id, settings=replace(governed.settings(), model_age_days=1_000), store=store)
    by_rule = {each.rule: each.evidence for each in done.verdict.judged}
    shown = governed.call("gate", "show", governed.promotion, "--json").document
    promoted_on = {each["rule"]: each["evidence"] for each in shown["judged"]}
    for rule in ("model_recent", "labels_recent", "fairness_run_recent", "proxy_screen_recent"):
        assert by_rule[rule] == promoted_on[rule]
    store.close()
