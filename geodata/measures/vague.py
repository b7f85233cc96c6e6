"""Figures on units whose outlines may be schematic: what they are, and what they may be as well."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.items import SCHEMATIC


def with_range(
    units: gpd.GeoDataFrame, measure: Callable[[gpd.GeoDataFrame], pd.DataFrame], *, of: str
) -> pd.DataFrame:
    """Measure units, and those with a schematic outline also with it moved in and out by its accuracy, all at once.

    Parameters
    ----------
    units : GeoDataFrame
        EPSG:4549, polygons on their ids, with `basis` and `accuracy_m`.
    measure : callable
        Gives figures of units, which overlap here: a DataFrame on their index, or on that and more.
    of : str
        The figure that has a range.

    Returns
    -------
    DataFrame
        The figures of the units, with `low` and `high`: the least and the most of `of` over the outlines; NaN where
        the outline is not schematic.

    Raises
    ------
    MeasureError
        As `measure`.
    """
    vague = units[(units["basis"] == SCHEMATIC).to_numpy()]
    outlines = [units, _moved(vague, -1), _moved(vague, 1)]
    of_outline = np.repeat(np.arange(len(outlines)), [len(some) for some in outlines])
    table = pd.concat(outlines)
    found = measure(table.set_axis(range(len(table))))
    names = dict(enumerate(table.index))
    at = of_outline[found.index.get_level_values(0)]
    figures, *moved = (found[at == number].rename(index=names, level=0) for number in range(len(outlines)))
    values = pd.concat([some[of].reindex(figures.index) for some in (figures, *moved)], axis=1)
    of_vague = figures.index.get_level_values(0).isin(vague.index)
    low, high = (limit.where(of_vague) for limit in (values.min(axis=1), values.max(axis=1)))
    return pd.DataFrame(figures.assign(low=low, high=high))


def _moved(units: gpd.GeoDataFrame, sign: int) -> gpd.GeoDataFrame:
    """Units with their outline moved by its accuracy, outwards or inwards; one that vanishes is left out."""
    moved = units.set_geometry(units.buffer(sign * units["accuracy_m"].fillna(0).astype(float)))
    return moved[~moved.geometry.is_empty]
