"""Whether a table is shifted as internet maps are: three hypotheses, three tests, no correction by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from geodata import crs, crs_offset, crs_scores
from geodata.crs import Positions
from geodata.crs_scores import AS_IS, References

GCJ02, BD09 = "gcj02", "bd09"
SAID: Mapping[str, str] = MappingProxyType({AS_IS: "CGCS2000（原样）", GCJ02: "GCJ-02", BD09: "BD-09"})
_TRUE: Mapping[str, Callable[[Positions], Positions]] = MappingProxyType(
    {AS_IS: lambda xy: xy, GCJ02: crs_offset.from_gcj02, BD09: crs_offset.from_bd09}
)

_SAMPLE = 2000
_SEED = 20210518
_ROOM = 2000.0
"""Distance (m) from the edge of the base map within which a shifted feature would leave it."""


@dataclass(frozen=True)
class Hypothesis:
    """One way to understand the positions of a table.

    Attributes
    ----------
    key : str
        as_is, gcj02 or bd09: what the numbers are.
    offset_m : float
        How far, on average, the positions have to be moved then.
    sea : float or None
        Share of the area (length, points) that would lie in the sea.
    agreement : float or None
        Share of the corners that would lie on outlines of datasets in use.
    road_m : float or None
        Middle distance from the base roads to the nearest street in their direction.
    """

    key: str
    offset_m: float
    sea: float | None
    agreement: float | None
    road_m: float | None


@dataclass(frozen=True)
class Shift:
    """What the tests say of a table.

    Attributes
    ----------
    hypotheses : tuple of Hypothesis
        As it stands, GCJ-02, BD-09.
    named : str or None
        The key of the one that is clearly better; None where it cannot be told.
    sentence : str
    evidence : tuple of str
    """

    hypotheses: tuple[Hypothesis, ...]
    named: str | None
    sentence: str
    evidence: tuple[str, ...]


def shift(table: gpd.GeoDataFrame, kind: str, references: References) -> Shift:
    """Score whether a table is right as it stands, in GCJ-02, or in BD-09; nothing is changed.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549, brought there as it stands.
    kind : str
        Key of the dataset's kind ("landuse", "streets", ...).
    references : mapping of str to GeoDataFrame
        EPSG:4549: "land" and "roads" of the base map, and datasets in use under their kinds.

    Examples
    --------
    >>> land = gpd.GeoDataFrame(geometry=[shapely.box(620000, 4300000, 640000, 4310000)], crs=crs.METRIC)
    >>> shift(land.iloc[:0], "plots", {"land": land}).sentence
    '无法判断数据是否整体偏移，请在地图上对照三种情形后选定。'
    """
    sample = _sampled(table)
    moved = {key: corrected(sample, key) for key in SAID}
    seas = crs_scores.sea(moved, kind, references)
    fits = crs_scores.agreement(moved, references)
    roads = crs_scores.roads(moved, kind, references)
    hypotheses = tuple(
        Hypothesis(key, _offset(sample, shapes), seas.get(key), fits.get(key), roads.get(key))
        for key, shapes in moved.items()
    )
    said = {
        crs_scores.best_by_sea(seas, moved, references),
        crs_scores.best_by_agreement(fits),
        crs_scores.best_by_roads(roads),
    }
    verdicts = said - {None}
    named = verdicts.pop() if len(verdicts) == 1 else None
    return Shift(hypotheses, named, _sentence(named, hypotheses), tuple(_evidence(one) for one in hypotheses))


def corrected(table: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """A copy of a table in EPSG:4549 moved to where it lies if its positions are of a system of `SAID`."""
    if key == AS_IS or not len(table):
        return table
    shapes = shapely.transform(table.geometry.to_numpy(), lambda xy: _moved(xy, _TRUE[key]), include_z=False)
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))


def _moved(xy: Positions, true: Callable[[Positions], Positions]) -> Positions:
    return crs.transformed(true(crs.transformed(xy, crs.METRIC, crs.FILE)), crs.FILE, crs.METRIC)


def _sampled(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """At most some thousand features that have a place in the window of the base map."""
    usable = table[table.geometry.notna() & ~table.geometry.is_empty]
    west, south, east, north = crs.WINDOW
    corners = np.array([[west, south], [east, north]])
    low, high = crs.transformed(corners, crs.FILE, crs.METRIC)
    usable = usable.cx[low[0] + _ROOM : high[0] - _ROOM, low[1] + _ROOM : high[1] - _ROOM]
    few = usable if len(usable) <= _SAMPLE else usable.sample(_SAMPLE, random_state=_SEED)
    return few.set_geometry(few.geometry.make_valid())


def _offset(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> float:
    if not len(before):
        return 0.0
    return float(before.geometry.centroid.distance(after.geometry.centroid).mean())


def _sentence(named: str | None, hypotheses: tuple[Hypothesis, ...]) -> str:
    if named is None:
        return "无法判断数据是否整体偏移，请在地图上对照三种情形后选定。"
    if named == AS_IS:
        return "未发现整体偏移。"
    metres = next(one.offset_m for one in hypotheses if one.key == named)
    return f"数据疑似 {SAID[named]} 坐标，整体偏移约 {metres:.0f} 米，请在地图上核对后决定是否改正。"


def _evidence(one: Hypothesis) -> str:
    told = [
        f"{one.sea:.1%} 落在海中" if one.sea is not None else "",
        f"{one.agreement:.0%} 的角点与在用数据重合" if one.agreement is not None else "",
        f"道路与底图相距约 {one.road_m:.0f} 米" if one.road_m is not None else "",
    ]
    said = "，".join(part for part in told if part) or "没有可以对照的数据"
    return f"若数据为 {SAID[one.key]}：{said}"
