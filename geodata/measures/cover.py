"""How much of areas is served: exact, cell by cell, so that a shape meets only the shapes near it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geodata.measures import nearby
from geodata.measures.shared import digests
from geodata.measures.supply import Supply
from geodata.shapes import Shapes, in_threads, meeting

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Names = npt.NDArray[np.uint64]
ByCell = dict[int, Numbers]

_PER_CELL = 48
"""Shapes a cell of the land holds on average: smaller cells cost Python, larger ones GEOS."""
_CROWD = 100
"""A cell met by the reach of more sources is cut in four: mostly each part is served wholly by one of them."""
_ROUNDS = 3
_FEW, _PROBES = 8, 64
"""So many reaches on average meet an area at most where each is cut with each."""
_WORTH_IT = 200
_OTHERS = 0.2
"""From this share of other sources on, everything is measured again."""


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
    An area that one source serves wholly is not cut. Where few reaches meet an area, they are cut from it, and what is
    gone is served. Else the land is cut into cells; in each, the pieces of the reaches are united and cut with the
    areas. The sum over the cells is the area itself, so nothing depends on where the cells lie.

    Examples
    --------
    >>> from geodata.measures.supply import served
    >>> land, park = shapely.box([0, 200], 0, [100, 300], 100), np.array([shapely.box(-50, 0, -20, 100)])
    >>> covered(land, served(park, np.array([50.0]))).round(6).tolist()
    [3000.0, 0.0]
    """
    found = np.zeros(len(shapes))
    if not (len(shapes) and len(supply.shapes)):
        return found
    guess = nearby.guess(nearby.index(supply.shapes), shapes)
    near = np.flatnonzero(shapely.intersects(supply.boxes[guess], shapes))
    near = near[supply.wholly(guess[near], shapes[near])]
    found[near] = shapely.area(shapes[near])
    left = np.delete(np.arange(len(shapes)), near)
    found[left] = (_by_cells if _crowded(shapes[left], supply) else _by_pairs)(shapes[left], supply)
    return found


class Served(NamedTuple):
    """How much of areas some sources serve, kept for when a few of the sources change.

    Attributes
    ----------
    sources : array of int
        Digest of each source and how far it serves.
    bounds : array of float, (sources, 4)
        Of the land each serves; a twelfth of what the boxes would take.
    found : array of float
        From `covered`.
    """

    sources: Names
    bounds: Floats
    found: Floats


def covered_anew(shapes: Shapes, supply: Supply, before: Sequence[Served]) -> Served:
    """As `covered`, where the same areas were measured before: only those within reach of other sources are again.

    Each figure is one that `covered` gives for the area and all that reaches it, so no rounding adds up.

    Parameters
    ----------
    shapes, supply
        As for `covered`.
    before : sequence of Served
        Of the same areas, with other sources; the one with the fewest others is taken.

    Examples
    --------
    >>> from geodata.measures.supply import served
    >>> land, parks = shapely.box([0, 900], 0, [100, 1000], 100), shapely.points([[50, 50], [950, 50]])
    >>> first = covered_anew(land, served(parks[:1], np.array([30.0])), ())
    >>> covered_anew(land, served(parks, np.array([30.0, 30.0])), [first]).found.round().tolist()
    [2823.0, 2823.0]
    """
    told = zip(shapely.to_wkb(supply.shapes), supply.metres.tolist(), strict=True)
    sources = digests(wkb + repr(metres).encode() for wkb, metres in told)

    def others(one: Served) -> Shapes:
        gone, new = one.bounds[~np.isin(one.sources, sources)], supply.bounds[~np.isin(sources, one.sources)]
        found: Shapes = shapely.box(*np.concatenate((gone, new)).T)
        return found

    changed = [others(one) for one in before]
    place = min(range(len(before)), key=lambda number: len(changed[number]), default=None)
    if place is None or len(changed[place]) > _OTHERS * len(sources):
        return Served(sources, supply.bounds, covered(shapes, supply))
    found, again = before[place].found.copy(), np.unique(shapely.STRtree(changed[place]).query(shapes)[0])
    found[again] = covered(shapes[again], supply)
    return Served(sources, supply.bounds, found)


