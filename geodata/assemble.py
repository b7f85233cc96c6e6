"""拼接: raw tables, each with its own match, units and scheme -> one table with the columns of a kind.

Nothing is guessed and nothing is lost unsaid: fields that belong to no column are named, values that cannot be read
stay as they are written for the checks to name.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs, units
from geodata.columns import Column, Kind
from geodata.errors import DatasetError
from geodata.fields import UNTOLD
from geodata.findings import Doubt
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT, LANDUSE_COLUMNS, SCHEMES
from geodata.landuse_conversion import Conversion, brought
from geodata.typed import doubtful, typed, without_commas, written
from geodata.value_match import Matches, meant

_ID_DIGITS = 10
_SCHEME = "scheme"
_NONE: Mapping[str, Conversion] = MappingProxyType({})


@dataclass(frozen=True)
class Told:
    """What a person says of a whole file where its rows say nothing.

    Attributes
    ----------
    basis : str
        定位依据; "" leaves it open, which the checks name.
    accuracy_m : float, optional
        定位精度 in m.
    synthetic : bool
        Demonstration data.
    """

    basis: str = ""
    accuracy_m: float | None = None
    synthetic: bool = False


@dataclass(frozen=True)
class Part:
    """One raw table.

    Attributes
    ----------
    label : str
        The file, as a person calls it.
    table : DataFrame or GeoDataFrame
        As it was read; with shapes in EPSG:4549.
    fields : mapping of str to str
        Column -> field of the table. Without `id` the rows get ids made from their shapes.
    units : mapping of str to str
        Column -> unit of the field, of `geodata.units.choices`; the stored unit where it is not named, but for money,
        whose unit must be named.
    scheme : str, optional
        分类标准 of its codes, key of SCHEMES.
    prefix : str
        Put before every id that comes from a column, where two files count from 1.
    told : Told
    meanings : mapping
        Column -> what is written -> the value it means. Of a column without a field the part's label is what is
        written: the value of all its rows.
    """

    label: str
    table: pd.DataFrame
    fields: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)
    scheme: str | None = None
    prefix: str = ""
    told: Told = Told()
    meanings: Matches = field(default_factory=dict)


class Assembly(NamedTuple):
    """One table of several parts.

    Attributes
    ----------
    table : DataFrame or GeoDataFrame
        Columns named as in the contract, values as people write them, numbered from 0: what the checks, the repairs
        and `geodata.schema.conform` take.
    parts : Series
        On the same index: label of the part each row came with.
    scheme : str or None
        分类标准 of all codes; None where the kind has none, or each row says its own.
    unused : mapping of str to tuple of str
        Label of a part -> its fields that belong to no column, and are left behind.
    doubts : tuple of Doubt
    """

    table: gpd.GeoDataFrame
    parts: pd.Series
    scheme: str | None
    unused: Mapping[str, tuple[str, ...]]
    doubts: tuple[Doubt, ...] = ()


def assemble(parts: Sequence[Part], kind: str, *, conversion: Mapping[str, Conversion] = _NONE) -> Assembly:
    """Put one or more raw tables together.

    Parameters
    ----------
    parts : sequence of Part
        With different labels.
    kind : str
        Key of DATASETS.
    conversion : mapping of str to Conversion
        基数转换表. Where parts are in different schemes and the kind can hold one only, all codes become those of
        2023; a code that could become several, or none, is left out and told.

    Raises
    ------
    DatasetError
        No part, or two of one name; a part in another projection, without a field that was matched, with it twice, or
        without shapes where the kind needs them; money without its unit; parts in different schemes where the
        kind can hold one only, and one of them is not told.

    Examples
    --------
    >>> from shapely import box
    >>> here = box(630000, 4304000, 630100, 4304100)
    >>> raw = gpd.GeoDataFrame({"DKBH": [1], "MJ": [15]}, geometry=[here], crs=crs.METRIC)
    >>> part = Part("甲", raw, {"id": "DKBH", "area_stated_m2": "MJ"}, {"area_stated_m2": "亩"}, told=Told("测绘成果"))
    >>> made = assemble([part], "plots")
    >>> made.table.drop(columns="geometry").iloc[0].to_dict(), made.parts.tolist()
    ({'id': '1', 'area_stated_m2': 10000.0, 'basis': '测绘成果', 'synthetic': False}, ['甲'])
    """
    spec = DATASETS[kind]
    for fault in _faults(parts, spec):
        raise DatasetError(*fault)
    scheme = _one_scheme(parts, spec, conversion)
    tables = [_renamed(part, spec) for part in parts]
    starts = np.cumsum([0, *(len(one) for one in tables)])
    doubts = [one for part, start in zip(parts, starts, strict=False) for one in _commas(part, spec, start)]
    for table, part, start in zip(tables, parts, starts, strict=False) if scheme == CURRENT else ():
        doubts += _to_current(table, (part, spec), conversion, start)
    table = pd.concat(_as_written(tables), ignore_index=True)
    if spec.geometry and any(isinstance(one, gpd.GeoDataFrame) for one in tables):
        table = gpd.GeoDataFrame(table, geometry="geometry", crs=crs.METRIC)
    labels = pd.Series(np.repeat([part.label for part in parts], [len(one) for one in tables]), dtype=object)
    named = labels.isin([part.label for part in parts if "id" in part.fields])
    unused = {part.label: _unused(part) for part in parts}
    return Assembly(_with_ids(table, named), labels, scheme, unused, tuple(doubts))


def _faults(parts: Sequence[Part], spec: Kind) -> Iterator[tuple[str, str, str]]:
    labels = [part.label for part in parts]
    if not parts:
        yield spec.label, "没有选择任何文件", "请至少选择一个文件"
    if len(set(labels)) < len(labels):
        yield spec.label, "有两个文件的名称相同", "请改名后重新选择"
    for part in parts:
        yield from ((f"{spec.label}的“{part.label}”", *fault) for fault in _faults_of(part, spec))


def _faults_of(part: Part, spec: Kind) -> Iterator[tuple[str, str]]:
    there = list(part.table.columns)
    for name, wanted in part.fields.items():
        if name not in spec.names:
            yield f"没有“{name}”这一列可以对应", "请重新对应字段"
        elif spec.column(name).unit in UNTOLD and not part.units.get(name):
            yield f"没有说明“{wanted}”的单位", f"请选择{'、'.join(units.choices(spec.column(name)))}之一"
        if wanted not in there:
            yield f"没有“{wanted}”这个字段", "请重新对应字段"
        if there.count(wanted) > 1:
            yield f"有 {there.count(wanted)} 个名为“{wanted}”的字段", "请改名后重新选择"
    if spec.geometry and _has_shapes(part.table):
        yield from filter(None, [crs.refusal(getattr(part.table, "crs", None))])
    elif spec.geometry and spec.placed:
        yield "没有图形", "请选择带有图形的文件或图层"


def _one_scheme(parts: Sequence[Part], spec: Kind, conversion: Mapping[str, Conversion]) -> str | None:
    """The scheme of all codes, where the kind keeps none with each row: that of all files, or the one of 2023."""
    columns = {code for code, _ in LANDUSE_COLUMNS.get(spec.key, ())}
    coded = [part for part in parts if columns & (part.fields.keys() | part.meanings.keys())]
    schemes = {part.scheme for part in coded or parts}
    if not columns or len(schemes) < 2:  # noqa: PLR2004 - two differ
        return schemes.pop() if columns and schemes else None
    if _SCHEME in spec.names:
        return None
    if None in schemes or not conversion:
        what = "各文件的分类标准不一致" if conversion else "各文件的分类标准不一致，且没有可用的基数转换表"
        raise DatasetError(spec.label, what, "请为每个文件选择分类标准，或分别导入")
    return CURRENT


def _commas(part: Part, spec: Kind, start: int) -> Iterator[Doubt]:
    """Numbers whose comma may be either sign; each file is a column of its own."""
    for name in part.fields:
        text = doubtful(part.table[part.fields[name]], spec.column(name), whole=_whole(part, spec.column(name)))
        if len(text):
            yield Doubt("K039", name, text.set_axis(part.table.index.get_indexer(text.index) + start))


def _to_current(
    table: pd.DataFrame, of: tuple[Part, Kind], conversion: Mapping[str, Conversion], start: int
) -> Iterator[Doubt]:
    """Bring the codes of a part in another scheme to the classes of 2023, and tell which and which not."""
    part, spec = of
    for code, name in LANDUSE_COLUMNS[spec.key]:
        if code in table.columns and part.scheme not in (None, CURRENT):
            codes, _ = typed(table[code], spec.column(code))
            found = brought(codes, table.get(name), part.scheme, conversion)
            table[code] = found.codes
            if name in table.columns:
                table[name] = found.names
            for number, values in (("K040", found.lost), ("K041", found.moved)):
                rows = values.set_axis(pd.RangeIndex(start, start + len(values))).dropna()
                yield from [Doubt(number, code, rows, SCHEMES[part.scheme].label)] if len(rows) else []


def _renamed(part: Part, spec: Kind) -> pd.DataFrame:
    """The part's fields under the names of our columns, in our units."""
    columns = {name: _values(part, spec, name) for name in spec.names if name in part.fields}
    table = pd.DataFrame(columns, index=part.table.index)
    if _SCHEME in spec.names and _SCHEME not in columns and part.scheme:
        table[_SCHEME] = part.scheme
    for name, value in vars(part.told).items():
        if value not in ("", None):
            given = table[name].astype(object) if name in columns else None
            table[name] = value if given is None else given.where(_given(given), value)
    for name, meanings in part.meanings.items():
        if name not in columns and meanings.get(part.label):
            table[name] = meanings[part.label]
    if not (_has_shapes(part.table) and spec.geometry):
        return table
    shapes = gpd.GeoSeries(part.table.geometry.to_numpy(), table.index)
    made: pd.DataFrame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs.METRIC)
    return made


