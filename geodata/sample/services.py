"""Schools, health, sport; and where people live."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.sample.chance import Floats, chance
from geodata.sample.forms import Texts, drawn_by_code
from geodata.sample.rows import rows

_CLASSES: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "080401": (("university", 1.0),),
        "080402": (("vocational_school", 1.0),),
        "080403": (("primary_school", 0.45), ("middle_school", 0.2), ("nine_year_school", 0.2), ("high_school", 0.15)),
        "080404": (("kindergarten", 1.0),),
        "080501": (("sports_venue", 1.0),),
        "080601": (("hospital", 1.0),),
        "080602": (("clinic", 0.85), ("public_health", 0.15)),
    }
)
_IN_PARKS: Mapping[str, tuple[tuple[str, float], ...]] = MappingProxyType(
    {
        "G11": (("sports_ground", 1.0),),
        "G12": (("sports_ground", 0.45), ("sports_park", 0.15), ("fitness_spot", 0.4)),
        "G14": (("fitness_spot", 1.0),),
        "G3": (("fitness_spot", 0.6), ("sports_ground", 0.4)),
    }
)
_PER_PLACE: Mapping[str, float] = MappingProxyType(
    {
        "university": 42.0,
        "vocational_school": 24.0,
        "primary_school": 9.5,
        "middle_school": 11.0,
        "nine_year_school": 10.5,
        "high_school": 14.0,
        "kindergarten": 12.0,
        "hospital": 110.0,
    }
)
"""Floor area (m2) for a pupil or a bed."""


def facility_rows(plots: gpd.GeoDataFrame, floor_area: Floats, green: gpd.GeoDataFrame, seed: int) -> pd.DataFrame:
    """Make the rows of the facilities: those with land of their own, and what stands in parks.

    Parameters
    ----------
    plots : GeoDataFrame
        What `plots.cut_plots` gives.
    floor_area : array of float
        m2 of buildings on each plot.
    green : GeoDataFrame
        Rows of the green.
    """
    rng = chance(seed, "services")
    sited = plots["present"].isin(_CLASSES).to_numpy()
    parks = green[green["green_class"].isin(_IN_PARKS)]
    own = _drawn(plots["present"].to_numpy(object)[sited], _CLASSES, rng)
    shared = _drawn(parks["green_class"].to_numpy(object), _IN_PARKS, rng)
    shapes = plots.geometry.to_numpy()[sited]
    unknown = np.full(len(shared), np.nan)
    size = np.array([_PER_PLACE.get(kind, np.nan) for kind in own])
    columns = {
        "facility_class": np.concatenate([own, shared]),
        "site_m2": np.concatenate([np.round(shapely.area(shapes), 1), unknown]),
        "floor_area_m2": np.concatenate([np.round(floor_area[sited], 1), unknown]),
        "capacity": np.concatenate([np.floor(floor_area[sited] / size), unknown]),
        "public": True,
    }
    return rows("facilities", columns, np.concatenate([shapes, shapely.point_on_surface(parks.geometry.to_numpy())]))


def _drawn(codes: Texts, table: Mapping[str, tuple[tuple[str, float], ...]], rng: np.random.Generator) -> Texts:
    return drawn_by_code(codes, table, None, rng.random(len(codes)))


def population_rows(buildings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Make a point for every building that people live in."""
    lived = buildings[buildings["people"] > 0]
    columns = {"people": lived["people"].to_numpy(), "building_id": lived["id"].to_numpy(object)}
    return rows("population", columns, shapely.point_on_surface(lived.geometry.to_numpy()))
