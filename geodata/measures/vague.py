"""Figures on units whose outlines may be schematic: what they are, and what they may be as well."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.items import SCHEMATIC


def with_range(
    table: gpd.GeoDataFrame,
    measure: Callable[[gpd.GeoDataFrame], pd.DataFrame],
    *,
    of: str,
    absent: float = np.nan,
) -> pd.DataFrame:
    """Measure units, and those with a schematic outline also with it moved in and out by its accuracy, all at once.

    Parameters
    ----------
    table : GeoDataFrame
        From `outlines`.
    measure : callable
        Gives figures of units, which overlap here: a DataFrame on their index, or on that and more.
    of : str
        The figure that has a range.
    absent : float
        What it is where an outline has no such row: 0 for areas of classes, else unknown.

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
    found = measure(table)
    turn = table.groupby("unit").cumcount()
    at, ids = found.index.get_level_values(0), dict(table["unit"])
    figures, *moved = (found[turn[at].to_numpy() == number].rename(index=ids, level=0) for number in range(3))
    values = pd.concat([some[of].reindex(figures.index, fill_value=absent) for some in (figures, *moved)], axis=1)
    of_vague = figures.index.get_level_values(0).isin(table["unit"][turn > 0])
    low, high = (limit.where(of_vague) for limit in (values.min(axis=1), values.max(axis=1)))
    return pd.DataFrame(figures.assign(low=low, high=high))


def outlines(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put units and their outlines moved in and out into one table, so that all are measured at once.

    Returns
    -------
    GeoDataFrame
        `unit`: id of the unit. As they are first; then schematic ones moved in and out by their accuracy.
    """
    vague = units[(units["basis"] == SCHEMATIC).to_numpy(bool)]
    metres = vague["accuracy_m"].fillna(0).astype(float)
    shapes = [units.geometry, vague.geometry.buffer(-metres), vague.geometry.buffer(metres)]
    table = pd.concat([gpd.GeoDataFrame({"unit": one.index}, geometry=one.to_numpy(), crs=units.crs) for one in shapes])
    return gpd.GeoDataFrame(table[~table.geometry.is_empty.to_numpy()]).reset_index(drop=True)
