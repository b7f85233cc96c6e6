"""A later plan from the same file forms beside the first: links between them, and which of the two is shown."""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
import streamlit as st

from geodata.config import Config
from geodata.land import Land, files, load_land
from geodata.plan_links import wrong_links
from layers.card import Around, card
from layers.style import Style
from pages.ui import caches, search
from tests.page import Open, components, drawn_map, fingerprint, html, listed, panel, query, switch

MakeFeature = Callable[..., dict[str, Any]]
FIRST, LATER, THIRD = "2021-2025", "2026-2030", "2031-2035"
LINKS = "id,earlier,later,relation\nL1,P001,P011,承接\nL2,Z003,Z002,调整\nL3,P002,,终止\n"
_HEADINGS = "id,name,short,kind,role,parent,plan_period,citation.chapter,citation.section,citation.paragraph,"
_HEADINGS += "citation.line,summary\n"


def _box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def later(tmp_path: Path, feature: MakeFeature) -> Path:
    """Make the folder of a plan of the next period: a zone, a core, two projects, one rule."""
    folder = tmp_path / "plan2026"
    folder.mkdir()

    def made(key: str, geometry: object = None, **told: object) -> dict[str, Any]:
        return feature(key, geometry, plan_period=LATER, **{"name": f"新{key}", "short": f"新简{key}", **told})

    core = {"kind": "zone", "role": "core", "parent": "Z001", "themes": ["layout"], "plan_wording": "提升"}
    layers = {
        "zones": [
            made("Z001", _box(121.40, 38.80, 121.50, 38.90), kind="zone", role="zone", themes=["layout"]),
            made("Z002", _box(121.42, 38.86, 121.45, 38.88), **core),
        ],
        "subzones": [],
        "areas": [],
        "projects": [
            made("P001", {"type": "Point", "coordinates": [121.44, 38.87]}, parent="Z002"),
            made("P011", parent="Z001", stage="build", plan_wording="推进"),
        ],
        "infrastructure": [],
    }
    for name, features in layers.items():
        document = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    (folder / "rules.csv").write_text(f"{_HEADINGS}R001,新规则,新规则,rule,rule,Z002,{LATER},3,2,1,30,摘要\n", "utf-8")
    (folder / "targets.csv").write_text(_HEADINGS, "utf-8")
    (folder / "target_values.csv").write_text("id,category,unit,value_2020,value_2025,nature\n", "utf-8")
    (folder / "links.csv").write_text(LINKS, "utf-8")
    return folder


@pytest.fixture
def both(config: Config, later: Path) -> Config:
    """Name both plans in the settings."""
    return config.model_copy(update={"plan": config.plan.model_copy(update={"later": (str(later),)})})


@pytest.fixture
def lands(both: Config, later: Path) -> dict[str, Land]:
    """Read both plans."""
    return {land.period: land for land in (load_land(both), load_land(both, later))}


