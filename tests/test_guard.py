"""Nobody comes in who may not: every route, every kind of wrong cookie, every audience, every role."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import pytest
from sqlalchemy.exc import OperationalError
from starlette.routing import BaseRoute
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from geodata.config import Config
from geodata.errors import StoreError
from geodata.store import sign_in
from geodata.store.sign_in import Ticket
from layers import guard, identity, server
from pages.ui import deliveries, exports, figure_routes
from tests.asking import Request, ask
from tests.cookies import WRONG
from tests.door import GUARDED, REFUSED, ROUTES, Inside, knock, with_cookie
from tests.people import PASSWORD, account

pytestmark = pytest.mark.usefixtures("cheap")

Access = Callable[..., Config]


def all_routes() -> list[BaseRoute]:
    """List our routes, in the order app.py has them, then Streamlit's."""
    ours = [*exports.routes(), *deliveries.routes(), *figure_routes.routes(), *server.routes()]
    return [*ours, *create_streamlit_routes(MagicMock())]


@pytest.fixture
def inside() -> Inside:
    """Stand behind the door."""
    return Inside([])


# every route


def test_every_route_is_classified() -> None:
    paths = [str(getattr(route, "path", None) or "") for route in all_routes()]
    assert [path for path in paths if path not in ROUTES] == []
    assert [path for path in ROUTES if path not in paths] == []
    assert {path: guard.need(sample) for path, (sample, _) in ROUTES.items()} == {
        path: need for path, (_, need) in ROUTES.items()
    }


@pytest.mark.parametrize("page", server.PAGES)
def test_every_page_needs_what_pages_need(page: str) -> None:
    assert guard.need(f"/{page}") == "page"


@pytest.mark.parametrize("path", ["/\0", "/../../config.yaml", "/a/..", "/..\\config.yaml", "//host/x"])
def test_an_address_that_leads_astray_is_answered_in_chinese(inside: Inside, path: str) -> None:
    answer = knock(inside, Request(path))
    assert (answer.status, answer.text) == (404, "没有这个页面，请从总览（地址 /）进入。")
    assert inside.reached == []


def test_an_address_that_names_an_audience_is_asked_for_it() -> None:
    named = [str(getattr(route, "path", "")) for route in all_routes() if "{audience}" in str(route)]
    assert "/derived/{audience}/{name}" in named
    for path in named:
        prefix, _, rest = path.partition("/{audience}")
        assert guard.NEEDS[prefix] == "data"
        assert guard._meant(f"{prefix}/secret{rest}") == "secret"


def test_what_is_open_is_what_the_form_needs_and_nothing_else() -> None:
    opened = {prefix for prefix, need in guard.NEEDS.items() if need == "open"}
    assert opened == {
        "/assets", "/static", "/favicon.png", "/manifest.json", "/_stcore/health",
        "/sign-in", "/sign-out", "/first", "/person",
    }  # fmt: skip


@pytest.mark.parametrize("path", ["*", "", "sign-in", "_stcore/health"])
def test_an_address_of_no_known_form_needs_a_person(path: str) -> None:
    assert guard.need(path) in ("rest", "page")


@pytest.mark.parametrize(
    "path", ["/sign-in-not", "/staticx/a", "/assetsx", "/_stcore/healthy", "//sign-in", "/SIGN-IN"]
)
def test_an_address_that_only_looks_open_is_not(path: str) -> None:
    assert guard.need(path) != "open"


# every kind of cookie that is worth nothing


@pytest.fixture
def ticket(access: Access) -> Ticket:
    """Come in by password in mode `accounts`."""
    access("accounts")
    account(identity.store())
    return sign_in.sign_in(identity.store(), "李四", PASSWORD, address="10.0.0.7")


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_cookie_opens_no_route(ticket: Ticket, inside: Inside, kind: str) -> None:
    headers = with_cookie(WRONG[kind](ticket))
    for path, sample in GUARDED.items():
        answer = knock(inside, Request(sample, headers=headers))
        assert (path, answer.status) == (path, REFUSED[ROUTES[path][1]])
    assert inside.reached == []


def test_without_a_cookie_no_route_opens(ticket: Ticket, inside: Inside) -> None:
    for path, sample in GUARDED.items():
        for headers in ({}, {"cookie": "other=1"}, {"cookie": f"person={identity.seal(ticket)}"}):
            assert knock(inside, Request(sample, headers=headers)).status == REFUSED[ROUTES[path][1]]
    assert inside.reached == []


