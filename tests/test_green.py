"""Distance to green and covered land: closed forms, real houses, and what may never happen."""

import math

import geopandas as gpd
import momepy
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.errors import MeasureError
from geodata.measures.cover import _by_cells, _by_pairs, _crowded, covered
from geodata.measures.green import covered_area, nearest, nearest_distance, within
from geodata.measures.supply import served


def table(*shapes: object, index: list[str] | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), index=index, crs=crs.METRIC)


@pytest.fixture(scope="module")
def houses() -> gpd.GeoDataFrame:
    """Real houses of a small quarter, set down where the dashboard measures."""
    return gpd.read_file(momepy.datasets.get_path("bubenec"), layer="buildings").set_crs(
        crs.METRIC, allow_override=True
    )


NOTHING = table()
HOUSE = box(0, 0, 10, 10)


@pytest.mark.parametrize(
    ("park", "metres"),
    [
        (box(110, 0, 120, 10), 100.0),
        (box(10, 10, 20, 20), 0.0),
        (box(5, 5, 6, 6), 0.0),
        (Point(13, 14), 5.0),
        (box(13, 14, 20, 20), 5.0),
    ],
)
def test_distance_is_measured_from_edge_to_edge(park: object, metres: float) -> None:
    assert nearest_distance(table(HOUSE), table(park), limit=500).tolist() == pytest.approx([metres])


def test_the_limit_itself_counts_and_what_lies_beyond_is_unknown() -> None:
    demand = table(Point(0, 0), Point(0, 1), index=["a", "b"])
    found = nearest_distance(demand, table(Point(300, 0)), limit=300)
    assert found["a"] == 300
    assert math.isnan(found["b"])
    assert within(demand, table(Point(300, 0)), distance=300).to_dict() == {"a": True, "b": False}


def test_a_distance_of_zero_means_touching() -> None:
    demand = table(HOUSE, box(10, 0, 20, 10), box(10.001, 0, 20, 10))
    assert within(demand, table(box(-5, 0, 0, 10)), distance=0).tolist() == [True, False, False]
    assert nearest_distance(demand, table(HOUSE), limit=0).fillna(-1).tolist() == [0, 0, -1]


def test_the_index_comes_back_unchanged_and_in_order() -> None:
    demand = table(Point(2, 0), Point(1, 0), index=["z", "a"])
    assert nearest_distance(demand, table(Point(0, 0)), limit=9).to_dict() == {"z": 2.0, "a": 1.0}
    areas = table(box(9, 9, 10, 10), box(0, 0, 1, 1), index=["z", "a"])
    assert covered_area(areas, table(Point(0.5, 0.5)), distance=3).to_dict() == {"z": 0.0, "a": pytest.approx(1)}


def test_without_supply_nothing_is_near_within_or_covered() -> None:
    demand = table(HOUSE, index=["a"])
    assert nearest_distance(demand, NOTHING, limit=9).isna().all()
    assert within(demand, NOTHING, distance=9).tolist() == [False]
    assert covered_area(demand, NOTHING, distance=9).tolist() == [0.0]


def test_without_demand_the_answer_is_empty() -> None:
    assert nearest_distance(NOTHING, table(HOUSE), limit=9).empty
    assert within(NOTHING, table(HOUSE), distance=9).empty
    assert covered_area(NOTHING, table(HOUSE), distance=9).empty


def test_the_land_round_a_point_is_a_circle_of_64_corners() -> None:
    land = table(box(-1000, -1000, 1000, 1000))
    expected = 64 / 2 * math.sin(2 * math.pi / 64) * 500**2
    assert covered_area(land, table(Point(0, 0)), distance=500).iloc[0] == pytest.approx(expected, rel=1e-12)


def test_the_land_round_a_square_is_strips_and_four_quarter_circles() -> None:
    land = table(box(-1000, -1000, 2000, 2000))
    corners = 64 / 2 * math.sin(2 * math.pi / 64) * 300**2
    found = covered_area(land, table(box(0, 0, 100, 100)), distance=300)
    assert found.iloc[0] == pytest.approx(100**2 + 4 * 100 * 300 + corners, rel=1e-12)


