"""Areas that somebody wrote down against those of the shapes: in which unit they are, and on which surface."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.areal import ellipsoidal, is_finite, only

UNITS: Mapping[str, float] = MappingProxyType(
    {"平方米": 1.0, "公顷": 10_000.0, "亩": 2000 / 3, "平方公里": 1_000_000.0}
)
"""Unit -> m2."""

TOLERANCE = 0.05
"""Stated and drawn areas may differ by this share before somebody should look."""

_NEARLY_ALL = 0.8
_TOLD = 0.0002
"""The two surfaces differ by 0.04 % here: from a median difference up to this one can tell which was meant."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Statement:
    """How a column of areas agrees with the shapes.

    Attributes
    ----------
    unit : str
        The unit in which nearly all rows agree; "" where there is none.
    share : float
        Share of the compared rows that agree in it.
    compared : int
        Rows with a positive stated area and a shape that has one.
    wrong : array of bool
        Rows that agree, in m2, neither with the area on the ellipsoid nor with the projected one.
    ellipsoidal, projected : float
        Median difference from either, as a share, in `unit` (m2 where there is none); NaN where nothing is compared.
    """

    unit: str
    share: float
    compared: int
    wrong: Flags
    ellipsoidal: float
    projected: float

    @property
    def sentence(self) -> str:
        """Which surface the areas were measured on, as far as one can tell."""
        if not self.compared or not self.unit:
            return ""
        medians = {"椭球面积": self.ellipsoidal, "投影面积": self.projected}
        told = "，".join(f"与{name}相差的中位数为 {median:.3%}" for name, median in medians.items())
        nearer = min(medians, key=lambda name: medians[name])
        surface = f"，应为{nearer}" if medians[nearer] <= _TOLD else "，不能判断是哪一种"
        return f"{self.compared} 行登记面积{told}{surface}"


def compared(shapes: gpd.GeoSeries, stated: npt.NDArray[np.float64]) -> Statement:
    """Compare stated areas with those of the shapes.

    Parameters
    ----------
    shapes : GeoSeries
        EPSG:4549.
    stated : array of float
        As long; NaN where nothing is stated.

    Examples
    --------
    >>> from shapely import box
    >>> from geodata import crs
    >>> shapes = gpd.GeoSeries([box(630000, 4304000, 630100, 4304100)], crs=crs.METRIC)
    >>> said = compared(shapes, np.array([15.0]))
    >>> said.unit, said.wrong.tolist(), round(said.projected, 4), round(said.ellipsoidal, 4)
    ('亩', [True], 0.0, 0.0004)
    """
    given = shapes.to_numpy()
    drawn = np.stack([ellipsoidal(given), shapely.area(only(given, is_finite(given)))])
    usable = (stated > 0) & (drawn > 0).all(axis=0) & np.isfinite(drawn).all(axis=0)
    ratio = drawn[:, usable] / stated[usable]
    agreeing = {unit: _agrees(ratio, factor) for unit, factor in UNITS.items()}
    shares = {unit: float(rows.mean()) if rows.size else 0.0 for unit, rows in agreeing.items()}
    unit = max(shares, key=lambda unit: shares[unit])
    wrong = np.zeros(len(stated), bool)
    wrong[usable] = ~agreeing["平方米"]
    told = unit if shares[unit] >= _NEARLY_ALL else ""
    medians = _medians(ratio / UNITS[told or "平方米"])
    return Statement(told, shares[unit], int(usable.sum()), wrong, *medians)


def _agrees(ratio: npt.NDArray[np.float64], factor: float) -> Flags:
    return np.asarray((np.abs(ratio / factor - 1) <= TOLERANCE).any(axis=0))


def _medians(ratio: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Median difference from the area on the ellipsoid and from the projected one."""
    if not ratio.size:
        return float("nan"), float("nan")
    ellipsoidal, projected = np.median(np.abs(ratio - 1), axis=1)
    return float(ellipsoidal), float(projected)
