"""The tables of rights and breaches: what was asked and when, and each thing that was done about it. Append-only.

Who asked and what was said is sealed under the installation's key `seal-rights`, for a request may be about somebody
of whom there is no case; only the name in the log (a pseudonym) and our own codes stand open.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

REQUESTS = append_only(
    sa.Table(
        "right_request",
        METADATA,
        sa.Column("request_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # access | rectification | objection
        sa.Column("kind", sa.Text, nullable=False),
        # pseudonym of the person, the same as in the log
        sa.Column("person", sa.Text, nullable=False, index=True),
        # YYYY-MM-DD; the clock counts from here
        sa.Column("received_on", sa.Text, nullable=False),
        # sealed canonical JSON: person_id and the citizen's words
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
)
REQUEST_STEPS = append_only(
    sa.Table(
        "right_step",
        METADATA,
        sa.Column("request_id", sa.Text, sa.ForeignKey("right_request.request_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        # a code of `requests.STEPS`
        sa.Column("step", sa.Text, nullable=False),
        # our id of a case; "" for none
        sa.Column("case_id", sa.Text, nullable=False, index=True),
        # canonical JSON of our own ids, codes, days and hashes
        sa.Column("details", sa.Text, nullable=False),
        # sealed canonical JSON of words; empty for none
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
)
BREACHES = append_only(
    sa.Table(
        "breach",
        METADATA,
        sa.Column("breach_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # when the municipality knew of it (UTC); the 72 hours count from here
        sa.Column("known_at", sa.Text, nullable=False),
        # confidentiality | integrity | availability
        sa.Column("kind", sa.Text, nullable=False),
        # how many persons, as far as is known; null for not known
        sa.Column("persons", sa.Integer, nullable=True),
        # sealed canonical JSON: what happened, consequences, measures
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
)
BREACH_STEPS = append_only(
    sa.Table(
        "breach_step",
        METADATA,
        sa.Column("breach_id", sa.Text, sa.ForeignKey("breach.breach_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        # a code of `breaches.STEPS`
        sa.Column("step", sa.Text, nullable=False),
        # the moment it was done (UTC), as told
        sa.Column("done_at", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
)
