"""What is written is read back: the same rows, text as text, and a note that says what they are."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

from geodata import crs, writers

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
