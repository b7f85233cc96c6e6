"""The only place that knows EPSG codes, degrees and metres."""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

FILE = "EPSG:4490"
"""CGCS2000 longitude and latitude in degrees: how layers are stored and exchanged."""

FILE_SAID = "CGCS2000 经纬度（EPSG:4490）"

METRIC = "EPSG:4549"
"""CGCS2000, 3-degree Gauss-Krueger, central meridian 120E: how everything is computed, in metres."""

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
        "mercator": System("EPSG:3857", "Web 墨卡托（EPSG:3857）"),
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
_TO_METRIC = Transformer.from_crs(FILE, METRIC, always_xy=True)
_DECIMALS = 5
_EARTH_CIRCUMFERENCE = 40075016.686
_TILE = 256
_GCJ_WINDOW = (72.004, 0.8293, 137.8347, 55.8271)
_GCJ_AXIS = 6378245.0
_GCJ_FLATNESS = 0.00669342162296594323
_BD_PI = math.pi * 3000 / 180
_ROUNDS = 6


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


def to_gcj02(xy: Positions) -> Positions:
    """GCJ-02 positions of WGS-84 positions in degrees; those outside China come back as they are.

    The rule is known from public code only and was never published officially.

    Examples
    --------
    >>> to_gcj02(np.array([[121.5, 38.86]])).round(6).tolist()
    [[121.505185, 38.860923]]
    """
    west, south, east, north = _GCJ_WINDOW
    lng, lat = xy[:, 0], xy[:, 1]
    inside = (lng >= west) & (lng <= east) & (lat >= south) & (lat <= north)
    return np.where(inside[:, None], xy + _gcj_offset(lng, lat), xy)


def from_gcj02(xy: Positions) -> Positions:
    """WGS-84 positions of GCJ-02 positions in degrees, to a millionth of a metre.

    Examples
    --------
    >>> from_gcj02(to_gcj02(np.array([[121.5, 38.86]]))).round(9).tolist()
    [[121.5, 38.86]]
    """
    return _inverse(to_gcj02, xy)


def to_bd09(xy: Positions) -> Positions:
    """BD-09 positions of WGS-84 positions in degrees.

    Examples
    --------
    >>> to_bd09(np.array([[121.5, 38.86]])).round(6).tolist()
    [[121.511781, 38.866566]]
    """
    lng, lat = to_gcj02(xy).T
    radius = np.hypot(lng, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lng) + 0.000003 * np.cos(lng * _BD_PI)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def from_bd09(xy: Positions) -> Positions:
    """WGS-84 positions of BD-09 positions in degrees, to a millionth of a metre.

    Examples
    --------
    >>> from_bd09(to_bd09(np.array([[121.5, 38.86]]))).round(9).tolist()
    [[121.5, 38.86]]
    """
    return _inverse(to_bd09, xy)


def _inverse(forward: Callable[[Positions], Positions], xy: Positions) -> Positions:
    """Where `forward` comes from: the offset changes slowly, so that each round gains three decimals."""
    found = xy
    for _ in range(_ROUNDS):
        found = found - (forward(found) - xy)
    return found


def _gcj_offset(lng: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Positions:
    x, y = lng - 105.0, lat - 35.0
    curve = 0.2 * np.sqrt(np.abs(x))
    wave = (20 * _sin(6 * x) + 20 * _sin(2 * x)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + curve / 2 + wave
    east += (20 * _sin(x) + 40 * _sin(x / 3) + 150 * _sin(x / 12) + 300 * _sin(x / 30)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + curve + wave
    north += (20 * _sin(y) + 40 * _sin(y / 3) + 160 * _sin(y / 12) + 320 * _sin(y / 30)) * 2 / 3
    bend = 1 - _GCJ_FLATNESS * np.sin(np.radians(lat)) ** 2
    width = _GCJ_AXIS / np.sqrt(bend) * np.cos(np.radians(lat))
    height = _GCJ_AXIS * (1 - _GCJ_FLATNESS) / bend**1.5
    return np.column_stack([np.degrees(east / width), np.degrees(north / height)])


def _sin(turns: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.sin(turns * np.pi)
