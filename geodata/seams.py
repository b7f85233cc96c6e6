"""接边检查: whether parts of one version that came from several files meet, and go on across the seam."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.areal import Flags, Positions, is_finite, mended, only
from geodata.gaps import gaps
from geodata.places import places
from geodata.shapes import Shapes
from geodata.topology import TOLERANCES, Tolerances

CLASSES: Mapping[str, str] = MappingProxyType(
    {"landuse": "code", "landuse_planned": "code", "plots": "landuse_planned", "green": "green_class"}
)
"""Kind -> the column that should not change where one thing goes on across the seam."""

_SLIM = 4.0
"""A gap along the seam is at least so many times longer than wide."""

_FACING = 0.8
"""Two areas are one thing cut by the seam where each takes up this share of the other's frontage."""

_VERTEX = 0.01
"""Lines are joined where they share a vertex, to this distance in m (as walking distances are counted)."""


def crosses(found: gpd.GeoDataFrame, parts: pd.Series) -> Flags:
    """Whether places concern rows of more than one part.

    Examples
    --------
    >>> from geodata.places import places
    >>> found = places([(0, 1), (1, 2)], [shapely.Point(0, 0), shapely.Point(1, 1)])
    >>> crosses(found, pd.Series(["甲", "甲", "乙"])).tolist()
    [False, True]
    """
    rows = found["rows"].explode()
    return parts.reindex(rows).groupby(rows.index).nunique().to_numpy() > 1


def seam_gaps(
    table: gpd.GeoDataFrame, parts: pd.Series, *, largest: float, tolerances: Tolerances = TOLERANCES
) -> gpd.GeoDataFrame:
    """Find ground between two parts whose edges come near to each other and do not meet.

    Parameters
    ----------
    table : GeoDataFrame
        Areas in EPSG:4549.
    parts : Series
        Which part a row came with; its index holds the table's.
    largest : float
        m2; larger holes along the seam are land that is in neither part.
    tolerances : Tolerances
        `seam_m`: how near is near.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places`: rows = those on both sides, geometry = the ground between them.

    Examples
    --------
    >>> from shapely import box
    >>> table = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 50), box(52, 0, 100, 50)])
    >>> found = seam_gaps(table, pd.Series(["甲", "乙"]), largest=1000)
    >>> found["rows"].tolist(), found.geometry.area.round(3).tolist()
    ([(0, 1)], [100.0])
    """
    shapes = mended(table.geometry.to_numpy())
    pairs = _near(shapes, parts.loc[table.index], tolerances.seam_m)
    beside = np.unique(pairs)
    if not beside.size:
        return places([], [])
    around = np.unique(shapely.STRtree(shapes).query(shapes[beside], "dwithin", distance=tolerances.seam_m)[1])
    reach = Tolerances(tolerances.least_m2, tolerances.thick_m, crack_m=tolerances.seam_m)
    found = gaps(table.iloc[around], largest=largest, tolerances=reach, slim=_SLIM)
    return found[crosses(found, parts)].reset_index(drop=True) if len(found) else found


def seam_classes(
    table: gpd.GeoDataFrame, parts: pd.Series, classes: pd.Series, *, tolerances: Tolerances = TOLERANCES
) -> gpd.GeoDataFrame:
    """Find areas that go on across the seam as something else: they face each other there, and differ in class.

    Parameters
    ----------
    table, parts
        As in `seam_gaps`.
    classes : Series of string
        The same way; NA differs from nothing.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places`: rows = the two, geometry = the edge they share, note = both classes.

    Examples
    --------
    >>> from shapely import box
    >>> table = gpd.GeoDataFrame(geometry=[box(0, 0, 50, 50), box(50, 0, 100, 50)])
    >>> found = seam_classes(table, pd.Series(["甲", "乙"]), pd.Series(["0701", "0901"]))
    >>> found["rows"].tolist(), found["note"].tolist()
    ([(0, 1)], ['0701、0901'])
    """
    shapes = mended(table.geometry.to_numpy())
    pairs = _near(shapes, parts.loc[table.index], tolerances.seam_m)
    pairs = pairs[_facing(shapes, pairs, tolerances.seam_m)]
    told = classes.astype(object).where(classes.notna(), None).loc[table.index].to_numpy()
    first, second = told[pairs[:, 0]], told[pairs[:, 1]]
    differ = ~(pd.isna(first) | pd.isna(second)) & (first != second)
    pairs, labels = pairs[differ], table.index.to_list()
    edges = _edge(shapes, pairs, tolerances.seam_m)
    notes = [f"{one}、{other}" for one, other in zip(first[differ], second[differ], strict=True)]
    return places([(labels[one], labels[other]) for one, other in pairs], edges, notes=notes)


