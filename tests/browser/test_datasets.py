"""Datasets on the map: a small one from its file, a large one by what is in view and then, by itself, as tiles."""

import math
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Frame, Page, Route, expect
from shapely import LineString

from geodata import crs
from geodata.landuse_codes import palette
from tests.browser.dashboard import (
    SIZES,
    Server,
    Witness,
    click,
    named,
    open_map,
    pixel,
    running,
    view,
    wait_for_title,
    wait_until_still,
    watched,
)
from tests.browser.held import dashboard, made_up
from tests.browser.words import english_on
from tests.plots import CODES, plots

SIDE = 60.0
COLUMNS = 200
MANY = 25_000
WEST, SOUTH = 121.36, 38.82
NEAR, FAR = 17.4, 12.3
CLOSE_COLOUR = 12
MARK, OUTLINE = (0xC2, 0x18, 0x5B), (0x0B, 0x5C, 0xAD)
SYNTHETIC = "演示数据，不得引用"


def table(count: int) -> gpd.GeoDataFrame:
    """Make synthetic plots, numbered row by row from the south-west corner, all of one size."""
    made = plots(COLUMNS, math.ceil(count / COLUMNS), side=SIDE, west=WEST, south=SOUTH).iloc[:count]
    return made[["name", "landuse", "synthetic", "geometry"]].assign(basis="位置示意", accuracy_m=50).reset_index()


def streets() -> gpd.GeoDataFrame:
    """Make two synthetic streets."""
    east, north = crs.to_metric(WEST, SOUTH)
    lines = [LineString([(east, north + at), (east + 9000, north + at)]) for at in (1000, 3000)]
    told = {"id": ["演示道路-1", "演示道路-2"], "street_class": ["arterial", "lane"], "synthetic": True}
    return gpd.GeoDataFrame(told, geometry=lines, crs=crs.METRIC).assign(basis="位置示意", accuracy_m=50)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a dashboard that holds a small dataset, a large one, and streets."""
    return dashboard(
        tmp_path_factory.mktemp("held"),
        (made_up("plots", "演示地块（少）"), table(600)),
        (made_up("plots", "演示地块（多）"), table(MANY)),
        (made_up("streets", "演示道路"), streets()),
    )


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """Run it."""
    with running(home, home / "log.txt") as server:
        yield server


@pytest.fixture
def untiled(home: Path) -> None:
    """Let no tiles be there yet."""
    for path in (home / "var" / "derived").rglob("*.pmtiles"):
        path.unlink()
    shutil.rmtree(home / "var" / "jobs", ignore_errors=True)


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Iterator[Page]:
    """A fresh page; in the end it has asked no other host, and met no error and no dialog."""
    page, witness = opened
    page.set_default_timeout(60_000)
    yield page
    assert witness.hosts <= {server.url.removeprefix("http://")}
    assert witness.errors == []
    assert witness.dialogs == []


def link(server: Server, version: str, at: tuple[float, float, float] | None = None) -> str:
    """The address of a version, at a place."""
    where = "&at={:.5f},{:.5f},{:.2f}".format(*at) if at else ""
    return f"{server.url}/data?data={version}{where}"


def place(number: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a plot."""
    east, north = crs.to_metric(WEST, SOUTH)
    row, column = divmod(number, COLUMNS)
    middle = gpd.GeoSeries.from_xy([east + (column + 0.5) * SIDE], [north + (row + 0.5) * SIDE], crs=crs.METRIC).to_crs(
        crs.FILE
    )
    return float(middle.x.iloc[0]), float(middle.y.iloc[0])


def shown(frame: Frame, mode: str) -> None:
    """Wait until the whole picture of a mode is there."""
    frame.wait_for_selector(f"body[data-dataset={mode}][data-picture=all]", state="attached")
    wait_until_still(frame)


def colours(page: Page, frame: Frame, *places: tuple[float, float]) -> list[tuple[int, int, int]]:
    """Colours of the screen at some places."""
    with Image.open(BytesIO(page.screenshot())) as image:
        picture = image.convert("RGB")
    spots = [pixel(page, frame, *at) for at in places]
    found = [picture.getpixel((round(x), round(y))) for x, y in spots]
    return [(colour[0], colour[1], colour[2]) for colour in found if isinstance(colour, tuple)]


