"""Driving the real dashboard: its server, its page, its map. The tests say what must hold."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Frame, Locator, Page, Request, Response

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60
PATIENCE = 10
"""Seconds a page may take for anything; measured: 2."""
SIZES = ((1920, 1080), (1280, 720))
THEMES = {"layout": "布局", "projects": "项目", "infrastructure": "基础设施", "ecology": "生态", "renewal": "更新"}
TITLE = ".panel h2"


def named(size: tuple[int, int]) -> str:
    """Name of a size in a test's name."""
    return f"{size[0]}x{size[1]}"


@dataclass(frozen=True)
class Server:
    """A running dashboard."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def running(folder: Path, log: Path, app: str = "app.py") -> Iterator[Server]:
    """Run `streamlit run app.py` of a folder on a free port until the block ends."""
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", app, f"--server.port={port}", "--server.headless=true"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for_health(process, f"http://localhost:{port}/_stcore/health", log)
            yield Server(f"http://localhost:{port}", process)
        finally:
            process.terminate()
            process.wait(SECONDS)


def not_copied(folder: str, names: list[str]) -> set[str]:
    """What a running copy needs not."""
    if Path(folder).name == "node_modules":
        return set(names) - {"leaflet", "proj4", "@geoman-io", "pbf"}
    return {"var", "tests", "__pycache__", "docs", *(name for name in names if name.startswith("."))} - {".streamlit"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait_for_health(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    latest = time.monotonic() + SECONDS
    while time.monotonic() < latest and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=SECONDS).close()  # noqa: S310 - our own address
        except (urllib.error.URLError, ConnectionError):
            _pause(process)
        else:
            return
    raise AssertionError(log.read_text("utf-8", "replace"))


def _pause(process: subprocess.Popen[bytes]) -> None:
    """Wait a moment for the server to end, which it should not."""
    try:
        process.wait(0.1)
    except subprocess.TimeoutExpired:
        return


@dataclass
class Witness:
    """What went on in a page and its frames."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Write down requests, errors and dialogs of a page."""
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._host(socket.url))
        page.on("response", self._response)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", self._dialog)

    def _host(self, url: str) -> None:
        if url.startswith(("http", "ws")):
            self.hosts.add(url.split("/")[2])

    def _request(self, request: Request) -> None:
        self._host(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.errors.append(f"{response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()


@contextmanager
def watched(profile: BrowserContext, size: tuple[int, int]) -> Iterator[tuple[Page, Witness]]:
    """A fresh page of a size, and its witness."""
    page, witness = profile.new_page(), Witness()
    page.set_default_timeout(PATIENCE * 1000)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    witness.watch(page)
    try:
        yield page, witness
    finally:
        page.close()


def open_map(page: Page, url: str) -> Frame:
    """Open an address and wait for its drawn map."""
    page.goto(url)
    return drawn_map(page)


def drawn_map(page: Page) -> Frame:
    """Wait for the drawn map of a page; return its frame."""
    holder = page.wait_for_selector("iframe")
    frame = holder and holder.content_frame()
    assert frame
    frame.wait_for_selector("body[data-drawn=true]", state="attached")
    return frame


def open_sheet(page: Page, url: str) -> None:
    """Open 数据说明 and wait for its last table."""
    page.goto(f"{url}/about")
    page.locator(".sheet table").last.wait_for()


def view(frame: Frame) -> tuple[float, float, float]:
    """Longitude, latitude and zoom of the map's middle."""
    lng, lat, zoom = frame.evaluate("[map.getCenter().lng, map.getCenter().lat, map.getZoom()]")
    return float(lng), float(lat), float(zoom)


def pixel(page: Page, frame: Frame, lng: float, lat: float) -> tuple[float, float]:
    """Where on the page a position lies, in whole pixels."""
    x, y = frame.evaluate(
        "([lng, lat]) => { const {x, y} = map.latLngToContainerPoint([lat, lng]).round(); return [x, y] }",
        [lng, lat],
    )
    box = page.locator("iframe").bounding_box()
    assert box
    return box["x"] + x, box["y"] + y


def click(page: Page, frame: Frame, lng: float, lat: float) -> None:
    """Click into the map."""
    page.mouse.click(*pixel(page, frame, lng, lat))


def switch_theme(page: Page, frame: Frame, theme: str) -> None:
    """Press a theme's button and wait for its map."""
    page.locator(".st-key-theme").get_by_text(THEMES[theme], exact=True).click()
    frame.wait_for_selector(f"body[data-theme={theme}]", state="attached")


def wait_for_title(page: Page, title: str) -> None:
    """Wait until the panel is about something."""
    page.locator(TITLE, has_text=re.compile(f"^{re.escape(title)}$")).wait_for()


def wait_until_still(frame: Frame) -> None:
    """Wait until the map has stood still for three pictures."""
    frame.evaluate(
        """() => new Promise((done) => {
            let [last, same] = ["", 0];
            const look = () => {
                const now = [map.getBounds().toBBoxString(), map.getZoom(), Boolean(map._animatingZoom)].join();
                same = now === last && !map._animatingZoom ? same + 1 : 0;
                last = now;
                if (same >= 3) done(); else requestAnimationFrame(look);
            };
            look();
        })"""
    )


def tab_to(page: Page, wanted: str, most: int = 60) -> None:
    """Press Tab until what matches a selector has the keyboard."""
    for _ in range(most):
        if page.evaluate("(css) => document.activeElement.matches(css)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(wanted)


STRONG = (
    "window.kit.then(({kit}) => kit.plan.filter(({how}) => how === 'strong').map(({properties: {id}}) => id).sort())"
)
GRID = "[data-testid=stDataFrame] table[role=grid]"
ROW = 32.8
"""Height of a row of the list in pixels, and of its head."""


def open_list(page: Page, url: str) -> Frame:
    """Open 项目与设施 and wait for its map and its list."""
    frame = open_map(page, url)
    page.locator(GRID).wait_for(state="attached")
    return frame


def names_listed(page: Page) -> list[str]:
    """Names of the rows of the list that are in sight."""
    return page.locator(f"{GRID} td[aria-colindex='1']").all_text_contents()


def names_checked(page: Page) -> Locator:
    """Names of the rows in sight that are checked."""
    return page.locator(f"{GRID} tr[aria-selected=true] td[aria-colindex='1']")


def check_row(page: Page, number: int) -> None:
    """Press the box before a row of the list, counted from 0."""
    box = page.locator("[data-testid=data-grid-canvas]").bounding_box()
    assert box
    page.mouse.click(box["x"] + ROW / 2, box["y"] + ROW * (number + 1.5))


def wait_for_strong(frame: Frame, ids: Iterable[str]) -> None:
    """Wait until just these ids are drawn strongly on the map."""
    frame.wait_for_function(f"(ids) => {STRONG}.then((drawn) => drawn.join() === ids)", arg=",".join(sorted(ids)))


def wait_for_selected(frame: Frame, ids: Iterable[str]) -> None:
    """Wait until just these ids are selected on the map."""
    selected = "(ids) => window.kit.then(({kit}) => kit.state.selected.join() === ids)"
    frame.wait_for_function(selected, arg=",".join(ids))


def search_for(page: Page, words: str) -> None:
    """Go to the search box by keyboard and type."""
    box = "[role=combobox][aria-controls=search-list][data-url]"
    page.locator(box).wait_for()  # nobody presses Tab sixty times while a page opens
    tab_to(page, box)
    page.keyboard.type(words)
    page.locator("#search-list li").first.wait_for()
