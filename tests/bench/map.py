"""How fast the map is, beside an empty Streamlit app and plain folium: `python tests/bench/map.py [--runs 5]`.

Times on a page are counted by the browser's own clock, from the start of the navigation or from the DOM event to the
animation frame after what was waited for has appeared. All servers are warm; the apps take turns.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Frame, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata.config import load_config  # noqa: E402
from geodata.land import load_land  # noqa: E402
from layers import compose  # noqa: E402
from layers.style import load_styles  # noqa: E402
from pages.ui import caches  # noqa: E402
from tests.bench.clock import LONG_TASKS, READY, Line, as_served, context, heap, rerun, timed  # noqa: E402
from tests.bench.lists import ECHO, echo, list_lines, lists, made_up, profile_list  # noqa: E402
from tests.browser.conftest import NAMES, QUIET  # noqa: E402
from tests.browser.dashboard import (  # noqa: E402
    Server,
    drawn_map,
    not_copied,
    open_map,
    pixel,
    running,
    switch_theme,
)

RESULT = Path(__file__).with_suffix(".json")
CARDS = ((121.513, 38.872), (121.36, 38.885), (121.4936, 38.8308), (121.3857, 38.8262), (121.46, 38.905))
THEMES = ("projects", "infrastructure", "ecology", "renewal", "layout")
LINKS: tuple[dict[str, str], ...] = ({}, {"sel": "Z001"}, {"sel": "Z003"}, {"theme": "projects"}, {"sel": "P001"})

EMPTY = 'import streamlit as st\n\nst.write("x")\n'
PLAIN_APP = """import sys

import streamlit as st
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

sys.path.insert(0, {root!r})
from layers import assets

app = st.App("plain.py", routes=[Mount("/assets/{{version}}", StaticFiles(directory=assets.FRONTEND))])
"""
PLAIN_PAGE = """import json
from pathlib import Path

import folium
import streamlit as st
from layers import assets
from streamlit_folium import st_folium

colour = st.segmented_control("theme", ["#1565c0", "#c2185b"], default="#1565c0", required=True)
drawn = folium.Map((38.868, 121.427), zoom_start=12, tiles=None, prefer_canvas=True)
drawn.default_js = [("leaflet", assets.url(assets.LEAFLET))]
drawn.default_css = [("leaflet_css", assets.url(assets.LEAFLET_CSS))]
for file in {files!r}:
    layer = json.loads(Path(file).read_text("utf-8"))
    named = "name" in layer["features"][0]["properties"]
    folium.GeoJson(
        layer,
        style_function=lambda _feature: {{"color": colour}},
        marker=folium.CircleMarker(radius=6),
        tooltip=folium.GeoJsonTooltip(["name"]) if named else None,
    ).add_to(drawn)
st_folium(drawn, key="map", height=700, use_container_width=True, returned_objects=[])
"""

DRAWN = "window.frames[0]?.document.body?.dataset.drawn === 'true'"
TEXT_SHOWN = "document.querySelector('[data-testid=stMarkdownContainer] p')?.textContent === 'x'"
PLAIN_DRAWN = "Object.keys(window.frames[0]?.map?._layers ?? {}).length > 150"

WATCH_PAGE = """() => {
    const on = () => { window.startAt = clock() };
    for (const {document} of [window, window.frames[0]]) document.addEventListener("click", on, true);
    const done = () => requestAnimationFrame(() => { window.endAt = clock() });
    new MutationObserver(() => {
        const title = document.querySelector(".panel h2")?.textContent;
        if (title !== window.title) { window.title = title; if (window.waiting === "card") done(); }
    }).observe(document.querySelector(".panel:has(h2)").parentElement,
        {subtree: true, childList: true, characterData: true});
    new MutationObserver(() => { if (window.waiting === "theme") done() })
        .observe(window.frames[0].document.body, {attributeFilter: ["data-theme"]});
}"""
TIMINGS = """() => performance.getEntriesByType("resource").map(({name, startTime, responseEnd, transferSize}) =>
    [performance.timeOrigin + startTime, performance.timeOrigin + responseEnd, transferSize, name])"""


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, Server]]:
    """The dashboard with a store of its own, two empty apps, plain folium with the same layers, and a long list."""
    homes = {
        "dashboard": Path(shutil.copytree(ROOT, folder / "dashboard", ignore=not_copied)),
        "empty": write_app(folder / "empty", {"app.py": EMPTY}),
        "echo": write_app(folder / "echo", {"app.py": ECHO}),
        "plain": plain_app(folder),
        "made_up": made_up(folder),
    }
    with ExitStack() as stack:
        yield {name: stack.enter_context(running(home, folder / f"{name}.txt")) for name, home in homes.items()}


def plain_app(folder: Path) -> Path:
    """The dashboard's layers through folium.GeoJson, with our leaflet."""
    config, _ = load_config()
    styles, _ = load_styles(config.data_path / "tables")
    layers = compose.options(load_land(config), styles, config)["layers"]
    files = [str(config.data_path / layer["url"].strip("/")) for layer in layers]
    page = PLAIN_PAGE.format(files=files)
    return write_app(folder / "plain", {"app.py": PLAIN_APP.format(root=str(ROOT)), "plain.py": page})


