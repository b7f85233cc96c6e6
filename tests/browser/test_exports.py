"""Exports in a real browser: 导出… at a version gives the file that was asked for, the package, and a quiet panel."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.dashboard import SIZES, Server, Witness, named, open_map, running
from tests.browser.held import dashboard, made_up
from tests.browser.words import english_on
from tests.exported import opened, unpacked
from tests.plots import plots

NAME = "张三"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a dashboard that holds a small dataset."""
    table = plots(5, 4)[["name", "landuse", "synthetic", "geometry"]].assign(basis="位置示意", accuracy_m=50)
    return dashboard(tmp_path_factory.mktemp("exports"), (made_up("plots", "演示地块"), table.reset_index()))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Server]:
    """Run it."""
    with running(home, home / "log.txt") as server:
        yield server


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Iterator[Page]:
    """A fresh page of somebody who works under a name; in the end it has asked no other host and met no error."""
    page, witness = opened
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/person?next=/data")
    page.get_by_role("button", name=NAME).click()
    page.wait_for_url("**/data*")
    yield page
    assert witness.hosts <= {server.url.removeprefix("http://")}
    assert witness.errors == []
    assert witness.dialogs == []


def asked(page: Page, server: Server) -> None:
    """Open the popover by keyboard."""
    open_map(page, f"{server.url}/data?data=1.1")
    button = page.get_by_role("button", name="导出…")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="导出 GeoPackage")).to_be_visible()


def saved(page: Page, label: str, folder: Path) -> Path:
    """Press a link and keep what comes."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"导出 {label}").click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


@pytest.mark.parametrize("size", SIZES[1:], indirect=True, ids=named)
def test_a_dataset_comes_as_it_was_asked_for_and_as_a_package(page: Page, server: Server, tmp_path: Path) -> None:
    asked(page, server)
    assert english_on(page) == {}
    page.get_by_role("combobox", name="字段").click()
    page.get_by_role("option", name="官方字段").click()
    expect(page.get_by_role("link", name="导出 GeoPackage")).to_have_attribute(
        "href", "/export/public/1.1/gpkg?profile=official"
    )
    path = saved(page, "GeoPackage", tmp_path)
    assert path.name == "演示地块_第1版.gpkg"
    told = opened(path, "GeoPackage")
    assert told.note["声明"] == "演示数据，不得引用"
    assert len(told.column("DKBH")) == 20
    package = saved(page, "交付包", tmp_path)
    assert package.name == "演示地块_第1版_交付包.zip"
    assert {"数据.gpkg", "检查报告.xlsx", "sha256.txt"} <= {one.name for one in unpacked(package).iterdir()}
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None


@pytest.mark.parametrize("size", SIZES[1:], indirect=True, ids=named)
def test_the_popover_lies_in_the_window_and_all_of_it_is_reached_by_keyboard(page: Page, server: Server) -> None:
    asked(page, server)
    box = page.get_by_test_id("stPopoverBody").bounding_box()
    assert box
    assert (box["x"] >= 0, box["x"] + box["width"] <= 1280) == (True, True)
    for label in ("Excel", "GeoPackage", "GeoJSON", "CSV", "Shapefile", "FileGDB", "交付包"):
        link = page.get_by_role("link", name=f"导出 {label}")
        link.focus()
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
