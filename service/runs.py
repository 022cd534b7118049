"""What a run is identified by and where it is kept: register snapshot, feature catalogue, model and settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from governance.registers import TABLES
from governance.settings import Settings

CHUNK_BYTES = 1 << 20
SUFFIXES = (".parquet", ".csv")
SCORING_SETTINGS = (
    "hourly_cost_ore", "cool_off_months", "signal_months", "quarantine_share", "quarantine_rows", "freshness_days",
)  # fmt: skip
"""The settings by which a candidate is found, a row let in or a score worked out; a replay takes them from the run."""


def register_snapshot(directory: Path) -> str:
    """SHA-256 over the names and bytes of the register files, in the order of the contract."""
    digest = hashlib.sha256()
    for name in TABLES:
        for path in (directory / f"{name}{suffix}" for suffix in SUFFIXES):
            if path.is_file():
                digest.update(f"{path.name}:{file_hash(path)}\n".encode())
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes of a file, read in parts."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def settings_hash(settings: Settings) -> str:
    """SHA-256 of the settings that a score depends on."""
    chosen = {name: getattr(settings, name) for name in SCORING_SETTINGS}
    return hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()


def run_identity(parts: Mapping[str, object]) -> str:
    """Sixteen hex digits that name the run: the same parts give the same id."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def keep_in_run(settings: Settings, run_id: str, name: str) -> Path:
    """The path of a file kept with the run under the home directory; the directory is made."""
    folder = settings.home / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name
