"""Figures on units whose outlines may be schematic: what they are, and what they may be as well."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd

from geodata.items import SCHEMATIC


def spread(units: gpd.GeoDataFrame, measure: Callable[[gpd.GeoDataFrame], pd.Series]) -> pd.DataFrame:
    """Measure units, and those with a schematic outline also with it moved in and out by its accuracy.

    Parameters
    ----------
    units : GeoDataFrame
        EPSG:4549, polygons on their ids, with `basis` and `accuracy_m`.
    measure : callable
        Gives figures of units: a Series on their index, or on that and more.

    Returns
    -------
    DataFrame
        On the index of the figures: `low`, `high`; NaN where the outline is not schematic.
    """
    vague = units[(units["basis"] == SCHEMATIC).to_numpy()]
    found = [measure(units)] + [measure(_moved(vague, sign)) for sign in (-1, 1)]
    whole = found[0].index
    table = pd.concat([one.reindex(whole) for one in found], axis=1)
    of_vague = whole.get_level_values(0).isin(vague.index)
    told = {"low": table.min(axis=1), "high": table.max(axis=1)}
    return pd.DataFrame({name: values.where(of_vague) for name, values in told.items()}, index=whole)


def _moved(units: gpd.GeoDataFrame, sign: int) -> gpd.GeoDataFrame:
    """Units with their outline moved by its accuracy, outwards or inwards; one that vanishes is left out."""
    moved = units.set_geometry(units.buffer(sign * units["accuracy_m"].fillna(0).astype(float)))
    return moved[~moved.geometry.is_empty]
