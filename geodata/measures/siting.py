"""Where the next parks serve most: what each candidate newly covers, and the quick choice.

The maximal covering location problem (Church and ReVelle 1974): at most so many sites, the largest sum of what they
newly cover. What is served already, by parks that exist or are being built, counts for nobody.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array

from geodata.areal import areas_of
from geodata.errors import MeasureError
from geodata.measures import validate
from geodata.measures.green import within
from geodata.measures.supply import QUAD_SEGS

Shapes = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_OBJECTS, _PARKS, _SITES, _WEIGHTS, _NUMBER = "服务对象", "公园绿地", "候选地块", "权重", "新增公园数量"


@dataclass(frozen=True)
class Reach:
    """What each candidate would newly serve.

    Attributes
    ----------
    candidates : Index
        Ids, in the order of the candidates' table; of equals the first is taken.
    serves : csr_array of bool, (candidates, pieces)
        Which of them reaches which piece of the demand.
    weights : array of float
        What a piece counts: m2, people, dwellings.
    """

    candidates: pd.Index
    serves: csr_array
    weights: Floats


@dataclass(frozen=True)
class Choice:
    """Chosen sites.

    Attributes
    ----------
    gains : Series of float
        On the ids of the chosen, best first: what each adds to those before it, in the unit of the weights. Sites
        that would add nothing are not chosen, so there may be fewer than were asked for.
    total : float
        What they newly serve together.
    bound : float
        What no choice of so many sites can exceed; infinite where nobody has looked.
    """

    gains: pd.Series
    total: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether no other choice is better, as far as numbers of this size can tell."""
        return self.bound <= self.total * (1 + 1e-6)


def reach_of_rows(
    demand: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    distance: float,
    weights: pd.Series,
    locked: gpd.GeoDataFrame | None = None,
) -> Reach:
    """What candidates newly serve of rows that are served wholly or not at all: buildings, by people or dwellings.

    Parameters
    ----------
    demand, candidates : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float
        Metres, edge to edge.
    weights : Series of float
        What each row of demand counts, on its index; unknown counts nothing.
    locked : GeoDataFrame, optional
        EPSG:4549: parks that exist or will; what they serve is not served newly.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none, weights of other rows or below 0.
    """
    distance = validate.metres(distance, "服务距离")
    shapes, sites = validate.shapes(demand, _OBJECTS), validate.shapes(candidates, _SITES)
    worth = _weights(weights, demand)
    if locked is not None:
        worth = np.where(within(demand, locked, distance=distance), 0.0, worth)
    serves = np.zeros((len(sites), len(shapes)), dtype=bool)
    if len(shapes):
        serves[tuple(shapely.STRtree(shapes).query(sites, predicate="dwithin", distance=distance))] = True
    return _gathered(candidates.index, serves.T, worth)


def reach_of_land(
    areas: gpd.GeoDataFrame,
    candidates: gpd.GeoDataFrame,
    *,
    distance: float,
    locked: gpd.GeoDataFrame | None = None,
) -> Reach:
    """What land candidates newly bring within a distance, exactly: areas are cut where a reach ends.

    Parameters
    ----------
    areas : GeoDataFrame
        EPSG:4549, polygons that do not overlap.
    candidates : GeoDataFrame
        EPSG:4549, any geometry.
    distance : float
        Metres, edge to edge; buffers have 16 segments a quarter circle.
    locked : GeoDataFrame, optional
        As for `reach_of_rows`.

    Returns
    -------
    Reach
        Weights in planar m2.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.
    """
    distance = validate.metres(distance, "服务距离")
    pieces = validate.shapes(areas, "用地", kinds=validate.POLYGONS).copy()
    reaches = shapely.buffer(validate.shapes(candidates, _SITES), distance, quad_segs=QUAD_SEGS)
    if locked is not None and len(locked):
        served = shapely.union_all(shapely.buffer(validate.shapes(locked, _PARKS), distance, quad_segs=QUAD_SEGS))
        pieces = areas_of(shapely.difference(pieces, served))
    serves = np.zeros((len(pieces), len(reaches)), dtype=bool)
    for number, reach in enumerate(reaches):
        pieces, serves = _cut(pieces, serves, reach, number=number)
    return _gathered(candidates.index, serves, np.nan_to_num(shapely.area(pieces)))


