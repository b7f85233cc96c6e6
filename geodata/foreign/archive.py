"""Zips: what they hold is checked before a byte is unpacked, and counted while it is."""

import errno
import re
import shutil
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple

from geodata.errors import FileError
from geodata.foreign.model import Limits

_END = 22
_END64 = 76
"""The end record of zips above four gigabytes and its pointer, before the usual one."""

_COMMENT = 65535
_LARGEST_DIRECTORY = 16 * 2**20
_MB = 2**20
_SMALL = 50 * _MB
"""A zip whose content is smaller than this (bytes) may have any ratio: an empty .dbf packs a thousandfold."""

_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_DEFLATE64 = 9
_LOCAL = 30
"""Bytes of the head of a file in a zip."""
_UTF8, _LOCKED = 0x800, 0x1
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_LONGEST = 120
_CUT = ("压缩包不完整，缺少末尾的文件清单", "请重新拷贝或下载，再不行请重新压缩")
_BROKEN = ("压缩包已损坏，内容不是压缩数据", "请由提供单位核对后重新压缩")
_WORKBOOKS = (".xlsx", ".xlsm", ".et")
_BROKEN_EXCEL = ("Excel 文件不完整或已损坏", "请在 Excel 中打开另存后再选，打不开的请重新拷贝或下载")
_BROKEN_ENDINGS = {
    **dict.fromkeys(_WORKBOOKS, _BROKEN_EXCEL),
    ".kmz": ("KMZ 文件不完整或已损坏", "请重新拷贝或下载，再不行请在原软件中重新导出"),
}
"""Who chose a workbook knows nothing of a zip."""
_HARM = "请勿使用，并向提供单位核实"
_ESCAPES = {
    r"(^|/)\.\.(/|$)": "的路径以“..”指向压缩包之外",
    r"^/": "用了绝对路径，指向本机的文件夹",
    r"^[A-Za-z]:": "的路径带有盘符，指向本机的磁盘",
}
_AGAIN = "请重新压缩为 .zip 再选"
_OFFICE = {"xl/workbook.xml": "excel", "xl/workbook.bin": "excel", "word/document.xml": "docx"}
_OFFICE |= {"ppt/presentation.xml": "slides"}


class Member(NamedTuple):
    """A file in a zip under its proper name."""

    name: str
    info: zipfile.ZipInfo


def kind_of_zip(path: Path) -> str:
    """Say what a zip is: a workbook ("excel"), "docx", "slides", another "document", a "project" or an "archive".

    Raises
    ------
    FileError
        Where its list of contents cannot be read.
    """
    if _directory(path)[1] > _LARGEST_DIRECTORY:
        return "archive"
    with _opened(path) as archive:
        names = {info.filename for info in archive.infolist()}
    if any(name.endswith(".qgs") for name in names):
        return "project"
    if "content.xml" in names and "mimetype" in names:
        return "document"
    return next((key for name, key in _OFFICE.items() if name in names), "archive")


def is_zip(path: Path) -> bool:
    """Whether a file begins as zips do; new workbooks are zips, old ones are not."""
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def members(path: Path, limits: Limits) -> tuple[Member, ...]:
    """Files of a zip, checked: none locked, linked, escaping, doubled; not too many, not too large.

    Raises
    ------
    FileError
    """
    _refuse_crowds(path, limits)
    with _opened(path) as archive:
        found = tuple(Member(_name(info), info) for info in archive.infolist() if not info.is_dir())
    if not found:
        raise FileError(path.name, "压缩包是空的", "请核对后重新压缩")
    for check in (_refuse_locked, _refuse_escapes, _refuse_links, _refuse_doubles, _refuse_shared):
        check(path.name, found)
    _refuse_bombs(path, found, limits)
    return found


def unpack(path: Path, folder: Path, limits: Limits) -> None:
    """Write the files of a zip under `folder`, under names every system can hold.

    Raises
    ------
    FileError
    """
    found = members(path, limits)
    if shutil.disk_usage(folder).free < sum(member.info.file_size for member in found):
        raise FileError(path.name, "磁盘空间不足，无法解压", "请清理磁盘后重试")
    with _opened(path) as archive:
        for member in found:
            _extract(path.name, archive, member, folder)


def safe_name(name: str) -> str:
    """A relative path without what Windows refuses in names.

    Examples
    --------
    >>> safe_name("地块/aux.shp"), safe_name("a:b/c?.shp"), safe_name("./d. ")
    ('地块/_aux.shp', 'a_b/c_.shp', 'd')
    """
    parts = [re.sub(r'[<>:"|?*\x00-\x1f]', "_", part).rstrip(". ") for part in name.split("/")]
    kept = [("_" + part if _RESERVED.match(part) else part) for part in parts if part]
    return "/".join(part if len(part) <= _LONGEST else part[: _LONGEST - 10] + part[-10:] for part in kept)


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, struct.error, ValueError, EOFError):
        raise _broken(path) from None
    except NotImplementedError:
        raise FileError(path.name, "压缩包的版本无法读取", _AGAIN) from None
    except OSError:
        raise FileError(path.name, "无法打开", "请关闭正在使用它的程序，或核对读取权限后重选") from None


