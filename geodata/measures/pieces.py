"""Rows cut at the borders of units: what areas are summed from, exactly."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.areal import areas_of
from geodata.measures.shared import digests
from geodata.shapes import Shapes, by_owner, in_threads, meeting

Numbers = npt.NDArray[np.intp]


class Pieces(NamedTuple):
    """Pieces of rows in units.

    Attributes
    ----------
    unit, row : array of int
        Position of the unit and of the row.
    shapes : array of geometry
        Shapes of the pieces, each once: a row that lies in several units wholly has one.
    at : array of int
        Position in `shapes` of each piece.
    """

    unit: Numbers
    row: Numbers
    shapes: Shapes
    at: Numbers

    @property
    def shape(self) -> Shapes:
        """The shape of each piece."""
        return self.shapes[self.at]

    def only(self, flags: npt.NDArray[np.bool_]) -> "Pieces":
        """Some of the pieces."""
        return Pieces(self.unit[flags], self.row[flags], self.shapes, self.at[flags])

    def summed(self, figures: npt.NDArray[Any], units: int) -> npt.NDArray[np.float64]:
        """Sum figures of `shapes` over the pieces of each of so many units."""
        return np.bincount(self.unit, figures[self.at], minlength=units).astype(float)


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
    unit, row = meeting(units, shapes)
    shapely.prepare(units)
    crossing = ~by_owner(_covers, unit, units, shapes[row])
    whole, at = np.unique(row[~crossing], return_inverse=True)
    places = np.full(len(row), -1)
    places[~crossing] = at
    common = in_threads(_common, units[unit[crossing]], shapes[row[crossing]])
    there = ~shapely.is_missing(common)
    places[np.flatnonzero(crossing)[there]] = len(whole) + np.arange(there.sum())
    kept = places >= 0
    return Pieces(unit[kept], row[kept], np.concatenate([shapes[whole], common[there]]), places[kept])


class Parts(NamedTuple):
    """How much of shapes lies in units, kept for when a few of the shapes change.

    Attributes
    ----------
    names : Index of int
        Digest of each shape; no two are alike.
    unit, row : array of int
        Position of the unit and of the shape.
    m2 : array of float
        What they share.
    """

    names: pd.Index
    unit: Numbers
    row: Numbers
    m2: npt.NDArray[np.float64]


def parts_anew(shapes: Shapes, units: Shapes, before: Sequence[Parts]) -> Parts:
    """Areas of shapes in units, where other shapes were cut at the same units before: only new ones are cut.

    Parameters
    ----------
    shapes, units
        As for `cut`; no two shapes are alike.
    before : sequence of Parts
        At the same units; the latest is taken.

    Examples
    --------
    >>> land, halves = shapely.box([0, 1], 0, [4, 2], 1), shapely.box([0, 2], 0, [2, 4], 1)
    >>> found = parts_anew(land, halves, [parts_anew(land[:1], halves, ())])
    >>> sorted(zip(found.unit.tolist(), found.row.tolist(), found.m2.tolist()))
    [(0, 0, 2.0), (0, 1, 1.0), (1, 0, 2.0)]
    """
    names = pd.Index(digests(shapely.to_wkb(shapes)))
    nothing = np.empty(0, np.intp)
    last = before[-1] if before and before[-1].names.is_unique else Parts(names[:0], nothing, nothing, np.empty(0))
    place = last.names.get_indexer(names)
    new, known = np.flatnonzero(place < 0), np.flatnonzero(place >= 0)
    now = np.full(len(last.names), -1)
    now[place[known]] = known
    there = now[last.row] >= 0
    made = cut(shapes[new], units)
    unit, m2 = np.concatenate((last.unit[there], made.unit)), shapely.area(made.shape)
    row = np.concatenate((now[last.row[there]], new[made.row]))
    return Parts(names, unit, row, np.concatenate((last.m2[there], m2)))


def united(shapes: Shapes) -> Shapes:
    """Shapes that cover the same land, each place once: those that share land with another are united.

    Examples
    --------
    >>> land = shapely.box([0, 1, 4, 5], 0, [2, 3, 5, 6], 1)
    >>> sorted(shapely.area(united(land)).tolist())
    [1.0, 1.0, 3.0]
    """
    one, other = meeting(shapes, shapes)
    one, other = one[one < other], other[one < other]
    sharing = ~shapely.touches(shapes[one], shapes[other])
    shared = np.unique(np.concatenate([one[sharing], other[sharing]]))
    joined = shapely.get_parts(shapely.disjoint_subset_union_all(shapes[shared]))
    return np.concatenate([np.delete(shapes, shared), joined])


def _covers(units: Shapes, shapes: Shapes) -> npt.NDArray[np.bool_]:
    """Whether each unit covers a shape; what lies well inside is known at once."""
    found: npt.NDArray[np.bool_] = shapely.contains_properly(units, shapes)
    found[~found] = shapely.covers(units[~found], shapes[~found])
    return found


def _common(units: Shapes, parts: Shapes) -> Shapes:
    """What each pair has in common, as an area; None where that is a line or a point."""
    return areas_of(shapely.intersection(units, parts))
