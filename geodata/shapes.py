"""Work on many shapes at once, in threads: shapely lets go of the interpreter while it computes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import shapely

Shapes = np.ndarray[Any, np.dtype[np.object_]]
_WORTH_IT = 10_000


def in_threads(work: Callable[..., Any], *columns: Shapes) -> Any:
    """Apply a function of arrays to equally long arrays of shapes, a part in each thread, and join what it gives.

    Examples
    --------
    >>> in_threads(shapely.area, np.array([shapely.box(0, 0, 2, 3)])).tolist()
    [6.0]
    """
    parts = min(os.cpu_count() or 1, len(columns[0]) // _WORTH_IT)
    if parts <= 1:
        return work(*columns)
    with ThreadPoolExecutor(parts) as pool:
        return np.concatenate(list(pool.map(work, *(np.array_split(column, parts) for column in columns))))


def sound(shapes: Shapes) -> Shapes:
    """The shapes with broken ones mended, so that none stops an overlay."""
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    mended = shapes.copy()
    mended[broken] = shapely.make_valid(shapes[broken])
    return mended
