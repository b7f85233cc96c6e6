"""How fast the store is, beside the best idiom of its peers: `python tests/bench/store.py [--runs 5]`."""

import argparse
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata import parquet  # noqa: E402
from geodata.compare import compare  # noqa: E402
from geodata.identity import match_ids  # noqa: E402
from tests.bench.clock import Line, seconds  # noqa: E402
from tests.tables import plots  # noqa: E402

PLOTS = 100_000
CORNERS = 12
CODES = ("0701", "0901", "1001", "1401")


def made_up(rows: int = PLOTS) -> gpd.GeoDataFrame:
    """Plots of twelve corners side by side, a third of the figures missing."""
    rng = np.random.default_rng(7)
    side, places = int(np.ceil(rows**0.5)), np.arange(rows)
    angles = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    reach = 25 + 4 * rng.random((rows, CORNERS))
    east = 630_000 + 60 * (places % side)[:, None] + reach * np.cos(angles)
    north = 4_304_000 + 60 * (places // side)[:, None] + reach * np.sin(angles)
    rings = np.stack([east, north], axis=-1)
    figures = np.where(rng.random(rows) < 1 / 3, np.nan, rng.random(rows).round(2))
    landuse = rng.choice(CODES, rows)
    return plots(*shapely.polygons(rings), synthetic=True, landuse=landuse, far=figures, density=figures)


def loading(runs: int, rows: int = PLOTS) -> list[Line]:
    """A version of so many plots is read, beside the same table from a GeoPackage."""
    table = made_up(rows)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        digest = parquet.write_content(table, folder)
        pyogrio.write_dataframe(table, folder / "plots.gpkg")
        peer = seconds(lambda: pyogrio.read_dataframe(folder / "plots.gpkg", use_arrow=True), runs)
        taken = seconds(lambda: parquet.read_content(folder, digest), runs)
        two = seconds(lambda: parquet.read_content(folder, digest, columns=["landuse", "geometry"]), runs)
        written = seconds(lambda: parquet.write_content(table, folder), runs)
    beside = f"GeoPackage by Arrow {peer:.2f} s, {peer / taken:.1f} times"
    return [
        Line(f"{rows:,} plots: a version is loaded, checked against its digest", taken, "s", beside, 0.5),
        Line("the same, class and shape only", two, "s"),
        Line("the same, written", written, "s"),
    ]


def versions(runs: int, rows: int = PLOTS) -> list[Line]:
    """Two versions are compared and matched, of which every twentieth plot has changed."""
    old = made_up(rows)
    shapes, changed = old.geometry.to_numpy().copy(), np.arange(rows) % 20 == 0
    shapes[changed] = shapely.transform(shapes[changed], lambda xy: xy + 1.0)
    new = old.set_geometry(gpd.GeoSeries(shapes, index=old.index, crs=old.crs))
    new.loc[changed, "landuse"] = CODES[0]
    return [
        Line(f"{rows:,} plots: two versions are compared", seconds(lambda: compare(old, new), runs), "s", "", 5),
        Line("the same, ids taken over by overlap", seconds(lambda: match_ids(old, new), runs), "s"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print("| what | figure | beside | target | |\n| --- | --- | --- | --- | --- |")
    for line in (*loading(runs), *versions(runs)):
        print(line.row())
