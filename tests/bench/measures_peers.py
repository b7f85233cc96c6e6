"""The peers, each in its best idiom; every one gives what ours gives, row by row, or its number and sum."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import geopandas as gpd
import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import psycopg
import shapely
from scipy.spatial import cKDTree

from geodata.measures import access, nearby, walking
from tests.bench.measures_land import Place
from tests.databases import Cluster

Floats = npt.NDArray[np.float64]
Row = tuple[float, float]
QUAD_SEGS = 16

_SETTINGS = (
    "SET max_parallel_workers_per_gather = 2", "SET parallel_setup_cost = 0", "SET parallel_tuple_cost = 0",
    "SET min_parallel_table_scan_size = 0", "SET work_mem = '256MB'", "SET jit = off",
)  # fmt: skip
_WITHIN = """SELECT count(*), coalesce(sum(d.id), 0) FROM demand d
    WHERE EXISTS (SELECT FROM supply s WHERE ST_DWithin(d.geom, s.geom, {metres}))"""
_NEAREST = """SELECT count(*), coalesce(sum(near.metres), 0) FROM demand d CROSS JOIN LATERAL
    (SELECT ST_Distance(d.geom, s.geom) AS metres FROM supply s ORDER BY d.geom <-> s.geom LIMIT 1) near
    WHERE near.metres <= {metres}"""
_COVER = """CREATE TEMP TABLE cover AS
    SELECT ST_Subdivide(ST_Union(ST_Buffer(geom, {metres}, {quad_segs}))) AS geom FROM supply"""
_COVERED = """SELECT count(DISTINCT d.id), coalesce(sum(ST_Area(CASE WHEN ST_Covers(c.geom, d.geom) THEN d.geom
    ELSE ST_Intersection(c.geom, d.geom) END)), 0) FROM demand d JOIN cover c ON ST_Intersects(c.geom, d.geom)"""


def within(place: Place, metres: float) -> npt.NDArray[np.bool_]:
    """Geopandas: sjoin(predicate="dwithin")."""
    found = gpd.sjoin(place.demand[["geometry"]], place.supply[["geometry"]], predicate="dwithin", distance=metres)
    return np.asarray(place.demand.index.isin(found.index))


def nearest(place: Place, metres: float) -> Floats:
    """Geopandas: sjoin_nearest."""
    demand, supply = place.demand[["geometry"]], place.supply[["geometry"]]
    found = gpd.sjoin_nearest(demand, supply, max_distance=metres, distance_col="metres")
    return np.asarray(found["metres"][~found.index.duplicated()].reindex(demand.index))


def covered_by_union(place: Place, metres: float) -> Floats:
    """Geopandas: buffer, union_all, explode, sjoin; what a part covers is whole, only the rest is cut."""
    cover = place.supply.buffer(metres, quad_segs=QUAD_SEGS).union_all()
    parts = gpd.GeoDataFrame(geometry=gpd.GeoSeries([cover], crs=place.supply.crs).explode().array)
    demand = place.demand[["geometry"]].reset_index(drop=True)
    pairs = gpd.sjoin(demand, parts, predicate="intersects")
    areas, over = demand.geometry.to_numpy()[pairs.index], parts.geometry.to_numpy()[pairs["index_right"]]
    shapely.prepare(over)
    found = shapely.area(areas)
    partly = ~shapely.covers(over, areas)
    found[partly] = shapely.area(shapely.intersection(areas[partly], over[partly]))
    return np.bincount(pairs.index, found, minlength=len(demand)).astype(float)


def covered_by_area(place: Place, metres: float) -> Floats:
    """Geopandas: the buffers that meet an area by sjoin, clipped with it and united area by area."""
    reach = gpd.GeoDataFrame(geometry=place.supply.buffer(metres, quad_segs=QUAD_SEGS))
    demand = place.demand[["geometry"]].reset_index(drop=True)
    pairs = gpd.sjoin(demand, reach.reset_index(drop=True), predicate="intersects")
    areas, buffers = demand.geometry.loc[pairs.index], reach.geometry.iloc[pairs["index_right"]]
    parts = pd.Series(shapely.intersection(areas.to_numpy(), buffers.to_numpy()), pairs.index)
    return parts.groupby(level=0).agg(lambda some: shapely.union_all(some.to_numpy()).area).reindex(
        demand.index, fill_value=0.0
    ).to_numpy(float)  # fmt: skip


def walked(place: Place, metres: float) -> Floats:
    """Networkx: the nearest streets by shapely's query_nearest, a Graph of the edges, one Dijkstra from all sources."""
    net = walking.network(place.streets)
    shapes, sources = place.demand.geometry.to_numpy(), place.supply.geometry.to_numpy()
    goal, start = access.entrances(sources, net), _by_query_nearest(shapes, net)
    to_vertex = by_networkx(net, goal, metres)
    found = np.full(len(shapes), np.inf)
    np.minimum.at(found, start.rows, walking.by_vertices(net, start, to_vertex))
    walking.along_one_edge(start, goal, found)
    found[shapely.STRtree(sources).query(shapes, predicate="intersects")[0]] = 0.0
    return np.where(found <= metres, found, np.nan)


