"""Keys of the roles that sign: Ed25519, one a role, verified anew every time a signature is used.

The first key of a role is registered freely; each later one only with a signature of the key before it. A row that
somebody slipped into the database has no event, and stops everything that asks for a key. What an earlier key signed no
longer counts: whoever lost a key must have all of it signed anew.
"""

from __future__ import annotations

from typing import Literal, get_args

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from governance.audit.events import instant
from governance.errors import PermissionDenied, UsageError
from governance.gate.documents import digest, statement
from governance.gate.logged import logged_rows
from governance.gate.tables import ROLE_KEYS, next_number
from governance.store.opening import Act

Role = Literal["dpo", "owner", "counsel"]
ROLES: tuple[Role, ...] = get_args(Role)


def register_role_key(
    act: Act, *, role: Role, public: Ed25519PublicKey, former: Ed25519PrivateKey | None = None
) -> str:
    """Register the key of a role and return its fingerprint.

    PermissionDenied when the role has a key and `former` is not it, or when another role has the same key.
    """
    known_role(role)
    _refuse_shared(act.connection, role, public)
    signature = ""
    if role_key(act.connection, role) is not None:
        signature = sign(act.connection, role=role, key=former, text=_succession(role, _hex(public)))
    number = next_number(act.connection, ROLE_KEYS)
    row = {"number": number, "at": instant(act.at), "role": role, "public_key": _hex(public), "signature": signature}
    act.connection.execute(ROLE_KEYS.insert().values(row))
    act.subject = fingerprint(public)
    act.add(role=role, replaces=bool(signature))
    return fingerprint(public)


def known_role(role: str) -> str:
    """The role itself; a usage error when there is none of that name."""
    if role not in ROLES:
        raise UsageError("There is no such role.", item=role, remedy=f"Use one of: {', '.join(ROLES)}.")
    return role


def role_key(connection: sa.Connection, role: str) -> Ed25519PublicKey | None:
    """The key of the role in force: the last of an unbroken chain of successions, None without any."""
    current: Ed25519PublicKey | None = None
    for row in logged_rows(connection, ROLE_KEYS):
        if row["role"] != role:
            continue
        succession = _succession(role, row["public_key"])
        if current is None or _verifies(current, row["signature"], succession):
            current = _read(row["public_key"]) or current
    return current


def sign(connection: sa.Connection, *, role: str, key: Ed25519PrivateKey | None, text: bytes) -> str:
    """Signature of `text` in hexadecimal; PermissionDenied unless `key` is the one registered for the role."""
    registered = role_key(connection, role)
    if registered is None:
        raise PermissionDenied(
            "No key is registered for the role.", item=role, remedy=f"Run: adressekontrol gate key {role} --out FILE"
        )
    if key is None or _hex(key.public_key()) != _hex(registered):
        raise PermissionDenied(
            "That is not the key registered for the role.",
            item=role,
            remedy="Name the file of the key in force with --key.",
        )
    return key.sign(text).hex()


def signed_by(connection: sa.Connection, *, role: str, signature: str, text: bytes) -> bool:
    """Whether the role's key in force signed exactly this text."""
    registered = role_key(connection, role)
    return registered is not None and _verifies(registered, signature, text)


def fingerprint(public: Ed25519PublicKey) -> str:
    """Short name of a key, for the log and for people."""
    return digest(public.public_bytes(Encoding.Raw, PublicFormat.Raw))[:16]


def _refuse_shared(connection: sa.Connection, role: str, public: Ed25519PublicKey) -> None:
    # two signatures are worth two only when two keys made them
    for other in ROLES:
        held = role_key(connection, other)
        if held is not None and _hex(held) == _hex(public):
            raise PermissionDenied(
                f"That key is already registered for the role {other}.",
                item=role,
                remedy="Make a key of its own for every role.",
            )


def _succession(role: str, public_key: str) -> bytes:
    return statement("role key", role=role, public_key=public_key)


def _verifies(key: Ed25519PublicKey, signature: str, text: bytes) -> bool:
    try:
        key.verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _hex(public: Ed25519PublicKey) -> str:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _read(text: str) -> Ed25519PublicKey | None:
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text))
    except ValueError:
        return None
