"""The door of the server: every route there is, a place behind it, and knocking."""

from dataclasses import dataclass
from typing import Any

from layers import guard, identity
from tests.asking import Answer, Request, ask

ROUTES: dict[str, tuple[str, guard.Need]] = {
    "/": ("/", "page"),
    "/layout": ("/layout", "page"),
    "/projects": ("/projects", "page"),
    "/green": ("/green", "page"),
    "/landuse": ("/landuse", "page"),
    "/data": ("/data", "page"),
    "/people": ("/people", "page"),
    "/log": ("/log", "page"),
    "/about": ("/about", "page"),
    "/assets/{version}": ("/assets/v/src/main.js", "open"),
    "/derived/{audience}/{name}": ("/derived/public/0123456789abcdef.json", "data"),
    "/tiles/{audience}/{key}": ("/tiles/public/0123456789abcdef", "data"),
    "/tiles/{audience}/{key}/{z:int}/{x:int}/{y:int}": ("/tiles/public/0123456789abcdef/14/1/2", "data"),
    "/window/{audience}/{key}": ("/window/public/0123456789abcdef", "data"),
    "/export/{sheet}/{ending}": ("/export/list/xlsx", "data"),
    "/export/{audience}/{key}/{ending}": ("/export/public/1.1/gpkg", "data"),
    "/export/{audience}/figures/{name}/{ending}": ("/export/public/figures/balance/xlsx", "data"),
    "/drafts/{room}/{key}": ("/drafts/0123456789abcdef/0123456789abcdef", "rest"),
    "/drafts/{room}/{key}/file": ("/drafts/0123456789abcdef/0123456789abcdef/file", "rest"),
    "/drafts/{room}/{key}/window": ("/drafts/0123456789abcdef/0123456789abcdef/window", "rest"),
    "/drafts/{room}/{key}/book": ("/drafts/0123456789abcdef/0123456789abcdef/book", "rest"),
    "/sign-in": ("/sign-in", "open"),
    "/first": ("/first", "open"),
    "/account": ("/account", "page"),
    "/person": ("/person", "open"),
    "/sign-out": ("/sign-out", "open"),
    "/{path:elsewhere}": ("/nowhere/at/all", "page"),
    # Streamlit's
    "/_stcore/health": ("/_stcore/health", "open"),
    "/_stcore/metrics": ("/_stcore/metrics", "rest"),
    "/_stcore/host-config": ("/_stcore/host-config", "rest"),
    "/media/{file_id:path}": ("/media/abc.csv", "rest"),
    "/_stcore/upload_file/{session_id}/{file_id}": ("/_stcore/upload_file/s/f", "rest"),
    "/component/{path:path}": ("/component/streamlit_folium.st_folium/index.html", "rest"),
    "/_stcore/bidi-components/{path:path}": ("/_stcore/bidi-components/panel/index.js", "rest"),
    "/_stcore/stream": ("/_stcore/stream", "rest"),
    "/auth/login": ("/auth/login", "rest"),
    "/auth/logout": ("/auth/logout", "rest"),
    "/oauth2callback": ("/oauth2callback", "rest"),
    "/_stcore/agent/interact": ("/_stcore/agent/interact", "rest"),
    "/_stcore/agent/openapi.json": ("/_stcore/agent/openapi.json", "rest"),
    "/_stcore/agent/mcp": ("/_stcore/agent/mcp", "rest"),
    "": ("/static/js/index.js", "open"),
}
"""Every route of the server -> an address of it, and what it needs. A new route needs a row here."""

GUARDED = {path: sample for path, (sample, need) in ROUTES.items() if need != "open"}
REFUSED = {"page": 303, "data": 401, "rest": 401}


@dataclass
class Inside:
    """What stands behind the door, and who got to it."""

    reached: list[str]

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Say that somebody came in."""
        self.reached.append(scope["path"])
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept", "headers": []})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inside"})


def knock(inside: Inside, request: Request) -> Answer:
    """Ask at the door."""
    return ask(request, guard.Guard(inside))


def with_cookie(value: str) -> dict[str, str]:
    """Headers of a browser that has a cookie."""
    return {"cookie": f"{identity.cookie_name()}={value}"}
