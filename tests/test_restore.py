"""Back up, change, restore: equal again, on both databases and from one to the other; the log goes on."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from geodata import __main__ as program
from geodata.access import Person
from geodata.config import ROOT, Config, StoreConfig
from geodata.errors import AccessError, StoreError
from geodata.store import backup, disk, events, manifest, witness
from geodata.store import restore as restore_module
from geodata.store.engine import Store, dispose, open_store
from geodata.store.events import Change
from geodata.store.manifest import Backup
from geodata.store.models import DatasetRow, EventRow, PersonRow, SettingRow, VersionRow
from geodata.store.restore import restore
from geodata.store.upgrade import head
from tests import kept
from tests.databases import Cluster
from tests.kept import ZHANG
from tests.killing import Killed, Tell, kill

LI = Person(2, "李四", "建设处", "manage", authenticated=True)


@pytest.fixture
def filled(store: Store, store_config: Config) -> Config:
    """Fill the store and its data folder."""
    kept.fill(store, store_config)
    return store_config


@pytest.fixture
def made(store: Store, filled: Config) -> Backup:
    """Back up the filled store."""
    return backup.back_up(store, filled, ZHANG)


def _change(store: Store, config: Config) -> None:
    """Change, add and remove in every table and folder."""
    with store.writing() as session:
        session.add(PersonRow(name="李四", department="", role="manage", created_at=kept.NOON, generation=7))
        session.execute(update(PersonRow).where(PersonRow.id == 1).values(role="view", generation=3))
        session.add(kept.version(config, 2, "第二版"))
        session.execute(update(DatasetRow).values(current=2))
        session.execute(delete(SettingRow))
        session.add(SettingRow(key="new", value=1))
        events.record(session, ZHANG, "imported", Change("dataset", "1", after="第二版"))
    kept.put(config.data_path / "tables" / "styles.yaml", "乙: 2")
    kept.put(config.data_path / "tables" / "new.yaml", "丙: 3")
    (config.data_path / "uploads" / "来件.txt").unlink()
    next((config.data_path / "datasets").iterdir()).write_text("damaged")


def test_what_is_restored_is_equal_to_what_was_backed_up(store: Store, filled: Config, made: Backup) -> None:
    rows, files = kept.rows(store), kept.files(filled)
    _change(store, filled)
    assert kept.rows(store) != rows
    done = restore(filled, made.path, LI)
    assert kept.rows(store) == rows
    left = kept.files(filled)
    assert {name: left[name] for name in files} == files
    assert {name for name in left if name.startswith("tables/")} == {"tables/styles.yaml"}
    assert done.backup.path == made.path


def test_the_log_goes_on_and_says_who_restored_what(store: Store, filled: Config, made: Backup) -> None:
    _change(store, filled)
    before = kept.log(store)
    done = restore(filled, made.path, LI)
    after = kept.log(store)
    assert after[: len(before)] == before
    assert [action for _number, action, _hash in after[len(before) :]] == ["backed_up", "restored"]
    with store.reading() as session:
        row = session.get_one(EventRow, after[-1][0])
    assert (row.person, row.object_kind, row.object_id, row.field) == ("李四", "store", made.path.name, "")
    assert (row.after, row.reason) == ("留痕至第 1 条", made.label)
    assert not done.log_replaced
    assert events.verify(store).sound


def test_what_was_there_before_can_be_restored_again(store: Store, filled: Config, made: Backup) -> None:
    _change(store, filled)
    rows = kept.rows(store)
    done = restore(filled, made.path, LI)
    assert done.before is not None
    assert manifest.read(done.before).manifest.kind == "before_restore"
    restore(filled, done.before, LI)
    assert kept.rows(store) == rows
    assert events.verify(store).sound


def test_everybody_has_to_sign_in_again(store: Store, filled: Config, made: Backup) -> None:
    _change(store, filled)
    restore(filled, made.path, LI)
    with store.reading() as session:
        assert list(session.scalars(select(PersonRow.generation))) == [8]


def test_ids_given_since_are_not_given_again(store: Store, filled: Config, made: Backup) -> None:
    _change(store, filled)
    restore(filled, made.path, LI)
    with store.writing() as session:
        row = PersonRow(name="王五", department="", role="view", created_at=kept.NOON)
        session.add(row)
        session.flush()
        assert row.id > 2


def test_the_log_is_guarded_after_a_restore_as_before(store: Store, filled: Config, made: Backup) -> None:
    restore(filled, made.path, LI)
    with pytest.raises(StoreError, match="只能追加"), store.writing() as session:
        session.execute(text("DELETE FROM events"))


@pytest.mark.parametrize("role", ["view", "report", "review", None])
def test_only_who_manages_may_restore(store: Store, filled: Config, made: Backup, role: Any) -> None:
    before = kept.log(store)
    with pytest.raises(AccessError):
        restore(filled, made.path, Person(2, "李四", "", role, authenticated=True) if role else None)
    assert kept.log(store) == before


# damaged backups


def _store_file(made: Backup) -> Path:
    return made.path / manifest.DATABASE


def _content_file(made: Backup) -> Path:
    (entry,) = [entry for name, entry in made.manifest.files.items() if name.startswith("datasets/")]
    return made.path.parent / manifest.POOL / entry.digest


DAMAGE: dict[str, tuple[Callable[[Backup], Path], str]] = {
    "database": (_store_file, "store.sqlite 的内容"),
    "content": (_content_file, "datasets/"),
    "table": (lambda made: made.path / "tables" / "styles.yaml", "tables/styles.yaml 的内容"),
}


@pytest.mark.parametrize("part", DAMAGE)
@pytest.mark.parametrize("how", ["changed", "shorter", "gone"])
def test_a_damaged_backup_is_refused_and_nothing_changes(
    store: Store, filled: Config, made: Backup, part: str, how: str
) -> None:
    find, name = DAMAGE[part]
    path = find(made)
    content = path.read_bytes()
    broken = {"changed": content[:-1] + bytes([content[-1] ^ 1]), "shorter": content[:-1], "gone": None}[how]
    path.unlink() if broken is None else path.write_bytes(broken)
    before = (kept.rows(store), kept.log(store), kept.files(filled))
    with pytest.raises(StoreError) as caught:
        restore(filled, made.path, LI)
    said = str(caught.value)
    assert said.startswith(f"备份 {made.path.name}：")
    assert name in said
    assert ("缺少" in said) is (how == "gone")
    assert said.endswith("没有恢复任何内容，请选择另一个备份。")
    assert (kept.rows(store), kept.log(store), kept.files(filled)) == before


def _tables(config: Config) -> dict[str, bytes]:
    return {name: content for name, content in kept.files(config).items() if name.startswith("tables/")}


@pytest.mark.parametrize("part", ["content", "table"])
def test_a_file_that_is_damaged_after_it_was_checked_changes_nothing(
    store: Store, filled: Config, made: Backup, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change(store, filled)
    for path in (filled.data_path / "datasets").iterdir():
        path.write_text("damaged")
    find, name = DAMAGE[part]
    before = kept.rows(store), _tables(filled)
    monkeypatch.setattr(manifest, "check", lambda _made: find(made).write_bytes(b"?"))
    with pytest.raises(StoreError, match=rf"{name.split()[0]}.* 的内容已损坏"):
        restore(filled, made.path, LI)
    assert (kept.rows(store), _tables(filled)) == before


def test_a_disk_that_is_full_when_the_tables_come_changes_nothing(
    store: Store, filled: Config, made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change(store, filled)
    before = kept.rows(store), _tables(filled)

    def full(source: Path, target: Path) -> None:
        if source.suffix == ".yaml" and source.is_relative_to(made.path):
            target.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        shutil.copyfile(source, target)

    monkeypatch.setattr(disk, "shutil", SimpleNamespace(copyfile=full, rmtree=shutil.rmtree))
    with pytest.raises(StoreError, match="所在磁盘已满"):
        restore(filled, made.path, LI)
    assert (kept.rows(store), _tables(filled)) == before
    assert list(filled.data_path.glob("staging-*")) == []


def test_tables_that_do_not_let_go_are_said_and_come_with_the_next_restore(
    store: Store, filled: Config, made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, tables = kept.rows(store), _tables(filled)
    _change(store, filled)

    take = disk.take

    def held(draft: Path, path: Path) -> None:
        if path.parent == filled.data_path / "tables":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        take(draft, path)

    with monkeypatch.context() as patched:
        patched.setattr(disk, "take", held)
        with pytest.raises(StoreError, match="数据库已恢复到备份时的内容，但这里的表没有全部换好"):
            restore(filled, made.path, LI)
    assert kept.rows(store) == rows
    restore(filled, made.path, LI)
    assert _tables(filled) == tables


def _edited(made: Backup, **changes: Any) -> None:
    path = made.path / manifest.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), "utf-8")


WRONG: dict[str, dict[str, Any]] = {
    "a newer format": {"format": 2},
    "an unknown key": {"more": 1},
    "a path that leads out": {"files": {"tables/../../store.sqlite": {"digest": "0" * 64, "size": 1}}},
    "an absolute path": {"files": {"/etc/passwd": {"digest": "0" * 64, "size": 1}}},
    "a path of windows": {"files": {"tables\\..\\x": {"digest": "0" * 64, "size": 1}}},
    "another folder": {"files": {"secret/key": {"digest": "0" * 64, "size": 1}}},
    "a digest that is none": {"files": {"tables/x": {"digest": "../x", "size": 1}}},
}


@pytest.mark.parametrize("case", WRONG)
def test_a_manifest_that_says_something_else_is_refused(store: Store, filled: Config, made: Backup, case: str) -> None:
    _edited(made, **WRONG[case])
    before = kept.log(store)
    with pytest.raises(StoreError) as caught:
        restore(filled, made.path, LI)
    said = "manifest.json 已损坏或由较新版本的程序建立，请选择另一个备份。"
    assert str(caught.value) == f"备份 {made.path.name}：{said}"
    assert kept.log(store) == before


def test_a_backup_of_a_damaged_database_is_refused(store: Store, filled: Config, made: Backup) -> None:
    content = bytearray(_store_file(made).read_bytes())
    content[4096 * 3 : 4096 * 4] = b"x" * 4096
    _store_file(made).write_bytes(content)
    _edited(made, store={"digest": disk.digest_of(_store_file(made)), "size": len(content)})
    before = kept.rows(store)
    with pytest.raises(StoreError, match=f"备份 {made.path.name}：文件已损坏"):
        restore(filled, made.path, LI)
    assert kept.rows(store) == before


def test_the_oldest_backup_is_not_thinned_out_while_it_is_restored(store: Store, filled: Config, made: Backup) -> None:
    oldest = restore(filled, made.path, LI).before
    rows = kept.rows(store)
    assert oldest is not None
    shutil.rmtree(made.path)
    content = next((filled.data_path / "datasets").iterdir())
    with store.writing() as session:
        session.execute(delete(VersionRow))
    for _ in range(4):
        backup_of = store, filled, LI
        with backup.alone(filled):
            backup.write(*backup_of, kind="before_restore")
        content.unlink(missing_ok=True)
    restore(filled, oldest, LI)
    assert kept.rows(store) == rows
    assert content.is_file()
    assert not oldest.exists()


def test_a_folder_that_is_no_backup_is_refused(store_config: Config, tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        restore(store_config, tmp_path / "nothing", LI)
    assert str(caught.value) == "备份 nothing：找不到或无法读取 manifest.json，请选择一个备份文件夹。"


def test_a_backup_of_a_newer_program_is_refused(store: Store, filled: Config, made: Backup) -> None:
    with closing(sqlite3.connect(_store_file(made))) as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    _edited(made, store={"digest": disk.digest_of(_store_file(made)), "size": _store_file(made).stat().st_size})
    before = kept.rows(store)
    with pytest.raises(StoreError) as caught:
        restore(filled, made.path, LI)
    what = f"由较新版本的程序建立（版本 9999，本程序只到 {head()}）"
    assert str(caught.value) == f"备份 {made.path.name}：{what}，请更新本程序，或从旧版本的备份恢复。"
    assert kept.rows(store) == before


# what was destroyed on purpose


def test_purged_content_does_not_come_back(store: Store, filled: Config, made: Backup) -> None:
    (content,) = (filled.data_path / "datasets").iterdir()
    elsewhere = made.path.parent.parent / "elsewhere"
    shutil.copytree(made.path.parent, elsewhere)
    content.unlink()
    with store.writing() as session:
        session.execute(update(VersionRow).values(purged_at=kept.NOON))
    backup.forget(filled, [content.stem])
    for folder in (made.path.parent, elsewhere):
        restore(filled, folder / made.path.name, LI)
        assert not content.exists()
        with store.reading() as session:
            assert session.scalars(select(VersionRow.purged_at)).one() is not None
            assert session.scalars(select(DatasetRow.current)).one() is None


# logs that part


def _other(config: Config, tmp_path: Path, url: str = "") -> Config:
    """Settings of another machine that has the same backups."""
    kept_there = StoreConfig(
        url=url, backup_folder=config.store.backup_folder, witness_folder=config.store.witness_folder
    )
    return Config(data_folder=str(tmp_path / "other"), store=kept_there)


def test_a_backup_moves_to_a_new_machine(store: Store, filled: Config, made: Backup, tmp_path: Path) -> None:
    rows, files, before = kept.rows(store), kept.files(filled), kept.log(store)
    other = _other(filled, tmp_path)
    done = restore(other, made.path, LI)
    moved = open_store(other)
    assert (kept.rows(moved), kept.files(other)) == (rows, files)
    assert done.before is None
    assert not done.log_replaced
    assert [action for _number, action, _hash in kept.log(moved)] == ["imported", "restored"]
    assert kept.log(moved)[0] == before[0]
    assert events.verify(moved).sound


def test_a_log_that_has_nothing_to_do_with_the_backup_gives_way(
    store: Store, filled: Config, made: Backup, tmp_path: Path
) -> None:
    before = kept.log(store)
    other = _other(filled, tmp_path)
    fresh = open_store(other)
    with fresh.writing() as session:
        first = events.record(session, LI, "signed_in", Change("session", "1"))
    path = witness.write(fresh, other, now=events.now() + timedelta(days=1))
    assert path is not None
    done = restore(other, made.path, LI)
    assert done.log_replaced
    assert [action for _number, action, _hash in kept.log(fresh)] == ["imported", "restored"]
    assert kept.log(fresh)[0] == before[0]
    with fresh.reading() as session:
        row = session.get_one(EventRow, 2)
    assert row.field == "log"
    assert row.before.startswith("第 2 条 ")
    found = events.verify(fresh, witness.read(other)[0])
    assert found.sound
    assert found.notes == (f"{path.name} 记有第 1 条，此后操作留痕已随备份恢复而更换",)
    assert done.before is not None
    again = restore(other, done.before, LI)
    assert again.log_replaced
    assert kept.log(fresh)[0][2] == first.hash
    with pytest.raises(StoreError, match="只能追加"), fresh.writing() as session:
        session.execute(text("UPDATE events SET reason = 'x'"))


def test_a_store_of_last_week_goes_forward_to_a_newer_backup(
    store: Store, filled: Config, made: Backup, tmp_path: Path
) -> None:
    with store.writing() as session:
        events.record(session, LI, "imported", Change("dataset", "2"))
    later = backup.back_up(store, filled, ZHANG)
    other = _other(filled, tmp_path)
    kept.put(other.data_path / "x", "")
    shutil.copyfile(_store_file(made), other.data_path / "store.sqlite")
    restore(other, later.path, LI)
    moved = open_store(other)
    assert kept.rows(moved) == kept.rows(store)
    assert [action for _number, action, _hash in kept.log(moved)] == ["imported", "backed_up", "imported", "restored"]
    assert events.verify(moved).sound


# from one database to the other


@pytest.mark.parametrize("store_config", ["sqlite"], indirect=True)
def test_an_office_moves_to_postgresql_and_back(
    store: Store, filled: Config, made: Backup, tmp_path: Path, cluster: Cluster
) -> None:
    rows, first = kept.rows(store), kept.log(store)[0]
    server = _other(filled, tmp_path, cluster.create(tmp_path.name))
    restore(server, made.path, LI)
    moved = open_store(server)
    assert moved.engine.dialect.name == "postgresql"
    assert kept.rows(moved) == rows
    with moved.writing() as session:
        session.add(PersonRow(name="王五", department="", role="view", created_at=kept.NOON))
    later = backup.back_up(moved, server, LI)
    rows = kept.rows(moved)
    restore(filled, later.path, LI)
    assert kept.rows(store) == rows
    assert kept.log(store)[0] == first
    assert events.verify(store).sound
    dispose()
    cluster.drop(tmp_path.name)


# stores that cannot be read any more


@pytest.mark.parametrize("store_config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("damage", ["no database", "half", "deep", "newer", "gone"])
def test_a_store_that_cannot_be_read_is_put_aside(store: Store, filled: Config, made: Backup, damage: str) -> None:
    rows = kept.rows(store)
    path = filled.data_path / "store.sqlite"
    if damage == "newer":
        with store.writing() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    dispose()
    content = path.read_bytes()
    ruined = {
        "no database": b"x" * len(content),
        "half": content[: len(content) // 2],
        "deep": content[:12288] + b"x" * 4096 + content[16384:],
        "newer": content,
        "gone": None,
    }
    path.unlink() if ruined[damage] is None else path.write_bytes(ruined[damage] or b"")
    done = restore(filled, made.path, LI)
    back = open_store(filled)
    assert kept.rows(back) == rows
    assert [action for _number, action, _hash in kept.log(back)] == ["imported", "restored"]
    assert done.before is None
    aside = list(filled.data_path.glob("store.sqlite.damaged-*"))
    assert [one.read_bytes() for one in aside] == ([] if damage == "gone" else [ruined[damage]])


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_server_of_a_newer_program_is_left_alone(store: Store, filled: Config, made: Backup) -> None:
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    dispose()
    with pytest.raises(StoreError, match="由较新版本的程序建立"):
        restore(filled, made.path, LI)


# killed


def swing(tell: Tell, config: Config, backups: list[Path]) -> None:
    """Restore one backup, then the other, again and again."""
    open_store(config)
    for number, key in enumerate(tell.pieces()):
        tell("begin", key)
        restore(config, backups[number % 2], ZHANG)
        tell.acknowledge(key)


def test_a_restore_that_was_killed_leaves_the_one_or_the_other(store: Store, filled: Config, made: Backup) -> None:
    first = kept.rows(store)
    _change(store, filled)
    second = kept.rows(store)
    other = backup.back_up(store, filled, ZHANG)
    shutil.copyfile(_content_file(made), next((filled.data_path / "datasets").glob(f"{_content_file(made).name}*")))

    def look(killed: Killed) -> None:
        assert killed.key
        assert kept.rows(store) in (first, second)
        assert events.verify(store).sound

    kill(swing, filled, [other.path, made.path], stages=("begin",), check=look, times=8, slow=True)
    restore(filled, made.path, LI)
    assert kept.rows(store) == first


# the commands


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a command with these settings: command(config, *words) -> code, what it said."""

    def run(config: Config, *words: str) -> tuple[int, str]:
        monkeypatch.setattr(program, "load_config", lambda: (config, ()))
        return program.main(words), capsys.readouterr().out

    return run