def write_app(folder: Path, files: dict[str, str]) -> Path:
    """An app with the dashboard's own settings of Streamlit."""
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def opening(browser: Browser, url: str, ready: str) -> float:
    """Seconds from the start of the navigation to the frame after it is ready."""
    with context(browser, READY % ready) as fresh:
        page = fresh.new_page()
        page.goto(url)
        page.wait_for_function("window.readyAt")
        return float(page.evaluate("(window.readyAt - performance.timeOrigin) / 1000"))


def openings(browser: Browser, running_apps: dict[str, Server], runs: int) -> dict[str, float]:
    """Median seconds of opening each app; they take turns, the first round warms up."""
    ready = {"empty": TEXT_SHOWN, "dashboard": DRAWN, "plain": PLAIN_DRAWN}
    rounds = [{name: opening(browser, running_apps[name].url, ready[name]) for name in ready} for _ in range(runs + 1)]
    return {name: median(one[name] for one in rounds[1:]) for name in ready}


def answers(browser: Browser, url: str, runs: int) -> dict[str, float]:
    """Median seconds of click to card and of theme switch; the first round warms up."""
    with context(browser) as fresh:
        page = fresh.new_page()
        frame = open_map(page, url)
        page.evaluate(WATCH_PAGE)
        cards = [timed(page, "card", partial(press, page, frame, at)) for _ in range(runs + 1) for at in CARDS]
        themes = [
            timed(page, "theme", partial(switch_theme, page, frame, theme)) for _ in range(runs + 1) for theme in THEMES
        ]
    return {"card": median(cards[len(CARDS) :]), "theme": median(themes[len(THEMES) :])}


def press(page: Page, frame: Frame, at: tuple[float, float]) -> None:
    """Click into the map."""
    page.mouse.click(*pixel(page, frame, *at))


def plain_switch(browser: Browser, url: str, runs: int) -> float:
    """Median seconds from the click to the new colour in plain folium."""
    taken = []
    with context(browser, READY % PLAIN_DRAWN) as fresh:
        page = fresh.new_page()
        page.goto(url)
        page.wait_for_function("window.readyAt")
        for run in range(runs + 1):
            colour = ("#c2185b", "#1565c0")[run % 2]
            page.evaluate("document.addEventListener('click', () => { window.startAt = clock() }, {capture: true})")
            page.get_by_text(colour, exact=True).click()
            page.wait_for_function(
                "(colour) => Object.values(window.frames[0].map?._layers ?? {}).filter(({options}) =>"
                " options?.color === colour).length > 100",
                arg=colour,
            )
            taken.append(float(page.evaluate("(clock() - window.startAt) / 1000")))
    return median(taken[1:])


def heap_growth(browser: Browser, url: str) -> tuple[float, float]:
    """Megabytes of JavaScript after 5 and after 100 clicks."""
    with context(browser) as fresh:
        page = fresh.new_page()
        frame = open_map(page, url)
        page.evaluate(WATCH_PAGE)
        session = fresh.new_cdp_session(page)
        session.send("Performance.enable")
        sizes = {}
        for count in range(1, 101):
            timed(page, "card", partial(press, page, frame, CARDS[count % len(CARDS)]))
            if count in {5, 100}:
                sizes[count] = heap(session)
    return sizes[5], sizes[100]


