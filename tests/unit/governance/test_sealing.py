from __future__ import annotations

import stat

import pytest

from governance.errors import AuditLogBroken
from governance.sealing import NONCE_BYTES, load_sealer, new_sealer


def test_what_was_sealed_opens_where_it_was_sealed_and_nowhere_else() -> None:
    sealer = new_sealer()
    sealed = sealer.seal("æøå".encode(), about="case-1/note-1")
    assert sealer.open(sealed, about="case-1/note-1").decode() == "æøå"
    with pytest.raises(AuditLogBroken):
        sealer.open(sealed, about="case-1/note-2")
    with pytest.raises(AuditLogBroken):
        new_sealer().open(sealed, about="case-1/note-1")


def test_every_byte_counts() -> None:
    sealer = new_sealer()
    sealed = sealer.seal(b"words", about="a")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(AuditLogBroken):
            sealer.open(bytes(altered), about="a")
    for kept in range(len(sealed)):
        with pytest.raises(AuditLogBroken):
            sealer.open(sealed[:kept], about="a")


def test_the_same_words_never_look_the_same_twice() -> None:
    sealer = new_sealer()
    assert len({sealer.seal(b"words", about="a")[:NONCE_BYTES] for _ in range(50)}) == 50


def test_the_key_of_a_purpose_is_made_once_and_is_the_owners_alone(tmp_path) -> None:
    first, again = load_sealer(tmp_path, purpose="cases"), load_sealer(tmp_path, purpose="cases")
    assert again.open(first.seal(b"x", about="a"), about="a") == b"x"
    assert load_sealer(tmp_path, purpose="identities").key != first.key
    assert stat.S_IMODE((tmp_path / "keys" / "seal-cases.key").stat().st_mode) == 0o600
