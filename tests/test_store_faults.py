"""Locked, full, gone, damaged: one Chinese sentence, nothing half-written, and it works again afterwards.

The faults are real ones: another process holds the lock, the server is stopped, the disk gives no more room.
"""

import errno
import os
import secrets
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy import event, exc, func, select, text

from geodata.access import Person
from geodata.config import Config, StoreConfig
from geodata.errors import StoreError
from geodata.store import connection, disk, events, faults
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change
from geodata.store.models import EventRow
from tests.databases import Cluster
from tests.killing import CONTEXT

if sys.platform != "win32":
    import resource

ZHANG = Person(1, "张三", "规划处", "manage", authenticated=True)
UNDONE = "这次操作没有写入任何内容"
LOCKED = f"正被其他操作占用，{UNDONE}，请稍后重试；若一直如此，请关闭占用它的程序。"
GONE = f"无法连接，{UNDONE}，请检查数据库服务与网络后重试。"
FULL = f"所在磁盘已满，{UNDONE}，请清理磁盘后重试。"
UNWRITABLE = f"写入磁盘失败（磁盘已满或出现故障），{UNDONE}，请检查磁盘后重试。"


def _write(store: Store, size: int = 10) -> None:
    """Write an event; text that cannot be compressed fills the disk."""
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "1", after=secrets.token_hex(size // 2)))


def _count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(EventRow)) or 0


def _refused(store: Store, size: int = 10) -> str:
    """Try to write, and give the sentence; what was there must be whole."""
    before = _count(store)
    with pytest.raises(StoreError) as caught:
        _write(store, size)
    assert _count(store) == before
    assert events.verify(store).sound
    return str(caught.value).removeprefix(f"{store.where}：")


def hold(config: Config, wire: Any) -> None:
    """Hold the lock of the database in another process until told to let go."""
    store = open_store(config)
    with store.engine.connect().execution_options(**connection.WRITING) as holder, holder.begin():
        if holder.dialect.name == "postgresql":
            holder.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        wire.send("held")
        wire.recv()


@contextmanager
def _held(config: Config) -> Iterator[None]:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=hold, args=(config, theirs))
    process.start()
    assert ours.recv() == "held"
    try:
        yield
    finally:
        ours.send("let go")
        process.join()


def test_a_database_that_another_process_holds_is_said_after_five_seconds(store: Store, store_config: Config) -> None:
    _write(store)
    with _held(store_config):
        began = time.perf_counter()
        with pytest.raises(StoreError) as caught:
            _write(store)
        waited = time.perf_counter() - began
    assert str(caught.value) == f"{store.where}：{LOCKED}"
    assert 4 < waited < 15
    _write(store)
    assert events.verify(store) == events.Verification(2)


def test_a_table_that_somebody_locked_by_hand_is_said(cluster: Cluster, tmp_path: Path, migrated: str) -> None:
    store = open_store(Config(store=StoreConfig(url=cluster.create(tmp_path.name, migrated))))
    with store.engine.connect() as holder, store.engine.connect() as other:
        holder.execute(text("LOCK TABLE events IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(StoreError) as caught, faults.speaking(store.where):
            other.execute(text("SET LOCAL lock_timeout = '50ms'; SELECT 1 FROM events"))
        holder.rollback()
    assert str(caught.value) == f"{store.where}：{LOCKED}"
    _write(store)
    dispose()
    cluster.drop(tmp_path.name)


def test_who_waits_less_long_than_the_holder_needs_gets_through(store: Store) -> None:
    entered, leave = threading.Event(), threading.Event()

    def slow() -> None:
        with store.writing() as session:
            events.record(session, ZHANG, "imported", Change("dataset", "1"))
            entered.set()
            leave.wait(10)

    holder = threading.Thread(target=slow)
    holder.start()
    assert entered.wait(10)
    threading.Timer(0.3, leave.set).start()
    _write(store)
    holder.join()
    assert events.verify(store) == events.Verification(2)


def test_readers_do_not_wait_for_a_writer(store: Store, store_config: Config) -> None:
    _write(store)
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "2"))
        assert _count(store) == 1
    assert _count(store) == 2
    assert store_config.data_folder


