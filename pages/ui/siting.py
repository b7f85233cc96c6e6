"""选址推荐: where the next parks serve most, at once while one looks, and proven by a press; then a proposal."""

import hashlib
import json
from collections.abc import Mapping
from functools import partial

import geopandas as gpd
import streamlit as st

from geodata.candidates import LEAST_M2, MOST, Wanted, candidates
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError, MeasureError
from geodata.indicators import Indicator
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT, codes
from geodata.measures import siting
from geodata.measures.inputs import By, demand, sources
from geodata.measures.siting import Choice, Reach
from geodata.parks import SIZES, Park
from layers import siting as shown
from layers.text import html
from pages.ui import acts, caches, draft, measured, problems, proposals
from pages.ui.measured import Ask
from pages.ui.panel import panel

KEY = "siting"
OPEN = f"{KEY}_open"
_KINDS = {"landuse", "supplied", "plots", "controls", "green"}
_MOST_SITES = 20
_USUAL_M = 500


def section(held: Catalogue, ask: Ask) -> None:
    """Offer all of it, folded away; nothing is computed before somebody unfolds it."""
    folded = st.expander("选址推荐：下一批公园放在哪里", key=OPEN, on_change="rerun")
    with folded, problems.part("选址推荐"):
        if not folded.open:
            return
        acts.said(KEY)
        tables = draft.tables(held, _KINDS)
        if said := _lacking(held, tables):
            st.caption(said)
        else:
            _choose(held, ask, tables)


def _lacking(held: Catalogue, tables: Mapping[str, gpd.GeoDataFrame]) -> str:
    """What there is too little of, or what is not of one sort; "" where all is there."""
    if {"landuse", "green"} - tables.keys():
        return "无数据：缺少现状用地或绿地、公园，请在“数据”页导入。"
    return held.mixture(sorted(_KINDS))


