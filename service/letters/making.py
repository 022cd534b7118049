"""Makes a letter of a case and keeps the exact copy, in one act that the log holds with the hash.

Grounds are recorded facts and rules that a person chose: what put the case on a list is not read here, and cannot be.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.events import canonical, instant
from governance.errors import NotFound, NotNow, PermissionDenied
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.cases.case import CaseFile, load_case
from service.cases.forms import invalid
from service.cases.own_words import REPEATED_DA, repeats_explanation
from service.cases.states import STATES
from service.cases.vault import load_vault
from service.identities.door import name_within, require_no_conflict, require_purpose
from service.letters.filled import FilledLetter, read_letter
from service.letters.kinds import LETTER_KINDS, LetterKind
from service.letters.rendering import displayable, render_pdf
from service.letters.source import LetterSource, load_source
from service.letters.tables import LETTERS, about
from service.letters.values import build_values

PERMISSION = "case.work"


@dataclass(frozen=True)
class Letter:
    """A letter that has been made; `sha256` is the hex hash of its PDF, `deadline` the last day to answer a hearing."""

    letter_id: str
    case_id: str
    kind: str
    at: str
    author: str
    sha256: str
    deadline: dt.date | None


def make_letter(
    store: Store, *, case_id: str, kind: str, fields: Mapping[str, Any], caller: Caller, purpose: str,
    settings: Settings,
) -> Letter:  # fmt: skip
    """Make and keep a letter of one of `LETTER_KINDS`; one event `letter.made`, which says whose name was read for it.

    `fields`: name → text, or a list of texts for a field of kind `choices`. For the owner of the case (`case.work`).
    `NotFound`, `PermissionDenied`, `NotNow` (the case does not stand where this letter is made, or the recipient's name
    is unknown), `InvalidForm` with every fault.
    """
    if kind not in LETTER_KINDS:
        raise NotFound("Der er ikke et sådant brev.", item="kind", remedy="Vælg et af sagens breve.")
    require_purpose(caller, purpose)
    with store.act("letter.made", subject=case_id, actor=caller.user_id) as act:
        case = load_case(act.connection, case_id)
        _require_writer(act, case, LETTER_KINDS[kind], caller)
        today = danish_day(act.at)
        source = load_source(act.connection, case, settings, today=today)
        filled = read_letter(kind, source, fields, today=today, hearing_days=settings.hearing_days)
        _require_own_words(case, filled)
        pdf = _render(act, filled, source, purpose=purpose, settings=settings)
        letter = _keep(act, filled, pdf, case_id=case_id, author=caller.user_id, settings=settings)
        act.add(letter=letter.letter_id, kind=kind, sha256=letter.sha256, **_rules_told(filled))
    return letter


def _require_writer(act: Act, case: CaseFile, kind: LetterKind, caller: Caller) -> None:
    caller.require(PERMISSION, case.offices)
    require_no_conflict(act.connection, case.case_id, caller)
    if case.owner != caller.user_id:
        raise PermissionDenied("Sagen behandles ikke af dig.", item="sag", remedy="Tag sagen, før du skriver brevet.")
    if case.state not in kind.states:
        raise NotNow(
            f"Brevet »{kind.text_da}« kan ikke skrives nu (sagens tilstand: {STATES[case.state]}).",
            item="sag",
            remedy="Se på sagen, hvad der kan gøres nu.",
        )


def _require_own_words(case: CaseFile, filled: FilledLetter) -> None:
    repeating = [name for name, words in filled.words.items() if repeats_explanation(case, words)]
    if repeating:
        raise invalid(*((name, REPEATED_DA) for name in repeating))


def _render(act: Act, filled: FilledLetter, source: LetterSource, *, purpose: str, settings: Settings) -> bytes:
    name = name_within(act, person_id=filled.recipient.person_id, purpose=purpose, settings=settings)
    if not name or not displayable(name):
        raise NotNow(
            "Modtagerens navn mangler, eller det har tegn, som et brev ikke kan vise.",
            item="recipient",
            remedy="Bed om, at kommunens nyeste fil med navne bliver indlæst.",
        )
    today = danish_day(act.at)
    return render_pdf(filled.kind, build_values(filled, source, name=name, today=today), day=today)


def _keep(act: Act, filled: FilledLetter, pdf: bytes, *, case_id: str, author: str, settings: Settings) -> Letter:
    letter = Letter(
        f"brev-{secrets.token_hex(10)}", case_id, filled.kind, instant(act.at), author,
        hashlib.sha256(pdf).hexdigest(), filled.deadline,
    )  # fmt: skip
    sealer = load_vault(settings).sealer_of(act.connection, case_id)
    document = {
        "person_id": filled.recipient.person_id,
        "facts": [fact.text_id for fact in filled.facts],
        "considered": list(filled.considered),
        "benefits": list(filled.benefits),
        "words": dict(filled.words),
    }
    row = vars(letter) | {
        "deadline": letter.deadline and letter.deadline.isoformat(),
        "sealed_fields": sealer.seal(canonical(document).encode(), about=about(letter, "fields")),
        "sealed_pdf": sealer.seal(pdf, about=about(letter, "pdf")),
    }
    act.connection.execute(sa.insert(LETTERS), row)
    return letter


def _rules_told(filled: FilledLetter) -> dict[str, Any]:
    """Codes of the rules, and those among them that no counsel has confirmed."""
    unconfirmed = [rule.code for rule in filled.rules if not rule.confirmed_on]
    return {"rules": [rule.code for rule in filled.rules], "unconfirmed": unconfirmed}
