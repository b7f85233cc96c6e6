"""Work on many shapes at once, in threads: shapely lets go of the interpreter while it computes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.watch import tick

Shapes = np.ndarray[Any, np.dtype[np.object_]]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
_WORTH_IT, _MOST = 2_500, 10_000
_FEW = 8
_TOGETHER = 2_000
"""Pairs that are worth a part of their own."""
_WORKERS = min(os.cpu_count() or 1, 8)


def in_threads(work: Callable[..., Any], *columns: npt.NDArray[Any], least: int = _WORTH_IT) -> Any:
    """Apply a function of arrays to equally long arrays, part by part in threads, and join what it gives.

    Whoever watches (`geodata.watch`) hears of every part.

    Parameters
    ----------
    work : callable
        Gives an array for arrays.
    columns : array
    least : int
        Rows that are worth a part of their own. There are some parts for each thread, so that none ends long after the
        others, and more where a part would not fit the processor's cache.

    Examples
    --------
    >>> in_threads(shapely.area, np.array([shapely.box(0, 0, 2, 3)])).tolist()
    [6.0]
    """
    parts = min(max(4 * _WORKERS, len(columns[0]) // _MOST), len(columns[0]) // least)
    tick()
    if _WORKERS == 1 or parts <= 1:
        return work(*columns)
    found = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for part in pool.map(work, *(np.array_split(column, parts) for column in columns)):
            found.append(part)
            tick()
    return np.concatenate(found)


def by_owner(predicate: Callable[..., Flags], owner: Numbers, owners: Shapes, others: Shapes) -> Flags:
    """Ask a predicate of pairs in threads, all pairs of one owner in one: what is prepared belongs to one thread.

    Parameters
    ----------
    predicate : callable
        Of two arrays of shapes, as `shapely.covers`.
    owner : array of int
        Position in `owners` of the first shape of each pair.
    owners : array of geometry
        Prepared.
    others : array of geometry
        The second shape of each pair.

    Examples
    --------
    >>> by_owner(shapely.covers, np.array([1, 0]), shapely.box(0, 0, [2, 5], 1), shapely.box(3, 0, [4, 4], 1)).tolist()
    [True, False]
    """
    order = np.argsort(owner, kind="stable")
    first, second = owner[order], others[order]
    starts = np.unique(np.searchsorted(first, first[::_TOGETHER]))  # each where an owner begins
    ends = np.append(starts, len(first))[1:]

    def ask(starts: Numbers, ends: Numbers) -> Flags:
        spans = [slice(*span) for span in zip(starts, ends, strict=True)]
        return np.concatenate([np.empty(0, bool), *(predicate(owners[first[span]], second[span]) for span in spans)])

    found = np.empty(len(owner), bool)
    found[order] = in_threads(ask, starts, ends, least=1)
    return found


def meeting(shapes: Shapes, others: Shapes) -> tuple[Numbers, Numbers]:
    """Positions of all pairs of a shape and another that meet, in the order of the shapes.

    Examples
    --------
    >>> one, other = meeting(shapely.box([0, 4], 0, [2, 5], 1), shapely.box([1, 9], 0, [3, 10], 1))
    >>> (one.tolist(), other.tolist())
    ([0], [0])
    """
    tree = shapely.STRtree(others)

    def query(numbers: Numbers) -> Numbers:
        one, other = tree.query(shapes[numbers], predicate="intersects")
        return np.column_stack((numbers[one], other))

    few = len(shapes) + len(others) < _WORTH_IT
    one, other = in_threads(query, np.arange(len(shapes)), least=len(shapes) + 1 if few else _FEW).T
    return one, other


def numbered(shapes: Shapes) -> Numbers:
    """Number shapes by what they are, wherever they begin; 0 for one that is like no other, missing or empty.

    Only shapes of the same frame are compared corner by corner.

    Examples
    --------
    >>> square = shapely.box(0, 0, 1, 1)
    >>> numbered(np.array([square, shapely.box(0, 0, 2, 2), None, shapely.reverse(square)])).tolist()
    [1, 0, 0, 1]
    """
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    alike = there & pd.DataFrame(shapely.bounds(shapes)).duplicated(keep=False).to_numpy()
    corners = pd.Series(shapely.to_wkb(shapely.normalize(shapes[alike])), dtype=object)
    numbers = np.zeros(len(shapes), np.intp)
    numbers[alike] = np.where(corners.duplicated(keep=False), pd.factorize(corners)[0] + 1, 0)
    return numbers


def sound(shapes: Shapes) -> Shapes:
    """The shapes with broken ones mended, so that none stops an overlay."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken])
    return mended