# gone


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_server_that_is_gone_is_said_and_is_used_again_when_it_is_back(store: Store, cluster: Cluster) -> None:
    _write(store)
    cluster.stop()
    try:
        for _ in range(2):
            with pytest.raises(StoreError) as caught:
                _write(store)
            assert str(caught.value) == f"{store.where}：{GONE}"
            with pytest.raises(StoreError) as caught:
                _count(store)
            assert str(caught.value) == f"{store.where}：{GONE}"
    finally:
        cluster.start()
    _write(store)
    assert events.verify(store) == events.Verification(2)


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_server_that_goes_in_the_middle_of_writing_leaves_nothing(store: Store, cluster: Cluster) -> None:
    _write(store)
    with pytest.raises(StoreError) as caught:
        _write_until_the_server_stops(store, cluster)
    assert str(caught.value) == f"{store.where}：{GONE}"
    _write(store)
    assert events.verify(store) == events.Verification(2)


def _write_until_the_server_stops(store: Store, cluster: Cluster) -> None:
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "2"))
        cluster.stop()
        cluster.start()
        events.record(session, ZHANG, "imported", Change("dataset", "3"))


def test_a_file_that_is_gone_is_said_and_never_made_anew(tmp_path: Path) -> None:
    store = open_store(Config(data_folder=str(tmp_path / "var")))
    _write(store)
    store.engine.dispose()  # as a disk that was taken out: nobody has it open
    (tmp_path / "var").rename(tmp_path / "away")
    (tmp_path / "var").mkdir()
    with pytest.raises(StoreError) as caught:
        _write(store)
    what = f"所在的文件或文件夹打不开，{UNDONE}，请检查文件夹是否存在、是否有读写权限。"
    assert str(caught.value) == f"{store.where}：{what}"
    assert list((tmp_path / "var").iterdir()) == []
    (tmp_path / "var").rmdir()
    (tmp_path / "away").rename(tmp_path / "var")
    _write(store)
    assert events.verify(store) == events.Verification(2)
    dispose()


# full


def test_a_sqlite_file_that_may_not_grow_is_said(tmp_path: Path) -> None:
    store = open_store(Config(data_folder=str(tmp_path / "var")))
    _write(store)
    with store.engine.connect() as held:
        pages = held.scalar(text("PRAGMA page_count"))
    limit = {"pages": pages}

    @event.listens_for(store.engine, "checkout")
    def full(raw: Any, _record: Any, _proxy: Any) -> None:
        raw.execute(f"PRAGMA max_page_count={limit['pages']}")

    for _ in range(3):
        assert _refused(store, 100_000) == FULL
    limit["pages"] = 1_000_000
    _write(store, 100_000)
    assert events.verify(store) == events.Verification(2)
    dispose()


def fill(config: Config, wire: Any) -> None:
    """Write until the files of this process may not grow any more, then go on with more room."""
    store = open_store(config)
    _write(store)
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, hard))
    said = _refused(store, 2_000_000)
    again = _refused(store, 2_000_000)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    _write(store, 2_000_000)
    wire.send((said, again, events.verify(store)))


@pytest.mark.skipif(sys.platform == "win32", reason=f"{os.name} has no RLIMIT_FSIZE")
def test_a_disk_that_gives_sqlite_no_more_room_is_said(tmp_path: Path) -> None:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=fill, args=(Config(data_folder=str(tmp_path / "var")), theirs))
    process.start()
    assert ours.poll(60)
    said, again, found = ours.recv()
    process.join()
    assert (said, again) == (UNWRITABLE, UNWRITABLE)
    assert found == events.Verification(2)