Run = Callable[..., tuple[int, str]]


def test_the_commands_back_up_verify_and_restore(store: Store, filled: Config, command: Run) -> None:
    code, said = command(filled, "backup", "张三")
    ((made,), _problems) = backup.backups(filled)
    assert (code, said) == (0, f"已备份到 {made.path}。\n")
    code, said = command(filled, "verify")
    assert (code, said) == (0, "见证文件 0 个。\n操作留痕共 2 条，逐条校验一致。\n")
    code, said = command(filled, "restore", str(made.path), "张三")
    assert code == 0
    assert said.startswith(
        f"已从备份 {made.path.name}（{made.label}）恢复，所有人须重新登录。\n恢复之前的内容已备份到 "
    )
    with store.reading() as session:
        row = session.get_one(EventRow, 4)
    assert (row.action, row.person, row.authenticated) == ("restored", "张三", False)


def test_a_backup_that_nobody_asked_for_is_the_systems(store: Store, filled: Config, command: Run) -> None:
    assert command(filled, "backup")[0] == 0
    with store.reading() as session:
        assert session.get_one(EventRow, 2).person == "系统"


def test_verify_says_where_the_log_is_broken(store: Store, filled: Config, command: Run) -> None:
    with store.writing() as session, restore_module._guards_down(session.connection()):
        session.execute(text("UPDATE events SET reason = 'x'"))
    remedy = "请不要再改动数据库，并与备份核对。"
    assert command(filled, "verify") == (1, f"见证文件 0 个。\n操作留痕第 1 条：内容被改动过，{remedy}\n")


