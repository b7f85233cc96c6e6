"""What lies twice, what overlaps, what is too thin: by closed forms, and on land that is right."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.errors import DashboardError
from geodata.findings import RULES
from geodata.kinds import DATASETS
from geodata.places import places
from geodata.topology import TILINGS, Tolerances, overlaps, slivers, twins
from geodata.watch import Watch
from tests.tessellation import tessellation

EAST, NORTH = 630_000.0, 4_304_000.0


def _table(*shapes: Any, index: Any = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(index=index, geometry=gpd.GeoSeries(list(shapes), index=index, crs=crs.METRIC))


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _plots(faulty: float = 0.0) -> gpd.GeoDataFrame:
    return tessellation(2500, faulty=faulty)


def test_tilings_name_kinds_columns_and_rules_that_there_are() -> None:
    assert set(TILINGS) <= set(DATASETS)
    assert {tiling.twins for tiling in TILINGS.values()} <= set(RULES)
    for kind, tiling in TILINGS.items():
        if tiling.by:
            allowed = DATASETS[kind].column(tiling.by).values  # noqa: PD011 - the column of a contract, not of pandas
            assert allowed is not None
            assert set(tiling.free) <= set(allowed)


# —— right land ——


def test_plots_that_share_their_edges_exactly_have_no_fault() -> None:
    plots = _plots()
    assert len(overlaps(plots).places) == len(twins(plots)) == len(slivers(plots)) == 0


@pytest.mark.parametrize("decimals", [3, 4, 6])
def test_rounded_coordinates_are_no_fault(decimals: int) -> None:
    plots = _plots()
    cut = plots.geometry.intersection(_at(-1e6, -1e6, 1e6, 1e6))  # another start of the rings
    rounded = shapely.transform(cut.to_numpy(), lambda xy: np.round(xy, decimals))
    assert len(overlaps(_table(*rounded)).places) == 0


def test_edges_with_a_vertex_on_one_side_only_are_no_fault() -> None:
    left = _at(0, 0, 50, 90)
    right = Polygon([(EAST + x, NORTH + y) for x, y in [(50, 0), (99, 0), (99, 90), (50, 90), (50, 31.7), (50, 12.3)]])
    assert len(overlaps(_table(left, right)).places) == 0


# —— overlaps ——


@settings(max_examples=60, deadline=None)
@given(size=st.floats(1, 500), move_x=st.floats(0, 1), move_y=st.floats(0, 1))
def test_two_squares_share_the_product_of_what_is_left(size: float, move_x: float, move_y: float) -> None:
    one = _at(0, 0, size, size)
    other = _at(size * move_x, size * move_y, size * (1 + move_x), size * (1 + move_y))
    shared = size * size * (1 - move_x) * (1 - move_y)
    found, complete = overlaps(_table(one, other, index=["A", "B"]))
    assert complete
    if shared < 0.009 or min(1 - move_x, 1 - move_y) * size < 0.0009:
        assert len(found) == 0
    elif shared > 0.011 and min(1 - move_x, 1 - move_y) * size > 0.0011:
        assert found["rows"].tolist() == [("A", "B")]
        assert found.geometry.area.sum() == pytest.approx(shared, rel=1e-3)
        assert found["area_m2"].sum() == pytest.approx(shared, rel=2e-3)


def test_an_overlap_lies_where_it_is() -> None:
    found = overlaps(_table(_at(0, 0, 10, 10), _at(8, 8, 20, 20))).places
    assert found.geometry.iloc[0].equals(_at(8, 8, 10, 10))
    assert crs.refusal(found.crs) is None


def test_one_inside_the_other_overlaps_wholly() -> None:
    found = overlaps(_table(_at(0, 0, 100, 100), _at(20, 20, 30, 40), _at(50, 50, 60, 60))).places
    assert found["rows"].tolist() == [(0, 1), (0, 2)]
    assert found.geometry.area.tolist() == [200, 100]


def test_several_shared_places_of_two_rows_are_one_overlap() -> None:
    comb = MultiPolygon([_at(0, 0, 2, 10), _at(4, 0, 6, 10)])
    found = overlaps(_table(comb, _at(0, 8, 6, 20))).places
    assert found["rows"].tolist() == [(0, 1)]
    assert found.geometry.area.tolist() == [8]


def test_a_large_outline_overlaps_each_neighbour_once() -> None:
    lake = Point(EAST, NORTH).buffer(1000, quad_segs=5000)
    farms = [_at(x, -100, x + 190, 100) for x in range(-1100, 900, 200)]
    found = overlaps(_table(lake, *farms)).places
    assert [rows[1] for rows in found["rows"]] == list(range(1, len(farms) + 1))
    expected = shapely.area(shapely.intersection(lake, farms))
    np.testing.assert_allclose(found.geometry.area, expected)


def test_the_faults_that_were_made_are_found() -> None:
    """The middle of one edge was moved: the neighbour across that edge is overlapped, or leaves a gap."""
    plots, right = _plots(faulty=0.02), _plots()
    moved = np.flatnonzero(~plots.geometry.geom_equals_exact(right.geometry, 0))
    found = overlaps(plots).places
    assert 0 < len(found) <= len(moved)
    assert all(set(rows) & set(moved) for rows in found["rows"])
    shared = shapely.union_all(found.geometry.to_numpy()).area
    assert plots.area.sum() - shapely.union_all(plots.geometry.to_numpy()).area == pytest.approx(shared, abs=0.05)


def test_rows_of_different_groups_may_overlap() -> None:
    table = _table(_at(0, 0, 9, 9), _at(0, 0, 9, 9), _at(5, 0, 20, 9))
    groups = pd.Series(["街道", "社区", "社区"])
    assert overlaps(table, groups=groups).places["rows"].tolist() == [(1, 2)]
    assert overlaps(table).places["rows"].tolist() == [(0, 1), (0, 2), (1, 2)]
    assert len(twins(table, groups=groups)) == 0


def test_nobody_knows_his_group_is_a_group() -> None:
    table = _table(_at(0, 0, 9, 9), _at(0, 0, 9, 9))
    assert twins(table, groups=pd.Series([None, None], dtype="string"))["rows"].tolist() == [(0, 1)]


def test_broken_and_missing_shapes_do_not_stop_the_search() -> None:
    bow = Polygon([(EAST, NORTH), (EAST + 10, NORTH + 10), (EAST + 10, NORTH), (EAST, NORTH + 10)])
    with np.errstate(invalid="ignore"):
        nowhere = Polygon([(EAST, NORTH), (np.inf, NORTH), (EAST, NORTH + 9)])
    shapes = [None, Polygon(), bow, _at(0, 0, 10, 10), Point(EAST, NORTH), LineString([(EAST, NORTH), (0, 0)]), nowhere]
    assert overlaps(_table(*shapes)).places["rows"].tolist() == [(2, 3)]


@pytest.mark.parametrize("search", [overlaps, twins, slivers])
def test_of_nothing_comes_nothing(search: Any) -> None:
    for table in (_table(), _table(None, None)):
        found = search(table)
        found = found if isinstance(found, gpd.GeoDataFrame) else found.places
        assert list(found.columns) == ["rows", "area_m2", "note", "geometry"]
        assert len(found) == 0


def test_the_search_ends_when_everything_overlaps() -> None:
    random = np.random.default_rng(1)
    heap = shapely.buffer(shapely.points(np.add(random.uniform(0, 10, (3000, 2)), [EAST, NORTH])), 50)
    found, complete = overlaps(_table(*heap), tolerances=Tolerances(most=500))
    assert not complete
    assert len(found) == 500


def test_the_search_can_be_stopped() -> None:
    with pytest.raises(DashboardError) as stopped:
        overlaps(_plots(), watch=Watch(cancelled=lambda: True))
    assert str(stopped.value) == "数据检查：已取消，没有写入任何内容，需要时请重新开始。"


# —— twins ——


def test_the_same_shape_is_known_from_any_corner_and_in_both_directions() -> None:
    ring = [(EAST, NORTH), (EAST + 9, NORTH), (EAST + 9, NORTH + 5), (EAST, NORTH + 5)]
    table = _table(Polygon(ring), _at(90, 0, 99, 9), Polygon(ring[2:] + ring[:2]), Polygon(ring[::-1]))
    found = twins(table)
    assert found["rows"].tolist() == [(0, 2, 3)]
    assert found["area_m2"].tolist() == pytest.approx([45], rel=1e-3)


def test_lines_and_points_can_be_twins_and_nothing_is_no_twin_of_nothing() -> None:
    line = LineString([(EAST, NORTH), (EAST + 5, NORTH + 5)])
    found = twins(_table(line, line.reverse(), Point(EAST, NORTH), Point(EAST, NORTH), None, None, Polygon()))
    assert found["rows"].tolist() == [(0, 1), (2, 3)]
    assert found["area_m2"].isna().all()


@settings(deadline=None)
@given(places=st.lists(st.integers(0, 5), max_size=12))
def test_every_set_of_twins_is_told_once(places: list[int]) -> None:
    table = _table(*[_at(place, 0, place + 1, 1) for place in places])
    expected = [tuple(np.flatnonzero(np.equal(places, place)).tolist()) for place in dict.fromkeys(places)]
    assert sorted(twins(table)["rows"]) == sorted(rows for rows in expected if len(rows) > 1)


# —— slivers ——


def test_thin_and_tiny_areas_are_slivers_and_others_are_not() -> None:
    table = _table(_at(0, 0, 100, 0.4), _at(0, 0, 0.9, 0.9), _at(0, 0, 100, 0.6), _at(0, 0, 2, 2), None)
    assert slivers(table)["rows"].tolist() == [(0,), (1,)]


def test_where_an_overlap_is_told_it_is_told_the_same_every_time() -> None:
    plots = _plots(faulty=0.05)
    assert overlaps(plots).places["rows"].tolist() == overlaps(plots).places["rows"].tolist()


def test_places_of_no_rows_have_their_form() -> None:
    assert list(places([], []).columns) == ["rows", "area_m2", "note", "geometry"]
