"""The page 用地结构: what of land use is read, its tables, its map."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import geopandas as gpd
import streamlit as st
from markupsafe import Markup

from geodata import landuse_tables, reporting
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.measures.landuse import RATES
from geodata.versions import DEMONSTRATION, Version
from layers import balance, landuse
from layers.text import html, joined
from layers.view import View
from pages.ui import caches, figure_files, file_options, landuse_plots, landuse_read, measured, person, state
from pages.ui.landuse_ask import KINDS, PARTS, Ask, unit_of
from pages.ui.landuse_files import FILES, OF_PARTS
from pages.ui.landuse_read import Reading
from pages.ui.panel import focus, panel

_QUICKLY = 20_000
"""Overlaps and gaps of so many rows are found while one waits."""
_TILING_ELSEWHERE = "图斑较多，相互重叠与空隙见“重叠与空隙”。"
_RANGED = {"balance": "面积", "intensity": "平均值"}
"""Part of the page -> which of its figures tell their range."""
_PART, _UNIT = "balance_part", "balance_unit"


def choices(ask: Ask) -> None:
    """Choose what is read, among what makes a difference in this part; what stands first is in the link."""
    st.session_state[_PART] = ask.part
    st.segmented_control(
        "内容",
        list(PARTS),
        format_func=PARTS.__getitem__,
        key=_PART,
        label_visibility="collapsed",
        on_change=lambda: state.change(part=st.session_state[_PART] or "", focus=""),
    )
    with st.container(key="balance_choice", horizontal=True):
        if ask.kinds:
            measured.select("用地", "measure", ask.kinds, ask.kind)
        measured.select("统计单元", "per", reporting.PER, ask.per, place="")
        if ask.levels:
            measured.select("类别", "level", ask.levels, ask.level)
        if ask.areas:
            measured.select("面积", "area", ask.areas, ask.area)


def figures(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> None:
    """Show the part of the page that is asked for, of one unit."""
    versions, why = landuse_read.versions(scene, held, ask)
    if not versions:
        panel(_problem(why), key="balance")
        return
    units = measured.units(scene, held, ask.per)
    _choose_unit(units, view.place)
    _tables(Reading(scene, held, ask, versions, unit_of(view, ask, units)), view)


def _choose_unit(units: gpd.GeoDataFrame, place: str) -> None:
    names = {str(key): str(name) for key, name in units["name"].items()}
    st.session_state[_UNIT] = place if place in names else next(iter(names))
    st.selectbox(
        "单元",
        list(names),
        format_func=names.__getitem__,
        key=_UNIT,
        on_change=lambda: _go(units, st.session_state[_UNIT]),
    )


def _go(units: gpd.GeoDataFrame, unit: str) -> None:
    """Read another unit; the map goes there."""
    state.bring_into_sight(units.loc[[unit]])
    state.change(place=unit)


def _tables(reading: Reading, view: View) -> None:
    part, used = reading.ask.part, landuse_read.used(reading)
    try:
        written = _WRITE[part](reading, view.focus)
    except DashboardError as error:
        panel(_problem(str(error)), key="balance")
        return
    head = html("<h2>{name} · {label}</h2>", name=reading.name, label=PARTS[part])
    demo = html('<p class="note demo">{text}</p>', text=DEMONSTRATION) if reading.version.synthetic else Markup("")
    files = {name: FILES[name] for name in OF_PARTS[part]}
    out = figure_files.links(files, view.to_query(), used, person.current())
    said = joined((head, demo, _focused(view.focus), *written, _basis(reading, used), out))
    panel(said, key="balance", press=partial(press, reading.one))
    file_options.offer()


def press(unit: gpd.GeoDataFrame, act: str, what: str) -> None:
    """Let what is pressed stand out within the unit; the map goes there."""
    if act != "focus":
        return
    if state.current()[1].focus != what:
        state.bring_into_sight(unit)
    focus(what)


def _balance(reading: Reading, focus: str) -> list[Markup]:
    rows = landuse_read.balance(reading)
    if rows.empty:
        return [_problem(f"无数据：{KINDS[reading.ask.kind]}数据没有覆盖该单元。")]
    table, shares, problems = landuse_read.spaces(reading)
    return [
        html('<p class="kicker">{kind}</p>', kind=KINDS[reading.ask.kind]),
        balance.classes(rows),
        balance.table(rows, schematic=reading.vague, focus=focus),
        _hint(landuse_read.people_of(reading)[1]),
        balance.structure(landuse_read.urban(reading), schematic=reading.vague),
        *(_tiling(reading, focus) if reading.version.rows <= _QUICKLY else [_hint(_TILING_ELSEWHERE)]),
        *(_problem(str(problem)) for problem in problems),
        balance.spaces(shares, table, schematic=reading.vague),
    ]


def _changes(reading: Reading, focus: str) -> list[Markup]:
    found = landuse_read.changes(reading)
    return [
        landuse.matrix(landuse_tables.matrix(found), schematic=reading.vague, focus=focus),
        balance.changes(found, schematic=reading.vague),
        _hint(landuse_plots.said(reading.versions)),
    ]


def _years(reading: Reading, focus: str) -> list[Markup]:
    table, versions = landuse_read.years(reading)
    if table is None:
        held = measured.named(versions)
        return [_problem(f"无数据：历年对照要有该单元的两期用地数据（不同基准年，或现状与规划），现有{held}。")]
    return [landuse.years(table, schematic=reading.vague, focus=focus)]


def _intensity(reading: Reading, focus: str) -> list[Markup]:
    within = landuse_read.plots_within(reading, measured.rows(reading.version))
    found = {rate: landuse_tables.spread_of(within, rate) for rate in RATES}
    names = {str(key): str(name) for key, name in reading.units["name"].items()}
    means = landuse.intensity(landuse_read.intensity(reading), names)
    return [
        landuse.spread(found, reading.scene.styles, focus=focus),
        means,
        _hint(landuse_plots.said(reading.versions)),
    ]


def _tiling(reading: Reading, _focus: str) -> list[Markup]:
    return [balance.tiling(landuse_read.tiling(reading), schematic=reading.vague)]


_WRITE: Mapping[str, Callable[[Reading, str], list[Markup]]] = MappingProxyType(
    {"balance": _balance, "changes": _changes, "years": _years, "intensity": _intensity, "tiling": _tiling}
)
"""Part of the page -> what writes it."""


def _focused(focus: str) -> Markup:
    """Say what alone stands out on the map, with a button that ends it."""
    if not focus:
        return Markup("")
    return html(
        '<p class="choice">图上只突出：{name} <button data-act="focus" data-id="{focus}">显示全部</button></p>',
        name=landuse.focus_name(focus),
        focus=focus,
    )


def _basis(reading: Reading, used: tuple[Version, ...]) -> Markup:
    told = f"数据：{measured.named(used)}；{reading.ask.caliber}。"
    of = _RANGED.get(reading.ask.part, "") if reading.vague else ""
    ranges = f"，指针停在{of}上显示界线内外移动其精度后的范围" if of else ""
    return _hint(f"{told}{landuse_read.bordered(reading)}{ranges}。")


def _hint(text: str) -> Markup:
    return html('<p class="hint">{text}</p>', text=text) if text else Markup("")


def _problem(text: str) -> Markup:
    return html('<p class="problem" role="alert">{text}</p>', text=text)