def greedy(reach: Reach, count: int) -> Choice:
    """Choose site after site, each time the one that adds most: at least 63 % of the best, in no time.

    Raises
    ------
    MeasureError
        Not at least one site is asked for.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import Point
    >>> homes = gpd.GeoDataFrame(geometry=[Point(0, 0), Point(200, 0), Point(900, 0)], crs=crs.METRIC)
    >>> sites = gpd.GeoDataFrame(geometry=[Point(100, 0), Point(900, 0)], index=["甲", "乙"], crs=crs.METRIC)
    >>> reach = reach_of_rows(homes, sites, distance=300, weights=pd.Series([10.0, 20.0, 5.0]))
    >>> greedy(reach, 2).gains.to_dict()
    {'甲': 30.0, '乙': 5.0}
    """
    return ranked(reach, np.arange(len(reach.candidates)), asked(count), bound=np.inf)


def ranked(reach: Reach, among: npt.NDArray[np.intp], count: int, *, bound: float) -> Choice:
    """Put some sites, by position, into the order in which each adds most; those that add nothing are left out."""
    left, chosen = reach.weights.copy(), dict[int, float]()
    serves = reach.serves[among]
    while len(chosen) < min(count, len(among)):
        gains = serves @ left
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        chosen[int(among[best])] = float(gains[best])
        left[serves[[best]].indices] = 0.0
    gains = pd.Series(chosen.values(), index=reach.candidates[list(chosen)], dtype=float, name="gain")
    return Choice(gains, float(gains.sum()), bound)


def _cut(pieces: Shapes, serves: Flags, reach: object, *, number: int) -> tuple[Shapes, Flags]:
    """Cut pieces where a reach ends, and mark what lies within it."""
    shapely.prepare(reach)
    whole = shapely.covers(reach, pieces)
    serves[whole, number] = True
    partly = np.flatnonzero(~whole & shapely.intersects(reach, pieces))
    inside = areas_of(shapely.intersection(pieces[partly], reach))
    real = ~shapely.is_missing(inside)
    partly, inside = partly[real], inside[real]
    more = serves[partly]
    more[:, number] = True
    pieces[partly] = areas_of(shapely.difference(pieces[partly], reach))
    return np.concatenate([pieces, inside]), np.concatenate([serves, more])


def _gathered(candidates: pd.Index, serves: Flags, weights: Floats) -> Reach:
    """Take pieces together that the same candidates reach; what none reaches, or counts nothing, is left out."""
    of_use = serves.any(axis=1) & (weights > 0)
    kinds, which = np.unique(serves[of_use], axis=0, return_inverse=True)
    worth: Floats = np.bincount(which.ravel(), weights=weights[of_use], minlength=len(kinds)).astype(float)
    return Reach(candidates, csr_array(kinds.T), worth)


def _weights(weights: pd.Series, demand: gpd.GeoDataFrame) -> Floats:
    if not weights.index.equals(demand.index):
        raise MeasureError(_WEIGHTS, "与服务对象的编号不一致", "请为每个服务对象给出一个数")
    worth = weights.fillna(0).to_numpy(float)
    if (worth < 0).any() or not np.isfinite(worth).all():
        raise MeasureError(_WEIGHTS, "有小于 0 或不是数的值", "请改正人口、户数等数据")
    return worth


def asked(count: int) -> int:
    """How many sites are asked for.

    Raises
    ------
    MeasureError
        Not at least one.
    """
    if count < 1:
        raise MeasureError(_NUMBER, f"不能是 {count}", "请填 1 以上的整数")
    return count
