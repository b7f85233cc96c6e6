"""How fast a park that is tried shows: `python tests/bench/proposals.py [--runs 5]`.

On the server: the main figures of the whole zone and of each subdistrict, and the land whose colour changes, for a park
nobody has tried before. In the browser: from the click on the map to the park, the figures and the colours.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from shapely import Point

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata import reporting  # noqa: E402
from geodata.config import Config  # noqa: E402
from geodata.indicators import load_indicators  # noqa: E402
from geodata.kinds import DATASETS  # noqa: E402
from geodata.land import Land, load_land  # noqa: E402
from geodata.measures import proposed, vague  # noqa: E402
from geodata.measures.inputs import Inputs, lean, needed  # noqa: E402
from geodata.parks import Park, circle  # noqa: E402
from geodata.sample import sample  # noqa: E402
from tests.bench.clock import CLOCK, SIZE, Line  # noqa: E402
from tests.browser.conftest import NAMES, QUIET  # noqa: E402
from tests.browser.dashboard import drawn_map, pixel, running, wait_until_still  # noqa: E402
from tests.browser.held import dashboard, made_up  # noqa: E402

PLOTS = 3000
KINDS = ("landuse", "green", "streets", "entrances", "population", "boundaries")
SERVER_S, CLICK_S = 0.15, 0.5
PLACES = ((121.523, 38.861), (121.47, 38.845), (121.44, 38.87), (121.50, 38.85), (121.41, 38.83), (121.49, 38.86))
WATCH = """() => {
    const map = document.querySelector("iframe").contentDocument;
    const said = () => document.querySelector(".panel .note")?.textContent ?? "";
    const look = () => {
        const drawn = map.querySelectorAll(".map-tip.park").length;
        if (!window.startAt || drawn <= window.parks || !said().includes(` ${drawn} `)) requestAnimationFrame(look);
        else requestAnimationFrame(() => { window.endAt = clock() });
    };
    look();
}"""
"""Sets `endAt` when the map shows one park more and the figures say so."""


def server(land: Land, tables: Inputs, runs: int) -> tuple[float, float]:
    """Median seconds of all that is computed for a park at a new place, by the clock and of the processor."""
    table = {key: row for key, row in load_indicators()[0].items() if row.shown != "more"}
    units = [vague.outlines(reporting.units(land, per)) for per in ("zone", "subdistrict")]
    lean = {key: {kind: tables[kind] for kind in (*needed(row), "entrances")} for key, row in table.items()}
    known = {
        (key, place): (proposed.base(row, lean[key], one), proposed.extents(row, lean[key], one))
        for key, row in table.items()
        for place, one in enumerate(units)
    }
    reach: dict[tuple[object, ...], float] = {}
    read: dict[tuple[object, ...], Inputs] = {}
    for key, row in table.items():
        scope = proposed.scope(row)
        reach[scope] = max(reach.get(scope, 0.0), proposed.reach_of(row))
        read[scope] = {**read.get(scope, {}), **lean[key]}
    homes = tables["landuse"][tables["landuse"]["code"].str.startswith("0701").to_numpy(bool)].centroid

    def once(at: Point) -> tuple[float, float]:
        start, busy = time.perf_counter(), time.process_time()
        parks = [Park("新1", "新公园1", "point", "G14", public=True, shape=circle(at, 3000))]
        nears: dict[tuple[object, ...], proposed.Near] = {}
        for key, row in table.items():
            scope = proposed.scope(row)
            if scope not in nears:
                nears[scope] = proposed.nearby(row, read[scope], parks, reach=reach[scope])
            near = nears[scope]
            for place in range(2 if key == "park500" else 1):
                before, extents = known[key, place]
                assert before is not None
                proposed.figures(proposed.with_parks(row, near, extents, before=before), units[place])
            if key == "park500":
                proposed.recoloured(row, near)
        return time.perf_counter() - start, time.process_time() - busy

    taken = [once(homes.iloc[37 * number]) for number in range(runs + 1)][1:]
    return median(wall for wall, _ in taken), median(cpu for _, cpu in taken)


def browser_seconds(browser: Browser, url: str, runs: int) -> float:
    """Median seconds from the click to the park on the map and the figures beside it."""
    page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
    page.add_init_script(CLOCK)
    page.goto(f"{url}/green")
    frame = drawn_map(page)
    frame.wait_for_selector("body[data-picture=all]", state="attached")
    page.get_by_text("方案比选：新增公园").click()
    page.get_by_text("点图放公园").click()
    page.get_by_role("radio", name="点图放公园", checked=True).wait_for()
    wait_until_still(frame)
    return median([_click(page, place) for place in PLACES[: runs + 1]][1:])


def _click(page: Page, place: tuple[float, float]) -> float:
    """One click: the map lies in a frame of its own, so the page's clock is started from there."""
    frame = drawn_map(page)
    page.evaluate(f"Object.assign(window, {{parks: {frame.locator('.map-tip.park').count()}, startAt: 0, endAt: 0}})")
    frame.evaluate(
        "document.addEventListener('mouseup', () => { top.startAt = top.clock() }, {capture: true, once: true})"
    )
    page.evaluate(WATCH)
    page.mouse.click(*pixel(page, frame, *place))
    page.wait_for_function("window.endAt")
    return float(page.evaluate("(window.endAt - window.startAt) / 1000"))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    land = load_land(Config())
    made = sample(land, plots=PLOTS)
    tables = lean({kind: made[kind].set_index("id", drop=False) for kind in KINDS})
    wall, cpu = server(land, tables, runs)
    lines = [Line("a park that is tried, on the server", wall, "s", f"processor {cpu:.2f} s", target=SERVER_S)]
    datasets = ((made_up(kind, f"演示{DATASETS[kind].label}"), made[kind]) for kind in KINDS)
    with tempfile.TemporaryDirectory() as folder:
        home = dashboard(Path(folder), *datasets)
        with running(home, home / "log.txt") as started, sync_playwright() as playwright:
            path = next(filter(None, map(shutil.which, NAMES)))
            browser = playwright.chromium.launch(executable_path=path, args=QUIET)
            seconds = browser_seconds(browser, started.url, runs)
            lines.append(Line("click to the park, its figures and colours", seconds, "s", target=CLICK_S))
    print("| what | measured | beside | target | |\n|---|--:|---|--:|---|")
    print("\n".join(line.row() for line in lines))


if __name__ == "__main__":
    main()
