"""The city's code of conduct for AI (*Kodeks*) as a rule set that can be read, edited and checked.

Principle → phrases, each quoted or still to be confirmed → rules by name → tests → where the evidence is seen. Knows no
rule: names are compared with the rule book by whoever has both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from governance.errors import SettingsError

Standing = Literal["quoted", "to be confirmed by the city"]
STANDINGS: tuple[Standing, ...] = ("quoted", "to be confirmed by the city")


@dataclass(frozen=True)
class Phrase:
    """Words of the Kodeks; `standing` tells whether they are quoted, `source` from where."""

    text_da: str
    standing: Standing
    source: str


@dataclass(frozen=True)
class Principle:
    """One principle. `reading_*` is how this product reads it, which the city has not confirmed either.

    `no_rule` says why there is no executable rule yet; it is empty exactly when `rules` is not.
    """

    code: str
    title: str
    title_da: str
    phrases: tuple[Phrase, ...]
    reading: str
    reading_da: str
    rules: tuple[str, ...]
    tests: tuple[str, ...]
    evidence: tuple[str, ...]
    no_rule: str


@dataclass(frozen=True)
class Kodeks:
    """The rule set with its version and the document it stands for."""

    version: str
    document: str
    principles: tuple[Principle, ...]


@cache
def load_kodeks() -> Kodeks:
    """The shipped rule set, read once; a principle with neither rule nor reason is a `SettingsError`."""
    return make_kodeks(files("governance").joinpath("catalogue/kodeks.toml").read_text(encoding="utf-8"))


def make_kodeks(text: str) -> Kodeks:
    """The rule set from the text of its file."""
    source = tomllib.loads(text)
    return Kodeks(source["version"], source["document"], tuple(_principle(entry) for entry in source["principle"]))


def _principle(entry: dict[str, Any]) -> Principle:
    phrases = tuple(_phrase(entry["code"], phrase) for phrase in entry["phrases"])
    lists = {name: tuple(entry.get(name, ())) for name in ("rules", "tests", "evidence")}
    principle = Principle(**{**entry, "phrases": phrases, "no_rule": entry.get("no_rule", ""), **lists})
    if bool(principle.rules) == bool(principle.no_rule) or not phrases:
        raise _refused(principle.code, "has neither a rule nor a reason for having none, or both, or no phrase")
    return principle


def _phrase(code: str, entry: dict[str, Any]) -> Phrase:
    phrase = Phrase(**entry)
    if phrase.standing not in STANDINGS:
        raise _refused(code, f"has a phrase that is neither {' nor '.join(STANDINGS)}")
    return phrase


def _refused(code: str, what: str) -> SettingsError:
    return SettingsError(f"A principle of the Kodeks {what}.", item=code, remedy="Correct catalogue/kodeks.toml.")


def unknown_rules(kodeks: Kodeks, known: Collection[str]) -> list[str]:
    """Rules that a principle names and the rule book does not hold, as `principle: rule`."""
    return [f"{each.code}: {name}" for each in kodeks.principles for name in each.rules if name not in known]
