"""Official outlines in the browser: seen over the schematic, applied by one press, drawn everywhere, gone back."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Frame, Page, expect

from geodata import crs
from geodata.config import Config
from geodata.land import load_land
from geodata.versions import Intake
from tests.browser.dashboard import SIZES, Server, Witness, named, open_map, running, wait_until_still
from tests.browser.held import dashboard
from tests.browser.words import english_on

CITY, STREET, CORE = "Z004", "D002", "Z003"
CITY_SHAPE = """window.kit.then(({kit}) => {
    const {path, properties} = kit.plan.find(({properties: {id}}) => id === "Z004");
    return [properties.schematic, path.getBounds().toBBoxString()];
})"""


def outlines() -> gpd.GeoDataFrame:
    """Make outlines as an office might bring them: made up, near the schematic ones."""
    land = load_land(Config(data_folder="/nowhere"))
    city = land.items.geometry[CITY].convex_hull.buffer(-300)
    core = shapely.affinity.translate(land.items.geometry[CORE].buffer(-150), 250, 120)
    street = land.base["subdistricts"].geometry[STREET].buffer(-120)
    names = ["英歌石科学城", "国际都市创新中心片区", "七贤岭街道办事处"]
    told = {"id": ["界1", "界2", "界3"], "name": names, "boundary_class": ["layout_unit", "layout_unit", "subdistrict"]}
    table = gpd.GeoDataFrame(told, geometry=[city, core, street], crs=crs.METRIC)
    return table.assign(basis="权威成果", accuracy_m=1.0, document="测试〔2025〕1号", synthetic=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a dashboard that holds outlines."""
    intake = Intake("boundaries", "测试界线", "合成界线，供测试")
    return dashboard(tmp_path_factory.mktemp("official"), (intake, outlines()))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """Run it."""
    with running(home, home / "log.txt") as server:
        yield server


@pytest.fixture(params=SIZES, ids=named)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Both sizes: each applies, looks and goes back."""
    width, height = request.param
    return width, height


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Iterator[Page]:
    """A fresh page of who manages; in the end it has asked no other host, and met no error and no dialog."""
    page, witness = opened
    page.goto(f"{server.url}/person?next=/data")
    page.locator("button[name=name][value=张三]").click()
    yield page
    assert witness.hosts <= {server.url.removeprefix("http://")}
    assert witness.errors == []
    assert witness.dialogs == []


def shape(frame: Frame) -> tuple[bool, str]:
    """Whether the city is drawn as a schematic shape, and where."""
    schematic, where = frame.evaluate(CITY_SHAPE)
    return bool(schematic), str(where)


def press(page: Page, label: str) -> None:
    """Press the button that says so, and wait for what is said of it."""
    page.get_by_role("button", name=label, exact=True).click()


def test_outlines_replace_the_schematic_and_go_back(page: Page, server: Server, picture: Path) -> None:
    before = shape(open_map(page, f"{server.url}/layout?sel={CITY}"))
    page.screenshot(path=picture.with_name("1-before.png"))
    frame = open_map(page, f"{server.url}/data?data=1.1")
    frame.wait_for_selector("body[data-dataset=file][data-picture=all]", state="attached")
    expect(page.get_by_text("示意图形，不计面积").first).to_be_visible()
    assert english_on(page, frame) == {}
    wait_until_still(frame)
    page.screenshot(path=picture.with_name("2-preview.png"))
    page.get_by_text("用官方边界替换示意图形", exact=True).evaluate("node => node.scrollIntoView()")
    page.screenshot(path=picture.with_name("2-match.png"))
    page.get_by_role("button", name="用官方边界替换 3 个单元", exact=True).scroll_into_view_if_needed()
    frame_box = page.locator("iframe").bounding_box()
    assert frame_box
    assert frame_box["y"] >= 0, "the panel scrolls, the map stays"
    page.screenshot(path=picture.with_name("3-apply.png"))
    press(page, "用官方边界替换 3 个单元")
    expect(page.get_by_text("已用官方边界替换 3 个单元的示意图形；可以一键退回。")).to_be_visible()
    frame = open_map(page, f"{server.url}/layout?sel={CITY}")
    after = shape(frame)
    assert (before[0], after[0]) == (True, False)
    assert before[1] != after[1]
    expect(page.get_by_text("“测试界线”第 1 版（合成界线，供测试，测试〔2025〕1号）")).to_be_visible()
    if closed := frame.locator("details:not([open]) > summary", has_text="图例").all():
        closed[0].click()
    expect(frame.locator(".legend-row", has_text="官方边界：“测试界线”第 1 版")).to_be_visible()
    assert english_on(page, frame) == {}
    wait_until_still(frame)
    page.screenshot(path=picture.with_name("4-after.png"))
    open_map(page, f"{server.url}/data?data=1.1")
    press(page, "退回上一步")
    expect(page.get_by_text("已恢复为位置示意。")).to_be_visible()
    assert shape(open_map(page, f"{server.url}/layout?sel={CITY}")) == before
