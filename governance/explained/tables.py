"""Two append-only tables: the runs of the list, and the decision about each listed case.

A case is named by a pseudonym and by its place on the list; no column holds an address or a person.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

RUNS = append_only(
    sa.Table(
        "explained_run",
        METADATA,
        sa.Column("run_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # canonical JSON: what the run was made with (day, registers, model, settings)
        sa.Column("grounds", sa.Text, nullable=False),
        # hash over the grounds and every decision of the run; it stands in the audit log too
        sa.Column("seal", sa.Text, nullable=False),
    )
)
DECISIONS = append_only(
    sa.Table(
        "explained_decision",
        METADATA,
        sa.Column("run_id", sa.Text, sa.ForeignKey("explained_run.run_id"), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("case", sa.Text, nullable=False, index=True),
        sa.Column("features", sa.Text, nullable=False),
        sa.Column("score", sa.Text, nullable=False),
        sa.Column("explanation", sa.Text, nullable=False),
        # canonical JSON of the three parts; empty where only their hashes were kept
        sa.Column("document", sa.Text, nullable=False),
    )
)