def seam_ends(table: gpd.GeoDataFrame, parts: pd.Series, *, tolerances: Tolerances = TOLERANCES) -> gpd.GeoDataFrame:
    """Find lines that end at the seam near a line of another part without being joined to it.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places`: rows = the line and the nearest one, geometry = the end, note = how far it is.

    Examples
    --------
    >>> from shapely import LineString
    >>> table = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (50, 0)]), LineString([(52, 0), (99, 0)])])
    >>> found = seam_ends(table, pd.Series(["甲", "乙"]))
    >>> found["rows"].tolist(), found["note"].tolist()
    ([(0, 1), (1, 0)], ['相距 2.00 米', '相距 2.00 米'])
    """
    given = table.geometry.to_numpy()
    shapes = only(given, is_finite(given) & (shapely.get_dimensions(given) == 1))
    found = [
        place
        for here, there in _both_ways(parts.loc[table.index])
        for place in _loose(shapes, here, there, tolerances.seam_m)
    ]
    labels = table.index.to_list()
    rows = [(labels[line], labels[other]) for line, other, _, _ in found]
    notes = [f"相距 {distance:.2f} 米" for _, _, distance, _ in found]
    return places(rows, [end for *_, end in found], notes=notes)


def _near(shapes: Shapes, parts: pd.Series, reach: float) -> Positions:
    """Pairs of positions of different parts that are near to each other."""
    codes, found = pd.factorize(parts.to_numpy())[0], [np.empty((0, 2), int)]
    for one, other in combinations(range(codes.max(initial=-1) + 1), 2):
        here, there = np.flatnonzero(codes == one), np.flatnonzero(codes == other)
        left, right = shapely.STRtree(shapes[there]).query(shapes[here], "dwithin", distance=reach)
        found.append(np.column_stack([here[left], there[right]]))
    return np.concatenate(found)


def _facing(shapes: Shapes, pairs: Positions, reach: float) -> Flags:
    """Whether the two of each pair take up each other's frontage: its outline near any area of the other part."""
    kept = np.ones(len(pairs), bool)
    for side in (pairs, pairs[:, ::-1]):
        edges = _edge(shapes, side, reach)
        order = np.argsort(side[:, 0], kind="stable")
        cuts = np.flatnonzero(np.diff(side[order, 0])) + 1
        front = np.zeros(len(pairs))
        for group in np.split(order, cuts) if len(order) else ():
            front[group] = shapely.length(shapely.union_all(edges[group]))
        kept &= shapely.length(edges) >= _FACING * front
    return kept


def _edge(shapes: Shapes, pairs: Positions, reach: float) -> Shapes:
    """The outline of the first of each pair where it is near to the second."""
    outline = shapely.boundary(shapes[pairs[:, 0]])
    return np.asarray(shapely.intersection(outline, shapely.buffer(shapes[pairs[:, 1]], reach)), object)


def _both_ways(parts: pd.Series) -> Iterator[tuple[Positions, Positions]]:
    """Positions of a part and of all others, for each part."""
    codes = pd.factorize(parts.to_numpy())[0]
    for one in range(codes.max(initial=-1) + 1):
        yield np.flatnonzero(codes == one), np.flatnonzero(codes != one)


def _loose(shapes: Shapes, here: Positions, there: Positions, reach: float) -> list[tuple[int, int, float, Any]]:
    """Ends of lines of a part: the line, the nearest line of another part, their distance, the end."""
    own, other = _points(shapes[here]), _points(shapes[there])
    lines = shapely.get_parts(shapes[here], return_index=True)
    ends = np.concatenate([shapely.get_point(lines[0], 0), shapely.get_point(lines[0], -1)])
    owner = np.tile(here[lines[1]], 2)
    alone = np.bincount(_joined(ends, own), minlength=len(ends)) == 1  # its own vertex and no other
    alone &= np.bincount(_joined(ends, other), minlength=len(ends)) == 0
    ends, owner = ends[alone], owner[alone]
    (end, line), distance = shapely.STRtree(shapes[there]).query_nearest(
        ends, max_distance=reach, return_distance=True, all_matches=False
    )
    found = zip(owner[end].tolist(), there[line].tolist(), distance.tolist(), ends[end], strict=True)
    return list(found)


def _points(shapes: Shapes) -> Shapes:
    return np.asarray(shapely.points(shapely.get_coordinates(shapes)), object)


def _joined(ends: Shapes, points: Shapes) -> Positions:
    return np.asarray(shapely.STRtree(points).query(ends, "dwithin", distance=_VERTEX)[0])
