"""操作留痕: what was written is found again; what was changed behind our back is found out."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import openpyxl  # ships no types
import pytest
from sqlalchemy import Engine, text

from geodata.access import Person
from geodata.config import ROOT, Config
from geodata.errors import AccessError, StoreError
from geodata.store import events, log, witness
from geodata.store.engine import Store
from geodata.store.events import Change, Verification, Witness
from geodata.store.log import Query
from geodata.store.models import EventRow
from geodata.store.restore import _guards_down

ZHANG = Person(1, "张三", "规划处", "manage", authenticated=True)
LI = Person(2, "李四", "建设处", "review", authenticated=False)
WANG = Person(3, "王五", "建设处", "report", authenticated=True)


def _write(store: Store, count: int = 5) -> None:
    with store.writing() as session:
        for number in range(1, count + 1):
            events.record(session, ZHANG, "imported", Change("dataset", str(number), after=f"第 {number} 次"))


def _behind_our_back(store: Store, *statements: str) -> None:
    with store.writing() as session, _guards_down(session.connection()):
        for statement in statements:
            session.execute(text(statement))


def _anew(store: Store, number: int) -> None:
    """Write an event and all after it anew, with hashes that fit: what a witness alone finds."""
    with store.writing() as session:
        rows = session.query(EventRow).order_by(EventRow.number).all()
        session.expunge_all()
    previous = events.GENESIS
    for row in rows:
        row.reason = "另一个" if row.number == number else row.reason
        row.previous_hash = previous
        row.hash = previous = events.digest(row)
    told = [{"n": row.number, "r": row.reason, "p": row.previous_hash, "h": row.hash} for row in rows]
    with store.writing() as session, _guards_down(session.connection()):
        session.execute(text("UPDATE events SET reason = :r, previous_hash = :p, hash = :h WHERE number = :n"), told)


TAMPERINGS = {
    "a field": (["UPDATE events SET after = '假' WHERE number = 3"], 3, "内容被改动过"),
    "who": (["UPDATE events SET person = '李四' WHERE number = 1"], 1, "内容被改动过"),
    "unauthenticated": (["UPDATE events SET authenticated = (1 = 0) WHERE number = 5"], 5, "内容被改动过"),
    "removed": (["DELETE FROM events WHERE number = 2"], 2, "不见了"),
    "the first removed": (["DELETE FROM events WHERE number = 1"], 1, "不见了"),
    "all but the last removed": (["DELETE FROM events WHERE number < 5"], 1, "不见了"),
    "removed and closed up": (
        ["DELETE FROM events WHERE number = 2", "UPDATE events SET number = number - 1 WHERE number > 2"],
        2,
        "内容被改动过",
    ),
    "reordered": (
        [
            "UPDATE events SET number = 99 WHERE number = 2",
            "UPDATE events SET number = 2 WHERE number = 3",
            "UPDATE events SET number = 3 WHERE number = 99",
        ],
        2,
        "内容被改动过",
    ),
}


@pytest.mark.parametrize("case", TAMPERINGS)
def test_a_log_that_was_tampered_with_is_found_out(store: Store, case: str) -> None:
    statements, number, what = TAMPERINGS[case]
    _write(store)
    assert events.verify(store) == Verification(5)
    _behind_our_back(store, *statements)
    found = events.verify(store)
    assert (found.sound, found.broken, found.what) == (False, number, what)
    assert str(found) == f"操作留痕第 {number} 条：{what}，请不要再改动数据库，并与备份核对。"


def test_an_event_that_was_pushed_in_is_found_out(store: Store) -> None:
    _write(store)
    _behind_our_back(store, "UPDATE events SET number = number + 10 WHERE number > 2")
    with store.writing() as session:
        first = session.get_one(EventRow, 1)
        forged = EventRow(number=3, at=first.at, person="张三", authenticated=True, action="imported")
        forged.object_kind, forged.object_id, forged.field = "dataset", "9", ""
        forged.before, forged.after, forged.reason = "", "", ""
        forged.previous_hash = session.get_one(EventRow, 2).hash
        forged.hash = events.digest(forged)
        session.add(forged)
    _behind_our_back(store, "UPDATE events SET number = number - 9 WHERE number > 10")
    assert events.verify(store).broken == 4


def test_an_event_with_a_hash_that_fits_breaks_the_next_one(store: Store) -> None:
    _write(store)
    with store.reading() as session:
        row = session.get_one(EventRow, 3)
        row.reason = "另一个"
        told = {"r": row.reason, "h": events.digest(row)}
        session.expunge_all()
    with store.writing() as session, _guards_down(session.connection()):
        session.execute(text("UPDATE events SET reason = :r, hash = :h WHERE number = 3"), told)
    found = events.verify(store)
    assert (found.broken, found.what) == (4, "与前一条接不上，前面的内容被改动、插入或删除过")


def test_an_empty_log_is_whole(store: Store) -> None:
    assert str(events.verify(store)) == "操作留痕共 0 条，逐条校验一致。"


def test_a_log_longer_than_one_batch_is_read_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_BATCH", 7)
    _write(store, 30)
    assert events.verify(store) == Verification(30)


def test_hostile_text_is_kept_as_every_database_can_keep_it(store: Store) -> None:
    hostile = Change(
        "dataset", "长" * 200, field="\0", before="半\ud83d", after="'; DROP TABLE events; --", reason="\u2028"
    )
    with store.writing() as session:
        events.record(session, Person(1, "名" * 60, "", "view", authenticated=True), "imported", hostile)
    (row,) = log.find(store, ZHANG, Query())
    assert (row.object_id, row.person) == ("长" * 79 + "…", "名" * 39 + "…")
    assert (row.field, row.before, row.after, row.reason) == ("\ufffd", "半?", "'; DROP TABLE events; --", "\u2028")
    assert events.verify(store).sound


def test_what_the_server_does_by_itself_is_told_as_the_system(store: Store) -> None:
    with store.writing() as session:
        events.record(session, None, "backed_up", Change("store", "x"))
    (row,) = log.find(store, ZHANG, Query())
    assert (row.person, row.person_id, row.authenticated) == ("系统", None, True)
    assert log.table((row,)).loc[0, "身份"] == ""


# the witness


def _day(store: Store, monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(events, "now", lambda: moment)
    _write(store, 2)


MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def _tomorrow() -> datetime:
    """When the day of events written just now is over."""
    return events.now() + timedelta(days=1)


def test_a_day_that_is_over_is_witnessed_once(
    store: Store, store_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    _day(store, monkeypatch, MONDAY)
    assert witness.write(store, store_config, now=MONDAY) is None
    path = witness.write(store, store_config, now=TUESDAY)
    assert path is not None
    assert path.name == f"witness-{MONDAY.astimezone():%Y-%m-%d}.json"
    said = json.loads(path.read_text("utf-8"))
    assert (said["number"], said["at"], said["database"]) == (2, MONDAY.isoformat(), store.where)
    written = path.stat().st_mtime_ns
    _day(store, monkeypatch, TUESDAY)
    assert witness.write(store, store_config, now=TUESDAY) == path
    assert path.stat().st_mtime_ns == written
    assert [found.number for found in witness.read(store_config)[0]] == [2]


def test_without_a_folder_or_events_nothing_is_witnessed(store: Store, store_config: Config) -> None:
    nowhere = store_config.model_copy(update={"store": store_config.store.model_copy(update={"witness_folder": ""})})
    assert witness.write(store, store_config) is None
    _write(store)
    assert witness.write(store, nowhere, now=_tomorrow()) is None
    assert witness.read(nowhere) == ((), ())


def test_events_missing_at_the_end_are_found_by_the_witness(store: Store, store_config: Config) -> None:
    _write(store)
    path = witness.write(store, store_config, now=_tomorrow())
    assert path is not None
    _behind_our_back(store, "DELETE FROM events WHERE number > 3")
    assert events.verify(store).sound
    found = events.verify(store, witness.read(store_config)[0])
    assert (found.broken, found.what) == (4, f"不见了（{path.name} 记到第 5 条）")


def test_a_log_that_was_written_anew_is_found_by_the_witness(store: Store, store_config: Config) -> None:
    _write(store)
    path = witness.write(store, store_config, now=_tomorrow())
    assert path is not None
    _anew(store, 2)
    assert events.verify(store).sound
    found = events.verify(store, witness.read(store_config)[0])
    assert (found.broken, found.what) == (5, f"与 {path.name} 所记的校验值不符")


def test_a_restore_of_the_log_explains_older_witnesses_only(store: Store) -> None:
    _write(store)
    with store.writing() as session:
        row = events.record(session, ZHANG, "restored", Change("store", "x", field="log", before="第 9 条"))
    older = Witness("witness-1.json", row.at - timedelta(days=1), 9, "x")
    newer = Witness("witness-2.json", row.at + timedelta(seconds=1), 9, "x")
    found = events.verify(store, [older])
    assert found == Verification(6, notes=("witness-1.json 记有第 9 条，此后操作留痕已随备份恢复而更换",))
    assert events.verify(store, [older, newer]).broken == 7


@pytest.mark.parametrize("content", ["", "{}", '{"at": "x"}', "\u0000"])
def test_a_witness_that_cannot_be_read_is_a_problem(store_config: Config, content: str) -> None:
    folder = store_config.witness_path
    assert folder is not None
    folder.mkdir()
    (folder / "witness-2026-11-23.json").write_text(content, "utf-8")
    found, problems = witness.read(store_config)
    assert found == ()
    what = "无法读取或内容有误，请从该文件夹的备份恢复这个文件。"
    assert [str(problem) for problem in problems] == [f"操作留痕的见证文件夹的 witness-2026-11-23.json：{what}"]


def test_a_witness_folder_that_cannot_be_written_is_said(store: Store, store_config: Config) -> None:
    folder = store_config.witness_path
    assert folder is not None
    folder.write_text("a file")
    _write(store)
    with pytest.raises(StoreError, match=r"操作留痕的见证文件夹 .*所在的文件或文件夹打不开"):
        witness.write(store, store_config, now=_tomorrow())


# the log page


@pytest.fixture
def told(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Write six events of three people over three days of this machine's zone."""
    noon = datetime(2026, 11, 23, 12, 0).astimezone()
    changes = [
        (noon, ZHANG, "imported", Change("dataset", "1", after="=1+1")),
        (noon, LI, "exported", Change("dataset", "1", reason="上报")),
        (noon + timedelta(hours=11, minutes=59), WANG, "imported", Change("dataset", "2")),
        (noon + timedelta(hours=12), WANG, "person_changed", Change("person", "2", "role", "查看", "审核")),
        (noon + timedelta(days=2), ZHANG, "person_changed", Change("person", "2", "name", "李", "李四")),
        (noon + timedelta(days=2), None, "refused", Change("person", "9", "sign_in")),
    ]
    with store.writing() as session:
        for at, person, action, change in changes:
            monkeypatch.setattr(events, "now", lambda at=at: at.astimezone(UTC))
            events.record(session, person, action, change)
    return store


