"""A derived file is named by its content, written once, and never half."""

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import geopandas as gpd
import pytest
from shapely import LineString, Point
from shapely.geometry import shape

from geodata import crs, drawn, parquet
from geodata.errors import StoreError
from layers import server
from layers.publish import collection, publish, publish_text
from tests.plots import plots


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


def test_two_may_write_the_same_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both, write = Barrier(2, timeout=10), Path.write_text

    def write_and_wait(path: Path, text: str, encoding: str) -> None:
        write(path, text, encoding)
        both.wait()

    monkeypatch.setattr(Path, "write_text", write_and_wait)
    with ThreadPoolExecutor(2) as pool:
        names = list(pool.map(lambda _: publish_text("{}", tmp_path, "json"), range(2)))
    assert [path.name for path in tmp_path.iterdir()] == names[:1]


def test_a_full_disk_is_said_and_leaves_nothing(
    table: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(StoreError, match="所在磁盘已满，请清理磁盘后重试。"):
        publish(table, tmp_path)
    assert list(tmp_path.iterdir()) == []


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


def test_a_drawn_table_is_written_with_its_row_numbers_in_six_decimals() -> None:
    rows, _ = drawn.drawn(plots(2, 1), "plots")
    document = json.loads(collection(rows, found=2))
    assert document["found"] == 2
    told = [feature["properties"] for feature in document["features"]]
    assert told == [
        {"row": 0, "id": "演示地块-000000", "name": "演示地块-000000", "class": "0701"},
        {"row": 1, "id": "演示地块-000001", "name": "演示地块-000001", "class": "0801"},
    ]
    shapes = gpd.GeoSeries([shape(feature["geometry"]) for feature in document["features"]], crs=crs.FILE)
    assert rows.geometry.geom_equals_exact(shapes, 6e-7, align=False).all()
    assert {round(x, 6) == x for feature in shapes for x, _ in feature.exterior.coords} == {True}


def test_a_drawn_table_without_rows_is_an_empty_collection() -> None:
    rows, _ = drawn.drawn(plots(1, 1).iloc[:0], "plots")
    assert json.loads(collection(rows)) == {"type": "FeatureCollection", "features": []}


def test_a_file_names_the_versions_it_shows_something_of(table: gpd.GeoDataFrame, tmp_path: Path) -> None:
    one, two, other = ("ab" * 32, "cd" * 32, "ef" * 32)
    name = publish(table, tmp_path, of=(one, two))
    assert name == f"{publish(table, tmp_path).removesuffix('.geojson')}{one[:16]}{two[:16]}.geojson"
    assert server._DERIVED.fullmatch(name)
    assert parquet.drop_derived(tmp_path, {other}) == ()
    assert parquet.drop_derived(tmp_path, {two}) == (name,)
    assert [path.name for path in tmp_path.iterdir()] == [publish(table, tmp_path)]
