"""Backups: whole or not there, thinned out, without what was destroyed on purpose, once a day."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from geodata.access import Person
from geodata.config import Config
from geodata.errors import AccessError, StoreError
from geodata.store import archive, backup, daily, disk, events, manifest, snapshot
from geodata.store.engine import Store, dispose, open_store
from geodata.store.manifest import Backup
from geodata.store.models import EventRow, VersionRow
from tests import kept
from tests.kept import ZHANG
from tests.killing import CONTEXT, Killed, Tell, kill

if sys.platform != "win32":
    import resource


@pytest.fixture
def filled(store: Store, store_config: Config) -> Config:
    """Fill the store and its data folder."""
    kept.fill(store, store_config)
    return store_config


def _drafts(config: Config) -> list[str]:
    return [path.name for path in config.backup_path.rglob(f"*{disk.DRAFT}")]


def test_a_backup_holds_the_database_and_all_content(store: Store, filled: Config) -> None:
    made = backup.back_up(store, filled, ZHANG)
    manifest.check(made)
    assert (made.manifest.kind, made.manifest.person, made.manifest.events) == ("manual", "张三", 1)
    assert set(made.manifest.files) == set(kept.files(filled))
    held = {name: manifest.held(made, name, entry) for name, entry in made.manifest.files.items()}
    assert {name: path.read_bytes() for name, path in held.items() if path} == kept.files(filled)
    with closing(sqlite3.connect(made.path / manifest.DATABASE)) as copy:
        assert copy.execute("SELECT name FROM people").fetchall() == [("张三",)]
        assert copy.execute("SELECT hash FROM events").fetchall() == [(made.manifest.last_hash,)]
    assert _drafts(filled) == []


def test_a_backup_is_an_event(store: Store, filled: Config) -> None:
    made = backup.back_up(store, filled, ZHANG)
    with store.reading() as session:
        row = session.get_one(EventRow, 2)
    assert (row.action, row.person, row.object_id) == ("backed_up", "张三", made.path.name)
    assert (row.after, row.reason) == ("留痕至第 1 条", "手动备份")


@pytest.mark.parametrize("role", ["view", "report", "review"])
def test_only_who_manages_may_back_up(store: Store, store_config: Config, role: Any) -> None:
    with pytest.raises(AccessError):
        backup.back_up(store, store_config, Person(2, "李四", "", role, authenticated=True))
    assert not store_config.backup_path.exists()


def test_content_is_copied_once_for_all_backups(store: Store, filled: Config) -> None:
    first = backup.back_up(store, filled, ZHANG)
    pool = filled.backup_path / manifest.POOL
    stamps = {path.name: path.stat().st_mtime_ns for path in pool.iterdir()}
    second = backup.back_up(store, filled, ZHANG)
    assert {path.name: path.stat().st_mtime_ns for path in pool.iterdir()} == stamps
    assert first.path != second.path
    assert [one.path for one in backup.backups(filled)[0]] == [second.path, first.path]
    assert second.label.endswith(" 手动备份")


def test_a_table_that_is_saved_meanwhile_is_kept_as_it_was_read(
    store: Store, filled: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, digest_of = filled.data_path / "tables" / "fields.yaml", disk.digest_of

    def saved(path: Path) -> str:
        digest = digest_of(path)
        if path == table:
            table.write_text("{}", "utf-8")
        return digest

    table.parent.mkdir(exist_ok=True)
    table.write_text("plots.id: {headings: [宗海编号]}", "utf-8")
    monkeypatch.setattr(disk, "digest_of", saved)
    manifest.check(backup.back_up(store, filled, ZHANG))


def test_drafts_are_no_content(store: Store, filled: Config) -> None:
    kept.put(filled.data_path / "datasets" / f"x{disk.DRAFT}", "half")
    assert f"datasets/x{disk.DRAFT}" not in backup.back_up(store, filled, ZHANG).manifest.files


def test_content_that_is_lost_or_damaged_is_said_and_the_rest_is_kept(store: Store, filled: Config) -> None:
    (content,) = (filled.data_path / "datasets").iterdir()
    content.write_text("damaged")
    made = backup.back_up(store, filled, ZHANG)
    assert made.manifest.missing == (content.stem,)
    assert [str(problem) for problem in made.problems] == [
        f"备份 {made.path.name}：有 1 个数据版本的文件已丢失或损坏，未能备份，请从以前的备份恢复，或重新导入。"
    ]
    assert "uploads/来件.txt" in made.manifest.files
    manifest.check(made)


def test_a_sound_backup_has_no_problems(store: Store, filled: Config) -> None:
    assert backup.back_up(store, filled, ZHANG).problems == ()


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep three daily backups."""
    assert manifest.KINDS["daily"][1] == 14
    assert manifest.KINDS["manual"][1] is None
    monkeypatch.setattr(archive, "KINDS", {**manifest.KINDS, "daily": ("每日自动备份", 3)})


