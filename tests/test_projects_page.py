"""项目与设施: what is filtered is what is listed, drawn and exported; list and map select for each other."""

import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import geopandas as gpd
import pandas as pd
import pytest
import streamlit as st
from pyproj import Geod

from geodata import browse, crs
from geodata.browse import Filter
from geodata.config import Config
from geodata.items import ROLES
from geodata.writing.formats import FORMATS
from layers.text import area, distance
from pages.ui import caches, listing, search, state
from pages.ui.map_view import on_event
from tests.exported import opened, read_xml
from tests.page import Open, Session, components, downloads, drawn_map, fetched, fingerprint, html, listed, panel, query

PAGE = "projects.py"
EMPTY = "没有符合条件的项目或设施。请放宽或清除筛选条件。"

pytestmark = pytest.mark.usefixtures("fresh")


def _only(at: Any) -> list[str]:
    found = re.search(r'"only":\[(.*?)\]', str(drawn_map(at)["feature_group"]))
    assert found is not None
    return re.findall(r'"(\w+)"', found[1])


def _captions(at: Any) -> str:
    return " ".join(caption.value for caption in at.caption)


def _places(at: Any, ids: tuple[str, ...]) -> list[int]:
    return list(listed(at).index.get_indexer(pd.Index(ids)))


def test_the_page_lists_everything_and_says_how_much_is_placed(open_page: Open) -> None:
    at = open_page(PAGE)
    assert not at.exception
    assert html(at) == ""
    assert len(listed(at)) == 156
    assert re.search(r"共 156 项，图上已定位 25 项", _captions(at))
    assert len(_only(at)) == 25


def test_what_a_link_cannot_hold_stays_selected_and_is_said(open_page: Open) -> None:
    fifty = tuple(f"P{number:03d}" for number in range(1, 51))
    at = open_page(PAGE, sel=",".join(fifty))
    assert "链接只带得下" not in _captions(at)
    more = (*fifty, "P051", "P052")
    at.session_state["selected"] = at.session_state["in_list"] = more
    assert "已选中 52 项；链接只带得下前 50 项，其余只在本页本次打开期间保留。" in _captions(at.run())
    assert set(at.session_state["list"]["selection"]["rows"]) == set(_places(at, more))
    assert '"P052"' in str(drawn_map(at)["feature_group"])
    at.query_params["sel"] = "P001"
    assert "链接只带得下" not in _captions(at.run())
    assert at.session_state["list"]["selection"]["rows"] == _places(at, ("P001",))


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({"unit": "Z004"}, 31),
        ({"street": "D003"}, 43),
        ({"kind": "infrastructure"}, 44),
        ({"role": "park"}, 15),
        ({"stage": "plan"}, 13),
        ({"chapter": "7-1"}, 18),
        ({"q": "ygs"}, 12),
        ({"q": "学校 英歌石"}, 1),
        ({"unit": "Z004", "kind": "infrastructure"}, 4),
    ],
)
def test_a_filter_of_the_link_narrows_the_list(open_page: Open, given: dict[str, str], count: int) -> None:
    at = open_page(PAGE, **given)
    rows = browse.filtered(caches.scene().land, Filter(**given))
    assert not at.exception
    assert len(rows) == count
    assert list(listed(at).index) == list(rows.index)
    assert sorted(_only(at)) == sorted(rows.index[rows.geometry.notna()])
    for key in set(given) - {"q"}:
        assert at.selectbox(key=f"filter_{key}").value == given[key]
    assert at.text_input(key="filter_q").value == given.get("q", "")


@pytest.mark.parametrize(
    ("key", "value"),
    [("unit", "Z003"), ("street", "D003"), ("kind", "project"), ("role", "park"), ("stage", "conceive"),
     ("chapter", "7-1")],
)  # fmt: skip
def test_choosing_narrows_the_list_and_writes_the_link(open_page: Open, key: str, value: str) -> None:
    at = open_page(PAGE, sel="P001")
    at.selectbox(key=f"filter_{key}").set_value(value).run()
    assert not at.exception
    assert query(at) == {key: value, "sel": "P001"}
    assert list(listed(at).index) == list(browse.filtered(caches.scene().land, Filter(**{key: value})).index)
    at.selectbox(key=f"filter_{key}").set_value("").run()
    assert query(at) == {"sel": "P001"}


