"""Names of our own for cases, which nobody can turn back without the key.

A plain hash of an id is undone by hashing every id there is, so a pseudonym is an HMAC under a key that never leaves
the installation; one purpose has one key, so that pseudonyms of two purposes cannot be joined. Must not know what is
named.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from governance.errors import SettingsError

KEY_BYTES = 32
PSEUDONYM_HEX = 20
"""80 bits: among a million cases two share a pseudonym with a chance of 4 in 10 trillion."""


@dataclass(frozen=True)
class Pseudonyms:
    """Pseudonyms under one key."""

    key: bytes = field(repr=False)

    def of(self, kind: str, *parts: str) -> str:
        """`case-` and 20 hex digits for `kind` "case": HMAC-SHA-256 of the parts, of which no two sequences meet."""
        # each part by its length, or ("ab", "c") and ("a", "bc") would be one
        text = "".join(f"{len(part.encode())}:{part}" for part in (kind, *parts))
        return f"{kind}-{hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_HEX]}"


def load_pseudonyms(home: Path, *, purpose: str) -> Pseudonyms:
    """The pseudonyms of one purpose; the key `home/keys/pseudonyms-PURPOSE.key` (mode 0600) is made at first use.

    SettingsError when the key file does not hold a key of ours: a new one would orphan every pseudonym given so far.
    """
    return Pseudonyms(load_key(home, name=f"pseudonyms-{purpose}"))


def load_key(home: Path, *, name: str) -> bytes:
    """The 32 bytes of `home/keys/NAME.key`, made at first use; `SettingsError` when the file holds no key of ours."""
    path = home / "keys" / f"{name}.key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_once(path)
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * KEY_BYTES}}}", text):
        what = "The key of the pseudonyms is damaged." if name.startswith("pseudonyms") else "The key is damaged."
        raise SettingsError(what, item=path.name, remedy="Restore the file from the backup.")
    return bytes.fromhex(text)


def _make_once(path: Path) -> None:
    """Write a new key unless there is one; of two processes that try at once, both read the key of the first."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        # a link, unlike a rename, never replaces a key that stands; and nobody sees half a key
        _link(draft, path)
    finally:
        draft.unlink()


def _link(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return
