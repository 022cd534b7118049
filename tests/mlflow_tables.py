"""MLflow makes its empty tables once in a test process: its eighty migrations take a CPU second for each new home."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from typing import Any

_SCRIPT: list[str] = []


def make_tables_once() -> None:
    """From now on what MLflow made for the first home is said to the next ones; does nothing before MLflow is there."""
    tables = sys.modules.get("mlflow.store.db.utils")
    if tables is None or hasattr(tables, "_initialize_tables_for_the_first"):
        return
    make = tables._initialize_tables_for_the_first = tables._initialize_tables

    def make_or_copy(engine: Any) -> None:
        if engine.dialect.name != "sqlite":
            make(engine)
            return
        if not _SCRIPT:
            make(engine)
        with closing(sqlite3.connect(engine.url.database)) as connection:
            if _SCRIPT:
                connection.executescript(_SCRIPT[0])
            else:
                _SCRIPT.append("\n".join(connection.iterdump()))

    tables._initialize_tables = make_or_copy