def _by_query_nearest(shapes: npt.NDArray[np.object_], net: access.Network) -> access.Access:
    """Where shapes reach the streets: how far the nearest edge is by query_nearest, then all that is as near."""
    tree = shapely.STRtree(net.edges)

    def find(some: npt.NDArray[np.object_]) -> nearby.Pairs:
        _, metres = tree.query_nearest(some, return_distance=True, all_matches=False)
        rows, edges = tree.query(some, predicate="dwithin", distance=metres + access.EQUAL_M)
        return nearby.Pairs(rows, edges, shapely.distance(some[rows], net.edges[edges]))

    return access.starts(shapes, net, find=find)


def by_networkx(net: access.Network, goal: access.Access, metres: float) -> Floats:
    """Metres from every vertex to the nearest source."""
    graph = nx.Graph()
    graph.add_weighted_edges_from(_shortest(net.ends, net.lengths))
    ends, rest = net.ends[goal.edges], net.lengths[goal.edges] - goal.along
    ways = np.column_stack((np.full(ends.size, -1), ends.T.ravel()))
    away = np.concatenate((goal.away + goal.along, goal.away + rest))
    graph.add_weighted_edges_from(_shortest(ways, away))
    found = nx.single_source_dijkstra_path_length(graph, -1, cutoff=metres)
    return np.fromiter((found.get(vertex, np.inf) for vertex in range(net.vertices)), float, net.vertices)


def _shortest(ends: npt.NDArray[np.intp], metres: Floats) -> Iterator[tuple[int, int, float]]:
    """Edges, of several between two vertices the shortest."""
    low, high = np.sort(ends, axis=1).T
    table = pd.DataFrame({"low": low, "high": high, "metres": metres})
    yield from table.groupby(["low", "high"])["metres"].min().reset_index().itertuples(index=False, name=None)


def kd_tree(place: Place) -> None:
    """The least that asking for the nearest takes: one pass of a KD-tree over the centroids."""
    places = (shapely.get_coordinates(shapely.centroid(table.geometry)) for table in (place.supply, place.demand))
    tree, points = cKDTree(next(places)), next(places)
    tree.query(points)


def one_union(place: Place, metres: float) -> None:
    """The least that one cover takes: one union of all buffers, and nothing cut."""
    place.supply.buffer(metres, quad_segs=QUAD_SEGS).union_all()


@contextmanager
def loaded(cluster: Cluster, name: str, place: Place) -> Iterator[psycopg.Connection[Row]]:
    """Give a connection to a database that holds a place, indexed and analysed."""
    url = cluster.create(name)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for table, rows in (("demand", place.demand), ("supply", place.supply)):
                _load(connection, table, rows)
            for setting in _SETTINGS:
                connection.execute(setting.encode())
            yield connection
    finally:
        cluster.drop(name)


def asked(connection: psycopg.Connection[Row], question: str, metres: float) -> Row:
    """How many rows PostGIS finds, and their sum."""
    found = connection.execute(question.format(metres=metres).encode()).fetchone()
    assert found is not None
    return float(found[0]), float(found[1])


def covered_there(connection: psycopg.Connection[Row], metres: float) -> Row:
    """PostGIS: one union of all buffers, subdivided and indexed; what it covers is whole, only the rest is cut."""
    connection.execute("DROP TABLE IF EXISTS cover")
    connection.execute(_COVER.format(metres=metres, quad_segs=QUAD_SEGS).encode())
    connection.execute("CREATE INDEX ON cover USING gist (geom)")
    return asked(connection, _COVERED, metres)


def there(connection: psycopg.Connection[Row]) -> dict[str, Callable[[float], Row]]:
    """What PostGIS is asked, by measure."""
    return {
        "within": lambda metres: asked(connection, _WITHIN, metres),
        "nearest_distance": lambda metres: asked(connection, _NEAREST, metres),
        "covered_area": lambda metres: covered_there(connection, metres),
    }


def _load(connection: psycopg.Connection[Row], table: str, rows: gpd.GeoDataFrame) -> None:
    connection.execute(f"CREATE TABLE {table} (id int, geom geometry)".encode())
    with connection.cursor().copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for row in enumerate(shapely.to_wkb(rows.geometry.to_numpy(), hex=True)):
            copy.write_row(row)
    connection.execute(f"CREATE INDEX ON {table} USING gist (geom)".encode())
    connection.execute(f"VACUUM ANALYZE {table}".encode())
