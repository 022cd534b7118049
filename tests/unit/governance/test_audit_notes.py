"""A checkpoint is written in exactly one way, and every byte of it counts."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.audit.notes import Checkpoint, NotGenuine, PublicKey, read_checkpoint, read_public_key, sign

# the public key of the Go checksum database, as its documentation prints it
WELL_KNOWN = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
NAME = "adressekontrol/test"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PublicKey(NAME, PRIVATE.public_key().public_bytes_raw())
CHECKPOINT = Checkpoint(NAME, 1234, hashlib.sha256(b"root").digest())


def test_a_key_is_written_as_others_write_it() -> None:
    assert str(read_public_key(WELL_KNOWN.encode())) == WELL_KNOWN


def test_a_checkpoint_has_the_form_of_the_specification() -> None:
    root = base64.b64encode(CHECKPOINT.root).decode()
    signature = PRIVATE.sign(f"{NAME}\n1234\n{root}\n".encode())
    shown = base64.b64encode(PUBLIC.mark + signature).decode()
    assert sign(CHECKPOINT, PRIVATE) == f"{NAME}\n1234\n{root}\n\n— {NAME} {shown}\n"


def test_what_was_signed_is_read_back() -> None:
    assert read_checkpoint(sign(CHECKPOINT, PRIVATE).encode(), PUBLIC) == CHECKPOINT
    assert read_public_key(f"{PUBLIC}\n".encode()) == PUBLIC


def test_any_other_byte_is_found() -> None:
    note = sign(CHECKPOINT, PRIVATE).encode()
    for place in range(len(note)):
        for change in (1, 4, 32, 128):
            altered = bytearray(note)
            altered[place] ^= change
            with pytest.raises(NotGenuine):
                read_checkpoint(bytes(altered), PUBLIC)


def test_a_byte_more_or_less_is_found() -> None:
    note = sign(CHECKPOINT, PRIVATE).encode()
    for place in range(len(note)):
        for altered in (note[:place], note[:place] + note[place + 1 :], note[:place] + b"\n" + note[place:]):
            with pytest.raises(NotGenuine):
                read_checkpoint(altered, PUBLIC)


def test_another_key_of_the_same_name_is_found() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(NotGenuine, match="another key"):
        read_checkpoint(sign(CHECKPOINT, other).encode(), PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "", "name", "name+00000000+", WELL_KNOWN[:-4], WELL_KNOWN.replace("033de0ae", "033de0af"),
        WELL_KNOWN.replace("sum.", "sun."), "two words" + WELL_KNOWN[14:], WELL_KNOWN + "\n\n",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NotGenuine):
        read_public_key(text.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    for read in (read_public_key, lambda raw: read_checkpoint(raw, PUBLIC)):
        with pytest.raises(NotGenuine, match="UTF-8"):
            read(b"\xff\xfe")
