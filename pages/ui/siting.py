"""选址推荐: where the next parks serve most, at once while one looks, and proven by a press; then a proposal."""

from collections.abc import Mapping
from concurrent.futures import CancelledError as NeverBegunError
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import streamlit as st
from markupsafe import Markup

from geodata.candidates import LEAST_M2, MOST, Wanted
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.landuse_codes import CURRENT, codes
from geodata.measures import optimum
from geodata.measures.shared import fingerprint
from geodata.measures.siting import Choice, Reach, greedy
from geodata.parks import SIZES, Park
from geodata.watch import CancelledError
from geodata.work import Work, begin
from layers import siting as shown
from layers.text import html, joined
from layers.view import View
from pages.ui import acts, draft, figure_files, person, problems, proposals, siting_files, siting_read
from pages.ui.panel import panel
from pages.ui.siting_read import Question

KEY = "siting"
OPEN = f"{KEY}_open"
_USUAL_M = 500
BEST = f"{KEY}_best"
_AT_ONCE, _POLL_S = 0.4, 0.5
_STOPPED = "已停止，未证明为最优"


@dataclass(frozen=True)
class Proof:
    """The optimum that was asked for, found or being looked for."""

    of: str
    work: Work


def section(view: View, held: Catalogue) -> None:
    """Offer all of it, folded away; nothing is computed before somebody unfolds it."""
    folded = st.expander("选址推荐：下一批公园放在哪里", key=OPEN, on_change="rerun")
    with folded, problems.part("选址推荐"):
        if not folded.open:
            return
        acts.said(KEY)
        tables = draft.tables(held, siting_read.KINDS)
        if said := siting_read.lacking(held, tables):
            st.caption(said)
        else:
            of = _answer(view, held, _asked(tables))
            if (proof := _proof()) and proof.of != of:
                proof.work.cancel()  # nobody waits for it any more


def _asked(tables: Mapping[str, gpd.GeoDataFrame]) -> Question:
    """Ask what is wanted."""
    wanted = _wanted(tables)
    with st.container(horizontal=True):
        count = int(st.number_input("新增数量", 1, siting_read.MOST_SITES, value=3, key=f"{KEY}_count"))
        goal = st.selectbox(
            "目标：新增服务的", list(shown.GOALS), format_func=shown.GOALS.__getitem__, key=f"{KEY}_goal"
        )
        least, most = siting_read.METRES
        metres = float(st.number_input("服务距离（米）", least, most, value=_USUAL_M, step=50, key=f"{KEY}_metres"))
    own = st.checkbox("以当前方案中的公园为候选（否则视为在建，不再重复计）", key=f"{KEY}_own")
    return Question(wanted, count, goal, metres, own, draft.tried())


def _answer(view: View, held: Catalogue, question: Question) -> str:
    """Show the quick choice, or the proven one once it is asked for; name what could be proven, "" where nothing is."""
    sites, more = siting_read.sites(held, question)
    if sites.empty:
        st.caption(siting_read.NONE)
        return ""
    try:
        reach = siting_read.reach_of(held, sites, question)
    except DashboardError as error:
        st.html(html('<div class="panel"><p class="problem" role="alert">{text}</p></div>', text=str(error)))
        return ""
    if more:
        st.caption(f"候选较多，只看最大的 {MOST} 处，另有 {more} 处未参与。")
    quick = greedy(reach, question.count)
    if shown.worthwhile(quick, question.goal).empty:
        st.caption("没有能新增服务的候选地块，请放宽类别或面积。")
        return ""
    places = fingerprint(sites.geometry.to_numpy())
    key = f"{question.count} {question.goal} {siting_read.content_of(reach)} {places}"
    best = _best(key, reach, question, quick)
    choice = best or quick
    gains = shown.worthwhile(choice, question.goal)
    if why := shown.fewer(len(gains), question.count):
        st.caption(why)
    out = _files(view, held, question, proven=best is not None)
    panel(joined((shown.ranked(gains, sites, question.goal), out)), key="sites")
    st.button("生成方案", key=f"{KEY}_propose", type="primary", on_click=partial(_propose, sites.loc[gains.index]))
    return key


def _files(view: View, held: Catalogue, question: Question, *, proven: bool) -> Markup:
    """Links to the ranking as a file; parks nobody has kept cannot stand in a link."""
    if question.tried and draft.current(view, held).changed:
        return html('<p class="hint">正在试的公园还没有保存：保存方案后可导出选址结果。</p>')
    query = view.to_query() | siting_files.link(question, proven=proven)
    return figure_files.links(siting_files.FILES, query, siting_read.used(held, question), person.current())


def _best(key: str, reach: Reach, question: Question, quick: Choice) -> Choice | None:
    """Offer to prove the choice, and say how that goes; the best one once it is found."""
    proof = _proof()
    proof = proof if proof and proof.of == key else None
    if proof and proof.work.busy:
        _under_way()
        st.caption(siting_read.said(quick, None, question.goal))
        return None
    found, why = _found(proof) if proof else (None, "")
    best = siting_read.best(reach, question.count, found) if found else None
    begun = partial(_prove, key, reach, question.count)
    st.button("求最优", key=f"{KEY}_optimum", on_click=begun, disabled=best is not None)
    st.caption(why or siting_read.said(quick, best, question.goal))
    return best


def _proof() -> Proof | None:
    proof: Proof | None = st.session_state.get(BEST)
    return proof


def _found(proof: Proof) -> tuple[Choice | None, str]:
    """What came of it: the choice, or why there is none."""
    try:
        return proof.work.future.result(), ""
    except (CancelledError, NeverBegunError):
        said = proof.work.progress[1]
        return None, f"{_STOPPED}{f'，{said}' if said else ''}。以下是逐个选取的结果。"
    except DashboardError as error:
        return None, str(error)


def _prove(key: str, reach: Reach, count: int) -> None:
    """Look for the best choice in a process of its own; where that takes no time, the page shows it at once."""
    work = begin(lambda watch: optimum.prove(reach, count, watch=watch))
    st.session_state[BEST] = Proof(key, work)
    work.wait(_AT_ONCE)


@st.fragment(run_every=_POLL_S)
def _under_way() -> None:
    """Ask again and again how far it is, without running the page."""
    proof = _proof()
    if proof is None or not proof.work.busy:
        st.rerun()
    share, said = proof.work.progress
    gone = f"已用 {share * optimum.LIMIT_S:.0f} 秒，最多 {optimum.LIMIT_S:.0f} 秒" if share else "准备…"
    st.progress(share, f"正在求最优：{gone}{f'，{said}' if said else ''}")
    st.button("停止求最优", key=f"{KEY}_stop", on_click=proof.work.cancel)


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