def _as_written(tables: Sequence[pd.DataFrame]) -> list[pd.DataFrame]:
    """Columns that are not of one type in all tables as objects: a long number must not become a fraction."""
    types = pd.DataFrame([table.dtypes for table in tables])
    mixed = [name for name in types if name != "geometry" and not (types[name] == types[name].iloc[0]).all()]
    return [table.astype({name: object for name in mixed if name in table.columns}) for table in tables]


def _values(part: Part, spec: Kind, name: str) -> pd.Series:
    column = spec.column(name)
    values = meant(part.table[part.fields[name]], part.meanings.get(name, {}))
    choices = units.choices(column)
    values = without_commas(values, column, whole=_whole(part, column))
    if choices:
        return units.converted(values, column, part.units.get(name) or choices[0])
    return part.prefix + written(values) if name == "id" and part.prefix else values


def _whole(part: Part, column: Column) -> bool:
    """Whether a column holds whole numbers: not where they are counted in ten thousands."""
    return column.kind == "integer" and part.units.get(column.name, "") in ("", *units.choices(column)[:1])


def _given(values: pd.Series) -> pd.Series:
    return written(values).notna()


def _with_ids(table: pd.DataFrame, named: pd.Series) -> gpd.GeoDataFrame:
    """Ids as text; rows that came without a column of them get ids made from their shape or content, never twice."""
    given = written(table["id"]) if "id" in table.columns else pd.Series(pd.NA, table.index, dtype="string")
    rest = table.drop(columns="id", errors="ignore")
    ids = given if named.all() else given.where(named, pd.Series(_made(rest[~named]), given.index[~named]))
    return rest.assign(id=ids)[["id", *rest.columns]]


def _made(table: pd.DataFrame) -> list[str]:
    contents = shapely.to_wkb(shapely.normalize(table.geometry.to_numpy())) if _has_shapes(table) else _rows(table)
    digests = (hashlib.sha256(content or b"").hexdigest()[:_ID_DIGITS] for content in contents)
    keys = pd.Series([f"x{digest}" for digest in digests], dtype=object)
    number = keys.groupby(keys).cumcount()
    return [f"{key}-{count + 1}" if count else key for key, count in zip(keys, number, strict=True)]


def _rows(table: pd.DataFrame) -> list[bytes]:
    return ["\x1f".join(map(str, row)).encode() for row in table.itertuples(index=False, name=None)]


def _unused(part: Part) -> tuple[str, ...]:
    shape = part.table.active_geometry_name if _has_shapes(part.table) else None
    used = {*part.fields.values(), shape}
    return tuple(str(name) for name in part.table.columns if name not in used)


def _has_shapes(table: pd.DataFrame) -> bool:
    return isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name is not None
