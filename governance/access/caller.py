"""Whoever asks, with the rights that were proven: the answer to every question of access is worked out here alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from governance.access.permissions import OFFICES, PERMISSIONS, PURPOSES_OF, ROLE_NAMES, ROLES, Role
from governance.errors import PermissionDenied


@dataclass(frozen=True, order=True)
class Right:
    """A role in one administration (BIF, BUF or KFF)."""

    role: Role
    office: str


@dataclass(frozen=True)
class Caller:
    """One person at work: `user_id` is what the log says, `name` what the page says."""

    user_id: str
    name: str
    rights: frozenset[Right]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every role held anywhere, in the order of the table."""
        held = {right.role for right in self.rights}
        return tuple(role for role in ROLES if role in held)

    def offices(self, permission: str) -> frozenset[str]:
        """The administrations in which the permission is held; an unknown permission is a fault of ours (KeyError)."""
        allowed = PERMISSIONS[permission].roles
        return frozenset(right.office for right in self.rights if right.role in allowed)

    def may(self, permission: str, offices: Collection[str] | None = None) -> bool:
        """Whether the permission is held in one of `offices`, or anywhere when none are named."""
        held = self.offices(permission)
        return bool(held if offices is None else held.intersection(offices))

    def require(self, permission: str, offices: Collection[str] | None = None) -> None:
        """`PermissionDenied` unless `may`; the text names the permission, never the case."""
        if not self.may(permission, offices):
            raise PermissionDenied(
                f"Du har ikke adgang til at {PERMISSIONS[permission].text_da}.",
                item=permission,
                remedy="Bed din leder om rettigheden, hvis du skal bruge den i dit arbejde.",
            )

    def purposes(self) -> tuple[str, ...]:
        """The purposes this caller may name, in the order of the roles."""
        named = (purpose for role in self.roles for purpose in PURPOSES_OF[role])
        return tuple(dict.fromkeys(named))

    def as_text(self) -> str:
        """The roles in Danish, for the top of a page."""
        return ", ".join(ROLE_NAMES[role] for role in self.roles)


def make_rights(pairs: Iterable[tuple[str, str]]) -> frozenset[Right]:
    """Rights from role and administration, `*` meaning every administration; unknown words are left out."""
    return frozenset(
        Right(role, office)
        for named, where in pairs
        for role in ROLES
        if role == named
        for office in OFFICES
        if where in (office, "*")
    )
