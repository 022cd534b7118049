"""Errors that a user reads: what is wrong, which item (never a person), what to do next.

One `UserError` becomes an exit code on the command line and, later, an RFC 9457 problem or a page.
The text never carries a person, a CPR number or an address: item ids are table, file, column, row or our own run ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class UserError(Exception):
    """Something the user can act on.

    `what` says what is wrong, `item` which thing it concerns, `remedy` what to do; `code` is stable and documented.
    """

    code: ClassVar[str] = "user-error"
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, item: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.item = item
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} [{self.item}] {self.remedy}"

    def as_problem(self) -> dict[str, str | int]:
        """The same text as a mapping, for `--json` and for machines that read standard error."""
        return {
            "code": self.code,
            "what": self.what,
            "item": self.item,
            "remedy": self.remedy,
            "exit_code": self.exit_code,
        }


class UsageError(UserError):
    """The words of the call are off."""

    code = "usage"
    exit_code = 2


class SettingsError(UserError):
    """A setting is unknown, malformed or unsafe."""

    code = "settings"
    exit_code = 10


class DataContractError(UserError):
    """The registers break the contract in a way that stops the run."""

    code = "data-contract"
    exit_code = 11


class PermissionDenied(UserError):
    """The caller may not do this."""

    code = "permission"
    exit_code = 12


class GateClosed(UserError):
    """A rule of the house stops this: no approval, no legal basis, a lapse or a stop."""

    code = "governance-gate"
    exit_code = 13


class AuditLogBroken(UserError):
    """The audit log does not verify."""

    code = "audit-log"
    exit_code = 14


class ModelMismatch(UserError):
    """The model was made for other features, or cannot score this matrix."""

    code = "model-mismatch"
    exit_code = 15


class NotFound(UserError):
    """There is no such thing, or not for this caller: the answer is the same."""

    code = "not-found"
    exit_code = 16


class NotNow(UserError):
    """The case does not stand where this can be done, or somebody was faster."""

    code = "not-now"
    exit_code = 17


class InvalidForm(UserError):
    """What was filled in cannot be taken as it is; `item` is the field, `faults` every (field, what is wrong)."""

    code = "invalid-form"
    exit_code = 18

    def __init__(self, what: str, *, item: str, remedy: str, faults: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(what, item=item, remedy=remedy)
        self.faults = tuple(faults) or ((item, what),)


ERRORS: tuple[type[UserError], ...] = (
    UsageError,
    SettingsError,
    DataContractError,
    PermissionDenied,
    GateClosed,
    AuditLogBroken,
    ModelMismatch,
    NotFound,
    NotNow,
    InvalidForm,
)
