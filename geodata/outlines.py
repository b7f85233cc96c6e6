"""Official outlines in the land: the shape, its basis and its accuracy change, everything else of an item stays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geodata.access import Audience
from geodata.items import SCHEMATIC, UNITS
from geodata.land import Land
from geodata.outline import Outline

STREETS = "subdistricts"
"""The base layer whose rows can be replaced like units of the plan."""

_BEYOND = 0.01
"""Share of a unit outside the one it belongs to from which on it is said: borders are not drawn point for point."""


_ELSEWHERE = ("expansion", "ecology")
"""Roles that the plan itself puts outside the zone they are listed under."""


@dataclass(frozen=True)
class Stray:
    """A unit that lies in part outside the unit it belongs to.

    Attributes
    ----------
    share : float
        Of its own area, 0 to 1.
    """

    item: str
    parent: str
    share: float


def audience(outlines: Mapping[str, Outline]) -> Audience:
    """Who may fetch what is drawn with these outlines.

    Examples
    --------
    >>> audience({})
    'public'
    """
    return "internal" if any(one.version.audience != "public" for one in outlines.values()) else "public"


def digests(outlines: Mapping[str, Outline]) -> tuple[str, ...]:
    """Digests of the versions these outlines come from, each once."""
    return tuple(sorted({one.version.digest for one in outlines.values()}))


def replaceable(land: Land) -> pd.DataFrame:
    """What can have an official outline: the plan's units in its order, then the subdistricts.

    Returns
    -------
    DataFrame
        Indexed by id: name, short, role, basis, accuracy_m.
    """
    columns = ["name", "short", "role", "basis", "accuracy_m"]
    units = pd.DataFrame(land.items.loc[land.items["kind"].isin(UNITS), columns])
    streets = pd.DataFrame(land.base[STREETS]).assign(short=lambda rows: rows["name"])[columns]
    return pd.concat([units, streets])


def labels(land: Land) -> pd.Series:
    """Names of all that is `replaceable`; a subdistrict that is called as a unit of the plan says what it is."""
    names = replaceable(land)["name"].astype(object)
    twice = names.duplicated(keep=False) & names.index.isin(land.base[STREETS].index)
    return names.mask(twice, names + "（统计单元）")


def shapes(land: Land) -> gpd.GeoSeries:
    """Shapes of all that is `replaceable`, on the same index."""
    units = land.items.geometry[land.items["kind"].isin(UNITS)]
    return gpd.GeoSeries(pd.concat([units, land.base[STREETS].geometry]), crs=land.items.crs)


def applied(land: Land, outlines: Mapping[str, Outline]) -> Land:
    """Return a land with official outlines in place of the shapes of some units and subdistricts.

    Parameters
    ----------
    land : Land
        Stays as it is.
    outlines : mapping of str to Outline
        Id of a unit of the plan or of a subdistrict -> its outline; other ids are left out.
    """
    known = {key: one for key, one in outlines.items() if key in land.items.index or key in land.base[STREETS].index}
    if not known:
        return land
    base = {**land.base, STREETS: _replaced(land.base[STREETS], known)}
    told = MappingProxyType({**land.outlines, **known})
    return replace(land, items=_replaced(land.items, known), base=base, outlines=told)


def _replaced(table: gpd.GeoDataFrame, outlines: Mapping[str, Outline]) -> gpd.GeoDataFrame:
    found = {key: one for key, one in outlines.items() if key in table.index}
    told = {
        name: [getattr(found[key], name) if key in found else value for key, value in table[name].items()]
        for name in ("basis", "accuracy_m", "geometry")
    }
    columns = {name: pd.Series(told[name], table.index, dtype=object) for name in ("basis", "accuracy_m")}
    return table.assign(**columns).set_geometry(gpd.GeoSeries(told["geometry"], table.index, crs=table.crs))


def strays(land: Land) -> tuple[Stray, ...]:
    """Units that lie in part outside the unit they belong to, where one of the two has an official outline.

    A schematic one of the two may be off by its accuracy without that being said.
    """
    units = land.items[land.items["kind"].isin(UNITS) & ~land.items["role"].isin(_ELSEWHERE)]
    pairs = [
        (str(item), str(parent))
        for item, parent in units["parent"].items()
        if parent and {item, parent} & set(land.outlines)
    ]
    found = (Stray(item, parent, _outside(land, item, parent)) for item, parent in pairs)
    return tuple(one for one in found if one.share >= _BEYOND)


def _outside(land: Land, item: str, parent: str) -> float:
    """Share of a unit outside another, beyond what the accuracy of a schematic one explains."""
    inner, outer = land.items.geometry[item], land.extent(parent)
    if inner is None or outer is None or not inner.area or not outer.area:
        return 0.0
    slack = max(_slack(land, key) for key in (item, parent))
    return float(inner.difference(outer.buffer(slack)).area / inner.area)


def _slack(land: Land, item: str) -> float:
    schematic = land.items["basis"][item] == SCHEMATIC
    return float(land.items["accuracy_m"][item] or 0) if schematic else 0.0
