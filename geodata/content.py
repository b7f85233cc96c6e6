"""What the content of a table says: codes, names, areas, places; the contract itself is schema.py."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.columns import Kind
from geodata.findings import MAPPED, Finding, examples, finding, of_column
from geodata.landuse_codes import LANDUSE_COLUMNS, SCHEMES, codes, disagreements
from geodata.stated_areas import Statement, compared

ORDERED: Mapping[str, tuple[tuple[str, str, str], ...]] = MappingProxyType(
    {
        "plots": (("K021", "far_min", "far_max"),),
        "buildings": (("K022", "vacant_m2", "floor_area_m2"),),
        "parcels": (("K022", "registered_on", "expires_on"),),
        "supplied": (
            ("K022", "undelivered_m2", "area_stated_m2"),
            ("K022", "developed_m2", "area_stated_m2"),
            ("K022", "agreed_start", "agreed_finish"),
            ("K022", "actual_start", "actual_finish"),
        ),
    }
)
"""Kind -> rule and two columns of which the second must not be the lower."""

_ZONE = 1_000_000
"""Eastings with a zone number in front (40 630 198) are beyond it."""

STATED = "area_stated_m2"

_CREDIT_SIGNS = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
_CREDIT_LENGTH = 18
_CREDIT_WEIGHTS = np.array([3**place % 31 for place in range(17)])


def check(frame: pd.DataFrame, spec: Kind, scheme: str | None) -> list[Finding]:
    """Say what is wrong with the content of a table.

    Parameters
    ----------
    frame : DataFrame
        Typed columns of the contract, as far as the table has them; numbered from 0.
    spec : Kind
        Its contract.
    scheme : str or None
        分类标准 of its codes, where one is chosen for the whole table.
    """
    return [one for look in _LOOKS for one in look(frame, spec, scheme)]


def _rows(frame: pd.DataFrame, where: pd.Series) -> pd.Series:
    """Ids of the rows where something is so; unknown is not so."""
    found = where.fillna(value=False).astype(bool)
    return frame["id"][found] if "id" in frame.columns else pd.Series(pd.NA, frame.index[found], dtype="string")


def _emptiness(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    return [] if len(frame) else [finding("K001", spec.label)]


def _schemes(frame: pd.DataFrame, spec: Kind, scheme: str | None) -> list[Finding]:
    """No scheme for codes that are there, or rows of another scheme than the chosen one."""
    columns = [name for name, _ in LANDUSE_COLUMNS.get(spec.key, ()) if name in frame.columns]
    if "scheme" not in spec.names:
        unknown = scheme is None and any(frame[name].notna().any() for name in columns)
        return [finding("K017", spec.label)] if unknown else []
    if scheme is None or "scheme" not in frame.columns:
        return []
    rows = _rows(frame, frame["scheme"] != scheme)
    where = of_column(spec, "scheme")
    return [finding("K018", where, rows, scheme=SCHEMES[scheme].label)] if len(rows) else []


def _landuse(frame: pd.DataFrame, spec: Kind, scheme: str | None) -> list[Finding]:
    own = frame["scheme"] if "scheme" in frame.columns else pd.Series(scheme, frame.index, dtype="string")
    return [
        said
        for used in own.dropna().unique()
        if used in SCHEMES
        for pair in LANDUSE_COLUMNS.get(spec.key, ())
        for said in _codes(frame[own == used], spec, str(used), pair)
    ]


def _codes(frame: pd.DataFrame, spec: Kind, scheme: str, pair: tuple[str, str]) -> list[Finding]:
    """Codes that the scheme does not have, and codes beside the name of another class."""
    code, name = pair
    if code not in frame.columns:
        return []
    values, label, where = frame[code], SCHEMES[scheme].label, of_column(spec, code)
    unknown = values.notna() & ~values.isin(codes(scheme).index)
    found = [("K019", unknown, values)]
    if name in frame.columns:
        found.append(("K020", disagreements(values, frame[name], scheme), values + " " + frame[name]))
    return [
        finding(
            number,
            where,
            _rows(frame, wrong),
            scheme=label,
            examples=examples(shown[wrong]),
            remedy=_code_hint(values[unknown], scheme),
        )
        for number, wrong, shown in found
        if wrong.any()
    ]


def _code_hint(unknown: pd.Series, scheme: str) -> str:
    """A spreadsheet makes 601 of 0601."""
    if ("0" + unknown).isin(codes(scheme).index).all():
        return "像是丢了开头的 0，请把该列改为文本后补上"
    return f"请改正代码或重选分类标准{MAPPED}"


def _orders(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    found = [
        (number, lower, upper, _rows(frame, frame[upper] < frame[lower]))
        for number, lower, upper in ORDERED.get(spec.key, ())
        if {lower, upper} <= set(frame.columns)
    ]
    return [
        finding(number, spec.label, rows, upper=spec.column(upper).label, lower=spec.column(lower).label)
        for number, lower, upper, rows in found
        if len(rows)
    ]


def _pointers(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    """Rows that do not say what they belong to."""
    if spec.key not in POINTERS:
        return []
    name, why, applies = POINTERS[spec.key]
    rows = _rows(frame, applies(frame))
    return [finding("K023", spec.label, rows, label=spec.column(name).label, why=why)] if len(rows) else []


def _missing(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].isna() if name in frame.columns else pd.Series(data=True, index=frame.index)


def _nowhere(frame: pd.DataFrame) -> pd.Series:
    return _missing(frame, "plot_id") & _missing(frame, "building_id") & _missing(frame, "geometry")


POINTERS: Mapping[str, tuple[str, str, Callable[[pd.DataFrame], pd.Series]]] = MappingProxyType(
    {
        "enterprise_sites": ("plot_id", "也没有填写楼宇或图形，无法确定场所的位置", _nowhere),
    }
)


def _areas(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    """Stated areas that are in another unit as a whole, or differ row by row from the drawn ones."""
    said = stated_areas(frame, spec)
    if said is None or not said.wrong.any():
        return []
    where = of_column(spec, STATED)
    if said.unit not in ("", "平方米"):
        return [finding("K026", where, unit=said.unit, share=f"{said.share:.0%}")]
    rows = _rows(frame, pd.Series(said.wrong, frame.index))
    return [finding("K024", spec.label, rows, label=spec.column(STATED).label, remedy="请核对图形或面积")]


def stated_areas(frame: pd.DataFrame, spec: Kind) -> Statement | None:
    """How the stated areas of a typed table agree with its shapes; None where it has none, or no metres."""
    if STATED not in spec.names or not {STATED, "geometry"} <= set(frame.columns) or not is_metric(frame):
        return None
    return compared(gpd.GeoSeries(frame["geometry"]), frame[STATED].to_numpy(dtype=float, na_value=np.nan))


def is_metric(frame: pd.DataFrame) -> bool:
    """Whether a typed table has shapes in EPSG:4549."""
    return "geometry" in frame.columns and crs.refusal(frame["geometry"].array.crs) is None


def _places(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    """Geometry outside the window of the base map."""
    if not is_metric(frame):
        return []
    west, south, east, north = crs.metric_window()
    bounds = shapely.bounds(frame["geometry"].to_numpy())
    outside = (bounds < (west, south, west, south)) | (bounds > (east, north, east, north))
    rows = _rows(frame, pd.Series(outside.any(axis=1), frame.index))
    if not len(rows):
        return []
    return [finding("K016", spec.label, rows, remedy=_place_hint(*bounds[rows.index[0], :2]))]


def _place_hint(x: float, y: float) -> str:
    west, south, east, north = crs.metric_window()
    if west <= y <= east and south <= x <= north:
        return "像是 X、Y 颠倒，请对调后放回"
    if west <= x % _ZONE <= east and x > _ZONE:
        return "横坐标像是带有带号，请说明带带号的坐标系并转换"
    return "请检查坐标系与坐标"


def _credit_codes(frame: pd.DataFrame, spec: Kind, _scheme: str | None) -> list[Finding]:
    """Unified social credit codes whose last sign does not fit (GB 32100-2015)."""
    if "credit_code" not in frame.columns:
        return []
    given = frame["credit_code"].dropna()
    wrong = given[~_sound_credit(given)]
    if not len(wrong):
        return []
    rows = _rows(frame, pd.Series(frame.index.isin(wrong.index), frame.index))
    return [finding("K025", of_column(spec, "credit_code"), rows)]  # without examples: they are 敏感


def _sound_credit(given: pd.Series) -> pd.Series:
    padded = given.str.pad(_CREDIT_LENGTH, side="right", fillchar="?").str.slice(stop=_CREDIT_LENGTH)
    signs = padded.to_numpy(dtype=f"U{_CREDIT_LENGTH}").view("U1").reshape(-1, _CREDIT_LENGTH)
    values = np.searchsorted(_CREDIT_SIGNS, signs).clip(max=len(_CREDIT_SIGNS) - 1)
    known = (_CREDIT_SIGNS[values] == signs).all(axis=1) & (given.str.len() == _CREDIT_LENGTH).to_numpy(dtype=bool)
    fits = (values[:, :-1] @ _CREDIT_WEIGHTS + values[:, -1]) % len(_CREDIT_SIGNS) == 0
    return pd.Series(known & fits, given.index)


_LOOKS: tuple[Callable[[pd.DataFrame, Kind, str | None], list[Finding]], ...] = (
    *(_emptiness, _schemes, _landuse, _orders, _pointers, _areas, _places, _credit_codes),
)
