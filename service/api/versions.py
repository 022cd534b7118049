"""The version of a case as an ETag, so that nobody overwrites what they have not seen (RFC 9110, section 13)."""

from __future__ import annotations

import re

from service.api.problems import Refused

_TAG = re.compile(r'"(?P<version>[1-9][0-9]{0,9})"')


def etag(version: int) -> str:
    """The strong tag of a version."""
    return f'"{version}"'


def asked_version(if_match: str | None) -> int:
    """The version that the caller has seen; `Refused` without one, or for what is no tag of ours (`*` included)."""
    if if_match is None:
        raise Refused(
            "version-missing",
            "Angiv, hvilken version af sagen du har set.",
            item="If-Match",
            remedy="Hent sagen, og send dens ETag som If-Match.",
        )
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise changed_since()
    return int(found["version"])


def changed_since() -> Refused:
    """Somebody else was faster, or the tag was never given."""
    return Refused(
        "changed-since",
        "Sagen er ændret, siden du hentede den.",
        item="If-Match",
        remedy="Hent sagen igen, og se, hvad der er sket.",
    )
