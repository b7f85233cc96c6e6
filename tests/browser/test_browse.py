"""空间布局 and 项目与设施 in a real browser: list and map are one, search, comparison, export, measuring, keys."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import geopandas as gpd
import pytest
from playwright.sync_api import Browser, Frame, Page, expect
from pyproj import Geod

from geodata.browse import Filter, filtered
from geodata.config import load_config
from geodata.land import Land, load_land
from geodata.writing.formats import FORMATS
from tests.browser.dashboard import (
    GRID,
    PATIENCE,
    SIZES,
    Server,
    check_row,
    click,
    drawn_map,
    named,
    names_checked,
    names_listed,
    open_list,
    open_map,
    open_sheet,
    pixel,
    search_for,
    tab_to,
    view,
    wait_for_selected,
    wait_for_strong,
    wait_for_title,
    wait_until_still,
    watched,
)
from tests.browser.test_map import CORE_ALONE, lonely_sign
from tests.browser.test_window import CUT, boxes, overlaps
from tests.browser.words import english_on
from tests.exported import opened

CAPTION = "[data-testid=stCaptionContainer]"
TREE_ROW = ".tree [data-id={}]"
HEADS = ".sheet thead th:not(:first-child)"
COMPARED = ("Z002", "Z003", "Z004", "Z006")
EMPTY = "没有符合条件的项目或设施。请放宽或清除筛选条件。"
NOTHING_FOUND = "没有符合的结果，可试试简称、拼音首字母或编号"
CORNERS = ((121.40, 38.88), (121.45, 38.90), (121.52, 38.85))
WIDGETS = (
    ".st-key-wide :is([data-testid=stSelectbox], [data-testid=stTextInput], button, [data-testid=stCaptionContainer])"
)
CUT_HINTS = """() => [...document.querySelectorAll("input[placeholder]")].filter((input) => {
    if (input.value) return false;
    const [pen, style] = [document.createElement("canvas").getContext("2d"), getComputedStyle(input)];
    pen.font = style.font;
    const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return pen.measureText(input.placeholder).width > room + 1;
}).map(({placeholder}) => placeholder)"""
HIDDEN_HEADS = """(heads) => heads.filter((head) => {
    const {left, right} = head.getBoundingClientRect();
    const frame = head.closest("[data-testid=stColumn]").getBoundingClientRect();
    return left < frame.left || right > frame.right + 0.5;
}).map(({textContent}) => textContent)"""


WIDE_WORDS = """(heads) => heads.filter((head) => {
    const words = document.createRange();
    words.selectNodeContents(head);
    return words.getBoundingClientRect().right > head.getBoundingClientRect().right;
}).map(({textContent}) => textContent)"""


@pytest.fixture(scope="module")
def land() -> Land:
    """The land as it is."""
    return load_land(load_config()[0])


@contextmanager
def elsewhere(browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    """A page of another user's browser."""
    with browser.new_context() as context, watched(context, size) as (page, _):
        yield page


def query(page: Page) -> dict[str, str]:
    """Keys and values of the page's link."""
    return {key: value for key, (value,) in parse_qs(urlsplit(page.url).query).items()}


def wait_for_query(page: Page, **wanted: str) -> None:
    """Wait until the link holds just this beside the map's view."""
    page.wait_for_url(
        lambda url: {key: value for key, (value,) in parse_qs(urlsplit(url).query).items() if key != "at"} == wanted
    )


def expect_list(page: Page, frame: Frame, rows: gpd.GeoDataFrame) -> None:
    """Caption, list and map show these rows."""
    placed = rows[rows.geometry.notna()]
    expect(page.locator(CAPTION)).to_contain_text(f"共 {len(rows)} 项，图上已定位 {len(placed)} 项；")
    expect(page.locator(GRID)).to_have_attribute("aria-rowcount", str(len(rows) + 1))
    expect(page.locator(f"{GRID} td[aria-colindex='1']").first).to_have_text(rows["name"].iloc[0])
    shown = names_listed(page)
    assert shown == list(rows["name"])[: len(shown)]
    wait_for_strong(frame, placed.index)


