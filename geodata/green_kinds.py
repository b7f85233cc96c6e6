"""绿地构成: green by the five kinds the plan names, and by the classes of CJJ/T 85."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import Field

from geodata.areal import areas_of, ellipsoidal
from geodata.config import load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.measures import validate
from geodata.measures.pieces import cut
from geodata.shapes import sound
from geodata.vocabulary import GREEN_CLASSES

SOURCE = "五类绿色出自“十四五”规划纲要（2021）第七章第四节；与《城市绿地分类标准》CJJ/T 85-2017 各类的对照为本看板自定"

CLASSES: Mapping[str, str] = MappingProxyType(
    {code: GREEN_CLASSES[code] for code in ("G11", "G12", "G13", "G14", "G1", "G2", "G3", "XG", "EG")}
)
"""Classes of CJJ/T 85 that are told apart; the first that fits counts, and those of other letters are 附属绿地."""

REST = "other"
"""The kind that is none of the five."""

_ATTACHED = "XG"
_SEGMENTS = 16


class Kind(Contract):
    """One row of green_kinds.yaml."""

    name: Text
    classes: Annotated[tuple[Text, ...], Field(min_length=1)]
    within_coast_m: Annotated[float, Field(gt=0)] | None = None


def load_kinds(own: Path | None = None) -> tuple[Mapping[str, Kind], tuple[DashboardError, ...]]:
    """Read the table of kinds; a row that is none is left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.

    Returns
    -------
    mapping of str to Kind, tuple of DashboardError
    """
    return load_table("green_kinds", Kind, own=own)


def by_kind(
    green: gpd.GeoDataFrame, kinds: Mapping[str, Kind], *, coast: gpd.GeoDataFrame | None = None
) -> gpd.GeoDataFrame:
    """Sort green into kinds; what lies near the coast is cut off from the rest of its row.

    Parameters
    ----------
    green : GeoDataFrame
        EPSG:4549, polygons, with `green_class`.
    kinds : mapping of str to Kind
        In order: the first that fits a row counts.
    coast : GeoDataFrame, optional
        EPSG:4549, the 海岸线; without it no kind that needs it has any land.

    Returns
    -------
    GeoDataFrame
        `kind`, `row` (the row's id), geometry; rows of no kind are left out.

    Raises
    ------
    MeasureError
        A table that cannot be measured.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import LineString, box
    >>> park = gpd.GeoDataFrame({"green_class": ["G14"]}, geometry=[box(0, 0, 300, 10)], crs=crs.METRIC)
    >>> shore = gpd.GeoDataFrame(geometry=[LineString([(0, -9), (0, 19)])], crs=crs.METRIC)
    >>> found = by_kind(park, load_kinds()[0], coast=shore)
    >>> dict(zip(found["kind"], found.area.round(), strict=True))
    {'coast': 2000.0, 'park': 1000.0}
    """
    rest = green.set_geometry(
        gpd.GeoSeries(sound(validate.shapes(green, "绿地", kinds=validate.POLYGONS)), green.index, green.crs)
    )
    found = []
    for key, kind in kinds.items():
        some = rest["green_class"].astype("string").fillna("").str.startswith(kind.classes).to_numpy(bool)
        taken = rest[some]
        if kind.within_coast_m is not None:
            strip = shapely.Polygon() if coast is None else _strip(coast, kind.within_coast_m)
            taken, rest = _split(taken, strip, rest)
        else:
            rest = rest[~some]
        found.append(
            gpd.GeoDataFrame({"kind": key, "row": taken.index}, geometry=taken.geometry.to_numpy(), crs=green.crs)
        )
    return gpd.GeoDataFrame(pd.concat(found, ignore_index=True), crs=green.crs)


def by_class(green: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Sort green into CLASSES, as `by_kind` does into kinds."""
    codes = green["green_class"].astype("string").fillna("")
    kinds = [next((name for name in CLASSES if code.startswith(name)), _ATTACHED) for code in codes]
    return gpd.GeoDataFrame({"kind": kinds, "row": green.index}, geometry=green.geometry.to_numpy(), crs=green.crs)


def areas(parts: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measure the kinds of green in each unit; land of a kind that lies twice counts once.

    Parameters
    ----------
    parts : GeoDataFrame
        From `by_kind` or `by_class`.
    units : GeoDataFrame
        EPSG:4549, polygons on their ids; they may overlap.

    Returns
    -------
    DataFrame
        On the units' index, a column per kind that there is: ellipsoidal m2.

    Raises
    ------
    MeasureError
        A table that cannot be measured.
    """
    grounds = sound(validate.shapes(units, "统计单元", kinds=validate.POLYGONS))
    found = {}
    for kind, rows in parts.groupby("kind", sort=False):
        pieces = cut(shapely.get_parts(shapely.union_all(rows.geometry.to_numpy())), grounds)
        found[str(kind)] = np.bincount(pieces.unit, ellipsoidal(pieces.shape), len(units))
    return pd.DataFrame(found, index=units.index)


def _strip(coast: gpd.GeoDataFrame, metres: float) -> shapely.Geometry:
    line = shapely.union_all(validate.shapes(coast, "海岸线"))
    return shapely.buffer(
        shapely.boundary(line) if shapely.get_dimensions(line) > 1 else line, metres, quad_segs=_SEGMENTS
    )


def _split(
    taken: gpd.GeoDataFrame, strip: shapely.Geometry, rest: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """What of some rows lies in a strip; and all rows without that."""
    inside = areas_of(shapely.intersection(taken.geometry.to_numpy(), strip))
    outside = areas_of(shapely.difference(taken.geometry.to_numpy(), strip))
    left = rest.geometry.copy()
    left[taken.index] = gpd.GeoSeries(outside, taken.index, crs=rest.crs)
    there = ~shapely.is_missing(inside)
    near = taken[there].set_geometry(gpd.GeoSeries(inside[there], taken.index[there], rest.crs))
    remains = rest.set_geometry(left)
    return near, remains[~remains.geometry.isna()]
