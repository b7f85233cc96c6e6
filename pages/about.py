"""数据说明: where every layer comes from, what is missing, what is garbled in the text."""

import streamlit as st

from layers import about
from layers.text import html
from pages.ui import caches, figure_files, person, plan_files, problems

scene = caches.scene()

with st.container(key="sheet"), problems.part("数据说明"):
    st.html(about.sheet(scene.land, problems.listed(scene.problems, most=len(scene.problems))))
    files = {name: plan_files.FILES[name] for name in ("sources", "defects")}
    st.html(html('<div class="panel">{out}</div>', out=figure_files.links(files, {}, (), person.current())))
