"""Shapefiles: the set of files is made whole, headers are compared with sizes, the encoding is found."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from geodata.errors import FileError
from geodata.foreign.encoding import declared_encoding, disagreement, guess
from geodata.foreign.model import Notes, Task
from geodata.foreign.staging import Staged, shorter

_HEADER = 100
_FIELD = 32
_LDID = 29
_GBK_DRIVER = 0x4D
_SURFACES = 31
_SHAPE_TYPES = {0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28}
_SAMPLE = 20_000
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def staged(task: Task) -> Staged:
    """A set GDAL can open: named alike, with an index, in a known encoding.

    Raises
    ------
    FileError
    """
    parts = _parts(task.path)
    _check_shapes(task)
    notes = _missing(task, parts)
    if ".dbf" in parts:
        _check_rows(task, parts[".dbf"])
    encoding, more = _encoding(task, parts)
    index = parts.get(".shx")
    whole = index is not None and index.stat().st_size >= _HEADER and _alike(task.path, parts)
    path = task.path if whole else _copied(task, parts)
    options = {} if whole else {"SHAPE_RESTORE_SHX": "YES"}
    return Staged(path, encoding, raw=True, options=options, single=Path(task.file).stem, notes=(*notes, *more))


def _parts(path: Path) -> dict[str, Path]:
    """Files of a set by their ending in lower case, whatever the case of their names."""
    stem = path.stem.lower()
    found = {other.suffix.lower(): other for other in path.parent.iterdir() if other.stem.lower() == stem}
    return {ending: found[ending] for ending in _PARTS if ending in found} | {".shp": path}


def _alike(path: Path, parts: dict[str, Path]) -> bool:
    """Whether GDAL finds the parts beside the .shp."""
    return all(part.name in (path.stem + ending, path.stem + ending.upper()) for ending, part in parts.items())


def _copied(task: Task, parts: dict[str, Path]) -> Path:
    for ending, part in parts.items():
        if ending != ".shx" or part.stat().st_size >= _HEADER:
            shutil.copyfile(part, task.work / f"staged{ending}")
    return task.work / "staged.shp"


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


def _check_rows(task: Task, path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(_FIELD)
    rows, start, width = (int.from_bytes(head[at:end], "little") for at, end in ((4, 8), (8, 10), (10, 12)))
    size = path.stat().st_size
    if len(head) < _FIELD or start + rows * width > size:
        raise shorter(Path(task.file).with_suffix(".dbf").as_posix(), max(_FIELD, start + rows * width), size)


def _missing(task: Task, parts: dict[str, Path]) -> Notes:
    words = {
        ".dbf": ("没有属性", "只读入图形，请向提供单位索取完整文件"),
        ".shx": ("已重建索引", "请核对要素数，最好向提供单位索取完整文件"),
        ".prj": ("没有声明坐标系", "请在下一步核对识别的坐标系"),
    }
    return tuple(
        FileError(task.file, f"缺少 {ending} 文件，{what}", remedy)
        for ending, (what, remedy) in words.items()
        if ending not in parts
    )


def _encoding(task: Task, parts: dict[str, Path]) -> tuple[str, Notes]:
    if task.choice.encoding or ".dbf" not in parts:
        return task.choice.encoding or "UTF-8", ()
    declared = _declared(parts)
    found = guess(_texts(parts[".dbf"]), declared)
    return found, disagreement(task.file, declared, found)


def _declared(parts: dict[str, Path]) -> str | None:
    """What the .cpg says, otherwise the language byte of the .dbf (only GBK is told by it reliably)."""
    if ".cpg" in parts:
        with parts[".cpg"].open("rb") as file:
            return declared_encoding(file.read(100).decode("latin-1"))
    with parts[".dbf"].open("rb") as file:
        head = file.read(_FIELD)
    return "GBK" if head[_LDID] == _GBK_DRIVER else None


def _texts(path: Path) -> Iterator[bytes]:
    """Headings and text values of the first rows, as bytes."""
    with path.open("rb") as file:
        head = file.read(_FIELD)
        start, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
        fields = file.read(max(0, start - _FIELD))
        body = np.frombuffer(file.read(width * _SAMPLE), np.uint8)
    at = 1
    for number in range(0, len(fields) - _FIELD + 1, _FIELD):
        field = fields[number : number + _FIELD]
        yield field[:11].partition(b"\0")[0].rstrip()
        if field[11:12] == b"C" and width:
            rows = body[: len(body) // width * width].reshape(-1, width)[:, at : at + field[16]]
            yield from {bytes(row).rstrip(b" \0") for row in rows}
        at += field[16]
