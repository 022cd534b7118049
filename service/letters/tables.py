"""The letters as they were made: the exact copy, sealed under the key of the case, with the hash that the log holds."""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

LETTERS = append_only(
    sa.Table(
        "letter",
        METADATA,
        sa.Column("letter_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        # hex SHA-256 of the PDF; the event `letter.made` says the same
        sa.Column("sha256", sa.Text, nullable=False),
        # the last day to answer a hearing, YYYY-MM-DD; null for the other kinds
        sa.Column("deadline", sa.Text, nullable=True),
        # sealed canonical JSON: whom it is for, and everything that was filled in
        sa.Column("sealed_fields", sa.LargeBinary, nullable=False),
        sa.Column("sealed_pdf", sa.LargeBinary, nullable=False),
    )
)


class Kept(Protocol):
    """A letter as far as its seal goes: a row of the table has it, and so has a letter that was just made."""

    @property
    def letter_id(self) -> str:
        """Our own id of the letter."""
        ...

    @property
    def case_id(self) -> str:
        """The case it belongs to."""
        ...

    @property
    def sha256(self) -> str:
        """Hex hash of its PDF."""
        ...


def about(letter: Kept, part: str) -> str:
    """What a sealed part is bound to: letter, case and hash; put elsewhere it does not open."""
    return f"{letter.case_id}:{letter.letter_id}:{letter.sha256}:{part}"
