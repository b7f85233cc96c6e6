"""What only goes wrong on a bad day: full disks, foreign limits, odd heads."""

import errno
import os
import shutil
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from geodata import processes
from geodata.errors import FileError
from geodata.foreign import archive, child, contents, dbf, reading
from geodata.foreign.encoding import declared_encoding, guess
from geodata.foreign.magic import recognise
from geodata.foreign.model import LIMITS, Choice, Limits
from tests.nasty_gis import changed, drawing, plots, shapefile, written
from tests.nasty_heads import _office
from tests.nasty_zips import archive as zipped


def test_a_workbook_of_before_2007_is_excel(tmp_path: Path) -> None:
    (tmp_path / "旧.xls").write_bytes(_office("Workbook"))
    assert recognise(tmp_path / "旧.xls") == "excel"


def test_a_table_is_recognised_without_its_ending(tmp_path: Path) -> None:
    (tmp_path / "导出.dat").write_text("a,b\n1,2\n3,4\n", "utf-8")
    (tmp_path / "说明.dat").write_text("a, b\nc\n", "utf-8")
    assert recognise(tmp_path / "导出.dat") == "csv"
    assert recognise(tmp_path / "说明.dat") == "other"


def test_an_index_or_an_open_document_is_no_table(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    assert recognise(path.with_suffix(".shx")) == "part"
    assert recognise(zipped(tmp_path / "表.ods", {"mimetype": b"", "content.xml": b""})) == "document"


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError

    path = zipped(tmp_path / "甲.zip", {"a.csv": b"a"})
    told = r"甲\.zip：无法打开，请关闭正在使用它的程序，或核对读取权限后重选。"
    monkeypatch.setattr(zipfile, "ZipFile", refused)
    with pytest.raises(FileError, match=told):
        recognise(path)
    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(FileError, match=told):
        recognise(path)


def test_a_zip_of_a_later_version_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def later(*_: object) -> None:
        raise NotImplementedError

    path = zipped(tmp_path / "甲.zip", {"a.csv": b"a"})
    monkeypatch.setattr(zipfile, "ZipFile", later)
    with pytest.raises(FileError, match=r"甲\.zip：压缩包的版本无法读取，请重新压缩为 \.zip 再选。"):
        recognise(path)


def test_too_little_room_is_said_before_anything_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "甲.zip", {"a.csv": b"a,b"})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(FileError, match=r"甲\.zip：磁盘空间不足，无法解压，请清理磁盘后重试。"):
        archive.unpack(path, tmp_path, LIMITS)


