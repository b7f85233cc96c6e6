"""The map of 用地结构: land by class, plots by what is planned for them, or by how densely they are built."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geodata import landuse_tables
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.landuse_codes import CURRENT, palette
from geodata.measures.landuse import RATES
from geodata.versions import Version
from layers.balance import NO_CODE
from layers.landuse import CELL, STEP
from layers.landuse import RATES as LABELS
from layers.results import Found
from layers.view import View
from pages.ui import caches, dataset_map, finding_map, landuse, measured
from pages.ui.dataset_map import Focus
from pages.ui.landuse_read import Ask

Draw = Callable[[caches.Scene, View, Version], None]


def draw(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Draw what the part of the page is about; whether there is anything to draw."""
    kind, how = _PARTS.get(landuse.part_of(view), (ask.kind, _classes))
    version = held.current(kind)
    if version is None:
        return False
    try:
        how(scene, view, version)
    except DashboardError:
        return False  # the tables say why
    return True


def _classes(scene: caches.Scene, view: View, version: Version) -> None:
    """Land by class; one class, with those below it, stands out."""
    code = view.focus if view.focus != NO_CODE else ""
    one = Focus(view.focus, lambda name: name.startswith(code) if code else not name)
    dataset_map.draw(scene, view, version, focus=one if view.focus else None)


def _changes(scene: caches.Scene, view: View, version: Version) -> None:
    """Plots by class; those of one change stand out, in the colour of what is planned."""
    if CELL not in view.focus:
        dataset_map.draw(scene, view, version)
        return
    old, new = ("" if code == NO_CODE else code for code in view.focus.split(CELL, 1))
    rows = measured.rows(version)
    there = rows[_of_class(rows, "landuse", old) & _of_class(rows, "landuse_planned", new)]
    colour = palette(CURRENT).get(new, "#0B5CAD")
    nothing = Focus(view.focus, lambda _name: False)
    dataset_map.draw(scene, view, version, marks=dict.fromkeys(map(str, there.index), colour), focus=nothing)


def _intensity(scene: caches.Scene, view: View, version: Version) -> None:
    """Plots by the class of 容积率, or of what the chosen bar is of; its class stands out."""
    rate, _, number = view.focus.partition(STEP)
    rate = rate if rate in RATES else RATES[0]
    classes = {f"step{place + 1}": label for place, label in enumerate(landuse_tables.step_labels(rate))}
    found = Found(
        f"{LABELS[rate]}（规划地块）",
        version.digest,
        f"spread {rate}",
        version.audience,
        version.synthetic,
        MappingProxyType({**classes, "step0": "没有数据"}),
    )
    wanted = f"step{int(number) + 1}" if number.isdigit() else ""
    focus = Focus(view.focus, wanted.__eq__) if wanted else None
    finding_map.draw(scene, view, found, lambda: _stepped(measured.rows(version), rate), focus=focus)


_PARTS: Mapping[str, tuple[str, Draw]] = MappingProxyType(
    {"changes": ("plots", _changes), "intensity": ("plots", _intensity)}
)


def _stepped(rows: gpd.GeoDataFrame, rate: str) -> gpd.GeoDataFrame:
    place = landuse_tables.steps(rows[rate], rate) + 1
    return rows.assign(coverage=place.map("step{}".format))[["name", "coverage", "geometry"]]


def _of_class(rows: gpd.GeoDataFrame, column: str, code: str) -> pd.Series:
    codes = rows[column].astype("string").fillna("")
    found: pd.Series = codes.str.startswith(code) if code else codes == ""
    return found
