"""The page 绿地与公园: which indicator is read, its figures, its map."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st
from markupsafe import Markup

from geodata import reporting
from geodata.access import Person
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError, LinkError
from geodata.indicators import MOST_M, MOST_M2, SHOWN, Indicator
from geodata.measures.inputs import BY
from geodata.measures.reading import shown
from geodata.parameters import exact, with_bands
from geodata.parks import Park
from geodata.versions import narrowest
from layers import measures, results, unreached
from layers.text import NO_DATA, html, joined
from layers.view import View
from pages.ui import acts, caches, calibers, draft, file_options, finding_map, green_parts, measured, proposals, whatif
from pages.ui.map_view import map_view
from pages.ui.measured import Ask
from pages.ui.panel import panel
from pages.ui.waiting import Wait

_TRIED = (
    ("最小面积（平方米）", "least_m2", (0.0, float(MOST_M2))),
    ("距离（米）", "distance_m", (1.0, float(MOST_M))),
)


def asked(view: View) -> tuple[Ask, tuple[DashboardError, ...]]:
    """What the link asks for; an indicator it names that is none is said."""
    table, problems = measured.table()
    key = view.measure if view.measure in table else next(iter(table))
    wrong = LinkError(f"链接中的 ind={view.measure}", "没有这个指标，已改为第一个", "请从页面上另选一个")
    ask = measured.asked(view, key, _tried(key, table[key]))
    return ask, (*problems, *((wrong,) if view.measure and view.measure not in table else ()))


def headline(scene: caches.Scene, view: View, held: Catalogue, wait: Wait) -> None:
    """The main figures of the whole zone, each a button that opens it."""
    current = asked(view)[0].key
    told = []
    for key, row in measured.main().items():
        with wait.step(row.name):
            told.append((key, row, _whole(scene, held, Ask(key, row, "land", "zone"), draft.tried())))
    tried = f"以下含 {len(draft.tried())} 处尚未实施的新公园，增减见“方案比选”。" if draft.tried() else ""
    note = html('<p class="note">{text}</p>', text=tried) if tried else Markup("")
    panel(joined((note, measures.cards(told, current))), key="cards")


def steps() -> int:
    """How many steps the page takes: the main figures, and the map, comparison, proposals, units, streets."""
    return len(measured.main()) + 5


def named(scene: caches.Scene, held: Catalogue, ask: Ask) -> str:
    """Name what the page shows: the question, the data."""
    digests = sorted(version.digest for version in measured.versions(held, ask).values())
    return f"{ask} {measured.units_key(scene, held, ask.per)} {digests}"


def parameters(ask: Ask, who: Person | None) -> None:
    """Choose indicator, units and what is counted; try other distances and sizes, and adopt them."""
    table, _ = measured.table()
    with st.container(key="measure_choice", horizontal=True):
        measured.select(
            "指标", "measure", {key: f"{row.name}（{SHOWN[row.shown]}）" for key, row in table.items()}, ask.key
        )
        measured.select("统计单元", "per", reporting.PER, ask.per)
        if ask.indicator.sources.bands:
            measured.select("按", "by", {str(key): label for key, label in BY.items()}, ask.by)
    if not ask.indicator.sources.bands:
        return
    acts.said(calibers.KEY)
    with st.expander("试算：改变最小面积与距离"):
        for fields, band in zip(_fields(ask.key, ask.indicator), ask.indicator.sources.bands, strict=True):
            with st.container(horizontal=True):
                for label, name, (least, most) in _TRIED:
                    number = st.session_state[fields[name]] = float(getattr(band, name))
                    st.number_input(label, least, most, step=1.0, format=_shown(number), key=fields[name])
        calibers.form(ask, who)


def figures(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> None:
    """The table of units, what it rests on, a sentence to copy, and the land that is not reached."""
    if mixed := held.mixture(ask.kinds):
        panel(measures.missing(ask.indicator, (), mixed), key="figures")
        return
    try:
        answer = whatif.answer(scene, held, ask, draft.tried())
    except DashboardError as error:
        panel(html('<p class="problem" role="alert">{text}</p>', text=str(error)), key="figures")
        return
    if answer.missing:
        panel(measures.missing(ask.indicator, answer.missing, ""), key="figures")
        return
    units = measured.units(scene, held, ask.per)
    told = whatif.told(measured.rests_on(scene, held, ask), draft.tried())
    overlap = reporting.overlap(ask.per)
    rows = measures.table(ask.indicator, units, answer.figures, by=ask.by, overlap=overlap)
    before = _before(scene, held, ask)
    without = html('<p class="note">{text}，未计入。</p>', text=told.untold) if told.untold else Markup("")
    panel(joined((rows, without, before, measures.definition(ask.indicator, told))), key="figures")
    _sentence(ask, (units, answer.figures), told)
    if ask.by == "land" and ask.indicator.sources.bands:
        left = whatif.left(scene, held, ask, draft.tried())
        panel(unreached.unreached(left, on_foot=ask.indicator.how == "walking"), key="left")
    file_options.offer()
    names = ("units", "left") if ask.indicator.sources.bands else ("units",)
    panel(green_parts.files_of(view, ask, names, measured.versions(held, ask).values()), key="out")


def streets(held: Catalogue, ask: Ask) -> None:
    """Say how much land lies on streets that are drawn apart from the others: walking distances there are too long."""
    ask = replace(ask, by="land")
    if ask.indicator.how != "walking" or held.mixture(ask.kinds) or set(ask.kinds) - set(measured.versions(held, ask)):
        return
    try:
        found = measured.cut_off(held, ask)
    except DashboardError:
        return  # the figures say why
    if len(found):
        panel(unreached.cut_off(found), key="streets")


def draw(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Draw the land by how much of it is reached; whether there is anything to draw."""
    needed = replace(ask, by="land", per="zone")
    found = measured.versions(held, needed)
    if not ask.indicator.sources.bands or held.mixture(needed.kinds) or set(needed.kinds) - set(found):
        return False
    told = f"{caches.tables_state()} {measured.told(held, needed)} {ask.indicator.model_dump_json()}"
    audience = narrowest(found.values())
    synthetic = any(version.synthetic for version in found.values())
    others = tuple(version.digest for kind, version in found.items() if kind != "landuse")
    finding = results.Found(ask.indicator.name, found["landuse"].digest, told, audience, synthetic, others=others)
    try:
        inputs = measured.inputs(held, needed)
        land = finding_map.dataset(scene, finding, lambda: shown(ask.indicator, inputs))
    except DashboardError:
        return False  # the figures say why
    map_view(scene, view, (), dataset=proposals.placing(land, marks=whatif.on_map(scene, held, needed, finding)))
    return True


