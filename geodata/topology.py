"""How the areas of a table lie beside each other: what lies twice, what overlaps, what is too thin."""

import os
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata import vocabulary
from geodata.areal import Flags, Positions, areas_of, mended, pieces
from geodata.places import places
from geodata.shapes import Shapes, numbered
from geodata.watch import UNWATCHED, Watch


@dataclass(frozen=True)
class Tiling:
    """What the rows of a kind may do to each other.

    Attributes
    ----------
    twins : str
        Rule that two rows of the same shape break.
    overlaps : bool
        Whether two rows must not share ground.
    gap_m2 : float
        Holes that the rows enclose are gaps up to this size; 0: no hole is one.
    by : str
        Column by whose value the rows fall into layers that know nothing of each other.
    free : tuple of str
        Values of `by` whose rows may do as they like.
    """

    twins: str
    overlaps: bool = False
    gap_m2: float = 0.0
    by: str = ""
    free: tuple[str, ...] = ()


TILINGS: Mapping[str, Tiling] = MappingProxyType(
    {
        "landuse": Tiling("K027", overlaps=True, gap_m2=1_000_000),
        "landuse_planned": Tiling("K027", overlaps=True, gap_m2=1_000_000),
        "plots": Tiling("K027", overlaps=True, gap_m2=1_000),
        "parcels": Tiling("K028", overlaps=True),
        "buildings": Tiling("K028", overlaps=True),
        "green": Tiling("K027", overlaps=True),
        "entrances": Tiling("K028"),
        "streets": Tiling("K028"),
        "boundaries": Tiling(
            "K027", overlaps=True, gap_m2=1_000_000, by="boundary_class", free=(vocabulary.LAYOUT_UNIT,)
        ),
        "controls": Tiling("K027", overlaps=True, by="control_class"),
        "supplied": Tiling("K028", overlaps=True),
    }
)
"""Kind -> its tiling. The survey covers all ground; between plots lie streets; floors of one house may be parcels of
one outline; layout units overlap by intention. Where a kind is missing, everything may lie on everything."""


@dataclass(frozen=True)
class Tolerances:
    """From where on something is a fault.

    Attributes
    ----------
    least_m2, thick_m : float
        Smaller or (twice the area by the outline's length) thinner overlaps and gaps are rounding of coordinates.
    crack_m : float
        Gaps open to the outside are told up to this width.
    sliver_m2, sliver_m : float
        Areas that are smaller, or thinner, are slivers.
    seam_m : float
        Edges of two parts this near to each other should meet.
    most : int
        Overlaps after which no more are sought.
    """

    least_m2: float = 0.01
    thick_m: float = 0.001
    crack_m: float = 0.2
    sliver_m2: float = 1.0
    sliver_m: float = 0.5
    seam_m: float = 5.0
    most: int = 10_000


TOLERANCES = Tolerances()


class Overlaps(NamedTuple):
    """What overlaps.

    Attributes
    ----------
    places : GeoDataFrame
        `geodata.places.places`: rows = the two, geometry = the ground they share.
    complete : bool
        False where so much overlaps that the search was ended.
    """

    places: gpd.GeoDataFrame
    complete: bool


_CHUNK = 64
_SLICE = 5_000
_NO_PAIRS: Positions = np.empty((0, 2), int)
_SHARE_GROUND = "2********"
"""DE-9IM: the insides meet in an area."""


def width(shapes: Shapes) -> npt.NDArray[np.float64]:
    """Mean width in m: twice the area by the length of the outline, which for a long strip is its width.

    Examples
    --------
    >>> width(np.array([shapely.box(0, 0, 1000, 2), shapely.box(0, 0, 4, 4)])).round(2).tolist()
    [2.0, 2.0]
    """
    length = shapely.length(shapes)
    return np.asarray(np.divide(2 * shapely.area(shapes), length, out=np.zeros(len(length)), where=length > 0))


def matters(shapes: Shapes, tolerances: Tolerances) -> Flags:
    """Whether overlaps and gaps are more than rounding."""
    return np.asarray((shapely.area(shapes) >= tolerances.least_m2) & (width(shapes) >= tolerances.thick_m))


def twins(table: gpd.GeoDataFrame, *, groups: pd.Series | None = None) -> gpd.GeoDataFrame:
    """Find rows of exactly the same shape, wherever it begins and in whichever direction it runs.

    Parameters
    ----------
    table : GeoDataFrame
        Any shapes; missing and empty ones are no twins.
    groups : Series, optional
        On the same index: only rows of one group can be twins.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places`: rows = all of one shape in the table's order.

    Examples
    --------
    >>> from shapely import Polygon, box
    >>> again = Polygon([(1, 1), (0, 1), (0, 0), (1, 0)])
    >>> table = gpd.GeoDataFrame(index=["A", "B", "C"], geometry=[box(0, 0, 1, 1), again, box(2, 0, 3, 1)])
    >>> twins(table)["rows"].tolist()
    [('A', 'B')]
    """
    shapes = table.geometry.to_numpy()
    keys = pd.DataFrame({"shape": numbered(shapes)})
    keys["group"] = 0 if groups is None else pd.factorize(groups.to_numpy())[0]
    again = keys[(keys["shape"] > 0) & keys.duplicated(keep=False)]
    rows = [again.index[positions] for positions in again.groupby([*keys.columns], sort=False).indices.values()]
    return places([tuple(table.index[one]) for one in rows], shapes[[one[0] for one in rows]])


