"""The watch over everything that leaves the service sees what it is there to see."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Response

from service.auth.declared import public
from service.identities.keeping import load_keeper
from tests.watching import WATCH

NAME, NUMBER = "Prøve Ægte <Kontrol>", "0121701234"


@pytest.fixture(autouse=True)
def known(sqlite_store: Any) -> None:
    load_keeper(sqlite_store.settings).person_row("person", cpr=NUMBER, name=NAME)


@pytest.fixture(autouse=True)
def only_apps_speak(caplog: pytest.LogCaptureFixture) -> None:
    """The client that asks here writes every address down as soon as a service in this process set its logs to INFO."""
    caplog.set_level(logging.WARNING, logger="httpx")


def ask(app: FastAPI, path: str) -> None:
    """One question to an app that is not ours, so that only the watch looks at it."""

    async def asking() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            await client.get(path)

    asyncio.run(asking())


def found() -> list[str]:
    """What the watch has found, taken from it: a finding fails the test that made it."""
    findings = list(WATCH.findings)
    WATCH.findings.clear()
    return findings


@pytest.mark.parametrize(
    "said",
    [NAME, "Pr\\u00f8ve \\u00c6gte <Kontrol>", "Prøve Ægte &lt;Kontrol&gt;", NUMBER, "012170-1234", "311399-0001"],
)
def test_a_name_or_a_number_in_an_answer_is_seen(said: str) -> None:
    app = FastAPI()

    @app.get("/leak", dependencies=[public()])
    def leak() -> Response:
        return Response(said)

    ask(app, "/leak")
    assert found() == ["GET /leak (200)"]


def test_one_in_an_address_or_a_header_is_seen() -> None:
    app = FastAPI()

    @app.get("/clean", dependencies=[public()])
    def clean(asked: str = "") -> Response:
        return Response("ok", headers={"x-echo": asked})

    ask(app, "/clean")
    assert found() == []
    ask(app, f"/clean?asked={NUMBER}")
    assert found() == ["address of GET /clean (200)", "GET /clean (200)"]


def test_one_in_a_log_is_seen_in_whatever_part_of_the_record() -> None:
    logger = logging.getLogger("adressekontrol.test")
    # whatever a service that was started here did to the logs of the process
    logger.setLevel(logging.WARNING)
    logger.warning("nothing")
    assert found() == []
    logger.warning("about %s", NUMBER)
    logger.warning("about somebody", extra={"who": NAME})
    assert found() == ["log of adressekontrol.test"] * 2