def _choose(held: Catalogue, ask: Ask, tables: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Ask what is wanted, and show the quick choice and the proven one."""
    wanted = _wanted(tables)
    with st.container(horizontal=True):
        count = int(st.number_input("新增数量", 1, _MOST_SITES, value=3, key=f"{KEY}_count"))
        goal = st.selectbox(
            "目标：新增服务的", list(shown.GOALS), format_func=shown.GOALS.__getitem__, key=f"{KEY}_goal"
        )
        metres = float(st.number_input("服务距离（米）", 50, 2000, value=_USUAL_M, step=50, key=f"{KEY}_metres"))
    own = st.checkbox("以当前方案中的公园为候选（否则视为在建，不再重复计）", key=f"{KEY}_own")
    sites, more = candidates(tables, wanted, own=draft.tried() if own else ())
    if sites.empty:
        st.caption("没有符合条件的候选地块，请放宽类别或面积。")
        return
    try:
        reach = _reach(held, ask, sites, (goal, metres, own))
    except DashboardError as error:
        st.html(html('<div class="panel"><p class="problem" role="alert">{text}</p></div>', text=str(error)))
        return
    if more:
        st.caption(f"候选较多，只看最大的 {MOST} 处，另有 {more} 处未参与。")
    _answer(reach, sites, count=count, goal=str(goal))


def _answer(reach: Reach, sites: gpd.GeoDataFrame, *, count: int, goal: str) -> None:
    quick = siting.greedy(reach, count)
    if quick.gains.empty:
        st.caption("没有能新增服务的候选地块，请放宽类别或面积。")
        return
    key = json.dumps([count, goal, _content(reach), _key(sites.geometry)])
    best = st.session_state.get(f"{KEY}_best", {}).get(key)
    choice = best or quick
    st.button("求最优", key=f"{KEY}_optimum", on_click=partial(_prove, reach, count, key), disabled=best is not None)
    st.caption(_said(quick, best, goal))
    panel(shown.ranked(choice, sites, goal), key="sites")
    st.button(
        "生成方案", key=f"{KEY}_propose", type="primary", on_click=partial(_propose, sites.loc[choice.gains.index])
    )


def _said(quick: Choice, best: Choice | None, goal: str) -> str:
    """How good the choice is."""
    if best is None:
        return "逐个选取（贪心），未证明为最优。"
    more = best.total - quick.total
    proven = "已证明为最优" if best.proven else f"限时内未能证明，上限 {shown.amount(best.bound, goal)}"
    beside = f"比逐个选取多 {shown.amount(more, goal)}" if more > quick.total * 1e-6 else "与逐个选取相同"
    return f"{proven}，{beside}。"


def _prove(reach: Reach, count: int, key: str) -> None:
    st.session_state[f"{KEY}_best"] = {key: siting.optimum(reach, count)}


def _propose(rows: gpd.GeoDataFrame) -> None:
    """Put the sites on the map as parks of what is tried."""
    kept = rows[(rows["table"] != "").to_numpy(bool)]
    told = zip(kept["name"], kept.geometry, kept["table"], kept["id"], strict=True)
    parks = [
        Park(f"新{place}", f"{name}改公园", "plot", "G14", public=True, shape=shape, table=table, row=str(key))
        for place, (name, shape, table, key) in enumerate(told, start=1)
    ]
    proposals.add(parks)
    acts.say(KEY, "note", f"已把 {len(parks)} 处放到图上，请在“方案比选”中命名保存。")


def _wanted(tables: Mapping[str, gpd.GeoDataFrame]) -> Wanted:
    names = codes(CURRENT)["name"]
    found = tables["landuse"]["code"].astype("string").str[:2].value_counts().sort_index()
    classes = {str(code): f"{code} {names.get(str(code), '')}（{number} 处）" for code, number in found.items()}
    usual = [code for code in ("16",) if code in classes]
    picked = st.multiselect(
        "候选用地", list(classes), default=usual, format_func=classes.__getitem__, key=f"{KEY}_classes"
    )
    idle = "supplied" in tables and st.checkbox("闲置、低效的供地", key=f"{KEY}_idle")
    with st.container(horizontal=True):
        least = st.number_input(
            "最小面积（平方米）", int(LEAST_M2), int(SIZES[1]), value=int(LEAST_M2), key=f"{KEY}_least"
        )
        most = st.number_input("最大面积（平方米）", int(LEAST_M2), int(SIZES[1]), value=50_000, key=f"{KEY}_most")
    return Wanted(tuple(picked), bool(idle), float(least), float(most))


def _served() -> Indicator:
    """The indicator whose parks and homes are meant: 500米见园, or the first that is straight."""
    table, _ = measured.table()
    return table.get("park500") or next(row for row in table.values() if row.how == "straight")


def _content(reach: Reach) -> str:
    """Digest of what each site serves: what was proven for one distance is not proven for another."""
    parts = (reach.weights, reach.serves.indptr, reach.serves.indices, reach.serves.data)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def _key(shapes: gpd.GeoSeries) -> str:
    return hashlib.sha256(b"".join(shapes.to_wkb())).hexdigest()


def _reach(held: Catalogue, ask: Ask, sites: gpd.GeoDataFrame, how: tuple[str, float, bool]) -> Reach:
    """What each site newly serves; parks that are there, and those of what is tried, serve already."""
    goal, metres, own = how
    by: By = goal  # type: ignore[assignment]  # a key of GOALS is one of BY
    asked = Ask(ask.key, _served(), by, "zone")
    if lacking := set(asked.kinds) - set(measured.versions(held, asked)):
        names = "、".join(DATASETS[kind].label for kind in sorted(lacking))
        where = "选址推荐"
        raise MeasureError(where, f"缺少{names}数据", "请在“数据”页导入，或改选其他目标")
    inputs = measured.inputs(held, asked)
    rows, parks = demand(asked.indicator, inputs, by=by), sources(asked.indicator.sources, inputs)
    tried = () if own else draft.tried()
    shapes = [*parks.geometry, *(park.shape for park in tried)]
    locked = gpd.GeoDataFrame(geometry=shapes, crs=rows.crs)
    digests = [version.digest for version in measured.versions(held, asked).values()]
    name = json.dumps(
        [digests, asked.indicator.model_dump(mode="json"), how, _key(sites.geometry), _key(locked.geometry)]
    )

    def compute() -> Reach:
        if by == "land":
            return siting.reach_of_land(rows, sites, distance=metres, locked=locked)
        weights = rows[goal].astype(float)
        return siting.reach_of_rows(rows, sites, distance=metres, weights=weights, locked=locked)

    return caches.computed(f"reach {name}", compute)