def _broken(path: Path) -> FileError:
    with path.open("rb") as file:
        head = file.read(_LOCAL).ljust(_LOCAL)
    sane = int.from_bytes(head[8:10], "little") in (*_WAYS, _DEFLATE64)
    return FileError(path.name, *_BROKEN_ENDINGS.get(path.suffix.lower(), _CUT if sane else _BROKEN))


def _said(path: Path) -> str:
    """What a zip is called by who chose it."""
    return {".kmz": " KMZ 文件", **dict.fromkeys(_WORKBOOKS, " Excel 文件")}.get(path.suffix.lower(), "压缩包")


def _refuse_crowds(path: Path, limits: Limits) -> None:
    count, size = _directory(path)
    if count > limits.members:
        what = f"压缩包里的文件超过 {limits.members} 个"
        raise FileError(path.name, what, "请只压缩需要导入的数据")
    if size > _LARGEST_DIRECTORY:
        what = f"文件清单自称有 {size / _MB:.0f} MB，疑为恶意压缩包"
        raise FileError(path.name, what, _HARM)


def _directory(path: Path) -> tuple[int, int]:
    """Files a zip declares and the bytes of its list, from the end record alone: a list of millions is not read."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _END - _COMMENT - _END64))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END:
        raise _broken(path)
    if tail[at - 20 : at - 16] == b"PK\x06\x07" and at >= _END64:
        count, size = struct.unpack("<QQ", tail[at - _END64 + 32 : at - _END64 + 48])
    else:
        count, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    return count, size


def _name(info: zipfile.ZipInfo) -> str:
    """The name in Unicode: zips made by Windows carry GBK, which zipfile takes for CP437."""
    name = info.filename
    if not info.flag_bits & _UTF8:
        raw = name.encode("cp437", "replace")
        name = _decoded(raw)
    return name.replace("\\", "/")


def _decoded(raw: bytes) -> str:
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("gb18030", "replace")


def _refuse_locked(where: str, found: Sequence[Member]) -> None:
    if any(member.info.flag_bits & _LOCKED for member in found):
        raise FileError(where, "压缩包设有密码", "请去掉密码后重新压缩")
    if any(member.info.compress_type not in _WAYS for member in found):
        raise FileError(where, "压缩方式无法读取（Deflate64 等）", "请用系统自带的“压缩文件夹”分开压缩后再选")


def _refuse_escapes(where: str, found: Sequence[Member]) -> None:
    for name, _ in found:
        if way := next((said for way, said in _ESCAPES.items() if re.search(way, name)), ""):
            raise FileError(where, f"其中“{name[:60]}”{way}，可能有害", _HARM)


def _refuse_links(where: str, found: Sequence[Member]) -> None:
    for name, info in found:
        if stat.S_ISLNK(info.external_attr >> 16):
            raise FileError(where, f"其中“{name[:60]}”是链接而不是文件", "请把链接换成文件后重新压缩")


def _refuse_doubles(where: str, found: Sequence[Member]) -> None:
    twice = [name for name, count in Counter(safe_name(member.name).lower() for member in found).items() if count > 1]
    if twice:
        raise FileError(where, f"其中“{twice[0][:60]}”出现两次", "请删去多余的一个后重新压缩")


def _refuse_shared(where: str, found: Sequence[Member]) -> None:
    """Files of a proper zip lie one behind the other; bombs of the better sort use one content many times."""
    ordered = sorted(found, key=lambda member: member.info.header_offset)
    for one, other in pairwise(ordered):
        if one.info.header_offset + one.info.compress_size > other.info.header_offset:
            what = f"其中“{one.name[:60]}”与“{other.name[:60]}”占用同一段内容，疑为恶意压缩包"
            raise FileError(where, what, _HARM)


def _refuse_bombs(path: Path, found: Sequence[Member], limits: Limits) -> None:
    size = sum(member.info.file_size for member in found)
    if size > limits.unpacked_mb * _MB:
        what = f"解压后有 {size / _MB:.0f} MB，超过 {limits.unpacked_mb} MB 的上限"
        raise FileError(path.name, what, "请分成几个文件")
    if size > _SMALL and size > limits.ratio * path.stat().st_size:
        what = f"解压后膨胀 {size / path.stat().st_size:.0f} 倍，疑为恶意的{_said(path)}"
        raise FileError(path.name, what, _HARM)


def _extract(where: str, archive: zipfile.ZipFile, member: Member, folder: Path) -> None:
    target = folder / safe_name(member.name)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member.info) as source, target.open("xb") as file:
            _copy(source, file, member.info.file_size)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        raise FileError(where, f"其中“{member.name[:60]}”已损坏，无法解压", "请重新拷贝或下载后再选") from None
    except OSError as error:
        what = "磁盘空间不足" if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT) else "无法写入"
        raise FileError(where, f"{what}，“{member.name[:60]}”无法解压", "请清理磁盘后重试") from None


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    """Copy no more than was declared, whatever the stream holds."""
    left = size
    while chunk := source.read(min(_MB, left + 1)):
        left -= len(chunk)
        if left < 0:
            raise EOFError
        target.write(chunk)
