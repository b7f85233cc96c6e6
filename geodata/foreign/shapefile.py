"""Shapefiles: the set of files is made whole, headers are compared with sizes, the encoding is found."""

import shutil
from dataclasses import replace
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from geodata.errors import FileError
from geodata.foreign import dbf
from geodata.foreign.encoding import declared_encoding, decode, disagreement, guess
from geodata.foreign.model import CODECS, Notes, Task
from geodata.foreign.staging import Staged, room, shorter

Parts = dict[str, Path]

_HEADER = 100
_SURFACES = 31
_SHAPE_TYPES = {0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28}
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def staged(task: Task) -> Staged:
    """A set GDAL can open: named alike, with an index, in a known encoding, without impossible days.

    Raises
    ------
    FileError
    """
    parts = _parts(task.path)
    _check_shapes(task)
    notes = (*_missing(task, parts), *_nonsense(task, parts))
    if ".dbf" not in parts:
        return _staged(task, parts, task.choice.encoding or "UTF-8", {}, notes)
    table = dbf.layout(parts[".dbf"])
    if table.size > (size := parts[".dbf"].stat().st_size):
        raise shorter(Path(task.file).with_suffix(".dbf").as_posix(), table.size, size)
    _refuse_uneven(task, parts, table)
    encoding, more = _encoding(task, parts, table)
    days = dbf.impossible_days(parts[".dbf"], table)
    whole = _staged(task, parts, encoding, days, (*notes, *more, *_day_notes(task, encoding, days)))
    return replace(whole, deleted=dbf.deleted(parts[".dbf"], table))


def _staged(task: Task, parts: Parts, encoding: str, days: dict[bytes, list[int]], notes: Notes) -> Staged:
    index = parts.get(".shx")
    beside = _parts(task.path).keys() == parts.keys() and _alike(task.path, parts)
    whole = beside and index is not None and index.stat().st_size >= _HEADER and not days
    path = task.path if whole else _copied(task, parts, days)
    options = {} if whole else {"SHAPE_RESTORE_SHX": "YES"}
    return Staged(path, encoding, raw=True, options=options, single=Path(task.file).stem, notes=notes)


def _parts(path: Path) -> Parts:
    """Files of a set by their ending in lower case, whatever the case of their names."""
    stem = path.stem.lower()
    found = {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem.lower() == stem}
    return {ending: found[ending] for ending in _PARTS if ending in found} | {".shp": path}


def _alike(path: Path, parts: Parts) -> bool:
    """Whether GDAL finds the parts beside the .shp."""
    return all(part.name in (path.stem + ending, path.stem + ending.upper()) for ending, part in parts.items())


def _copied(task: Task, parts: Parts, days: dict[bytes, list[int]]) -> Path:
    target = room(task) / "staged.shp"
    for ending, part in parts.items():
        if ending == ".dbf" and days:
            dbf.without_days(part, dbf.layout(part), days, target.with_suffix(ending))
        elif ending != ".shx" or part.stat().st_size >= _HEADER:
            shutil.copyfile(part, target.with_suffix(ending))
    return target


def _check_shapes(task: Task) -> None:
    with task.path.open("rb") as file:
        head = file.read(_HEADER)
    size = task.path.stat().st_size
    if len(head) < _HEADER:
        raise shorter(task.file, _HEADER, size)
    said, kind = 2 * int.from_bytes(head[24:28], "big"), int.from_bytes(head[32:36], "little")
    if said > size:
        raise shorter(task.file, said, size)
    if kind == _SURFACES:
        raise FileError(task.file, "是三维多面体（MultiPatch）", "请在 ArcGIS 中用“多面体轮廓”转换为面后再选")
    if kind not in _SHAPE_TYPES:
        raise FileError(task.file, f"图形类型 {kind} 不认识，文件可能已损坏", "请在原软件中重新导出")


def _missing(task: Task, parts: Parts) -> Notes:
    words = {
        ".dbf": ("没有属性", "只读入图形，请向提供单位索取完整文件"),
        ".shx": ("已重建索引", "请核对要素数，最好向提供单位索取完整文件"),
        ".prj": ("没有声明坐标系", "请在“坐标系”一步核对识别的坐标系"),
    }
    return tuple(
        FileError(task.file, f"缺少 {ending} 文件，{what}", remedy)
        for ending, (what, remedy) in words.items()
        if ending not in parts
    )


def _refuse_uneven(task: Task, parts: Parts, table: dbf.Dbf) -> None:
    """GDAL would read as many features as there are of the fewer, or lose attributes."""
    shapes = (parts[".shx"].stat().st_size - _HEADER) // 8 if ".shx" in parts else table.rows
    if shapes in (table.rows, -1):
        return
    what = f"图形 {max(0, shapes)} 个、属性 {table.rows} 行，数目不一致，不是同一次导出的文件"
    raise FileError(task.file, what, "请向提供单位索取完整文件")


def _nonsense(task: Task, parts: Parts) -> Notes:
    """Leave a .prj aside that says nothing."""
    if ".prj" not in parts:
        return ()
    try:
        CRS.from_wkt(parts[".prj"].read_text("utf-8", "replace"))
    except CRSError:
        del parts[".prj"]
        return (FileError(task.file, "坐标系声明（.prj）无法识别", "请在“坐标系”一步核对识别的坐标系"),)
    return ()


def _encoding(task: Task, parts: Parts, table: dbf.Dbf) -> tuple[str, Notes]:
    if task.choice.encoding:
        return task.choice.encoding, ()
    declared = "GBK" if table.gbk else None
    if ".cpg" in parts:
        with parts[".cpg"].open("rb") as file:
            declared = declared_encoding(file.read(100).decode("latin-1"))
    found = guess(dbf.texts(parts[".dbf"], table), declared)
    return found, disagreement(task.file, declared, found)


def _day_notes(task: Task, encoding: str, days: dict[bytes, list[int]]) -> Notes:
    return tuple(
        impossible_days(task.file, decode(name, CODECS[encoding]), len(rows), rows[0]) for name, rows in days.items()
    )


def impossible_days(where: str, column: str, count: int, first: int) -> FileError:
    """Say that days of a column do not exist."""
    what = f"“{column}”列有 {count} 行的日期不存在（第一处在第 {first + 1} 行）"
    return FileError(where, what, "已按缺失读取，请在原软件中改正")
