"""Columns that say where something is -> points or shapes, in whatever system their numbers are."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import FileError
from geodata.foreign.model import Notes

_EAST = (
    r"(?:中心|gcj|wgs84?|bd)?_?(?:经度|东经|lng|lon|long|longitude)(?:坐标)?",
    r"(?:横坐标|东坐标|x坐标|坐标x|x|point_x)",
)
_NORTH = (r"(?:中心|gcj|wgs84?|bd)?_?(?:纬度|北纬|lat|latitude)(?:坐标)?", r"(?:纵坐标|北坐标|y坐标|坐标y|y|point_y)")
_BOTH = r"(?:经纬度|坐标|位置|location|lnglat|lonlat|coordinates?)"
_WKT = r"\s*(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*\("
_PAIR = r"\s*[(（\[]?\s*([-+]?\d+(?:\.\d+)?)\s*[,，;；\s]\s*([-+]?\d+(?:\.\d+)?)\s*[)）\]]?\s*"
_ANGLE = r"\s*(?:[东北][经纬]|[EN])?\s*(\d{1,3})\s*[°度]\s*(?:(\d{1,2})\s*[′'分]\s*)?"
_ANGLE += r"(?:(\d{1,2}(?:\.\d+)?)\s*[″\"秒]|'')?\s*[EN]?\s*"

_GROUPED = r"\s*[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*"
_COMMA = r"\s*[-+]?\d+,\d+\s*"
_COMMAS = {"xy": _COMMA, "pair": rf"{_COMMA}[;；\s]{_COMMA}", "wkt": r"(?!)"}
"""How places look where a comma stands for the decimal point."""

_RANGES = (((73.0, 136.0), (3.0, 54.0)), ((1e5, 9e5), (4e6, 5e6)), ((1.3e7, 4.6e7), (4e6, 5e6)))
"""Longitude and latitude in China; easting and northing of this latitude without and with zone number."""

_MOSTLY = 0.9


class Found(NamedTuple):
    """The columns that hold places, and how."""

    columns: tuple[str, ...]
    how: str


def located(table: pd.DataFrame, chosen: Sequence[str], where: str) -> tuple[pd.DataFrame, Notes]:
    """A GeoDataFrame without a coordinate system where columns give places, otherwise the table itself.

    Parameters
    ----------
    table : DataFrame
    chosen : sequence of str
        Two columns (first easting or longitude), or one with WKT or pairs; empty to find them.
    where : str
        The file's or sheet's name.

    Raises
    ------
    FileError
        Where a chosen column is not there.
    """
    if missing := [name for name in chosen if name not in table.columns]:
        raise FileError(where, f"没有列“{missing[0]}”", "请重新选择坐标列")
    found = _as_chosen(table, chosen) if chosen else _found(table)
    if found is None:
        return table, ()
    shapes = _shapes(table, found)
    used = found.columns if found.how == "wkt" else ()
    placed = gpd.GeoDataFrame(table.drop(columns=list(used)), geometry=gpd.GeoSeries(shapes, index=table.index))
    return placed, (*_told(table, found, where), *(_commas(table, found, where) or _lost(shapes, found, where)))


def number(text: object) -> float:
    """A number or an angle in degrees, minutes, seconds; NaN where it is neither.

    Examples
    --------
    >>> number("121°30′36″"), number("38.9"), number("4,303,001.5"), number("121,38"), number("约38")
    (121.51, 38.9, 4303001.5, nan, nan)
    """
    if match := re.fullmatch(_ANGLE, str(text)):
        whole, minutes, seconds = (float(part or 0) for part in match.groups())
        return whole + minutes / 60 + seconds / 3600
    if "," in str(text) and not re.fullmatch(_GROUPED, str(text)):
        return np.nan
    try:
        return float(str(text).replace(",", ""))
    except ValueError:
        return np.nan


def _as_chosen(table: pd.DataFrame, chosen: Sequence[str]) -> Found:
    if len(chosen) > 1:
        return Found(tuple(chosen[:2]), "xy")
    return Found((chosen[0],), "wkt" if _mostly(table[chosen[0]], _WKT) else "pair")


def _found(table: pd.DataFrame) -> Found | None:
    for name in table.columns:
        if _mostly(table[name], _WKT):
            return Found((name,), "wkt")
    plain = {_plain(name): name for name in reversed(table.columns)}
    for east, north in zip(_EAST, _NORTH, strict=True):
        pair = _matching(plain, east), _matching(plain, north)
        if pair[0] is not None and pair[1] is not None:
            return Found((pair[0], pair[1]), "xy")
    both = _matching(plain, _BOTH)
    if both is not None and _mostly(table[both], _PAIR):
        return Found((both,), "pair")
    return _by_numbers(table)


def _by_numbers(table: pd.DataFrame) -> Found | None:
    """Two columns of which nearly all numbers lie where they must for this country, and no other pair does."""
    values = {name: table[name].to_numpy(float) for name in table.select_dtypes("number").columns}
    for east, north in _RANGES:
        first = [name for name, column in values.items() if _within(column, east)]
        second = [name for name, column in values.items() if _within(column, north)]
        if len(first) == len(second) == 1 and first != second:
            return Found((first[0], second[0]), "xy")
    return None


def _within(column: "np.ndarray[Any, np.dtype[np.float64]]", bounds: tuple[float, float]) -> bool:
    known = column[np.isfinite(column)]
    fractions = np.any(known != np.round(known))
    inside = (known >= bounds[0]) & (known <= bounds[1])
    return bool(known.size and fractions and inside.mean() >= _MOSTLY)


def _plain(heading: str) -> str:
    """A heading without unit, space and case."""
    return re.sub(r"[(（\[【].*?[)）\]】]|\s", "", str(heading)).lower()


def _matching(plain: dict[str, str], pattern: str) -> str | None:
    return next((name for heading, name in plain.items() if re.fullmatch(pattern, heading)), None)


def _mostly(column: "pd.Series[Any]", pattern: str) -> bool:
    if not pd.api.types.is_string_dtype(column):
        return False
    known = column.dropna().head(1000)
    return bool(len(known) and known.str.match(pattern, case=False).mean() >= _MOSTLY)


def _shapes(table: pd.DataFrame, found: Found) -> Any:
    if found.how == "wkt":
        text = table[found.columns[0]].str.replace(r"^\s*SRID=\d+;", "", regex=True, case=False)
        return shapely.from_wkt(text.astype(object).where(text.notna(), None).to_numpy(), on_invalid="ignore")
    if found.how == "pair":
        parts = table[found.columns[0]].str.extract(f"^{_PAIR}$").astype(float)
        pairs = [parts[0].to_numpy(), parts[1].to_numpy()]
    else:
        pairs = [_numbers(table[name]) for name in found.columns]
    known = np.isfinite(pairs[0]) & np.isfinite(pairs[1])
    return np.where(known, shapely.points(np.nan_to_num(pairs[0]), np.nan_to_num(pairs[1])), None)


def _numbers(column: "pd.Series[Any]") -> Any:
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(float, na_value=np.nan)
    numbers = np.array([number(value) for value in column], float)
    numbers[column.index.isin(_decimal(column, "xy").index)] = np.nan
    return numbers


def _told(table: pd.DataFrame, found: Found, where: str) -> Notes:
    if not len(table):
        return ()
    taken = FileError(where, f"位置取自“{'、'.join(found.columns)}”列", "如不对，请另选坐标列")
    return (taken,)


def _lost(shapes: Any, found: Found, where: str) -> Notes:
    """Rows whose columns give no place, where others do."""
    lost = np.flatnonzero(shapely.is_missing(shapes))
    if lost.size in (0, len(shapes)):
        return ()
    first = f"（第一处在第 {lost[0] + 1} 行）"
    if found.how == "wkt":
        what = f"有 {lost.size} 行的“{found.columns[0]}”不能读作 WKT 图形{first}"
        return (FileError(where, what, "请核对括号与坐标后改正"),)
    what = f"有 {lost.size} 行的坐标为空或不是数值{first}，这些行没有位置"
    return (FileError(where, what, "请在表中补齐或改正坐标"),)


def _commas(table: pd.DataFrame, found: Found, where: str) -> Notes:
    """Say that a comma stands for the decimal point: nobody guesses whether it does."""
    for name in found.columns:
        if pd.api.types.is_string_dtype(table[name]):
            hits = _decimal(table[name], found.how)
            if len(hits):
                what = f"“{name}”列有 {len(hits)} 行用逗号作小数点（例如“{hits.iloc[0].strip()}”），这些行没有位置"
                return (FileError(where, what, "请改用小数点后再选"),)
    return ()


def _decimal(column: "pd.Series[Any]", how: str) -> "pd.Series[Any]":
    """Values whose comma stands for the decimal point: all with a comma, where not each has thousands before it."""
    told = column.dropna()
    told = told[told.str.fullmatch(_COMMAS[how])]
    return told[:0] if told.str.fullmatch(_GROUPED).all() else told