def overlaps(
    table: gpd.GeoDataFrame,
    *,
    groups: pd.Series | None = None,
    tolerances: Tolerances = TOLERANCES,
    watch: Watch = UNWATCHED,
) -> Overlaps:
    """Find ground that two rows share.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549; what is no area is left out, broken areas are mended for the purpose.
    groups : Series, optional
        On the same index: rows of different groups do not matter to each other.
    tolerances : Tolerances
    watch : Watch
        Asked again and again whether to stop.

    Returns
    -------
    Overlaps

    Examples
    --------
    >>> from shapely import box
    >>> table = gpd.GeoDataFrame(index=["A", "B"], geometry=[box(0, 0, 10, 10), box(8, 0, 20, 10)])
    >>> found, complete = overlaps(table)
    >>> found["rows"].tolist(), found.geometry.area.tolist(), complete
    ([('A', 'B')], [20.0], True)
    """
    parts, owner = pieces(mended(table.geometry.to_numpy()))
    codes = np.zeros(len(table), int) if groups is None else pd.factorize(groups.to_numpy())[0]
    hits = np.concatenate([_NO_PAIRS, *_hits(parts, owner, codes[owner], most=tolerances.most, watch=watch)])
    first, second = hits[: tolerances.most].T
    shared = areas_of(shapely.intersection(parts[first], parts[second]))
    pairs, shapes = _whole(owner[first], owner[second], shared)
    real = matters(shapes, tolerances)
    labels = table.index.to_list()
    found = places([(labels[one], labels[other]) for one, other in pairs[real]], shapes[real])
    return Overlaps(found, len(hits) < tolerances.most)


def slivers(table: gpd.GeoDataFrame, *, tolerances: Tolerances = TOLERANCES) -> gpd.GeoDataFrame:
    """Find areas that are very small or very thin.

    Examples
    --------
    >>> from shapely import box
    >>> table = gpd.GeoDataFrame(index=["A", "B"], geometry=[box(0, 0, 10, 10), box(10, 0, 10.3, 100)])
    >>> slivers(table)["rows"].tolist()
    [('B',)]
    """
    shapes = mended(table.geometry.to_numpy())
    there = ~shapely.is_missing(shapes)
    small = (shapely.area(shapes) < tolerances.sliver_m2) | (width(shapes) < tolerances.sliver_m)
    found = np.flatnonzero(there & small)
    return places([(label,) for label in table.index[found]], shapes[found])


def _hits(parts: Shapes, owner: Positions, codes: Positions, *, most: int, watch: Watch) -> Iterator[Positions]:
    """Pairs of pieces that share ground, chunk by chunk, in threads; ends early when there are very many."""
    tree, enough, count = shapely.STRtree(parts), threading.Event(), 0

    def look(start: int) -> Positions:
        if enough.is_set():
            return _NO_PAIRS
        here, there = tree.query(parts[start : start + _CHUNK])
        here = here + start
        kept = (owner[here] < owner[there]) & (codes[here] == codes[there])
        return _sharing(parts, np.column_stack([here, there])[kept], most=most, enough=enough)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            for pairs in pool.map(look, range(0, len(parts), _CHUNK)):
                watch.ask()
                yield pairs
                count += len(pairs)
                if count >= most:
                    break
        finally:
            enough.set()


def _sharing(parts: Shapes, pairs: Positions, *, most: int, enough: threading.Event) -> Positions:
    """Those of the pairs that share ground; a part of them when there are enough."""
    found, count = [_NO_PAIRS], 0
    for start in range(0, len(pairs), _SLICE):
        if enough.is_set() or count >= most:
            break
        some = pairs[start : start + _SLICE]
        found.append(some[shapely.relate_pattern(parts[some[:, 0]], parts[some[:, 1]], _SHARE_GROUND)])
        count += len(found[-1])
    return np.concatenate(found)


def _whole(first: Positions, second: Positions, shared: Shapes) -> tuple[Positions, Shapes]:
    """Put what pieces of the same two rows share together again."""
    pairs, place = np.unique(np.column_stack([first, second]), axis=0, return_inverse=True)
    place = place.reshape(-1)
    order = np.argsort(place, kind="stable")
    bounds = np.searchsorted(place[order], np.arange(len(pairs) + 1))
    shapes = [shapely.union_all(shared[order[start:end]]) for start, end in pairwise(bounds)]
    return pairs, np.array(shapes, object)
