"""The key of this installation's log: made once, kept readable by its owner alone, its public half for everybody.

The key's name, which is also the log's name, ends in its own hash: two installations never share one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from governance.audit.files import write_durably, write_once
from governance.audit.notes import PublicKey
from governance.errors import SettingsError

PRIVATE_KEY, PUBLIC_KEY = "audit.pem", "audit.vkey"


@dataclass(frozen=True)
class LogKey:
    """The private key and what others check its signatures with."""

    private: Ed25519PrivateKey
    public: PublicKey


def load_key(directory: Path) -> LogKey | None:
    """The key kept in `directory`, or None where there is none; an unreadable one is a `SettingsError`."""
    path = directory / PRIVATE_KEY
    if not path.exists():
        return None
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise _unreadable(path)
    return LogKey(private, _public_key(private))


def make_key(directory: Path) -> LogKey:
    """Make the key of a log that has none; the one that stands when another process was faster."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_once(directory / PRIVATE_KEY, pem)
    key = load_key(directory)
    if key is None:
        raise _unreadable(directory / PRIVATE_KEY)
    write_durably(directory / PUBLIC_KEY, f"{key.public}\n".encode())
    return key


def _unreadable(path: Path) -> SettingsError:
    return SettingsError(
        "The key of the audit log cannot be read.", item=str(path), remedy="Restore the file from its backup."
    )


def _public_key(private: Ed25519PrivateKey) -> PublicKey:
    raw = private.public_key().public_bytes_raw()
    return PublicKey(f"adressekontrol/{hashlib.sha256(raw).hexdigest()[:12]}", raw)
