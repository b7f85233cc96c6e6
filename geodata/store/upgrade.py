"""Bring the tables up to the newest migration: once, however many processes start at the same time."""

from datetime import datetime
from pathlib import Path
from threading import Lock

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from geodata.errors import NewerError
from geodata.store.connection import READING, WRITING, copy_sqlite
from geodata.store.faults import filing, speaking

MIGRATIONS = Path(__file__).parent / "migrations"

_PATIENCE_S = 120  # a second process waits for the first to finish
_ONE = Lock()  # Alembic's context is one per process
_PATIENT = {
    "sqlite": (f"PRAGMA busy_timeout={_PATIENCE_S * 1000}", "PRAGMA foreign_keys=OFF"),
    "postgresql": (f"SET lock_timeout = '{_PATIENCE_S}s'", "COMMIT"),
}


def head() -> str:
    """Name the newest migration."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def upgrade(engine: Engine, where: str, *, backups: Path | None = None) -> None:
    """Bring the tables up to the newest migration; all of it happens, or nothing.

    Parameters
    ----------
    engine : Engine
    where : str
        What sentences call the database.
    backups : Path, optional
        Folder for a copy of a SQLite file with content that is about to change.

    Raises
    ------
    NewerError
        A newer version of the program made these tables.
    StoreError
        The database cannot be used.
    """
    with _ONE, speaking(where), filing(where):
        with engine.connect().execution_options(**READING) as connection:
            if _revision(connection, where) == head():
                return
        with engine.connect().execution_options(**WRITING) as connection:
            _wait_longer(connection)
            with connection.begin():
                _migrate(connection, _revision(connection, where), backups)


def _migrate(connection: Connection, present: str | None, backups: Path | None) -> None:
    if present == head():
        return  # another process was faster
    if present is not None and backups is not None and connection.dialect.name == "sqlite":
        _keep(connection.engine, backups, present)
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def _keep(engine: Engine, backups: Path, present: str) -> None:
    """Copy the database as it is; SQLite does not copy what the same connection is about to write."""
    backups.mkdir(parents=True, exist_ok=True)
    name = f"before-upgrade-{datetime.now().astimezone():%Y%m%d-%H%M%S}-{present}.sqlite"
    with engine.connect().execution_options(**READING) as reader:
        MigrationContext.configure(reader).get_current_revision()
        copy_sqlite(reader, backups / name)


def _revision(connection: Connection, where: str) -> str | None:
    """Tell which migration the tables are at; None where there are none yet."""
    present = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if present is not None and present not in known:
        what = f"由较新版本的程序建立（版本 {present}，本程序只到 {head()}）"
        raise NewerError(where, what, "请更新本程序，或从旧版本的备份恢复")
    return present


def _wait_longer(connection: Connection) -> None:
    """Take the connection out of the pool, with settings of its own."""
    connection.detach()
    raw = connection.connection.dbapi_connection
    for setting in _PATIENT[connection.dialect.name]:
        raw.execute(setting)  # type: ignore[union-attr]  # an open connection has one
