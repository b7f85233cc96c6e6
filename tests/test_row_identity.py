"""Rows keep their identity: by a column, or by the shape they cover."""

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from geodata import crs
from geodata.errors import DatasetError
from geodata.identity import HOW, LINE_REACH, OVERLAP, POINT_REACH, match_ids
from tests.tables import EAST, NORTH, plots, square


def _table(*shapes: shapely.Geometry | None, ids: list[str] | None = None, **columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns or None, index=ids, geometry=list(shapes), crs=crs.METRIC)


def _at(x: float, y: float = 0.0) -> Point:
    return Point(EAST + x, NORTH + y)


def _line(*xs: float, y: float = 0.0) -> LineString:
    return LineString([(EAST + x, NORTH + y) for x in xs])


def test_the_column_says_who_is_who() -> None:
    old = _table(square(0), square(1), square(2), ids=["1", "2", "3"])
    found = match_ids(old, _table(square(2), square(0), square(9), BSM=["3", "1", "4"]), column="BSM")
    assert list(found.rows["id"]) == ["3", "1", "4"]
    assert list(found.rows["how"]) == ["column", "column", "new"]
    assert list(found.vanished) == ["2"]
    assert list(found.to_confirm["id"]) == ["4"]


@pytest.mark.parametrize(
    ("values", "ids"),
    [([12.0, 7.0], ["12", "7"]), ([12, 7], ["12", "7"]), ([" a", "b "], ["a", "b"]), ([1.5, 2.0], ["1.5", "2.0"])],
)
def test_ids_are_read_as_people_wrote_them(values: list[object], ids: list[str]) -> None:
    found = match_ids(_table(square(0), ids=["12"]), _table(square(0), square(1), BSM=values), column="BSM")
    assert list(found.rows["id"]) == ids


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1", None, "3"], "编号列“BSM”：有取值为空（1），请改正，或改选一列。"),
        (["1", " ", ""], "编号列“BSM”：有取值为空（1、2），请改正，或改选一列。"),
        (["1", "2", "1 "], "编号列“BSM”：有取值重复（1），请改正，或改选一列。"),
        ([float("nan")] * 3, "编号列“BSM”：有取值为空（0、1、2），请改正，或改选一列。"),
    ],
)
def test_a_column_that_names_nobody_or_two_is_refused(values: list[object], said: str) -> None:
    with pytest.raises(DatasetError, match=f"^{re.escape(said)}$"):
        match_ids(_table(), _table(square(0), square(1), square(2), BSM=values), column="BSM")


def test_of_many_faults_a_few_are_shown() -> None:
    new = _table(*[square(number) for number in range(5)], BSM=[None] * 5)
    with pytest.raises(DatasetError, match=r"有取值为空（0、1、2 等 5 处）"):
        match_ids(_table(), new, column="BSM")


def test_a_column_that_is_not_there_is_said() -> None:
    with pytest.raises(DatasetError, match=r"^编号列“BSM”：数据中没有这一列，请改选一列。$"):
        match_ids(_table(), _table(square(0)), column="BSM")


def test_the_same_id_at_another_place_has_to_be_confirmed() -> None:
    old = _table(square(0), square(1), None, ids=["1", "2", "3"])
    found = match_ids(old, _table(square(0), square(8), square(2), BSM=["1", "2", "3"]), column="BSM")
    assert list(found.rows["how"]) == ["column", "elsewhere", "column"]
    assert list(found.to_confirm["id"]) == ["2"]


def test_tables_without_shapes_are_matched_by_a_column_only() -> None:
    old, new = pd.DataFrame(index=["E1"]), pd.DataFrame({"code": ["E1", "E2"]})
    assert list(match_ids(old, new, column="code").rows["how"]) == ["column", "new"]
    with pytest.raises(DatasetError) as caught:
        match_ids(old, new)
    assert str(caught.value) == ("与上一版本逐条对应：这类数据没有图形，无法按位置对应，请指定一列作为编号。")


