"""What is meant for whom: every audience and role; and mode `local` for this computer alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from geodata.access import AUDIENCES, ROLES, Audience, Mode
from geodata.config import Config
from geodata.store import people, sign_in
from geodata.store.people import Card
from geodata.store.sign_in import Ticket
from layers import identity, server
from tests.asking import Request, ask
from tests.cookies import WRONG
from tests.door import ROUTES, Inside, knock, with_cookie
from tests.people import PASSWORD, account, manager

pytestmark = pytest.mark.usefixtures("cheap")

Access = Callable[..., Config]


@pytest.fixture
def inside() -> Inside:
    """Stand behind the door."""
    return Inside([])


# what is meant for whom


@pytest.mark.parametrize("cleared", [False, True])
@pytest.mark.parametrize("mode", ["local", "accounts"])
@pytest.mark.parametrize("role", [None, *ROLES])
def test_an_audience_reads_what_is_meant_for_it(
    access: Access, inside: Inside, *, role: str | None, mode: Mode, cleared: bool
) -> None:
    access(mode, cleared=cleared)
    cookie = with_cookie(identity.seal(_ticket_of(role, mode))) if role else {}
    may = {
        "public": mode == "local" or role is not None,
        "internal": mode == "local" or role is not None,
        "sensitive": role in ("review", "manage"),
        "secret": role in ("review", "manage") and cleared,
    }
    for audience in AUDIENCES:
        for path in (
            f"/derived/{audience}/0123456789abcdef.json",
            f"/tiles/{audience}/0123456789abcdef",
            f"/tiles/{audience}/0123456789abcdef/1/2/3",
            f"/window/{audience}/0123456789abcdef",
        ):
            answer = knock(inside, Request(path, headers=cookie))
            assert (path, answer.text == "inside") == (path, may[audience])
            assert answer.status in ((200,) if may[audience] else (401, 403))


def _ticket_of(role: str, mode: Mode) -> Ticket:
    store = identity.store()
    acting = manager(store)
    people.add(store, acting, Card("李四", "建设处", role), password=PASSWORD)  # type: ignore[arg-type]  # tests pass words
    if mode == "local":
        return sign_in.choose(store, "李四")
    return sign_in.sign_in(store, "李四", PASSWORD, address="10.0.0.7")


SENTENCES: dict[tuple[str | None, Audience], str] = {
    (None, "sensitive"): "查看敏感内容：还没有确定是谁在操作，请先在页面右上角选择姓名或登录。",
    ("report", "sensitive"): "查看敏感内容：李四的权限是“填报”，请由“审核”以上权限的人员办理。",
    ("report", "secret"): "查看涉密内容：李四的权限是“填报”，请由“审核”以上权限的人员办理。",
    ("review", "secret"): "这份数据的使用范围是“涉密”：本机未经批准处理涉密数据，不予提供。",
}


@pytest.mark.parametrize(("role", "audience"), SENTENCES)
def test_a_refusal_says_why(access: Access, inside: Inside, role: str | None, audience: Audience) -> None:
    access("local")
    cookie = with_cookie(identity.seal(_ticket_of(role, "local"))) if role else {}
    answer = knock(inside, Request(f"/derived/{audience}/0123456789abcdef.json", headers=cookie))
    assert (answer.status, answer.text) == (403, SENTENCES[role, audience])
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/derived", "/derived/", "/derived/secretx/a.json", "/derived/SECRET/a.json", "/derived/../secret/a.json",
     "//derived/secret/a.json", "/derived//secret/a.json", "/derived/public/../secret/0123456789abcdef.json",
     "/derived/secret%2f0123456789abcdef.json", "/tiles", "/x/../derived/secret/0123456789abcdef.json"],
)  # fmt: skip
def test_a_crooked_address_brings_out_nothing(access: Access, path: str) -> None:
    folder = access("local").data_path / "derived" / "secret"
    folder.mkdir(parents=True)
    for name in ("a.json", "0123456789abcdef.json"):
        (folder / name).write_text("geheim", "utf-8")
    server._derived_folder.cache_clear()
    answer = ask(Request(path))
    assert answer.status in (303, 307, 403, 404)
    assert "geheim" not in answer.text


def test_a_forged_cookie_of_mode_local_is_nobodys(access: Access, inside: Inside) -> None:
    access("local")
    sensitive = Request("/derived/sensitive/0123456789abcdef.json")
    ticket = sign_in.choose(identity.store(), "张三", "规划处")
    assert knock(inside, replace(sensitive, headers=with_cookie(identity.seal(ticket)))).text == "inside"
    for kind in ("forged", "tampered", "of another key"):
        assert knock(inside, replace(sensitive, headers=with_cookie(WRONG[kind](ticket)))).status == 403
    accounts = identity.seal(replace(ticket, mode="accounts"))
    assert knock(inside, replace(sensitive, headers=with_cookie(accounts))).status == 403


# this computer alone


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8501", "LOCALHOST:1", "127.0.0.1:8501", "[::1]:8501", "[::1]"]
)
@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "127.8.8.8", "::ffff:127.0.0.1"])
def test_mode_local_answers_this_computer(access: Access, inside: Inside, host: str, client: str) -> None:
    access("local")
    assert knock(inside, Request("/", headers={"host": host}, client=client)).text == "inside"


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("evil.example", "127.0.0.1"),  # another site's name that was made to point here
        ("evil.example:8501", "127.0.0.1"),
        ("localhost.evil.example", "127.0.0.1"),
        ("127.0.0.1.evil.example", "127.0.0.1"),
        ("[::1].evil.example", "127.0.0.1"),
        ("[::1", "127.0.0.1"),
        ("localhost@evil.example", "127.0.0.1"),
        ("10.0.0.5", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),  # noqa: S104
        ("", "127.0.0.1"),
        ("localhost", "10.0.0.9"),  # another computer
        ("localhost", "::ffff:10.0.0.9"),
        ("localhost", "unknown"),
    ],
)
def test_mode_local_answers_nobody_else(access: Access, inside: Inside, host: str, client: str) -> None:
    access("local")
    for kind in ("http", "websocket"):
        for sample, _ in ROUTES.values():
            answer = knock(inside, Request(sample, headers={"host": host}, client=client, kind=kind))
            assert (answer.status, answer.text) == (
                403, "本看板只供本机使用：请在运行看板的电脑上打开，地址以 localhost 开头。",
            )  # fmt: skip
    assert inside.reached == []


def test_mode_local_lets_everybody_here_read(access: Access, inside: Inside) -> None:
    config = access("local")
    for sample, _ in ROUTES.values():
        assert knock(inside, Request(sample)).text == "inside"
    assert not config.data_path.exists()  # and asks neither key nor store for it


def test_mode_accounts_may_have_any_name(access: Access, inside: Inside) -> None:
    access("accounts")
    account(identity.store())
    ticket = sign_in.sign_in(identity.store(), "李四", PASSWORD, address="10.0.0.9")
    headers = {**with_cookie(identity.seal(ticket)), "host": "planning.office:8501"}
    assert knock(inside, Request("/", headers=headers, client="10.0.0.9")).text == "inside"
