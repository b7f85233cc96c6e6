"""The forms by which people come in and go out, as a browser sends them; and as another site would."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.config import Config, StoreConfig
from geodata.store import people, sign_in
from geodata.store.engine import open_store
from layers import doors, identity
from tests.asking import HOST, Answer, Request, ask
from tests.people import PASSWORD, account, events, manager

pytestmark = pytest.mark.usefixtures("cheap")

Access = Callable[..., Config]

OURS = {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
NEW = "又一个很长很长的口令吧"
FIRST = {"name": "张三", "department": "规划处", "new": PASSWORD, "again": PASSWORD}


def post(path: str, headers: Mapping[str, str] = OURS, /, **fields: str) -> Answer:
    """Send a form."""
    return ask(Request(path, "POST", headers=headers, fields=fields))


def get(path: str, query: str = "", /, **headers: str) -> Answer:
    """Ask for a form."""
    return ask(Request(path, query=query, headers=headers))


def cookie(answer: Answer) -> dict[str, str]:
    """Headers of the browser that got an answer."""
    (kept,) = answer.cookies
    return {"cookie": kept.split(";")[0]}


def in_as(name: str, password: str = PASSWORD) -> dict[str, str]:
    """Come in by the form."""
    return cookie(post("/sign-in", name=name, password=password))


@pytest.fixture
def accounts(access: Access) -> Config:
    """Mode `accounts`, with 张三 who manages and 李四 who reports."""
    config = access("accounts")
    account(identity.store())
    people.reset(identity.store(), manager(identity.store()), 1, password=PASSWORD)
    return config


@pytest.fixture
def local(access: Access) -> Config:
    """Mode `local`, with nobody in it."""
    return access("local")


# coming in by password


@pytest.mark.usefixtures("accounts")
def test_the_form_is_plain_and_chinese() -> None:
    answer = get("/sign-in", "next=/projects")
    assert answer.status == 200
    assert '<html lang="zh-CN">' in answer.text
    assert "<h1>登录</h1>" in answer.text
    assert '<input type="hidden" name="next" value="/projects">' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in answer.headers["content-security-policy"]


@pytest.mark.usefixtures("accounts")
def test_the_right_password_sets_a_cookie_and_leads_on() -> None:
    answer = post("/sign-in", name="李四", password=PASSWORD, next="/projects?sel=P001")
    assert (answer.status, answer.headers["location"]) == (303, "/projects?sel=P001")
    (kept,) = answer.cookies
    assert [part.split("=")[0].lower() for part in kept.split("; ")[1:]] == ["httponly", "max-age", "path", "samesite"]
    assert "Max-Age=43200" in kept
    assert "Path=/;" in kept
    assert "SameSite=lax" in kept
    assert PASSWORD not in kept
    assert ask(Request("/", headers=cookie(answer))).status == 200


@pytest.mark.usefixtures("accounts")
def test_over_https_the_cookie_stays_on_https() -> None:
    ours = {"origin": f"https://{HOST}", "sec-fetch-site": "same-origin"}
    fields = {"name": "李四", "password": PASSWORD}
    answer = ask(Request("/sign-in", "POST", headers=ours, fields=fields, scheme="https"))
    assert "; Secure" in answer.cookies[0]


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("name", ["李四", "王五", "<b>", ""])
def test_a_wrong_password_shows_the_form_again_with_one_sentence(name: str) -> None:
    answer = post("/sign-in", name=name, password="wrong wrong", next="/projects")  # noqa: S106
    assert answer.status == 403
    assert answer.cookies == ()
    assert (
        '<p class="problem" role="alert">登录：姓名或口令不对，请核对后重试；忘记口令请联系管理员。</p>' in answer.text
    )
    assert 'value="/projects"' in answer.text
    assert "wrong wrong" not in answer.text
    assert "<b>" not in answer.text


@pytest.mark.usefixtures("accounts")
def test_several_wrong_passwords_are_told_to_wait() -> None:
    for _ in range(4):
        post("/sign-in", name="李四", password="wrong wrong")  # noqa: S106
    answer = post("/sign-in", name="李四", password=PASSWORD).text
    assert re.search("登录：错误次数较多，请等 [12] 秒后重试。", answer)


@pytest.mark.parametrize("fields", [{}, {"name": "李四"}, {"password": PASSWORD}, {"x": "1"}])
@pytest.mark.usefixtures("accounts")
def test_a_form_without_its_fields_lets_nobody_in(fields: dict[str, str]) -> None:
    assert (post("/sign-in", **fields).status, post("/sign-in", **fields).cookies) == (403, ())


@pytest.mark.usefixtures("accounts")
def test_a_flood_of_bytes_is_refused() -> None:
    answer = ask(Request("/sign-in", "POST", headers=OURS, body=b"name=" + b"x" * 20_000))
    assert (answer.status, answer.text) == (413, "提交的内容过长，未予执行。")


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"&&&&==", b"name=%ff%00&password=%00"])
def test_bytes_of_no_form_let_nobody_in(body: bytes) -> None:
    assert ask(Request("/sign-in", "POST", headers=OURS, body=body)).status == 403


# only from our own pages


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"http://{HOST}.evil.example"},
        {"origin": f"http://evil.example/{HOST}"},
        {"origin": "http://localhost:9999"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "cross-site"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "same-site"},
        {"origin": f"http://{HOST}", "sec-fetch-site": "none"},
        {"referer": f"http://{HOST}/"},
    ],
)
@pytest.mark.parametrize("path", [*doors.DOORS, "/sign-out"])
def test_a_form_of_another_site_does_nothing(access: Access, path: str, headers: dict[str, str]) -> None:
    mode = doors.DOORS[path].mode if path in doors.DOORS else "accounts"
    access(mode)
    account(identity.store())
    before = len(events(identity.store()))
    mine = {"cookie": f"{identity.cookie_name()}={_sealed(mode)}"}
    seen = len(events(identity.store()))
    answer = post(path, {**headers, **mine}, name="王五", department="规划处", password=PASSWORD)
    assert (answer.status, answer.text) == (
        403, "这个请求不是从本看板的页面发出的，未予执行：请回到看板页面重新操作。",
    )  # fmt: skip
    assert answer.cookies == ()
    assert (before + 1, seen) == (seen, len(events(identity.store())))


def _sealed(mode: str) -> str:
    if mode == "local":
        return identity.seal(sign_in.choose(identity.store(), "李四"))
    return identity.seal(sign_in.sign_in(identity.store(), "李四", PASSWORD, address="10.0.0.7"))


@pytest.mark.usefixtures("accounts")
def test_an_unencrypted_connection_says_only_where_a_form_comes_from() -> None:
    assert post("/sign-in", {"origin": f"http://{HOST}"}, name="李四", password=PASSWORD).status == 303


# leading on


@pytest.mark.parametrize(
    "link",
    ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "evil.example",
     "javascript:alert(1)", "/\x09/evil.example", "/\n/evil.example", "http:/evil.example", "/sign-in", "/sign-out",
     "/person?next=/person", "/first", " /x", "", "/" + "x" * 3000, "http://[", "/x\x00"],
)  # fmt: skip
def test_nothing_leads_away_from_here(link: str) -> None:
    assert doors.local_path(link) == "/"


@pytest.mark.parametrize("link", ["/", "/projects?sel=P001&theme=projects", "/about#x", "/account", "/?at=1,2,3"])
def test_a_page_of_ours_may_be_led_to(link: str) -> None:
    assert doors.local_path(link) == link


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("link", ["https://evil.example", "//evil.example/x", "/\\evil.example"])
def test_the_form_leads_nobody_away(link: str) -> None:
    assert post("/sign-in", name="李四", password=PASSWORD, next=link).headers["location"] == "/"
    assert "evil" not in get("/sign-in", f"next={link}").text


@pytest.mark.usefixtures("local")
def test_switching_leads_back_to_the_page_one_came_from() -> None:
    here, elsewhere = f"http://{HOST}/projects?sel=P001", "http://evil.example/projects?sel=P001"
    assert 'name="next" value="/projects?sel=P001"' in get("/person", referer=here).text
    assert 'name="next" value="/"' in get("/person", referer=elsewhere).text
    assert 'name="next" value="/layout"' in get("/person", "next=/layout", referer=here).text
    assert 'name="next" value="/"' in get("/person").text


# picking a name


@pytest.mark.usefixtures("local")
def test_the_first_name_manages_and_switching_is_one_press() -> None:
    assert "第一位登记的人员权限为“管理”" in get("/person").text
    first = post("/person", name="张三", department="规划处", next="/about")
    assert (first.status, first.headers["location"]) == (303, "/about")
    assert "Max-Age=31536000" in first.cookies[0]
    post("/person", name="李四", department="建设处")
    names = ask(Request("/person", headers=cookie(first))).text
    assert '<button name="name" value="李四" aria-pressed="false"><b>李四</b><small>建设处</small></button>' in names
    assert '<button name="name" value="张三" aria-pressed="true">' in names
    other = post("/person", {**OURS, **cookie(first)}, name="李四")
    person = identity.person_of(dict([cookie(other)["cookie"].split("=", 1)]))
    assert person is not None
    assert (person.name, person.role, person.authenticated) == ("李四", "report", False)


@pytest.mark.usefixtures("local")
def test_a_name_that_cannot_be_is_said_and_hostile_names_show_literally() -> None:
    answer = post("/person", name="张三", department="")
    assert (answer.status, answer.cookies) == (403, ())
    assert "部门：应为 1 至 80 个字，请改正后重试。" in answer.text
    post("/person", name="<img src=x onerror=alert(1)>", department='"><script>')
    shown = get("/person").text
    assert "<img" not in shown
    assert "<script" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


@pytest.mark.usefixtures("local")
def test_who_acts_no_longer_is_not_offered() -> None:
    acting = manager(identity.store())
    gone = people.add(identity.store(), acting, people.Card("李四", "建设处"))
    people.activate(identity.store(), acting, gone.id, active=False)
    assert "李四" not in get("/person").text
    assert "李四：已停用，请选择其他姓名，或由管理人员恢复。" in post("/person", name="李四").text


@pytest.mark.usefixtures("local")
def test_a_name_can_be_put_down() -> None:
    mine = cookie(post("/person", name="张三", department="规划处"))
    answer = post("/sign-out", {**OURS, **mine})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert "Max-Age=0" in answer.cookies[0]
    assert identity.person_of(dict([mine["cookie"].split("=", 1)])) is None


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_names_are_not_picked_in_mode_accounts(method: str) -> None:
    before = len(events(identity.store()))
    answer = ask(Request("/person", method, headers=OURS, fields={"name": "张三", "department": "规划处"}))
    assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/sign-in", ())
    assert "张三" not in answer.text
    assert len(events(identity.store())) == before


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize("path", ["/sign-in", "/first", "/account"])
def test_passwords_are_not_asked_for_in_mode_local(path: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(Request(path, method, headers=OURS, fields=FIRST))
        assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/person", ())


# going out, and one's own password


@pytest.mark.usefixtures("accounts")
def test_going_out_ends_the_cookie_here_and_at_the_server() -> None:
    mine, other = in_as("李四"), in_as("李四")
    answer = post("/sign-out", {**OURS, **mine})
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in answer.cookies[0]
    assert ask(Request("/", headers=mine)).status == 303
    assert ask(Request("/", headers=other)).status == 200


@pytest.mark.usefixtures("accounts")
def test_going_out_everywhere_ends_all_cookies() -> None:
    mine, other = in_as("李四"), in_as("李四")
    post("/sign-out", {**OURS, **mine}, everywhere="1")
    assert [ask(Request("/", headers=one)).status for one in (mine, other)] == [303, 303]


@pytest.mark.usefixtures("accounts")
def test_going_out_without_having_come_in_is_no_fault() -> None:
    assert post("/sign-out").status == 303


@pytest.mark.usefixtures("accounts")
def test_ones_own_password_is_changed_by_the_form() -> None:
    mine = in_as("李四")
    shown = ask(Request("/account", headers=mine)).text
    assert "李四，建设处，权限“填报”。" in shown
    answer = post("/account", {**OURS, **mine}, old=PASSWORD, new=NEW, again=NEW)
    assert (answer.status, answer.headers["location"]) == (303, "/sign-in?changed=1")
    assert "口令已修改，请用新口令登录。" in get("/sign-in", "changed=1").text
    assert ask(Request("/", headers=mine)).status == 303
    assert ask(Request("/", headers=in_as("李四", NEW))).status == 200


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"old": "wrong wrong", "new": NEW, "again": NEW}, "原口令：不对，请核对后重试；忘记口令请联系管理员。"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, "口令：两次输入不一致，请重新输入。"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "口令：应为 10 至 200 个字符，请换一个口令。"),
        ({}, "口令：应为 10 至 200 个字符，请换一个口令。"),
    ],
)
def test_a_password_that_cannot_be_changed_is_said(fields: dict[str, str], sentence: str) -> None:
    mine = in_as("李四")
    answer = post("/account", {**OURS, **mine}, **fields)
    assert (answer.status, sentence in answer.text) == (403, True)
    assert ask(Request("/", headers=mine)).status == 200


@pytest.mark.usefixtures("accounts")
def test_a_stranger_changes_no_password() -> None:
    assert post("/account", old=PASSWORD, new=NEW, again=NEW).status == 401
    assert get("/account").headers["location"] == "/sign-in?next=/account"


# the first who manages


def test_the_first_who_manages_needs_the_code_of_the_terminal(access: Access) -> None:
    access("accounts")
    assert get("/sign-in", "next=/projects").headers["location"] == "/first?next=/projects"
    assert "<h1>首次设置</h1>" in get("/first", "next=/projects").text
    wrong = post("/first", code="000000000000", **FIRST)
    assert (wrong.status, wrong.cookies) == (403, ())
    assert "启动码：不对，请按运行看板的终端窗口中显示的填写。" in wrong.text
    assert people.everyone(identity.store()) == ()
    answer = post("/first", code=identity.first_code(), next="/projects", **FIRST)
    assert (answer.status, answer.headers["location"]) == (303, "/projects")
    assert ask(Request("/people", headers=cookie(answer))).status == 200


def test_the_code_cannot_be_guessed_by_trying(access: Access) -> None:
    access("accounts")
    for _ in range(4):
        post("/first", code="000000000000", **FIRST)
    answer = post("/first", code=identity.first_code(), **FIRST)
    assert "登录：错误次数较多，请等 2 秒后重试。" in answer.text
    assert people.everyone(identity.store()) == ()


@pytest.mark.usefixtures("accounts")
def test_with_somebody_who_manages_the_code_is_worth_nothing() -> None:
    answer = post("/first", code=identity.first_code(), **FIRST)
    assert (answer.status, answer.headers["location"], answer.cookies) == (303, "/sign-in?", ())
    assert len(people.everyone(identity.store())) == 2


# a store that is gone


@pytest.mark.parametrize("path", ["/sign-in", "/first", "/sign-out"])
def test_a_store_that_is_gone_is_said_by_the_forms(
    accounts: Config, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert accounts.access.mode == "accounts"
    mine, folder = in_as("李四"), accounts.data_path / "nowhere"
    folder.write_text("a file", "utf-8")
    broken = accounts.model_copy(update={"store": replace_url(folder)})
    monkeypatch.setattr(identity, "store", lambda: open_store(broken))
    request = Request(path, "POST", headers={**OURS, **mine}, fields={"name": "李四", "password": PASSWORD})
    answers = [ask(request)] if path == "/sign-out" else [ask(request), ask(replace(request, method="GET"))]
    for answer in answers:
        assert answer.status == 503
        assert answer.cookies == ()
        assert "Traceback" not in answer.text
        assert answer.text.endswith("。")


def replace_url(folder: Path) -> StoreConfig:
    """Name a database that cannot be."""
    return StoreConfig(url=f"sqlite:///{folder}/store.sqlite")
