"""How long the import of a large file takes: `python tests/bench/import.py [--plots 100000] [--runs 5] [--profile]`.

100 000 plots of the demonstration land with faults mixed in, as a Shapefile in GBK, go the whole way in
(`tests/bench/import_steps.py`), beside a bare `geopandas.read_file` and `make_valid` of the same file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata.config import load_config  # noqa: E402
from geodata.land import load_land  # noqa: E402
from geodata.sample.make import sample  # noqa: E402
from tests.bench.clock import Line  # noqa: E402
from tests.bench.import_steps import EXCEL, KIND  # noqa: E402

PLOTS = 100_000
MEDIANS = Path(__file__).with_suffix(".json")
HEADINGS = {
    "id": "DKBH",
    "name": "DKMC",
    "landuse": "XZYDDM",
    "landuse_name": "XZYDMC",
    "landuse_planned": "YDYHFLDM",
    "landuse_planned_name": "YDYHFLMC",
    "area_stated_m2": "用地面积",
    "far": "XZRJL",
    "far_max": "容积率",
    "density": "XZJZMD",
    "density_max": "建筑密度",
    "green_ratio_min": "绿地率",
    "height_max_m": "建筑限高",
    "owner_type": "QLRLX",
    "unit_code": "DYBH",
}
"""Column -> its name in the file: ten bytes in GBK at most."""

MOVED, SHRUNK, TWISTED = 300, 300, 100
SPATIAL = ("查找重叠", "查找缝隙")
TIMES, SPATIAL_S, MEGABYTES = 4.0, 20.0, 1500.0


def made_up(folder: Path, plots: int) -> Path:
    """Write the demonstration plots with a few overlaps, gaps and twisted rings as a Shapefile in GBK."""
    table = sample(load_land(load_config()[0]), plots=plots)[KIND].reset_index(drop=True)
    shapes = np.asarray(table.geometry.to_numpy(), object)
    chosen = np.random.default_rng(5).permutation(plots)
    moved, shrunk, twisted, _ = np.split(chosen, np.cumsum([MOVED, SHRUNK, TWISTED]))
    shapes[moved] = shapely.transform(shapes[moved], lambda xy: xy + 2.0)
    shapes[shrunk] = shapely.buffer(shapes[shrunk], -0.3, join_style="mitre")
    shapes[twisted] = _twisted(shapes[twisted])
    raw = gpd.GeoDataFrame(table[list(HEADINGS)].rename(columns=HEADINGS), geometry=shapes, crs=table.crs)
    path = folder / "规划地块.shp"
    pyogrio.write_dataframe(raw[~shapely.is_empty(shapes)], path, encoding="GBK")
    return path


def _twisted(shapes: Any) -> Any:
    """Frames of the shapes as bow ties."""
    west, south, east, north = shapely.bounds(shapes).T
    corners = [(west, south), (east, north), (east, south), (west, north)]
    return shapely.polygons(np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1))


def ran(path: Path, what: int | str) -> bytes:
    """Go both ways in turn, in a process of their own."""
    command = [sys.executable, "-m", "tests.bench.import_steps", str(path), str(what)]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def lines(rounds: list[Mapping[str, Mapping[str, float]]], megabytes: float, said: str) -> list[Line]:
    """The figures: those with a target first, then step by step."""
    bare, whole = ([one[way] for one in rounds] for way in ("bare", "whole"))
    steps = {step: median(one[step] for one in whole) for step in whole[0]}
    apart = {step for step in steps if step == EXCEL or step.startswith(SPATIAL)}
    peer = [sum(one.values()) for one in bare]
    rest = [sum(spent for step, spent in one.items() if step not in apart) for one in whole]
    times = median(mine / theirs for mine, theirs in zip(rest, peer, strict=True))
    beside = f"{median(rest):.2f} s / {median(peer):.2f} s"
    return [
        Line(f"{said}: read, checked, repaired, checked again, taken in / bare", times, "times", beside, TIMES),
        Line(f"{said}: overlaps and gaps", sum(steps[step] for step in SPATIAL), "s", "of one check", SPATIAL_S),
        Line(f"{said}: peak memory, with its largest process", megabytes, "MB", "", MEGABYTES),
        *(Line(f"· {step}", spent, "s") for step, spent in steps.items()),
    ]


def main() -> None:
    """Measure, print the table, keep the medians."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--plots", type=int, default=PLOTS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = made_up(Path(folder), chosen.plots)
        if chosen.profile:
            sys.stdout.write(ran(path, "profile").decode())
            return
        megabytes, rounds = json.loads(ran(path, "memory")), json.loads(ran(path, chosen.runs))
    found = lines(rounds, megabytes, f"{chosen.plots:,} plots")
    print("| what | figure | beside | target | |\n| --- | --- | --- | --- | --- |")
    for line in found:
        print(line.row())
    MEDIANS.write_text(json.dumps([line._asdict() for line in found], ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
