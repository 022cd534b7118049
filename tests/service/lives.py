"""Cases that have come a long way, written as the steps would have left them, on days of the test's choosing.

For whoever reads how cases ended; that the steps leave exactly this is shown where they are taken for real.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.registers import Registers
from governance.store.opening import Store
from service.cases.tables import CASES, EFFECTS, HOURS, LEADS, REVERSALS, STEPS
from tests.builders import a_payment, a_residence, a_signal, days_ago
from tests.service.town import TownList, a_town

Days = int
LIFE = (
    ("first_look", "listed", "reviewed"), ("open", "reviewed", "opened"), ("inform", "opened", "informed"),
    ("hear", "informed", "hearing"), ("propose", "hearing", "proposed"), ("approve", "proposed", "decided"),
    ("announce", "decided", "announced"), ("close", "announced", "closed"),
)  # fmt: skip
OPENED, PROPOSED, DECIDED, ANNOUNCED, CLOSED = 2, 5, 6, 7, 8


class Life:
    """One case on its way; `day` counts days before the day of the tests."""

    def __init__(self, town_list: TownList, home: str, *, actor: str = "anna") -> None:
        self.store, self.case_id, self.actor = town_list.store, town_list.ids[home], actor
        self.home, self.version = home, 1

    def to(self, length: int, *, opened: Days = 300, announced: Days = 200, outcome: str = "no_change") -> Life:
        """The first `length` steps of an ordinary life."""
        for number, (step, before, after) in enumerate(LIFE[:length], start=1):
            ago = opened if number <= OPENED else announced + (20 if number < ANNOUNCED else 0)
            corrected = {"corrected": [1]} if step == "propose" and outcome == "registration_corrected" else {}
            self.step(step, before, after, ago=ago, **corrected)
        columns: dict[str, Any] = {"state": LIFE[length - 1][2]}
        columns |= {"opened_on": days_ago(opened).isoformat()} if length >= OPENED else {}
        columns |= {"outcome": outcome} if length >= DECIDED else {}
        columns |= {"closed_on": days_ago(announced).isoformat()} if length >= ANNOUNCED else {}
        return self.change(**columns)

    def step(self, step: str, before: str, after: str, *, ago: Days, reason: str = "", **details: Any) -> Life:
        self.version += 1
        row = {
            "case_id": self.case_id, "version": self.version, "at": f"{days_ago(ago)}T10:00:00.000000Z", "step": step,
            "actor": self.actor, "from_state": before, "to_state": after, "reason": reason,
            "details": json.dumps(details),
        }  # fmt: skip
        return self.write(sa.insert(STEPS), row)

    def change(self, **columns: Any) -> Life:
        return self.write(sa.update(CASES).where(CASES.c.case_id == self.case_id), columns | {"version": self.version})

    def effect(self, *, proposal: int = PROPOSED + 1, reversed_ago: Days | None = None, **columns: Any) -> Life:
        """An effect of the proposal that `to` takes; friplads stopped unless said otherwise."""
        row = {
            "effect_id": f"effekt-{self.home}-{proposal}", "case_id": self.case_id, "proposal": proposal,
            "person_id": f"{self.home}-b", "grant_id": f"{self.home}-b-friplads", "benefit": "friplads",
            "effect": "stopped", "monthly_change_ore": -100_000, "effective_from": days_ago(200).isoformat(),
            "reclaim_ore": 0,
        } | columns  # fmt: skip
        self.write(sa.insert(EFFECTS), row)
        if reversed_ago is not None:
            on = days_ago(reversed_ago).isoformat()
            self.write(
                sa.insert(REVERSALS), {"effect_id": row["effect_id"], "at": f"{on}T10:00:00Z", "reversed_on": on}
            )
        return self

    def worked(self, *minutes: int) -> Life:
        for number, each in enumerate(minutes):
            row = {
                "hours_id": f"hours-{self.case_id}-{number}", "case_id": self.case_id, "at": "2024-01-01T10:00:00Z",
                "user_id": self.actor, "minutes": each, "on_day": "2024-01-01",
            }  # fmt: skip
            self.write(sa.insert(HOURS), row)
        return self

    def rejected(self, reason: str, outcome: str, *, looked: Days = 300, ended: Days = 290) -> Life:
        self.step("first_look", "listed", "reviewed", ago=looked)
        self.step("reject", "reviewed", "rejected", ago=ended, reason=reason)
        return self.change(state="rejected", outcome=outcome, closed_on=days_ago(ended).isoformat())

    def write(self, statement: Any, columns: Mapping[str, Any]) -> Life:
        with self.store.act("list.made", subject=self.case_id) as act:
            act.connection.execute(statement.values(**columns))
        return self


def a_lead(store: Store, signal_id: str, address_id: str, *, ago: Days = 3, person_id: str | None = None) -> None:
    """What somebody entered by hand."""
    row = {
        "signal_id": signal_id, "address_id": address_id, "person_id": person_id, "kind": "caseworker_notice",
        "recorded_on": days_ago(ago).isoformat(), "at": f"{days_ago(ago)}T10:00:00Z", "user_id": "anna",
        "sealed": b"",
    }  # fmt: skip
    with store.act("list.made", subject="lead") as act:
        act.connection.execute(sa.insert(LEADS).values(**row))


def deliver(directory: Any, town: Registers | None = None, *, csv: Sequence[str] = ()) -> Any:
    """The town as the municipality delivers it: ten files, those of `csv` as text."""
    directory.mkdir()
    for name, frame in (town or a_fresh_town()).frames.items():
        rows = frame.collect()
        if name in csv:
            rows.write_csv(directory / f"{name}.csv")
        else:
            rows.write_parquet(directory / f"{name}.parquet")
    return directory


def a_fresh_town(*records: Any, without: Mapping[str, pl.Expr] | None = None) -> Registers:
    """The town of the list with something new in each register that must be fresh, and with `records`."""
    from tests.builders import a_frame, a_grant, a_person, an_address

    fresh = (
        a_person("newcomer"), an_address("newhome"), a_residence("newcomer", "newhome", from_days_ago=20),
        a_grant("newcomer", benefit="boligstoette"),
        a_payment("newcomer", month=dt.date(2024, 5, 1), amount_ore=100_000, recorded_on=days_ago(20)),
        a_signal("newhome", recorded_days_ago=20),
    )  # fmt: skip
    frames = {}
    for name, frame in a_town().frames.items():
        own = [record.cells for record in (*fresh, *records) if record.register == name]
        kept = frame.filter(~without[name]) if without and name in without else frame
        frames[name] = pl.concat([kept, a_frame(name, own).lazy()])
    return Registers(frames=frames)
