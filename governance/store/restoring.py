"""An installation made again from its backup: nothing stands in its place before the whole of it has been checked.

Must not know what any of it means. Whoever restores an old backup brings back what has been let go since: retention has
to run after it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from governance.as_of import Clock
from governance.audit.verifying import verify
from governance.errors import AuditLogBroken, SettingsError
from governance.settings import Settings
from governance.store.archive import PRIVATE, unpack
from governance.store.backup import CHECKPOINTS, DATABASE, HOME
from governance.store.engine import WRITING, make_engine
from governance.store.migrations.frozen import REVISIONS, VERSION_TABLE, drop_tables
from governance.store.opening import Store
from governance.store.postgresql_programs import current_schema, load_rows
from governance.store.upgrading import upgrade_within

RESTORED = "database.restored"
MLFLOW = f"{HOME}/mlflow.db"


@dataclass(frozen=True)
class Restored:
    """A backup that was put back: when it was made, the events of its log, and the migrations run on top of it."""

    made_at: str
    events: int
    migrations: tuple[str, ...]


def restore(
    settings: Settings, file: Path, *, clock: Clock, actor: str, environment: Mapping[str, str], elsewhere: bool = False
) -> Restored:
    """Put the backup where `settings` say, which must hold nothing yet; its log is verified first, and has one event.

    `elsewhere` allows another home directory than the backup's: MLflow keeps whole paths, so its models are not found
    there. `UsageError` for a file that is no sound backup, `SettingsError` for a place that will not do,
    `AuditLogBroken` when the log in the backup does not hold; nothing is left there then.
    """
    refuse_taken_place(settings)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=settings.home, prefix=".restoring-") as place:
        staging = Path(place)
        manifest = unpack(file, staging)
        _refuse_other_installation(settings, manifest, elsewhere=elsewhere)
        store = Store(_staged(settings, staging), clock=clock, actor=actor)
        try:
            restored = _restore_log(store, staging, manifest, digest=_digest(file), environment=environment)
            store.close()
            _move(staging, settings)
        except BaseException:
            _empty_again(store)
            raise
        finally:
            store.engine.dispose()
    return restored


def refuse_taken_place(settings: Settings) -> None:
    """`SettingsError` unless home, checkpoints and database are empty: nothing is ever restored over something."""
    engine = make_engine(settings)
    try:
        with engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
    finally:
        engine.dispose()
    if tables:
        raise _taken(f"table {min(tables)}")
    own = str(engine.url.database) if engine.dialect.name == "sqlite" else ""
    for directory in (settings.home, settings.checkpoints):
        for path in sorted(directory.rglob("*")):
            # an empty database has been looked at already, and a lock is no content
            if path.is_file() and path.stat().st_size and not (own and str(path.absolute()).startswith(own)):
                raise _taken(str(path))


def _taken(item: str) -> SettingsError:
    return SettingsError(
        "There is something already where the backup would go.",
        item=item,
        remedy="Name an empty ADRESSEKONTROL_HOME, checkpoint directory and database, and keep the old ones aside.",
    )


def _refuse_other_installation(settings: Settings, manifest: Mapping[str, Any], *, elsewhere: bool) -> None:
    engine = make_engine(settings)
    try:
        dialect = engine.dialect.name
        schema = current_schema(engine) if dialect == manifest["dialect"] == "postgresql" else ""
    finally:
        engine.dispose()
    other_home = manifest["home"] != str(settings.home.absolute()) and MLFLOW in manifest["files"]
    wrong = [
        (manifest["dialect"] != dialect, f"The backup is of {manifest['dialect']}.", "ADRESSEKONTROL_DATABASE"),
        (manifest["schema"] != schema, f"The backup is of the schema {manifest['schema']}.", "ADRESSEKONTROL_DATABASE"),
        (
            manifest["revision"] not in {None, *REVISIONS},
            "The backup was made by a newer version of this program.",
            f"database at {manifest['revision']}",
        ),
        (
            other_home and not elsewhere,
            f"The backup is of the home directory {manifest['home']}, and MLflow keeps whole paths.",
            "ADRESSEKONTROL_HOME",
        ),
    ]
    for is_wrong, what, item in wrong:
        if is_wrong:
            raise SettingsError(what, item=item, remedy="Restore to where it was made, or see db restore --help.")


def _staged(settings: Settings, staging: Path) -> Settings:
    """The settings with everything but a PostgreSQL database in the staging directory."""
    server = settings.database if settings.database.startswith("postgresql") else f"sqlite:///{staging / DATABASE}"
    return replace(settings, home=staging / HOME, checkpoint_dir=str(staging / CHECKPOINTS), database=server)


def _restore_log(
    store: Store, staging: Path, manifest: Mapping[str, Any], *, digest: str, environment: Mapping[str, str]
) -> Restored:
    """The database as the backup has it, verified; then brought to this program's release in the act that says so."""
    store.publisher.make_directory()
    if store.engine.dialect.name == "postgresql":
        with store.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
            upgrade_within(connection, to=manifest["revision"] or REVISIONS[0])
        load_rows(store.engine, staging / DATABASE, environment=environment)
    with store.reading() as connection:
        held = verify(connection, store.publisher.directory, store.publisher.key().public)
    if held.size < manifest["events"]:
        raise AuditLogBroken("Events of the backup are gone.", item=f"event {held.size + 1}", remedy="Use another.")
    said = {"backup_sha256": digest, "made_at": manifest["made_at"], "events": held.size}
    with store.act(RESTORED, subject=f"backup-{digest[:16]}", details=said) as act:
        done = upgrade_within(act.connection)
        act.add(migrations=done)
    return Restored(manifest["made_at"], held.size, tuple(done))


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _move(staging: Path, settings: Settings) -> None:
    """Everything from the staging directory to its place, the database last."""
    for path in sorted((staging / HOME).iterdir()) if (staging / HOME).is_dir() else []:
        path.rename(settings.home / path.name)
    settings.checkpoints.mkdir(parents=True, exist_ok=True)
    for path in sorted((staging / CHECKPOINTS).iterdir()):
        shutil.move(path, settings.checkpoints / path.name)
    if not settings.database.startswith("postgresql"):
        engine = make_engine(settings)
        engine.dispose()
        place = Path(str(engine.url.database))
        for side in ("-wal", "-shm"):
            place.with_name(place.name + side).unlink(missing_ok=True)
        shutil.move(staging / DATABASE, place)
        place.chmod(PRIVATE)


def _empty_again(store: Store) -> None:
    """PostgreSQL: drop what was restored and did not hold; a file goes with its directory."""
    if store.engine.dialect.name != "postgresql":
        return
    with store.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return
        at = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar_one()  # noqa: S608
        for revision in reversed(REVISIONS[: REVISIONS.index(at) + 1]):
            drop_tables(connection, revision)
        connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
