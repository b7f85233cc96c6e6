"""Walking along streets: small networks known by heart, and a real quarter against a graph built independently."""

import math
from itertools import pairwise

import geopandas as gpd
import momepy
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.affinity import translate
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.measures.walking import islands, walking_distance

Reached = tuple[int, float, float]


def table(*shapes: BaseGeometry, **columns: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=crs.METRIC)


def line(*positions: tuple[float, float]) -> LineString:
    return LineString(positions)


def walked(demand: BaseGeometry, supply: BaseGeometry, *streets: LineString, limit: float = 5000) -> float:
    return float(walking_distance(table(demand), table(supply), table(*streets), limit=limit).iloc[0])


STREET = line((0, 0), (100, 0), (200, 0))


def test_both_sides_walk_straight_to_the_street_and_then_along_it() -> None:
    assert walked(Point(10, 5), Point(190, -7), STREET) == pytest.approx(5 + 180 + 7)


def test_on_one_edge_one_goes_along_the_edge() -> None:
    assert walked(Point(10, 5), Point(30, 5), STREET) == pytest.approx(5 + 20 + 5)


def test_from_a_plot_one_starts_at_its_nearest_point() -> None:
    assert walked(Polygon([(40, 30), (50, 10), (60, 30)]), Point(150, 0), STREET) == pytest.approx(10 + 100)


@pytest.mark.parametrize("turn", range(3))
def test_the_nearest_corner_counts_wherever_the_ring_begins(turn: int) -> None:
    corners = [(40.0, 30.0), (50.0, 10.0), (60.0, 30.0)]
    plot = Polygon([*corners[turn:], *corners[:turn]])
    assert walked(plot, Point(150, 0), STREET) == pytest.approx(10 + 100)
    yard = shapely.GeometryCollection([plot, line((90, 30), (90, 5))])
    assert walked(yard, Point(150, 0), STREET) == pytest.approx(5 + 60), "a way across belongs to it"


def test_what_touches_is_at_no_distance_even_without_a_street_between() -> None:
    assert walked(box(0, 0, 10, 10), box(10, 0, 20, 10), STREET) == 0


def test_streets_that_merely_cross_are_not_joined() -> None:
    bridge = line((150, -100), (150, 100))
    assert math.isnan(walked(Point(0, 0), Point(150, 100), STREET, bridge))
    joined = line((100, -100), (100, 0), (100, 100))
    assert walked(Point(0, 0), Point(100, 100), STREET, joined) == pytest.approx(200)


@given(at=st.floats(0, 1), gap=st.floats(-0.0099, 0.0099), apart=st.floats(0.0101, 1))
def test_vertices_within_a_centimetre_are_one_wherever_they_lie(at: float, gap: float, apart: float) -> None:
    street = line((0, 0), (200 + at, 0))
    near, off = (line((200 + at + by, 0), (300, 0)) for by in (gap, apart))
    assert walked(Point(0, 0), Point(300, 0), street, near) == pytest.approx(300, abs=0.02)
    assert math.isnan(walked(Point(0, 0), Point(300, 0), street, off))


def test_a_park_is_entered_wherever_a_street_meets_its_outline() -> None:
    park = box(120, -50, 180, 50)
    assert walked(Point(0, 0), park, STREET) == pytest.approx(120)
    assert walked(Point(200, 0), park, STREET) == pytest.approx(20)


def test_a_plot_that_streets_run_into_is_left_by_the_best_of_them_whichever_comes_first() -> None:
    plot, gate = box(80, 5, 120, 50), Point(200, 0)
    west, east = line((0, 0), (60, 20), (90, 20)), line((200, 0), (110, 20))
    ways = [walked(plot, gate, *streets) for streets in ((west, east), (east, west), (STREET, west, east))]
    assert ways == pytest.approx([math.hypot(80, 80 * 2 / 9)] * 3)


def test_from_a_plot_beside_a_street_one_starts_wherever_it_is_as_near() -> None:
    plot = box(40, 10, 60, 30)
    assert [walked(plot, Point(x, 0), STREET) for x in (0, 150)] == pytest.approx([10 + 40, 10 + 90])
    south = line((0, 0), (50, 0), (200, 0)), line((50, -300), (50, 0))
    assert walked(plot, Point(50, -300), *south) == pytest.approx(10 + 300), "opposite the corner of the streets"


