"""An indicator computed for reporting units: a figure with its numerator and denominator, or what is missing for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.areal import areas_of
from geodata.indicators import How, Indicator, Sources
from geodata.kinds import DATASETS
from geodata.measures import validate
from geodata.measures.green import covered_area, within
from geodata.measures.pieces import cut, united
from geodata.measures.walking import walking_distance

Inputs = Mapping[str, gpd.GeoDataFrame]
By = Literal["land", "buildings", "dwellings", "people"]
Numbers = npt.NDArray[np.intp]

BY: Mapping[By, str] = MappingProxyType(
    {"land": "用地面积", "buildings": "住宅楼栋", "dwellings": "住宅套数", "people": "人口"}
)
"""What a coverage counts."""

_CLASS = MappingProxyType({"green": "green_class", "facilities": "facility_class", "landuse": "code"})
_UNITS = "统计单元"
BUILT_UP = "built_up"
"""Class of the boundaries of the 建成区."""


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


@dataclass(frozen=True)
class _Case:
    """All that a figure is computed from."""

    indicator: Indicator
    inputs: Inputs
    units: gpd.GeoDataFrame
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
    case = _Case(indicator, inputs, units, by)
    part, whole = _HOW[indicator.how](case)
    figures = pd.DataFrame({"part": part, "whole": whole}, index=units.index)
    return Answer(figures.assign(value=(figures["part"] / figures["whole"]).where(figures["whole"] > 0)))


def missing(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> tuple[str, ...]:
    """What an indicator needs and is not there.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> missing(load_indicators()[0]["walk5"], {})
    ('绿地、公园', '现状用地', '道路')
    """
    lacking = [DATASETS[kind].label for kind in needed(indicator, by=by) if not len(inputs.get(kind, ()))]
    if indicator.base.built_up and not len(_built_up(inputs)):
        lacking = [*(label for label in lacking if label != DATASETS["boundaries"].label), "建成区界线"]
    told, column = ("buildings", by) if by == "dwellings" else (indicator.sources.table, indicator.sources.column)
    table = inputs.get(told)
    if column and table is not None and len(table) and (column not in table or table[column].isna().all()):
        label = next(one.label for one in DATASETS[told].columns if one.name == column)
        lacking.append(f"{DATASETS[told].label}的“{label}”")
    return tuple(lacking)


def needed(indicator: Indicator, *, by: By = "land") -> tuple[str, ...]:
    """Kinds of datasets an indicator is computed from.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> needed(load_indicators()[0]["cov2022"], by="people")
    ('green', 'population', 'boundaries')
    """
    base = {"landuse": _demand_of(by), "extent": None, "population": "population"}[indicator.base.table]
    streets = "streets" if indicator.how == "walking" else None
    boundaries = "boundaries" if indicator.base.built_up else None
    return tuple(dict.fromkeys(filter(None, (indicator.sources.table, base, streets, boundaries))))


def sources(told: Sources, inputs: Inputs) -> gpd.GeoDataFrame:
    """Give what serves or is added up: rows of the classes told, open to the public and large enough where told."""
    table = inputs[told.table]
    kept = table[_CLASS[told.table]].astype("string").fillna("").str.startswith(told.classes)
    if told.public:
        kept &= table["public"].fillna(value=True).astype(bool)
    if told.bands:
        kept &= table.area >= min(band.least_m2 for band in told.bands)
    return table[kept.to_numpy(bool)]


def demand(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> gpd.GeoDataFrame:
    """Give the rows that are to be served: land of the classes told, houses with dwellings, or people."""
    table = inputs[_demand_of(by)]
    if by == "land":
        kept = table["code"].astype("string").fillna("").str.startswith(indicator.base.classes)
        return table[kept.to_numpy(bool)]
    return table if by == "people" else table[table["dwellings"].fillna(0).to_numpy(float) > 0]


def counted(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """Give the land of the denominator: of each row all, or what lies in the 建成区 where that alone counts."""
    rows = demand(indicator, inputs)
    if not indicator.base.built_up:
        return rows
    ground = shapely.union_all(_built_up(inputs).geometry)
    parts = areas_of(shapely.intersection(rows.geometry.to_numpy(), ground))
    there = ~shapely.is_missing(parts)
    return rows[there].set_geometry(gpd.GeoSeries(parts[there], index=rows.index[there], crs=rows.crs))


def reached(indicator: Indicator, inputs: Inputs) -> pd.Series:
    """Share of each row of `counted` that is reached: 0 to 1 in straight lines, 0 or 1 along the streets."""
    rows, parks = counted(indicator, inputs), sources(indicator.sources, inputs)
    if indicator.how == "walking":
        walked = _near(demand(indicator, inputs), indicator, inputs)
        return walked.reindex(rows.index).astype(float)
    share: pd.Series = covered_area(rows, parks, distance=_reach(parks, indicator)) / rows.area
    return share


def _covered(case: _Case) -> tuple[pd.Series, pd.Series]:
    """Land is cut where a straight reach ends; things, and whatever is reached along the streets, count as a whole."""
    rows = demand(case.indicator, case.inputs, by=case.by)
    if case.by != "land":
        return _counted(rows, _near(rows, case.indicator, case.inputs), case)
    pieces = _pieces(rows, case)
    if case.indicator.how == "straight":
        parks = sources(case.indicator.sources, case.inputs)
        found = covered_area(pieces, parks, distance=_reach(parks, case.indicator))
    else:
        near = _near(rows, case.indicator, case.inputs)
        found = pieces.area.where(near.loc[pieces["row"]].to_numpy(), 0.0)
    return _sum(found, pieces, case), _sum(pieces.area, pieces, case)


def _near(rows: gpd.GeoDataFrame, indicator: Indicator, inputs: Inputs) -> pd.Series:
    """Whether each row is reached at all: edge to edge, or along the streets."""
    parks = sources(indicator.sources, inputs)
    reach = _reach(parks, indicator)
    near = pd.Series(data=False, index=rows.index)
    for metres in reach.unique():
        some = parks[reach == metres]
        if indicator.how == "straight":
            near |= within(rows, some, distance=metres)
        else:
            near |= walking_distance(rows, gates(some, inputs), inputs["streets"], limit=metres).notna()
    return near


def _reach(parks: gpd.GeoDataFrame, indicator: Indicator) -> pd.Series:
    metres: pd.Series = parks.area.map(indicator.sources.distance).astype(float)
    return metres


def _shared(case: _Case) -> tuple[pd.Series, pd.Series]:
    """Areas of classes beside the unit's own area, overlapping ones once; or a column of them, by where they lie."""
    rows, extent = sources(case.indicator.sources, case.inputs), _extent(case)
    whole = pd.Series(shapely.area(extent), index=case.units.index)
    return _added(rows, case), whole


