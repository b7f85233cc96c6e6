"""What can be done without a mouse."""

import re
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import Page, expect
from pyproj import Geod

from geodata.browse import Filter, filtered
from geodata.config import load_config
from geodata.land import Land, load_land
from tests.browser.dashboard import (
    TITLE,
    Server,
    drawn_map,
    names_checked,
    open_map,
    pixel,
    tab_to,
    wait_for_selected,
    wait_for_title,
)
from tests.browser.test_browse import TREE_ROW, expect_columns, expect_list, go, query, wait_for_query

FAR = 150
"""Presses of Tab that lead once round any page."""
POINTED = """window.pointed = 0;
for (const kind of ["pointerdown", "mousedown", "touchstart"])
    addEventListener(kind, () => { window.top.pointed += 1 }, true);"""


def press(page: Page, wanted: str) -> None:
    """Go there with Tab and press Enter."""
    tab_to(page, wanted, most=FAR)
    page.keyboard.press("Enter")


def test_a_whole_walk_needs_no_mouse(page: Page, server: Server, tmp_path: Path) -> None:
    land = load_land(load_config()[0])
    page.add_init_script(POINTED)
    open_map(page, server.url)
    go(page, "hkwsclc", "I009")
    wait_for_query(page, sel="I009")
    wait_for_title(page, land.items["name"]["I009"])
    filter_select_and_export(page, land, tmp_path / "walk.geojson")
    press(page, "a[href$='/layout']")
    page.wait_for_url("**/layout*")
    for unit in ("Z004", "Z003"):
        press(page, TREE_ROW.format(unit))
        wait_for_title(page, land.items["name"][unit])
        press(page, f".panel .actions [data-act=pin][data-id={unit}]")
        page.locator(f".choice [data-act=pin][data-id={unit}]").wait_for()
    press(page, "[data-act=compare]")
    expect_columns(page, land, ["Z004", "Z003"])
    assert page.evaluate("window.pointed") == 0


def check_next_row(page: Page, count: int) -> list[str]:
    """Check one more row of the list; returns the ids of all that are checked, once they are so many."""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.wait_for_url(lambda url: url.partition("sel=")[2].partition("&")[0].count("I") == count)
    return query(page)["sel"].split(",")


def filter_select_and_export(page: Page, land: Land, path: Path) -> None:
    """Narrow the list, let go of the hit, check two rows, look one up on the map, save the list."""
    frame = drawn_map(page)
    rows = filtered(land, Filter(kind="infrastructure"))
    tab_to(page, ".st-key-filter_kind input", most=FAR)
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    while page.locator("[role=option][data-focused=true]").all_text_contents() != ["基础设施"]:
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_for_query(page, kind="infrastructure", sel="I009")
    expect_list(page, frame, rows.loc[["I009", *rows.index.drop("I009")]])
    tab_to(page, "[data-testid=data-grid-canvas], [data-testid=data-grid-canvas] *", most=FAR)
    page.keyboard.press("Escape")
    wait_for_query(page, kind="infrastructure")
    chosen = [check_next_row(page, count) for count in (1, 2)][-1]
    wait_for_selected(frame, chosen)
    expect(names_checked(page)).to_have_text([land.items["name"][key] for key in chosen])
    wait_for_title(page, land.items["name"][chosen[0]])
    before = frame.evaluate("map.getZoom()")
    press(page, f".panel [data-act=locate][data-id={chosen[0]}]")
    frame.wait_for_function("(zoom) => map.getZoom() > zoom", arg=before)
    with page.expect_download() as coming:
        press(page, ".exports a[href*=geojson]")
    coming.value.save_as(path)
    assert list(gpd.read_file(path)["编号"]) == list(rows.index)


