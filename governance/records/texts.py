"""What the system cannot know of itself, from one editable file: who the municipality is, and what is said in words.

A municipality's own file replaces single entries of the shipped one. What it leaves empty is an open point; a figure in
a text is a name in braces, filled in by the facts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from governance.errors import SettingsError
from governance.records.record import NOT_FILLED_IN, NOT_FILLED_IN_DA, Statement

SHIPPED = "catalogue/record_texts.toml"
DEMONSTRATION = "a value for demonstration stands here: the municipality must replace it"


@dataclass(frozen=True)
class Asked:
    """Something only the municipality (or its vendor) knows; `placeholder` marks a value for demonstration.

    `optional` marks what may rightly be empty (no end date while it is used, no supplier): that is no open point.
    """

    question: str
    value: str
    placeholder: bool
    optional: bool


@dataclass(frozen=True)
class Said:
    """A text in two languages, with names of facts in braces."""

    en: str
    da: str


@dataclass(frozen=True)
class RecordTexts:
    """Every entry by its key, and from which file it is."""

    asked: Mapping[str, Asked]
    said: Mapping[str, Said]
    sources: Mapping[str, str]

    def answer(self, key: str) -> Statement:
        """What was filled in under `municipality.<key>`; an open point when nothing was."""
        asked, source = self.asked[key], f"{self.sources[f'municipality.{key}']} [municipality.{key}]"
        if not asked.value and asked.optional:
            return Statement("none", source, text_da="ingen", value=None)
        if not asked.value:
            return Statement(
                NOT_FILLED_IN, source, text_da=NOT_FILLED_IN_DA, value=None,
                open_point=f"{NOT_FILLED_IN}: {asked.question}",
            )  # fmt: skip
        mark = DEMONSTRATION if asked.placeholder else ""
        return Statement(asked.value, source, value=asked.value, open_point=mark and f"{mark} ({asked.question})")

    def statement(self, key: str, figures: Mapping[str, str]) -> Statement:
        """The text under `text.<key>` with the facts it names; `SettingsError` when it names one that is none."""
        said = self.said[key]
        try:
            english, danish = said.en.format_map(figures), said.da.format_map(figures)
        except (KeyError, ValueError, IndexError) as wrong:
            raise _refused(f"text.{key}", f"names a fact that is none ({wrong})") from None
        return Statement(
            " ".join(english.split()), f"{self.sources[f'text.{key}']} [text.{key}]", " ".join(danish.split())
        )


def load_record_texts(own: Path | None = None) -> RecordTexts:
    """The shipped texts with those of the municipality's own file in their place."""
    shipped = _read(files("governance").joinpath(SHIPPED).read_text(encoding="utf-8"), "the shipped file")
    entries = {key: (entry, SHIPPED) for key, entry in shipped.items()}
    if own is not None:
        entries |= {key: (entry, own.name) for key, entry in _own(own, shipped).items()}
    return _make(entries)


def _own(path: Path, shipped: Mapping[str, Any]) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise _refused(str(path), "cannot be read: it is the file of record texts") from None
    own = _read(text, str(path))
    unknown = sorted(set(own) - set(shipped))
    if unknown:
        raise _refused(unknown[0], "is no entry of the shipped file of record texts")
    return {key: {**shipped[key], "placeholder": False, **entry} if "question" in shipped[key] else entry
            for key, entry in own.items()}  # fmt: skip


def _read(text: str, name: str) -> dict[str, Any]:
    try:
        source = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise _refused(name, f"is not TOML ({wrong})") from None
    if not all(isinstance(entries, dict) for entries in source.values()):
        raise _refused(name, "stands outside [municipality.*] and [text.*]")
    found = {f"{group}.{key}": entry for group, entries in source.items() for key, entry in entries.items()}
    for key, entry in found.items():
        if not isinstance(entry, dict) or not all(_fits(part, value) for part, value in entry.items()):
            raise _refused(key, "holds something other than text, or a mark that is neither true nor false")
    return found


def _fits(name: str, value: object) -> bool:
    return isinstance(value, bool if name in ("placeholder", "optional") else str)


def _make(entries: Mapping[str, tuple[dict[str, Any], str]]) -> RecordTexts:
    asked: dict[str, Asked] = {}
    said: dict[str, Said] = {}
    for key, (entry, _) in entries.items():
        group, _, name = key.partition(".")
        try:
            if group == "municipality":
                asked[name] = Asked(**{"placeholder": False, "optional": False, **entry})
            else:
                said[name] = Said(**entry)
        except TypeError:
            raise _refused(key, "holds other names than question, value, placeholder, optional or en, da") from None
    return RecordTexts(asked, said, {key: source for key, (_, source) in entries.items()})


def _refused(item: str, what: str) -> SettingsError:
    return SettingsError(
        f"An entry of the record texts {what}.", item=item, remedy="Correct it; docs/records.md says what it may hold."
    )
