"""The screen of what may never be an input: by its name, its words in two languages, and the columns behind it.

Citizenship and what stands in for it, origin, language, religion, sex, age as such, health, names, part of town and
post code as a value, free text, and who the caseworker is (GDPR art. 9, Charter art. 21, retssikkerhedsloven § 11 a,
and what went wrong in Rotterdam and with "Model Abroad"). What it strikes passes only by an entry of
`input_exceptions.toml` that stands on the day. Must not know any feature: it reads what it is given.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from governance.errors import SettingsError
from governance.legal_bases import columns_of, never_scored
from governance.legal_bases_file import check_keys, check_period, is_list_of_texts, read_entries
from governance.wording import struck_words

# whole words; a name's underscores and a column's dot are spaces
STRUCK: Mapping[str, str] = {
    "citizenship": (
        r"citizenships?|nationalit\w+|passports?|visas?|residence permits?|stateless\w*|foreign\w*|abroad"
        r"|overseas|(?:country|place|land) of (?:birth|origin)|birth ?(?:place|country)|home ?country|udland\w*"
    ),
    "origin": r"origins?|ethnic\w*|race|racial|im?migra\w+|emigrant\w*|refugees?|asylum|descendants?|western|heritage",
    "language": r"languages?|mother tongue|interpreters?|translat\w+|speaks?|spoken",
    "religion": r"religio\w+|faith|church|mosque|muslims?|christians?|jewish",
    "sex": r"sex|gender\w*|males?|females?|man|men|woman|women|boys?|girls?|maternity|mothers?|fathers?",
    "age": (
        r"age|ages|aged|ageing|elderly|young\w*|old|older|oldest person|seniors?|pensioners?|births?"
        r"|birth ?(?:date|day|year)s?|date of birth|born|aldersforskel\w*|årgang\w*"
    ),
    "health": (
        r"health\w*|disab\w+|sick\w*|ill|illness\w*|diagnos\w+|medic\w+|hospital\w*|pregnan\w+|addict\w*|handicap\w*"
    ),
    "name": r"(?:first|last|family|given|middle|full) ?names?|surnames?|forenames?|name|names of \w+",
    "place": (
        r"districts?|neighbou?rhoods?|post(?:al)? ?codes?|zip ?codes?|parish\w*|ghetto\w*|quarter of town|area of town"
        r"|municipality code|omr[åa]de\w*|vejkode\w*"
    ),
    "free text": r"free ?texts?|notes?|comments?|remarks?|journals?|fritekst\w*|notat\w*|bemærkning\w*|journal\w*",
    "caseworker": (
        r"caseworker (?:ids?|identit\w+|names?|numbers?)|identity of the caseworker|who controls|sagsbehandlerens \w+"
    ),
}
_PATTERNS = {ground: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for ground, pattern in STRUCK.items()}
VALUES_BY_EXCEPTION = (
    "person.birth_date", "address.postal_code", "address.road_code", "address.municipality_code",
    "address.house_number", "address.floor", "address.door",
)  # fmt: skip
"""Lawful to compare, unlawful as a value: each feature that rests on one needs an entry."""


@dataclass(frozen=True)
class InputException:
    """What passes for some features from a day until another, why, and on which authority."""

    code: str
    features: tuple[str, ...]
    columns: tuple[str, ...]
    words: tuple[str, ...]
    reason: str
    authority: str
    valid_from: dt.date
    valid_to: dt.date

    def covers(self, feature: str, struck: str, *, on: dt.date | None) -> bool:
        """Whether it lets the word or the column pass; without a day nothing stands."""
        stands = on is not None and self.valid_from <= on < self.valid_to
        return stands and feature in self.features and struck in (*self.columns, *self.words)


@cache
def load_input_exceptions() -> tuple[InputException, ...]:
    """The shipped entries, in the order of the file; `SettingsError` names what is wrong in one."""
    return read_input_exceptions(files("governance").joinpath("catalogue/input_exceptions.toml").read_bytes())


def read_input_exceptions(content: bytes) -> tuple[InputException, ...]:
    """Entries of a file, read strictly: every field is required, the last day among them."""
    entries = read_entries(content, "exception", item="input_exceptions.toml")
    return tuple(_exception(entry, f"exception {place}") for place, entry in enumerate(entries, start=1))


def _exception(entry: Mapping[str, Any], where: str) -> InputException:
    texts, lists = ("code", "reason", "authority"), ("features", "columns", "words")
    check_keys(entry, (*texts, *lists, "valid_from", "valid_to"), optional=(), where=where)
    check_period(entry, where=where)
    told = all(isinstance(entry[name], str) and entry[name].strip() for name in texts)
    listed = all(is_list_of_texts(entry[name]) for name in lists) and entry["features"]
    known = listed and all(columns_of(column) == (column,) and not never_scored(column) for column in entry["columns"])
    if not (told and known):
        raise SettingsError(
            "An exception needs a code, a reason, an authority, its features, and columns that may be covered at all.",
            item=where,
            remedy="Correct governance/catalogue/input_exceptions.toml.",
        )
    return InputException(**{**entry, **{name: tuple(entry[name]) for name in lists}})


def prohibited_inputs(
    texts: Mapping[str, str],
    columns: Mapping[str, tuple[str, ...]],
    *,
    on: dt.date | None = None,
    exceptions: Sequence[InputException] | None = None,
) -> tuple[str, ...]:
    """What may not be an input: `feature: word (ground)` for every one that no exception covers on the day `on`.

    `texts`: everything that is said of a feature, in Danish and English; `columns`: the register columns behind it, as
    `table.column`. Without a day no exception stands. A column of `protected`, a district, a caseworker's id and a name
    are struck whatever stands.
    """
    standing = load_input_exceptions() if exceptions is None else exceptions
    names = dict.fromkeys((*texts, *columns))
    return tuple(
        f"{name}: {word} ({ground})"
        for name in names
        for word, ground in _struck(name, texts.get(name, ""), columns.get(name, ()))
        if not any(each.covers(name, word, on=on) for each in standing)
    )


def _struck(name: str, text: str, columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield from dict.fromkeys(struck_in(f"{name}. {text}"))
    for column in dict.fromkeys(columns):
        if never_scored(column):
            yield column, "never an input"
        elif column in VALUES_BY_EXCEPTION:
            yield column, "not as a value"
        elif words := struck_in(column):
            yield column, words[0][1]
        elif columns_of(column) != (column,):
            yield column, "no column of the register contract"


def struck_in(text: str) -> tuple[tuple[str, str], ...]:
    """Every struck word of a text with its ground, English and Danish; empty when it may be said of an input."""
    plain = re.sub(r"[_.\-]+", " ", text.lower())
    english = [(found.group(), ground) for ground, pattern in _PATTERNS.items() for found in pattern.finditer(plain)]
    return (*english, *((struck.word, struck.ground) for struck in struck_words(plain)))
