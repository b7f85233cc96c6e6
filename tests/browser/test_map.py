"""The map is drawn, answers clicks, keeps its view, and says where the pointer is."""

import math
import re
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Frame, Page, expect
from pyproj import Transformer

from geodata.items import ROLES
from layers.view import ZOOMS
from tests.browser.dashboard import (
    SIZES,
    THEMES,
    TITLE,
    Server,
    click,
    drawn_map,
    named,
    open_map,
    open_sheet,
    pixel,
    switch_theme,
    view,
    wait_for_title,
    wait_until_still,
    watched,
)

SEA, LAND, CORRIDOR, CORE = (0xDC, 0xE8, 0xF0), (0xF6, 0xF3, 0xEC), (0xF2, 0xA9, 0x00), (0xC2, 0x18, 0x5B)
OPEN_SEA = (121.44, 38.803)
CORE_ALONE = (121.513, 38.872)
XIAOPINGDAO = (121.4936, 38.8308)
CORRIDOR_IN_CORE = (121.5195, 38.8555)

GENERIC = {"位置示意（虚线）", "位置示意点与精度范围", "布局单元（淡显）", "全区（淡显）"}

LONELY_SIGN = """() => window.kit.then(({kit}) => {
    const signs = kit.plan.filter(({how, radius}) => how && radius).map(({properties: {name}, path}) =>
        ({name, at: map.latLngToContainerPoint(path.getLatLng()), ...path.getLatLng()}));
    const [{x, y}, room] = [map.getSize(), 60];
    const inside = signs.filter(({at}) => at.x > 4 * room && at.y > room && at.x < x - room && at.y < y - 2 * room);
    const distances = (one) => signs.filter((two) => two !== one).map((two) => one.at.distanceTo(two.at));
    const gap = (one) => Math.min(...distances(one));
    const {name, lng, lat} = inside.reduce((a, b) => (gap(a) > gap(b) ? a : b));
    return [name, lng, lat];
})"""

LEGEND_ROWS = """() => [...document.querySelectorAll(".legend-row")].filter((row) => row.checkVisibility()).map((row) =>
    [row.querySelector("span").textContent, row.querySelector("[stroke]").getAttribute("stroke")])"""

PARTS = "const parts = ({path}) => path.getLayers?.() ?? [path];"

DRAWN_STYLES = f"""() => {{ {PARTS} return window.kit.then(({{kit}}) => kit.plan.filter(({{how}}) => how === "strong")
    .map((feature) => [feature.properties.style, parts(feature)[0].options.color])) }}"""

PAINTED = """() => {
    const colours = [];
    map.eachLayer(({options}) => colours.push(options.color));
    return colours;
}"""

SOLID_SCHEMATICS = f"""() => {{ {PARTS} return window.kit.then(({{kit}}) => kit.plan
    .filter(({{how, properties: {{schematic}}}}) => how && schematic)
    .filter((feature) => parts(feature).some(({{options}}) => !options.dashArray))
    .map(({{properties: {{id}}}}) => id)) }}"""

Colour = tuple[int, int, int]


def over(colour: Colour, opacity: float, ground: Colour) -> Colour:
    """A translucent colour on its ground."""
    red, green, blue = (round(g + (c - g) * opacity) for c, g in zip(colour, ground, strict=True))
    return red, green, blue


def pixels_near(picture: Path, colour: Colour) -> int:
    """Number of pixels of a picture that have nearly a colour."""
    with Image.open(BytesIO(picture.read_bytes())) as image:
        counts = image.convert("RGB").getcolors(image.width * image.height) or []
    return sum(n for n, rgb in counts if isinstance(rgb, tuple) and math.dist(rgb, colour) <= 6)


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_map_shows_sea_land_corridor_and_core(page: Page, server: Server, picture: Path) -> None:
    open_map(page, server.url)
    page.locator("iframe").screenshot(path=picture)
    wanted = (SEA, LAND, over(CORRIDOR, 0.18, LAND), over(CORE, 0.2, LAND))
    few = [colour for colour in wanted if pixels_near(picture, colour) < 1000]
    assert few == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_opens_from_its_link(page: Page, server: Server, theme: str, picture: Path) -> None:
    frame = open_map(page, f"{server.url}/?theme={theme}")
    assert frame.evaluate("document.body.dataset.theme") == theme
    expect(page.locator(f"{TITLE}:visible")).to_have_count(1)
    page.screenshot(path=picture)


def test_about_page_opens(page: Page, server: Server, picture: Path) -> None:
    open_sheet(page, server.url)
    expect(page.locator("h1")).to_have_text("数据说明")
    page.screenshot(path=picture)


