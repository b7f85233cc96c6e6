"""How fast held datasets are drawn, beside an empty Streamlit app and plain folium: `python tests/bench/drawing.py`.

100 000 plots of the demonstration land. Times on a page are counted by the browser's own clock, from the start of the
navigation or from the DOM event to the animation frame after the picture, or the pixel, has changed. All servers are
warm; the apps take turns. Plain folium is timed once per run: it takes a minute.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from statistics import median

import geopandas as gpd
from playwright.sync_api import Browser, Page, sync_playwright
from shapely import Point

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata import crs, drawn, jobs, tiles  # noqa: E402
from geodata.catalogue import catalogue, read_version  # noqa: E402
from geodata.config import Config  # noqa: E402
from geodata.land import load_land  # noqa: E402
from geodata.sample import sample  # noqa: E402
from geodata.store.engine import dispose, open_store  # noqa: E402
from geodata.versions import Version  # noqa: E402
from layers import datasets, tile_routes  # noqa: E402
from tests.bench.clock import READY, Line, context, seconds, until  # noqa: E402
from tests.bench.map import EMPTY, PLAIN_APP, PLAIN_PAGE, TEXT_SHOWN, commit, write_app  # noqa: E402
from tests.browser.conftest import NAMES, QUIET  # noqa: E402
from tests.browser.dashboard import Server, click, drawn_map, pixel, running  # noqa: E402
from tests.browser.held import dashboard, made_up  # noqa: E402

RESULT = Path(__file__).with_suffix(".json")
MANY, FEW = 100_000, 20_000
MIDDLE = (121.52, 38.86)
"""Where it is looked close by: 七贤岭."""
FIRST, WHOLE = "['some', 'all'].includes({state}.picture)", "{state}.picture === 'all'"
STATE = "(window.frames[0]?.document.body?.dataset ?? {})"
PLAIN_DRAWN = f"Object.keys(window.frames[0]?.map?._layers ?? {{}}).length > {MANY}"
PATIENCE_MS = 600_000

BUTTON = """
with st.container(key="bench"):
    if st.button("换色"):
        st.session_state["marked"] = not st.session_state.get("marked", False)
"""
MARKS = '{"%s": "#C2185B"} if st.session_state.get("marked") else {}'
"""Stands on the benchmark's page alone: gives one plot another colour, and takes it away."""

WATCHED_PIXEL = """() => {
    const frame = window.frames[0];
    window.colour = () => {
        const canvas = frame.document.querySelector(".leaflet-tiles-pane canvas");
        const box = canvas.getBoundingClientRect();
        const at = frame.map.latLngToContainerPoint(window.plot);
        const scale = canvas.width / box.width;
        const [x, y] = [(at.x - box.left) * scale, (at.y - box.top) * scale];
        return canvas.getContext("2d").getImageData(x, y, 1, 1).data.join();
    };
}"""


@cache
def plots() -> gpd.GeoDataFrame:
    """Make the plots."""
    return sample(load_land(Config()), plots=MANY)["plots"]


@cache
def watched() -> tuple[str, float, float]:
    """Id, longitude and latitude of the plot that gets another colour."""
    near = crs.to_metric(*MIDDLE)
    table = plots()[plots().area > 100]  # m2: several pixels close by
    row = table[["geometry"]].loc[[table.distance(Point(near)).idxmin()]]
    place = crs.degrees(row).representative_point().iloc[0]
    return str(row.index[0]), float(place.x), float(place.y)


