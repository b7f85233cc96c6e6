"""Cutting to the 管辖范围: what is inside stays, what is cut is listed, the two make up the whole."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from geodata import crs
from geodata.clip import HOW, clip
from geodata.errors import DatasetError
from geodata.outside import division, extent, outside
from layers import importing
from tests.tessellation import tessellation

EAST, NORTH = 630_000.0, 4_304_000.0


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _table(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


BOUNDARY = _table(_at(0, 0, 100, 100))
BOW = Polygon([(EAST + 90, NORTH), (EAST + 110, NORTH + 20), (EAST + 110, NORTH), (EAST + 90, NORTH + 20)])


def test_rows_inside_stay_as_they_are() -> None:
    table = _table(_at(0, 0, 100, 100), _at(10, 10, 20, 20), id=["A", "B"], 备注=["x", None])
    left, cuts = clip(table, BOUNDARY)
    pd.testing.assert_frame_equal(left, table)
    assert len(cuts) == 0
    assert list(cuts.columns) == [
        *("rows", "area_m2", "note", "geometry", "id", "name", "how", "before", "after", "lost", "unit")
    ]


def test_a_stated_area_is_not_that_of_a_part() -> None:
    left, _ = clip(_table(_at(50, 0, 150, 10), _at(0, 0, 9, 9), id=["A", "B"], area_stated_m2=[1000.0, 81.0]), BOUNDARY)
    assert left["area_stated_m2"].fillna(-1).tolist() == [-1.0, 81.0]


def test_what_is_cut_is_said_in_the_unit_of_its_kind() -> None:
    _, cuts = clip(_table(LineString([(EAST + 50, NORTH + 5), (EAST + 550, NORTH + 5)])), BOUNDARY)
    said = importing.cuts(cuts)
    assert "共 450 米" in said
    assert '<td class="number">500 米</td><td class="number">50 米</td><td class="number">450 米</td>' in said
    assert "公顷" not in said


def test_what_is_cut_is_listed_with_its_area_before_and_after() -> None:
    table = _table(
        _at(50, 0, 150, 10), _at(200, 0, 210, 10), _at(0, 0, 9, 9), id=["A", "B", "C"], name=["甲", None, ""]
    )
    left, cuts = clip(table, BOUNDARY)
    assert left["id"].tolist() == ["A", "C"]
    assert left.geometry.iloc[0].equals(_at(50, 0, 100, 10))
    assert cuts[["id", "name", "how", "unit"]].to_numpy().tolist() == [
        ["A", "甲", "cut", "m2"],
        ["B", "", "gone", "m2"],
    ]
    assert [HOW[how] for how in cuts["how"]] == ["裁去一部分", "整个裁去"]
    np.testing.assert_allclose(cuts[["before", "after", "lost"]], [[1000, 500, 500], [100, 0, 100]], rtol=1e-3)
    assert shapely.union_all(cuts.geometry.to_numpy()).area == pytest.approx(600)
    assert cuts["rows"].tolist() == [(0,), (1,)]


def test_the_table_that_came_in_is_not_changed() -> None:
    table = _table(_at(50, 0, 150, 10), id=["A"])
    before = table.copy(deep=True)
    clip(table, BOUNDARY)
    pd.testing.assert_frame_equal(table, before)


@settings(max_examples=30, deadline=None)
@given(west=st.floats(-200, 200), south=st.floats(-200, 200), size=st.floats(50, 600))
def test_nothing_is_lost(west: float, south: float, size: float) -> None:
    plots = tessellation(100).assign(id=[f"P{n}" for n in range(100)])
    x, y = plots.total_bounds[:2]
    frame = box(x + west, y + south, x + west + size, y + south + size)
    left, cuts = clip(plots, _table(frame))
    assert left.geometry.area.sum() == pytest.approx(shapely.intersection(plots.geometry, frame).area.sum(), abs=1)
    assert left.geometry.area.sum() + cuts.geometry.area.sum() == pytest.approx(plots.geometry.area.sum())
    assert cuts["lost"].sum() == pytest.approx(cuts["area_m2"].sum())
    assert set(left["id"]) | set(cuts["id"]) == set(plots["id"])
    assert set(cuts.loc[cuts["how"] == "gone", "id"]).isdisjoint(left["id"])
    assert left.geometry.is_valid.all()


def test_lines_and_points_are_cut_by_length_and_place() -> None:
    line = LineString([(EAST + 50, NORTH + 50), (EAST + 130, NORTH + 50)])
    away = LineString([(EAST + 200, NORTH), (EAST + 230, NORTH)])
    shapes = [line, away, Point(EAST + 5, NORTH + 5), Point(EAST - 5, NORTH), Point(EAST + 100, NORTH + 50)]
    left, cuts = clip(_table(*shapes), BOUNDARY)
    assert left.index.tolist() == [0, 2, 4]
    assert left.geometry.iloc[0].length == 50
    assert cuts[["id", "how", "before", "after", "lost", "unit"]].to_numpy().tolist() == [
        ["0", "cut", 80, 50, 30, "m"],
        ["1", "gone", 30, 0, 30, "m"],
        ["3", "gone", 1, 0, 1, "个"],
    ]
    assert cuts["area_m2"].isna().all()


def test_of_several_points_those_inside_stay() -> None:
    both = MultiPoint([(EAST + 5, NORTH + 5), (EAST - 5, NORTH)])
    left, cuts = clip(_table(both), BOUNDARY)
    assert left.geometry.iloc[0].equals(Point(EAST + 5, NORTH + 5))
    assert cuts[["before", "after"]].to_numpy().tolist() == [[2, 1]]


def test_what_sticks_out_by_rounding_stays_as_it_was_drawn() -> None:
    shape = _at(50, 0, 100.0005, 100)
    left, cuts = clip(_table(shape), BOUNDARY)
    assert left.geometry.iloc[0] is not None
    assert left.geometry.iloc[0].equals_exact(shape)
    assert len(cuts) == 0


def test_what_reaches_in_by_rounding_is_outside_as_a_whole() -> None:
    shape = _at(99.9995, 0, 150, 100)
    left, cuts = clip(_table(shape), BOUNDARY)
    assert len(left) == 0
    assert cuts.geometry.iloc[0].equals_exact(shape)
    assert cuts["after"].tolist() == [0]


def test_a_neighbour_that_only_touches_is_outside() -> None:
    _, cuts = clip(_table(_at(100, 0, 150, 100)), BOUNDARY)
    assert cuts["how"].tolist() == ["gone"]


def test_a_row_in_several_places_stays_one_row() -> None:
    frame = _table(MultiPolygon([_at(0, 0, 10, 10), _at(20, 0, 30, 10)]))
    left, _ = clip(_table(_at(0, 0, 30, 5)), frame)
    assert [shape.geom_type for shape in left.geometry] == ["MultiPolygon"]
    assert left.geometry.area.tolist() == [100]


def test_rows_without_a_usable_shape_stay_and_broken_ones_are_cut() -> None:
    mixed = GeometryCollection([BOW, Point(EAST - 9, NORTH)])
    left, cuts = clip(_table(None, Polygon(), BOW, mixed, id=["A", "B", "C", "D"]), BOUNDARY)
    assert left["id"].tolist() == ["A", "B", "C", "D"]
    assert left.geometry.iloc[2].area == pytest.approx(100)
    assert cuts["id"].tolist() == ["C"]


def test_several_boundaries_count_as_one_and_only_the_jurisdiction_counts() -> None:
    shapes = [_at(0, 0, 50, 100), _at(50, 0, 100, 100), _at(0, 0, 500, 500)]
    boundary = _table(*shapes, boundary_class=["jurisdiction", "管辖范围", "subdistrict"])
    assert extent(boundary).equals(_at(0, 0, 100, 100))
    left, _ = clip(_table(_at(25, 0, 75, 10), _at(300, 0, 310, 10)), boundary)
    assert left.index.tolist() == [0]


@pytest.mark.parametrize(
    ("boundary", "sentence"),
    [
        (_table(), "管辖范围：没有可用的面，请选择含有管辖范围的界线数据。"),
        (_table(None), "管辖范围：没有可用的面，请选择含有管辖范围的界线数据。"),
        (_table(Point(EAST, NORTH)), "管辖范围：没有可用的面，请选择含有管辖范围的界线数据。"),
        (
            _table(_at(0, 0, 9, 9), boundary_class=["subdistrict"]),
            "管辖范围：没有可用的面，请选择含有管辖范围的界线数据。",
        ),
        (
            crs.degrees(BOUNDARY),
            "管辖范围：坐标是经纬度，不能量算，请先转换为 CGCS2000 3 度带、中央经线 120°（EPSG:4549）。",
        ),
        (BOUNDARY.set_crs(None, allow_override=True), "管辖范围：没有坐标系，请说明它采用的坐标系。"),
    ],
)
def test_a_boundary_that_cannot_be_used_is_refused(boundary: gpd.GeoDataFrame, sentence: str) -> None:
    with pytest.raises(DatasetError) as refused:
        clip(_table(_at(0, 0, 1, 1)), boundary)
    assert str(refused.value) == sentence


def test_an_empty_table_stays_empty() -> None:
    left, cuts = clip(_table(id=[]), BOUNDARY)
    assert (len(left), len(cuts)) == (0, 0)


def test_outside_names_whole_rows_and_parts() -> None:
    table = _table(_at(50, 0, 150, 10), _at(200, 0, 210, 10), _at(0, 0, 9, 9), None)
    found = outside(table, BOUNDARY.geometry.iloc[0])
    assert found["rows"].tolist() == [(0,), (1,)]
    assert found["whole"].tolist() == [False, True]
    assert found.geometry.area.tolist() == [500, 100]


def test_every_usable_shape_is_inside_or_beyond() -> None:
    shapes = tessellation(400).geometry.to_numpy()
    middle = shapely.union_all(shapes).centroid.buffer(200)
    inside, beyond = division(shapes, middle)
    assert not (shapely.is_missing(inside) & shapely.is_missing(beyond)).any()
    both = np.nansum(shapely.area(np.concatenate([inside, beyond])))
    assert both == pytest.approx(shapely.area(shapes).sum())
