"""The only place that knows EPSG codes, degrees and metres."""

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Geod, Transformer
from shapely.geometry.base import BaseGeometry

FILE = "EPSG:4490"
"""CGCS2000 longitude and latitude in degrees: how layers are stored and exchanged."""

FILE_SAID = "CGCS2000 经纬度（EPSG:4490）"

METRIC = "EPSG:4549"
"""CGCS2000, 3-degree Gauss-Krueger, central meridian 120E: how everything is computed, in metres."""

METRIC_SAID = "CGCS2000 3 度带、中央经线 120°（EPSG:4549）"

_MERCATOR = "EPSG:3857"

WINDOW = (121.0, 38.6, 121.9, 39.2)
"""West, south, east, north of the base map in degrees; no view may leave it."""


class System(NamedTuple):
    """A coordinate system the files of this place come in.

    Attributes
    ----------
    code : str
        As PROJ knows it.
    said : str
        As the screen says it.
    degrees : bool
        Whether its numbers are longitude and latitude.
    zone : int
        The zone number written before the easting, 0 where there is none.
    """

    code: str
    said: str
    degrees: bool = False
    zone: int = 0


SYSTEMS: Mapping[str, System] = MappingProxyType(
    {
        "cgcs2000": System(FILE, FILE_SAID, degrees=True),
        "wgs84": System("EPSG:4326", "WGS-84 经纬度（EPSG:4326）", degrees=True),
        "gk3_120": System(METRIC, "CGCS2000 3 度带，中央经线 120°，不加带号（EPSG:4549）"),
        "gk3_zone40": System("EPSG:4528", "CGCS2000 3 度带第 40 带，横坐标加带号（EPSG:4528）", zone=40),
        "gk3_123": System("EPSG:4550", "CGCS2000 3 度带，中央经线 123°，不加带号（EPSG:4550）"),
        "gk3_zone41": System("EPSG:4529", "CGCS2000 3 度带第 41 带，横坐标加带号（EPSG:4529）", zone=41),
        "gk6_123": System("EPSG:4510", "CGCS2000 6 度带，中央经线 123°，不加带号（EPSG:4510）"),
        "gk6_zone21": System("EPSG:4499", "CGCS2000 6 度带第 21 带，横坐标加带号（EPSG:4499）", zone=21),
        "mercator": System(_MERCATOR, "Web 墨卡托（EPSG:3857）"),
    }
)
"""Key -> system, the likelier first where numbers cannot tell two apart (3 and 6 degrees at 123° are the same)."""


def system_with(code: int) -> str:
    """Key of the system with this number, empty where none has it.

    Examples
    --------
    >>> system_with(4528)
    'gk3_zone40'
    """
    return next((key for key, system in SYSTEMS.items() if system.code == f"EPSG:{code}"), "")


Positions = npt.NDArray[np.float64]
"""Shape (n, 2): longitude and latitude in degrees, or easting and northing in metres."""

_GEOD = Geod(ellps="GRS80")
_EQUAL_AREA = "+proj=aea +lat_1=38.7 +lat_2=39.1 +lat_0=38.9 +lon_0=121.45 +ellps=GRS80 +units=m +no_defs"
"""Albers about the middle of WINDOW on the CGCS2000 ellipsoid: areas are true, and here lines stay nearly straight."""
_TO_METRIC = Transformer.from_crs(FILE, METRIC, always_xy=True)
_DECIMALS = 5
_EARTH_CIRCUMFERENCE = 40075016.686
_TILE = 256


def to_metric(lng: float, lat: float) -> tuple[float, float]:
    """Easting and northing (m, EPSG:4549) of a position in degrees.

    Examples
    --------
    >>> [round(v, 2) for v in to_metric(121.5, 38.86)]
    [630198.48, 4304031.45]
    """
    easting, northing = _TO_METRIC.transform(lng, lat)
    return float(easting), float(northing)


def are_degrees(x: float, y: float) -> bool:
    """Whether two numbers can be longitude and latitude.

    Examples
    --------
    >>> are_degrees(121.5, 38.9), are_degrees(38.9, 121.5)
    (True, False)
    """
    return abs(x) <= 180 and abs(y) <= 90  # noqa: PLR2004 - the bounds of the globe


