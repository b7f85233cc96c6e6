"""Plots: the lots themselves, or lots cut finer where more are asked for."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.sample.chance import chance
from geodata.sample.cuts import Numbers, Shapes, allot, split, tidy
from geodata.sample.tables import WHOLE

_BATCH = 40_000
"""So many pieces are brought to meet exactly at a time: memory stays bounded."""

_SPARE = 2000
"""One in so many is cut beyond what is asked for, as cutting may lose dust; the smallest are left out again."""


def cut_plots(lots: gpd.GeoDataFrame, number: int, seed: int) -> gpd.GeoDataFrame:
    """Make so many plots out of lots.

    Parameters
    ----------
    lots : GeoDataFrame
        What `uses.assign` gives.
    number : int
        How many plots; where there are more lots than that, the smallest are left out.

    Returns
    -------
    GeoDataFrame
        `lot` (row of the lot), `present`, `planned`, `green_class`; numbered from 0 in the order of the lots.
    """
    shapes, lot = lots.geometry.to_numpy(), np.arange(len(lots))
    if number > len(lots):
        shapes, lot = _finer(shapes, _counts(lots, number), lots["block"].to_numpy(), seed)
    largest = np.argsort(-shapely.area(shapes), kind="stable")[:number]
    kept = np.sort(largest)
    columns = {name: lots[name].to_numpy()[lot[kept]] for name in ("present", "planned", "green_class", "block")}
    return gpd.GeoDataFrame(pd.DataFrame({"lot": lot[kept], **columns}), geometry=shapes[kept], crs=lots.crs)


def _counts(lots: gpd.GeoDataFrame, number: int) -> Numbers:
    area = lots.geometry.area.to_numpy()
    cuttable = ~(lots["planned"].str.startswith(WHOLE) | lots["present"].str.startswith(WHOLE)).to_numpy()
    counts = np.ones(len(lots), np.int64)
    wanted = number + number // _SPARE - int((~cuttable).sum())
    counts[cuttable] = allot(area[cuttable], wanted)
    return counts


def _finer(shapes: Shapes, counts: Numbers, block: Numbers, seed: int) -> tuple[Shapes, Numbers]:
    """Cut lots in batches of whole blocks, as neighbours in a block must meet exactly."""
    rng, found = chance(seed, "plots"), []
    total = np.bincount(block, counts, int(block.max()) + 1)
    batch = ((np.cumsum(total) - total) // _BATCH)[block]
    for number in np.unique(batch):
        mine = np.flatnonzero(batch == number)
        pieces, origin = split(shapes[mine], counts[mine], rng)
        clean, source = tidy(pieces)
        found.append((clean, mine[origin[source]]))
    return np.concatenate([part for part, _ in found]), np.concatenate([lot for _, lot in found])
