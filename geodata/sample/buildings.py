"""Buildings on the plots: rows of them within the setback, as high as the floor-area ratio asks."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.sample.chance import Floats, chance
from geodata.sample.cuts import Numbers, Shapes, axes
from geodata.sample.forms import FORMS, Form, Texts, by_code

PEOPLE = 307_000
"""People who live in the zone, as publicly known (30.7 万)."""

_DWELLING = 105.0
_SETBACK = 6.0
_SETBACK_SHARE = 0.1
_MOST = 90
"""Most buildings on one plot."""

_SMALLEST = 6.0
_CUT_OFF = 0.45
"""A building of which the plot's edge leaves less than this share is not built."""

_LOSS = 1.12
"""More density is drawn than wished for: the edges take some."""

_NEWEST = 2021
_LET = ("office", "research", "factory", "warehouse", "commerce")
"""Uses of which some stands empty."""

_GAPS = (1.22, 2.1)
"""A building takes so many times its length and its depth: fire lanes between, sun in the rows."""

_FILL = 0.86
_POLYGON = 3

Pair = tuple[Floats, Floats]


def build(plots: gpd.GeoDataFrame, grounds: Shapes, seed: int) -> gpd.GeoDataFrame:
    """Put buildings on plots.

    Parameters
    ----------
    plots : GeoDataFrame
        What `plots.cut_plots` gives.
    grounds : array of Polygon
        What of each plot may be built on.

    Returns
    -------
    GeoDataFrame
        `plot` (row of the plot), `use`, `floors`, `floor_area_m2`, `vacant_m2`, `dwellings`, `people`, `height_m`,
        `built_year`; in the order of the plots.
    """
    rng = chance(seed, "buildings")
    forms = by_code(plots["present"].to_numpy(object), FORMS)
    built = np.flatnonzero([form is not None for form in forms])
    facts = pd.DataFrame(list(forms[built]), columns=Form._fields)
    facts["area"] = plots.geometry.area.to_numpy()[built]
    shapes, which = _footprints(grounds[built], facts, rng)
    facts = facts.iloc[which].reset_index(drop=True)
    columns = _storeys(facts, shapes, which, rng)
    columns |= _inside(facts["use"].to_numpy(object), columns["floor_area_m2"], rng)
    table = pd.DataFrame({"plot": built[which], "use": facts["use"].to_numpy(object), **columns})
    return gpd.GeoDataFrame(table, geometry=shapes, crs=plots.crs)


def _footprints(grounds: Shapes, facts: pd.DataFrame, rng: np.random.Generator) -> tuple[Shapes, Numbers]:
    """Stand rows of rectangles along each ground's sides, and cut off what its setback does not hold."""
    setback = np.minimum(_SETBACK, _SETBACK_SHARE * np.sqrt(facts["area"].to_numpy()))
    inner = shapely.buffer(grounds, -setback, join_style="mitre")
    shapes, which = _rectangles(inner, facts, rng)
    loose = ~shapely.covers(inner[which], shapes)
    whole = shapely.area(shapes)
    shapes[loose] = shapely.intersection(shapes[loose], inner[which[loose]])
    kept = (shapely.area(shapes) >= np.maximum(_SMALLEST, _CUT_OFF * whole)) & (shapely.get_type_id(shapes) == _POLYGON)
    return shapes[kept], which[kept]


