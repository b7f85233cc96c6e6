"""用地结构: land by class, present and planned, for any unit; on the map and in tables."""

import streamlit as st

from pages.ui import holdings, landuse, landuse_map, person, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import panel

scene, view, wrong_link = state.current()
held, lost = holdings.read(person.current())
ask = landuse.asked(view)

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    with left, st.container(key="mapbox"), problems.part("地图"):
        if not landuse_map.draw(scene, view, held, ask):
            map_view(scene, view, ())
    with right, st.container(key="wide"):
        if said := problems.listed((*wrong_link, *lost)):
            panel(said, key="said")
        with problems.part("选择"):
            landuse.choices(view, ask)
        with problems.part("用地平衡表"):
            landuse.figures(scene, view, held, ask)
