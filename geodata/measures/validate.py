"""What every measure refuses, checked once at the border."""

import math
from collections.abc import Collection

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from geodata import crs
from geodata.errors import MeasureError

POLYGONS = ("Polygon", "MultiPolygon")
_METRIC = CRS(crs.METRIC)
LINES = ("LineString", "MultiLineString", "LinearRing")


def shapes(rows: gpd.GeoDataFrame, what: str, *, kinds: Collection[str] = ()) -> npt.NDArray[np.object_]:
    """Return the geometries of a table that can be measured.

    Parameters
    ----------
    rows : GeoDataFrame or GeoSeries
    what : str
        What it is called in a refusal, in Chinese.
    kinds : collection of str, optional
        Geometry types allowed; all where empty.

    Raises
    ------
    MeasureError
        No reference system, another one than EPSG:4549, a duplicate index, a missing or empty geometry, another kind.
    """
    column = rows.geometry
    system = column.crs
    if system is None:
        raise MeasureError(what, "没有坐标系", "请在导入时指定坐标系")
    if system != _METRIC:
        raise MeasureError(what, f"坐标系是“{system.name}”，不能直接量算", "请先换算到 CGCS2000 三度带 120°（米）")
    if not rows.index.is_unique:
        raise MeasureError(what, f"编号重复（{rows.index[rows.index.duplicated()][0]}）", "请先去掉重复的编号")
    found: npt.NDArray[np.object_] = column.to_numpy()
    bad = shapely.is_missing(found) | shapely.is_empty(found)
    if bad.any():
        raise MeasureError(what, f"{int(bad.sum())} 行没有图形（如 {rows.index[bad][0]}）", "请补上图形或删去这些行")
    other = ~np.isin(shapely.get_type_id(found), [shapely.GeometryType[kind.upper()] for kind in kinds])
    if kinds and other.any():
        first = found[other][0].geom_type
        raise MeasureError(what, f"图形种类不对（{rows.index[other][0]} 是 {first}）", "请换成所需的图形种类")
    return found


def metres(value: float, what: str) -> float:
    """Return a distance if it is one: finite and not negative.

    Raises
    ------
    MeasureError
    """
    if not math.isfinite(value) or value < 0:
        raise MeasureError(what, f"“{value}”不是可用的距离", "请填 0 以上的米数")
    return float(value)
