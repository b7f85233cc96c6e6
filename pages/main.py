"""The table of pages."""

import streamlit as st

from pages.ui import caches, problems, search, state

st.set_page_config(page_title=caches.config().name, layout="wide")
page = st.navigation(
    [
        st.Page("overview.py", title="总览", default=True),
        st.Page("layout.py", title="空间布局", url_path="layout"),
        st.Page("projects.py", title="项目与设施", url_path="projects"),
        st.Page("about.py", title="数据说明", url_path="about"),
    ],
    position="top",
)
with problems.part("搜索"):
    scene, view, _ = state.current()
    search.search(scene, view.pinned)
page.run()