@pytest.fixture
def shown(both: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    """Let the pages show both plans."""
    monkeypatch.setattr(caches, "load_config", lambda: (both, ()))
    return both


def _linked(land: Land, lands: Mapping[str, Land], styles: Mapping[str, Style], item: str) -> str:
    found = str(card(land, styles, item, around=Around(lands=lands)))
    return found.partition("<h3>规划期衔接</h3>")[2].partition("</ul>")[0]


def test_a_later_plan_is_read_from_the_same_forms(lands: dict[str, Land]) -> None:
    assert [land.problems for land in lands.values()] == [(), ()]
    assert list(lands) == [FIRST, LATER]
    assert [land.year for land in lands.values()] == ["2021", "2026"]
    assert list(lands[LATER].items.index) == ["Z001", "Z002", "P001", "P011", "R001"]
    assert lands[LATER].items["name"]["P001"] == "新P001"


def test_links_stand_in_the_later_plan_alone(lands: dict[str, Land]) -> None:
    links = lands[LATER].links
    assert links["relation"].tolist() == ["承接", "调整", "终止"]
    assert links["later"].tolist() == ["P011", "Z002", None]
    assert len(lands[FIRST].links) == 0
    assert list(lands[FIRST].links.columns) == list(links.columns)


@pytest.mark.parametrize(
    ("period", "item", "line"),
    [
        (FIRST, "P001", "2026-2030 规划：承接为“新P011”"),
        (FIRST, "Z003", "2026-2030 规划：调整为“新Z002”"),
        (FIRST, "P002", "2026-2030 规划：终止"),
        (LATER, "P011", "承接 2021-2025 规划的“名称P001”"),
        (LATER, "Z002", "调整 2021-2025 规划的“名称Z003”"),
    ],
)
def test_the_cards_of_both_plans_say_the_link(
    lands: dict[str, Land], styles: Mapping[str, Style], period: str, item: str, line: str
) -> None:
    assert _linked(lands[period], lands, styles, item) == f"<ul><li>{line}</li>"


@pytest.mark.parametrize(
    ("period", "item"), [(FIRST, "P003"), (FIRST, "Z002"), (LATER, "P001"), (LATER, "Z001"), (LATER, "R001")]
)
def test_what_has_no_link_says_nothing(
    lands: dict[str, Land], styles: Mapping[str, Style], period: str, item: str
) -> None:
    assert _linked(lands[period], lands, styles, item) == ""


def test_a_card_alone_says_nothing_of_other_plans(lands: dict[str, Land], styles: Mapping[str, Style]) -> None:
    assert _linked(lands[FIRST], {FIRST: lands[FIRST]}, styles, "P001") == ""


def test_the_wording_is_that_of_the_plans_own_year(lands: dict[str, Land], styles: Mapping[str, Style]) -> None:
    assert "<dt>规划表述（2026）</dt><dd>推进（建设推进）</dd>" in card(lands[LATER], styles, "P011")


def test_hostile_names_in_links_show_literally(both: Config, later: Path, styles: Mapping[str, Style]) -> None:
    path = later / "projects.geojson"
    path.write_text(path.read_text("utf-8").replace("新P011", "<img src=x>"), "utf-8")
    lands = {land.period: land for land in (load_land(both), load_land(both, later))}
    assert "承接为“&lt;img src=x&gt;”" in _linked(lands[FIRST], lands, styles, "P001")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LINKS.replace("调整", "改变"), "links.csv 第 3 行：relation 只能是 '承接'、'调整' 或 '终止'，请改正"),
        (LINKS.replace("L2,Z003", "L2,"), "links.csv 第 3 行：earlier 缺少这一项，请改正"),
        (LINKS.replace("L2", "L1"), "links.csv 的 L1：编号重复，请改为不重复的编号"),
        (LINKS.replace("relation", "关系"), "links.csv 第 2 行：relation 缺少这一项；关系 没有这个设置项，请改正"),
        ("", "links.csv：文件是空的"),
    ],
)
def test_a_wrong_line_of_the_links_is_said_and_the_others_count(
    both: Config, later: Path, text: str, said: str
) -> None:
    (later / "links.csv").write_text(text, "utf-8")
    land = load_land(both, later)
    assert str(land.problems[0]).replace("', '", "'、'").startswith(said)
    assert len(land.links) == {"": 0}.get(text, 0 if "关系" in text else 2)
    assert len(land.items) == 5


def test_links_in_another_encoding_are_said(both: Config, later: Path) -> None:
    (later / "links.csv").write_bytes(LINKS.encode("gbk"))
    assert [str(problem) for problem in load_land(both, later).problems] == [
        "links.csv：不是 UTF-8 编码，请另存为 UTF-8 后放回，其余图层照常显示。"
    ]


@pytest.mark.parametrize("ends", ["P999", ""])
def test_a_link_to_what_does_not_exist_breaks_no_card(
    both: Config, later: Path, styles: Mapping[str, Style], ends: str
) -> None:
    (later / "links.csv").write_text(f"id,earlier,later,relation\nL1,P001,{ends},承接\nL2,P999,P011,调整\n", "utf-8")
    lands = {land.period: land for land in (load_land(both), load_land(both, later))}
    assert _linked(lands[FIRST], lands, styles, "P001") == "<ul><li>2026-2030 规划：承接</li>"
    assert _linked(lands[LATER], lands, styles, "P011") == ""


@pytest.fixture
def three(both: Config, later: Path, tmp_path: Path) -> dict[str, Land]:
    """Read three plans; in the third the ids of the second mean the same."""
    third = tmp_path / "plan2031"
    shutil.copytree(later, third)
    for path in third.iterdir():
        path.write_text(path.read_text("utf-8").replace(LATER, THIRD).replace("新", "再"), "utf-8")
    links = f"id,earlier,later,relation,period\nL1,P001,P011,承接,\nL2,P002,P001,承接,{FIRST}\n"
    (third / "links.csv").write_text(links, "utf-8")
    return {land.period: land for land in (load_land(both), load_land(both, later), load_land(both, third))}


@pytest.mark.parametrize(
    ("period", "item", "lines"),
    [
        (FIRST, "P001", ["2026-2030 规划：承接为“新P011”"]),
        (FIRST, "P002", ["2026-2030 规划：终止", "2031-2035 规划：承接为“再P001”"]),
        (LATER, "P001", ["2031-2035 规划：承接为“再P011”"]),
        (THIRD, "P011", ["承接 2026-2030 规划的“新P001”"]),
        (THIRD, "P001", ["承接 2021-2025 规划的“名称P002”"]),
    ],
)
def test_a_link_leads_to_the_plan_just_before_unless_it_names_another(
    three: dict[str, Land], styles: Mapping[str, Style], period: str, item: str, lines: list[str]
) -> None:
    assert _linked(three[period], three, styles, item) == "<ul>" + "".join(f"<li>{line}</li>" for line in lines)


