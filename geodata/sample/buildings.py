"""Buildings on the plots: rows of them within the setback, as high as the floor-area ratio asks."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.sample.chance import Floats, chance
from geodata.sample.cuts import Numbers, Shapes, axes
from geodata.sample.forms import FORMS, Texts, by_code

PEOPLE = 307_000
"""People who live in the zone, as publicly known (30.7 万)."""

_DWELLING = 105.0
_SETBACK = 6.0
_SETBACK_SHARE = 0.1
_MOST = 90
"""Most buildings on one plot."""

_SMALLEST = 6.0
_CUT_OFF = 0.45
"""A building of which the plot's edge leaves less than this share is not built."""

_LOSS = 1.25
"""More density is drawn than wished for: the edges take some."""

_NEWEST = 2021
_EMPTY_USES = ("office", "research", "factory", "warehouse", "commerce")


@dataclass(frozen=True)
class Grid:
    """Where buildings may stand: columns along a plot's long side, rows across."""

    corner: Floats
    along: Floats
    across: Floats
    columns: Numbers
    rows: Numbers


def build(plots: gpd.GeoDataFrame, grounds: Shapes, seed: int) -> gpd.GeoDataFrame:
    """Put buildings on plots.

    Parameters
    ----------
    plots : GeoDataFrame
        What `plots.cut_plots` gives.
    grounds : array of Polygon
        What of each plot may be built on.

    Returns
    -------
    GeoDataFrame
        `plot` (row of the plot), `use`, `floors`, `floor_area_m2`, `vacant_m2`, `dwellings`, `people`, `height_m`,
        `built_year`; in the order of the plots.
    """
    rng = chance(seed, "buildings")
    forms = by_code(plots["present"].to_numpy(object), FORMS)
    built = np.flatnonzero([form is not None for form in forms])
    facts = pd.DataFrame(list(forms[built]), index=built).assign(area=plots.geometry.area.to_numpy()[built])
    shapes, plot = _footprints(grounds[built], facts, rng)
    facts = facts.loc[built[plot]].reset_index(drop=True)
    columns = _storeys(facts, shapes, plot, rng)
    table = pd.DataFrame({"plot": built[plot], "use": facts["use"].to_numpy(object), **columns, **_homes(facts, columns["floor_area_m2"], rng)})
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plots.crs)
