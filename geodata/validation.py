"""The contract of a kind as a pandera schema, and what fails in it as findings."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pandera.pandas as pa
import shapely
from pandera.errors import SchemaError, SchemaErrors

from geodata.columns import OF_ALL, Column, GeometryKind, Kind
from geodata.findings import ADD, CHOOSE, MAPPED, Finding, examples, finding, of_column
from geodata.kinds import DATASETS
from geodata.typed import TYPES

GEOMETRY = "geometry"

_SHAPES: Mapping[GeometryKind, tuple[str, tuple[int, int]]] = MappingProxyType(
    {
        "Polygon": ("面", (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)),
        "LineString": ("线", (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)),
        "Point": ("点", (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)),
    }
)
_PANDERA = MappingProxyType({"column_in_dataframe": "K002", "not_nullable": "K007", "field_uniqueness": "K009"})
"""What pandera calls its own checks -> our rules; the other checks carry the rule as their name."""

_CROSSING = "Self-intersection"
_FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "": "洞或各部分相互交叉",
        _CROSSING: "轮廓自相交",
        "Ring Self-intersection": "轮廓在一点自相接",
        "Hole lies outside shell": "洞在外轮廓之外",
        "Holes are nested": "洞套着洞",
        "Nested shells": "一部分在另一部分之内",
        "Interior is disconnected": "内部被切断",
        "Too few points in geometry component": "顶点不足",
        "Duplicate Rings": "轮廓重复",
        "Invalid Coordinate": "坐标不是数值",
    }
)
"""What GEOS says of a shape that is not valid -> on the screen; nothing where each outline by itself is sound."""

_SPOKEN = 12
"""Longer lists of allowed values are not read out."""


def failures(frame: pd.DataFrame, bad: Mapping[str, pd.Series], spec: Kind) -> list[Finding]:
    """Say which columns and rows of a typed table break the contract.

    Parameters
    ----------
    frame : DataFrame
        Typed columns of the contract, `geometry` where the kind has one; numbered from 0.
    bad : mapping of str to Series of bool
        Column -> where a value could not be read: it is named elsewhere and not missing.
    spec : Kind
        The contract.
    """
    try:
        _schema(spec.key).validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [said for error in errors.schema_errors if (said := _said(error, frame, bad, spec))]
    return []


def row_ids(table: pd.DataFrame) -> pd.Series:
    """Ids of the rows, NA where the table has none."""
    return table["id"] if "id" in table.columns else pd.Series(pd.NA, table.index, dtype="string")


@cache
def _schema(kind: str) -> pa.DataFrameSchema:
    spec = DATASETS[kind]
    columns = {column.name: _column(column) for column in spec.columns}
    if spec.geometry:
        columns[GEOMETRY] = pa.Column(None, _shape_checks(spec), nullable=not spec.placed, required=False)
    return pa.DataFrameSchema(columns)


def _column(column: Column) -> pa.Column:
    needed = column.required
    return pa.Column(
        TYPES[column.kind], _checks(column), nullable=not needed, required=needed, unique=column.name == "id"
    )


def _checks(column: Column) -> list[pa.Check]:
    allowed = column.values  # noqa: PD011 - the column of a contract, not of pandas
    return [
        *([pa.Check.isin(list(allowed), name="K010")] if allowed is not None else []),
        *([pa.Check.ge(column.minimum, name="K011")] if column.minimum is not None else []),
        *([pa.Check.le(column.maximum, name="K011")] if column.maximum is not None else []),
        *([pa.Check.str_matches(f"^(?:{column.pattern})$", name="K012")] if column.pattern else []),
    ]


def _shape_checks(spec: Kind) -> list[pa.Check]:
    allowed = [number for kind in spec.geometry for number in _SHAPES[kind][1]]

    def is_allowed(shapes: gpd.GeoSeries) -> pd.Series:
        return pd.Series(np.isin(shapely.get_type_id(shapes.to_numpy()), allowed), shapes.index)

    return [pa.Check(is_allowed, name="K014"), pa.Check(_is_sound, name="K015")]


def _is_sound(shapes: gpd.GeoSeries) -> pd.Series:
    with np.errstate(invalid="ignore"):
        return pd.Series(shapely.is_valid(shapes.to_numpy()), shapes.index)


def _said(error: SchemaError, frame: pd.DataFrame, bad: Mapping[str, pd.Series], spec: Kind) -> Finding | None:
    """One failed check of pandera in our words; None where every row of it is named elsewhere."""
    number = error.check.name if isinstance(error.check, pa.Check) else _PANDERA[str(error.check)]
    cases = error.failure_cases
    if number == "K002":
        column = spec.column(str(cases))
        remedy = ADD if column.values is None else CHOOSE  # noqa: PD011 - of a contract
        return finding(number, spec.label, label=column.label, remedy=remedy)
    name = str(error.schema.name)
    rows = frame[name].iloc[pd.Index(cases["index"].astype(int)).unique()]
    if number == "K009":
        rows = rows.dropna()
    if number == "K007" and name in bad:
        rows = rows[~bad[name][rows.index]]
    return _of_rows(str(number), name, rows, (row_ids(frame), spec)) if len(rows) else None


def _of_rows(number: str, name: str, rows: pd.Series, told: tuple[pd.Series, Kind]) -> Finding:
    ids, spec = told
    if name == GEOMETRY:
        number = "K013" if number == "K007" else number
        shapes = "、".join(_SHAPES[kind][0] for kind in spec.geometry)
        faults = _faults(rows.to_numpy()) if number == "K015" else ""
        return finding(number, spec.label, ids[rows.index], shapes=shapes, faults=faults)
    column = spec.column(name)
    facts = {"examples": examples(rows), "allowed": _spoken(column), "bounds": _bounds(column)}
    facts["mapped"] = "" if name in OF_ALL else MAPPED
    return finding(number, of_column(spec, name), ids[rows.index], **facts)


def _faults(shapes: npt.NDArray[np.object_]) -> str:
    """What is wrong with shapes that are not valid, and how often, the most frequent first.

    Examples
    --------
    >>> _faults(np.array([shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])]))
    '轮廓自相交 1 行'
    """
    told = np.array([reason.partition("[")[0] for reason in shapely.is_valid_reason(shapes)], object)
    crossing = np.flatnonzero(told == _CROSSING)
    parts, shape_of = shapely.get_parts(shapes[crossing], return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    sound = np.ones(len(crossing), bool)
    sound[shape_of[part_of[~shapely.is_simple(rings)]]] = False
    told[crossing[sound]] = ""
    return "、".join(f"{_FAULTS.get(fault, fault)} {count} 行" for fault, count in Counter(told).most_common())


def _spoken(column: Column) -> str:
    allowed = column.values  # noqa: PD011 - the column of a contract, not of pandas
    labels = list(allowed.values()) if allowed else []
    more = "等" if len(labels) > _SPOKEN else ""
    return "、".join(labels[:_SPOKEN]) + more


def _bounds(column: Column) -> str:
    if column.maximum is None:
        return f"下限 {column.minimum:g}" if column.minimum is not None else ""
    return f" {column.minimum:g}—{column.maximum:g} 的范围"
