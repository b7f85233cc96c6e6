"""What measures are computed from: the datasets in use, read once; and their answers, computed once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import calibers, indicators, reporting
from geodata.bounds import bounds as bounds_of
from geodata.calibers import Caliber, Calibers
from geodata.catalogue import Catalogue, read_version
from geodata.errors import DashboardError, StoreError
from geodata.indicators import Indicator
from geodata.items import SCHEMATIC
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT
from geodata.landuse_conversion import load_conversion, to_2023
from geodata.measures.applied import applied
from geodata.measures.evaluate import Answer
from geodata.measures.inputs import BUILT_UP, BY, GATES, By, Inputs, columns, lean, missing, needed, untold
from geodata.measures.reading import stranded, uncovered, with_range
from geodata.measures.shared import Shared, content
from geodata.parks import Park, fingerprint
from geodata.versions import Version
from layers import measures
from layers.view import View
from pages.ui import caches, state
from pages.ui.runs import once

_UNITS = "units"
"""Among the versions of an answer: the outlines of the units, where the 建成区 stands in another dataset."""


@dataclass(frozen=True)
class Ask:
    """What is asked: an indicator, for units, counting something."""

    key: str
    indicator: Indicator
    by: By
    per: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of datasets that must be there."""
        bounds = ("boundaries",) if reporting.needs_boundaries(self.per) else ()
        return tuple(dict.fromkeys((*needed(self.indicator, by=self.by), *bounds)))


def asked(view: View, key: str, row: Indicator) -> Ask:
    """What a link asks of an indicator: for which units, counting what."""
    by = next((one for one in BY if one == view.by), next(iter(BY)))
    return Ask(key, row, by, view.per or reporting.USUAL)


def table() -> tuple[Mapping[str, Indicator], tuple[DashboardError, ...]]:
    """Give the indicators as they hold today: the table's rows, or the versions adopted since."""
    known, problems = versioned()
    return known.indicators(today()), problems


def main() -> dict[str, Indicator]:
    """Give the indicators that stand at the top of the page and in comparisons."""
    return {key: row for key, row in table()[0].items() if row.shown != "more"}


def caliber(key: str) -> Caliber:
    """Give the version of an indicator's parameters that holds today."""
    return versioned()[0].in_force(key, today())


def today() -> date:
    """Tell the day it is here."""
    return datetime.now().astimezone().date()


def versioned() -> tuple[Calibers, tuple[DashboardError, ...]]:
    """Read the versions of all parameters; the table alone, and why, where the database cannot be asked."""
    return once("calibers", _versioned)


def _versioned() -> tuple[Calibers, tuple[DashboardError, ...]]:
    rows, problems = _rows()
    try:
        known, gone = calibers.read(caches.store(), rows)
    except StoreError as error:
        where, what = f"指标口径（{error.where}）", f"{error.what}，各指标暂按指标表计算"
        return Calibers(rows, {}), (*problems, StoreError(where, what, error.remedy))
    return known, (*problems, *gone)


def _rows() -> tuple[Mapping[str, Indicator], tuple[DashboardError, ...]]:
    """Read the table of indicators, the office's own rows first."""
    own = caches.config().data_path / "tables"
    return caches.computed(f"indicators {own}", lambda: indicators.load_indicators(own))


def versions(held: Catalogue, ask: Ask) -> dict[str, Version]:
    """Give the versions an answer is computed from; entrances too, where they are of the same sort as the parks."""
    found = {kind: version for kind in ask.kinds if (version := held.current(kind))}
    built_up = bounds(held, BUILT_UP) if ask.indicator.base.built_up else None
    outlines = unit_bounds(held, ask.per)
    if used := built_up or outlines:
        found["boundaries"] = used
    if built_up and outlines and built_up != outlines:
        found[_UNITS] = outlines
    gates = held.current(GATES)
    if ask.indicator.how == "walking" and gates and "green" in found and gates.synthetic == found["green"].synthetic:
        found[GATES] = gates
    return found


def answer(scene: caches.Scene, held: Catalogue, ask: Ask) -> Answer:
    """Compute the figures of all units, once for the same data, definition and units.

    Raises
    ------
    MeasureError, DatasetError
    """
    return caches.computed(f"answer {_name(scene, held, ask)}", lambda: _answer(scene, held, ask))


def left(scene: caches.Scene, held: Catalogue, ask: Ask) -> gpd.GeoDataFrame:
    """List the land that is not reached, once for the same data and definition."""
    name = f"left {_name(scene, held, ask)}"
    return caches.computed(name, lambda: uncovered(ask.indicator, inputs(held, ask)))


def cut_off(held: Catalogue, ask: Ask) -> gpd.GeoDataFrame:
    """List the land whose streets are not connected with the others, once for the same data and classes."""
    name = f"cut off {json.dumps(contents(held, ask))} {ask.indicator.base.classes}"
    return caches.computed(name, lambda: stranded(ask.indicator, inputs(held, ask)))


def inputs(held: Catalogue, ask: Ask, parks: Sequence[Park] = ()) -> Inputs:
    """Read the tables an answer is computed from, as if parks were there; what answers share is computed once."""
    found = versions(held, ask)
    tables = {kind: narrow(version) for kind, version in found.items()}
    changed = applied(tables, parks) if parks else tables
    names = {
        kind: name if changed[kind] is tables[kind] else f"{name} {fingerprint(parks)}"
        for kind, name in contents(held, ask).items()
    }
    return Shared(changed, names, caches.part)


def bounds(held: Catalogue, boundary_class: str) -> Version | None:
    """Give the boundaries of a class that are in use."""
    return bounds_of(held, boundary_class, caches.config().data_path)