def test_filters_add_up_and_are_cleared_together(open_page: Open) -> None:
    at = open_page(PAGE)
    at.selectbox(key="filter_kind").set_value("project").run()
    at.text_input(key="filter_q").set_value("ygs").run()
    assert query(at) == {"kind": "project", "q": "ygs"}
    assert set(listed(at).index) == {
        key for key in browse.filtered(caches.scene().land, Filter(q="ygs")).index if key.startswith("P")
    }
    at.button[0].click().run()
    assert query(at) == {}
    assert len(listed(at)) == 156
    assert at.button[0].disabled


def test_an_empty_result_says_the_sentence(open_page: Open) -> None:
    at = open_page(PAGE, q="没有这样的项目")
    assert not at.exception
    assert [info.value for info in at.info] == [EMPTY]
    assert len(at.dataframe) == 0
    assert _only(at) == []
    assert downloads(at) == []
    assert panel(at).count('<a role="link" aria-disabled="true">导出 ') == len(FORMATS)
    assert not at.button[0].disabled


def test_unknown_ids_of_the_link_are_said_and_the_list_stands(open_page: Open) -> None:
    at = open_page(PAGE, unit="P001", street="D009", sel="P999", chapter="x", stage="war")
    said = re.findall(r'<p class="problem" role="alert">(.*?)</p>', panel(at))
    assert not at.exception
    assert [sentence.split("：")[0] for sentence in said] == [
        "链接中的 unit=P001", "链接中的 street=D009", "链接中的 stage=war", "链接中的 chapter=x", "链接中的 sel=P999",
    ]  # fmt: skip
    assert len(listed(at)) == 156


@pytest.mark.parametrize(("key", "value"), [("unit", "Z001"), ("role", "corridor"), ("chapter", "9-4")])
def test_a_filter_that_is_not_offered_still_stands_in_its_widget(open_page: Open, key: str, value: str) -> None:
    at = open_page(PAGE, **{key: value})
    narrowed = len(listed(at)) < 156 if len(at.dataframe) else True
    assert not at.exception
    assert narrowed == (len(browse.filtered(caches.scene().land, Filter(**{key: value}))) < 156)
    assert at.selectbox(key=f"filter_{key}").value == value
    at.button[0].click().run()
    assert at.selectbox(key=f"filter_{key}").value == ""
    assert len(listed(at)) == 156


def test_the_list_reads_as_the_export_does(open_page: Open) -> None:
    shown = listed(open_page(PAGE, q="ygs"))
    land = caches.scene().land
    told = browse.table(land, browse.filtered(land, Filter(q="ygs")))
    assert shown.to_dict() == told[list(shown.columns)].to_dict()


def test_the_list_shows_the_plans_wording_beside_its_stage(open_page: Open) -> None:
    columns = list(listed(open_page(PAGE)).columns)
    assert columns[columns.index("规划表述（2021）") + 1] == "用语层次"
    assert {"名称", "所属单元", "街道", "规划出处", "定位依据"} <= set(columns)


def test_the_selection_of_the_link_is_selected_in_the_list_and_has_its_card(
    with_small: Config, open_page: Open
) -> None:
    assert with_small.plan_path.is_dir()
    at = open_page(PAGE, sel="P002,I001,Z003")
    assert list(listed(at).index)[:2] == ["P002", "I001"]
    assert at.session_state["list"]["selection"]["rows"] == [0, 1]
    assert "<h2>名称P002</h2>" in panel(at)


def test_the_selection_follows_its_row_when_the_list_is_narrowed(with_small: Config, open_page: Open) -> None:
    assert with_small.plan_path.is_dir()
    at = open_page(PAGE, sel="I001")
    at.selectbox(key="filter_kind").set_value("infrastructure").run()
    assert at.session_state["list"]["selection"]["rows"] == [0]
    at.selectbox(key="filter_kind").set_value("project").run()
    assert at.session_state["list"]["selection"]["rows"] == []
    assert query(at) == {"kind": "project", "sel": "I001"}


def test_what_was_picked_on_the_map_stands_first_in_the_list(with_small: Config, open_page: Open) -> None:
    assert with_small.plan_path.is_dir()
    at = open_page(PAGE, sel="I001")
    at.session_state["on_map"] = ("I001",)
    at.run()
    assert list(listed(at).index) == ["I001", "P001", "P002", "P003"]
    assert at.session_state["list"]["selection"]["rows"] == [0]


