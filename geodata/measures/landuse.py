"""用地平衡表: land by class and zone, changes from present to planned, how densely it is built; exact at borders."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.areal import ellipsoidal
from geodata.errors import MeasureError
from geodata.landuse_codes import CURRENT, codes
from geodata.measures import validate
from geodata.measures.green import covered_area
from geodata.measures.pieces import cut
from geodata.shapes import sound

By = Literal["landuse", "landuse_planned"]
Area = Literal["ellipsoidal", "projected"]

BY: Mapping[By, str] = MappingProxyType({"landuse": "现状用地代码", "landuse_planned": "规划用地代码"})
"""What a balance is of, as the screen says it."""

AREAS: Mapping[Area, str] = MappingProxyType({"ellipsoidal": "椭球面积", "projected": "投影面积"})
"""How areas are measured, as the screen says it."""

WHOLE = ""
"""The zone where none are given: all plots."""

UNTOLD = ""
"""The class of plots that have no code."""

RATES = ("far", "density", "green_ratio")
"""容积率, 建筑密度, 绿地率: columns that are averaged over land."""

_DIGITS = 2
_LEVELS = (1, 2, 3)
_PLOTS, _ZONES = "规划地块", "统计单元"
_NOTHING_M2 = 0.01
"""A plot that shares less than a decimetre squared with a zone only touches it, and is not counted there."""

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Cut:
    """Pieces of plots in zones: position of the zone and of the plot, its area in m2."""

    zone: Numbers
    plot: Numbers
    area_m2: npt.NDArray[np.float64]


def balance(
    plots: gpd.GeoDataFrame,
    *,
    by: By,
    level: int = 2,
    zones: gpd.GeoDataFrame | None = None,
    area: Area = "ellipsoidal",
) -> pd.DataFrame:
    """Area of each class of land use in each zone; plots are cut at zone borders.

    Parameters
    ----------
    plots : GeoDataFrame
        EPSG:4549, polygons; codes of the guide of 2023 in the column `by`, NA where not known.
    by : str
        Key of BY.
    level : int
        1, 2 or 3: codes are counted by their first 2, 4 or 6 digits; one that is shorter stays as it is.
    zones : GeoDataFrame, optional
        EPSG:4549, polygons on their ids; they may overlap. All plots together where not given.
    area : str
        Key of AREAS.

    Returns
    -------
    DataFrame
        Indexed (zone, code), zones in their order, classes in that of the guide, UNTOLD last: `area_m2`, `share` (0 to
        1 of the land of all plots in the zone, whatever lies between them: see `completeness`), `plots` (how many there
        are, in part or whole). Land that plots overlap on counts for each.

    Raises
    ------
    MeasureError
        A table that cannot be measured, a code the guide has not, a level that is none.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame({"landuse": ["070102", "0701", "1401"]}, crs=crs.METRIC,
    ...     geometry=[box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 0, 400, 100)])
    >>> balance(land, by="landuse", area="projected").reset_index().to_dict("list")
    {'zone': ['', ''], 'code': ['0701', '1401'], 'area_m2': [20000.0, 20000.0], 'share': [0.5, 0.5], 'plots': [2, 1]}
    """
    told = _classes(plots, by, level)
    made = _cut(plots, zones, area)
    rows = pd.DataFrame({"zone": made.zone, "code": told[made.plot], "area_m2": made.area_m2})
    found = _summed(rows, ["zone", "code"], zones)
    whole = found["area_m2"].groupby(level="zone", sort=False).transform("sum")
    found.insert(1, "share", (found["area_m2"] / whole).where(whole > 0))
    return found


def changes(
    plots: gpd.GeoDataFrame, *, level: int = 1, zones: gpd.GeoDataFrame | None = None, area: Area = "ellipsoidal"
) -> pd.DataFrame:
    """Land of each present class by what is planned for it, for each zone: 现状 -> 规划.

    Parameters
    ----------
    plots : GeoDataFrame
        As for `balance`, with both columns.
    level, zones, area
        As for `balance`.

    Returns
    -------
    DataFrame
        Indexed (zone, landuse, landuse_planned): `area_m2`, `plots`. Its margins are the two balances.

    Raises
    ------
    MeasureError
        As for `balance`.
    """
    present, planned = (_classes(plots, by, level) for by in BY)
    made = _cut(plots, zones, area)
    told = {"zone": made.zone, "landuse": present[made.plot], "landuse_planned": planned[made.plot]}
    return _summed(pd.DataFrame({**told, "area_m2": made.area_m2}), ["zone", *BY], zones)


def intensity(
    plots: gpd.GeoDataFrame, *, zones: gpd.GeoDataFrame | None = None, area: Area = "ellipsoidal"
) -> pd.DataFrame:
    """容积率, 建筑密度 and 绿地率 of each zone: means over the land of the plots that have a value.

    Parameters
    ----------
    plots : GeoDataFrame
        As for `balance`, with some of the columns RATES.
    zones, area
        As for `balance`.

    Returns
    -------
    DataFrame
        On the zones' index: each of RATES, NaN where no plot has a value, and `<rate>_known`, the share (0 to 1) of the
        land of all plots that it is known of; NaN where there is none.

    Raises
    ------
    MeasureError
        A table that cannot be measured.

    Examples
    --------
    >>> from geodata import crs
    >>> from shapely import box
    >>> land = gpd.GeoDataFrame({"far": [1.0, 3.0, None]}, crs=crs.METRIC,
    ...     geometry=[box(0, 0, 300, 100), box(300, 0, 400, 100), box(400, 0, 500, 100)])
    >>> intensity(land, area="projected")[["far", "far_known"]].to_dict("list")
    {'far': [1.5], 'far_known': [0.8]}
    """
    made = _cut(plots, zones, area)
    count = 1 if zones is None else len(zones)
    found = {}
    for name in RATES:
        values = _numbers(plots, name)[made.plot]
        known = np.isfinite(values)
        weights = np.where(known, made.area_m2, 0.0)
        land, of_all = (np.bincount(made.zone, these, count) for these in (weights, made.area_m2))
        with np.errstate(invalid="ignore", divide="ignore"):
            found[name] = np.bincount(made.zone, weights * np.where(known, values, 0.0), count) / land
            found[f"{name}_known"] = land / of_all
    return pd.DataFrame(found, index=_index(zones))


def completeness(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """How well plots tile each zone: what stands beside every balance.

    Parameters
    ----------
    plots, zones : GeoDataFrame
        EPSG:4549, polygons.

    Returns
    -------
    DataFrame
        On the zones' index, planar m2: `area_m2` of the zone, `overlap_m2` (counted more than once), `gap_m2` (in no
        plot).

    Raises
    ------
    MeasureError
        A table that cannot be measured.
    """
    made = _cut(plots, zones, "projected")
    sizes = shapely.area(sound(zones.geometry.to_numpy()))
    sums = np.bincount(made.zone, made.area_m2, len(zones))
    unions = covered_area(zones.set_geometry(sound(zones.geometry.to_numpy()), crs=zones.crs), plots, distance=0.0)
    told = {"area_m2": sizes, "overlap_m2": sums - unions.to_numpy(), "gap_m2": sizes - unions.to_numpy()}
    return pd.DataFrame({name: np.maximum(values, 0.0) for name, values in told.items()}, index=zones.index)


def _classes(plots: gpd.GeoDataFrame, by: By, level: int) -> npt.NDArray[np.object_]:
    """Class of each plot at a level of the guide, UNTOLD where it has no code."""
    if by not in BY or level not in _LEVELS:
        what = f"没有“{by}”第 {level} 级的用地平衡"
        raise MeasureError(_PLOTS, what, f"请选择{'或'.join(BY.values())}，级别为 1 至 3")
    if by not in plots.columns:
        raise MeasureError(_PLOTS, f"没有“{BY[by]}”这一列", "请补上后再统计")
    given = plots[by].astype("string").str.strip().fillna(UNTOLD)
    strange = given[(given != UNTOLD) & ~given.isin(codes(CURRENT).index)]
    if len(strange):
        what = f"{len(strange)} 行的{BY[by]}不在用地用海2023 之内（如 {strange.iloc[0]}）"
        raise MeasureError(_PLOTS, what, "请先按基数转换表换算")
    return np.asarray(given.str.slice(stop=_DIGITS * level), dtype=object)


def _cut(plots: gpd.GeoDataFrame, zones: gpd.GeoDataFrame | None, area: Area) -> _Cut:
    """Cut plots at the borders of zones; of each plot that lies in a zone wholly, the plot itself."""
    if area not in AREAS:
        where = "面积口径"
        raise MeasureError(where, f"没有“{area}”这种面积", f"请选择{'或'.join(AREAS.values())}")
    shapes = sound(validate.shapes(plots, _PLOTS, kinds=validate.POLYGONS))
    if zones is None:
        every = np.arange(len(shapes))
        return _Cut(np.zeros_like(every), every, _areas(shapes, area))
    grounds = sound(validate.shapes(zones, _ZONES, kinds=validate.POLYGONS))
    pieces = cut(shapes, grounds)
    return _Cut(pieces.unit, pieces.row, _areas(pieces.shapes, area)[pieces.at])


def _areas(shapes: npt.NDArray[np.object_], area: Area) -> npt.NDArray[np.float64]:
    sizes = ellipsoidal(shapes) if area == "ellipsoidal" else shapely.area(shapes)
    return np.asarray(np.nan_to_num(sizes), dtype=float)


def _summed(rows: pd.DataFrame, keys: list[str], zones: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Sum areas and count plots by keys, the first of which is the position of the zone."""
    parts = rows.assign(plots=(rows["area_m2"] >= _NOTHING_M2).astype(int), **_ranks(rows, keys[1:]))
    order = ["zone", *(f"{key}_rank" for key in keys[1:])]
    found = parts.groupby([*order, *keys[1:]])[["area_m2", "plots"]].sum().reset_index()
    found = found[found["plots"] > 0]
    named = found.assign(zone=_index(zones).to_numpy()[found["zone"].to_numpy(dtype=np.intp)])
    return pd.DataFrame(named.set_index(keys)[["area_m2", "plots"]])


def _ranks(rows: pd.DataFrame, keys: list[str]) -> dict[str, Any]:
    """Columns to sort by: the order of codes, UNTOLD last."""
    return {f"{key}_rank": (rows[key] == UNTOLD).astype(int) for key in keys}


def _index(zones: gpd.GeoDataFrame | None) -> pd.Index:
    return pd.Index([WHOLE], name="zone") if zones is None else zones.index


def _numbers(plots: gpd.GeoDataFrame, name: str) -> npt.NDArray[np.float64]:
    """A column as numbers; NaN where it is missing or not there at all."""
    if name not in plots.columns:
        return np.full(len(plots), np.nan)
    return np.asarray(plots[name].to_numpy(dtype=float, na_value=np.nan))
