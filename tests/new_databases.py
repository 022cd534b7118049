"""New databases as the program makes them, at a fifth of the price: made by it once in a process, and copied.

Whoever tests how a database is made, adopted or brought up opens one without this. What has something in it is left as
it is, and what cannot be written is left to the program to refuse.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.settings import Settings
from governance.store.engine import WRITING, make_engine
from governance.store.upgrading import is_empty, upgrade_within

_SAID: list[str] = []
"""What the program said to the first new schema of this process."""


def lay_down(settings: Settings) -> None:
    """Put the empty tables of this release into the new database of the settings."""
    if settings.database.startswith("postgresql"):
        _lay_into_schema(settings)
    elif not settings.database or settings.database.startswith("sqlite:////"):
        path = Path(settings.database.removeprefix("sqlite:///")) if settings.database else None
        with contextlib.suppress(OSError):
            _lay_file(path or settings.home / "adressekontrol.db")


def _lay_file(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # nobody else may find half a file; for the owner alone, as the program's own
    number, beside = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(number, "wb") as file:
        file.write(_file())
    with contextlib.suppress(FileExistsError):
        Path(path).hardlink_to(beside)
    Path(beside).unlink()


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        _make(Settings(home=Path(place)))
        return (Path(place) / "adressekontrol.db").read_bytes()


def _make(settings: Settings) -> list[str]:
    """Have the program make the tables; what it said to the database."""
    said: list[str] = []
    engine = make_engine(settings)

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with _writing(engine) as connection:
        sa.event.listen(engine, "before_cursor_execute", listen)
        upgrade_within(connection)
    engine.dispose()
    return [each for each in said if not each.lstrip().startswith(("SELECT", "SET", "SHOW"))]


def _lay_into_schema(settings: Settings) -> None:
    engine, new = make_engine(settings), False
    with contextlib.suppress(sa.exc.DBAPIError), _writing(engine) as connection:
        new = is_empty(connection)
        if new and _SAID:
            connection.exec_driver_sql(";\n".join(_SAID), execution_options={"no_parameters": True})
    engine.dispose()
    if new and not _SAID:
        _SAID.extend(_make(settings))


@contextlib.contextmanager
def _writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        yield connection
