"""Figures with parks that are not there: land with the change made, and exactly what it changes, where it can.

A park changes nothing beyond its reach. So figures with it are the figures without it, which are known, and the
difference on the few rows within reach: the same measures, on less land.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.areal import areas_of
from geodata.indicators import Indicator
from geodata.measures.access import JOINED_M
from geodata.measures.applied import GONE, Flags, applied, near_rows
from geodata.measures.evaluate import Numbers, counts, evaluate, reached
from geodata.measures.inputs import GATES, By, Inputs, built_up, counted, demand, demanded, only
from geodata.measures.reading import FAR_M, steps
from geodata.measures.shared import Shared, in_memory
from geodata.measures.walking import walkable
from geodata.parks import Park
from geodata.shapes import Shapes

_MARGIN = 10.0
_LEFT = 1e-6
_COUNTS = ["part", "whole"]


@dataclass(frozen=True)
class Near:
    """The land within reach of a change, without it and with it.

    Attributes
    ----------
    before, after : Shared
        Figures that read the same near land share what follows from it.
    bounds : tuple of float
        West, south, east, north of all that may count otherwise.
    """

    before: Shared
    after: Shared
    bounds: tuple[float, float, float, float]


def concerns(indicator: Indicator, parks: Sequence[Park]) -> bool:
    """Whether parks can change a figure at all: they serve, or take the place of what serves or is served."""
    return indicator.sources.table == "green" or any(park.row for park in parks)


def scope(indicator: Indicator) -> tuple[object, ...]:
    """What decides which land a change can matter to, but for the distance: figures of one scope can share it."""
    return indicator.how, indicator.sources.table, indicator.base.table, indicator.base.classes


def reach_of(indicator: Indicator) -> float:
    """The largest distance that counts, m."""
    return max((band.distance_m for band in indicator.sources.bands), default=0.0)


def nearby(indicator: Indicator, inputs: Inputs, parks: Sequence[Park], *, by: By = "land", reach: float = 0.0) -> Near:
    """Give all rows on which a figure can differ, and all that these rows' figures rest on.

    Straight: what is to be served within the largest distance of the change, and the sources within that distance of
    it. Walking: the same, for no walk is shorter than the straight line; with the streets so near, and those by which
    the rows and the sources come to the streets. Shares: what touches the change.

    Parameters
    ----------
    reach : float
        The largest distance (m) of others that are read from the same land; they have to be of the same `scope`.
    """
    reach = max(reach, reach_of(indicator))
    shapes = _touched(indicator, inputs, parks)
    picked = {kind: near_rows(inputs[kind], shapes, 0.0) for kind in ("landuse", *GONE) if kind in inputs}
    if indicator.base.table == "landuse":
        kind, _ = demanded(indicator, by)
        picked[kind] = picked[kind] | near_rows(inputs[kind], shapes, reach)
        rows = demand(indicator, {kind: only(inputs[kind], picked[kind])}, by=by)
        shapes = np.concatenate((shapes, rows.geometry.to_numpy()))
    source = indicator.sources.table
    serving = near_rows(inputs[source], shapes, reach)
    if source == "green":
        serving = serving | _by_gates(inputs, shapes, reach)
    picked[source] = picked.get(source, serving) | serving
    before = {**inputs, **{kind: only(inputs[kind], _and_one(flags)) for kind, flags in picked.items()}}
    after = applied(before, parks)
    if indicator.how == "walking":
        if GATES in before:
            before[GATES] = after[GATES] = _of_green(before[GATES], before["green"])
        before["streets"] = after["streets"] = _streets(before, after, shapes, reach)
    west, south, east, north = shapely.total_bounds(shapes)
    keep, names = in_memory(), dict.fromkeys(before, "as it is")
    changed = {kind: "changed" for kind in before if after[kind] is not before[kind]}
    tables = Shared(before, names, keep), Shared(after, names | changed, keep)
    return Near(*tables, (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN))


def extents(indicator: Indicator, inputs: Inputs, outlined: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Outlines, or what of them is built up where the indicator is about that; empty where nothing is."""
    if not indicator.base.built_up:
        return outlined
    cut = built_up(inputs, outlined.geometry.to_numpy())
    return outlined.set_geometry(gpd.GeoSeries(cut, outlined.index, crs=outlined.crs))


def base(indicator: Indicator, inputs: Inputs, outlined: gpd.GeoDataFrame, *, by: By = "land") -> pd.DataFrame | None:
    """Count `part` and `whole` of each outline; None where inputs are missing."""
    answer = evaluate(indicator, inputs, outlined, by=by)
    return None if answer.missing else answer.figures[_COUNTS]


def with_parks(
    indicator: Indicator, near: Near, outlined: gpd.GeoDataFrame, *, before: pd.DataFrame, by: By = "land"
) -> pd.DataFrame:
    """Count `part` and `whole` of each outline with the change, from the counts without it.

    Parameters
    ----------
    near : Near
        From `nearby`, with the same indicator and `by`.
    outlined : GeoDataFrame
        From `vague.outlines`, as `extents` gives them.
    before : DataFrame
        From `base`, of all land.
    """
    if indicator.base.built_up:
        indicator = indicator.model_copy(update={"base": indicator.base.model_copy(update={"built_up": False})})
    at, units = _clipped(outlined.geometry, near)
    was, now = (np.column_stack(counts(indicator, inputs, units, by=by)) for inputs in (near.before, near.after))
    changed = before[_COUNTS].to_numpy(float, copy=True)
    changed[at] += now - was
    return pd.DataFrame(changed, before.index, _COUNTS)


