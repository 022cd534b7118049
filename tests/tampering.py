"""Random manipulations of a log: of its exported lines, of its checkpoints, and of its tables with the guards removed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.events import Event, canonical
from governance.audit.merkle import append_leaf, frontier_root, leaf_hash
from governance.audit.notes import Checkpoint, sign
from governance.audit.tables import EVENTS, NODES
from governance.store.schema import append_only_tables, triggers

Lines = list[bytes]
Manipulation = Callable[[random.Random, Lines], bytes]


def joined(lines: Lines) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def root_of(lines: Lines) -> bytes:
    frontier: dict[int, bytes] = {}
    for index, line in enumerate(lines):
        list(append_leaf(frontier, index, leaf_hash(line)))
    return frontier_root(frontier)


def flip_a_byte(chance: random.Random, lines: Lines) -> bytes:
    content = bytearray(joined(lines))
    content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    return bytes(content)


def put_in_a_byte(chance: random.Random, lines: Lines) -> bytes:
    content = joined(lines)
    place = chance.randrange(len(content))
    return content[:place] + bytes([chance.randrange(256)]) + content[place:]


def take_out_a_byte(chance: random.Random, lines: Lines) -> bytes:
    content = joined(lines)
    place = chance.randrange(len(content))
    return content[:place] + content[place + 1 :]


def delete_an_event(chance: random.Random, lines: Lines) -> bytes:
    gone = chance.randrange(len(lines))
    return joined(lines[:gone] + lines[gone + 1 :])


def delete_and_renumber(chance: random.Random, lines: Lines) -> bytes:
    gone = chance.randrange(len(lines))
    return joined(renumbered(lines[:gone] + lines[gone + 1 :]))


def swap_two(chance: random.Random, lines: Lines) -> bytes:
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return joined(lines)


def swap_and_renumber(chance: random.Random, lines: Lines) -> bytes:
    one, other = chance.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return joined(renumbered(lines))


def insert_an_event(chance: random.Random, lines: Lines) -> bytes:
    place = chance.randrange(len(lines))
    return joined([*lines[:place], chance.choice(lines), *lines[place:]])


def insert_and_renumber(chance: random.Random, lines: Lines) -> bytes:
    place = chance.randrange(len(lines))
    return joined(renumbered([*lines[:place], chance.choice(lines), *lines[place:]]))


def cut_off_the_tail(chance: random.Random, lines: Lines) -> bytes:
    content = joined(lines)
    return content[: chance.randrange(len(content))]


def cut_off_events(chance: random.Random, lines: Lines) -> bytes:
    return joined(lines[: chance.randrange(len(lines))])


def rewrite_from(chance: random.Random, lines: Lines) -> bytes:
    """Every event from one on, in good form, with other details."""
    first = chance.randrange(len(lines))
    return joined([*lines[:first], *(altered(chance, line) for line in lines[first:])])


def edit_one_value(chance: random.Random, lines: Lines) -> bytes:
    place = chance.randrange(len(lines))
    lines[place] = altered(chance, lines[place])
    return joined(lines)


EXPORT_MANIPULATIONS: Mapping[str, Manipulation] = {
    each.__name__: each
    for each in (
        flip_a_byte, put_in_a_byte, take_out_a_byte, delete_an_event, delete_and_renumber, swap_two, swap_and_renumber,
        insert_an_event, insert_and_renumber, cut_off_the_tail, cut_off_events, rewrite_from, edit_one_value,
    )
}  # fmt: skip


def altered(chance: random.Random, line: bytes) -> bytes:
    """The same event with one field saying something else, written as the log writes."""
    event = json.loads(line)
    column = chance.choice(["action", "actor", "at", "details", "subject"])
    if column == "details":
        event["details"]["forged"] = chance.randrange(10**9)
    elif column == "at":
        event["at"] = event["at"][:-7] + f"{(int(event['at'][-7:-1]) + 1) % 10**6:06d}Z"
    else:
        event[column] += chance.choice("abcæ .")
    return canonical(event).encode()


def renumbered(lines: Lines) -> Lines:
    return [canonical({**json.loads(line), "seq": seq}).encode() for seq, line in enumerate(lines, start=1)]


def forge_an_append(chance: random.Random, lines: Lines, note: bytes) -> tuple[bytes, bytes]:
    """One more event, and the checkpoint altered to cover it, under the old signature."""
    longer = [*lines, renumbered([*lines, chance.choice(lines)])[-1]]
    head = Checkpoint(note.decode().split("\n")[0], len(longer), root_of(longer)).text
    return joined(longer), (head + "\n" + note.decode().partition("\n\n")[2]).encode()


def sign_with_another_key(chance: random.Random, lines: Lines, note: bytes) -> tuple[bytes, bytes]:
    """A log of the forger's own, whole and well-signed, but not with the key."""
    forged = [*lines[:-1], altered(chance, lines[-1])]
    checkpoint = Checkpoint(note.decode().split("\n")[0], len(forged), root_of(forged))
    return joined(forged), sign(checkpoint, Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))).encode()


def edit_the_checkpoint(chance: random.Random, lines: Lines, note: bytes) -> tuple[bytes, bytes]:
    return joined(lines), flip_a_byte(chance, [note[:-1]])


