"""绿地与公园: indicators of green for any unit, on the map and in figures that say what they rest on."""

import streamlit as st

from pages.ui import (
    calibers,
    draft,
    green,
    green_parts,
    holdings,
    person,
    problems,
    proposal_files,
    proposals,
    siting,
    state,
    waiting,
)
from pages.ui.map_view import map_view
from pages.ui.panel import panel

scene, view, wrong_link = state.current()
who = person.current()
held, lost = holdings.read(who)
ask, unknown = green.asked(view)
trying = draft.current(view, held)
part = green_parts.part_of(view)

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    with right:
        wide = st.container(key="wide")
    with wide:
        if said := problems.listed((*wrong_link, *lost, *unknown, *trying.problems)):
            panel(said, key="said")
        work = green.named(scene, held, ask)
        going = not waiting.stopped(work)
        wait = waiting.Wait(work, green.steps())
    with left, st.container(key="mapbox"), problems.part("地图"), wait.step("地图"):
        draw = green.draw if part == green_parts.COVERAGE else green_parts.draw
        if not (going and draw(scene, view, held, ask)):
            map_view(scene, view, ())
    with wide:
        if going:
            with problems.part("主要指标"):
                green.headline(scene, view, held, wait)
        with problems.part("口径"):
            green.parameters(ask, who)
        with problems.part("口径沿革"):
            calibers.history(view, ask, who)
        if going:
            with problems.part("与上次相比"), wait.step("与上次相比"):
                calibers.compared(scene, view, held, ask)
            with problems.part("方案比选"), wait.step("方案比选"):
                proposals.section(scene, view, held, ask)
                proposal_files.section(scene, view, held)
                siting.section(view, held)
        with problems.part("显示"):
            green_parts.choice(view)
        if going:
            with problems.part("统计"), wait.step("各单元统计"):
                read = green.figures if part == green_parts.COVERAGE else green_parts.figures
                read(scene, view, held, ask)
            with problems.part("道路"), wait.step("道路连通"):
                green.streets(held, ask)
        wait.end()
