"""Who sends letters, the legal rules a caseworker chooses from, and where one may complain: one file, read strictly.

Every entry says whether counsel has confirmed it. Must not know any case.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from governance.benefits import load_catalogue
from governance.errors import SettingsError
from governance.settings import PREFIX, Settings
from service.letters.kinds import LETTER_KINDS

ANY, REGISTRATION = "any", "registration"
MUNICIPALITY = "municipality"
DECIDERS = (MUNICIPALITY, "udbetaling_danmark")
REPAYMENTS: Mapping[str, frozenset[str]] = {
    "knowledge": frozenset({"better_knowledge", "suspected_intent"}),
    "omission": frozenset({"honest_mistake", "better_knowledge", "suspected_intent"}),
}
"""What a rule for repayment asks of the citizen → the causes of an error (`CAUSES`) that can meet it."""
_ITEM = f"{PREFIX}LETTER_TEXTS_FILE"


@dataclass(frozen=True)
class Sender:
    """Who stands at the head of a letter and how to reach them; `data_protection` says how to reach the officer."""

    authority: str
    unit: str
    contact: tuple[str, ...]
    data_protection: str
    confirmed_on: str
    confirmed_by: str


@dataclass(frozen=True)
class LegalRule:
    """A rule of law: act, paragraph, what it says in plain Danish, for which benefits, in which kinds of letter.

    `repayment` (a code of `REPAYMENTS`) says what a claim by it asks of the citizen, "" when it is no rule for claims.
    `confirmed_on` is the day (YYYY-MM-DD) on which counsel confirmed it, "" when nobody has. `note` is for counsel.
    """

    code: str
    act: str
    paragraph: str
    text_da: str
    benefits: tuple[str, ...]
    letters: tuple[str, ...]
    repayment: str
    confirmed_on: str
    confirmed_by: str
    note: str

    def repays(self, benefit: str) -> bool:
        """Whether what was paid of the benefit can be claimed back by it."""
        return bool(self.repayment) and benefit in self.benefits

    @property
    def named(self) -> str:
        """Act and paragraph, as `CPR-loven § 6, stk. 1`."""
        return f"{self.act} {self.paragraph}"


@dataclass(frozen=True)
class BenefitText:
    """What letters say of a benefit: why where one lives matters to it, and what follows when it is changed."""

    code: str
    matters_da: str
    next_da: str
    confirmed_on: str
    confirmed_by: str
    note: str


@dataclass(frozen=True)
class Appeal:
    """Where one may complain of a decision on what it `covers` (forvaltningsloven § 25): body, weeks, how, rule."""

    code: str
    covers: tuple[str, ...]
    heading_da: str
    decided_by: str
    body_da: str
    rule_da: str
    weeks: int
    text_da: str
    confirmed_on: str
    confirmed_by: str
    note: str


@dataclass(frozen=True)
class LetterTexts:
    """The file as it was read."""

    sender: Sender
    rules: Mapping[str, LegalRule]
    benefits: Mapping[str, BenefitText]
    appeals: tuple[Appeal, ...]

    @property
    def entries(self) -> tuple[LegalRule | BenefitText | Appeal, ...]:
        """Everything that counsel confirms one by one."""
        return (*self.rules.values(), *self.benefits.values(), *self.appeals)

    def rules_for(self, letter: str, benefits: Collection[str]) -> tuple[LegalRule, ...]:
        """The rules that a letter of this kind may rest on in a case of these benefits, in the order of the file."""
        named = {ANY, REGISTRATION, *benefits}
        return tuple(
            rule for rule in self.rules.values() if letter in rule.letters and named.intersection(rule.benefits)
        )

    def appeals_for(self, decided: Collection[str]) -> tuple[Appeal, ...]:
        """The guidance for a decision on these benefits (and `registration`), in the order of the file."""
        return tuple(appeal for appeal in self.appeals if set(appeal.covers).intersection(decided))

    def claimed_here(self, benefit: str) -> bool:
        """Whether the municipality decides about the benefit, and so about claiming it back."""
        return any(appeal.decided_by == MUNICIPALITY for appeal in self.appeals_for([benefit]))

    def unconfirmed(self) -> tuple[str, ...]:
        """Codes of the entries that counsel has not confirmed."""
        return tuple(each.code for each in self.entries if not each.confirmed_on)


def rule_choices(settings: Settings, *, letter: str, benefits: Collection[str]) -> tuple[tuple[str, str], ...]:
    """(code, `act paragraph: text`) of the rules that may be chosen."""
    rules = load_letter_texts(settings).rules_for(letter, benefits)
    return tuple((rule.code, f"{rule.named}: {rule.text_da}") for rule in rules)


def load_letter_texts(settings: Settings) -> LetterTexts:
    """The file in force; `SettingsError` names the entry and the field that is wrong."""
    if not settings.letter_texts_file:
        return _shipped()
    try:
        return read_letter_texts(Path(settings.letter_texts_file).read_bytes())
    except OSError:
        raise _wrong("The file cannot be read.") from None


@cache
def _shipped() -> LetterTexts:
    return read_letter_texts(files("service.letters").joinpath("grounds.toml").read_bytes())


def read_letter_texts(content: bytes) -> LetterTexts:
    """The texts of a file; unknown is an error: a misspelt key could be a safeguard that nobody sees missing."""
    try:
        source = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise _wrong(f"The file is not TOML in UTF-8 ({type(fault).__name__}).") from None
    if set(source) != {"sender", "rule", "benefit", "appeal"}:
        raise _wrong("The file must hold [sender], [[rule]], [[benefit]] and [[appeal]] and nothing else.")
    sender = _entry(Sender, source["sender"], "sender")
    rules = _entries(LegalRule, source, "rule")
    benefits = _entries(BenefitText, source, "benefit")
    texts = LetterTexts(
        sender, {each.code: each for each in rules}, {each.code: each for each in benefits},
        tuple(_entries(Appeal, source, "appeal")),
    )  # fmt: skip
    _require_sense(texts, entries=(len(rules), len(benefits)))
    return texts


def _entries(kind: type, source: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(source[key], list):
        raise _wrong(f"Entries are written [[{key}]].")
    return [_entry(kind, each, f"{key} {place}") for place, each in enumerate(source[key], start=1)]


def _entry(kind: type, entry: Any, where: str) -> Any:
    """One table of the file as a dataclass of texts, lists of texts and whole numbers."""
    wanted = {each.name: each.type for each in fields(kind)}
    if not isinstance(entry, dict) or set(entry) != set(wanted):
        raise _wrong(f"{where} must hold exactly: {', '.join(wanted)}.")
    return kind(**{name: _cell(entry[name], str(wanted[name]), f"{where}, {name}") for name in wanted})


def _cell(value: Any, kind: str, where: str) -> Any:
    if kind == "int":
        fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    elif kind == "str":
        fits = isinstance(value, str)
    else:
        fits = isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)
    if not fits:
        raise _wrong(f"{where} is not what it must be.")
    return tuple(value) if isinstance(value, list) else value


def _require_sense(texts: LetterTexts, *, entries: tuple[int, int]) -> None:
    """Known codes only, nothing twice, a day for each confirmation, and each benefit with its words and its appeal."""
    benefits = {*load_catalogue().benefits, REGISTRATION}
    covered = [code for appeal in texts.appeals for code in appeal.covers]
    if sorted(covered) != sorted(benefits):
        raise _wrong("The entries [[appeal]] must cover each benefit and the registration exactly once.")
    if {*texts.benefits, REGISTRATION} != benefits:
        raise _wrong("There must be one entry [[benefit]] for each benefit of the catalogue.")
    if (len(texts.rules), len(texts.benefits)) != entries:
        raise _wrong("Two entries have one code.")
    for rule in texts.rules.values():
        if not set(rule.benefits) <= benefits | {ANY} or not set(rule.letters) <= set(LETTER_KINDS):
            raise _wrong(f"rule {rule.code} names a benefit or a kind of letter that nobody knows.")
        if rule.repayment not in ("", *REPAYMENTS):
            raise _wrong(f"rule {rule.code}: repayment is empty or one of {', '.join(REPAYMENTS)}.")
    _require_repayments(texts)
    for each in (texts.sender, *texts.entries):
        _require_confirmation(each)
    if any(appeal.decided_by not in DECIDERS for appeal in texts.appeals):
        raise _wrong(f"decided_by is one of {', '.join(DECIDERS)}.")


def _require_repayments(texts: LetterTexts) -> None:
    """Without a rule for repayment nothing could be claimed back, and nobody would have meant that."""
    for code in filter(texts.claimed_here, texts.benefits):
        if not any(rule.repays(code) for rule in texts.rules_for("decision", [code])):
            raise _wrong(f"No rule for repayment may be chosen for the benefit {code}.")


def _require_confirmation(entry: Sender | LegalRule | BenefitText | Appeal) -> None:
    try:
        day = entry.confirmed_on and dt.date.fromisoformat(entry.confirmed_on).isoformat()
    except ValueError:
        day = None
    if day != entry.confirmed_on or bool(day) != bool(entry.confirmed_by):
        raise _wrong("A confirmation is a day as YYYY-MM-DD and a name, or both empty.")


def _wrong(what: str) -> SettingsError:
    return SettingsError(what, item=_ITEM, remedy="Correct the file, or leave the setting out for the shipped one.")
