"""One ZIP for one person: the whole answer on access as PDF and JSON, and exact copies of the letters sent to them.

Source: GDPR Article 15(1), (3) and (4). Nothing of it is written to disk; each answer leaves one event with its hash.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day, danish_time
from governance.errors import InvalidForm, NotFound
from governance.store.opening import Act, Store
from service.identities.door import identity_of_subject, log_name
from service.letters.opening import KeptLetter, kept_letters
from service.rights.access_answer import Sources, build_answer
from service.rights.access_blocks import build_blocks
from service.rights.access_cases import Words, find_words
from service.rights.printing import print_blocks
from service.rights.requests import Request, list_requests, load_request, record_step
from service.rights.staff import Staff
from service.rights.subject import Subject, load_subject

PERMISSION = "person.export"
TITLE = "Svar på anmodning om indsigt"
ANSWER_PDF, ANSWER_JSON, LISTING = "svar.pdf", "svar.json", "indhold.txt"


@dataclass(frozen=True)
class AccessExport:
    """A finished answer; `content` is the ZIP, `sha256` its hex hash, which stands in the log."""

    file_name: str
    content: bytes = field(repr=False)
    sha256: str
    places: int
    cases: int
    kept_back: int


@dataclass(frozen=True)
class Preview:
    """What an answer would hold, for the officer to read through: counts, and every free text."""

    runs: int
    places: int
    cases: int
    letters: int
    protected: bool
    words: tuple[Words, ...]


def preview_export(store: Store, *, caller: Caller, request_id: str, person_id: str, purpose: str) -> Preview:
    """The free texts that must be read through before they are given; one event `right.read` naming the cases."""
    caller.require(PERMISSION)
    with store.reading() as connection:
        request = _request_of(connection, store, request_id, person_id)
        subject = load_subject(connection, store.settings, person_id)
        words = find_words(connection, store.settings, subject)
        letters = _letters_to(connection, store, subject)
    details = {"purpose": purpose, "person": request.person, "cases": [each.case_id for each in subject.cases]}
    with store.act("right.read", subject=request_id, details=details, actor=caller.user_id):
        pass
    return Preview(
        len(subject.runs), len(subject.decisions), len(subject.cases), len(letters), subject.protected, words
    )


def make_access_export(
    store: Store,
    *,
    caller: Caller,
    person_id: str,
    purpose: str,
    given: frozenset[str] = frozenset(),
    named_staff: bool = False,
    request_id: str = "",
) -> AccessExport:
    """The answer; one event `person.exported`, which also records the step on the request when one is named.

    `given`: ids of the free texts that were read through and may be given. `InvalidForm` for a text that is not of the
    person's cases, `NotFound` for a request that is another person's.
    """
    caller.require(PERMISSION)
    with store.reading() as connection:
        now = store.clock.now()
        request = _request_of(connection, store, request_id, person_id) if request_id else None
        sources, letters = _gather(connection, store, person_id, given)
        answer = build_answer(connection, sources, settings=store.settings, now=now, staff=Staff(named_staff))
    files = {
        ANSWER_PDF: print_blocks(TITLE, build_blocks(answer), at=now),
        ANSWER_JSON: (json.dumps(answer, ensure_ascii=False, indent=1, default=str) + "\n").encode(),
        **{f"breve/{each.letter.letter_id}.pdf": each.pdf for each in letters if each.pdf},
    }
    content = pack(files, at=now)
    export = AccessExport(
        file_name=f"indsigt-{request_id or danish_day(now).isoformat()}.zip",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        places=len(sources.subject.decisions),
        cases=len(sources.subject.cases),
        kept_back=answer["kept_back"]["texts"],
    )
    _record(store, caller, export, sources, request, purpose=purpose, named_staff=named_staff)
    return export


def _gather(
    connection: sa.Connection, store: Store, person_id: str, given: frozenset[str]
) -> tuple[Sources, tuple[KeptLetter, ...]]:
    settings = store.settings
    subject = load_subject(connection, settings, person_id)
    words = find_words(connection, settings, subject)
    _refuse_foreign(given, words)
    letters = _letters_to(connection, store, subject)
    name = log_name(settings, person_id)
    sources = Sources(
        subject=subject,
        name_in_log=name,
        identity=identity_of_subject(connection, person_id=person_id, settings=settings),
        words=words,
        given=given,
        letters=tuple((each.letter, bool(each.pdf)) for each in letters),
        requests=tuple(each for each in list_requests(connection) if each.person == name),
    )
    return sources, letters


def _letters_to(connection: sa.Connection, store: Store, subject: Subject) -> tuple[KeptLetter, ...]:
    """A letter to another adult of the household is not this person's to have (Article 15(4))."""
    return tuple(
        kept
        for case in subject.cases
        for kept in kept_letters(connection, case.case_id, store.settings)
        if kept.person_id == subject.person_id
    )


def _refuse_foreign(given: frozenset[str], words: tuple[Words, ...]) -> None:
    if not given <= {each.text.text_id for each in words}:
        raise InvalidForm(
            "En af teksterne hører ikke til personens sager.", item="given", remedy="Vælg blandt de viste tekster."
        )


def _request_of(connection: sa.Connection, store: Store, request_id: str, person_id: str) -> Request:
    request = load_request(connection, request_id)
    if request.person != log_name(store.settings, person_id):
        raise NotFound("Anmodningen er en anden persons.", item=request_id, remedy="Find den i oversigten.")
    return request


def _record(
    store: Store,
    caller: Caller,
    export: AccessExport,
    sources: Sources,
    request: Request | None,
    *,
    purpose: str,
    named_staff: bool,
) -> None:
    details = {
        "purpose": purpose,
        "person": sources.name_in_log,
        "cases": [each.case_id for each in sources.subject.cases],
        "letters": [letter.letter_id for letter, enclosed in sources.letters if enclosed],
        "texts": sorted(sources.given),
        "kept_back": export.kept_back,
        "named_staff": named_staff,
        "sha256": export.sha256,
    }
    subject = request.request_id if request else sources.name_in_log
    with store.act("person.exported", subject=subject, details=details, actor=caller.user_id) as act:
        if request is not None:
            _step(act, request, caller, store, export)


def _step(act: Act, request: Request, caller: Caller, store: Store, export: AccessExport) -> None:
    current = load_request(act.connection, request.request_id)
    if current.answer is None:
        record_step(act, current, step="exported", actor=caller, store=store, details={"sha256": export.sha256})


def pack(files: Mapping[str, bytes], *, at: dt.datetime) -> bytes:
    """A ZIP of the files with a listing of their hashes; the same bytes for the same files and moment."""
    listing = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    packed, local = io.BytesIO(), danish_time(at)
    written = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, LISTING: listing.encode()}.items():
            entry = zipfile.ZipInfo(name, date_time=written)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