@contextmanager
def servers(folder: Path) -> Iterator[dict[str, Server]]:
    """The dashboard with both datasets, the empty app, and plain folium with the large one."""
    few = plots().iloc[:: MANY // FEW]
    home = dashboard(folder, (made_up("plots", "演示地块（多）"), plots()), (made_up("plots", "演示地块（少）"), few))
    add_button(home / "pages" / "data.py")
    homes = {"dashboard": home, "empty": write_app(folder / "empty", {"app.py": EMPTY}), "plain": plain_app(folder)}
    with ExitStack() as stack:
        yield {name: stack.enter_context(running(place, folder / f"{name}.txt")) for name, place in homes.items()}


def add_button(page: Path) -> None:
    """Let the copied page colour one plot at the press of a button."""
    text = page.read_text("utf-8")
    plain = "dataset_map.draw(scene, view, version)"
    marked = f"dataset_map.draw(scene, view, version, dataset_map.Beside({MARKS % watched()[0]}))"
    before = "scene, view, wrong_link = state.current()\n"
    assert plain in text
    assert before in text
    page.write_text(text.replace(before, before + BUTTON).replace(plain, marked), "utf-8")


def plain_app(folder: Path) -> Path:
    """The large dataset through folium.GeoJson, with our leaflet."""
    rows, _ = drawn.drawn(plots(), "plots")
    path = folder / "plots.geojson"
    rows.to_file(path, driver="GeoJSON")
    page = PLAIN_PAGE.format(files=[str(path)])
    return write_app(folder / "plain", {"app.py": PLAIN_APP.format(root=str(ROOT)), "plain.py": page})


def version_of(home: Path, key: str) -> tuple[Version, Config]:
    """Find a version the dashboard holds."""
    config = Config(data_folder=str(home / "var"))
    found = catalogue(open_store(config)).find(key)
    dispose()
    assert found is not None
    return found, config


def opening(browser: Browser, url: str, ready: str) -> float:
    """Seconds from the start of the navigation to the frame after it is ready."""
    with context(browser, READY % ready) as fresh:
        page = fresh.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.wait_for_function("window.readyAt")
        return float(page.evaluate("(window.readyAt - performance.timeOrigin) / 1000"))


def openings(browser: Browser, apps: dict[str, Server], runs: int) -> dict[str, float]:
    """Median seconds of opening each page; they take turns, the first round warms up."""
    url = apps["dashboard"].url
    pages = {
        "empty": (apps["empty"].url, TEXT_SHOWN),
        "plan": (url, f"{STATE}.drawn === 'true'"),
        "first": (f"{url}/data?data=1.1", FIRST.format(state=STATE)),
        "whole": (f"{url}/data?data=1.1", WHOLE.format(state=STATE)),
        "few": (f"{url}/data?data=2.1", WHOLE.format(state=STATE)),
    }
    rounds = [{name: opening(browser, *page) for name, page in pages.items()} for _ in range(runs + 1)]
    return {name: median(one[name] for one in rounds[1:]) for name in pages}


def prepared(browser: Browser, url: str) -> None:
    """Open both datasets once and wait until the tiles are there."""
    for version in ("2.1", "1.1"):
        mode = {"1.1": "tiles", "2.1": "file"}[version]
        opening(browser, f"{url}/data?data={version}", f"{STATE}.dataset === '{mode}' && {STATE}.picture === 'all'")


def colours(browser: Browser, url: str, runs: int) -> dict[str, float]:
    """Median seconds from a press to another colour of one plot, and from a click on a plot to its outline."""
    _, lng, lat = watched()
    taken: dict[str, list[float]] = {"near": [], "far": [], "click": []}
    for name, zoom in (("near", 17), ("far", 0)):
        at = f"&at={lng:.5f},{lat:.5f},{zoom}" if zoom else ""
        with context(browser) as fresh:
            page = fresh.new_page()
            page.goto(f"{url}/data?data=1.1{at}")
            frame = drawn_map(page)
            frame.wait_for_selector("body[data-dataset=tiles][data-picture=all]", state="attached")
            page.evaluate("(plot) => { window.plot = plot }", [lat, lng])
            page.evaluate(WATCHED_PIXEL)
            for _ in range(2 * runs + 2):
                before = page.evaluate("window.colour()")
                press = partial(page.get_by_role("button", name="换色").click)
                taken[name].append(until(page, "click", f"window.colour() !== '{before}'", press))
            if zoom:
                taken["click"] = [select(page, (lng, lat), step) for step in range(2 * runs + 2)]
    return {name: median(values[2:]) for name, values in taken.items()}


def select(page: Page, at: tuple[float, float], step: int) -> float:
    """Seconds from a click on one of two plots to its outline."""
    frame = drawn_map(page)
    lng, lat = at[0] + (step % 2) * 0.001, at[1]
    frame.evaluate("() => { document.onclick = () => { window.top.startAt = window.top.clock() } }")
    page.evaluate(
        """() => {
            Object.assign(window, {startAt: 0, endAt: 0});
            const group = () => JSON.stringify(window.frames[0].wanted.dataset.selected);
            const before = group();
            const look = () => { group() === before ? requestAnimationFrame(look)
                : requestAnimationFrame(() => { window.endAt = clock() }) };
            look();
        }"""
    )
    assert pixel(page, frame, lng, lat)
    click(page, frame, lng, lat)
    page.wait_for_function("window.endAt")
    return float(page.evaluate("(window.endAt - window.startAt) / 1000"))


def written(home: Path, runs: int) -> dict[str, float]:
    """Median seconds of what the server does once per version, or at every move of a map without tiles."""
    version, config = version_of(home, "1.1")
    rows = read_version(config.data_path, version)
    base = drawn.base_of(config.data_path, version)
    view = datasets.rows(base)
    box = tuple(float(edge) for edge in view.total_bounds)
    assert len(box) == 4
    return {
        "publish": seconds(partial(drawn.write, rows, version.kind, base), runs),
        "window": seconds(partial(tile_routes.in_view, view, box, 12.3), runs),
        **{engine: seconds(partial(tiles.make, quiet, base, engine), 1) for engine in tiles.ENGINES},
        "job": job(config, version),
    }


def quiet(_progress: float, _said: str) -> None:
    """Hear the progress of work and keep it to oneself."""


def job(config: Config, version: Version) -> float:
    """Seconds from asking for the tiles to having them, in a process of their own."""
    base = drawn.base_of(config.data_path, version)
    tiles.archive(base).unlink()
    start = time.perf_counter()
    told = jobs.run(config.data_path, tiles.job(version.audience, base.name), tiles.make, base)
    assert told.state == "done", told
    return time.perf_counter() - start


def measure(runs: int) -> list[Line]:
    """All figures, in the order of the table."""
    with (
        tempfile.TemporaryDirectory() as name,
        servers(Path(name)) as apps,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=next(filter(None, map(shutil.which, NAMES))), args=QUIET)
        prepared(browser, apps["dashboard"].url)
        opened = openings(browser, apps, runs)
        changed = colours(browser, apps["dashboard"].url, runs)
        plain = opening(browser, apps["plain"].url, PLAIN_DRAWN)
        browser.close()
        spent = written(Path(name) / "dashboard", runs)
    empty = f"empty app {opened['empty']:.2f} s, 总览 {opened['plan']:.2f} s"
    return [
        Line(f"(a) opening {MANY} plots to the first picture", opened["first"], "s", empty, 2.0),
        Line(f"(b) opening {MANY} plots to the whole picture", opened["whole"], "s", empty, 3.0),
        Line("(c) plain folium.GeoJson / dashboard, the same plots", plain / opened["whole"], "times",
             f"{plain:.1f} s / {opened['whole']:.2f} s"),
        Line(f"(d) opening {FEW} plots from one file", opened["few"], "s", empty),
        Line("(e) press to another colour of one plot, close by", changed["near"], "s", target=0.3),
        Line("(e) press to another colour of one plot, whole zone", changed["far"], "s", target=0.3),
        Line("(f) click on a plot to its outline", changed["click"], "s", target=0.3),
        Line(f"(g) tiles of {MANY} plots, process and all", spent["job"], "s",
             f"tippecanoe {spent['tippecanoe']:.1f} s, GDAL {spent['gdal']:.1f} s", 30.0),
        Line(f"(h) {MANY} plots made ready for the browser", spent["publish"], "s"),
        Line("(i) features in view, the whole zone", spent["window"], "s"),
    ]  # fmt: skip


def main() -> None:
    """Measure, print the table, keep the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    lines = measure(chosen.runs)
    date = dt.datetime.now(dt.UTC).date().isoformat()
    load = ", ".join(f"{one:.1f}" for one in getattr(os, "getloadavg", tuple)())
    print(f"\n{date}, commit {commit()}, {os.cpu_count()} cores, median of {chosen.runs}, load {load}\n")
    print("| what | measured | beside | target | |\n|---|--:|---|--:|---|")
    print("\n".join(line.row() for line in lines))
    kept = {"commit": commit(), "date": date, "cores": os.cpu_count(), "runs": chosen.runs}
    figures = [{key: value for key, value in line._asdict().items() if value not in ("", None)} for line in lines]
    RESULT.write_text(json.dumps({**kept, "figures": figures}, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
