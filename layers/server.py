"""Starlette routes beside Streamlit: the page's shell, browser files, derived layers, the doors; and the middleware.

Streamlit's own index.html is served with our additions, so that the page is Chinese from the first paint, an old
browser gets a sentence, and what the map needs is fetched while Streamlit starts.
"""

import re
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geodata.access import AUDIENCES
from geodata.config import load_config
from layers import assets, doors, draft_routes, tile_routes
from layers.browser_files import Files, Own, frame_scripts, modules_of, package
from layers.guard import Guard
from layers.publish import KEPT
from layers.text import css_string, html, joined

PAGES = ("", "layout", "projects", "green", "landuse", "data", "people", "log", "about")
"""Paths of the pages, those of the table in pages/main.py and of `guard.NEEDS`: tests hold the three together."""

_WHERE = Markup("""<script>
window.__streamlit = {BACKEND_BASE_URL: location.origin + "/", MAIN_PAGE_BASE_URL: location.origin + "/"};
</script>""")
"""Streamlit would otherwise look for its server below the page's path first (/about/_stcore/...: 404)."""

_DERIVED = re.compile(r"^[0-9a-f]{16,128}\.(geojson|json)$")


_SHELL = ("chinese", "grid_keys", "scrolling")
"""Our modules that work on every page, outside the map's frame."""
_STREAMLIT_PARTS = ("Html", "BidiComponent", "ComponentInstance", "ButtonGroup", "Button")
"""What every page with a map is made of, and Streamlit asks for only when it meets it."""
_MODULE, _FILE = (
    Markup('<link rel="modulepreload" crossorigin href="{}">'),
    Markup('<link rel="prefetch" href="{}">'),
)
_BESIDE = ("search", "panel")
"""Our modules that a part of a page asks for."""


class _Elsewhere(Convertor[str]):
    """Any path that is neither Streamlit's nor a file's."""

    taken = "component|media|static|assets|derived|drafts|tiles|window|favicon.png|manifest.json"
    regex = rf"(?!(?:{taken})(?:/|$))(?!.*_stcore).+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("elsewhere", _Elsewhere())


def routes() -> list[BaseRoute]:
    """List the routes that come before Streamlit's."""
    return [
        *(Route(f"/{page}", shell) for page in PAGES),
        Mount("/assets/{version}", Files(directory=assets.FRONTEND, follow_symlink=False)),
        Route("/derived/{audience}/{name}", derived),
        *tile_routes.routes(),
        *draft_routes.routes(),
        *doors.routes(),
        Route("/{path:elsewhere}", unknown),
    ]


def middleware() -> list[Middleware]:
    """List the middleware round everything."""
    return [Middleware(StayHome), Middleware(Guard), Middleware(Own, frame_head=_frame_head())]


class StayHome:
    """Tell the browser to load from this server alone (and from the base map the office switched on)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.policy = content_policy().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: MutableMapping[str, Any] = message
                headers["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", self.policy),
                    (b"referrer-policy", b"same-origin"),
                ]
            await send(message)

        await self.app(scope, receive, with_headers)


def content_policy() -> str:
    """Write the Content-Security-Policy: this server, and the switched-on base map's pictures."""
    base_map = load_config()[0].base_map
    pictures = ""
    if base_map:
        address = urlsplit(base_map.url)
        pictures = f" {address.scheme}://{_servers(address.netloc)}"
    return (
        "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
        f"img-src 'self' data: blob:{pictures}; connect-src 'self' ws: wss: data: blob:; "
        "form-action 'self'; base-uri 'self'; frame-ancestors 'self'"
    )


def _servers(host: str) -> str:
    """The servers pictures come from; where {s} stands for one of several, all that differ in that part of the name.

    Examples
    --------
    >>> _servers("10.0.0.1:8080"), _servers("t{s}.map.example")
    ('10.0.0.1:8080', '*.map.example')
    """
    _, several, rest = host.rpartition("{s}")
    return f"*.{rest.partition('.')[2]}" if several else host


async def shell(_request: Request) -> Response:
    """Serve Streamlit's page with our head."""
    return HTMLResponse(_shell(), headers={"Cache-Control": "no-cache"})


async def derived(request: Request) -> Response:
    """Serve a derived layer; its name is its content, so it never changes."""
    audience, name = request.path_params["audience"], request.path_params["name"]
    path = _derived_folder() / audience / name
    if audience not in AUDIENCES or not _DERIVED.fullmatch(name) or not path.is_file():
        return Response("没有这个图层文件，请刷新页面。", status_code=404, media_type="text/plain; charset=utf-8")
    return FileResponse(path, media_type="application/json", headers={"Cache-Control": KEPT[audience]})


@cache
def _derived_folder() -> Path:
    return load_config()[0].data_path / "derived"


async def unknown(request: Request) -> Response:
    """Lead an unknown path to the overview, which says so."""
    return RedirectResponse(f"/?missing={quote(request.path_params['path'][:40], safe='')}")


@cache
def _shell() -> str:
    name = load_config()[0].name
    page = (package("streamlit") / "static" / "index.html").read_text("utf-8")
    page = re.sub(r"<link\s[^>]*rel=\"preload\"[^>]*>", "", page)
    page = page.replace('<html lang="en">', '<html lang="zh-CN">')
    page = re.sub(r"<title>.*?</title>", lambda _: html("<title>{name}</title>", name=name), page)
    page = page.replace("You need to enable JavaScript to run this app.", "请在浏览器中启用 JavaScript 后刷新页面。")
    return page.replace("</head>", f"{_head(name)}</head>")


def _frame_head() -> Markup:
    """What the map's frame needs, asked for before its first script runs."""
    modules = (*assets.modules(), assets.PBF)
    return joined(
        (
            html('<link rel="preload" as="script" href="{url}">', url=assets.url(assets.LEAFLET)),
            *(html('<link rel="modulepreload" href="{url}">', url=assets.url(name)) for name in modules),
        )
    )


def _head(name: str) -> Markup:
    beside = [f"src/{module}.js" for module in _BESIDE]
    ours = (assets.LEAFLET, assets.LEAFLET_CSS, assets.MAP_CSS, *assets.modules(), assets.PBF, *beside)
    return joined(
        (
            html("<style>:root{{--product:{name}}}</style>", name=css_string(name)),
            _WHERE,
            html('<script src="{url}"></script>', url=assets.url("src/old_browser.js")),
            html('<link rel="stylesheet" href="{url}">', url=assets.url("src/page.css")),
            *(html('<script type="module" src="{url}"></script>', url=assets.url(f"src/{name}.js")) for name in _SHELL),
            *map(_MODULE.format, modules_of(*_STREAMLIT_PARTS)),
            *map(_FILE.format, (*frame_scripts(), *map(assets.url, ours))),
        )
    )
