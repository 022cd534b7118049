"""The stand-alone verifier: small, independent, and at a loss before no file."""

from __future__ import annotations

import ast
import hashlib
import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import verify_audit
from governance.audit.export import export_log
from governance.audit.notes import Checkpoint, sign
from tests.audit_logs import a_store, fill
from tests.contract.source_tree import ROOT
from tests.tampering import root_of

COVERED = 12


@pytest.fixture
def out(tmp_path: Path) -> Path:
    store = a_store(tmp_path / "home")
    fill(store, 5)
    store.publish()
    fill(store, COVERED - 5)
    export_log(store, tmp_path / "out")
    store.engine.dispose()
    return tmp_path / "out"


def older(out: Path) -> Path:
    return out.parent / "home" / "checkpoints" / "checkpoint-000000000005.txt"


def said(capsys: pytest.CaptureFixture[str], out: Path, *further: Path, **instead: Path) -> tuple[int, str]:
    """Exit code and the one line that was said."""
    words = {"events": out / "events.jsonl", "checkpoint": out / "checkpoint", "key": out / "key.vkey", **instead}
    code = verify_audit.main([str(word) for word in (*words.values(), *further)])
    spoken = capsys.readouterr()
    assert bool(spoken.out) == (code == 0)
    text = spoken.out or spoken.err
    assert len(text.splitlines()) == 1
    return code, text


def test_it_is_small_and_imports_nothing_of_the_product() -> None:
    source = (ROOT / "verify_audit.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) < 200
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert imported <= sys.stdlib_module_names | {"cryptography"}


def test_a_sound_log_is_one_line_with_size_and_root(out: Path, capsys) -> None:
    root = root_of((out / "events.jsonl").read_bytes().splitlines())
    code, text = said(capsys, out, older(out))
    assert code == 0
    assert f"{COVERED} events" in text
    assert root.hex() in text
    assert said(capsys, out, events=out) == (code, text)


def test_later_events_are_counted_and_not_covered(out: Path, capsys) -> None:
    code, text = said(capsys, out, checkpoint=older(out))
    assert (code, text.rstrip().endswith(f"{COVERED - 5} later events are not covered by it")) == (0, True)


def lines_of(out: Path) -> list[bytes]:
    return (out / "events.jsonl").read_bytes().split(b"\n")[:-1]


def edited(line: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(line), **changes}, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("place", "line", "where"),
    [
        (3, lambda line: b"\xff" + line, "line 4: not JSON in UTF-8"),
        (3, lambda line: b"", "line 4: not JSON"),
        (3, lambda line: b"[" * 100_000, "line 4: not JSON"),
        (3, lambda line: b"1" * 10_000, "line 4: not JSON"),
        (3, lambda line: b"[1]", "line 4: an event has exactly"),
        (3, lambda line: b'{"seq":4}', "line 4: an event has exactly"),
        (3, lambda line: edited(line, seq=5), "line 4: event 4 expected, found number '5'"),
        (3, lambda line: edited(line, seq=4.0), "line 4: event 4 expected"),
        (0, lambda line: edited(line, seq=True), "line 1: event 1 expected"),
        (3, lambda line: edited(line, at="2020-01-01T00:00:00.000000Z"), "line 4: earlier"),
        (3, lambda line: edited(line, at=None), "line 4: the time"),
        (3, lambda line: edited(line, subject="another"), "lines 1 to 12: not the events"),
        (3, lambda line: line + b"\r", "lines 1 to 12: not the events"),
        (3, lambda line: b"x" * (verify_audit.LONGEST_LINE + 5), "line 4: longer than"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(out: Path, capsys, place: int, line, where: str) -> None:
    lines = lines_of(out)
    lines[place] = line(lines[place])
    (out / "events.jsonl").write_bytes(b"\n".join([*lines, b""]))
    code, text = said(capsys, out)
    assert (code, where in text) == (1, True), text


def test_an_older_checkpoint_narrows_down_where(out: Path, capsys) -> None:
    lines = lines_of(out)
    lines[8] = edited(lines[8], subject="another")
    (out / "events.jsonl").write_bytes(b"\n".join([*lines, b""]))
    assert "lines 6 to 12" in said(capsys, out, older(out))[1]


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (lambda whole: b"", "after line 0"),
        (lambda whole: whole[:-1], "line 12: the file ends"),
        (lambda whole: b"".join(whole.splitlines(keepends=True)[:-1]), "after line 11: 12 events were signed"),
        (lambda whole: b"\xef\xbb\xbf" + whole, "line 1: not JSON"),
    ],
)
def test_a_file_that_was_cut_is_found(out: Path, capsys, content, where: str) -> None:
    path = out / "events.jsonl"
    path.write_bytes(content(path.read_bytes()))
    code, text = said(capsys, out)
    assert (code, where in text) == (1, True), text


def test_another_key_accepts_nothing(out: Path, capsys, tmp_path: Path) -> None:
    name = (out / "key.vkey").read_text().split("+")[0]
    stranger = Ed25519PrivateKey.generate()
    other = tmp_path / "other.vkey"
    raw = stranger.public_key().public_bytes_raw()
    for key_name, where in ((name, "not signed with this key"), ("somebody/else", "a checkpoint of the log")):
        mark = hashlib.sha256(key_name.encode() + b"\n\x01" + raw).digest()[:4].hex()
        other.write_text(f"{key_name}+{mark}+{verify_audit.base64.b64encode(bytes([1]) + raw).decode()}\n")
        assert where in said(capsys, out, key=other)[1]
    forged = tmp_path / "forged"
    forged.write_text(sign(Checkpoint(name, COVERED, root_of(lines_of(out))), stranger))
    assert "not signed with this key" in said(capsys, out, checkpoint=forged)[1]


@pytest.mark.parametrize("content", [b"", b"\xff", b"a+b", b"a+b+c", b"a b+00000000+AAAA", b"x" * 100_000])
def test_what_is_no_key_or_checkpoint_is_refused(out: Path, capsys, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    for name in ("key", "checkpoint"):
        assert said(capsys, out, **{name: tmp_path / "odd"})[0] == 1


def test_two_histories_under_one_key_are_found(out: Path, capsys, tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key((out.parent / "home" / "keys" / "audit.pem").read_bytes(), None)
    name = (out / "key.vkey").read_text().split("+")[0]
    other = tmp_path / "other"
    other.write_text(sign(Checkpoint(name, COVERED, bytes(32)), key))
    assert "two histories" in said(capsys, out, other)[1]
    other.write_text(sign(Checkpoint(name, 0, bytes(32)), key))
    assert said(capsys, out, checkpoint=other)[0] == 1


def test_the_signatures_of_witnesses_do_no_harm(out: Path, capsys) -> None:
    note = (out / "checkpoint").read_text(encoding="utf-8")
    witness = verify_audit.base64.b64encode(bytes(76)).decode()
    (out / "checkpoint").write_text(f"{note}— witness.example/w {witness}\n", encoding="utf-8")
    assert said(capsys, out)[0] == 0


@pytest.mark.parametrize("name", ["events", "checkpoint", "key"])
def test_a_missing_file_is_said(out: Path, capsys, tmp_path: Path, name: str) -> None:
    code, text = said(capsys, out, **{name: tmp_path / "nothing"})
    assert (code, "cannot be read" in text) == (1, True)


def test_too_few_words_are_exit_2(capsys) -> None:
    assert verify_audit.main(["one"]) == 2
    assert "EXPORT CHECKPOINT KEY" in capsys.readouterr().err
