"""The log of operation: one JSON object a line, made of an allow-list of fields and nothing else.

No path, no query, no body, no text of an exception: each could name a person. Of a line of another library the template
is written with a mark for each value; the few lines that tell of the server process alone have their values too. Who
did what to whom stands in the audit log, which is another thing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

FIELDS = ("request_id", "method", "route", "status", "duration_ms", "problem", "reference", "fault", "place")
FRAMES = 8
LOGGER = logging.getLogger("adressekontrol.web")
SERVER = "uvicorn.error"
OF_THE_SERVER = frozenset({
    "Started server process [%d]",
    "Uvicorn running on %s://%s:%d (Press CTRL+C to quit)",
    "Uvicorn running on %s://[%s]:%d (Press CTRL+C to quit)",
    "Cancel %s running task(s), timeout graceful shutdown exceeded",
    "Finished server process [%d]",
})  # fmt: skip
"""Templates of the server whose values are its process, its own address and a count: nothing that came from outside."""
KEPT_OUT = "…"
_VALUE = re.compile(r"%(?:(%)|(?:\(\w*\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?[diouxXeEfFgGcrsa])")


class JsonLines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, name, the message as far as it may be told, and the fields of the allow-list that were given."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line = {"time": at, "level": record.levelname.lower(), "logger": record.name, "message": told(record)}
        line |= {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        if record.exc_info and record.exc_info[1] is not None:
            line |= fault_fields(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def told(record: logging.LogRecord) -> str:
    """The message with its values where they tell of the server alone, else with `KEPT_OUT` for each of them.

    Of a message that is no text (an exception, say) only its type: its own words could be anybody's.
    """
    if not isinstance(record.msg, str):
        return type(record.msg).__name__
    if not record.args:
        return record.msg
    if record.name == SERVER and record.msg in OF_THE_SERVER:
        with contextlib.suppress(TypeError, ValueError):
            return record.getMessage()
    return _VALUE.sub(lambda found: "%" if found[1] else KEPT_OUT, record.msg)


def install_logging(level: int = logging.INFO) -> None:
    """Let every logger of the process write such lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True


def say_request(fields: Mapping[str, Any]) -> None:
    """One line for one request."""
    LOGGER.info("request", extra=dict(fields))


def say_fault(error: BaseException, *, request_id: str) -> str:
    """One line for a fault of ours: its type and place, never its text. Returns the reference to give the user."""
    fields = fault_fields(error)
    LOGGER.error("fault", extra={"request_id": request_id, **fields})
    return fields["reference"]


def fault_fields(error: BaseException) -> dict[str, str]:
    """Type and place of an exception, and ten digits that are the same wherever it happens again."""
    place = _place(error.__traceback__)
    fault = type(error).__name__
    return {
        "fault": fault, "place": place,
        "reference": hashlib.sha256(f"{fault} {place}".encode()).hexdigest()[:10],
    }  # fmt: skip


def _place(frames: TracebackType | None) -> str:
    """The innermost frames as `module.py:line`, the innermost first."""
    found = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(frames)]
    return " < ".join(reversed(found[-FRAMES:]))
