"""The browser's files come from memory, and from their folder alone."""

import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import ASGIApp

from layers import assets, browser_files, server
from layers.browser_files import Files, Own
from tests.asking import Answer, Request, ask

HEAD = '<link rel="preload" as="script" href="/a.js">'
STATIC = browser_files.package("streamlit") / "static" / "static"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("geheim", "utf-8")
    files = tmp_path / "files"
    files.mkdir()
    (files / "a.css").write_text("b {}", "utf-8")
    return files


@pytest.fixture
def app(folder: Path) -> ASGIApp:
    return Starlette(routes=[Mount("/files", Files(directory=folder))], middleware=[Middleware(Own, frame_head=HEAD)])


def _get(app: ASGIApp, path: str, method: str = "GET") -> Answer:
    return ask(Request(path, method), app)


def test_a_file_is_read_once(app: ASGIApp, folder: Path) -> None:
    first = _get(app, "/files/a.css")
    (folder / "a.css").write_text("other", "utf-8")
    again = _get(app, "/files/a.css")

    assert first.text == again.text == "b {}"
    assert again.headers["content-type"].startswith("text/css")
    assert "immutable" in again.headers["cache-control"]


@pytest.mark.parametrize("path", ["none.css", "", "../secret.txt", "a.css/../../secret.txt"])
def test_what_is_no_file_of_the_folder_is_not_given(app: ASGIApp, path: str) -> None:
    answer = _get(app, f"/files/{path}")

    assert (answer.status, answer.text) == (404, "Not Found")


def test_a_file_can_be_asked_for_but_not_written(app: ASGIApp) -> None:
    assert _get(app, "/files/a.css", "HEAD").status == 200
    assert _get(app, "/files/a.css", "POST").status == 405


def test_streamlits_own_files_come_before_streamlit(app: ASGIApp) -> None:
    script = next((STATIC / "js").glob("index.*.js"))

    assert _get(app, f"/static/js/{script.name}").content == script.read_bytes()
    assert _get(app, "/static/js/none.js").status == 404
    assert _get(app, "/static/../index.html").status == 404


def test_the_maps_frame_is_asked_for_every_time_and_its_script_once(app: ASGIApp) -> None:
    frame = browser_files.frame_scripts()

    assert len(frame) == 1
    assert "immutable" in _get(app, frame[0]).headers["cache-control"]
    page = _get(app, f"{frame[0].partition('static/')[0]}index.html")
    assert (page.status, page.headers["cache-control"]) == (200, "no-cache")
    assert f"{HEAD}</head>" in page.text
    assert "main." in page.text


@pytest.fixture
def libraries() -> None:
    """The browser's libraries, fetched as at the first start."""
    assets.install()
    if assets.missing():
        pytest.skip("the browser's libraries are missing: connect to the network and run `npm ci` in layers/frontend")


@pytest.mark.usefixtures("libraries")
def test_all_that_the_maps_frame_is_told_to_fetch_is_there() -> None:
    (of_frame,) = [layer.kwargs["frame_head"] for layer in server.middleware() if "frame_head" in layer.kwargs]
    names = re.findall(rf'href="/assets/{assets.version()}/([^"]+)"', str(of_frame))

    assert {assets.LEAFLET, assets.MAP, assets.PBF, "src/tile_data.js"} <= set(names)
    assert len(names) == str(of_frame).count("<link")
    assert [name for name in names if not (assets.FRONTEND / name).is_file()] == []


def test_what_a_module_imports_comes_with_it_once(tmp_path: Path) -> None:
    (tmp_path / "a.1.js").write_text('import{x as y}from"./b.2.js";import"./c.3.js";import("./late.js")', "utf-8")
    (tmp_path / "b.2.js").write_text('import { z } from "./c.3.js";', "utf-8")
    (tmp_path / "c.3.js").write_text("export const z = 1;", "utf-8")

    assert browser_files.imported(tmp_path, "a.1.js") == ("a.1.js", "c.3.js", "b.2.js")


def test_streamlits_parts_are_asked_for_unless_its_page_names_them() -> None:
    index = (STATIC.parent / "index.html").read_text("utf-8")
    found = browser_files.modules_of("ComponentInstance", "NoSuchPart")

    assert found[0].startswith("/static/js/ComponentInstance.")
    assert [path for path in found if path.rpartition("/")[2] in index] == []
    assert [path for path in found if not (STATIC.parent / path.removeprefix("/")).is_file()] == []


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        browser_files.package("no_such_package")
