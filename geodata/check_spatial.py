"""The checks of where things are: each looks at a scene and says which rule is broken, and where."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import topology
from geodata.areal import Flags
from geodata.check_scene import Scene, applies
from geodata.findings import Finding, examples, finding
from geodata.gaps import gaps
from geodata.landuse_codes import SCHEMES
from geodata.landuse_conversion import load_conversion, to_2023
from geodata.outside import extent, outside, usable
from geodata.places import concerned, joined
from geodata.seams import CLASSES, crosses, seam_classes, seam_ends, seam_gaps
from geodata.stated_areas import UNITS

_FROM = {"平方公里": 1_000_000.0, "公顷": 1_000.0}
"""Unit -> from how many m2 on an area is said in it."""
_TOO_MUCH = "重叠过多，未能查找缝隙"


class Seen(NamedTuple):
    """A rule that is broken, and where, if it is elsewhere than in the rows themselves."""

    finding: Finding
    places: gpd.GeoDataFrame | None = None


class Undone(NamedTuple):
    """A rule that could not be checked after all."""

    number: str
    why: str


def tiling(scene: Scene) -> Iterator[Seen | Undone]:
    """Shapes that are there twice; overlaps and gaps of the others, those between two parts as faults of the seam."""
    rule = scene.tiling
    if not rule.twins or not applies(rule.twins, scene):
        return
    bound = scene.shapes[_is_bound(scene)]
    found = topology.twins(bound, groups=_layers(scene, bound))
    again = [row for rows in found["rows"] for row in rows[1:]]
    if again:
        yield Seen(finding(rule.twins, scene.spec.label, _ids(scene, again)), found)
    if rule.overlaps:
        scene.watch.step(0.2, "查找重叠")
        yield from _overlaps_and_gaps(scene, bound.drop(index=again))


def slivers(scene: Scene) -> Iterator[Seen]:
    """Areas that are too small or too thin."""
    if not applies("K031", scene):
        return
    bounds = scene.against.tolerances
    found = topology.slivers(scene.shapes, tolerances=bounds)
    if len(found):
        said = f"面积不足 {bounds.sliver_m2:g} 平方米，或平均宽度不足 {bounds.sliver_m:g} 米"
        yield Seen(finding("K031", scene.spec.label, _ids(scene, concerned(found)), bounds=said), found)


def extents(scene: Scene) -> Iterator[Seen]:
    """Rows outside the 管辖范围, across its border, or outside the zone."""
    boundary, zone = scene.against.boundary, scene.against.zone
    if boundary is not None and applies("K032", scene):
        found = outside(scene.shapes, extent(boundary), tolerances=scene.against.tolerances)
        for number, some in (("K032", found[found["whole"]]), ("K033", found[~found["whole"]])):
            if len(some):
                yield _of_places(scene, number, some)
    if zone is not None and applies("K034", scene):
        away = np.flatnonzero(_away(scene.shapes, zone))
        if away.size:
            yield Seen(finding("K034", scene.spec.label, _ids(scene, away.tolist())))


def seams(scene: Scene) -> Iterator[Seen]:
    """Classes and lines that do not go on across the seam; gaps and overlaps there are found with the others."""
    parts = scene.parts
    if parts is None:
        return
    if applies("K037", scene):
        label = scene.spec.column(CLASSES[scene.spec.key]).label
        found = seam_classes(scene.shapes, parts, _classes(scene), tolerances=scene.against.tolerances)
        if len(found):
            yield _of_places(scene, "K037", found, label=label, examples=examples(found["note"]))
    if applies("K038", scene):
        found = seam_ends(scene.shapes, parts, tolerances=scene.against.tolerances)
        if len(found):
            yield _of_places(scene, "K038", found)


def _overlaps_and_gaps(scene: Scene, single: gpd.GeoDataFrame) -> Iterator[Seen | Undone]:
    tolerances = scene.against.tolerances
    found, complete = topology.overlaps(single, groups=_layers(scene, single), tolerances=tolerances, watch=scene.watch)
    across = _crosses(scene, found)
    least = "" if complete else "不少于"
    for number, some in (("K029", found[~across]), ("K036", found[across])):
        if len(some):
            yield _of_places(scene, number, some, least=least)
    if scene.tiling.gap_m2 and complete:
        scene.watch.step(0.4, "查找缝隙")
        yield from _gaps(scene, single)
    elif scene.tiling.gap_m2:
        yield from (Undone(number, _TOO_MUCH) for number in ("K030", "K035"))


def _gaps(scene: Scene, single: gpd.GeoDataFrame) -> Iterator[Seen]:
    parts, layers, tolerances = scene.parts, _layers(scene, single), scene.against.tolerances
    groups = [single] if layers is None else [rows for _, rows in single.groupby(layers)]
    largest = scene.tiling.gap_m2
    found = joined(gaps(rows, largest=largest, tolerances=tolerances) for rows in groups)
    found = found[~_crosses(scene, found)]
    if len(found):
        yield _of_places(scene, "K030", found)
    if parts is not None:
        between = joined(seam_gaps(rows, parts, largest=largest, tolerances=tolerances) for rows in groups)
        if len(between):
            yield _of_places(scene, "K035", between)


def _crosses(scene: Scene, found: gpd.GeoDataFrame) -> Flags:
    """Whether places concern more than one part."""
    return np.zeros(len(found), bool) if scene.parts is None else crosses(found, scene.parts)


def _of_places(scene: Scene, number: str, found: gpd.GeoDataFrame, **facts: Any) -> Seen:
    """Say what is wrong in places, the largest first."""
    found = found.sort_values("area_m2", ascending=False, kind="stable").reset_index(drop=True)
    rows = _ids(scene, sorted(concerned(found)))
    said = {"places": len(found), "areas": _areas(found["area_m2"]), "least": "", **facts}
    return Seen(finding(number, scene.spec.label, rows, **said), found)


def _areas(areas: pd.Series) -> str:
    return f"共 {_m2(areas.sum())}" + (f"，最大一处 {_m2(areas.max())}" if len(areas) > 1 else "")


def _m2(area: float) -> str:
    """In the largest unit that leaves digits to tell something: slivers are of square metres."""
    unit = next((unit for unit, least in _FROM.items() if area >= least), "平方米")
    return f"{area / UNITS[unit]:,.2f} {unit}"


def _ids(scene: Scene, rows: list[int]) -> pd.Series:
    """Ids of rows by position, NA where there is none."""
    frame = scene.shapes
    return frame["id"].iloc[rows] if "id" in frame.columns else pd.Series(pd.NA, rows, dtype="string")


def _layers(scene: Scene, rows: gpd.GeoDataFrame) -> pd.Series | None:
    """Values by which rows know nothing of each other; None where all do."""
    found: pd.Series | None = rows.get(scene.tiling.by)
    return found


def _is_bound(scene: Scene) -> pd.Series:
    """Rows that may not do as they like."""
    layers = _layers(scene, scene.shapes)
    if layers is None:
        return pd.Series(data=True, index=scene.shapes.index)
    return ~layers.isin(scene.tiling.free).astype(bool)


def _away(table: gpd.GeoDataFrame, zone: gpd.GeoDataFrame) -> Flags:
    """Rows that do not even touch the zone, as far as its outline may be off."""
    reach = zone["accuracy_m"].fillna(0).astype(float) if "accuracy_m" in zone.columns else 0.0
    area = extent(zone.set_geometry(zone.geometry.buffer(reach)))
    shapely.prepare(area)
    shapes = usable(np.asarray(table.geometry.to_numpy(), object))
    return np.asarray(~shapely.is_missing(shapes) & ~shapely.intersects(area, shapes))


def _classes(scene: Scene) -> pd.Series:
    """Classes to compare across the seam; of different schemes brought to that of 2023."""
    frame = scene.shapes
    values: pd.Series = frame[CLASSES[scene.spec.key]]
    schemes = [scheme for scheme in frame["scheme"].dropna().unique() if scheme in SCHEMES] if "scheme" in frame else []
    if len(schemes) <= 1:
        return values
    table, _ = load_conversion()
    made: pd.Series = pd.concat([to_2023(values[frame["scheme"] == one], one, table) for one in schemes])
    return made.reindex(values.index)