def test_theme_is_switched_by_keyboard(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    tab_to(page, ".st-key-theme *")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    frame.wait_for_selector("body[data-theme=projects]", state="attached")
    wait_for_title(page, "项目一览")


def test_row_of_the_panel_opens_with_enter(page: Page, server: Server) -> None:
    open_map(page, server.url)
    tab_to(page, ".panel .row")
    name = page.evaluate("document.activeElement.querySelector('.name').textContent")
    page.keyboard.press("Enter")
    wait_for_title(page, name)


def test_card_is_closed_by_keyboard(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/?sel=Z003")
    tab_to(page, ".panel .close")
    page.keyboard.press("Enter")
    expect(page.locator(TITLE)).to_have_text("一廊一心一城多组团")


def test_focus_can_be_seen(page: Page, server: Server) -> None:
    open_map(page, server.url)
    tab_to(page, ".panel .row")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_keys_pressed_in_the_map_reach_the_page(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.evaluate("() => { window.keys = []; document.addEventListener('keydown', ({key}) => window.keys.push(key)) }")
    page.mouse.click(*pixel(page, frame, 121.513, 38.872))
    wait_for_title(page, "一心：国际都市创新中心")
    page.keyboard.press("F4")
    page.wait_for_function("window.keys.includes('F4')")


def test_zoom_buttons_work_by_keyboard(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    before = frame.evaluate("map.getZoom()")
    frame.get_by_role("button", name="放大").focus()
    page.keyboard.press("Enter")
    frame.wait_for_function("(zoom) => map.getZoom() > zoom + 0.5", arg=before)


CENTRE = "() => [map.getCenter().lng, map.getCenter().lat]"


CROSS = "() => map.getContainer().classList.contains('keyboard')"


def test_the_cross_is_for_who_has_the_keyboard_alone(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.mouse.click(*pixel(page, frame, 121.513, 38.872))
    wait_for_title(page, "一心：国际都市创新中心")
    assert frame.evaluate("document.activeElement === map.getContainer()")
    assert not frame.evaluate(CROSS)
    page.keyboard.press("PageDown")
    assert not frame.evaluate(CROSS)
    page.keyboard.press("ArrowLeft")
    assert frame.evaluate(CROSS)
    frame.get_by_role("button", name="测距离").click()
    frame.wait_for_function("() => Boolean(map.pm?.globalDrawModeEnabled())")
    assert not frame.evaluate(CROSS)


def test_map_is_moved_read_and_clicked_by_keyboard(page: Page, server: Server, picture: Path) -> None:
    page.add_init_script(POINTED)
    frame = open_map(page, server.url)
    for _ in range(FAR):
        if frame.evaluate("document.activeElement === map.getContainer()"):
            break
        page.keyboard.press("Tab")
    assert frame.evaluate(CROSS)
    before = frame.evaluate(CENTRE)
    page.keyboard.press("+")
    page.keyboard.press("ArrowLeft")
    frame.wait_for_function("(lng) => map.getCenter().lng < lng", arg=before[0])
    page.wait_for_url("**at=*")
    expect(frame.locator(".map-coordinates")).to_contain_text("东经")
    frame.evaluate("map.setView([38.872, 121.513], 13, { animate: false })")
    page.screenshot(path=picture)
    page.keyboard.press("Enter")
    wait_for_title(page, "一心：国际都市创新中心")
    assert page.evaluate("window.pointed") == 0


def test_distance_is_measured_by_keyboard(page: Page, server: Server) -> None:
    page.add_init_script(POINTED)
    frame = open_map(page, server.url)
    frame.evaluate("map.setView([38.86, 121.5], 13, { animate: false })")
    frame.get_by_role("button", name="测距离").focus()
    page.keyboard.press("Enter")
    frame.wait_for_function("() => Boolean(map.pm?.globalDrawModeEnabled())")
    frame.wait_for_function("document.activeElement === map.getContainer()")
    places = []
    for key in ("ArrowRight", "ArrowUp"):
        page.keyboard.press("Enter")
        places.append(frame.evaluate(CENTRE))
        page.keyboard.press(key)
        frame.wait_for_timeout(500)
    page.keyboard.press("Enter")
    places.append(frame.evaluate(CENTRE))
    page.keyboard.press("Enter")
    said = frame.locator(".measured")
    expect(said).to_have_text(re.compile(r"^距离 [\d.]+ 公里$"))
    lngs, lats = zip(*places, strict=True)
    told = float(said.inner_text().split()[1])
    assert told == pytest.approx(Geod(ellps="GRS80").line_length(lngs, lats) / 1000, rel=0.01)
    assert page.evaluate("window.pointed") == 0


DRAWING = "() => Boolean(map.pm?.globalDrawModeEnabled())"


@pytest.mark.parametrize("leave", ["Escape", "theme"])
def test_measuring_ends_with_escape_pressed_anywhere_and_with_the_theme(page: Page, server: Server, leave: str) -> None:
    frame = open_map(page, server.url)
    frame.get_by_role("button", name="测距离").click()
    frame.wait_for_function(DRAWING)
    page.mouse.click(*pixel(page, frame, 121.44, 38.803))
    if leave == "theme":
        page.locator(".st-key-theme").get_by_text("项目", exact=True).click()
    else:
        page.locator(".panel h2").click()
        assert not page.evaluate("document.activeElement.matches('iframe')")
        page.keyboard.press("Escape")
    frame.wait_for_function(f"() => !({DRAWING})()")


@pytest.mark.parametrize(
    ("path", "box"), [("about", ".st-key-sheet"), ("layout?pin=Z002,Z003,Z004,Z006&cmp=1", ".st-key-sheetbox")]
)
def test_what_one_reads_is_scrolled_by_keyboard(page: Page, server: Server, path: str, box: str) -> None:
    page.goto(f"{server.url}/{path}")
    page.locator(".sheet table").last.wait_for()
    tab_to(page, box, most=FAR)
    page.keyboard.press("PageDown")
    page.wait_for_function("(box) => document.querySelector(box).scrollTop > 100", arg=box)
