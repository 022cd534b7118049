"""The ledger in the database: entries are added, never changed; a booking adds the difference to what should stand.

So nothing depends on the order in which facts arrive, on how often they arrive, or on how often it is booked. Every
booking carries the day it looked from, and a hash over all entries so far: the balance of any earlier day can be read
as it stood. Must not know where facts come from.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl
import sqlalchemy as sa

from governance.audit.events import canonical, instant
from governance.errors import AuditLogBroken, UsageError
from governance.impact.accounts import Cause, Dimensions, Entry, Source, Standing
from governance.impact.differences import build_entries
from governance.impact.facts import Facts
from governance.impact.memory import load_told, new_facts, rates_of, remember, stand_as_told
from governance.impact.position import build_lines, build_position
from governance.impact.tables import BOOKINGS, ENTRIES, FACTS, LINES

NOTHING_BOOKED = ""
_DIMENSIONS = tuple(Dimensions.__dataclass_fields__)


@dataclass(frozen=True)
class Booked:
    """What a booking added: its number (0 for none), entries by cause, and the hash of the ledger after it.

    `kept` counts the effects that the registers no longer have (or no longer as set aside) and that stand as they were
    told, `strange` the payments of effects that the ledger was never told of (their case was hidden before it was
    booked).
    """

    booking: int
    as_of: dt.date
    causes: Mapping[str, int]
    kept: int
    strange: int
    ledger_hash: str

    @property
    def entries(self) -> int:
        """How many entries were added."""
        return sum(self.causes.values())


@dataclass(frozen=True)
class Booking:
    """A booking as it is kept."""

    booking: int
    at: str
    as_of: dt.date
    entries: int
    ledger_hash: str


@dataclass(frozen=True)
class Balance:
    """What stands as of a day, after a booking: `lines` (`position.LINE_SCHEMA`) by source; day None where none was."""

    as_of: dt.date | None
    booking: int
    ledger_hash: str
    lines: pl.DataFrame


def book(connection: sa.Connection, facts: Facts, *, at: dt.datetime) -> Booked:
    """Add what is missing so that what stands is what `facts` (under pseudonyms) say; call it inside an act.

    `UsageError` for a day before that of the last booking, `DataContractError` for facts that cannot be. The same facts
    again add nothing, no booking either.
    """
    last = load_last(connection)
    _require_onward(last, facts.as_of)
    told = load_told(connection)
    whole = remember(facts, told)
    rates = rates_of(whole, told)
    position = build_position(whole, hourly_rates=rates)
    entries = build_entries(position, load_standings(connection), first=_next_seq(connection), at=instant(at))
    changed = new_facts(whole, told, rates)
    kept, strange = stand_as_told(facts, whole), len(facts.money) - len(whole.money)
    if last is not None and last.as_of == facts.as_of and not entries and not changed:
        return Booked(0, facts.as_of, {}, kept, strange, last.ledger_hash)
    number = 1 if last is None else last.booking + 1
    digest = _chained(last.ledger_hash if last else NOTHING_BOOKED, facts.as_of, entries)
    _write(connection, Booking(number, instant(at), facts.as_of, len(entries), digest), entries, changed)
    return Booked(number, facts.as_of, dict(Counter(each.cause for each in entries)), kept, strange, digest)


def load_last(connection: sa.Connection, *, as_of: dt.date | None = None, booking: int | None = None) -> Booking | None:
    """The newest booking, or the newest that looked from `as_of` or earlier, or that of the number; None where none."""
    asked = sa.select(BOOKINGS).order_by(BOOKINGS.c.booking.desc()).limit(1)
    row = connection.execute(_until(asked, as_of, booking)).one_or_none()
    if row is None:
        return None
    return Booking(row.booking, row.at, dt.date.fromisoformat(row.as_of), row.entries, row.ledger_hash)


def load_balance(connection: sa.Connection, *, as_of: dt.date | None = None, booking: int | None = None) -> Balance:
    """The ledger as it stood after the bookings of `as_of` (or after one booking); now, when neither is given."""
    last = load_last(connection, as_of=as_of, booking=booking)
    lines = build_lines(load_standings(connection, as_of=as_of, booking=booking))
    if last is None:
        return Balance(None, 0, NOTHING_BOOKED, lines)
    return Balance(last.as_of, last.booking, last.ledger_hash, lines)


def require_booked(balance: Balance, as_of: dt.date | None) -> Balance:
    """The balance; `UsageError` where a day is asked for by which nothing was booked: 0 would tell of a saving."""
    if as_of is not None and not balance.booking:
        raise UsageError(
            "Nothing was booked by that day.", item="--as-of", remedy="Run: adressekontrol impact book DIR --as-of D."
        )
    return balance


def load_standings(
    connection: sa.Connection, *, as_of: dt.date | None = None, booking: int | None = None
) -> list[Standing]:
    """What stands for each source under each dimensions, without what was taken back to 0."""
    columns = [ENTRIES.c[name] for name in ("source_kind", "source_id", *_DIMENSIONS)]
    total = sa.func.sum(LINES.c.amount_ore)
    asked = (
        sa.select(*columns, LINES.c.account, total)
        .select_from(LINES.join(ENTRIES).join(BOOKINGS))
        .group_by(*columns, LINES.c.account)
        .having(total != 0)
    )
    found: defaultdict[tuple[Source, Dimensions], dict[str, int]] = defaultdict(dict)
    for kind, source_id, *dimensions, account, amount in connection.execute(_until(asked, as_of, booking)):
        found[Source(kind, source_id), Dimensions(*dimensions)][account] = int(amount)
    return [Standing(source, dimensions, lines) for (source, dimensions), lines in found.items()]


def load_entries(
    connection: sa.Connection, *, as_of: dt.date | None = None, booking: int | None = None
) -> Iterator[Entry]:
    """Every entry in its order, as booked."""
    asked = (
        sa.select(ENTRIES, BOOKINGS.c.at, BOOKINGS.c.as_of, LINES.c.account, LINES.c.amount_ore)
        .select_from(LINES.join(ENTRIES).join(BOOKINGS))
        .order_by(ENTRIES.c.seq, LINES.c.account)
    )
    rows = connection.execute(_until(asked, as_of, booking)).mappings()
    for _, group in groupby(rows, key=lambda row: row["seq"]):
        lines = list(group)
        yield _entry(lines[0], {row["account"]: int(row["amount_ore"]) for row in lines})


def verify(connection: sa.Connection) -> int:
    """Go through the whole ledger again; returns the number of entries.

    `AuditLogBroken` when an entry does not balance, or the entries of a booking are not those that it was sealed with.
    """
    placed = connection.execute(sa.select(ENTRIES.c.seq, ENTRIES.c.booking))
    numbers = {row.seq: row.booking for row in placed}
    read = list(load_entries(connection))
    by_booking: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in read:
        by_booking[numbers[entry.seq]].append(entry)
    digest = NOTHING_BOOKED
    for place, row in enumerate(connection.execute(sa.select(BOOKINGS).order_by(BOOKINGS.c.booking)), start=1):
        entries = by_booking.pop(row.booking, [])
        digest = _chained(digest, dt.date.fromisoformat(row.as_of), entries)
        sound = all(sum(entry.lines.values()) == 0 for entry in entries)
        if (row.booking, row.ledger_hash, row.entries) != (place, digest, len(entries)) or not sound:
            raise _broken(f"booking {row.booking}")
    # an entry of which no line is left is not read at all
    if by_booking or len(numbers) != len(read):
        raise _broken("impact_entry")
    return len(numbers)


def _broken(item: str) -> AuditLogBroken:
    return AuditLogBroken(
        "The ledger is not what was booked.", item=item, remedy="Restore the database from the backup."
    )


def _require_onward(last: Booking | None, as_of: dt.date) -> None:
    if last is not None and as_of < last.as_of:
        raise UsageError(
            "The ledger has been booked as of a later day: what stood on an earlier one is kept as it was.",
            item=f"--as-of {as_of}",
            remedy=f"Book as of {last.as_of} or later; earlier balances are read with --as-of.",
        )


def _chained(before: str, as_of: dt.date, entries: Iterable[Entry]) -> str:
    """The hash of the ledger with these entries, hex."""
    digest = hashlib.sha256(f"{before}\n{as_of}\n".encode())
    for entry in entries:
        digest.update(canonical(_said(entry)).encode() + b"\n")
    return digest.hexdigest()


def _said(entry: Entry) -> dict[str, Any]:
    # not dataclasses.asdict: it copies every value, and every night goes through every entry
    said = {"as_of": f"{entry.as_of}", "source": vars(entry.source), "dimensions": vars(entry.dimensions)}
    return vars(entry) | said | {"lines": dict(entry.lines)}


def _write(
    connection: sa.Connection, booking: Booking, entries: Sequence[Entry], changed: Sequence[Mapping[str, str]]
) -> None:
    connection.execute(sa.insert(BOOKINGS), [vars(booking) | {"as_of": f"{booking.as_of}"}])
    rows = [
        {"seq": each.seq, "booking": booking.booking, "cause": each.cause, "source_kind": each.source.kind,
         "source_id": each.source.source_id, **vars(each.dimensions)}
        for each in entries
    ]  # fmt: skip
    lines = [
        {"seq": each.seq, "account": account, "amount_ore": amount}
        for each in entries
        for account, amount in each.lines.items()
    ]
    facts = [{**each, "booking": booking.booking} for each in changed]
    for table, new in ((ENTRIES, rows), (LINES, lines), (FACTS, facts)):
        if new:
            connection.execute(sa.insert(table), new)


def _next_seq(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(ENTRIES.c.seq), 0))).scalar_one()) + 1


def _until(asked: sa.Select[Any], as_of: dt.date | None, booking: int | None) -> sa.Select[Any]:
    if as_of is not None:
        asked = asked.where(BOOKINGS.c.as_of <= f"{as_of}")
    return asked if booking is None else asked.where(BOOKINGS.c.booking <= booking)


def _entry(row: sa.RowMapping, lines: Mapping[str, int]) -> Entry:
    source = Source(row["source_kind"], row["source_id"])
    dimensions = Dimensions(**{name: row[name] for name in _DIMENSIONS})
    cause: Cause = row["cause"]
    return Entry(row["seq"], row["at"], dt.date.fromisoformat(row["as_of"]), cause, source, dimensions, lines)
