"""At every size of the window nothing is cut off, and the view stays on the base map."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from geodata.crs import WINDOW
from tests.browser.dashboard import (
    SIZES,
    THEMES,
    Server,
    named,
    open_list,
    open_map,
    open_sheet,
    switch_theme,
    wait_until_still,
)

EVERY_SIZE = ((1024, 768), (1280, 720), (1920, 1080), (3840, 2160))
MAIN_LABELS = {
    "一廊 · 科创大走廊",
    "一心 · 国际都市创新中心",
    "一城 · 英歌石科学城",
    "黄泥川新兴产业组团",
    "龙王塘未来产业新城组团",
    "凌水湾总部组团",
    "小平岛传媒组团",
    "庙岭新材料组团",
}

WATCH_BOUNDS = """() => {
    window.seen = [180, 90, -180, -90];
    const look = () => {
        const [west, south, east, north] = map.getBounds().toBBoxString().split(",").map(Number);
        const [w, s, e, n] = window.seen;
        window.seen = [Math.min(w, west), Math.min(s, south), Math.max(e, east), Math.max(n, north)];
    };
    look();
    map.on("move zoom zoomend moveend", look);
}"""

CUT = """(root) => {
    const cut = [];
    const shown = [...document.querySelectorAll(root)].flatMap((node) => [node, ...node.querySelectorAll("*")])
        .filter((node) => node.checkVisibility({visibilityProperty: true}) && node.getBoundingClientRect().width > 1);
    for (const node of shown) {
        const {left, right} = node.getBoundingClientRect();
        const name = `${node.tagName}.${node.className} ${node.textContent.slice(0, 20)}`;
        if (left < -0.5 || right > innerWidth + 0.5) cut.push(`outside: ${name}`);
        const hides = getComputedStyle(node).overflowX !== "visible";
        if (hides && node.scrollWidth > node.clientWidth + 1) cut.push(`clipped: ${name}`);
    }
    return cut;
}"""

BOXES = """(nodes) => nodes.filter((node) => node.checkVisibility()).map((node) => {
    const {left, top, right, bottom} = node.getBoundingClientRect();
    return [node.textContent.trim() || node.className, left, top, right, bottom];
})"""

Box = tuple[str, float, float, float, float]


def boxes(frame: Frame, css: str) -> list[Box]:
    """Name, left, top, right, bottom of what is seen in the map's frame."""
    return [tuple(box) for box in frame.locator(css).evaluate_all(BOXES)]


def overlapping(one: Box, two: Box) -> bool:
    return one[1] < two[3] and two[1] < one[3] and one[2] < two[4] and two[2] < one[4]


def overlaps(found: list[Box]) -> list[tuple[str, str]]:
    """Names of those that lie over each other."""
    return [(a[0], b[0]) for i, a in enumerate(found) for b in found[i + 1 :] if overlapping(a, b)]


def outside(frame: Frame, found: list[Box]) -> list[str]:
    """Names of those that the map's edge cuts."""
    width, height = frame.evaluate("[innerWidth, innerHeight]")
    return [name for name, left, top, right, bottom in found if left < 0 or top < 0 or right > width or bottom > height]