def test_overlapping_sources_count_once() -> None:
    land, park = table(box(-900, -900, 900, 900)), Point(0, 0)
    assert covered_area(land, table(park, park, park), distance=500).iloc[0] == pytest.approx(
        covered_area(land, table(park), distance=500).iloc[0]
    )


def test_each_supply_may_have_its_own_distance() -> None:
    land = table(box(0, 0, 100, 10), box(1000, 0, 1100, 10))
    parks = table(box(-10, 0, 0, 10), box(990, 0, 1000, 10), index=["small", "large"])
    found = covered_area(land, parks, distance=pd.Series({"small": 10.0, "large": 50.0}))
    assert found.tolist() == pytest.approx([100, 500])


def test_holes_and_parts_are_taken_as_they_are() -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior, [box(25, 25, 75, 75).exterior])
    parts = MultiPolygon([box(200, 0, 210, 10), box(220, 0, 230, 10)])
    found = covered_area(table(ring, parts), table(box(-1, -1, 215, 101)), distance=0)
    assert found.tolist() == pytest.approx([7500, 100])


def test_real_houses_agree_with_one_union_of_all_buffers(houses: gpd.GeoDataFrame) -> None:
    parks = houses.iloc[::23]
    whole = shapely.union_all(parks.buffer(60, quad_segs=16).to_numpy())
    expected = houses.intersection(whole).area
    found = covered_area(houses, parks, distance=60)
    assert 0.1 < (found > 0).mean() < 0.9
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-7)
    near = houses.distance(shapely.union_all(parks.geometry.to_numpy()))
    assert np.allclose(nearest_distance(houses, parks, limit=1e4), near, atol=1e-9)
    assert (within(houses, parks, distance=60) == (near <= 60)).all()


def test_far_from_a_crowd_of_sources_the_nearest_is_found_as_well() -> None:
    crowd = table(*(Point(5000 + x, 5000 + y) for x in range(10) for y in range(10)), Point(9000, 9000))
    demand = table(*(Point(x, 0) for x in range(5)), Point(9000, 9001))
    expected = [math.hypot(5000 - x, 5000) for x in range(5)]
    assert nearest_distance(demand, crowd, limit=1e5).tolist() == pytest.approx([*expected, 1])
    assert nearest_distance(demand, crowd, limit=100).fillna(-1).tolist() == [-1] * 5 + [1]


coordinate = st.integers(-300, 300)
square = st.builds(lambda x, y, w, h: box(x, y, x + w, y + h), coordinate, coordinate, *[st.integers(1, 200)] * 2)
squares = st.lists(square, min_size=1, max_size=6)
metres = st.integers(0, 250)


@given(squares, squares, metres)
def test_the_nearest_is_the_least_of_all_distances(areas: list[Polygon], parks: list[Polygon], far: int) -> None:
    land, supply = table(*areas), table(*parks)
    every = shapely.distance(land.geometry.to_numpy()[:, None], supply.geometry.to_numpy())
    found = nearest(land, supply, limit=far)
    near = every.min(axis=1) <= far
    assert found["distance_m"].fillna(-1).tolist() == np.where(near, every.min(axis=1), -1).tolist()
    assert found["supply"].tolist() == np.where(near, every.argmin(axis=1), -1).tolist()
    assert within(land, supply, distance=far).tolist() == near.tolist()


@given(squares, squares, metres)
def test_both_ways_of_cutting_find_the_same(areas: list[Polygon], parks: list[Polygon], far: int) -> None:
    shapes, supply = np.array(areas), served(np.array(parks), np.full(len(parks), float(far)))
    assert _by_cells(shapes, supply) == pytest.approx(_by_pairs(shapes, supply), abs=1e-5)


def test_where_many_sources_reach_the_cells_are_cut_and_agree_with_one_union(houses: gpd.GeoDataFrame) -> None:
    shapes = houses.geometry.to_numpy()
    supply = served(shapes[::2], np.full(len(shapes[::2]), 80.0))
    land = shapely.box(*np.array(houses.buffer(150).bounds).T)
    assert _crowded(land, supply)
    expected = shapely.area(shapely.intersection(land, shapely.union_all(supply.reach(np.arange(len(supply.shapes))))))
    assert covered(land, supply) == pytest.approx(expected, rel=1e-9)
    assert _by_pairs(land, supply) == pytest.approx(expected, rel=1e-9)


