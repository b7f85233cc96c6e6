"""The page 用地结构: which balance is read, and its tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import streamlit as st
from markupsafe import Markup

from geodata import reporting
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.items import SCHEMATIC
from geodata.kinds import DATASETS
from geodata.landuse_gb50137 import structure
from geodata.measures import landuse
from geodata.measures.landuse import AREAS, Area
from geodata.measures.vague import with_range
from geodata.versions import DEMONSTRATION, Version
from layers import balance
from layers.text import html, joined
from layers.view import View
from pages.ui import caches, measured
from pages.ui.panel import panel

KINDS: Mapping[str, str] = {"landuse": "现状用地", "landuse_planned": "规划用地"}
_LEVELS: Mapping[str, str] = {"1": "一级类", "2": "二级类"}
_LEVEL, _AREA, _UNIT = "balance_level", "balance_area", "balance_unit"


@dataclass(frozen=True)
class Ask:
    """What is read: present or planned land, for units, by classes of a level, in areas of a sort."""

    kind: str
    per: str
    level: int
    area: Area


def asked(view: View) -> Ask:
    """What the link and the page's choices ask for."""
    kind = view.measure if view.measure in KINDS else next(iter(KINDS))
    area: Area = "projected" if st.session_state.get(_AREA) == "projected" else "ellipsoidal"
    return Ask(kind, view.per or next(iter(reporting.PER)), int(st.session_state.get(_LEVEL, "2")), area)


def choices(ask: Ask) -> None:
    """Choose what the balance is of; the first two stand in the link."""
    with st.container(key="balance_choice", horizontal=True):
        measured.select("用地", "measure", KINDS, ask.kind)
        measured.select("统计单元", "per", reporting.PER, ask.per)
        st.selectbox("类别", ["2", "1"], format_func=_LEVELS.__getitem__, key=_LEVEL)
        st.selectbox("面积", list(AREAS), format_func=lambda key: AREAS[key], key=_AREA)


def figures(scene: caches.Scene, held: Catalogue, ask: Ask) -> None:
    """The balance of one unit, and of all units how densely they are built."""
    version = held.current(ask.kind)
    if version is None:
        _said(f"无数据：缺少{DATASETS[ask.kind].label}，请在“数据”页导入。")
        return
    kinds = (ask.kind, "boundaries") if reporting.needs_boundaries(ask.per) else (ask.kind,)
    units = measured.units(scene, held, ask.per)
    if mixed := held.mixture(kinds):
        _said(mixed)
    elif units.empty:
        _said(f"无数据：缺少界线（{reporting.PER[ask.per]}），请在“数据”页导入。")
    else:
        try:
            _tables(scene, held, ask, version, units)
        except DashboardError as error:
            _said(str(error))


def _tables(scene: caches.Scene, held: Catalogue, ask: Ask, version: Version, units: gpd.GeoDataFrame) -> None:
    names = {str(key): str(name) for key, name in units["name"].items()}
    unit = st.selectbox("单元", list(names), format_func=names.__getitem__, key=_UNIT)
    vague = bool((units.loc[[unit], "basis"] == SCHEMATIC).all())
    key = f"{measured.units_key(scene, ask.per)} {version.digest} {ask.kind} {ask.level} {ask.area}"
    rows = caches.computed(f"balance {key}", lambda: _balance(version, units, ask)).loc[[unit]].droplevel(0)
    whole = caches.computed(f"tiling {key}", lambda: landuse.completeness(measured.rows(version), units))
    told = structure(pd.concat({unit: rows}, names=["zone"]).drop(columns=["low", "high"])).droplevel(0)
    parts = [
        html("<h2>{name}</h2>", name=f"{names[unit]} · {KINDS[ask.kind]}"),
        html('<p class="note demo">{text}</p>', text=DEMONSTRATION) if version.synthetic else Markup(""),
        balance.table(rows, schematic=vague),
        balance.tiling(whole.iloc[list(names).index(unit)], schematic=vague),
        _basis(version, ask, vague=vague),
        balance.structure(told),
        *_of_plots(held, ask, (units, unit), names),
    ]
    panel(joined(parts), key="balance")


def _balance(version: Version, units: gpd.GeoDataFrame, ask: Ask) -> pd.DataFrame:
    """The balance of all units, with what it may be within schematic outlines."""
    table = measured.rows(version).rename(columns={"code": "landuse"})

    def made(zones: gpd.GeoDataFrame) -> pd.DataFrame:
        return landuse.balance(table, by="landuse", level=ask.level, zones=zones, area=ask.area)

    return with_range(units, made, of="area_m2")


def _of_plots(held: Catalogue, ask: Ask, of: tuple[gpd.GeoDataFrame, str], names: Mapping[str, str]) -> list[Markup]:
    """Changes and intensity, which plots know: nothing where there are none, or other than the land's own sort."""
    plots = held.current("plots")
    if plots is None or held.mixture(("plots", ask.kind)) or plots.scheme not in (None, "guide2023"):
        return [html('<p class="hint">{text}</p>', text="没有同类来源的规划地块数据，不列变化与开发强度。")]
    units, unit = of
    rows = measured.rows(plots)
    key = f"{plots.digest} {ask.per} {ask.level} {ask.area} {unit}"
    moved = caches.computed(
        f"changes {key}",
        lambda: landuse.changes(rows, level=ask.level, zones=units.loc[[unit]], area=ask.area).droplevel(0),
    )
    dense = caches.computed(f"intensity {key}", lambda: landuse.intensity(rows, zones=units, area=ask.area))
    return [balance.changes(moved), balance.intensity(dense, names)]


def _basis(version: Version, ask: Ask, *, vague: bool) -> Markup:
    where = (
        "按示意边界，数值为约数，指针停在面积上显示界线内外移动其精度后的范围。" if vague else "按官方或导入的界线。"
    )
    text = f"数据：{measured.named([version])}；{AREAS[ask.area]}；用地用海2023 分类。{where}"
    return html('<p class="hint">{text}</p>', text=text)


def _said(text: str) -> None:
    panel(html('<p class="problem" role="alert">{text}</p>', text=text), key="balance")
