"""What is kept of who came in: sessions, log-ins used, broken glasses, notices.

Nothing here opens a door by itself: of a session's name and of a log-in's state only a hash is kept.
"""

from __future__ import annotations

import sqlalchemy as sa

from governance.store.schema import METADATA, append_only

# changed when its purpose is chosen, removed when it has ended: a session is no record, its events are
SESSIONS = sa.Table(
    "web_session",
    METADATA,
    # SHA-256 of the name in the cookie, hexadecimal
    sa.Column("session_hash", sa.Text, primary_key=True),
    sa.Column("user_id", sa.Text, nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    # sorted ROLE:OFFICE joined by spaces, as the provider said them at the login
    sa.Column("rights", sa.Text, nullable=False),
    # instants of UTC, as the log writes them
    sa.Column("begun_at", sa.Text, nullable=False),
    sa.Column("ends_at", sa.Text, nullable=False, index=True),
    # HMAC of the browser's own description
    sa.Column("browser", sa.Text, nullable=False),
    # a code of PURPOSES; "" until one was chosen
    sa.Column("purpose", sa.Text, nullable=False),
)
USED_LOGINS = sa.Table(
    "web_login_used",
    METADATA,
    # SHA-256 of the state that went to the provider; a row means that it was answered
    sa.Column("state_hash", sa.Text, primary_key=True),
    sa.Column("ends_at", sa.Text, nullable=False, index=True),
)
GLASS = append_only(
    sa.Table(
        "broken_glass",
        METADATA,
        sa.Column("grant_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, sa.ForeignKey("case_file.case_id"), nullable=False, index=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
    )
)
NOTICES = append_only(
    sa.Table(
        "dpo_notice",
        METADATA,
        sa.Column("notice_id", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        # a code of service.auth.notices.KINDS
        sa.Column("kind", sa.Text, nullable=False),
        # our own id of what it is about: a case, or ""
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
    )
)
NOTICES_SEEN = append_only(
    sa.Table(
        "dpo_notice_seen",
        METADATA,
        sa.Column("notice_id", sa.Text, sa.ForeignKey("dpo_notice.notice_id"), primary_key=True),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text, nullable=False),
    )
)
