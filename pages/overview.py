"""总览: the whole layout at a glance, by theme; a click opens the card of anything."""

import streamlit as st

from geodata.schema import THEMES
from layers import card
from layers.text import joined
from pages.ui import caches, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import panel

scene = caches.scene()
items = scene.land.items
view, wrong_link = state.current(items.index)

with st.container(key="stage"):
    left, right = st.columns([3, 1])
    with left, problems.part("地图"):
        map_view(scene, view)
    with right:
        with problems.part("专题切换"):
            st.session_state["theme"] = view.theme
            st.segmented_control(
                "专题",
                list(THEMES),
                format_func=THEMES.__getitem__,
                key="theme",
                required=True,
                label_visibility="collapsed",
                on_change=lambda: state.show_theme(items.index, st.session_state["theme"]),
            )
        with problems.part("信息栏"):
            said = problems.listed((*wrong_link, *scene.problems))
            if view.selection:
                content = card.card(scene.land, scene.styles, view.selection[0], state.overlap(view))
            else:
                content = card.summary(scene.land, scene.styles, view.theme)
            panel(joined((said, content)))
