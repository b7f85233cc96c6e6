"""What a file is, by its first bytes; its name is asked only where they say nothing."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from geodata.errors import FileError
from geodata.foreign.archive import kind_of_zip
from geodata.foreign.model import ALL_FORMATS, FORMATS

_HEAD = 65536
_OLE_SECTOR = 512

_HEADS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"SQLite format 3\0", "sqlite"),
    (0, b"\x00\x00\x27\x0a", "shapefile"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (4, b"Standard Jet DB", "mdb"),
    (4, b"Standard ACE DB", "mdb"),
    (0, b"AC10", "dwg"),
    (0, b"AutoCAD Binary DXF", "dxf_binary"),
    (0, b"Rar!\x1a\x07", "rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"\x1f\x8b", "gz"),
    (0, b"BZh", "gz"),
    (0, b"\xfd7zXZ", "gz"),
    (257, b"ustar", "gz"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"%PDF", "pdf"),
    (0, b"\x89PNG", "image"),
    (0, b"\xff\xd8\xff", "image"),
    (0, b"GIF8", "image"),
    (0, b"II*\0", "image"),
    (0, b"MM\0*", "image"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"PAR1", "other"),
    (0, b"fgb\x03", "other"),
)
"""Offset, bytes, key; the first that fits decides."""

_TEXTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*\{.*\"esriGeometry\w+\"", re.DOTALL), "esri_json"),
    (re.compile(r"\s*\{.*\"Topology\"", re.DOTALL), "json"),
    (re.compile(r"\s*[\[{].*\"(?:features|coordinates|geometries)\"\s*:", re.DOTALL), "geojson"),
    (re.compile(r"\s*\{.*\"type\"\s*:\s*\"Feature", re.DOTALL), "geojson"),
    (re.compile(r"\{\\rtf"), "rtf"),
    (re.compile(r"\s*[\[{]"), "json"),
    (re.compile(r"\s*<.*<kml[\s>]", re.DOTALL), "kml"),
    (re.compile(r"\s*<kml[\s>]"), "kml"),
    (re.compile(r"\s*<(?:!doctype html|html|table)", re.IGNORECASE), "html"),
    (re.compile(r"\s*<"), "xml"),
    (re.compile(r"(?:\s*999\s*\n[^\n]*\n)*\s*0\s*\n\s*SECTION"), "dxf"),
    (re.compile(r"\s*(?:HeadBegin|Data[Mm]ark\s*:|CNSDTF-VCT|LANDUSE-VCT)"), "vct"),
    (re.compile(r"\s*!table", re.IGNORECASE), "mapinfo"),
    (re.compile(r"\s*Version\s+\d+\s*\n\s*Charset", re.IGNORECASE), "mapinfo"),
    (re.compile(r"\s*EXP\s+\d"), "e00"),
)

_ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys((".csv", ".txt", ".tsv"), "csv"),
        **dict.fromkeys((".mdb", ".accdb"), "mdb"),
        **dict.fromkeys((".doc", ".wps"), "doc"),
        **dict.fromkeys((".ppt", ".pptx"), "slides"),
        **dict.fromkeys((".odt", ".ods"), "document"),
        ".docx": "docx",
        **dict.fromkeys((".tar", ".gz", ".tgz", ".bz2", ".xz"), "gz"),
        **dict.fromkeys((".tab", ".mif", ".mid"), "mapinfo"),
        **dict.fromkeys((".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix"), "part"),
        **dict.fromkeys((".lpk", ".mpk", ".mxd", ".aprx", ".qgs", ".qgz", ".lyr", ".lyrx"), "project"),
        ".dwg": "dwg",
        ".vct": "vct",
        ".rar": "rar",
        ".7z": "7z",
        ".e00": "e00",
    }
)
"""What the name says where the content says nothing."""

_OWN_ENDINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "shapefile": (".shp",),
        "gpkg": (".gpkg",),
        "geojson": (".geojson", ".json"),
        "kml": (".kml",),
        "dxf": (".dxf",),
        "gdb": (".gdb",),
        "excel": (".xlsx", ".xlsm", ".xls", ".et"),
        "csv": (".csv", ".txt", ".tsv"),
        "archive": (".zip", ".kmz"),
    }
)


_STREAMS = {
    "EncryptedPackage": "locked",
    "Workbook": "excel",
    "Book": "excel",
    "WordDocument": "doc",
    "PowerPoint Document": "slides",
}
"""A stream of an OLE file -> what the file is."""

_KNOWN = {*_ENDINGS, *(ending for own in _OWN_ENDINGS.values() for ending in own)}
"""Endings that promise something."""

_NEVER_TEXT = ("mdb", "dwg", "rar", "7z", "gz")

_SAYS = ("dxf_binary", "locked", "json", "esri_json", "xml", "sqlite", "other")
"""What may well stand under the ending it has, or says itself what it is not."""


class Refused(NamedTuple):
    """What cannot be read: its name on the screen and how to convert it."""

    said: str
    remedy: str


_TABLES = "把其中的表格复制到 Excel 并另存为 .xlsx 后再选"

REFUSED: Mapping[str, Refused] = MappingProxyType(
    {
        "mdb": Refused(
            "Access 数据库（个人地理数据库 .mdb）", "请在 ArcGIS 中导出为文件地理数据库（.gdb）或 Shapefile 后再选"
        ),
        "dwg": Refused("AutoCAD 图形（.dwg）", "请在 CAD 软件中另存为 DXF 后再选"),
        "dxf_binary": Refused("二进制 DXF", "请在 CAD 软件中另存为文本（ASCII）DXF 后再选"),
        "vct": Refused("国家空间数据交换格式（.vct）", "请用数据交换软件转换为 Shapefile 或 FileGDB 后再选"),
        "rar": Refused("RAR 压缩包", "请解压后重新压缩为 .zip 再选"),
        "7z": Refused("7z 压缩包或以它打包的图层文件", "请解压后重新压缩为 .zip 再选"),
        "gz": Refused("tar 或 gz 压缩包", "请解压后重新压缩为 .zip 再选"),
        "doc": Refused("Word 97—2003 文档（.doc）", f"请在 Word 或 WPS 中打开，{_TABLES}"),
        "docx": Refused("Word 文档（.docx）", f"请{_TABLES}"),
        "rtf": Refused("RTF 文档", f"请{_TABLES}"),
        "slides": Refused("PowerPoint 演示文稿", f"请向提供单位索取原始数据，或{_TABLES}"),
        "document": Refused("其他办公软件的文档", "请在原软件中把其中的表格另存为 .xlsx 后再选"),
        "locked": Refused("加了密码的 Office 文件", "请去掉密码后另存为 .xlsx 再选"),
        "pdf": Refused("PDF 文档", "请向提供单位索取 Shapefile、GeoPackage 或 DXF"),
        "image": Refused("图片", "请向提供单位索取 Shapefile、GeoPackage 或 DXF"),
        "html": Refused("网页", "请在 Excel 中打开并另存为 .xlsx 后再选"),
        "json": Refused("普通 JSON 文件而非 GeoJSON", "请在 GIS 软件中导出为 GeoJSON 后再选"),
        "esri_json": Refused(
            "ArcGIS 的 JSON（Esri JSON）而非 GeoJSON", "请在 ArcGIS 中用“要素转 JSON”并勾选 GeoJSON 后再选"
        ),
        "xml": Refused("普通 XML 文件而非 KML", "请在 GIS 软件中导出为 KML 或 GeoPackage 后再选"),
        "sqlite": Refused("普通 SQLite 数据库而非 GeoPackage", "请在 GIS 软件中导出为 GeoPackage 后再选"),
        "mapinfo": Refused("MapInfo 文件", "请在 GIS 软件中导出为 Shapefile 或 GeoPackage 后再选"),
        "e00": Refused("ArcInfo 交换文件（.e00）", "请在 ArcGIS 中导出为 Shapefile 后再选"),
        "project": Refused("工程或图层样式文件，其中没有数据", "请选择它所引用的数据文件"),
        "program": Refused("程序", "请选择数据文件"),
        "part": Refused("Shapefile 的一部分", "请把同名的 .shp、.shx、.dbf、.prj 一起压缩为 .zip 再选"),
        "unseen": Refused("无法识别的数据", "请在原软件中打开核对，重新导出后再选"),
        "other": Refused("不支持的格式", f"请转换为 {ALL_FORMATS} 后再选"),
    }
)


def recognise(path: Path) -> str:
    """Key of what a file or folder is: of `FORMATS`, of `REFUSED`, "archive" or "folder".

    Raises
    ------
    FileError
        Where there is nothing, or nothing in it.
    """
    if path.is_dir():
        return "gdb" if is_geodatabase(path) else "folder"
    head = _head(path)
    if not head.strip(b"\0"):
        what = "文件是空的（0 字节）" if not head else "文件里只有空字节"
        raise FileError(path.name, what, "请向提供单位重新索取或重新拷贝")
    key = next((key for start, sign, key in _HEADS if head[start : start + len(sign)] == sign), "")
    return _finer(path, head, key) if key else _by_text(path, head)


def is_geodatabase(folder: Path) -> bool:
    """Whether a folder is a file geodatabase, whatever its name."""
    return any(folder.glob("a0000000*.gdbtable")) or folder.suffix.lower() == ".gdb"


def refusal(path: Path, key: str) -> FileError:
    """Say that a file of a known kind cannot be read, and how to convert it."""
    said, remedy = REFUSED[key]
    ending = path.suffix.lower()
    if key == "unseen":
        return FileError(path.name, *_unseen(path.suffix, _ENDINGS.get(ending, "")))
    own = _ENDINGS.get(ending) == key or ending not in _KNOWN or key in _SAYS
    what = f"这是{_spaced(said)}" if own else f"扩展名为 {path.suffix}，内容却是{_spaced(said)}"
    return FileError(path.name, f"{what}，不能直接读取", remedy)


def _unseen(ending: str, key: str) -> tuple[str, str]:
    """What to say of content that is nothing of what its ending promises."""
    what = f"扩展名为 {ending}，内容却无法识别，可能已损坏或加了密"
    if key == "csv":
        return f"扩展名为 {ending}，内容却不是文字", "请在 Excel 中打开核对，另存为 CSV 或 .xlsx 后再选"
    if key in REFUSED:
        return what, f"请先在原软件中打开核对，再{REFUSED[key].remedy.removeprefix('请')}"
    return what, REFUSED["unseen"].remedy


def _spaced(said: str) -> str:
    """With the space Chinese sets before a Latin word."""
    return f" {said}" if said[0].isascii() else said


def misnamed(path: Path, key: str) -> tuple[FileError, ...]:
    """Say where the ending of a readable file does not fit its content."""
    if path.is_dir() or path.suffix.lower() in _OWN_ENDINGS.get(key, ()):
        return ()
    said = FORMATS.get(key, "zip 压缩包")
    ending = f"扩展名为 {path.suffix}" if path.suffix else "没有扩展名"
    return (FileError(path.name, f"{ending}，内容却是 {said}", f"已按 {said} 读取，请核对是否选对了文件"),)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD)
    except FileNotFoundError:
        raise FileError(path.name, "找不到这个文件", "请核对位置后重选") from None
    except OSError:
        raise FileError(path.name, "无法打开", "请关闭正在使用它的程序，或核对读取权限后重选") from None


def _finer(path: Path, head: bytes, key: str) -> str:
    if key == "shapefile" and path.suffix.lower() in (".shx", ".sbn", ".sbx"):
        return "part"
    if key == "sqlite":
        return "gpkg" if head[68:72] in (b"GPKG", b"GP10", b"GP11") or b"gpkg_contents" in head else "sqlite"
    if key == "ole":
        return _ole(path, head)
    return kind_of_zip(path) if key == "zip" else key


def _ole(path: Path, head: bytes) -> str:
    """Excel 97 or another office document: the names of the first streams tell."""
    size = 1 << int.from_bytes(head[30:32], "little") if head[30:32] in (b"\x09\x00", b"\x0c\x00") else _OLE_SECTOR
    with path.open("rb") as file:
        file.seek((int.from_bytes(head[48:52], "little") + 1) * size)
        names = file.read(4096).decode("utf-16-le", "replace")
    if path.suffix.lower() in _ENDINGS and _ENDINGS[path.suffix.lower()] == "project":
        return "project"
    return next((key for stream, key in _STREAMS.items() if stream in names), "document")


def _by_text(path: Path, head: bytes) -> str:
    text = _plain(head)
    by_name = _ENDINGS.get(path.suffix.lower(), "")
    if text is None:
        return by_name if by_name == "part" else "unseen" if path.suffix.lower() in _KNOWN else "other"
    key = next((key for pattern, key in _TEXTS if pattern.match(text)), "")
    if not key and by_name in _NEVER_TEXT:
        return "unseen"
    return key or by_name or ("csv" if _is_table(text) else "other")


def _is_table(text: str) -> bool:
    """Whether all of the first lines have as many separators."""
    lines = [line for line in text.splitlines() if line.strip()][:5]
    counts = [{line.count(sign) for line in lines} for sign in ",;\t"]
    return len(lines) > 1 and any(len(count) == 1 and 0 not in count for count in counts)


def _plain(head: bytes) -> str | None:
    """The head as text (Chinese unread), None where it is no text."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace").lstrip("\ufeff")
    if re.search(rb"[\x00-\x08\x0e-\x1a]", head):
        return None
    return head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
