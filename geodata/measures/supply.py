"""What serves land, and the land it serves, drawn when it is asked for."""

import numpy as np
import numpy.typing as npt
import shapely

from geodata.shapes import Shapes, by_owner, in_threads, sound

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

QUAD_SEGS = 16
"""Segments of a quarter circle of a buffer, as PostGIS and QGIS are told to draw it."""

_SURFACE = 2
_WORTH_IT = 200


class Supply:
    """Sources that serve land.

    Attributes
    ----------
    shapes : array of geometry
    metres : array of float
        How far each serves.
    bounds : array of float, (sources, 4)
        Of the land each serves: west, south, east, north.
    boxes : array of Polygon
        These bounds as rectangles.
    """

    def __init__(self, shapes: Shapes, metres: Floats) -> None:
        """Take sources; the land they serve is drawn when it is asked for."""
        self.shapes, self.metres = shapes, metres
        self.bounds = shapely.bounds(shapes) + np.outer(metres, (-1.0, -1.0, 1.0, 1.0))
        self.boxes = shapely.box(*self.bounds.T)
        self._reach = np.full(len(shapes), None, object)

    def reach(self, numbers: Numbers) -> Shapes:
        """Land each of some sources serves, prepared: at no distance the source itself."""
        asked = np.zeros(len(self.shapes), bool)
        asked[numbers] = True
        wanted = np.flatnonzero(asked & shapely.is_missing(self._reach))
        further = self.metres[wanted] > 0
        grown = wanted[further]
        self._reach[wanted[~further]] = sound(self.shapes[wanted[~further]])
        self._reach[grown] = in_threads(_buffered, self.shapes[grown], self.metres[grown], least=_WORTH_IT)
        shapely.prepare(self._reach[wanted])
        found: Shapes = self._reach[numbers]
        return found

    def wholly(self, numbers: Numbers, shapes: Shapes) -> Flags:
        """Whether each source serves a shape wholly."""
        self.reach(numbers)
        return by_owner(shapely.covers, numbers, self._reach, shapes)


def served(sources: Shapes, metres: Floats) -> Supply:
    """Tell what serves how far; at no distance an area serves itself, and a line or a point nothing."""
    serve = (metres > 0) | (shapely.get_dimensions(sources) == _SURFACE)
    return Supply(sources[serve], metres[serve])


def _buffered(sources: Shapes, metres: Floats) -> Shapes:
    grown: Shapes = shapely.buffer(sources, metres, quad_segs=QUAD_SEGS)
    return grown