def _whole(scene: caches.Scene, held: Catalogue, ask: Ask, parks: tuple[Park, ...] = ()) -> str:
    """The figure of the whole zone, or 无数据."""
    if held.mixture(ask.kinds):
        return NO_DATA
    try:
        answer = whatif.answer(scene, held, ask, parks)
    except DashboardError:
        return NO_DATA
    return NO_DATA if answer.missing else measures.value(ask.indicator, answer.figures.iloc[0])


def _sentence(ask: Ask, found: tuple[gpd.GeoDataFrame, pd.DataFrame], told: measures.Told) -> None:
    units, rows = found
    names = {str(key): str(name) for key, name in units["name"].items()}
    key = st.selectbox("复制结论", list(names), format_func=names.__getitem__, key="sentence_of")
    if text := measures.sentence(ask.indicator, names[key], rows.iloc[list(names).index(key)], told, by=ask.by):
        st.code(text, language=None, wrap_lines=True)


def _before(scene: caches.Scene, held: Catalogue, ask: Ask) -> Markup:
    """The figure before the parameters were changed, beside the new one."""
    usual = measured.table()[0][ask.key]
    if usual == ask.indicator:
        return Markup("")
    old, new = (_whole(scene, held, replace(ask, indicator=one, per="zone")) for one in (usual, ask.indicator))
    return html('<p class="note">试算：全区由 {old} 变为 {new}；未采用。</p>', old=old, new=new)


def _shown(number: float) -> str:
    """How a field writes a number: with all its decimals."""
    return f"%.{len(exact(number).partition('.')[2])}f"


def _fields(key: str, indicator: Indicator) -> list[dict[str, str]]:
    """Field of each size and distance, band by band; where other parameters come into force, nothing is tried yet."""
    number = measured.caliber(key).number
    return [
        {name: f"{name}_{key}_{place}_{number}" for _, name, _ in _TRIED}
        for place in range(len(indicator.sources.bands))
    ]


def _tried(key: str, indicator: Indicator) -> Indicator:
    """The indicator with the sizes and distances that are being tried."""
    told = [
        {name: float(st.session_state.get(field, getattr(band, name))) for name, field in fields.items()}
        for fields, band in zip(_fields(key, indicator), indicator.sources.bands, strict=True)
    ]
    return with_bands(indicator, told)
