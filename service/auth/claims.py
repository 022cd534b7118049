"""From the claims of a token to a caller: the one mapping, the same for pages and API.

A role is a value `adressekontrol:ROLE:OFFICE` of the claim named by `roles_claim`, OFFICE being BIF, BUF, KFF or `*`;
where the municipality has a file of its own groups, a value is the name of one of them and nothing else. Values of
other systems, and roles that we do not know, give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from governance.access.caller import Caller, make_rights
from governance.settings import Settings
from service.auth.groups import Groups

SYSTEM = "adressekontrol"
NAME_LENGTH = 100
_USER = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._@|:+-]{0,127}")
_CPR_NUMBER = re.compile(r"\d{6}-?\d{4}")
# one in forty has ten digits in a row by chance
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)


class UnusableClaims(Exception):
    """The token is genuine and names nobody that the log may name."""


class LoginRefused(Exception):
    """The provider's answer proves nothing; which of its parts is wrong is nobody's business."""


def caller_of(claims: Mapping[str, Any], settings: Settings, *, groups: Groups | None) -> Caller:
    """The caller that the claims name, possibly without rights; `groups` as of `load_groups`.

    `UnusableClaims` when the user claim is missing, is no plain name, or looks like a CPR number: it would stand in
    every event for ever. A UUID (RFC 9562), by which providers name accounts, is none.
    """
    user_id = claims.get(settings.user_claim)
    if not isinstance(user_id, str) or not _USER.fullmatch(user_id) or _like_cpr_number(user_id):
        raise UnusableClaims(settings.user_claim)
    return Caller(user_id, _name(claims) or user_id, make_rights(_pairs(_said(claims, settings.roles_claim), groups)))


def _like_cpr_number(user_id: str) -> bool:
    return not _UUID.fullmatch(user_id) and _CPR_NUMBER.search(user_id) is not None


def _name(claims: Mapping[str, Any]) -> str:
    name = claims.get("name")
    return name.strip()[:NAME_LENGTH] if isinstance(name, str) and name.isprintable() else ""


def _said(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of that very name, else what lies where its dots lead (`realm_access.roles`)."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _pairs(said: Any, groups: Groups | None) -> Iterable[tuple[str, str]]:
    values = said.split() if isinstance(said, str) else said if isinstance(said, list) else []
    for value in values:
        if not isinstance(value, str):
            continue
        if groups is not None:
            yield from groups.get(value, ())
            continue
        parts = value.split(":")
        if len(parts) == 3 and parts[0] == SYSTEM:
            yield parts[1], parts[2]
