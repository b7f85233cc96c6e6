"""用地结构: land by class, present and planned, for any unit; on the map and in tables."""

import streamlit as st

from pages.ui import holdings, landuse, landuse_ask, landuse_map, person, problems, state, waiting
from pages.ui.map_view import map_view
from pages.ui.panel import panel

scene, view, wrong_link = state.current()
held, lost = holdings.read(person.current())
ask = landuse_ask.asked(view)

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    with right:
        wide = st.container(key="wide")
    with wide:
        if said := problems.listed((*wrong_link, *lost)):
            panel(said, key="said")
        going = not waiting.stopped(str(ask))
        wait = waiting.Wait(str(ask), steps=2)
    with left, st.container(key="mapbox"), problems.part("地图"), wait.step("地图"):
        if not (going and landuse_map.draw(scene, view, held, ask)):
            map_view(scene, view, ())
    with wide:
        with problems.part("选择"):
            landuse.choices(ask)
        if going:
            with problems.part("用地平衡表"), wait.step("用地平衡表"):
                landuse.figures(scene, view, held, ask)
        wait.end()