def test_narrowing_never_changes_the_script_of_the_map(open_page: Open) -> None:
    assert drawn_map(open_page(PAGE))["script"] == drawn_map(open_page(PAGE, unit="Z004", q="ygs"))["script"]


def test_hostile_names_and_filters_show_literally(with_small: Config, open_page: Open) -> None:
    path = with_small.plan_path / "projects.geojson"
    path.write_text(path.read_text("utf-8").replace("名称P001", "<img src=x>"), "utf-8")
    at = open_page(PAGE, sel="P001", unit="<img src=y>", q="<img")
    assert "<img" not in panel(at) + html(at)
    assert "&lt;img src=y&gt;" in panel(at)
    assert list(listed(at)["名称"]) == ["<img src=x>"]


def test_a_plan_that_is_not_there_is_an_empty_list(with_small: Config, open_page: Open) -> None:
    (with_small.plan_path / "projects.geojson").unlink()
    (with_small.plan_path / "infrastructure.geojson").unlink()
    assert [info.value for info in open_page(PAGE).info] == [EMPTY]


def test_a_circle_of_parents_leaves_the_page(with_small: Config, open_page: Open) -> None:
    for name, old, new in (("subzones", "Z003", "A001"), ("areas", "Z001", "S003")):
        path = with_small.plan_path / f"{name}.geojson"
        path.write_text(path.read_text("utf-8").replace(f'"parent": "{old}"', f'"parent": "{new}"'), "utf-8")
    for page in ("", PAGE, "layout.py"):
        at = open_page(page, sel="S003")
        assert not at.exception
        assert "出错（编号" not in html(at)


@pytest.mark.parametrize("page", [PAGE, "layout.py", ""])
def test_no_page_changes_the_land(open_page: Open, page: str) -> None:
    before = fingerprint(caches.scene().land)
    for given in ({}, {"sel": "Z004", "pin": "Z003,Z004"}, {"unit": "Z004", "q": "ygs"}, {"q": "无"}, {"cmp": "1"}):
        open_page(page, **given)
    assert fingerprint(caches.scene().land) == before


# selecting


def _click(lng: float, lat: float) -> dict[str, object]:
    return {"n": 1, "kind": "click", "lng": lng, "lat": lat, "zoom": 14, "shift": False, "detail": True}


def _choose(session: Session, *places: int, ids: tuple[str, ...] = ("P001", "P002", "I001")) -> None:
    session["list"] = {"selection": {"rows": list(places), "columns": []}}
    listing._on_select(ids)


def _list(session: Session, monkeypatch: pytest.MonkeyPatch, at: tuple[float, float]) -> tuple[list[str], list[int]]:
    """Click on the map, draw the list of the next run: its ids in order, and the places of the selected rows."""
    drawn: list[Any] = []
    monkeypatch.setattr(st, "dataframe", lambda table, **_options: drawn.append(table))
    monkeypatch.setattr(st, "caption", lambda _text: None)
    scene, view, _ = state.current()
    rows = browse.filtered(scene.land, view.filter)
    session["only"], session["map"] = rows.index, _click(*at)
    on_event()
    listing.listing(scene, rows, state.current()[1])
    return list(drawn[0].index), session.get("list", {"selection": {"rows": []}})["selection"]["rows"]


@pytest.mark.parametrize(
    ("link", "at", "expected"),
    [
        ({}, (121.43, 38.875), (["P001", "P002", "P003", "I001"], [0])),
        ({}, (121.435, 38.865), (["P002", "P001", "P003", "I001"], [0])),
        ({}, (121.412, 38.87), (["I001", "P001", "P002", "P003"], [0])),
        ({"kind": "project"}, (121.435, 38.865), (["P002", "P001", "P003"], [0])),
        ({"kind": "infrastructure"}, (121.435, 38.865), (["I001"], [])),
        ({}, (121.8, 39.1), (["P001", "P002", "P003", "I001"], [])),
    ],
)
def test_a_click_on_the_map_selects_the_row_and_brings_it_to_the_top(
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    link: dict[str, str],
    at: tuple[float, float],
    expected: tuple[list[str], list[int]],
) -> None:
    st.query_params.from_dict(link)
    assert _list(session, monkeypatch, at) == expected