def like(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    return math.dist(one, other) <= CLOSE_COLOUR


def filled(number: int, ground: tuple[int, int, int]) -> tuple[int, int, int]:
    """The colour of a plot's class over the ground."""
    fill = palette("guide2023")[CODES[number % len(CODES)]]
    channels = (int(fill[start : start + 2], 16) for start in (1, 3, 5))
    red, green, blue = (round(g + (c - g) * 0.8) for c, g in zip(channels, ground, strict=True))
    return red, green, blue


def check_colours(page: Page, frame: Frame, *numbers: int) -> None:
    """Compare the middle of plots with the colours of their classes over the gap beside them."""
    for number in numbers:
        lng, lat = place(number)
        gap = (lng, (lat + place(number + COLUMNS)[1]) / 2)
        found, ground = colours(page, frame, (lng, lat), gap)
        assert like(found, filled(number, ground)), (number, found, filled(number, ground))


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_a_small_dataset_is_drawn_in_the_colours_of_its_classes(page: Page, server: Server) -> None:
    frame = open_map(page, link(server, "1.1", (*place(404), NEAR)))
    shown(frame, "file")
    check_colours(page, frame, 404, 405, 403)
    expect(frame.locator(".map-notes .synthetic")).to_have_text(SYNTHETIC)


@pytest.mark.usefixtures("untiled")
def test_a_large_dataset_comes_by_view_and_then_by_itself_as_tiles(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    frame = open_map(page, link(server, "2.1", (*place(12_100), NEAR)))
    frame.wait_for_selector("body[data-dataset=window][data-picture=all]", state="attached")
    expect(frame.locator(".map-notes .making")).to_contain_text("切片生成中")
    check_colours(page, frame, 12_100, 12_101)
    shown(frame, "tiles")
    expect(frame.locator(".map-notes .making")).to_have_count(0)
    expect(frame.locator(".map-notes .synthetic")).to_have_text(SYNTHETIC)
    check_colours(page, frame, 12_100, 12_101, 12_102)
    assert any("/window/public/" in url for url in asked)
    assert len([url for url in asked if url.count("/") == 8 and "/tiles/public/" in url]) > 0


@pytest.mark.usefixtures("untiled")
def test_moving_asks_for_what_is_in_view_now(page: Page, server: Server) -> None:
    frame = open_map(page, link(server, "2.1", (*place(12_100), NEAR)))
    frame.wait_for_selector("body[data-dataset=window][data-picture=all]", state="attached")
    far = place(20_150)
    with page.expect_request("**/window/**"):
        frame.evaluate("([lng, lat]) => { map.setView([lat, lng], map.getZoom(), {animate: false}) }", list(far))
    shown(frame, "tiles")
    check_colours(page, frame, 20_150)


def tiled(page: Page, server: Server, at: tuple[float, float, float] | None = None) -> Frame:
    """Open the large dataset and wait for its tiles."""
    frame = open_map(page, link(server, "2.1", at))
    shown(frame, "tiles")
    return frame


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_from_afar_everything_is_drawn(page: Page, server: Server, size: tuple[int, int]) -> None:
    assert size in SIZES
    frame = tiled(page, server)
    seen = [number for number in range(0, MANY, 2_357) if number % COLUMNS not in (0, COLUMNS - 1)]
    around = [place(number) for number in seen]
    sea = (121.44, 38.803)
    *found, water = colours(page, frame, *around, sea)
    assert len([colour for colour in found if like(colour, water)]) == 0


def test_no_tile_is_missing_after_quick_moves(page: Page, server: Server) -> None:
    frame = tiled(page, server, (*place(12_100), NEAR))
    for zoom in (15, 13, 16, 12.5, NEAR):
        frame.evaluate("(zoom) => { map.setZoom(zoom, {animate: true}) }", zoom)
        frame.evaluate("() => { map.panBy([300, -200], {animate: true}) }")
    wait_until_still(frame)
    frame.evaluate("([lng, lat, zoom]) => { map.setView([lat, lng], zoom, {animate: false}) }", [*place(5_050), NEAR])
    shown(frame, "tiles")
    check_colours(page, frame, 5_050, 5_051, 5_049)


def test_tiles_that_fail_come_later(profile: BrowserContext, server: Server) -> None:
    failing = True

    def answer(route: Route) -> None:
        route.abort() if failing else route.continue_()

    with watched(profile, SIZES[0]) as (page, _):
        page.set_default_timeout(60_000)
        page.route("**/tiles/public/*/*/*/*", answer)
        frame = open_map(page, link(server, "2.1", (*place(12_100), NEAR)))
        expect(frame.locator(".map-notes .fault")).to_have_text("与看板的连接已中断，正在重试。")
        failing = False
        shown(frame, "tiles")
        expect(frame.locator(".map-notes .fault")).to_have_count(0)
        check_colours(page, frame, 12_100)


MARKED = """(marks) => window.kit.then(({kit}) =>
    kit.datasets.show({...window.wanted.dataset, marks: Object.fromEntries(marks)}))"""


@pytest.mark.parametrize("version", ["1.1", "2.1"])
def test_one_plot_changes_its_colour_and_gets_it_back(page: Page, server: Server, version: str) -> None:
    frame = open_map(page, link(server, version, (*place(404), NEAR)))
    shown(frame, "file" if version == "1.1" else "tiles")
    before = colours(page, frame, place(404), place(405))
    frame.evaluate(MARKED, [["404", "#C2185B"]])
    marked, beside = colours(page, frame, place(404), place(405))
    assert math.dist(marked, MARK) < 60
    assert not like(marked, before[0])
    assert beside == before[1]
    frame.evaluate(MARKED, [])
    assert colours(page, frame, place(404), place(405)) == before


@pytest.mark.parametrize("version", ["1.1", "2.1"])
def test_a_click_opens_the_card_and_outlines_the_thing(page: Page, server: Server, version: str) -> None:
    frame = open_map(page, link(server, version, (*place(404), NEAR)))
    shown(frame, "file" if version == "1.1" else "tiles")
    before = view(frame)
    click(page, frame, *place(404))
    wait_for_title(page, "演示地块-000404")
    lng, lat = place(404)
    edge = (lng + 0.375 * (place(405)[0] - lng), lat)
    assert like(colours(page, frame, edge)[0], OUTLINE)
    expect(page.locator(".panel", has_text="0901 商业用地").first).to_be_visible()
    assert "rec=" in page.url
    assert view(frame) == before
    page.get_by_role("button", name="关闭").click()
    page.wait_for_function("() => !location.search.includes('rec=')")


def test_another_dataset_takes_the_place_of_the_first(page: Page, server: Server) -> None:
    frame = open_map(page, link(server, "3.1"))
    shown(frame, "file")
    frame.evaluate("window.marker = 1")
    page.get_by_role("button", name="演示地块（少）").click()
    frame.wait_for_function("() => window.wanted.dataset.classes['0701'] !== undefined")
    shown(frame, "file")
    assert frame.evaluate("window.marker") == 1
    expect(frame.locator(".legend-title")).to_contain_text("演示地块（少）")


def test_the_legend_has_the_colours_that_are_drawn(page: Page, server: Server) -> None:
    frame = open_map(page, link(server, "1.1"))
    shown(frame, "file")
    rows = frame.evaluate(
        "() => [...document.querySelectorAll('.legend-row rect')].map((sign) => sign.getAttribute('fill'))"
    )
    drawn = frame.evaluate(
        """() => { const found = new Set(); map.eachLayer(({options, feature}) => {
            if (feature?.properties.class !== undefined && options.fillColor) found.add(options.fillColor) });
            return [...found] }"""
    )
    assert sorted(rows) == sorted(drawn) == sorted(palette("guide2023")[code] for code in CODES)


def test_no_english_on_the_page(page: Page, server: Server) -> None:
    frame = open_map(page, f"{link(server, '1.1', (*place(404), NEAR))}&rec=演示地块-000404")
    shown(frame, "file")
    page.mouse.move(*pixel(page, frame, *place(405)))
    expect(frame.locator(".map-tip")).to_have_text("演示地块-000405")
    page.locator(".st-key-holdings_version").locator("[role=combobox], input").first.click()
    page.get_by_role("option").first.wait_for()
    assert english_on(page, frame) == {}
