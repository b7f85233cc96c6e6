"""Asking the server as ASGI hands a browser's request over: already decoded, without a network."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.types import ASGIApp

from layers import server

HOST = "localhost:8501"


@dataclass(frozen=True)
class Answer:
    """What the server said, as text and as it came; `cookies` as it set them."""

    status: int
    headers: dict[str, str]
    text: str
    cookies: tuple[str, ...] = ()
    content: bytes = b""


@dataclass(frozen=True)
class Request:
    """What is asked, from where."""

    path: str
    method: str = "GET"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] | None = None
    client: str = "127.0.0.1"
    kind: str = "http"
    scheme: str = "http"
    body: bytes = b""


def application() -> Starlette:
    """Make the server without Streamlit."""
    return Starlette(routes=server.routes(), middleware=server.middleware())


def ask(request: Request, app: ASGIApp | None = None) -> Answer:
    """Ask and give the answer."""
    return asyncio.run(_ask(app or application(), request))


async def _ask(app: ASGIApp, request: Request) -> Answer:
    sent: list[Any] = []
    body = urlencode(request.fields).encode() if request.fields is not None else request.body
    first = "http.request" if request.kind == "http" else "websocket.connect"
    waiting: list[dict[str, Any]] = [{"type": first, "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()  # a browser that stays
        return waiting.pop()

    async def send(message: Any) -> None:
        sent.append(message)

    await app(_scope(request), receive, send)
    return _answer(sent)


def _scope(request: Request) -> dict[str, Any]:
    headers = {"host": HOST, **request.headers}
    return {
        "type": request.kind, "method": request.method, "path": request.path, "raw_path": request.path.encode(),
        "query_string": request.query.encode(), "http_version": "1.1", "scheme": request.scheme, "root_path": "",
        "headers": [(key.lower().encode(), value.encode("utf-8")) for key, value in headers.items()],
        "server": ("localhost", 8501), "client": (request.client, 1), "subprotocols": [],
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip


def _answer(sent: list[Any]) -> Answer:
    head = sent[0]
    pairs = [(key.decode().lower(), value.decode()) for key, value in head.get("headers", [])]
    body = b"".join(message.get("body", b"") for message in sent[1:])
    cookies = tuple(value for key, value in pairs if key == "set-cookie")
    return Answer(head.get("status", head.get("code", 0)), dict(pairs), body.decode("utf-8", "replace"), cookies, body)
