"""接边检查: two deliveries side by side."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from geodata import crs
from geodata.kinds import DATASETS
from geodata.seams import CLASSES, crosses, seam_classes, seam_ends, seam_gaps
from geodata.topology import overlaps
from tests.tessellation import tessellation

EAST, NORTH = 630_000.0, 4_304_000.0


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _table(*shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _line(*points: tuple[float, float]) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x, y in points])


def _two(gap: float) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Make a row of five plots on either side of a seam, the eastern ones moved."""
    west = [_at(0, y, 50, y + 40) for y in range(0, 200, 40)]
    east = [_at(50 + gap, y, 100 + gap, y + 40) for y in range(0, 200, 40)]
    return _table(*west, *east), pd.Series(["甘井子"] * 5 + ["旅顺口"] * 5)


def _town() -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Make plots of which a western and an eastern half are a part each."""
    plots = tessellation(2500)
    middle = plots.geometry.centroid.x > plots.total_bounds[[0, 2]].mean()
    return plots, middle.map({False: "西", True: "东"})


def test_classes_are_columns_of_their_kinds() -> None:
    assert {kind: column in DATASETS[kind].names for kind, column in CLASSES.items()} == dict.fromkeys(CLASSES, True)


def test_parts_that_meet_have_no_gap() -> None:
    for table, parts in (_two(0), _town()):
        assert len(seam_gaps(table, parts, largest=1000)) == 0


@settings(max_examples=25, deadline=None)
@given(gap=st.floats(0.01, 4.9))
def test_edges_that_do_not_meet_leave_a_gap_along_the_seam(gap: float) -> None:
    found = seam_gaps(*_two(gap), largest=1000)
    assert found.geometry.area.sum() == pytest.approx(200 * gap, rel=0.02)
    assert set().union(*found["rows"]) == set(range(10))


def test_parts_far_from_each_other_have_no_seam() -> None:
    table, parts = _two(5.5)
    assert len(seam_gaps(table, parts, largest=1000)) == 0
    assert len(seam_classes(table, parts, pd.Series([*"ABCDEFGHIJ"]))) == 0


def test_a_street_of_the_town_at_the_seam_is_no_gap() -> None:
    plots, parts = _town()
    moved = np.where(parts == "东", plots.geometry.translate(20), plots.geometry)
    assert len(seam_gaps(_table(*moved), parts, largest=1000)) == 0


def test_gaps_inside_one_part_are_not_of_the_seam() -> None:
    holed = _at(0, 0, 50, 50) - _at(10, 10, 12, 12)
    table, parts = _table(holed, _at(50, 0, 100, 50)), pd.Series(["西", "东"])
    assert len(seam_gaps(table, parts, largest=1000)) == 0


def test_a_hole_at_the_seam_up_to_the_size_is_a_gap_and_a_larger_one_is_not() -> None:
    hole = _at(40, 20, 60, 30)
    table = _table(_at(0, 0, 50, 50) - hole, _at(50, 0, 100, 50) - hole)
    parts = pd.Series(["西", "东"])
    assert seam_gaps(table, parts, largest=201).geometry.area.tolist() == pytest.approx([200])
    assert len(seam_gaps(table, parts, largest=199)) == 0


def test_overlaps_across_the_seam_are_told_from_those_within_a_part() -> None:
    table, parts = _table(_at(0, 0, 50, 50), _at(45, 0, 60, 50), _at(58, 0, 99, 50)), pd.Series(["西", "西", "东"])
    found = overlaps(table).places
    assert found["rows"].tolist() == [(0, 1), (1, 2)]
    assert crosses(found, parts).tolist() == [False, True]


def test_three_parts_meet_pairwise() -> None:
    table = _table(_at(0, 0, 50, 50), _at(51, 0, 100, 50), _at(101, 0, 150, 50))
    found = seam_gaps(table, pd.Series([*"ABC"]), largest=1000)
    assert sorted(found["rows"]) == [(0, 1), (1, 2)]


# —— classes ——


def test_an_area_that_goes_on_as_another_class_is_told() -> None:
    table, parts = _two(0)
    classes = pd.Series(["0701", "0901", "1401", "0701", None, "0701", "0901", "1402", "1001", "0701"], dtype="string")
    found = seam_classes(table, parts, classes)
    assert dict(zip(found["rows"], found["note"], strict=True)) == {(2, 7): "1401、1402", (3, 8): "0701、1001"}
    assert found.geometry.length.min() >= 40


def test_neighbours_that_do_not_face_each_other_are_two_things() -> None:
    west = [_at(0, 0, 50, 200)]
    east = [_at(50, y, 100, y + 40) for y in range(0, 200, 40)]
    classes = pd.Series(["0301", "0701", "0701", "0701", "0701", "0701"])
    assert len(seam_classes(_table(*west, *east), pd.Series(["西", *["东"] * 5]), classes)) == 0


def test_a_shifted_seam_still_tells_the_classes() -> None:
    table, parts = _two(2)
    classes = pd.Series(["0701"] * 5 + ["0701"] * 4 + ["0901"])
    assert seam_classes(table, parts, classes)["rows"].tolist() == [(4, 9)]


def test_within_a_part_classes_may_differ() -> None:
    plots, _ = _town()
    parts = pd.Series("一份", plots.index)
    assert len(seam_classes(plots, parts, pd.Series(plots.index.astype(str)))) == 0


# —— lines ——


def test_a_street_that_goes_on_is_joined() -> None:
    table = _table(_line((0, 0), (50, 0)), _line((50.005, 0), (99, 9)), _line((50, 0), (50, 40)))
    assert len(seam_ends(table, pd.Series(["西", "东", "东"]))) == 0


def test_a_street_that_stops_short_is_told_with_its_distance() -> None:
    table = _table(_line((0, 0), (50, 0)), _line((50, 1.5), (99, 9)))
    found = seam_ends(table, pd.Series(["西", "东"]))
    assert found["rows"].tolist() == [(0, 1), (1, 0)]
    assert found["note"].tolist() == ["相距 1.50 米"] * 2
    assert shapely.get_x(found.geometry.iloc[0]) == EAST + 50


def test_an_end_that_meets_a_street_without_a_vertex_is_not_joined() -> None:
    table = _table(_line((0, 0), (50, 0)), _line((50, -40), (50, 40)))
    found = seam_ends(table, pd.Series(["西", "东"]))
    assert (found["rows"].tolist(), found["note"].tolist()) == ([(0, 1)], ["相距 0.00 米"])


def test_ends_far_from_the_other_part_and_joints_within_a_part_are_no_loose_ends() -> None:
    table = _table(_line((0, 0), (40, 0)), _line((40, 0), (40, 30)), _line((46, 0), (99, 0)), _line((41, 9), (41, 30)))
    found = seam_ends(table, pd.Series(["西", "西", "东", "西"]))
    assert len(found) == 0


def test_rings_have_no_ends_and_missing_lines_are_left_out() -> None:
    ring = _line((0, 0), (9, 0), (9, 9), (0, 0))
    table = _table(ring, _line((1, -1), (40, -40)), None, LineString())
    assert seam_ends(table, pd.Series(["西", "东", "西", "东"]))["rows"].tolist() == [(1, 0)]


@pytest.mark.parametrize("labels", [[], ["西"], ["西", "西"]])
def test_one_part_has_no_seam(labels: list[str]) -> None:
    table, parts = _table(*[_at(0, 0, 9, 9)] * len(labels)), pd.Series(labels, dtype=object)
    lines = _table(*[_line((0, 0), (9, 9))] * len(labels))
    assert len(seam_gaps(table, parts, largest=9)) == len(seam_classes(table, parts, parts)) == 0
    assert len(seam_ends(lines, parts)) == 0
