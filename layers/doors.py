"""Routes by which people come in and go out; a POST counts only from our own pages, and leads back only to them."""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from geodata.access import Mode, Person
from geodata.errors import AccessError, DashboardError
from geodata.store import attempts, people, sign_in
from geodata.store.people import Card
from geodata.store.sign_in import Ticket
from layers import identity
from layers import sign_in as forms
from layers.guard import said

Fields = Mapping[str, str]
Shown = tuple[Markup, str] | Response

_LONGEST_ADDRESS = 45
_MOST_BYTES = 10_000
_LONGEST_LINK = 2_000
_FOREIGN = "这个请求不是从本看板的页面发出的，未予执行：请回到看板页面重新操作。"
_TOO_LONG = "提交的内容过长，未予执行。"
_DIFFERENT = ("口令", "两次输入不一致", "请重新输入")
_WRONG_CODE = ("启动码", "不对", "请按运行看板的终端窗口中显示的填写")
_FIRST_NOTE = "还没有可以登录的管理人员。第一位管理人员在这里设立，其余人员由其在“人员”页添加。"
_LOCAL_NOTE = "本看板只供本机使用，不验证身份：所选姓名写入操作留痕，并注明“未认证”。"
_FIRST_NAME_NOTE = "第一位登记的人员权限为“管理”，以后的人员为“填报”。"


@dataclass(frozen=True)
class Door:
    """A form and what it does.

    Attributes
    ----------
    mode : str
        The mode in which it is open; in the other it leads to that mode's own entrance.
    title : str
    show : callable
        (request, fields given) -> the form and a note; or where to go instead.
    act : callable
        (request, fields) -> the answer; raises where the form must be shown again.
    """

    mode: Mode
    title: str
    show: Callable[[Request, Fields], Shown]
    act: Callable[[Request, Fields], Response]


