"""The whole content of a database as one SQLite file: the same for SQLite and PostgreSQL, readable anywhere."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, insert, select, text

from geodata.store.connection import READING, WRITING, copy_sqlite, sqlite_engine
from geodata.store.faults import speaking
from geodata.store.models import Base, EventRow
from geodata.store.upgrade import upgrade

EVENTS: Table = Base.metadata.tables[EventRow.__tablename__]
TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
"""All tables, those that are referred to before those that refer."""

_BATCH = 1000


def snapshot(engine: Engine, where: str, path: Path) -> None:
    """Write what the database holds at one moment to a SQLite file at the newest migration.

    PostgreSQL is read in one transaction, row by row: its own tools need not be installed, their version need not
    fit, and the file can be restored into a database of either kind.

    Parameters
    ----------
    where : str
        What sentences call the database.

    Raises
    ------
    StoreError
        The database cannot be read, or is damaged.
    """
    with speaking(where), engine.connect().execution_options(**READING) as connection:
        connection.execute(text("SELECT count(*) FROM events"))  # from here on it sees one moment
        if connection.dialect.name == "sqlite":
            copy_sqlite(connection, path)
            check(path)
            return
        target = sqlite_engine(path)
        try:
            upgrade(target, where)
            with target.connect().execution_options(**WRITING) as copy, copy.begin():
                copy_rows(connection, copy, TABLES)
        finally:
            target.dispose()
        rest(path)


def check(path: Path) -> None:
    """Look through a whole SQLite file: damage deep inside shows only when it is read.

    Raises
    ------
    sqlite3.DatabaseError
        It is damaged.
    """
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != ("ok",):
        error = sqlite3.DatabaseError(*found)
        error.sqlite_errorname = "SQLITE_CORRUPT"
        raise error


def rest(path: Path) -> None:
    """Make a SQLite file that nobody has open a single file, which can be read where nothing can be written."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def copy_rows(source: Connection, target: Connection, tables: Iterable[Table]) -> None:
    """Add the rows of one database to another."""
    for table in tables:
        wanted = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BATCH)
        with closing(source.execute(wanted)) as found:
            for rows in found.mappings().partitions():
                target.execute(insert(table), [dict(row) for row in rows])
