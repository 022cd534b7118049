"""Traces for whoever operates several services: one span a request, with route, method, status and request id alone.

The provider is ours and not the process's: what libraries would tell of themselves goes nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from opentelemetry.trace import SpanKind, Tracer

from governance.errors import SettingsError
from governance.settings import PREFIX

NAME = "adressekontrol"
EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


def make_tracer(endpoint: str) -> Tracer:
    """A tracer that sends to the collector at `endpoint`; `SettingsError` without the extra that speaks to one."""
    try:
        speaking = import_module(EXPORTER)
    except ModuleNotFoundError:
        raise SettingsError(
            "What sends traces is not installed.", item=f"{PREFIX}TRACE_ENDPOINT", remedy="Install the extra [otel]."
        ) from None
    return tracer_to(speaking.OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))


def tracer_to(exporter: Any) -> Tracer:
    """A tracer of our own that hands finished spans to `exporter`."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource({"service.name": NAME}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider.get_tracer(NAME)


def trace(tracer: Tracer, said: Mapping[str, Any], *, request_id: str, seconds: float, ended_ns: int) -> None:
    """One finished span for one request: `ended_ns` by the clock of the service, since 1970."""
    attributes = {
        "http.request.method": said["method"], "http.route": said["route"],
        "http.response.status_code": said["status"], "adressekontrol.request_id": request_id,
    }  # fmt: skip
    span = tracer.start_span(
        f"{said['method']} {said['route']}", kind=SpanKind.SERVER, attributes=attributes,
        start_time=ended_ns - int(seconds * 1e9),
    )  # fmt: skip
    span.end(ended_ns)
