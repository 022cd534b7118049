"""The tables of reports and of what lets a workbook out: append-only, without a person but those who work here.

Must not know what a report says.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

REPORTS = append_only(
    sa.Table(
        "impact_report",
        METADATA,
        # 1, 2, 3 … without a gap
        sa.Column("version", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        # YYYY-MM-DD, never before that of the version before
        sa.Column("as_of", sa.Text, nullable=False),
        # what the ledger held: the booking, and the hash of the ledger after it; 0 and "" where nothing was booked
        sa.Column("booking", sa.BigInteger, nullable=False),
        sa.Column("ledger_hash", sa.Text, nullable=False),
        # SHA-256 of the document, hex
        sa.Column("sha256", sa.Text, nullable=False),
        # canonical JSON: pseudonyms, sums and no cell of fewer than ten cases
        sa.Column("document", sa.Text, nullable=False),
    )
)
RELEASE_REQUESTS = append_only(
    sa.Table(
        "impact_release_request",
        METADATA,
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, sa.ForeignKey("impact_report.version"), nullable=False, index=True),
        # SHA-256 of the report that was asked for, hex
        sa.Column("report_sha256", sa.Text, nullable=False),
        # the evaluator who asks
        sa.Column("user_id", sa.Text, nullable=False),
        # what it is to be used for; no person
        sa.Column("purpose", sa.Text, nullable=False),
    )
)
RELEASES = append_only(
    sa.Table(
        "impact_release",
        METADATA,
        # a request is approved once
        sa.Column("request_id", sa.Text, sa.ForeignKey("impact_release_request.request_id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # another evaluator than the one who asked
        sa.Column("user_id", sa.Text, nullable=False),
        # SHA-256 of the workbook that is let out, hex
        sa.Column("file_sha256", sa.Text, nullable=False),
    )
)