def test_a_person_nobody_knows_restores_nothing(store: Store, filled: Config, made: Backup, command: Run) -> None:
    before = kept.log(store)
    said = "命令行：没有名为“王五”且已启用的人员，请写明人员的姓名。\n"
    assert command(filled, "restore", str(made.path), "王五") == (1, said)
    assert kept.log(store) == before


def test_where_the_people_are_lost_the_backup_knows_them(
    filled: Config, made: Backup, command: Run, tmp_path: Path
) -> None:
    other = _other(filled, tmp_path)
    kept.put(other.data_path / "store.sqlite", "no database" * 1000)
    code, said = command(other, "restore", str(made.path), "张三")
    assert (code, said.startswith("已从备份")) == (0, True)
    assert [row[1] for row in kept.rows(open_store(other))["people"]] == ["张三"]


def test_the_command_says_that_the_log_gave_way(
    store: Store, filled: Config, made: Backup, command: Run, tmp_path: Path
) -> None:
    other = _other(filled, tmp_path)
    kept.fill(open_store(other), other)
    with open_store(other).writing() as session:
        events.record(session, ZHANG, "imported", Change("dataset", "1", after="另一版"))
    backup.back_up(store, filled, ZHANG)
    newest = backup.backups(filled)[0][0]
    code, said = command(other, "restore", str(newest.path), "张三")
    assert code == 0
    assert said.endswith("现有的操作留痕与备份不相连，已换成备份中的操作留痕。\n")
    assert made.manifest.events < newest.manifest.events


@pytest.mark.parametrize("store_config", ["postgresql"], indirect=True)
def test_a_command_without_its_server_says_so(
    store: Store, filled: Config, made: Backup, command: Run, cluster: Cluster
) -> None:
    dispose()
    cluster.stop()
    try:
        code, said = command(filled, "restore", str(made.path), "张三")
    finally:
        cluster.start()
    assert (code, said.startswith(f"{store.where}：无法连接")) == (1, True)


@pytest.mark.parametrize("words", [(), ("nothing",), ("restore", "x"), ("verify", "x"), ("restore", "x", "y", "z")])
def test_a_command_that_is_none_is_told_what_there_is(config: Config, command: Run, words: tuple[str, ...]) -> None:
    code, said = command(config, *words)
    assert code == 2
    assert said.splitlines()[0] == "用法："
    assert [line.split()[3] for line in said.splitlines()[1:]] == list(program.COMMANDS)


def test_the_program_is_started_by_its_name() -> None:
    done = subprocess.run([sys.executable, "-m", "geodata"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stdout.decode().startswith("用法：")
