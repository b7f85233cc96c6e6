"""数据说明: where every layer comes from, what is missing, what is garbled in the text."""

import streamlit as st

from layers import about
from layers.text import html
from pages.ui import controls, figure_files, measured, person, plan_files, problems, state

scene, view, wrong_link = state.current()

with st.container(key="sheet"), problems.part("数据说明"):
    controls.period(scene, view)
    said = (*wrong_link, *scene.problems)
    st.html(about.sheet(scene.land, problems.listed(said, most=len(said)), today=measured.today()))
    files = {name: plan_files.FILES[name] for name in ("sources", "defects")}
    out = figure_files.links(files, {"period": view.period}, (), person.current())
    st.html(html('<div class="panel">{out}</div>', out=out))
