"""The import in a real browser: a GBK Shapefile through all steps, until its version is drawn."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from geodata.config import Config
from geodata.store.engine import dispose, open_store
from tests.browser.dashboard import SIZES, Server, Witness, drawn_map, named, running
from tests.browser.held import dashboard
from tests.browser.words import english_on
from tests.deliveries import sent, west
from tests.people import manager

FIELDS = {
    "BSM",
    "DLBM",
    "DLMC",
    "TBMJ",
    "QSDWMC",
    "DXF",
    "KML",
    "KMZ",
    "FileGDB",
    "Shapefile",
    "zip",
    "GBK",
    "KB",
    "MB",
}
"""Names of formats and fields that a person may read."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a dashboard that holds nothing, with one person."""
    home = dashboard(tmp_path_factory.mktemp("empty"))
    manager(open_store(Config(data_folder=str(home / "var"))))
    dispose()
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """Run it."""
    with running(home, home / "log.txt") as server:
        yield server


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Iterator[Page]:
    """A fresh page of somebody who manages; in the end it has asked no other host, and met no error."""
    page, witness = opened
    page.set_default_timeout(20_000)
    page.goto(f"{server.url}/person")
    page.get_by_text("张三").first.click()
    yield page
    assert witness.hosts <= {server.url.removeprefix("http://")}
    assert witness.errors == []


def _next(page: Page, label: str = "下一步") -> None:
    page.get_by_role("button", name=label, exact=True).click()


def _begin(page: Page, server: Server) -> None:
    """Begin an import; what an attempt that failed has left is given up first."""
    page.goto(f"{server.url}/data")
    drawn_map(page)
    begin = page.get_by_role("button", name="导入数据…", exact=True)
    begin.wait_for()
    if begin.is_disabled():
        far = page.get_by_role("button", name="放弃…", exact=True).count()
        for label in ("放弃…", "确认放弃") if far else ("放弃",):
            _next(page, label)
    begin.click()


def _choose(page: Page, label: str, value: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=value, exact=True).click()


def _see(page: Page, picture: Path, name: str) -> None:
    page.screenshot(path=picture.with_name(f"{name}.png"))


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_a_delivery_is_taken_in(page: Page, server: Server, tmp_path: Path, picture: Path) -> None:
    _begin(page, server)
    page.locator("input[type=file]").set_input_files(sent(tmp_path, "甘井子", west(faults=True), "gk3_zone40"))
    expect(page.get_by_role("button", name="移除 甘井子.zip")).to_be_visible()
    assert set(english_on(page)) <= FIELDS
    _see(page, picture, "1-files")
    _next(page)
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("图层")
    _see(page, picture, "2-layers")
    _next(page)
    frame = drawn_map(page)
    frame.wait_for_selector("body[data-dataset=file][data-picture=all]", state="attached")
    _see(page, picture, "3-systems")
    page.get_by_text("CGCS2000（原样）", exact=True).click()
    _next(page)
    _choose(page, "定位依据", "测绘成果")
    _see(page, picture, "4-match")
    _next(page, "检查")
    page.locator(".finding", has_text="K015").click()
    frame.wait_for_function("() => Object.keys(window.wanted?.dataset?.marks ?? {}).length === 1")
    _see(page, picture, "5-check")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载检查结果（Excel）").click()
    download.value.save_as(tmp_path / "检查结果.xlsx")
    book = openpyxl.load_workbook(tmp_path / "检查结果.xlsx")
    assert "K015 图形无效" in book.sheetnames
    for label in ("修复无效的面", "去掉完全相同的行"):
        page.locator("label", has_text=label).click()
        expect(page.get_by_role("checkbox", name=label)).to_be_checked()
    _next(page, "按所选修复并重新检查")
    expect(page.get_by_text("21 → 20")).to_be_visible()
    _next(page)
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("图上查看")
    _see(page, picture, "6-look")
    _next(page)
    page.get_by_label("来源 *").fill("区自然资源局")
    _see(page, picture, "7-take")
    _next(page, "入库")
    expect(page.get_by_text("已入库")).to_be_visible()
    drawn_map(page).wait_for_selector("body[data-dataset=file][data-picture=all]", state="attached")
    _see(page, picture, "8-taken")


@pytest.mark.parametrize("size", SIZES[1:], ids=named, indirect=True)
def test_what_a_reload_cuts_off_goes_on_until_it_is_taken_in(
    page: Page, server: Server, tmp_path: Path, picture: Path
) -> None:
    _begin(page, server)
    page.locator("input[type=file]").set_input_files(sent(tmp_path, "甘井子", west(), "gk3_120"))
    expect(page.get_by_role("button", name="移除 甘井子.zip")).to_be_visible()
    _next(page)
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("图层")
    _next(page)
    page.get_by_text("CGCS2000（原样）", exact=True).click()
    _next(page)
    _choose(page, "定位依据", "测绘成果")
    _next(page, "检查")
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("检查")
    page.reload()
    expect(page.get_by_text("您有一次未完成的导入（文件 甘井子.zip，到第 5 步“检查”，")).to_be_visible()
    assert set(english_on(page)) <= FIELDS
    expect(page.get_by_role("button", name="导入数据…")).to_be_disabled()
    drawn_map(page)
    _see(page, picture, "1-left")
    _next(page, "继续")
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("检查")
    drawn_map(page).wait_for_selector("body[data-dataset=file][data-picture=all]", state="attached")
    _see(page, picture, "2-again")
    _next(page)
    expect(page.locator(".steps [aria-current=step]")).to_contain_text("图上查看")
    _next(page)
    page.get_by_label("来源 *").fill("区自然资源局")
    page.get_by_label("备注").fill("刷新前填写")
    page.get_by_label("备注").blur()
    _see(page, picture, "3-typed")
    page.reload()
    _next(page, "放弃…")
    expect(page.get_by_role("button", name="确认放弃")).to_be_visible()
    _see(page, picture, "4-give-up")
    page.keyboard.press("Escape")
    _next(page, "继续")
    expect(page.get_by_label("来源 *")).to_have_value("区自然资源局")
    expect(page.get_by_label("备注")).to_have_value("刷新前填写")
    page.get_by_label("基准年").fill("2025")
    _next(page, "入库")
    expect(page.get_by_text("已入库")).to_be_visible()
    drawn_map(page).wait_for_selector("body[data-dataset=file][data-picture=all]", state="attached")
    expect(page.get_by_text("您有一次未完成的导入")).to_have_count(0)
    _see(page, picture, "5-taken")
