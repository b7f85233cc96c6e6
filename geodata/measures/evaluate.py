"""An indicator computed for reporting units: a figure with its numerator and denominator, or what is missing for it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.indicators import How, Indicator
from geodata.measures import access, validate, walking
from geodata.measures.cover import Served, covered_anew
from geodata.measures.green import within
from geodata.measures.inputs import (
    GATES,
    By,
    Inputs,
    built_up,
    counted,
    demand,
    demanded,
    gates,
    missing,
    needed,
    only,
    sources,
)
from geodata.measures.pieces import Parts, Pieces, cut, parts_anew, united
from geodata.measures.shared import Last, fingerprint, once
from geodata.measures.supply import served
from geodata.measures.walking import Ways
from geodata.shapes import Shapes, in_threads, meeting

Numbers = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]

_BESIDE_M = 50.0
"""A surveyed shore runs beside the outline of a unit, not on it."""
_UNITS, _LAND = "统计单元", "用地"


@dataclass(frozen=True)
class Answer:
    """An indicator's figures.

    Attributes
    ----------
    figures : DataFrame
        On the units' index: `part`, `whole` (m2, people, dwellings or buildings), `value` = part / whole, NaN where the
        unit has nothing the indicator could be a share of. Empty where inputs are missing.
    missing : tuple of str
        What is not there, in Chinese; then there is no figure, and never zero.
    """

    figures: pd.DataFrame
    missing: tuple[str, ...] = ()


class Rows(NamedTuple):
    """Rows of tables, the kinds of these, and a name of the choice among them: what shared tables keep things by."""

    table: gpd.GeoDataFrame
    kinds: tuple[str, ...]
    what: str


@dataclass(frozen=True)
class _Case:
    """All that a figure is computed from."""

    indicator: Indicator
    inputs: Inputs
    units: Shapes
    by: By


def evaluate(indicator: Indicator, inputs: Inputs, units: gpd.GeoDataFrame, *, by: By = "land") -> Answer:
    """Compute an indicator for each unit.

    Parameters
    ----------
    indicator : Indicator
    inputs : mapping of str to GeoDataFrame
        Tables by kind (keys of DATASETS), EPSG:4549; landuse with codes of the guide of 2023. Sources may lie outside
        the units: they serve inside.
    units : GeoDataFrame
        EPSG:4549, polygons on their ids; they may overlap. Figures are exact at their borders.
    by : str
        Key of BY, for coverages: land, or things that are served wholly or not at all and belong to the unit in which
        their inner point lies.

    Raises
    ------
    MeasureError
        A table that cannot be measured.
    """
    validate.shapes(units, _UNITS, kinds=validate.POLYGONS)
    if lacking := missing(indicator, inputs, by=by):
        return Answer(pd.DataFrame(columns=["part", "whole", "value"], dtype=float), lacking)
    part, whole = counts(indicator, inputs, units.geometry.to_numpy(), by=by)
    value = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return Answer(pd.DataFrame({"part": part, "whole": whole, "value": value}, index=units.index))


def counts(indicator: Indicator, inputs: Inputs, units: Shapes, *, by: By = "land") -> tuple[Floats, Floats]:
    """Count the numerator and the denominator of an indicator in each unit, from tables that are there.

    Parameters
    ----------
    indicator, inputs, by
        As for `evaluate`.
    units : array of Polygon or MultiPolygon
    """
    return _HOW[indicator.how](_Case(indicator, inputs, units, by))


def reached(indicator: Indicator, inputs: Inputs) -> pd.Series:
    """Share of each row of `counted` that is reached: 0 to 1 in straight lines, 0 or 1 along the streets."""
    source, kinds = indicator.sources, needed(indicator)

    def share() -> pd.Series:
        rows = counted(indicator, inputs)
        if indicator.how == "walking":
            return _near(indicator, inputs).reindex(rows.index).astype(float)
        shapes = validate.shapes(rows, _LAND, kinds=validate.POLYGONS)
        return pd.Series(_served(indicator, inputs, shapes, what="rows") / shapely.area(shapes), rows.index)

    what = f"reached {indicator.how} {source.model_dump_json()} {indicator.base.model_dump_json()}"
    return once(inputs, (*kinds, GATES), what, share)


def supplying(parks: gpd.GeoDataFrame, indicator: Indicator) -> Rows:
    """Some sources of an indicator, named by which they are: however far they serve, ways to them are the same."""
    chosen = hashlib.sha256(repr(parks.index.tolist()).encode()).hexdigest()
    return Rows(parks, (indicator.sources.table,), chosen)


def metres_on_foot(rows: Rows, supply: Rows, inputs: Inputs, *, limit: float) -> pd.Series:
    """Metres each row walks to the nearest source, by its entrances where some are known; NaN beyond the limit."""
    streets = ("streets",)
    net = once(inputs, streets, "streets", lambda: walking.network(inputs["streets"]))
    at = once(inputs, (*supply.kinds, GATES), f"gates {supply.what}", lambda: gates(supply.table, inputs))
    shapes, ends = validate.shapes(rows.table, walking.DEMAND), validate.shapes(at, walking.SUPPLY)
    start = once(inputs, (*rows.kinds, *streets), f"start {rows.what}", lambda: access.starts(shapes, net))
    kinds = (*supply.kinds, GATES, *streets)
    goal = once(inputs, kinds, f"goal {supply.what}", lambda: access.entrances(ends, net))
    metres = walking.walked(shapes, ends, Ways(net, start, goal), limit=limit)
    return pd.Series(metres, index=rows.table.index)


def _covered(case: _Case) -> tuple[Floats, Floats]:
    """Land is cut where a straight reach ends; things, and whatever is reached along the streets, count as a whole."""
    if case.by != "land":
        return _counted(case)
    pieces, units = _land(case), len(case.units)
    areas = shapely.area(pieces.shapes)
    if case.indicator.how == "straight":
        found = _served(case.indicator, case.inputs, pieces.shapes, what=f"pieces {_outlined(case)}")
        return pieces.summed(found, units), pieces.summed(areas, units)
    near = _near(case.indicator, case.inputs).to_numpy(bool)[pieces.row]
    return pieces.only(near).summed(areas, units), pieces.summed(areas, units)


def _land(case: _Case) -> Pieces:
    """Land that is to be served, cut at the borders of the units."""
    kind, what = demanded(case.indicator)
    rows = demand(case.indicator, case.inputs)

    def pieces() -> Pieces:
        return cut(validate.shapes(rows, _LAND, kinds=validate.POLYGONS), _extent(case))

    return once(case.inputs, (kind, *_bounds(case.indicator)), f"pieces {what} {_outlined(case)}", pieces)


def _served(indicator: Indicator, inputs: Inputs, shapes: Shapes, *, what: str) -> Floats:
    """How much of areas of the demand is in straight reach; where few sources changed, most of it is known."""
    told, kinds = indicator.sources, (demanded(indicator)[0], *_bounds(indicator))
    parks = validate.shapes(sources(told, inputs), walking.SUPPLY)
    supply = served(parks, told.distances(shapely.area(parks)))
    sort = f"{told.table} {told.classes} {told.public} {indicator.base.model_dump_json()}"
    last: Last[Served] = once(inputs, kinds, f"served {what} {sort}", Last)
    return last.renewed(lambda before: covered_anew(shapes, supply, before)).found


def _near(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> pd.Series:
    """Whether each row that is to be served is reached at all: edge to edge, or along the streets."""
    rows, parks = demand(indicator, inputs, by=by), sources(indicator.sources, inputs)
    kind, what = demanded(indicator, by)
    reach = _reach(parks, indicator)
    near = pd.Series(data=False, index=rows.index)
    for metres in reach.unique():
        some = only(parks, (reach == metres).to_numpy())
        if indicator.how == "straight":
            near |= within(rows, some, distance=metres)
        else:
            supply = supplying(some, indicator)
            near |= metres_on_foot(Rows(rows, (kind,), what), supply, inputs, limit=metres).notna()
    return near


def _reach(parks: gpd.GeoDataFrame, indicator: Indicator) -> pd.Series:
    return pd.Series(indicator.sources.distances(parks.area.to_numpy()), index=parks.index)


def _counted(case: _Case) -> tuple[Floats, Floats]:
    """How many are near, and how many there are."""
    rows, near = demand(case.indicator, case.inputs, by=case.by), _near(case.indicator, case.inputs, by=case.by)
    kind, what = demanded(case.indicator, case.by)
    weights = {"dwellings": "dwellings", "people": "people"}.get(case.by)
    counts = rows[weights].fillna(0).to_numpy(float) if weights else np.ones(len(rows))
    told = Rows(rows, (kind,), what)
    return _weighed(told, np.where(near, counts, 0.0), case), _weighed(told, counts, case)


def _shared(case: _Case) -> tuple[Floats, Floats]:
    """Areas of classes beside the unit's own area, overlapping ones once; or a column of them, by where they lie."""
    return _added(case), shapely.area(_extent(case))


