"""What a figure is computed from: which rows serve, which are to be served, and what is missing."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.indicators import Indicator, Sources
from geodata.kinds import DATASETS
from geodata.measures import validate
from geodata.measures.pieces import cut, united
from geodata.measures.shared import once
from geodata.measures.walking import walkable
from geodata.shapes import Shapes

Inputs = Mapping[str, gpd.GeoDataFrame]
By = Literal["land", "buildings", "dwellings", "people"]

BY: Mapping[By, str] = MappingProxyType(
    {"land": "用地面积", "buildings": "住宅楼栋", "dwellings": "住宅套数", "people": "人口"}
)
"""What a coverage counts."""

GATES = "entrances"
"""Kind of the dataset that says where walks to parks end."""
BUILT_UP = "built_up"
"""Class of the boundaries of the 建成区."""

_READ = (
    *("id", "name", "code", "green_class", "public", "canopy_m2", "facility_class", "dwellings", "people", "walkable"),
    *("boundary_class", "control_class", "shore_class", "green_id", "geometry"),
)
_CLASS = MappingProxyType(
    {"green": "green_class", "facilities": "facility_class", "landuse": "code", "controls": "control_class"}
)


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
    for kind, column in _read_from(indicator, by):
        table = inputs.get(kind)
        if table is not None and len(table) and (column not in table or table[column].isna().all()):
            lacking.append(_label(kind, column))
    return tuple(lacking)


def untold(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> dict[str, int]:
    """How many rows do not tell what an indicator counts, and so count for nothing, by the label of what they lack.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> homes = gpd.GeoDataFrame({"dwellings": [12, None]}, geometry=gpd.points_from_xy([0, 9], [0, 0]))
    >>> untold(load_indicators()[0]["park500"], {"buildings": homes}, by="dwellings")
    {'楼宇/用房的“住宅套数”': 1}
    """
    found = {}
    for kind, column in _read_from(indicator, by):
        rows = sources(indicator.sources, inputs) if kind == indicator.sources.table else inputs[kind]
        found[_label(kind, column)] = int(rows[column].isna().sum())
    return {label: count for label, count in found.items() if count}


def _read_from(indicator: Indicator, by: By) -> tuple[tuple[str, str], ...]:
    """Kind and column of what is counted, where that is not the ground itself."""
    told = indicator.sources
    counted_by = {"dwellings": ("buildings", "dwellings"), "people": ("population", "people")}
    people = "people" if indicator.how == "per_person" else by
    pairs = ((told.table, column) for column in columns(indicator))
    return (*pairs, *([counted_by[people]] if people in counted_by and (told.bands or people != by) else ()))


def _label(kind: str, column: str) -> str:
    return f"{DATASETS[kind].label}的“{DATASETS[kind].column(column).label}”"


def needed(indicator: Indicator, *, by: By = "land") -> tuple[str, ...]:
    """Kinds of datasets an indicator is computed from.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> needed(load_indicators()[0]["cov2022"], by="people")
    ('green', 'population', 'boundaries')
    """
    base = {"landuse": demanded(indicator, by)[0], "extent": None, "population": "population"}[indicator.base.table]
    streets = "streets" if indicator.how == "walking" else None
    boundaries = "boundaries" if indicator.base.built_up else None
    return tuple(dict.fromkeys(filter(None, (indicator.sources.table, base, streets, boundaries))))


def lean(inputs: Inputs, *, also: Collection[str] = ()) -> dict[str, gpd.GeoDataFrame]:
    """Leave what figures are counted from: other columns change no figure, and narrow tables are cut in no time.

    Parameters
    ----------
    also : collection of str
        Columns that indicators name.
    """
    kept = {kind: [name for name in table if name in _READ or name in also] for kind, table in inputs.items()}
    tables = {kind: gpd.GeoDataFrame(table[kept[kind]]) for kind, table in inputs.items()}
    if "streets" in tables:
        tables["streets"] = walkable(tables["streets"])
    return tables


def columns(indicator: Indicator) -> tuple[str, ...]:
    """Tell which columns an indicator names itself.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> columns(load_indicators()[0]["canopy_ratio"])
    ('canopy_m2',)
    """
    told = indicator.sources
    return tuple(filter(None, (told.column, told.among[0] if told.among else "")))


def sources(told: Sources, inputs: Inputs) -> gpd.GeoDataFrame:
    """Give what serves or is added up: rows of the classes told, open to the public and large enough where told."""

    def pick() -> gpd.GeoDataFrame:
        table = inputs[told.table]
        kept = once(
            inputs, (told.table,), f"classes {told.classes}", lambda: _of_classes(table, told.table, told.classes)
        )
        if told.public:
            kept = kept & table["public"].fillna(value=True).to_numpy(bool)
        if told.bands:
            least = min(band.least_m2 for band in told.bands)
            kept = kept & (shapely.area(table.geometry.to_numpy()) >= least)
        return only(table, kept)

    least = min((band.least_m2 for band in told.bands), default="")
    return once(inputs, (told.table,), f"sources {told.classes} {told.public} {least}", pick)


def only(table: gpd.GeoDataFrame, flags: npt.NDArray[np.bool_]) -> gpd.GeoDataFrame:
    """Give the rows that are flagged: by place, which for some hundred rows takes half the time of `table[flags]`."""
    return table.take(np.flatnonzero(flags))


def demand(indicator: Indicator, inputs: Inputs, *, by: By = "land") -> gpd.GeoDataFrame:
    """Give the rows that are to be served: land of the classes told, houses with dwellings, or people."""
    kind, what = demanded(indicator, by)
    table = inputs[kind]

    def pick() -> gpd.GeoDataFrame:
        if by == "land":
            return only(table, _of_classes(table, kind, indicator.base.classes))
        return table if by == "people" else only(table, table["dwellings"].fillna(0).to_numpy(float) > 0)

    return once(inputs, (kind,), what, pick)


def demanded(indicator: Indicator, by: By = "land") -> tuple[str, str]:
    """Tell the kind of dataset of the rows that are to be served, and a name of the choice among them.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> demanded(load_indicators()[0]["walk5"])
    ('landuse', "demand ('0701',)")
    """
    kind = {"land": "landuse", "people": "population"}.get(by, "buildings")
    return kind, f"demand {indicator.base.classes if by == 'land' else ''}".rstrip()


def counted(indicator: Indicator, inputs: Inputs) -> gpd.GeoDataFrame:
    """Give the land of the denominator: of each row all, or what lies in the 建成区 where that alone counts."""
    rows = demand(indicator, inputs)
    if not indicator.base.built_up:
        return rows
    kind, what = demanded(indicator)

    def inside() -> gpd.GeoDataFrame:
        parts = built_up(inputs, rows.geometry.to_numpy())
        there = ~shapely.is_missing(parts)
        return rows[there].set_geometry(gpd.GeoSeries(parts[there], index=rows.index[there], crs=rows.crs))

    return once(inputs, (kind, "boundaries"), f"built up {what}", inside)


def built_up(inputs: Inputs, shapes: Shapes) -> Shapes:
    """Give what of each area lies in the 建成区; None where nothing does."""
    made = cut(shapes, united(_built_up(inputs).geometry.to_numpy()))
    found = np.full(len(shapes), None, object)
    order = np.argsort(made.row, kind="stable")
    rows, first, counts = np.unique(made.row[order], return_index=True, return_counts=True)
    parts = made.shape[order]
    found[rows] = parts[first]
    for turn in np.flatnonzero(counts > 1):
        found[rows[turn]] = shapely.union_all(parts[first[turn] : first[turn] + counts[turn]])
    return found


def gates(parks: gpd.GeoDataFrame, inputs: Inputs) -> gpd.GeoSeries:
    """Entrances of the parks that have some, the parks themselves where none is known.

    Raises
    ------
    MeasureError
        Entrances that cannot be measured.
    """
    entrances = inputs.get(GATES)
    if entrances is None or not len(entrances):
        return parks.geometry
    shapes, of = validate.shapes(entrances, DATASETS[GATES].label), entrances["green_id"].to_numpy(object)
    names = parks.get("id", parks.index).to_numpy(object)
    known, theirs = pd.Index(names).isin(of), pd.Index(of).isin(names)
    found = np.concatenate((shapes[theirs], parks.geometry.to_numpy()[~known]))
    return gpd.GeoSeries(found, crs=parks.crs)


def _of_classes(table: gpd.GeoDataFrame, kind: str, classes: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Which rows are of some classes, by how their code begins."""
    kept: npt.NDArray[np.bool_] = table[_CLASS[kind]].astype("string").str.startswith(classes, na=False).to_numpy(bool)
    return kept


def _built_up(inputs: Inputs) -> gpd.GeoDataFrame:
    boundaries = inputs.get("boundaries", gpd.GeoDataFrame({"boundary_class": [], "geometry": []}))
    return boundaries[(boundaries["boundary_class"] == BUILT_UP).to_numpy(bool)]
