"""PostgreSQL's own programs for a database's rows out and in; the password goes by the environment, never by the call.

Only rows travel: tables, guards and rights are made anew by the migrations, which the rows were checked against.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

from governance.errors import SettingsError
from governance.store.migrations.frozen import VERSION_TABLE

_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
    "options": "PGOPTIONS", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY", "connect_timeout": "PGCONNECT_TIMEOUT", "passfile": "PGPASSFILE", "service": "PGSERVICE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}  # fmt: skip


def dump_rows(engine: sa.Engine, into: Path, *, environment: Mapping[str, str]) -> None:
    """Write the rows of every table of ours, as they stand at one moment, to the file `into` (pg_dump's own form)."""
    schema = _schema(engine)
    _run(
        "pg_dump",
        ["--format=custom", "--data-only", f"--schema={schema}", f"--exclude-table={schema}.{VERSION_TABLE}",
         f"--file={into}"],
        engine, environment,
    )  # fmt: skip


def load_rows(engine: sa.Engine, source: Path, *, environment: Mapping[str, str]) -> None:
    """Put the rows of the file into tables that are there and empty, all or none."""
    _run(
        "pg_restore",
        ["--data-only", "--single-transaction", "--exit-on-error", f"--dbname={engine.url.database}", str(source)],
        engine, environment,
    )  # fmt: skip


def current_schema(engine: sa.Engine) -> str:
    """The schema that tables of ours stand in; rows go back to one of the same name and to no other."""
    with engine.connect() as connection:
        return str(connection.exec_driver_sql("SELECT current_schema()").scalar_one())


def _schema(engine: sa.Engine) -> str:
    """The schema as pg_dump's pattern, taken as it is written."""
    return '"' + current_schema(engine).replace('"', '""') + '"'


def _run(program: str, words: Sequence[str], engine: sa.Engine, environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  a program of the system, words of ours
        [_program(program, environment), "--no-password", *words],
        capture_output=True, text=True, check=False, env={**environment, **_connection(engine)},
    )  # fmt: skip
    if done.returncode:
        raise SettingsError(f"{program} did not succeed: {_said(done.stderr, program)}", item=program, remedy=_REMEDY)


_REMEDY = "See to the connection, the rights and the program's version, which may not be older than the server's."


def _said(text: str, program: str) -> str:
    """The program's first sentence; what follows may quote a row."""
    first = next((line for line in text.splitlines() if line.startswith(f"{program}: error: ")), "no reason given")
    return first.removeprefix(f"{program}: error: ") if program == "pg_dump" else "the rows could not be put back"


def _program(name: str, environment: Mapping[str, str]) -> str:
    found = shutil.which(name, path=environment.get("PATH"))
    if found is None:
        raise SettingsError(
            f"{name} is not on the path.", item=name, remedy="Install the client of PostgreSQL (postgresql-client)."
        )
    return found


def _connection(engine: sa.Engine) -> dict[str, str]:
    """What the engine connects with, as the variables that PostgreSQL's programs read."""
    _, words = engine.dialect.create_connect_args(engine.url)
    said = {name: str(value) for name, value in words.items() if name != "context"}
    unknown = sorted(set(said) - set(_VARIABLES))
    if unknown:
        raise SettingsError(
            "The address of the database has words that PostgreSQL's programs cannot be given.",
            item=", ".join(unknown),
            remedy="Leave them out of ADRESSEKONTROL_DATABASE while the backup runs.",
        )
    return {_VARIABLES[name]: value for name, value in said.items()}
