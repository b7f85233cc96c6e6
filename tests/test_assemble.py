"""拼接: raw tables with other names, units and schemes become one table that keeps its contract."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from geodata import crs, units
from geodata.assemble import Part, Told, assemble
from geodata.check_scene import Against
from geodata.checking import check_all
from geodata.errors import DatasetError
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT
from geodata.landuse_conversion import load_conversion
from geodata.schema import check, conform

EAST, NORTH = 630_000.0, 4_304_000.0
TOLD = Told("测绘成果", 0.5)


def _raw(rows: int = 2, *, east: float = EAST, **columns: Any) -> gpd.GeoDataFrame:
    shapes = [box(east + 100 * row, NORTH, east + 100 * row + 100, NORTH + 100) for row in range(rows)]
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=crs.METRIC))


def _part(table: pd.DataFrame, fields: Mapping[str, str], label: str = "甲.shp", **options: Any) -> Part:
    return Part(label, table, fields, **{"told": TOLD, **options})


WEST = _part(
    _raw(BSM=["1", "2"], DLBM=["0701", "0601"], TBMJ=[10_000.0, 10_000.0], SHAPE_Leng=[1, 2]),
    {"id": "BSM", "code": "DLBM", "area_stated_m2": "TBMJ"},
    "甘井子.shp",
    scheme="survey",
)
EASTERN = _part(
    _raw(east=EAST + 200, 编号=[1, 2], 用地代码=["0701", "0901"], 面积=["15", "15"], 备注=["", "x"]),
    {"id": "编号", "code": "用地代码", "area_stated_m2": "面积", "remark": "备注"},
    "旅顺口.shp",
    scheme="guide2023",
    units={"area_stated_m2": "亩"},
    prefix="L",
)


def test_two_deliveries_become_one_table_that_keeps_its_contract() -> None:
    made = assemble([WEST, EASTERN], "landuse")
    assert made.parts.tolist() == ["甘井子.shp"] * 2 + ["旅顺口.shp"] * 2
    assert made.table.index.equals(made.parts.index)
    assert made.scheme is None
    assert made.unused == {"甘井子.shp": ("SHAPE_Leng",), "旅顺口.shp": ()}
    assert [one.sentence for one in check(made.table, "landuse")] == []
    formed = conform(made.table, "landuse")
    assert formed["id"].tolist() == ["1", "2", "L1", "L2"]
    assert formed["scheme"].tolist() == ["survey", "survey", "guide2023", "guide2023"]
    assert formed["area_stated_m2"].tolist() == [10_000.0] * 4
    assert formed["remark"].isna().tolist() == [True, True, True, False]
    assert set(formed["basis"]) == {"测绘成果"}
    assert set(formed["accuracy_m"]) == {0.5}
    assert not formed["synthetic"].any()


def test_what_came_in_is_not_changed() -> None:
    before = [part.table.copy(deep=True) for part in (WEST, EASTERN)]
    assemble([WEST, EASTERN], "landuse")
    for part, table in zip((WEST, EASTERN), before, strict=True):
        pd.testing.assert_frame_equal(part.table, table)


def test_ids_that_are_the_same_in_two_parts_are_told_not_mended() -> None:
    part = _part(_raw(BSM=["1", "2"]), {"id": "BSM"}, "乙.shp")
    made = assemble([_part(_raw(east=EAST + 200, BSM=["1", "3"]), {"id": "BSM"}), part], "plots")
    assert [one.number for one in check(made.table, "plots")] == ["K009"]


@pytest.mark.parametrize("other", [["甲", "乙"], [1.5, None], [None, None], [3, 4]])
def test_a_long_number_stays_whole_whatever_the_other_part_holds(other: list[Any]) -> None:
    fields = {"id": "BSM", "remark": "备注"}
    long = _part(_raw(BSM=[210231001001000123, 210231001001000124], 备注=[210231001001000125, 7]), fields)
    made = assemble([long, _part(_raw(east=EAST + 200, BSM=["a", "b"], 备注=other), fields, "乙.shp")], "plots").table
    assert made["id"].tolist() == ["210231001001000123", "210231001001000124", "a", "b"]
    assert conform(made, "plots")["remark"].tolist()[:2] == ["210231001001000125", "7"]


def test_a_long_number_stays_whole_where_the_other_part_has_no_such_column() -> None:
    long = _part(_raw(BSM=["1", "2"], 备注=[210231001001000125, 7]), {"id": "BSM", "remark": "备注"})
    made = assemble([long, _part(_raw(east=EAST + 200, BSM=["3", "4"]), {"id": "BSM"}, "乙.shp")], "plots").table
    assert conform(made, "plots")["remark"].tolist()[:2] == ["210231001001000125", "7"]


def test_without_a_column_of_ids_they_are_made_from_the_shapes() -> None:
    one = assemble([_part(_raw(3), {})], "plots").table
    again = assemble([_part(_raw(3).iloc[::-1], {})], "plots").table
    assert one["id"].is_unique
    assert one["id"].str.fullmatch("x[0-9a-f]{10}").all()
    assert list(again["id"]) == list(one["id"])[::-1]


def test_made_ids_are_never_given_twice_and_named_ones_stay() -> None:
    doubled = pd.concat([_raw(1), _raw(1)], ignore_index=True)
    made = assemble([_part(doubled, {}), _part(_raw(1, BSM=["7"]), {"id": "BSM"}, "乙")], "plots").table
    first = made["id"][0]
    assert made["id"].tolist() == [first, f"{first}-2", "7"]


def test_firms_without_shapes_get_ids_from_their_rows() -> None:
    table = pd.DataFrame({"名称": ["演示企业-1", "演示企业-2", "演示企业-1"]})
    made = assemble([Part("企业.xlsx", table, {"name": "名称"}, told=Told(synthetic=True))], "enterprises").table
    assert not isinstance(made, gpd.GeoDataFrame)
    assert made["id"].is_unique
    assert conform(made, "enterprises")["synthetic"].all()


def test_sites_with_and_without_places_are_put_together() -> None:
    placed = gpd.GeoDataFrame({"企业": ["E1"]}, geometry=[Point(EAST, NORTH)], crs=crs.METRIC)
    plain = pd.DataFrame({"企业": ["E2"], "楼": ["B1"]})
    parts = [
        _part(placed, {"enterprise_id": "企业"}, "点"),
        _part(plain, {"enterprise_id": "企业", "building_id": "楼"}, "表"),
    ]
    made = assemble(parts, "enterprise_sites").table
    assert made.geometry.isna().tolist() == [False, True]
    assert [one.number for one in check(made, "enterprise_sites")] == []


def test_what_the_rows_say_wins_over_what_is_said_of_the_file() -> None:
    raw = _raw(3, 依据=["公开数据", None, " "], 演示=["是", None, "否"])
    made = assemble([_part(raw, {"basis": "依据", "synthetic": "演示"})], "plots").table
    assert made["basis"].tolist() == ["公开数据", "测绘成果", "测绘成果"]
    assert made["synthetic"].tolist() == ["是", False, "否"]


def test_what_nobody_said_is_left_open_and_told() -> None:
    made = assemble([Part("甲", _raw(1), {})], "plots").table
    assert [one.sentence for one in check(made, "plots")] == [
        "规划地块：缺少“定位依据”一列，请回到“字段与分类标准”一步选择。"
    ]


def test_numbers_and_percent_are_brought_to_our_units_and_odd_ones_stay() -> None:
    raw = _raw(4, 绿地率=["35%", 40, "约 3", None], 密度=["0.3", "30％", 0.5, None])
    fields = {"green_ratio_min": "绿地率", "density_max": "密度"}
    made = assemble([_part(raw, fields, units={"green_ratio_min": "%"})], "plots").table
    assert made["green_ratio_min"].tolist()[:3] == [pytest.approx(0.35), pytest.approx(0.4), "约 3"]
    found = check(made, "plots")
    assert [(one.number, one.rows) for one in found] == [("K008", (2,))]


def test_the_scheme_of_plots_is_one_for_all() -> None:
    parts = [_part(_raw(), {}, label, scheme="guide2023") for label in "甲乙"]
    assert assemble(parts, "plots").scheme == "guide2023"
    assert assemble(parts, "green").scheme is None


@pytest.mark.parametrize(
    ("parts", "kind", "sentence"),
    [
        ([], "plots", "规划地块：没有选择任何文件，请至少选择一个文件。"),
        ([WEST, WEST], "landuse", "现状用地：有两个文件的名称相同，请改名后重新选择。"),
        ([_part(_raw(), {"id": "BSM"})], "plots", "规划地块的“甲.shp”：没有“BSM”这个字段，请重新对应字段。"),
        (
            [_part(_raw(B=[1, 2]), {"area": "B"})],
            "plots",
            "规划地块的“甲.shp”：没有“area”这一列可以对应，请重新对应字段。",
        ),
        (
            [_part(pd.concat([_raw(MJ=[1, 2]), pd.DataFrame({"MJ": [1, 2]})], axis=1), {"area_stated_m2": "MJ"})],
            "plots",
            "规划地块的“甲.shp”：有 2 个名为“MJ”的字段，请改名后重新选择。",
        ),
        (
            [_part(_raw(价款=[1, 2]), {"price_yuan": "价款"})],
            "supplied",
            "供地的“甲.shp”：没有说明“价款”的单位，请选择元、万元、亿元、千元之一。",
        ),
        (
            [_part(pd.DataFrame({"a": [1]}), {})],
            "plots",
            "规划地块的“甲.shp”：没有图形，请选择带有图形的文件或图层。",
        ),
        (
            [_part(crs.degrees(_raw()), {})],
            "plots",
            "规划地块的“甲.shp”：坐标是经纬度，不能量算，请先转换为 CGCS2000 3 度带、中央经线 120°（EPSG:4549）。",
        ),
        (
            [_part(_raw(1, c=["0701"]), {"landuse": "c"}, of, scheme=of) for of in ("survey", "guide2023")],
            "plots",
            "规划地块：各文件的分类标准不一致，且没有可用的基数转换表，请为每个文件选择分类标准，或分别导入。",
        ),
    ],
)
def test_what_cannot_be_put_together_is_refused(parts: list[Part], kind: str, sentence: str) -> None:
    with pytest.raises(DatasetError) as refused:
        assemble(parts, kind)
    assert str(refused.value) == sentence


CONVERSION, _ = load_conversion()


def test_files_of_several_schemes_become_one_of_2023() -> None:
    old = _raw(4).assign(DLBM=["0601", "0604", "9999", "0601"], DLMC=["工业用地", "仓储用地", "", "公园绿地"])
    fields = {"landuse": "DLBM", "landuse_name": "DLMC"}
    new = _raw(1).assign(DLBM=["0601"], DLMC=["农村道路"])
    parts = [_part(new, fields, "新.shp", scheme=CURRENT), _part(old, fields, "旧.shp", scheme="survey")]
    made = assemble(parts, "plots", conversion=CONVERSION)
    assert made.scheme == CURRENT
    assert made.table["landuse"].fillna("").tolist() == ["0601", "1001", "", "国土调查9999", "1001"]
    assert made.table["landuse_name"].tolist() == ["农村道路", "工业用地", "仓储用地", "", "公园绿地"]
    assert [(one.number, one.column, one.written.to_dict(), one.scheme) for one in made.doubts] == [
        ("K040", "landuse", {2: "0604"}, "国土调查"),
        ("K041", "landuse", {1: "0601→1001", 4: "0601→1001"}, "国土调查"),
    ]
    report = check_all(made.table, "plots", against=Against(made.scheme, doubts=made.doubts))
    found = {one.number: one.finding for one in report.outcomes if one.finding}
    assert found["K040"].sentence == (
        "规划地块的“现状用地代码”：1 行的国土调查代码在用地用海2023 中没有唯一对应的类（例如“0604”），已留空，"
        "请核定后在文件中改为用地用海2023 的代码，并把该文件的分类标准选为用地用海2023。"
    )
    assert (found["K040"].group, found["K040"].rows, found["K041"].rows) == ("should", (2,), (1, 4))
    assert (found["K019"].rows, found["K020"].rows) == ((3,), (4,))


def test_a_file_without_codes_has_no_say_in_the_scheme() -> None:
    parts = [_part(_raw(1, c=["0601"]), {"landuse": "c"}, "甲.shp", scheme="survey"), _part(_raw(), {}, "乙.shp")]
    assert assemble(parts, "plots").scheme == "survey"


def test_a_comma_that_may_be_either_sign_is_told_with_its_rows() -> None:
    parts = [
        _part(
            _raw(3).assign(a=["1,234", "12", "5,678"]),
            {"area_stated_m2": "a"},
            "甲.shp",
            units={"area_stated_m2": "公顷"},
        ),
        _part(_raw(3).assign(a=["1,234", "12", "0,5"]), {"area_stated_m2": "a"}, "乙.shp"),
        _part(_raw(3).assign(a=["1,234", "12", "0.5"]), {"area_stated_m2": "a"}, "丙.shp"),
    ]
    made = assemble(parts, "plots")
    assert [float(value) for value in made.table["area_stated_m2"]] == [
        *(12_340_000, 120_000, 56_780_000, 1.234, 12, 0.5, 1234, 12, 0.5)
    ]
    report = check_all(made.table, "plots", against=Against(made.scheme, doubts=made.doubts))
    (found,) = [one.finding for one in report.outcomes if one.finding and one.number == "K039"]
    assert (found.group, found.rows) == ("should", (0, 2))
    assert found.sentence == (
        "规划地块的“地块面积”：2 行的逗号可能是千分位，也可能是小数点（写法如“1,234”），已按千分位读取，"
        "请核对，是小数的请在文件中改用小数点。"
    )


@settings(deadline=None, max_examples=40)
@given(
    values=st.lists(st.none() | st.text(max_size=5) | st.integers() | st.floats(), min_size=2, max_size=2),
    column=st.sampled_from(DATASETS["plots"].names),
)
def test_any_values_go_through_to_the_checks(values: list[Any], column: str) -> None:
    raw = _raw(2).assign(x=pd.Series(values, dtype=object))
    unit = next(iter(units.choices(DATASETS["plots"].column(column))), "")
    made = assemble([_part(raw, {column: "x"}, units={column: unit} if unit else {})], "plots")
    assert len(made.table) == 2
    check(made.table, "plots", scheme="guide2023")
