"""The store: the same promises on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.config import Config
from geodata.errors import ConflictError, StoreError
from geodata.store import events
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change
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
    events.record(session, ZHANG, "manage_people", Change("person", "1"))
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


Tamper = Callable[[Session], object]
TAMPERINGS = {
    "update": "UPDATE events SET reason = '另一个' WHERE number = 1",
    "update all": "UPDATE events SET number = number + 1",
    "delete": "DELETE FROM events WHERE number = 1",
}


@pytest.mark.parametrize("statement", TAMPERINGS.values(), ids=TAMPERINGS)
def test_the_log_refuses_to_be_changed(store: Store, statement: str) -> None:
    with store.writing() as session:
        events.record(session, ZHANG, "import", Change("dataset", "1"))
    with pytest.raises(StoreError, match="操作留痕只能追加，不能修改或删除"), store.writing() as session:
        session.execute(text(statement))
    with store.reading() as session:
        assert [row.reason for row in session.scalars(select(EventRow))] == [""]
