"""What a reader of a coverage needs beside the figure: how sure the outline is, and which land is not reached."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.indicators import Indicator
from geodata.measures import vague
from geodata.measures.evaluate import Answer, evaluate, reached
from geodata.measures.green import nearest
from geodata.measures.inputs import By, Inputs, counted, demand, missing, sources
from geodata.measures.shared import fingerprint, once
from geodata.measures.walking import islands

COVERED: Mapping[str, str] = MappingProxyType(
    {"reached": "在服务范围内", "partly": "部分在服务范围内", "left": "不在服务范围内", "source": "绿地、设施"}
)
"""What the land of a coverage is, as the legend says it."""

_WHOLE = 1e-6
FAR_M = 5000.0
"""The nearest park is looked for so far away."""


def with_range(indicator: Indicator, inputs: Inputs, units: gpd.GeoDataFrame, *, by: By = "land") -> Answer:
    """Compute an indicator for units whose outlines may be schematic: a figure, and what it may be as well.

    Parameters
    ----------
    indicator, inputs, by
        As for `evaluate`.
    units : GeoDataFrame
        EPSG:4549, polygons on their ids, with `basis` and `accuracy_m`.

    Returns
    -------
    Answer
        Figures with `low` and `high`: the least and the most with the outline moved in and out by its accuracy; NaN
        where the outline is not schematic.

    Raises
    ------
    MeasureError
    """
    lacking = missing(indicator, inputs, by=by)
    if lacking:
        return Answer(pd.DataFrame(), lacking)

    def measure(outlines: gpd.GeoDataFrame) -> pd.DataFrame:
        return evaluate(indicator, inputs, outlines, by=by).figures

    told = f"outlines {fingerprint(units.geometry.to_numpy())} {units['basis'].tolist()} {units['accuracy_m'].tolist()}"
    outlined = once(inputs, (), told, lambda: vague.outlines(units))
    return Answer(vague.with_range(outlined, measure, of="value"))


def uncovered(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """Land of the denominator that is not reached, largest first.

    Parameters
    ----------
    indicator : Indicator
        Of coverage.
    inputs : mapping of str to GeoDataFrame
        As for `evaluate`.

    Returns
    -------
    GeoDataFrame
        The rows of `counted` that are not wholly reached, with `area_m2`, `left_m2` (not reached), `nearest_m` (to
        the nearest source; NaN beyond 5 km) and `nearest` (its name or id).

    Raises
    ------
    MeasureError
    """
    rows, parks = counted(indicator, inputs), sources(indicator.sources, inputs)
    table = rows.assign(area_m2=rows.area, left_m2=rows.area * (1 - reached(indicator, inputs)))
    table = table[table["left_m2"] > 1e-6 * table["area_m2"]].sort_values("left_m2", ascending=False)
    near = nearest(table, parks, limit=FAR_M)
    return table.assign(nearest_m=near["distance_m"], nearest=_names(parks, near["supply"]))


def stranded(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """Land of the denominator whose nearest street does not lead to the largest connected part of the streets.

    Such land is seldom cut off on the ground: its streets are drawn without the vertex they share with the others.

    Parameters
    ----------
    indicator : Indicator
        Of coverage along streets.
    inputs : mapping of str to GeoDataFrame
        As for `evaluate`.

    Returns
    -------
    GeoDataFrame
        Rows of the denominator.

    Raises
    ------
    MeasureError
    """
    rows, parts = demand(indicator, inputs), islands(inputs["streets"])
    walkable = parts[parts >= 0]
    near = nearest(rows, inputs["streets"].loc[walkable.index], limit=FAR_M)["supply"]
    return rows[np.append(walkable.to_numpy(), 0)[near] > 0]  # -1 is no street within reach: the last, which is none


def shown(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """What a map of a coverage shows: land by how much of it is reached, and what reaches it.

    Parameters
    ----------
    indicator : Indicator
        Of coverage.
    inputs : mapping of str to GeoDataFrame
        As for `evaluate`.

    Returns
    -------
    GeoDataFrame
        EPSG:4549, indexed by id: `name`, `coverage` (key of COVERED), geometry.

    Raises
    ------
    MeasureError
    """
    rows, parks = counted(indicator, inputs), sources(indicator.sources, inputs)
    tables = [rows.assign(coverage=steps(reached(indicator, inputs))), parks.assign(coverage="source")]
    columns = ["id", "name", "coverage", "geometry"]
    return gpd.GeoDataFrame(pd.concat([table[columns] for table in tables]), crs=rows.crs).set_index("id")


def steps(share: pd.Series) -> "pd.Series[str]":
    """Tell how much of some land is reached by its share: keys of COVERED.

    Examples
    --------
    >>> steps(pd.Series([1.0, 0.5, 0.0])).tolist()
    ['reached', 'partly', 'left']
    """
    told = np.select([share >= 1 - _WHOLE, share > _WHOLE], ["reached", "partly"], "left")
    return pd.Series(told, share.index, dtype=object)


def _names(parks: gpd.GeoDataFrame, positions: pd.Series) -> pd.Series:
    """Name of the park at each position, its id where it has none; empty for none."""
    told = parks["name"].astype(object).where(parks["name"].notna(), parks.get("id", parks.index.to_series()))
    names = pd.Series(told.to_numpy(), dtype=object)
    return pd.Series(names.reindex(positions).fillna("").to_numpy(), index=positions.index, dtype=object)
