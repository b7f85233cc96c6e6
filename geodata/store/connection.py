"""Engines: how SQLite and PostgreSQL are opened, so that both keep the same promises.

One writer at a time, readers see one moment, nobody waits longer than five seconds. PostGIS is neither needed nor
asked for: no table holds geometry, the content of datasets lies in files. A database that has it serves as well.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from geodata.config import Config
from geodata.errors import StoreError
from geodata.store.faults import filing
from geodata.store.shares import on_share

WRITING = {"writing": True}
READING = {"writing": False}
"""Options of an engine whose transactions write, or only read; without either the caller says BEGIN's kind itself."""

PATIENCE_S = 5
_WRITER = 7102021
_PRAGMAS = (f"busy_timeout={PATIENCE_S * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
_SETTINGS = (f"lock_timeout = '{PATIENCE_S}s'", "timezone = 'UTC'")
_NETWORK = {"connect_timeout": "5", "keepalives_idle": "5", "keepalives_interval": "2", "keepalives_count": "3"}
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def address(config: Config) -> URL:
    """Where the store is: the database of config.yaml, or store.sqlite in the data folder.

    Raises
    ------
    StoreError
        The address is not one, or names a database this program does not speak with.
    """
    if not config.store.url:
        return URL.create("sqlite", database=str(config.data_path / "store.sqlite"))
    where, remedy = "config.yaml 的 store.url", "请写成 postgresql://用户:密码@主机/库名，或留空使用 SQLite"
    try:
        url = make_url(config.store.url)
    except (ArgumentError, ValueError):
        raise StoreError(where, "写法不对", remedy) from None
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None or not url.database or url.database == ":memory:":
        raise StoreError(where, "只能是一个 PostgreSQL 数据库（写明库名）或一个 SQLite 文件", remedy)
    return url.set(drivername=driver)


def named(url: URL) -> str:
    """What a sentence calls the database; never its password."""
    if url.get_backend_name() == "sqlite":
        return f"数据库 {Path(str(url.database)).name}"
    return f"数据库 {url.host or '本机'}/{url.database}"


def make_engine(url: URL) -> Engine:
    """Make the engine of an address; nothing is opened yet but the folder of SQLite's file.

    Raises
    ------
    StoreError
        The folder cannot be made, or lies on a network share.
    """
    if url.get_backend_name() == "sqlite":
        return sqlite_engine(Path(str(url.database)))
    waits = {key: value for key, value in _NETWORK.items() if key not in url.query}
    engine = create_engine(url, pool_pre_ping=True, pool_timeout=PATIENCE_S, pool_size=10, connect_args=waits)
    event.listen(engine, "connect", _postgresql_connected)
    event.listen(engine, "begin", _postgresql_begun)
    return engine


def sqlite_engine(path: Path) -> Engine:
    """Make the engine of a SQLite file; it is for this user alone, and one that is gone later is never made anew."""
    where = f"数据文件夹 {path.parent}"
    if on_share(path.parent):
        what = "位于网络共享文件夹，SQLite 数据库放在那里可能损坏"
        raise StoreError(where, what, "请把 data_folder 改为本机硬盘上的文件夹，或改用 PostgreSQL")
    with filing(where):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    there = URL.create("sqlite", database=path.absolute().as_uri(), query={"mode": "rw", "uri": "true"})
    engine = create_engine(there, pool_timeout=PATIENCE_S, pool_size=10)
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begun)
    return engine


def copy_sqlite(connection: Connection, path: Path) -> None:
    """Copy a whole SQLite database into a file of its own, as the connection's transaction sees it.

    The transaction must have read, and must not have written.
    """
    raw: Any = connection.connection.dbapi_connection
    with closing(sqlite3.connect(path)) as copy:
        raw.backup(copy, progress=_never_waiting)
        copy.execute("PRAGMA journal_mode=DELETE")


def _never_waiting(status: int, _remaining: int, _total: int) -> None:
    """Python would try again for ever where SQLite says that it is locked."""
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error


def _sqlite_connected(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begun(connection: Connection) -> None:
    """A writer takes its lock before it reads; a reader cannot write."""
    writing = connection.get_execution_options().get("writing")
    connection.exec_driver_sql(f"PRAGMA query_only={int(writing is False)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _postgresql_connected(connection: Any, _record: Any) -> None:
    for setting in _SETTINGS:
        connection.execute(f"SET {setting}")
    connection.commit()


def _postgresql_begun(connection: Connection) -> None:
    """Make the same promises: writers wait for each other, readers see one moment and cannot write."""
    writing = connection.get_execution_options().get("writing")
    if writing:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
    elif writing is False:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
