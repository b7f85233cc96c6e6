"""A real server and a real Chromium; every page is watched for other hosts, errors and dialogs."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.dashboard import PATIENCE, ROOT, SIZES, Server, Witness, named, running, watched

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",  # no other host answers, and the cache stays on
)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; no other host can be reached from it."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip("Chromium is missing: apt-get install -y chromium")
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=QUIET)


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard as it is."""
    with running(ROOT, tmp_path_factory.mktemp("server") / "log.txt") as server:
        yield server


@pytest.fixture(params=SIZES[:1], ids=named)
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Width and height of the browser's window; a test that takes more of them says so."""
    width, height = request.param
    return width, height


@pytest.fixture(scope="package")
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """One user's browser: what is cached stays cached."""
    with browser.new_context() as context:
        yield context


@pytest.fixture
def opened(profile: BrowserContext, size: tuple[int, int]) -> Iterator[tuple[Page, Witness]]:
    """A fresh page and its witness."""
    with watched(profile, size) as (page, witness):
        yield page, witness


@pytest.fixture
def witness(opened: tuple[Page, Witness]) -> Witness:
    """What went on in the page."""
    return opened[1]


@pytest.fixture
def page(opened: tuple[Page, Witness], server: Server) -> Iterator[Page]:
    """A fresh page; in the end it has asked no other host, and met no error and no dialog."""
    page, witness = opened
    yield page
    assert witness.hosts <= {server.url.removeprefix("http://")}
    assert witness.errors == []
    assert witness.dialogs == []


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Where a picture of the page goes."""
    return tmp_path / "page.png"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine may miss a moment: each test of this ring may try once more, and says so (R)."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.flaky(reruns=1))