@given(squares, squares, square, metres)
def test_more_sources_never_lower_coverage(areas: list[Polygon], parks: list[Polygon], more: Polygon, far: int) -> None:
    land = table(*areas)
    before, after = (covered_area(land, table(*some), distance=far) for some in (parks, [*parks, more]))
    assert (after >= before - 1e-6).all()


@given(squares, squares, metres, metres)
def test_a_longer_distance_never_lowers_coverage(areas: list[Polygon], parks: list[Polygon], far: int, on: int) -> None:
    land, supply = table(*areas), table(*parks)
    longer = covered_area(land, supply, distance=far + on)
    assert (longer >= covered_area(land, supply, distance=far) - 1e-6).all()


@given(square, squares, metres, st.floats(0.1, 0.9))
def test_splitting_an_area_keeps_the_sum(area: Polygon, parks: list[Polygon], far: int, at: float) -> None:
    west, south, east, north = area.bounds
    middle = west + at * (east - west)
    halves = table(box(west, south, middle, north), box(middle, south, east, north))
    whole = covered_area(table(area), table(*parks), distance=far).sum()
    assert covered_area(halves, table(*parks), distance=far).sum() == pytest.approx(whole, abs=1e-5)


@given(squares, squares, metres, coordinate, coordinate)
def test_moving_everything_changes_nothing(a: list[Polygon], b: list[Polygon], far: int, dx: int, dy: int) -> None:
    land, parks = table(*a), table(*b)
    moved = [table(*some.translate(dx, dy)) for some in (land, parks)]
    assert covered_area(*moved, distance=far).tolist() == pytest.approx(
        covered_area(land, parks, distance=far).tolist(), abs=1e-5
    )


@pytest.mark.parametrize(
    ("demand", "sentence"),
    [
        (gpd.GeoDataFrame(geometry=[HOUSE]), "服务对象：没有坐标系，请在导入时指定坐标系。"),
        (table(HOUSE, HOUSE, index=["a", "a"]), "服务对象：编号重复（a），请先去掉重复的编号。"),
        (table(HOUSE, None), "服务对象：1 行没有图形（如 1），请补上图形或删去这些行。"),
        (table(HOUSE, Polygon()), "服务对象：1 行没有图形（如 1），请补上图形或删去这些行。"),
    ],
)
def test_what_cannot_be_measured_is_refused(demand: gpd.GeoDataFrame, sentence: str) -> None:
    with pytest.raises(MeasureError) as refused:
        nearest_distance(demand, table(HOUSE), limit=9)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("system", [crs.FILE, "WEB"])
def test_degrees_and_web_mercator_are_refused(system: str) -> None:
    mercator = "+proj=merc +a=6378137 +b=6378137 +units=m"
    demand = gpd.GeoDataFrame(geometry=[HOUSE], crs=mercator if system == "WEB" else system)
    with pytest.raises(MeasureError, match="不能直接量算，请先换算到 CGCS2000 三度带 120°（米）"):
        within(demand, table(HOUSE), distance=9)


@pytest.mark.parametrize("distance", [-1, math.nan, math.inf])
def test_a_distance_that_is_none_is_refused(distance: float) -> None:
    for measure, name in ((within, "distance"), (covered_area, "distance"), (nearest_distance, "limit")):
        with pytest.raises(MeasureError, match="不是可用的距离，请填 0 以上的米数"):
            measure(table(HOUSE), table(HOUSE), **{name: distance})


def test_distances_of_other_supplies_are_refused() -> None:
    with pytest.raises(MeasureError, match="与公园绿地的编号不一致"):
        covered_area(table(HOUSE), table(HOUSE), distance=pd.Series({"other": 1.0}))


def test_areas_are_polygons() -> None:
    with pytest.raises(MeasureError, match=r"用地：图形种类不对（0 是 Point）"):
        covered_area(table(Point(0, 0)), table(HOUSE), distance=1)