@contextmanager
def _small_files(cluster: Cluster, size: int) -> Iterator[None]:
    """Run the server so that none of its files may grow beyond a size: it inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    cluster.stop("fast")
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        cluster.start()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    try:
        yield
    finally:
        cluster.stop("fast")
        cluster.start()


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_disk_that_gives_postgresql_no_more_room_is_said(store: Store, cluster: Cluster) -> None:
    _write(store)
    store.engine.dispose()
    with _small_files(cluster, 9_000_001):
        assert _refused(store, 16_000_000) == FULL
        assert _refused(store, 16_000_000) == FULL
        _write(store)
        store.engine.dispose()
    _write(store, 16_000_000)
    assert events.verify(store) == events.Verification(3)


# refused


def _opening(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        open_store(Config(store=StoreConfig(url=url)))
    return str(caught.value)


def test_a_wrong_password_is_said_and_never_shown(cluster: Cluster) -> None:
    said = _opening(cluster.url("postgres", "wr0ng"))
    what = f"拒绝了用户名或口令，{UNDONE}，请改正 config.yaml 的 store.url。"
    assert said == f"数据库 127.0.0.1/postgres：{what}"


def test_an_unknown_database_is_said(cluster: Cluster) -> None:
    what = f"不存在，{UNDONE}，请先建立这个数据库，或改正 config.yaml 的 store.url。"
    assert _opening(cluster.url("password_land")) == f"数据库 127.0.0.1/password_land：{what}"


def test_a_server_that_is_not_there_is_said(cluster: Cluster) -> None:
    nobody = cluster.url("database").replace(str(cluster.port), "1")
    assert _opening(nobody) == f"数据库 127.0.0.1/database：{GONE}"


def test_an_account_that_may_not_make_tables_is_said(cluster: Cluster) -> None:
    cluster.execute("CREATE ROLE guest LOGIN PASSWORD 'tests'")
    what = f"不允许这个账号执行所需的操作，{UNDONE}，请由数据库管理员授予建表与读写权限。"
    assert _opening(cluster.url("postgres").replace("postgres:", "guest:")) == f"数据库 127.0.0.1/postgres：{what}"


def test_an_account_with_too_many_connections_is_said(cluster: Cluster) -> None:
    cluster.execute("CREATE ROLE crowded LOGIN PASSWORD 'tests' CONNECTION LIMIT 0")
    what = f"连接数已满，{UNDONE}，请稍后重试，或由数据库管理员提高连接上限。"
    assert _opening(cluster.url("postgres").replace("postgres:", "crowded:")) == f"数据库 127.0.0.1/postgres：{what}"


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_text_that_is_too_long_is_said(store: Store) -> None:
    with pytest.raises(StoreError) as caught, store.writing() as session:
        session.execute(text("INSERT INTO settings (key, value) VALUES (repeat('x', 99), '1')"))
    what = f"存不下这项内容（过长或含有无法保存的字符），{UNDONE}，请改短或改正后重试。"
    assert str(caught.value) == f"{store.where}：{what}"


def test_a_statement_that_makes_no_sense_is_said(store: Store) -> None:
    with pytest.raises(StoreError, match="没有完成这次操作"), store.writing() as session:
        session.execute(text("SELECT * FROM nowhere"))
    _write(store)


def test_a_pool_that_is_used_up_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(Config(data_folder=str(tmp_path / "var")))
    monkeypatch.setattr(store.engine.pool, "_timeout", 0.05)
    with ExitStack() as held:
        for _ in range(20):
            held.enter_context(store.engine.connect())
        with pytest.raises(StoreError, match="连接数已满"):
            _count(store)
    assert _count(store) == 0
    dispose()


@pytest.mark.parametrize(
    "damage", [b"this is no database, whatever its name says" * 99, b"SQLite format 3\0" + b"x" * 4096]
)
def test_a_file_that_is_no_database_is_said(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "store.sqlite").write_bytes(damage)
    with pytest.raises(StoreError) as caught:
        open_store(Config(data_folder=str(tmp_path)))
    assert str(caught.value) == f"数据库 store.sqlite：文件已损坏，{UNDONE}，请从备份恢复。"
    assert faults.damaged(caught.value)
    assert (tmp_path / "store.sqlite").read_bytes() == damage


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(StoreError) as caught:
        open_store(Config(data_folder=str(tmp_path / "var" / "deeper")))
    what = "所在的文件或文件夹打不开，请检查文件夹是否存在、是否有读写权限。"
    assert str(caught.value) == f"数据文件夹 {tmp_path / 'var' / 'deeper'}：{what}"


SAID = {
    'connection to server at "x", port 5432 failed: FATAL:  用户 "张" Password 认证失败': faults.REFUSED,
    'connection to server at "x", port 5432 failed: FATAL:  数据库 "land" 不存在': faults.UNKNOWN,
    'connection to server at "x" failed: FATAL:  no pg_hba.conf entry for host "y", user "z"': faults.REFUSED,
    'connection to server at "x" failed: FATAL:  role "z" does not exist': faults.REFUSED,
    'connection to server at "x" failed: FATAL:  对不起, 已经有太多的客户': faults.CROWDED,
    'connection to server at "x" failed: FATAL:  the database system is starting up': faults.GONE,
    'connection to server at "password", port 5432 failed: Connection refused': faults.GONE,
    "failed to resolve host 'database.password'": faults.GONE,
    "server closed the connection unexpectedly": faults.GONE,
}


@pytest.mark.parametrize("said", SAID)
def test_a_refused_connection_is_understood_in_english_and_chinese(said: str) -> None:
    assert faults.kind(exc.OperationalError("", {}, pg.OperationalError(said))) is SAID[said]


STATES: dict[type[psycopg.DatabaseError], faults.Fault] = {
    pg.DeadlockDetected: faults.LOCKED,
    pg.DiskFull: faults.FULL,
    pg.TooManyConnections: faults.CROWDED,
    pg.AdminShutdown: faults.GONE,
    pg.ReadOnlySqlTransaction: faults.READ_ONLY,
    pg.DataCorrupted: faults.DAMAGED,
    pg.IoError: faults.UNWRITABLE,
    pg.UndefinedTable: faults.OTHER,
}


@pytest.mark.parametrize("raised", STATES)
def test_a_fault_of_postgresql_is_understood_by_its_state(raised: type[psycopg.DatabaseError]) -> None:
    assert faults.kind(exc.DBAPIError("", {}, raised())) is STATES[raised]


NUMBERS = {
    errno.ENOSPC: faults.FULL,
    errno.EACCES: faults.READ_ONLY,
    errno.EROFS: faults.READ_ONLY,
    errno.ENOENT: faults.CLOSED,
    errno.EIO: faults.UNWRITABLE,
    None: faults.UNWRITABLE,
}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_fault_of_the_disk_is_said(number: int | None) -> None:
    with pytest.raises(StoreError) as caught, faults.filing("备份文件夹 X"):
        raise OSError(number, "x") if number else OSError
    assert str(caught.value) == f"备份文件夹 X：{NUMBERS[number].what}，{NUMBERS[number].remedy}。"


def test_sqlite_itself_is_understood_too() -> None:
    with pytest.raises(StoreError, match="没有完成这次操作"), faults.speaking("备份"):
        raise sqlite3.OperationalError


@pytest.mark.parametrize("number", [32, 33])
def test_a_file_another_program_has_open_on_windows_is_said_to_be_in_use(number: int) -> None:
    error = PermissionError(errno.EACCES, "x")
    error.winerror = number  # type: ignore[attr-defined]  # is there on Windows alone
    with pytest.raises(StoreError, match="文件夹 X：正被其他操作占用，请稍后重试"), faults.filing("文件夹 X"):
        raise error


def test_a_name_that_is_held_for_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows does while somebody reads the file."""
    replace, refusals = Path.replace, [PermissionError(errno.EACCES, "x")] * 2

    def held(path: Path, target: Path) -> Path:
        if refusals:
            raise refusals.pop()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held)
    disk.write(tmp_path / "a.txt", b"whole")
    assert (refusals, (tmp_path / "a.txt").read_bytes()) == ([], b"whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
