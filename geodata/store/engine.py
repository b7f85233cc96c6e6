"""Open the store: SQLite in the data folder, or the database named in config.yaml."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geodata.config import Config
from geodata.store.connection import READING, WRITING, address, make_engine, named
from geodata.store.faults import speaking
from geodata.store.upgrade import upgrade

_open: dict[str, "Store"] = {}
_opening = Lock()


@dataclass
class Writes:
    """How often this process has written: what was read before may be no longer so."""

    count: int = 0


@dataclass(frozen=True)
class Store:
    """An open database. Reading and writing are one transaction each; a fault undoes all of it."""

    engine: Engine
    where: str
    writes: Writes = field(default_factory=Writes)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read in one transaction that sees one moment and cannot write.

        Raises
        ------
        StoreError
            The database is gone or locked.
        """
        with self._session(self.engine.execution_options(**READING)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Write in one transaction, one writer at a time.

        Raises
        ------
        StoreError
            The database is gone, locked or full; nothing was written.
        ConflictError
            What is written contradicts what is there.
        """
        try:
            with self._session(self.engine.execution_options(**WRITING)) as session:
                yield session
        finally:
            self.writes.count += 1

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with speaking(self.where), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session


def open_store(config: Config) -> Store:
    """Open the store named in the settings and bring its tables up to date; once per process and database.

    Raises
    ------
    StoreError
        The database cannot be reached or used, was made by a newer program, or would lie on a network share.
    """
    url = address(config)
    key = url.render_as_string(hide_password=False)
    with _opening:
        if key not in _open:
            store = Store(make_engine(url), named(url))
            with ExitStack() as otherwise:
                otherwise.callback(store.engine.dispose)
                upgrade(store.engine, store.where, backups=config.backup_path)
                otherwise.pop_all()
            _open[key] = store
        return _open[key]


def written() -> int:
    """How often this process has written, into whatever store it has open."""
    return sum(store.writes.count for store in list(_open.values()))


def dispose() -> None:
    """Close every store of this process: its files can be moved, the next `open_store` opens anew."""
    with _opening:
        for store in _open.values():
            store.engine.dispose()
        _open.clear()