def _per_person(case: _Case) -> tuple[pd.Series, pd.Series]:
    people = case.inputs["population"]
    return _added(sources(case.indicator.sources, case.inputs), case), _weighed(people, people["people"], case)


_HOW: Mapping[How, Callable[[_Case], tuple[pd.Series, pd.Series]]] = MappingProxyType(
    {"straight": _covered, "walking": _covered, "share": _shared, "per_person": _per_person}
)


def _added(rows: gpd.GeoDataFrame, case: _Case) -> pd.Series:
    column = case.indicator.sources.column
    if column:
        return _weighed(rows, rows[column], case)
    pieces = _pieces(gpd.GeoDataFrame(geometry=united(rows.geometry.to_numpy()), crs=rows.crs), case)
    return _sum(pieces.area, pieces, case)


def _demand_of(by: By) -> str:
    return {"land": "landuse", "people": "population"}.get(by, "buildings")


def _counted(rows: gpd.GeoDataFrame, near: pd.Series, case: _Case) -> tuple[pd.Series, pd.Series]:
    """How many are near, and how many there are."""
    weights = {"dwellings": "dwellings", "people": "people"}.get(case.by)
    counts = rows[weights].fillna(0).astype(float) if weights else pd.Series(1.0, index=rows.index)
    return _weighed(rows, counts.where(near, 0.0), case), _weighed(rows, counts, case)


def _weighed(rows: gpd.GeoDataFrame, weights: pd.Series, case: _Case) -> pd.Series:
    """Sum of weights of the rows whose inner point lies in each unit."""
    inner = shapely.point_on_surface(rows.geometry.to_numpy())
    units, found = shapely.STRtree(inner).query(_extent(case), predicate="intersects")
    worth = weights.fillna(0).to_numpy(float)[found]
    return pd.Series(np.bincount(units, worth, minlength=len(case.units)), index=case.units.index)


def _pieces(rows: gpd.GeoDataFrame, case: _Case) -> gpd.GeoDataFrame:
    """Rows cut at the borders of the units: `unit` (position), `row` (id)."""
    made = cut(rows.geometry.to_numpy(), _extent(case))
    told = {"unit": made.unit, "row": rows.index[made.row]}
    return gpd.GeoDataFrame(told, geometry=made.shape, crs=rows.crs)


def _sum(areas: pd.Series, pieces: gpd.GeoDataFrame, case: _Case) -> pd.Series:
    units: Numbers = pieces["unit"].to_numpy(np.intp)
    return pd.Series(np.bincount(units, areas.to_numpy(float), minlength=len(case.units)), index=case.units.index)


def _extent(case: _Case) -> npt.NDArray[np.object_]:
    """The units, or what of them is built up."""
    shapes: npt.NDArray[np.object_] = case.units.geometry.to_numpy()
    if not case.indicator.base.built_up:
        return shapes
    built_up = shapely.union_all(_built_up(case.inputs).geometry)
    return np.array([shape or shapely.Polygon() for shape in areas_of(shapely.intersection(shapes, built_up))], object)


def _built_up(inputs: Inputs) -> gpd.GeoDataFrame:
    boundaries = inputs.get("boundaries", gpd.GeoDataFrame({"boundary_class": [], "geometry": []}))
    return boundaries[(boundaries["boundary_class"] == BUILT_UP).to_numpy(bool)]


def gates(parks: gpd.GeoDataFrame, inputs: Inputs) -> gpd.GeoDataFrame:
    """Entrances of the parks that have some, the parks themselves where none is known."""
    entrances = inputs.get("entrances")
    if entrances is None or not len(entrances):
        return parks
    names = pd.Series(parks.get("id", parks.index), index=parks.index)
    known = entrances[entrances["green_id"].isin(names).to_numpy(bool)]
    without = parks[~names.isin(known["green_id"]).to_numpy(bool)]
    shapes = [*known.geometry, *without.geometry]
    return gpd.GeoDataFrame(geometry=shapes, crs=parks.crs)