def figures(counts: pd.DataFrame, outlined: gpd.GeoDataFrame) -> pd.DataFrame:
    """Turn counts of outlines into figures of units, as `with_range` gives them: part, whole, value, low, high."""
    part, whole = (counts[name].to_numpy(float) for name in _COUNTS)
    value = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    of, units = pd.factorize(outlined["unit"])
    first, moved = np.unique(of, return_index=True)[1], np.bincount(of) > 1
    low, high = (np.full(len(units), np.nan) for _ in range(2))
    np.fmin.at(low, of, value)
    np.fmax.at(high, of, value)
    told = {"part": part[first], "whole": whole[first], "value": value[first]}
    vague = {"low": np.where(moved, low, np.nan), "high": np.where(moved, high, np.nan)}
    return pd.DataFrame({**told, **vague}, index=pd.Index(outlined["unit"].iloc[first].to_numpy()))


def recoloured(indicator: Indicator, near: Near) -> "pd.Series[str]":
    """Land that is reached otherwise with the change: key of COVERED by id, "" where it is no demand now."""
    was, now = (steps(reached(indicator, inputs)) for inputs in (near.before, near.after))
    both = pd.DataFrame({"was": was, "now": now}).fillna("")
    return both["now"][both["was"] != both["now"]]


def still_left(indicator: Indicator, left: gpd.GeoDataFrame, near: Near, parks: Sequence[Park]) -> gpd.GeoDataFrame:
    """List the land that is not reached even with the change, as `uncovered` does, from the list without it.

    Parameters
    ----------
    left : GeoDataFrame
        From `uncovered`, of all land.
    near : Near
        From `nearby`.
    """
    gone = left.index.isin(counted(indicator, near.before).index)
    now = counted(indicator, near.after)
    told = left.drop(columns=["area_m2", "left_m2"]).reindex(now.index)
    again = told.set_geometry(now.geometry).assign(
        id=now["id"], name=now["name"], area_m2=now.area, left_m2=now.area * (1 - reached(indicator, near.after))
    )
    again = again[again["left_m2"] > _LEFT * again["area_m2"]]
    rows = gpd.GeoDataFrame(pd.concat([left[~gone], again[left.columns]]), crs=left.crs)
    return _nearer(rows, parks).sort_values("left_m2", ascending=False)


def _nearer(rows: gpd.GeoDataFrame, parks: Sequence[Park]) -> gpd.GeoDataFrame:
    """Land with the nearest park, where a new one is nearer."""
    for park in parks:
        metres = rows.distance(park.shape)
        nearer = (metres <= FAR_M) & ~(rows["nearest_m"] <= metres)
        found = {
            "nearest_m": rows["nearest_m"].where(~nearer, metres),
            "nearest": rows["nearest"].where(~nearer, park.name),
        }
        rows = rows.assign(**found)
    return rows


def _clipped(outlines: gpd.GeoSeries, near: Near) -> tuple[Numbers, Shapes]:
    """What of the outlines lies round the rows at hand: shares of its own area are no matter of the difference."""
    window = shapely.box(*near.bounds)
    at = np.sort(outlines.sindex.query(window))
    cut = areas_of(shapely.intersection(outlines.to_numpy()[at], window))
    there = ~shapely.is_missing(cut)
    return at[there], cut[there]


def _touched(indicator: Indicator, inputs: Inputs, parks: Sequence[Park]) -> Shapes:
    """What changes: the parks, and land that serves by itself where a park takes some of it."""
    shapes = np.array([park.shape for park in parks], dtype=object)
    taken = np.array([park.shape for park in parks if park.row], dtype=object)
    if indicator.sources.table != "landuse" or not len(taken):
        return shapes
    land = inputs["landuse"]
    return np.concatenate((shapes, land.geometry.to_numpy()[near_rows(land, taken, 0.0)]))


def _and_one(flags: Flags) -> Flags:
    """One row more: a measure of no rows at all would say that the data are missing. It counts the same both times."""
    more = flags.copy()
    more[np.flatnonzero(~flags)[:1]] = True
    return more


def _by_gates(inputs: Inputs, shapes: Shapes, reach: float) -> Flags | bool:
    """Which parks have an entrance within reach, wherever they lie themselves."""
    gates, green = inputs.get(GATES), inputs["green"]
    if gates is None:
        return False
    near = gates["green_id"][near_rows(gates, shapes, reach)]
    flags: Flags = pd.Series(green.get("id", green.index)).isin(near).to_numpy(bool)
    return flags


def _of_green(gates: gpd.GeoDataFrame, green: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The entrances of some green."""
    return only(gates, pd.Index(gates["green_id"].to_numpy(object)).isin(green.get("id", green.index).to_numpy(object)))


def _streets(before: Inputs, after: Inputs, shapes: Shapes, reach: float) -> gpd.GeoDataFrame:
    """Streets on any walk that is short enough, and those by which rows and parks come to the streets."""
    streets = walkable(before["streets"])
    ends = (table[kind].geometry for table in (before, after) for kind in _ENDS if kind in table)
    each = {id(shape): shape for some in (*ends, shapes) for shape in some}  # hardly any is other than before
    there = np.array(list(each.values()), dtype=object)
    _, away = streets.sindex.nearest(there, return_all=False, return_distance=True)
    return only(streets, near_rows(streets, shapes, reach) | near_rows(streets, there, away + JOINED_M))


_ENDS = ("landuse", "buildings", "population", "green", "facilities", "entrances")
"""What a walk may begin or end at."""
