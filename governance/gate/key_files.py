"""Private keys of roles as files that only their owner reads; ours never leave the machine they were made on."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from governance.audit.files import write_once
from governance.errors import UsageError


def load_role_key(path: Path) -> Ed25519PrivateKey:
    """The private key in the file (PEM); a file that holds none is a usage error."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(
            "No key can be read there.", item=str(path), remedy="Name the file that gate key wrote for the role."
        )
    return key


def write_role_key(path: Path, key: Ed25519PrivateKey) -> None:
    """Write the private key where nothing stands yet; a usage error where something does or nothing can be written."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        written = write_once(path, pem)
    except OSError:
        written = False
    if not written:
        raise UsageError(
            "No key can be written there.", item=str(path), remedy="Name a new file in a directory of yours."
        )
