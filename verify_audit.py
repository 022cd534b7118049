"""Check an exported audit log of adressekontrol without trusting adressekontrol.

    python verify_audit.py EXPORT CHECKPOINT KEY [OLDER_CHECKPOINT ...]

EXPORT is the file of events, one JSON object a line (or the directory of the export). CHECKPOINT is a signed checkpoint
(C2SP tlog-checkpoint and signed-note), KEY the public key `name+hash+base64`, obtained from somebody you trust. The
events are hashed into a Merkle tree (RFC 6962, section 2.1): a leaf is SHA-256 of 0x00 and the line without its end, an
inner node SHA-256 of 0x01 and both halves. Their root must be the one that was signed.

Exit code 0: every event up to the checkpoint is the one that was signed, none is missing, none was put in. Exit code 1:
something is off, and it is said what and where. Older checkpoints of the same log must agree as well; if an event was
changed, they narrow down which. Needs Python 3.11 and the package `cryptography`; imports nothing of the product.
"""

import base64
import binascii
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FIELDS = ["action", "actor", "at", "details", "seq", "subject"]
AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
LONGEST_LINE = 16 * 2**20


class Broken(Exception):
    """What is wrong, and where."""


def decode(text, what):
    """The bytes of base64 that is written in the one way there is."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Broken(f"{what}: broken base64") from None
    if base64.b64encode(raw).decode() != text:
        raise Broken(f"{what}: broken base64")
    return raw


def read_text(path):
    """A small text file, in UTF-8."""
    try:
        with Path(path).open("rb") as file:
            return file.read(2**16).decode("utf-8")
    except OSError as error:
        raise Broken(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise Broken(f"{path}: not UTF-8 text") from None


def read_key(path):
    """Name, the four bytes that mark its signatures, and the Ed25519 key of `name+hash+base64`."""
    parts = read_text(path).removesuffix("\n").split("+", 2)
    if len(parts) != 3 or not re.fullmatch(r"[^\s+]+", parts[0]):
        raise Broken(f"{path}: not a public key of the form name+hash+base64")
    name, raw = parts[0], decode(parts[2], path)
    if len(raw) != 33 or raw[0] != 1:
        raise Broken(f"{path}: not an Ed25519 key")
    mark = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if mark.hex() != parts[1]:
        raise Broken(f"{path}: the key does not match its hash")
    return name, mark, Ed25519PublicKey.from_public_bytes(raw[1:])


def read_checkpoint(path, key):
    """Size and root of a checkpoint, once its signature by `key` has been checked."""
    name, mark, public = key
    text, _, signatures = read_text(path).partition("\n\n")
    lines = (text := text + "\n").split("\n")
    if len(lines) < 4 or not re.fullmatch(r"0|[1-9]\d{0,17}", lines[1], re.ASCII):
        raise Broken(f"{path}: not written as a checkpoint")
    if lines[0] != name:
        raise Broken(f"{path}: a checkpoint of the log {lines[0]!r}, but the key is that of {name!r}")
    ours = []
    for line in signatures.splitlines(keepends=True):
        found = re.fullmatch(r"— ([^\s+]+) ([A-Za-z0-9+/]+=*)\n", line)
        if not found:
            raise Broken(f"{path}: a signature is not written as one")
        signature = decode(found[2], path)
        # others (witnesses) may have signed below; they say nothing without their own key
        if found[1] == name and signature[:4] == mark:
            ours.append(signature[4:])
    if len(ours) != 1:
        raise Broken(f"{path}: not signed with this key")
    try:
        public.verify(ours[0], text.encode())
    except InvalidSignature:
        raise Broken(f"{path}: the signature does not hold") from None
    root = decode(lines[2], path)
    if len(root) != 32:
        raise Broken(f"{path}: the root is not a SHA-256 hash")
    return int(lines[1]), root


def check_event(line, seq, previous):
    """When the event was; it must be written as the log writes, bear the next number and not be earlier."""
    try:
        event = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Broken(f"line {seq}: not JSON in UTF-8") from None
    if not isinstance(event, dict) or list(event) != FIELDS:
        raise Broken(f"line {seq}: an event has exactly the fields {', '.join(FIELDS)}")
    if event["seq"] != seq or type(event["seq"]) is not int:
        raise Broken(f"line {seq}: event {seq} expected, found number {str(event['seq'])[:40]!r}")
    at = event["at"]
    if not isinstance(at, str) or not AT.fullmatch(at):
        raise Broken(f"line {seq}: the time is not written as one")
    if at < previous:
        raise Broken(f"line {seq}: earlier than the event before it")
    return at


def read_lines(file):
    """Every line without its end."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise Broken(f"line {number}: longer than {LONGEST_LINE} bytes")
        if not line.endswith(b"\n"):
            raise Broken(f"line {number}: the file ends in the middle of it")
        yield line[:-1]


def fold(frontier):
    """The root of all leaves so far: open subtrees, smallest last, joined from the right."""
    if not frontier:
        return hashlib.sha256(b"").digest()
    *lefts, (_, root) = frontier
    for _, left in reversed(lefts):
        root = hashlib.sha256(b"\x01" + left + root).digest()
    return root


def check_events(path, wanted):
    """The number of events; `wanted` maps sizes to the roots that were signed."""
    frontier, seq, at, agreed, sha256 = [], 0, "", 0, hashlib.sha256
    if wanted.get(0, fold([])) != fold([]):
        raise Broken("a root was signed for no events that is not the empty one")
    with path.open("rb") as file:
        for line in read_lines(file):
            seq += 1
            at = check_event(line, seq, at)
            level, node = 0, sha256(b"\x00" + line).digest()
            while frontier and frontier[-1][0] == level:
                node = sha256(b"\x01" + frontier.pop()[1] + node).digest()
                level += 1
            frontier.append((level, node))
            if seq in wanted:
                if fold(frontier) != wanted[seq]:
                    raise Broken(f"lines {agreed + 1} to {seq}: not the events that were signed (the root differs)")
                agreed = seq
    return seq


def verify(export, checkpoint, key, *older):
    """One line that says what holds; raises `Broken` otherwise."""
    path = Path(export)
    path = path / "events.jsonl" if path.is_dir() else path
    public = read_key(key)
    size, root = read_checkpoint(checkpoint, public)
    wanted = {size: root}
    for each in older:
        older_size, older_root = read_checkpoint(each, public)
        if wanted.setdefault(older_size, older_root) != older_root:
            raise Broken(f"{each}: two roots were signed for {older_size} events: the log has two histories")
    try:
        events = check_events(path, wanted)
    except OSError as error:
        raise Broken(f"{path}: cannot be read ({error.strerror})") from None
    if events < max(wanted):
        raise Broken(f"after line {events}: {max(wanted)} events were signed, the rest is missing")
    beyond = f"; {events - size} later events are not covered by it" if events > size else ""
    return f"OK: {size} events are those signed by {public[0]}, root {root.hex()}{beyond}"


def main(arguments):
    """Exit code 0 and one line when all is well, 1 and what is wrong otherwise, 2 when called wrongly."""
    if len(arguments) < 3:
        sys.stderr.write(__doc__)
        return 2
    try:
        sys.stdout.write(verify(*arguments) + "\n")
    except Broken as broken:
        sys.stderr.write(f"BROKEN: {broken}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
