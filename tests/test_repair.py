"""Repairs: only what was asked for, only what needs it, and an account that adds up."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiLineString, MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.repair import REPAIRS, offered, repaired
from geodata.schema import check

EAST, NORTH = 630_000.0, 4_304_000.0
COLUMNS = {"basis": "测绘成果", "synthetic": True}


def _at(*corners: tuple[float, float]) -> list[tuple[float, float]]:
    return [(EAST + x, NORTH + y) for x, y in corners]


def _box(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


PLOT = _box(0, 0, 10, 10)
BOW = Polygon(_at((0, 0), (4, 4), (4, 0), (0, 4)))


def _table(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    ids = {"id": [f"A{number}" for number in range(1, len(shapes) + 1)]}
    return gpd.GeoDataFrame({**ids, **COLUMNS, **columns}, geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _offers(table: gpd.GeoDataFrame, kind: str = "plots") -> dict[str, int]:
    return {offer.key: offer.count for offer in offered(table, kind)}


def test_a_right_table_is_offered_nothing_and_stays_when_all_is_asked_for() -> None:
    table = _table(PLOT, _box(10, 0, 20, 10))
    assert _offers(table) == {}
    made, accounts = repaired(table, "plots", REPAIRS)
    pd.testing.assert_frame_equal(made, table)
    assert [one.key for one in accounts] == list(REPAIRS)
    assert {(one.rows, one.rows_before, one.rows_after, one.area_before_m2) for one in accounts} == {((), 2, 2, 0)}


def test_nothing_is_repaired_that_was_not_asked_for() -> None:
    table = _table(BOW, None, shapely.force_3d(PLOT, 3))
    made, accounts = repaired(table, "plots", [])
    pd.testing.assert_frame_equal(made, table)
    assert accounts == ()


def test_the_table_that_came_in_is_not_changed() -> None:
    table = _table(BOW, None, shapely.force_3d(PLOT, 3), PLOT)
    before = table.copy(deep=True)
    repaired(table, "plots", REPAIRS)
    pd.testing.assert_frame_equal(table, before)


def test_every_repair_is_explained_in_chinese() -> None:
    assert [key for key, repair in REPAIRS.items() if repair.label.isascii() or repair.what.isascii()] == []


def test_an_unknown_kind_has_no_repairs() -> None:
    with pytest.raises(KeyError):
        offered(_table(PLOT), "roads")


# —— each repair ——


@pytest.mark.parametrize("shape", [shapely.force_3d(PLOT, 5), PLOT])
def test_heights_go_and_the_place_stays(shape: Any) -> None:
    table = _table(shape, PLOT)
    assert _offers(table, "parcels").get("flat", 0) == int(shape.has_z)
    made, accounts = repaired(table, "plots", ["flat"])
    assert not made.geometry.has_z.any()
    assert made.geometry.iloc[0].equals(PLOT)
    assert accounts[0].area_after_m2 == accounts[0].area_before_m2


def test_measures_along_lines_go_too() -> None:
    line = shapely.from_wkt("LINESTRING M(630000 4304000 1, 630010 4304000 2)")
    made, accounts = repaired(_table(line), "streets", ["flat"])
    assert not shapely.has_m(made.geometry.to_numpy()).any()
    assert accounts[0].rows == (0,)


def test_rows_without_a_shape_go_with_their_account() -> None:
    made, accounts = repaired(_table(PLOT, None, Polygon()), "plots", ["empty"])
    assert made["id"].tolist() == ["A1"]
    assert made.index.tolist() == [0]
    assert (accounts[0].rows, accounts[0].rows_before, accounts[0].rows_after) == ((1, 2), 3, 1)
    assert (accounts[0].area_before_m2, accounts[0].area_after_m2) == (0, 0)


def test_sites_of_firms_may_have_no_place() -> None:
    assert _offers(_table(Point(EAST, NORTH), None), "enterprise_sites") == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("plots", "MultiPolygon"), ("streets", "LineString"), ("entrances", "Point"), ("controls", "MultiPolygon")],
)
def test_of_a_mixed_shape_the_kinds_own_part_stays(kind: str, expected: str) -> None:
    parts = [Point(EAST, NORTH), LineString(_at((0, 0), (5, 5))), PLOT, MultiPolygon([_box(20, 0, 30, 10)])]
    made, accounts = repaired(_table(GeometryCollection(parts)), kind, ["mixed"])
    assert made.geometry.iloc[0].geom_type == expected
    assert accounts[0].rows == (0,)


def test_a_mixture_of_nothing_fitting_stays() -> None:
    mixed = GeometryCollection([Point(EAST, NORTH)])
    assert _offers(_table(mixed)) == {}
    assert "K014" in {one.number for one in check(repaired(_table(mixed), "plots", REPAIRS).table, "plots")}


@pytest.mark.parametrize("apart", [0, 0.04])
def test_outlines_become_areas(apart: float) -> None:
    line = LineString(_at((0, 0), (10, 0), (10, 10), (0, 10), (0, apart)))
    made, accounts = repaired(_table(line, PLOT), "plots", ["close"])
    assert made.geometry.iloc[0].equals(PLOT)
    assert accounts[0].area_before_m2 == 0
    assert accounts[0].area_after_m2 == pytest.approx(100, rel=1e-3)
    assert [one.number for one in check(made, "plots") if one.number == "K014"] == []


def test_an_outline_in_an_outline_is_a_hole() -> None:
    rings = MultiLineString([PLOT.exterior.coords, _box(2, 2, 4, 4).exterior.coords])
    assert repaired(_table(rings), "plots", ["close"]).table.geometry.iloc[0].area == pytest.approx(96)


@pytest.mark.parametrize(
    "line",
    [
        LineString(_at((0, 0), (10, 0), (10, 10), (0, 10), (0, 0.06))),
        LineString(_at((0, 0), (10, 0), (0, 0))),
        LineString(),
        MultiLineString([PLOT.exterior.coords, _at((0, 0), (5, 5))]),
    ],
)
def test_what_is_no_outline_is_not_closed(line: Any) -> None:
    assert "close" not in _offers(_table(line))


def test_an_outline_without_inside_stays_a_line() -> None:
    line = LineString(_at((0, 0), (10, 0), (20, 0), (0, 0)))
    made, accounts = repaired(_table(line), "plots", ["close"])
    assert made.geometry.iloc[0].geom_type == "LineString"
    assert accounts[0].rows == ()


def test_lines_stay_lines_where_the_kind_knows_lines() -> None:
    ring = LineString(PLOT.exterior.coords)
    assert _offers(_table(ring), "streets") == _offers(_table(ring), "controls") == {}


def test_a_crossing_outline_is_mended_and_its_area_told() -> None:
    made, accounts = repaired(_table(BOW, PLOT), "plots", ["valid"])
    assert made.geometry.is_valid.all()
    assert made.geometry.iloc[0].area == pytest.approx(8)
    assert made.geometry.iloc[1] is not None
    assert accounts[0].rows == (0,)
    assert accounts[0].area_before_m2 == pytest.approx(0, abs=0.01)
    assert accounts[0].area_after_m2 == pytest.approx(8, rel=1e-3)


def test_mending_leaves_areas_only() -> None:
    spike = Polygon(_at((0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)))
    made, _ = repaired(_table(spike), "plots", ["valid"])
    assert made.geometry.iloc[0].geom_type == "Polygon"
    assert made.geometry.iloc[0].equals(PLOT)


@pytest.mark.parametrize(
    "shape",
    [
        Polygon(_at((0, 0), (5, 5), (9, 9), (0, 0))),
        Polygon(np.random.default_rng(1).uniform(-10, 10, (20_000, 2)) + np.array([EAST, NORTH])),
    ],
)
def test_what_cannot_be_mended_without_harm_stays_and_is_told_again(shape: Polygon) -> None:
    made, accounts = repaired(_table(shape), "plots", REPAIRS)
    assert made.geometry.iloc[0] is shape or made.geometry.iloc[0].equals_exact(shape)
    assert [one.rows for one in accounts if one.key == "valid"] == [()]
    assert "K015" in {one.number for one in check(made, "plots")}


def test_coordinates_that_are_no_numbers_are_not_repaired() -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(EAST, NORTH), (np.inf, NORTH), (EAST, NORTH + 9), (EAST, NORTH)])
    assert _offers(_table(broken)) == {}
    made, accounts = repaired(_table(broken, PLOT, PLOT), "plots", REPAIRS)
    assert len(made) == 2
    assert accounts[-1].area_before_m2 == pytest.approx(100, rel=1e-3)


def test_rows_that_are_the_same_go_and_those_that_differ_stay() -> None:
    table = _table(PLOT, PLOT, PLOT, PLOT, id=["A", "A", "B", "C"], name=["x", "x", "x", "y"])
    assert _offers(table) == {"same": 1, "twins": 2}
    assert repaired(table, "plots", ["same"]).table.index.tolist() == [0, 2, 3]
    made, accounts = repaired(table, "plots", ["twins", "same"])
    assert made.index.tolist() == [0, 3]
    assert [(one.key, one.rows) for one in accounts] == [("same", (1,)), ("twins", (2,))]
    assert [one.area_after_m2 for one in accounts] == [0, 0]


def test_rows_without_a_shape_are_no_twins_and_odd_values_do_not_stop_the_comparison() -> None:
    table = _table(None, None, PLOT, PLOT, id="A", odd=[None, None, [1, 2], {"a": 1}])
    assert _offers(table) == {"empty": 2}


def test_without_a_column_of_ids_rows_differ_in_nothing_but_it() -> None:
    table = _table(PLOT, PLOT).drop(columns="id")
    assert _offers(table) == {"same": 1}


# —— all together ——

ANYTHING = st.sampled_from(
    [
        *(PLOT, BOW, None, Polygon(), shapely.force_3d(PLOT, 1), Point(EAST, NORTH)),
        LineString(PLOT.exterior.coords),
        GeometryCollection([PLOT, Point(EAST, NORTH)]),
        GeometryCollection([BOW, _box(50, 0, 60, 9)]),
    ]
)


@settings(max_examples=60, deadline=None)
@given(shapes=st.lists(ANYTHING, max_size=6), chosen=st.sets(st.sampled_from(sorted(REPAIRS))))
def test_the_accounts_add_up_and_a_second_time_there_is_nothing_to_do(shapes: list[Any], chosen: set[str]) -> None:
    table = _table(*shapes)
    made, accounts = repaired(table, "plots", chosen)
    assert [one.key for one in accounts] == [key for key in REPAIRS if key in chosen]
    counts = [len(table), *(one.rows_after for one in accounts)]
    assert [one.rows_before for one in accounts] == counts[:-1]
    assert counts[-1] == len(made)
    assert set(made.index) <= set(table.index)
    again = repaired(made, "plots", chosen)
    pd.testing.assert_frame_equal(again.table, made)
    assert {one.rows for one in again.accounts} <= {()}
