"""CSV and Excel tables."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import pandas as pd
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from geodata.errors import FileError
from geodata.foreign import shapes
from geodata.foreign.archive import is_zip, members
from geodata.foreign.cells import headed
from geodata.foreign.encoding import guess_file
from geodata.foreign.model import CODECS, Layer, Notes, Task
from geodata.foreign.places import located

_SEPARATORS = ",;\t|"
_LOOKED_AT = 50
_CHUNK = 10_000
"""Rows of a CSV read at a time."""

_EMPTY = ("表中没有内容", "请核对后重选")
_AGAIN = "请在 Excel 中打开核对，另存为 .xlsx 后再选"


def inspect(task: Task) -> tuple[tuple[Layer, ...], Notes]:
    """Sheets that have rows.

    Raises
    ------
    FileError
    """
    layers, notes = [], Notes()
    for name, encoding in _names(task):
        table, more = _read(task, name)
        if not len(table.columns):
            continue
        headings = tuple(column for column in table.columns if column != "geometry")
        layers.append(Layer(name, task.file, task.format, shapes.kinds(table), len(table), headings, None, encoding))
        notes += more
    if not layers:
        raise FileError(task.file, *_EMPTY)
    return tuple(layers), notes


def read(task: Task, name: str) -> tuple[pd.DataFrame, Notes]:
    """A table with its places, where columns give them.

    Raises
    ------
    FileError
    """
    table, notes = _read(task, name)
    if not len(table.columns):
        raise FileError(task.file, *_EMPTY)
    return table, notes


def _read(task: Task, name: str) -> tuple[pd.DataFrame, Notes]:
    if task.format == "csv":
        raw, notes, where = _csv(task), Notes(), task.file
    else:
        name = name or _sheet_names(task)[0]
        raw, notes = _excel(task, name)
        where = f"{task.file} 的 {name}"
    shapes.refuse_size(task, len(raw), len(raw.columns))
    table, more = headed(raw, where)
    placed, rest = located(table, task.choice.columns, where)
    return placed, (*notes, *more, *rest)


def _names(task: Task) -> Iterator[tuple[str, str | None]]:
    if task.format == "csv":
        yield Path(task.file).stem, _encoding(task)
        return
    yield from ((name, None) for name in _sheet_names(task))


def _encoding(task: Task) -> str:
    return task.choice.encoding or guess_file(task.path)


def _csv(task: Task) -> pd.DataFrame:
    codec = CODECS[_encoding(task)]
    codec = "utf-8-sig" if codec == "utf-8" else codec
    separator, width = _shape(task, codec)
    try:
        with task.path.open("rb") as file:
            rows = pd.read_csv(
                file,
                header=None,
                names=range(width),
                sep=separator,
                encoding=codec,
                encoding_errors="replace",
                dtype=str,
                keep_default_na=False,
                skipinitialspace=True,
                na_values=[""],
                chunksize=_CHUNK,
            )
            return pd.concat(_told(rows, task, file), ignore_index=True)
    except pd.errors.EmptyDataError:
        raise FileError(task.file, *_EMPTY) from None
    except pd.errors.ParserError as error:
        raise FileError(task.file, _ragged(str(error)), _AGAIN) from None


def _told(rows: Iterable[pd.DataFrame], task: Task, file: IO[bytes]) -> Iterator[pd.DataFrame]:
    """Rows part by part, each of them told in bytes: how many rows there are only the end of the file says."""
    for part in rows:
        task.tell(file.tell(), task.path.stat().st_size, "字节")
        yield part


def _shape(task: Task, codec: str) -> tuple[str, int]:
    """The separator that cuts most of the first lines into equally many parts, and the widest of them."""
    with task.path.open(encoding=codec, errors="replace", newline="") as file:
        lines = [line for line, _ in zip(file, range(_LOOKED_AT), strict=False)]
    cut = {sign: [len(row) for row in csv.reader(lines, delimiter=sign) if row] for sign in _SEPARATORS}
    best = max(cut, key=lambda sign: sum(count > 1 for count in cut[sign]))
    return best, max(cut[best], default=1)


def _ragged(message: str) -> str:
    """Pandas' words on a line that does not fit."""
    numbers = [int(word.strip(",")) for word in message.split() if word.strip(",").isdigit()]
    if "Expected" in message and len(numbers) == 3:  # noqa: PLR2004 - expected, line, seen
        return f"第 {numbers[1]} 行有 {numbers[2]} 格，而前面只有 {numbers[0]} 格"
    return "引号没有成对，或文件不完整"


def _sheet_names(task: Task) -> list[str]:
    with _book(task) as book:
        return book.sheet_names


def _book(task: Task) -> CalamineWorkbook:
    if is_zip(task.path):
        members(task.path, task.limits)
    try:
        return CalamineWorkbook.from_path(task.path)
    except (CalamineError, OSError):
        raise FileError(task.file, "不是完整的 Excel 表", _AGAIN) from None


def _excel(task: Task, name: str) -> tuple[pd.DataFrame, Notes]:
    with _book(task) as book:
        try:
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python()
        except CalamineError:
            raise FileError(task.file, f"工作表“{name}”无法读出", _AGAIN) from None
        return pd.DataFrame(rows, dtype=object).replace({"": None}), _merged(task, sheet)


def _merged(task: Task, sheet: CalamineSheet) -> Notes:
    """Cells joined below each other: only the first holds the value, and whether it counts for all nobody knows."""
    tall = sum(bottom > top for (top, _), (bottom, _) in sheet.merged_cell_ranges or ())
    if not tall:
        return ()
    what = f"有 {tall} 处跨行合并的单元格，只有第一行有值"
    return (FileError(f"{task.file} 的 {sheet.name}", what, "请取消合并并逐行填写，否则其余各行视为空"),)
