"""Cells become headings, types and places; codes and ids stay as they are written."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from geodata.errors import FileError
from geodata.foreign import contents
from geodata.foreign.cells import headed, typed, unique
from geodata.foreign.model import LIMITS, Choice
from geodata.foreign.places import located, number
from tests.nasty_tables import book

WHERE = "表.csv"


def _frame(**columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame({name: typed(pd.Series(values, dtype=object)) for name, values in columns.items()})


def _places(table: pd.DataFrame, *chosen: str) -> list[tuple[float, float] | None]:
    found = located(table, chosen, WHERE)[0]
    assert isinstance(found, gpd.GeoDataFrame)
    return [None if shape is None else (shape.x, shape.y) for shape in found.geometry]


def _read(path: Path, work: Path, *columns: str) -> pd.DataFrame:
    return contents.read(path, work, Choice(columns=columns), LIMITS)[0]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["0601", "1001"], ["0601", "1001"]),
        (["1", "2", None], [1, 2, np.nan]),
        (["1,234.5", "12"], [1234.5, 12]),
        (["1.2E+03", "0.5"], [1200, 0.5]),
        (["91210231MA0XXXXX01"], ["91210231MA0XXXXX01"]),
        (["210231001001000123456"], ["210231001001000123456"]),
        (["1E5"], ["1E5"]),
        ([" a\n b ", " "], ["ab", np.nan]),
        ([12.0, "甲"], ["12", "甲"]),
        ([True, False, None], [True, False, pd.NA]),
        ([dt.date(2021, 5, 18), None], [dt.date(2021, 5, 18), None]),
    ],
)
def test_a_column_is_a_number_only_where_nothing_is_lost(cells: list[object], values: list[object]) -> None:
    pd.testing.assert_series_equal(
        typed(pd.Series(cells, dtype=object)), pd.Series(values), check_dtype=False, check_index_type=False
    )


def test_headings_come_once_and_never_empty() -> None:
    assert unique(["a", "a", "", "a"]) == ["a", "a_2", "第3列", "a_3"]


def test_empty_rows_and_columns_are_left_out() -> None:
    raw = pd.DataFrame([["a", None, "b"], [None, None, None], ["1", None, "2"]], dtype=object)
    table, notes = headed(raw, WHERE)
    assert (table.to_dict("list"), notes) == ({"a": [1], "b": [2]}, ())


@pytest.mark.parametrize(
    "headings",
    [
        ("经度", "纬度"),
        ("Lng", "Lat"),
        ("longitude", "latitude"),
        ("东经（°）", "北纬（°）"),
        ("中心经度", "中心纬度"),
        ("X坐标(m)", "Y坐标(m)"),
        ("横坐标", "纵坐标"),
        ("POINT_X", "POINT_Y"),
        ("甲", "乙"),
    ],
)
def test_places_are_found_by_heading_or_by_number(headings: tuple[str, str]) -> None:
    table = _frame(**{"编号": ["1", "2"], headings[0]: ["121.5", "121.6"], headings[1]: ["38.9", "38.8"]})
    assert _places(table) == [(121.5, 38.9), (121.6, 38.8)]


@pytest.mark.parametrize("east", [630198.48, 40630198.48])
def test_metres_are_found_by_number(east: float) -> None:
    table = _frame(面积=["12.5", "900.25"], 甲=[str(east), str(east + 0.5)], 乙=["4304031.45", "4304032.5"])
    assert _places(table)[0] == (east, 4304031.45)


def test_two_columns_that_may_be_the_same_are_not_guessed() -> None:
    table = _frame(甲=["121.5", "121.6"], 乙=["120.5", "121.4"], 丙=["38.9", "38.8"])
    found, notes = located(table, (), WHERE)
    assert not isinstance(found, gpd.GeoDataFrame)
    assert notes == ()


@pytest.mark.parametrize("cell", ["121.5,38.9", "（121.5，38.9）", "121.5 38.9", "[121.5; 38.9]"])
def test_a_pair_in_one_cell_is_a_place(cell: str) -> None:
    assert _places(_frame(位置=[cell, None])) == [(121.5, 38.9), None]


@pytest.mark.parametrize(
    ("text", "value"),
    [("121°30′36″", 121.51), ("东经121度30分", 121.5), ("38°54'0\"", 38.9), ("E 121°30′", 121.5), ("1,234.5", 1234.5)],
)
def test_angles_are_numbers(text: str, value: float) -> None:
    assert number(text) == pytest.approx(value)


def test_what_is_no_number_is_no_place() -> None:
    assert _places(_frame(经度=["不详", "121°30′0″"], 纬度=["38.9", "38°54′0″"])) == [None, (121.5, 38.9)]


@pytest.mark.parametrize(
    "columns",
    [{"经度": ["121,38", "121.5"], "纬度": ["38,85", "38.9"]}, {"位置": ["121,38;38,85", "121.5;38.9"]}],
    ids=["two columns", "a pair"],
)
def test_a_comma_for_the_decimal_point_is_named(columns: dict[str, list[object]]) -> None:
    table = _frame(**columns)
    first = next(iter(columns))
    assert _places(table, *columns) == [None, (121.5, 38.9)]
    said = f"有 1 行用逗号作小数点（例如“{columns[first][0]}”），这些行没有位置，请改用小数点后再选"
    assert str(located(table, tuple(columns), WHERE)[1][-1]) == f"{WHERE}：“{first}”列{said}。"


def test_a_comma_before_three_digits_is_what_it_is_in_its_column() -> None:
    table = _frame(经度=["121,38", "121,385", "121.5"], 纬度=["38.85", "38.85", "38.9"])
    assert _places(table, "经度", "纬度") == [None, None, (121.5, 38.9)]
    assert "有 2 行用逗号作小数点" in str(located(table, ("经度", "纬度"), WHERE)[1][-1])


def test_a_comma_between_thousands_is_none_for_the_decimal_point() -> None:
    table = _frame(横坐标=["630,198.48", "无"], 纵坐标=["4,304,031.45", "无"])
    assert _places(table) == [(630198.48, 4304031.45), None]
    assert not any("逗号" in note.what for note in located(table, (), WHERE)[1])


def test_well_known_text_may_carry_its_system() -> None:
    table = _frame(图形=["SRID=4490;POINT (121.5 38.9)", "point(121.6 38.8)"])
    assert _places(table) == [(121.5, 38.9), (121.6, 38.8)]


def test_the_person_may_choose_the_columns() -> None:
    table = _frame(甲=["1", "2"], 乙=["3", "4"], 对=["1,3", "2,4"], 文=["POINT (1 3)", "POINT (2 4)"])
    for chosen in (("甲", "乙"), ("对",), ("文",)):
        assert _places(table, *chosen) == [(1, 3), (2, 4)]
    with pytest.raises(FileError, match=r"表\.csv：没有列“丁”，请重新选择坐标列。"):
        located(table, ("丁",), WHERE)


def test_a_table_without_rows_says_nothing_of_places() -> None:
    assert located(_frame(经度=[], 纬度=[]), (), WHERE)[1] == ()


def test_a_workbook_keeps_codes_days_and_truths(tmp_path: Path) -> None:
    rows: list[list[object]] = [["代码", "日期", "建成", "面积"], ["0601", dt.date(2021, 5, 18), True, 12]]
    table = _read(book("地块.xlsx", rows, tmp_path), tmp_path)
    assert table.iloc[0].tolist() == ["0601", dt.date(2021, 5, 18), True, 12]


def test_every_sheet_with_rows_is_a_layer(tmp_path: Path) -> None:
    path = book("两表.xlsx", [["经度", "纬度"], [121.5, 38.9]], tmp_path)
    workbook = openpyxl.load_workbook(path)
    workbook.create_sheet("空")
    workbook.create_sheet("企业").append(["名称"])
    workbook["企业"].append(["甲"])
    workbook.save(path)
    found = contents.inspect(path, tmp_path, Choice(), LIMITS)
    assert [(one.name, one.rows, one.kinds) for one in found.layers] == [("Sheet", 1, ("点",)), ("企业", 1, ())]
    with pytest.raises(FileError, match=r"两表\.xlsx：表中没有内容，请核对后重选。"):
        contents.read(path, tmp_path, Choice("空"), LIMITS)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_separators_and_encodings_are_found(separator: str, encoding: str, tmp_path: Path) -> None:
    lines = (("名称", "经度", "纬度"), ("凌水, 街道" if separator != "," else "凌水", "121.5", "38.9"))
    path = tmp_path / "点.csv"
    path.write_bytes("\n".join(separator.join(line) for line in lines).encode(encoding))
    table = _read(path, tmp_path)
    assert table["名称"][0].startswith("凌水")
    assert (table.geometry[0].x, table.geometry[0].y) == (121.5, 38.9)
