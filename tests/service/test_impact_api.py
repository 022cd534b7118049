"""The report by the API: what is not there is 404, what nobody let out stays in, and each answer names its version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from governance.store.opening import Store
from service.impact.keeping import KeptReport
from service.impact.report_model import SECTIONS
from tests.service.api import Asker
from tests.service.impact_reports import a_later_report, a_report, keep
from tests.service.people import ANNA, BUF_ONLY, DPO, EMIL, EVALUATOR, LEADER, a_caller
from tests.service.tokens import InProcess, an_app

READS = ("/impact/headline", "/impact/report", "/impact/sections/arm", "/impact/versions")
EXPORTS = ("/impact/releases", "/impact/workbook?version=1")


@pytest.fixture
def kept(sqlite_store: Store) -> KeptReport:
    return keep(sqlite_store, a_report())


@pytest.fixture
def client(sqlite_store: Store, kept: KeptReport) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_store)) as opened:
        yield opened


def refused(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json")
    return answer.status_code, answer.json()["code"]


def test_a_section_names_its_version_and_is_the_reports_own(client: InProcess, kept: KeptReport) -> None:
    asker = Asker(client, EVALUATOR)
    whole = {each["code"]: each for each in asker.get("/impact/report").json()["sections"]}
    for code in SECTIONS:
        told = asker.get(f"/impact/sections/{code}").json()
        assert (told["version"], told["sha256"]) == (1, kept.sha256)
        assert {name: told[name] for name in whole[code]} == whole[code]


@pytest.mark.parametrize("code", ["findes-ikke", "ARM", "arm%20", "..%2Fversions", "figures_by_administration"])
def test_a_section_that_there_is_not_is_404(client: InProcess, code: str) -> None:
    assert Asker(client, EVALUATOR).get(f"/impact/sections/{code}").status_code == 404


def test_what_is_not_there_is_a_problem_that_says_so(client: InProcess) -> None:
    asker = Asker(client, EVALUATOR)
    assert refused(asker.get("/impact/sections/findes-ikke")) == (404, "not-found")
    assert refused(asker.get("/impact/report?version=9")) == (404, "not-found")
    assert refused(asker.get("/impact/report?version=0"))[0] == 422


@pytest.mark.parametrize("path", [*READS, *EXPORTS])
@pytest.mark.parametrize("who", [ANNA, LEADER, BUF_ONLY, None])
def test_nobody_but_an_evaluator_reads_or_takes(client: InProcess, path: str, who: Any) -> None:
    assert Asker(client, who).get(path).status_code == (401 if who is None else 403)


def test_the_officer_takes_no_workbook(client: InProcess) -> None:
    assert refused(Asker(client, DPO).get("/impact/workbook?version=1"))[0] == 403


def release(asker: Asker, other: Asker, *, version: int, sha256: str) -> Any:
    asked = asker.post(
        "/impact/releases", {"version": version, "purpose": "Møde"}, headers={"Idempotency-Key": "asked-for-once-0001"}
    )
    where = f"/impact/releases/{asked.json()['request_id']}/approve"
    return other.post(where, {"report_sha256": sha256}, headers={"Idempotency-Key": "approved-once-0001"})


def test_one_person_twice_lets_nothing_out_whatever_session_or_name(client: InProcess, kept: KeptReport) -> None:
    eva = Asker(client, EVALUATOR)
    again = Asker(client, a_caller("eva", ("evaluator", "*"), name="Eva Andetnavn"))
    assert release(eva, again, version=1, sha256=kept.sha256).status_code == 403
    assert refused(eva.get("/impact/workbook?version=1"))[0] == 409


def test_a_version_that_was_not_let_out_stays_in_although_another_was(
    client: InProcess, kept: KeptReport, sqlite_store: Store
) -> None:
    eva, emil = Asker(client, EVALUATOR), Asker(client, EMIL)
    done = release(eva, emil, version=1, sha256=kept.sha256)
    assert (done.status_code, done.json()["approved_by"]) == (200, "emil")
    keep(sqlite_store, a_later_report())
    assert eva.get("/impact/workbook?version=1").content[:2] == b"PK"
    assert refused(eva.get("/impact/workbook?version=2"))[0] == 409
    assert eva.get("/impact/workbook").status_code == 422


def test_an_approval_of_another_report_or_of_the_same_twice_lets_nothing_more_out(
    client: InProcess, kept: KeptReport
) -> None:
    eva, emil = Asker(client, EVALUATOR), Asker(client, EMIL)
    assert release(eva, emil, version=1, sha256="0" * 64).status_code == 422
    assert refused(eva.get("/impact/workbook?version=1"))[0] == 409
    [asked] = eva.get("/impact/releases").json()["releases"]
    where = f"/impact/releases/{asked['request_id']}/approve"
    answers = [
        emil.post(where, {"report_sha256": kept.sha256}, headers={"Idempotency-Key": key})
        for key in ("a-key-of-its-own-1", "a-key-of-its-own-1", "another-key-quite-2")
    ]
    assert [each.status_code for each in answers] == [200, 200, 409]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
