"""数据: what is held, in which version; the first start; two versions compared; 清除 by two; the log; backups."""

import json
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import demonstration
from geodata.access import Person
from geodata.catalogue import catalogue, take_in
from geodata.compare import compare
from geodata.config import Config
from geodata.errors import StoreError
from geodata.kinds import DATASETS
from geodata.store import settings, sign_in
from geodata.store.engine import Store, open_store
from geodata.versions import DEMONSTRATION, Intake, Version
from layers import holdings, identity
from pages.ui import caches
from tests.page import Open, WorkAs, asked, html, listed, panel
from tests.people import events, holder, manager, named
from tests.tables import plots, square

Came = Callable[..., Version]


@pytest.fixture
def kept(with_small: Config, access: Callable[..., Config], fresh: None) -> Store:
    """Open an empty store beside the small plan, as the pages see it."""
    assert fresh is None
    assert access("local").data_path == with_small.data_path
    return open_store(identity.settings())


@pytest.fixture
def boss(kept: Store, work_as: WorkAs) -> Person:
    """Work as who manages."""
    who = manager(kept)
    work_as(who)
    return who


@pytest.fixture
def came(kept: Store, boss: Person) -> Came:
    """Take in plots: came(table, **what is told of it)."""

    def run(table: gpd.GeoDataFrame, **told: Any) -> Version:
        intake = Intake(**{"kind": "plots", "name": "规划地块", "source": "规划处", **told})
        return take_in(kept, boss, table, intake=intake, config=identity.settings())

    return run


def press(at: AppTest, label: str) -> AppTest:
    """Press the button that says so."""
    (button,) = (one for one in at.button if one.label == label)
    return button.click().run()


def test_without_data_the_page_says_what_is_off(kept: Store, open_page: Open) -> None:
    at = open_page("data.py")
    assert not catalogue(kept).datasets
    assert "还没有可以查看的数据。" in html(at)
    assert all(kind.label in html(at) for kind in DATASETS.values())
    assert "服务半径覆盖率" in html(at)


@pytest.mark.parametrize("page", ["", "data.py"])
def test_the_first_start_asks_and_needs_a_name(kept: Store, open_page: Open, page: str) -> None:
    assert not events(kept)
    at = open_page(page)
    assert "请先在右上角选择姓名或登录" in asked(at)
    offered = {one.label: one.disabled for one in at.button if one.label != "导入数据…"}
    assert offered == {"载入演示数据试用": True, "空白开始": True}


def test_whoever_begins_with_nothing_is_not_asked_again(kept: Store, boss: Person, open_page: Open) -> None:
    at = press(open_page("data.py"), "空白开始")
    assert "已选择空白开始" in html(at)
    assert settings.get(kept, "首次使用") == "空白开始"
    last = events(kept)[-1]
    assert (last.person, last.action, last.object_id, last.after) == (
        boss.name,
        "setting_changed",
        "首次使用",
        "空白开始",
    )
    assert not [one for one in open_page("data.py").button if one.label == "载入演示数据试用"]


@pytest.mark.usefixtures("boss")
def test_whoever_began_with_nothing_may_load_demonstration_data_later(
    kept: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demonstration, "load", lambda *_told: ())
    assert not [one for one in open_page("data.py").button if one.label == "载入演示数据"]
    press(open_page("data.py"), "空白开始")
    assert "已载入 0 个演示数据集" in html(press(open_page("data.py"), "载入演示数据"))
    assert settings.get(kept, "首次使用") == "载入演示数据"


def test_columns_that_only_one_version_has_are_named(came: Came) -> None:
    versions = came(plots()), came(plots(name="改"))
    found = compare(plots().drop(columns=["far", "contract_tax"]), plots().drop(columns="remark"))
    told = str(holdings.comparison(found, versions))
    assert "<p>新增的字段：现状容积率</p>" in told
    assert "<p>减少的字段：备注</p>" in told


def test_demonstration_data_come_as_a_dataset_of_each_kind_and_say_so(
    kept: Store, boss: Person, open_page: Open
) -> None:
    at = press(open_page("data.py"), "载入演示数据试用")
    assert f"已载入 {len(DATASETS)} 个演示数据集" in html(at)
    held = catalogue(kept)
    assert {one.kind for one in held.datasets} == set(DATASETS)
    assert all(one.synthetic and one.current and one.current.person == boss.name for one in held.datasets)
    assert panel(at).count(" · 演示</span>") == len(DATASETS)
    assert "尚缺的数据" not in html(at)
    key = held.current("plots")
    assert key is not None
    assert DEMONSTRATION in html(open_page("data.py", data=key.key))


def test_a_version_says_where_it_comes_from(came: Came, open_page: Open) -> None:
    version = came(plots(), base_year=2023, licence="内部使用", audience="internal")
    at = open_page("data.py", data=version.key)
    for said in ("规划处", "2023", "内部使用", "第 1 版", "通过", "张三"):
        assert said in html(at)
    assert DEMONSTRATION not in html(at)


