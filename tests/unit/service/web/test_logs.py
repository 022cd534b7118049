"""The log of operation: the server's own lines are whole, and no value that came from outside is ever in one."""

from __future__ import annotations

import json
import logging
import string
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.web.logs import KEPT_OUT, OF_THE_SERVER, SERVER, JsonLines

SECRET = "Anna Hansen 010180-1234"


def written(name: str, message: Any, *values: Any, **more: Any) -> dict[str, Any]:
    record = logging.LogRecord(name, logging.INFO, "some.py", 1, message, values, None)
    record.__dict__.update(more)
    line: dict[str, Any] = json.loads(JsonLines().format(record))
    return line


@pytest.mark.parametrize(
    ("template", "values", "line"),
    [
        (
            "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)", ("http", "127.0.0.1", 8000),
            "Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)",
        ),
        (
            "Uvicorn running on %s://[%s]:%d (Press CTRL+C to quit)", ("http", "::1", 8000),
            "Uvicorn running on http://[::1]:8000 (Press CTRL+C to quit)",
        ),
        ("Started server process [%d]", (17,), "Started server process [17]"),
        ("Finished server process [%d]", (17,), "Finished server process [17]"),
        (
            "Cancel %s running task(s), timeout graceful shutdown exceeded", (2,),
            "Cancel 2 running task(s), timeout graceful shutdown exceeded",
        ),
    ],
)  # fmt: skip
def test_the_lines_of_the_server_are_whole(template: str, values: Any, line: str) -> None:
    assert template in OF_THE_SERVER
    assert written(SERVER, template, *values, color_message=template)["message"] == line


def test_every_template_is_one_that_the_server_has() -> None:
    spec = find_spec("uvicorn")
    assert spec is not None and spec.origin is not None
    source = Path(spec.origin).with_name("server.py").read_text(encoding="utf-8")
    source = source.replace('f"Uvicorn running on {addr_format} ', '"Uvicorn running on %s://%s:%d ')
    source += "Uvicorn running on %s://[%s]:%d (Press CTRL+C to quit)" if '"%s://[%s]:%d"' in source else ""
    assert [each for each in OF_THE_SERVER if each not in source] == []


@pytest.mark.parametrize(
    ("template", "values", "line"),
    [
        ("no row for %s", (SECRET,), "no row for …"),
        ("%s: %5d of %-3d, %.2f, %r, %x, %%", (SECRET, 101801234, 1, 0.5, SECRET, 16), "…: … of …, …, …, …, %"),
        ("%(who)s has %(rows)d", ({"who": SECRET, "rows": 3},), "… has …"),
        ("%*d and %.*f", (5, 1, 2, 0.1), "… and …"),
        # values that do not fit are told no more than others
        ("%d", (SECRET,), "…"),
        ("nothing to fill", (SECRET,), "nothing to fill"),
        ("100 % of it", (), "100 % of it"),
        (ValueError(SECRET), (), "ValueError"),
        (SECRET.encode(), (), "bytes"),
        ({"who": SECRET}, (SECRET,), "dict"),
    ],
)
@pytest.mark.parametrize("name", ["another.library", SERVER, "uvicorn.access", "adressekontrol.web"])
def test_a_value_of_any_other_line_is_kept_out(name: str, template: Any, values: Any, line: str) -> None:
    told = written(name, template, *values)
    assert told["message"] == line
    assert "010180" not in str(told)


def test_another_logger_does_not_speak_in_the_name_of_the_server() -> None:
    template = "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)"
    assert written("another", template, SECRET, SECRET, 1)["message"].count(KEPT_OUT) == 3


def test_a_line_of_the_server_with_values_that_do_not_fit_has_none() -> None:
    assert written(SERVER, "Started server process [%d]", SECRET)["message"] == "Started server process […]"
    assert written(SERVER, "Started server process [%d]", 1, SECRET)["message"] == "Started server process […]"


@given(
    st.lists(st.text(string.ascii_lowercase + " :%æ", max_size=8), min_size=1, max_size=6),
    st.lists(st.sampled_from(["%s", "%r", "%d", "%5.1f", "%-10s", "%(a)s", "%%"]), min_size=1, max_size=6),
)
def test_no_template_lets_a_value_through(words: list[str], places: list[str]) -> None:
    template = "".join(word + place for word, place in zip(words, places, strict=False))
    values = [SECRET] * len(places)
    assert "010180" not in str(written("another.library", template, *values))