def test_a_link_to_a_period_that_no_earlier_plan_has_is_said(three: dict[str, Land], both: Config, later: Path) -> None:
    assert wrong_links(three[THIRD], three) == ()
    folder = later.with_name("plan2031")
    text = f"id,earlier,later,relation,period\nL1,P001,P011,承接,{THIRD}\nL2,P002,P001,承接,\n"
    (folder / "links.csv").write_text(text, "utf-8")
    assert [str(fault) for fault in wrong_links(load_land(both, folder), three)] == [
        "links.csv 的 L1：没有更早的规划期 2031-2035，请改正，在此之前不显示这条衔接。",
        "links.csv 的 L2：编号 P002 不存在，请改正，在此之前不显示这条衔接。",
    ]


def test_a_later_plan_tells_its_own_sources_and_facts(both: Config, later: Path) -> None:
    bare = load_land(both, later)
    assert bare.sources["zones"].source == "该期规划的文件未附出处"
    assert bare.sources["roads"] == load_land(both).sources["roads"]
    assert bare.facts == {}
    told = "zones: {title: 布局单元, source: 下一期规划, date: '2026', licence: 本单位}\nroad: {}\n"
    (later / "sources.yaml").write_text(told, "utf-8")
    (later / "facts.yaml").write_text("a: {item: Z001, label: 全区面积, value: 1, unit: 公里, source: 某处}\n", "utf-8")
    land = load_land(both, later)
    assert land.sources["zones"].source == "下一期规划"
    assert [fact.value for fact in land.facts.values()] == [1]
    assert ["sources.yaml 的 road" in str(problem) for problem in land.problems] == [True] * len(land.problems) != []


def test_the_files_of_every_plan_are_watched_for_changes(both: Config, later: Path) -> None:
    assert both.plan_paths == (both.plan_path, later)
    assert later / "links.csv" in files(both)


# on the pages


@pytest.mark.usefixtures("fresh", "shown")
@pytest.mark.parametrize("page", ["", "layout.py", "projects.py"])
def test_the_first_plan_stands_until_another_is_chosen(open_page: Open, page: str) -> None:
    at = open_page(page, sel="P001")
    assert not at.exception
    assert switch(at).value == FIRST
    assert "<h2>名称P001</h2>" in panel(at)
    assert "承接为“新P011”" in panel(at)


@pytest.mark.usefixtures("fresh", "shown")
@pytest.mark.parametrize("page", ["", "layout.py", "projects.py"])
def test_a_link_chooses_the_period(open_page: Open, page: str) -> None:
    at = open_page(page, period=LATER, sel="P011")
    assert not at.exception
    assert 'class="problem"' not in panel(at) + html(at)
    assert switch(at).value == LATER
    assert "<h2>新P011</h2>" in panel(at)
    assert "承接 2021-2025 规划的“名称P001”" in panel(at)


@pytest.mark.usefixtures("fresh", "shown")
def test_choosing_the_period_writes_the_link_and_changes_list_and_map(open_page: Open) -> None:
    at = open_page("projects.py")
    before = drawn_map(at)["script"]
    assert list(listed(at).index) == ["P001", "P002", "P003", "I001"]
    switch(at).set_value(LATER).run()
    assert not at.exception
    assert query(at) == {"period": LATER}
    assert list(listed(at)["名称"]) == ["新P001", "新P011"]
    assert "规划表述（2026）" in listed(at).columns
    assert drawn_map(at)["script"] != before


@pytest.mark.usefixtures("fresh", "shown")
def test_the_period_stays_where_the_bar_leads_to_another_page(open_page: Open) -> None:
    at = open_page("projects.py", period=LATER)
    at.query_params.clear()
    at.switch_page("layout.py").run()
    assert query(at) == {"period": LATER}
    assert switch(at).value == LATER
    switch(at).set_value(FIRST).run()
    at.query_params.clear()
    at.switch_page("projects.py").run()
    assert switch(at).value == FIRST


@pytest.mark.usefixtures("fresh", "shown")
def test_the_sources_told_are_those_of_the_plan_that_is_shown(open_page: Open) -> None:
    first, later = (html(open_page("about.py", **link)) for link in ({}, {"period": LATER}))
    assert "规划期为 2021—2025 年" in first
    assert "规划期为 2026—2030 年" in later
    assert "该期规划的文件未附出处" in later
    assert "出处、日期、许可" in later
    assert '<td class="number">2（定位 1）</td>' in later
    assert "没有登记" in later
    assert switch(open_page("about.py", period=LATER)).value == LATER


