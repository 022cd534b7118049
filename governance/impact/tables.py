"""The tables of the ledger. Entries, their lines and what they rest on are append-only, and hold pseudonyms alone.

What the ledger was told of a case or an effect stays known to it (`impact_fact`): a case that retention or address
protection takes out of the registers has not been set aside. Must not know how amounts are worked out.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

BOOKINGS = append_only(
    sa.Table(
        "impact_booking",
        METADATA,
        # 1, 2, 3 … without a gap
        sa.Column("booking", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        # YYYY-MM-DD, never before that of the booking before
        sa.Column("as_of", sa.Text, nullable=False),
        sa.Column("entries", sa.BigInteger, nullable=False),
        # SHA-256 of the hash before and of the entries of this booking, hex
        sa.Column("ledger_hash", sa.Text, nullable=False),
    )
)
ENTRIES = append_only(
    sa.Table(
        "impact_entry",
        METADATA,
        # 1, 2, 3 … without a gap
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("booking", sa.BigInteger, sa.ForeignKey("impact_booking.booking"), nullable=False, index=True),
        # decided | reversed | recounted | collected | written_off | hours | cost | corrected
        sa.Column("cause", sa.Text, nullable=False),
        # effect | money | hours | cost
        sa.Column("source_kind", sa.Text, nullable=False),
        # a pseudonym (of effect, payment or case), or the id of a cost
        sa.Column("source_id", sa.Text, nullable=False),
        # a pseudonym; "" for a cost
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("administration", sa.Text, nullable=False),
        sa.Column("benefit", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("model_version", sa.Text, nullable=False),
        sa.Column("price_level", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
    )
)
LINES = append_only(
    sa.Table(
        "impact_line",
        METADATA,
        sa.Column("seq", sa.BigInteger, sa.ForeignKey("impact_entry.seq"), primary_key=True, autoincrement=False),
        # a code of accounts.ACCOUNTS
        sa.Column("account", sa.Text, primary_key=True),
        # debit above 0, credit below; the lines of an entry sum to 0
        sa.Column("amount_ore", sa.BigInteger, nullable=False),
    )
)
FACTS = append_only(
    sa.Table(
        "impact_fact",
        METADATA,
        # case | effect | key (by which key the pseudonyms were made)
        sa.Column("kind", sa.Text, primary_key=True),
        # a pseudonym
        sa.Column("fact_id", sa.Text, primary_key=True),
        # the booking that learned it; the newest is what stands
        sa.Column(
            "booking",
            sa.BigInteger,
            sa.ForeignKey("impact_booking.booking"),
            primary_key=True,
            autoincrement=False,
        ),
        # canonical JSON under pseudonyms; of a case also what an hour of it costs, once hours were booked
        sa.Column("document", sa.Text, nullable=False),
    )
)
COSTS = append_only(
    sa.Table(
        "impact_cost",
        METADATA,
        sa.Column("cost_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # running | investment
        sa.Column("kind", sa.Text, nullable=False),
        # BIF | BUF | KFF
        sa.Column("committee", sa.Text, nullable=False),
        # above 0; below 0 corrects an earlier one
        sa.Column("amount_ore", sa.BigInteger, nullable=False),
        sa.Column("on_day", sa.Text, nullable=False),
        # what was bought; no person
        sa.Column("text", sa.Text, nullable=False),
    )
)
