"""The store: the same promises on SQLite and on PostgreSQL."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.config import Config, StoreConfig
from geodata.errors import AccessError, ConflictError, StoreError
from geodata.store import connection, events, settings, shares
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change, Verification
from geodata.store.models import EventRow, PersonRow, SettingRow

ZHANG = Person(1, "张三", "规划处", "manage", authenticated=True)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def _person(session: Session, name: str = "张三") -> PersonRow:
    row = PersonRow(name=name, department="规划处", role="manage", created_at=NOON)
    session.add(row)
    session.flush()
    return row


def _fail_after_writing(session: Session) -> float:
    _person(session)
    events.record(session, ZHANG, "person_added", Change("person", "1"))
    return 1 / 0


def _names(store: Store) -> list[str]:
    with store.reading() as session:
        return list(session.scalars(select(PersonRow.name).order_by(PersonRow.id)))


def test_what_is_written_is_there_after_the_store_is_opened_again(store: Store, store_config: Config) -> None:
    with store.writing() as session:
        _person(session)
    dispose()
    assert _names(open_store(store_config)) == ["张三"]


def test_a_store_is_opened_once(store: Store, store_config: Config) -> None:
    assert open_store(store_config) is store


def test_a_fault_undoes_all_that_was_written_with_it(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing() as session:
        _fail_after_writing(session)
    assert _names(store) == []
    with store.reading() as session:
        assert session.scalars(select(EventRow)).all() == []


def test_a_name_that_is_taken_is_a_conflict_and_not_a_database_that_is_gone(store: Store) -> None:
    with store.writing() as session:
        _person(session)
    with pytest.raises(ConflictError) as caught, store.writing() as session:
        _person(session)
    said = "已有与之冲突的内容（例如名称重复），这次操作没有写入任何内容，请核对后重试。"
    assert str(caught.value) == f"{store.where}：{said}"


def test_who_only_reads_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="只能读、不能写"), store.reading() as session:
        _person(session)
    with store.writing() as session:
        _person(session)
    assert _names(store) == ["张三"]


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.reading() as reader:
        assert reader.scalars(select(PersonRow)).all() == []
        with store.writing() as writer:
            _person(writer)
        assert reader.scalars(select(PersonRow)).all() == []
    assert _names(store) == ["张三"]


def test_moments_come_back_in_utc_whatever_zone_they_were_written_in(store: Store) -> None:
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    with store.writing() as session:
        session.add(PersonRow(name="张三", department="", role="view", created_at=beijing))
    with store.reading() as session:
        found = session.scalars(select(PersonRow.created_at)).one()
    assert found == NOON
    assert found.isoformat() == "2026-11-23T04:00:00+00:00"


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 23)  # noqa: DTZ001 - it is what is refused
    with pytest.raises(StatementError, match="a moment without a time zone"), store.writing() as session:
        session.add(PersonRow(name="张三", department="", role="view", created_at=naive))


@pytest.mark.parametrize("value", [None, True, 0, "文字", [1, "二"], {"键": {"值": None}}])
def test_a_setting_comes_back_as_it_was(store: Store, value: object) -> None:
    with store.writing() as session:
        session.add(SettingRow(key="k", value=value))
    with store.reading() as session:
        assert session.get_one(SettingRow, "k").value == value


TAMPERINGS = {
    "update": "UPDATE events SET reason = '另一个' WHERE number = 1",
    "update all": "UPDATE events SET number = number + 1",
    "delete": "DELETE FROM events WHERE number = 1",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS)
def test_the_log_refuses_to_be_changed(store: Store, statement: str) -> None:
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "1"))
    with pytest.raises(StoreError, match="操作留痕只能追加，不能修改或删除"), store.writing() as session:
        session.execute(text(statement))
    with store.reading() as session:
        assert [row.reason for row in session.scalars(select(EventRow))] == [""]


def test_the_log_refuses_to_be_written_over(store: Store) -> None:
    with store.writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "1"))
        kept = session.scalars(select(EventRow)).one()
    columns = "number, at, person, authenticated, action, object_kind, object_id, field, before, after, reason"
    over = f"INSERT OR REPLACE INTO events ({columns}, previous_hash, hash) SELECT {columns}, hash, 'x' FROM events"  # noqa: S608
    if store.engine.dialect.name == "sqlite":
        with pytest.raises(StoreError, match="操作留痕只能追加，不能修改或删除"), store.writing() as session:
            session.execute(text(over))
    else:
        with pytest.raises(ConflictError), store.writing() as session:
            session.execute(text(over.replace("OR REPLACE", "")))
    with store.reading() as session:
        assert session.scalars(select(EventRow)).one().hash == kept.hash


def test_an_id_is_never_given_twice(store: Store) -> None:
    with store.writing() as session:
        first = _person(session).id
        session.execute(text("DELETE FROM people"))
    with store.writing() as session:
        assert _person(session).id == first + 1


def test_writers_wait_for_each_other(store: Store) -> None:
    def add(number: int) -> None:
        with store.writing() as session:
            highest = session.scalar(select(func.max(SettingRow.key))) or "000"
            session.add(SettingRow(key=f"{int(highest) + 1:03}", value=number))
            events.record(session, ZHANG, "setting_changed", Change("setting", str(number)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))
    with store.reading() as session:
        assert list(session.scalars(select(SettingRow.key).order_by(SettingRow.key)))[-1] == "040"
    assert events.verify(store) == Verification(40)


def test_threads_that_open_the_store_at_once_get_the_same_one(store_config: Config) -> None:
    with ThreadPoolExecutor(8) as threads:
        stores = list(threads.map(lambda _: open_store(store_config), range(8)))
    assert len({id(store) for store in stores}) == 1


def test_a_store_that_was_closed_is_opened_anew(store: Store, store_config: Config) -> None:
    dispose()
    assert open_store(store_config) is not store


def test_sqlite_is_as_safe_as_it_can_be(tmp_path: Path) -> None:
    store = open_store(Config(data_folder=str(tmp_path / "数据 #1%20")))
    with store.reading() as session:
        told = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    dispose()
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert (tmp_path / "数据 #1%20" / "store.sqlite").is_file()
    if os.name == "posix":
        assert (tmp_path / "数据 #1%20" / "store.sqlite").stat().st_mode & 0o077 == 0


WRONG_ADDRESSES = {
    "nonsense": "写法不对",
    "mysql://a@b/c": "只能是一个 PostgreSQL 数据库（写明库名）或一个 SQLite 文件",
    "postgresql://a@b": "只能是一个 PostgreSQL 数据库（写明库名）或一个 SQLite 文件",
    "sqlite://": "只能是一个 PostgreSQL 数据库（写明库名）或一个 SQLite 文件",
    "postgresql://a@b:c/d": "写法不对",
}


@pytest.mark.parametrize("url", WRONG_ADDRESSES)
def test_a_wrong_address_is_said(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_store(Config(store=StoreConfig(url=url)))
    remedy = "请写成 postgresql://用户:密码@主机/库名，或留空使用 SQLite。"
    assert str(caught.value) == f"config.yaml 的 store.url：{WRONG_ADDRESSES[url]}，{remedy}"


def test_a_plain_address_of_postgresql_means_our_driver() -> None:
    url = connection.address(Config(store=StoreConfig(url="postgresql://张:密码@db.example/land")))
    assert url.drivername == "postgresql+psycopg"
    assert connection.named(url) == "数据库 db.example/land"


def test_a_sqlite_file_may_lie_elsewhere(tmp_path: Path) -> None:
    store = open_store(Config(store=StoreConfig(url=f"sqlite:///{tmp_path / 'land.sqlite'}")))
    assert store.where == "数据库 land.sqlite"
    dispose()
    assert (tmp_path / "land.sqlite").is_file()


MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//server/share /mnt/office cifs rw 0 0
nas:/export /mnt/our\\040nas nfs4 rw 0 0
/dev/sdb1 /mnt/office/local ext4 rw 0 0
me@host:/x /home/me/remote fuse.sshfs rw 0 0
broken line
"""
PLACES = {
    "/var": False,
    "/mnt/office": True,
    "/mnt/office/var/data": True,
    "/mnt/office2": False,
    "/mnt/our nas/var": True,
    "/mnt/office/local/var": False,
    "/home/me/remote": True,
    "/home/me": False,
}


