"""The demonstration land, put together stage by stage."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.errors import DatasetError
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.landuse_codes import CURRENT
from geodata.sample.blocks import partition
from geodata.sample.buildings import build
from geodata.sample.conditions import plot_rows
from geodata.sample.entrances import closed, open_parks, streets_table
from geodata.sample.firms import enterprise_rows, parcel_rows
from geodata.sample.ground import Ground, survey
from geodata.sample.limits import boundary_rows, control_rows, detailed_units, unit_of
from geodata.sample.plots import cut_plots
from geodata.sample.rows import ids, rows
from geodata.sample.services import facility_rows, population_rows
from geodata.sample.streets import Streets, lay, reached
from geodata.sample.supply import supplied_rows
from geodata.sample.surface import gardens, green, landuse, used
from geodata.sample.uses import assign
from geodata.schema import conform

SEED = 20211
USUAL = 3000
FEWEST, MOST = 100, 1_000_000

_APART = 200.0
"""No enterprise, owner or contract is told of plots this near (m) to a place that has a name."""

Tables = dict[str, gpd.GeoDataFrame]
Raw = dict[str, pd.DataFrame]


def sample(land: Land, *, plots: int = USUAL, seed: int = SEED) -> Tables:
    """Make demonstration land: a plausible town along the real corridor and coast, all of it invented.

    The town, its streets, uses and parks are the same for any number of plots from 3 000 up; more plots are its lots
    cut finer (a million of them are far smaller than real ones, for trying out size). Fewer plots are larger.

    Parameters
    ----------
    land : Land
        The plan and the base map.
    plots : int
        How many plots, 100 to 1 000 000.
    seed : int
        Another seed, another town; the same seed, the same town.

    Returns
    -------
    dict of str to GeoDataFrame
        One table per kind of `geodata.kinds.DATASETS`, each as its contract wants it: EPSG:4549, indexed by id,
        `synthetic` True, basis 位置示意; enterprises have no geometry.

    Raises
    ------
    DatasetError
        The number is out of bounds, or the plan has no outline of the zone.
    """
    if not FEWEST <= plots <= MOST:
        where = "演示数据的地块数"
        raise DatasetError(where, f"{plots} 不在 {FEWEST}—{MOST} 之间", "请改为其间的数")
    town = _town(land, plots, seed)
    tables = _built(town, plots, seed)
    tables |= _people(town, tables, seed)
    tables |= _land(land, town, tables, seed)
    return {kind: conform(tables.pop(kind), kind, scheme=CURRENT) for kind in DATASETS}


@dataclass(frozen=True)
class Town:
    """What all tables are made from."""

    ground: Ground
    streets: Streets
    lots: gpd.GeoDataFrame
    surface: gpd.GeoDataFrame
    units: gpd.GeoDataFrame


def _town(land: Land, plots: int, seed: int) -> Town:
    """Lay out the town: ground, streets, lots, uses."""
    ground = survey(land, seed)
    streets = lay(ground, plots, seed)
    ground = reached(ground, streets)
    parts = partition(ground, streets, plots, seed)
    units = detailed_units(streets.neighbourhoods, ground)
    lots = assign(parts[parts["part"] == "lot"].reset_index(drop=True), ground, seed)
    lots = lots.assign(unit_code=unit_of(lots.geometry.to_numpy(), units))
    return Town(ground, streets, lots, used(parts, lots, ground, seed), units)


def _built(town: Town, number: int, seed: int) -> Raw:
    """Plots with gardens and buildings on them, and all green."""
    plots = cut_plots(town.lots, number, seed)
    plots = plots.assign(unit_code=town.lots["unit_code"].to_numpy()[plots["lot"]], apart=_apart(plots, town.ground))
    grounds, planted = gardens(plots, seed)
    buildings = build(plots, grounds, seed)
    floors = np.bincount(buildings["plot"], buildings["floor_area_m2"], len(plots)).astype(float)
    parks = green(town.surface, planted, seed)
    return {
        "plots": plot_rows(plots, buildings, planted, ground=town.ground, seed=seed),
        "buildings": _building_rows(buildings),
        "green": parks,
        "facilities": facility_rows(plots, floors, parks, seed),
    }


def _building_rows(buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    columns = {name: buildings[name].to_numpy() for name in buildings.columns.drop(["plot", "geometry"])}
    plot_id = ids("plots", int(buildings["plot"].max()) + 1)[buildings["plot"]]
    return rows("buildings", {"plot_id": plot_id, **columns}, buildings.geometry.to_numpy())


def _people(town: Town, tables: Raw, seed: int) -> Raw:
    """Who lives, owns and works there."""
    plots, buildings = tables["plots"], tables["buildings"]
    apart = _apart(plots, town.ground)
    enterprises, sites = enterprise_rows(plots, apart, buildings, seed)
    return {
        "population": population_rows(buildings),
        "parcels": parcel_rows(plots, apart, seed),
        "supplied": supplied_rows(plots, apart, seed),
        "enterprises": enterprises,
        "enterprise_sites": sites,
    }


def _land(land: Land, town: Town, tables: Raw, seed: int) -> Raw:
    """Land use, streets with ways into the parks, boundaries and control lines."""
    streets, doors = open_parks(tables["green"], town.streets, town.ground)
    under = land.placed.geometry[land.placed["name"].str.contains("隧道")].union_all()
    return {
        "landuse": landuse(town.surface, "landuse", "present"),
        "landuse_planned": landuse(town.surface, "landuse_planned", "planned"),
        "streets": streets_table(streets, town.ground, under),
        "entrances": doors,
        "green": closed(tables["green"], doors),
        "boundaries": boundary_rows(town.ground, town.surface, land.base["subdistricts"], town.units, seed),
        "controls": control_rows(town.ground, town.surface),
    }


def _apart(plots: gpd.GeoDataFrame, ground: Ground) -> NDArray[np.bool_]:
    """Whether a plot is near a place that has a name."""
    near = np.zeros(len(plots), bool)
    points = shapely.get_parts(ground.known)
    near[plots.sindex.query(points, predicate="dwithin", distance=_APART)[1]] = True
    return near
