"""Walking distance along streets: one Dijkstra from all sources at once.

Streets are joined only where they share a vertex (to 0.01 m), never where they merely cross; vertical separation is not
known, hills are not counted.
"""

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from geodata.measures import validate
from geodata.measures.access import JOINED_M, Access, Network, entrances, starts
from geodata.shapes import Shapes, meeting

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

DEMAND, SUPPLY = "服务对象", "公园绿地"
"""What they are called in a refusal."""


class Ways(NamedTuple):
    """The streets, where demand reaches them, and where supply does."""

    net: Network
    start: Access
    goal: Access


def walking_distance(
    demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, *, limit: float
) -> pd.Series:
    """Walking distance from each row of demand to the nearest supply.

    Demand reaches the nearest point of the nearest walkable street in a straight line, then goes along the streets;
    supply likewise. Points of supply are entrances and used as they are; a polygon, of supply or demand, gives every
    point where a walkable street meets its outline, or, if none does, its nearest point.

    Parameters
    ----------
    demand, supply : GeoDataFrame
        EPSG:4549, any geometry.
    streets : GeoDataFrame
        EPSG:4549, lines; rows whose `walkable` is False are left out.
    limit : float
        Metres.

    Returns
    -------
    Series of float
        Metres on demand's index; 0 where they touch, NaN beyond `limit` or where no street leads there.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a distance that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import LineString, Point
    >>> street = gpd.GeoDataFrame(geometry=[LineString([(0, 0), (100, 0), (100, 50)])], crs=crs.METRIC)
    >>> house = gpd.GeoDataFrame(geometry=[Point(10, 5)], index=["a"], crs=crs.METRIC)
    >>> gate = gpd.GeoDataFrame(geometry=[Point(100, 50)], crs=crs.METRIC)
    >>> walking_distance(house, gate, street, limit=500).tolist()
    [145.0]
    """
    shapes, sources = validate.shapes(demand, DEMAND), validate.shapes(supply, SUPPLY)
    net = network(streets)
    metres = walked(shapes, sources, Ways(net, starts(shapes, net), entrances(sources, net)), limit=limit)
    return pd.Series(metres, index=demand.index, name="walking_m")


def walked(shapes: Shapes, sources: Shapes, ways: Ways, *, limit: float) -> Floats:
    """Metres of each shape to the nearest source by ways that are known, as `walking_distance` counts them.

    Raises
    ------
    MeasureError
        A distance that is none.
    """
    limit = validate.metres(limit, "步行距离上限")
    found = np.full(len(shapes), np.inf)
    if len(ways.start.rows) and len(ways.goal.rows):
        to_vertex = to_vertices(ways.net, ways.goal, limit)
        np.minimum.at(found, ways.start.rows, by_vertices(ways.net, ways.start, to_vertex))
        along_one_edge(ways.start, ways.goal, found)
    if len(sources):
        found[meeting(shapes, sources)[0]] = 0.0
    return np.where(found <= limit, found, np.nan)


def network(streets: gpd.GeoDataFrame) -> Network:
    """Cut walkable streets into edges between vertices.

    Raises
    ------
    MeasureError
        Streets that cannot be measured or are no lines.
    """
    validate.shapes(streets, "道路", kinds=validate.LINES)
    lines = shapely.get_parts(walkable(streets).geometry.to_numpy())
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(line[1:] == line[:-1])
    number, count = _numbered(xy)
    ends = np.column_stack((number[first], number[first + 1]))
    kept = ends[:, 0] != ends[:, 1]
    edges = shapely.linestrings(np.stack((xy[first], xy[first + 1]), axis=1))[kept]
    return Network(edges, ends[kept], shapely.length(edges), count)


