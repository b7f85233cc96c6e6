"""What is read from balances of land use: two levels, people, base years, a matrix of changes, spread of densities."""

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.measures import validate
from geodata.measures.landuse import RATES

STEPS: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {
        "far": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),
        "density": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
        "green_ratio": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    }
)
"""Where the classes of a distribution begin, one of RATES each; the last has no end."""

DIFFERENCE = "difference"
"""Column of `beside`: last less first."""

_MAIN = 2
_UNKNOWN = -1


def two_levels(found: pd.DataFrame) -> pd.DataFrame:
    """Add the classes of level 1 to a balance of a finer level.

    Parameters
    ----------
    found : DataFrame
        Indexed (zone, code): numbers that can be added, as from `geodata.measures.landuse.balance` at level 2.

    Returns
    -------
    DataFrame
        The same columns, indexed (zone, level, code), level 1 or 2.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("甲", "0701"), ("甲", "0702"), ("甲", "14")], names=["zone", "code"])
    >>> two_levels(pd.DataFrame({"area_m2": [3.0, 1.0, 2.0]}, index))["area_m2"].loc["甲", 1].to_dict()
    {'07': 4.0, '14': 2.0}
    """
    rows = found.reset_index()
    main = rows.assign(code=rows["code"].str[:_MAIN]).groupby(["zone", "code"], sort=False).sum()
    return pd.concat({1: main, 2: found}, names=["level"]).reorder_levels(["zone", "level", "code"])


def people_in(units: gpd.GeoDataFrame, population: gpd.GeoDataFrame) -> "pd.Series[float]":
    """Count the people of each unit: of all places whose inner point lies in it.

    Parameters
    ----------
    units : GeoDataFrame
        EPSG:4549, polygons on their ids; they may overlap.
    population : GeoDataFrame
        EPSG:4549, with `people`; missing counts as nobody.

    Returns
    -------
    Series of float
        On the units' index.

    Raises
    ------
    MeasureError
        A table that cannot be measured.
    """
    grounds = validate.shapes(units, "统计单元", kinds=validate.POLYGONS)
    inner = shapely.point_on_surface(validate.shapes(population, "人口"))
    unit, place = shapely.STRtree(inner).query(grounds, predicate="intersects")
    people = population["people"].fillna(0).to_numpy(float)[place]
    return pd.Series(np.bincount(unit, people, len(units)), index=units.index)


def matrix(changes: pd.DataFrame) -> pd.DataFrame:
    """Set changes out as a table: a row per present class, a column per planned one, m2; 0 where nothing changes so.

    Parameters
    ----------
    changes : DataFrame
        Of one zone, indexed (landuse, landuse_planned): `area_m2`.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("07", "09"), ("07", "07")], names=["landuse", "landuse_planned"])
    >>> matrix(pd.DataFrame({"area_m2": [2.0, 1.0]}, index)).to_dict("index")
    {'07': {'07': 1.0, '09': 2.0}}
    """
    table: pd.DataFrame = changes["area_m2"].unstack().fillna(0.0)  # noqa: PD010 - as the index has it
    return table.loc[_ordered(table.index), _ordered(table.columns)]


def largest(table: pd.DataFrame, most: int) -> list[tuple[str, str]]:
    """Cells of a matrix in which most land changes its class, largest first.

    Examples
    --------
    >>> largest(pd.DataFrame({"07": [5.0, 1.0], "09": [2.0, 3.0]}, index=["07", "09"]), 2)
    [('07', '09'), ('09', '07')]
    """
    cells = {(old, new): m2 for old, row in table.iterrows() for new, m2 in row.items() if old != new and m2 > 0}
    return [(str(old), str(new)) for old, new in sorted(cells, key=lambda cell: -cells[cell])[:most]]


def beside(balances: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put balances of one unit beside each other.

    Parameters
    ----------
    balances : mapping of str to DataFrame
        What a column is called -> indexed by code: `area_m2`; in order of time.

    Returns
    -------
    DataFrame
        Indexed by code: a column each, m2, 0 where that land has none of the class; and DIFFERENCE.

    Examples
    --------
    >>> old, new = (pd.DataFrame({"area_m2": m2}, ["07"]) for m2 in ([3.0], [5.0]))
    >>> beside({"2020": old, "2023": new}).loc["07"].to_dict()
    {'2020': 3.0, '2023': 5.0, 'difference': 2.0}
    """
    table = pd.concat({name: one["area_m2"] for name, one in balances.items()}, axis=1).fillna(0.0)
    table = table.loc[_ordered(table.index)]
    return table.assign(**{DIFFERENCE: table.iloc[:, -1] - table.iloc[:, 0]})


def steps(values: pd.Series, rate: str) -> pd.Series:
    """Tell which class of STEPS each value lies in, from 0 on; -1 where it is missing.

    Examples
    --------
    >>> steps(pd.Series([0.0, 0.5, 7.0, None]), "far").tolist()
    [0, 1, 5, -1]
    """
    numbers = values.astype(float)
    place = np.searchsorted(STEPS[rate], numbers.to_numpy(), side="right") - 1
    return pd.Series(np.where(numbers.isna(), _UNKNOWN, place).astype(np.intp), index=values.index)


def spread_of(plots: pd.DataFrame, rate: str) -> pd.DataFrame:
    """How the values of plots are spread over the classes of STEPS.

    Parameters
    ----------
    plots : DataFrame
        With the column `rate` and `area_m2`.
    rate : str
        One of RATES.

    Returns
    -------
    DataFrame
        A row per class, by its number: `plots`, `area_m2`. Plots without a value are in none.

    Examples
    --------
    >>> found = spread_of(pd.DataFrame({"far": [0.2, 0.3, 9.0], "area_m2": [1.0, 2.0, 4.0]}), "far")
    >>> found["plots"].tolist(), found["area_m2"].tolist()
    ([2, 0, 0, 0, 0, 1], [3.0, 0.0, 0.0, 0.0, 0.0, 4.0])
    """
    place = steps(plots[rate], rate).to_numpy()
    known, count = place != _UNKNOWN, len(STEPS[rate])
    areas = np.bincount(place[known], plots["area_m2"].to_numpy(float)[known], count)
    return pd.DataFrame({"plots": np.bincount(place[known], minlength=count), "area_m2": areas})


def step_labels(rate: str) -> tuple[str, ...]:
    """Name the classes of STEPS.

    Examples
    --------
    >>> step_labels("far")[-2:], step_labels("density")[0]
    (('2.0–3.0', '3.0 以上'), '0–10%')
    """
    form = "{:.1f}" if rate == RATES[0] else "{:.0%}"
    marks = [form.format(edge) for edge in STEPS[rate]]
    between = [f"{low.rstrip('%')}–{high}" for low, high in pairwise(marks)]
    return (*between, f"{marks[-1]} 以上")


def _ordered(codes: pd.Index) -> list[str]:
    """Codes in the order of the guide, the unknown one last."""
    return sorted(map(str, codes), key=lambda code: (not code, code))
