"""A real PostgreSQL server of this machine's packages, private to one run of the tests.

It runs in a directory of its own, listens on a socket there and on no port, and is gone afterwards. The server refuses
to run as root: then it runs as the package's user.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WHAT_TO_DO = "PostgreSQL is not installed here, and the tests need it. Run: make postgres"
SERVER_USER = "postgres"
OWNER = "adressekontrol_owner"
DATABASE = "postgres"


@dataclass(frozen=True)
class Server:
    """A running server: the directory of its socket, and who runs it."""

    directory: Path
    programs: Path
    prefix: tuple[str, ...]

    def run(self, program: str, *words: str) -> str:
        """One of the server's own programs, as the user who runs it."""
        done = subprocess.run(
            [*self.prefix, str(self.programs / program), *words],
            capture_output=True, text=True, check=False, cwd=self.directory,
        )  # fmt: skip
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr or done.stdout}")
        return done.stdout

    def sql(self, statement: str, *, schema: str = "public") -> None:
        """One statement as the superuser."""
        path = f"SET search_path = {schema}"
        self.run(
            "psql", "-h", str(self.directory), "-U", SERVER_USER, "-d", DATABASE, "-q", "-c", path, "-c", statement
        )

    def make_schema(self, name: str) -> str:
        """An empty schema that belongs to an ordinary role, in place of a database of its own, which takes a second."""
        self.sql(f"CREATE SCHEMA {name} AUTHORIZATION {OWNER}")
        return self.address(name)

    def address(self, schema: str, *, role: str = OWNER) -> str:
        """Where SQLAlchemy finds the schema as that role."""
        return f"postgresql+psycopg://{role}@/{DATABASE}?host={self.directory}&options=-csearch_path%3D{schema}"


def programs_directory() -> Path:
    """Where the newest server's programs are; an AssertionError, and so a failing test, where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    assert found or on_path, WHAT_TO_DO
    return found[-1].parent if found else Path(str(on_path)).parent


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A server with nothing in it but the role that owns our databases."""
    programs = programs_directory()
    # pytest's own directories are closed to the server's user, and a socket's path must be short
    with tempfile.TemporaryDirectory(prefix="pg-") as place:
        directory = Path(place)
        server = Server(directory, programs, _as_server_user(directory))
        cluster = str(directory / "cluster")
        server.run("initdb", "-D", cluster, "-U", SERVER_USER, "--auth=trust", "--encoding=UTF8", "--no-sync")
        options = f"-k {directory} -c listen_addresses='' -c fsync=off"
        server.run("pg_ctl", "-D", cluster, "-w", "-l", str(directory / "log"), "-o", options, "start")
        try:
            server.sql(f"CREATE ROLE {OWNER} LOGIN")
            yield server
        finally:
            server.run("pg_ctl", "-D", cluster, "-w", "-m", "immediate", "stop")


def _as_server_user(directory: Path) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return ()
    user = pwd.getpwnam(SERVER_USER)
    os.chown(directory, user.pw_uid, user.pw_gid)
    return ("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
