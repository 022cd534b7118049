"""The night: one command from the delivery to cases, once, whatever breaks off and whoever else begins it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import signal
from itertools import pairwise

import polars as pl
import pytest
import sqlalchemy as sa

from service.cases.tables import LOOKS
from service.run_files import LIST
from tests.functional.calls import Called
from tests.functional.governed import DAY, HOURS, Governed
from tests.functional.nights import NIGHT_SEED, ONCE, Crash, Standing, copy_rows, crash_at
from tests.integration.conftest import database, postgresql

__all__ = ["database", "postgresql"]

TOMORROW = DAY + dt.timedelta(days=1)


def nightly(home: Governed, *words: object, town: object = None, day: dt.date = DAY, **settings: str) -> Called:
    asked = ("nightly", town or home.town, "--as-of", day, "--json")
    return home.call(*asked, *words, invented_day=day.isoformat(), **settings)


def for_hours(home: Governed, **more) -> Called:
    return nightly(home, "--hours", HOURS, **more)


@pytest.fixture(scope="module")
def over(promoted, tmp_path_factory) -> tuple[Governed, Called]:
    """A home whose night is over, and what was said; to be read, or copied."""
    home = promoted.copy(tmp_path_factory.mktemp("over") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.cli.nightly.secrets.randbits", lambda _: NIGHT_SEED)
        said = for_hours(home)
    assert said.code == 0, said.err
    return home, said


def told(said: Called) -> list[str]:
    return [line.removeprefix("nightly: ") for line in said.err.splitlines()]


def test_a_night_ends_with_a_released_list_in_cases(over) -> None:
    home, said = over
    run = said.document["run"]
    listed = pl.read_parquet(home.home / "published" / run / "worklist.parquet")
    assert said.document["state"] == "done" and said.document["cases"]["taken"] == listed.height > 0
    assert Standing(home).addresses() == sorted(listed["address_id"])
    actions = [action for action, _, _ in Standing(home).events()]
    order = ("nightly.begun", "nightly.merged", "seed.committed", "list.made", "gate.judged", "list.published",
             "worklist.taken_in", "impact.booked", "impact.reported", "nightly.finished")  # fmt: skip
    last = [len(actions) - 1 - actions[::-1].index(each) for each in order]
    assert all(before < after for before, after in pairwise(last))


def test_the_seed_stands_in_the_log_before_anybody_is_looked_at(over) -> None:
    home, said = over
    events = Standing(home).events()
    [begun] = [details for action, _, details in events if action == "nightly.begun"]
    [bound] = [details for action, subject, details in events
               if action == "seed.committed" and subject == said.document["run"]]  # fmt: skip
    assert begun["commitment"] == bound["commitment"]
    stages = told(said)
    assert stages.index("the seed is bound") < stages.index("merging the delivery with our own cases")
    assert stages.index("merging the delivery with our own cases") < stages.index("finding candidates")


def test_nothing_personal_is_left_lying_and_the_log_names_nobody(over) -> None:
    home, said = over
    assert list((home.home / "nightly").iterdir()) == []
    ids = set(pl.read_parquet(home.town / "address.parquet")["address_id"])
    words = str([event for event in Standing(home).events() if event[0].startswith(("nightly", "worklist"))])
    assert not [each for each in ids if each in words or each in said.out or each in said.err]


def test_a_night_that_is_over_is_not_done_again(over, tmp_path) -> None:
    home = over[0].copy(tmp_path / "home")
    before = home.actions()
    again = for_hours(home)
    assert (again.code, again.document["state"], again.document["run"]) == (0, "already_done", over[1].document["run"])
    assert home.actions() == before
    plain = home.call("nightly", home.town, "--as-of", DAY)
    assert plain.code == 0 and "over already" in plain.out


def test_a_list_that_was_released_by_hand_is_taken_in_by_hand_once(governed) -> None:
    refused = governed.call("take-in", governed.run_id, "--json")
    assert refused.code == 13 and "not released" in refused.problem["what"]
    assert governed.publish().code == 0
    first = governed.call("take-in", governed.run_id, "--json").document
    again = governed.call("take-in", governed.run_id, "--json").document
    assert first["taken"] == len(Standing(governed).addresses()) > 0 == again["taken"]
    assert governed.actions().count("worklist.taken_in") == 1


def test_how_cases_ended_is_written_as_registers(over, tmp_path) -> None:
    """Nobody has looked at a case of this list yet: the files are there, and empty."""
    home = over[0].copy(tmp_path / "home")
    out = tmp_path / "outcomes"
    said = home.call("outcomes", "export", out, "--json")
    assert (said.code, said.document) == (0, {"cases": 0, "effects": 0, "left_out": {}})
    assert pl.read_parquet(out / "control_case.parquet").is_empty()
    assert home.actions()[-1] == "outcomes.exported"
    taken = tmp_path / "taken"
    taken.write_text("in the way")
    assert home.call("outcomes", "export", taken / "below").code == 2
    assert home.actions()[-1] == "outcomes.exported"


def test_a_closed_gate_releases_nothing_says_which_rule_and_leaves_the_list_before(over, tmp_path) -> None:
    home = over[0].copy(tmp_path / "home")
    standing = Standing(home)
    addresses, published = standing.addresses(), sorted((home.home / "published").iterdir())
    record_looks(home, 3)
    closed = for_hours(home, day=TOMORROW, random_arm_year_cases="100000")
    assert closed.code == 13, closed.err
    assert "random_arm" in closed.problem["what"] and "the one before stays" in closed.problem["what"]
    assert sorted((home.home / "published").iterdir()) == published and standing.addresses() == addresses
    action, night, details = standing.events()[-1]
    assert (action, details["step"], details["exit_code"]) == ("nightly.stopped", "gate", 13)
    assert details["about"] == closed.problem["item"] and list((home.home / "nightly").iterdir()) == []
    assert "worklist.taken_in" not in [each[0] for each in standing.events() if each[1] == night]
    # mended: the same list, made once, before the same gate
    made = standing.times()["list.made"]
    mended = for_hours(home, day=TOMORROW)
    assert mended.code == 0, mended.err
    assert standing.times()["list.made"] == made and standing.times()["nightly.finished"] == 2
    kept = json.loads((home.home / "runs" / mended.document["run"] / "evidence.json").read_text(encoding="utf-8"))
    [judged] = [each["figures"] for each in kept if each["kind"] == "OperationEvidence"]
    assert (judged["first_looks"], judged["blind_first_looks"]) == (3, 1)
    # and the day before must not come back over it
    late = for_hours(home, town=copied(home.town, tmp_path / "late"), day=DAY)
    assert late.code == 2 and "later night" in late.problem["what"]


def record_looks(home: Governed, number: int) -> None:
    """First looks at the first cases of the list, one of them blind."""
    cases = [row.case_id for row in Standing(home).read("SELECT case_id FROM case_file ORDER BY place")]
    store = home.store()
    with store.act("list.made", subject="looks") as act:
        for place, case_id in enumerate(cases[:number]):
            row = {
                "look_id": f"look-{place}", "case_id": case_id, "at": f"{DAY}T10:00:00.000000Z", "user_id": "anna",
                "kind": "first", "assessment": "unsure", "blind": place == 0,
            }  # fmt: skip
            act.connection.execute(sa.insert(LOOKS).values(**row))
    store.engine.dispose()


def copied(town, into):
    """Another delivery: one signal fewer."""
    shutil.copytree(town, into)
    rows = pl.read_parquet(into / "signal.parquet")
    rows.head(rows.height - 1).write_parquet(into / "signal.parquet")
    return into


@pytest.mark.parametrize("fault", ["form", "rows"])
def test_registers_that_break_the_contract_stop_the_night(governed, tmp_path, fault) -> None:
    town = copied(governed.town, tmp_path / "town")
    path = town / "residence.parquet"
    if fault == "form":
        pl.read_parquet(path).drop("care_of").write_parquet(path)
    else:
        pl.read_parquet(path).with_columns(valid_from=pl.lit(None, dtype=pl.Date)).write_parquet(path)
    stopped = for_hours(governed, town=town)
    assert stopped.code == 11, stopped.err
    action, _, details = governed.events()[-1]
    assert (action, details["exit_code"]) == ("nightly.stopped", 11)
    assert details["step"] == {"form": "merge", "rows": "rank"}[fault]
    assert not {"list.published", "worklist.taken_in"} & set(governed.actions())
    assert list((governed.home / "nightly").iterdir()) == []


def test_what_cannot_begin_leaves_no_night(governed, unpromoted, tmp_path) -> None:
    before = governed.actions()
    assert nightly(governed).code == 2
    assert nightly(governed, "--hours", -1).code == 2
    assert nightly(governed, "--hours", HOURS, "--mitigation", "quota").code == 13
    assert governed.call("nightly", governed.town, "--as-of", TOMORROW, "--hours", HOURS).code == 2
    assert governed.actions() == before
    assert for_hours(unpromoted.copy(tmp_path / "unpromoted")).code == 15


def test_a_stopped_system_makes_its_night_without_the_model(governed) -> None:
    assert governed.call("gate", "stop", "--role", "owner", "--reason", "Til prøve.").code == 0
    said = for_hours(governed)
    assert said.code == 0, said.err
    listed = pl.read_parquet(governed.home / "published" / said.document["run"] / "worklist.parquet")
    assert set(listed["model_version"]) == {"uden model"}
    assert Standing(governed).addresses() == sorted(listed["address_id"])


def test_a_night_broken_off_at_every_step_is_the_night_that_was_not(over, governed) -> None:
    """The process dies at each step in turn, each time to be begun anew with another seed in hand."""
    undisturbed, said = over
    standing = Standing(governed)
    stages = told(said)
    inside = stages[stages.index("making the list") + 1 : stages.index("the list is made")]
    moments = [each for each in stages if each not in inside or each in inside[-1:]]
    assert len(moments) > 12 and "writing the list" in moments
    for number, moment in enumerate(moments):
        with pytest.raises(Crash):
            standing.night(crash_at(moment), seed=NIGHT_SEED + max(number - 1, 0))
    done = standing.night(seed=1)
    # it died last after it was over
    assert (done.state, done.run_id) == ("already_done", said.document["run"])
    assert {each: standing.times()[each] for each in ONCE} == {each: 2 if each == "list.made" else 1 for each in ONCE}
    for name in ("runs", "published"):
        made, expected = (home.home / name / done.run_id / LIST for home in (governed, undisturbed))
        assert pl.read_parquet(made).equals(pl.read_parquet(expected))
    assert standing.addresses() == Standing(undisturbed).addresses()
    assert list((governed.home / "nightly").iterdir()) == []


def test_a_night_that_goes_on_ranks_what_it_began_with(governed) -> None:
    """A case closed between the crash and the next try belongs to the next night."""
    standing = Standing(governed)
    with pytest.raises(Crash):
        standing.night(crash_at("hiding who is protected"))
    [folder] = (governed.home / "nightly").iterdir()
    before = {path.name: path.stat().st_mtime_ns for path in (folder / "registers").iterdir()}
    with pytest.raises(Crash):
        standing.night(crash_at("making the list"))
    assert {path.name: path.stat().st_mtime_ns for path in (folder / "registers").iterdir()} == before
    (folder / "registers" / "signal.parquet").unlink()
    with pytest.raises(Crash):
        standing.night(crash_at("making the list"))
    assert (folder / "registers" / "signal.parquet").is_file() and standing.times()["nightly.merged"] == 2


def kill_while_scoring(standing: Standing) -> None:
    process = standing.process()
    assert process.stderr is not None
    for line in process.stderr:
        if "scoring" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert standing.times()["nightly.begun"] == 1 and standing.times()["list.published"] == 0


def test_a_killed_process_and_two_at_once_make_one_night(governed, database) -> None:
    """kill -9 in the middle (on SQLite); then two real processes begin the same night at the same time (on both)."""
    standing = Standing(governed, database if database.startswith("postgresql") else "")
    if standing.database:
        copy_rows(governed.settings(), standing.settings)
    else:
        kill_while_scoring(standing)
    both = [standing.process(), standing.process()]
    words = [each.communicate() for each in both]
    said = [Called(each.returncode, *spoken) for each, spoken in zip(both, words, strict=True)]
    assert [each.code for each in said] == [0, 0], [each.err for each in said]
    states = sorted(each.document["state"] for each in said)
    assert states in (["at_work", "done"], ["already_done", "done"])
    made = len([1 for action, subject, _ in standing.events() if action == "list.made" and subject != governed.run_id])
    assert made == 1
    assert {each: standing.times()[each] for each in ONCE if each != "list.made"} == {
        each: 1 for each in ONCE if each != "list.made"
    }
    bound = {details["commitment"] for action, subject, details in standing.events()
             if action == "seed.committed" and subject != governed.run_id}  # fmt: skip
    assert len(bound) == 1
    addresses = standing.addresses()
    assert len(set(addresses)) == len(addresses) > 0
