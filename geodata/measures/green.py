"""Distance to green and the land within it: straight lines, exact, no grids."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.errors import MeasureError
from geodata.measures import nearby, validate
from geodata.measures.cover import covered
from geodata.measures.supply import served

Floats = npt.NDArray[np.float64]


def nearest_distance(demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, limit: float) -> pd.Series:
    """Distance from each row of demand to the nearest supply, edge to edge.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        EPSG:4549, any geometry.
    limit : float
        Metres; what lies beyond is not looked for.

    Returns
    -------
    Series of float
        Metres on demand's index; 0 where they touch, NaN beyond `limit`.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point, box
    >>> houses = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10), box(900, 0, 910, 10)], index=["a", "b"], crs=crs.METRIC)
    >>> parks = gpd.GeoDataFrame(geometry=[box(40, 0, 50, 10)], index=["p"], crs=crs.METRIC)
    >>> nearest_distance(houses, parks, limit=500).tolist()
    [30.0, nan]
    """
    return nearest(demand, supply, limit=limit)["distance_m"]


def nearest(demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, limit: float) -> pd.DataFrame:
    """The supply nearest to each row of demand, edge to edge, and how far it is.

    Parameters
    ----------
    demand, supply, limit
        As for `nearest_distance`.

    Returns
    -------
    DataFrame
        On demand's index: `distance_m` as `nearest_distance` gives it, `supply`: position of the nearest (of equally
        near ones the first), -1 beyond `limit`.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.
    """
    limit = validate.metres(limit, "距离上限")
    shapes, sources = validate.shapes(demand, "服务对象"), validate.shapes(supply, "公园绿地")
    found = nearby.Nearest(np.full(len(shapes), -1), np.full(len(shapes), np.nan))
    if len(sources):
        found = nearby.nearest(nearby.index(sources), shapes, limit=limit)
    return pd.DataFrame({"distance_m": found.metres, "supply": found.position}, index=demand.index)


def within(demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, distance: float) -> pd.Series:
    """Whether each row of demand has a supply within a distance, the distance itself included.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float
        Metres, edge to edge.

    Returns
    -------
    Series of bool
        On demand's index.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point
    >>> here = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(0, 1)], crs=crs.METRIC)
    >>> within(here, gpd.GeoDataFrame(geometry=[Point(500, 0)], crs=crs.METRIC), distance=500).tolist()
    [True, False]
    """
    distance = validate.metres(distance, "距离")
    shapes, sources = validate.shapes(demand, "服务对象"), validate.shapes(supply, "公园绿地")
    found = np.zeros(len(shapes), dtype=bool)
    if len(sources):
        found = nearby.within(nearby.index(sources), shapes, distance=distance)
    return pd.Series(found, index=demand.index, name="within")


def covered_area(areas: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, *, distance: float | pd.Series) -> pd.Series:
    """Area of each row that lies within a distance of any supply; overlapping sources count once.

    Parameters
    ----------
    areas : GeoDataFrame
        EPSG:4549, polygons.
    supply : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float or Series
        Metres from the supply's edge, one for all or one for each supply (on its index).

    Returns
    -------
    Series of float
        Planar m2 on areas' index; buffers have 16 segments a quarter circle.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Notes
    -----
    The land is cut into cells; in each, the pieces of the buffers are united and cut with the areas. The sum over the
    cells is the area itself, so nothing depends on where the cells lie.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point, box
    >>> land = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 100)], index=["a"], crs=crs.METRIC)
    >>> park = gpd.GeoDataFrame(geometry=[box(-50, 0, -20, 100)], crs=crs.METRIC)
    >>> covered_area(land, park, distance=50).round(6).tolist()
    [3000.0]
    """
    shapes = validate.shapes(areas, "用地", kinds=validate.POLYGONS)
    sources = validate.shapes(supply, "公园绿地")
    supplied = served(sources, _metres(distance, supply))
    return pd.Series(covered(shapes, supplied), index=areas.index, name="area_m2")


def _metres(distance: float | pd.Series, supply: gpd.GeoDataFrame) -> Floats:
    """One distance for each supply."""
    if not isinstance(distance, pd.Series):
        return np.full(len(supply), validate.metres(distance, "服务半径"))
    if not distance.index.equals(supply.index):
        where = "服务半径"
        raise MeasureError(where, "与公园绿地的编号不一致", "请为每处公园绿地给出一个半径")
    told = {value: validate.metres(value, "服务半径") for value in distance.unique()}
    return distance.map(told).to_numpy(float)
