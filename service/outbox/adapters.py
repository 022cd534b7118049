"""Where parcels go. An adapter is four methods; the one here is a directory that other systems read.

DIR/<kind>/<item_id>/payload.json (and letter.pdf) goes out, DIR/<kind>/<item_id>.receipt.json comes back. Only the
owner of the directory may read it. Must not know what a parcel says.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from service.outbox.items import Item, Parcel
from service.outbox.queueing import KINDS

PAYLOAD = "payload.json"
RECEIPT = ".receipt.json"
LARGEST_RECEIPT_BYTES = 10_000


@dataclass(frozen=True)
class FoundReceipt:
    """A receipt as it came: where, for which item, and the JSON (None when it is none)."""

    name: str
    item_id: str
    kind: str
    document: Any


class Adapter(Protocol):
    """How the outbox reaches another system. Everything may be done twice: the id of the item makes it once."""

    def send(self, parcel: Parcel) -> None:
        """Hand the parcel over completely, or raise and hand over nothing."""
        ...

    def holds(self, item: Item) -> str | None:
        """Hex SHA-256 of the payload while the receiver has the item and has not answered; None otherwise."""
        ...

    def receipts(self) -> Iterator[FoundReceipt]:
        """The receipts that lie there, each until it is cleared."""
        ...

    def clear(self, receipt: FoundReceipt) -> None:
        """The receipt is recorded: let go of it, and of the parcel it is for."""
        ...


@dataclass(frozen=True)
class FolderAdapter:
    """The default: a directory on this machine, or one that is shared with the systems that read it."""

    directory: Path

    def send(self, parcel: Parcel) -> None:
        """Write the parcel beside its place, bring it to the disk, and rename it into place."""
        folder = self._folder(parcel.kind)
        for left in folder.glob(f".{parcel.item_id}-*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = folder / f".{parcel.item_id}-{secrets.token_hex(4)}"
        draft.mkdir(mode=0o700)
        for name, content in {PAYLOAD: parcel.payload.encode(), **parcel.files}.items():
            _write(draft / name, content)
        _to_disk(draft)
        try:
            draft.rename(folder / parcel.item_id)
        except OSError:
            # another sweep was faster, with the same parcel
            shutil.rmtree(draft, ignore_errors=True)
            if not (folder / parcel.item_id / PAYLOAD).is_file():
                raise
        _to_disk(folder)

    def holds(self, item: Item) -> str | None:
        """The hash of the payload in place."""
        path = self._folder(item.kind) / item.item_id / PAYLOAD
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def receipts(self) -> Iterator[FoundReceipt]:
        """Every `<item_id>.receipt.json`, in the order of their names."""
        for kind in KINDS:
            for path in sorted(self._folder(kind).glob(f"*{RECEIPT}")):
                yield FoundReceipt(path.name, path.name.removesuffix(RECEIPT), kind, _read(path))

    def clear(self, receipt: FoundReceipt) -> None:
        """Remove the parcel first: what is left after a crash is the receipt, which is then cleared again."""
        folder = self._folder(receipt.kind)
        shutil.rmtree(folder / receipt.item_id, ignore_errors=True)
        (folder / receipt.name).unlink(missing_ok=True)

    def _folder(self, kind: str) -> Path:
        folder = self.directory / kind
        try:
            # the mode is the last directory's alone
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.mkdir(exist_ok=True, mode=0o700)
        except OSError:
            raise SettingsError(
                "The outbox cannot be written there.", item=f"{PREFIX}OUTBOX_DIR", remedy="Choose another directory."
            ) from None
        return folder


def folder_adapter(settings: Settings) -> FolderAdapter:
    """The directory of the settings, else `home/outbox`."""
    return FolderAdapter(Path(settings.outbox_dir) if settings.outbox_dir else settings.home / "outbox")


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _to_disk(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> Any:
    """The JSON of a receipt; None for what is too large or none."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_RECEIPT_BYTES + 1)
        return json.loads(content) if len(content) <= LARGEST_RECEIPT_BYTES else None
    except (OSError, ValueError, RecursionError):
        return None
