"""The contract of the datasets: checked with pandera in one go, and brought into its exact form."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import content, crs
from geodata.columns import Column, Kind
from geodata.errors import DatasetError
from geodata.findings import Finding, examples, finding, of_column
from geodata.kinds import DATASETS
from geodata.typed import SAID, UNREAD, blank, reasons, typed
from geodata.validation import GEOMETRY, failures, row_ids

__all__ = ["DATASETS", "Column", "Finding", "Kind", "check", "conform"]

_SCHEME = "scheme"


def check(table: pd.DataFrame, kind: str, *, scheme: str | None = None) -> tuple[Finding, ...]:
    """Say everything that is wrong with a table, or looks so.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        Columns named as in the contract, in any order; values as people write them.
    kind : str
        Key of DATASETS.
    scheme : str, optional
        分类标准 of the land-use codes, key of geodata.landuse_codes.SCHEMES.

    Returns
    -------
    tuple of Finding
        By rule number; those of group "must" forbid taking the table in.

    Examples
    --------
    >>> table = pd.DataFrame({"id": ["E1", "E1"], "synthetic": [True, True]})
    >>> [found.sentence for found in check(table, "enterprises")]
    ['企业的“编号”：2 行的编号重复（例如“E1”），请改为不重复的编号。']
    """
    return examined(table, kind, scheme=scheme)[0]


def examined(
    table: pd.DataFrame, kind: str, *, scheme: str | None = None
) -> tuple[tuple[Finding, ...], pd.DataFrame | None]:
    """Check a table as `check` does, and give its typed columns for further checks.

    Returns
    -------
    tuple of Finding, DataFrame or None
        As `check`; the columns of the contract that are there, typed, with `geometry`, numbered from 0. None where
        the table cannot be read column by column.
    """
    spec = DATASETS[kind]
    found, frame = _contract(table, spec, scheme)
    if frame is not None:
        found += content.check(frame, spec, scheme)
    return tuple(sorted(found, key=lambda one: one.number)), frame


def conform(table: pd.DataFrame, kind: str, *, scheme: str | None = None) -> gpd.GeoDataFrame:
    """Bring a table into the exact form of its contract.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        As in `check`.
    kind : str
        Key of DATASETS.
    scheme : str, optional
        Written into the column `scheme` where the kind has one and the table has not.

    Returns
    -------
    GeoDataFrame, or DataFrame for a kind without geometry
        Exactly the columns of the contract in their order and types, missing ones NA, `geometry` in EPSG:4549
        without heights, indexed by id.

    Raises
    ------
    DatasetError
        The table breaks its contract: the first fault. What its content means is the business of `check`.

    Examples
    --------
    >>> conform(pd.DataFrame({"id": [7], "synthetic": ["是"]}), "enterprises").loc["7", "synthetic"]
    np.True_
    """
    spec = DATASETS[kind]
    found, frame = _contract(table, spec, scheme)
    broken = next((one for one in sorted(found, key=lambda one: one.number) if one.group == "must"), None)
    if frame is None or broken is not None:
        fault = broken or found[0]
        raise DatasetError(fault.where, fault.what, fault.remedy)
    return _finished(frame, spec)


def _contract(table: pd.DataFrame, spec: Kind, scheme: str | None) -> tuple[list[Finding], pd.DataFrame | None]:
    """What breaks the contract, and the typed table with its columns present, numbered from 0."""
    table = _with_scheme(_with_id(table), spec, scheme)
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        return [finding("K003", spec.label, examples=examples(twice))], None
    found = [*_extra(table, spec), *_projection(table, spec)]
    plain = table.reset_index(drop=True)
    columns, bad = {}, {}
    for column in (column for column in spec.columns if column.name in plain.columns):
        columns[column.name], bad[column.name] = typed(plain[column.name], column)
    if spec.geometry and isinstance(table, gpd.GeoDataFrame) and table.active_geometry_name:
        columns[GEOMETRY] = _flat(plain.geometry)
    frame = pd.DataFrame(columns, index=plain.index)
    return [*found, *_unreadable(plain, bad, spec), *failures(frame, bad, spec)], frame


def _with_id(table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index() if "id" not in table.columns and table.index.name == "id" else table


def _with_scheme(table: pd.DataFrame, spec: Kind, scheme: str | None) -> pd.DataFrame:
    missing = scheme and _SCHEME in spec.names and _SCHEME not in table.columns
    return table.assign(**{_SCHEME: scheme}) if missing else table


def _extra(table: pd.DataFrame, spec: Kind) -> list[Finding]:
    shape = table.active_geometry_name if isinstance(table, gpd.GeoDataFrame) else None
    extra = [name for name in table.columns if name not in spec.names and name != shape]
    return [finding("K004", spec.label, examples=examples(extra))] if extra else []


def _projection(table: pd.DataFrame, spec: Kind) -> list[Finding]:
    if not spec.geometry:
        return []
    if not isinstance(table, gpd.GeoDataFrame) or table.active_geometry_name is None:
        return [finding("K005", spec.label)] if spec.placed else []
    refused = crs.refusal(table.crs)
    return [finding("K006", spec.label, what=refused[0], remedy=refused[1])] if refused else []


def _flat(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Shapes without heights; an empty one is none."""
    flat = shapes.to_numpy()
    flat = shapely.force_2d(flat) if shapely.has_z(flat).any() else flat
    return gpd.GeoSeries(np.where(shapely.is_empty(flat), None, flat), shapes.index, crs=shapes.crs)


def _unreadable(table: pd.DataFrame, bad: dict[str, pd.Series], spec: Kind) -> list[Finding]:
    return [
        finding("K008", of_column(spec, name), row_ids(table)[values.index], examples=examples(values), **said)
        for name, where in bad.items()
        if where.any()
        for said, values in _by_reason(table[name][where], spec.column(name))
    ]


def _by_reason(values: pd.Series, column: Column) -> Iterator[tuple[dict[str, str], pd.Series]]:
    """Values that could not be read, each reason apart, with what is said of it."""
    why = reasons(values, column)
    for key in (one for one in UNREAD if (why == one).any()):
        what, remedy = UNREAD[key]
        yield {"why": what.format(said=SAID[column.kind]), "remedy": remedy}, values[why == key]


def _finished(frame: pd.DataFrame, spec: Kind) -> gpd.GeoDataFrame:
    """All columns in order, indexed by id."""
    columns = {
        column.name: frame[column.name] if column.name in frame.columns else blank(column, frame.index)
        for column in spec.columns
    }
    ids = pd.Index(columns["id"].to_numpy(dtype=object), dtype=object)
    table = pd.DataFrame(columns).set_axis(ids, axis="index")
    if not spec.geometry:
        return table
    shapes = frame[GEOMETRY].to_numpy() if GEOMETRY in frame.columns else np.full(len(frame), None)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=ids, crs=crs.METRIC))