def routes() -> list[Route]:
    """List the doors, and the way out."""
    return [
        *(Route(path, _endpoint(path), methods=["GET", "POST"]) for path in DOORS),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


async def sign_out(request: Request) -> Response:
    """End this cookie, or all of the person; in mode `local` the name is put down."""
    fields = await _received(request)
    return fields if isinstance(fields, Response) else await run_in_threadpool(_out, request, fields)


def local_path(link: str) -> str:
    r"""Return a link that stays on this server and is no door; the overview for any other.

    Examples
    --------
    >>> local_path("/projects?sel=P001"), local_path("//example.org"), local_path("/\\example.org")
    ('/projects?sel=P001', '/', '/')
    """
    try:
        parts = urlsplit(link)
    except ValueError:
        return "/"
    wrong = parts.scheme or parts.netloc or not link.startswith("/") or link.startswith("//") or "\\" in link
    if wrong or not link.isprintable() or len(link) > _LONGEST_LINK or parts.path in _LOOPS:
        return "/"
    return link


def _endpoint(path: str) -> Callable[[Request], Any]:
    door = DOORS[path]

    async def endpoint(request: Request) -> Response:
        if door.mode != identity.mode():
            return _see(_ENTRANCES[identity.mode()])
        fields = await _received(request) if request.method == "POST" else {}
        return fields if isinstance(fields, Response) else await run_in_threadpool(_answer, door, request, fields)

    return endpoint


def _answer(door: Door, request: Request, fields: Fields) -> Response:
    problem, status = "", 200
    try:
        if request.method == "POST":
            return door.act(request, fields)
    except DashboardError as error:
        problem, status = str(error), 403 if isinstance(error, AccessError) else 503
    try:
        shown = door.show(request, fields)
    except DashboardError as error:
        return said(503, str(error))
    if isinstance(shown, Response):
        return shown
    whole = forms.page(door.title, identity.settings().name, shown[0], problem=problem, note=shown[1])
    return HTMLResponse(whole, status, headers={"Cache-Control": "no-store"})


# what the doors show


def _show_sign_in(request: Request, fields: Fields) -> Shown:
    if not sign_in.founded(identity.store()):
        return _see(f"/first?{request.url.query}")
    note = "口令已修改，请用新口令登录。" if "changed" in request.query_params else ""
    return forms.sign_in_form(_onward(request, fields), fields.get("name", "")), note


def _show_first(request: Request, fields: Fields) -> Shown:
    if sign_in.founded(identity.store()):
        return _see(f"/sign-in?{request.url.query}")
    form = forms.first_form(_onward(request, fields), fields.get("name", ""), fields.get("department", ""))
    return form, _FIRST_NOTE


def _show_names(request: Request, fields: Fields) -> Shown:
    known = people.everyone(identity.store(), active=True)
    names = [(entry.card.name, entry.card.department) for entry in known]
    note = _LOCAL_NOTE if known else _LOCAL_NOTE + _FIRST_NAME_NOTE
    return forms.names_form(names, _person(request), _onward(request, fields)), note


def _show_account(request: Request, _fields: Fields) -> Shown:
    person = _person(request)
    if person is None:
        return _see("/sign-in?next=/account")
    return forms.account_form(person), ""


# what the doors do


def _sign_in(request: Request, fields: Fields) -> Response:
    name, password = fields.get("name", ""), fields.get("password", "")
    ticket = sign_in.sign_in(identity.store(), name, password, address=_address(request))
    return _with_cookie(request, ticket, _onward(request, fields))


def _first(request: Request, fields: Fields) -> Response:
    attempts.spend(identity.store(), "", _address(request))
    if not hmac.compare_digest(fields.get("code", "").strip().encode(), identity.first_code().encode()):
        raise AccessError(*_WRONG_CODE)
    card = Card(fields.get("name", ""), fields.get("department", ""))
    ticket = sign_in.found(identity.store(), card, _new_password(fields))
    return _with_cookie(request, ticket, _onward(request, fields))


def _choose(request: Request, fields: Fields) -> Response:
    ticket = sign_in.choose(identity.store(), fields.get("name", ""), fields.get("department", ""))
    return _with_cookie(request, ticket, _onward(request, fields))


def _change_password(request: Request, fields: Fields) -> Response:
    old, new = fields.get("old", ""), _new_password(fields)
    sign_in.change_password(identity.store(), _person(request), old=old, new=new, address=_address(request))
    return _without_cookie("/sign-in?changed=1")


def _out(request: Request, fields: Fields) -> Response:
    ticket = identity.ticket_of(request.cookies)
    try:
        person = _person(request)
        if person is not None and ticket is not None:
            sign_in.sign_out(identity.store(), person, ticket, everywhere="everywhere" in fields)
    except DashboardError as error:
        return said(503, str(error))
    return _without_cookie("/sign-in" if identity.mode() == "accounts" else "/")


DOORS: Mapping[str, Door] = {
    "/sign-in": Door("accounts", "登录", _show_sign_in, _sign_in),
    "/first": Door("accounts", "首次设置", _show_first, _first),
    "/account": Door("accounts", "我的账号", _show_account, _change_password),
    "/person": Door("local", "选择姓名", _show_names, _choose),
}
_LOOPS = ("/sign-in", "/first", "/person", "/sign-out")
_ENTRANCES: Mapping[Mode, str] = {"accounts": "/sign-in", "local": "/person"}


# what they share


def _person(request: Request) -> Person | None:
    return identity.person_of(request.cookies)


def _new_password(fields: Fields) -> str:
    new = fields.get("new", "")
    if new != fields.get("again", ""):
        raise AccessError(*_DIFFERENT)
    return new


def _onward(request: Request, fields: Fields) -> str:
    """Where to go on: what the form or the link says, else the page of ours that led here."""
    told = fields.get("next") or request.query_params.get("next")
    if told:
        return local_path(told)
    host, _, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    return local_path(f"/{path}") if host == request.headers.get("host") else "/"


def _address(request: Request) -> str:
    return request.client.host[:_LONGEST_ADDRESS] if request.client else ""


def _foreign(request: Request) -> bool:
    """Whether a form of another site was sent: browsers say where a POST comes from."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:  # on encrypted or local connections alone
        return site != "same-origin"
    return origin is None or origin.partition("://")[2] != request.headers.get("host")


async def _received(request: Request) -> Fields | Response:
    """Read what a form of ours sent."""
    if _foreign(request):
        return said(403, _FOREIGN)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return said(413, _TOO_LONG)
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(pairs)


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def _with_cookie(request: Request, ticket: Ticket, onward: str) -> Response:
    response = _see(onward)
    response.set_cookie(
        identity.cookie_name(),
        identity.seal(ticket),
        max_age=identity.LIFETIME_S[identity.mode()],
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def _without_cookie(path: str) -> Response:
    response = _see(path)
    response.delete_cookie(identity.cookie_name(), path="/", httponly=True, samesite="lax")
    return response
