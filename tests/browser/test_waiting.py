"""What takes long in a real browser: a bar that goes on, a button that stops it, and a way to go on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from geodata.config import Config
from geodata.kinds import DATASETS
from geodata.land import load_land
from geodata.sample import sample
from tests.browser.dashboard import Server, Witness, drawn_map, running
from tests.browser.held import dashboard, made_up

KINDS = ("landuse", "green", "streets", "boundaries")
SLOW_S = 0.4


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a dashboard whose measures take a moment after every part."""
    made = sample(load_land(Config()), plots=300)
    datasets = ((made_up(kind, f"演示{DATASETS[kind].label}"), made[kind]) for kind in KINDS)
    home = dashboard(tmp_path_factory.mktemp("held"), *datasets)
    watching = home / "geodata" / "watch.py"
    text = watching.read_text("utf-8")
    slow = text.replace("        watch()\n", f"        __import__('time').sleep({SLOW_S})\n        watch()\n")
    assert slow != text
    watching.write_text(slow, "utf-8")
    with running(home, home / "log.txt") as server:
        yield server


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Page:
    """A fresh page."""
    assert server.url
    return opened[0]


def test_what_takes_long_says_how_far_it_is_stops_and_goes_on(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/green")
    bar = page.locator(".st-key-waiting")
    expect(bar).to_contain_text("正在计算：")
    expect(bar).to_contain_text("共 10 项")
    page.get_by_role("button", name="停止计算").click()
    expect(page.get_by_text("已停止计算，已算完的结果保留。")).to_be_visible()
    expect(bar).to_have_count(0)
    expect(page.locator(".st-key-cards")).to_have_count(0)
    drawn_map(page)
    page.get_by_role("button", name="继续计算").click()
    expect(page.locator(".row.figure").first).to_be_visible(timeout=120_000)
    expect(bar).to_have_count(0)
    expect(page.get_by_text("已停止计算")).to_have_count(0)


def test_what_was_stopped_is_that_question_alone(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/green")
    page.get_by_role("button", name="停止计算").click()
    expect(page.get_by_text("已停止计算")).to_be_visible()
    page.goto(f"{server.url}/green?per=subdistrict")
    expect(page.locator(".st-key-waiting")).to_contain_text("正在计算：")
