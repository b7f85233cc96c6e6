"""How well a table fits the land, datasets in use and the base roads, under each hypothesis of its positions."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from geodata.crs import Positions

References: TypeAlias = Mapping[str, gpd.GeoDataFrame]
Moved: TypeAlias = Mapping[str, gpd.GeoDataFrame]
Scores: TypeAlias = Mapping[str, float]

AS_IS = "as_is"
"""The hypothesis that nothing is shifted."""

LAND, ROADS = "land", "roads"
_MAY_BE_AT_SEA = ("controls", "boundaries")
"""Kinds that rightly reach into the sea: coast, setback and administrative lines."""

_SAMPLE = 2000
_SEED = 20210518
_COAST_ERROR = 60.0
"""The coast is generalised (m): what lies this close to land counts as land."""

_CELL = 1000.0
_CELLS = 3
"""What lies in the sea must do so in this many places (cells of a kilometre): one reclaimed site is no shift."""

_SEA_NONE, _SEA_CLEAR = 0.002, 0.005
_NEAR = 3.0
_AGREE, _AGREE_CLEAR = 0.3, 2.0
_STEP = 50.0
_TURN = 15.0
_FAR = 1000.0
_ROAD_ERROR = 60.0
_ROAD_CLEAR = 100.0


def sea(moved: Moved, kind: str, references: References) -> dict[str, float]:
    """Share of a table's area (length, points) in the sea under each hypothesis; empty where it cannot be told.

    Parameters
    ----------
    moved : mapping of str to GeoDataFrame
        The table as each hypothesis places it, "as_is" among them, in EPSG:4549.
    kind : str
    references : mapping of str to GeoDataFrame
        EPSG:4549: "land", "roads", datasets in use under their kinds.
    """
    if LAND not in references or kind in _MAY_BE_AT_SEA or not len(moved[AS_IS]):
        return {}
    land = _near_land(moved, references)
    sizes = {key: _size(table.geometry.to_numpy()) for key, table in moved.items()}
    return {key: float(_at_sea(table, land).sum() / sizes[key].sum()) for key, table in moved.items()}


def _near_land(moved: Moved, references: References) -> Any:
    """Land round the table, with the error of the coast."""
    bounds = np.array([table.total_bounds for table in moved.values()])
    room = 2 * _COAST_ERROR
    window = shapely.box(*(bounds.min(axis=0)[:2] - room), *(bounds.max(axis=0)[2:] + room))
    land = shapely.intersection(references[LAND].geometry.union_all(), window).buffer(_COAST_ERROR)
    shapely.prepare(land)
    return land


def _at_sea(table: gpd.GeoDataFrame, land: Any) -> Any:
    """How much of each feature lies in the sea."""
    shapes = table.geometry.to_numpy()
    sizes = _size(shapes)
    wet = np.flatnonzero(~shapely.covers(land, shapes))
    at_sea = np.zeros(len(shapes))
    at_sea[wet] = np.minimum(_size(shapely.difference(shapes[wet], land)), sizes[wet])
    return at_sea


def _size(shapes: Any) -> Any:
    """Area of areas, length of lines, one for points."""
    kinds = shapely.get_dimensions(shapes)
    sizes = np.where(kinds == 1, shapely.length(shapes), shapely.area(shapes))
    return np.where(kinds == 0, (~shapely.is_empty(shapes)).astype(float), sizes)


def best_by_sea(seas: Scores, moved: Moved, references: References) -> str | None:
    """The one hypothesis without sea, if the others have it, and in several places."""
    if not seas:
        return None
    best, second, _ = sorted(seas, key=lambda key: seas[key])
    if seas[best] > _SEA_NONE or seas[second] < _SEA_CLEAR:
        return None
    land = _near_land(moved, references)
    wet = moved[AS_IS if best != AS_IS else second]
    cells = wet.geometry.centroid[_at_sea(wet, land) > 0].get_coordinates() // _CELL
    return best if len(cells.drop_duplicates()) >= _CELLS else None


def agreement(moved: Moved, references: References) -> dict[str, float]:
    """Share of a table's corners on outlines of datasets in use under each hypothesis; empty without any."""
    used = [table for key, table in references.items() if key not in (LAND, ROADS) and len(table)]
    if not used or not len(moved[AS_IS]):
        return {}
    tree = shapely.STRtree(np.concatenate([_outlines(table) for table in used]))
    found = {}
    for key, table in moved.items():
        corners = _few(shapely.get_coordinates(table.geometry.to_numpy()))
        hits, _ = tree.query(shapely.points(corners), predicate="dwithin", distance=_NEAR)
        found[key] = len(np.unique(hits)) / len(corners)
    return found


def _outlines(table: gpd.GeoDataFrame) -> Any:
    shapes = table.geometry[table.geometry.notna()].to_numpy()
    return np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)  # noqa: PLR2004 - areas


def _few(corners: Positions) -> Positions:
    if len(corners) <= _SAMPLE:
        return corners
    return corners[np.random.default_rng(_SEED).choice(len(corners), _SAMPLE, replace=False)]


def best_by_agreement(fits: Scores) -> str | None:
    """The one hypothesis that puts many corners on outlines in use, if it does so far better than the others."""
    if not fits:
        return None
    best, second, _ = sorted(fits, key=lambda key: -fits[key])
    clear = fits[best] >= _AGREE and fits[best] >= _AGREE_CLEAR * fits[second]
    return best if clear else None


def roads(moved: Moved, kind: str, references: References) -> dict[str, float]:
    """Middle distance (m) from the base roads to the nearest street that runs as they do; empty for other kinds."""
    if kind != "streets" or ROADS not in references or not len(moved[AS_IS]):
        return {}
    hulls = [table.union_all().convex_hull for table in moved.values()]
    at, ways = _steps(references[ROADS].geometry.intersection(shapely.intersection_all(hulls)).to_numpy())
    if not len(at):
        return {}
    return {key: _distance(at, ways, *_steps(table.geometry.to_numpy())) for key, table in moved.items()}


def _steps(lines: Any) -> tuple[Positions, Any]:
    """Points along lines every fifty metres, and the direction there, 0-180 degrees."""
    parts = shapely.get_parts(shapely.get_parts(lines))
    xy, owner = shapely.get_coordinates(shapely.segmentize(parts, _STEP), return_index=True)
    same = owner[1:] == owner[:-1]
    ahead = (xy[1:] - xy[:-1])[same]
    ways = np.degrees(np.arctan2(ahead[:, 1], ahead[:, 0])) % 180
    return ((xy[1:] + xy[:-1]) / 2)[same], ways


def _distance(at: Positions, ways: Any, there: Positions, directions: Any) -> float:
    """Middle distance to the nearest step that runs nearly the same way; `_FAR` where there is none."""
    tree = shapely.STRtree(shapely.points(there))
    asked, found = tree.query(shapely.points(at), predicate="dwithin", distance=_FAR)
    turn = np.abs(ways[asked] - directions[found])
    alike = np.minimum(turn, 180 - turn) <= _TURN
    nearest = np.full(len(at), _FAR)
    apart = np.hypot(*(at[asked[alike]] - there[found[alike]]).T)
    np.minimum.at(nearest, asked[alike], apart)
    return float(np.median(nearest))


def best_by_roads(apart: Scores) -> str | None:
    """The one hypothesis that brings streets to the base roads, if the others leave them far."""
    if not apart:
        return None
    best, second, _ = sorted(apart, key=lambda key: apart[key])
    clear = apart[best] <= _ROAD_ERROR and apart[second] >= apart[best] + _ROAD_CLEAR
    return best if clear else None
