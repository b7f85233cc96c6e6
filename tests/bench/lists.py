"""How fast the list of 项目与设施 is: filter to list and map, search, export; on the plan and on made-up projects."""

import json
import random
import shutil
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import geopandas as gpd
import streamlit as st
from playwright.sync_api import Browser, Page
from shapely import Point

from geodata import browse, crs
from geodata.config import ROOT, PlanConfig, load_config
from geodata.land import Land, load_land
from geodata.writing.delivery import Delivery
from geodata.writing.formats import FORMATS
from geodata.writing.formats import written as writing
from pages.ui import caches
from tests.bench.clock import LONG_TASKS, Line, context, rerun, seconds, until
from tests.browser.dashboard import not_copied, open_list

MADE_UP = 5000
FILTERS = {"plan": ("gs", "学校", "ws", "建设"), "made_up": ("演示项目-1", "演示项目-22", "演示", "yanshixiangmu33")}
SEARCHES = {"plan": ("qxl", "英歌石", "wushui", "P012"), "made_up": ("ysxm12", "演示项目-4321", "yanshi", "F500")}
SEEN = 5
"""Rows of the list that are looked at: fewer than are ever in sight."""

PAINTED = """if (window === window.top) {
    const {fillText} = CanvasRenderingContext2D.prototype;
    window.painted = [];
    let texts = null;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
        if (!texts) {
            texts = new Set();
            requestAnimationFrame(() => { if (texts.has("名称")) window.painted = [...texts]; texts = null; });
        }
        texts.add(text);
        return fillText.call(this, text, ...where);
    };
}"""
"""The list is a canvas: what its last whole picture says, heads first, then column by column."""
FILTERED = """document.querySelector("[data-testid=stCaptionContainer]")?.textContent.includes("共 {rows} 项，")
    && window.kitNow.state.only.length === {placed}
    && window.painted.filter((text) => !window.heads.includes(text)).slice(0, {seen}).join() === {names}"""
FOUND = """!document.querySelector("#search-list").hidden
    && document.querySelector("#search-list li").textContent !== {before!r}"""

_DOWNLOADS = 10
"""Chromium wants a fresh page after so many downloads in a row."""

ECHO = """import streamlit as st

st.caption(f"共 {len(st.text_input('q', key='q'))} 项")
"""
"""As little as a filter can be: what is typed comes back as a number."""


def made_up(folder: Path) -> Path:
    """A copy of the dashboard whose projects are made up: points at random places of the zone."""
    copy = Path(shutil.copytree(ROOT, folder / "made_up", ignore=not_copied))
    path = copy / "geodata" / "data" / "plan" / "projects.geojson"
    layer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    zone = crs.degrees(load_land(load_config()[0]).placed.loc[["Z001"]]).geometry.iloc[0]
    chance = random.Random(5)  # noqa: S311 - made-up places
    places: list[Point] = []
    west, south, east, north = zone.bounds
    while len(places) < MADE_UP:
        place = Point(round(chance.uniform(west, east), 5), round(chance.uniform(south, north), 5))
        places += [place] if zone.contains(place) else []
    models = [feature["properties"] for feature in layer["features"]]
    layer["features"] = [_made_up(number, place, models) for number, place in enumerate(places)]
    path.write_text(json.dumps(layer, ensure_ascii=False), "utf-8")
    return copy


def _made_up(number: int, place: Point, models: list[dict[str, Any]]) -> dict[str, Any]:
    name = f"演示项目-{number + 1:04}"
    told = {"id": f"{'BCDEF'[number // 1000]}{number % 1000:03}", "name": name, "short": name}
    where = {"parent": "Z001", "basis": "位置示意", "accuracy_m": 500}
    geometry = {"type": "Point", "coordinates": [place.x, place.y]}
    return {"type": "Feature", "properties": models[number % len(models)] | told | where, "geometry": geometry}


def lists(browser: Browser, url: str, home: Path, runs: int) -> dict[str, float]:
    """Median seconds on a list: filter to list and map, search answer, export of everything (server, and click)."""
    which = "plan" if home == ROOT else "made_up"
    land = load_land(load_config()[0], home / "geodata" / "data" / "plan")
    rows = browse.filtered(land, browse.Filter())
    with context(browser, PAINTED) as fresh:
        page = fresh.new_page()
        watch_list(page, url, land)
        counts = {word: browse.filtered(land, browse.Filter(q=word)) for word in FILTERS[which]}
        narrowed = [narrow(page, word, counts[word]) for _ in range(runs + 1) for word in counts]
        narrow(page, "", rows)
        found = [find(page, word) for _ in range(runs + 1) for word in SEARCHES[which]]
        saved = {label: exports(page, url, label, runs) for label in FORMATS}
    written = {
        f"{label} written": seconds(partial(writing, label, Delivery(browse.table(land, rows), {}, decimals=5)), runs)
        for label in FORMATS
    }
    return {
        "filter": median(narrowed[len(counts) :]),
        "search": median(found[len(SEARCHES[which]) :]),
        **saved,
        **written,
    }


