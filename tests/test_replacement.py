"""Official outlines come into use by one act of a person and go back by one step; on both databases."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pytest

from geodata import parquet, purge
from geodata.access import Person
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.errors import AccessError, ConflictError, DashboardError, DatasetError
from geodata.land import Land, load_land
from geodata.outline_reading import outlines_of, read_outlines, state
from geodata.outlines import applied
from geodata.replacement import MOST_VERSIONS, Act, replace_outlines, step_back
from geodata.store.engine import Store
from geodata.store.outlines import NOTHING, InUse, in_use
from geodata.versions import Intake, Version
from tests.outlines import CORE, boundaries
from tests.people import events, named
from tests.tables import plots

INTAKE = Intake("boundaries", "官方界线", "自然资源局")
Came = Callable[..., Version]
Applied = Callable[..., InUse]


@pytest.fixture
def at_desk(store_config: Config, small: Land) -> tuple[Config, Land]:
    """Give the settings and the small plan."""
    return store_config, small


@pytest.fixture
def came(store: Store, store_config: Config, reviewer: Person) -> Came:
    """Take in outlines: came(table, **what is told of it)."""

    def run(table: gpd.GeoDataFrame | None = None, **told: Any) -> Version:
        table = boundaries() if table is None else table
        return take_in(store, reviewer, table, intake=replace(INTAKE, **told), config=store_config)

    return run


@pytest.fixture
def act(store: Store, store_config: Config, reviewer: Person, small: Land) -> Applied:
    """Apply rows of a version as who reviews, knowing what is in use unless told: act(version, Z003="B1")."""

    def run(version: Version, *, seen: int | None = None, who: Person | None = reviewer, **rows: str) -> InUse:
        wanted = Act(version.key, rows, in_use(store).seen if seen is None else seen)
        return replace_outlines(store, who, wanted, land=small, config=store_config)

    return run


def refused(doing: Callable[[], object], kind: type[DashboardError], sentence: str) -> None:
    with pytest.raises(kind) as said:
        doing()
    assert str(said.value) == sentence


def test_one_act_puts_outlines_to_use_with_an_event(store: Store, came: Came, act: Applied) -> None:
    version = came()
    assert in_use(store) == NOTHING
    used = act(version, Z003="B1", D001="B2")
    assert used == in_use(store)
    assert used.uses == {"2021-2025": {"Z003": ["1.1", "B1"]}, "": {"D001": ["1.1", "B2"]}}
    assert used.versions == {"1.1": version}
    last = events(store)[-1]
    assert (last.action, last.person, last.object_kind, last.object_id) == (
        "boundary_replaced",
        "王五",
        "outline",
        "1.1",
    )
    assert (last.before, last.after, last.reason) == ("位置示意", "Z003 1.1 B1；D001 1.1 B2", "名称Z003、凌水街道")
    assert used.last is not None
    assert (used.seen, used.last.person) == (last.number, "王五")


def test_the_land_is_read_with_them(store_config: Config, came: Came, act: Applied, small: Land) -> None:
    found, problems = read_outlines(act(came(), Z003="B1", D001="B2"), store_config.data_path, small)
    assert problems == ()
    assert {item: (one.row, one.name, one.document) for item, one in found.items()} == {
        "Z003": ("B1", "名称Z003", "大政〔2025〕1号"),
        "D001": ("B2", "凌水街道", "大政〔2025〕1号"),
    }
    assert applied(small, found).items.geometry["Z003"].equals(boundaries().geometry["B1"])


def test_another_plan_keeps_its_own_units(store_config: Config, came: Came, act: Applied, small: Land) -> None:
    used = act(came(), Z003="B1", D001="B2")
    items = small.items.assign(plan_period="2026-2030")
    found, _ = read_outlines(used, store_config.data_path, replace(small, items=items))
    assert set(found) == {"D001"}


def test_a_second_act_adds_and_one_step_back_takes_it_away(
    store: Store, came: Came, act: Applied, reviewer: Person
) -> None:
    first, second = came(), came(boundaries(CORE), name="新界线")
    one = act(first, Z003="B1", D001="B2")
    two = act(second, Z003="B1")
    assert two.uses == {"2021-2025": {"Z003": ["2.1", "B1"]}, "": {"D001": ["1.1", "B2"]}}
    assert step_back(store, reviewer, seen=two.seen) == one
    last = events(store)[-1]
    assert (last.action, last.before) == ("boundary_restored", "Z003 2.1 B1；D001 1.1 B2")
    assert last.after == "Z003 1.1 B1；D001 1.1 B2"
    assert step_back(store, reviewer, seen=one.seen) == NOTHING
    assert events(store)[-1].after == "位置示意"
    refused(
        lambda: step_back(store, reviewer, seen=0),
        ConflictError,
        "官方边界：没有可以退回的替换，规划单元已是位置示意。",
    )


def test_whoever_has_not_seen_the_last_act_is_told_of_it(
    store: Store, came: Came, act: Applied, reviewer: Person
) -> None:
    version = came()
    used = act(version, Z003="B1")
    assert used.last is not None
    when = f"{used.last.at.astimezone():%Y-%m-%d %H:%M}"
    sentence = f"官方边界：王五已在 {when} 改过，请刷新页面，核对后再办理。"
    refused(lambda: act(version, seen=0, D001="B2"), ConflictError, sentence)
    refused(lambda: step_back(store, reviewer, seen=0), ConflictError, sentence)
    step_back(store, reviewer, seen=used.seen)
    refused(
        lambda: step_back(store, reviewer, seen=used.seen),
        ConflictError,
        "官方边界：已被退回，请刷新页面，核对后再办理。",
    )
    assert in_use(store) == NOTHING


def test_the_same_act_twice_leaves_no_trace(store: Store, came: Came, act: Applied) -> None:
    version = came()
    act(version, Z003="B1")
    before = len(events(store))
    refused(
        lambda: act(version, Z003="B1"),
        ConflictError,
        "“官方界线”第 1 版：所选单元已经在用这些官方边界，请改选单元或界线。",
    )
    assert len(events(store)) == before


@pytest.mark.parametrize("role", ["view", "report"])
def test_who_may_not_is_refused(store: Store, came: Came, act: Applied, role: str) -> None:
    version = came()
    used = act(version, Z003="B1")
    who = named(store, "赵六", role)
    label = {"view": "查看", "report": "填报"}[role]
    sentence = f"用官方边界替换示意图形：赵六的权限是“{label}”，请由“审核”以上权限的人员办理。"
    refused(lambda: act(version, who=who, D001="B2"), AccessError, sentence)
    refused(lambda: step_back(store, who, seen=used.seen), AccessError, sentence)
    with pytest.raises(AccessError, match="还没有确定是谁在操作"):
        step_back(store, None, seen=used.seen)
    assert in_use(store) == used


REFUSALS: dict[str, tuple[dict[str, Any], dict[str, str], type[DashboardError], str]] = {
    "made up": ({"synthetic": True}, {"Z003": "B1"}, DatasetError, "演示数据，不得引用，请导入官方界线后再替换"),
    "sensitive": (
        {"audience": "sensitive"},
        {"Z003": "B1"},
        AccessError,
        "使用范围是“敏感”，而规划图形人人可见，请导入可供内部使用的界线",
    ),
    "nothing": ({}, {}, DatasetError, "没有选择任何单元，请先确认至少一个单元的官方界线"),
    "no unit": ({}, {"P001": "B1"}, DatasetError, "规划中没有单元 P001，请重新选择单元"),
    "no row": ({}, {"Z003": "B9"}, DatasetError, "没有编号为 B9 的界线，请重新选择界线"),
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_what_cannot_be_an_official_outline_is_refused(
    store: Store, store_config: Config, reviewer: Person, small: Land, fault: str
) -> None:
    told, rows, kind, sentence = REFUSALS[fault]
    table = boundaries(synthetic=told.get("synthetic", False))
    version = take_in(store, reviewer, table, intake=replace(INTAKE, **told), config=store_config)
    act = Act(version.key, rows, 0)
    refused(
        lambda: replace_outlines(store, reviewer, act, land=small, config=store_config),
        kind,
        f"用“官方界线”第 1 版替换示意图形：{sentence}。",
    )
    assert in_use(store) == NOTHING


def test_a_schematic_row_or_another_kind_is_refused(
    store: Store, store_config: Config, came: Came, act: Applied, reviewer: Person
) -> None:
    vague = came(boundaries(basis="位置示意"))
    where = "用“官方界线”第 1 版替换示意图形"
    refused(
        lambda: act(vague, Z003="B1"),
        DatasetError,
        f"{where}：界线 B1 的定位依据是“位置示意”，请选择有正式依据的界线。",
    )
    other = take_in(store, reviewer, plots(), intake=Intake("plots", "地块", "测绘"), config=store_config)
    refused(
        lambda: act(other, Z003="D1"),
        DatasetError,
        "用“地块”第 1 版替换示意图形：这不是界线数据，请选择类别为“界线”的数据集。",
    )


def test_no_more_versions_than_a_file_can_name(came: Came, act: Applied) -> None:
    units = ("Z001", "Z002", "Z003", "S001", "S002", "S003", "A001")
    versions = [came(boundaries(CORE, remark=str(number)), name=f"界线{number}") for number in range(len(units))]
    for unit, version in list(zip(units, versions, strict=True))[:MOST_VERSIONS]:
        act(version, **{unit: "B1"})
    refused(
        lambda: act(versions[-1], A001="B1"),
        ConflictError,
        "官方边界：同时使用的数据版本会超过 6 个，请把界线合并为较少的数据集后再替换。",
    )


def test_after_a_purge_the_schematic_is_back_with_one_sentence(
    store: Store, came: Came, act: Applied, reviewer: Person, at_desk: tuple[Config, Land]
) -> None:
    store_config, small = at_desk
    version = came()
    used = act(version, Z003="B1", D001="B2")
    purge.request(store, named(store, "李四", "report"), version.key, reason="导错了")
    gone = purge.confirm(store, reviewer, version.key, config=store_config)
    assert gone.purged_at is not None
    after = in_use(store)
    assert state(after, store_config.data_path) != state(used, store_config.data_path)
    found, problems = read_outlines(after, store_config.data_path, small)
    assert found == {}
    assert [str(one) for one in problems] == [
        (
            f"官方边界 “官方界线”第 1 版：内容已于 {gone.purged_at:%Y-%m-%d} 清除，"
            "凌水街道、名称Z003已恢复为位置示意，请选择其他版本。"
        )
    ]
    with pytest.raises(DatasetError, match="清除"):
        act(version, S003="B3")


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_without_its_file_the_schematic_is_back(
    store_config: Config, came: Came, act: Applied, small: Land, how: str
) -> None:
    version = came()
    used = act(version, Z003="B1")
    path = parquet.content_path(store_config.data_path, version.digest)
    before = state(used, store_config.data_path)
    content = path.read_bytes()
    if how == "lost":
        path.unlink()
        assert state(used, store_config.data_path) != before
    else:
        path.write_bytes(content[:-1])
        assert state(used, store_config.data_path) != before
    found, problems = read_outlines(used, store_config.data_path, small)
    assert found == {}
    what = {"lost": "找不到或无法读取", "damaged": "内容与写入时不一致，文件已损坏"}[how]
    assert [str(one) for one in problems] == [
        (
            f"官方边界 数据版本文件 {version.digest[:8]}….parquet：{what}，"
            "名称Z003已恢复为位置示意，请从备份恢复，或重新导入该版本。"
        )
    ]
    path.write_bytes(content)
    assert set(read_outlines(used, store_config.data_path, small)[0]) == {"Z003"}


def test_a_version_the_catalogue_has_no_more_is_said(store_config: Config, small: Land) -> None:
    used = InUse({"2021-2025": {"Z003": ["7.1", "B1"]}}, {"7.1": None}, None)
    found, problems = read_outlines(used, store_config.data_path, small)
    assert found == {}
    assert [str(one) for one in problems] == [
        "官方边界 官方边界的数据版本：目录中已没有这个版本，名称Z003已恢复为位置示意，请重新导入。"
    ]
    assert state(used, store_config.data_path) == "Z003 7.1 B1"


def test_a_unit_the_plan_has_no_more_is_left_out(store_config: Config, came: Came, act: Applied, small: Land) -> None:
    used = act(came(), Z003="B1", S003="B3")
    fewer = replace(small, items=small.items.drop(index="S003"))
    found, _ = read_outlines(used, store_config.data_path, fewer)
    assert set(applied(fewer, found).outlines) == {"Z003"}


def test_a_row_a_version_has_not_is_said(store_config: Config, came: Came) -> None:
    refused(
        lambda: outlines_of(came(), store_config.data_path, {"Z003": "B9"}),
        DatasetError,
        "“官方界线”第 1 版：没有编号为 B9 的界线，请另选一条。",
    )


def test_the_land_itself_stays_as_the_files_say(config: Config, came: Came, act: Applied, small: Land) -> None:
    act(came(), Z003="B1")
    assert load_land(config).items["basis"]["Z003"] == small.items["basis"]["Z003"] == "位置示意"
