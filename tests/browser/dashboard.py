"""Driving the real dashboard: its server, its page, its map. The tests say what must hold."""

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Frame, Page, Request, Response

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS = 60
SIZES = ((1920, 1080), (1280, 720))
THEMES = {"layout": "布局", "projects": "项目", "infrastructure": "基础设施", "ecology": "生态", "renewal": "更新"}
TITLE = ".panel h2"


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
    """What went on in a browser context."""

    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Write down requests, errors and dialogs of a context."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("dialog", self._dialog)
        context.on("page", lambda page: page.on("websocket", lambda socket: self._host(socket.url)))

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
def watched(browser: Browser, size: tuple[int, int]) -> Iterator[tuple[Page, Witness]]:
    """A fresh browser context with one page of a size, and its witness."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    witness = Witness()
    witness.watch(context)
    try:
        yield context.new_page(), witness
    finally:
        context.close()


def open_map(page: Page, url: str) -> Frame:
    """Open an address and wait for its drawn map."""
    page.goto(url)
    return drawn_map(page)


def drawn_map(page: Page) -> Frame:
    """Wait for the drawn map of a page; return its frame."""
    frame = page.wait_for_selector("iframe").content_frame()
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
        "([lng, lat]) => { const {x, y} = map.latLngToContainerPoint([lat, lng]); return [Math.round(x), Math.round(y)] }",
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


def tabbed_to(page: Page, wanted: str, most: int = 60) -> bool:
    """Press Tab until what matches a selector has the keyboard."""
    arrived: Callable[[], object] = lambda: page.evaluate("(css) => document.activeElement.matches(css)", wanted)  # noqa: E731
    for _ in range(most):
        if arrived():
            return True
        page.keyboard.press("Tab")
    return bool(arrived())


def settled_text(page: Page) -> str:
    """All text of a page that is being torn down or built: empty where it cannot be read now."""
    try:
        return page.locator("body").inner_text()
    except Error:
        return ""