def _rectangles(inner: Shapes, facts: pd.DataFrame, rng: np.random.Generator) -> tuple[Shapes, Numbers]:
    """Stand rectangles in columns along the long side of each ground and rows across, where there is any ground."""
    there = np.flatnonzero(~shapely.is_empty(inner))
    frame = axes(inner[there])
    sides = np.hypot(*frame[1].T), np.hypot(*frame[2].T)
    usual = facts["length"].to_numpy()[there], facts["depth"].to_numpy()[there]
    wished = _LOSS * (facts["density"] * facts["area"]).to_numpy()[there] * rng.uniform(0.85, 1.15, len(there))
    numbers = _numbers(sides, usual, wished)
    plot, middle = _places(frame, numbers)
    half = [
        vector[plot] / (2 * side[plot])[:, None] * size[plot, None]
        for vector, side, size in zip(frame[1:], sides, _sizes(sides, usual, numbers, wished), strict=True)
    ]
    ring = [middle + along * half[0] + across * half[1] for along, across in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return np.asarray(shapely.polygons(np.stack(ring, axis=1))), there[plot]


def _places(frame: tuple[Floats, Floats, Floats], numbers: tuple[Numbers, Numbers]) -> tuple[Numbers, Floats]:
    """Which ground each place is on, and its middle."""
    corner, along, across = frame
    columns, rows = numbers
    plot = np.repeat(np.arange(len(corner)), columns * rows)
    place = np.arange(len(plot)) - np.repeat(np.cumsum(columns * rows) - columns * rows, columns * rows)
    row, column = np.divmod(place, columns[plot])
    east, north = ((column + 0.5) / columns[plot])[:, None], ((row + 0.5) / rows[plot])[:, None]
    return plot, corner[plot] + along[plot] * east + across[plot] * north


def _numbers(sides: Pair, usual: Pair, wished: Floats) -> tuple[Numbers, Numbers]:
    """Number of columns and rows: as many usual buildings as the density asks for, as far as they have room."""
    room = [np.maximum(side / (size * gap), 1) for side, size, gap in zip(sides, usual, _GAPS, strict=True)]
    number = np.clip(wished / (usual[0] * usual[1]), 1, _MOST)
    scale = np.minimum(np.sqrt(number / (room[0] * room[1])), 1)
    columns = np.maximum(np.round(room[0] * scale), 1).astype(np.int64)
    rows = np.clip(np.round(number / columns), 1, np.maximum(np.floor(room[1]), 1)).astype(np.int64)
    return columns, rows


def _sizes(sides: Pair, usual: Pair, numbers: tuple[Numbers, Numbers], wished: Floats) -> Pair:
    """Length and depth of the buildings of each plot: the usual ones, scaled towards the density, with room between."""
    each = wished / (numbers[0] * numbers[1])
    scale = np.sqrt(each / (usual[0] * usual[1]))
    most = [_FILL * side / number for side, number in zip(sides, numbers, strict=True)]
    length = np.minimum(usual[0] * scale, most[0])
    return length, np.minimum(each / length, most[1])


def _storeys(facts: pd.DataFrame, shapes: Shapes, plot: Numbers, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Floors and floor areas that together make a floor-area ratio usual for the use."""
    footprint = shapely.area(shapes)
    low, high = np.array(facts["far"].to_list()).T
    far = low + (high - low) * rng.beta(2, 2.2, int(plot.max(initial=0)) + 1)[plot]
    covered = np.bincount(plot, footprint)[plot]
    wished = far * facts["area"].to_numpy() / covered * rng.uniform(0.8, 1.2, len(plot))
    floors = np.clip(np.round(wished), 1, facts["floors"]).astype(np.int64)
    return {
        "floors": floors,
        "floor_area_m2": np.round(footprint * floors, 1),
        "height_m": np.round(floors * facts["storey"].to_numpy(), 1),
        "built_year": _NEWEST - rng.integers(0, 34, int(plot.max(initial=0)) + 1)[plot],
    }


def _inside(use: Texts, floor_area: Floats, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Dwellings with the zone's people in them, and what stands empty in houses of work."""
    lived = use == "residential"
    size = _DWELLING * rng.uniform(0.8, 1.2, len(use))
    dwellings = np.where(lived, np.floor(floor_area / size + rng.random(len(use))), 0).astype(np.int64)
    share = PEOPLE / max(int(dwellings.sum()), 1)
    people = np.floor(dwellings * share * rng.uniform(0.85, 1.15, len(use)) + rng.random(len(use)) * (dwellings > 0))
    vacant = np.where(np.isin(use, _LET), np.round(floor_area * rng.beta(0.6, 2.6, len(use)), 1), np.nan)
    return {"dwellings": dwellings, "people": people.astype(np.int64), "vacant_m2": vacant}
