"""数据说明: where every layer comes from, what is missing, what is garbled in the text."""

import streamlit as st

from layers import about
from pages.ui import caches, problems

scene = caches.scene()

with st.container(key="sheet"), problems.part("数据说明"):
    st.html(about.sheet(scene.land, problems.listed(scene.problems, most=len(scene.problems))))
