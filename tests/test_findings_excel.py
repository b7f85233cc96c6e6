"""The workbook of findings: every group, every broken rule with its places, nothing that runs."""

import zipfile
from io import BytesIO
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl  # ships no types
import pytest
import shapely
from shapely import Point, Polygon, box

from geodata import crs
from geodata.check_scene import Against
from geodata.checking import check_all
from geodata.clip import clip
from geodata.findings_excel import spots, to_findings_excel

EAST, NORTH = 630_000.0, 4_304_000.0
BOW = Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _table(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    ids = {"id": [f"A{number}" for number in range(1, len(shapes) + 1)], "basis": "测绘成果", "synthetic": True}
    return gpd.GeoDataFrame({**ids, **columns}, geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _book(table: gpd.GeoDataFrame, kind: str = "plots", **options: Any) -> dict[str, list[tuple[Any, ...]]]:
    content = to_findings_excel(check_all(table, kind, **options), {"文件": "=1+1"})
    book = openpyxl.load_workbook(BytesIO(content))
    return {sheet.title: [*sheet.iter_rows(values_only=True)] for sheet in book}


def test_there_is_a_sheet_per_group_and_one_per_broken_rule() -> None:
    book = _book(_table(_at(0, 0, 9, 9), _at(5, 0, 20, 9), far=[99, 1]))
    assert [*book] == ["说明", "必须修改", "建议修改", "通过", "未检查", "K011 超出范围", "K029 图形重叠"]
    assert book["必须修改"][0] == ("规则编号", "规则", "说明", "涉及行数")
    assert book["必须修改"][1][0::3] == ("K011", 1)
    assert book["建议修改"][1][:2] == ("K029", "图形重叠")
    assert ("K027", "图形重复", "规划地块：没有发现“图形重复”。", 0) in book["通过"]
    assert ("检查行数", 2) in book["说明"]
    assert ("必须修改", "1 项") in book["说明"]


def test_places_have_their_rows_area_and_degrees() -> None:
    lines = _book(_table(_at(0, 0, 10, 10), _at(8, 0, 20, 10)))["K029 图形重叠"]
    assert lines[0] == ("序号", "编号", "对象", "面积（平方米）", "经度", "纬度", "附注")
    number, told, where, area, lng, lat, note = lines[1]
    assert (number, told, where, note) == (1, "A1、A2", "规划地块", "")
    assert area == pytest.approx(20, rel=1e-3)
    assert crs.to_metric(lng, lat) == pytest.approx((EAST + 9, NORTH + 5), abs=0.2)


def test_what_was_cut_off_has_a_sheet_in_the_units_people_use() -> None:
    table = _table(_at(0, 0, 100, 100), _at(200, 0, 300, 100), name=["甲", "乙"])
    left, cuts = clip(table, gpd.GeoDataFrame(geometry=[_at(0, 0, 50, 100)], crs=crs.METRIC))
    content = to_findings_excel(check_all(left, "plots"), {}, cuts=cuts)
    heading, *lines = openpyxl.load_workbook(BytesIO(content))["裁剪"].iter_rows(values_only=True)
    assert heading[:7] == ("编号", "名称", "处理", "裁前", "裁后", "裁去", "单位")
    assert [line[:3] for line in lines] == [("A1", "甲", "裁去一部分"), ("A2", "乙", "整个裁去")]
    assert [line[3:7] for line in lines] == [
        (pytest.approx(1.0, abs=0.01), pytest.approx(0.5, abs=0.01), pytest.approx(0.5, abs=0.01), "公顷"),
        (pytest.approx(1.0, abs=0.01), 0, pytest.approx(1.0, abs=0.01), "公顷"),
    ]


def test_rows_are_listed_one_by_one_with_their_column_and_without_a_place_where_there_is_none() -> None:
    book = _book(_table(_at(0, 0, 9, 9), None, _at(9, 0, 20, 9), far=["x", "y", 1], height_m=[1, 2, "z"]))
    lines = book["K008 类型不符"]
    assert [line[1:3] for line in lines[1:]] == [
        ("A1", "规划地块的“现状容积率”"),
        ("A2", "规划地块的“现状容积率”"),
        ("A3", "规划地块的“现状建筑高度”"),
    ]
    assert [line[4] is None for line in lines[1:]] == [False, True, False]


def test_every_row_is_there_not_only_the_first_thousand() -> None:
    shapes = [_at(10 * row, 0, 10 * row + 10, 10) for row in range(1500)]
    assert len(_book(_table(*shapes, far=99))["K011 超出范围"]) == 1501


def test_notes_of_places_are_told() -> None:
    table = _table(_at(0, 0, 50, 50), _at(50, 0, 99, 50), code=["0701", "1001"], scheme="guide2023")
    book = _book(table, "landuse", against=Against(parts=gpd.pd.Series(["西", "东"])))
    assert book["K037 接边处分类不一"][1][6] == "0701、1001"


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "<b>x</b>", "a\x00b", "{=1}"])
def test_what_came_with_the_data_is_text(hostile: str) -> None:
    table = _table(_at(0, 0, 9, 9), _at(5, 0, 20, 9), id=[hostile, "B"])
    content = to_findings_excel(check_all(table, "plots"), {hostile: hostile})
    with zipfile.ZipFile(BytesIO(content)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if "worksheets/" in name]
    assert len(sheets) == 6
    assert not any("<f>" in sheet or "<f " in sheet or "<b>" in sheet for sheet in sheets)


def test_a_place_of_very_many_rows_names_the_first() -> None:
    around = [shapely.affinity.rotate(_at(60, -3, 90, 3), 3 * turn, origin=(EAST, NORTH)) for turn in range(120)]
    ring = shapely.union_all(around) | Point(EAST, NORTH).buffer(95) - Point(EAST, NORTH).buffer(60)
    wedges = [ring & Polygon([(EAST, NORTH), *(_turned(turn + step) for step in (0, 1))]) for turn in range(120)]
    lines = _book(_table(*wedges), "landuse")["K030 图形之间有缝隙"]
    assert [line[1].endswith("等 120 个") for line in lines[1:]] == [True]


def _turned(turn: float) -> tuple[float, float]:
    angle = np.radians(3 * turn)
    return EAST + 500 * np.cos(angle), NORTH + 500 * np.sin(angle)


def test_a_table_without_shapes_has_no_degrees() -> None:
    book = _book(gpd.pd.DataFrame({"id": ["E1", "E1"], "synthetic": True}), "enterprises")
    assert [line[1:] for line in book["K009 编号重复"][1:]] == [("E1", "企业的“编号”", None, None, None, "")] * 2


def test_broken_shapes_have_a_spot_and_nowhere_has_none() -> None:
    with np.errstate(invalid="ignore"):
        nowhere = Polygon([(EAST, NORTH), (np.inf, NORTH), (EAST, NORTH + 9)])
    found = spots(np.array([BOW, nowhere, None, Polygon(), Point(EAST, NORTH)], object))
    assert np.isfinite(found).all(axis=1).tolist() == [True, False, False, False, True]
    assert crs.to_metric(*found[0]) == pytest.approx((EAST + 4.5, NORTH + 4.5), abs=0.01)


def test_no_shapes_have_no_spots() -> None:
    assert spots(np.empty(0, object)).shape == (0, 2)
