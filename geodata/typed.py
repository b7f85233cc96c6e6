"""Columns as people bring them -> columns of one type, and which values could not be read.

Nothing is guessed: a value that cannot be read becomes NA and is named.
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.columns import Column, ColumnKind
from geodata.tables import by_value

Values = tuple[pd.Series, pd.Series]
"""The column in its type, and where a value was given that could not be read."""

TYPES: Mapping[ColumnKind, str] = MappingProxyType(
    {
        "text": "string",
        "code": "string",
        "number": "Float64",
        "integer": "Int64",
        "flag": "boolean",
        "date": "datetime64[ms]",
    }
)
"""Type of a column in pandas; all of them know NA."""

SAID: Mapping[ColumnKind, str] = MappingProxyType(
    {
        "text": "文字（长编码须存为文本，不能存为数值）",
        "code": "代码（长编码须存为文本，不能存为数值）",
        "number": "数值",
        "integer": "整数",
        "flag": "“是”或“否”",
        "date": "日期（如 2021-05-18）",
    }
)

UNREAD: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "": ("不能读作{said}", "请改正这些值"),
        "no day": ("的日期不存在", "请按当月的天数核对后改正"),
        "far day": ("的日期不在 1800—2199 年之内", "请核对年份后改正"),
        "endless": ("不是有限的数（无穷大或 NaN）", "请改为实际数值，没有的留空"),
        "fraction": ("是小数，应为整数", "请核对后改为整数"),
    }
)
"""Why a value could not be read, and what to do about it."""

_FLAGS = MappingProxyType(
    dict.fromkeys(("是", "有", "true", "t", "y", "yes", "1", "1.0", "√"), True)
    | dict.fromkeys(("否", "无", "false", "f", "n", "no", "0", "0.0", "×"), False)
)
_EXACT = 2.0**53
"""From here on a float no longer tells neighbouring whole numbers apart."""

_DATE_SIGNS = r"[年月./]"
_DATE_DIGITS = r"^(\d{4})(\d{2})(\d{2})$"
_EITHER = r"[+-]?[1-9]\d{0,2},\d{3}"
"""A comma before three digits: between thousands, or the decimal point."""
_GROUPED = r"[+-]?[1-9]\d{0,2}(?:(?:,\d{3}){2,}(?:\.\d*)?|,\d{3}\.\d*)"
_COMMA = r"[+-]?\d+,\d+"
_POINT = r"[+-]?\d*\.\d+"
_DAY = r"^(\d{4})-\d{1,2}-\d{1,2}$"
_NAN = r"[+-]?nan"
_TIME = r"[ T]\d.*$"
_YEARS = (1800, 2199)
"""As the years of buildings begin (`geodata.kinds`), and a lease of seventy years ends."""


def typed(values: pd.Series, column: Column) -> Values:
    """Bring a column to its type.

    Examples
    --------
    >>> numbers, bad = typed(pd.Series(["1,200", "", "约 3"]), Column("far", "容积率", "number"))
    >>> numbers.tolist(), bad.tolist()
    ([1200.0, <NA>, <NA>], [False, False, True])
    """
    return _READERS[column.kind](values, column)


def reasons(values: pd.Series, column: Column) -> pd.Series:
    """Tell why each of some values that could not be read could not be.

    Parameters
    ----------
    values : Series
        As they are written; only those that `typed` could not read.
    column : Column

    Returns
    -------
    Series of str
        Keys of UNREAD, on the same index.

    Examples
    --------
    >>> wrong = pd.Series(["2023-02-30", "0202-05-18", "昨天"])
    >>> reasons(wrong, Column("registered_on", "登记日期", "date")).tolist()
    ['no day', 'far day', '']
    """
    found = pd.Series("", values.index, dtype=object)
    text = written(values).str.normalize("NFKC")
    if column.kind == "date":
        years = pd.to_numeric(_plain_days(text).str.extract(_DAY, expand=False).astype(object))
        return found.mask(years.notna(), "far day").mask(years.between(*_YEARS), "no day")
    if column.kind in ("number", "integer"):
        numbers = pd.to_numeric(commas(text).digits.astype(object), errors="coerce").astype(float)
        endless = np.isinf(numbers) | text.str.fullmatch(_NAN, case=False).fillna(value=False).astype(bool)
        return found.mask(numbers.notna(), "fraction").mask(endless, "endless")
    return found


def blank(column: Column, index: pd.Index) -> pd.Series:
    """Make a column without any value."""
    return pd.Series(pd.NA if column.kind != "date" else pd.NaT, index, dtype=TYPES[column.kind])


class Commas(NamedTuple):
    """Numbers as text without commas, and the rows whose comma may mean either.

    Attributes
    ----------
    digits : Series of string
        What a number can be read from; a doubtful comma counts as one between thousands, and what is neither stays.
    doubtful : Series of bool
    """

    digits: pd.Series
    doubtful: pd.Series


def commas(text: pd.Series, *, whole: bool = False) -> Commas:
    """Decide by a column what its commas are: between thousands, or decimal points.

    Parameters
    ----------
    text : Series of string
        Numbers as people write them.
    whole : bool
        Whether they are whole numbers, of which no comma is a decimal point.

    Examples
    --------
    >>> [commas(pd.Series(told, dtype="string")).digits.tolist() for told in (["1,234", "2,5"], ["1,234", "2.5"])]
    [['1.234', '2.5'], ['1234', '2.5']]
    >>> found = commas(pd.Series(["1,234", "56"], dtype="string"))
    >>> found.digits.tolist(), found.doubtful.tolist()
    (['1234', '56'], [True, False])
    """
    if not text.str.contains(",", regex=False).any():
        return Commas(text, _nowhere(text))
    there = {form: text.str.fullmatch(form).fillna(value=False).astype(bool) for form in (_EITHER, _GROUPED, _COMMA)}
    either = there[_EITHER]
    points = there[_COMMA] & ~either & (not whole)
    thousands = bool(there[_GROUPED].any() or text.str.fullmatch(_POINT).any())
    doubtful = either & (thousands == bool(points.any())) & (not whole)
    points = points | (either & bool(points.any()) & ~thousands & (not whole))
    plain = text.mask(points, text.str.replace(",", ".")).mask(
        there[_GROUPED] | (either & ~points), text.str.replace(",", "")
    )
    return Commas(plain, doubtful)


def without_commas(values: pd.Series, column: Column, *, whole: bool) -> pd.Series:
    """Numbers as text without commas, where the column tells what these are; anything else as it is."""
    text = _with_commas(values, column)
    if text is None:
        return values
    there = text.str.contains(",", regex=False).fillna(value=False).astype(bool)
    return values.astype(object).mask(there, commas(text, whole=whole).digits)


def doubtful(values: pd.Series, column: Column, *, whole: bool) -> pd.Series:
    """Numbers as they are written whose comma may be either sign; empty where there are none."""
    text = _with_commas(values, column)
    return pd.Series(dtype="string") if text is None else written(values)[commas(text, whole=whole).doubtful]


def _with_commas(values: pd.Series, column: Column) -> pd.Series | None:
    if column.kind not in ("number", "integer") or pd.api.types.is_numeric_dtype(values):
        return None
    text = written(values).str.normalize("NFKC")
    return text if text.str.contains(",", regex=False).any() else None


def written(values: pd.Series) -> pd.Series:
    """Values as text without blanks around; NA where there is nothing.

    A whole number that a spreadsheet or a DBF file made a fraction (12.0) is written as a whole number.
    """
    if pd.api.types.is_object_dtype(values):  # map would make floats of long numbers beside a missing one
        values = pd.Series([_unfraction(value) for value in values], values.index, dtype=object)
    text = values.astype("string").str.strip()
    if pd.api.types.is_float_dtype(values):
        whole = ((values % 1 == 0) & ~_blurred(values)).fillna(value=False).astype(bool)
        text = text.mask(whole, values.where(whole).astype("Int64").astype("string"))
    return text.mask(text.eq("").fillna(value=False), pd.NA)


def _unfraction(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def _nowhere(values: pd.Series) -> pd.Series:
    return pd.Series(data=False, index=values.index)


def _blurred(values: pd.Series) -> pd.Series:
    """Where a float stands for a number too long for it: a code of 18 digits that was saved as a number."""
    if pd.api.types.is_object_dtype(values):
        return values.map(lambda value: isinstance(value, float) and _EXACT <= abs(value) < math.inf).astype(bool)
    if pd.api.types.is_float_dtype(values):
        return (values.abs() >= _EXACT).fillna(value=False).astype(bool)
    return _nowhere(values)


def _text(values: pd.Series, column: Column) -> Values:
    bad = _blurred(values)
    text = written(values).mask(bad, pd.NA)
    allowed = column.values  # noqa: PD011 - the column of a contract, not of pandas
    if allowed is not None:
        lookup = {word.lower(): key for key, label in allowed.items() for word in (label, key)}
        text = by_value(text, lambda word: lookup.get(word.lower(), word), "string")
    return text, bad


def _code(values: pd.Series, column: Column) -> Values:
    text, bad = _text(values, column)
    return by_value(text, lambda word: "".join(unicodedata.normalize("NFKC", word).upper().split()), "string"), bad


def _number(values: pd.Series, column: Column) -> Values:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        text = written(values)
        digits = commas(text.str.normalize("NFKC"), whole=column.kind == "integer").digits
        numbers = pd.to_numeric(digits.astype(object), errors="coerce")
        given = text.notna()
    else:
        numbers, given = values, values.notna()
    plain = numbers.to_numpy(dtype=float, na_value=np.nan)
    plain = np.where(np.isfinite(plain), plain, np.nan)
    return pd.Series(plain, values.index).astype("Float64"), given & np.isnan(plain)


def _integer(values: pd.Series, column: Column) -> Values:
    numbers, bad = _number(values, column)
    whole = ((numbers % 1 == 0) & (numbers.abs() < _EXACT)).fillna(value=True).astype(bool)
    return numbers.where(whole).astype("Int64"), bad | ~whole


def _flag(values: pd.Series, _column: Column) -> Values:
    if pd.api.types.is_bool_dtype(values):
        return values.astype("boolean"), _nowhere(values)
    text = written(values)
    flags = by_value(text, lambda word: _FLAGS.get(word.lower()), "boolean")
    return flags, text.notna() & flags.isna()


def _date(values: pd.Series, _column: Column) -> Values:
    """Days; a year that nothing here can be of is a slip of the pen, and read as no day."""
    if pd.api.types.is_datetime64_any_dtype(values):
        dates, given = values.dt.tz_localize(None).astype("datetime64[ms]"), values.notna()
    else:
        text = written(values)
        dates, given = _days(text), text.notna()
    plausible = dates.dt.year.between(*_YEARS)
    return dates.where(plausible), given & ~plausible


def _plain_days(text: pd.Series) -> pd.Series:
    days = text.str.replace(_TIME, "", regex=True).str.replace(_DATE_SIGNS, "-", regex=True).str.rstrip("日")
    return days.str.replace(_DATE_DIGITS, r"\1-\2-\3", regex=True)


def _days(text: pd.Series) -> pd.Series:
    days = _plain_days(text)
    return pd.to_datetime(days.astype(object), format="%Y-%m-%d", errors="coerce").astype("datetime64[ms]")


_READERS: Mapping[ColumnKind, Callable[[pd.Series, Column], Values]] = MappingProxyType(
    {"text": _text, "code": _code, "number": _number, "integer": _integer, "flag": _flag, "date": _date}
)
