"""Build the records of the running system into a directory, and hold a directory against the running system.

The model is the one named, else the one in use, else the newest trained. Writing is an act of the log; comparing
changes nothing and reads no person.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from governance.as_of import danish_day
from governance.audit.search import last_subject
from governance.records.build import build_records
from governance.records.checking import check_files, render_files
from governance.records.comparing import Disagreement
from governance.records.record import Record
from governance.records.texts import load_record_texts
from governance.settings import Settings
from governance.store.opening import Store
from service.promotion import PROMOTED
from service.records_facts import gather_facts
from training.registry import load_model
from training.run_record import load_run_record

Report = Callable[[str], None]
SUFFIXES = (".json", ".md")


@dataclass(frozen=True)
class Built:
    """The records of one model as they are now."""

    model: str
    records: tuple[Record, ...]

    @property
    def open_points(self) -> list[tuple[str, str, str]]:
        """Record, field and what is missing, once each."""
        return [point for record in self.records for point in record.open_points()]


@dataclass(frozen=True)
class Checked:
    """What was compared, and every disagreement found."""

    built: Built
    disagreements: list[Disagreement]


def write_records(out: Path, *, model: str | None, settings: Settings, store: Store, report: Report) -> Built:
    """Write JSON and Markdown of every record into `out`, with the event of the act."""
    built = _build(model, settings=settings, store=store, report=report)
    files = render_files(built.records, model=built.model)
    digest = hashlib.sha256("".join(files.values()).encode()).hexdigest()
    details = {"records": len(built.records), "open_points": len(built.open_points), "sha256": digest}
    report("writing")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as beside:
        for name, text in files.items():
            (Path(beside) / name).write_text(text, encoding="utf-8")
        # all or none: what could fail on a full disk has been written before the act
        with store.act("records.built", subject=built.model, details=details):
            for name in files:
                (Path(beside) / name).replace(out / name)
    return built


def check_records(directory: Path, *, model: str | None, settings: Settings, store: Store, report: Report) -> Checked:
    """Hold the files of `directory` against the records as the running system states them now."""
    built = _build(model, settings=settings, store=store, report=report)
    report("comparing")
    written = {path.name: _text(path) for path in sorted(directory.iterdir()) if path.suffix in SUFFIXES}
    return Checked(built, check_files(written, built.records, model=built.model))


def current_records(*, model: str | None, settings: Settings, store: Store, report: Report) -> Built:
    """The records as the running system states them now; nothing is written and no event is left."""
    return _build(model, settings=settings, store=store, report=report)


def _text(path: Path) -> str:
    # bytes that are no text differ from every text the system states
    return path.read_text(encoding="utf-8", errors="replace")


def _build(model: str | None, *, settings: Settings, store: Store, report: Report) -> Built:
    texts = load_record_texts(Path(settings.record_texts_file) if settings.record_texts_file else None)
    with store.reading() as connection:
        promoted = promoted_model(connection)
        report("loading the model")
        registered = load_model(model or promoted, settings=settings)
        report("gathering facts")
        facts = gather_facts(
            registered, load_run_record(registered, settings=settings), connection, settings=settings,
            on=danish_day(store.clock.now()), in_use=registered.version == promoted,
            retired=texts.asked["end_date"].value,
        )  # fmt: skip
    return Built(registered.version, build_records(facts, texts))


def promoted_model(connection: sa.Connection) -> str | None:
    """The model that was promoted last, by the log; None when none ever was."""
    return last_subject(connection, PROMOTED)
