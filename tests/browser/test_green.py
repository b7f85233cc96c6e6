"""绿地与公园 in a real browser: figures and map agree, a press goes there, another distance changes both."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geodata.config import Config
from geodata.kinds import DATASETS
from geodata.land import load_land
from geodata.sample import sample
from tests.browser.dashboard import SIZES, Server, click, drawn_map, named, running, view, wait_until_still
from tests.browser.held import dashboard, made_up
from tests.browser.words import english_on

KINDS = ("landuse", "green", "streets", "buildings", "boundaries")
DRAWN = "body[data-dataset=file][data-picture=all]"
FREE = (121.47, 38.845)
"""A place without green."""
_CUT_OFF = """() => [...document.querySelectorAll(".compared .bar > :is(span, b, em)")].filter((cell) => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  const [inner, outer] = [text.getBoundingClientRect(), cell.closest(".compared").getBoundingClientRect()];
  const beside = cell.nextElementSibling?.getBoundingClientRect();
  return inner.right > outer.right + 0.5 || (cell.matches("span") && inner.right > beside.left + 0.5);
}).map((cell) => cell.textContent)"""
"""Texts of 比较各方案 that reach beyond the panel, or into the bar beside them."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a dashboard that holds demonstration land."""
    made = sample(load_land(Config()), plots=300)
    datasets = ((made_up(kind, f"演示{DATASETS[kind].label}"), made[kind]) for kind in KINDS)
    home = dashboard(tmp_path_factory.mktemp("held"), *datasets)
    with running(home, home / "log.txt") as server:
        yield server


def test_figures_and_map_are_about_the_same_and_say_demonstration(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/green")
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    expect(frame.locator(".legend-row", has_text="不在服务范围内").first).to_be_visible()
    expect(frame.locator("body")).to_contain_text("演示数据，不得引用")
    expect(page.locator(".row.figure")).to_have_count(3)
    page.locator(".cards button", has_text="50米见绿").click()
    expect(page.locator(".panel h3", has_text="50米见绿").first).to_be_visible()
    expect(frame.locator(".legend-title")).to_have_text("50米见绿")
    assert "ind=green50" in page.url


def test_a_press_on_a_figure_brings_its_unit_into_sight(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/green?per=community")
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    wait_until_still(frame)
    before = view(frame)
    page.locator(".row.figure").first.click()
    frame.wait_for_function("(before) => map.getZoom() > before + 0.5", arg=before[2])


def test_another_distance_changes_figures_and_map(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/green")
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    land = frame.evaluate("window.wanted.dataset.key")
    page.get_by_text("试算：改变最小面积与距离").click()
    field = page.get_by_label("距离（米）", exact=True)
    field.fill("60")
    field.press("Enter")
    expect(page.locator(".panel .note", has_text="试算：全区由")).to_be_visible()
    frame.wait_for_function("(land) => window.wanted.dataset.key !== land", arg=land)


@pytest.mark.parametrize("size", SIZES[:2], ids=named, indirect=True)
def test_no_english_and_nothing_wider_than_the_panel(page: Page, server: Server, picture: Path) -> None:
    page.goto(f"{server.url}/green?per=unit")
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    page.locator(".row.figure").first.wait_for()
    page.get_by_text("口径与依据").click()
    words = {word for word in english_on(page, frame) if not re.fullmatch(r"GB|T|TD|CJJ|PostGIS|QGIS", word)}
    assert words == set()
    assert page.locator("[data-testid=stColumn]").last.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    page.screenshot(path=picture)


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_the_classes_of_green_and_a_long_title_are_seen_whole(page: Page, server: Server, picture: Path) -> None:
    page.goto(f"{server.url}/green?part=kinds")
    page.locator(".fitted").last.wait_for()
    page.locator(".fitted").last.scroll_into_view_if_needed()
    page.screenshot(path=picture.with_stem("kinds"))
    sizes = page.locator(".fitted").evaluate_all("(all) => all.map((one) => one.scrollWidth - one.clientWidth)")
    assert max(sizes) <= 0
    page.goto(f"{server.url}/green?part=both&ind=cov2022")
    title = drawn_map(page).locator(".legend-title")
    expect(title).to_have_text("直线与步行：公园绿化活动场地服务半径覆盖率")
    page.screenshot(path=picture.with_stem("legend"))
    assert title.evaluate("(node) => node.scrollWidth <= node.clientWidth")


def test_a_park_put_on_the_map_changes_figures_and_map_and_stays_in_its_link(
    page: Page, server: Server, picture: Path
) -> None:
    page.goto(f"{server.url}/person?next=/green")
    page.locator("input[name=name]").last.fill("王工")
    page.locator("input[name=department]").fill("规划处")
    page.locator("form button.primary").last.click()
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    page.get_by_text("方案比选：新增公园").click()
    page.get_by_text("点图放公园").click()
    expect(page.get_by_role("radio", name="点图放公园")).to_be_checked()
    wait_until_still(frame)
    click(page, frame, *FREE)
    expect(page.locator(".panel .note", has_text="以下含 1 处尚未实施的新公园")).to_be_visible()
    expect(frame.locator(".map-tip.park")).to_have_text("新公园1")
    expect(page.locator(".gains tbody tr").first).to_contain_text("500米见园")
    page.get_by_label("方案名称").fill(f"甲方案{time.time_ns()}")  # a second try meets what the first has kept
    page.get_by_label("方案名称").press("Enter")
    page.get_by_role("button", name="保存为新方案").click()
    expect(page).to_have_url(re.compile(r"proposal=\d"))
    page.reload()
    expect(drawn_map(page).locator(".map-tip.park")).to_have_text("新公园1")
    assert {word for word in english_on(page, drawn_map(page)) if not re.fullmatch(r"GB|T|TD|CJJ|G14", word)} == set()
    page.get_by_text("比较各方案").click()
    page.locator(".compared .bar b").first.wait_for()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_CUT_OFF) == [], f"{width}x{height}"
        page.locator(".compared").scroll_into_view_if_needed()
        page.screenshot(path=picture.with_stem(f"compared-{width}x{height}"))
