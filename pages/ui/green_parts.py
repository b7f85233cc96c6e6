"""The parts of 绿地与公园 beside the coverage: distances, straight lines beside walks, the kinds of green."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import streamlit as st
from markupsafe import Markup

from geodata import green_kinds, reporting
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.items import SCHEMATIC
from geodata.measures import distances
from geodata.measures.inputs import sources
from geodata.versions import DEMONSTRATION, Version, narrowest
from layers import green
from layers.results import Found
from layers.style import coverage
from layers.text import html, joined
from layers.view import View
from pages.ui import (
    caches,
    draft,
    figure_files,
    file_options,
    finding_map,
    green_files,
    green_read,
    measured,
    person,
    proposals,
    state,
    whatif,
)
from pages.ui.dataset_map import Focus, marked
from pages.ui.map_view import map_view
from pages.ui.measured import Ask
from pages.ui.panel import panel

COVERAGE = "coverage"
_PART = "green_part"
_NO_SHORE = "岸线分类长度：无数据，没有与绿地同类来源、带岸线分类（严格保护、限制开发、优化利用）的海岸线。"
_SHORE = "统计单元内（含界线外 50 米）的海岸线长度；占比以海岸线全长为 100%。"
_FAINT = "33"
"""After a colour: a fifth of it."""
Written = list[Markup]
Names = tuple[str, ...]
"""Of files."""


def part_of(view: View) -> str:
    """The part of the page that the link asks for."""
    return view.part if view.part in PARTS else COVERAGE


def choice(view: View) -> None:
    """Choose what is shown, on the map and beside it."""
    st.session_state[_PART] = part_of(view)
    st.segmented_control(
        "显示",
        list(PARTS),
        format_func=PARTS.__getitem__,
        key=_PART,
        label_visibility="collapsed",
        on_change=lambda: state.change(part=st.session_state[_PART] or "", focus=""),
    )


def figures(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> None:
    """Show the part that is asked for, with its files."""
    try:
        written, names, used = _WRITE[part_of(view)](scene, view, held, ask)
    except DashboardError as error:
        panel(_said(str(error)), key="part")
        return
    out = files_of(view, ask, names, used) if names else Markup("")
    if names:
        file_options.offer()
    demo = any(version.synthetic for version in used)
    note = html('<p class="note demo">{text}</p>', text=DEMONSTRATION) if demo else Markup("")
    with_parks = _hint(f"含尚未实施的新公园 {len(draft.tried())} 处。" if draft.tried() else "")
    panel(joined((note, with_parks, *written, out)), key="part")


def files_of(view: View, ask: Ask, names: Iterable[str], used: Iterable[Version]) -> Markup:
    """Links to files of these names; what is tried is not in them, and that is said."""
    files, query = {name: green_files.FILES[name] for name in names}, view.to_query() | green_files.options(ask)
    said = _hint(
        "正在试算方案：导出的文件按未改动的数据计算；已保存方案的指标数值可从“方案比选”导出。" if draft.tried() else ""
    )
    return joined((said, figure_files.links(files, query, used, person.current())))


def draw(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    """Draw the part that is asked for; whether there is anything to draw."""
    try:
        return _DRAW[part_of(view)](scene, view, held, ask)
    except DashboardError:
        return False  # the figures say why


Part = Callable[[caches.Scene, View, Catalogue, Ask], tuple[Written, Names, tuple[Version, ...]]]


def _nearest(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> tuple[Written, Names, tuple[Version, ...]]:
    if why := _problem_of(held, ask):
        return [why], (), ()
    rows = green_read.graded(held, ask, draft.tried())
    told = green.distances(rows, (green_read.things(ask)[1], ask.indicator.how), scene.styles, focus=view.focus)
    slope = [_hint(green.NO_SLOPE)] if ask.indicator.how == "walking" else []
    return (
        [told, *slope, _data(held, ask)],
        ("nearest",),
        tuple(measured.versions(held, ask).values()),
    )


def _both(scene: caches.Scene, _view: View, held: Catalogue, ask: Ask) -> tuple[Written, Names, tuple[Version, ...]]:
    straight, walking = green_read.ways(ask)
    if why := _problem_of(held, walking):
        return [why], (), ()
    units = measured.units(scene, held, ask.per)
    first, second = (whatif.answer(scene, held, one, draft.tried()) for one in (straight, walking))
    if gone := second.missing or first.missing:
        return [_said(f"无数据：缺少{'、'.join(gone)}，请在“数据”页导入。")], (), ()
    found = green_read.straight_only(held, ask, draft.tried())
    written = [green.both(ask.indicator, units, first.figures, second.figures), green.straight_only(found)]
    return [*written, _data(held, walking)], ("ways", "straight_only"), _versions(held, walking)


def _kinds(scene: caches.Scene, _view: View, held: Catalogue, ask: Ask) -> tuple[Written, Names, tuple[Version, ...]]:
    version, units = held.current("green"), measured.units(scene, held, ask.per)
    if version is None or units.empty:
        lacks = "绿地、公园" if version is None else f"界线（{reporting.PER[ask.per]}）"
        return [_said(f"无数据：缺少{lacks}，请在“数据”页导入。")], (), ()
    if mixed := held.mixture([one.kind for one in green_read.used(held, ask.per)]):
        return [_said(f"{mixed}。")], (), ()
    by_kind, by_class = green_read.areas(scene, held, ask.per, of=(version, draft.tried()))
    table, why, _ = green_read.kinds(held)
    labels = {key: kind.name for key, kind in table.items() if key != green_kinds.REST}
    five = by_kind[[key for key in labels if key in by_kind]]
    vague = bool((units["basis"] == SCHEMATIC).any())
    classes = {key: label for key, label in green_kinds.CLASSES.items() if key in by_class}
    written = [
        html("<h3>五类绿色的构成</h3>"),
        green.kinds(five, units, labels, scene.styles),
        green.kinds_table(five, units, labels, schematic=vague),
        _hint(f"占比以五类之和为 100%；{table[green_kinds.REST].name}不在其中。"),
        _hint(why),
        html("<h3>各类绿地面积（CJJ/T 85-2017）</h3>"),
        green.kinds_table(by_class, units, classes, schematic=vague),
        _hint(f"{green_kinds.SOURCE}。数据：{measured.named(green_read.used(held, ask.per))}。"),
        *_shore(scene, held, ask.per, schematic=vague),
    ]
    return written, ("kinds", "classes"), green_read.used(held, ask.per)


def _shore(scene: caches.Scene, held: Catalogue, per: str, *, schematic: bool) -> Written:
    """Lengths of the coastline by class, or that nobody has told them."""
    found, labels = green_read.shore(scene, held, per)
    if found.empty:
        return [_hint(_NO_SHORE)]
    units = measured.units(scene, held, per)
    table = green.kinds_table(found, units, labels, schematic=schematic, unit="公里")
    return [html("<h3>岸线分类长度</h3>"), table, _hint(_SHORE)]


def _draw_nearest(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    labels = {key: label for key, (_, label) in distances.NEAR.items()} | {"source": "绿地、设施"}
    return _draw_rows(scene, view, (held, ask), labels, partial(green_read.graded, held, ask))


def _draw_both(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> bool:
    walking = green_read.on_land(ask)
    return _draw_rows(scene, view, (held, walking), distances.BOTH, partial(green_read.both_ways, held, ask))


def _draw_rows(
    scene: caches.Scene,
    view: View,
    of: tuple[Catalogue, Ask],
    labels: Mapping[str, str],
    read: Callable[..., gpd.GeoDataFrame],
) -> bool:
    """Draw rows with their classes, over what serves them; `read` takes the parks that are tried."""
    held, ask = of
    if not ask.indicator.sources.bands or green_read.lacking(held, ask):
        return False
    told = f"{part_of(view)} {ask.by} {ask.indicator.model_dump_json()} {measured.told(held, ask)}"

    def drawn() -> gpd.GeoDataFrame:
        parks = sources(ask.indicator.sources, measured.inputs(held, ask)).assign(coverage="source")
        tables = [table[["id", "name", "coverage", "geometry"]] for table in (read(), parks)]
        return gpd.GeoDataFrame(pd.concat(tables), crs=parks.crs).set_index("id")

    used = _versions(held, ask)
    base, *others = used
    audience = narrowest(used)
    title = f"{PARTS[part_of(view)]}：{ask.indicator.name}"
    rest = tuple(version.digest for version in others)
    found = Found(
        title,
        base.digest,
        f"{caches.tables_state()} {told}",
        audience,
        base.synthetic,
        MappingProxyType(dict(labels)),
        rest,
    )
    focus = Focus(view.focus, lambda name: name in (view.focus, "source")) if view.focus in labels else None
    finding = finding_map.dataset(scene, found, drawn, focus=focus)
    map_view(scene, view, (), dataset=proposals.placing(finding, marks=_marks(scene, found, read, focus)))
    return True


def _marks(
    scene: caches.Scene, found: Found, read: Callable[..., gpd.GeoDataFrame], focus: Focus | None
) -> dict[str, str]:
    """Rows whose class is another one with the parks that are tried, in its colour: the file is drawn without them."""
    if not draft.tried():
        return {}
    was, now = (table.set_index("id")["coverage"] for table in (read(), read(draft.tried())))
    both = pd.DataFrame({"was": was, "now": now}).fillna("source")
    fills = {key: coverage(scene.styles, key).fill or "" for key in found.labels}
    colours = {key: fill if focus is None or focus.keep(key) else f"{fill}{_FAINT}" for key, fill in fills.items()}
    changed = both["now"][both["was"] != both["now"]]
    return marked(found.base(scene.config.data_path), {str(key): colours[name] for key, name in changed.items()})


def _draw_kinds(scene: caches.Scene, view: View, held: Catalogue, _ask: Ask) -> bool:
    version = held.current("green")
    if version is None:
        return False
    table, _, _ = green_read.kinds(held)
    used = green_read.used(held, "")
    audience = narrowest(used)
    labels = MappingProxyType({key: kind.name for key, kind in table.items()})
    told = f"kinds {table} {' '.join(one.digest for one in used)}"
    others = tuple(one.digest for one in used if one.key != version.key)
    found = Found("五类绿色", version.digest, told, audience, version.synthetic, labels, others)

    def drawn() -> gpd.GeoDataFrame:
        parts = green_read.sorted_green(held, version)
        names = measured.rows(version)["name"].reindex(parts["row"]).to_numpy()
        return parts.assign(name=names, coverage=parts["kind"])[["name", "coverage", "geometry"]]

    map_view(scene, view, (), dataset=proposals.placing(finding_map.dataset(scene, found, drawn)))
    return True


PARTS: Mapping[str, str] = MappingProxyType(
    {COVERAGE: "达标情况", "nearest": "最近距离", "both": "直线与步行", "kinds": "绿地构成"}
)
"""Parts of the page; the first is the coverage itself."""

_WRITE: Mapping[str, Part] = MappingProxyType({"nearest": _nearest, "both": _both, "kinds": _kinds})
_DRAW: Mapping[str, Callable[[caches.Scene, View, Catalogue, Ask], bool]] = MappingProxyType(
    {"nearest": _draw_nearest, "both": _draw_both, "kinds": _draw_kinds}
)


def _problem_of(held: Catalogue, ask: Ask) -> Markup | None:
    """Why there is nothing to show; None where there is."""
    if not ask.indicator.sources.bands:
        return _said(f"“{ask.indicator.name}”不按距离计算，请另选一个指标。")
    why = green_read.lacking(held, ask)
    return _said(why) if why else None


def _versions(held: Catalogue, ask: Ask) -> tuple[Version, ...]:
    return tuple(measured.versions(held, ask).values())


def _data(held: Catalogue, ask: Ask) -> Markup:
    return _hint(f"数据：{measured.told(held, ask)}；{ask.indicator.definition}。")


def _hint(text: str) -> Markup:
    return html('<p class="hint">{text}</p>', text=text) if text else Markup("")


def _said(text: str) -> Markup:
    return html('<p class="problem" role="alert">{text}</p>', text=text)