def degrees(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy of `table` in CGCS2000 degrees."""
    return table.to_crs(FILE)


def metres(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy of `table` in EPSG:4549."""
    return table.to_crs(METRIC)


def metric_window() -> tuple[float, float, float, float]:
    """West, south, east, north of WINDOW in metres (EPSG:4549).

    Examples
    --------
    >>> [round(side, -3) for side in metric_window()]
    [586000.0, 4275000.0, 666000.0, 4342000.0]
    """
    west, south, east, north = _TO_METRIC.transform_bounds(*WINDOW)
    return west, south, east, north


EXPORTED = ("cgcs2000", "gk3_120", "gk3_zone40", "gk3_123", "gk3_zone41", "gk6_123", "gk6_zone21")
"""Keys of the systems files are written in: those of CGCS2000."""


def exported(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return a copy of `table` in a system of SYSTEMS."""
    return table.to_crs(SYSTEMS[key].code)


def member(key: str) -> dict[str, object]:
    """How a GeoJSON document names a system of SYSTEMS.

    Examples
    --------
    >>> member("gk3_120")["properties"]
    {'name': 'urn:ogc:def:crs:EPSG::4549'}
    """
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{SYSTEMS[key].code.replace(':', '::')}"}}


def refusal(crs: CRS | None) -> tuple[str, str] | None:
    """Say why a table in this coordinate system cannot be measured in, and what to do; None if it can.

    Examples
    --------
    >>> refusal(CRS(METRIC)) is None, refusal(None)[0], refusal(CRS(FILE))[0]
    (True, '没有坐标系', '坐标是经纬度')
    """
    if crs is None:
        return "没有坐标系", "请说明它采用的坐标系"
    if crs == METRIC:
        return None
    remedy = f"请先转换为 {METRIC_SAID}"
    if crs.is_geographic:
        return "坐标是经纬度", f"不能量算，{remedy}"
    if crs == _MERCATOR:
        return "坐标系是网络墨卡托投影", f"面积在此放大约 1.6 倍，{remedy}"
    number = crs.to_epsg()
    return f"坐标系是 EPSG:{number}" if number else "坐标系是另一种投影", remedy


def rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a copy of a table in degrees with coordinates of five decimals, about one metre."""
    shapes = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def ellipsoidal_area(shape: BaseGeometry) -> float:
    """Area in m2 on the CGCS2000 ellipsoid of a shape in degrees; 0 for points and lines.

    Examples
    --------
    >>> from shapely import box
    >>> round(ellipsoidal_area(box(121.0, 38.0, 121.01, 38.01)))
    974844
    """
    area, _ = _GEOD.geometry_area_perimeter(shape)
    return abs(float(area))


def ellipsoidal_areas(table: gpd.GeoDataFrame) -> pd.Series:
    """Area in m2 on the CGCS2000 ellipsoid of every row, on the same index; 0 for points, NaN where there is no shape.

    Parameters
    ----------
    table : GeoDataFrame or GeoSeries
        In any reference system of CGCS2000; 100 000 plots take about a second.

    Notes
    -----
    Equal to the geodesic polygon's area to 1e-6 up to 20 km across, better below (1e-8 at 1 km).

    Examples
    --------
    >>> from shapely import box
    >>> ellipsoidal_areas(gpd.GeoSeries([box(121.0, 38.0, 121.01, 38.01)], crs=FILE)).round().tolist()
    [974844.0]
    """
    return pd.Series(table.geometry.to_crs(_EQUAL_AREA).area, name="area_m2")


def geodesic_length(shape: BaseGeometry) -> float:
    """Length in m along the CGCS2000 ellipsoid of a line in degrees (of the outline, for an area).

    Examples
    --------
    >>> from shapely import LineString
    >>> round(geodesic_length(LineString([(121.0, 38.9), (121.1, 38.9)])))
    8675
    """
    return float(_GEOD.geometry_length(shape))


def metres_per_pixel(lat: float, zoom: float) -> float:
    """Ground length of one screen pixel of a Web Mercator map.

    Examples
    --------
    >>> round(metres_per_pixel(38.86, 12), 2)
    29.76
    """
    return _EARTH_CIRCUMFERENCE * math.cos(math.radians(lat)) / (_TILE * 2**zoom)


def transformed(xy: Positions, source: str, target: str) -> Positions:
    """Positions taken from one system to another, easting (longitude) first; inf where that is impossible.

    Examples
    --------
    >>> transformed(np.array([[121.5, 38.86]]), FILE, METRIC).round(2).tolist()
    [[630198.48, 4304031.45]]
    """
    x, y = _transformer(source, target).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([x, y])


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    """Looking up a system takes longer than a thousand positions."""
    return Transformer.from_crs(source, target, always_xy=True)
