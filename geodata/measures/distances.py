"""How far land and houses are from the nearest source, and which land is near in a straight line but far on foot."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.indicators import Indicator
from geodata.measures.evaluate import Rows, metres_on_foot, reached, supplying
from geodata.measures.green import covered_area, nearest_distance
from geodata.measures.inputs import By, Inputs, counted, demand, demanded, gates, sources
from geodata.measures.walking import walking_distance

NEAR: Mapping[str, tuple[float, str]] = MappingProxyType(
    {
        "step1": (100, "100 米以内"),
        "step2": (300, "100–300 米"),
        "step3": (500, "300–500 米"),
        "step4": (1000, "500–1000 米"),
        "step5": (3000, "1000–3000 米"),
        "step6": (np.inf, "超过 3000 米"),
    }
)
"""Classes of distance: how far each reaches (metres, itself included), and what the legend calls it."""

BOTH: Mapping[str, str] = MappingProxyType(
    {
        "reached": "直线、步行都达标",
        "straight_only": "直线达标、步行不达标",
        "left": "都不达标",
        "source": "绿地、设施",
    }
)
"""What the land of a coverage is when both ways are looked at, as the legend says it."""

FAR_M = 3000.0
"""Sources are looked for so far away."""

_LITTLE = 1e-6


def on_foot(indicator: Indicator) -> Indicator:
    """Give the same indicator along the streets."""
    return indicator.model_copy(update={"how": "walking"})


def in_straight_lines(indicator: Indicator) -> Indicator:
    """Give the same indicator in straight lines."""
    return indicator.model_copy(update={"how": "straight"})


def graded(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> gpd.GeoDataFrame:
    """Measure how far each row that is to be served is from the nearest source, as the indicator does.

    Parameters
    ----------
    indicator : Indicator
        Of coverage, in straight lines or on foot.
    inputs, by
        As for `geodata.measures.evaluate.evaluate`.

    Returns
    -------
    GeoDataFrame
        The rows, with `distance_m` (NaN beyond FAR_M) and `coverage`, a key of NEAR.

    Raises
    ------
    MeasureError
    """
    rows, parks = demand(indicator, inputs, by=by), sources(indicator.sources, inputs)
    if indicator.how == "walking":
        kind, what = demanded(indicator, by)
        told = Rows(rows, (kind,), what)
        metres = metres_on_foot(told, supplying(parks, indicator), inputs, limit=FAR_M)
    else:
        metres = nearest_distance(rows, parks, limit=FAR_M)
    return rows.assign(distance_m=metres, coverage=step(metres))


def step(metres: pd.Series) -> "pd.Series[str]":
    """Tell the class of each distance.

    Examples
    --------
    >>> step(pd.Series([0.0, 100.0, 100.1, None])).tolist()
    ['step1', 'step1', 'step2', 'step6']
    """
    limits = [limit for limit, _ in NEAR.values()]
    place = np.searchsorted(limits, metres.fillna(np.inf).to_numpy(float), side="left")
    return pd.Series(np.array(list(NEAR), dtype=object)[place], index=metres.index)


def both_ways(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """Compare what is reached in straight lines and on foot, row by row of land.

    Parameters
    ----------
    indicator : Indicator
        Of coverage, either way.
    inputs : mapping of str to GeoDataFrame
        As for `geodata.measures.evaluate.evaluate`, streets among them.

    Returns
    -------
    GeoDataFrame
        The land that the indicator counts, with `only_m2` (in straight reach, on foot not) and `coverage`, a key of
        BOTH.

    Raises
    ------
    MeasureError
    """
    straight = in_straight_lines(indicator)
    rows, parks = counted(straight, inputs), sources(straight.sources, inputs)
    reach = pd.Series(straight.sources.distances(parks.area.to_numpy()), index=parks.index)
    near = covered_area(rows, parks, distance=reach)
    walked = reached(on_foot(indicator), inputs) > 0
    only = near.where(~walked & (near > _LITTLE * rows.area), 0.0)
    kinds = np.select([walked, only > 0], ["reached", "straight_only"], "left")
    return rows.assign(only_m2=only, coverage=kinds)


def straight_only(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """List land that is near in a straight line but far on foot, largest first.

    Parameters
    ----------
    indicator, inputs
        As for `both_ways`.

    Returns
    -------
    GeoDataFrame
        Rows of `both_ways`, with `straight_m` and `walking_m` to the nearest source, NaN beyond FAR_M.

    Raises
    ------
    MeasureError
    """
    table = both_ways(indicator, inputs)
    found = table[table["only_m2"] > 0].sort_values("only_m2", ascending=False)
    parks = sources(indicator.sources, inputs)
    walk = walking_distance(found, gates(parks, inputs), inputs["streets"], limit=FAR_M)
    return found.assign(straight_m=nearest_distance(found, parks, limit=FAR_M), walking_m=walk)
