"""GCJ-02 and BD-09, the offset systems of internet maps, forward and back; degrees in, degrees out."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geodata.crs import Positions

_GCJ_WINDOW = (72.004, 0.8293, 137.8347, 55.8271)
_GCJ_AXIS = 6378245.0
_GCJ_FLATNESS = 0.00669342162296594323
_BD_PI = math.pi * 3000 / 180
_ROUNDS = 6


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
