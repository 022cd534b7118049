"""Every page, with data, empty and with faults: accessible, whole at every width, and without a word from the browser."""

from __future__ import annotations

from tests.service.people import ANNA


def test_start(visit, checked):
    page = visit(ANNA)
    page.goto("/")
    checked(page, "start")


def test_list(visit, checked):
    page = visit(ANNA)
    page.goto("/liste")
    checked(page, "liste")