def _length(case: _Case) -> tuple[Floats, Floats]:
    """Length of the lines of a class beside that of all lines of the kind, in the units and a little beyond."""
    told = case.indicator.sources
    rows = sources(told, case.inputs)
    rows = rows[shapely.get_dimensions(rows.geometry.to_numpy()) == 1]
    column, value = told.among or ("", "")
    extent = shapely.buffer(_extent(case), _BESIDE_M)
    unit, row = meeting(extent, rows.geometry.to_numpy())
    metres = shapely.length(shapely.intersection(extent[unit], rows.geometry.to_numpy()[row]))
    among = (rows[column].astype("string") == value).fillna(value=False).to_numpy(bool)[row]
    figures = np.where(among, metres, 0.0), metres
    part, whole = (np.bincount(unit, some, len(case.units)).astype(float) for some in figures)
    return part, whole


def _per_person(case: _Case) -> tuple[Floats, Floats]:
    people = case.inputs["population"]
    told = Rows(people, ("population",), "demand")
    return _added(case), _weighed(told, people["people"].fillna(0).to_numpy(float), case)


_HOW: Mapping[How, Callable[[_Case], tuple[Floats, Floats]]] = MappingProxyType(
    {"straight": _covered, "walking": _covered, "share": _shared, "per_person": _per_person, "length": _length}
)


