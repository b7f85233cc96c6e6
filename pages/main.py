"""The table of pages."""

from typing import Literal

import streamlit as st

from geodata.access import may
from pages.ui import caches, person, problems, search, state

st.set_page_config(page_title=caches.config().name, layout="wide")
people: Literal["visible", "hidden"] = "visible" if may(person.bar(), "manage_people") else "hidden"
page = st.navigation(
    [
        st.Page("overview.py", title="总览", default=True),
        st.Page("layout.py", title="空间布局", url_path="layout"),
        st.Page("projects.py", title="项目与设施", url_path="projects"),
        st.Page("people.py", title="人员", url_path="people", visibility=people),
        st.Page("about.py", title="数据说明", url_path="about"),
    ],
    position="top",
)
with problems.part("搜索"):
    scene, view, _ = state.current()
    search.search(scene, view.pinned)
page.run()