def test_a_row_selected_in_a_list_that_began_with_another_is_the_one_meant(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids, _ = _list(session, monkeypatch, (121.412, 38.87))
    _choose(session, 1, ids=tuple(ids))
    assert session["query"] == {"sel": "P001"}


def test_a_click_finds_the_rows_of_the_list_alone(session: Session) -> None:
    session["only"] = ["P002"]
    for where, found in (((121.435, 38.865), "P002"), ((121.43, 38.875), "Z003")):
        session["map"] = _click(*where)
        on_event()
        assert session["query"]["sel"] == found
    assert not state.made_in_list(state.current()[1])


def test_a_row_selects_on_the_map_and_keeps_the_filter(session: Session) -> None:
    st.query_params.from_dict({"kind": "project"})
    _choose(session, 1)
    assert session["query"] == {"kind": "project", "sel": "P002"}
    _choose(session, 0, 2)
    assert session["query"] == {"kind": "project", "sel": "P001,I001"}
    assert state.made_in_list(state.current()[1])
    _choose(session)
    assert session["query"] == {"kind": "project"}


def test_a_row_that_is_no_more_selects_nothing(session: Session) -> None:
    _choose(session, 0, 7)
    assert session["query"] == {"sel": "P001"}


def test_a_row_ends_the_choice_among_overlapping_things(session: Session) -> None:
    session["overlap"] = ("S003", "Z003")
    _choose(session, 0)
    assert state.overlap(state.current()[1]) == ()


# measuring


def _said() -> str:
    return (state.doing().measured or {})["text"]


def test_a_measured_line_says_its_length_on_the_ellipsoid(session: Session) -> None:
    points = [(121.40, 38.80), (121.45, 38.85), (121.50, 38.83)]
    session["map"] = {"started": 5, "n": 1, "kind": "measure", "shape": {"type": "LineString", "coordinates": points}}
    on_event()
    length = Geod(ellps="GRS80").line_length([lng for lng, _ in points], [lat for _, lat in points])
    assert state.doing().measured == {"of": "5:1", "text": f"距离 {distance(round(length))}"}
    assert _said() == "距离 11.923 公里"
    assert session["query"] == {}


def test_a_measured_area_says_its_area_and_outline_on_the_ellipsoid(session: Session) -> None:
    ring = [(121.40, 38.80), (121.42, 38.80), (121.42, 38.81), (121.40, 38.81), (121.40, 38.80)]
    session["map"] = {"started": 5, "n": 2, "kind": "measure", "shape": {"type": "Polygon", "coordinates": [ring]}}
    on_event()
    surface, outline = Geod(ellps="GRS80").polygon_area_perimeter([lng for lng, _ in ring], [lat for _, lat in ring])
    assert _said() == f"面积 {area(abs(surface))}，周长 {distance(round(outline))}"
    assert _said().startswith("面积 1.93 平方公里，周长 5.6")


@pytest.mark.parametrize("way", [1, -1])
def test_which_way_round_an_area_is_drawn_does_not_matter(session: Session, way: int) -> None:
    ring = [(121.40, 38.80), (121.401, 38.80), (121.401, 38.801), (121.40, 38.80)][::way]
    session["map"] = {"started": 5, "n": 2, "kind": "measure", "shape": {"type": "Polygon", "coordinates": [ring]}}
    on_event()
    assert _said().startswith("面积 0.48 公顷（7.2 亩）")


@pytest.mark.parametrize(
    "ring",
    [
        [(121.40, 38.80), (121.42, 38.82), (121.42, 38.80), (121.40, 38.82), (121.40, 38.80)],
        [(121.40, 38.80), (121.42, 38.80), (121.41, 38.80), (121.40, 38.80)],
    ],
    ids=["a bow tie", "a line to and fro"],
)
def test_an_area_that_crosses_itself_has_no_size(session: Session, ring: list[tuple[float, float]]) -> None:
    session["map"] = {"started": 5, "n": 2, "kind": "measure", "shape": {"type": "Polygon", "coordinates": [ring]}}
    on_event()
    assert _said() == "图形自相交，无法计算面积，请重画"


def test_a_line_may_cross_itself(session: Session) -> None:
    line = [(121.40, 38.80), (121.42, 38.82), (121.42, 38.80), (121.40, 38.82)]
    session["map"] = {"started": 5, "n": 2, "kind": "measure", "shape": {"type": "LineString", "coordinates": line}}
    on_event()
    assert _said().startswith("距离 ")


def test_measuring_never_selects(session: Session) -> None:
    st.query_params.from_dict({"sel": "Z003"})
    line = {"type": "LineString", "coordinates": [(121.40, 38.80), (121.401, 38.80)]}
    session["map"] = {**_click(121.47, 38.82), "started": 5, "kind": "measure", "shape": line}
    on_event()
    assert session["query"] == {"sel": "Z003"}
    assert _said() == "距离 87 米"


# exports


@pytest.mark.parametrize("label", FORMATS)
@pytest.mark.parametrize("given", [Filter(), Filter(unit="Z004"), Filter(q="没有")], ids=["all", "unit", "none"])
def test_the_export_holds_exactly_what_is_filtered_and_says_so(tmp_path: Path, label: str, given: Filter) -> None:
    scene = caches.scene()
    rows = browse.filtered(scene.land, given)
    answer = fetched(f"/export/list/{FORMATS[label].ending}?{urlencode(given.given())}")
    assert (answer.status_code, answer.media_type) == (200, FORMATS[label].media)
    told = _exported(tmp_path, label, bytes(answer.body))
    assert sorted(told["ids"]) == sorted(rows.index)
    note = told["note"]
    assert note["条数"] == str(len(rows))
    assert note["筛选条件"] == browse.said(scene.land, given)
    assert note["规划期"] == "2021-2025"
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", note["导出时间"])
    assert [
        key for key in ("标题", "说明", "来源", "来源日期", "许可", "坐标系", "使用范围", "字段") if not note[key]
    ] == []
    assert scene.land.sources["projects"].source in note["来源"]
    assert (note["地图审核"], note["导出人"]) == ("内部用图，不得公开", "未登记姓名")


def _exported(folder: Path, label: str, content: bytes) -> dict[str, Any]:
    path = folder / f"export{FORMATS[label].suffix}"
    path.write_bytes(content)
    told = opened(path, label)
    return {"ids": told.column("编号"), "note": told.note}


@pytest.mark.parametrize("system", ["gk3_120", "gk3_zone40"])
def test_the_list_comes_in_the_chosen_system_and_encoding(tmp_path: Path, system: str) -> None:
    answer = fetched(f"/export/list/shp?q=ygs&system={system}&encoding=GBK")
    told = _exported(tmp_path, "Shapefile", bytes(answer.body))
    assert told["note"]["坐标系"] == crs.SYSTEMS[system].said
    assert {path.read_text() for path in tmp_path.rglob("*.cpg")} == {"GBK"}
    projections = {gpd.read_file(path).crs.to_epsg() for path in tmp_path.rglob("*.shp")}
    assert {f"EPSG:{number}" for number in projections} == {crs.SYSTEMS[system].code}


def test_the_list_has_the_colours_of_the_map(tmp_path: Path) -> None:
    scene = caches.scene()
    (tmp_path / "a.gpkg").write_bytes(bytes(fetched("/export/list/gpkg?role=park").body))
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        texts = [text for (text,) in database.execute("SELECT styleQML FROM layer_styles")]
    assert texts
    for text in texts:
        (category,) = read_xml(text).findall("renderer-v2/categories/category")
        (edge,) = read_xml(text).findall("renderer-v2/symbols/symbol/layer/Option/Option[@name='outline_color']")
        colour = "#" + "".join(f"{int(part):02X}" for part in edge.attrib["value"].split(",")[:3])
        assert (category.attrib["value"], colour) == (ROLES["park"], scene.styles["park"].color.upper())


def test_the_options_of_the_page_stand_in_its_links(open_page: Open) -> None:
    at = open_page(PAGE, q="ygs")
    at.selectbox(key="exports_system").select("gk3_123")
    at = at.selectbox(key="exports_encoding").select("GBK").run()
    assert downloads(at)[0] == "/export/list/xlsx?q=ygs&system=gk3_123&encoding=GBK"


@pytest.mark.parametrize(
    "given", [{}, {"unit": "Z004", "q": "a&b=c #学校"}, {"q": "学校"}], ids=["all", "odd", "words"]
)
def test_the_links_of_the_page_lead_to_what_is_on_the_screen(open_page: Open, given: dict[str, str]) -> None:
    at = open_page(PAGE, **given)
    rows = browse.filtered(caches.scene().land, Filter(**given))
    links = downloads(at)
    assert len(links) == (len(FORMATS) if len(rows) else 0)
    for link in links:
        assert {key: value for key, (value,) in parse_qs(urlsplit(link).query).items()} == given
    assert [f"导出 {label}</a>" in panel(at) for label in FORMATS] == [True] * len(FORMATS)


def test_a_file_has_a_chinese_name_with_the_right_ending() -> None:
    for form in FORMATS.values():
        _, _, name = (
            fetched(f"/export/list/{form.ending}?q=ygs").headers["content-disposition"].partition("filename*=UTF-8''")
        )
        assert unquote(name) == f"规划项目与设施{form.suffix}"


@pytest.mark.parametrize(
    ("link", "status", "said"),
    [
        ("/export/list/pdf", 404, "没有导出：没有这种文件格式，请从看板的页面重新导出。"),
        ("/export/list/shp?encoding=x", 400, "没有导出：链接中的 encoding=x 不可用，请从“项目与设施”页重新导出。"),
        ("/export/list/xlsx?unit=Z999", 400, "没有导出：链接中的 unit=Z999 不可用，请从“项目与设施”页重新导出。"),
        (
            "/export/list/xlsx?period=1999",
            400,
            "没有导出：链接中的 period=1999 不可用，请从“项目与设施”页重新导出。",
        ),
        ("/export/list/xlsx?stages=plan", 400, "没有导出：链接中的 stages 不可用，请从“项目与设施”页重新导出。"),
    ],
)
def test_a_link_that_cannot_be_read_in_full_exports_nothing(link: str, status: int, said: str) -> None:
    answer = fetched(link)
    assert (answer.status_code, bytes(answer.body).decode()) == (status, said)


# searching


def test_every_page_has_the_search_box_with_an_index_that_is_published(open_page: Open) -> None:
    scene = caches.scene()
    for page in ("", "layout.py", PAGE, "about.py"):
        urls = [told["url"] for told in components(open_page(page)) if "url" in told]
        assert urls == [scene.search]
    assert (scene.config.data_path / scene.search.lstrip("/")).is_file()


@pytest.fixture
def went(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, str]]]:
    """Note where the search leads instead of going there."""
    found: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: found.append((page, query_params)))
    return found