@pytest.mark.usefixtures("three")
def test_only_the_last_daily_backups_are_kept_and_all_that_people_asked_for(store: Store, filled: Config) -> None:
    asked = [backup.back_up(store, filled, ZHANG).path for _ in range(2)]
    made = [backup.back_up(store, filled, None, kind="daily").path for _ in range(5)]
    left = [one.path for one in backup.backups(filled)[0]]
    assert left == [*reversed(made[2:]), *reversed(asked)]
    assert _drafts(filled) == []


@pytest.mark.usefixtures("three")
def test_content_that_no_backup_names_goes_with_the_last_that_did(store: Store, filled: Config) -> None:
    first = backup.back_up(store, filled, None, kind="daily")
    upload = first.manifest.files["uploads/来件.txt"].digest
    (filled.data_path / "uploads" / "来件.txt").unlink()
    for _ in range(2):
        backup.back_up(store, filled, None, kind="daily")
    assert (filled.backup_path / manifest.POOL / upload).exists()
    backup.back_up(store, filled, None, kind="daily")
    assert not (filled.backup_path / manifest.POOL / upload).exists()


def test_nothing_is_thinned_out_of_the_pool_while_a_manifest_cannot_be_read(store: Store, filled: Config) -> None:
    made = backup.back_up(store, filled, ZHANG)
    upload = made.manifest.files["uploads/来件.txt"].digest
    (filled.data_path / "uploads" / "来件.txt").unlink()
    (made.path / manifest.MANIFEST).write_text("{")
    backup.back_up(store, filled, ZHANG)
    found, problems = backup.backups(filled)
    assert len(found) == 1
    said = "manifest.json 已损坏或由较新版本的程序建立，请选择另一个备份。"
    assert [str(problem) for problem in problems] == [f"备份 {made.path.name}：{said}"]
    assert (filled.backup_path / manifest.POOL / upload).exists()


# what was destroyed on purpose


def test_what_is_forgotten_is_in_no_backup_any_more(store: Store, filled: Config) -> None:
    made = backup.back_up(store, filled, ZHANG)
    (content,) = (filled.data_path / "datasets").iterdir()
    content.unlink()
    backup.forget(filled, [content.stem])
    assert not (filled.backup_path / manifest.POOL / content.stem).exists()
    assert archive.purged(filled.backup_path) == {content.stem}
    manifest.check(made)


def test_purged_content_leaves_the_backups_with_the_next_one(store: Store, filled: Config) -> None:
    backup.back_up(store, filled, ZHANG)
    (content,) = (filled.data_path / "datasets").iterdir()
    content.unlink()
    with store.writing() as session:
        session.execute(update(VersionRow).values(purged_at=kept.NOON))
    made = backup.back_up(store, filled, ZHANG)
    assert made.manifest.missing == ()
    assert not (filled.backup_path / manifest.POOL / content.stem).exists()


def test_content_that_comes_in_again_is_kept_again(store: Store, filled: Config) -> None:
    (content,) = (filled.data_path / "datasets").iterdir()
    backup.forget(filled, [content.stem])
    made = backup.back_up(store, filled, ZHANG)
    assert archive.purged(filled.backup_path) == set()
    assert (filled.backup_path / manifest.POOL / content.stem).exists()
    manifest.check(made)


# once a day


def test_a_day_has_one_backup_of_its_own(store: Store, filled: Config) -> None:
    today = datetime.now().astimezone()
    assert backup.due(filled, today)
    backup.back_up(store, filled, ZHANG)
    assert backup.due(filled, today)
    backup.back_up(store, filled, None, kind="daily")
    assert not backup.due(filled, today)
    assert backup.due(filled, today + timedelta(days=1))
    assert not backup.due(filled)


def test_what_the_server_does_by_itself(filled: Config) -> None:
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    assert daily.run(filled, tomorrow) == ()
    assert daily.problems(filled) == ()
    assert [one.manifest.kind for one in backup.backups(filled)[0]] == ["daily"]
    folder = filled.witness_path
    assert folder is not None
    assert len(list(folder.iterdir())) == 1


def test_what_it_could_not_do_is_told_until_it_succeeds(filled: Config, caplog: pytest.LogCaptureFixture) -> None:
    folder = filled.witness_path
    assert folder is not None
    for path in (folder, filled.backup_path):
        path.write_text("in the way")
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    said = [str(problem).partition("：")[0] for problem in daily.run(filled, tomorrow)]
    assert said == [f"操作留痕的见证文件夹 {folder}", f"备份文件夹 {filled.backup_path}"]
    assert [str(problem).partition("：")[0] for problem in daily.problems(filled)] == said
    assert len(caplog.records) == 2
    folder.unlink()
    filled.backup_path.unlink()
    assert daily.run(filled, tomorrow) == ()
    assert daily.problems(filled) == ()