def watch_list(page: Page, url: str, land: Land) -> None:
    """Open the list and reach its map's state."""
    frame = open_list(page, f"{url}/projects")
    frame.evaluate("window.kit.then(({kit}) => { window.top.kitNow = kit })")
    page.evaluate("(heads) => { window.heads = heads }", list(browse.columns(land)))


def narrow(page: Page, word: str, rows: gpd.GeoDataFrame) -> float:
    """Seconds from Enter in the text filter to the painted list, its caption and its map."""
    field = page.locator(".st-key-filter_q input")
    field.fill(word)
    names = list(rows["name"])[:SEEN]
    placed = int(rows.geometry.notna().sum())
    done = FILTERED.format(rows=len(rows), placed=placed, seen=len(names), names=json.dumps(",".join(names)))
    return until(page, "keydown", done, partial(field.press, "Enter"))


def find(page: Page, word: str) -> float:
    """Seconds from the input event to the list of hits."""
    before = page.locator("#search-list").evaluate("(list) => list.firstElementChild?.textContent ?? ''")
    act = partial(page.get_by_role("combobox", name="搜索", exact=True).fill, word)
    return until(page, "input", FOUND.format(before=before), act)


def exports(page: Page, url: str, label: str, runs: int) -> float:
    """Median seconds of an export of everything."""
    open_list(page, f"{url}/projects")
    return median([export(page, label) for _ in range(min(runs + 1, _DOWNLOADS))][1:])


def export(page: Page, label: str) -> float:
    """Seconds from the click to the complete file."""
    start = time.perf_counter()
    with page.expect_download() as coming:
        page.get_by_role("link", name=f"导出 {label}").click()
    coming.value.path()
    return time.perf_counter() - start


def echo(browser: Browser, url: str, runs: int) -> float:
    """Median seconds from Enter to the answer in an app that does nothing else; the first run warms up."""
    taken = []
    with context(browser) as fresh:
        page = fresh.new_page()
        page.goto(url)
        field = page.locator(".st-key-q input")
        for run in range(4 * runs + 1):
            field.fill("x" * (run % 7 + 1))
            done = (
                f"""document.querySelector("[data-testid=stCaptionContainer]").textContent === "共 {run % 7 + 1} 项" """
            )
            taken.append(until(page, "keydown", done, partial(field.press, "Enter")))
    return median(taken[1:])


def profile_list(browser: Browser, url: str, home: Path, runs: int) -> None:
    """Print what filtering a list takes on the server, on the wire and in the browser."""
    config, _ = load_config()
    config = config.model_copy(update={"plan": PlanConfig(folder=str(home / "geodata" / "data" / "plan"))})
    words = FILTERS["plan" if home == ROOT else "made_up"]
    with patch.object(caches, "load_config", lambda: (config, ())):
        st.cache_resource.clear()
        taken = rerun(ROOT / "pages" / "main.py", tuple({"q": word} for word in words), runs, page="projects.py")
        land = caches.scene().land
    st.cache_resource.clear()
    sizes: list[int] = []
    with context(browser, LONG_TASKS, PAINTED) as fresh:
        page = fresh.new_page()
        page.on("websocket", lambda socket: socket.on("framereceived", lambda data: sizes.append(len(data))))
        watch_list(page, url, land)
        print(f"\nlist of {home.name}: script {taken:.0f} ms\n")
        print("| filter | rows | s | kB received | long tasks (from Enter, ms) |\n|---|--:|--:|--:|---|")
        for word in words:
            rows = browse.filtered(land, browse.Filter(q=word))
            page.evaluate("window.tasks = []")
            sizes.clear()
            spent = narrow(page, word, rows)
            start = page.evaluate("window.startAt")
            tasks = ", ".join(
                f"{where} {at - start:.0f}+{length:.0f}" for at, length, where in page.evaluate("window.tasks")
            )
            print(f"| {word} | {len(rows)} | {spent:.3f} | {sum(sizes) / 1000:.0f} | {tasks} |")


def list_lines(plan: dict[str, float], long: dict[str, float], echoed: float) -> list[Line]:
    """The figures of the lists."""
    beside = f"empty app {echoed:.3f} s"
    written = [
        Line(f"(j) export of everything, {label}, click to file", one[label], "s",
             f"{which}; writer {one[f'{label} written']:.2f} s", 2.0)
        for which, one in {"the plan": plan, f"{MADE_UP} projects": long}.items()
        for label in FORMATS
    ]  # fmt: skip
    return [
        Line("(g) filter to list and map, the plan", plan["filter"], "s", beside, 0.2),
        Line(f"(h) filter to list and map, {MADE_UP} made-up projects", long["filter"], "s", beside, 0.3),
        Line("(i) search answer, the plan", plan["search"], "s", target=0.15),
        Line(f"(i) search answer, {MADE_UP} made-up projects", long["search"], "s", target=0.15),
        *written,
    ]
