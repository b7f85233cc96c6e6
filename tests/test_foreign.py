"""Real buildings turned into every format, encoding and system are read back equal."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geodata import crs, processes
from geodata.config import ROOT
from geodata.crs_recognition import candidates, to_metric
from geodata.errors import FileError
from geodata.foreign import child, contents, process, reading, sheets, transport, vector
from geodata.foreign.archive import safe_name
from geodata.foreign.model import LIMITS, Choice, Inspection, Limits
from tests import real
from tests.foreign_files import WRITERS, Write, csv, shapefile, written, zipped
from tests.nasty_gis import plots
from tests.real import assert_same_attributes, assert_same_places, in_the_zone, malta, without_holes

WITHOUT_ATTRIBUTES = ("drawing",)


@pytest.fixture(scope="module")
def bubenec() -> gpd.GeoDataFrame:
    """144 buildings of Prague."""
    return real.bubenec("buildings")


FIRST = Choice()


def _read(path: Path, work: Path, choice: Choice = FIRST) -> pd.DataFrame:
    work.mkdir(exist_ok=True)
    return contents.read(path, work, choice, LIMITS)[0]


def _inspect(path: Path, work: Path) -> Inspection:
    work.mkdir(exist_ok=True)
    return contents.inspect(path, work, Choice(), LIMITS)


@pytest.mark.parametrize("system", crs.SYSTEMS)
@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_every_format_in_every_system_is_read_back_equal(
    write: Write, system: str, bubenec: gpd.GeoDataFrame, tmp_path: Path
) -> None:
    expected = without_holes(bubenec) if write.__name__ == "drawing" else bubenec
    table = _read(write(tmp_path, expected.to_crs(crs.SYSTEMS[system].code)), tmp_path / "work")
    assert_same_places(to_metric(table, candidates(table)[0]), expected)
    if write.__name__ in WITHOUT_ATTRIBUTES:
        assert set(table["图层"]) == set(bubenec["用途"])
    else:
        assert_same_attributes(table, bubenec)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_looking_into_a_file_tells_what_reading_gives(write: Write, bubenec: gpd.GeoDataFrame, tmp_path: Path) -> None:
    expected = without_holes(bubenec) if write.__name__ == "drawing" else bubenec
    path = write(tmp_path, expected)
    found = _inspect(path, tmp_path / "looked")
    table = _read(path, tmp_path / "work", Choice(layer=found.layers[0].name))
    assert len(found.layers) == 1
    assert found.layers[0].rows == len(table) == len(expected)
    assert found.layers[0].kinds == ("面",)
    assert [*found.layers[0].headings, "geometry"] == list(table.columns)
    assert (found.layers[0].crs is None) == (table.crs is None)


@pytest.mark.parametrize("layer", ["buildings", "green", "streets"])
def test_malta_is_read_back_equal_as_shapefile_and_geopackage(layer: str, tmp_path: Path) -> None:
    table = in_the_zone(gpd.read_file(malta(), layer=layer, rows=2000))
    for write in (WRITERS["shapefile_gbk_unsaid"], WRITERS["geopackage"]):
        found = _read(write(tmp_path, table.to_crs(crs.SYSTEMS["gk3_zone41"].code)), tmp_path / "work")
        assert_same_places(to_metric(found, candidates(found)[0]), table)
        assert_same_attributes(found, table)


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
def test_maltas_parks_survive_every_format(write: Write, tmp_path: Path) -> None:
    table = in_the_zone(gpd.read_file(malta(), layer="green", rows=400).explode(index_parts=False))
    table = without_holes(table) if write.__name__ == "drawing" else table
    found = _read(write(tmp_path, table), tmp_path / "work")
    assert_same_places(to_metric(found, candidates(found)[0]), table)


def test_a_folder_holds_several_files_each_under_its_name(bubenec: gpd.GeoDataFrame, tmp_path: Path) -> None:
    shapefile(tmp_path / "东", bubenec, "GBK")
    shapefile(tmp_path / "西", bubenec.head(3), "UTF-8")
    written(tmp_path / "库.gpkg", bubenec.head(2), layer="楼")
    found = _inspect(tmp_path, tmp_path.parent / f"{tmp_path.name}-looked")
    assert found.format == "Shapefile、GeoPackage"
    assert [(one.name, one.rows) for one in found.layers] == [
        ("东/地块.shp", 144),
        ("库.gpkg / 楼", 2),
        ("西/地块.shp", 3),
    ]
    for one in found.layers:
        assert len(_read(tmp_path, tmp_path.parent / f"{tmp_path.name}-work", Choice(layer=one.name))) == one.rows


@pytest.mark.parametrize("layer", ["不存在", "库.gpkg / 不存在"])
def test_a_layer_that_is_not_there_is_said(layer: str, tmp_path: Path) -> None:
    written(tmp_path / "库.gpkg", plots(), layer="楼")
    written(tmp_path / "又.gpkg", plots(), layer="楼")
    with pytest.raises(FileError, match=r"没有图层“.*不存在”，请重新选择图层"):
        _read(tmp_path, tmp_path / "work", Choice(layer=layer))


def test_a_nested_zip_beside_data_is_said_and_left_aside(tmp_path: Path) -> None:
    (tmp_path / "包").mkdir()
    csv(tmp_path / "包", plots())
    zipped(tmp_path / "包" / "里层.zip", tmp_path / "包")
    found = _inspect(zipped(tmp_path / "外.zip", tmp_path / "包"), tmp_path / "looked")
    assert "外.zip：里面还有压缩包（里层.zip），没有读取，需要时请先解压，再单独选择。" in [
        str(one) for one in found.notes
    ]
    assert [one.rows for one in found.layers] == [4]


def test_files_of_one_name_in_two_folders_of_a_zip_stay_apart(tmp_path: Path) -> None:
    for name, count in (("东", 2), ("西", 4)):
        (tmp_path / "包" / name).mkdir(parents=True)
        csv(tmp_path / "包" / name, plots(count))
        written(tmp_path / "包" / name / "图.gpkg", plots(count)).rename(tmp_path / "包" / name / "图.geojson")
    found = _inspect(zipped(tmp_path / "外.zip", tmp_path / "包"), tmp_path / "looked")
    assert {one.name: one.rows for one in found.layers} == {
        "东/图.geojson / 图": 2,
        "东/地块.csv": 2,
        "西/图.geojson / 图": 4,
        "西/地块.csv": 4,
    }


def test_any_part_of_a_shapefile_stands_for_the_whole(tmp_path: Path) -> None:
    path = shapefile(tmp_path, plots(), "GBK")
    assert len(_read(path.with_suffix(".dbf"), tmp_path / "work")) == 4


def test_parts_named_in_another_case_belong_together(tmp_path: Path) -> None:
    path = shapefile(tmp_path, plots(), "GBK")
    path.with_suffix(".dbf").rename(tmp_path / "地块.DbF")
    table = _read(path.rename(tmp_path / "地块.SHP"), tmp_path / "work")
    assert table["用途"].tolist() == ["工业用地", "居住用地"] * 2


def test_texts_cut_off_within_a_character_lose_only_that(tmp_path: Path) -> None:
    path = shapefile(tmp_path, plots(规划用地性质代码=["甲" * 60] * 4), "UTF-8")
    table = _read(path, tmp_path / "work")
    assert list(table.columns) == ["地块编", "用途", "规划用", "geometry"]
    assert table["规划用"].tolist() == ["甲" * 60] * 4


def test_the_person_may_know_the_encoding_better(tmp_path: Path) -> None:
    path = shapefile(tmp_path, plots(), "GBK")
    table = _read(path, tmp_path / "work", Choice(encoding="UTF-8"))
    assert "�" in table.columns[1]


@pytest.mark.parametrize(
    ("name", "safe"),
    [("con.shp", "_con.shp"), ("a/../b", "a/b"), ("x" * 200 + ".shp", "x" * 110 + "xxxxxx.shp"), ("a\tb. ", "a_b")],
)
def test_names_are_made_safe_for_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_reading_in_a_process_gives_the_same_and_leaves_nothing(
    bubenec: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    path = shapefile(tmp_path / "数据", bubenec, "GBK")
    found = reading.inspect(path)
    table, notes = reading.read(path, found.layers[0].name)
    assert found == _inspect(path, tmp_path / "looked")
    pd.testing.assert_frame_equal(table, _read(path, tmp_path / "work"))
    assert (table.crs, notes, list(temporary.iterdir())) == (bubenec.crs, (), [])


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(seconds=0), "地块.gpkg：0 秒内没有读完，请分成几个文件。"),
        (Limits(cancelled=lambda: True), "地块.gpkg：读取已取消，需要时请重新选择。"),
        (Limits(rows=3), "地块.gpkg：有 4 个要素，超过 3 个要素的上限，请分成几个文件，或只保留需要的部分。"),
    ],
)
def test_a_limit_ends_the_reading_with_a_sentence(limits: Limits, sentence: str, tmp_path: Path) -> None:
    path = written(tmp_path / "地块.gpkg", plots())
    with pytest.raises(FileError) as caught:
        reading.read(path, limits=limits)
    assert str(caught.value) == sentence


Said = list[tuple[float, str]]


def _telling(told: Said) -> Limits:
    return Limits(progress=lambda share, said: told.append((round(share, 3), said)))


def test_a_reading_tells_how_many_features_of_all_it_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "_BATCH", 1)
    told: Said = []
    (tmp_path / "work").mkdir()
    contents.read(written(tmp_path / "地块.gpkg", plots()), tmp_path / "work", Choice(), _telling(told))
    features = [(0.1 + 0.125 * count, f"已读 {count} / 4 个要素") for count in (1, 2, 3, 4)]
    assert told == [(0.1, "打开"), *features, (0.6, "核对图形"), (0.7, "整理各列")]


def test_a_csv_tells_how_many_bytes_of_all_it_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_CHUNK", 2)
    told: Said = []
    path = csv(tmp_path, plots())
    size = path.stat().st_size
    (tmp_path / "work").mkdir()
    assert len(contents.read(path, tmp_path / "work", Choice(), _telling(told))[0]) == 4
    assert told.count((0.6, f"已读 {size:,} / {size:,} 字节")) == 3


def test_what_the_process_tells_comes_to_whoever_asked(tmp_path: Path) -> None:
    told: Said = []
    reading.read(written(tmp_path / "地块.gpkg", plots()), limits=_telling(told))
    assert told == [(0.1, "打开"), (0.6, "已读 4 / 4 个要素"), (0.6, "核对图形"), (0.7, "整理各列")]


def test_a_reading_ends_as_soon_as_it_has_told_something_and_nobody_wants_it(tmp_path: Path) -> None:
    told: Said = []
    limits = Limits(progress=lambda share, said: told.append((share, said)), cancelled=lambda: bool(told))
    with pytest.raises(FileError, match=r"地块\.gpkg：读取已取消，需要时请重新选择。"):
        reading.read(written(tmp_path / "地块.gpkg", plots()), limits=limits)
    assert told[0] == (0.1, "打开")


@pytest.mark.parametrize(
    "moments",
    [
        ["2021-05-18 01:02:03.250", "2022-01-01 00:00:00", None, "1999-12-31 23:59:59"],
        ["2021-05-18 01:02:03+08:00", None, "2022-01-01 00:00:00+08:00", "2022-01-01 00:00:00+08:00"],
        ["2021-05-18 01:02:03+08:00", None, "2022-01-01 00:00:00+01:00", "2022-01-01 00:00:00+00:00"],
        [None] * 4,
    ],
    ids=["no zone", "one zone", "several zones", "none"],
)
def test_days_with_their_time_are_read_as_pyogrio_reads_them(moments: list[str | None], tmp_path: Path) -> None:
    column = [None if one is None else pd.Timestamp(one).to_pydatetime() for one in moments]
    path = written(tmp_path / "地块.gpkg", plots(时刻=pd.Series(column, dtype=object), 日期=[dt.date(2021, 5, 18)] * 4))
    expected = pyogrio.read_dataframe(path, use_arrow=True)
    pd.testing.assert_frame_equal(_read(path, tmp_path / "work"), expected)


def test_too_little_memory_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(contents, "read", starved)
    request = {**reading._request("read", tmp_path / "地块.gpkg"), "limits": {"memory_mb": 1}}
    told = "地块.gpkg：读取时超过 1 MB 的内存上限，请分成几个文件。"
    assert str(FileError(*child.answer(request, tmp_path)["error"])) == told


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes hold the child up")
def test_the_child_ends_with_its_parent_and_takes_the_folder_along(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    os.mkfifo(work / "request.json")
    command = [sys.executable, "-m", "geodata.foreign.child"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as child_process:
        assert child_process.stdin is not None
        child_process.stdin.write(f"{work}\n".encode())
        child_process.stdin.flush()
        with (work / "request.json").open("w"):  # opens when the child has begun to read, and keeps it reading
            child_process.stdin.close()
            assert child_process.wait(120) == 3
    assert not work.exists()


def test_gdal_may_use_only_drivers_that_follow_no_references() -> None:
    skipped = process._surroundings()["GDAL_SKIP"].split(",")
    assert {"OGR_VRT", "HTTP", "WFS", "CSV"} <= set(skipped)
    assert not {"GPKG", "ESRI Shapefile", "DXF"} & set(skipped)


def test_columns_of_several_types_travel_as_text(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": pd.Series([1, "x", None], dtype=object)})
    transport.write(table, tmp_path / "t.arrow")
    assert transport.read(tmp_path / "t.arrow")["a"].tolist()[:2] == ["1", "x"]


def test_the_child_answers_a_request_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = csv(tmp_path, plots())
    limits = {"seconds": 9, "memory_mb": 9, "unpacked_mb": 9, "members": 9, "ratio": 9, "rows": 9, "columns": 99}
    monkeypatch.setattr(processes, "bound", lambda **_: None)
    monkeypatch.setattr(processes, "awaited", lambda: tmp_path)
    for do in ("inspect", "read"):
        request = {**reading._request(do, path), "limits": limits}
        (tmp_path / "request.json").write_text(json.dumps(request), "utf-8")
        child.main()
        assert "result" in json.loads((tmp_path / "answer.json").read_text("utf-8"))
    assert len(transport.read(tmp_path / "table.arrow")) == 4
