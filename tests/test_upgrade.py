"""Migrations: once, whole or not at all, with a copy of what was there before."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from geodata.access import Person
from geodata.config import Config
from geodata.errors import NewerError, StoreError
from geodata.store import events, upgrade
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change
from geodata.store.models import Base
from tests.killing import CONTEXT

ZHANG = Person(1, "张三", "规划处", "manage", authenticated=True)
_HEAD = upgrade.head()
_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{head}"


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO settings (key, value) VALUES ('next', '1')")
    {more}
"""


def migrations(folder: Path, more: str = "pass") -> Path:
    """Copy the migrations and add one more."""
    copy = folder / "migrations"
    shutil.copytree(upgrade.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "next.py").write_text(_NEXT.format(head=_HEAD, more=more))
    return copy


def start(config: Config, folder: Path, answers: Any) -> None:
    """Open the store as a server does, with one migration more."""
    upgrade.MIGRATIONS = folder
    with open_store(config).reading() as session:
        answers.put(session.scalar(text("SELECT version_num FROM alembic_version")))


def _tables(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(connection.dialect.get_table_names(connection))


def _version(store: Store) -> str:
    with store.reading() as session:
        return str(session.scalar(text("SELECT version_num FROM alembic_version")))


@pytest.fixture
def old(store: Store, store_config: Config) -> Config:
    """Leave a closed store with one event at the newest migration."""
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "1"))
    dispose()
    return store_config


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the program have one migration more."""

    def add(act: str) -> None:
        monkeypatch.setattr(upgrade, "MIGRATIONS", migrations(tmp_path, act))

    return add


def test_the_migrations_make_what_the_models_say(store: Store) -> None:
    assert _unlike_the_models(store) == []


def _unlike_the_models(store: Store) -> list[Any]:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        return list(compare_metadata(context, Base.metadata))


def _ours(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind == "table" and name == "spatial_ref_sys")  # PostGIS brings it


@pytest.fixture
def first(store_config: Config, request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    """Leave a closed store with one event as the first program made it."""
    if store_config.store.url:
        cluster, name = request.getfixturevalue("cluster"), store_config.store.url.rpartition("/")[2]
        cluster.drop(name)
        cluster.create(name)
    rest = shutil.ignore_patterns("__pycache__", "000[2-9]*")
    with pytest.MonkeyPatch.context() as then:
        then.setattr(upgrade, "MIGRATIONS", shutil.copytree(upgrade.MIGRATIONS, tmp_path / "first", ignore=rest))
        store = open_store(store_config)
        with store.writing() as session:
            events.record(session, ZHANG, "imported", Change("dataset", "1"))
        assert "calibers" not in _tables(store)
        dispose()
    return store_config


def test_a_store_of_the_first_program_becomes_one_of_today(first: Config) -> None:
    store = open_store(first)
    assert _unlike_the_models(store) == []
    assert events.verify(store).count == 1


def test_a_store_of_before_gains_what_is_new_and_keeps_what_it_has(old: Config, later: Callable[[str], None]) -> None:
    later("pass")
    store = open_store(old)
    assert _version(store) == "next"
    assert "later" in _tables(store)
    assert events.verify(store).count == 1


def test_a_sqlite_file_is_copied_before_it_changes(old: Config, later: Callable[[str], None]) -> None:
    later("pass")
    open_store(old)
    copies = list(old.backup_path.glob(f"before-upgrade-*-{_HEAD}.sqlite"))
    assert len(copies) == (0 if old.store.url else 1)
    for path in copies:
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("SELECT person FROM events").fetchall() == [("张三",)]
            assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(_HEAD,)]


def test_a_new_store_needs_no_copy(store_config: Config) -> None:
    open_store(store_config)
    assert not store_config.backup_path.exists()


def test_a_migration_that_fails_changes_nothing(
    old: Config, later: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = upgrade.MIGRATIONS
    later("op.execute('SELECT * FROM nowhere')")
    with pytest.raises(StoreError, match="没有完成这次操作"):
        open_store(old)
    monkeypatch.setattr(upgrade, "MIGRATIONS", first)
    store = open_store(old)
    assert _version(store) == _HEAD
    assert "later" not in _tables(store)


def test_a_store_of_a_newer_program_is_refused(store: Store, store_config: Config) -> None:
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    dispose()
    with pytest.raises(NewerError) as caught:
        open_store(store_config)
    what = f"由较新版本的程序建立（版本 9999，本程序只到 {_HEAD}）"
    assert str(caught.value) == f"{store.where}：{what}，请更新本程序，或从旧版本的备份恢复。"


def test_processes_that_start_at_once_migrate_once(old: Config, tmp_path: Path) -> None:
    folder = migrations(tmp_path)
    answers = CONTEXT.Queue()
    processes = [CONTEXT.Process(target=start, args=(old, folder, answers)) for _ in range(4)]
    for process in processes:
        process.start()
    told = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert told == ["next"] * 4
    assert [process.exitcode for process in processes] == [0] * 4
