"""The demonstration's streets: the corridor, roads to every part of the town, a grid in every neighbourhood."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from geodata.sample.chance import Floats, chance
from geodata.sample.cuts import Numbers, Shapes, axes, polygons, split
from geodata.sample.ground import Ground

ARTERIAL, COLLECTOR, LOCAL, FOOTPATH = range(4)
STREETS, CAMPUS, PARK = range(3)

HALF_WIDTH = {ARTERIAL: 20.0, COLLECTOR: 13.0, LOCAL: 8.0}
"""Half the road reserve (m) by rank."""

GRID = 0.01
"""All vertices lie on this grid (m): streets join where they share one."""

_NEIGHBOURHOOD = 550_000.0
_BLOCK = 215.0
_BLOCKS_FOR = 3000
_WIDEST_BLOCK = 600.0
_STUB = 45.0
_COAST_ROAD = (330.0, 210.0)
"""Two steps (m) inland and back: a smooth line that much off the shore."""

_SAME = 0.05
_SHORTEST = 150.0
_NEAR = 400.0
"""A road (m) this near to a place serves it."""

_SMALLEST = 300_000.0
_PARKS = 3
_PARK = 220_000.0
_CAMPUS_REACH = 900.0


@dataclass(frozen=True)
class Streets:
    """Streets cut at every crossing, and what they enclose.

    Attributes
    ----------
    lines : array of LineString
        Vertices lie on a grid of `GRID`.
    rank : array of int
        ARTERIAL, COLLECTOR, LOCAL or FOOTPATH.
    neighbourhoods : array of Polygon
        What arterials and collectors enclose.
    quiet : array of int
        By neighbourhood: has it streets inside (STREETS), or is it one CAMPUS or one PARK.
    """

    lines: Shapes
    rank: Numbers
    neighbourhoods: Shapes
    quiet: Numbers


def lay(ground: Ground, plots: int, seed: int) -> Streets:
    """Lay out a connected network of streets.

    Parameters
    ----------
    ground : Ground
    plots : int
        With few plots the blocks are wide; with many they stay as they are at 3 000.
    seed : int
    """
    rng = chance(seed, "streets")
    main = _main(ground)
    around = neighbourhoods(ground, main, rng)
    quiet = _quiet(around, ground.campuses)
    between = shapely.union_all(shapely.boundary(around), grid_size=GRID)
    between = between.difference(ground.built.boundary.buffer(1)).difference(main.buffer(1))
    wide = min(_BLOCK * max(1.0, _BLOCKS_FOR / plots) ** 0.5, _WIDEST_BLOCK)
    local = _grid(around[quiet == STREETS], wide, rng)
    ranks = np.array([ARTERIAL, COLLECTOR, *[LOCAL] * len(local)])
    lines, rank = noded(np.array([main, between, *local]), ranks)
    return Streets(*connected(*without_stubs(lines, rank, _STUB)), around, quiet)


def reached(ground: Ground, streets: Streets) -> Ground:
    """Leave out the parts of the town no street leads to."""
    parts, _ = polygons(np.array([ground.built]))
    served = np.unique(shapely.STRtree(parts).query(streets.lines, predicate="intersects")[1])
    return replace(ground, built=shapely.union_all(parts[served]))


def _main(ground: Ground) -> BaseGeometry:
    """Gather the corridor, a road along the shore, and one to each part and unit of the town."""
    inland, back = _COAST_ROAD
    shore = ground.zone.buffer(-inland).buffer(back).boundary.intersection(ground.coast.buffer(inland))
    shore = shore.intersection(ground.built.buffer(-_SHORTEST / 4)).simplify(8)
    parts, _ = polygons(np.array([ground.built]))
    sited = ground.units.geometry.intersection(ground.built)
    lines = ground.axis
    for place in (*parts, *sited[sited.area > _SMALLEST]):
        middle = place.representative_point()
        if middle.distance(lines) > _NEAR:
            lines = lines.union(shapely.shortest_line(middle, lines))
    kept = shapely.get_parts(shapely.line_merge(lines.union(shore).intersection(ground.zone)))
    return shapely.union_all(kept[shapely.length(kept) > _SHORTEST], grid_size=GRID)


def _quiet(around: Shapes, campuses: BaseGeometry) -> Numbers:
    """Choose neighbourhoods without streets: by every university, and one a third of the town for a large park."""
    quiet = np.full(len(around), STREETS)
    area = shapely.area(around)
    for third in np.array_split(np.argsort(shapely.get_x(shapely.centroid(around)), kind="stable"), _PARKS):
        quiet[third[np.abs(area[third] - _PARK).argmin()]] = PARK
    for place in shapely.get_parts(campuses):
        away = shapely.distance(around, place)
        if away.min() < _CAMPUS_REACH:
            quiet[away.argmin()] = CAMPUS
    return quiet


def neighbourhoods(ground: Ground, main: BaseGeometry, rng: np.random.Generator) -> Shapes:
    """Cut the town along its main roads and then into neighbourhoods of like size."""
    edges = shapely.union_all([ground.built.boundary, main.intersection(ground.built)], grid_size=GRID)
    faces, _ = polygons(shapely.get_parts(shapely.polygonize([edges])))
    inside = faces[shapely.contains(ground.built, shapely.point_on_surface(faces))]
    counts = np.maximum(np.round(shapely.area(inside) / _NEIGHBOURHOOD), 1).astype(np.int64)
    return split(inside, counts, rng)[0]


def _grid(shapes: Shapes, wide: float, rng: np.random.Generator) -> Shapes:
    """Draw streets across every shape, parallel to its sides, about `wide` apart."""
    corner, along, across = axes(shapes)
    return np.concatenate([
        _rungs(shapes, (corner, along, across), wide, rng),
        _rungs(shapes, (corner, across, along), wide, rng),
    ])  # fmt: skip


def _rungs(shapes: Shapes, frame: tuple[Floats, Floats, Floats], wide: float, rng: np.random.Generator) -> Shapes:
    corner, along, across = frame
    number = np.maximum(np.round(np.hypot(*along.T) / wide), 1).astype(np.int64)
    which = np.repeat(np.arange(len(shapes)), number - 1)
    step = np.concatenate([np.arange(1, count) for count in number]) if len(number) else number
    at = (step + rng.uniform(-0.12, 0.12, len(which))) / number[which]
    start = corner[which] + along[which] * at[:, None]
    ends = np.stack([start - across[which] * 0.1, start + across[which] * 1.1], axis=1)
    return np.asarray(shapely.intersection(shapely.linestrings(ends), shapes[which]))


def noded(lines: Shapes, rank: Numbers) -> tuple[Shapes, Numbers]:
    """Cut lines at every crossing, on the grid; each piece keeps the highest rank of what lies there."""
    pieces = shapely.get_parts(shapely.union_all(lines, grid_size=GRID))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    here, source = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=_SAME)
    best = np.full(len(pieces), FOOTPATH)
    np.minimum.at(best, here, rank[source])
    return pieces, best


def ends(lines: Shapes) -> Numbers:
    """Number the end points of lines, the same number where they share a point; shape (n, 2)."""
    first, last = shapely.get_point(lines, 0), shapely.get_point(lines, -1)
    at = np.round(shapely.get_coordinates(np.concatenate([first, last])) / GRID).astype(np.int64)
    number = np.unique(at, axis=0, return_inverse=True)[1].reshape(2, -1).T
    return np.asarray(number, np.int64)


def without_stubs(lines: Shapes, rank: Numbers, shortest: float) -> tuple[Shapes, Numbers]:
    """Drop dead ends shorter than so many metres, as cutting leaves them."""
    node = ends(lines)
    degree = np.bincount(node.ravel())
    loose = (degree[node] == 1).any(axis=1) & (shapely.length(lines) < shortest)
    return lines[~loose], rank[~loose]


def connected(lines: Shapes, rank: Numbers) -> tuple[Shapes, Numbers]:
    """Keep the longest connected part."""
    node = ends(lines)
    size = int(node.max()) + 1
    graph = coo_array((np.ones(len(node)), (node[:, 0], node[:, 1])), shape=(size, size))
    label = connected_components(graph, directed=False)[1][node[:, 0]]
    longest = np.bincount(label, weights=shapely.length(lines)).argmax()
    return lines[label == longest], rank[label == longest]


def reserve(streets: Streets, extra: float = 0.0) -> BaseGeometry:
    """Ground the streets take; with `extra` (m) that of the arterials alone, so much wider on both sides."""
    chosen = streets.rank == ARTERIAL if extra else streets.rank < FOOTPATH
    half = np.array(list(HALF_WIDTH.values()))[streets.rank[chosen]] + extra
    return shapely.union_all(shapely.buffer(streets.lines[chosen], half, quad_segs=2))