def _added(case: _Case) -> Floats:
    told = case.indicator.sources
    rows, column, what = sources(told, case.inputs), told.column, f"sources {told.model_dump_json()}"
    if column:
        return _weighed(Rows(rows, (told.table,), what), rows[column].fillna(0).to_numpy(float), case)
    shapes, extent = united(rows.geometry.to_numpy()), _extent(case)
    last: Last[Parts] = once(case.inputs, _bounds(case.indicator), f"parts {what} {_outlined(case)}", Last)
    parts = last.renewed(lambda before: parts_anew(shapes, extent, before))
    return np.bincount(parts.unit, parts.m2, len(case.units)).astype(float)


def _weighed(rows: Rows, weights: Floats, case: _Case) -> Floats:
    """Sum of weights of the rows whose inner point lies in each unit."""

    def inner() -> shapely.STRtree:
        return shapely.STRtree(in_threads(shapely.point_on_surface, rows.table.geometry.to_numpy()))

    def lying() -> tuple[Numbers, Numbers]:
        points = once(case.inputs, rows.kinds, f"inner {rows.what}", inner)
        found: tuple[Numbers, Numbers] = points.query(_extent(case), predicate="intersects")
        return found

    kinds = (*rows.kinds, *_bounds(case.indicator))
    units, found = once(case.inputs, kinds, f"lying {rows.what} {_outlined(case)}", lying)
    return np.bincount(units, weights[found], len(case.units)).astype(float)


def _extent(case: _Case) -> Shapes:
    """The units, or what of them is built up; empty where nothing is."""
    if not case.indicator.base.built_up:
        return case.units

    def inside() -> Shapes:
        found = built_up(case.inputs, case.units)
        found[shapely.is_missing(found)] = shapely.Polygon()
        return found

    return once(case.inputs, _bounds(case.indicator), f"extent {_outlined(case)}", inside)


def _bounds(indicator: Indicator) -> tuple[str, ...]:
    return ("boundaries",) if indicator.base.built_up else ()


def _outlined(case: _Case) -> str:
    """Name the units, and whether only what is built up of them counts."""
    return f"{fingerprint(case.units)} {case.indicator.base.built_up}"
