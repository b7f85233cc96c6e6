"""Tables -> workbooks and comma-separated text: exactly the rows given, and a sheet or lines that say what they are."""

import math
from collections.abc import Mapping, Sequence
from io import BytesIO

import pandas as pd
import xlsxwriter

Metadata = Mapping[str, str]
EXCEL_MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60
_LOOKED_AT = 1000
"""Lines that decide how wide a column is."""
_MANY = 20_000
_LONGEST, _CUT = 32_767, "…（超出单元格上限，后文略）"
_RUN = tuple("=+-@＝＋－＠")


def to_excel(table: pd.DataFrame, metadata: Metadata) -> bytes:
    """Write a workbook: sheet 数据 with the rows, sheet 说明 with `metadata`.

    Text is written as text: a cell that begins with = + - or @ is shown, never run.
    """
    rows = pd.DataFrame(table.drop(columns="geometry", errors="ignore")).astype(object)
    rows = rows.where(rows.notna(), None)
    lines = [list(rows.columns), *rows.to_numpy().tolist()]
    return to_book(
        {"数据": lines, "说明": [["项目", "内容"], *([key, value] for key, value in metadata.items())]},
        lean=len(lines) > _MANY,
    )


def to_csv(table: pd.DataFrame, metadata: Metadata) -> bytes:
    """Write comma-separated text that Excel opens in Chinese; lines "# key：value" with `metadata` stand on top.

    A cell that begins with = + - or @ gets an apostrophe before it: spreadsheets would run it.
    """
    rows = pd.DataFrame(table.drop(columns="geometry", errors="ignore")).map(_unrun)
    head = "".join(f"# {key}：{' '.join(str(value).split())}\r\n" for key, value in metadata.items())
    return f"\ufeff{head}{rows.to_csv(index=False, lineterminator=chr(13) + chr(10))}".encode()


def _unrun(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in _RUN else value


def _fill(sheet: xlsxwriter.worksheet.Worksheet, lines: Sequence[Sequence[object]], head: object) -> None:
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            style = head if number == 0 else None
            if isinstance(value, int | float) and math.isfinite(value):
                sheet.write_number(number, column, value, style)
            elif isinstance(value, int | float | str):
                sheet.write_string(number, column, _whole(str(value)), style)
    for column, values in enumerate(zip(*lines[:_LOOKED_AT], strict=True)):
        longest = max(sum(2 if ord(sign) > 255 else 1 for sign in str(value or "")) for value in values)  # noqa: PLR2004
        sheet.set_column(column, column, min(longest + 2, _WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(lines) - 1, len(lines[0]) - 1)


def _whole(text: str) -> str:
    """A text as a cell can hold it; Excel would leave out what is longer."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - len(_CUT)]}{_CUT}"


def to_book(sheets: Mapping[str, Sequence[Sequence[object]]], *, lean: bool = False) -> bytes:
    """Write a workbook of several sheets; in each the first line is the heading.

    Text is written as text, cut where a cell cannot hold all of it; numbers as numbers, endless ones as text; anything
    else leaves its cell empty.

    Parameters
    ----------
    sheets : mapping of str to sequence of lines
        Name of the sheet, at most 31 letters and none of []:*?/ -> lines of equal length.
    lean : bool
        Keep no more than a line in memory; for very many lines.

    Examples
    --------
    >>> to_book({"数据": [["编号"], ["=1+1"]]})[:2]
    b'PK'
    """
    target = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(target, {**options, "constant_memory": lean}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E8F0F8", "text_wrap": True, "valign": "top"})
        for name, lines in sheets.items():
            _fill(book.add_worksheet(name), lines, head)
    return target.getvalue()
