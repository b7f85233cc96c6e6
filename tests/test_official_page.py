"""页面“数据”: official outlines matched, corrected, seen, applied by one press, and gone back by one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from streamlit.testing.v1 import AppTest

from geodata import purge
from geodata.access import AUDIENCES
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.errors import StoreError
from geodata.land import Land
from geodata.store.engine import Store
from geodata.store.outlines import in_use
from geodata.versions import Intake, Version
from layers.view import View
from pages.ui import caches, exports, measured, official
from tests.outlines import CORE, boundaries
from tests.page import Open, WorkAs, drawn_map, html, panel
from tests.people import events, manager, named
from tests.tables import plots

pytestmark = pytest.mark.usefixtures("fresh", "with_small", "held")
Came = Callable[..., Version]
TITLE = "用官方边界替换示意图形"


@pytest.fixture
def store(held: Store) -> Store:
    """Give the store of the pages."""
    return held


@pytest.fixture
def came(config: Config, store: Store, work_as: WorkAs) -> Came:
    """Take in outlines as who manages: came(table, **what is told of it)."""
    who = manager(store)
    work_as(who)

    def run(table: gpd.GeoDataFrame | None = None, **told: Any) -> Version:
        table = boundaries() if table is None else table
        intake = Intake(**{"kind": "boundaries", "name": "官方界线", "source": "自然资源局", **told})
        return take_in(store, who, table, intake=intake, config=config)

    return run


def press(at: AppTest, key: str) -> AppTest:
    """Press a button by its key."""
    return at.button(key=key).click().run()


def listed(at: AppTest) -> dict[str, tuple[str, str, str]]:
    """Give the match: unit -> outline, why, state."""
    rows = next(one.value for one in at.dataframe if "规划单元" in one.value)
    return {row["规划单元"]: (row["官方界线"], row["对应依据"], row["状态"]) for _, row in rows.iterrows()}


def land() -> Land:
    """Give the land the pages show."""
    return caches.scene().land


def published(config: Config, audience: str) -> list[Path]:
    """Give the files published for an audience that hold the outline's source."""
    files = (config.data_path / "derived" / audience).glob("*.geojson")
    return [path for path in files if "“官方界线”第 1 版" in path.read_text("utf-8")]


def test_the_same_names_are_matched_and_the_similar_wait(came: Came, open_page: Open) -> None:
    came()
    at = open_page("data.py")
    rows = listed(at)
    assert rows["名称Z003"] == ("名称Z003", "名称相同", "将替换")
    assert rows["名称S003"] == ("名称S003片区", "名称相近 95%", "待确认")
    assert rows["凌水街道"] == ("凌水街道", "名称相同", "将替换")
    assert {row[2] for row in rows.values()} == {"将替换", "待确认"}
    assert "示意图形，不计面积 → " in html(at)
    assert at.button(key="official_apply").label == "用官方边界替换 2 个单元"


def test_one_press_replaces_and_one_press_goes_back(came: Came, open_page: Open, store: Store, config: Config) -> None:
    version = came()
    was = land().items.geometry["Z003"]
    before = open_page("data.py")
    assert "<dt>指标</dt><dd>“绿地与公园”“用地结构”中名称Z003、凌水街道的各项数字</dd>" in html(before)
    at = press(before, "official_apply")
    assert "已用官方边界替换 2 个单元的示意图形；可以一键退回。" in html(at)
    assert {name for name, row in listed(at).items() if row[2] == "在用"} == {"名称Z003", "凌水街道"}
    now = land()
    assert now.items.geometry["Z003"].equals(boundaries().geometry["B1"])
    assert now.outlines["D001"].version == version
    assert events(store)[-1].action == "boundary_replaced"
    said = open_page("layout.py", sel="Z003")
    for words in ("“官方界线”第 1 版（自然资源局", "定位依据：权威成果，精度约 1 米。", "第七章第一节第2段"):
        assert words in panel(said)
    assert "官方边界：“官方界线”第 1 版" in json.dumps(drawn_map(said), ensure_ascii=False)
    assert "<h2>官方边界</h2>" in html(open_page("about.py"))
    assert published(config, "internal")
    assert not published(config, "public"), "what is internal is published for those who may see it"
    at = press(open_page("data.py"), "official_back")
    assert "已恢复为位置示意。" in html(at)
    assert land().items.geometry["Z003"].equals(was)
    assert events(store)[-1].action == "boundary_restored"
    assert "官方边界" not in panel(open_page("layout.py", sel="Z003"))


def test_exports_say_what_the_units_are_drawn_by(came: Came, open_page: Open) -> None:
    came()
    given = caches.scene()
    assert exports.metadata(given, exports.SHEETS["list"], view=View(), rows=1)["单元界线"] == "位置示意"
    press(open_page("data.py"), "official_apply")
    told = exports.metadata(caches.scene(), exports.SHEETS["map"], view=View(), rows=1)
    assert told["单元界线"] == "官方边界：凌水街道（“官方界线”第 1 版）、名称Z003（“官方界线”第 1 版）；其余为位置示意"


