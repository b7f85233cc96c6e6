"""What a change costs: `python tests/bench/anew.py [--runs 3]`.

All indicators of land for the town's subdistricts, by turns: with nothing known (as after a start), and with what is
known from before the change. The figures of both are checked equal.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata import reporting  # noqa: E402
from geodata.config import Config  # noqa: E402
from geodata.indicators import Indicator, load_indicators  # noqa: E402
from geodata.land import load_land  # noqa: E402
from geodata.measures.inputs import Inputs, lean, missing, needed  # noqa: E402
from geodata.measures.reading import with_range  # noqa: E402
from geodata.measures.shared import Keep, Shared, content, in_memory  # noqa: E402
from geodata.parameters import with_bands  # noqa: E402
from geodata.sample import sample  # noqa: E402
from tests.bench.clock import Line  # noqa: E402

KINDS = ("landuse", "buildings", "green", "entrances", "streets", "facilities", "population", "boundaries", "controls")
PLOTS, EDITS = 3000, 10
Rows = dict[str, Indicator]


class Page:
    """The figures of a page, kept as the dashboard keeps them: by data and definition."""

    def __init__(self, units: gpd.GeoDataFrame) -> None:
        """Know nothing yet."""
        self.units, self.keep = units, in_memory()

    def read(self, rows: Rows, tables: Inputs) -> tuple[float, dict[str, pd.DataFrame]]:
        """Seconds, and the figures of every indicator."""
        began = time.perf_counter()
        shared = Shared(tables, {kind: content(table) for kind, table in tables.items()}, self.keep)
        found = {key: self._one(row, shared) for key, row in rows.items() if not missing(row, tables)}
        return time.perf_counter() - began, found

    def _one(self, row: Indicator, shared: Shared) -> pd.DataFrame:
        names = [shared.names[kind] for kind in (*needed(row), "entrances")]
        keep: Keep = self.keep
        found: pd.DataFrame = keep(f"answer {row} {names}", lambda: with_range(row, shared, self.units).figures)
        return found


def edited(green: gpd.GeoDataFrame, number: int) -> gpd.GeoDataFrame:
    """A next version of the green: some are larger."""
    shapes, random = green.geometry.to_numpy().copy(), np.random.default_rng(number)
    some = random.choice(len(green), EDITS, replace=False)
    shapes[some] = shapely.buffer(shapes[some], 5.0)
    return green.set_geometry(gpd.GeoSeries(shapes, green.index, crs=green.crs))


def changes(rows: Rows, tables: Inputs, number: int) -> dict[str, tuple[Rows, Inputs]]:
    """What may change between two looks at the page."""
    metres = with_bands(rows["park500"], [{"least_m2": 400, "distance_m": 450 + number}])
    houses = tables["buildings"].assign(dwellings=tables["buildings"]["dwellings"].fillna(0) + number)
    green = edited(tables["green"], number)
    return {
        "nothing": (rows, tables),
        "one distance (500米见园)": (rows | {"park500": metres}, tables),
        "the buildings": (rows, {**tables, "buildings": houses}),
        f"{EDITS} of {len(green):,} green areas": (rows, {**tables, "green": green}),
    }


def measured(rows: Rows, tables: Inputs, units: gpd.GeoDataFrame, runs: int) -> list[Line]:
    """Every change, known and not known, by turns."""
    taken: dict[str, list[tuple[float, float]]] = {}
    for number in range(1, runs + 1):
        for name, (told, changed) in changes(rows, tables, number).items():
            page = Page(units)
            page.read(rows, tables)
            seconds, found = page.read(told, changed)
            whole, anew = Page(units).read(told, changed)
            for key, figures in anew.items():
                pd.testing.assert_frame_equal(found[key], figures, rtol=1e-9, atol=1e-6)
            taken.setdefault(name, []).append((seconds, whole))
    lines = []
    for name, pairs in taken.items():
        known, whole = (median(one) for one in zip(*pairs, strict=True))
        lines.append(Line(f"all indicators after a change of {name}", known, "s", f"all anew {whole:.2f} s"))
    return lines


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    land, (rows, _) = load_land(Config()), load_indicators()
    made = sample(land, plots=PLOTS)
    tables = lean({kind: made[kind].set_index("id", drop=False) for kind in KINDS})
    print("| what | measured | beside | target | |\n|---|--:|---|--:|---|")
    print("\n".join(line.row() for line in measured(dict(rows), tables, reporting.units(land, "subdistrict"), runs)))


if __name__ == "__main__":
    main()
