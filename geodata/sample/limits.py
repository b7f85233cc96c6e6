"""Boundaries and control lines of the demonstration, none of them official."""

from collections.abc import Iterable
from itertools import repeat
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from geodata.sample.chance import chance
from geodata.sample.cuts import Numbers, Shapes, allot, polygons, split, surface, tidy
from geodata.sample.ground import Ground
from geodata.sample.rows import rows
from geodata.vocabulary import BOUNDARY_CLASSES, CONTROL_CLASSES, SHORE_CLASSES

_COMMUNITIES = 45
_GRIDS = 300
_CLOSED = 60.0
_UNBUILT = ("01", "02", "03", "05", "16", "17", "23")
_SETBACKS = (("核心退缩区", 0.0, 100.0), ("一般控制区", 100.0, 300.0))
"""Name, from, to (m inland): the widths are proposals, no local ones are known."""

_TOWN = ("lot", "road", "verge")
_LEAST = 400.0
_SHORE = 5.0
_COASTAL = 500.0
_SHORE_NAME = "海岸线（{}）"
_SHORE_CUTS = (0.0, 0.4, 0.7, 1.0)
"""Shares of each line of the shore at which its made-up classes end."""

Part = tuple[str, str, BaseGeometry, str | None]
"""Class, name, shape, and a word more: the item or code of a boundary, the clause of a control line."""


def boundary_rows(
    ground: Ground, land: gpd.GeoDataFrame, subdistricts: gpd.GeoDataFrame, units: gpd.GeoDataFrame, seed: int
) -> pd.DataFrame:
    """Make the boundaries.

    Parameters
    ----------
    land : GeoDataFrame
        What `surface.used` gives.
    subdistricts : GeoDataFrame
        The base map's.
    units : GeoDataFrame
        Units of the detailed plan: `unit_code`.
    """
    streets = surfaces(subdistricts.geometry, ground)
    communities, grids = _districts(streets[shapely.area(streets) > _LEAST], ground, seed)
    town = land[land["part"].isin(_TOWN) & ~land["present"].str.startswith(_UNBUILT)]
    closed = ground.built.buffer(_CLOSED).buffer(-_CLOSED)
    layout = ground.units[ground.units["role"] != "subdistrict"]
    parts: list[Part] = [
        ("jurisdiction", "管辖范围", ground.zone, None),
        *_called("subdistrict", subdistricts["name"], streets, repeat(None)),
        *_numbered("community", communities),
        *_numbered("grid", grids),
        *_called("detailed_unit", "单元" + units["unit_code"].str[-4:], units.geometry, units["unit_code"]),
        ("built_up", "建成区", shapely.coverage_union_all(town.geometry.to_numpy()), None),
        ("urban_extent", "城区范围", surface(closed.intersection(ground.zone)), None),
        *_called("layout_unit", layout["name"], surfaces(layout.geometry, ground), layout["id"]),
        ("area", f"海岸 {_COASTAL:.0f} 米以内", surface(ground.zone.intersection(ground.coast.buffer(_COASTAL))), None),
    ]
    table = _table([part for part in parts if part[2].area > _LEAST])
    unit = table["kind"] == "layout_unit"
    columns = {
        "name": "演示" + table["name"],
        "boundary_class": table["kind"],
        "item_id": table["word"].where(unit),
        "official_code": table["word"].where(~unit),
    }
    return rows("boundaries", columns, table["shape"].to_numpy(object))


def surfaces(shapes: Iterable[BaseGeometry], ground: Ground) -> Shapes:
    """What of each shape lies in the zone."""
    return np.array([surface(shape.intersection(ground.zone)) for shape in shapes], object)


def _called(kind: str, words: Iterable[str], shapes: Iterable[BaseGeometry], more: Iterable[str | None]) -> list[Part]:
    return [(kind, word, shape, one) for word, shape, one in zip(words, shapes, more, strict=False)]


def _districts(streets: Shapes, ground: Ground, seed: int) -> tuple[Shapes, Shapes]:
    """Cut subdistricts into communities and these into grids, more where more is built."""
    rng = chance(seed, "districts")
    communities, _ = _cut(streets, _COMMUNITIES, ground, rng)
    grids, above = _cut(communities, _GRIDS, ground, rng)
    whole = [shapely.coverage_union_all(grids[above == place]) for place in range(len(communities))]
    return np.array(whole, object), grids


def _cut(shapes: Shapes, number: int, ground: Ground, rng: np.random.Generator) -> tuple[Shapes, Numbers]:
    weights = shapely.area(shapely.intersection(shapes, ground.built)) + 0.02 * shapely.area(shapes)
    parts, origin = polygons(shapes)
    largest = pd.Series(shapely.area(parts)).groupby(origin).idxmax().to_numpy()
    counts = np.ones(len(parts), np.int64)
    counts[largest] = allot(weights, number)
    pieces, part = split(parts, counts, rng)
    clean, piece = tidy(pieces)
    return clean, origin[part[piece]]


