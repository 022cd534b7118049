"""A checkpoint as the C2SP specifications write it: three lines of text and an Ed25519 signature under them.

`tlog-checkpoint`: origin, number of events, root in base64. `signed-note`: an empty line, then a line of an em dash,
the key's name, and in base64 four bytes of the key's hash with the signature. A public key is `name+hash+base64`. Knows
neither files nor a database. Reading is strict: there is exactly one way to write each of these.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\s+]+)\n(?P<size>0|[1-9]\d*)\n(?P<root>[A-Za-z0-9+/]{43}=)\n)"
    r"\n— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+=*)\n"
)
_KEY = re.compile(r"(?P<name>[^\s+]+)\+(?P<hash>[0-9a-f]{8})\+(?P<key>[A-Za-z0-9+/]+=*)\n?")


class NotGenuine(ValueError):
    """The text is no checkpoint of this key; the message says why."""


@dataclass(frozen=True)
class Checkpoint:
    """The root over the first `size` events of the log called `origin`."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True)
class PublicKey:
    """A key that checkpoints can be checked with."""

    name: str
    raw: bytes

    @property
    def mark(self) -> bytes:
        """The four bytes by which a signature says whose it is."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.mark.hex()}+{_base64(_ED25519 + self.raw)}"


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """The checkpoint as a signed note; the key bears the name of the log."""
    mark = PublicKey(checkpoint.origin, key.public_key().public_bytes_raw()).mark
    return f"{checkpoint.text}\n— {checkpoint.origin} {_base64(mark + key.sign(checkpoint.text.encode()))}\n"


def read_checkpoint(note: bytes, key: PublicKey) -> Checkpoint:
    """The checkpoint of a note that `key` signed; anything else is `NotGenuine`."""
    found = _NOTE.fullmatch(_text(note))
    if not found:
        raise NotGenuine("it is not written as a checkpoint")
    signature = _bytes(found["signature"])
    if found["name"] != key.name or found["origin"] != key.name or signature[:4] != key.mark:
        raise NotGenuine("it is signed with another key")
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], found["text"].encode())
    except InvalidSignature:
        raise NotGenuine("its signature does not hold") from None
    return Checkpoint(found["origin"], int(found["size"]), _bytes(found["root"]))


def read_public_key(text: bytes) -> PublicKey:
    """The key of a line `name+hash+base64`; anything else is `NotGenuine`."""
    found = _KEY.fullmatch(_text(text))
    raw = _bytes(found["key"]) if found else b""
    if not found or len(raw) != 33 or raw[:1] != _ED25519:
        raise NotGenuine("it is not written as an Ed25519 key")
    key = PublicKey(found["name"], raw[1:])
    if key.mark.hex() != found["hash"]:
        raise NotGenuine("the key does not match its hash")
    return key


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NotGenuine("it is not UTF-8 text") from None


def _bytes(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise NotGenuine("its base64 is broken") from None
    if _base64(raw) != text:
        # spare bits would allow several texts for the same bytes
        raise NotGenuine("its base64 is broken")
    return raw


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
