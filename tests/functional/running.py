"""How the commands that run the service are called: database, identities, outbox, cases and the night.

Part of the table of `test_actions`. Most are done on a home with a few cases and nobody trained on (`peopled`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.settings import Settings
from governance.store.engine import WRITING, make_engine
from governance.store.migrations.frozen import REVISIONS, VERSION_TABLE
from service.cases.tables import CASES
from service.invented import INVENTED
from service.outbox.queueing import queue_journal
from tests.audit_logs import TickingClock, a_store
from tests.functional.calls import Called
from tests.functional.governed import DAY, HOURS, Governed
from tests.functional.nights import Standing
from tests.integration.postgres import Server
from tests.service.acted import PERSONS
from tests.service.named import write_delivery
from tests.service.town import a_town_list

Do = Callable[[Any], Called]
DATABASE = "adressekontrol.db"
WORKER = "worker_of_the_table"


@dataclass(frozen=True)
class Deed:
    """How an action is done, every event that it then leaves, and ways in which it fails with their exit codes.

    `on`: the fixture that it is done on; `code`: its own exit code, of a deed that is a refusal itself.
    """

    do: Do
    events: tuple[str, ...]
    failing: dict[str, tuple[int, Do]]
    on: str = "governed"
    code: int = 0


@dataclass(frozen=True)
class OnServer(Governed):
    """An empty home whose database is a schema of PostgreSQL."""

    database: str = field(default="", kw_only=True)

    def call(self, *words: object, **settings: str) -> Called:
        return super().call(*words, database=self.database, **settings)


def events_of(home: Governed) -> list[tuple[str, str, dict[str, Any]]]:
    """The log as it stands, of whatever release its database is; empty where there is none."""
    standing = Standing(home, getattr(home, "database", ""))
    engine = make_engine(standing.settings)
    there = sa.inspect(engine).has_table(EVENTS.name)
    engine.dispose()
    return standing.events() if there else []


def out(home: Governed, name: str = "out") -> Path:
    return home.home.parent / name


def taken(home: Governed) -> Path:
    """A file where a directory is wanted."""
    place = out(home, "taken")
    place.write_text("in the way")
    return place / "below"


def broken_town(home: Governed) -> Path:
    town = out(home, "broken")
    shutil.copytree(home.town, town)
    rows = pl.read_parquet(town / "residence.parquet")
    rows.with_columns(valid_from=pl.lit(None, dtype=pl.Date)).write_parquet(town / "residence.parquet")
    return town


def make_peopled(place: Path) -> Governed:
    """A home of the invented day with a few cases, one of which ended long ago, and a note that waits to be sent."""
    # the log of an invented day says so in its first event
    store = a_store(place / "home", clock=TickingClock(), blind_share=0.0)
    store.actor = f"tester ({INVENTED} {DAY})"
    town = a_town_list(store)
    with store.act("list.made", subject="queued") as act:
        queue_journal(act, town.case("home-1"), "claim")
        ended = sa.update(CASES).where(CASES.c.case_id == town.ids["home-2"])
        act.connection.execute(ended.values(state="closed", closed_on="2001-01-01"))
    store.close()
    return Governed(place / "home", place / "none", place / "none", "")


def make_on_server(server: Server, place: Path) -> OnServer:
    """A schema with nothing but its tables, and somebody who could be let in."""
    server.sql(f"CREATE ROLE {WORKER} LOGIN")
    made = OnServer(place / "home", place, place, "", database=server.make_schema("table_of_actions"))
    assert made.call("db", "upgrade").code == 0
    return made


def then(*all_of: Do) -> Do:
    """One after the other: every one but the last succeeds."""

    def done(home: Governed) -> Called:
        for each in all_of[:-1]:
            said = each(home)
            assert said.code == 0, said.err
        return all_of[-1](home)

    return done


def db(*words: object) -> Do:
    return lambda home: home.call("db", *words)


def newer(home: Governed) -> Called:
    """A release to come has been here."""
    engine = make_engine(Settings(home=home.home))
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
    return Called(0, "", "")


def back_up(home: Governed) -> Called:
    return home.call("db", "backup", out(home, "backup"))


def restore(home: Governed) -> Called:
    return home.call("db", "restore", out(home, "backup"))


def lost(home: Governed) -> Called:
    """The machine burns down."""
    shutil.rmtree(home.home)
    return Called(0, "", "")


def spoilt(home: Governed) -> Called:
    """A byte of the backup is another, and nothing else is left."""
    lost(home)
    content = bytearray(out(home, "backup").read_bytes())
    content[len(content) // 2] ^= 1
    out(home, "backup").write_bytes(bytes(content))
    return Called(0, "", "")


def retention(home: Governed, **settings: str) -> Called:
    return home.call("retention", **settings)


def deliver(home: Governed, *, persons: str = PERSONS, **settings: str) -> Called:
    return home.call("identities", "import", write_delivery(out(home, "delivery"), persons=persons), **settings)


def send(home: Governed, **settings: str) -> Called:
    return home.call("outbox", "send", **settings)


def sign(home: Governed) -> Called:
    """The journal says that it has what was sent."""
    [parcel] = (home.home / "outbox" / "journal").glob("out-*")
    return _receipt(home, parcel.name)


def _receipt(home: Governed, item: str) -> Called:
    place = home.home / "outbox" / "journal" / f"{item}.receipt.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps({"item_id": item, "status": "accepted", "reference": "ref-1"}))
    return Called(0, "", "")


def sign_another(home: Governed) -> Called:
    return _receipt(home, "out-00000000000000000000")


def take_in(home: Governed) -> Called:
    return home.call("take-in", home.run_id)


def night(home: Governed, *words: object, town: Path | None = None, **settings: str) -> Called:
    return home.call("nightly", town or home.town, "--as-of", DAY, "--hours", HOURS, *words, **settings)


def without_model(home: Governed) -> Called:
    (home.home / "mlflow.db").unlink()
    return night(home)


NO_NIGHT: dict[str, tuple[int, Do]] = {
    "unknown fallback": (2, lambda home: night(home, "--fallback", "dice")),
    "no registers": (2, lambda home: night(home, town=out(home))),
    "a day to come": (2, lambda home: home.call("nightly", home.town, "--as-of", "2024-06-02", "--hours", HOURS)),
    "no capacity": (2, lambda home: home.call("nightly", home.town, "--as-of", DAY)),
    "no model": (15, without_model),
}
A_NIGHT = (
    "nightly.begun", "nightly.merged", "seed.committed", "fairness.measured", "list.made", "worklist.renewed",
    "gate.judged", "list.published", "worklist.taken_in", "impact.booked", "impact.reported", "nightly.finished",
)  # fmt: skip
BACK = db("downgrade", REVISIONS[0], "--drop-rows")
RUNNING: dict[str, Deed] = {
    "database.upgraded": Deed(
        then(BACK, db("upgrade")), ("database.downgraded", "database.upgraded"),
        {"of a newer release": (10, then(newer, db("upgrade"))), "nothing to do": (0, db("upgrade"))}, "staffed",
    ),
    "database.downgraded": Deed(
        BACK, ("database.downgraded",),
        {"rows would go": (2, db("downgrade", REVISIONS[0])), "behind the log": (2, db("downgrade", "base")),
         "unknown": (2, db("downgrade", "8888", "--drop-rows")), "there already": (0, db("downgrade", REVISIONS[-1]))},
        "staffed",
    ),
    "database.granted": Deed(
        db("grant", WORKER), ("database.granted",),
        {"nobody of that name": (2, db("grant", "nobody_here")), "to a superuser": (2, db("grant", "postgres"))},
        "on_server",
    ),
    "database.backed_up": Deed(
        back_up, ("database.backed_up",),
        {"something stands there": (2, lambda home: home.call("db", "backup", home.home / DATABASE)),
         "nowhere to write": (2, lambda home: home.call("db", "backup", taken(home)))}, "staffed",
    ),
    "database.restored": Deed(
        then(back_up, lost, restore), ("database.restored", "retention.done"),
        {"over what is there": (10, then(back_up, restore)), "spoilt": (2, then(back_up, spoilt, restore)),
         "no backup": (2, then(lost, restore))},
        "staffed",
    ),
    "retention.done": Deed(
        retention, ("retention.done",),
        {"for no time at all": (10, lambda home: retention(home, case_retention_days="-1")),
         "of a newer release": (10, then(newer, retention))}, "staffed",
    ),
    "identities.imported": Deed(
        deliver, ("identities.imported",),
        {"a faulty line": (11, lambda home: deliver(home, persons="person_id,cpr_number,name\nhome-1-a,12,P\n")),
         "invented numbers for real persons": (11, lambda home: deliver(home, invented_day="")),
         "no delivery": (2, lambda home: home.call("identities", "import", out(home)))},
        "staffed",
    ),
    "outbox.sent": Deed(
        send, ("outbox.sent",),
        {"nowhere to write": (10, lambda home: send(home, outbox_dir=str(taken(home)))),}, "staffed",
    ),
    "outbox.received": Deed(
        then(send, sign, send), ("outbox.sent", "outbox.received"),
        {"of nothing that was sent": (11, then(sign_another, send))}, "staffed",
    ),
    "outcomes.exported": Deed(
        lambda home: home.call("outcomes", "export", out(home)), ("outcomes.exported",),
        {"nowhere to write": (2, lambda home: home.call("outcomes", "export", taken(home)))}, "staffed",
    ),
    "worklist.taken_in": Deed(
        then(Governed.publish, take_in), ("gate.judged", "list.published", "worklist.taken_in"),
        {"not released": (13, take_in), "unknown": (13, lambda home: home.call("take-in", "nosuch"))},
    ),
    "nightly.begun": Deed(night, A_NIGHT, NO_NIGHT),
    "nightly.merged": Deed(
        night, A_NIGHT, {"no registers": NO_NIGHT["no registers"], "unknown fallback": NO_NIGHT["unknown fallback"]}
    ),
    "worklist.renewed": Deed(night, A_NIGHT, NO_NIGHT),
    "nightly.finished": Deed(night, A_NIGHT, {"broken registers": (11, lambda home: night(home, town=broken_town(home)))}),
    "nightly.stopped": Deed(
        lambda home: night(home, town=broken_town(home)), ("nightly.begun", "nightly.merged", "nightly.stopped"),
        {"unknown fallback": NO_NIGHT["unknown fallback"]}, code=11,
    ),
}  # fmt: skip
RUN_BY = {
    "database.upgraded": "db upgrade", "database.downgraded": "db downgrade", "database.granted": "db grant",
    "database.backed_up": "db backup", "database.restored": "db restore", "retention.done": "retention",
    "identities.imported": "identities import", "outbox.sent": "outbox send", "outbox.received": "outbox send",
    "outcomes.exported": "outcomes export", "worklist.taken_in": "take-in", "nightly.begun": "nightly",
    "nightly.merged": "nightly", "nightly.finished": "nightly", "nightly.stopped": "nightly",
    "worklist.renewed": "nightly",
}  # fmt: skip
