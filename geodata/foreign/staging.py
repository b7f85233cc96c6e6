"""Files made ready for GDAL: under the ending it expects, in UTF-8, without what they must not contain."""

import codecs
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from geodata.errors import FileError
from geodata.foreign.encoding import declared_encoding, disagreement, guess_file
from geodata.foreign.model import CODECS, Notes, Task

_ENDS = 65536
_SQLITE_PAGE, _SQLITE_COUNT = slice(16, 18), slice(28, 32)
_AGAIN = "请重新拷贝或下载，再不行请在原软件中重新导出"
_BUFFER = 2**20
_ABSURD = 1000
"""What says it is so many times longer than it is was not cut off: its header is wrong, or a trap."""
_DEEPEST = 100
"""A GeoJSON needs ten brackets within each other."""


@dataclass(frozen=True)
class Staged:
    """A file GDAL can open.

    Attributes
    ----------
    path : Path
    encoding : str or None
        Key of `CODECS`, None where the format leaves no choice.
    raw : bool
        Whether texts come as bytes that still have to be decoded.
    options : mapping
        Settings of GDAL while it is open.
    declares : bool
        Whether the file itself says its coordinate system.
    single : str
        The name its only layer has for people, where the format holds just one.
    deleted : int
        Rows the file only marks as deleted: GDAL counts them and does not read them.
    notes : tuple of FileError
    """

    path: Path
    encoding: str | None = None
    raw: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    declares: bool = True
    single: str = ""
    deleted: int = 0
    notes: Notes = ()


def geopackage(task: Task) -> Staged:
    """A GeoPackage, once its header agrees with its size."""
    with task.path.open("rb") as file:
        head = file.read(100)
    page = int.from_bytes(head[_SQLITE_PAGE], "big")
    page = 65536 if page == 1 else page
    said = page * int.from_bytes(head[_SQLITE_COUNT], "big")
    size = task.path.stat().st_size
    if said > size:
        raise shorter(task.file, said, size)
    path = with_ending(task, ".gpkg")
    _refuse_unlisted(task, path)
    return Staged(path)


def _refuse_unlisted(task: Task, path: Path) -> None:
    """Without its list of layers GDAL takes a table of shapes for one without."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            listed = database.execute("SELECT count(*) FROM gpkg_contents").fetchone()[0]
    except sqlite3.DatabaseError:
        return  # GDAL says what is wrong with it
    if not listed:
        what = "图层目录（gpkg_contents）中没有任何图层，无法按图形读取"
        raise FileError(task.file, what, "请在原软件中打开核对，重新导出后再选")


def geodatabase(task: Task) -> Staged:
    """A file geodatabase; GDAL knows it by the ending of its folder."""
    if not (task.path / "a00000001.gdbtable").is_file():
        raise FileError(task.file, "FileGDB 不完整，缺少 a00000001.gdbtable", "请把整个 .gdb 文件夹压缩为 .zip 再选")
    if task.path.suffix.lower() == ".gdb":
        return Staged(task.path)
    target = room(task) / f"{task.path.name}.gdb"
    shutil.copytree(task.path, target)
    return Staged(target)


def geojson(task: Task) -> Staged:
    """A GeoJSON in UTF-8 without byte order mark; it declares a system only where it has the member crs."""
    encoding = task.choice.encoding or guess_file(task.path)
    path = _as_utf8(task, encoding, ".geojson")
    if _is_deep(path):
        what = f"括号嵌套超过 {_DEEPEST} 层，疑为恶意文件"
        raise FileError(task.file, what, "请勿使用，并向提供单位核实")
    return Staged(path, encoding, declares=_has(path, b'"crs"'), single=Path(task.file).stem)


def kml(task: Task) -> Staged:
    """A KML in UTF-8 that defines no entities."""
    with task.path.open("rb") as file:
        head = file.read(_ENDS)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", head):
        raise FileError(task.file, "KML 中定义了实体，可能有害", "请勿使用，并向提供单位核实")
    if not _holds(task.path, b"Placemark"):
        remedy = "请在原软件中另存为含有数据的 KML 后再选"
        raise FileError(task.file, "KML 中没有地标（可能只是指向网络数据的链接）", remedy)
    found = re.match(rb"\s*<\?xml[^>]*encoding=[\"']([\w.-]+)[\"']", head)
    declared = declared_encoding(found[1].decode("ascii")) if found else None
    encoding = task.choice.encoding or guess_file(task.path, declared)
    path = _as_utf8(task, encoding, ".kml")
    return Staged(path, encoding, notes=disagreement(task.file, declared, encoding))


def with_ending(task: Task, ending: str) -> Path:
    """The file itself, or a copy where its ending misleads GDAL."""
    if task.path.suffix.lower() == ending:
        return task.path
    target = room(task) / f"{Path(task.file).stem}{ending}"
    shutil.copyfile(task.path, target)
    return target


def room(task: Task) -> Path:
    """A folder of its own for copies: files of one name may come from several folders."""
    return Path(tempfile.mkdtemp(dir=task.work))


def shorter(where: str, said: int, size: int) -> FileError:
    """Say that a file ends before its header says."""
    why = "文件不完整" if said < _ABSURD * size else "相差悬殊，文件头不可信"
    what = f"文件头写明 {_length(said)}，实际只有 {_length(size)}，{why}"
    return FileError(where, what, _AGAIN)


def _length(size: int) -> str:
    """Bytes in words.

    Examples
    --------
    >>> _length(100), _length(2 * 1024**3)
    ('100 字节', '2.0 GB')
    """
    for unit, name in ((2**30, "GB"), (2**20, "MB"), (2**10, "KB")):
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} 字节"


def _as_utf8(task: Task, encoding: str, ending: str) -> Path:
    """The file, or a copy of it in UTF-8; an encoding named in an XML head is taken out."""
    with task.path.open("rb") as file:
        head = file.read(_ENDS)
    marked = head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    named = re.match(rb"\s*<\?xml[^>]*\?>", head)
    if encoding == "UTF-8" and not marked and not named:
        return with_ending(task, ending)
    target = room(task) / f"{Path(task.file).stem}{ending}"
    codec = "utf-8-sig" if encoding == "UTF-8" else CODECS[encoding]
    with (
        task.path.open(encoding=codec, errors="replace", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        copy.write(re.sub(r"^\s*<\?xml[^>]*\?>", "", source.read(_ENDS)))
        shutil.copyfileobj(source, copy, _BUFFER)
    return target


def _has(path: Path, sign: bytes) -> bool:
    """Whether a member stands in the first or last part of a file, outside the features."""
    with path.open("rb") as file:
        head = file.read(_ENDS)
        file.seek(max(0, path.stat().st_size - _ENDS))
        return sign in head or sign in file.read()


def _is_deep(path: Path) -> bool:
    """Whether more brackets open one after the other than any geometry has."""
    with path.open("rb") as file:
        return re.search(rb"(?:[\[{]\s*){%d}" % _DEEPEST, file.read(_ENDS)) is not None


def _holds(path: Path, sign: bytes) -> bool:
    """Whether a word stands anywhere in a file."""
    kept = b""
    with path.open("rb") as file:
        while chunk := file.read(_BUFFER):
            if sign in kept + chunk:
                return True
            kept = chunk[-len(sign) :]
    return False
