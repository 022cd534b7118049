"""The problem codes of the API (RFC 9457): status, title and meaning of each, for answers and documentation alike.

A refusal of the domain keeps the code it has on the command line; what only a protocol can refuse has its code here.
Must not know any route.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from governance.errors import ERRORS
from service.api import PREFIX

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemKind:
    """One thing that may be answered instead of what was asked for."""

    code: str
    status: int
    title_da: str
    meaning: str

    @property
    def type(self) -> str:
        """The address that names the kind, where the list of kinds is."""
        return f"{PREFIX}/problems#{self.code}"


_ALL = (
    ProblemKind("unauthenticated", 401, "Log ind først", "No bearer token, or one that is not valid (any longer)."),
    ProblemKind("permission", 403, "Du har ikke adgang", "The roles held do not allow it there."),
    ProblemKind("governance-gate", 403, "En kontrolport er lukket", "A rule, a veto or a stop prevents it."),
    ProblemKind("not-found", 404, "Findes ikke", "No such thing, or not for this caller."),
    ProblemKind("method-not-allowed", 405, "Metoden bruges ikke her", "The address exists; this method does not."),
    ProblemKind("not-now", 409, "Det kan ikke gøres nu", "The case does not stand where this can be done."),
    ProblemKind("model-mismatch", 409, "Kan ikke genskabes", "Model or features are not those of the run."),
    ProblemKind("data-contract", 409, "Registrene holder ikke", "Registers break their contract."),
    ProblemKind("changed-since", 412, "Sagen er ændret imens", "If-Match names another version than stands."),
    ProblemKind("too-large", 413, "For stort", "The body is larger than the service takes."),
    ProblemKind("unsupported-media-type", 415, "Forkert indholdstype", "The body is not application/json."),
    ProblemKind("invalid-form", 422, "Oplysningerne kan ikke bruges", "A field is missing, unknown or out of range."),
    ProblemKind("usage", 422, "Oplysningerne kan ikke bruges", "What was asked for does not exist in that form."),
    ProblemKind("purpose-missing", 422, "Angiv et formål", "X-Purpose is missing or not the caller's."),
    ProblemKind("key-reused", 422, "Nøglen er brugt", "Idempotency-Key stood on another request before."),
    ProblemKind("version-missing", 428, "Angiv sagens version", "If-Match is missing: the ETag of the case you saw."),
    ProblemKind("too-many", 429, "For mange kald", "The rate limit; Retry-After tells how long to wait."),
    ProblemKind("audit-log", 503, "Loggen holder ikke", "The audit log does not verify; nothing is done."),
    ProblemKind("settings", 503, "Tjenesten er ikke klar", "The installation is not ready for this."),
    ProblemKind("user-error", 409, "Det kan ikke gøres", "A refusal without a code of its own."),
    ProblemKind("internal", 500, "Der skete en fejl", "A fault of ours; `reference` names the line of the log."),
)  # fmt: skip
PROBLEMS: Mapping[str, ProblemKind] = {each.code: each for each in _ALL}
STATUS_OF: Mapping[str, int] = {error.code: PROBLEMS[error.code].status for error in ERRORS}
"""Status of every refusal of the domain, by its code."""


class Refused(Exception):
    """What the protocol refuses before the domain is asked."""

    def __init__(self, code: str, detail: str, *, item: str, remedy: str) -> None:
        super().__init__(detail)
        self.kind = PROBLEMS[code]
        self.detail = detail
        self.item = item
        self.remedy = remedy