def test_an_unknown_version_in_a_link_is_said(came: Came, open_page: Open) -> None:
    came(plots())
    assert "没有这个数据版本" in panel(open_page("data.py", data="99.1"))
    assert "应写成“数据集.版本”" in panel(open_page("data.py", data="x"))


def test_going_back_is_one_press_and_an_event(kept: Store, came: Came, open_page: Open) -> None:
    first, second = came(plots()), came(plots(name="改"))
    at = press(open_page("data.py", data=first.key), "改用这一版")
    assert "已改用“规划地块”第 1 版。" in html(at)
    current = catalogue(kept).current("plots")
    assert current is not None
    assert current.key == first.key != second.key
    assert events(kept)[-1].action == "version_restored"
    assert [one.disabled for one in at.button if one.label == "正在使用"] == [True]


def test_two_versions_are_compared(came: Came, open_page: Open) -> None:
    first = came(plots(), scheme="guide2023")
    moved = plots()
    moved = moved.set_geometry([square(500), *moved.geometry.iloc[1:]], crs=moved.crs)
    second = came(moved, scheme="guide2023")
    at = open_page("data.py", data=second.key, against=first.key)
    said = html(at)
    assert "“规划地块”第 1 版" in said
    assert "<b>1</b><span>有变化</span>" in said
    assert "<b>1</b><span>其中图形变化</span>" in said
    assert "用地分类（公顷）" in said


def test_purging_takes_two(kept: Store, came: Came, work_as: WorkAs, open_page: Open) -> None:
    version = came(plots())
    at = open_page("data.py", data=version.key)
    at.text_input(key="purge_reason").input("导错了").run()
    at = press(at, "申请清除")
    assert "等待另一人确认" in html(at)
    assert [one.disabled for one in at.button if one.label == "确认清除并销毁内容"] == [True]
    work_as(named(kept, "王五", "review"))
    at = press(open_page("data.py", data=version.key), "确认清除并销毁内容")
    assert "的内容。" in html(at)
    assert catalogue(kept).current("plots") is None
    asked, done = (one for one in events(kept) if one.action in ("purge_requested", "purged"))
    assert (asked.person, asked.reason) == ("张三", "导错了")
    assert (done.person, done.action) == ("王五", "purged")


def test_without_a_reason_nothing_is_purged(kept: Store, came: Came, open_page: Open) -> None:
    at = press(open_page("data.py", data=came(plots()).key), "申请清除")
    assert "没有写明原因" in html(at)
    assert "purge_requested" not in {one.action for one in events(kept)}


def test_who_may_only_look_cannot_change_versions(kept: Store, came: Came, work_as: WorkAs, open_page: Open) -> None:
    first, _ = came(plots()), came(plots(name="改"))
    work_as(named(kept, "赵六", "view"))
    at = open_page("data.py", data=first.key)
    assert [one.disabled for one in at.button if one.label == "改用这一版"] == [True]
    assert not [one for one in at.button if "清除" in one.label]


def test_a_broken_store_is_one_sentence_and_the_rest_goes_on(
    kept: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone() -> None:
        raise StoreError(kept.where, "数据库连不上", "请稍后重试")

    monkeypatch.setattr(caches, "catalogue", gone)
    at = open_page("data.py")
    assert f"{kept.where}：数据库连不上，请稍后重试。" in panel(at)
    assert "出错（编号" not in html(at)
    assert "尚缺的数据" not in html(at), "what cannot be read is not missing"


def test_the_log_is_for_those_who_may_read_it(kept: Store, came: Came, work_as: WorkAs, open_page: Open) -> None:
    came(plots())
    at = open_page("log.py")
    rows = listed(at)
    assert rows["操作"].tolist()[0] == "导入数据"
    assert set(rows["身份"]) == {"未认证"}
    at = press(at, "核对全部留痕")
    assert f"操作留痕共 {len(events(kept))} 条，逐条校验一致。" in html(at)
    work_as(named(kept, "赵六", "view"))
    at = open_page("log.py")
    assert "赵六的权限是“查看”" in html(at)
    assert not at.dataframe


def test_the_log_is_filtered(came: Came, open_page: Open) -> None:
    came(plots())
    at = open_page("log.py")
    at.selectbox(key="log_action").select("imported").run()
    assert set(listed(at)["操作"]) == {"导入数据"}
    at.text_input(key="log_object").input("没有这个").run()
    assert "没有符合条件的留痕" in at.info[0].value


def test_a_backup_is_made_by_a_press_and_gone_back_to(kept: Store, came: Came, open_page: Open) -> None:
    came(plots())
    at = press(open_page("people.py"), "立即备份")
    assert "已备份，时间 20" in html(at)
    assert events(kept)[-1].action == "backed_up"
    assert json.dumps(at.dataframe[-1].value["种类"].tolist(), ensure_ascii=False) == '["手动备份"]'
    holder(kept, sign_in.choose(kept, "张三"))