@pytest.mark.parametrize("place", PLACES)
def test_a_mounted_share_is_recognised(place: str) -> None:
    assert shares.mounted_share(PurePosixPath(place), MOUNTS) is PLACES[place]


def test_the_newest_mount_of_a_place_counts() -> None:
    text = "/dev/sda1 /mnt ext4 rw 0 0\nnas:/x /mnt nfs rw 0 0\n"
    assert shares.mounted_share(PurePosixPath("/mnt/var"), text)
    assert not shares.mounted_share(PurePosixPath("/mnt/var"), "")


WINDOWS = {
    "\\\\nas\\office\\var": True,
    "\\\\?\\UNC\\nas\\office\\var": True,
    "Z:\\var": True,
    "\\\\?\\Z:\\var": True,
    "C:\\var": False,
    "\\\\?\\C:\\var": False,
}


@pytest.mark.parametrize("place", WINDOWS)
def test_a_share_of_windows_is_recognised(place: str) -> None:
    assert shares.windows_share(PureWindowsPath(place), lambda root: 4 if root == "Z:\\" else 3) is WINDOWS[place]


def test_this_machine_tells_where_the_temporary_folder_is(tmp_path: Path) -> None:
    assert shares.on_share(tmp_path) is False


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "on_share", lambda _folder: True)
    with pytest.raises(StoreError) as caught:
        open_store(Config(data_folder=str(tmp_path / "var")))
    what = "位于网络共享文件夹，SQLite 数据库放在那里可能损坏"
    remedy = "请把 data_folder 改为本机硬盘上的文件夹，或改用 PostgreSQL。"
    assert str(caught.value) == f"数据文件夹 {tmp_path / 'var'}：{what}，{remedy}"
    assert not (tmp_path / "var").exists()


def test_a_setting_is_set_by_a_person_and_leaves_a_trace(store: Store) -> None:
    assert settings.get(store, "first_start") is None
    assert settings.get(store, "first_start", "无") == "无"
    settings.put(store, ZHANG, "first_start", value={"way": "演示"}, needs="load_sample")
    settings.put(store, ZHANG, "first_start", value={"way": "演示"}, needs="load_sample")
    settings.put(store, ZHANG, "first_start", value=None, needs="load_sample")
    assert settings.get(store, "first_start", "无") is None
    with store.reading() as session:
        told = [(row.action, row.object_id, row.before, row.after) for row in session.scalars(select(EventRow))]
    assert told == [
        ("setting_changed", "first_start", "", '{"way": "演示"}'),
        ("setting_changed", "first_start", '{"way": "演示"}', "null"),
    ]


@pytest.mark.parametrize("person", [None, Person(2, "李四", "", "view", authenticated=True)])
def test_a_setting_is_not_set_by_nobody_or_by_a_role_too_low(store: Store, person: Person | None) -> None:
    with pytest.raises(AccessError):
        settings.put(store, person, "first_start", value=1, needs="load_sample")
    assert settings.get(store, "first_start") is None
