"""What every measure refuses, checked once at the border."""

import math
from collections.abc import Collection

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geodata import crs
from geodata.errors import MeasureError

POLYGONS = ("Polygon", "MultiPolygon")
LINES = ("LineString", "MultiLineString", "LinearRing")


def table(rows: gpd.GeoDataFrame, what: str, *, kinds: Collection[str] = ()) -> gpd.GeoDataFrame:
    """Return the table if it can be measured.

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
    system = rows.crs
    if system is None:
        raise MeasureError(what, "没有坐标系", "请在导入时指定坐标系")
    if system.is_geographic or system != crs.METRIC:
        raise MeasureError(what, f"坐标系是“{system.name}”，不能直接量算", "请先换算到 CGCS2000 三度带 120°（米）")
    if not rows.index.is_unique:
        raise MeasureError(what, f"编号重复（{rows.index[rows.index.duplicated()][0]}）", "请先去掉重复的编号")
    shapes = rows.geometry
    bad = shapes.isna() | shapes.is_empty
    if bad.any():
        raise MeasureError(what, f"{int(bad.sum())} 行没有图形（如 {rows.index[bad][0]}）", "请补上图形或删去这些行")
    if kinds and not shapes.geom_type.isin(kinds).all():
        other = shapes.geom_type[~shapes.geom_type.isin(kinds)]
        raise MeasureError(what, f"图形种类不对（{other.index[0]} 是 {other.iloc[0]}）", "请换成所需的图形种类")
    return rows


def shapes(rows: gpd.GeoDataFrame, what: str, *, kinds: Collection[str] = ()) -> npt.NDArray[np.object_]:
    """Return the geometries of a checked table as an array."""
    found: npt.NDArray[np.object_] = table(rows, what, kinds=kinds).geometry.to_numpy()
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
