"""Exceptions: the data-protection officer lets a failed rule stand, for one item, with a reason, until a day.

An exception is its signature: a row that was forged or changed in the database does not count. It covers what was
measured and found wanting, never what was not measured.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.as_of import danish_day
from governance.audit.events import instant
from governance.errors import GateClosed, UsageError
from governance.gate.documents import checked_reason, digest, statement
from governance.gate.role_keys import sign, signed_by
from governance.gate.tables import EXCEPTIONS, next_number, rows_of
from governance.rules.rule import Rule, load_rules
from governance.store.opening import Act

SIGNED_BY = "dpo"
LONGEST_DAYS = 366
"""No signature binds those who come after for more than a year."""


@dataclass(frozen=True)
class SignedException:
    """One exception: the rule, the item ("" where the rule has one only) and the last day it stands."""

    id: str
    rule: str
    item: str
    reason: str
    expires: dt.date

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return statement("exception", rule=self.rule, item=self.item, reason=self.reason, expires=self.expires)

    def covers(self, rule: Rule, item: str, *, on: dt.date) -> bool:
        """Whether this finding may stand on the day."""
        same_item = self.item == (item if rule.per_item else "")
        return rule.exceptable and self.rule == rule.name and same_item and on <= self.expires


def sign_exception(
    act: Act, *, rule: str, item: str, reason: str, expires: dt.date, key: Ed25519PrivateKey
) -> SignedException:
    """Sign and record an exception; GateClosed for a rule that has none, UsageError for an item or a day that is off.

    PermissionDenied unless `key` is the one registered for the data-protection officer.
    """
    _refuse_unknown(rule, item)
    expires = checked_expiry(expires, danish_day(act.at))
    unsigned = SignedException("", rule, item, checked_reason(reason), expires)
    signature = sign(act.connection, role=SIGNED_BY, key=key, text=unsigned.statement)
    number = next_number(act.connection, EXCEPTIONS)
    signed = SignedException(
        f"exception-{number}-{digest(signature)[:8]}", rule, item, unsigned.reason, expires
    )  # fmt: skip
    act.connection.execute(
        EXCEPTIONS.insert().values(
            number=number, at=instant(act.at), id=signed.id, rule=rule, item=item, reason=signed.reason,
            expires=expires.isoformat(), signature=signature,
        )
    )  # fmt: skip
    act.subject = signed.id
    act.add(rule=rule, expires=expires.isoformat(), statement=digest(signed.statement))
    return signed


def standing_exceptions(connection: sa.Connection, on: dt.date) -> tuple[SignedException, ...]:
    """Exceptions that have not lapsed on the day and whose signature is the data-protection officer's."""
    return tuple(each for each, signed in all_exceptions(connection) if signed and on <= each.expires)


def all_exceptions(connection: sa.Connection) -> tuple[tuple[SignedException, bool], ...]:
    """Every exception ever recorded, with whether its signature holds today."""
    found = []
    for row in rows_of(connection, EXCEPTIONS):
        expires = dt.date.fromisoformat(row["expires"])
        each = SignedException(row["id"], row["rule"], row["item"], row["reason"], expires)
        signed = signed_by(connection, role=SIGNED_BY, signature=row["signature"], text=each.statement)
        found.append((each, signed))
    return tuple(found)


def checked_expiry(expires: dt.date, today: dt.date) -> dt.date:
    """The day itself; a usage error when it has passed or lies more than a year ahead."""
    if not today <= expires <= today + dt.timedelta(days=LONGEST_DAYS):
        raise UsageError(
            "It must lapse from today on and within a year.", item="--until", remedy="Name a day of the coming year."
        )
    return expires


def _refuse_unknown(name: str, item: str) -> None:
    rule = load_rules().get(name)
    if rule is None:
        raise UsageError("There is no such rule.", item=name, remedy="Run: adressekontrol gate rules")
    if not rule.exceptable:
        raise GateClosed("No exception can be made from this rule.", item=name, remedy="Mend what it found wanting.")
    if rule.per_item and not item:
        raise UsageError(
            "This rule judges several items.",
            item=name,
            remedy="Name the one that is meant with --item, as in the verdict.",
        )
    if item and not rule.per_item:
        raise UsageError("This rule judges one thing only.", item=name, remedy="Leave --item out.")