@pytest.mark.parametrize("noise", [0.0, 4e-7, -4e-7])
def test_a_plot_between_two_streets_is_left_by_the_better_one(noise: float) -> None:
    north = line((0, 50 + noise), (200, 50 + noise))
    ways = [walked(box(40, 10, 60, 40), Point(200, 50), *streets) for streets in ((STREET, north), (north, STREET))]
    assert ways == pytest.approx([10 + 140] * 2)


def test_a_park_no_street_meets_is_entered_at_its_nearest_point() -> None:
    assert walked(Point(0, 0), box(140, 8, 160, 20), STREET) == pytest.approx(140 + 8)


def test_a_street_that_cannot_be_walked_leads_nowhere() -> None:
    streets = table(STREET, line((200, 0), (200, 90)), walkable=[True, False])
    found = walking_distance(table(Point(0, 0)), table(Point(200, 90)), streets, limit=900)
    assert found.iloc[0] == pytest.approx(200 + 90), "the last 90 m are walked straight"
    assert islands(streets).tolist() == [0, -1]


def test_the_limit_itself_counts() -> None:
    assert walked(Point(0, 0), Point(200, 0), STREET, limit=200) == 200
    assert math.isnan(walked(Point(0, 0), Point(200, 0), STREET, limit=199.9))


def test_of_two_streets_between_the_same_corners_the_shorter_counts() -> None:
    detour = line((0, 0), (100, 80), (200, 0))
    double = line((0, 0), (200, 0))
    assert walked(Point(0, 0), Point(200, 0), detour, double) == pytest.approx(200)


def test_without_streets_or_supply_nothing_is_reached() -> None:
    house, nothing = table(Point(0, 0)), table()
    assert walking_distance(house, table(Point(1, 0)), nothing, limit=9).isna().all()
    assert walking_distance(house, nothing, table(STREET), limit=9).isna().all()
    assert walking_distance(nothing, house, table(STREET), limit=9).empty


def test_streets_in_pieces_are_counted() -> None:
    streets = table(line((0, 0), (10, 0)), line((500, 0), (600, 0), (700, 0)), line((700, 0), (800, 0)))
    assert islands(streets).tolist() == [1, 0, 0]


def test_a_real_quarter_agrees_with_a_graph_built_independently() -> None:
    path = momepy.datasets.get_path("bubenec")
    houses, streets = (
        gpd.read_file(path, layer=layer).set_crs(crs.METRIC, allow_override=True) for layer in ("buildings", "streets")
    )
    parks = houses.iloc[::37]
    found = walking_distance(houses, parks, streets, limit=320)
    expected = _by_networkx(houses, parks, streets, 320)
    assert 0.2 < found.notna().mean() < 0.95
    assert (found > 0).sum() > 100
    assert np.array_equal(found.isna(), np.isnan(expected))
    assert np.allclose(found, expected, atol=1e-6, equal_nan=True)


coordinate = st.integers(-300, 300)
square = st.builds(lambda x, y, w, h: box(x, y, x + w, y + h), coordinate, coordinate, *[st.integers(1, 60)] * 2)
squares = st.lists(square, min_size=1, max_size=4)
metres = st.integers(0, 800)
ways = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=5, unique=True).map(LineString)
streets = st.lists(ways, min_size=1, max_size=4)


def _metres(homes: list[Polygon], parks: list[Polygon], lines: list[LineString], far: int) -> "np.ndarray":
    return walking_distance(table(*homes), table(*parks), table(*lines), limit=far).to_numpy()


@given(squares, squares, square, streets)
def test_more_parks_are_never_further(a: list[Polygon], b: list[Polygon], more: Polygon, s: list[LineString]) -> None:
    before, after = (np.nan_to_num(_metres(a, some, s, 800), nan=np.inf) for some in (b, [*b, more]))
    assert (after <= before + 1e-6).all()


@given(squares, squares, streets, metres, metres)
def test_who_walks_further_loses_nothing(
    a: list[Polygon], b: list[Polygon], s: list[LineString], far: int, on: int
) -> None:
    near, wide = _metres(a, b, s, far), _metres(a, b, s, far + on)
    reached = ~np.isnan(near)
    assert near[reached] == pytest.approx(wide[reached], abs=1e-6)
    assert (np.nan_to_num(wide[~reached], nan=np.inf) > far).all()


