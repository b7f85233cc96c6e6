"""用地结构 in a real browser: what is pressed in a table stands out on the map, and nothing is cut off."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geodata.config import Config
from geodata.kinds import DATASETS
from geodata.land import load_land
from geodata.sample import sample
from tests.browser.dashboard import SIZES, Server, Witness, drawn_map, named, running
from tests.browser.held import dashboard, made_up
from tests.browser.words import english_on

KINDS = ("landuse", "landuse_planned", "plots")
DRAWN = "body[data-dataset=file][data-picture=all]"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a dashboard that holds demonstration land."""
    made = sample(load_land(Config()), plots=300)
    datasets = ((made_up(kind, f"演示{DATASETS[kind].label}"), made[kind]) for kind in KINDS)
    home = dashboard(tmp_path_factory.mktemp("landuse"), *datasets)
    with running(home, home / "log.txt") as server:
        yield server


@pytest.mark.parametrize("size", SIZES[:2], ids=named, indirect=True)
def test_what_is_pressed_stands_out_on_the_map(opened: tuple[Page, Witness], server: Server, picture: Path) -> None:
    page, witness = opened
    page.goto(f"{server.url}/landuse?per=zone")
    frame = drawn_map(page)
    frame.wait_for_selector(DRAWN, state="attached")
    page.locator(".pick", has_text="07 居住用地").first.click()
    frame.wait_for_function("window.wanted.dataset?.key.endsWith('#07')")
    frame.wait_for_selector(DRAWN, state="attached")
    page.get_by_text("现状到规划", exact=True).click()
    page.locator(".matrix .most .pick").first.click()
    frame.wait_for_function("Object.keys(window.wanted.dataset?.marks ?? {}).length > 0")
    expect(page.get_by_text("显示全部")).to_be_visible()
    assert {word for word in english_on(page, frame) if not re.fullmatch(r"GB|CJJ|T", word)} == set()
    assert page.locator("[data-testid=stColumn]").last.evaluate("(node) => node.scrollWidth <= node.clientWidth")
    assert witness.errors == []
    page.screenshot(path=picture)