def test_figures_of_units_are_computed_again(came: Came, open_page: Open) -> None:
    came()
    key, indicator = next(iter(measured.table()[0].items()))
    ask, held = measured.Ask(key, indicator, "land", "subdistrict"), caches.catalogue()
    before = measured._name(caches.scene(), held, ask)
    press(open_page("data.py"), "official_apply")
    assert measured._name(caches.scene(), held, ask) != before
    units = measured.units(caches.scene(), held, "subdistrict")
    assert units["basis"].to_dict() == {"D001": "权威成果", "D002": "位置示意", "D003": "位置示意"}
    assert measured.units(caches.scene(), held, "unit")["accuracy_m"]["Z003"] == 1
    press(open_page("data.py"), "official_back")
    assert measured._name(caches.scene(), held, ask) == before


def test_a_person_confirms_and_corrects(came: Came, open_page: Open) -> None:
    version = came()
    at = open_page("data.py")
    at.selectbox(key=official._UNIT).set_value("S003").run()
    assert at.selectbox(key=f"official_row_{version.key}_S003").value == "B3"
    at = press(at, "official_confirm")
    assert listed(at)["名称S003"] == ("名称S003片区", "名称相近 95%", "将替换")
    assert "将在所属单元“名称Z003”之外" in html(at)
    at.selectbox(key=official._UNIT).set_value("Z003").run()
    at.selectbox(key=f"official_row_{version.key}_Z003").set_value("").run()
    at = press(at, "official_confirm")
    assert listed(at)["名称Z003"] == ("不替换", "", "不替换")
    at.selectbox(key=official._UNIT).set_value("A001").run()
    at.selectbox(key=f"official_row_{version.key}_A001").set_value("B2").run()
    at = press(at, "official_confirm")
    assert listed(at)["名称A001"] == ("凌水街道", "人工指定", "将替换")
    press(at, "official_apply")
    assert {item: one.row for item, one in land().outlines.items()} == {"S003": "B3", "A001": "B2", "D001": "B2"}


def test_who_may_not_cannot_press(came: Came, store: Store, work_as: WorkAs, open_page: Open) -> None:
    came()
    work_as(named(store, "赵六", "report"))
    assert open_page("data.py").button(key="official_apply").disabled


@pytest.mark.parametrize("told", [{"synthetic": True}, {"kind": "plots"}], ids=["made up", "another kind"])
def test_only_official_outlines_are_offered(came: Came, open_page: Open, told: dict[str, Any]) -> None:

    made_up = told.get("synthetic", False)
    came(plots() if told.get("kind") == "plots" else boundaries(synthetic=made_up), **told)
    at = open_page("data.py")
    assert TITLE not in html(at)
    assert "出错（编号" not in html(at)


def test_a_sensitive_version_is_said_to_be_no_outline_for_all(came: Came, open_page: Open) -> None:
    came(audience="sensitive")
    at = open_page("data.py")
    assert "这份界线的使用范围是“敏感”，规划图形人人可见，不能用它替换。" in html(at)
    assert not [one for one in at.button if one.key == "official_apply"]


def test_an_id_that_no_unit_has_is_said(came: Came, open_page: Open) -> None:
    came(boundaries(("甲", "layout_unit", CORE[2]), ("乙", "layout_unit", CORE[2]), item_id=["Z099", None]))
    assert "规划事项编号 Z099：没有这样的规划单元或街道" in html(open_page("data.py"))


def test_without_an_alike_name_every_unit_can_be_told(came: Came, open_page: Open) -> None:
    version = came(boundaries(("毫不相干", "layout_unit", CORE[2])))
    at = open_page("data.py")
    assert "没有名称相近的界线，请在下面逐个指定。" in html(at)
    at.selectbox(key=official._UNIT).set_value("Z003").run()
    at.selectbox(key=f"official_row_{version.key}_Z003").set_value("B1").run()
    press(press(at, "official_confirm"), "official_apply")
    assert set(land().outlines) == {"Z003"}


def test_after_a_purge_the_schematic_is_back_and_its_files_are_gone(
    came: Came, open_page: Open, store: Store, config: Config
) -> None:
    version = came()
    press(open_page("data.py"), "official_apply")
    land()
    assert published(config, "internal")
    purge.request(store, manager(store), version.key, reason="导错了")
    places = [config.data_path / "derived" / audience for audience in AUDIENCES]
    purge.confirm(store, named(store, "王五", "review"), version.key, config=config, derived=places)
    assert not published(config, "internal")
    at = open_page()
    assert "凌水街道、名称Z003已恢复为位置示意" in panel(at)
    assert land().items["basis"]["Z003"] == "位置示意"
    at = open_page("data.py", data=version.key)
    assert "出错（编号" not in html(at)
    assert "已恢复为位置示意。" in html(press(at, "official_back"))
    assert "已恢复为位置示意" not in panel(open_page())


def test_a_database_that_cannot_be_asked_leaves_the_schematic(
    came: Came, open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    came()
    press(open_page("data.py"), "official_apply")
    assert in_use(store).uses

    def gone() -> None:
        raise StoreError(store.where, "连不上", "请稍后重试")

    monkeypatch.setattr(caches, "store", gone)
    assert [str(one) for one in caches.scene().problems] == [
        "官方边界（数据库 store.sqlite）：连不上，规划单元暂按位置示意显示，请稍后重试。"
    ]
    assert land().items["basis"]["Z003"] == "位置示意"
