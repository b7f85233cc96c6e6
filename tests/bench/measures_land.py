"""Land to measure: the demonstration town, so many times side by side, and Malta where it is present."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import crs
from geodata.config import ROOT, load_config
from geodata.land import load_land
from geodata.reporting import units
from geodata.sample import sample
from geodata.sample.make import USUAL

APART_M = 2_000.0
LEAST_M2 = 400.0
KINDS = ("buildings", "green", "landuse", "streets", "entrances", "population", "boundaries", "facilities")
MALTA = ROOT.parent / "shared" / "bench" / "malta.gpkg"

Tables = dict[str, gpd.GeoDataFrame]


@dataclass(frozen=True)
class Place:
    """What is measured: buildings, green of at least 400 m2, streets."""

    name: str
    demand: gpd.GeoDataFrame
    supply: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame


def town(plots: int = USUAL) -> Tables:
    """One demonstration town (9 024 buildings where it has the usual 3 000 plots), and its 街道 as `units`."""
    land = load_land(load_config()[0])
    made = sample(land, plots=plots)
    return {**{kind: made[kind] for kind in KINDS}, "units": units(land, "subdistrict")}


def towns(one: Tables, buildings: int) -> Tables:
    """The same town as many times side by side, two kilometres apart, as so many buildings take; the rest go."""
    count = -(-buildings // len(one["buildings"]))
    bounds = np.array([table.total_bounds for table in one.values()])
    step = bounds[:, 2:].max(axis=0) - bounds[:, :2].min(axis=0) + APART_M
    side = int(np.ceil(count**0.5))
    places = [(number, *(step * divmod(number, side))) for number in range(count)]
    tables = {kind: pd.concat([_moved(table, *place) for place in places]) for kind, table in one.items()}
    return {**tables, "buildings": tables["buildings"].iloc[:buildings]}


def _moved(table: gpd.GeoDataFrame, number: int, east: float, north: float) -> gpd.GeoDataFrame:
    """A copy of a table elsewhere, with ids of its own."""
    moved = table.set_geometry(table.translate(east, north)).set_axis([f"{number}-{key}" for key in table.index])
    own = {
        name: f"{number}-" + table[name].astype(str).to_numpy(object) for name in ("id", "green_id") if name in table
    }
    return moved.assign(**own)


def place(name: str, tables: Tables) -> Place:
    """What of a town is measured."""
    green = tables["green"]
    return Place(name, tables["buildings"], green[(green.area >= LEAST_M2).to_numpy()], tables["streets"])


def malta() -> Place | None:
    """Give Malta, set down where the dashboard measures; nothing where its file is not beside the repository."""
    if not MALTA.is_file():
        return None
    layers = [gpd.read_file(MALTA, layer=name) for name in ("buildings", "green", "streets")]
    demand, supply, streets = (table.set_crs(crs.METRIC, allow_override=True) for table in layers)
    return Place(f"Malta, {len(demand):,} buildings", demand, supply, streets)
