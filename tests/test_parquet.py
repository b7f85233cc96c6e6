"""Content files: read back as written, whole under their name or not there, never changed."""

import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from pandas.testing import assert_frame_equal
from shapely import LineString, Point, box

from geodata import crs, parquet
from geodata.errors import DatasetError, StoreError
from geodata.parquet import content_path, read_content, write_content
from tests.killing import CONTEXT
from tests.tables import plots

ABSENT = "0" * 64


@pytest.fixture
def odd() -> gpd.GeoDataFrame:
    """Make a table with all that is easily lost: types, NA, no shape, text that looks like something else."""
    columns = {
        "id": pd.array(["001", "1e5", "甲"], dtype="string"),
        "far": pd.array([1.5, None, 0.0], dtype="Float64"),
        "floors": pd.array([None, 3, 0], dtype="Int64"),
        "public": pd.array([True, None, False], dtype="boolean"),
        "built_on": pd.array(["2020-01-02", None, "1999-12-31"], dtype="datetime64[ms]"),
        "note": pd.Series(["", None, "=1+1"], ["001", "1e5", "甲"], dtype=object),
    }
    shapes = [box(0, 0, 1, 1), None, LineString([(0, 0), (1, 2)])]
    return gpd.GeoDataFrame(columns, index=["001", "1e5", "甲"], geometry=shapes, crs=crs.METRIC)


