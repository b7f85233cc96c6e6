"""What is known of every plot: what stands on it, what the plan allows, what its contract asks for."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.sample.chance import Floats, chance
from geodata.sample.forms import ANYBODY, FORMS, OWNERS, Form, Texts, by_code, drawn_by_code
from geodata.sample.ground import Ground
from geodata.sample.rows import rows
from geodata.sample.surface import called

CONTRACTED = ("0802", "0902", "1001", "1101")
"""Uses whose plots have contracts with figures."""

_CONTRACTS = 0.7
_BOUNDED_BELOW = ("08", "09", "10", "11")
_INVESTMENT = 5000.0
_TAX = 220.0
_HIGHEST = 180.0
_GREEN = "14"

Flags = NDArray[np.bool_]
Columns = dict[str, Any]


def plot_rows(
    plots: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, planted: gpd.GeoDataFrame, *, ground: Ground, seed: int
) -> pd.DataFrame:
    """Make the rows of the plots.

    Parameters
    ----------
    plots : GeoDataFrame
        What `plots.cut_plots` gives, with `unit_code` and `apart` (near a place that has a name: nothing is said of
        who owns it).
    buildings, planted : GeoDataFrame
        What `buildings.build` and `surface.gardens` give.
    """
    rng = chance(seed, "conditions")
    present, planned = plots["present"].to_numpy(object), plots["planned"].to_numpy(object)
    apart, shapes = plots["apart"].to_numpy(), plots.geometry.to_numpy()
    area = shapely.area(shapes)
    allowed = _allowed(planned, rng)
    owners = drawn_by_code(present, OWNERS, ANYBODY, rng.random(len(plots)))
    owners[apart] = None
    columns = {
        "landuse": present,
        "landuse_name": called(present),
        "landuse_planned": planned,
        "landuse_planned_name": called(planned),
        "area_stated_m2": np.round(area, 1),
        **_standing(plots, buildings, area),
        "green_ratio": _green_ratio(present, planted, area, rng),
        **allowed,
        **_contract(np.isin(present, CONTRACTED) & ~apart, allowed["far_min"], rng),
        "owner_type": owners,
        "reclaimed": _reclaimed(shapes, ground),
        "unit_code": plots["unit_code"].to_numpy(object),
    }
    return rows("plots", columns, shapes)


def _standing(plots: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, area: Floats) -> Columns:
    """Present ratios, counted from the buildings; parks have none."""
    where, number = buildings["plot"].to_numpy(), len(plots)
    park = plots["present"].str.startswith(_GREEN).to_numpy()
    floors = np.bincount(where, buildings["floor_area_m2"], number)
    covered = np.bincount(where, shapely.area(buildings.geometry.to_numpy()), number)
    height = np.zeros(number)
    np.maximum.at(height, where, buildings["height_m"].to_numpy())
    found = {"far": np.round(floors / area, 3), "density": np.round(covered / area, 3), "height_m": height}
    return {name: np.where(park, np.nan, values) for name, values in found.items()}


def _green_ratio(present: Texts, planted: gpd.GeoDataFrame, area: Floats, rng: np.random.Generator) -> Floats:
    """Share of green: the garden and some more; NA where nothing is built or planted."""
    asked = np.array([form.green if form else np.nan for form in by_code(present, FORMS)], float)
    garden = np.bincount(planted["plot"], shapely.area(planted.geometry.to_numpy()), len(area)) / area
    ratio = np.where(garden > 0, garden + rng.uniform(0.02, 0.08, len(area)), asked * rng.uniform(0.4, 1.05, len(area)))
    park = np.array([code.startswith(_GREEN) for code in present])
    return np.asarray(np.round(np.where(park, rng.uniform(0.65, 0.92, len(area)), ratio), 3))


def _allowed(planned: Texts, rng: np.random.Generator) -> Columns:
    """What the detailed plan allows (规划条件); NA for uses that are not built on."""
    forms = by_code(planned, FORMS)
    blank = Form("", np.nan, np.nan, np.nan, (np.nan, np.nan), np.nan, 0, np.nan)
    facts = [form or blank for form in forms]
    far_max = np.round(np.array([form.far[1] for form in facts]) * rng.uniform(0.9, 1.25, len(facts)), 1)
    density = np.array([form.density for form in facts])
    height = far_max / density * np.array([form.storey for form in facts]) * 1.4
    bounded = np.array([code.startswith(_BOUNDED_BELOW) for code in planned])
    return {
        "far_min": np.where(bounded, np.round(far_max * 0.5, 1), np.nan),
        "far_max": far_max,
        "density_max": np.round(np.minimum(density * 1.3, 0.6), 2),
        "green_ratio_min": np.array([form.green for form in facts]),
        "height_max_m": np.minimum(np.round(height), _HIGHEST),
    }


def _contract(told: Flags, far_min: Floats, rng: np.random.Generator) -> Columns:
    """Figures of the land contract, in yuan per m2; NA where nothing is told."""
    told = told & (rng.random(len(told)) < _CONTRACTS)
    figures = {
        "contract_far": np.round(far_min * rng.uniform(1, 1.2, len(told)), 2),
        "contract_investment": np.round(_INVESTMENT * rng.lognormal(0, 0.4, len(told))),
        "contract_tax": np.round(_TAX * rng.lognormal(0, 0.5, len(told)), 1),
    }
    return {name: np.where(told, values, np.nan) for name, values in figures.items()}


def _reclaimed(shapes: NDArray[Any], ground: Ground) -> Flags:
    """Whether a plot's middle lies on ground made from the sea."""
    made = ground.units.geometry[ground.units["role"] == "reclaimed"].union_all()
    return np.asarray(shapely.intersects_xy(made, *shapely.get_coordinates(shapely.point_on_surface(shapes)).T))
