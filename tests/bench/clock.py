"""The browser's own clock: contexts, timed acts, long tasks, heap."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page
from streamlit.testing.v1 import AppTest

SIZE = {"width": 1920, "height": 1080}

CLOCK = "window.clock = () => performance.timeOrigin + performance.now();"
READY = """if (window === window.top) {
    const look = () => {
        if (!(%s)) requestAnimationFrame(look);
        else requestAnimationFrame(() => { window.readyAt = clock() });
    };
    requestAnimationFrame(look);
}"""
LONG_TASKS = """window.top.tasks ??= [];
new PerformanceObserver((list) => list.getEntries().forEach(({startTime, duration}) =>
    window.top.tasks.push([performance.timeOrigin + startTime, duration, window === window.top ? "page" : "map"])))
    .observe({type: "longtask", buffered: true});"""

WHEN = """([event, done]) => {
    Object.assign(window, {startAt: 0, endAt: 0});
    document.addEventListener(event, () => { window.startAt = clock() }, {capture: true, once: true});
    const shown = new Function(`return ${done}`);
    const look = () => {
        if (!window.startAt || !shown()) requestAnimationFrame(look);
        else requestAnimationFrame(() => { window.endAt = clock() });
    };
    look();
}"""


class Line(NamedTuple):
    """A measured figure: what, the figure, its unit, what it is compared with, the most it may be."""

    what: str
    value: float
    unit: str
    beside: str = ""
    target: float | None = None

    def row(self) -> str:
        """The line of a Markdown table."""
        verdict = "" if self.target is None else ("met" if self.value <= self.target else "**missed**")
        target = "" if self.target is None else f"≤ {self.target:g}"
        return f"| {self.what} | {self.value:.3g} {self.unit} | {self.beside} | {target} | {verdict} |"


@contextmanager
def context(browser: Browser, *scripts: str) -> Iterator[BrowserContext]:
    """A fresh browser context: nothing is cached."""
    fresh = browser.new_context(viewport={"width": SIZE["width"], "height": SIZE["height"]})
    fresh.add_init_script("\n".join((CLOCK, *scripts)))
    try:
        yield fresh
    finally:
        fresh.close()


def timed(page: Page, waiting: str, act: Callable[[], object]) -> float:
    """Seconds from the click of an act to the frame that shows its effect."""
    page.evaluate("(waiting) => Object.assign(window, {waiting, startAt: 0, endAt: 0})", waiting)
    act()
    page.wait_for_function("window.endAt")
    return float(page.evaluate("(window.endAt - window.startAt) / 1000"))


def until(page: Page, event: str, done: str, act: Callable[[], object]) -> float:
    """Seconds from the first event of a kind in an act to the frame after a script has become true."""
    page.evaluate(WHEN, [event, done])
    act()
    page.wait_for_function("window.endAt")
    return float(page.evaluate("(window.endAt - window.startAt) / 1000"))


def seconds(act: Callable[[], object], runs: int) -> float:
    """Median seconds of an act on the server; the first round warms up."""
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return median(taken[1:])


@contextmanager
def as_served() -> Iterator[None]:
    """Let the collector pass over what is there already, as app.py does when it has read everything."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def rerun(script: Path, links: tuple[dict[str, str], ...], runs: int, *, page: str = "") -> float:
    """Median milliseconds of a run of an app's script, or of one of its pages, over several links."""
    app = AppTest.from_file(str(script), default_timeout=60)
    app = app.switch_page(page) if page else app
    app.run()
    return median(_rerun(app, link) for _ in range(runs) for link in links)


def _rerun(app: AppTest, link: dict[str, str]) -> float:
    app.query_params.clear()
    for key, value in link.items():
        app.query_params[key] = value
    start = time.perf_counter()
    app.run()
    return (time.perf_counter() - start) * 1000


def heap(session: CDPSession) -> float:
    """Megabytes in use after a forced collection."""
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "JSHeapUsedSize")) / 1e6
