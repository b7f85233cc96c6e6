"""Rows of cells -> a table with headings and types; what looks like a code or an id stays text."""

import datetime as dt
import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from geodata.errors import FileError
from geodata.foreign.model import Notes
from geodata.typed import commas

_LOOKED_AT = 20
_FULL_ENOUGH = 0.6
_NUMBER = r"[+-]?(?:0|[1-9]\d{0,14}|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+(?:[eE][+-]?\d+)?)?"
"""No leading zeros and no more digits than a number keeps: 0601 is a code, 19 digits are an id."""


def headed(raw: pd.DataFrame, where: str) -> tuple[pd.DataFrame, Notes]:
    """A table out of cells: titles above the headings and empty rows and columns are left out.

    Parameters
    ----------
    raw : DataFrame
        Cells without headings; empty cells are missing.
    where : str
        The file's or sheet's name.
    """
    raw = raw.dropna(axis="index", how="all").dropna(axis="columns", how="all")
    if raw.empty:
        return pd.DataFrame(), ()
    at = _heading(raw)
    cells = [_text(cell) for cell in raw.iloc[at]]
    bare = all(re.fullmatch(_NUMBER, cell) for cell in cells)
    names = unique(["" if bare else cell for cell in cells])
    body = raw.iloc[at if bare else at + 1 :].reset_index(drop=True)
    table = pd.DataFrame({name: typed(body.iloc[:, number]) for number, name in enumerate(names)})
    return table, (*_titles(at, where, bare=bare), *_doubles(cells, where))


def typed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Numbers, days or truths where all filled cells are; otherwise text.

    Examples
    --------
    >>> typed(pd.Series(["1", "2.5", None])).tolist()
    [1.0, 2.5, nan]
    >>> typed(pd.Series(["0601", "1001"])).tolist()
    ['0601', '1001']
    >>> typed(pd.Series(["1,234", "56"])).tolist(), typed(pd.Series(["1,234", "5.6"])).tolist()
    (['1,234', '56'], [1234.0, 5.6])
    """
    filled = column.dropna()
    if len(filled) and all(isinstance(value, bool) for value in filled):
        return column.astype("boolean")
    if len(filled) and all(isinstance(value, dt.date) for value in filled):
        return column
    text = column.map(_text, na_action="ignore").astype("str")
    text = text.where(text != "")
    if not (text.notna().any() and text.dropna().str.fullmatch(_NUMBER).all()):
        return text
    found = commas(text)
    return text if found.doubtful.any() else pd.to_numeric(found.digits)


def unique(names: list[str]) -> list[str]:
    """Headings, each once; a column without one is named by its number.

    Examples
    --------
    >>> unique(["面积", "", "面积"])
    ['面积', '第2列', '面积_2']
    """
    seen: Counter[str] = Counter()
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        named = name or f"第{number}列"
        seen[named] += 1
        found.append(named if seen[named] == 1 else f"{named}_{seen[named]}")
    return found


def _heading(raw: pd.DataFrame) -> int:
    """The first row nearly as full as the fullest: titles stand in one cell."""
    filled = raw.iloc[:_LOOKED_AT].notna().sum(axis="columns").to_numpy()
    return int(np.argmax(filled >= _FULL_ENOUGH * filled.max()))


def _text(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:  # noqa: PLR2004 - as far as floats count
        return str(int(cell))
    return re.sub(r"\s*\n\s*", "", str(cell)).strip()


def _titles(at: int, where: str, *, bare: bool) -> Notes:
    if bare:
        return (FileError(where, "第一行就是数值，没有列名", "已按第1列、第2列……命名，请在匹配字段时核对"),)
    return (FileError(where, f"前 {at} 行是标题", f"已从第 {at + 1} 个非空行读取列名，请核对"),) if at else ()


def _doubles(cells: list[str], where: str) -> Notes:
    twice = [name for name, count in Counter(cells).items() if count > 1 and name]
    if not twice:
        return ()
    what = f"列名重复：{'、'.join(twice[:5])}"
    return (FileError(where, what, "后面的列已加上序号（如 _2），请在匹配字段时核对"),)