def _hit(monkeypatch: pytest.MonkeyPatch, chosen: dict[str, Any] | None) -> None:
    class Result:
        go = chosen

    monkeypatch.setattr(search, "_mount", lambda **_told: Result())
    search.search(caches.scene())


@pytest.mark.parametrize(
    ("item", "page"),
    [("Z004", "layout.py"), ("S001", "layout.py"), ("A001", "layout.py"), ("P001", PAGE), ("I001", PAGE),
     ("R001", "overview.py"), ("T001", "overview.py")],
)  # fmt: skip
def test_a_hit_goes_to_the_page_that_shows_it(
    monkeypatch: pytest.MonkeyPatch, went: list[tuple[str, dict[str, str]]], item: str, page: str
) -> None:
    _hit(monkeypatch, {"id": item, "at": None})
    assert [(where, told["sel"]) for where, told in went] == [(page, item)]


def test_a_place_goes_to_the_map_at_that_place(
    monkeypatch: pytest.MonkeyPatch, went: list[tuple[str, dict[str, str]]]
) -> None:
    _hit(monkeypatch, {"id": "", "at": [121.50884, 38.84283]})
    assert [(where, told["at"]) for where, told in went] == [("overview.py", "121.50884,38.84283,15.00")]


@pytest.mark.parametrize("chosen", [None, {"id": "Z999", "at": None}, {"id": "", "at": None}])
def test_a_hit_that_does_not_exist_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, went: list[tuple[str, dict[str, str]]], chosen: dict[str, Any] | None
) -> None:
    _hit(monkeypatch, chosen)
    assert went == []


def test_a_hit_opens_on_its_page(open_page: Open) -> None:
    at = open_page("layout.py", sel="Z004")
    assert "<h2>一城：英歌石科学城</h2>" in panel(at)
    assert "<h2>" in panel(open_page(PAGE, sel="P001"))
