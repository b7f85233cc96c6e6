"""Gaps between plots, and not the land outside."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.gaps import enclosed, gaps
from geodata.topology import Tolerances
from tests.tessellation import tessellation

EAST, NORTH = 630_000.0, 4_304_000.0


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _table(*shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _ring(hole: Polygon) -> tuple[Polygon, Polygon]:
    """Make two plots round a hole."""
    around = _at(-50, -50, 50, 50) - hole
    west, east = _at(-50, -50, 0, 50), _at(0, -50, 50, 50)
    return around & west, around & east


def test_plots_that_share_their_edges_have_no_gap() -> None:
    assert len(gaps(tessellation(2500), largest=1e9)) == 0


@pytest.mark.parametrize("decimals", [3, 4])
def test_rounded_coordinates_leave_no_gap(decimals: int) -> None:
    rounded = shapely.transform(tessellation(900).geometry.to_numpy(), lambda xy: np.round(xy, decimals))
    assert len(gaps(_table(*rounded), largest=1000)) == 0


@settings(max_examples=40, deadline=None)
@given(wide=st.floats(0.25, 80), high=st.floats(0.25, 80), largest=st.floats(1, 10_000))
def test_a_hole_up_to_the_size_is_a_gap(wide: float, high: float, largest: float) -> None:
    hole = _at(-wide / 2, -high / 2, wide / 2, high / 2)
    found = gaps(_table(*_ring(hole)), largest=largest)
    if hole.area < largest * 0.999:
        assert found["rows"].tolist() == [(0, 1)]
        assert found.geometry.area.sum() == pytest.approx(hole.area, rel=1e-6)
        assert found.geometry.iloc[0].symmetric_difference(hole).area < 1e-6
    elif hole.area > largest * 1.001:
        assert len(found) == 0


def test_an_island_in_a_hole_is_no_gap_and_a_gap_in_the_island_is_one() -> None:
    island = _at(-20, -20, 20, 20) - _at(-1, -1, 1, 1)
    found = gaps(_table(*_ring(_at(-30, -30, 30, 30)), island), largest=3000)
    assert sorted(found.geometry.area.round(6)) == [4, 3600 - 1600]
    assert sorted(found["rows"]) == [(0, 1, 2), (2,)]


def test_streets_and_the_land_outside_are_no_gap() -> None:
    blocks = [_at(x, y, x + 100, y + 80) for x in (0, 120, 240) for y in (0, 100, 200)]
    assert len(gaps(_table(*blocks), largest=1e9)) == 0


def test_a_crack_that_opens_to_the_street_is_a_gap() -> None:
    found = gaps(_table(_at(0, 0, 50, 40), _at(50.1, 0, 99, 40)), largest=1)
    assert found["rows"].tolist() == [(0, 1)]
    assert found.geometry.area.tolist() == pytest.approx([4.0], rel=0.01)


def test_a_lane_is_no_crack() -> None:
    assert len(gaps(_table(_at(0, 0, 50, 40), _at(50.3, 0, 99, 40)), largest=1)) == 0
    wide = Tolerances(crack_m=0.5)
    assert len(gaps(_table(_at(0, 0, 50, 40), _at(50.3, 0, 99, 40)), largest=1, tolerances=wide)) == 1


@pytest.mark.parametrize("angle", [15, 30, 60, 90, 120])
def test_the_corner_between_two_plots_is_no_crack(angle: float) -> None:
    turn = np.radians(angle)
    corner = (EAST, NORTH)
    far = (EAST + 60 * np.cos(turn), NORTH + 60 * np.sin(turn))
    left = Polygon([corner, far, (far[0] - 50, far[1] + 50), (EAST - 90, NORTH)])
    below = Polygon([corner, (EAST - 90, NORTH), (EAST - 90, NORTH - 50), (EAST + 60, NORTH - 50), (EAST + 60, NORTH)])
    assert len(gaps(_table(left, below), largest=1)) == 0


def test_a_notch_of_one_plot_is_not_between_two() -> None:
    comb = _at(0, 0, 50, 50) - _at(20, 10, 20.1, 50)
    assert len(gaps(_table(comb), largest=1)) == 0


def test_a_hole_in_one_plot_that_nobody_fills_is_a_gap() -> None:
    found = gaps(_table(_at(0, 0, 50, 50) - _at(20, 20, 22, 22)), largest=10)
    assert (found["rows"].tolist(), found.geometry.area.tolist()) == ([(0,)], [4])


def test_where_a_shape_is_lost_nothing_is_said_of_gaps() -> None:
    tangle = Polygon(np.random.default_rng(1).uniform(-10, 10, (20_000, 2)) + np.array([EAST, NORTH]))
    hole = _at(-10, -10, 10, 10)
    assert len(gaps(_table(*_ring(hole), tangle), largest=1000)) == 0
    assert len(gaps(_table(*_ring(hole)), largest=1000)) == 1


def test_a_broken_shape_fills_its_place() -> None:
    bow = Polygon([(EAST - 9, NORTH - 9), (EAST + 9, NORTH + 9), (EAST + 9, NORTH - 9), (EAST - 9, NORTH + 9)])
    assert len(gaps(_table(*_ring(shapely.make_valid(bow)), bow), largest=1000)) == 0


def test_the_gaps_that_were_made_are_found() -> None:
    whole, plots = tessellation(2500), tessellation(2500, faulty=0.02)
    missing = shapely.union_all(whole.geometry.to_numpy()) - shapely.union_all(plots.geometry.to_numpy())
    rim = shapely.union_all(whole.geometry.to_numpy()).boundary.buffer(0.001)
    inner = [part for part in shapely.get_parts(missing) if part.area > 0.01 and (part & rim).length < 0.1]
    found = gaps(plots, largest=1000)
    assert len(inner) > 10
    assert found.geometry.area.sum() == pytest.approx(sum(part.area for part in inner), rel=1e-4)


@pytest.mark.parametrize("table", [_table(), _table(None), _table(Point(EAST, NORTH)), _table(_at(0, 0, 9, 9))])
def test_where_nothing_is_enclosed_there_is_no_gap(table: gpd.GeoDataFrame) -> None:
    found = gaps(table, largest=1e9)
    assert (len(found), list(found.columns)) == (0, ["rows", "area_m2", "note", "geometry"])


def test_holes_of_several_parts_are_all_there() -> None:
    both = MultiPolygon([_at(0, 0, 9, 9) - _at(1, 1, 2, 2) - _at(4, 4, 6, 6), _at(20, 0, 29, 9) - _at(22, 2, 25, 5)])
    assert sorted(shapely.area(enclosed(both)).round(6)) == [1, 4, 9]
