"""Where a written record and the running system disagree, field by field.

Compares documents; knows neither how they were built nor where they lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from governance.records.markdown import blocks, render_markdown

NOTHING = "(nothing)"


@dataclass(frozen=True)
class Disagreement:
    """One place where they differ: `text` is what the file says, `system` what the system says."""

    record: str
    field: str
    text: str
    system: str


def compare_documents(name: str, written: Mapping[str, Any], system: Mapping[str, Any]) -> list[Disagreement]:
    """Every leaf that differs, named by field and place; empty when file and system say the same."""
    said, known = dict(_leaves(written)), dict(_leaves(system))
    return [
        Disagreement(name, place, said.get(place, NOTHING), known.get(place, NOTHING))
        for place in dict.fromkeys([*known, *said])
        if said.get(place) != known.get(place)
    ]


def _leaves(document: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(document, Mapping) and set(document) == {"header", "rows"}:
        yield from _cells(document, place)
    elif isinstance(document, Mapping):
        for key, value in document.items():
            yield from _leaves(value, f"{place}.{key}" if place else str(key))
    elif isinstance(document, list):
        yield f"{place} (number)", str(len(document))
        for at, value in enumerate(document):
            yield from _leaves(value, _named(place, at, value))
    else:
        yield place, f"{document}" if isinstance(document, str) else f"{document!r}"


def _named(place: str, at: int, value: Any) -> str:
    """A field by its code instead of its number, everything else by its number."""
    return str(value["field"]) if place == "fields" and "field" in value else f"{place}[{at}]"


def _cells(table: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    yield f"{place} header", " | ".join(map(str, table["header"]))
    yield f"{place} (rows)", str(len(table["rows"]))
    for row in table["rows"]:
        for column, cell in zip_longest(table["header"], row, fillvalue=NOTHING):
            yield f"{place} row {row[0] if row else NOTHING}, {column}", str(cell)


def compare_markdown(name: str, markdown: str, document: Mapping[str, Any]) -> list[Disagreement]:
    """The fields whose Markdown no longer states what the JSON document states, each with its first differing line."""
    written, stated = blocks(markdown), blocks(render_markdown(document))
    return [
        Disagreement(f"{name}.md", field, *_first_difference(written.get(field, []), stated.get(field, [])))
        for field in dict.fromkeys([*stated, *written])
        if written.get(field) != stated.get(field)
    ]


def _first_difference(written: Sequence[str], stated: Sequence[str]) -> tuple[str, str]:
    pairs = zip_longest(written, stated, fillvalue=NOTHING)
    return next((left, right) for left, right in pairs if left != right)
