"""The zone cut up without gap or overlap: lots, roadside and coastal green, roads, hills."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.sample.chance import chance
from geodata.sample.cuts import Numbers, Shapes, allot, axes, polygons, split, tidy
from geodata.sample.ground import Ground
from geodata.sample.streets import STREETS, Streets, reserve

LOTS = 3000
"""Lots are what a use is given to; more plots than these are lots cut finer."""

_SHORE_GREEN = 55.0
_ROADSIDE_GREEN = 12.0
_SMALLEST = 700.0
_LOT = 150.0
_NARROWEST = 16.0
_SERVED = 60.0
_SHORE_PIECE = 25_000.0
_ROAD_PIECE = 60_000.0
_HILL_PIECE = 200_000.0
_COARSE = 0.8
"""Share of the lots that are made first; the rest comes from cutting a few of the small ones finer."""

_FINE = 0.045
_WHOLE = 16
"""Blocks that stay whole, for large parks, schools and hospitals."""


def partition(ground: Ground, streets: Streets, plots: int, seed: int) -> gpd.GeoDataFrame:
    """Cut up the zone.

    Returns
    -------
    GeoDataFrame
        EPSG:4549, no gaps and no overlaps: `part` (lot, verge, shore, road, highway, hill), `block` (number of the
        block a lot lies in, else -1), `quiet` (as in Streets), `fine` (a small lot), `whole` (a whole block).
    """
    rng = chance(seed, "blocks")
    surfaces = _surfaces(ground, streets)
    blocks, slivers = _blocks(surfaces.pop("block"), streets)
    lots, block, state = _lots(blocks, _quiet_of(blocks, streets), min(plots, LOTS), rng)
    shapes, part = [lots, slivers], [*np.where(shapely.area(lots) < _LOT, "verge", "lot"), *["verge"] * len(slivers)]
    for name, (shape, size) in surfaces.items():
        found, _ = polygons(np.array([shape]))
        pieces, _ = split(found, np.maximum(np.round(shapely.area(found) / size), 1).astype(np.int64), rng)
        shapes, part = [*shapes, pieces], [*part, *[name] * len(pieces)]
    clean, origin = tidy(np.concatenate(shapes))
    columns = {"block": block} | state
    filled = {name: np.append(values, np.full(len(part) - len(lots), -1))[origin] for name, values in columns.items()}
    return gpd.GeoDataFrame({"part": np.array(part, object)[origin], **filled}, geometry=clean, crs=crs.METRIC)


def _surfaces(ground: Ground, streets: Streets) -> dict[str, Any]:
    """Ground by what it is for, with the size (m2) of its pieces; blocks come without a size."""
    road = reserve(streets).intersection(ground.zone)
    outside = ground.zone.difference(ground.built)
    shore = ground.built.intersection(ground.coast.buffer(_SHORE_GREEN)).difference(road)
    verge = ground.built.intersection(reserve(streets, _ROADSIDE_GREEN)).difference(road).difference(shore)
    return {
        "block": ground.built.difference(road).difference(shore).difference(verge),
        "verge": (verge, np.inf),
        "shore": (shore, _SHORE_PIECE),
        "road": (road.intersection(ground.built), _ROAD_PIECE),
        "highway": (road.intersection(outside), np.inf),
        "hill": (outside.difference(road), _HILL_PIECE),
    }


def _blocks(ground: BaseGeometry, streets: Streets) -> tuple[Shapes, Shapes]:
    """Part blocks that can be built on from slivers between streets and ground no street leads to."""
    parts, _ = polygons(np.array([ground]))
    _, _, across = axes(parts)
    served = np.zeros(len(parts), bool)
    served[shapely.STRtree(streets.lines).query(parts, predicate="dwithin", distance=_SERVED)[0]] = True
    usable = served & (shapely.area(parts) >= _SMALLEST) & (np.hypot(*across.T) >= _NARROWEST)
    return parts[usable], parts[~usable]


def _quiet_of(blocks: Shapes, streets: Streets) -> Numbers:
    """Whether a block is one campus or one park."""
    tree = shapely.STRtree(streets.neighbourhoods)
    block, around = tree.query(shapely.point_on_surface(blocks), predicate="intersects")
    quiet = np.full(len(blocks), STREETS)
    quiet[block] = streets.quiet[around]
    return quiet


def _lots(
    blocks: Shapes, quiet: Numbers, number: int, rng: np.random.Generator
) -> tuple[Shapes, Numbers, dict[str, NDArray[Any]]]:
    """Cut blocks into lots, a few of the small ones into still smaller ones."""
    area = shapely.area(blocks)
    whole = quiet != STREETS
    suited = np.flatnonzero(~whole & (area > np.median(area)))
    whole[rng.permutation(suited)[: max(1, _WHOLE * number // LOTS)]] = True
    counts = np.ones(len(blocks), np.int64)
    counts[~whole] = allot(area[~whole], int(number * _COARSE))
    lots, block = split(blocks, counts, rng)
    lots, origin, fine = _finer(lots, whole[block], number, rng)
    block = block[origin]
    return lots, block, {"quiet": quiet[block], "fine": fine, "whole": whole[block] & (quiet[block] == STREETS)}


def _finer(
    lots: Shapes, whole: NDArray[np.bool_], number: int, rng: np.random.Generator
) -> tuple[Shapes, Numbers, NDArray[np.bool_]]:
    area = np.where(whole, np.inf, shapely.area(lots))
    small = np.argsort(area, kind="stable")[: max(1, len(lots) // 3)]
    chosen = rng.permutation(small)[: max(1, int(len(lots) * _FINE))]
    counts = np.ones(len(lots), np.int64)
    counts[chosen] = allot(area[chosen], max(number - len(lots) + len(chosen), len(chosen)))
    pieces, origin = split(lots, counts, rng)
    return pieces, origin, counts[origin] > 1
