"""Made-up plots without end: a grid of bent quadrilaterals with streets, and a known share of faults."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geodata import crs

_SIDE, _BEND, _STREET, _BLOCK = 40.0, 8.0, 20.0, 10
_ORIGIN = (610_000.0, 4_290_000.0)


def tessellation(plots: int, *, faulty: float = 0.0, seed: int = 1) -> gpd.GeoDataFrame:
    """Make plots that share their edges exactly, in blocks with streets between them.

    Parameters
    ----------
    faulty : float
        Share of the plots of which one vertex is moved, which makes overlaps and gaps with the neighbours.
    """
    random, side = np.random.default_rng(seed), int(np.ceil(plots**0.5))
    column, row = (place.ravel()[:plots] for place in np.divmod(np.arange(side * side), side))
    corners, across, along = _vertices(side, random)
    ring = np.stack(
        [
            *(corners[column, row], across[column, row], corners[column + 1, row], along[column + 1, row]),
            *(corners[column + 1, row + 1], across[column, row + 1], corners[column, row + 1], along[column, row]),
        ],
        axis=1,
    )
    ring += np.stack([column, row], axis=1)[:, None] // _BLOCK * _STREET
    wrong = random.random(plots) < faulty
    ring[wrong, 5] += random.uniform(-3, 3, (int(wrong.sum()), 2))
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapely.polygons(ring), crs=crs.METRIC))


def _vertices(side: int, random: np.random.Generator) -> tuple[Any, Any, Any]:
    """Corners of the plots, and a bent middle of each edge."""
    grid = np.stack(np.meshgrid(*[np.arange(side + 1) * _SIDE] * 2, indexing="ij"), axis=-1) + _ORIGIN
    corners = grid + random.uniform(-_BEND, _BEND, grid.shape)
    across = (corners[:-1] + corners[1:]) / 2
    along = (corners[:, :-1] + corners[:, 1:]) / 2
    return corners, across + random.uniform(-3, 3, across.shape), along + random.uniform(-3, 3, along.shape)
