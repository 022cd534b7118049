"""What every answer has in common: safe headers, limits, one shape of refusal, and a log that names nobody."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Form
from fastapi.responses import PlainTextResponse
from prometheus_client import generate_latest

import service.app
import service.web
import service.web.rendering
from governance.errors import ERRORS, GateClosed, InvalidForm, SettingsError, UserError
from governance.store.opening import Store
from service.auth.declared import public
from service.auth.limits import REMEMBERED, Buckets
from service.web.health import CHECKS
from service.web.logs import FIELDS, JsonLines, install_logging
from service.web.security import CONTENT_SECURITY
from tests.audit_logs import TickingClock
from tests.service.people import ANNA, BO
from tests.service.tokens import InProcess, an_app, bearer, come_in

SECRET = "Prøve Hansen, 010180-1234"


def extra_routes() -> APIRouter:
    """Routes that break in every way a handler may."""
    router = APIRouter(include_in_schema=False, dependencies=[public()])

    @router.get("/brud")
    @router.get("/api/v1/brud")
    def breaks() -> None:
        raise ValueError(f"no row for {SECRET}")

    @router.get("/fejl/{code}")
    @router.get("/api/v1/fejl/{code}")
    def refuses(code: str) -> None:
        raise next(error for error in ERRORS if error.code == code)("Hvad.", item="ting", remedy="Gør dette.")

    @router.get("/api/v1/tal/{number}")
    def counts(number: int) -> int:
        return number

    @router.post("/api/v1/krop")
    def swallows(words: Annotated[str, Form()]) -> int:
        return len(words)

    @router.get("/gemmes")
    def kept() -> PlainTextResponse:
        return PlainTextResponse("x", headers={"Cache-Control": "public"})

    return router


OWN = service.web.routers


def own_and_extra() -> list[APIRouter]:
    """One function for all tests: what gives the same routers is asked once in a process."""
    return [*OWN(), extra_routes()]


@pytest.fixture
def with_extra_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.web, "routers", own_and_extra)


@pytest.fixture
def client(sqlite_store: Store, with_extra_routes: None) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_store, body_bytes=2_000)) as found:
        yield found


PATHS = ["/livez", "/log-ind", "/nope", "/formaal", "/brud", "/api/v1/me", "/api/v1/nope", "/api/v1/brud"]


def test_a_watcher_may_ask_for_the_status_alone(client: InProcess) -> None:
    asked = [client.request("HEAD", path) for path in ("/livez", "/readyz")]
    assert [(each.status_code, each.content) for each in asked] == [(200, b""), (200, b"")]


def test_every_answer_forbids_the_browser_what_it_need_not_do(client: InProcess) -> None:
    for path in PATHS:
        headers = client.get(path).headers
        assert headers["content-security-policy"] == CONTENT_SECURITY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["strict-transport-security"].startswith("max-age=")
        assert headers["x-request-id"].startswith("req-")
        assert "server" not in headers
    assert client.get("/gemmes").headers["cache-control"] == "public"
    assert "'unsafe" not in CONTENT_SECURITY
    assert CONTENT_SECURITY.startswith("default-src 'none'; ")


def test_a_host_that_is_not_ours_is_refused_but_for_whoever_watches(client: InProcess) -> None:
    for host in ("evil.example", "kontrol.example.evil.example", "127.0.0.1", ""):
        assert client.get("/log-ind", headers={"Host": host}).status_code == 400, host
    assert client.get("/livez", headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert client.get("/log-ind", headers={"Host": "KONTROL.example"}).status_code != 400


def test_what_is_too_large_is_not_read(client: InProcess) -> None:
    told = client.post("/api/v1/krop", {"words": "x" * 3_000})
    assert (told.status_code, told.json()["code"]) == (413, "too-large")

    async def drip() -> Any:
        yield b"words="
        for _ in range(30):
            yield b"x" * 100

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    untold = client.request("POST", "/api/v1/krop", content=drip(), headers=headers)
    assert (untold.status_code, untold.json()["code"]) == (413, "too-large")
    assert client.post("/api/v1/krop", {"words": "x" * 1_000}).json() == 1_000
    assert client.request("POST", "/api/v1/krop", headers={"Content-Length": "many"}).status_code == 413


def test_one_user_is_stopped_and_another_goes_on(sqlite_store: Store, clock: TickingClock) -> None:
    clock.step = clock.step * 0
    with InProcess(an_app(sqlite_store, rate_per_minute=3)) as client:
        codes = [client.get("/api/v1/me", headers=bearer(ANNA)).status_code for _ in range(5)]
        assert codes == [200, 200, 200, 429, 429]
        stopped = client.get("/api/v1/me", headers=bearer(ANNA))
        assert (stopped.json()["code"], stopped.headers["retry-after"]) == ("too-many", "10")
        assert client.get("/api/v1/me", headers=bearer(BO)).status_code == 200


def test_one_network_address_is_stopped_whoever_it_says_it_is(sqlite_store: Store, clock: TickingClock) -> None:
    clock.step = clock.step * 0
    with InProcess(an_app(sqlite_store, peer_rate_per_minute=3)) as client:
        said = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(5)]
        assert [client.get("/livez", headers=each).status_code for each in said] == [200, 200, 200, 429, 429]
        with InProcess(client.app, peer="192.0.2.7") as other:
            assert other.get("/livez").status_code == 200


def test_a_bucket_fills_again_and_a_clock_set_back_gives_nothing(clock: TickingClock) -> None:
    clock.step = clock.step * 0
    buckets = Buckets(60, clock)
    assert [buckets.allows("a") for _ in range(61)] == [True] * 60 + [False]
    clock.at = clock.at.replace(hour=1)
    assert not buckets.allows("a")
    clock.at = clock.at.replace(second=2)
    assert [buckets.allows("a") for _ in range(3)] == [True, True, False]
    for number in range(REMEMBERED + 5):
        buckets.allows(str(number))
    assert len(buckets._levels) == REMEMBERED


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.code)
def test_a_refusal_is_the_same_as_a_document_and_as_a_page(client: InProcess, error: type[UserError]) -> None:
    document = client.get(f"/api/v1/fejl/{error.code}")
    page = client.get(f"/fejl/{error.code}")
    assert document.headers["content-type"] == "application/problem+json"
    said = document.json()
    assert (said["status"], said["code"], said["detail"]) == (document.status_code, error.code, "Hvad.")
    assert said["type"].endswith(f"#{error.code}")
    assert page.status_code == document.status_code >= 400
    assert page.headers["content-type"].startswith("text/html")
    assert "Hvad." in page.text
    assert "Gør dette." in page.text
    assert page.headers["x-problem"] == error.code


def test_the_faults_of_a_form_are_all_told() -> None:
    from service.web.problems import problem_of

    refused = InvalidForm(
        "Ret det.", item="amount", remedy="Prøv igen.", faults=(("amount", "mangler"), ("day", "kan ikke bruges"))
    )
    assert problem_of(refused).document()["faults"] == [
        {"field": "amount", "text": "mangler"}, {"field": "day", "text": "kan ikke bruges"},
    ]  # fmt: skip
    assert "faults" not in problem_of(GateClosed("x", item="y", remedy="z")).document()


def test_what_was_sent_is_not_said_back(client: InProcess) -> None:
    answered = client.get(f"/api/v1/tal/{SECRET}")
    assert (answered.status_code, answered.json()["faults"]) == (422, [{"field": "number", "text": "kan ikke bruges"}])
    assert "010180" not in answered.text


def test_a_method_that_is_not_there_says_which_are(client: InProcess) -> None:
    answered = client.request("DELETE", "/api/v1/me", headers=bearer(ANNA))
    assert (answered.status_code, answered.json()["code"]) == (405, "method-not-allowed")
    assert "GET" in answered.headers["allow"]


@pytest.mark.parametrize("path", ["/brud", "/api/v1/brud"])
def test_a_fault_of_ours_is_told_by_a_reference_and_never_by_its_words(
    client: InProcess, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    answered = client.get(path)
    assert (answered.status_code, answered.headers["x-problem"]) == (500, "internal")
    (record,) = [each for each in caplog.records if each.msg == "fault"]
    assert record.reference in answered.text
    assert record.request_id == answered.headers["x-request-id"]
    assert (record.fault, record.place.startswith("test_app_rings.py:")) == ("ValueError", True)
    assert "010180" not in answered.text + JsonLines().format(record)
    again = client.get(path).text
    assert record.reference in again


def test_a_page_for_a_fault_that_breaks_itself_is_told_in_bare_words(
    client: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(service.web.rendering, "render", broken)
    answered = client.get("/brud")
    assert (answered.status_code, answered.headers["x-problem"]) == (500, "internal")
    assert "Reference:" in answered.text
    assert "010180" not in answered.text
    assert answered.headers["content-security-policy"] == CONTENT_SECURITY


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the log of operation writes, as a service would."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    install_logging()
    yield written
    root.handlers[:], root.level = kept, level


def test_a_line_of_the_log_holds_what_is_allowed_and_no_more(client: InProcess, lines: io.StringIO) -> None:
    known = come_in(client, ANNA)
    client.get(f"/sager/010180-1234?navn={SECRET}")
    client.post("/formaal", {"csrf": known.csrf, "purpose": SECRET})
    client.get(f"/api/v1/tal/{SECRET}", headers=bearer(ANNA))
    client.get(f"/{SECRET}")
    client.get("/brud")
    everything = [json.loads(line) for line in lines.getvalue().splitlines()]
    said = [each for each in everything if each["logger"] == "adressekontrol.web"]
    assert len(said) == 6
    for each in said:
        assert set(each) <= {"time", "level", "logger", "message", *FIELDS}
    text = lines.getvalue()
    for word in ("010180", "Hansen", "anna", "Anna", known.cookie, known.csrf):
        assert word not in text
    assert [each.get("route") for each in said][:2] == ["/sager/{case_id}", "/formaal"]
    assert len({each["request_id"] for each in said if each["message"] == "request"}) == 5
    assert {each["status"] for each in said if each["message"] == "request"} == {422, 404, 500}


def test_another_librarys_line_keeps_its_template_with_a_mark_for_what_was_filled_in(lines: io.StringIO) -> None:
    logging.getLogger("another.library").warning("no row for %s", SECRET)
    try:
        raise KeyError(SECRET)
    except KeyError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    first, second = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert first["message"] == "no row for …"
    assert (second["fault"], second["place"].startswith("test_app_rings.py:")) == ("KeyError", True)
    assert "010180" not in lines.getvalue()


def test_figures_count_routes_and_no_persons(client: InProcess) -> None:
    client.get("/livez")
    client.get(f"/{SECRET}")
    client.get("/api/v1/me")
    client.request("NONSENSE", "/livez")
    figures = generate_latest(client.app.state.figures.registry).decode()
    assert 'adressekontrol_requests_total{method="GET",route="/livez",status="200"} 1.0' in figures
    assert 'adressekontrol_requests_total{method="GET",route="none",status="404"} 1.0' in figures
    assert 'adressekontrol_problems_total{code="unauthenticated"} 1.0' in figures
    assert 'method="none"' in figures
    assert "adressekontrol_audit_events 0.0" in figures
    assert "010180" not in figures
    assert "NONSENSE" not in figures


def test_a_service_that_is_not_ready_says_which_check_failed_and_no_more(
    client: InProcess, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "failed": [], "list_age_days": None}
    for name in CHECKS:
        with monkeypatch.context() as patch:
            patch.setitem(CHECKS, name, lambda *_: False)
            answered = client.get("/readyz")
            assert (answered.status_code, answered.json()["failed"]) == (503, [name])
    sqlite_store.engine.dispose()


def test_a_log_that_was_rewritten_is_not_ready(client: InProcess, sqlite_store: Store) -> None:
    with sqlite_store.act("system.resumed"):
        pass
    sqlite_store.publish()
    assert client.get("/readyz").status_code == 200
    # another log under the same checkpoint, as after a database was put back that is older
    (newest,) = sqlite_store.publisher.directory.glob("*1*")
    newest.write_text(newest.read_text(encoding="utf-8").replace("1\n", "1 \n"), encoding="utf-8")
    answered = client.get("/readyz")
    assert (answered.status_code, answered.json()["failed"]) == (503, ["audit_log"])
    assert client.get("/livez").status_code == 200


def test_the_age_of_the_list_is_told(client: InProcess, sqlite_store: Store, clock: TickingClock) -> None:
    with sqlite_store.act("list.published", subject="run-1"):
        pass
    clock.at = clock.at.replace(day=clock.at.day + 3)
    assert client.get("/readyz").json()["list_age_days"] == 3


def test_a_trace_holds_the_route_and_no_path(client: InProcess) -> None:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from service.web.tracing import trace, tracer_to

    exporter = InMemorySpanExporter()
    tracer = tracer_to(exporter)
    said = {"method": "GET", "route": "/sager/{case_id}", "status": 200}
    trace(tracer, said, request_id="req-1", seconds=0.5, ended_ns=2_000_000_000)
    tracer.span_processor.force_flush()
    (span,) = exporter.get_finished_spans()
    assert (span.name, span.start_time, span.end_time) == ("GET /sager/{case_id}", 1_500_000_000, 2_000_000_000)
    assert set(span.attributes) == {
        "http.request.method", "http.route", "http.response.status_code", "adressekontrol.request_id",
    }  # fmt: skip
    tracer.span_processor.shutdown()


def test_a_request_is_traced_when_that_was_asked_for(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[Any] = []
    monkeypatch.setattr(service.app, "make_tracer", lambda endpoint: endpoint)
    monkeypatch.setattr("service.web.watching.trace", lambda tracer, said, **_: spans.append((tracer, said["route"])))
    with InProcess(an_app(sqlite_store, trace_endpoint="http://127.0.0.1:4318")) as client:
        client.get("/livez")
    assert spans == [("http://127.0.0.1:4318", "/livez")]


def test_traces_without_what_sends_them_keep_the_service_from_starting(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsError, match="sends traces"):
        an_app(sqlite_store, trace_endpoint="http://127.0.0.1:4318")


def test_the_frameworks_own_traces_are_off_whatever_the_process_traces(
    client: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would hold the path, the query and the words of exceptions."""
    from opentelemetry import trace as api
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(api, "get_tracer_provider", lambda: provider)
    monkeypatch.setattr(api, "_TRACER_PROVIDER", provider)
    with InProcess(an_app(client.app.state.within.store)) as traced:
        traced.get(f"/brud?navn={SECRET}")
    assert exporter.get_finished_spans() == ()
