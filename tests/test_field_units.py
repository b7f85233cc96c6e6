"""Units of foreign columns: told by headings, chosen by people, converted exactly."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.columns import Column
from geodata.kinds import DATASETS
from geodata.units import UNITS, choices, converted, dimension, factor, told

AREA = DATASETS["plots"].column("area_stated_m2")
SHARE = DATASETS["plots"].column("green_ratio")
TAX = DATASETS["supplied"].column("contract_tax")
PRICE = DATASETS["supplied"].column("price_yuan")
FLOORS = DATASETS["buildings"].column("floors")
FAR = DATASETS["plots"].column("far")


def test_the_first_unit_of_each_is_the_stored_one() -> None:
    assert {next(iter(rows.values()))[0] for rows in UNITS.values()} == {1.0}


def test_every_unit_of_every_column_can_be_chosen() -> None:
    columns = [column for kind in DATASETS.values() for column in kind.columns]
    assert {column.unit for column in columns} - {""} == set(UNITS) - {"share"}
    assert all(choices(column) for column in columns if column.unit)
    assert {dimension(column) for column in columns if not column.unit} == {"", "share"}


@pytest.mark.parametrize(
    ("column", "unit", "value", "stored"),
    [
        (AREA, "亩", 15, 10_000),
        (AREA, "公顷", 1.5, 15_000),
        (AREA, "平方公里", 0.5, 500_000),
        (AREA, "万平方米", 2, 20_000),
        (PRICE, "万元", 12.5, 125_000),
        (PRICE, "亿元", 0.3, 30_000_000),
        (TAX, "万元/亩", 20, 300),
        (TAX, "万元/公顷", 300, 300),
        (TAX, "亿元/平方公里", 3, 300),
        (TAX, "元/亩", 2000, 3),
        (SHARE, "%", 35, 0.35),
    ],
)
def test_values_are_brought_to_the_stored_unit(column: Column, unit: str, value: float, stored: float) -> None:
    assert converted(pd.Series([value]), column, unit).tolist() == [pytest.approx(stored, rel=1e-12)]
    if factor(column, unit) != 1:
        assert converted(pd.Series([f" {value} "]), column, unit).tolist() == [pytest.approx(stored, rel=1e-12)]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(KeyError):
        factor(AREA, "英亩")


def test_what_is_no_number_stays_and_what_is_missing_stays_missing() -> None:
    values = pd.Series(["1，500.5", "约 3", None, "", "inf", "nan", 7])
    made = converted(values, AREA, "公顷")
    assert made.tolist()[1:6] == ["约 3", None, "", "inf", "nan"]
    assert made[[0, 6]].tolist() == pytest.approx([15_005_000, 70_000])


def test_the_stored_unit_changes_nothing() -> None:
    values = pd.Series(["1,500", 3])
    assert converted(values, AREA, "平方米") is values


@pytest.mark.parametrize("unit", ["比例", "%"])
def test_a_percent_sign_says_it_for_its_value(unit: str) -> None:
    made = converted(pd.Series(["35%", "35％", "x%", None], dtype=object), SHARE, unit)
    assert made.tolist() == [pytest.approx(0.35), pytest.approx(0.35), "x%", None]
    assert converted(pd.Series(["35%"]), AREA, "公顷").tolist() == ["35%"]


@pytest.mark.parametrize(
    ("heading", "column", "bare", "unit"),
    [
        ("面积（亩）", AREA, "面积", "亩"),
        ("面积亩", AREA, "面积", "亩"),
        ("用地面积 [单位：公顷]", AREA, "用地面积", "公顷"),
        ("MJ_HM2", AREA, "MJ", "公顷"),
        ("面积/㎡", AREA, "面积", "平方米"),
        ("总面积万平方米", AREA, "总面积", "万平方米"),
        ("面积（平方公里）", AREA, "面积", "平方公里"),
        ("面积（km²）", AREA, "面积", "平方公里"),
        ("地均税收（万元/亩）", TAX, "地均税收", "万元/亩"),
        ("地均税收（亿元/km²）", TAX, "地均税收", "亿元/平方公里"),
        ("成交价款 万元", PRICE, "成交价款", "万元"),
        ("绿地率（%）", SHARE, "绿地率", "%"),
        ("绿地率％", SHARE, "绿地率", "%"),
        ("楼层", FLOORS, "楼层", None),
        ("层", FLOORS, "层", None),
        ("（亩）", AREA, "(亩)", None),
        ("容积率", FAR, "容积率", None),
        ("面积（万元）", AREA, "面积(万元)", None),
        ("", AREA, "", None),
    ],
)
def test_a_heading_tells_its_unit(heading: str, column: Column, bare: str, unit: str | None) -> None:
    assert told(heading, column) == (bare, unit)


@settings(deadline=None)
@given(heading=st.text(max_size=20), kind=st.sampled_from(sorted(DATASETS)), data=st.data())
def test_any_heading_is_taken_apart_without_fault(heading: str, kind: str, data: st.DataObject) -> None:
    column = data.draw(st.sampled_from(DATASETS[kind].columns))
    bare, unit = told(heading, column)
    assert unit is None or unit in choices(column)
    assert unit is None or bare


@settings(deadline=None)
@given(
    values=st.lists(st.none() | st.floats(0, 1e9) | st.text(max_size=5), max_size=8),
    unit=st.sampled_from(choices(AREA)),
)
def test_any_values_are_converted_or_kept(values: list[object], unit: str) -> None:
    made = converted(pd.Series(values, dtype=object), AREA, unit)
    for old, new in zip(values, made, strict=True):
        assert isinstance(new, float) or new is old or new == old
