"""清除 needs two persons and a reason, destroys the content, and keeps the event and the row."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from geodata import catalogue, jobs, parquet, purge, tiles
from geodata.access import Person
from geodata.catalogue import go_back, read_version, take_in
from geodata.config import Config
from geodata.errors import AccessError, ConflictError, DatasetError, StoreError
from geodata.findings import finding
from geodata.store import datasets, events
from geodata.store.backup import back_up
from geodata.store.engine import Store
from geodata.store.manifest import POOL
from geodata.treatment import Treatment
from geodata.versions import Intake, Version
from tests.people import events as log
from tests.people import named
from tests.tables import plots, square

INTAKE = Intake("plots", "规划地块", "规划处")
REASON = "误导入了另一个区的数据"
TakeIn = Callable[..., Version]


@pytest.fixture
def two(reporter: Person, reviewer: Person) -> tuple[Person, Person]:
    """Give who asks and who confirms."""
    return reporter, reviewer


@pytest.fixture
def came(store: Store, store_config: Config, reporter: Person) -> TakeIn:
    """Take in a table: came(table, **what is told of it)."""

    def run(table: gpd.GeoDataFrame | None = None, **told: Any) -> Version:
        table = plots() if table is None else table
        return take_in(store, reporter, table, intake=replace(INTAKE, **told), config=store_config)

    return run


def test_one_asks_another_confirms_and_the_content_is_gone(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    found = finding("K025", "企业", pd.Series(["E1"]))
    version = came(findings=(found,), treatment=(Treatment("mended", "修复无效的面", 1, 1.0, 1.0),))
    asked = purge.request(store, two[0], version.key, reason=f" {REASON} ").purge
    assert asked is not None
    assert (asked.by, asked.name, asked.reason) == (two[0].id, "李四", REASON)
    assert parquet.kept(store_config.data_path) == {version.digest}
    gone = purge.confirm(store, two[1], version.key, config=store_config)
    assert parquet.kept(store_config.data_path) == frozenset()
    assert gone.purged_at is not None
    assert (gone.digest, gone.rows, gone.source) == (version.digest, version.rows, version.source)
    held = catalogue.catalogue(store)
    assert held.find(version.key) == gone
    assert held.current("plots") is None
    assert "plots" in {one.kind for one in held.missing()}
    with store.reading() as session:
        assert datasets.findings(session, version.key) == ()
    assert gone.treatment == ()


def test_the_log_tells_who_asked_who_confirmed_and_why(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    version = came()
    purge.request(store, two[0], version.key, reason=REASON)
    purge.confirm(store, two[1], version.key, config=store_config)
    asked, done = log(store)[-2:]
    assert (asked.person, asked.action, asked.object_id, asked.reason) == ("李四", "purge_requested", "1.1", REASON)
    assert (done.person, done.action, done.object_id, done.reason) == ("王五", "purged", "1.1", REASON)
    assert done.before == f"内容校验值 {version.digest}"
    assert {asked.action, done.action, "purge_withdrawn"} <= set(events.LABELS)
    assert events.verify(store).sound


def test_nobody_confirms_what_they_asked_for(
    store: Store, store_config: Config, came: TakeIn, reviewer: Person
) -> None:
    version = came()
    purge.request(store, reviewer, version.key, reason=REASON)
    with pytest.raises(AccessError) as caught:
        purge.confirm(store, reviewer, version.key, config=store_config)
    assert str(caught.value) == (
        "清除“规划地块”第 1 版：申请与确认须由两个人办理，请由另一位“审核”以上权限的人员确认。"
    )
    assert len(read_version(store_config.data_path, version)) == 3


def test_nothing_is_destroyed_that_nobody_asked_for(
    store: Store, store_config: Config, came: TakeIn, reviewer: Person
) -> None:
    version = came()
    with pytest.raises(ConflictError) as caught:
        purge.confirm(store, reviewer, version.key, config=store_config)
    assert str(caught.value) == "清除“规划地块”第 1 版：没有人申请清除，请先申请。"
    assert len(read_version(store_config.data_path, version)) == 3


@pytest.mark.parametrize("reason", ["", "  ", "因" * 501])
def test_a_reason_is_needed(store: Store, came: TakeIn, reporter: Person, reason: str) -> None:
    version, before = came(), len(log(store))
    with pytest.raises(DatasetError) as caught:
        purge.request(store, reporter, version.key, reason=reason)
    assert str(caught.value) == ("清除“规划地块”第 1 版：没有写明原因，或原因过长，请用不超过 500 个字写明原因。")
    assert len(log(store)) == before


def test_two_do_not_ask_for_the_same(store: Store, came: TakeIn, reporter: Person, reviewer: Person) -> None:
    version = came()
    purge.request(store, reporter, version.key, reason=REASON)
    with pytest.raises(ConflictError) as caught:
        purge.request(store, reviewer, version.key, reason=REASON)
    assert str(caught.value) == "清除“规划地块”第 1 版：李四已经申请清除，请由另一人确认或撤回。"


@pytest.mark.parametrize("by", ["李四", "王五"])
def test_a_request_is_withdrawn_by_who_asked_or_who_may_confirm(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person], by: str
) -> None:
    version = came()
    purge.request(store, two[0], version.key, reason=REASON)
    who = next(person for person in two if person.name == by)
    assert purge.withdraw(store, who, version.key, reason="核对无误") == version
    event = log(store)[-1]
    assert (event.person, event.action, event.reason) == (by, "purge_withdrawn", "核对无误")
    with pytest.raises(ConflictError):
        purge.confirm(store, two[1], version.key, config=store_config)


def test_somebody_else_of_the_same_role_does_not_withdraw(store: Store, came: TakeIn, reporter: Person) -> None:
    version = came()
    purge.request(store, reporter, version.key, reason=REASON)
    with pytest.raises(AccessError, match=r"^清除误导入的内容：赵六的权限是“填报”，"):
        purge.withdraw(store, named(store, "赵六", "report"), version.key)


def _purged(store: Store, config: Config, version: Version, two: tuple[Person, Person]) -> Version:
    purge.request(store, two[0], version.key, reason=REASON)
    return purge.confirm(store, two[1], version.key, config=config)


def test_content_that_another_version_holds_stays_with_it(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    first, second = came(), came(name="另一处")
    assert first.digest == second.digest
    _purged(store, store_config, first, two)
    assert len(read_version(store_config.data_path, second)) == 3
    _purged(store, store_config, second, two)
    assert parquet.kept(store_config.data_path) == frozenset()


def test_the_latest_other_version_takes_its_place(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    first, second, third = (came(plots(square(number))) for number in range(3))
    _purged(store, store_config, third, two)
    assert catalogue.catalogue(store).current("plots") == second
    _purged(store, store_config, first, two)
    assert catalogue.catalogue(store).current("plots") == second
    assert came(plots(square(9))).number == 4


def test_what_was_destroyed_is_neither_read_nor_used_nor_destroyed_again(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    version = came()
    gone = _purged(store, store_config, version, two)
    said = f"“规划地块”第 1 版：内容已于 {gone.purged_at:%Y-%m-%d} 清除，请选择其他版本。"
    acts: list[Callable[[], object]] = [
        lambda: read_version(store_config.data_path, gone),
        lambda: go_back(store, two[1], version.key),
        lambda: purge.request(store, two[0], version.key, reason=REASON),
        lambda: purge.confirm(store, two[1], version.key, config=store_config),
    ]
    for act in acts:
        with pytest.raises(DatasetError) as caught:
            act()
        assert str(caught.value) == said


def test_the_same_content_may_come_in_again_later(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    _purged(store, store_config, came(), two)
    again = came()
    assert again.number == 2
    assert catalogue.sweep(store, store_config) == ()
    assert len(read_version(store_config.data_path, again)) == 3


@pytest.fixture
def derived(store_config: Config) -> Path:
    """Make the folder of derived files."""
    folder = store_config.data_path / "derived"
    (folder / "internal").mkdir(parents=True)
    return folder


def test_what_was_made_of_it_is_gone_too(
    store: Store, store_config: Config, came: TakeIn, derived: Path, two: tuple[Person, Person]
) -> None:
    version, stays = came(), came(plots(square(7)))
    names = [f"{version.digest[:16]}.geojson", f"{version.digest}.pmtiles", f"{stays.digest}.pmtiles"]
    for name in names:
        (derived / "internal" / name).write_text("")
    purge.request(store, two[0], version.key, reason=REASON)
    purge.confirm(store, two[1], version.key, config=store_config, derived=[derived])
    assert [path.name for path in (derived / "internal").iterdir()] == [f"{stays.digest}.pmtiles"]


def test_work_on_it_is_stopped_and_forgotten(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    version = came()
    for name in (version.digest[:24], "other"):
        jobs._write(store_config.data_path / "jobs" / f"tiles-internal-{name}.json", jobs.Status("failed"))
    _purged(store, store_config, version, two)
    assert [path.stem for path in (store_config.data_path / "jobs").iterdir()] == ["tiles-internal-other"]


def test_what_could_not_be_removed_at_once_is_swept_later(
    store: Store, store_config: Config, came: TakeIn, monkeypatch: pytest.MonkeyPatch, two: tuple[Person, Person]
) -> None:
    version = came()
    job = store_config.data_path / "jobs" / f"{tiles.job('internal', version.digest[:24])}.json"
    job.parent.mkdir()
    job.write_text('{"state": "done"}', "utf-8")

    def held_open(_path: Path, *, missing_ok: bool) -> None:
        assert missing_ok
        raise PermissionError(13, "used by another process")

    purge.request(store, two[0], version.key, reason=REASON)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held_open)
        with pytest.raises(StoreError):
            purge.confirm(store, two[1], version.key, config=store_config)
    held = catalogue.catalogue(store).find(version.key)
    assert held is not None
    assert held.purged_at is not None
    assert catalogue.sweep(store, store_config) == (version.digest,)
    assert parquet.kept(store_config.data_path) == frozenset()
    assert not job.exists()


def test_it_is_gone_from_the_backups_too(
    store: Store, store_config: Config, came: TakeIn, two: tuple[Person, Person]
) -> None:
    version, stays = came(), came(plots(square(7)))
    back_up(store, store_config, None, kind="daily")
    assert {version.digest, stays.digest} <= _backed_up(store_config)
    _purged(store, store_config, version, two)
    assert _backed_up(store_config) == {stays.digest}


def _backed_up(config: Config) -> set[str]:
    return {path.name for path in (config.backup_path / POOL).iterdir() if not path.suffix}
