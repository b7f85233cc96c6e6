"""A derived file is named by its content, written once, and never half."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, Point

from geodata import crs
from layers.publish import publish


@pytest.fixture
def table() -> gpd.GeoDataFrame:
    """Make two things near 七贤岭."""
    shapes = [Point(121.519, 38.859), LineString([(121.5, 38.86), (121.51, 38.87)])]
    return crs.metres(gpd.GeoDataFrame({"id": ["A", "<b>"]}, geometry=shapes, crs=crs.FILE))


def test_the_same_content_has_the_same_name(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert publish(table, tmp_path) == publish(table.copy(), tmp_path / "elsewhere")


def test_other_content_has_another_name(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    assert publish(table, tmp_path) != publish(table.assign(id=["A", "B"]), tmp_path)


def test_a_file_that_is_there_is_not_written_again(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / publish(table, tmp_path)
    path.write_text("untouched", "utf-8")
    publish(table, tmp_path)
    assert path.read_text("utf-8") == "untouched"


def test_no_draft_is_left_over(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    name = publish(table, tmp_path / "new" / "folder")
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == [name]


def test_the_file_is_geojson_in_degrees_of_five_decimals(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    features = json.loads((tmp_path / publish(table, tmp_path)).read_text("utf-8"))["features"]
    assert [feature["properties"]["id"] for feature in features] == ["A", "<b>"]
    assert features[0]["geometry"]["coordinates"] == [121.519, 38.859]
    assert features[1]["geometry"]["coordinates"] == [[121.5, 38.86], [121.51, 38.87]]


def test_rounding_leaves_the_table_alone(table: gpd.GeoDataFrame) -> None:
    before = table.to_wkb()
    shapes = crs.rounded(crs.degrees(table)).geometry
    assert shapes.iloc[0] == Point(121.519, 38.859)
    assert before.equals(table.to_wkb())


def test_an_empty_table_is_an_empty_collection(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    document = json.loads((tmp_path / publish(table.iloc[:0], tmp_path)).read_text("utf-8"))
    assert document["type"] == "FeatureCollection"
    assert document["features"] == []
