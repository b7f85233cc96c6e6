"""方案比选: parks put on the map change figures and map; proposals are kept, opened, compared, taken back."""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import pytest
import streamlit as st
from shapely import Point, box, transform
from streamlit.testing.v1 import AppTest

from geodata import crs, parquet, proposals
from geodata.access import Person
from geodata.catalogue import take_in
from geodata.config import Config
from geodata.errors import StoreError
from geodata.parks import Park, circle
from geodata.schema import conform
from geodata.store.engine import Store, dispose, open_store
from geodata.versions import DEMONSTRATION, Intake
from layers import identity
from pages.ui import caches, draft, map_view, measured, person, proposal_files, whatif
from pages.ui import proposals as page
from tests.land import EAST, NORTH, town
from tests.page import Open, Session, drawn_map, html, panel, query
from tests.people import manager, named

pytestmark = pytest.mark.usefixtures("fresh", "with_small", "held")
KINDS = ("landuse", "green", "population", "buildings", "streets")
LAST = (1640.0, 1590.0)
"""Metres east and north of the town's corner: beside the last block, which no park serves."""


@pytest.fixture
def store(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Let the pages use a store beside the plan."""
    monkeypatch.setattr(identity, "settings", lambda: config)
    yield open_store(config)
    dispose()


@pytest.fixture
def zhang(store: Store, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Let the manager work."""
    who = manager(store)
    monkeypatch.setattr(person, "current", lambda: who)
    return who


@pytest.fixture
def held(zhang: Person, store: Store, config: Config) -> Store:
    """Hold the town."""
    for kind, table in town().items():
        if kind in KINDS:
            take(store, zhang, config, kind, table)
    return store


def take(store: Store, who: Person, config: Config, kind: str, table: gpd.GeoDataFrame) -> None:
    """Take a table in as demonstration data."""
    told = table.assign(basis="测绘成果", accuracy_m=1.0, synthetic=True)
    told = told.assign(scheme="guide2023") if kind == "landuse" else told
    intake = Intake(kind, kind, "测绘", audience="public", synthetic=True)
    take_in(store, who, conform(told, kind), intake=intake, config=config)


def degrees(x: float, y: float) -> tuple[float, float]:
    """Where metres of the town lie in degrees."""
    point = gpd.GeoSeries.from_xy([EAST + x], [NORTH + y], crs=crs.METRIC).to_crs(crs.FILE).iloc[0]
    return point.x, point.y


def click(session: Session, mode: str, at: tuple[float, float], size: float = 3000) -> str:
    """Press the map as the tools are set; what is said of it."""
    session.update({"park_mode": mode, "park_size": size})
    page.place((*degrees(*at), 15.0))
    return str(session.pop("proposal_said", ("", ""))[1])


def opened(open_page: Open, **link: str) -> AppTest:
    """Open the page with a park on the map beside the last block."""
    shape = circle(Point(EAST + LAST[0], NORTH + LAST[1]), 3000)
    at = open_page("green.py", **link)
    at.session_state["draft"] = draft.Draft("", (Park("新1", "新公园1", "point", "G14", public=True, shape=shape),))
    return at.run()


def test_a_park_changes_figures_and_map(open_page: Open) -> None:
    at = opened(open_page, per="zone")
    assert not at.exception
    said, told = panel(at), drawn_map(at)
    assert "以下含 1 处尚未实施的新公园" in said
    assert "点位 · 游园 · 3,000 平方米" in said
    assert "约 +1.0 公顷" in said
    assert "新公园1" in json.dumps(told, ensure_ascii=False)
    assert "含尚未实施的新公园 1 处（新公园1）" in at.code[0].value
    assert DEMONSTRATION in at.code[0].value


def test_land_that_is_reached_now_changes_its_colour(open_page: Open) -> None:
    told = [json.dumps(drawn_map(at)) for at in (open_page("green.py"), opened(open_page))]
    marked = [re.findall(r"marks\W+(\{[^}]*\})", text) for text in told]
    assert marked[0] == ["{}"]
    assert "#5BB5D6" in marked[1][0]


@pytest.mark.parametrize(
    ("mode", "at", "size", "said"),
    [
        ("look", LAST, 3000, ""),
        ("point", LAST, 3000, ""),
        ("plot", (50, 50), 3000, ""),
        ("point", (290, 290), 3000, "与已有的“名称lake”重叠，请另选位置。"),
        ("point", (9000, 9000), 3000, "在高新区范围以外"),
        ("plot", (450, 450), 3000, "地块改公园：这里没有现状用地地块，请点在一处地块上。"),
    ],
)  # fmt: skip
def test_a_click_does_what_the_tools_say(
    session: Session, mode: str, at: tuple[float, float], size: float, *, said: str
) -> None:
    assert said in click(session, mode, at, size)
    parks = session["draft"].parks if "draft" in session else ()
    assert [park.how for park in parks] == ([mode] if not said and mode != "look" else [])


def test_a_plot_that_is_turned_is_a_park_for_what_follows(session: Session) -> None:
    assert click(session, "plot", (50, 50)) == ""
    assert session["draft"].parks[0].name == "名称home0改公园"
    assert "与已有的“名称home0改公园”重叠" in click(session, "plot", (50, 50))


def test_a_drawn_park_comes_by_its_event(session: Session) -> None:
    shape = transform(box(1620, 1610, 1680, 1660), lambda xy: [degrees(*one) for one in xy])
    session[map_view._ON_PARK] = page.drawn
    session["map"] = {"kind": "park", "shape": shape.__geo_interface__}
    map_view.on_event()
    (park,) = session["draft"].parks
    assert (park.how, round(park.shape.area)) == ("drawn", 3000)


def press(session: Session, kind: str, key: str) -> None:
    """Press a button in the list of parks."""
    session["parks"] = SimpleNamespace(act={"kind": kind, "id": key, "n": 1})
    page._pressed(kind, key)


def test_a_park_is_brought_into_sight_and_taken_away(session: Session) -> None:
    click(session, "point", LAST)
    press(session, "box", "121.1,38.1,121.2,38.2")
    assert session["move"]["box"] == (121.1, 38.1, 121.2, 38.2)
    press(session, "drop", "新1")
    assert session["draft"].parks == ()


def button(at: AppTest, label: str) -> Any:
    """Find a button by its label."""
    return next(one for one in at.button if one.label == label)


def saved(open_page: Open, name: str) -> AppTest:
    """Put a park on the map and keep it under a name."""
    return keep(opened(open_page), name, "保存为新方案")


def keep(at: AppTest, name: str, label: str) -> AppTest:
    """Fill in a name and press a button."""
    next(one for one in at.text_input if one.label == "方案名称").set_value(name)
    return pressed(at, label)


def pressed(at: AppTest, label: str) -> AppTest:
    """Press a button."""
    return at.button(key=button(at, label).key).click().run()


def test_a_proposal_is_kept_opened_and_compared(open_page: Open, store: Store) -> None:
    assert query(saved(open_page, "方案甲"))["proposal"] == "1"
    again = open_page("green.py", proposal="1")
    assert not again.exception
    assert "以下含 1 处尚未实施的新公园" in panel(again)
    assert "<span>现状（不含新公园）</span>" not in panel(again)
    again.session_state[proposal_files.OPEN] = True
    assert "<span>现状（不含新公园）</span>" in panel(again.run())
    assert "<span>方案甲</span>" in panel(again)
    assert proposals.read(store)[0].calibers["park500"] == 0
    kept = proposals.read(store)[0].versions
    there = {kind for kind, version in kept.items() if version}
    assert there == {"landuse", "buildings", "green", "population", "streets"}
    assert {"entrances", "boundaries", proposals.OUTLINES} <= kept.keys() - there


def test_a_proposal_is_changed_withdrawn_and_restored(open_page: Open, store: Store) -> None:
    at = keep(saved(open_page, "方案甲"), "方案乙", "保存改动")
    assert proposals.read(store)[0].name == "方案乙"
    at = pressed(at, "撤回方案")
    assert "proposal" not in query(at)
    assert draft.living() == {}
    at = pressed(at, "恢复撤回的“方案乙”")
    assert query(at)["proposal"] == "1"
    assert list(draft.living()) == ["1"]


def test_newer_data_outdate_a_proposal(open_page: Open, store: Store, zhang: Person, config: Config) -> None:
    saved(open_page, "方案甲")
    take(store, zhang, config, "green", town()["green"].iloc[:2])
    at = open_page("green.py", proposal="1")
    assert "结果已过期：绿地、公园在保存之后有了新版本" in html(at)
    at.session_state[proposal_files.OPEN] = True
    assert "方案甲（结果已过期）" in panel(at.run())


def test_data_that_were_not_there_outdate_a_proposal(
    open_page: Open, store: Store, zhang: Person, config: Config
) -> None:
    saved(open_page, "方案甲")
    assert "结果已过期" not in html(open_page("green.py", proposal="1"))
    gates = gpd.GeoDataFrame({"id": ["e1"], "green_id": ["g1"]}, geometry=[Point(EAST, NORTH)], crs=crs.METRIC)
    take(store, zhang, config, "entrances", gates)
    assert "结果已过期：公园出入口在保存之后有了新版本" in html(open_page("green.py", proposal="1"))


def write(at: AppTest, label: str, text: str) -> None:
    """Fill in a field."""
    next(one for one in at.text_input if one.label == label).set_value(text)


def test_each_proposal_keeps_its_own_note(open_page: Open, store: Store) -> None:
    at = opened(open_page)
    for name in ("甲", "乙"):
        write(at, "说明", f"{name}的说明")
        at = keep(at, name, "保存为新方案")
    choose = next(one for one in at.selectbox if one.label == "方案")
    at = pressed(choose.set_value("1").run(), "保存改动")
    assert [(one.name, one.note) for one in proposals.read(store)] == [("甲", "甲的说明"), ("乙", "乙的说明")]
    assert proposals.said(proposals.read(store)[0]) == "甲：1 处（新公园1）。甲的说明"


def test_another_proposal_is_opened_by_its_name(open_page: Open) -> None:
    at = saved(open_page, "方案甲")
    at = next(one for one in at.selectbox if one.label == "方案").set_value("").run()
    assert "proposal" not in query(at)
    assert "尚未实施" not in panel(at)


def lose(kind: str) -> tuple[Path, bytes]:
    """Lose the file of what is held of a kind; where it lay, and what was in it."""
    version = caches.catalogue().current(kind)
    assert version is not None
    path = parquet.content_path(caches.config().data_path, version.digest)
    content = path.read_bytes()
    path.unlink()
    st.cache_resource.clear()
    return path, content


def test_a_proposal_whose_land_is_lost_is_said_until_it_is_there_again(
    open_page: Open, store: Store, zhang: Person
) -> None:
    land = measured.rows(caches.catalogue().of("landuse")[0].versions[0])
    park = Park(
        "新1", "甲改公园", "plot", "G14", public=True, shape=land.geometry.iloc[0], table="landuse", row=land.index[0]
    )
    one = proposals.save(store, zhang, proposals.Draft("甲", "", (park,), {"landuse": "1.1"}, {}))
    path, content = lose("landuse")
    at = open_page("green.py", proposal=str(one.id))
    assert not at.exception
    assert "找不到或无法读取，请从备份恢复，或重新导入该版本。" in panel(at)
    assert "出错（编号" not in html(at)
    assert at.session_state["draft"].parks == ()
    path.write_bytes(content)
    assert [one.name for one in at.run().session_state["draft"].parks] == ["甲改公园"]
    assert "找不到或无法读取" not in panel(at)


@pytest.mark.parametrize("mode", ["point", "plot"])
def test_a_click_on_land_that_is_lost_is_said(session: Session, mode: str) -> None:
    lose("landuse")
    lose("green")
    assert "找不到或无法读取" in click(session, mode, LAST)


def test_whatever_is_pressed_says_that_the_database_is_gone(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise StoreError(*"甲乙丙")

    monkeypatch.setattr(person, "current", gone)
    ring = box(121.5, 38.8, 121.6, 38.9).__geo_interface__
    presses = (partial(page._pressed, "drop", "新1"), partial(page.add, ()), partial(page.drawn, ring))
    for press_it in presses:
        press_it()
        assert session.pop("proposal_said") == ("problem", "甲：乙，丙。")


def test_an_unknown_proposal_is_said(open_page: Open) -> None:
    assert "链接中的 proposal=7：没有这个方案或已被撤回，按现状显示" in panel(open_page("green.py", proposal="7"))
    assert "没有这个方案，已忽略" in panel(open_page("green.py", proposal="甲"))


def test_a_name_that_is_taken_is_said(open_page: Open) -> None:
    saved(open_page, "方案甲")
    assert "已有同名方案" in html(saved(open_page, "方案甲"))


def test_who_may_only_look_cannot_keep(open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looking = named(store, "王五", "view")
    monkeypatch.setattr(person, "current", lambda: looking)
    assert button(opened(open_page), "保存为新方案").disabled


def test_without_a_database_there_are_no_proposals(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = StoreError("数据库", "打不开", "请检查")

    def gone() -> Store:
        raise fault

    monkeypatch.setattr(caches, "store", gone)
    assert draft.kept()[0] == ()
    assert str(draft.kept()[1][0]) == "数据库：打不开，请检查。"


def test_figures_with_a_tried_park_follow_other_boundaries(store: Store, zhang: Person, config: Config) -> None:
    parks = (Park("新1", "新公园1", "point", "G14", public=True, shape=circle(Point(EAST + 1640, NORTH + 1590), 3000)),)
    wholes = []
    for width in (2000, 900):
        grid = gpd.GeoDataFrame(
            {"id": ["g"], "name": ["网格"], "boundary_class": ["grid"], "basis": ["测绘成果"], "accuracy_m": [1.0]},
            geometry=[box(EAST, NORTH, EAST + width, NORTH + 2000)],
            crs=crs.METRIC,
        )
        take(store, zhang, config, "boundaries", grid)
        ask = measured.Ask("park500", measured.main()["park500"], "land", "grid")
        answer = whatif.answer(caches.scene(), caches.catalogue(), ask, parks)
        wholes.append(float(answer.figures["whole"].iloc[0]))
    assert wholes[1] < wholes[0]
