"""Whether the files of a directory still state what the running system states: every disagreement, named by field.

Works on texts that were read by others; an unreadable or missing file is a disagreement like any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from governance.records.comparing import NOTHING, Disagreement, compare_documents, compare_markdown
from governance.records.markdown import render_markdown
from governance.records.record import Record, documents

WHOLE_FILE = "(file)"


def render_files(records: Sequence[Record], *, model: str) -> dict[str, str]:
    """File name → text: JSON and Markdown of every record and of the index."""
    files: dict[str, str] = {}
    for name, document in documents(records, model=model).items():
        files[f"{name}.json"] = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        files[f"{name}.md"] = render_markdown(document)
    return files


def check_files(written: Mapping[str, str], records: Sequence[Record], *, model: str) -> list[Disagreement]:
    """Every disagreement of the files with the system's records, and every fault a standard would find in them."""
    found = [fault for record in records for fault in _faults(record)]
    for name, system in documents(records, model=model).items():
        found += _check_pair(name, written, system)
    return found


def _faults(record: Record) -> Iterator[Disagreement]:
    for entry in record.entries:
        for fault in entry.faults():
            yield Disagreement(record.code, entry.code, fault, record.standard)


def _check_pair(name: str, written: Mapping[str, str], system: Mapping[str, Any]) -> list[Disagreement]:
    document = _parsed(written.get(f"{name}.json"))
    markdown = written.get(f"{name}.md")
    unreadable = [Disagreement(f"{name}.json", WHOLE_FILE, NOTHING, "a record in JSON")] if document is None else []
    told = compare_documents(name, document, system) if document is not None else unreadable
    if markdown is None:
        return [*told, Disagreement(f"{name}.md", WHOLE_FILE, NOTHING, "the same record in Markdown")]
    return [*told, *_markdown(name, markdown, document if document is not None else system)]


def _markdown(name: str, markdown: str, document: Mapping[str, Any]) -> list[Disagreement]:
    try:
        return compare_markdown(name, markdown, document)
    except (KeyError, TypeError, AttributeError):
        # the JSON beside it lost parts that a record has; that is told by its own comparison
        return []


def _parsed(text: str | None) -> Mapping[str, Any] | None:
    try:
        document = json.loads(text) if text is not None else None
    except json.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None
