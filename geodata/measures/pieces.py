"""Rows cut at the borders of units: what areas are summed from, exactly."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from geodata.areal import areas_of
from geodata.shapes import Shapes, in_threads

Numbers = npt.NDArray[np.intp]


class Pieces(NamedTuple):
    """Pieces of rows in units: position of the unit and of the row, the piece itself."""

    unit: Numbers
    row: Numbers
    shape: Shapes


def cut(shapes: Shapes, units: Shapes) -> Pieces:
    """Cut shapes at the borders of units, which may overlap; one that lies in a unit wholly is its own piece.

    Parameters
    ----------
    shapes, units : array of geometry
        Sound areas.

    Returns
    -------
    Pieces
        Unit by unit; where a shape only touches a unit there is none.

    Examples
    --------
    >>> land, halves = shapely.box([0, 1], 0, [4, 2], 1), shapely.box([0, 2], 0, [2, 4], 1)
    >>> found = cut(land, halves)
    >>> sorted(zip(found.unit.tolist(), found.row.tolist(), shapely.area(found.shape).tolist()))
    [(0, 0, 2.0), (0, 1, 1.0), (1, 0, 2.0)]
    """
    unit, row = shapely.STRtree(shapes).query(units, predicate="intersects")
    parts = shapes[row]
    shapely.prepare(units)
    crossing = ~shapely.covers(units[unit], parts)
    parts[crossing] = in_threads(_common, units[unit[crossing]], parts[crossing])
    there = ~shapely.is_missing(parts)
    return Pieces(unit[there], row[there], parts[there])


def _common(units: Shapes, parts: Shapes) -> Shapes:
    """What each pair has in common, as an area; None where that is a line or a point."""
    return areas_of(shapely.intersection(units, parts))