def _crowded(shapes: Shapes, supply: Supply) -> bool:
    """Whether many reaches meet an area, by some probes."""
    probes = shapes[np.linspace(0, len(shapes) - 1, min(len(shapes), _PROBES)).astype(np.intp)]
    return len(shapely.STRtree(supply.boxes).query(probes)[0]) > _FEW * len(probes)


def _by_pairs(shapes: Shapes, supply: Supply) -> Floats:
    """Cut from each area each reach that meets it: what is gone is served."""
    rows, source = shapely.STRtree(supply.boxes).query(shapes)
    meet = in_threads(shapely.dwithin, shapes[rows], supply.shapes[source], supply.metres[source])
    rows, source = rows[meet], source[meet]
    whole = np.zeros(len(shapes), bool)
    whole[rows[supply.wholly(source, shapes[rows])]] = True
    rows, source = rows[~whole[rows]], source[~whole[rows]]
    reach = supply.reach(source)
    met, first, counts = np.unique(rows, return_index=True, return_counts=True)

    def cut(numbers: Numbers) -> Floats:
        left = shapes[met[numbers]]
        for turn in range(counts[numbers].max(initial=0)):
            more = np.flatnonzero((counts[numbers] > turn) & ~shapely.is_empty(left))
            left[more] = shapely.difference(left[more], reach[first[numbers[more]] + turn])
        gone: Floats = shapely.area(shapes[met[numbers]]) - shapely.area(left)
        return gone

    found = np.where(whole, shapely.area(shapes), 0.0)
    found[met] = in_threads(cut, np.arange(len(met)), least=_WORTH_IT)
    return found


def _by_cells(shapes: Shapes, supply: Supply) -> Floats:
    """Cut the land into cells, and unite the reaches in each; only areas in cells served in part are cut."""
    near = np.unique(shapely.STRtree(supply.boxes).query(shapes)[1])
    if not len(near):
        return np.zeros(len(shapes))
    supply = Supply(supply.shapes[near], supply.metres[near])
    reaches = supply.reach(np.arange(len(near)))
    cells = _cells(shapes, supply, reaches)
    boxes = shapely.box(*cells.T)
    server = _server(boxes, supply)
    rows, numbers = meeting(shapes, boxes)
    cut = np.isin(rows, rows[server[numbers] < 0])
    of_areas = _by_cell(rows[cut], numbers[cut])
    partly = np.flatnonzero(server < 0)
    reach, places = meeting(reaches, boxes[partly])
    of_reach = _by_cell(reach, partly[places]) | {int(n): server[[n]] for n in np.flatnonzero(server >= 0)}
    found = _summed(cells, (of_areas, shapes), (of_reach, reaches))
    found[rows[~cut]] = shapely.area(shapes[rows[~cut]])
    return found


def _cells(shapes: Shapes, supply: Supply, reaches: Shapes) -> Floats:
    """Squares that tile the areas: west, south, east, north of each; smaller where many sources reach."""
    cells = _grid(shapes, len(shapes) + len(reaches))
    done = []
    for _ in range(_ROUNDS):
        cells = cells[np.unique(meeting(shapes, shapely.box(*cells.T))[1])]
        boxes = shapely.box(*cells.T)
        crowd = np.bincount(meeting(reaches, boxes)[1], minlength=len(cells))
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
        wholly = supply.wholly(near, boxes[left])
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


def _by_cell(rows: Numbers, numbers: Numbers) -> ByCell:
    """Rows by the number of their cell; a cell that has none is left out."""
    order = np.argsort(numbers, kind="stable")
    met, starts = np.unique(numbers[order], return_index=True)
    return dict(zip(met.tolist(), np.split(rows[order], starts)[1:], strict=True))