def counted(held: Catalogue, kind: str) -> Version | None:
    """Give the version of a kind that figures of the whole zone are computed from."""
    built_up = bounds(held, BUILT_UP) if kind == "boundaries" else None
    return built_up or held.current(kind)


def unit_bounds(held: Catalogue, per: str) -> Version | None:
    """Give the boundaries that units of a kind are read from; None where the plan has them, or nobody."""
    return bounds(held, per) if reporting.needs_boundaries(per) else None


def units(scene: caches.Scene, held: Catalogue, per: str) -> gpd.GeoDataFrame:
    """Give the reporting units of a kind; no rows where their boundaries are not held."""

    def read() -> gpd.GeoDataFrame:
        version = unit_bounds(held, per)
        return reporting.units(scene.land, per, rows(version) if version else None)

    return caches.computed(f"units {units_key(scene, held, per)}", read)


def told(held: Catalogue, ask: Ask) -> str:
    """Name the data of an answer."""
    return named(versions(held, ask).values())


def named(of: Iterable[Version]) -> str:
    """Name versions: dataset, version, base year, date."""
    return "；".join(
        f"{version.label}"
        + (f"，基准年 {version.base_year}" if version.base_year else "")
        + f"，{version.created_at.astimezone():%Y-%m-%d} 入库"
        for version in of
    )


def rests_on(scene: caches.Scene, held: Catalogue, ask: Ask) -> measures.Told:
    """Tell where figures come from: data, official outlines of the units, version of the parameters."""
    found, rows = versions(held, ask).values(), units(scene, held, ask.per)
    outlines = {one.version.label for key, one in scene.land.outlines.items() if key in rows.index}
    inputs = "；".join((named(found), *(f"单元界线 {label}" for label in sorted(outlines))))
    schematic = bool((rows["basis"] == SCHEMATIC).any())
    synthetic = any(version.synthetic for version in found)
    return measures.Told(inputs, schematic, synthetic, _named(ask), _untold(held, ask))


def _untold(held: Catalogue, ask: Ask) -> str:
    """Say how many rows do not tell what is counted; nothing where there is no figure."""

    def count() -> dict[str, int]:
        tables = inputs(held, ask)
        return {} if missing(ask.indicator, tables, by=ask.by) else untold(ask.indicator, tables, by=ask.by)

    name = f"untold {json.dumps(contents(held, ask))} {ask.indicator.model_dump_json()} {ask.by}"
    found = caches.computed(name, count)
    return "；".join(f"{label}有 {count:,} 行未填" for label, count in found.items())


def _named(ask: Ask) -> str:
    """Name the version of the parameters; those that are only tried stand in no version."""
    held = caliber(ask.key)
    return held.label if held.row == ask.indicator else f"试算，未采用；现行为{held.label}"


def _name(scene: caches.Scene, held: Catalogue, ask: Ask) -> str:
    told = [contents(held, ask), ask.indicator.model_dump(mode="json"), ask.by, units_key(scene, held, ask.per)]
    return json.dumps(told, ensure_ascii=False)


def units_key(scene: caches.Scene, held: Catalogue, per: str) -> str:
    """Name the units of a kind by what they are read from."""
    version = unit_bounds(held, per)
    return f"{scene.land.period} {per} {scene.state} {version.digest if version else ''}"


def rows(version: Version) -> gpd.GeoDataFrame:
    """The placed rows of a version, land use with the codes of 2023."""
    folder = caches.config().data_path

    def read() -> gpd.GeoDataFrame:
        table = read_version(folder, version)
        placed = table[~(table.geometry.isna() | table.geometry.is_empty)]
        return _converted(placed, folder) if version.kind in ("landuse", "landuse_planned") else placed

    return caches.table(f"{version.kind} {version.digest}", read)


def contents(held: Catalogue, ask: Ask) -> dict[str, str]:
    """Name what an answer is computed from, by kind: a version that changes nothing figures read keeps the name."""
    return {kind: _content(version) for kind, version in versions(held, ask).items()}


def narrow(version: Version) -> gpd.GeoDataFrame:
    """The rows of a version with what figures are counted from."""
    also = {name for row in table()[0].values() for name in columns(row)}
    name = f"narrow {version.kind} {version.digest} {sorted(also)}"
    return caches.table(name, lambda: lean({version.kind: rows(version)}, also=also)[version.kind])


def _content(version: Version) -> str:
    return caches.computed(f"content {version.kind} {version.digest}", lambda: content(narrow(version)))


def _converted(rows: gpd.GeoDataFrame, folder: Path) -> gpd.GeoDataFrame:
    """Land use with the codes of the guide of 2023, whatever it came in."""
    conversion, _ = load_conversion(folder / "tables")
    codes = rows["code"].astype("string")
    for scheme in rows["scheme"].dropna().unique():
        some = (rows["scheme"] == scheme).to_numpy(bool)
        if scheme != CURRENT:
            codes[some] = to_2023(rows["code"][some], scheme, conversion, settlement=rows["settlement"][some])
    return rows.assign(code=codes)


def _answer(scene: caches.Scene, held: Catalogue, ask: Ask) -> Answer:
    found = units(scene, held, ask.per)
    if found.empty:
        return Answer(pd.DataFrame(), (f"{DATASETS['boundaries'].label}（{reporting.PER[ask.per]}）",))
    return with_range(ask.indicator, inputs(held, ask), found, by=ask.by)


def select(label: str, field: str, options: Mapping[Any, str], value: str, **resets: str) -> None:
    """Choose a field of the View, which stands in the link; another choice resets what depends on it."""
    key = f"measure_{field}"
    st.session_state[key] = value
    st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=lambda: state.change(**resets, **{field: st.session_state[key]}),
    )
