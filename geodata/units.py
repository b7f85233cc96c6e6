"""Units foreign tables are written in -> the units we keep: one table, and nothing guessed."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.columns import Column
from geodata.typed import commas, written

_MU = 2000 / 3
_PERCENT = "%"
_SHARE = "share"
_WHOLE = 1.0
_FULL = 100.0

_NEVER_A_WORD = (_PERCENT, "亩")
"""Units of one sign that end no word: others (人, 层, 米) must stand apart from it."""

_BRACKETED = r"(.+?)[\s_/:,、]*[(\[【〔]\s*(?:单位\s*:?)?\s*{form}\s*[)\]】〕]"
_BEHIND = r"(.+?)[\s_/:,、]{apart}{form}"

Forms = tuple[str, ...]

UNITS: Mapping[str, Mapping[str, tuple[float, Forms]]] = MappingProxyType(
    {
        "m2": {
            "平方米": (1.0, ("m2", "㎡", "平米", "平方公尺")),
            "公顷": (10_000.0, ("hm2", "ha")),
            "亩": (_MU, ("mu",)),
            "万平方米": (10_000.0, ("万m2", "万平米", "万方")),
            "平方公里": (1_000_000.0, ("km2", "平方千米")),
        },
        "m": {"米": (1.0, ("m",)), "公里": (1000.0, ("km", "千米")), "厘米": (0.01, ("cm",))},
        "元": {
            "元": (1.0, ("rmb",)),
            "万元": (10_000.0, ()),
            "亿元": (100_000_000.0, ()),
            "千元": (1000.0, ()),
        },
        "元/m2": {
            "元/平方米": (1.0, ("元/m2",)),
            "万元/亩": (10_000 / _MU, ()),
            "元/亩": (1 / _MU, ()),
            "万元/公顷": (1.0, ("万元/hm2", "万元/ha")),
            "万元/平方米": (10_000.0, ("万元/m2",)),
            "亿元/平方公里": (100.0, ("亿元/km2",)),
            "万元/平方公里": (0.01, ("万元/km2",)),
        },
        "人": {"人": (1.0, ()), "万人": (10_000.0, ())},
        "套": {"套": (1.0, ("户",))},
        "层": {"层": (1.0, ())},
        "个": {"个": (1.0, ("床", "座", "学位", "床位"))},
        _SHARE: {"比例": (1.0, ("0-1", "小数")), _PERCENT: (0.01, ("百分比", "百分数", "pct"))},
    }
)
"""Unit as stored -> unit a person may choose: factor, other ways to write it. The first one is the stored one."""


class Told(NamedTuple):
    """A heading taken apart.

    Attributes
    ----------
    bare : str
        The heading without its unit.
    unit : str or None
        Key of the column's `choices`; None where the heading tells none, or one the column does not know.
    """

    bare: str
    unit: str | None


def dimension(column: Column) -> str:
    """Key of UNITS for a column, "" where it has no unit.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> [dimension(DATASETS["plots"].column(name)) for name in ("area_stated_m2", "green_ratio", "far", "name")]
    ['m2', 'share', '', '']
    """
    if column.unit in UNITS:
        return column.unit
    return _SHARE if column.kind == "number" and column.minimum == 0 and column.maximum == _WHOLE else ""


def choices(column: Column) -> tuple[str, ...]:
    """Units a person may choose for a column, the stored one first; none for a column without unit.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> choices(DATASETS["plots"].column("area_stated_m2"))
    ('平方米', '公顷', '亩', '万平方米', '平方公里')
    """
    return tuple(UNITS.get(dimension(column), {}))


def factor(column: Column, unit: str) -> float:
    """What a value in `unit` is multiplied by.

    Raises
    ------
    KeyError
        The column does not know the unit.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> round(factor(DATASETS["supplied"].column("contract_tax"), "万元/亩"), 9)
    15.0
    """
    return UNITS[dimension(column)][unit][0]


def told(heading: str, column: Column) -> Told:
    """Take the unit off a heading, if it ends with one the column knows.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> area = DATASETS["plots"].column("area_stated_m2")
    >>> [tuple(told(heading, area)) for heading in ("面积（亩）", "用地面积_公顷", "面积", "面积(万元)")]
    [('面积', '亩'), ('用地面积', '公顷'), ('面积', None), ('面积(万元)', None)]
    """
    plain = unicodedata.normalize("NFKC", heading).strip()
    for form, unit in _forms(dimension(column)):
        apart = "*" if len(form) > 1 or form in _NEVER_A_WORD else "+"
        found = re.fullmatch(_BRACKETED.format(form=re.escape(form)), plain, re.IGNORECASE)
        found = found or re.fullmatch(_BEHIND.format(apart=apart, form=re.escape(form)), plain, re.IGNORECASE)
        if found:
            return Told(found[1], unit)
    return Told(plain, None)


def converted(values: pd.Series, column: Column, unit: str) -> pd.Series:
    """Bring values to the stored unit; what is no number stays as it is written, for the checks to name.

    Parameters
    ----------
    values : Series
        As people write them: numbers, or text with thousands separators; a share may end with %.
    column : Column
    unit : str
        One of `choices`.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> area = DATASETS["plots"].column("area_stated_m2")
    >>> converted(pd.Series(["1,500", "不详", None, 3]), area, "亩").tolist()
    [1000000.0, '不详', None, 2000.0]
    """
    times = factor(column, unit)
    if times == 1 and dimension(column) != _SHARE:
        return values
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return values * times
    text = written(values).str.normalize("NFKC")
    percent = text.str.endswith(_PERCENT).fillna(value=False).astype(bool) & (dimension(column) == _SHARE)
    digits = commas(text.str.removesuffix(_PERCENT).where(percent, text)).digits
    numbers = pd.to_numeric(digits.astype(object), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    scaled = pd.Series(numbers * np.where(percent, 1 / _FULL, times), values.index, dtype=object)
    return scaled.where(np.isfinite(numbers), values.astype(object))


def _forms(stored: str) -> list[tuple[str, str]]:
    """Every way to write the units of a column, the longest first, with the unit."""
    rows = UNITS.get(stored, {})
    forms = {word: unit for unit, (_, words) in rows.items() for word in (unit, *words)}
    plain = {unicodedata.normalize("NFKC", word): unit for word, unit in forms.items()}
    return [(word, plain[word]) for word in sorted(plain, key=len, reverse=True)]
