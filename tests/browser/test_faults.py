"""Bad links, hostile names, broken files, an old browser, a stopped server: a sentence each, and the rest works."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.dashboard import (
    ROOT,
    TITLE,
    Server,
    Witness,
    click,
    not_copied,
    open_map,
    open_sheet,
    running,
    wait_for_title,
    watched,
)
from tests.browser.words import english_on

HOSTILE = {"Z008": "<img src=x onerror=alert(1)>", "Z003": "${1}", "Z004": "</script>"}
PLACES = {"Z008": (121.539, 38.8618), "Z003": (121.513, 38.872), "Z004": (121.36, 38.885)}
PROBLEMS = ".problem"


def test_unknown_page_leads_to_the_overview_with_a_sentence(page: Page, server: Server) -> None:
    open_map(page, f"{server.url}/nonsense")
    expect(page.locator(PROBLEMS).first).to_contain_text("没有这个页面，已打开总览")
    wait_for_title(page, "一廊一心一城多组团")


@pytest.mark.parametrize("path", ["a/b/c", "nonsense.html", "about/more", "规划/总览"])
def test_unknown_path_of_any_form_gets_chinese(page: Page, server: Server, witness: Witness, path: str) -> None:
    page.goto(f"{server.url}/{path}")
    page.wait_for_function("/[一-鿿]{4}/.test(document.body.innerText)")
    assert set(english_on(page)) <= {"nonsense", "html", "about", "more"}
    witness.errors.clear()  # Chromium writes a line for the answer 404


def test_a_layer_that_does_not_come_is_said_and_the_others_are_drawn(
    opened: tuple[Page, Witness], server: Server
) -> None:
    page, _ = opened
    page.route("**/derived/**/*.geojson", lambda route, _: route.abort(), times=2)
    frame = open_map(page, server.url)
    expect(frame.locator(".map-notes .fault")).to_contain_text("有图层没有取到")
    expect(frame.locator(".map-label").first).to_be_visible()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("theme=nothing", "没有这个专题"),
        ("sel=X999", "没有这个编号"),
        ("at=0,0,3", "已显示全区"),
        ("at=here", "已显示全区"),
        ("what=1", "不认识这一项"),
        ("sel=%3Cimg src=x onerror=alert(1)%3E", "没有这个编号"),
    ],
)
def test_bad_link_gets_a_sentence_and_the_map(page: Page, server: Server, query: str, sentence: str) -> None:
    open_map(page, f"{server.url}/?{query}")
    expect(page.locator(PROBLEMS)).to_contain_text(sentence)
    expect(page.locator(TITLE)).to_have_text("一廊一心一城多组团")


def test_old_browser_gets_a_sentence(page: Page, server: Server, witness: Witness) -> None:
    page.add_init_script("delete window.structuredClone")
    page.goto(server.url, wait_until="networkidle")
    assert page.locator("body").inner_text().startswith("浏览器版本过旧")
    assert english_on(page).keys() <= {"Edge", "Chrome", "Firefox"}
    witness.errors.clear()  # Streamlit's own script finds nothing to stand on


def test_stopped_server_is_said_in_chinese(profile: BrowserContext, size: tuple[int, int], tmp_path: Path) -> None:
    with watched(profile, size) as (page, _):
        with running(ROOT, tmp_path / "log.txt") as server:
            frame = open_map(page, server.url)
        expect(page.get_by_text("看板程序可能已停止")).to_be_visible()
        page.screenshot(path=tmp_path / "stopped.png")
        assert english_on(page, frame) == {}


@pytest.fixture(scope="module")
def broken(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A copy in a folder with a space and Chinese: hostile names, a corrupt layer, a wrong key in config.yaml."""
    assert server.url  # has fetched the libraries that are copied
    folder = tmp_path_factory.mktemp("copy") / "规划 看板"
    shutil.copytree(ROOT, folder, ignore=not_copied)
    plan = folder / "geodata" / "data" / "plan"
    for name, value in HOSTILE.items():
        rename(plan / "zones.geojson", name, value)
    layer = plan / "infrastructure.geojson"
    layer.write_bytes(layer.read_bytes()[:5000])
    with (folder / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("\nnmae: 看板\n")
    with running(folder, folder.parent / "log.txt") as copy:
        yield copy


def rename(path: Path, item: str, name: str) -> None:
    """Give an item of a layer another name."""
    layer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for feature in layer["features"]:
        if feature["properties"]["id"] == item:
            feature["properties"] |= {"name": name, "short": name}
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")


@pytest.fixture
def broken_page(profile: BrowserContext, size: tuple[int, int]) -> Iterator[Page]:
    """A page for the broken copy: no dialog, no error, no picture from a name."""
    with watched(profile, size) as (page, witness):
        yield page
        assert witness.dialogs == []
        assert witness.errors == []
        assert all(frame.locator("img[src=x]").count() == 0 for frame in page.frames)


@pytest.mark.parametrize("item", HOSTILE)
def test_hostile_name_shows_literally_in_label_tip_and_card(broken_page: Page, broken: Server, item: str) -> None:
    name = HOSTILE[item]
    frame = open_map(broken_page, broken.url)
    assert any(name in label for label in frame.locator(".map-label").all_inner_texts())
    click(broken_page, frame, *PLACES[item])
    wait_for_title(broken_page, name)
    expect(frame.locator(".map-tip")).to_have_text(name)


def test_hostile_name_shows_literally_in_the_list(broken_page: Page, broken: Server) -> None:
    open_map(broken_page, broken.url)
    names = broken_page.locator(".panel .row .name").all_inner_texts()
    assert set(HOSTILE.values()) <= set(names)


def test_hostile_name_shows_literally_among_overlapping_things(broken_page: Page, broken: Server) -> None:
    frame = open_map(broken_page, broken.url)
    click(broken_page, frame, 121.5195, 38.8555)
    broken_page.locator(".choice button", has_text="${1}").click()
    wait_for_title(broken_page, "${1}")


def test_corrupt_layer_and_wrong_key_get_a_sentence_each(broken_page: Page, broken: Server) -> None:
    open_map(broken_page, broken.url)
    said = "\n".join(broken_page.locator(PROBLEMS).all_inner_texts())
    assert "infrastructure.geojson" in said
    assert "config.yaml 的 nmae" in said
    open_sheet(broken_page, broken.url)
    assert "infrastructure.geojson" in "\n".join(broken_page.locator(PROBLEMS).all_inner_texts())


def test_rest_works_beside_a_corrupt_layer(broken_page: Page, broken: Server) -> None:
    frame = open_map(broken_page, f"{broken.url}/?theme=projects")
    assert frame.evaluate("window.kit.then(({kit}) => kit.plan.filter(({how, radius}) => how && radius).length)") > 0
    open_map(broken_page, f"{broken.url}/?theme=infrastructure")
    wait_for_title(broken_page, "基础设施一览")
