"""What differs between two versions: rows, values, shapes, areas by class."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, Polygon

from geodata import crs
from geodata.compare import balance, compare
from geodata.errors import DatasetError
from geodata.schema import conform
from tests.tables import EAST, NORTH, plots, square


def _same(table: gpd.GeoDataFrame) -> None:
    found = compare(table, table.copy())
    assert [len(part) for part in (found.added, found.removed, found.changed, found.attributes, found.shapes)] == [
        0
    ] * 5
    assert found.columns_added == found.columns_removed == ()


def _shaped(*shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        index=[f"D{number}" for number in range(1, len(shapes) + 1)], geometry=list(shapes), crs=crs.METRIC
    )


def test_a_version_does_not_differ_from_itself() -> None:
    _same(plots(far=[1, None, 2], landuse=["0701", None, "1401"], reclaimed=[True, None, False]))
    _same(_shaped(None, Point(1, 1), LineString([(0, 0), (1, 1)]), Polygon()))
    _same(conform(pd.DataFrame({"id": ["E1"], "synthetic": [False]}), "enterprises"))
    _same(plots().iloc[:0])


def test_rows_are_added_removed_and_changed() -> None:
    old = plots(square(0), square(1), square(2), ids=["甲", "乙", "丙"], far=[1, 2, 3])
    new = plots(square(3), square(2), square(1), ids=["丁", "丙", "乙"], far=[1, 3, 2.5])
    found = compare(old, new)
    assert (list(found.added), list(found.removed), list(found.changed)) == (["丁"], ["甲"], ["乙"])
    assert found.attributes.to_numpy().tolist() == [["乙", "far", 2.0, 2.5]]
    assert found.shapes.empty


def test_a_value_that_appears_or_goes_has_changed_and_na_equals_na() -> None:
    old, new = plots(far=[None, 1, None], landuse=["0701", None, None]), plots(far=[0, None, None], landuse=[None] * 3)
    assert compare(old, new).attributes.to_numpy().tolist() == [
        ["D1", "landuse", "0701", None],
        ["D1", "far", None, 0.0],
        ["D2", "far", 1.0, None],
    ]


def test_values_are_compared_whatever_their_types() -> None:
    old = pd.DataFrame({"n": pd.array([1, None, 3], dtype="Int64"), "t": ["a", "b", "c"]}, index=["1", "2", "3"])
    new = pd.DataFrame({"n": [1.0, np.nan, 3.5], "t": pd.array(["a", "b", "x"], dtype="string")}, index=["1", "2", "3"])
    assert compare(old, new).attributes.to_numpy().tolist() == [["3", "n", 3, 3.5], ["3", "t", "c", "x"]]


def test_a_column_only_one_version_has_is_told_and_changes_no_row() -> None:
    old, new = plots().drop(columns="far"), plots().drop(columns="remark")
    found = compare(old, new)
    assert (found.columns_added, found.columns_removed) == (("far",), ("remark",))
    assert found.changed.empty


def test_a_changed_shape_is_told_by_its_areas_and_what_only_one_covers() -> None:
    found = compare(plots(square(0), square(1)), plots(square(0, side=110), square(1)))
    assert list(found.shapes.index) == list(found.changed) == ["D1"]
    row = found.shapes.loc["D1"]
    exact = [crs.ellipsoidal_area(shape) for shape in crs.degrees(_shaped(square(0), square(0, side=110))).geometry]
    assert [row["area_before_m2"], row["area_after_m2"]] == pytest.approx(exact, rel=1e-6)
    assert row["difference_m2"] == pytest.approx(2100)
    assert np.isnan(row["moved_m"])


def test_a_moved_shape_keeps_its_area_and_differs_all_the_same() -> None:
    found = compare(plots(square(0)), plots(shapely.transform(square(0), lambda xy: xy + np.array([10, 0]))))
    row = found.shapes.loc["D1"]
    assert row["area_before_m2"] == pytest.approx(row["area_after_m2"], rel=1e-5)
    assert row["difference_m2"] == pytest.approx(2000)


@pytest.mark.parametrize(
    "redrawn",
    [
        Polygon(list(square(0).exterior.coords)[2:] + list(square(0).exterior.coords)[1:3]),
        shapely.segmentize(square(0), 30),
        square(0).reverse(),
        shapely.transform(square(0), lambda xy: xy + 1e-6),
    ],
    ids=["begins elsewhere", "more points", "the other way round", "a micrometre off"],
)
def test_the_same_area_drawn_otherwise_has_not_changed(redrawn: Polygon) -> None:
    assert compare(plots(square(0)), plots(redrawn)).changed.empty


def test_points_and_lines_are_told_by_how_far_they_moved() -> None:
    old = _shaped(Point(EAST, NORTH), LineString([(EAST, NORTH), (EAST + 10, NORTH)]), Point(EAST, NORTH))
    new = _shaped(
        Point(EAST + 3, NORTH + 4), LineString([(EAST, NORTH), (EAST + 10, NORTH + 2)]), Point(EAST + 1e-4, NORTH)
    )
    found = compare(old, new)
    assert list(found.shapes.index) == ["D1", "D2"]
    assert found.shapes["moved_m"].tolist() == pytest.approx([5, 2])
    assert found.shapes["difference_m2"].isna().all()


def test_a_shape_that_appears_goes_or_becomes_another_kind_has_changed() -> None:
    old = _shaped(None, square(0), square(1), None, Polygon())
    new = _shaped(square(0), None, Point(EAST, NORTH), None, square(0))
    found = compare(old, new)
    assert list(found.shapes.index) == ["D1", "D2", "D3", "D5"]
    assert found.shapes["area_before_m2"].isna()["D1"]
    assert found.shapes.loc["D1", "area_after_m2"] == pytest.approx(10_000, rel=1e-3)


def test_a_crossing_outline_does_not_stop_the_comparison() -> None:
    bow = Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    found = compare(plots(square(0)).set_geometry([bow]), plots(square(0)))
    assert found.shapes["difference_m2"].tolist() == pytest.approx([5000])


def test_areas_are_balanced_by_class() -> None:
    old = plots(square(0), square(1), square(2), landuse=["0701", "0701", None])
    new = plots(square(0), square(1), square(2, side=50), landuse=["0701", "1401", None])
    table = compare(old, new).balance
    assert table is not None
    assert table.index.isna().tolist() == [False, False, True]
    assert list(table.index[:2]) == ["0701", "1401"]
    assert table["before_m2"].tolist() == pytest.approx([20_000, 0, 10_000], rel=1e-3)
    assert table["change_m2"].tolist() == pytest.approx([-10_000, 10_000, -7_500], rel=1e-3)
    assert (table["after_m2"] - table["before_m2"]).tolist() == table["change_m2"].tolist()
    assert table[["rows_before", "rows_after"]].to_numpy().tolist() == [[2, 1], [0, 1], [1, 1]]


def test_the_balance_is_ellipsoidal_and_loses_nothing() -> None:
    shapes = [square(number) for number in range(6)]
    old = plots(*shapes, landuse=["0701"] * 3 + ["1401"] * 3)
    new = plots(*shapes[::-1], ids=[f"D{number}" for number in (6, 5, 4, 3, 2, 1)], landuse=["0701"] * 6)
    table = balance(old, new, by="landuse")
    exact = sum(crs.ellipsoidal_area(shape) for shape in crs.degrees(old).geometry)
    assert table["before_m2"].sum() == pytest.approx(exact, rel=1e-6)
    assert table["after_m2"].sum() == pytest.approx(exact, rel=1e-6)
    assert table["before_m2"].sum() < 60_000


def test_two_base_years_with_other_ids_are_balanced_too() -> None:
    old = plots(square(0), square(1), ids=["A", "B"], landuse_planned=["0701", "1401"])
    new = plots(square(0), square(1), ids=["C", "D"], landuse_planned=["0701", "0701"])
    table = balance(old, new, by="landuse_planned")
    assert table.loc["1401", "after_m2"] == 0
    assert table.loc["0701", "change_m2"] == pytest.approx(10_000, rel=1e-3)


def _landuse(scheme: str | None, code: str = "0601") -> gpd.GeoDataFrame:
    table = gpd.GeoDataFrame({"id": ["T1"], "code": [code]}, geometry=[square(0)], crs=crs.METRIC)
    return table.assign(scheme=scheme).set_index("id", drop=False)


def test_codes_of_two_standards_are_not_balanced() -> None:
    with pytest.raises(DatasetError) as caught:
        compare(_landuse("survey"), _landuse("guide2023"))
    assert str(caught.value) == (
        "版本对照：两个版本的分类标准不同，同一代码含义不同，面积不能按类对照，请先把其中一个转换到同一分类标准。"
    )


@pytest.mark.parametrize("other", ["survey", None])
def test_codes_of_one_standard_are_balanced(other: str | None) -> None:
    table = compare(_landuse("survey"), _landuse(other)).balance
    assert table is not None
    assert table["change_m2"].tolist() == [0]


def test_kinds_without_classes_have_no_balance() -> None:
    enterprises = conform(pd.DataFrame({"id": ["E1"], "synthetic": [False]}), "enterprises")
    assert compare(enterprises, enterprises).balance is None


def test_thousands_of_changed_shapes_in_threads_are_told_in_order() -> None:
    side = 150
    places = np.array([square(number % side, number // side) for number in range(side * side)], object)
    old = gpd.GeoDataFrame(index=[str(number) for number in range(side * side)], geometry=places, crs=crs.METRIC)
    widths = np.arange(side * side) % 7
    moved = [
        shapely.box(*shape.bounds[:2], shape.bounds[2] + width, shape.bounds[3])
        for shape, width in zip(places, widths, strict=True)
    ]
    found = compare(old, old.set_geometry(moved))
    assert found.shapes["difference_m2"].tolist() == pytest.approx((widths[widths > 0] * 100).tolist())
    assert list(found.changed) == [str(number) for number in np.flatnonzero(widths)]
