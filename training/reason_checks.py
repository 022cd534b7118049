"""Whether the sentences of a case are those its figures and its features call for, each with source and date.

Derives what should have been said from the contributions and the row alone, and reads the finished sentence as a
reader would. Must not know the model, nor call what wrote the sentences.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence

from features.build import DATE_SUFFIX
from features.feature import Feature
from governance.as_of import AsOf
from governance.wording import struck_words
from training.bundle import MONTHS_DA, REASONS_A_SIDE, REGISTERS_DA, Reasons

BOTH_SIDES = "both_sides"
SENTENCE = "sentence"
SOURCE = "source_and_date"
WORDING = "wording"
REASON_CHECKS = (BOTH_SIDES, SENTENCE, SOURCE, WORDING)
_TAIL = re.compile(
    r"^(?P<fact>.+) \((?P<registers>[^()]+), (?P<how>registreret|pr\.) "
    r"(?P<day>\d{1,2})\. (?P<month>\w+) (?P<year>\d{4})\)$"
)


def reason_faults(
    reasons: Reasons,
    row: Mapping[str, object],
    *,
    names: Sequence[str],
    catalogue: Mapping[str, Feature],
    as_of: AsOf,
    unspoken: Collection[str] = (),
) -> frozenset[str]:
    """The checks of `REASON_CHECKS` that a case fails. `unspoken` inputs may have no sentence (no legal basis)."""
    faults: set[str] = set()
    for said, sign in ((reasons.speaks_for, 1), (reasons.speaks_against, -1)):
        called_for = strongest(reasons.contributions, names, sign=sign, unspoken=unspoken)
        if len(said) != len(called_for):
            faults.add(BOTH_SIDES)
        for sentence, name in zip(said, called_for, strict=False):
            faults |= _sentence_faults(sentence, catalogue[name], row, as_of)
        faults |= {WORDING for sentence in said if struck_words(sentence)}
    return frozenset(faults)


def strongest(parts: Sequence[float], names: Sequence[str], *, sign: int, unspoken: Collection[str]) -> list[str]:
    """The inputs that must be spoken of on one side, strongest first and equal ones by name."""
    side = [(abs(part), name) for part, name in zip(parts, names, strict=True) if part * sign > 0]
    spoken = sorted((pair for pair in side if pair[1] not in unspoken), key=lambda pair: (-pair[0], pair[1]))
    return [name for _, name in spoken[:REASONS_A_SIDE]]


def _sentence_faults(sentence: str, declared: Feature, row: Mapping[str, object], as_of: AsOf) -> set[str]:
    value = row[declared.name]
    fact = declared.sentence_da(float(value) if isinstance(value, float | int) else None)
    faults = set() if sentence.startswith(f"{fact} (") else {SENTENCE}
    read = _TAIL.match(sentence)
    if read is None:
        return faults | {SOURCE}
    if read["fact"] != fact:
        faults.add(SENTENCE)
    fact_on = row.get(declared.name + DATE_SUFFIX)
    dated = isinstance(fact_on, dt.date)
    due = (fact_on, "registreret") if dated else (as_of.day, "pr.")
    day = _day(read)
    known = day is not None and day <= as_of.day and (day, read["how"]) == due
    return faults if known and _registers(read["registers"]) == _named(declared) else faults | {SOURCE}


def _day(read: re.Match[str]) -> dt.date | None:
    if read["month"] not in MONTHS_DA:
        return None
    try:
        return dt.date(int(read["year"]), MONTHS_DA.index(read["month"]) + 1, int(read["day"]))
    except ValueError:
        return None


def _registers(text: str) -> set[str]:
    return set(re.split(r", | og ", text))


def _named(declared: Feature) -> set[str]:
    return {REGISTERS_DA[register] for register in declared.registers}
