"""总览: the whole layout at a glance, by theme; a click opens the card of anything."""

import streamlit as st

from geodata.items import THEMES
from layers.summary import summary
from layers.text import joined
from pages.ui import controls, exports, first_start, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import card_of, panel

scene, view, wrong_link = state.current()

with st.container(key="stage"):
    left, right = st.columns([3, 1])
    with left, st.container(key="mapbox"), problems.part("地图"):
        map_view(scene, view)
    with right, st.container(key="side"):
        with problems.part("首次使用"):
            first_start.ask(scene.land, scene.config)
        with problems.part("专题切换"):
            controls.period(scene, view)
            controls.choice("专题", "theme", THEMES, view.theme)
        with problems.part("导出"):
            exports.offer(scene, view.theme)
        with problems.part("信息栏"):
            said = problems.listed((*wrong_link, *scene.problems))
            content = card_of(scene, view) if view.selection else summary(scene.land, scene.styles, view.theme)
            panel(joined((said, content)))