@given(squares, squares, streets)
def test_no_walk_is_shorter_than_the_straight_line(a: list[Polygon], b: list[Polygon], s: list[LineString]) -> None:
    straight = shapely.distance(np.array(a)[:, None], np.array(b)).min(axis=1)
    walk = np.nan_to_num(_metres(a, b, s, 800), nan=np.inf)
    assert (walk >= straight - 1e-6).all()


@given(squares, squares, streets, coordinate, coordinate)
def test_moving_everything_changes_no_walk(
    a: list[Polygon], b: list[Polygon], s: list[LineString], dx: int, dy: int
) -> None:
    homes, parks, lines = ([translate(one, dx, dy) for one in some] for some in (a, b, s))
    assert _metres(homes, parks, lines, 800) == pytest.approx(_metres(a, b, s, 800), abs=1e-6, nan_ok=True)


def _by_networkx(
    demand: gpd.GeoDataFrame, supply: gpd.GeoDataFrame, streets: gpd.GeoDataFrame, limit: float
) -> list[float]:
    """The same rules said plainly, one row and one edge at a time."""
    edges = [LineString(pair) for one in streets.explode().geometry for pair in pairwise(one.coords)]
    graph = nx.DiGraph()
    for edge in edges:
        for start, end in (edge.coords, edge.coords[::-1]):
            _join(graph, _place(start), _place(end), edge.length)
    goals = [goal for shape in supply.geometry for goal in _goals(shape, edges)]
    for number, away, along in goals:
        first, last = edges[number].coords
        _join(graph, "park", _place(first), away + along)
        _join(graph, "park", _place(last), away + edges[number].length - along)
    metres = nx.single_source_dijkstra_path_length(graph, "park")
    whole = supply.union_all()
    found = (_walk(shape, edges, goals, metres) if shape.disjoint(whole) else 0.0 for shape in demand.geometry)
    return [value if value <= limit else math.nan for value in found]


def _place(position: tuple[float, float]) -> tuple[int, int]:
    return round(position[0] * 100), round(position[1] * 100)


def _join(graph: nx.DiGraph, start: object, end: object, metres: float) -> None:
    known = graph.get_edge_data(start, end, {"weight": math.inf})["weight"]
    graph.add_edge(start, end, weight=min(metres, known))


def _fronts(shape: BaseGeometry, edges: list[LineString]) -> list[Reached]:
    """All corners of the shape, ends of edges and nearest points between which it is as near as at the nearest."""
    nearest = min(shape.distance(edge) for edge in edges) + 1e-6
    found = []
    for number, edge in enumerate(edges):
        corners = [Point(at) for at in shapely.get_coordinates(shape)]
        feet = [(edge.project(corner), corner.distance(edge)) for corner in corners]
        ends = [(edge.project(end), shape.distance(end)) for end in map(Point, edge.coords)]
        foot = Point(shapely.shortest_line(shape, edge).coords[1])
        beside = [(edge.project(foot), shape.distance(edge))]
        found += [(number, away, along) for along, away in (*feet, *ends, *beside) if away <= nearest]
    return found


def _goals(shape: BaseGeometry, edges: list[LineString]) -> list[Reached]:
    meeting = [(number, shape.boundary.intersection(edge)) for number, edge in enumerate(edges)]
    points = [(number, part) for number, met in meeting for part in getattr(met, "geoms", [met]) if not part.is_empty]
    return [(number, 0.0, edges[number].project(point)) for number, point in points] or _fronts(shape, edges)


def _walk(shape: BaseGeometry, edges: list[LineString], goals: list[Reached], metres: dict[object, float]) -> float:
    return min(_walk_from(start, edges, goals, metres) for start in _goals(shape, edges))


def _walk_from(start: Reached, edges: list[LineString], goals: list[Reached], metres: dict[object, float]) -> float:
    number, away, along = start
    first, last = (metres.get(_place(end), math.inf) for end in edges[number].coords)
    beside = [away + far + abs(along - at) for other, far, at in goals if other == number]
    return float(min([away + along + first, away + edges[number].length - along + last, *beside]))
