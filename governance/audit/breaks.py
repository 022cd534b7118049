"""How a log that does not verify is reported: what kind of break, and the first event it concerns."""

from __future__ import annotations

from governance.errors import AuditLogBroken

_REMEDY = (
    "Stop using the log, keep the database and the checkpoint files as they are, and tell the data protection officer."
)


def broken(what: str, *, item: str) -> AuditLogBroken:
    """The error to raise; `item` names an event, a range of events, a file or a table."""
    return AuditLogBroken(what, item=item, remedy=_REMEDY)
