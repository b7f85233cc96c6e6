"""What official outlines would change, before anybody applies them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.browse import LISTED
from geodata.items import SCHEMATIC
from geodata.land import Land
from geodata.outline import Outline
from geodata.outlines import Stray, applied, labels, replaceable, shapes, strays

AFFECTED = ("方案比选", "汇报页", "指标")
"""What else may rest on the outlines of units, in the order it is said."""

Kept = Mapping[str, Sequence[str]]
"""A word of AFFECTED -> names of what there is of it that uses one of the units."""


@dataclass(frozen=True)
class Effect:
    """What changes for one unit.

    Attributes
    ----------
    area_before_m2 : float or None
        On the ellipsoid; None where the shape is schematic, whose own area is no fact, or there is none.
    area_after_m2 : float
    basis : tuple of str or None
        Before and after; None before where the plan gives no place.
    accuracy_m : tuple of float or None
        Before and after.
    kept : float or None
        Share of the official outline that lay inside before, 0 to 1; None where there was no area before.
    apart_m : float or None
        How far the official outline lies off the shape before, beyond the accuracy of that; 0 where they meet.
    left, joined : tuple of str
        Ids of projects and infrastructure that lay inside by their place and do not now, and the other way round.
    outside : tuple of str
        Ids of those that belong to the unit by the plan and have a place outside the official outline.
    """

    item: str
    name: str
    area_before_m2: float | None
    area_after_m2: float
    basis: tuple[str | None, str]
    accuracy_m: tuple[float | None, float | None]
    kept: float | None
    apart_m: float | None
    left: tuple[str, ...]
    joined: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """What changes in all.

    Attributes
    ----------
    strays : tuple of Stray
        Units that will lie in part outside the one they belong to.
    subdistricts : DataFrame
        Items whose subdistrict changes, indexed by id: `before`, `after` (ids, None for none).
    affected : mapping
        A word of AFFECTED -> names; empty where there is nothing.
    """

    effects: tuple[Effect, ...]
    strays: tuple[Stray, ...]
    subdistricts: pd.DataFrame
    affected: Kept = field(default_factory=dict)


def preview(land: Land, outlines: Mapping[str, Outline], kept: Kept | None = None) -> Preview:
    """Work out what official outlines would change in a land.

    Parameters
    ----------
    land : Land
        As it is shown now; stays as it is.
    outlines : mapping of str to Outline
        Id of a unit or subdistrict -> its outline to be.
    kept : mapping, optional
        What else uses these units, as far as anything does.
    """
    after = applied(land, outlines)
    moved = after.subdistricts.ne(land.subdistricts) & ~(after.subdistricts.isna() & land.subdistricts.isna())
    return Preview(
        tuple(_effect(land, after, item) for item in replaceable(land).index if item in outlines),
        strays(after),
        pd.DataFrame({"before": land.subdistricts[moved], "after": after.subdistricts[moved]}),
        {name: tuple((kept or {}).get(name, ())) for name in AFFECTED},
    )


def _effect(before: Land, after: Land, item: str) -> Effect:
    was, now = replaceable(before).loc[item].to_dict(), replaceable(after).loc[item].to_dict()
    old, new = shapes(before)[item], shapes(after)[item]
    schematic = was["basis"] == SCHEMATIC or old is None
    inside = tuple(_inside(land, item, shape) for land, shape in ((before, old), (after, new)))
    return Effect(
        item,
        str(labels(before)[item]),
        None if schematic else _area(old),
        _area(new),
        (was["basis"], now["basis"]),
        (was["accuracy_m"], now["accuracy_m"]),
        _kept(old, new),
        None if old is None else max(0.0, float(old.distance(new)) - (was["accuracy_m"] or 0)),
        left=tuple(key for key in inside[0] if key not in inside[1]),
        joined=tuple(key for key in inside[1] if key not in inside[0]),
        outside=_outside(after, item, inside[1]),
    )


def _area(shape: BaseGeometry) -> float:
    return float(crs.ellipsoidal_areas(gpd.GeoSeries([shape], crs=crs.METRIC)).iloc[0])


def _kept(old: BaseGeometry | None, new: BaseGeometry) -> float | None:
    return float(old.intersection(new).area / new.area) if old is not None and old.area else None


def _inside(land: Land, item: str, shape: BaseGeometry | None) -> tuple[str, ...]:
    """Projects and infrastructure whose place lies within a shape, or within what stands for a line."""
    ground = land.extent(item) if item in land.items.index else shape
    if ground is None or not ground.area:
        return ()
    listed = land.placed[land.placed["kind"].isin(LISTED)]
    return tuple(listed.index[listed.representative_point().within(ground)])


def _outside(land: Land, item: str, inside: tuple[str, ...]) -> tuple[str, ...]:
    below = [key for key in land.children(item) if key in land.placed.index]
    return tuple(key for key in below if land.items["kind"][key] in LISTED and key not in inside)
