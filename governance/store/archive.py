"""A backup's file: members in one tar with the SHA-256 of each, so that a byte altered or a file lost shows.

Files that are one file under two names (hard links) stay so. Must not know what the members are.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

from governance.errors import UsageError

MANIFEST = "manifest.json"
FORMAT = "adressekontrol-backup-1"
PRIVATE = 0o600
_CHUNK_BYTES = 1 << 20


class Archive:
    """An archive being written, never back: within `with`, `add` the files, then `finish` with what is said of them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115  closed on leaving
        self._hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._tar.__exit__(kind, error, _)

    def add(self, path: Path, name: str) -> None:
        """Put the file in as `name`; a second name of a file that is in already takes no room."""
        member = self._tar.gettarinfo(path, name)
        member.uid = member.gid = 0
        member.uname = member.gname = ""
        if member.islnk():
            self._tar.addfile(member)
            self._hashes[name] = self._hashes[member.linkname]
            return
        with path.open("rb") as file:
            hashed = _Hashed(file)
            self._tar.addfile(member, hashed)
        self._hashes[name] = hashed.digest.hexdigest()

    def finish(self, about: Mapping[str, object]) -> None:
        """End the archive with its manifest: `about` and the hashes of all files."""
        text = json.dumps({"format": FORMAT, **about, "files": self._hashes}, sort_keys=True, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(text), PRIVATE
        self._tar.addfile(member, io.BytesIO(text))


class _Hashed:
    """A file that hashes what is read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        part = self._file.read(size)
        self.digest.update(part)
        return part


def unpack(file: Path, into: Path) -> dict[str, Any]:
    """Write every member below `into`, an empty directory; returns what the manifest says of the backup.

    `UsageError` for a file that is no backup, or one that is not as it was when it was finished.
    """
    try:
        with tarfile.open(file, mode="r:") as tar:
            hashes = {member.name: _unpack_member(tar, member, into) for member in tar}
        manifest: dict[str, Any] = json.loads((into / MANIFEST).read_bytes())
    except (OSError, ValueError, tarfile.TarError):
        raise _no_backup(file) from None
    hashes.pop(MANIFEST)
    (into / MANIFEST).unlink()
    if manifest.get("format") != FORMAT:
        raise _no_backup(file)
    differing = sorted(name for name, digest in manifest["files"].items() ^ hashes.items())
    if differing:
        raise UsageError(
            "The backup is damaged: it is not as it was when it was finished.",
            item=differing[0],
            remedy="Take another copy of it, or an older backup.",
        )
    return manifest


def _no_backup(file: Path) -> UsageError:
    return UsageError(
        "That is not a backup of ours, or not a whole one.", item=str(file), remedy="Name a file of db backup."
    )


def _unpack_member(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> str:
    """Write one file, with rights for nobody but its owner unless others could read it; its SHA-256."""
    path = into / _inside(member.name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if member.islnk():
        os.link(into / _inside(member.linkname), path)
        with path.open("rb") as linked:
            return hashlib.file_digest(linked, "sha256").hexdigest()
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(member.name)
    return _write(content, path, mode=member.mode & 0o644 | PRIVATE)


def _write(content: IO[bytes], path: Path, *, mode: int) -> str:
    digest = hashlib.sha256()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(handle, "wb") as file:
        while part := content.read(_CHUNK_BYTES):
            digest.update(part)
            file.write(part)
        file.flush()
        os.fchmod(handle, mode)
        os.fsync(handle)
    return digest.hexdigest()


def _inside(name: str) -> PurePosixPath:
    """The name, when it leads nowhere but below the directory; ValueError otherwise."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(name)
    return path
