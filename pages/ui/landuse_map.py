"""The map of 用地结构: land by class, plots by what is planned for them, or by how densely they are built."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata import crs, landuse_tables
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.measures.landuse import RATES
from geodata.versions import narrowest
from layers.balance import NO_CODE, colour
from layers.landuse import CELL, STEP, focus_name, step_name
from layers.landuse import RATES as LABELS
from layers.results import Found
from layers.style import coverage
from layers.view import View
from pages.ui import caches, dataset_map, finding_map, landuse_plots, measured
from pages.ui.dataset_map import Beside, Focus
from pages.ui.landuse_ask import Ask, unit_of
from pages.ui.landuse_plots import Parcels
from pages.ui.map_view import map_view

Draw = Callable[[caches.Scene, View, Catalogue, Ask], bool]
_CHANGED = "step5"


def draw(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Draw what the part of the page is about; whether there is anything to draw."""
    try:
        return _PARTS.get(ask.part, _classes)(scene, view, held, ask)
    except DashboardError:
        return False  # the tables say why


def _unit(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> list[BaseGeometry]:
    """The outline of the unit that was chosen."""
    units = measured.units(scene, held, ask.per)
    return list(crs.degrees(units.loc[[view.place]]).geometry) if view.place in units.index else []


def _read(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> gpd.GeoDataFrame:
    """The unit that is read: within it alone something stands out; none where the kind has none."""
    units = measured.units(scene, held, ask.per)
    return units if units.empty else units.loc[[unit_of(view, ask, units)]]


def _classes(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Land by class; in the unit one class, with those below it, stands out."""
    version = held.current(ask.kind)
    if version is None:
        return False
    beside = Beside(outlined=_unit(scene, view, held, ask))
    if view.focus:
        there = landuse_plots.lying(measured.rows(version), _read(scene, view, held, ask))
        there = landuse_plots.of_class(there, "code", "" if view.focus == NO_CODE else view.focus)
        marks = {str(key): colour(code) for key, code in there["code"].astype("string").fillna("").items()}
        beside = replace(beside, marks=marks, focus=_nothing(view))
    dataset_map.draw(scene, view, version, beside)
    return True


def _nothing(view: View) -> Focus:
    """No class stands out as a whole."""
    return Focus(view.focus, lambda _name: False)


def _changes(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Plots by class, or planned land; of one change, the land that changes so."""
    parcels, _ = landuse_plots.parcels_of(held)
    if not parcels:
        return False
    if CELL not in view.focus:
        dataset_map.draw(scene, view, parcels[-1], Beside(outlined=_unit(scene, view, held, ask)))
        return True
    if len(parcels) > 1:
        _overlaid(scene, view, parcels, _read(scene, view, held, ask))
        return True
    there = landuse_plots.of_change(landuse_plots.rows(parcels), view.focus)
    there = landuse_plots.lying(there, _read(scene, view, held, ask))
    marks = dict.fromkeys(map(str, there.index), colour(view.focus.split(CELL, 1)[1]))
    dataset_map.draw(scene, view, parcels[0], Beside(marks, _nothing(view), _unit(scene, view, held, ask)))
    return True


def _overlaid(scene: caches.Scene, view: View, parcels: Parcels, unit: gpd.GeoDataFrame) -> None:
    """The land of one change, where no plots but two layers tell of it; that of the unit stands out."""
    present, planned = parcels
    found = Found(
        "现状到规划（叠加）",
        present.digest,
        f"overlaid {caches.tables_state()} {view.focus}",
        narrowest(parcels),
        present.synthetic,
        MappingProxyType({_CHANGED: focus_name(view.focus)}),
        (planned.digest,),
    )
    changed = landuse_plots.of_change(landuse_plots.rows(parcels), view.focus)
    marks = _marks(scene, landuse_plots.lying(changed, unit), _CHANGED)
    finding = finding_map.dataset(scene, found, lambda: _drawn(changed, _CHANGED), focus=_nothing(view), marks=marks)
    map_view(scene, view, (), dataset=finding)


def _marks(scene: caches.Scene, rows: gpd.GeoDataFrame, step: str) -> dict[str, str]:
    """Rows in the colour of a class of a finding."""
    style = coverage(scene.styles, step)
    return dict.fromkeys(map(str, rows.index), style.fill or style.color)


def _intensity(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Plots by the class of 容积率, or of what the chosen bar is of; its class stands out in the unit."""
    plots, _ = landuse_plots.plots_of(held)
    if not plots:
        return False
    (version,) = plots
    rate, _, number = view.focus.partition(STEP)
    rate = rate if rate in RATES else RATES[0]
    classes = {step_name(place): label for place, label in enumerate(landuse_tables.step_labels(rate))}
    found = Found(
        f"{LABELS[rate]}（规划地块）",
        version.digest,
        f"spread {rate}",
        version.audience,
        version.synthetic,
        MappingProxyType({**classes, step_name(-1): "没有数据"}),
    )
    rows, chosen = measured.rows(version), number.isdigit()
    marks = {}
    if chosen:
        there = landuse_plots.centred(rows, _read(scene, view, held, ask))
        marks = _marks(scene, there[landuse_tables.steps(there[rate], rate) == int(number)], step_name(int(number)))
    focus = _nothing(view) if chosen else None
    finding = finding_map.dataset(scene, found, lambda: _stepped(rows, rate), focus=focus, marks=marks)
    map_view(scene, view, (), dataset=finding)
    return True


_PARTS: Mapping[str, Draw] = MappingProxyType({"changes": _changes, "intensity": _intensity})


def _stepped(rows: gpd.GeoDataFrame, rate: str) -> gpd.GeoDataFrame:
    return _drawn(rows, landuse_tables.steps(rows[rate], rate).map(step_name))


def _drawn(rows: gpd.GeoDataFrame, coverage: pd.Series | str) -> gpd.GeoDataFrame:
    return rows.assign(coverage=coverage)[["name", "coverage", "geometry"]]