def test_the_server_goes_on_doing_what_is_due(filled: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Config] = []

    async def until_the_third() -> None:
        loop, third = asyncio.get_running_loop(), asyncio.Event()

        def run(config: Config) -> None:
            runs.append(config)
            if len(runs) == 3:
                loop.call_soon_threadsafe(third.set)

        monkeypatch.setattr(daily, "run", run)
        task = asyncio.create_task(daily.keep(filled, every_s=0))
        await asyncio.wait_for(third.wait(), 10)
        task.cancel()

    asyncio.run(until_the_third())
    assert runs[:3] == [filled] * 3


def test_a_store_that_cannot_be_opened_is_a_problem_of_the_day(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite").write_text("no database" * 100)
    (problem,) = daily.run(Config(data_folder=str(tmp_path)))
    assert "文件已损坏" in str(problem)


# faults


def test_another_backup_under_way_is_said(store: Store, filled: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "_PATIENCE_S", 0.1)
    with backup.alone(filled), pytest.raises(StoreError) as caught:
        backup.back_up(store, filled, ZHANG)
    assert str(caught.value) == "备份：另一次备份或恢复正在进行，请等它结束后重试。"
    assert backup.backups(filled) == ((), ())


def test_a_folder_that_cannot_be_written_is_said(store: Store, filled: Config) -> None:
    filled.backup_path.write_text("in the way")
    with pytest.raises(StoreError, match=r"备份文件夹 .*：所在的文件或文件夹打不开"):
        backup.back_up(store, filled, ZHANG)
    assert len(kept.log(store)) == 1


def squeeze(config: Config, wire: Any) -> None:
    """Back up where the files of this process may not grow, then with room."""
    store = open_store(config)
    said = []
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    for room in (40_000, 150_000, hard):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
        try:
            backup.back_up(store, config, ZHANG)
        except StoreError as error:
            said.append(str(error))
    wire.send((said, [path.name for path in config.backup_path.iterdir()]))


@pytest.mark.skipif(sys.platform == "win32", reason=f"{os.name} has no RLIMIT_FSIZE")
def test_a_disk_without_room_leaves_no_half_backup(store: Store, filled: Config) -> None:
    kept.put(filled.data_path / "tables" / "large.yaml", "x" * 200_000)
    assert len(kept.log(store)) == 1
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=squeeze, args=(filled, theirs))
    process.start()
    assert ours.poll(60)
    said, left = ours.recv()
    process.join()
    assert len(said) == 2
    assert all("写入磁盘失败（磁盘已满或出现故障）" in one for one in said)
    assert len(left) == 2
    ((made,), problems) = backup.backups(filled)
    assert problems == ()
    manifest.check(made)
    assert [action for _number, action, _hash in kept.log(store)] == ["imported", "backed_up"]


def save(tell: Tell, config: Config) -> None:
    """Back up again and again, each with content of its own."""
    store = open_store(config)
    copied = snapshot.snapshot

    for key in tell.pieces():
        tell("begin", key)
        kept.put(config.data_path / "uploads" / f"{key}.txt", key)

        def heard(*args: Any, key: str = key) -> None:
            tell("database", key)
            copied(*args)
            tell("files", key)

        vars(archive)["snapshot"] = heard
        backup.back_up(store, config, None, kind="daily")
        tell.acknowledge(key)


def test_a_backup_that_was_killed_leaves_only_whole_ones(store: Store, filled: Config) -> None:
    def look(killed: Killed) -> None:
        found, problems = backup.backups(filled)
        assert problems == ()
        for one in found:
            manifest.check(one)
        newest = max((_number(key) for key in killed.acknowledged), default=(0, 0))
        assert not killed.acknowledged or newest <= max(_number(key) for one in found for key in _keys(one))
        assert events.verify(store).sound

    hits = kill(save, filled, stages=("begin", "database", "files"), check=look, times=15, slow=True)
    assert hits.total() >= 15
    backup.back_up(store, filled, ZHANG)
    assert _drafts(filled) == []
    assert list(filled.data_path.glob("staging-*")) == []


def _keys(made: Backup) -> list[str]:
    return [Path(name).stem for name in made.manifest.files if name.startswith("uploads/") and "-" in name]


def _number(key: str) -> tuple[int, int]:
    run, _, number = key.partition("-")
    return int(run), int(number)


def test_closing_is_enough_to_move_the_data_folder(store: Store, filled: Config, tmp_path: Path) -> None:
    before = kept.rows(store)
    dispose()
    filled.data_path.rename(tmp_path / "moved")
    moved = filled.model_copy(update={"data_folder": str(tmp_path / "moved")})
    assert kept.rows(open_store(moved)) == before