def test_a_cookie_ends_after_half_a_day(ticket: Ticket, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    headers, now = with_cookie(identity.seal(ticket)), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3600 - 2)
    assert knock(inside, Request("/", headers=headers)).status == 200
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3600 + 2)
    for path, sample in GUARDED.items():
        assert knock(inside, Request(sample, headers=headers)).status == REFUSED[ROUTES[path][1]]
    monkeypatch.setattr(time, "time", lambda: now - 3600)
    assert knock(inside, Request("/", headers=headers)).status == 303
    assert inside.reached == ["/"]


def test_the_right_cookie_opens_every_route(ticket: Ticket, inside: Inside) -> None:
    headers = with_cookie(identity.seal(ticket))
    for sample, _ in ROUTES.values():
        assert knock(inside, Request(sample, headers=headers)).text == "inside"
    assert inside.reached == [sample for sample, _ in ROUTES.values()]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_another_method_opens_nothing_either(ticket: Ticket, inside: Inside, method: str) -> None:
    assert ticket.mode == "accounts"
    statuses = {knock(inside, Request(sample, method)).status for sample in GUARDED.values()}
    assert statuses <= ({401, 303} if method == "HEAD" else {401})
    assert inside.reached == []


def test_our_own_routes_say_nothing_to_a_stranger(ticket: Ticket) -> None:
    assert ticket.mode == "accounts"
    folder = identity.settings().data_path / "derived" / "public"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef.json").write_text("geheim", "utf-8")
    for route in server.routes():
        sample, need = ROUTES[str(getattr(route, "path", ""))]
        answer = ask(Request(sample))
        assert "geheim" not in answer.text
        if need != "open":
            assert answer.status == REFUSED[need]
            assert answer.text in ("", "请先登录。")


# the websocket, over which everything Streamlit shows goes


def test_the_websocket_needs_a_person(ticket: Ticket, inside: Inside) -> None:
    stream = Request("/_stcore/stream", kind="websocket", scheme="ws")
    refused = knock(inside, stream)
    assert (refused.status, refused.text) == (401, "请先登录。")
    assert inside.reached == []
    knock(inside, replace(stream, headers=with_cookie(identity.seal(ticket))))
    assert inside.reached == ["/_stcore/stream"]


def test_a_server_that_cannot_answer_a_websocket_closes_it(ticket: Ticket, inside: Inside) -> None:
    assert ticket.mode == "accounts"
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def never() -> Any:
        raise AssertionError

    scope: dict[str, Any] = {
        "type": "websocket",
        "path": "/_stcore/stream",
        "headers": [],
        "query_string": b"",
        "client": None,
    }
    asyncio.run(guard.Guard(inside)(scope, never, send))
    assert [(message["type"], message["code"]) for message in sent] == [("websocket.close", 1008)]
    assert inside.reached == []


# to the form and back; a store that is gone


def test_a_page_leads_to_the_form_and_keeps_where_one_wanted_to_go(ticket: Ticket, inside: Inside) -> None:
    assert ticket.mode == "accounts"
    answer = knock(inside, Request("/projects", query="sel=P001&theme=projects"))
    assert answer.headers["location"] == "/sign-in?next=/projects%3Fsel%3DP001%26theme%3Dprojects"
    assert answer.headers["cache-control"] == "no-store"
    assert knock(inside, Request("/")).headers["location"] == "/sign-in?next=/"


def test_a_store_that_is_gone_is_said_and_lets_nobody_in(
    ticket: Ticket, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = StoreError("数据库 store.sqlite", "暂时无法使用", "请稍后重试")

    def gone(*_: Any) -> Any:
        raise error

    headers = with_cookie(identity.seal(ticket))
    monkeypatch.setattr(identity, "store", gone)
    for sample in GUARDED.values():
        answer = knock(inside, Request(sample, headers=headers))
        assert (answer.status, answer.text) == (503, "数据库 store.sqlite：暂时无法使用，请稍后重试。")
    assert inside.reached == []
    assert knock(inside, Request("/_stcore/health")).text == "inside"


def test_a_real_fault_of_the_database_lets_nobody_in(
    ticket: Ticket, inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = with_cookie(identity.seal(ticket))

    def broken(*_: Any, **__: Any) -> Any:
        statement, reason = "SELECT", "disk I/O error"
        raise OperationalError(statement, {}, Exception(reason))

    monkeypatch.setattr("sqlalchemy.orm.Session.get", broken)
    assert knock(inside, Request("/", headers=headers)).status == 503
    assert inside.reached == []


def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["type"])

    async def never(*_message: Any) -> Any:
        raise AssertionError

    asyncio.run(guard.Guard(inner)({"type": "lifespan"}, never, never))
    assert seen == ["lifespan"]