def choose(page: Page, key: str, label: str) -> None:
    """Choose in one of the list's filters."""
    page.locator(f".st-key-filter_{key} input").click()
    page.get_by_role("option", name=label, exact=True).click()


# list and map


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"role": "park"},
        {"unit": "Z003"},
        {"street": "D003", "kind": "infrastructure"},
        {"q": "ws"},
        {"chapter": "7-3", "stage": "build"},
    ],
    ids=str,
)
def test_link_with_a_filter_gives_one_list_and_map(
    page: Page, server: Server, land: Land, wanted: dict[str, str]
) -> None:
    frame = open_list(page, f"{server.url}/projects?{urlencode(wanted)}")
    expect_list(page, frame, filtered(land, Filter(**wanted)))


def test_widgets_filter_list_map_and_link(
    page: Page, server: Server, land: Land, browser: Browser, size: tuple[int, int]
) -> None:
    frame = open_list(page, f"{server.url}/projects")
    choose(page, "kind", "基础设施")
    wait_for_query(page, kind="infrastructure")
    expect_list(page, frame, filtered(land, Filter(kind="infrastructure")))
    page.locator(".st-key-filter_q input").fill("gs")
    page.keyboard.press("Enter")
    wait_for_query(page, kind="infrastructure", q="gs")
    rows = filtered(land, Filter(kind="infrastructure", q="gs"))
    expect_list(page, frame, rows)
    with elsewhere(browser, size) as other:
        expect_list(other, open_list(other, page.url), rows)
        expect(other.locator(".st-key-filter_kind input")).to_have_value("基础设施")
        expect(other.locator(".st-key-filter_q input")).to_have_value("gs")
        assert query(other) == query(page)
    page.get_by_role("button", name="清除筛选").click()
    wait_for_query(page)
    expect_list(page, frame, filtered(land, Filter()))
    expect(page.get_by_role("button", name="清除筛选")).to_be_disabled()


