"""The tables of the nightly run and of the hours there are; append-only, and no person is named."""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

NIGHTS = append_only(
    sa.Table(
        "nightly_run",
        METADATA,
        sa.Column("night_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # YYYY-MM-DD
        sa.Column("as_of", sa.Text, nullable=False),
        # SHA-256 of the delivery as it came; with the day it names the night
        sa.Column("registers", sa.Text, nullable=False),
        # of the seed, which stands sealed beside it: a copy of the database does not tell the draw beforehand
        sa.Column("commitment", sa.Text, nullable=False, unique=True),
        sa.Column("sealed_seed", sa.LargeBinary, nullable=False),
        # canonical JSON: hours, random_share, model, fallback, mitigation
        sa.Column("asked", sa.Text, nullable=False),
    )
)
FINISHED_NIGHTS = append_only(
    sa.Table(
        "nightly_run_finished",
        METADATA,
        sa.Column("night_id", sa.Text, sa.ForeignKey("nightly_run.night_id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("run_id", sa.Text, nullable=False),
        # canonical JSON of counts
        sa.Column("counts", sa.Text, nullable=False),
    )
)
CAPACITY = append_only(
    sa.Table(
        "capacity",
        METADATA,
        sa.Column("office", sa.Text, primary_key=True),
        # the Monday, YYYY-MM-DD
        sa.Column("week", sa.Text, primary_key=True),
        # counts the times it was set; the newest counts
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
    )
)