CHECKPOINT_MANIPULATIONS = {
    each.__name__: each for each in (forge_an_append, sign_with_another_key, edit_the_checkpoint)
}


# ---- the database, by somebody who may do everything there -----------------------------------------------------------


def without_guards(connection: sa.Connection) -> None:
    """Remove every trigger of the log."""
    tables = [table for table in append_only_tables() if table.name.startswith("audit_")]
    for table in tables:
        for name in triggers(table, connection.dialect.name):
            where = "" if connection.dialect.name == "sqlite" else f" ON {table.name}"
            connection.exec_driver_sql(f"DROP TRIGGER {name}{where}")
        if connection.dialect.name != "sqlite":
            connection.exec_driver_sql(f"GRANT ALL ON {table.name} TO CURRENT_USER")


def with_guards(connection: sa.Connection) -> None:
    """Put every trigger back, as if nothing had happened."""
    for table in append_only_tables():
        if table.name.startswith("audit_"):
            for statement in triggers(table, connection.dialect.name).values():
                connection.exec_driver_sql(statement)


def stored(connection: sa.Connection) -> list[Event]:
    return [Event(*row) for row in connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq))]


def rewrite_tables(connection: sa.Connection, events: list[Event]) -> None:
    """The whole log anew: these events, numbered from 1, with the hashes that belong to them."""
    connection.execute(sa.delete(EVENTS))
    connection.execute(sa.delete(NODES))
    frontier: dict[int, bytes] = {}
    numbered = [Event(seq, *list(vars(event).values())[1:]) for seq, event in enumerate(events, start=1)]
    nodes = [
        {"level": level, "position": position, "hash": value}
        for event in numbered
        for (level, position), value in append_leaf(frontier, event.seq - 1, leaf_hash(event.leaf))
    ]
    if events:
        connection.execute(sa.insert(EVENTS), [vars(event) for event in numbered])
        connection.execute(sa.insert(NODES), nodes)


def edit_a_column(chance: random.Random, connection: sa.Connection, size: int) -> None:
    column = chance.choice(["at", "action", "actor", "subject", "details"])
    seq = chance.randrange(1, size + 1)
    text = connection.execute(sa.select(EVENTS.c[column]).where(EVENTS.c.seq == seq)).scalar_one()
    place = chance.randrange(len(text) + 1)
    letter = chance.choice([letter for letter in ' {}"0aæ' if letter != text[place : place + 1]])
    replaced = text[:place] + letter + text[place + chance.randrange(2) :]
    connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == seq).values({column: replaced}))


def renumber_one(chance: random.Random, connection: sa.Connection, size: int) -> None:
    seq = chance.randrange(1, size + 1)
    elsewhere = chance.choice([0, -seq, size + 1000])
    connection.execute(sa.update(EVENTS).where(EVENTS.c.seq == seq).values(seq=elsewhere))


def delete_a_row(chance: random.Random, connection: sa.Connection, size: int) -> None:
    connection.execute(sa.delete(EVENTS).where(EVENTS.c.seq == chance.randrange(1, size + 1)))


def edit_a_hash(chance: random.Random, connection: sa.Connection, size: int) -> None:
    level, position, value = chance.choice(connection.execute(sa.select(NODES)).all())
    changed = bytearray(value)
    changed[chance.randrange(32)] ^= chance.randrange(1, 256)
    place = sa.and_(NODES.c.level == level, NODES.c.position == position)
    connection.execute(sa.update(NODES).where(place).values(hash=bytes(changed)))


def delete_a_hash(chance: random.Random, connection: sa.Connection, size: int) -> None:
    level, position, _ = chance.choice(connection.execute(sa.select(NODES)).all())
    connection.execute(sa.delete(NODES).where(NODES.c.level == level, NODES.c.position == position))


def add_a_hash(chance: random.Random, connection: sa.Connection, size: int) -> None:
    connection.execute(sa.insert(NODES), {"level": chance.choice([0, 1, 7]), "position": 10**6, "hash": bytes(32)})


def cut_off_rows(chance: random.Random, connection: sa.Connection, size: int) -> None:
    rewrite_tables(connection, stored(connection)[: chance.randrange(size)])


def rewrite_rows(chance: random.Random, connection: sa.Connection, size: int) -> None:
    events = stored(connection)
    first = chance.randrange(size)
    forged = [forged_event(chance, event) if event.seq > first else event for event in events]
    rewrite_tables(connection, forged)


def insert_a_row(chance: random.Random, connection: sa.Connection, size: int) -> None:
    events = stored(connection)
    place = chance.randrange(size)
    rewrite_tables(connection, [*events[:place], forged_event(chance, events[place]), *events[place:]])


def swap_two_rows(chance: random.Random, connection: sa.Connection, size: int) -> None:
    events = stored(connection)
    one, other = chance.sample(range(size), 2)
    events[one], events[other] = events[other], events[one]
    rewrite_tables(connection, events)


def forged_event(chance: random.Random, event: Event) -> Event:
    return Event(**{**vars(event), "subject": f"forged-{chance.randrange(10**9)}"})


DATABASE_MANIPULATIONS = {
    each.__name__: each
    for each in (
        edit_a_column, renumber_one, delete_a_row, edit_a_hash, delete_a_hash, add_a_hash, cut_off_rows, rewrite_rows,
        insert_a_row, swap_two_rows,
    )
}  # fmt: skip
