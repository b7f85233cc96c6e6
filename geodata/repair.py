"""What can be repaired without guessing: each repair is a row of a table, chosen by a person, and gives an account."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.areal import Flags, ellipsoidal, is_area, is_finite, is_tangled, valid
from geodata.columns import Kind
from geodata.kinds import DATASETS
from geodata.shapes import Shapes, numbered

_DIMENSION = MappingProxyType({"Point": 0, "LineString": 1, "Polygon": 2})
_APART = 0.05
"""The ends of an outline may be so far apart (m) and still be meant to meet: drawings close to the millimetre."""

_FEWEST = 4
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING, shapely.GeometryType.MULTILINESTRING)


@dataclass(frozen=True)
class Repair:
    """One repair.

    Attributes
    ----------
    label, what : str
        Its name on the screen, and what it does.
    finds : callable
        Table and kind -> the rows it would touch.
    mends : callable
        Shapes of those rows and kind -> their new shapes; None: the rows go.
    """

    label: str
    what: str
    finds: Callable[[gpd.GeoDataFrame, Kind], Flags]
    mends: Callable[[Shapes, Kind], Shapes] | None


@dataclass(frozen=True)
class Offer:
    """A repair that would touch rows of a table."""

    key: str
    label: str
    what: str
    count: int


@dataclass(frozen=True)
class Account:
    """What one repair did.

    Attributes
    ----------
    rows : tuple
        Labels of the rows that were changed, or went.
    rows_before, rows_after : int
        Rows of the whole table.
    area_before_m2, area_after_m2 : float
        Area on the ellipsoid of the rows concerned alone; the rest is as it was.
    """

    key: str
    label: str
    rows: tuple[Any, ...]
    rows_before: int
    rows_after: int
    area_before_m2: float
    area_after_m2: float


class Repaired(NamedTuple):
    """A repaired table, and an account of every repair that was asked for."""

    table: gpd.GeoDataFrame
    accounts: tuple[Account, ...]


def offered(table: gpd.GeoDataFrame, kind: str) -> tuple[Offer, ...]:
    """List the repairs that would touch rows of a table, each counted by itself.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549, before it is conformed.
    kind : str
        Key of DATASETS.

    Examples
    --------
    >>> from shapely import Polygon
    >>> bow = Polygon([(0, 0), (4, 4), (4, 0), (0, 4)])
    >>> [(offer.label, offer.count) for offer in offered(gpd.GeoDataFrame(geometry=[bow, None]), "plots")]
    [('去掉没有图形的行', 1), ('修复无效的面', 1)]
    """
    spec = DATASETS[kind]
    counts = {key: int(repair.finds(table, spec).sum()) for key, repair in REPAIRS.items()}
    return tuple(Offer(key, REPAIRS[key].label, REPAIRS[key].what, count) for key, count in counts.items() if count)


def repaired(table: gpd.GeoDataFrame, kind: str, chosen: Iterable[str]) -> Repaired:
    """Apply the chosen repairs in the order of REPAIRS; the table that came in is not changed.

    Parameters
    ----------
    table, kind
        As in `offered`.
    chosen : iterable of str
        Keys of REPAIRS.

    Examples
    --------
    >>> from shapely import Polygon
    >>> bow = Polygon([(630000, 4304000), (630004, 4304004), (630004, 4304000), (630000, 4304004)])
    >>> table = gpd.GeoDataFrame(geometry=[bow, None])
    >>> mended, accounts = repaired(table, "plots", ["valid", "empty"])
    >>> mended.geometry.area.tolist(), [(one.label, one.rows_before, one.rows_after) for one in accounts]
    ([8.0], [('去掉没有图形的行', 2, 1), ('修复无效的面', 1, 1)])
    """
    spec, accounts, wanted = DATASETS[kind], [], set(chosen)
    for key, repair in REPAIRS.items():
        if key in wanted:
            table, account = _applied(table, spec, key, repair)
            accounts.append(account)
    return Repaired(table, tuple(accounts))


def _applied(table: gpd.GeoDataFrame, spec: Kind, key: str, repair: Repair) -> tuple[gpd.GeoDataFrame, Account]:
    found = repair.finds(table, spec)
    before = np.asarray(table.geometry.to_numpy(), object)
    if repair.mends is None:
        made, changed, after = table[~found], found, before[:0]
    else:
        shapes = before.copy()
        shapes[found] = repair.mends(before[found], spec)
        changed = found & np.array([new is not old for new, old in zip(shapes, before, strict=True)], bool)
        made = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))
        after = shapes[changed]
    rows = tuple(table.index[changed])
    areas = _area(before[changed]), _area(after)
    return made, Account(key, repair.label, rows, len(table), len(made), *areas)


def _area(shapes: Shapes) -> float:
    """Area of all shapes together in m2 on the ellipsoid; of a broken outline as its corners give it."""
    return float(np.nansum(ellipsoidal(shapes)))


# —— rows a repair would touch ——


def _with_heights(table: gpd.GeoDataFrame, _spec: Kind) -> Flags:
    shapes = table.geometry.to_numpy()
    return np.asarray(shapely.has_z(shapes) | shapely.has_m(shapes))


def _without_shape(table: gpd.GeoDataFrame, spec: Kind) -> Flags:
    shapes = table.geometry.to_numpy()
    return np.asarray((shapely.is_missing(shapes) | shapely.is_empty(shapes)) & spec.placed)


def _mixed(table: gpd.GeoDataFrame, spec: Kind) -> Flags:
    """Collections that hold something of the kind's own."""
    shapes = table.geometry.to_numpy()
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    mixed[mixed] = ~shapely.is_missing(_own_parts(shapes[mixed], spec))
    return np.asarray(mixed)