def test_a_table_is_read_back_as_it_was_written(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = read_content(tmp_path, write_content(odd, tmp_path))
    assert_geodataframe_equal(back, odd)
    assert list(back.dtypes) == list(odd.dtypes)
    assert back.index.dtype == odd.index.dtype
    assert back.crs == crs.METRIC


def test_a_conformed_dataset_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    table = plots(far=[1, None, 3])
    assert_geodataframe_equal(read_content(tmp_path, write_content(table, tmp_path)), table)


def test_a_table_without_shapes_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    table = pd.DataFrame({"name": ["演示企业-001"]}, index=["E1"])
    back = read_content(tmp_path, write_content(table, tmp_path))
    assert_frame_equal(back, table)
    assert not isinstance(back, gpd.GeoDataFrame)


def test_an_empty_table_keeps_its_columns(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    back = read_content(tmp_path, write_content(odd.iloc[:0], tmp_path))
    assert list(back.columns) == list(odd.columns)
    assert back.crs == crs.METRIC


@pytest.mark.parametrize("columns", [["far"], ["note", "far"], ["far", "geometry"], []])
def test_only_the_columns_asked_for_are_read(odd: gpd.GeoDataFrame, tmp_path: Path, columns: list[str]) -> None:
    back = read_content(tmp_path, write_content(odd, tmp_path), columns=columns)
    assert list(back.columns) == columns
    assert list(back.index) == list(odd.index)
    assert isinstance(back, gpd.GeoDataFrame) == ("geometry" in columns)


def test_the_same_table_has_the_same_digest_and_one_file(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    noted = odd.copy()
    noted.attrs["read by"] = "somebody"
    assert write_content(odd, tmp_path) == write_content(noted, tmp_path)
    assert len(list((tmp_path / "datasets").iterdir())) == 1


def test_another_value_another_file(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    digests = {write_content(odd, tmp_path), write_content(odd.assign(far=2.5), tmp_path)}
    assert parquet.kept(tmp_path) == digests
    assert len(digests) == 2


def test_writing_the_same_again_leaves_the_file_alone(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = content_path(tmp_path, write_content(odd, tmp_path))
    before = path.stat()
    write_content(odd, tmp_path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_writing_the_same_again_mends_a_damaged_file(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    digest = write_content(odd, tmp_path)
    content_path(tmp_path, digest).write_bytes(b"")
    assert write_content(odd, tmp_path) == digest
    assert_geodataframe_equal(read_content(tmp_path, digest), odd)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        read_content(tmp_path, ABSENT)
    assert str(caught.value) == ("数据版本文件 00000000….parquet：找不到或无法读取，请从备份恢复，或重新导入该版本。")


@pytest.mark.parametrize("damage", [lambda one: one[:-1], lambda one: bytes([one[0] ^ 1]) + one[1:], lambda _: b""])
def test_a_damaged_file_is_said(odd: gpd.GeoDataFrame, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    digest = write_content(odd, tmp_path)
    path = content_path(tmp_path, digest)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DatasetError) as caught:
        read_content(tmp_path, digest)
    assert str(caught.value) == (
        f"数据版本文件 {digest[:8]}….parquet：内容与写入时不一致，文件已损坏，请从备份恢复，或重新导入该版本。"
    )


@pytest.mark.parametrize("name", ["", "..", "../store", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a digest"):
        content_path(tmp_path, name)


def test_a_column_of_several_types_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    table = pd.DataFrame({"floors": [1, "二"]}, dtype=object)
    with pytest.raises(
        DatasetError, match=r"^写入数据版本：同一列中混有不同类型的取值（.*floors.*），请统一该列的类型。$"
    ):
        write_content(table, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_none_is_said(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    (tmp_path / "datasets").write_text("")
    with pytest.raises(StoreError) as caught:
        write_content(odd, tmp_path)
    assert str(caught.value) == (
        f"文件夹 {tmp_path / 'datasets'}：所在的文件或文件夹打不开，请检查文件夹是否存在、是否有读写权限。"
    )


LIMITS = (1, 4000, 100_000)


def _write_within_limits(folder: Path, wire: Connection) -> None:
    """Write, write more in files that may have so many bytes, write the same without a limit; tell what is there."""
    import resource  # noqa: PLC0415 - not on Windows

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    points = gpd.points_from_xy(np.random.default_rng(1).random(20_000), np.zeros(20_000))
    table = gpd.GeoDataFrame(geometry=points, crs=crs.METRIC)
    wire.send(write_content(table.iloc[:10], folder))
    for limit in LIMITS:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        with pytest.raises(StoreError) as caught:
            write_content(table, folder)
        wire.send((str(caught.value), [path.name for path in (folder / "datasets").iterdir()]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    wire.send(write_content(table, folder))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of a process's files")
def test_a_full_disk_is_said_leaves_nothing_behind_and_works_again(tmp_path: Path) -> None:
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_write_within_limits, args=(tmp_path, theirs))
    process.start()
    theirs.close()
    before = ours.recv()
    said = f"文件夹 {tmp_path / 'datasets'}：写入磁盘失败（磁盘已满或出现故障），请检查磁盘后重试。"
    assert [ours.recv() for _ in LIMITS] == [(said, [f"{before}.parquet"])] * len(LIMITS)
    after = ours.recv()
    process.join()
    assert len(read_content(tmp_path, before)) == 10
    assert len(read_content(tmp_path, after)) == 20_000


def test_what_is_dropped_is_gone_and_the_rest_is_not(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    stays, goes = write_content(odd, tmp_path), write_content(odd.iloc[:1], tmp_path)
    parquet.drop(tmp_path, [goes, ABSENT])
    assert parquet.kept(tmp_path) == {stays}


def test_old_drafts_are_dropped_and_fresh_ones_stay(odd: gpd.GeoDataFrame, tmp_path: Path) -> None:
    digest = write_content(odd, tmp_path)
    draft = tmp_path / "datasets" / "killed.part"
    draft.write_bytes(b"half")
    assert parquet.drop_drafts(tmp_path, before=draft.stat().st_mtime) == ()
    assert parquet.drop_drafts(tmp_path, before=draft.stat().st_mtime + 1) == ("killed.part",)
    assert [path.stem for path in (tmp_path / "datasets").iterdir()] == [digest]


def test_derived_files_of_a_digest_are_dropped_whatever_made_them(tmp_path: Path) -> None:
    made = [tmp_path / "internal" / f"{'a' * 16}.geojson", tmp_path / "public" / f"{'a' * 64}.pmtiles"]
    other = tmp_path / "public" / f"{'b' * 64}.pmtiles"
    for path in (*made, other):
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert sorted(parquet.drop_derived(tmp_path, ["a" * 64])) == sorted(path.name for path in made)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [other]


def test_points_keep_their_last_bit(tmp_path: Path) -> None:
    point = Point(630198.4812345678, 4304031.4598765432)
    table = gpd.GeoDataFrame(geometry=[point], crs=crs.METRIC)
    back = read_content(tmp_path, write_content(table, tmp_path)).geometry.iloc[0]
    assert (back.x, back.y) == (point.x, point.y)