def test_equal_shapes_keep_their_ids_whatever_point_they_begin_at() -> None:
    ring = list(square(1).exterior.coords)[:-1]
    turned = Polygon(ring[2:] + ring[:2])
    found = match_ids(_table(square(0), square(1), ids=["甲", "乙"]), _table(turned, square(0)))
    assert list(found.rows["id"]) == ["乙", "甲"]
    assert list(found.rows["how"]) == ["same", "same"]
    assert found.to_confirm.empty
    assert found.vanished.empty


@pytest.mark.parametrize(
    ("shape", "how"),
    [
        (square(0, side=95), "overlap"),  # 90.25 % of the old one
        (square(0, side=94), "new"),  # 88.36 %
        (box(EAST, NORTH, EAST + 100, NORTH + 90), "overlap"),
        (box(EAST, NORTH, EAST + 100, NORTH + 111), "overlap"),
        (box(EAST, NORTH, EAST + 100, NORTH + 112), "new"),  # the new one is covered by 89.3 % only
        (box(EAST + 5, NORTH, EAST + 105, NORTH + 100), "overlap"),
        (box(EAST + 11, NORTH, EAST + 111, NORTH + 100), "new"),
        (_at(50, 50), "new"),
        (_line(0, 100), "new"),
    ],
)
def test_an_area_takes_over_the_id_where_both_cover_nine_tenths_of_the_other(shape: shapely.Geometry, how: str) -> None:
    found = match_ids(_table(square(0), ids=["甲"]), _table(shape))
    assert list(found.rows["how"]) == [how]
    assert (found.rows["id"][0] == "甲") == (how == "overlap")
    assert list(found.vanished) == ([] if how == "overlap" else ["甲"])


def test_what_was_split_or_merged_gets_new_ids() -> None:
    halves = [box(EAST, NORTH, EAST + 50, NORTH + 100), box(EAST + 50, NORTH, EAST + 100, NORTH + 100)]
    split = match_ids(_table(square(0), ids=["甲"]), _table(*halves))
    assert list(split.rows["how"]) == ["new", "new"]
    assert list(split.vanished) == ["甲"]
    merged = match_ids(_table(*halves, ids=["甲", "乙"]), _table(square(0)))
    assert list(merged.vanished) == ["甲", "乙"]


def test_of_two_that_cover_the_same_the_better_one_takes_the_id() -> None:
    old = _table(square(0), ids=["甲"])
    found = match_ids(old, _table(square(0, side=97), square(0, side=99)))
    assert list(found.rows["how"]) == ["new", "overlap"]
    assert found.rows["agreement"][1] == pytest.approx(0.9801)


def test_twins_keep_their_order() -> None:
    found = match_ids(_table(square(0), square(0), ids=["甲", "乙"]), _table(square(0), square(0), square(0)))
    assert list(found.rows["id"][:2]) == ["甲", "乙"]
    assert found.rows["how"][2] == "new"


def test_a_shape_with_a_crossing_outline_is_matched_too() -> None:
    bow = Polygon([(EAST, NORTH), (EAST + 100, NORTH + 100), (EAST + 100, NORTH), (EAST, NORTH + 100)])
    moved = shapely.transform(bow, lambda xy: xy + 0.5)
    assert list(match_ids(_table(bow, ids=["甲"]), _table(moved)).rows["how"]) == ["overlap"]


@pytest.mark.parametrize(("off", "how"), [(0.0, "same"), (POINT_REACH, "near"), (POINT_REACH + 0.01, "new")])
def test_a_point_takes_over_the_id_of_the_nearest_one_in_reach(off: float, how: str) -> None:
    found = match_ids(_table(_at(0), _at(100), ids=["甲", "乙"]), _table(_at(off)))
    assert list(found.rows["how"]) == [how]
    assert (found.rows["id"][0] == "甲") == (how != "new")


def test_of_points_close_to_each_other_each_takes_the_nearest() -> None:
    found = match_ids(_table(_at(0), _at(3), ids=["甲", "乙"]), _table(_at(3.5), _at(0.5)))
    assert list(found.rows["id"]) == ["乙", "甲"]
    assert list(found.rows["agreement"]) == [0.9, 0.9]


