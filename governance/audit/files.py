"""Files that survive a power cut whole or not at all, and secrets that only their owner reads."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

READABLE = 0o644


def write_durably(path: Path, content: bytes) -> None:
    """Put the content at `path` in one step, and come back when the disk has it."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), READABLE)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def write_once(path: Path, content: bytes) -> bool:
    """Put a secret at `path` unless something is there already; whether it was put there."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        Path(temporary).unlink()
    sync_directory(path.parent)
    return True


def sync_directory(directory: Path) -> None:
    """Come back when the disk has the names in the directory."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
