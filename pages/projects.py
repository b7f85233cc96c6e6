"""项目与设施: one list, filtered; list and map are one; what is filtered is what is exported."""

import streamlit as st

from geodata import browse
from layers.summary import stages
from layers.text import html, joined
from pages.ui import controls, exports, file_options, listing, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import card_of, panel
from pages.ui.runs import let_draw

scene, view, wrong_link = state.current()
land = scene.land
rows = browse.filtered(land, view.filter)

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    wide = right.container(key="wide")
    above = wide.container()  # sent after list and map: they are what one waits for
    with wide, problems.part("清单"):
        listing.listing(scene, rows, view)
    with left, st.container(key="mapbox"), problems.part("地图"):
        map_view(scene, view, rows.index)
    if not view.selection:  # else its card is waited for as well
        let_draw()
    with above:
        if said := problems.listed((*wrong_link, *scene.problems)):
            panel(said, key="said")
        with problems.part("筛选"):
            controls.period(scene, view)
            controls.filters(scene.choices, view.filter)
    with wide:
        with problems.part("卡片"):
            if view.selection:
                panel(card_of(scene, view))
            else:
                hint = html('<p class="hint">点清单中的一行或图上的一处，在这里看它的卡片。</p>')
                panel(joined((hint, stages(land, rows) if len(rows) else html(""))))
        with problems.part("导出"):
            panel(exports.links(scene, view.filter, rows=len(rows)), key="exports")
            file_options.offer()
