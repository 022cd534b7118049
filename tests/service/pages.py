"""The pages through the whole app, as somebody who is logged in, without a browser."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from governance.access.caller import Caller
from tests.service.tokens import InProcess, come_in


@dataclass
class Reader:
    """Somebody with a session: `get` and `post` as a browser would, the token of the forms included."""

    client: InProcess
    csrf: str = ""

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})

    def text(self, path: str) -> str:
        answered = self.get(path)
        assert answered.status_code == 200, (path, answered.status_code, words_of(answered.text))
        return words_of(answered.text)


Readers = Callable[..., Reader]


def words_of(page: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def a_reader(app: FastAPI, caller: Caller | None, *, purpose: str = "") -> Reader:
    """A client of `caller`, to be closed; nobody is logged in for None."""
    client = InProcess(app)
    return Reader(client, come_in(client, caller, purpose=purpose).csrf if caller else "")


@contextlib.contextmanager
def readers_of(app: FastAPI, *, usual: str) -> Iterator[Readers]:
    """Opens the pages as somebody, for the `usual` purpose unless another is named; every client is closed."""
    readers: list[Reader] = []

    def read(caller: Caller | None, *, purpose: str = usual) -> Reader:
        readers.append(a_reader(app, caller, purpose=purpose))
        return readers[-1]

    yield read
    for each in readers:
        each.client.__exit__()
