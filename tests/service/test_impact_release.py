"""A workbook leaves only when two different evaluators let it out, byte for byte as it was approved."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import AuditLogBroken, InvalidForm, NotFound, NotNow, PermissionDenied
from governance.store.opening import Store
from service.impact import release
from service.impact.keeping import KeptReport
from service.impact.release import OPEN_DAYS, Exported, approve_release, ask_release, export_workbook, list_releases
from service.impact.report_model import HIDDEN, Column, Section, Table, hash_of
from service.impact.workbook import workbook_bytes
from tests.service.impact_reports import a_report, keep
from tests.service.people import ANNA, DPO, EMIL, EVALUATOR, LEADER, a_caller

KNOWN_PARTS = (
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|sharedStrings)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/sheet\d+\.xml"
)
FORMULA = '=HYPERLINK("https://example.invalid";"åbn")'


@pytest.fixture
def asked(sqlite_store: Store) -> release.Release:
    """A version that Eva has asked for."""
    keep(sqlite_store, a_report())
    return ask_release(sqlite_store, caller=EVALUATOR, version=1, purpose=" Møde i udvalget ")


def events(store: Store) -> list[tuple[str, str, dict]]:
    with store.reading() as connection:
        rows = connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq)).all()
    return [(row.action, row.actor, json.loads(row.details)) for row in rows]


def test_one_asks_another_approves_and_both_may_take_it(sqlite_store: Store, asked: release.Release) -> None:
    with pytest.raises(NotNow):
        export_workbook(sqlite_store, caller=EVALUATOR, version=1)
    done = approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    taken = [export_workbook(sqlite_store, caller=who, version=1) for who in (EVALUATOR, EMIL)]
    assert (done.asked_by, done.approved_by, done.purpose) == ("eva", "emil", "Møde i udvalget")
    assert {hashlib.sha256(each.content).hexdigest() for each in taken} == {done.file_sha256}
    told = [(action, who, details.get("file_sha256")) for action, who, details in events(sqlite_store)[-4:]]
    assert told == [
        ("impact.release_asked", "eva", None), ("impact.released", "emil", done.file_sha256),
        ("impact.exported", "eva", done.file_sha256), ("impact.exported", "emil", done.file_sha256),
    ]  # fmt: skip


def test_nobody_approves_what_they_asked_for(sqlite_store: Store, asked: release.Release) -> None:
    with pytest.raises(PermissionDenied):
        approve_release(sqlite_store, caller=EVALUATOR, request_id=asked.request_id)
    with sqlite_store.reading() as connection:
        assert list_releases(connection) == (asked,)


def test_each_of_two_who_asked_may_approve_the_other(sqlite_store: Store, asked: release.Release) -> None:
    other = ask_release(sqlite_store, caller=EMIL, version=1, purpose="Revision")
    assert approve_release(sqlite_store, caller=EVALUATOR, request_id=other.request_id).approved_by == "eva"
    with pytest.raises(NotNow):
        approve_release(sqlite_store, caller=EVALUATOR, request_id=other.request_id)


@pytest.mark.parametrize("who", [ANNA, LEADER, DPO])
def test_whoever_is_no_evaluator_can_do_nothing(sqlite_store: Store, asked: release.Release, who) -> None:
    for do in (
        lambda: ask_release(sqlite_store, caller=who, version=1, purpose="x"),
        lambda: approve_release(sqlite_store, caller=who, request_id=asked.request_id),
        lambda: export_workbook(sqlite_store, caller=who, version=1),
    ):
        with pytest.raises(PermissionDenied):
            do()


def test_a_release_is_of_one_version_and_has_a_purpose(sqlite_store: Store, asked: release.Release) -> None:
    approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    keep(sqlite_store, replace(a_report(), booking=99))
    with pytest.raises(NotNow):
        export_workbook(sqlite_store, caller=EMIL, version=2)
    with pytest.raises(NotFound):
        ask_release(sqlite_store, caller=EMIL, version=3, purpose="x")
    with pytest.raises(InvalidForm):
        ask_release(sqlite_store, caller=EMIL, version=2, purpose="  ")
    with pytest.raises(NotFound):
        approve_release(sqlite_store, caller=EMIL, request_id="udlevering-0")


def pass_days(store: Store, days: int) -> None:
    store.clock.at += dt.timedelta(days=days)  # type: ignore[attr-defined]


def test_an_approved_workbook_may_be_taken_for_a_month_and_then_is_asked_for_again(
    sqlite_store: Store, asked: release.Release
) -> None:
    pass_days(sqlite_store, OPEN_DAYS - 1)
    approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    pass_days(sqlite_store, OPEN_DAYS - 1)
    assert export_workbook(sqlite_store, caller=EVALUATOR, version=1).content
    pass_days(sqlite_store, 1)
    with pytest.raises(NotNow, match="udløbet"):
        export_workbook(sqlite_store, caller=EVALUATOR, version=1)
    again = ask_release(sqlite_store, caller=EVALUATOR, version=1, purpose="Nyt møde")
    with pytest.raises(NotNow):
        export_workbook(sqlite_store, caller=EVALUATOR, version=1)
    approve_release(sqlite_store, caller=EMIL, request_id=again.request_id)
    assert export_workbook(sqlite_store, caller=EVALUATOR, version=1).content


def test_a_request_that_nobody_approved_lapses(sqlite_store: Store, asked: release.Release) -> None:
    with pytest.raises(NotNow):
        ask_release(sqlite_store, caller=EVALUATOR, version=1, purpose="Igen")
    pass_days(sqlite_store, OPEN_DAYS)
    with pytest.raises(NotNow, match="udløbet"):
        approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    assert ask_release(sqlite_store, caller=EVALUATOR, version=1, purpose="Igen").request_id != asked.request_id


def test_a_second_session_of_the_same_person_is_the_same_person(sqlite_store: Store, asked: release.Release) -> None:
    """Whoever has another role besides, another name or another purpose today, is still who they are."""
    again = a_caller("eva", ("evaluator", "*"), ("team_leader", "BUF"), name="Eva Andetnavn")
    with pytest.raises(PermissionDenied):
        approve_release(sqlite_store, caller=again, request_id=asked.request_id)
    assert [action for action, _, _ in events(sqlite_store)].count("impact.released") == 0


def test_nothing_but_the_report_is_in_the_file() -> None:
    """No hidden sheet, row or column, no comment, no name, no author, no connection: every part of the file is known."""
    content = workbook_bytes(KeptReport(a_report(), hash_of(a_report())))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.comment] and not book.defined_names
    assert {page.sheet_state for page in book.worksheets} == {"visible"}
    hidden = [each for page in book.worksheets for each in (*page.row_dimensions.values(),
                                                            *page.column_dimensions.values()) if each.hidden]  # fmt: skip
    assert not hidden
    assert not book.properties.creator and not book.properties.lastModifiedBy and not book.properties.description
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        odd = [name for name in parts.namelist() if not re.fullmatch(KNOWN_PARTS, name)]
        assert odd == []


def test_a_file_that_is_not_the_approved_one_stays_in(
    sqlite_store: Store, asked: release.Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve_release(sqlite_store, caller=EMIL, request_id=asked.request_id)
    monkeypatch.setattr(release, "workbook_bytes", lambda kept: b"other")
    with pytest.raises(AuditLogBroken):
        export_workbook(sqlite_store, caller=EMIL, version=1)
    assert [action for action, _, _ in events(sqlite_store)].count("impact.exported") == 0


def test_the_same_report_gives_the_same_bytes() -> None:
    kept = KeptReport(a_report(), hash_of(a_report()))
    assert workbook_bytes(kept) == workbook_bytes(kept)
    assert isinstance(Exported(b"", "", ""), Exported)


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    table = Table(
        code="t", title_da=FORMULA, columns=(Column(code="text", text_da="@SUM(A1)", unit="text"),
                                             Column(code="value", text_da="+1", unit="ore")),
        rows=((FORMULA, HIDDEN), ("-2+3", 12_345), ("@x", None)), note_da="=1+1",
    )  # fmt: skip
    section = Section(code="arm", title_da="=x[]:*?/\\'", intro_da=FORMULA, tables=(table,))
    report = replace(a_report(), sections=(section,), method=(("=A", FORMULA),))
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(KeptReport(report, hash_of(report)))))
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert FORMULA in [cell.value for cell in cells] and 123.45 in [cell.value for cell in cells]
