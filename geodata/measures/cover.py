"""How much of areas is served: exact, cell by cell, so that a shape meets only the shapes near it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geodata.areal import AREAL
from geodata.measures import nearby
from geodata.shapes import Shapes, in_threads, sound

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
ByCell = dict[int, Numbers]

QUAD_SEGS = 16
"""Segments of a quarter circle of a buffer, as PostGIS and QGIS are told to draw it."""

_PER_CELL = 48
"""Shapes a cell of the land holds on average: smaller cells cost Python, larger ones GEOS."""
_CROWD = 100
"""A cell met by the reach of more sources is cut in four: mostly each part is served wholly by one of them."""
_ROUNDS = 3
_FEW, _PROBES = 8, 64
"""So many reaches on average meet an area at most where each is cut with each."""
_WORTH_IT = 200


class Supply(NamedTuple):
    """Sources that serve land: their shape, how far they serve (m), the land they serve."""

    shapes: Shapes
    metres: Floats
    reach: Shapes


def served(sources: Shapes, metres: Floats) -> Supply:
    """Land each source serves; at no distance an area serves itself, and a line or a point nothing."""
    reach = sound(sources)
    further = metres > 0
    reach[further] = shapely.buffer(sources[further], metres[further], quad_segs=QUAD_SEGS)
    serve = np.isin(shapely.get_type_id(reach), AREAL)
    return Supply(sources[serve], metres[serve], reach[serve])


def covered(shapes: Shapes, supply: Supply) -> Floats:
    """Measure how much of each area is served.

    Parameters
    ----------
    shapes : array of Polygon or MultiPolygon
    supply : Supply

    Returns
    -------
    array of float
        Planar m2.

    Notes
    -----
    An area that one source serves wholly is not cut. Where few reaches meet an area, the parts they cut from it are
    united. Else the land is cut into cells; in each, the pieces of the reaches are united and cut with the areas. The
    sum over the cells is the area itself, so nothing depends on where the cells lie.

    Examples
    --------
    >>> land, park = shapely.box([0, 200], 0, [100, 300], 100), np.array([shapely.box(-50, 0, -20, 100)])
    >>> covered(land, served(park, np.array([50.0]))).round(6).tolist()
    [3000.0, 0.0]
    """
    found = np.zeros(len(shapes))
    if not (len(shapes) and len(supply.reach)):
        return found
    shapely.prepare(supply.reach)
    whole = shapely.covers(supply.reach[nearby.guess(nearby.index(supply.shapes), shapes)], shapes)
    found[whole] = shapely.area(shapes[whole])
    left = np.flatnonzero(~whole)
    found[left] = (_by_cells if _crowded(shapes[left], supply) else _by_pairs)(shapes[left], supply)
    return found


def _crowded(shapes: Shapes, supply: Supply) -> bool:
    """Whether many reaches meet an area, by some probes."""
    probes = shapes[np.linspace(0, len(shapes) - 1, min(len(shapes), _PROBES)).astype(np.intp)]
    return len(shapely.STRtree(supply.reach).query(probes)[0]) > _FEW * len(probes)


def _by_pairs(shapes: Shapes, supply: Supply) -> Floats:
    """Cut each area with each reach that meets it, and unite the parts."""
    rows, reach = shapely.STRtree(supply.reach).query(shapes, predicate="intersects")
    whole = np.isin(rows, rows[shapely.covers(supply.reach[reach], shapes[rows])])
    found = np.zeros(len(shapes))
    found[rows[whole]] = shapely.area(shapes[rows[whole]])
    rows, reach = rows[~whole], reach[~whole]
    parts = in_threads(shapely.intersection, shapes[rows], supply.reach[reach], least=_WORTH_IT)
    met, first, counts = np.unique(rows, return_index=True, return_counts=True)
    cover = parts[first]
    for turn in range(1, counts.max(initial=0)):
        more = counts > turn
        cover[more] = in_threads(shapely.union, cover[more], parts[first[more] + turn], least=_WORTH_IT)
    found[met] = shapely.area(cover)
    return found


def _by_cells(shapes: Shapes, supply: Supply) -> Floats:
    """Cut the land into cells, and unite the reaches in each; only areas in cells served in part are cut."""
    cells = _cells(shapes, supply)
    boxes = shapely.box(*cells.T)
    server = _server(boxes, supply)
    rows, numbers = _meeting(shapes, boxes)
    cut = np.isin(rows, rows[server[numbers] < 0])
    of_areas = _by_cell(rows[cut], numbers[cut])
    partly = np.flatnonzero(server < 0)
    reach, places = _meeting(supply.reach, boxes[partly])
    of_reach = _by_cell(reach, partly[places]) | {int(n): server[[n]] for n in np.flatnonzero(server >= 0)}
    found = _summed(cells, (of_areas, shapes), (of_reach, supply.reach))
    found[rows[~cut]] = shapely.area(shapes[rows[~cut]])
    return found


def _cells(shapes: Shapes, supply: Supply) -> Floats:
    """Squares that tile the areas: west, south, east, north of each; smaller where many sources reach."""
    cells = _grid(shapes, len(shapes) + len(supply.reach))
    done = []
    for _ in range(_ROUNDS):
        cells = cells[np.unique(_meeting(shapes, shapely.box(*cells.T))[1])]
        boxes = shapely.box(*cells.T)
        crowd = np.bincount(_meeting(supply.reach, boxes)[1], minlength=len(cells))
        crowded = (crowd > _CROWD) & (_server(boxes, supply) < 0)
        done.append(cells[~crowded])
        cells = _quarters(cells[crowded])
    return np.concatenate([*done, cells])


def _grid(shapes: Shapes, count: int) -> Floats:
    """Squares over the bounds of the areas, as many as so many shapes want."""
    west, south, east, north = shapely.total_bounds(shapes)
    wanted = max(1, count / _PER_CELL)
    size = max(np.sqrt((east - west) * (north - south) / wanted), 1.0)
    xs = west + size * np.arange(np.ceil((east - west) / size) + 1)
    ys = south + size * np.arange(np.ceil((north - south) / size) + 1)
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(len(xs) - 1), np.arange(len(ys) - 1)))
    return np.column_stack((xs[x], ys[y], xs[x + 1], ys[y + 1]))


def _quarters(cells: Floats) -> Floats:
    west, south, east, north = cells.T
    x, y = (west + east) / 2, (south + north) / 2
    parts = (west, south, x, y), (x, south, east, y), (west, y, x, north), (x, y, east, north)
    return np.concatenate([np.column_stack(part) for part in parts])


def _server(boxes: Shapes, supply: Supply) -> Numbers:
    """A source that serves each cell wholly, -1 where none is found: only the nearest two are asked.

    Those are the nearest of the ones that serve farthest, and the nearest of all.
    """
    found = np.full(len(boxes), -1)
    for some in (np.flatnonzero(supply.metres == supply.metres.max()), np.arange(len(supply.metres))):
        left = np.flatnonzero(found < 0)
        near = some[shapely.STRtree(supply.shapes[some]).nearest(shapely.centroid(boxes[left]))]
        wholly = shapely.covers(supply.reach[near], boxes[left])
        found[left[wholly]] = near[wholly]
    return found


def _summed(cells: Floats, areas: tuple[ByCell, Shapes], supply: tuple[ByCell, Shapes]) -> Floats:
    """Covered m2 of each area, summed over the cells."""
    (of_areas, shapes), (of_reach, reach) = areas, supply
    both = np.array([number for number in of_areas if number in of_reach], dtype=np.intp)

    def cut(numbers: Numbers) -> Floats:
        parts = [_in_cell(cells[n], (of_areas[n], shapes), reach[of_reach[n]]) for n in numbers]
        return np.concatenate([np.empty((0, 2)), *parts])

    rows, m2 = in_threads(cut, both, least=1).T
    return np.bincount(rows.astype(np.intp), m2, minlength=len(shapes)).astype(float)


def _in_cell(cell: Floats, areas: tuple[Numbers, Shapes], reach: Shapes) -> Floats:
    """Row and covered m2 of the areas in one cell."""
    rows, shapes = areas
    inside = shapely.clip_by_rect(shapes[rows], *cell)
    cover = shapely.union_all(shapely.clip_by_rect(reach, *cell))
    shapely.prepare(cover)
    whole = shapely.covers(cover, inside)
    partly = ~whole & shapely.intersects(cover, inside)
    m2 = np.where(whole, shapely.area(inside), 0.0)
    m2[partly] = shapely.area(shapely.intersection(inside[partly], cover))
    return np.column_stack((rows, m2))


def _meeting(shapes: Shapes, boxes: Shapes) -> tuple[Numbers, Numbers]:
    """Pairs of shapes and cells that meet."""
    rows, numbers = shapely.STRtree(boxes).query(shapes, predicate="intersects")
    return rows, numbers


def _by_cell(rows: Numbers, numbers: Numbers) -> ByCell:
    """Rows by the number of their cell; a cell that has none is left out."""
    order = np.argsort(numbers, kind="stable")
    met, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(met.tolist(), np.split(rows[order], starts)[1:], strict=True))