QUERIES = {
    "all": (Query(), [6, 5, 4, 3, 2, 1]),
    "person": (Query(person="张三"), [5, 1]),
    "system": (Query(person="系统"), [6]),
    "since": (Query(since=date(2026, 11, 24)), [6, 5, 4]),
    "until": (Query(until=date(2026, 11, 23)), [3, 2, 1]),
    "one day": (Query(since=date(2026, 11, 24), until=date(2026, 11, 24)), [4]),
    "object": (Query(object_kind="dataset", object_id="1"), [2, 1]),
    "action": (Query(action="person_changed"), [5, 4]),
    "field": (Query(field="role"), [4]),
    "all at once": (Query("王五", date(2026, 11, 24), None, "person", "2", "person_changed", "role"), [4]),
    "hostile": (Query(person="' OR 1=1 --"), []),
}


@pytest.mark.parametrize("case", QUERIES)
def test_events_are_found_by_person_time_object_and_field(told: Store, case: str) -> None:
    query, numbers = QUERIES[case]
    assert [row.number for row in log.find(told, LI, query)] == numbers
    assert log.count(told, LI, query) == len(numbers)


def test_pages_of_events_follow_each_other(told: Store) -> None:
    pages = [log.find(told, LI, Query(), limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [[row.number for row in page] for page in pages] == [[6, 5, 4, 3], [2, 1], []]


def test_the_log_page_offers_what_there_is(told: Store) -> None:
    assert log.choices(told, LI, "person") == tuple(sorted(["张三", "李四", "王五", "系统"]))
    assert log.choices(told, LI, "field") == ("name", "role", "sign_in")
    with pytest.raises(KeyError):
        log.choices(told, LI, "hash")


def test_a_query_says_what_it_asks_for() -> None:
    assert str(Query()) == "全部"
    asked = Query("张三", date(2026, 1, 1), None, "dataset", "3", "imported")
    assert str(asked) == "人员：张三；起：2026-01-01；对象：数据集；对象编号：3；操作：导入数据"


def test_the_table_of_events_is_chinese(told: Store) -> None:
    table = log.table(log.find(told, LI, Query(object_kind="dataset")))
    row = table.loc[1].to_dict()
    assert row.pop("校验值") == log.find(told, LI, Query(object_kind="dataset"))[1].hash
    assert row == {
        "编号": 2, "时间": "2026-11-23 12:00:00", "人员": "李四", "身份": "未认证", "操作": "导出", "对象": "数据集",
        "对象编号": "1", "字段": "", "原值": "", "新值": "", "原因": "上报",
    }  # fmt: skip
    assert list(log.table(()).columns) == list(table.columns)


@pytest.mark.parametrize("person", [None, WANG])
def test_who_may_not_read_the_log_does_not(told: Store, person: Person | None) -> None:
    for ask in (
        lambda: log.find(told, person, Query()),
        lambda: log.count(told, person, Query()),
        lambda: log.choices(told, person, "person"),
        lambda: log.export(told, person, Query(), label="CSV"),
    ):
        with pytest.raises(AccessError):
            ask()
    assert log.count(told, ZHANG, Query()) == 6


def test_an_export_holds_the_events_and_is_one(told: Store) -> None:
    book = openpyxl.load_workbook(BytesIO(log.export(told, LI, Query(person="张三"), label="Excel")))
    head, *lines = book["数据"].iter_rows(values_only=True)
    assert [line[0] for line in lines] == [1, 5]
    assert dict(zip(head, lines[0], strict=True))["新值"] == "=1+1"
    note = dict(book["说明"].iter_rows(values_only=True))
    assert (note["导出人"], note["筛选条件"], note["条数"]) == ("李四", "人员：张三", "2")
    last = log.find(told, LI, Query())
    assert note["全部留痕的末条编号与校验值"] == f"6 {last[1].hash}"
    assert (last[0].action, last[0].person, last[0].object_id) == ("log_exported", "李四", "Excel")
    assert (last[0].after, last[0].reason) == ("2 条", "人员：张三")


def test_a_csv_export_runs_no_formula(told: Store) -> None:
    content = log.export(told, LI, Query(), label="CSV").decode("utf-8-sig")
    lines = content.split("\r\n")
    assert lines[0] == "# 内容：操作留痕"
    assert "'=1+1" in content
    assert sum(line.startswith(tuple("123456")) for line in lines) == 6


def test_every_format_of_the_log_has_a_writer(told: Store) -> None:
    assert set(log.FORMATS) == {"Excel", "CSV"}
    for label in log.FORMATS:
        assert len(log.export(told, LI, Query(), label=label)) > 100


# the words


def _recorded(path: Path) -> Iterator[str]:
    """Give the actions a file records, as they stand in `record(session, person, "action", ...)`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "record":
            for part in ast.walk(node.args[2]) if len(node.args) > 2 else ():
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def test_every_action_that_is_recorded_has_a_name() -> None:
    files = [path for room in ("geodata", "layers", "pages") for path in (ROOT / room).rglob("*.py")]
    found = {action for path in files for action in _recorded(path)}
    assert {"restored", "backed_up"} <= found
    assert found - set(events.LABELS) == set()


def test_times_of_any_zone_give_the_same_hash(store: Store) -> None:
    _write(store)
    _in_beijing(store.engine)
    assert events.verify(store).sound


def _in_beijing(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.exec_driver_sql("SET timezone = 'Asia/Shanghai'")
            connection.commit()