@pytest.mark.usefixtures("fresh", "shown")
def test_an_unknown_period_is_said_and_the_first_plan_stands(open_page: Open) -> None:
    at = open_page("projects.py", period="2031-2035")
    assert not at.exception
    assert "链接中的 period=2031-2035：没有这个规划期，已改为默认规划期" in panel(at)
    assert len(listed(at)) == 4


@pytest.mark.usefixtures("fresh", "shown")
def test_the_search_box_looks_through_the_plan_that_is_shown(open_page: Open, both: Config) -> None:
    at = open_page("projects.py", period=LATER)
    (url,) = [told["url"] for told in components(at) if "url" in told]
    entries = json.loads((both.data_path / url.lstrip("/")).read_text("utf-8"))
    assert [entry["name"] for entry in entries if entry["id"] == "P011"] == ["新P011"]


@pytest.mark.usefixtures("fresh", "shown")
def test_a_hit_keeps_the_period(monkeypatch: pytest.MonkeyPatch) -> None:
    class Result:
        go: ClassVar[dict[str, object]] = {"id": "P011", "at": None}

    went: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(search, "_mount", lambda **_told: Result())
    monkeypatch.setattr(st, "switch_page", lambda page, query_params: went.append((page, query_params)))
    search.search(caches.scene(LATER))
    assert went == [("projects.py", {"sel": "P011", "period": LATER})]


@pytest.mark.usefixtures("fresh", "shown")
def test_the_key_facts_name_the_plan_that_is_shown(open_page: Open) -> None:
    shown = panel(open_page(period=LATER, theme="projects"))
    assert "规划表述（2026）" in shown
    assert "2021" not in shown


@pytest.mark.usefixtures("fresh", "shown")
def test_one_plan_alone_offers_no_choice(open_page: Open, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caches, "load_config", lambda: (config, ()))
    assert open_page("projects.py").get("button_group") == []


@pytest.mark.usefixtures("fresh")
def test_every_plan_is_a_scene_of_its_own(shown: Config) -> None:
    first, later = caches.scene(), caches.scene(LATER)
    assert first is caches.scene(FIRST) is caches.scene("2031-2035")
    assert list(first.lands) == list(later.lands) == list(first.known.periods) == [FIRST, LATER]
    assert (first.land.period, later.land.period) == (FIRST, LATER)
    assert later.lands[LATER] is later.land
    assert first.lands is later.lands or first.lands[LATER] is later.land
    assert list(later.known.items) == list(later.land.items.index)
    assert list(later.known.subdistricts) == ["D001", "D002", "D003"]
    assert first.search != later.search
    assert (shown.data_path / later.search.lstrip("/")).is_file()


@pytest.mark.usefixtures("fresh")
def test_a_later_plan_that_is_not_there_is_said_and_the_first_stands(
    config: Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, open_page: Open
) -> None:
    wrong = config.model_copy(update={"plan": config.plan.model_copy(update={"later": (str(tmp_path / "无"),)})})
    monkeypatch.setattr(caches, "load_config", lambda: (wrong, ()))
    assert caches.scene().land.period == FIRST
    assert list(caches.scene().lands) == [FIRST]
    at = open_page("projects.py")
    assert not at.exception
    assert "zones.geojson：找不到这个文件" in panel(at)
    assert len(listed(at)) == 4


@pytest.mark.usefixtures("fresh")
def test_a_later_plan_of_the_same_period_is_said_and_the_first_stands(
    both: Config, later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in later.iterdir():
        path.write_text(path.read_text("utf-8").replace(LATER, FIRST), "utf-8")
    monkeypatch.setattr(caches, "load_config", lambda: (both, ()))
    scene = caches.scene()
    assert scene.land.items["name"]["P001"] == "名称P001"
    assert scene.lands[FIRST] is scene.land
    assert [str(problem) for problem in scene.problems if "规划期" in str(problem)] != []


@pytest.mark.usefixtures("fresh", "shown")
def test_no_page_changes_any_of_the_plans(open_page: Open) -> None:
    before = [fingerprint(land) for land in caches.scene().lands.values()]
    for page in ("", "layout.py", "projects.py", "about.py"):
        for period in (FIRST, LATER):
            assert not open_page(page, period=period, sel="P001", pin="Z001,Z002", unit="Z002").exception
    assert [fingerprint(land) for land in caches.scene().lands.values()] == before


@pytest.mark.usefixtures("fresh", "shown")
def test_a_link_to_what_does_not_exist_is_said(later: Path) -> None:
    (later / "links.csv").write_text("id,earlier,later,relation\nL1,P001,P011,承接\nL2,P999,P998,调整\n", "utf-8")
    said = [str(problem) for problem in caches.scene().problems if "links.csv" in str(problem)]
    assert said == ["links.csv 的 L2：编号 P999、P998 不存在，请改正，在此之前不显示这条衔接。"]