def test_row_selects_on_the_map_and_opens_its_card(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects?kind=infrastructure")
    rows = filtered(land, Filter(kind="infrastructure"))
    number = next(n for n, shape in enumerate(rows.geometry) if shape is not None)
    check_row(page, number)
    item = rows.index[number]
    wait_for_title(page, rows["name"][item])
    wait_for_selected(frame, [item])
    wait_for_query(page, kind="infrastructure", sel=item)
    frame.wait_for_function("() => window.kit.then(({kit}) => kit.selection.getLayers().length > 0)")
    expect(names_checked(page)).to_have_text([rows["name"][item]])


@pytest.mark.parametrize("size", SIZES[1:], ids=named, indirect=True)
def test_card_of_a_checked_row_is_in_sight(page: Page, server: Server, size: tuple[int, int]) -> None:
    open_list(page, f"{server.url}/projects")
    check_row(page, 2)
    page.locator(".panel h2").wait_for()
    box = page.locator(".panel h2").bounding_box()
    assert box
    assert box["y"] + box["height"] < size[1]


def test_rows_are_selected_together_and_let_go(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects")
    first, second, third = filtered(land, Filter()).index[:3]
    check_row(page, 0)
    wait_for_selected(frame, [first])
    check_row(page, 2)
    wait_for_selected(frame, [first, third])
    check_row(page, 0)
    wait_for_selected(frame, [third])
    check_row(page, 2)
    wait_for_selected(frame, [])
    assert second not in page.url
    wait_for_query(page)


def test_more_rows_than_a_link_holds_stay_selected(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects?kind=project")
    ids = list(filtered(land, Filter(kind="project")).index)
    check_row(page, -1)
    wait_for_selected(frame, ids)
    expect(page.get_by_text(f"已选中 {len(ids)} 项；链接只带得下前 50 项")).to_be_visible()
    wait_for_query(page, kind="project", sel=",".join(ids[:50]))
    page.locator(".st-key-filter_q input").fill("ws")
    page.keyboard.press("Enter")
    wait_for_query(page, kind="project", q="ws", sel=",".join(ids[:50]))
    wait_for_selected(frame, ids)
    page.get_by_role("button", name="清除筛选").click()
    wait_for_query(page, sel=",".join(ids[:50]))
    wait_for_selected(frame, ids)


def test_click_on_the_map_brings_its_row_first_and_checks_it(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects?kind=infrastructure")
    name, lng, lat = lonely_sign(frame)
    rows = filtered(land, Filter(kind="infrastructure"))
    item = rows.index[rows["name"] == name][0]
    assert rows["name"].iloc[0] != name
    click(page, frame, lng, lat)
    wait_for_title(page, name)
    wait_for_query(page, kind="infrastructure", sel=item)
    expect(page.locator(f"{GRID} tr[aria-selected=true]")).to_have_count(1)
    expect(names_checked(page).first).to_have_text(name)
    assert names_listed(page)[0] == name
    expect(page.locator(CAPTION)).to_contain_text(f"共 {len(rows)} 项")


def test_selected_row_of_a_link_is_in_sight(page: Page, server: Server, land: Land) -> None:
    open_list(page, f"{server.url}/projects?sel=P106")
    wait_for_title(page, land.items["name"]["P106"])
    expect(page.locator(f"{GRID} tr[aria-selected=true]")).to_have_count(1)
    expect(names_checked(page)).to_have_text([land.items["name"]["P106"]])


def test_filtering_keeps_what_is_selected_outside_the_list(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects?sel=Z003")
    for words in ("gs", "ws"):
        page.locator(".st-key-filter_q input").fill(words)
        page.keyboard.press("Enter")
        wait_for_query(page, q=words, sel="Z003")
        expect_list(page, frame, filtered(land, Filter(q=words)))
    wait_for_title(page, land.items["name"]["Z003"])
    wait_for_query(page, q="ws", sel="Z003")


def test_empty_result_is_said_and_can_be_cleared(page: Page, server: Server, land: Land) -> None:
    frame = open_map(page, f"{server.url}/projects?q=zzz")
    expect(page.get_by_test_id("stAlert")).to_have_text(EMPTY)
    for name in ("导出 Excel", "导出 GeoPackage", "导出 GeoJSON"):
        expect(page.get_by_role("link", name=name)).to_be_disabled()
    wait_for_strong(frame, [])
    page.get_by_role("button", name="清除筛选").click()
    expect_list(page, frame, filtered(land, Filter()))


def test_unknown_ids_in_a_link_are_said_and_the_list_works(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects?unit=Z999&sel=P999&stage=x&chapter=zzz")
    expect(page.locator(".problem")).to_have_text(
        [
            re.compile("unit=Z999：没有这个值，已忽略"),
            re.compile("stage=x：没有这个值，已忽略"),
            re.compile("chapter=zzz：没有这个值，已忽略"),
            re.compile("sel=P999：规划数据中没有这个编号，已忽略"),
        ]
    )
    expect_list(page, frame, filtered(land, Filter()))
    check_row(page, 1)
    wait_for_selected(frame, [filtered(land, Filter()).index[1]])
    expect(page.locator(".problem")).to_have_count(0)


def test_unknown_units_in_a_link_are_said_and_the_tree_works(page: Page, server: Server, land: Land) -> None:
    open_map(page, f"{server.url}/layout?sel=Z999&pin=Z998,Z003")
    expect(page.locator(".problem")).to_contain_text(["sel=Z999：规划数据中没有这个编号", "pin=Z998"])
    page.locator(TREE_ROW.format("Z004")).click()
    wait_for_title(page, land.items["name"]["Z004"])


# comparison


def pin(page: Page, land: Land, unit: str) -> None:
    """From the tree to the card to the comparison."""
    page.locator(TREE_ROW.format(unit)).click()
    wait_for_title(page, land.items["name"][unit])
    page.get_by_role("button", name="加入对比").click()
    page.get_by_role("button", name="移出对比").first.wait_for()
    page.wait_for_url(lambda url: unit in parse_qs(urlsplit(url).query)["pin"][0])


def expect_columns(page: Page, land: Land, units: Sequence[str]) -> None:
    """The comparison has these units side by side."""
    names = [re.compile(f"^{re.escape(land.items['name'][unit])}移出$") for unit in units]
    expect(page.locator(HEADS)).to_have_text(names)


def test_four_units_are_compared_and_a_fifth_pushes_out_the_oldest(
    page: Page, server: Server, land: Land, browser: Browser, size: tuple[int, int]
) -> None:
    open_map(page, f"{server.url}/layout")
    for unit in COMPARED:
        pin(page, land, unit)
    page.get_by_role("button", name="并排对比（4/4）").click()
    expect_columns(page, land, COMPARED)
    pin(page, land, "Z009")
    units = (*COMPARED[1:], "Z009")
    expect_columns(page, land, units)
    assert query(page)["pin"] == ",".join(units)
    with elsewhere(browser, size) as other:
        other.goto(page.url)
        expect_columns(other, land, units)
    page.get_by_role("button", name="返回地图").click()
    drawn_map(page)


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_comparison_of_four_is_whole(page: Page, server: Server, land: Land, picture: Path) -> None:
    page.goto(f"{server.url}/layout?pin={','.join(COMPARED)}&cmp=1")
    expect_columns(page, land, COMPARED)
    page.screenshot(path=picture)
    assert page.locator(HEADS).evaluate_all(HIDDEN_HEADS) == []
    assert page.locator(".st-key-sheetbox tbody th").evaluate_all(WIDE_WORDS) == []
    assert english_on(page) == {}


# export


@pytest.mark.parametrize("label", FORMATS)
def test_export_opens_again_with_the_rows_of_the_list(
    page: Page, server: Server, land: Land, tmp_path: Path, label: str
) -> None:
    open_list(page, f"{server.url}/projects?kind=infrastructure&stage=accelerate")
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"导出 {label}").click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    told = opened(path, label)
    rows = filtered(land, Filter(kind="infrastructure", stage="accelerate"))
    assert path.name == f"规划项目与设施{FORMATS[label].suffix}"
    assert sorted(told.column("编号")) == sorted(rows.index)
    assert len(rows)
    assert told.note["筛选条件"] == "类型：基础设施；用语层次：加快建设"
    shapes = [table.geometry for table in told.layers.values() if isinstance(table, gpd.GeoDataFrame)]
    assert sum(one.notna().sum() for one in shapes) == (rows.geometry.notna().sum() if shapes else 0)
    assert {one.crs.to_epsg() for one in shapes} <= {4490}


def test_exports_pressed_one_after_the_other_all_come(page: Page, server: Server) -> None:
    open_list(page, f"{server.url}/projects")
    came: list[str] = []
    page.on("download", lambda download: came.append(download.suggested_filename))
    with page.expect_event("download", lambda _: len(came) == len(FORMATS)):
        for label in FORMATS:
            page.get_by_role("link", name=f"导出 {label}").click()
    assert sorted(came) == sorted(f"规划项目与设施{form.suffix}" for form in FORMATS.values())


def test_export_pressed_while_the_list_changes_is_of_the_list_before_or_after(
    page: Page, server: Server, land: Land, tmp_path: Path
) -> None:
    open_list(page, f"{server.url}/projects")
    link = page.get_by_role("link", name="导出 GeoJSON")
    before = filtered(land, Filter())
    for number, words in enumerate(("gs", "ws", "学校", "建设", "gs", "ws")):
        after = filtered(land, Filter(q=words))
        page.locator(".st-key-filter_q input").fill(words)
        with page.expect_download() as coming:
            page.keyboard.press("Enter")
            link.click()
        coming.value.save_as(tmp_path / f"{number}.geojson")
        ids = list(gpd.read_file(tmp_path / f"{number}.geojson")["编号"])
        assert ids in (list(before.index), list(after.index))
        wait_for_query(page, q=words)
        expect(link).to_have_attribute("href", f"/export/list/geojson?{urlencode({'q': words})}")
        before = after


# search


def go(page: Page, words: str, hit: str) -> None:
    """Search and go to a hit, all by keyboard."""
    search_for(page, words)
    wanted = page.locator("#search-list li", has_text=hit).first
    wanted.wait_for()
    for _ in range(page.locator("#search-list li").count()):
        if wanted.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("start", "words", "unit"),
    [
        ("", "kcdzl", "Z002"),
        ("layout", "yinggeshikexue", "Z004"),
        ("projects", "小平岛传媒", "Z009"),
        ("about", "z003", "Z003"),
    ],
)
def test_search_goes_to_the_page_of_a_unit(page: Page, server: Server, start: str, words: str, unit: str) -> None:
    page.goto(f"{server.url}/{start}")
    go(page, words, unit)
    page.wait_for_url("**/layout?sel=*")
    wait_for_selected(drawn_map(page), [unit])
    expect(page.locator(".tree [aria-current=true]")).to_have_attribute("data-id", unit)


@pytest.mark.parametrize(
    ("start", "words", "item"),
    [
        ("about", "hkwsclc", "I009 河口污水处理厂"),
        ("projects?role=park", "P106", "P106 七贤岭街道社区管理网络、全域网格化"),
        ("", "tiandiruanjianyuan", "P012 天地软件园"),
    ],
)
def test_search_goes_to_a_row_of_the_list(page: Page, server: Server, start: str, words: str, item: str) -> None:
    key, name = item.split()
    page.goto(f"{server.url}/{start}")
    go(page, words, key)
    page.wait_for_url(f"**/projects?sel={key}*")
    wait_for_selected(drawn_map(page), [key])
    wait_for_title(page, name)
    expect(page.locator(f"{GRID} tr[aria-selected=true]")).to_have_count(1)
    expect(names_checked(page)).to_have_text([name])


@pytest.mark.parametrize("start", ["about", "", "?at=121.38000,38.86000,13.00"])
def test_search_goes_to_a_place_on_the_map(page: Page, server: Server, start: str) -> None:
    page.goto(f"{server.url}/{start}")
    if start != "about":
        drawn_map(page)
    go(page, "hsj", "黑石礁")
    page.wait_for_url("**at=121.5*")
    frame = drawn_map(page)
    frame.wait_for_function("Math.abs(map.getZoom() - 15) < 0.01")  # the link is written before the map moves
    wait_until_still(frame)
    assert frame.evaluate("map.getBounds().contains([38.8737, 121.5525])")
    assert view(frame)[2] == pytest.approx(15, abs=0.01)


def test_search_opens_the_card_of_a_rule(page: Page, server: Server, land: Land) -> None:
    open_sheet(page, server.url)
    rule = land.items.index[land.items["kind"] == "rule"][0]
    go(page, rule, rule)
    wait_for_title(page, land.items["name"][rule])


def test_hit_is_taken_by_the_mouse(page: Page, server: Server) -> None:
    open_sheet(page, server.url)
    search_for(page, "英歌石科学城")
    page.locator("#search-list li", has_text="Z004").click()
    page.wait_for_url("**/layout?sel=Z004*")


@pytest.mark.parametrize("start", ["", "layout", "projects", "about"])
def test_search_without_a_hit_says_so(page: Page, server: Server, start: str) -> None:
    page.goto(f"{server.url}/{start}")
    search_for(page, "zzzqqq")
    expect(page.locator("#search-list")).to_have_text(NOTHING_FOUND)
    before = page.url
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    assert page.url == before


# measuring


def draw(page: Page, frame: Frame, tool: str) -> list[list[float]]:
    """Draw with a tool through CORNERS; return the positions that were pressed."""
    frame.get_by_role("button", name=tool).click()
    frame.wait_for_function("() => Boolean(map.pm?.globalDrawModeEnabled())")
    places = [pixel(page, frame, *corner) for corner in CORNERS]
    for x, y in places:
        page.mouse.move(x - 3, y)
        page.mouse.click(x, y)
    assert english_on(frame) == {}
    box = page.locator("iframe").bounding_box()
    assert box
    spots = [[x - box["x"], y - box["y"]] for x, y in places]
    page.mouse.click(*places[-1 if tool == "测距离" else 0])
    back = "(spots) => spots.map((spot) => map.containerPointToLatLng(spot)).map(({lng, lat}) => [lng, lat])"
    return [[float(lng), float(lat)] for lng, lat in frame.evaluate(back, spots)]


def numbers(text: str) -> list[float]:
    """Numbers in a text."""
    return [float(number) for number in re.findall(r"\d+\.?\d*", text.replace(",", ""))]


@pytest.mark.parametrize("path", ["", "projects"])
def test_distance_is_geodesic_and_selects_nothing(page: Page, server: Server, path: str) -> None:
    frame = open_map(page, f"{server.url}/{path}")
    lngs, lats = zip(*draw(page, frame, "测距离"), strict=True)
    said = frame.locator(".measured")
    expect(said).to_have_text(re.compile(r"^距离 [\d.]+ 公里$"))
    assert numbers(said.inner_text()) == pytest.approx([Geod(ellps="GRS80").line_length(lngs, lats) / 1000], rel=0.01)
    assert "sel" not in query(page)
    assert english_on(frame) == {}
    click(page, frame, *CORE_ALONE)
    page.wait_for_url("**sel=*")


def test_area_is_geodesic_and_selects_nothing(page: Page, server: Server, picture: Path) -> None:
    frame = open_map(page, f"{server.url}/layout")
    lngs, lats = zip(*draw(page, frame, "测面积"), strict=True)
    said = frame.locator(".measured")
    expect(said).to_have_text(re.compile(r"^面积 [\d.]+ 平方公里，周长 [\d.]+ 公里$"))
    area, around = Geod(ellps="GRS80").polygon_area_perimeter(lngs, lats)
    assert numbers(said.inner_text()) == pytest.approx([abs(area) / 1e6, around / 1000], rel=0.01)
    assert "sel" not in query(page)
    page.screenshot(path=picture)


def test_second_measurement_takes_the_place_of_the_first(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    draw(page, frame, "测距离")
    expect(frame.locator(".measured")).to_contain_text("距离")
    draw(page, frame, "测面积")
    expect(frame.locator(".measured")).to_contain_text("面积")
    expect(frame.locator(".measured")).to_have_count(1)


# without a mouse


def test_unit_opens_from_the_tree_by_keyboard(page: Page, server: Server, land: Land) -> None:
    frame = open_map(page, f"{server.url}/layout")
    tab_to(page, TREE_ROW.format("Z004"))
    page.keyboard.press("Enter")
    wait_for_title(page, land.items["name"]["Z004"])
    wait_for_selected(frame, ["Z004"])


def test_keyboard_stays_in_the_tree_after_a_choice(page: Page, server: Server, land: Land) -> None:
    open_map(page, f"{server.url}/layout")
    tab_to(page, TREE_ROW.format("Z004"))
    page.keyboard.press("Enter")
    wait_for_title(page, land.items["name"]["Z004"])
    page.wait_for_function("document.activeElement.dataset.id === 'Z004'")


def test_branch_of_the_tree_opens_by_keyboard(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/layout")
    child = page.locator(TREE_ROW.format("S001"))
    expect(child).to_be_hidden()
    page.locator("details:has(> summary [data-id=Z002]) > summary").focus()
    page.keyboard.press("Enter")
    expect(child).to_be_visible()


def test_filter_is_chosen_with_arrows(page: Page, server: Server, land: Land) -> None:
    frame = open_list(page, f"{server.url}/projects")
    tab_to(page, ".st-key-filter_kind input")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    while page.locator("[role=option][data-focused=true]").all_text_contents() != ["基础设施"]:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for_query(page, kind="infrastructure")
    expect_list(page, frame, filtered(land, Filter(kind="infrastructure")))


def test_row_is_checked_by_keyboard(page: Page, server: Server) -> None:
    frame = open_list(page, f"{server.url}/projects?kind=infrastructure")
    tab_to(page, "[data-testid=data-grid-canvas], [data-testid=data-grid-canvas] *")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url("**sel=*")
    wait_for_selected(frame, [query(page)["sel"]])
    expect(page.locator(f"{GRID} tr[aria-selected=true]")).to_have_count(1)
    wait_for_title(page, names_checked(page).first.text_content() or "")


def test_list_is_exported_by_keyboard(page: Page, server: Server) -> None:
    open_list(page, f"{server.url}/projects?kind=infrastructure")
    page.locator("[data-testid=data-grid-canvas]").wait_for()
    tab_to(page, ".exports a[href*=geojson]", most=90)
    with page.expect_download(timeout=PATIENCE * 1000):
        page.keyboard.press("Enter")


def test_units_are_compared_by_keyboard(page: Page, server: Server, land: Land) -> None:
    open_map(page, f"{server.url}/layout?sel=Z003&pin=Z004")
    tab_to(page, ".panel .actions [data-act=pin]")
    page.keyboard.press("Enter")
    page.wait_for_url("**pin=Z004*Z003*")
    page.locator("[data-act=compare]").wait_for()
    tab_to(page, "[data-act=compare]")
    page.keyboard.press("Enter")
    expect_columns(page, land, ["Z004", "Z003"])


# words and windows


def foreign(page: Page, frame: Frame) -> dict[str, str]:
    """English on a page of lists; names of file formats are none."""
    return {word: text for word, text in english_on(page, frame).items() if word not in FORMATS}


@pytest.mark.parametrize("path", ["layout?sel=Z003&pin=Z003,Z004", "projects?sel=P012", "projects?q=zzz"])
def test_no_english_on_the_pages(page: Page, server: Server, path: str) -> None:
    frame = open_map(page, f"{server.url}/{path}")
    page.locator(".st-key-wide, .tree").first.wait_for()
    expect(page.locator(f".panel, {GRID}").first).to_be_attached()
    assert foreign(page, frame) == {}


def open_choice(page: Page) -> None:
    """Open the choices of a filter."""
    page.locator(".st-key-filter_stage input").click()
    page.get_by_role("option").first.wait_for()


def open_no_choice(page: Page) -> None:
    """Type into a filter what none of its choices says."""
    page.locator(".st-key-filter_stage input").fill("没有")
    page.get_by_text("没有符合的结果").first.wait_for()


def open_column_menu(page: Page) -> None:
    """Open the menu of the first column, and its statistics."""
    box = page.locator("[data-testid=data-grid-canvas]").bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 16)
    page.mouse.click(box["x"] + 233, box["y"] + 16)
    page.locator("[data-testid=stDataFrameColumnMenu] [aria-haspopup=true]").hover()
    page.locator("[data-testid=stDataFrameColumnMenu] [aria-haspopup=true][aria-expanded=true]").wait_for()


def press_tool(name: str) -> Callable[[Page], None]:
    """A button over the list, by its Chinese name."""

    def act(page: Page) -> None:
        page.get_by_test_id("stDataFrame").hover()
        button = page.get_by_test_id("stDataFrame").get_by_role("button", name=name)
        button.hover()
        page.get_by_role("tooltip", name=name).or_(page.get_by_test_id("stTooltipContent")).first.wait_for()
        button.click()

    return act


def test_no_english_in_what_opens_over_the_list(page: Page, server: Server, tmp_path: Path) -> None:
    frame = open_list(page, f"{server.url}/projects")
    found: dict[str, str] = {}
    tools = [press_tool(name) for name in ("显示或隐藏列", "搜索", "全屏")]
    for number, act in enumerate((open_choice, open_no_choice, open_column_menu, *tools)):
        act(page)
        page.screenshot(path=tmp_path / f"{number}.png")
        found |= foreign(page, frame)
        page.keyboard.press("Escape")
    assert found == {}


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
@pytest.mark.parametrize("path", ["layout?sel=Z003&pin=Z003,Z004,Z006,Z009", "projects?sel=P012"])
def test_nothing_is_cut_off(page: Page, server: Server, path: str, picture: Path) -> None:
    frame = open_map(page, f"{server.url}/{path}")
    page.locator(f".tree, {GRID}").first.wait_for(state="attached")
    page.screenshot(path=picture)
    assert frame.evaluate(CUT, ".leaflet-control") == []
    assert overlaps(boxes(frame, ".leaflet-control")) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(CUT, f"[data-testid=stHeader], .panel, .tree, .st-key-search, {WIDGETS}") == []
    assert page.evaluate(CUT_HINTS) == []
