"""方案比选 on the page: put parks on the map, see what they gain, keep, open, compare and take back proposals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

import pandas as pd
import shapely
import streamlit as st

from geodata import crs, proposals
from geodata.access import Person, may
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError, MeasureError
from geodata.indicators import Indicator
from geodata.kinds import DATASETS
from geodata.measures.inputs import BY
from geodata.parks import CLASSES, SIZES, How, Park, circle
from geodata.proposals import Draft as Wanted
from geodata.store.engine import Store
from geodata.store.proposals import Kept
from geodata.vocabulary import GREEN_CLASSES
from layers import proposals as shown
from layers.text import html
from layers.view import View
from pages.ui import acts, caches, draft, holdings, measured, person, state, whatif
from pages.ui.map_view import Dataset
from pages.ui.measured import Ask
from pages.ui.panel import panel

KEY = "proposal"
_MODE, _SIZE, _CLASS, _PUBLIC = "park_mode", "park_size", "park_class", "park_public"
MODES = {"look": "查看", "point": "点图放公园", "plot": "点地块改公园"}
_ROOMY = 3000
_PARK_LAND = ("1401", "1403")
_MOST_COMPARED = 6
_UNTOUCHED = "现状（不含新公园）"
Side = list["pd.Series[float] | None"]
"""One figure for each of what stands side by side; None where there is none."""


def section(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> None:
    """Offer all of it, folded away until somebody begins."""
    trying = draft.current(view, held)
    with st.expander("方案比选：新增公园，或把地块改为公园", expanded=bool(trying.parks or view.proposal)):
        acts.said(KEY)
        _choose(scene, view, held)
        _tools()
        if trying.parks:
            panel(shown.listed(trying.parks), key="parks", press=_pressed)
            panel(shown.gained(gains(scene, held, ask, trying.parks)), key="gains")
        _keep(scene, view, held, trying)


def gains(scene: caches.Scene, held: Catalogue, ask: Ask, parks: tuple[Park, ...]) -> list[shown.Gain]:
    """What parks change: for the whole zone by each main indicator, for the units by the one that is read."""
    table, _ = measured.table()
    main = [Ask(key, row, ask.by, "zone") for key, row in table.items() if row.shown != "more" or key == ask.key]
    asks = [*main, *([ask] if ask.per != "zone" else [])]
    return [gain for one in asks for gain in _gains(scene, held, one, parks)]


def _gains(scene: caches.Scene, held: Catalogue, ask: Ask, parks: tuple[Park, ...]) -> list[shown.Gain]:
    before, after = (_figures(scene, held, ask, some) for some in ((), parks))
    if before is None or after is None:
        return []
    names = measured.units(scene, held, ask.per)["name"].astype(str)
    pairs = zip(names, before.iterrows(), after.iterrows(), strict=True)
    return [shown.Gain(ask.indicator, name, old, new, ask.by) for name, (_, old), (_, new) in pairs]


def _figures(scene: caches.Scene, held: Catalogue, ask: Ask, parks: tuple[Park, ...]) -> pd.DataFrame | None:
    """Figures of the units; None where there are none, which the page says elsewhere."""
    if held.mixture(ask.kinds):
        return None
    try:
        answer = whatif.answer(scene, held, ask, parks)
    except DashboardError:
        return None
    return None if answer.missing else answer.figures


@acts.acting(KEY)
def place(at: tuple[float, float, float]) -> None:
    """A click on the map: put a park there, or turn the land there into one."""
    mode = st.session_state.get(_MODE, "look")
    point = shapely.Point(*crs.to_metric(at[0], at[1]))
    if mode == "point":
        _try("point", circle(point, float(st.session_state.get(_SIZE, _ROOMY))))
    elif mode == "plot":
        _turn(point)


@acts.acting(KEY)
def drawn(shape: dict[str, Any]) -> None:
    """A park that was drawn on the map."""
    ring = shapely.get_coordinates(shapely.geometry.shape(shape))
    _try("drawn", shapely.Polygon([crs.to_metric(*position) for position in ring]))


def placing(finding: Dataset, *, marks: Mapping[str, str] = MappingProxyType({})) -> Dataset:
    """What is drawn, with the parks that are tried over it; a click or a drawing puts one more there.

    Parameters
    ----------
    marks : mapping of str to str
        Number of a row -> its colour with these parks.
    """
    drawing = {**finding.drawing, "parks": shown.on_map(draft.tried())}
    drawing["marks"] = {**drawing["marks"], **marks}
    return replace(finding, drawing=drawing, on_click=place, on_park=drawn)


def _turn(point: shapely.Point) -> None:
    """Turn the land at a point into a park."""
    where, (held, _) = "地块改公园", holdings.read(person.current())
    land = draft.tables(held, {"landuse"}).get("landuse")
    rows = land.iloc[land.sindex.query(point, predicate="intersects")] if land is not None else None
    if rows is None or rows.empty:
        raise MeasureError(where, "这里没有现状用地地块", "请点在一处地块上")
    row = rows.iloc[0]
    if str(row["code"]).startswith(_PARK_LAND):
        raise MeasureError(where, "这里已是公园绿地或广场", "请另选一处地块")
    name = str(row["name"]) if pd.notna(row["name"]) else str(row["id"])
    _try("plot", row.geometry, name=f"{name}改公园", row=str(rows.index[0]))


def _try(how: How, shape: Any, *, name: str = "", row: str = "") -> None:
    """Put a park beside the others, if it can be one there."""
    scene, view, _ = state.current()
    held, _ = holdings.read(person.current())
    parks = draft.current(view, held).parks
    number = max((int(park.id.removeprefix("新")) for park in parks), default=0) + 1
    told = st.session_state.get(_CLASS, "G14"), bool(st.session_state.get(_PUBLIC, True))
    park = Park(f"新{number}", name or f"新公园{number}", how, *told, shape, "landuse" if row else "", row)
    draft.put((*parks, draft.fitting(park, scene.land, held, beside=parks)))


@acts.acting(KEY)
def add(parks: Sequence[Park]) -> None:
    """Put several parks beside the others, as they are."""
    _, view, _ = state.current()
    held, _ = holdings.read(person.current())
    before = draft.current(view, held).parks
    first = max((int(park.id.removeprefix("新")) for park in before), default=0) + 1
    draft.put((*before, *(replace(park, id=f"新{first + number}") for number, park in enumerate(parks))))


@acts.acting(KEY)
def _pressed(act: str, key: str) -> None:
    """A button of the list: bring a park into sight, or take it away."""
    _, view, _ = state.current()
    held, _ = holdings.read(person.current())
    if act == "drop":
        draft.put(tuple(park for park in draft.current(view, held).parks if park.id != key))
    elif act == "box":
        west, south, east, north = (float(edge) for edge in key.split(","))
        state.move_to(box=(west, south, east, north))


def _choose(scene: caches.Scene, view: View, held: Catalogue) -> None:
    """Open a proposal, or the land as it is."""
    living = draft.living()
    now = now_of(scene, held)
    names = {"": _UNTOUCHED, **{number: _named(one, now) for number, one in living.items()}}
    st.session_state[f"{KEY}_open"] = view.proposal if view.proposal in names else ""
    st.selectbox("方案", list(names), format_func=names.__getitem__, key=f"{KEY}_open", on_change=_open)
    if one := living.get(view.proposal):
        old = proposals.outdated(one, now)
        st.caption(f"{one.person}编制，{one.changed_at.astimezone():%Y-%m-%d %H:%M} 保存。{one.note}")
        if old:
            text = f"结果已过期：{'、'.join(old)}在保存之后有了新版本，以下按现用数据与口径重新计算；再次保存即更新。"
            st.html(html('<div class="panel"><p class="note">{text}</p></div>', text=text))


def _open() -> None:
    draft.begin("")
    state.change(proposal=st.session_state[f"{KEY}_open"])


def _named(one: Kept, now: proposals.Now) -> str:
    return f"{one.name}（结果已过期）" if proposals.outdated(one, now) else one.name


def calibers() -> dict[str, int]:
    """Number of the parameters in force, by the key of the indicator."""
    known, today = measured.versioned()[0], measured.today()
    return {key: known.in_force(key, today).number for key in known.indicators(today)}


def now_of(scene: caches.Scene, held: Catalogue) -> proposals.Now:
    """What proposals are held against."""
    versions = {kind: version.key for kind in DATASETS if (version := measured.counted(held, kind))}
    return proposals.Now(versions, calibers(), proposals.outlines_told(scene.land))


def _tools() -> None:
    """Choose what a click on the map does, and what the next park is."""
    st.segmented_control("在图上", list(MODES), format_func=MODES.__getitem__, key=_MODE, default="look")
    with st.container(horizontal=True):
        st.number_input("面积（平方米）", int(SIZES[0]), int(SIZES[1]), value=_ROOMY, step=500, key=_SIZE)
        names = {code: f"{code} {GREEN_CLASSES[code]}" for code in CLASSES}
        st.selectbox("绿地类别", list(names), index=CLASSES.index("G14"), format_func=names.__getitem__, key=_CLASS)
        st.checkbox("向公众开放", value=True, key=_PUBLIC)
    st.caption("不规则的公园用地图左侧的“画公园”绘制；地块改为公园后，其上的住宅与人口不再计入。")


def _keep(scene: caches.Scene, view: View, held: Catalogue, trying: draft.Draft) -> None:
    """Keep what is tried under a name; change, withdraw or restore what is kept."""
    who = person.current()
    mine = draft.living().get(view.proposal)
    wanted = partial(_wanted, scene, held, trying)
    if trying.parks:
        name, note = _text_keys(trying)
        st.session_state.setdefault(name, mine.name if mine else "")
        st.session_state.setdefault(note, mine.note if mine else "")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("方案名称", key=name, max_chars=80)
            st.text_input("说明", key=note, max_chars=500)
        with st.container(horizontal=True):
            _button("保存为新方案", "save", partial(_save, wanted), who, primary=mine is None)
            if mine:
                _button("保存改动", "change", partial(_change, wanted, mine), who, primary=True)
                _button("撤回方案", "withdraw", partial(_withdraw, mine), who)
    for gone in draft.kept()[0]:
        if gone.withdrawn_at and who and gone.person_id == who.id:
            _button(f"恢复撤回的“{gone.name}”", f"restore{gone.id}", partial(_restore, gone), who)


def _text_keys(trying: draft.Draft) -> tuple[str, str]:
    """Keys of the fields for name and note: each proposal has its own, which begin with what is kept of it."""
    return f"{KEY}_name_{trying.of}", f"{KEY}_note_{trying.of}"


def _button(label: str, key: str, act: acts.Act, who: Person | None, *, primary: bool = False) -> None:
    st.button(
        label,
        key=f"{KEY}_{key}",
        type="primary" if primary else "secondary",
        disabled=not may(who, "propose"),
        on_click=partial(acts.press, KEY, act),
    )


def _wanted(scene: caches.Scene, held: Catalogue, trying: draft.Draft) -> Wanted:
    asks = [Ask(key, row, by, "zone") for key, row in measured.table()[0].items() for by in BY]
    kinds = {"entrances", *(kind for one in asks for kind in one.kinds)}  # gates: where walks begin, if there are any
    found = {kind: measured.counted(held, kind) for kind in sorted(kinds)}
    versions = {kind: version.key if version else "" for kind, version in found.items()}
    versions[proposals.OUTLINES] = proposals.outlines_told(scene.land)
    name, note = (str(st.session_state.get(key, "")) for key in _text_keys(trying))
    return Wanted(name, note, trying.parks, versions, calibers())


def _save(wanted: Callable[[], Wanted], store: Store, who: Person | None) -> str:
    one = proposals.save(store, who, wanted())
    draft.begin(str(one.id))
    state.change(proposal=str(one.id))
    return f"已保存方案“{one.name}”。"


def _change(wanted: Callable[[], Wanted], mine: Kept, store: Store, who: Person | None) -> str:
    one = proposals.change(store, who, mine.id, draft=wanted(), seen=mine.revision)
    draft.begin(str(one.id))
    return f"已保存方案“{one.name}”的改动。"


def _withdraw(mine: Kept, store: Store, who: Person | None) -> str:
    proposals.withdraw(store, who, mine.id, seen=mine.revision)
    draft.begin("")
    state.change(proposal="")
    return f"已撤回方案“{mine.name}”，可以恢复。"


def _restore(gone: Kept, store: Store, who: Person | None) -> str:
    one = proposals.restore(store, who, gone.id, seen=gone.revision)
    state.change(proposal=str(one.id))
    return f"已恢复方案“{one.name}”。"


def side_by_side(scene: caches.Scene, held: Catalogue) -> tuple[list[str], list[tuple[Indicator, Side]]]:
    """The land as it is and the latest proposals by name; for each main indicator a figure of each, for the zone."""
    living = list(draft.living().values())[-_MOST_COMPARED:]
    parks = [(), *(draft.parks_of(one, held)[0] for one in living)]
    rows = [
        (row, [_zone(scene, held, Ask(key, row, "land", "zone"), some) for some in parks])
        for key, row in measured.main().items()
    ]
    now = now_of(scene, held)
    return [_UNTOUCHED, *(_named(one, now) for one in living)], rows


def _zone(scene: caches.Scene, held: Catalogue, ask: Ask, parks: tuple[Park, ...]) -> "pd.Series[float] | None":
    found = _figures(scene, held, ask, parks)
    return None if found is None or found.empty else found.iloc[0]
