"""The table of actions: each is done through the command line and leaves exactly its events, and none when it fails.

A new action or a new command fails here until somebody has decided what it leaves.
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
import typer

from governance.audit.actions import ACTIONS
from service.cli import app
from tests.functional.calls import Called
from tests.functional.governed import DAY, Governed, learn_quickly
from tests.functional.impact_deeds import IMPACT, IMPACT_BY
from tests.functional.nights import NIGHT_SEED
from tests.functional.running import (
    RUN_BY,
    RUNNING,
    Deed,
    Do,
    OnServer,
    broken_town,
    events_of,
    make_on_server,
    make_peopled,
    out,
    taken,
)
from tests.integration.conftest import postgresql
from tests.service.served import SERVED

__all__ = ["postgresql"]

UNTIL = "2024-12-31"
REASON = ("--reason", "By decision of the day.")


def at(home: Governed, *words: object) -> Called:
    return home.call(*words, "--as-of", DAY)


def address(home: Governed) -> str:
    return pl.read_parquet(home.run_file("worklist.parquet"))["address_id"][0]


def without_bases(home: Governed) -> dict[str, str]:
    """Every basis has ended long ago."""
    shipped = (files("governance") / "catalogue" / "legal_bases.toml").read_text(encoding="utf-8")
    place = out(home, "legal_bases.toml")
    place.write_text(shipped.replace("= 2015-01-01", "= 2015-01-01\nvalid_to = 2016-01-01"), encoding="utf-8")
    return {"legal_bases_file": str(place)}


def stop(home: Governed) -> Called:
    return home.call("gate", "stop", "--role", "owner", *REASON)


def stopped(then: Do) -> Do:
    def done(home: Governed) -> Called:
        assert stop(home).code == 0
        return then(home)

    return done


def train(home: Governed, **settings: str) -> Called:
    return home.call("train", home.town, "--as-of", DAY, "--no-evaluate", **settings)


def rank(home: Governed, *words: object, hours: object = 100, to: Path | None = None, **settings: str) -> Called:
    asked = ("rank", home.town, "--as-of", DAY, "--hours", hours, "--out", to or out(home), *words)
    return home.call(*asked, **settings)


def no_model(home: Governed) -> Called:
    (home.home / "mlflow.db").unlink()
    return rank(home)


def altered_run(home: Governed) -> Called:
    home.run_file("evidence.json").write_text("[]")
    return home.publish()


def altered_registers(home: Governed) -> Called:
    (path,) = (home.home / "registers").glob("*/residence.parquet")
    path.write_bytes(path.read_bytes() + b"\0")
    return replay(home)


def nobody_described(home: Governed) -> Called:
    town = out(home, "undescribed")
    shutil.copytree(home.town, town)
    pl.read_parquet(town / "protected.parquet").clear().write_parquet(town / "protected.parquet")
    return home.promote(town=town)


def replay(home: Governed, run: str = "", case: object = 1) -> Called:
    return home.call("replay", run or home.run_id, case)


def sign(home: Governed, rule: str = "model_recent", until: str = UNTIL, key: str = "dpo") -> Called:
    return home.call("gate", "except", rule, *REASON, "--until", until, "--key", home.key(key))


def assessed(home: Governed, kind: str = "dpia", document: str = "assessment.md") -> Called:
    words = ("--version", "2.0", "--document", home.keys / document, "--from", "2024-01-01", "--until", UNTIL)
    return home.call("gate", "assess", kind, *words)


def new_key(home: Governed, former: str = "dpo", to: str = "new.pem") -> Called:
    return home.call("gate", "key", "dpo", "--out", out(home, to), "--key", home.key(former))


def key_where_something_stands(home: Governed) -> Called:
    out(home, "new.pem").write_text("another key")
    return new_key(home)


def resume(home: Governed, key: str = "dpo") -> Called:
    return home.call("gate", "resume", "--key", home.key(key), *REASON)


def approve(home: Governed, kind: str = "quota", counsel: str = "counsel", until: str = UNTIL) -> Called:
    keys = ("--dpo-key", home.key("dpo"), "--counsel-key", home.key(counsel))
    return home.call("gate", "approve-mitigation", kind, *keys, *REASON, "--until", until)


def export_twice(home: Governed) -> Called:
    out(home).mkdir()
    (out(home) / "events.jsonl").write_text("handed out before")
    return home.call("audit", "export", "--out", out(home))


DEEDS = {
    "registers.checked": Deed(
        lambda home: at(home, "registers", "check", home.town),
        ("registers.checked",),
        {
            "broken registers": (11, lambda home: at(home, "registers", "check", broken_town(home))),
            "no registers": (2, lambda home: at(home, "registers", "check", out(home))),
            "nowhere to write": (
                2, lambda home: at(home, "registers", "check", home.town, "--quarantine", taken(home))
            ),
        },
    ),
    "matrix.built": Deed(
        lambda home: at(home, "features", "build", home.town, "--out", out(home, "matrix.parquet")),
        ("matrix.built",),
        {
            "broken registers": (11, lambda home: at(home, "features", "build", broken_town(home), "--out", out(home))),
            "nowhere to write": (2, lambda home: at(home, "features", "build", home.town, "--out", taken(home) / "m")),
            "unknown feature": (
                2, lambda home: at(home, "features", "build", home.town, "--out", out(home), "--feature", "shoe_size")
            ),
        },
    ),
    "rows.explained": Deed(
        lambda home: at(home, "features", "explain", home.town, address(home)),
        ("rows.explained",),
        {
            "unknown address": (2, lambda home: at(home, "features", "explain", home.town, "nowhere")),
            "broken registers": (11, lambda home: at(home, "features", "explain", broken_town(home), address(home))),
        },
    ),
    "model.trained": Deed(
        train,
        ("gate.judged", "model.trained"),
        {
            "no legal basis": (13, lambda home: train(home, **without_bases(home))),
            "broken registers": (11, lambda home: home.call("train", broken_town(home), "--as-of", DAY)),
            "before any case": (11, lambda home: home.call("train", home.town, "--as-of", "2020-06-02")),
        },
    ),
    "seed.committed": Deed(
        rank,
        ("seed.committed", "fairness.measured", "list.made"),
        {
            "no hours": (2, lambda home: rank(home, hours=0)),
            "nowhere to write": (2, lambda home: rank(home, to=taken(home))),
            "no model": (15, no_model),
            "no legal basis": (13, lambda home: rank(home, **without_bases(home))),
            "a list of everybody draws nothing": (0, lambda home: rank(home, "--all")),
        },
    ),
    "list.made": Deed(
        lambda home: rank(home, "--all"),
        ("list.made",),
        {
            "stopped": (13, stopped(lambda home: rank(home, "--all"))),
            "unknown model": (15, lambda home: rank(home, "--model", "adressekontrol/99")),
            "unknown fallback": (2, lambda home: rank(home, "--fallback", "dice")),
        },
    ),
    "decision.replayed": Deed(
        replay,
        ("decision.replayed",),
        {
            "unknown run": (2, lambda home: replay(home, "nosuch")),
            "unknown case": (2, lambda home: replay(home, "", 9_999)),
            "altered registers": (14, altered_registers),
        },
    ),
    "fairness.measured": Deed(
        Governed.promote,
        ("fairness.measured", "gate.judged", "model.promoted"),
        {"nobody described": (13, nobody_described)},
    ),
    "gate.judged": Deed(
        Governed.publish,
        ("gate.judged", "list.published"),
        {
            "unknown run": (2, lambda home: home.publish("nosuch")),
            "altered run": (14, altered_run),
        },
    ),
    "model.promoted": Deed(
        Governed.promote,
        ("fairness.measured", "gate.judged", "model.promoted"),
        {
            "stopped": (13, stopped(Governed.promote)),
            "unknown model": (15, lambda home: home.promote("--model", "adressekontrol/99")),
        },
    ),
    "list.published": Deed(
        Governed.publish,
        ("gate.judged", "list.published"),
        {
            "stopped": (13, stopped(Governed.publish)),
            "lapsed": (13, lambda home: home.publish(invented_day="2025-06-01")),
        },
    ),
    "exception.signed": Deed(
        sign,
        ("exception.signed",),
        {
            "another's key": (12, lambda home: sign(home, key="owner")),
            "no key": (2, lambda home: sign(home, key="nobody")),
            "unknown rule": (2, lambda home: sign(home, "no_such_rule")),
            "no exception": (13, lambda home: sign(home, "no_stop_in_force")),
            "lapsed": (2, lambda home: sign(home, until="2024-05-31")),
        },
    ),
    "assessment.recorded": Deed(
        assessed,
        ("assessment.recorded",),
        {
            "no document": (2, lambda home: assessed(home, document="none.md")),
            "unknown kind": (2, lambda home: assessed(home, "horoscope")),
        },
    ),
    "role_key.registered": Deed(
        new_key,
        ("role_key.registered",),
        {
            "another's key": (12, lambda home: new_key(home, "owner")),
            "something stands there": (2, key_where_something_stands),
        },
    ),
    "system.stopped": Deed(
        stop,
        ("system.stopped",),
        {
            "unknown role": (2, lambda home: home.call("gate", "stop", "--role", "mayor", *REASON)),
            "no reason": (2, lambda home: home.call("gate", "stop", "--role", "dpo", "--reason", " ")),
        },
    ),
    "system.resumed": Deed(
        stopped(resume),
        ("system.stopped", "system.resumed"),
        {
            "another's key": (12, stopped(lambda home: resume(home, "counsel"))),
            "nothing to resume": (2, resume),
        },
    ),
    "mitigation.approved": Deed(
        approve,
        ("mitigation.approved",),
        {
            "one key for two": (12, lambda home: approve(home, counsel="dpo")),
            "unknown mitigation": (2, lambda home: approve(home, "magic")),
            "lapsed": (2, lambda home: approve(home, until="2024-05-31")),
        },
    ),
    "log.exported": Deed(
        lambda home: home.call("audit", "export", "--out", out(home)),
        ("log.exported",),
        {
            "something stands there": (2, export_twice),
            "nowhere to write": (2, lambda home: home.call("audit", "export", "--out", taken(home))),
        },
    ),
    "records.built": Deed(
        lambda home: home.call("records", "build", "--out", out(home)),
        ("records.built",),
        {
            "nowhere to write": (2, lambda home: home.call("records", "build", "--out", taken(home))),
            "unknown model": (
                15, lambda home: home.call("records", "build", "--out", out(home), "--model", "adressekontrol/99")
            ),
        },
    ),
} | RUNNING | IMPACT  # fmt: skip

COMMANDS = {
    "registers.checked": "registers check", "matrix.built": "features build", "rows.explained": "features explain",
    "model.trained": "train", "seed.committed": "rank", "list.made": "rank", "decision.replayed": "replay",
    "fairness.measured": "gate promote", "gate.judged": "gate publish", "model.promoted": "gate promote",
    "list.published": "gate publish", "exception.signed": "gate except", "assessment.recorded": "gate assess",
    "role_key.registered": "gate key", "system.stopped": "gate stop", "system.resumed": "gate resume",
    "mitigation.approved": "gate approve-mitigation", "log.exported": "audit export", "records.built": "records build",
} | RUN_BY | IMPACT_BY  # fmt: skip
"""The command that does each action."""
TIMES: dict[tuple[Do, tuple[str, ...]], list[str]] = {}
for _code, _deed in DEEDS.items():
    TIMES.setdefault((_deed.do, _deed.events), []).append(_code)
ONCE = {"+".join(codes): DEEDS[codes[0]] for codes in TIMES.values()}
"""A deed that does several actions is done once."""

FREE = {
    "audit verify": "reads the log, which names nobody",
    "audit prove": "reads the log, which names nobody",
    "audit log": "reads the log, which names nobody",
    "audit checkpoint": "signs the log as it stands: an event about it would make it another",
    "gate rules": "reads the rule book",
    "gate list": "reads verdicts, which name nobody",
    "gate show": "reads a verdict, which names nobody",
    "gate fairness": "reads figures of groups, which name nobody",
    "gate status": "reads what people in roles decided",
    "features list": "reads the catalogue",
    "legal-bases list": "reads the catalogue",
    "legal-bases show": "reads the catalogue",
    "records check": "reads records and registry, which name nobody",
    "fairness": "reckons on a file of the caller's own, keeps nothing and needs no home",
    "business-case": "reckons on a proposal's own file",
    "impact coverage": "reckons on simulated cohorts, which are nobody",
    "impact power": "reckons on simulated cohorts, which are nobody",
    "simulate": "steers invented towns below a folder of its own",
    "doctor": "looks at the installation",
    "synth": "makes invented persons",
    "db status": "reads at which migration the database stands",
    "outbox status": "reads how many items wait and their ids, which are ours",
    "serve": "answers others, each of whose requests leaves its own event (tests/service/served.py)",
    "demo": "runs the deeds above on invented persons, in a state of its own",
}
"""Commands that leave no event, and why: they neither change what counts nor read what is personal."""


OF_EVERYTHING = {"log.exported", "retention.done", "identities.imported"}
"""Events without a subject: what they tell of is everything at once."""


@pytest.fixture
def governed(governed, quickly, monkeypatch) -> Governed:
    """Small trainings, one draw for every night, and history and proxies as the first promotion measured them."""
    learn_quickly(monkeypatch)
    monkeypatch.setattr("service.cli.nightly.secrets.randbits", lambda _: NIGHT_SEED)
    return governed


@pytest.fixture(scope="session")
def peopled(tmp_path_factory) -> Governed:
    """A home with a few cases, made without a model; to be read, not changed."""
    return make_peopled(tmp_path_factory.mktemp("peopled"))


@pytest.fixture
def staffed(peopled, tmp_path) -> Governed:
    """The same, to be changed at will."""
    return peopled.copy(tmp_path / "home")


@pytest.fixture(scope="session")
def on_server(postgresql, tmp_path_factory) -> OnServer:
    """The one thing that a file cannot do; nothing here is undone afterwards."""
    return make_on_server(postgresql, tmp_path_factory.mktemp("server"))


def every_command(group: object = None, before: str = "") -> Iterator[str]:
    asked = typer.main.get_command(app) if group is None else group
    for name, command in asked.commands.items():  # type: ignore[attr-defined]
        words = f"{before} {name}".strip()
        if hasattr(command, "commands"):
            yield from every_command(command, words)
        else:
            yield words


def test_the_table_knows_every_action() -> None:
    assert set(DEEDS) == set(COMMANDS)
    assert set(DEEDS) | set(SERVED) == set(ACTIONS)
    assert all(deed.events.count(code) == 1 and deed.failing for code, deed in DEEDS.items())


def test_every_command_is_in_the_table_or_free_of_it() -> None:
    commands = list(every_command())
    assert len(commands) > 30
    assert sorted(set(COMMANDS.values()) | set(FREE)) == sorted(commands)
    assert not set(COMMANDS.values()) & set(FREE)


@pytest.mark.parametrize("codes", ONCE)
def test_a_deed_leaves_exactly_its_events(request, codes) -> None:
    deed = ONCE[codes]
    home = request.getfixturevalue(deed.on)
    before = len(events_of(home))
    done = deed.do(home)
    assert done.code == deed.code, done.err
    events = events_of(home)[before:]
    assert tuple(action for action, _, _ in events) == deed.events
    assert all(subject for action, subject, _ in events if action not in OF_EVERYTHING)


@pytest.mark.parametrize(("code", "how"), [(code, how) for code, deed in DEEDS.items() for how in deed.failing])
def test_a_deed_that_fails_leaves_none(request, code, how) -> None:
    expected, do = DEEDS[code].failing[how]
    home = request.getfixturevalue(DEEDS[code].on)
    before = [action for action, _, _ in events_of(home)]
    done = do(home)
    assert done.code == expected, (done.code, done.err)
    after = [action for action, _, _ in events_of(home)]
    # what is put back stood nowhere before
    assert after[: len(before)] == before or (code == "database.restored" and not after)
    assert code not in after[len(before) :]


FREELY = {
    "audit verify": (), "audit log": (), "audit checkpoint": (), "gate rules": (), "gate list": (),
    "gate status": (), "features list": (), "legal-bases list": ("--as-of", DAY), "doctor": (),
    "legal-bases show": ("--as-of", DAY, "--benefit", "kontanthjaelp"), "audit prove": (1,),
    "db status": (), "outbox status": (), "business-case": ("parkeringsbutik",),
}  # fmt: skip


@pytest.mark.parametrize("words", FREELY)
def test_what_is_free_leaves_no_event(governed, words) -> None:
    before = governed.actions()
    done = governed.call(*words.split(), *FREELY[words])
    assert done.code == 0, done.err
    assert governed.actions() == before


def test_what_reads_a_file_or_a_record_leaves_no_event(governed) -> None:
    assert DEEDS["records.built"].do(governed).code == 0
    before = governed.actions()
    table = out(governed, "decisions.csv")
    pl.DataFrame({"selected": [1, 0] * 20, "hit": [1, None] * 20, "group": ["a", "a", "b", "b"] * 10}).write_csv(table)
    assert governed.call("records", "check", out(governed)).code == 0
    assert governed.call("gate", "show", governed.promotion).code == 0
    assert governed.call("gate", "fairness", governed.run_id).code == 0
    assert governed.call("fairness", table, "--group", "group").code == 0
    assert governed.call("synth", out(governed, "town"), "--persons", 2_000, "--seed", 1, "--years", 2).code == 0
    assert governed.actions() == before
    # what simulates needs neither home nor settings of one: test_impact_estimate_commands, test_simulate
    told = {"impact coverage", "impact power", "simulate"}
    told |= {"records check", "gate show", "gate fairness", "fairness", "synth", "demo", "serve"}
    assert set(FREE) == {*FREELY, *told}


def test_serving_leaves_no_event_of_its_own(staffed, monkeypatch) -> None:
    """The app is made, looked at and stopped; what its timer does is told as `adressekontrol retention` would."""
    before = events_of(staffed)
    seen = []
    monkeypatch.setattr("service.serving.run", lambda server, _: seen.append(server.config.app))
    monkeypatch.setattr("service.jobs.timer.run_timer", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = staffed.call("serve", public_url="http://127.0.0.1:8000", metrics_port=str(port))
    assert (done.code, len(seen)) == (0, 1), done.err
    assert staffed.call("serve", public_url="http://kontrol.example").code == 10
    assert events_of(staffed) == before


def test_events_name_nobody(governed) -> None:
    """After every kind of read and change the log holds no id of the registers and no name."""
    for code in ("rows.explained", "decision.replayed", "list.published", "matrix.built"):
        assert DEEDS[code].do(governed).code == 0
    ids = set(pl.read_parquet(governed.town / "person.parquet")["person_id"])
    ids |= set(pl.read_parquet(governed.town / "address.parquet")["address_id"])
    told = {word for _, subject, details in governed.events() for word in words_of((subject, details))}
    assert not told & ids


def words_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for inner in value:
            yield from words_of(inner)
    elif isinstance(value, str):
        yield value