def _outlines(table: gpd.GeoDataFrame, spec: Kind) -> Flags:
    """Lines that come back to where they began, where the kind wants areas and knows no lines."""
    shapes = table.geometry.to_numpy()
    if spec.geometry != ("Polygon",):
        return np.zeros(len(shapes), bool)
    lines = np.isin(shapely.get_type_id(shapes), _LINES) & ~shapely.is_empty(shapes)
    parts, owner = shapely.get_parts(np.where(lines, shapes, shapely.MultiLineString()), return_index=True)
    apart = shapely.distance(shapely.get_point(parts, 0), shapely.get_point(parts, -1)) > _APART
    lines[owner[apart | (shapely.get_num_coordinates(parts) < _FEWEST)]] = False
    return np.asarray(lines)


def _invalid(table: gpd.GeoDataFrame, _spec: Kind) -> Flags:
    shapes = table.geometry.to_numpy()
    broken = is_area(shapes) & is_finite(shapes)
    broken[broken] = ~shapely.is_valid(shapes[broken])
    broken[broken] = [not is_tangled(shape) for shape in shapes[broken]]
    return broken


def _repeated(table: gpd.GeoDataFrame, _spec: Kind) -> Flags:
    return _again(table, list(table.columns.drop(table.active_geometry_name)))


def _repeated_but_for_id(table: gpd.GeoDataFrame, _spec: Kind) -> Flags:
    rest = list(table.columns.drop([table.active_geometry_name, "id"], errors="ignore"))
    return _again(table, rest) if "id" in table.columns else np.zeros(len(table), bool)


def _again(table: gpd.GeoDataFrame, columns: list[str]) -> Flags:
    """Rows with a shape that repeat an earlier row in some columns and in the shape."""
    numbers = numbered(np.asarray(table.geometry.to_numpy(), object))
    alike = np.flatnonzero(numbers)
    keys = {name: pd.factorize(table[name].iloc[alike].astype("string"))[0] for name in columns}
    again = np.zeros(len(table), bool)
    again[alike] = pd.DataFrame({**keys, "": numbers[alike]}).duplicated()
    return again


# —— what becomes of their shapes ——


def _flat(shapes: Shapes, _spec: Kind) -> Shapes:
    return np.asarray(shapely.force_2d(shapes), object)


def _own_parts(shapes: Shapes, spec: Kind) -> Shapes:
    """Of collections what is of the kind's own geometry, the largest dimension it knows first; None if nothing."""
    kept: Shapes = np.full(len(shapes), None, dtype=object)
    for place, shape in enumerate(shapes):
        parts = shapely.get_parts(shapely.get_parts(shape))
        wanted = sorted((_DIMENSION[name] for name in spec.geometry), reverse=True)
        chosen = [parts[shapely.get_dimensions(parts) == dimension] for dimension in wanted]
        own = next((some for some in chosen if len(some)), None)
        kept[place] = None if own is None else _joined(own)
    return kept


def _joined(parts: Shapes) -> Any:
    """One shape of shapes of one dimension."""
    makers = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
    return parts[0] if len(parts) == 1 else makers[shapely.get_dimensions(parts[0])](parts)


def _closed(shapes: Shapes, _spec: Kind) -> Shapes:
    """Outlines as areas; of several one inside the other is a hole. One without an inside stays a line."""
    made = [_area_within(shape) for shape in shapes]
    return np.array([new if new.area > 0 else old for new, old in zip(made, shapes, strict=True)], object)


def _area_within(shape: Any) -> Any:
    rings = [shapely.linearrings(shapely.get_coordinates(part)) for part in shapely.get_parts(shape)]
    return shapely.polygons(rings[0]) if len(rings) == 1 else shapely.build_area(shapely.multilinestrings(rings))


def _mended(shapes: Shapes, _spec: Kind) -> Shapes:
    """Mended areas; one of which nothing would stay is left as it is."""
    made = [valid(shape) for shape in shapes]
    return np.array([old if new is None else new for new, old in zip(made, shapes, strict=True)], object)


REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        "flat": Repair("去掉高程与 M 值", "只保留平面坐标，平面位置与面积不变", _with_heights, _flat),
        "empty": Repair("去掉没有图形的行", "去掉图形为空的行，其属性一并去掉", _without_shape, None),
        "mixed": Repair("取出混合图形中可用的部分", "去掉混在一起的其他种类的图形", _mixed, _own_parts),
        "close": Repair("闭合线为面", "首尾相距不超过 5 厘米的线闭合为面", _outlines, _closed),
        "valid": Repair("修复无效的面", "消除自相交与重复的边，多出的线和点去掉", _invalid, _mended),
        "same": Repair("去掉完全相同的行", "图形与各列都相同的行只保留第一行", _repeated, None),
        "twins": Repair("去掉只有编号不同的行", "图形与编号以外各列都相同的行只保留第一行", _repeated_but_for_id, None),
    }
)
"""In the order they are applied."""
