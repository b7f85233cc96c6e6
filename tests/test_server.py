"""The routes beside Streamlit: the shell, the browser's files, derived layers, and the headers round them."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.base_maps import BaseMap
from geodata.config import Config, MapConfig
from layers import assets, server
from tests.asking import Answer, Request, ask

NAME = "0123456789abcdef.geojson"
INDEX = "fedcba9876543211.json"


Get = Callable[[str], Answer]


@pytest.fixture
def derived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of derived layers with one file, and a secret beside it."""
    folder = tmp_path / "derived"
    (folder / "public").mkdir(parents=True)
    (folder / NAME).write_text("secret", "utf-8")
    (folder / "public" / NAME).write_text('{"type":"FeatureCollection","features":[]}', "utf-8")
    (folder / "public" / INDEX).write_text("[]", "utf-8")
    (folder / "public" / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / NAME).write_text("secret", "utf-8")
    monkeypatch.setattr(server, "_derived_folder", lambda: folder)
    return folder


@pytest.fixture
def get(derived: Path) -> Get:
    """Ask the server for a path, as ASGI hands it over (already decoded)."""
    assert derived.is_dir()
    return lambda path: ask(Request(path))


def _css_string(page: str, name: str) -> str:
    """Read a string of a style sheet as a browser does."""
    found = re.search(rf'--{name}:"((?:[^"\\]|\\.)*)"', page)
    assert found is not None
    escape = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
    return escape.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[2], found[1])


@pytest.mark.parametrize("path", ["/", "/layout", "/projects", "/about"])
def test_every_page_has_a_chinese_shell(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "<title>大连高新区空间规划看板</title>" in answer.text
    assert "请在浏览器中启用 JavaScript" in answer.text


def test_the_pages_of_the_server_are_those_of_the_navigation() -> None:
    table = (Path(server.__file__).parents[1] / "pages" / "main.py").read_text("utf-8")
    assert re.findall(r'url_path="(\w+)"', table) == [page for page in server.PAGES if page]


def test_the_shell_fetches_no_font_in_advance_and_nothing_from_elsewhere(get: Get) -> None:
    page = get("/").text
    assert 'rel="preload"' not in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_the_shell_loads_our_modules_before_streamlit_draws(get: Get) -> None:
    head = get("/").text.split("</head>")[0]
    for name in ("src/old_browser.js", "src/page.css", "src/chinese.js", assets.LEAFLET):
        assert assets.url(name) in head
    assert head.index("old_browser.js") < head.index("chinese.js")


def test_the_shell_is_asked_for_every_time(get: Get) -> None:
    assert get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["甲<b>乙</b>", "规划\\1看板", 'a"b', "</style><script>alert(1)</script>"])
def test_a_hostile_product_name_shows_literally(get: Get, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(server, "load_config", lambda: (Config(name=name), ()))
    server._shell.cache_clear()
    try:
        page = get("/").text
    finally:
        server._shell.cache_clear()
    assert name not in page or "<" not in name
    assert _css_string(page, "product") == name


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/layouts", "/?missing=layouts"),
        ("/projects/", "/?missing=projects%2F"),
        ("/a/b", "/?missing=a%2Fb"),
        ("/空间布局", "/?missing=%E7%A9%BA%E9%97%B4%E5%B8%83%E5%B1%80"),
        ("/<script>", "/?missing=%3Cscript%3E"),
        ("/x&sel=P001", "/?missing=x%26sel%3DP001"),
        ("/windows", "/?missing=windows"),
        ("/mediaplan/a", "/?missing=mediaplan%2Fa"),
        ("/robots.txt", "/?missing=robots.txt"),
        ("/" + "x" * 500, "/?missing=" + "x" * 40),
    ],
)
def test_an_unknown_path_leads_to_the_overview(get: Get, path: str, to: str) -> None:
    answer = get(path)
    assert answer.status in (302, 303, 307)
    assert answer.headers["location"] == to


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/static/js/index.js", "/media/x", "/component/x/y", "/favicon.png", "/manifest.json"]
)
def test_what_is_streamlits_is_left_to_streamlit(get: Get, path: str) -> None:
    assert get(path).status == 404


