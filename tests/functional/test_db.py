"""The commands of the database: what they do, say and leave in the log, and where they refuse."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from governance.settings import Settings
from governance.store.engine import WRITING, make_engine
from governance.store.migrations.frozen import REVISIONS, VERSION_TABLE, load_blocks, run_blocks
from service.cases.tables import CASE_KEYS, CASES
from service.jobs.retention import FORGOTTEN
from tests.audit_logs import a_store
from tests.functional.calls import Called, call
from tests.service.town import a_town_list

HEAD = REVISIONS[-1]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def town(home: Path) -> Path:
    """A home directory whose database holds the cases of a small list."""
    store = a_store(home)
    a_town_list(store)
    store.close()
    return home


def logged(home: Path) -> list[dict[str, Any]]:
    """The events, the newest first."""
    return call("audit", "log", "--last", 9, "--json", home=home).document


def older(home: Path) -> Path:
    """A database as a release before migrations made it."""
    engine = make_engine(Settings(home=home))
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        run_blocks(connection, load_blocks(REVISIONS[0], "sqlite"))
    engine.dispose()
    return home


def test_an_empty_database_is_brought_to_this_release(home: Path) -> None:
    before = call("db", "status", "--json", home=home).document
    assert before == {"current": None, "head": HEAD, "pending": list(REVISIONS)}
    assert call("db", "upgrade", "--json", home=home).document == {"done": list(REVISIONS)}
    assert call("db", "status", "--json", home=home).document == {"current": HEAD, "head": HEAD, "pending": []}
    [event] = logged(home)
    assert (event["action"], event["subject"]) == ("database.upgraded", HEAD)
    assert event["details"] == {"before": None, "migrations": list(REVISIONS)}


def test_a_database_of_this_release_is_left_alone(home: Path) -> None:
    call("db", "upgrade", home=home)
    assert "up to date" in call("db", "upgrade", home=home).out
    assert "Nothing is to be done." in call("db", "status", home=home).out
    assert len(logged(home)) == 1


def test_an_older_database_is_upgraded_by_its_command_alone(home: Path) -> None:
    older(home)
    refused = call("audit", "log", "--json", home=home)
    assert refused.code == 10
    assert "adressekontrol db upgrade" in refused.problem["remedy"]
    assert call("db", "upgrade", "--json", home=home).document == {"done": list(REVISIONS[1:])}
    assert len(logged(home)) == 1


def test_a_database_of_a_newer_release_is_refused(home: Path) -> None:
    call("db", "upgrade", home=home)
    stamp(home, "9999")
    for words in (("audit", "log"), ("db", "upgrade"), ("db", "status"), ("db", "downgrade", REVISIONS[0])):
        refused = call(*words, "--json", home=home)
        assert (refused.code, refused.problem["item"]) == (10, "database at 9999")


def stamp(home: Path, revision: str) -> None:
    engine = make_engine(Settings(home=home))
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '{revision}'")
    engine.dispose()


def test_rows_are_lost_by_command_only(town: Path) -> None:
    refused = call("db", "downgrade", REVISIONS[0], "--json", home=town)
    assert refused.code == 2
    assert "case_file (6)" in refused.problem["what"]
    assert len(logged(town)) == 1
    done = call("db", "downgrade", REVISIONS[0], "--drop-rows", "--json", home=town)
    assert done.document["undone"] == list(reversed(REVISIONS[1:]))
    assert done.document["rows_lost"]["case_file"] == 6
    assert call("db", "downgrade", REVISIONS[0], "--json", home=town).document == {"undone": [], "rows_lost": {}}
    call("db", "upgrade", home=town)
    _, downgraded, _ = logged(town)
    assert (downgraded["action"], downgraded["subject"]) == ("database.downgraded", REVISIONS[0])
    assert downgraded["details"] == {
        "migrations": done.document["undone"], "rows_lost": done.document["rows_lost"]
    }  # fmt: skip
    assert call("audit", "verify", home=town).code == 0


@pytest.mark.parametrize("revision", ["base", "9999"])
def test_there_is_no_way_back_behind_the_log(home: Path, revision: str) -> None:
    call("db", "upgrade", home=home)
    assert call("db", "downgrade", revision, "--drop-rows", home=home).code == 2
    assert call("audit", "verify", home=home).code == 0


def test_a_file_has_no_role_to_let_in(home: Path) -> None:
    call("db", "upgrade", home=home)
    assert call("db", "grant", "worker", home=home).code == 10
    assert len(logged(home)) == 1


def test_a_backup_is_put_back_by_command(town: Path, tmp_path: Path) -> None:
    made = call("db", "backup", tmp_path / "backup", "--json", home=town)
    assert made.document["sha256"][:16] in logged(town)[0]["subject"]
    shutil.rmtree(town)
    done = call("db", "restore", tmp_path / "backup", "--json", home=town)
    assert done.document["events"] == made.document["events"]
    assert [event["action"] for event in logged(town)[:2]] == ["retention.done", "database.restored"]
    assert call("audit", "verify", home=town).code == 0
    store = a_store(town)
    with store.reading() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(CASES)).scalar_one() == 6
    store.close()


def test_an_old_backup_brings_nothing_back_that_was_let_go(town: Path, tmp_path: Path) -> None:
    store = a_store(town)
    with store.act("list.made") as act:
        ended = (dt.date.today() - dt.timedelta(days=9_999)).isoformat()  # noqa: TID251  the commands' own clock
        act.connection.execute(sa.update(CASES).values(state="closed", closed_on=ended))
    store.close()
    assert call("db", "backup", tmp_path / "backup", home=town).code == 0
    assert call("retention", "--json", home=town).document["cases"] == 6
    shutil.rmtree(town)
    assert call("db", "restore", tmp_path / "backup", home=town).code == 0
    store = a_store(town)
    with store.reading() as connection:
        assert connection.execute(sa.select(CASE_KEYS)).all() == []
        assert set(connection.execute(sa.select(CASES.c.address_id)).scalars()) == {FORGOTTEN}
    store.close()


def test_nothing_is_overwritten(town: Path, tmp_path: Path) -> None:
    assert call("db", "backup", tmp_path / "backup", home=town).code == 0
    kept = (tmp_path / "backup").read_bytes()
    again = call("db", "backup", tmp_path / "backup", "--json", home=town)
    over = call("db", "restore", tmp_path / "backup", "--json", home=town)
    assert (again.code, over.code) == (2, 10)
    assert (tmp_path / "backup").read_bytes() == kept
    assert len(logged(town)) == 2


def test_a_file_that_is_no_backup_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no backup")
    for file in (tmp_path / "text", tmp_path / "none", tmp_path):
        refused: Called = call("db", "restore", file, "--json", home=home)
        assert (refused.code, json.loads(refused.err.splitlines()[-1])["code"]) == (2, "usage")


def test_retention_says_what_went(town: Path) -> None:
    said = call("retention", home=town)
    assert said.code == 0
    assert "0 cases have lost their words and their address." in said.out
    assert "0 leads have lost their words." in said.out
    assert logged(town)[0]["action"] == "retention.done"