@pytest.mark.parametrize(
    ("number", "what"), [(errno.ENOSPC, "磁盘空间不足"), (errno.EFBIG, "磁盘空间不足"), (errno.EACCES, "无法写入")]
)
def test_a_disk_that_fills_up_is_said(number: int, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(archive, "_copy", full)
    with pytest.raises(FileError, match=rf"甲\.zip：{what}，“a\.csv”无法解压，请清理磁盘后重试。"):
        archive.unpack(zipped(tmp_path / "甲.zip", {"a.csv": b"a,b"}), tmp_path, LIMITS)


def test_no_more_is_unpacked_than_was_declared(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    with (tmp_path / "a").open("rb") as source, (tmp_path / "b").open("wb") as target, pytest.raises(EOFError):
        archive._copy(source, target, 5)


def test_names_in_no_encoding_are_still_names() -> None:
    info = zipfile.ZipInfo("x")
    info.filename = b"\xff\xff.shp".decode("cp437")
    assert archive._name(info).endswith(".shp")


def test_what_is_declared_is_believed_where_nothing_speaks_against_it() -> None:
    assert guess([b"abc"], "GBK") == "GBK"
    assert declared_encoding("CP936\n") == "GBK"
    assert declared_encoding("latin1") is None


def test_a_table_without_rows_has_no_impossible_days(tmp_path: Path) -> None:
    path = shapefile(tmp_path).with_suffix(".dbf")
    assert dbf.impossible_days(path, dbf.layout(path)._replace(rows=0)) == {}
    assert dbf._is_day(b"20210518")
    assert not dbf._is_day(b"20210230")


class _Limits(ModuleType):
    RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_CORE = "memory", "file", "core"

    def __init__(self) -> None:
        self.set: dict[str, tuple[int, int]] = {}

    def getpagesize(self) -> int:
        return 4096

    def setrlimit(self, what: str, bounds: tuple[int, int]) -> None:
        self.set[what] = bounds


def test_the_child_bounds_its_memory_and_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = _Limits()
    monkeypatch.setitem(sys.modules, "resource", limits)
    processes.bound(memory_mb=100, file_mb=10)
    assert limits.set["memory"][0] >= 100 * 2**20
    assert limits.set["file"] == (10 * 2**20,) * 2
    assert limits.set["core"] == (0, 0)


def test_where_the_system_knows_no_limits_reading_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    processes.bound(memory_mb=100, file_mb=10)


def test_an_orphan_removes_its_folder_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = tmp_path / "work"
    ends: list[int] = []
    work.mkdir()
    told = iter([b"x", b""])
    monkeypatch.setattr(os, "read", lambda *_: next(told))
    monkeypatch.setattr(os, "_exit", ends.append)
    processes._end(work)
    assert (ends, work.exists()) == ([3], False)


def _notes(path: Path, work: Path) -> list[str]:
    work.mkdir()
    return [str(note) for note in contents.read(path, work, Choice(), LIMITS)[1]]


def test_as_many_shapes_as_rows_or_it_is_said(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    head = bytearray(path.with_suffix(".dbf").read_bytes())
    head[4] = 3
    path.with_suffix(".dbf").write_bytes(head)
    told = r"地块\.shp：图形 4 个、属性 3 行，数目不一致，不是同一次导出的文件，请向提供单位索取完整文件。"
    with pytest.raises(FileError, match=told):
        contents.read(path, tmp_path, Choice(), LIMITS)


def test_rows_marked_as_deleted_are_gone(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    table = dbf.layout(path.with_suffix(".dbf"))
    changed(path.with_suffix(".dbf"), table.start + table.width, b"*")
    assert contents.read(path, tmp_path, Choice(), LIMITS)[0]["地块编号"].tolist() == ["A0", "A2", "A3"]


def test_text_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    raw = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(raw.replace("工业用地".encode("gbk"), b"\xff\xff\xff\xff\xff\xff\xff\xff", 1))
    told = "地块.shp：“用途”等 1 列中有无法识别的文字（显示为 �），请改选编码，或在原软件中重新导出。"
    assert told in _notes(path, tmp_path / "work")


def test_the_tables_of_qgis_are_no_layers(tmp_path: Path) -> None:
    path = written(tmp_path / "库.gpkg", plots(), layer="地块")
    written(path, plots().drop(columns="geometry"), layer="layer_styles", append=True)
    assert [one.name for one in contents.inspect(path, tmp_path, Choice(), LIMITS).layers] == ["地块"]


def test_a_geodatabase_without_its_folder_is_still_one(tmp_path: Path) -> None:
    written(tmp_path / "库" / "成果.gdb", plots(), driver="OpenFileGDB", layer="地块")
    files = {path.name: path.read_bytes() for path in (tmp_path / "库" / "成果.gdb").iterdir()}
    found = contents.inspect(zipped(tmp_path / "成果.zip", files), tmp_path, Choice(), LIMITS)
    assert [(one.name, one.rows, one.format) for one in found.layers] == [("地块", 4, "gdb")]


def test_a_kind_a_drawing_lacks_is_said(tmp_path: Path) -> None:
    (tmp_path / "图.dxf").write_bytes(drawing("R", "ascii", "ANSI_936"))
    with pytest.raises(FileError, match=r"图\.dxf：没有图层“点”，请重新选择图层。"):
        contents.read(tmp_path / "图.dxf", tmp_path, Choice("点"), LIMITS)


def test_a_drawing_beside_data_is_said_and_left_aside(tmp_path: Path) -> None:
    files = {"总图.dwg": b"AC1032" + bytes(60), "点.csv": b"a,b\n1,2\n", "空.csv": b""}
    (tmp_path / "work").mkdir()
    found = contents.inspect(zipped(tmp_path / "包.zip", files), tmp_path / "work", Choice(), LIMITS)
    assert [note.where for note in found.notes][:2] == ["总图.dwg", "空.csv"]
    assert [one.name for one in found.layers] == ["点"]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(rows=1), "有 4 个要素，超过 1 个要素的上限"),
        (Limits(columns=1), "有 2 列，超过 1 列的上限"),
    ],
)
def test_limits_hold_for_tables_too(limits: Limits, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "点.csv").write_text("a,b\n1,2\n3,4\n5,6\n", "utf-8")
    with pytest.raises(FileError, match=sentence):
        contents.read(tmp_path / "点.csv", tmp_path, Choice(), limits)


def test_a_file_larger_than_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    (tmp_path / "大.csv").write_bytes(b"a,b\n" * 600_000)
    with pytest.raises(FileError, match=r"大\.csv：文件有 2 MB，超过 1 MB 的上限，请分成几个文件。"):
        reading.inspect(tmp_path / "大.csv", limits=Limits(unpacked_mb=1))


@pytest.mark.parametrize(
    ("number", "what"), [(errno.ENOSPC, "磁盘空间不足"), (errno.EACCES, "文件不能读取，或临时文件夹不能写入")]
)
def test_a_disk_that_refuses_in_the_child_is_said(
    number: int, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(number, "")

    monkeypatch.setattr(contents, "inspect", refused)
    request = {**reading._request("inspect", tmp_path / "甲.csv"), "limits": {}}
    told = f"甲.csv：{what}，请关闭正在使用它的程序，或清理磁盘后重试。"
    assert str(FileError(*child.answer(request, tmp_path)["error"])) == told


def test_a_temporary_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "点.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(FileError, match=r"点\.csv：临时文件夹不能写入，或磁盘已满，请清理磁盘后重试。"):
        reading.inspect(tmp_path / "点.csv", limits=Limits(folder=tmp_path / "没有"))
