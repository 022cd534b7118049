"""The tables of the gates, all append-only: verdicts and their evidence, keys of roles, and what people decided.

What a person typed (a reason) stands here and never in the audit log, which carries ids alone. Days are ISO text,
moments those of the log. A row is numbered in the order in which it was written.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only


def _numbered(name: str, *columns: sa.Column[str]) -> sa.Table:
    number = sa.Column("number", sa.Integer, primary_key=True, autoincrement=False)
    at = sa.Column("at", sa.Text, nullable=False)
    return append_only(sa.Table(name, METADATA, number, at, *columns))


def _text(name: str, *, unique: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, unique=unique)


VERDICTS = _numbered("gate_verdict", _text("id", unique=True), _text("gate"), _text("subject"), _text("document"))
"""`document`: the whole verdict as canonical JSON; the id ends in its hash."""

EVIDENCE = append_only(
    sa.Table(
        "gate_evidence",
        METADATA,
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("document", sa.Text, nullable=False),
    )
)
"""What verdicts rest on, by SHA-256 of its canonical JSON."""

ROLE_KEYS = _numbered("gate_role_key", _text("role"), _text("public_key"), _text("signature"))
"""Ed25519, hexadecimal; `signature` is the former key's, empty for the first."""

EXCEPTIONS = _numbered(
    "gate_exception", _text("id", unique=True), _text("rule"), _text("item"), _text("reason"), _text("expires"),
    _text("signature"),
)  # fmt: skip
ASSESSMENTS = _numbered(
    "gate_assessment", _text("kind"), _text("version"), _text("valid_from"), _text("valid_to"),
    _text("document_sha256"),
)  # fmt: skip
STOPS = _numbered("gate_stop", _text("id", unique=True), _text("role"), _text("reason"))
RESUMPTIONS = _numbered("gate_resumption", _text("stop_id"), _text("reason"), _text("signature"))
APPROVALS = _numbered(
    "gate_approval", _text("id", unique=True), _text("kind"), _text("reason"), _text("expires"),
    _text("dpo_signature"), _text("counsel_signature"),
)  # fmt: skip


def next_number(connection: sa.Connection, table: sa.Table) -> int:
    """The number of the next row; safe within an act, since one writer is let in at a time."""
    last: int | None = connection.execute(sa.select(sa.func.max(table.c.number))).scalar()
    return (last or 0) + 1


def rows_of(connection: sa.Connection, table: sa.Table) -> list[sa.RowMapping]:
    """Every row in the order in which it was written."""
    return list(connection.execute(sa.select(table).order_by(table.c.number)).mappings())
