"""One middleware at the door: who it is and what it is meant for, for every address but the browser's own files."""

import re
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from geodata.access import AUDIENCES, READING, Audience, Person, may_read, require
from geodata.errors import AccessError, StoreError
from layers import identity

Need = Literal["open", "page", "data", "rest"]

NEEDS: MappingProxyType[str, Need] = MappingProxyType(
    {
        # what the form of sign-in and the old browser's sentence need
        "/assets": "open",
        "/static": "open",
        "/favicon.png": "open",
        "/manifest.json": "open",
        "/_stcore/health": "open",
        # the doors themselves
        "/sign-in": "open",
        "/sign-out": "open",
        "/first": "open",
        "/person": "open",
        # by the audience in the address
        "/derived": "data",
        "/tiles": "data",
        "/window": "data",
        "/export": "data",
        # the route itself asks whose draft it is
        "/drafts": "rest",
        # Streamlit's own
        "/_stcore": "rest",
        "/media": "rest",
        "/component": "rest",
        "/auth": "rest",
        "/oauth2callback": "rest",
        # pages, and whatever leads to them
        "": "page",
    }
)
"""Address, with all below it -> what it needs; the first that fits counts.

open: nothing. page: a person, or sign in first. data: a person who may read what is meant for the audience that
follows in the address. rest: a person. In mode `local` only data of 敏感 and 涉密 need a person.
"""

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d+)?")
_NOT_HERE = "本看板只供本机使用：请在运行看板的电脑上打开，地址以 localhost 开头。"
_UNKNOWN = "请先登录。"
_NO_PAGE = "没有这个页面，请从总览（地址 /）进入。"
_ASTRAY = re.compile(r"\x00|\\|^//|(^|/)\.\.(/|$)")
"""What no page is called; Streamlit would answer in English."""


class Guard:
    """Let nobody in who may not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer in the place of the application, or hand over to it."""
        answer = await refused(HTTPConnection(scope)) if scope["type"] in ("http", "websocket") else None
        if answer is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http" or "websocket.http.response" in scope.get("extensions", {}):
            await answer(scope, receive, send)
        else:
            await WebSocketClose(code=1008)(scope, receive, send)


def need(path: str) -> Need:
    """Tell what an address needs.

    Examples
    --------
    >>> [need(path) for path in ("/derived/public/x.json", "/derivedx", "/_stcore/health", "/_stcore/stream")]
    ['data', 'page', 'open', 'rest']
    """
    return next((what for prefix, what in NEEDS.items() if path == prefix or path.startswith(f"{prefix}/")), "rest")


async def refused(connection: HTTPConnection) -> Response | None:
    """Answer whoever may not come in; None lets them in. Only who it is needs the store, and so a thread."""
    mode = identity.mode()
    if mode == "local" and not _at_home(connection):
        return said(403, _NOT_HERE)
    path = _path(connection)
    wanted = need(path)
    if wanted == "page" and _ASTRAY.search(path):
        return said(404, _NO_PAGE)
    meant = _meant(path) if wanted == "data" else "public"
    if wanted == "open" or may_read(None, meant, mode=mode, cleared=identity.settings().access.cleared):
        return None
    return await run_in_threadpool(_refused, connection, wanted, meant)


def _refused(connection: HTTPConnection, wanted: Need, meant: Audience) -> Response | None:
    """Answer whoever is nobody, or may not read what is meant for others."""
    mode, cleared = identity.mode(), identity.settings().access.cleared
    try:
        person = identity.person_of(connection.cookies)
    except StoreError as error:
        return said(503, str(error))
    if person is None and mode == "accounts":
        return _to_sign_in(connection, wanted)
    return None if may_read(person, meant, mode=mode, cleared=cleared) else said(403, _not_meant(person, meant))


def said(status: int, sentence: str) -> Response:
    """Answer with one sentence."""
    kept = {"Cache-Control": "no-store"}
    return PlainTextResponse(sentence, status, headers=kept, media_type="text/plain; charset=utf-8")


def _meant(path: str) -> Audience:
    """The audience in an address of data; what names none of them is nothing the routes have."""
    name = [*path.split("/"), ""][2]
    return name if name in AUDIENCES else "public"


def _path(connection: HTTPConnection) -> str:
    """The address as the routes see it."""
    path, root = connection.scope["path"], connection.scope.get("root_path", "")
    return str(path).removeprefix(root)


def _at_home(connection: HTTPConnection) -> bool:
    """Whether browser and address are this computer: another site's name that was made to point here is not."""
    host = _HOST.fullmatch(connection.headers.get("host", ""))
    client = connection.client
    return host is not None and identity.is_here(host[1].strip("[]")) and (not client or identity.is_here(client.host))


def _to_sign_in(connection: HTTPConnection, wanted: Need) -> Response:
    method = connection.scope.get("method")
    if wanted != "page" or method not in ("GET", "HEAD"):
        return said(401, _UNKNOWN)
    query = connection.url.query
    asked = _path(connection) + (f"?{query}" if query else "")
    return RedirectResponse(f"/sign-in?next={quote(asked, safe='/')}", 303, headers={"Cache-Control": "no-store"})


def _not_meant(person: Person | None, meant: Audience) -> str:
    try:
        require(person, READING[meant] or "read")
    except AccessError as error:
        return str(error)
    return f"这份数据的使用范围是“{AUDIENCES[meant]}”：本机未经批准处理涉密数据，不予提供。"
