"""Open the store: SQLite in the data folder, or the database named in config.yaml."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from geodata.config import Config
from geodata.errors import StoreError

MIGRATIONS = Path(__file__).parent / "migrations"

_WRITING = {"writing": True}
_PATIENCE_S = 5


@dataclass(frozen=True)
class Store:
    """An open database. Reading and writing are one transaction each; a fault undoes all of it."""

    engine: Engine
    where: str

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Read in one transaction.

        Raises
        ------
        StoreError
            The database is gone or locked.
        """
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Write in one transaction, one writer at a time.

        Raises
        ------
        StoreError
            The database is gone, locked or full; nothing was written.
        """
        with self._session(self.engine.execution_options(**_WRITING)) as session:
            yield session

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            what = "数据库暂时无法使用（被占用、已断开或磁盘已满），这次操作没有写入任何内容"
            raise StoreError(self.where, what, "请稍后重试；若仍不行，请检查磁盘空间与数据库服务") from error


def open_store(config: Config) -> Store:
    """Open the store named in the settings and bring its tables up to date.

    Raises
    ------
    StoreError
        The database cannot be reached, or lies on a network share.
    """
    url = make_url(config.store.url) if config.store.url else None
    if url is None:
        config.data_path.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{config.data_path / 'store.sqlite'}")
        _mind_sqlite(engine)
    else:
        engine = create_engine(url, pool_pre_ping=True)
    store = Store(engine, "数据库 store.sqlite" if url is None else f"数据库 {url.host}/{url.database}")
    upgrade(store)
    return store


def upgrade(store: Store) -> None:
    """Bring the tables up to the newest migration."""
    with store.engine.begin() as connection:
        settings = AlembicConfig()
        settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")


def _mind_sqlite(engine: Engine) -> None:
    """Set what makes SQLite safe, and let a writer take its lock before it reads."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_PATIENCE_S * 1000}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
