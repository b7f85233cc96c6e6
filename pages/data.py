"""数据: what is held, in which version, what is missing and what that disables."""

import streamlit as st

from layers import holdings
from layers.text import html
from pages.ui import first_start, person, problems, state
from pages.ui import holdings as held
from pages.ui.panel import panel

scene, view, wrong_link = state.current()
who = person.current()
catalogue, lost = held.read()
chosen = catalogue.find(view.data) if view.data else None

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    with left, st.container(key="mapbox"), problems.part("地图"):
        st.empty()
    with right, st.container(key="wide"):
        if said := problems.listed((*wrong_link, *lost, *held.unknown(catalogue, view))):
            panel(said, key="said")
        with problems.part("首次使用"):
            first_start.ask(scene.land, scene.config)
        with problems.part("数据集"):
            if catalogue.datasets:
                held.listing(catalogue, chosen)
            elif not lost:
                st.html(html('<div class="panel"><p class="hint">还没有数据集。</p></div>'))
        if chosen:
            with problems.part("版本"):
                held.version(catalogue, chosen, who, scene.config)
            with problems.part("版本对比"):
                held.compared(catalogue, chosen, view.against)
        with problems.part("尚缺的数据"):
            if (lacking := catalogue.missing()) and not lost:
                st.html(holdings.missing(lacking))
