"""No English on the screen: texts, titles, labels for screen readers; page, map, cards."""

from datetime import date
from html import unescape

import pytest
from playwright.sync_api import Page, expect

from geodata.config import load_config
from geodata.items import THEMES
from geodata.land import Land, load_land
from layers import about, card, compose, legend, plan, summary
from layers.style import load_styles
from layers.text import joined
from tests.browser.dashboard import Server, open_map, open_sheet, pixel, switch_theme
from tests.browser.words import english, english_on


@pytest.fixture(scope="module")
def land() -> Land:
    """The land as it is."""
    return load_land(load_config()[0])


def test_no_english_on_the_overview_in_any_theme(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.mouse.move(*pixel(page, frame, 121.513, 38.872))
    expect(frame.locator(".map-tip")).to_be_visible()
    found = english_on(page, frame)
    for theme in (*list(THEMES)[1:], "layout"):
        switch_theme(page, frame, theme)
        found |= english_on(page, frame)
    assert found == {}


def test_no_english_on_a_card_with_a_choice(page: Page, server: Server) -> None:
    frame = open_map(page, server.url)
    page.mouse.click(*pixel(page, frame, 121.5195, 38.8555))
    page.locator(".panel .choice").wait_for()
    assert english_on(page, frame) == {}


def test_no_english_on_the_about_page(page: Page, server: Server) -> None:
    open_sheet(page, server.url)
    assert english_on(page) == {}


@pytest.mark.parametrize("width", [1280, 700])
def test_no_english_in_the_navigation_of_a_narrow_window(page: Page, server: Server, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    assert english_on(page, open_map(page, server.url)) == {}


def test_page_says_it_is_chinese(page: Page, server: Server) -> None:
    open_map(page, server.url)
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    expect(page).to_have_title("大连高新区空间规划看板")


def test_no_english_on_any_card(land: Land) -> None:
    styles, _ = load_styles(load_config()[0].data_path / "tables")
    cards = joined(card.card(land, styles, item) for item in land.items.index)
    assert english(texts(str(cards))) == {}


def test_no_english_on_any_summary_legend_or_sheet(land: Land) -> None:
    styles, _ = load_styles(load_config()[0].data_path / "tables")
    drawn = plan.table(land)
    made = [summary.summary(land, styles, theme) for theme in THEMES]
    made += [legend.legend(drawn, styles, theme) for theme in THEMES]
    made += [about.sheet(land, joined(()), today=date(2026, 7, 1))]
    assert english([*texts(str(joined(made))), compose.foot(land), *drawn["name"], *drawn["label"]]) == {}


def texts(html: str) -> list[str]:
    """Text between the tags."""
    return [unescape(piece.rpartition(">")[2]) for piece in html.split("<")]
