"""What every lot is for: planned by the functions of the plan's units, present by how far the town has come."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.sample.blocks import LOTS
from geodata.sample.chance import Floats, chance, waves
from geodata.sample.ground import Ground
from geodata.sample.streets import CAMPUS, PARK, STREETS
from geodata.sample.tables import (
    BEFORE,
    ELSEWHERE,
    LEADING,
    MATURITY,
    NEAR_AXIS,
    NEAR_SHORE,
    PORT,
    PORTS,
    RESERVED,
    SITES,
    STILL,
    VACANT,
    WORDS,
    Site,
)

_QUARTER = 1300.0
"""Wavelength (m) of the town's character: quarters of one kind are about half as wide."""

_SMALL = 5e6
"""A unit above this (m2) says less of each place in it than a small one."""

_AXIS_REACH = 450.0
_SHORE_REACH = 500.0
_KEPT_OFF = 60.0
"""Lots this near (m) to the site of a project that has a name stay empty."""

Codes = NDArray[np.object_]
Flags = NDArray[np.bool_]


def assign(lots: gpd.GeoDataFrame, ground: Ground, seed: int) -> gpd.GeoDataFrame:
    """Give every lot its uses.

    Parameters
    ----------
    lots : GeoDataFrame
        Rows of `blocks.partition` whose part is "lot".

    Returns
    -------
    GeoDataFrame
        The lots with `planned` and `present` (codes of the guide of 2023) and `green_class` ("" for what is no park).
    """
    rng = chance(seed, "uses")
    at = shapely.get_coordinates(shapely.point_on_surface(lots.geometry.to_numpy()))
    planned = _leading(lots, at, ground, rng)
    green = np.full(len(lots), "", object)
    quiet = lots["quiet"].to_numpy()
    planned[quiet == CAMPUS] = "080401"
    planned[quiet == PARK], green[quiet == PARK] = "1401", "G11"
    kept = shapely.dwithin(lots.geometry.to_numpy(), ground.named, _KEPT_OFF)
    planned[kept], green[kept] = RESERVED, ""
    firm = _sites(lots, planned, green, rng) | (quiet != STREETS) | kept
    firm |= _ports(lots, planned, ground)
    present = _present(lots, planned, at, ground, rng)
    present[firm] = planned[firm]
    return lots.assign(planned=planned, present=present, green_class=np.where(present == planned, green, ""))


def _leading(lots: gpd.GeoDataFrame, at: Floats, ground: Ground, rng: np.random.Generator) -> Codes:
    """Choose the leading use block by block, by wishes and a smooth field: a town has quarters."""
    block, first, member = np.unique(lots["block"], return_index=True, return_inverse=True)
    score = np.log(_wishes(at[first], ground)) + 0.3 * rng.gumbel(size=(len(block), len(LEADING)))
    fields = [waves(at[first], _QUARTER, rng) for _ in LEADING]
    best = (score + 0.75 * np.column_stack(fields)).argmax(axis=1)
    return np.asarray(np.array(list(LEADING), object)[best][member])


def _wishes(at: Floats, ground: Ground) -> Floats:
    """Weigh the leading uses at each place by the words the plan has for the units there; shape (places, uses)."""
    wishes = np.tile(list(LEADING.values()), (len(at), 1))
    units = ground.units
    texts = units["name"] + units["function"] + units["industries"].map("".join)
    for text, shape in zip(texts, units.geometry, strict=True):
        gains = [_vector(gain) for word, gain in WORDS.items() if word in text]
        told = np.sum([np.zeros(len(LEADING)), *gains], axis=0) * min(1.0, _SMALL / shape.area) ** 0.5
        wishes[shapely.intersects_xy(shape, *at.T)] += told
    axis = _closeness(at, ground.axis, _AXIS_REACH) * _vector(NEAR_AXIS)
    shore = _closeness(at, ground.coast, _SHORE_REACH) * _vector(NEAR_SHORE)
    return wishes * np.maximum(1 + axis + shore, 0.1)


def _vector(gain: Any) -> Floats:
    return np.array([gain.get(code, 0.0) for code in LEADING])


def _closeness(at: Floats, shape: Any, reach: float) -> Floats:
    away = shapely.distance(shapely.points(at), shape) / reach
    return np.asarray(np.nan_to_num(np.exp(-(away**2)))[:, None])


def _sites(lots: gpd.GeoDataFrame, planned: Codes, green: Codes, rng: np.random.Generator) -> Flags:
    """Place schools, parks, works and the like; say which lots are the first of their kind."""
    area = lots.geometry.area.to_numpy()
    free = np.isin(planned, list(LEADING))
    leading, firm = planned.copy(), np.zeros(len(lots), bool)
    for site in SITES:
        chosen = _fitting(site, free & _among(leading, site), area, rng)
        planned[chosen], green[chosen], free[chosen] = site.code, site.green_class, False
        firm[chosen[:1]] = True
    return firm


def _among(leading: Codes, site: Site) -> Flags:
    wanted = np.isin(leading, site.out_of)
    return wanted if wanted.any() else np.ones(len(leading), bool)


def _fitting(site: Site, free: Flags, area: Floats, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw lots of the right size; where there are too few, those that come next to it."""
    share = min(1.0, len(area) / LOTS)
    misfit = np.maximum(np.log(area / site.largest), np.log(site.smallest / area)).clip(0)
    order = np.argsort(np.where(free, misfit + rng.uniform(0, 0.2, len(area)), np.inf), kind="stable")
    return order[: min(max(1, round(site.number * share)), int(free.sum()))]


def _ports(lots: gpd.GeoDataFrame, planned: Codes, ground: Ground) -> Flags:
    """Make the lots nearest to the westernmost reclaimed land a port."""
    made = ground.units.geometry[ground.units["role"] == "reclaimed"]
    here = np.zeros(len(lots), bool)
    if len(made):
        harbour = made.iloc[int(made.centroid.x.argmin())]
        here[
            np.argsort(np.where(np.isin(planned, list(LEADING)), lots.distance(harbour), np.inf), kind="stable")[:PORTS]
        ] = True
    planned[here] = PORT
    return here


def _present(lots: gpd.GeoDataFrame, planned: Codes, at: Floats, ground: Ground, rng: np.random.Generator) -> Codes:
    """What stands there now: the plan where the town has come so far, before it what was there."""
    reached = np.full(len(at), ELSEWHERE)
    for role, shape in zip(ground.units["role"], ground.units.geometry, strict=True):
        inside = shapely.intersects_xy(shape, *at.T)
        reached[inside] = MATURITY.get(role, reached[inside])
    block = np.unique(lots["block"], return_inverse=True)[1]
    built = reached + 0.8 * waves(at, _QUARTER, rng) + 0.4 * rng.standard_normal(len(at))[block] > 0
    luck, alike = rng.random(len(at)), rng.random(len(at))[block]
    still = [_still(code, value) for code, value in zip(planned, luck, strict=True)]
    before = [_before(code, value) for code, value in zip(planned, alike, strict=True)]
    return np.where(built, still, before).astype(object)


def _before(code: str, luck: float) -> str:
    choices = BEFORE.get(code[:2], ((VACANT, 1.0),))
    sums = np.cumsum([share for _, share in choices])
    return choices[min(int(np.searchsorted(sums, luck)), len(choices) - 1)][0]


def _still(code: str, luck: float) -> str:
    other, share = STILL.get(code, (code, 1.0))
    return other if luck < share else code
