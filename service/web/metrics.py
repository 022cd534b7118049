"""Figures of operation for Prometheus, on a port of their own. Labels are route, method and status, never a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from governance.audit.appending import log_size
from governance.store.opening import Store

_LABELS = ("method", "route", "status")


class Figures:
    """The counters of one app, in a registry of its own."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self._store = store
        self.requests = Counter("adressekontrol_requests", "Requests answered.", _LABELS, registry=self.registry)
        self.seconds = Histogram(
            "adressekontrol_request_seconds", "Time to answer, seconds.", ("method", "route"), registry=self.registry
        )
        self.problems = Counter(
            "adressekontrol_problems", "Refusals by problem code.", ("code",), registry=self.registry
        )
        self.under_way = Gauge("adressekontrol_requests_under_way", "Requests under way.", registry=self.registry)
        events = Gauge("adressekontrol_audit_events", "Events in the audit log.", registry=self.registry)
        events.set_function(self._events)
        waiting = Gauge(
            "adressekontrol_audit_events_unpublished", "Events that await a checkpoint.", registry=self.registry
        )
        waiting.set_function(lambda: self._events() - store.publisher.size)

    def count(self, *, method: str, route: str, status: int, seconds: float, problem: str) -> None:
        """One request more."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)
        if problem:
            self.problems.labels(problem).inc()

    def _events(self) -> float:
        with self._store.reading() as connection:
            return float(log_size(connection))
