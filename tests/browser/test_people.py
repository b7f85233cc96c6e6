"""Coming in and going out in a real browser: names, passwords, the bar at every size; a server that must not start."""

import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.dashboard import (
    ROOT,
    SIZES,
    Server,
    Witness,
    named,
    not_copied,
    open_map,
    running,
    wait_for_title,
    watched,
)
from tests.browser.words import english_on
from tests.people import PASSWORD

EVERY_SIZE = ((1024, 768), *SIZES)
EVERYWHERE = "0.0.0.0"  # noqa: S104 - the server must not start there
WHO = ".st-key-person .who"
LAID_OUT = """() => ["[data-testid=stTopNavLinkContainer]", ".st-key-search input", ".st-key-person .who",
    ".st-key-person button"].flatMap((css) => [...document.querySelectorAll(css)])
    .filter((node) => node.checkVisibility({visibilityProperty: true, opacityProperty: true})).map((node) => {
        const {left, top, right, bottom} = node.getBoundingClientRect();
        return [node.textContent.trim() || node.tagName, left, top, right, bottom];
    })"""


@pytest.fixture(scope="module")
def folder(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the dashboard that nobody has worked with."""
    assert server.url  # has fetched the libraries that are copied
    folder = tmp_path_factory.mktemp("people") / "copy"
    shutil.copytree(ROOT, folder, ignore=not_copied)
    return folder


def settings(folder: Path, mode: str, data: str) -> None:
    """Write the mode and the data folder into config.yaml."""
    path = folder / "config.yaml"
    text = re.sub(r"^  mode: \w+$", f"  mode: {mode}", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(re.sub(r"^data_folder: \w+$", f"data_folder: {data}", text, flags=re.MULTILINE), "utf-8")


@pytest.fixture
def local(folder: Path, tmp_path: Path) -> Iterator[Server]:
    """A server in mode `local`, with nobody in it."""
    settings(folder, "local", f"var{tmp_path.name}")
    with running(folder, tmp_path / "log.txt") as server:
        yield server


@pytest.fixture
def accounts(folder: Path, tmp_path: Path) -> Iterator[tuple[Server, str]]:
    """A server in mode `accounts`, with nobody in it, and the code its terminal shows."""
    settings(folder, "accounts", f"var{tmp_path.name}")
    with running(folder, tmp_path / "log.txt") as server:
        code = re.search(r"填写启动码 (\w{12})。", (tmp_path / "log.txt").read_text("utf-8"))
        assert code
        yield server, code[1]


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without cookies."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def opened(profile: BrowserContext, size: tuple[int, int]) -> Iterator[tuple[Page, Witness]]:
    """A page that asks no other host and meets no error."""
    with watched(profile, size) as (page, witness):
        yield page, witness
        assert witness.errors == []
        assert witness.dialogs == []


def fill(page: Page, **fields: str) -> None:
    """Fill a form in and send it."""
    for name, value in fields.items():
        page.locator(f"form:has(.primary) input[name={name}]").fill(value)
    page.locator(".primary").click()


def found(page: Page, url: str, code: str) -> None:
    """Become the first who manages people."""
    page.goto(url)
    fill(page, code=code, name="张三", department="规划处", new=PASSWORD, again=PASSWORD)


def status(url: str, **headers: str) -> int:
    """Ask without a browser."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 - our own
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def overlaps(page: Page) -> list[tuple[str, str]]:
    """What lies over each other in the bar, or outside the window."""
    boxes = page.evaluate(LAID_OUT)
    assert {"总览", "空间布局", "INPUT"} <= {name for name, *_ in boxes}  # the last ones may stand behind 另有
    assert len(boxes) >= 6  # and who works
    width = page.evaluate("innerWidth")
    outside = [(name, "outside") for name, left, _, right, _ in boxes if left < 0 or right > width]
    return outside + [
        (a[0], b[0])
        for i, a in enumerate(boxes)
        for b in boxes[i + 1 :]
        if a[1] < b[3] and b[1] < a[3] and a[2] < b[4] and b[2] < a[4]
    ]


# mode local


def test_a_name_is_chosen_once_and_switched_by_one_press(
    opened: tuple[Page, Witness], local: Server, picture: Path
) -> None:
    page, _ = opened
    open_map(page, f"{local.url}/?sel=Z004")
    expect(page.locator(WHO)).to_have_text("选择姓名未认证（本机）")
    page.locator(WHO).click()
    expect(page.locator("h1")).to_have_text("选择姓名")
    assert english_on(page) == {}
    page.screenshot(path=picture)
    fill(page, name="张三", department="规划处")
    expect(page.locator(WHO)).to_contain_text("管理 · 未认证（本机）")
    wait_for_title(page, "一城：英歌石科学城")  # back where one was
    page.locator(WHO).click()
    fill(page, name="李四", department="建设处")
    expect(page.locator(WHO)).to_contain_text("李四建设处填报 · 未认证（本机）")
    expect(page.get_by_role("link", name="人员", exact=True)).to_have_count(0)
    page.locator(WHO).click()
    page.get_by_role("button", name="张三").click()
    expect(page.locator(WHO)).to_contain_text("张三规划处管理 · 未认证（本机）")
    expect(page.get_by_role("link", name="人员", exact=True)).to_be_visible()
    page.reload()
    expect(page.locator(WHO)).to_contain_text("张三")


@pytest.mark.parametrize("size", EVERY_SIZE, ids=named, indirect=True)
def test_nothing_in_the_bar_lies_over_anything(
    opened: tuple[Page, Witness], local: Server, size: tuple[int, int], picture: Path
) -> None:
    page, _ = opened
    open_map(page, local.url)
    assert overlaps(page) == []
    page.locator(WHO).click()
    fill(page, name="名字很长很长的一位同志" * 3, department="自然资源和规划局高新区分局空间规划与国土用途管制科")
    expect(page.locator(WHO)).to_contain_text("管理")
    page.goto(f"{local.url}/people")
    expect(page.locator("h1")).to_have_text("人员与备份")
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
    assert overlaps(page) == []
    assert english_on(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=picture.with_name(f"people_{named(size)}.png"))


def test_another_computer_or_name_gets_one_sentence(local: Server) -> None:
    assert status(local.url) == 200
    for host in ("evil.example", "10.0.0.5:8501"):
        for path in ("/", "/_stcore/health", "/_stcore/stream", "/person", "/derived/public/0123456789abcdef.json"):
            assert status(f"{local.url}{path}", Host=host) == 403


# mode accounts


@pytest.mark.parametrize("size", SIZES, ids=named, indirect=True)
def test_coming_in_by_password_and_going_out(
    opened: tuple[Page, Witness], accounts: tuple[Server, str], picture: Path
) -> None:
    (page, witness), (server, code) = opened, accounts
    found(page, f"{server.url}/projects?sel=P001", code)
    expect(page.locator(WHO)).to_have_text("张三规划处管理")
    page.wait_for_url("**/projects?sel=P001*")
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()
    assert overlaps(page) == []
    page.screenshot(path=picture.with_name("inside.png"))
    page.locator(".out").click()
    expect(page.locator("h1")).to_have_text("登录")
    assert english_on(page) == {}
    page.screenshot(path=picture.with_name("sign_in.png"))
    fill(page, name="张三", password="wrong wrong")  # noqa: S106
    expect(page.locator(".problem")).to_have_text("登录：姓名或口令不对，请核对后重试；忘记口令请联系管理员。")
    assert [error for error in witness.errors if "403" not in error] == []
    witness.errors.clear()  # Chromium writes a line for the answer 403
    fill(page, password=PASSWORD)
    expect(page.locator(WHO)).to_have_text("张三规划处管理")
    page.locator(WHO).click()
    expect(page.locator("h1")).to_have_text("我的账号")
    assert english_on(page) == {}
    page.screenshot(path=picture.with_name("account.png"))


def test_the_administrator_adds_somebody_who_then_comes_in(
    opened: tuple[Page, Witness], accounts: tuple[Server, str], picture: Path
) -> None:
    (page, _), (server, code) = opened, accounts
    found(page, f"{server.url}/people", code)
    form = page.locator("[data-testid=stForm]")
    form.get_by_label("姓名").fill("李四")
    form.get_by_label("部门").fill("建设处")
    form.get_by_role("button", name="添加").click()
    said = page.locator("p.note")
    expect(said).to_contain_text("李四的口令：")
    password = (said.text_content() or "").split("：")[1].split("　")[0]
    page.screenshot(path=picture)
    page.locator(".out").click()
    fill(page, name="李四", password=password)
    expect(page.locator(WHO)).to_have_text("李四建设处填报")
    page.goto(f"{server.url}/people")
    expect(page.locator(".problem")).to_contain_text("李四的权限是“填报”，请由“管理”以上权限的人员办理。")


def test_whoever_goes_out_in_one_window_is_out_in_the_other(
    opened: tuple[Page, Witness], accounts: tuple[Server, str], profile: BrowserContext
) -> None:
    (page, _), (server, code) = opened, accounts
    found(page, server.url, code)
    open_map(page, server.url)
    with watched(profile, (1280, 720)) as (other, _):
        other.goto(f"{server.url}/account")
        other.get_by_role("button", name="退出登录").click()
        expect(other.locator("h1")).to_have_text("登录")
    page.get_by_text("生态", exact=True).first.click()
    expect(page.locator(".problem")).to_contain_text("登录已失效。")
    expect(page.locator("iframe")).to_have_count(0)
    page.get_by_role("link", name="重新登录").click()
    expect(page.locator("h1")).to_have_text("登录")


def test_without_a_cookie_the_running_server_says_nothing(accounts: tuple[Server, str]) -> None:
    server, _ = accounts
    open_to_all = {"/_stcore/health": 200, "/favicon.png": 200, "/first": 200}
    closed = (
        "/_stcore/stream", "/_stcore/host-config", "/_stcore/metrics", "/media/x", "/component/x/y",
        "/_stcore/bidi-components/x/y", "/derived/public/0123456789abcdef.json", "/_stcore/agent/openapi.json",
    )  # fmt: skip
    assert {path: status(f"{server.url}{path}") for path in open_to_all} == open_to_all
    assert {path: status(f"{server.url}{path}") for path in closed} == dict.fromkeys(closed, 401)
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    assert status(f"{server.url}/_stcore/stream", **upgrade) == 401


# a server that others reach


@pytest.mark.parametrize("address", [EVERYWHERE, "::", ""])
def test_a_server_that_others_reach_does_not_start_in_mode_local(folder: Path, tmp_path: Path, address: str) -> None:
    settings(folder, "local", f"var{tmp_path.name}")
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port=0"]
    done = subprocess.run(
        [*command, f"--server.address={address}"], cwd=folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    sentence = (
        f"看板没有启动：服务地址是“{address or EVERYWHERE}”，其他电脑可以访问，而 config.yaml 的 access.mode 为 local，"
        "不验证身份；请把 access.mode 改为 accounts，或把 .streamlit/config.toml 的 address 改回 localhost。"
    )
    assert [line for line in (done.stdout + done.stderr).splitlines() if "看板没有启动" in line] == [sentence]
    assert "Traceback" not in done.stdout + done.stderr
