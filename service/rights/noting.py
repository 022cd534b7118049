"""The officer notes what is wrong: in words on the case, and as rows of registers that can be scored at once.

A rectification may say what is right; an objection may say which rows must not be used. Where a decision was announced
that rests on it, noting it reopens the decision in its case. Must not know pages.

Source: GDPR Articles 16, 18(1)(a) and 21(1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.errors import DataContractError, InvalidForm, UsageError
from governance.explained.keeping import load_run
from governance.registers import Registers
from governance.store.opening import Store
from service.cases.case import CaseFile, load_case
from service.cases.forms import invalid
from service.cases.snapshot import persons_of
from service.cases.states import FACT_SOURCES
from service.cases.vault import load_vault
from service.kept_registers import load_kept
from service.rights.access_words import COLUMNS, TABLES, as_word
from service.rights.handling import (
    PERMISSION,
    affected_cases,
    ask_for_reversal,
    open_unanswered,
    require_of_person,
)
from service.rights.requests import OpenedRequest, checked_words, handling, load_request, record_step
from service.rights.row_corrections import Row, RowCorrection, correctable_columns, rows_about

UNTOLD = frozenset({"recorded_on", "retracted_on"})


def note_correction(
    store: Store,
    *,
    caller: Caller,
    request_id: str,
    case_id: str,
    words: str,
    source: str,
    purpose: str,
    rows: Sequence[RowCorrection] = (),
    rests: bool = False,
) -> str:
    """Mark the case with what is wrong and what is right, sealed with the case's words; returns the text's id.

    `source` is the register that is wrong (`FACT_SOURCES`). `rows` are scored within minutes (`rescored`). `rests`: the
    announced decision rests on it, and is reopened. `NotFound` for a case that is not the person's.
    """
    caller.require(PERMISSION)
    text = checked_words(words, field="words", needed=True)
    if source not in FACT_SOURCES:
        raise InvalidForm("Vælg et register.", item="source", remedy="Vælg det register, der er forkert.")
    opened = open_unanswered(store, caller, request_id, purpose)
    if opened.request.kind == "objection" and any(each.column for each in rows):
        raise invalid(("column", "En indsigelse kan kun udelade rækken. Skal den rettes, er det en berigtigelse."))
    with store.reading() as connection:
        require_of_person(affected_cases(connection, store, opened.person_id), case_id)
    with handling(store, caller=caller, request_id=request_id, step="correction") as act:
        request = load_request(act.connection, request_id)
        document = {"text": text, "source": source, "request": request_id}
        load_case(act.connection, case_id)
        text_id = load_vault(store.settings).seal_text(act, case_id, "wrong_fact", document, caller.user_id)
        details = {"text": text_id, "source": source, "rows": len(rows)}
        record_step(
            act, request, step="correction", actor=caller, store=store, case_id=case_id, details=details,
            more={"rows": [each.as_document() for each in rows]} if rows else None,
        )  # fmt: skip
        act.add(case=case_id, purpose=purpose, **details)
    if rests:
        ask_for_reversal(store, caller=caller, request_id=request_id, case_id=case_id, purpose=purpose)
    return text_id


def rows_to_choose(store: Store, opened: OpenedRequest, case_id: str) -> Mapping[str, tuple[str, Row]]:
    """Code → register and row that the list of the case knew of the person and the home; {} where none are kept.

    Personal: whoever asks has opened the request. `NotFound` for a case that is not the person's.
    """
    with store.reading() as connection:
        require_of_person(affected_cases(connection, store, opened.person_id), case_id)
        case = load_case(connection, case_id)
        registers = _registers_of(connection, store, case)
    if registers is None:
        return {}
    found = rows_about(registers, person_id=opened.person_id, address_id=case.address_id)
    return {f"{table}-{number}": (table, row) for number, (table, row) in enumerate(found)}


def _registers_of(connection: sa.Connection, store: Store, case: CaseFile) -> Registers | None:
    """Those that the list was made from; None for a list that no model made, and when their time is over."""
    try:
        return load_kept(str(load_run(connection, case.run_id).grounds["kept_registers"]), home=store.settings.home)
    except (DataContractError, UsageError):
        return None


def told_rows(
    store: Store, opened: OpenedRequest, case_id: str, rows: Mapping[str, tuple[str, Row]]
) -> tuple[tuple[str, str], ...]:
    """Code and what the row says in Danish; of persons alone their number in the case."""
    with store.reading() as connection:
        kept = load_vault(store.settings).newest(connection, [case_id], "snapshot").get(case_id, {})
    names: dict[Any, str] = {person: f"person {number}" for number, person in persons_of(kept).items()}
    names[opened.person_id] = "den, der har henvendt sig"
    return tuple((code, f"{TABLES[table]}: {_told(row, names)}") for code, (table, row) in rows.items())


def _told(row: Row, names: Mapping[Any, str]) -> str:
    said = {
        name: names.get(value, "en anden") if name in ("person_id", "related_id") else as_word(name, value)
        for name, value in row.items()
        if value is not None and name not in UNTOLD and not name.endswith(("address_id", "grant_id", "signal_id"))
    }
    return ", ".join(f"{COLUMNS.get(name, name)} {_plain(value)}" for name, value in said.items())


def _plain(value: Any) -> Any:
    return {True: "ja", False: "nej"}.get(value, value) if isinstance(value, bool) else value


def columns_to_choose(tables: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The columns of these registers that can be corrected, with their Danish names."""
    names = {each.name: COLUMNS.get(each.name, each.name) for table in tables for each in correctable_columns(table)}
    return tuple(names.items())