def _numbered(kind: str, shapes: Shapes) -> list[Part]:
    return [(kind, f"{BOUNDARY_CLASSES[kind]}-{place:03d}", shape, None) for place, shape in enumerate(shapes, 1)]


def _table(parts: list[Part]) -> pd.DataFrame:
    return pd.DataFrame(
        {name: [part[at] for part in parts] for at, name in enumerate(("kind", "name", "shape", "word"))}
    )


def control_rows(ground: Ground, land: gpd.GeoDataFrame) -> pd.DataFrame:
    """Make the control lines.

    Parameters
    ----------
    land : GeoDataFrame
        What `surface.used` gives.
    """
    growth = surface(ground.built.buffer(_CLOSED).buffer(-_CLOSED / 2).intersection(ground.zone))
    shore = ground.zone.boundary.intersection(ground.coast.buffer(_SHORE))
    made = ground.units[ground.units["role"] == "reclaimed"]
    parts: list[Part] = [
        ("urban_boundary", "城镇开发边界", growth, "边界内集中建设"),
        *_of("farmland", land, land["planned"] == "0103", "不得占用"),
        *_of("ecology", land, land["green_class"].isin(["EG2", "EG11"]), "原则上禁止开发性、生产性建设"),
        *_of("green_line", land, land["planned"] == "1401", "不得改作他用"),
        *_of("blue_line", land, land["planned"].isin(["1704", "0506"]), "不得填占水面"),
        *_of("purple_line", land, land["green_class"].isin(["G133", "G134"]), "保护原有风貌"),
        *_of("yellow_line", land, land["planned"].str.startswith("13"), "不得占压设施用地"),
        *_of("road_line", land, land["part"] == "road", "不得建设与道路无关的建筑"),
        *(("coastline", name, line, "位置示意，不是修测岸线") for name, line in _shores(shore).items()),
        *_setbacks(ground),
        *_called("reclaimed", made["name"], surfaces(made.geometry, ground), repeat("严格限制房地产开发")),
    ]
    table = _table([part for part in parts if not part[2].is_empty])
    clause = "演示：" + table["word"] + "，不得引用"
    columns = {
        "name": "演示" + table["name"],
        "control_class": table["kind"],
        "shore_class": table["name"].map({_SHORE_NAME.format(label): key for key, label in SHORE_CLASSES.items()}),
        "clause": clause,
    }
    return rows("controls", columns, table["shape"].to_numpy(object))


def _of(kind: str, land: gpd.GeoDataFrame, chosen: pd.Series, clause: str) -> list[Part]:
    """One control line round each group of touching pieces."""
    found, _ = polygons(np.array([shapely.coverage_union_all(land.geometry[chosen].to_numpy())]))
    return [(kind, f"{CONTROL_CLASSES[kind]}-{place:04d}", shape, clause) for place, shape in enumerate(found, 1)]


def _shores(shore: BaseGeometry) -> dict[str, BaseGeometry]:
    """The shore by class: every line of it in three pieces."""
    lines = shapely.get_parts(shapely.line_merge(shore))
    lines = lines[shapely.get_type_id(lines) == shapely.GeometryType.LINESTRING]
    cuts = zip(SHORE_CLASSES.values(), _SHORE_CUTS, _SHORE_CUTS[1:], strict=False)
    return {
        _SHORE_NAME.format(label): shapely.union_all([substring(line, start, end, normalized=True) for line in lines])
        for label, start, end in cuts
    }


def _setbacks(ground: Ground) -> list[Part]:
    return [
        (
            "setback",
            name,
            surface(ground.zone.intersection(ground.coast.buffer(end)).difference(ground.coast.buffer(start))),
            f"海岸线向陆 {start:.0f}—{end:.0f} 米",
        )
        for name, start, end in _SETBACKS
    ]


def detailed_units(neighbourhoods: Shapes, ground: Ground) -> gpd.GeoDataFrame:
    """Units of the detailed plan with their codes: what the main streets enclose."""
    clean, _ = tidy(neighbourhoods)
    inside, _ = polygons(shapely.intersection(clean, ground.zone))
    number = [f"YSDY-{place:03d}" for place in range(1, len(inside) + 1)]
    return gpd.GeoDataFrame({"unit_code": number}, geometry=inside, crs=ground.units.crs)


def unit_of(shapes: NDArray[Any], units: gpd.GeoDataFrame) -> NDArray[Any]:
    """Code of the unit that holds the middle of each shape, None outside."""
    row, unit = units.sindex.query(shapely.point_on_surface(shapes), predicate="intersects")
    found = np.full(len(shapes), None, object)
    found[row] = units["unit_code"].to_numpy(object)[unit]
    return found