@pytest.mark.parametrize(
    ("line", "how"),
    [
        (_line(0, 40, 100), "overlap"),
        (_line(0, 100, y=LINE_REACH), "overlap"),
        (_line(0, 100, y=LINE_REACH + 0.1), "new"),
        (_line(0, 92), "overlap"),
        (_line(0, 85), "new"),
        (_line(0, 115), "new"),
        (_line(50, 150), "new"),
    ],
)
def test_a_line_takes_over_the_id_where_both_run_along_the_other(line: LineString, how: str) -> None:
    assert list(match_ids(_table(_line(0, 100), ids=["甲"]), _table(line)).rows["how"]) == [how]


def test_rows_without_a_shape_are_new_and_what_they_were_vanishes() -> None:
    found = match_ids(_table(None, Polygon(), ids=["甲", "乙"]), _table(None, None, Polygon()))
    assert list(found.rows["how"]) == ["new"] * 2 + [found.rows["how"][2]]
    assert found.rows["id"].is_unique


def test_the_first_version_gets_new_ids() -> None:
    found = match_ids(_table(), _table(square(0), _at(3), _line(0, 1), MultiPoint([_at(0), _at(1)])))
    assert set(found.rows["how"]) == {"new"}
    assert found.rows["id"].str.fullmatch("x[0-9a-f]{10}").all()


def test_a_new_id_is_made_from_the_shape_and_never_names_something_else() -> None:
    first = match_ids(_table(), _table(square(0), square(1))).rows["id"]
    again = match_ids(_table(square(5), ids=["甲"]), _table(square(1), square(0))).rows["id"]
    assert list(again) == list(first)[::-1]
    known = _table(square(7), ids=[first[0]])
    assert match_ids(known, _table(square(0))).rows["id"][0] == f"{first[0]}-2"
    twins = match_ids(_table(), _table(square(0), square(0), square(0))).rows["id"]
    assert list(twins) == [first[0], f"{first[0]}-2", f"{first[0]}-3"]


def test_the_ids_become_index_and_column() -> None:
    old, new = plots(square(0), square(1), ids=["甲", "乙"]), plots(square(1), square(0), square(3))
    given_ids = match_ids(old, new).applied(new)
    assert list(given_ids.index[:2]) == list(given_ids["id"][:2]) == ["乙", "甲"]
    assert given_ids.dtypes.equals(new.dtypes)
    assert given_ids.index.dtype == new.index.dtype
    assert list(new.index) == ["D1", "D2", "D3"]


def test_every_way_has_its_word() -> None:
    assert set(HOW) == {"column", "elsewhere", "same", "overlap", "near", "new"}
    assert OVERLAP == 0.9


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 30), unique=True, max_size=12), st.lists(st.integers(0, 30), unique=True, max_size=12))
def test_of_squares_moved_a_little_each_finds_itself(before: list[int], after: list[int]) -> None:
    old = _table(*[square(place) for place in before], ids=[str(place) for place in before])
    new = _table(*[shapely.transform(square(place), lambda xy: xy + 2.0) for place in after])
    found = match_ids(old, new)
    expected = [str(place) if place in before else None for place in after]
    assert [key if key in old.index else None for key in found.rows["id"]] == expected
    assert set(found.vanished) == {str(place) for place in before if place not in after}


def test_thousands_of_neighbours_in_threads_find_themselves() -> None:
    side = 150
    places = [square(number % side, number // side) for number in range(side * side)]
    old = _table(*places, ids=[str(number) for number in range(side * side)])
    order = np.random.default_rng(3).permutation(side * side)
    new = _table(*shapely.transform(np.array(places, object)[order], lambda xy: xy + 1.0))
    found = match_ids(old, new)
    assert list(found.rows["id"]) == [str(number) for number in order]
    assert set(found.rows["how"]) == {"overlap"}
