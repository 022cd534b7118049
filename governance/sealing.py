"""What must be kept and not be read from a copy of the database: AES-256-GCM under a key beside it.

The words `about` are bound to the sealed bytes: moved to another row they no longer open. Must not know what is sealed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.errors import AuditLogBroken
from governance.pseudonyms import load_key

NONCE_BYTES = 12


@dataclass(frozen=True)
class Sealer:
    """Seals and opens under one 256-bit key."""

    key: bytes = field(repr=False)

    def seal(self, content: bytes, *, about: str) -> bytes:
        """Nonce and ciphertext of `content`, which `open` gives back for the same `about` only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(nonce, content, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The content; `AuditLogBroken` when it was altered, moved, or sealed under another key."""
        try:
            return AESGCM(self.key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise AuditLogBroken(
                "What was sealed does not open: it was altered, or the key is another.",
                item=about,
                remedy="Restore the database and the keys from one backup.",
            ) from None


def load_sealer(home: Path, *, purpose: str) -> Sealer:
    """The sealer of one purpose; the key `home/keys/seal-PURPOSE.key` (mode 0600) is made at first use."""
    return Sealer(load_key(home, name=f"seal-{purpose}"))


def new_sealer() -> Sealer:
    """A sealer with a fresh key."""
    return Sealer(AESGCM.generate_key(bit_length=256))
