"""What is written is read back: the same rows, text as text, and a note that says what they are."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl  # ships no types
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

from geodata import browse, crs, writers
from geodata.browse import Filter
from geodata.land import Land

NOTE = {"来源": "测试", "说明": "<b>=1+1</b>"}
HOSTILE = "=HYPERLINK(1)"


@pytest.fixture
def table() -> gpd.GeoDataFrame:
    """Make a point, an area and a row without a place."""
    shapes = [Point(121.519, 38.859), box(121.4, 38.8, 121.5, 38.9), None]
    rows = {"id": ["P1", "P2", "P3"], "名称": [HOSTILE, "@乙", None], "数": [1.5, 2.0, float("nan")]}
    return crs.metres(gpd.GeoDataFrame(rows, geometry=shapes, crs=crs.FILE))


def test_geojson_holds_the_rows_in_degrees_and_the_note(table: gpd.GeoDataFrame) -> None:
    document = json.loads(writers.to_geojson(table, NOTE))
    assert document["metadata"] == NOTE
    assert [feature["properties"]["id"] for feature in document["features"]] == ["P1", "P2", "P3"]
    assert document["features"][0]["geometry"]["coordinates"] == [121.519, 38.859]
    assert document["features"][2]["geometry"] is None


def test_geojson_has_no_numbers_that_json_does_not_know(table: gpd.GeoDataFrame) -> None:
    assert b"NaN" not in writers.to_geojson(table, NOTE)


def test_a_geopackage_holds_the_rows_in_cgcs2000_and_the_note(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(writers.to_gpkg(table, NOTE))
    back = gpd.read_file(path, layer="数据")
    assert list(back["id"]) == ["P1", "P2", "P3"]
    assert back.crs == crs.FILE
    assert back.geometry.iloc[1].symmetric_difference(box(121.4, 38.8, 121.5, 38.9)).area < 1e-9
    assert pyogrio.read_info(path, layer="数据")["layer_metadata"]["来源"] == "测试"


def _sheets(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return {name: book.read(name).decode() for name in book.namelist() if name.endswith(".xml")}


def test_a_workbook_writes_text_as_text_and_never_as_a_formula(table: gpd.GeoDataFrame) -> None:
    parts = _sheets(writers.to_excel(table, NOTE))
    assert "<f>" not in parts["xl/worksheets/sheet1.xml"] + parts["xl/worksheets/sheet2.xml"]
    assert HOSTILE in parts["xl/sharedStrings.xml"]
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in parts["xl/sharedStrings.xml"]


def test_a_workbook_has_a_sheet_of_rows_and_one_of_explanation(table: gpd.GeoDataFrame) -> None:
    parts = _sheets(writers.to_excel(table, NOTE))
    assert 'name="数据"' in parts["xl/workbook.xml"]
    assert 'name="说明"' in parts["xl/workbook.xml"]
    assert "geometry" not in parts["xl/sharedStrings.xml"]
    assert parts["xl/worksheets/sheet1.xml"].count("<row ") == 4


def test_numbers_are_numbers_and_what_is_missing_is_empty(table: gpd.GeoDataFrame) -> None:
    sheet = _sheets(writers.to_excel(table, NOTE))["xl/worksheets/sheet1.xml"]
    assert '<c r="C2"><v>1.5</v></c>' in sheet
    assert 'r="C4"' not in sheet
    assert 'r="B4"' not in sheet


def test_a_table_without_rows_is_a_workbook_too(table: gpd.GeoDataFrame) -> None:
    assert _sheets(writers.to_excel(pd.DataFrame(table.iloc[:0]), NOTE))["xl/worksheets/sheet1.xml"].count("<row ") == 1


@pytest.mark.parametrize("label", writers.FORMATS)
def test_every_format_writes_something(table: gpd.GeoDataFrame, label: str) -> None:
    ending, media_type, write = writers.FORMATS[label]
    assert "/" in media_type
    assert ending.isalnum()
    assert len(write(table, NOTE)) > 100


# what the list exports, read back with the libraries others read it with

FILTERS = {
    "all": Filter(),
    "unit": Filter(unit="Z004"),
    "unplaced": Filter(unit="Z003", kind="project"),
    "one": Filter(q="I001"),
    "none": Filter(role="zone"),
}


@pytest.fixture(params=FILTERS)
def rows(request: pytest.FixtureRequest, real: Land) -> gpd.GeoDataFrame:
    """Make the table a filter exports."""
    return browse.table(real, browse.filtered(real, FILTERS[request.param]))


def _opened(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def _lines(sheet: Any) -> list[list[Any]]:
    return [list(line) for line in sheet.iter_rows(values_only=True)]


def _plain(table: pd.DataFrame) -> list[list[Any]]:
    """Give the cells as a file holds them: nothing where there is nothing, text and numbers else."""
    columns = [column for column in table.columns if column != "geometry"]
    return [
        [None if pd.isna(value) or value == "" else value for value in row]
        for row in table[columns].astype(object).to_numpy().tolist()
    ]


def _same_places(back: gpd.GeoDataFrame, rows: gpd.GeoDataFrame) -> None:
    ours = crs.degrees(rows).geometry
    for mine, theirs in zip(ours, back.geometry, strict=True):
        assert (mine is None) == (theirs is None)
        assert mine is None or mine.hausdorff_distance(theirs) < 2e-5


def test_the_exported_workbook_has_the_same_rows(rows: gpd.GeoDataFrame) -> None:
    head, *lines = _lines(_opened(writers.to_excel(rows, NOTE))["数据"])
    assert head == [column for column in rows.columns if column != "geometry"]
    assert [[value or None for value in line] for line in lines] == _plain(rows)


def test_the_exported_workbook_explains_itself(rows: gpd.GeoDataFrame) -> None:
    book = _opened(writers.to_excel(rows, NOTE))
    assert book.sheetnames == ["数据", "说明"]
    assert _lines(book["说明"]) == [["项目", "内容"], ["来源", "测试"], ["说明", "<b>=1+1</b>"]]


def test_the_exported_geojson_has_the_same_rows_and_places(rows: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(writers.to_geojson(rows, NOTE))
    document = json.loads(path.read_text("utf-8"))
    assert document["metadata"] == NOTE
    assert [feature["properties"]["编号"] for feature in document["features"]] == list(rows.index)
    if not len(rows):
        return
    back = gpd.read_file(path)
    assert [column for column in back.columns if column != "geometry"] == list(rows.columns[:-1])
    assert _plain(back) == _plain(rows)
    _same_places(back, rows)


def test_the_exported_geopackage_has_the_same_rows_and_places(rows: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(writers.to_gpkg(rows, NOTE))
    back = gpd.read_file(path, layer="数据")
    assert back.crs == crs.FILE
    assert list(back["编号"]) == list(rows.index)
    assert [column for column in back.columns if column != "geometry"] == list(rows.columns[:-1])
    assert _plain(back) == _plain(rows)
    _same_places(back, rows)
    assert pyogrio.read_info(path, layer="数据")["layer_metadata"]["说明"] == NOTE["说明"]


def test_a_geopackage_keeps_numbers_as_numbers(real: Land, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(writers.to_gpkg(browse.table(real, browse.filtered(real, Filter())), NOTE))
    assert gpd.read_file(path)["定位精度（米）"].dtype == float


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\n=", " =", "＝"])
def test_a_cell_that_begins_like_a_formula_is_a_string(table: gpd.GeoDataFrame, sign: str) -> None:
    text = f"{sign}cmd|' /C calc'!A0"
    book = _opened(writers.to_excel(table.assign(名称=text, **{f"{sign}SUM(A1)": text}), {f"{sign}1": text}))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell for cell in cells if cell.data_type == "n" and not isinstance(cell.value, int | float)] == []
    assert [cell.value for cell in cells].count(text) == 7


@pytest.mark.parametrize(
    "text", ["https://a.b", "mailto:x", "internal:A1", "external:c:\\x.xlsx", "{=A1}", "12", "#N/A"]
)
def test_a_cell_that_looks_like_something_else_is_a_string(table: gpd.GeoDataFrame, text: str) -> None:
    sheet = _opened(writers.to_excel(table.assign(名称=text), NOTE))["数据"]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in sheet["B"][1:]] == [(text, "s", None)] * 3
