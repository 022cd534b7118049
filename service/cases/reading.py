"""The door to what pages and answers show of cases; whoever reads here leaves an event with the purpose.

`worklist_page` and `case_view` read within the act of that event (`worklist.read`, `case.read`).
"""

from __future__ import annotations

from service.cases.paging import worklist_page
from service.cases.seen import (
    MOST_ROWS,
    SCOPES,
    CaseView,
    Cursor,
    Effect,
    Frequency,
    Happening,
    LeadSeen,
    LetterSeen,
    Look,
    NotYet,
    Proposal,
    RuleSeen,
    Scope,
    WorklistPage,
    WorklistRow,
)
from service.cases.viewing import case_view

__all__ = [
    "MOST_ROWS", "SCOPES", "CaseView", "Cursor", "Effect", "Frequency", "Happening", "LeadSeen", "LetterSeen", "Look",
    "NotYet", "Proposal", "RuleSeen", "Scope", "WorklistPage", "WorklistRow", "case_view", "worklist_page",
]  # fmt: skip