def profile(browser: Browser, url: str) -> None:
    """Print what arrives when, and long tasks, of one opening in a fresh context."""
    with context(browser, READY % DRAWN, LONG_TASKS) as fresh:
        page = fresh.new_page()
        page.goto(url)
        frame = drawn_map(page)
        page.wait_for_function("window.readyAt")
        origin = page.evaluate("performance.timeOrigin")
        print(f"\nready at {page.evaluate('window.readyAt') - origin:.0f} ms\n")
        print("| from | to | kB | what |\n|--:|--:|--:|---|")
        rows: list[list[Any]] = [*page.evaluate(TIMINGS), *frame.evaluate(TIMINGS)]
        for start, end, size, name in sorted(rows):
            print(f"| {start - origin:.0f} | {end - origin:.0f} | {size / 1000:.0f} | {name.split('/', 3)[3][-60:]} |")
        for start, duration, where in sorted(page.evaluate("window.tasks")):
            print(f"| {start - origin:.0f} | {start - origin + duration:.0f} | | long task ({where}) |")


def commit() -> str:
    """Hash of what was measured."""
    git = shutil.which("git") or "git"
    done = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def measure(runs: int, *, profiled: bool) -> list[Line]:
    """All figures, in the order of the table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder)) as apps,
        sync_playwright() as playwright,
    ):
        path = next(filter(None, map(shutil.which, NAMES)))
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        opened = openings(browser, apps, runs)
        answered = answers(browser, apps["dashboard"].url, runs)
        switched = plain_switch(browser, apps["plain"].url, runs)
        plain = rerun(Path(folder) / "plain" / "plain.py", ({},), runs)
        early, late = heap_growth(browser, apps["dashboard"].url)
        homes = {"dashboard": ROOT, "made_up": Path(folder) / "made_up"}
        listed = {name: lists(browser, apps[name].url, home, runs) for name, home in homes.items()}
        echoed = echo(browser, apps["echo"].url, runs)
        if profiled:
            profile(browser, apps["dashboard"].url)
            for name, home in homes.items():
                profile_list(browser, apps[name].url, home, runs)
        browser.close()
    caches.scene()
    with as_served():
        served = rerun(ROOT / "pages" / "main.py", LINKS, runs)
    beside = f"{opened['dashboard']:.2f} s / {opened['empty']:.2f} s"
    return [
        Line("(a) opening to the drawn map / empty app", opened["dashboard"] / opened["empty"], "times", beside, 2.0),
        Line("(b) click to card", answered["card"], "s", target=0.3),
        Line("(c) theme switch", answered["theme"], "s", f"plain folium {switched:.2f} s", 0.3),
        Line("(d) server time per rerun", served, "ms", f"plain folium {plain:.0f} ms", 50),
        Line("(e) opening through plain folium.GeoJson / dashboard", opened["plain"] / opened["dashboard"], "times",
             f"{opened['plain']:.2f} s / {opened['dashboard']:.2f} s"),
        Line("(f) heap after 100 clicks / after 5", late / early, "times", f"{late:.1f} MB / {early:.1f} MB", 1.3),
        *list_lines(listed["dashboard"], listed["made_up"], echoed),
    ]  # fmt: skip


def main() -> None:
    """Measure, print the table, keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", action="store_true", help="print what an opening waits for")
    chosen = parser.parse_args()
    lines = measure(chosen.runs, profiled=chosen.profile)
    date = dt.datetime.now(dt.UTC).date().isoformat()
    print(f"\n{date}, commit {commit()}, {os.cpu_count()} cores, median of {chosen.runs}\n")
    print("| what | measured | beside | target | |\n|---|--:|---|--:|---|")
    print("\n".join(line.row() for line in lines))
    kept = {"commit": commit(), "date": date, "cores": os.cpu_count(), "runs": chosen.runs}
    figures = [{key: value for key, value in line._asdict().items() if value not in ("", None)} for line in lines]
    RESULT.write_text(json.dumps({**kept, "figures": figures}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
