"""The municipality's own names of groups, and the roles that each of them gives: one file, read once at the start.

Without a file the values of the claim say role and administration themselves; with one, nothing but its groups counts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from governance.access.permissions import OFFICES, ROLES
from governance.errors import SettingsError
from governance.settings import PREFIX, Settings

Groups = Mapping[str, tuple[tuple[str, str], ...]]
"""Name of a group, exactly as the provider writes it → (role, administration or `*`), at least one."""
EVERYWHERE = "*"
_FORM = 'Write one line a group, its name in quotes: "NAME" = ["ROLE:OFFICE", ...].'


def load_groups(settings: Settings) -> Groups | None:
    """The groups of the file `roles_file`; None without one.

    `SettingsError` for a file that cannot be read, that names no group, or a role or administration that is none.
    """
    if not settings.roles_file:
        return None
    try:
        source = tomllib.loads(Path(settings.roles_file).read_text(encoding="utf-8"))
    except OSError:
        raise _wrong("The file of groups cannot be read.", "Name a file that the service may read.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _wrong(f"The file of groups is not TOML in UTF-8 ({type(fault).__name__}).", _FORM) from None
    if not source:
        raise _wrong("The file of groups names no group: nobody would get in.", _FORM)
    return {name: _pairs_of(name, given) for name, given in source.items()}


def _pairs_of(group: str, given: Any) -> tuple[tuple[str, str], ...]:
    if not group.strip():
        raise _wrong("A group has no name.", _FORM)
    if not isinstance(given, list) or not given:
        raise _wrong(f"The group '{group}' is no list of roles.", _FORM)
    return tuple(_pair(group, each) for each in given)


def _pair(group: str, given: Any) -> tuple[str, str]:
    role, colon, office = given.partition(":") if isinstance(given, str) else ("", "", "")
    if not colon or role not in ROLES or office not in (*OFFICES, EVERYWHERE):
        raise _wrong(
            f"The group '{group}' names a role or an administration that there is not.",
            f"ROLE is one of {', '.join(ROLES)}; OFFICE one of {', '.join(OFFICES)} or {EVERYWHERE} for all of them.",
        )
    return role, office


def _wrong(what: str, remedy: str) -> SettingsError:
    return SettingsError(what, item=f"{PREFIX}ROLES_FILE", remedy=remedy)