def _numbered(xy: Floats) -> tuple[Numbers, int]:
    """Number the places of vertices, and count them; those that lie no farther apart than `JOINED_M` are one."""
    places, number = np.unique(np.ascontiguousarray(xy).view(complex).ravel(), return_inverse=True)
    tree = cKDTree(np.column_stack((places.real, places.imag)))
    near = tree.query_pairs(JOINED_M, output_type="ndarray")
    if not len(near):
        return number, len(places)
    joined = csr_array((np.ones(len(near)), near.T), shape=(len(places), len(places)))
    count, label = connected_components(joined, directed=False)
    return label[number], count


def walkable(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The streets that can be walked, all that do not say otherwise; the table itself where that is all of it."""
    if "walkable" not in streets:
        return streets
    kept = streets["walkable"].fillna(value=True).to_numpy(bool)
    return streets if kept.all() else streets[kept]


def islands(streets: gpd.GeoDataFrame) -> pd.Series:
    """Number of the connected piece each street lies in; the largest piece is 0.

    Returns
    -------
    Series of int
        On the streets' index; -1 for a street that cannot be walked.
    """
    net = network(streets)
    _, piece = connected_components(_graph(net), directed=False)
    order = np.argsort(np.argsort(-np.bincount(piece, minlength=1), kind="stable"), kind="stable")
    answer = pd.Series(-1, index=streets.index, name="island")
    walked_on = walkable(streets)
    places = shapely.STRtree(net.edges).query(walked_on.geometry.to_numpy(), predicate="covers")
    answer.loc[walked_on.index[places[0]]] = order[piece[net.ends[places[1], 0]]]
    return answer


def _graph(net: Network) -> csr_array:
    """Both ways along each edge; of several edges between two vertices the shortest counts."""
    low, high = np.minimum(*net.ends.T), np.maximum(*net.ends.T)
    between = pd.Series(low.astype(np.int64) * net.vertices + high)
    lengths, once = pd.Series(net.lengths), ~between.duplicated().to_numpy()
    if not once.all():
        lengths = lengths.groupby(between).transform("min")
    start, end, metres = low[once], high[once], lengths.to_numpy()[once]
    ways = np.concatenate((start, end)), np.concatenate((end, start))
    return csr_array((np.tile(metres, 2), ways), shape=(net.vertices, net.vertices))


def to_vertices(net: Network, goal: Access, limit: float) -> Floats:
    """Metres from every vertex to the nearest supply: one Dijkstra from a place that leads to all of them."""
    ends, rest = net.ends[goal.edges], net.lengths[goal.edges] - goal.along
    metres = np.full(net.vertices, np.inf)
    np.minimum.at(metres, ends.T.ravel(), np.concatenate((goal.away + goal.along, goal.away + rest)))
    led = np.flatnonzero(np.isfinite(metres))
    streets = _graph(net)
    graph = csr_array(
        (
            np.concatenate((streets.data, metres[led])),
            np.concatenate((streets.indices, led)),
            np.append(streets.indptr, len(streets.data) + len(led)),
        ),
        shape=(net.vertices + 1, net.vertices + 1),
    )
    found: Floats = dijkstra(graph, indices=net.vertices, limit=limit)[:-1]
    return found


def by_vertices(net: Network, start: Access, to_vertex: Floats) -> Floats:
    """Metres by way of either end of the edge one reaches."""
    first, second = net.ends[start.edges].T
    rest = net.lengths[start.edges] - start.along
    found: Floats = start.away + np.minimum(start.along + to_vertex[first], rest + to_vertex[second])
    return found


def along_one_edge(start: Access, goal: Access, found: Floats) -> None:
    """Where both reach the same edge, go along it."""
    order = np.argsort(goal.edges, kind="stable")
    upto = np.append(0, np.cumsum(np.bincount(goal.edges, minlength=start.edges.max(initial=-1) + 1)))
    first, counts = upto[start.edges], upto[start.edges + 1] - upto[start.edges]
    one = np.repeat(np.arange(len(start.edges)), counts)
    other = order[np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts - first, counts)]
    metres = start.away[one] + goal.away[other] + np.abs(start.along[one] - goal.along[other])
    np.minimum.at(found, start.rows[one], metres)