def test_navigation_leads_to_about_and_back(page: Page, server: Server) -> None:
    open_map(page, server.url)
    page.get_by_role("link", name="数据说明").click()
    expect(page.locator("h1")).to_have_text("数据说明")
    page.get_by_role("link", name="总览").click()
    wait_for_title(page, "一廊一心一城多组团")
    drawn_map(page)


def test_click_opens_a_card_and_the_sea_closes_it(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    click(page, frame, *CORE_ALONE)
    wait_for_title(page, "一心：国际都市创新中心")
    expect(page.locator(".panel", has=page.locator("h2"))).to_contain_text("规划出处")
    click(page, frame, *OPEN_SEA)
    wait_for_title(page, "一廊一心一城多组团")


def test_same_click_twice_is_two_clicks(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    click(page, frame, *CORE_ALONE)
    wait_for_title(page, "一心：国际都市创新中心")
    page.get_by_role("button", name="返回要点").click()
    wait_for_title(page, "一廊一心一城多组团")
    click(page, frame, *CORE_ALONE)
    wait_for_title(page, "一心：国际都市创新中心")


def test_click_on_overlapping_things_offers_the_choice(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    click(page, frame, *CORRIDOR_IN_CORE)
    choice = page.locator(".panel .choice button")
    choice.first.wait_for()
    before = page.locator(TITLE).inner_text()
    other = page.locator(".panel .choice button[aria-pressed=false]").first
    other.click()
    expect(page.locator(TITLE)).not_to_have_text(before)
    expect(page.locator(".panel .choice button[aria-pressed=true]")).to_have_count(1)
    assert choice.count() >= 2


def test_click_on_a_sign_opens_its_card(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/?theme=infrastructure")
    name, lng, lat = lonely_sign(frame)
    click(page, frame, lng, lat)
    wait_for_title(page, name)


def lonely_sign(frame: Frame) -> tuple[str, float, float]:
    """Name and place of the sign that is farthest from every other."""
    name, lng, lat = frame.evaluate(LONELY_SIGN)
    return str(name), float(lng), float(lat)


def test_what_another_theme_hides_answers_no_pointer_and_comes_back(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/?theme=infrastructure")
    name, lng, lat = lonely_sign(frame)
    x, y = pixel(page, frame, lng, lat)
    tip = frame.locator(".map-tip", has_text=re.compile(f"^{re.escape(name)}$"))
    page.mouse.move(x, y)
    expect(tip).to_be_visible()
    switch_theme(page, frame, "renewal")
    page.mouse.move(x + 1, y)
    expect(tip).to_have_count(0)
    switch_theme(page, frame, "infrastructure")
    page.mouse.move(x, y)
    expect(tip).to_be_visible()


@pytest.mark.parametrize("moved", [False, True], ids=["opening view", "moved view"])
def test_link_opens_the_same_card_and_view_elsewhere(
    page: Page, server: Server, browser: Browser, size: tuple[int, int], *, moved: bool
) -> None:
    frame = open_map(page, f"{server.url}/?theme=projects")
    if moved:
        page.mouse.move(*pixel(page, frame, *CORE_ALONE))
        page.mouse.wheel(0, -60)
        page.wait_for_url("**at=*")
        wait_until_still(frame)
    name, lng, lat = lonely_sign(frame)
    click(page, frame, lng, lat)
    wait_for_title(page, name)
    page.wait_for_url("**sel=*")
    page.wait_for_url(lambda url: ("at=" in url) is moved)
    with browser.new_context() as elsewhere, watched(elsewhere, size) as (other, _):
        there = open_map(other, page.url)
        wait_for_title(other, name)
        assert view(there) == pytest.approx(view(frame), abs=0.006)
        half_a_pixel = 360 / 256 / 2 ** view(frame)[2] / 2  # a map stands on whole pixels
        assert view(there)[:2] == pytest.approx(view(frame)[:2], abs=half_a_pixel + 1e-5)
        assert there.evaluate("document.body.dataset.theme") == "projects"


def test_position_stays_in_the_link_when_the_theme_changes(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.mouse.move(*pixel(page, frame, *CORE_ALONE))
    page.mouse.wheel(0, -60)
    page.wait_for_url("**at=*")
    wait_until_still(frame)
    before = query(page)
    switch_theme(page, frame, "projects")
    page.wait_for_url("**theme=projects*")
    assert query(page) == before | {"theme": ["projects"]}


def query(page: Page) -> dict[str, list[str]]:
    """Keys and values of the page's link."""
    return parse_qs(urlsplit(page.url).query)


def test_link_holds_the_latest_view_after_every_click(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    for place, title in ((CORE_ALONE, "一心：国际都市创新中心"), (XIAOPINGDAO, "小平岛传媒组团")):
        page.mouse.move(*pixel(page, frame, *place))
        old = page.url
        page.mouse.wheel(0, -30)
        page.wait_for_function("(old) => location.href !== old", arg=old)
        wait_until_still(frame)
        click(page, frame, *place)
        wait_for_title(page, title)
        lng, lat, zoom = view(frame)
        page.wait_for_url(re.compile(f"sel=.*at={lng:.5f}(,|%2C){lat:.5f}(,|%2C){zoom:.2f}"))


def zoom_in(page: Page, frame: Frame) -> dict[str, list[str]]:
    """Turn the wheel over the map; return the link's query once it holds where the map stands then."""
    page.mouse.move(*pixel(page, frame, *CORE_ALONE))
    old = page.url
    page.mouse.wheel(0, -30)
    page.wait_for_function("(old) => location.href !== old", arg=old)
    wait_until_still(frame)
    return query(page)


def expect_query(page: Page, wanted: dict[str, list[str]]) -> None:
    """Wait until the link holds just this."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query) == wanted)


def test_pinning_and_comparing_keep_where_the_map_stands(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/layout?sel=Z003&pin=Z002")
    for button, pins in (("加入对比", "Z002,Z003"), ("移出对比", "Z002"), ("加入对比", "Z002,Z003")):
        there = zoom_in(page, frame)
        page.locator(".panel .actions").get_by_role("button", name=button).click()
        expect_query(page, there | {"pin": [pins]})
    there = zoom_in(page, frame)
    before = view(frame)
    page.get_by_role("button", name="并排对比（2/4）").click()
    expect_query(page, there | {"cmp": ["1"]})
    page.get_by_role("button", name="返回地图").click()
    expect_query(page, there)
    assert view(drawn_map(page)) == pytest.approx(before, abs=0.006)


def test_clicking_the_same_thing_again_keeps_where_the_map_stands(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    for _ in range(3):
        there = zoom_in(page, frame)
        written = frame.evaluate("window.wanted.written")
        click(page, frame, *CORE_ALONE)
        frame.wait_for_function("(written) => window.wanted.written > written", arg=written)
        expect_query(page, there | {"sel": query(page)["sel"]})


def test_a_filter_that_changes_no_row_keeps_where_the_map_stands(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/projects")
    for words in ("ws", "WS"):
        there = zoom_in(page, frame)
        labels = frame.locator(".map-label").first.element_handle()
        page.locator(".st-key-filter_q input").fill(words)
        page.keyboard.press("Enter")
        expect_query(page, there | {"q": [words]})
    assert labels.is_visible()  # nothing was drawn anew


def test_switching_themes_neither_reloads_nor_moves_the_map(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    before = view(frame)
    frame.evaluate("window.marker = document.querySelector('.leaflet-container').marker = 1")
    for theme in ("projects", "infrastructure", "ecology", "renewal", "layout"):
        switch_theme(page, frame, theme)
        assert view(frame) == before
    assert frame.evaluate("window.marker + document.querySelector('.leaflet-container').marker") == 2
    assert len(page.frames) == 2


def test_clicking_neither_reloads_nor_moves_the_map(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    before = view(frame)
    frame.evaluate("window.marker = 1")
    click(page, frame, *CORE_ALONE)
    wait_for_title(page, "一心：国际都市创新中心")
    assert view(frame) == before
    assert frame.evaluate("window.marker") == 1


def test_the_closest_view_is_one_a_link_may_hold(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    closer = frame.get_by_role("button", name="放大")
    for _ in range(16):
        closer.dispatch_event("click")
        wait_until_still(frame)
    assert view(frame)[2] == ZOOMS[1]
    expect(closer).to_have_attribute("aria-disabled", "true")
    frame = open_map(page, page.url)
    assert view(frame)[2] == ZOOMS[1]
    expect(page.locator(".problem")).to_have_count(0)


def test_whole_zone_button_brings_the_opening_view_back(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    before = view(frame)
    page.mouse.move(*pixel(page, frame, *CORE_ALONE))
    page.mouse.wheel(0, -60)
    page.wait_for_url("**at=*")
    wait_until_still(frame)
    frame.get_by_role("button", name="显示全区").click()
    wait_until_still(frame)
    assert view(frame) == pytest.approx(before)
    page.wait_for_url(re.compile("^[^?]*$"))


@pytest.mark.parametrize("theme", THEMES)
def test_legend_has_the_colours_of_the_map(page: Page, server: Server, theme: str) -> None:
    frame = open_map(page, f"{server.url}/?theme={theme}")
    rows = dict(frame.evaluate(LEGEND_ROWS))
    drawn = frame.evaluate(DRAWN_STYLES)
    assert drawn
    for role, colour in drawn:
        said = {colour for label, colour in rows.items() if label.split("（")[0] == ROLES[role]}
        assert said == {colour}, role
    assert {colour for label, colour in rows.items() if label not in GENERIC} <= set(frame.evaluate(PAINTED))


def test_schematic_is_dashed_on_the_map_and_in_the_legend(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    solid = frame.evaluate(SOLID_SCHEMATICS)
    assert solid == []
    core = frame.locator(".legend-row", has_text=re.compile("^一心$")).locator("rect")
    assert core.get_attribute("stroke-dasharray") not in (None, "none")


def test_foot_scale_and_north_stand_on_the_map(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    expect(frame.locator(".map-foot")).to_contain_text("依据“十四五”规划纲要（2021）绘制，示意，非法定规划")
    expect(frame.locator(".map-foot")).to_contain_text("OpenStreetMap")
    expect(frame.locator(".map-scale")).to_have_text(re.compile(r"^\d+ (公里|米)$"))
    expect(frame.get_by_label("指北针")).to_be_visible()


@pytest.mark.parametrize("place", [(121.5, 38.86), (121.40, 38.83)])
def test_coordinates_under_the_pointer_agree_with_pyproj(
    page: Page, server: Server, place: tuple[float, float]
) -> None:
    frame = open_map(page, server.url)
    x, y = pixel(page, frame, *place)
    said = frame.locator(".map-coordinates")
    page.mouse.move(x - 1, y)
    expect(said).to_contain_text("CGCS2000")
    frame.wait_for_function("() => Boolean(window.proj4)")
    page.mouse.move(x, y)
    expect(said).to_contain_text("EPSG:4549")
    lng, lat, east, north = (float(number) for number in re.findall(r"\d+\.\d+|(?<=[东北] )\d+", said.inner_text()))
    one_pixel = 360 / 256 / 2 ** view(frame)[2]
    assert (lng, lat) == pytest.approx(place, abs=one_pixel)
    metric = Transformer.from_crs("EPSG:4490", "EPSG:4549", always_xy=True).transform(lng, lat)
    assert (east, north) == pytest.approx(metric, abs=2)


def test_selected_thing_is_outlined(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/?sel=Z003")
    lines = "window.kit.then(({kit}) => kit.selection.getLayers().length)"
    assert frame.evaluate(lines) > 0
    page.get_by_role("button", name="返回要点").click()
    frame.wait_for_function(f"() => {lines}.then((count) => count === 0)")


def test_panel_button_brings_its_thing_into_sight(page: Page, server: Server) -> None:
    frame = open_map(page, f"{server.url}/?sel=Z009")
    before = view(frame)[2]
    page.get_by_role("button", name="在图上查看").click()
    frame.wait_for_function("(zoom) => map.getZoom() > zoom + 0.5", arg=before)
    wait_until_still(frame)
    assert frame.evaluate("map.getBounds().contains([38.826, 121.494])")


DOUBLE_EDGES = """() => {
    const seen = new Map();
    const twice = new Set();
    const walk = (part, by) => {
        if (Array.isArray(part[0])) return part.forEach((inner) => walk(inner, by));
        if ("lat" in part[0]) part.slice(1).forEach((point, index) => {
            const name = [part[index], point].map(({lat, lng}) => `${lat} ${lng}`).sort().join(" ");
            if (seen.has(name) && seen.get(name) !== by) twice.add(name);
            seen.set(name, by);
        });
    };
    map.eachLayer((layer) => {
        const {hidden, stroke, pane, color} = layer.options;
        if (!layer.getLatLngs || hidden || stroke === false || pane === "selection") return;
        if (color === "#A9BCC9" || layer.feature?.geometry.type.endsWith("LineString")) return; // shore, roads
        const shape = layer.getLatLngs();
        const closed = layer instanceof L.Polygon ? JSON.parse(JSON.stringify(shape), (_, value) =>
            (Array.isArray(value) && value.length && "lat" in value[0] ? [...value, value[0]] : value)) : shape;
        if (closed.length) walk(closed, layer._leaflet_id);
    });
    return [seen.size, twice.size];
}"""


@pytest.mark.parametrize("theme", THEMES)
def test_an_edge_that_several_areas_share_is_drawn_once(page: Page, server: Server, theme: str) -> None:
    frame = open_map(page, f"{server.url}/?theme={theme}&at=121.51300,38.84600,14.20")
    drawn, twice = frame.evaluate(DOUBLE_EDGES)
    assert drawn > 100
    assert twice == 0