@pytest.mark.parametrize("size", EVERY_SIZE, ids=named, indirect=True)
def test_view_never_leaves_the_base_map(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    frame.evaluate(WATCH_BOUNDS)
    box = page.locator("iframe").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    while not frame.evaluate("map.getZoom() <= map.getMinZoom()"):
        page.mouse.wheel(0, 2000)
        wait_until_still(frame)
    for toward in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        for _ in range(2):
            drag(page, (x, y), (x + toward[0] * box["width"] * 0.45, y + toward[1] * box["height"] * 0.45))
            wait_until_still(frame)
    west, south, east, north = frame.evaluate("window.seen")
    assert WINDOW[0] <= west
    assert WINDOW[1] <= south
    assert east <= WINDOW[2]
    assert north <= WINDOW[3]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()
    page.mouse.move(*start)


def test_view_stays_on_the_base_map_when_the_window_grows(page: Page, server: Server) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    frame = open_map(page, f"{server.url}/?at=121.05,38.65,10.5")
    page.set_viewport_size({"width": 3840, "height": 2160})
    frame.wait_for_function("map.getSize().x > 3000")
    wait_until_still(frame)
    west, south, east, north = (float(edge) for edge in frame.evaluate("map.getBounds().toBBoxString()").split(","))
    assert WINDOW[0] <= west
    assert WINDOW[1] <= south
    assert east <= WINDOW[2]
    assert north <= WINDOW[3]


@pytest.mark.parametrize("size", EVERY_SIZE, ids=named, indirect=True)
def test_opening_view_names_the_whole_layout(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    assert set(frame.locator(".map-label").all_inner_texts()) >= MAIN_LABELS


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
@pytest.mark.parametrize("theme", THEMES)
def test_labels_lie_free_and_whole(page: Page, server: Server, theme: str) -> None:
    frame = open_map(page, f"{server.url}/?theme={theme}")
    labels = boxes(frame, ".map-label")
    controls = boxes(frame, ".leaflet-control")
    assert labels
    assert outside(frame, labels + controls) == []
    assert overlaps(labels) == []
    assert [(a[0], b[0]) for a in labels for b in controls if overlapping(a, b)] == []


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_nothing_of_the_overview_is_cut_off(page: Page, server: Server, picture: Path) -> None:
    frame = open_map(page, server.url)
    for theme in (*list(THEMES)[1:], "layout"):
        switch_theme(page, frame, theme)
        assert_whole(page, frame)
    page.screenshot(path=picture)


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
@pytest.mark.parametrize("item", ["Z002", "Z003", "A006"])
def test_nothing_of_a_card_is_cut_off(page: Page, server: Server, item: str, picture: Path) -> None:
    assert_whole(page, open_map(page, f"{server.url}/?sel={item}"))
    page.screenshot(path=picture)


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_open_legend_lies_free_and_whole(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/?theme=infrastructure")
    if not frame.evaluate("document.querySelector('.map-legend details').open"):
        frame.locator(".map-legend summary").click()
        wait_until_still(frame)
    controls = boxes(frame, ".leaflet-control")
    assert outside(frame, controls) == []
    assert overlaps(controls) == []
    assert frame.evaluate(CUT, ".map-legend") == []


@pytest.mark.parametrize("size", [(1024, 768), (1440, 900), (1280, 720)], ids=named, indirect=True)
@pytest.mark.parametrize("path", ["layout?sel=Z003", "projects", "?theme=infrastructure"])
def test_controls_lie_free_and_whole_with_the_legend_open_or_closed(page: Page, server: Server, path: str) -> None:
    frame = open_map(page, f"{server.url}/{path}")
    for _ in range(2):
        controls = boxes(frame, ".leaflet-control")
        assert outside(frame, controls) == []
        assert overlaps(controls) == []
        frame.locator(".map-legend summary").click()
        wait_until_still(frame)
    assert page.evaluate(CUT, "[data-testid=stHeader]") == []
    name = "getComputedStyle(document.querySelector('[data-testid=stToolbar]'), '::before').display"
    assert page.evaluate(name) != "none"


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_nothing_of_the_about_page_is_cut_off(page: Page, server: Server, picture: Path) -> None:
    open_sheet(page, server.url)
    assert page.evaluate(CUT, "[data-testid=stHeader]") == []
    assert page.evaluate(CUT, ".sheet") == []
    page.screenshot(path=picture)


def test_bullets_of_a_panel_stand_within_it(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/?sel=Z003")
    panel = page.locator(".panel", has=page.locator("h2"))
    panel.evaluate("(node) => node.insertAdjacentHTML('beforeend', '<ul><li>承接一项</li></ul>')")
    inset = "(node) => node.getBoundingClientRect().left - node.closest('.panel').getBoundingClientRect().left"
    assert panel.locator("li").evaluate(inset) > 14  # the bullet hangs to the left of its line


def assert_whole(page: Page, frame: Frame) -> None:
    """Header, panel and controls stand within the window, and no text of theirs is cut."""
    assert page.evaluate(CUT, "[data-testid=stHeader], .st-key-theme, .panel") == []
    assert frame.evaluate(CUT, ".leaflet-control") == []
    assert overlaps(boxes(frame, ".leaflet-control")) == []
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    panel = "[data-testid=stColumn]:last-child"
    assert page.locator(panel).evaluate("(node) => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_units_of_the_tree_and_rungs_of_the_ladder_stand_in_one_line(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/layout")
    lines = "node.offsetHeight / parseFloat(getComputedStyle(node).lineHeight)"
    heights = f"(nodes) => nodes.map((node) => {lines})"
    tall = page.locator(".tree .name:visible").evaluate_all(heights)
    assert len(tall) > 10
    assert max(tall) < 1.9
    open_map(page, f"{server.url}/?theme=projects")
    rungs = page.locator(".panel .bar span")
    expect(rungs.first).to_have_text("已完成（“十三五”）")
    assert max(rungs.evaluate_all(heights)) < 1.5


def test_a_projectors_window_is_written_larger(page: Page, server: Server) -> None:
    sizes = "(css) => parseFloat(getComputedStyle(document.querySelector(css)).fontSize)"
    frame = open_map(page, server.url)
    large = [frame.evaluate(sizes, css) for css in (".map-label", ".map-legend", ".map-foot")]
    page.set_viewport_size({"width": 1280, "height": 720})
    frame.wait_for_selector("html:not(.large)", state="attached")
    small = [frame.evaluate(sizes, css) for css in (".map-label", ".map-legend", ".map-foot")]
    assert all(one > 1.1 * two for one, two in zip(large, small, strict=True))


def test_a_large_window_shows_more_rows_of_the_list(page: Page, server: Server) -> None:
    open_list(page, f"{server.url}/projects")
    canvas = page.locator("[data-testid=data-grid-canvas]")
    expect(canvas).to_have_js_property("clientHeight", 478)
    page.set_viewport_size({"width": 1280, "height": 720})
    expect(canvas).to_have_js_property("clientHeight", 328)


@pytest.mark.parametrize("path", ["about", "?sel=Z004", "layout?sel=Z004", "layout?pin=Z003,Z004&cmp=1"])
def test_what_is_printed_goes_on_over_its_pages(page: Page, server: Server, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    page.locator(".sheet table, .panel dl").last.wait_for()
    printed = page.pdf(format="A4", landscape=True)
    assert int(re.findall(rb"/Count (\d+)", printed)[0]) > 1
    page.emulate_media(media="print")
    expect(page.locator(".sheet table tr, .panel dl ~ .row, .panel dl").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight > 1.5 * innerHeight")
