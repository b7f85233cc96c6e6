"""Which encoding a text is in: what it declares is believed only as far as its bytes agree."""

import codecs
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from geodata.errors import FileError
from geodata.foreign.model import CODECS

_CODE_PAGES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("utf-8", "utf8", "65001", "cp65001"), "UTF-8"),
        **dict.fromkeys(("gbk", "gb2312", "gb18030", "936", "cp936", "ansi_936", "ansi 936", "euc-cn"), "GBK"),
    }
)
"""What .cpg files and DXF headers write -> our name."""

_BETWEEN = b"\0"
"""In no encoding part of another character."""

_GUESSES = ("UTF-8", "GBK")
_SAMPLE = 4 * 2**20
_ENOUGH = 2000
"""So many values, spread over all, tell the encoding."""

_COMMON = range(0xB0, 0xD8)
"""First bytes of the 3755 common characters in GB 2312."""


def declared_encoding(text: str) -> str | None:
    """Key of `CODECS` a file names, None where it names none or another.

    Examples
    --------
    >>> declared_encoding("cp936"), declared_encoding("ISO 8859-1")
    ('GBK', None)
    """
    return _CODE_PAGES.get(text.strip().lower())


def guess(samples: Iterable[bytes], declared: str | None = None) -> str:
    """Key of `CODECS` the samples are most likely written in.

    Parameters
    ----------
    samples : iterable of bytes
        Whole values; the last character of each may be cut off, as fields of a fixed width do.
    declared : str, optional
        What the file says, believed where the bytes do not speak against it.

    Examples
    --------
    >>> guess(["工业用地".encode("gbk")], "UTF-8"), guess([b"abc"]), guess(["工业用地".encode()], "GBK")
    ('GBK', 'UTF-8', 'UTF-8')
    """
    told = [sample for sample in samples if not sample.isascii()]
    told = told[:: max(1, len(told) // _ENOUGH)]
    order = sorted(_GUESSES, key=lambda name: name != (declared or _GUESSES[0]))
    if not told:
        return order[0]
    return min(order, key=lambda name: _strangeness(told, CODECS[name]))


def guess_file(path: Path, declared: str | None = None) -> str:
    """Key of `CODECS` a text file is written in; a byte order mark decides.

    Raises
    ------
    FileError
        Where it is neither UTF-8 nor GBK nor UTF-16.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "UTF-8"
    name = guess([sample], declared)
    if wrong(sample, CODECS[name]):
        raise FileError(path.name, "文字既不是 UTF-8 也不是 GBK 编码", "请在原软件或记事本中以 UTF-8 编码另存后再选")
    return name


def wrong(sample: bytes, codec: str) -> bool:
    """Whether bytes cannot be of an encoding; a character cut off at the end is forgiven."""
    try:
        codecs.getincrementaldecoder(codec)().decode(sample)
    except UnicodeDecodeError:
        return True
    return False


def decode(value: bytes, codec: str) -> str:
    """Text of a value of fixed width: a character cut off at its end is left out, a wrong one becomes a mark.

    Examples
    --------
    >>> decode("用地".encode()[:5], "utf-8")
    '用'
    """
    return codecs.getincrementaldecoder(codec)("replace").decode(value)


def decode_all(values: Sequence[bytes], codec: str) -> list[str]:
    r"""Decode values as `decode` does, at once where none is cut off or wrong.

    Examples
    --------
    >>> decode_all([b"A1", "用地".encode(), "用地".encode()[:5]], "utf-8")
    ['A1', '用地', '用']
    """
    try:
        whole = _BETWEEN.join(values).decode(codec).split(_BETWEEN.decode())
    except UnicodeDecodeError:
        whole = []
    return whole if len(whole) == len(values) else [decode(value, codec) for value in values]


def disagreement(where: str, declared: str | None, found: str) -> tuple[FileError, ...]:
    """Say that a file is not in the encoding it declares."""
    if declared in (None, found):
        return ()
    what = f"声明的编码是 {declared}，实际为 {found}"
    return (FileError(where, what, f"已按 {found} 读取，请核对文字是否正常，如有乱码请改选编码"),)


def _strangeness(samples: Sequence[bytes], codec: str) -> tuple[int, float]:
    """How many samples cannot be read, then how rare their characters are."""
    failed = sum(wrong(sample, codec) for sample in samples)
    signs = [sign for sample in samples for sign in decode(sample, codec)[:2000] if not sign.isascii()]
    common = sum(_is_common(sign) for sign in signs)
    return failed, 1 - common / max(1, len(signs))


def _is_common(sign: str) -> bool:
    raw = sign.encode("gb2312", "ignore")
    return bool(raw) and raw[0] in _COMMON
