""".dbf tables as bytes: what GDAL believes unseen is looked at here."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

HEADER = 32
_LDID = 29
_GBK_DRIVER = 0x4D
_SAMPLE = 20_000
_BLANKS = (b"", b"0", b"00000000")


class Field(NamedTuple):
    """A column: its name as bytes, type (C text, D day), and where it stands in a row."""

    name: bytes
    kind: bytes
    start: int
    end: int


class Dbf(NamedTuple):
    """The layout of a .dbf: rows, where they start, how wide they are, its columns."""

    rows: int
    start: int
    width: int
    fields: tuple[Field, ...]
    gbk: bool

    @property
    def size(self) -> int:
        """Bytes the header promises."""
        return max(HEADER, self.start + self.rows * self.width)


def layout(path: Path) -> Dbf:
    """Read the header."""
    with path.open("rb") as file:
        head = file.read(HEADER).ljust(HEADER, b"\0")
        rows, start, width = (int.from_bytes(head[at:end], "little") for at, end in ((4, 8), (8, 10), (10, 12)))
        fields = tuple(_fields(file.read(max(0, start - HEADER))))
    return Dbf(rows, start, width, fields, head[_LDID] == _GBK_DRIVER)


def texts(path: Path, table: Dbf) -> Iterator[bytes]:
    """Headings and the different text values of the first rows."""
    body = _body(path, table)[:_SAMPLE]
    for field in table.fields:
        yield field.name
        if field.kind == b"C":
            yield from _values(body, field)


def deleted(path: Path, table: Dbf) -> int:
    """How many rows are only marked as deleted."""
    return int((_body(path, table)[:, 0] == ord("*")).sum())


def impossible_days(path: Path, table: Dbf) -> dict[bytes, list[int]]:
    """Rows whose day does not exist, by the name of the column: GDAL makes 1970-01-01 of them."""
    body = _body(path, table)
    found = {}
    for field in table.fields:
        if field.kind == b"D":
            wrong = {value for value in _values(body, field) if not _is_day(value)}
            cells = body[:, field.start : field.end]
            rows = [number for number, cell in enumerate(cells) if bytes(cell).strip(b" \0") in wrong] if wrong else []
            found.update({field.name: rows} if rows else {})
    return found


def without_days(path: Path, table: Dbf, days: dict[bytes, list[int]], target: Path) -> None:
    """Write a copy in which these days are blank."""
    raw = bytearray(path.read_bytes())
    for field in table.fields:
        for row in days.get(field.name, ()):
            at = table.start + row * table.width
            raw[at + field.start : at + field.end] = b" " * (field.end - field.start)
    target.write_bytes(raw)


def _fields(raw: bytes) -> Iterator[Field]:
    at = 1
    for number in range(0, len(raw) - HEADER + 1, HEADER):
        field = raw[number : number + HEADER]
        yield Field(field[:11].partition(b"\0")[0].rstrip(), field[11:12], at, at + field[16])
        at += field[16]


def _body(path: Path, table: Dbf) -> npt.NDArray[np.uint8]:
    if not (table.rows and table.width):
        return np.empty((0, max(1, table.width)), np.uint8)
    return np.memmap(path, np.uint8, "r", table.start, (table.rows, table.width))


def _values(body: npt.NDArray[np.uint8], field: Field) -> list[bytes]:
    """The different values of a column, in order."""
    if not len(body) or field.end <= field.start or field.end > body.shape[1]:
        return []
    cells: Any = np.ascontiguousarray(body[:, field.start : field.end])
    different = np.unique(cells.view(f"V{field.end - field.start}"))
    return list(dict.fromkeys(bytes(cell).strip(b" \0") for cell in different))


def _is_day(value: bytes) -> bool:
    if value in _BLANKS:
        return True
    try:
        dt.date.fromisoformat(value.decode("ascii"))
    except ValueError:
        return False
    return True
