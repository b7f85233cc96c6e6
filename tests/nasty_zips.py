"""Zips nobody should send: each maker writes one into a folder and returns its path."""

import stat
import struct
import zipfile
from pathlib import Path

_CENTRAL = b"PK\x01\x02"


def archive(path: Path, files: dict[str, bytes]) -> Path:
    """Write a proper zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def bomb(folder: Path) -> Path:
    return archive(folder / "炸弹.zip", {"地块.shp": bytes(80 * 2**20)})


def workbook_bomb(folder: Path) -> Path:
    sheets = {"[Content_Types].xml": b"", "xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(80 * 2**20)}
    return archive(folder / "炸弹.xlsx", sheets)


def huge(folder: Path) -> Path:
    """Declare four gigabytes and a bit in the list of contents."""
    path = archive(folder / "巨大.zip", {f"{n}.shp": b"x" for n in range(3)})
    raw = bytearray(path.read_bytes())
    at = -1
    while (at := raw.find(_CENTRAL, at + 1)) >= 0:
        raw[at + 24 : at + 28] = struct.pack("<I", 2**31)
    path.write_bytes(raw)
    return path


def overlapping(folder: Path) -> Path:
    """All entries of the list point at one content, as zip bombs of the better sort do."""
    path = archive(folder / "重叠.zip", {f"{n}.shp": b"x" * 100 for n in range(5)})
    raw = bytearray(path.read_bytes())
    at = -1
    while (at := raw.find(_CENTRAL, at + 1)) >= 0:
        raw[at + 42 : at + 46] = struct.pack("<I", 0)
    path.write_bytes(raw)
    return path


def upwards(folder: Path) -> Path:
    return archive(folder / "上溯.zip", {"../../evil.shp": b"x"})


def upwards_as_windows_writes(folder: Path) -> Path:
    return archive(folder / "反斜杠.zip", {"..\\..\\evil.shp": b"x"})


def absolute(folder: Path) -> Path:
    return archive(folder / "绝对.zip", {"/etc/evil.shp": b"x"})


def on_a_drive(folder: Path) -> Path:
    return archive(folder / "盘符.zip", {"C:\\evil.shp": b"x"})


def linked(folder: Path) -> Path:
    info = zipfile.ZipInfo("链接.shp")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(folder / "链接.zip", "w") as target:
        target.writestr(info, "/etc/passwd")
    return folder / "链接.zip"


def nested(folder: Path) -> Path:
    inner = archive(folder / "里层.zip", {"a.txt": b"x"}).read_bytes()
    return archive(folder / "外层.zip", {"里层.zip": inner})


def crowded(folder: Path) -> Path:
    return archive(folder / "众多.zip", {f"{n}.txt": b"" for n in range(5001)})


def crowded_in_secret(folder: Path) -> Path:
    """Declare one file in the usual end record, and a list of a gigabyte in the one for large zips."""
    path = archive(folder / "暗中.zip", {"a.txt": b""})
    raw = path.read_bytes()
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 2**30, 0)
    pointer = struct.pack("<4sIQI", b"PK\x06\x07", 0, len(raw) - 22, 1)
    path.write_bytes(raw[:-22] + record + pointer + raw[-22:])
    return path


def locked(folder: Path) -> Path:
    path = archive(folder / "密码.zip", {"a.shp": b"x"})
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.find(_CENTRAL) + 8] |= 1
    path.write_bytes(raw)
    return path


def of_another_way(folder: Path) -> Path:
    """Say Deflate64, which Windows uses above two gigabytes."""
    path = archive(folder / "压缩.zip", {"a.shp": b"x"})
    raw = bytearray(path.read_bytes())
    raw[raw.find(_CENTRAL) + 10] = 9
    path.write_bytes(raw)
    return path


def empty(folder: Path) -> Path:
    return archive(folder / "空包.zip", {})


def truncated(folder: Path) -> Path:
    path = archive(folder / "截断.zip", {"a.shp": b"x" * 1000})
    path.write_bytes(path.read_bytes()[:-30])
    return path


def truncated_workbook(folder: Path) -> Path:
    return truncated(folder).rename(folder / "截断.xlsx")


def truncated_kmz(folder: Path) -> Path:
    return truncated(folder).rename(folder / "截断.kmz")


def garbled(folder: Path) -> Path:
    path = folder / "乱码.zip"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    return path


def doubled(folder: Path) -> Path:
    return archive(folder / "重名.zip", {"A.shp": b"x", "a.SHP": b"y"})


def damaged(folder: Path) -> Path:
    path = folder / "损坏.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        target.writestr("地块.csv", "经度,纬度\n121.5,38.9\n")
    path.write_bytes(path.read_bytes().replace(b"121.5,38.9", b"121.6,38.9"))
    return path


def without_data(folder: Path) -> Path:
    return archive(folder / "说明.zip", {"readme.txt": b"hello", "照片.jpg": b"\xff\xd8\xff\xe0"})


def with_drawing(folder: Path) -> Path:
    return archive(folder / "图纸.zip", {"总图.dwg": b"AC1032" + bytes(100)})


def document(folder: Path) -> Path:
    return archive(folder / "报告.docx", {"[Content_Types].xml": b"", "word/document.xml": b""})


def project(folder: Path) -> Path:
    return archive(folder / "工程.qgz", {"工程.qgs": b"<qgis/>"})


def half_geodatabase(folder: Path) -> Path:
    return archive(folder / "库.zip", {"地块.gdb/a00000009.gdbtable": b"x", "地块.gdb/gdb": b"x"})


def broken_geodatabase(folder: Path) -> Path:
    return archive(folder / "坏库.zip", {f"地块.gdb/a0000000{n}.gdbtable": bytes(500) for n in range(1, 5)})
