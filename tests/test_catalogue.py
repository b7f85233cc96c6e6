"""The catalogue: what comes in is a new version; nothing is overwritten; real and made-up never mix."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from sqlalchemy import event

from geodata import catalogue, crs, parquet, purge
from geodata.access import Person
from geodata.catalogue import go_back, read_version, sweep, take_in
from geodata.compare import compare_versions
from geodata.config import AccessConfig, Config
from geodata.errors import AccessError, ConflictError, DashboardError, DatasetError, StoreError
from geodata.findings import finding
from geodata.kinds import DATASETS
from geodata.schema import conform
from geodata.store import datasets, events
from geodata.store.engine import Store, dispose, open_store
from geodata.versions import Intake, Version
from tests.people import events as log
from tests.people import named
from tests.tables import plots, square

INTAKE = Intake("plots", "规划地块", "规划处", date(2024, 5, 1), 2023, "内部使用")
LATER = datetime.now(UTC) + timedelta(hours=2)
TakeIn = Callable[..., Version]


@pytest.fixture
def came(store: Store, store_config: Config, reporter: Person) -> TakeIn:
    """Take in a table: came(table, **what is told of it)."""

    def run(table: gpd.GeoDataFrame | None = None, **told: Any) -> Version:
        intake = replace(INTAKE, **told)
        table = plots(synthetic=intake.synthetic) if table is None else table
        return take_in(store, reporter, table, intake=intake, config=store_config)

    return run


def _green(*, synthetic: bool) -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame({"id": ["G1"], "synthetic": synthetic}, geometry=[square(5)], crs=crs.METRIC)
    return conform(table.assign(basis="测绘成果", green_class="G11", public=True), "green")


def _enterprises() -> gpd.GeoDataFrame:
    return conform(pd.DataFrame({"id": ["E1"], "synthetic": [False], "name": ["甲公司"]}), "enterprises")


def test_a_version_tells_all_that_was_told_of_it(store: Store, came: TakeIn) -> None:
    version = came(scheme="guide2023", audience="sensitive")
    assert catalogue.catalogue(store).datasets[0].versions == (version,)
    assert (version.key, version.label) == ("1.1", "“规划地块”第 1 版")
    told = Intake(**{name: getattr(version, name) for name in vars(INTAKE) if name not in ("findings", "follows")})
    assert told == replace(INTAKE, scheme="guide2023", audience="sensitive")
    assert version.person == "李四"
    assert version.rows == 3
    assert (version.purge, version.purged_at) == (None, None)
    assert (datetime.now(UTC) - version.created_at).total_seconds() < 60


def test_what_a_version_holds_is_read_back(store_config: Config, came: TakeIn) -> None:
    table = plots(far=[1.5, None, 2])
    assert_geodataframe_equal(read_version(store_config.data_path, came(table)), table)


def test_a_kind_without_shapes_comes_in_too(store_config: Config, came: TakeIn) -> None:
    version = came(_enterprises(), kind="enterprises", name="企业")
    assert list(read_version(store_config.data_path, version, columns=["name"])["name"]) == ["甲公司"]


def test_a_second_table_is_a_second_version_and_the_first_stays(
    store: Store, store_config: Config, came: TakeIn
) -> None:
    first, second = came(), came(plots(square(7)))
    held = catalogue.catalogue(store).datasets[0]
    assert [version.key for version in held.versions] == ["1.1", "1.2"]
    assert held.current == second
    assert len(read_version(store_config.data_path, first)) == 3
    assert len(read_version(store_config.data_path, second)) == 1


def test_the_same_table_again_is_a_version_of_its_own_with_the_same_content(came: TakeIn, store_config: Config) -> None:
    first, second = came(), came(source="重新提交")
    assert (first.digest, first.number + 1) == (second.digest, second.number)
    assert parquet.kept(store_config.data_path) == {first.digest}


def test_another_name_is_another_dataset(store: Store, came: TakeIn) -> None:
    came()
    other = came(name=" 详细规划地块 ")
    assert (other.key, other.name) == ("2.1", "详细规划地块")
    assert [one.name for one in catalogue.catalogue(store).datasets] == ["规划地块", "详细规划地块"]


def test_every_version_has_its_event(store: Store, came: TakeIn) -> None:
    version = came()
    told = log(store)[-1]
    assert (told.person, told.action, told.object_kind, told.object_id) == ("李四", "imported", "version", "1.1")
    assert told.after == f"“规划地块”第 1 版，3 行，使用范围内部，内容校验值 {version.digest}"
    came(name="演示地块", synthetic=True)
    assert log(store)[-1].action == "sample_loaded"
    assert events.verify(store).sound


def test_what_the_check_found_is_kept(store: Store, came: TakeIn) -> None:
    found = finding("K025", "企业", pd.Series(["E1", "E2"]))
    version = came(findings=(found,))
    with store.reading() as session:
        assert datasets.findings(session, version.key) == (found,)


def _nothing_was_written(store: Store, config: Config, before: int) -> None:
    assert catalogue.catalogue(store).datasets == ()
    assert parquet.kept(config.data_path) == frozenset()
    assert len(log(store)) == before


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "kind": ({"kind": "trees"}, "没有“trees”这一类数据，请选择数据类别"),
    "name": ({"name": " "}, "没有填写数据集名称，请填写"),
    "long name": ({"name": "地" * 81}, "数据集名称超过 80 个字，请改短"),
    "source": ({"source": ""}, "没有填写来源，请填写"),
    "licence": ({"licence": "许" * 201}, "许可超过 200 个字，请改短"),
    "audience": ({"audience": "friends"}, "没有“friends”这种使用范围，请选择公开、内部、敏感、涉密之一"),
    "scheme": ({"scheme": "guide1999"}, "没有“guide1999”这种分类标准，请选择分类标准"),
    "year": ({"base_year": 23}, "基准年 23 不在 1900 至 2100 年之间，请改正"),
    "finding": (
        {"findings": (finding("K009", "规划地块的“编号”", pd.Series(["D1"]), examples="“D1”"),)},
        "规划地块的“编号”1 行的编号重复（例如“D1”），请改为不重复的编号",
    ),
    "synthetic": ({"synthetic": True}, "有的行是演示数据，有的不是，请把演示数据与真实数据分开导入"),
    "other kind": ({"kind": "green"}, "不是绿地、公园的数据表，请先按数据约定整理"),
}


@pytest.mark.parametrize(("told", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_told_is_refused(
    store: Store, store_config: Config, reporter: Person, told: dict[str, Any], sentence: str
) -> None:
    intake, before = replace(INTAKE, **told), len(log(store))
    with pytest.raises(DatasetError) as caught:
        take_in(store, reporter, plots(), intake=intake, config=store_config)
    assert str(caught.value) == f"导入“{intake.name.strip()}”：{sentence}。"
    _nothing_was_written(store, store_config, before)


TABLES: dict[str, tuple[Callable[[], pd.DataFrame], str]] = {
    "not conformed": (lambda: plots().drop(columns="far"), "不是规划地块的数据表，请先按数据约定整理"),
    "no shapes": (lambda: pd.DataFrame(plots()), "坐标系不是看板计算所用的坐标系，请先转换"),
    "degrees": (lambda: crs.degrees(plots()), "坐标系不是看板计算所用的坐标系，请先转换"),
    "twice": (lambda: plots().iloc[[0, 0]], "有重复或空的编号，请改正编号"),
    "other index": (lambda: plots().reset_index(drop=True), "有重复或空的编号，请改正编号"),
}


@pytest.mark.parametrize(("make", "sentence"), TABLES.values(), ids=TABLES)
def test_a_table_out_of_form_is_refused(
    store: Store, store_config: Config, reporter: Person, make: Callable[[], pd.DataFrame], sentence: str
) -> None:
    before = len(log(store))
    with pytest.raises(DatasetError) as caught:
        take_in(store, reporter, make(), intake=INTAKE, config=store_config)
    assert str(caught.value) == f"导入“规划地块”：{sentence}。"
    _nothing_was_written(store, store_config, before)


def test_secret_data_come_in_on_a_cleared_machine_only(store: Store, store_config: Config, reporter: Person) -> None:
    secret, before = replace(INTAKE, audience="secret"), len(log(store))
    with pytest.raises(AccessError) as caught:
        take_in(store, reporter, plots(), intake=secret, config=store_config)
    assert str(caught.value) == (
        "导入“规划地块”：这份数据的使用范围是“涉密”，而本机未经批准处理涉密数据，请在经批准的计算机上处理。"
    )
    _nothing_was_written(store, store_config, before)
    cleared = store_config.model_copy(update={"access": AccessConfig(cleared=True)})
    assert take_in(store, reporter, plots(), intake=secret, config=cleared).audience == "secret"


def test_made_up_and_real_data_are_never_versions_of_one_dataset(store: Store, came: TakeIn) -> None:
    came()
    with pytest.raises(ConflictError) as caught:
        came(synthetic=True)
    assert str(caught.value) == "数据集“规划地块”：演示数据与真实数据不能放在同一个数据集，请换一个名称。"
    came(name="演示地块", synthetic=True)
    with pytest.raises(ConflictError):
        came(name="演示地块")
    assert [len(one.versions) for one in catalogue.catalogue(store).datasets] == [1, 1]


def test_a_name_belongs_to_one_kind(came: TakeIn) -> None:
    came()
    with pytest.raises(ConflictError) as caught:
        came(_green(synthetic=False), kind="green")
    assert str(caught.value) == "数据集“规划地块”：这个名称已用于另一类数据，请换一个名称。"


def test_a_new_dataset_never_becomes_the_next_version_of_another(store: Store, came: TakeIn) -> None:
    came(audience="sensitive")
    for kind in ("plots", "green"):
        table = _green(synthetic=False) if kind == "green" else plots()
        with pytest.raises(ConflictError) as caught:
            came(table, kind=kind, follows="")
        assert str(caught.value) == (
            "数据集“规划地块”：这个名称已被使用，不能用于新的数据集，"
            "请改名；若要更新已有的数据集，请在第 1 步选“…的下一版”。"
        )
    assert came(follows="", name="规划地块（2）").number == 1
    assert [len(one.versions) for one in catalogue.catalogue(store).datasets] == [1, 1]


def test_a_version_follows_the_one_it_was_compared_with(store: Store, came: TakeIn, reviewer: Person) -> None:
    first = came(follows="")
    assert came(follows=first.key, name="别的名称").key == "1.2"
    said = "数据集“规划地块”：在您核对期间，李四已入库第 2 版，请回到“检查”重新核对。"
    assert _sentence(lambda: came(follows=first.key)) == said
    go_back(store, reviewer, first.key)
    said = "数据集“规划地块”：在您核对期间，已改用第 1 版，请回到“检查”重新核对。"
    assert _sentence(lambda: came(follows="1.2")) == said
    assert _sentence(lambda: came(follows="7.1")).startswith("数据版本 7.1：没有这个版本")
    assert len(catalogue.catalogue(store).datasets[0].versions) == 2


def test_a_version_whose_predecessor_was_destroyed_is_checked_again(
    store: Store, store_config: Config, came: TakeIn, reviewer: Person
) -> None:
    first = came(follows="")
    purge.request(store, reviewer, first.key, reason="误导入")
    purge.confirm(store, named(store, "赵六", "review"), first.key, config=store_config)
    said = "数据集“规划地块”：在您核对期间，在用版本已清除，请回到“检查”重新核对。"
    assert _sentence(lambda: came(follows=first.key)) == said
    assert came(follows="").key == "1.2"


def test_only_who_reviews_lets_more_people_see_a_dataset(
    store: Store, store_config: Config, came: TakeIn, reviewer: Person
) -> None:
    came(audience="sensitive")
    said = "放宽使用范围：李四的权限是“填报”，请由“审核”以上权限的人员办理。"
    assert _sentence(lambda: came(audience="internal")) == said
    assert catalogue.catalogue(store).datasets[0].number == 1
    assert came(audience="sensitive").number == 2
    intake = replace(INTAKE, audience="public")
    assert take_in(store, reviewer, plots(), intake=intake, config=store_config).audience == "public"
    assert came(audience="internal").number == 4


Write = Callable[[Store, Person | None, Config], object]
WRITES: dict[str, tuple[str, str, Write]] = {
    "take_in": ("view", "导入数据", lambda s, p, c: take_in(s, p, plots(), intake=INTAKE, config=c)),
    "go_back": ("report", "回到以前的版本", lambda s, p, _: go_back(s, p, "1.1")),
    "request": ("view", "导入数据", lambda s, p, _: purge.request(s, p, "1.1", reason="误导入")),
    "withdraw": ("view", "导入数据", lambda s, p, _: purge.withdraw(s, p, "1.1")),
    "confirm": ("report", "清除误导入的内容", lambda s, p, c: purge.confirm(s, p, "1.1", config=c)),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_nobody_and_a_role_too_low_write_nothing(
    store: Store, store_config: Config, came: TakeIn, write: tuple[str, str, Write]
) -> None:
    role, label, act = write
    came()
    low = named(store, "赵六", role)
    before = catalogue.catalogue(store), len(log(store))
    for person in (None, low):
        with pytest.raises(AccessError, match=f"^{label}："):
            act(store, person, store_config)
    assert (catalogue.catalogue(store), len(log(store))) == before


def test_one_click_goes_back_and_forward_again(store: Store, came: TakeIn, reviewer: Person) -> None:
    first, second = came(), came(plots(square(7)))
    assert go_back(store, reviewer, first.key, reason="新版有误") == first
    assert catalogue.catalogue(store).current("plots") == first
    told = log(store)[-1]
    assert (told.action, told.object_kind, told.object_id, told.field) == (
        *("version_restored", "dataset", "1"),
        "current",
    )
    assert (told.before, told.after, told.reason) == ("2", "1", "新版有误")
    go_back(store, reviewer, second.key)
    assert catalogue.catalogue(store).current("plots") == second
    third = came(plots(square(8)))
    assert (third.number, catalogue.catalogue(store).current("plots")) == (3, third)


@pytest.mark.parametrize("key", ["1.9", "9.1", "", "1", "1.x", "-1.1", "1.1.1", "1.99999999999999999999"])
def test_a_version_that_is_not_there_is_said(store: Store, came: TakeIn, reviewer: Person, key: str) -> None:
    came()
    with pytest.raises(DatasetError) as caught:
        go_back(store, reviewer, key)
    assert str(caught.value) == f"数据版本 {key}：没有这个版本，请在页面“数据”中另选一个。"


def test_the_version_in_use_cannot_be_gone_back_to(store: Store, came: TakeIn, reviewer: Person) -> None:
    came()
    before = len(log(store))
    with pytest.raises(ConflictError) as caught:
        go_back(store, reviewer, "1.1")
    assert str(caught.value) == "“规划地块”第 1 版：已经是正在使用的版本，请选择其他版本。"
    assert len(log(store)) == before


def test_what_is_missing_is_told_with_what_it_disables(store: Store, came: TakeIn) -> None:
    empty = catalogue.catalogue(store)
    assert [one.kind for one in empty.missing()] == list(DATASETS)
    assert empty.current("plots") is None
    came()
    missing = {one.kind: one for one in catalogue.catalogue(store).missing()}
    assert set(missing) == set(DATASETS) - {"plots"}
    assert missing["green"].label == "绿地、公园"
    assert missing["green"].needed_for == DATASETS["green"].needed_for != ()


def test_real_data_are_used_before_made_up_ones(store: Store, came: TakeIn) -> None:
    made_up = came(name="演示地块", synthetic=True)
    assert catalogue.catalogue(store).current("plots") == made_up
    real = came()
    came(name="演示地块", synthetic=True)
    assert catalogue.catalogue(store).current("plots") == real
    assert [one.name for one in catalogue.catalogue(store).of("plots")] == ["规划地块"]


def test_inputs_that_mix_give_no_figure(store: Store, came: TakeIn) -> None:
    came()
    came(_green(synthetic=True), kind="green", name="演示绿地", synthetic=True)
    held = catalogue.catalogue(store)
    assert held.mixture(["plots", "green"]) == "无数据（绿地、公园为演示数据）"
    assert held.demonstration(["plots", "green"])
    assert held.mixture(["plots"]) == held.mixture(["green"]) == held.mixture(["plots", "streets"]) == ""
    assert held.demonstration(["green"])
    assert not held.demonstration(["plots", "streets"])


def test_inputs_that_are_all_real_or_all_made_up_do_not_mix(store: Store, came: TakeIn) -> None:
    came(name="演示地块", synthetic=True)
    came(_green(synthetic=True), kind="green", name="演示绿地", synthetic=True)
    assert catalogue.catalogue(store).mixture(["plots", "green"]) == ""
    came()
    came(_green(synthetic=False), kind="green", name="绿地")
    held = catalogue.catalogue(store)
    assert held.mixture(["plots", "green"]) == ""
    assert not held.demonstration(["plots", "green"])


def test_a_version_is_found_by_its_key(store: Store, came: TakeIn) -> None:
    version = came()
    held = catalogue.catalogue(store)
    assert held.find("1.1") == version
    assert held.find("1.2") is held.find("") is None


def test_what_a_killed_process_left_is_swept_and_nothing_else(store: Store, store_config: Config, came: TakeIn) -> None:
    version = came()
    stray = parquet.write_content(plots(square(9)), store_config.data_path)
    draft = store_config.data_path / "datasets" / "killed.part"
    draft.write_bytes(b"half")
    assert sweep(store, store_config) == ()  # somebody may be at it right now
    assert sweep(store, store_config, now=LATER) == (stray, draft.name)
    assert parquet.kept(store_config.data_path) == {version.digest}
    assert sweep(store, store_config, now=LATER) == ()


def test_content_swept_while_it_comes_in_is_written_again(
    store: Store, store_config: Config, came: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = parquet.write_content

    def swept(table: gpd.GeoDataFrame, folder: Path) -> str:
        monkeypatch.setattr(parquet, "write_content", write)
        digest = write(table, folder)
        assert sweep(store, store_config, now=LATER) == (digest,)
        return digest

    monkeypatch.setattr(parquet, "write_content", swept)
    assert len(read_version(store_config.data_path, came())) == 3


def test_content_that_cannot_be_written_leaves_no_version(store: Store, store_config: Config, came: TakeIn) -> None:
    first = came()
    folder = store_config.data_path / "datasets"
    moved = folder.rename(folder.with_name("elsewhere"))
    folder.write_text("")
    with pytest.raises(StoreError):
        came(plots(square(7)))
    folder.unlink()
    moved.rename(folder)
    assert catalogue.catalogue(store).current("plots") == first
    assert len(read_version(store_config.data_path, first)) == 3
    assert came(plots(square(7))).number == 2


def test_a_full_database_takes_no_version_and_works_again_when_there_is_room(tmp_path: Path) -> None:
    config = Config(data_folder=str(tmp_path / "var"))
    store = open_store(config)
    person = named(store, "李四", "report")
    first = take_in(store, person, plots(), intake=INTAKE, config=config)
    found = finding("K025", "企业", pd.Series([f"E{number}" * 50 for number in range(1000)]))

    def again() -> Version:
        return take_in(store, person, plots(square(7)), intake=replace(INTAKE, findings=(found,)), config=config)

    with full(store):
        assert _sentence(again) == "数据库 store.sqlite：所在磁盘已满，这次操作没有写入任何内容，请清理磁盘后重试。"
        held = catalogue.catalogue(store)
        assert (held.current("plots"), len(held.datasets[0].versions)) == (first, 1)
    assert again().number == 2
    assert events.verify(store).sound
    dispose()


@contextmanager
def full(store: Store) -> Iterator[None]:
    """Let the database grow no more."""

    def limit(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count=1")  # as many as there are

    def free(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA max_page_count=1000000")

    event.listen(store.engine, "checkout", limit)
    try:
        yield
    finally:
        event.remove(store.engine, "checkout", limit)
        event.listen(store.engine, "checkout", free)


def _sentence(act: Callable[[], object]) -> str:
    with pytest.raises(DashboardError) as caught:
        act()
    return str(caught.value)


def test_a_file_taken_away_by_hand_is_said(store_config: Config, came: TakeIn) -> None:
    version = came()
    parquet.content_path(store_config.data_path, version.digest).unlink()
    said = _sentence(lambda: read_version(store_config.data_path, version))
    assert said.endswith("找不到或无法读取，请从备份恢复，或重新导入该版本。")


def test_two_versions_are_compared_by_what_they_hold(store_config: Config, came: TakeIn) -> None:
    first, second = came(scheme="guide2023"), came(plots(square(0), square(1), far=[1, None]), scheme="guide2023")
    found = compare_versions(store_config.data_path, first, second)
    assert (list(found.removed), list(found.changed)) == (["D3"], ["D1"])


NOT_COMPARED: dict[str, tuple[dict[str, Any], str]] = {
    "kind": ({"kind": "green"}, "两个版本不是同一类数据，请另选一个版本"),
    "synthetic": ({"synthetic": True}, "一个是演示数据，另一个是真实数据，请另选一个版本"),
    "scheme": (
        {"scheme": "survey"},
        "两个版本的分类标准不同，同一代码含义不同，面积不能按类对照，请先把其中一个转换到同一分类标准",
    ),
}


@pytest.mark.parametrize(("other", "said"), NOT_COMPARED.values(), ids=NOT_COMPARED)
def test_versions_that_cannot_be_compared_are_refused(
    store_config: Config, came: TakeIn, other: dict[str, Any], said: str
) -> None:
    version = came(scheme="guide2023")
    message = _sentence(lambda: compare_versions(store_config.data_path, version, replace(version, **other)))
    assert message == f"版本对照：{said}。"