@pytest.mark.parametrize("name", [NAME, INDEX])
def test_a_derived_layer_is_kept_for_good(get: Get, name: str) -> None:
    answer = get(f"/derived/public/{name}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "name",
    ["secret.txt", "fedcba9876543210.geojson", "fedcba9876543210.json",
     "../" + INDEX, "../" + NAME, "..%2f" + NAME, "../public/secret.txt", NAME + ".part",
     NAME.upper(), "x" + NAME, "..\\" + NAME, NAME + "\n", "\x00",
     INDEX + "l", "x" + INDEX, INDEX.removesuffix("n")],
)  # fmt: skip
def test_nothing_else_comes_out_of_the_folder(get: Get, name: str) -> None:
    answer = get(f"/derived/public/{name}")
    assert answer.status == 404
    assert "secret" not in answer.text


@pytest.mark.parametrize("path", [f"/derived/{NAME}", f"/derived/nobody/{NAME}", f"/derived/PUBLIC/{NAME}",
                                  f"/derived/../{NAME}", f"/derived/./{NAME}", f"/derived//{NAME}"])  # fmt: skip
def test_a_derived_layer_belongs_to_one_of_the_audiences(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status == 404
    assert "secret" not in answer.text


def test_a_derived_layer_that_is_gone_is_said_in_chinese(get: Get) -> None:
    assert get("/derived/public/fedcba9876543210.geojson").text == "没有这个图层文件，请刷新页面。"


def test_derived_layers_lie_in_the_data_folder() -> None:
    server._derived_folder.cache_clear()
    assert server._derived_folder() == Config().data_path / "derived"


def test_our_modules_are_kept_for_good_at_an_address_with_their_version(get: Get) -> None:
    answer = get(assets.url("src/main.js"))
    assert answer.status == 200
    assert "javascript" in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "path", ["/assets/v/../assets.py", "/assets/v/../../app.py", "/assets/v/src/nothing.js", "/assets/v/"]
)
def test_only_files_of_the_frontend_come_out(get: Get, path: str) -> None:
    assert get(path).status == 404


@pytest.mark.parametrize(
    "path",
    ["/", "/about", "/layout", "/projects", "/nowhere", f"/derived/public/{NAME}", "/derived/x",
     "/assets/v/src/main.js", "/x.txt"],
)  # fmt: skip
def test_every_answer_keeps_the_browser_at_home(get: Get, path: str) -> None:
    headers = get(path).headers
    assert headers["referrer-policy"] == "same-origin"
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"].startswith("'self'")
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("server_name", "let_in"),
    [
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("https://t{s}.map.example", "https://*.map.example"),
        ("https://{s}.map.example:8443", "https://*.map.example:8443"),
    ],
)
def test_the_pictures_of_a_base_map_that_is_switched_on_are_let_in(
    monkeypatch: pytest.MonkeyPatch, server_name: str, let_in: str
) -> None:
    tiles = BaseMap(name="内网", url=f"{server_name}/{{z}}/{{y}}/{{x}}", credit="内网", crs="EPSG:3857")
    config = Config(map=MapConfig(online=True, base_maps=(tiles,)))
    monkeypatch.setattr(server, "load_config", lambda: (config, ()))
    pictures = next(part for part in server.content_policy().split("; ") if part.startswith("img-src"))
    assert pictures == f"img-src 'self' data: blob: {let_in}"


def test_what_is_no_page_request_passes_untouched() -> None:
    seen: list[str] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    async def never(*_message: Any) -> Any:
        raise AssertionError

    asyncio.run(server.StayHome(inner)({"type": "lifespan"}, never, never))
    assert seen == ["lifespan"]
