"""Which data files a path stands for: a file, the files of a folder, the files of a zip."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from geodata.errors import FileError
from geodata.foreign.archive import unpack
from geodata.foreign.magic import is_geodatabase, misnamed, recognise, refusal
from geodata.foreign.model import ALL_FORMATS, FORMATS, Limits

_DEEPEST = 6
_SHOWN = 3


class Source(NamedTuple):
    """A data file: key of its format, where it is, what it is called inside its zip or folder."""

    format: str
    path: Path
    file: str


def sources(path: Path, work: Path, limits: Limits) -> tuple[tuple[Source, ...], tuple[FileError, ...]]:
    """Data files a path stands for, and what was left aside.

    Raises
    ------
    FileError
        Where there is none that can be read.
    """
    path = _main_part(path)
    key = recognise(path)
    if key == "archive":
        folder = work / "unpacked"
        folder.mkdir()
        unpack(path, folder, limits)
        found, notes = _inside(folder, path.name)
        return found, (*misnamed(path, key), *notes)
    if key == "folder":
        return _inside(path, path.name)
    if key not in FORMATS:
        raise refusal(path, key)
    return (Source(key, path, path.name),), misnamed(path, key)


def _main_part(path: Path) -> Path:
    """The .shp of a set of which another part was chosen."""
    if path.suffix.lower() in (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx") and path.is_file():
        return next((shp for shp in (path.with_suffix(".shp"), path.with_suffix(".SHP")) if shp.is_file()), path)
    return path


def _inside(folder: Path, where: str) -> tuple[tuple[Source, ...], tuple[FileError, ...]]:
    found, refused, zips, others = [], [], [], []
    for path in _walk(folder, 0):
        name = path.relative_to(folder).as_posix() if path != folder else where
        try:
            key = recognise(path)
        except FileError as error:
            refused.append(error)
            continue
        if key in FORMATS and not _is_remark(path, key):
            found.append(Source(key, path, name))
        elif key == "archive":
            zips.append(name)
        elif key not in ("part", "other", "image", "pdf", "xml", "html", "json", *FORMATS):
            refused.append(refusal(path, key))
        else:
            others.append((key, name))
    if not found:
        raise _nothing(where, refused, zips) or _no_data(where, others)
    return tuple(found), (*refused, *_nested(where, zips))


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    """Files and geodatabases of a folder, sorted; no links, nothing hidden."""
    if is_geodatabase(folder):
        yield folder
        return
    with os.scandir(folder) as entries:
        names = sorted(entry.name for entry in entries if not entry.is_symlink())
    for name in names:
        path = folder / name
        if name.startswith((".", "__MACOSX", "~$")):
            continue
        if not path.is_dir():
            yield path
        elif depth < _DEEPEST:
            yield from _walk(path, depth + 1)


def _is_remark(path: Path, key: str) -> bool:
    """A text that only goes with the data."""
    return key == "csv" and path.suffix.lower() not in (".csv", ".tsv")


def _nothing(where: str, refused: list[FileError], zips: list[str]) -> FileError | None:
    if zips:
        what = f"里面还是压缩包（{'、'.join(zips[:_SHOWN])}）"
        return FileError(where, what, "请先解压一层，再选其中的压缩包")
    if refused:
        return FileError(f"{where} 中的 {refused[0].where}", refused[0].what, refused[0].remedy)
    return None


def _no_data(where: str, others: list[tuple[str, str]]) -> FileError:
    """Say that there is no data: nothing at all, a part of a Shapefile, or files of no use."""
    if not others:
        return FileError(where, "里面没有找到文件（隐藏的和层次过深的不读）", f"请放入 {ALL_FORMATS}")
    if parts := [name for key, name in others if key == "part"]:
        what = f"只有 Shapefile 的一部分（{'、'.join(parts[:_SHOWN])}），缺少 .shp 文件"
        return FileError(where, what, "请把同名的 .shp、.shx、.dbf、.prj 一起放入")
    return FileError(where, "没有可以读取的数据文件", f"请放入 {ALL_FORMATS}")


def _nested(where: str, zips: list[str]) -> tuple[FileError, ...]:
    if not zips:
        return ()
    what = f"里面还有压缩包（{'、'.join(zips[:_SHOWN])}），没有读取"
    return (FileError(where, what, "需要时请先解压，再单独选择"),)
