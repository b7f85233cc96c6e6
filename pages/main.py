"""The table of pages."""

from typing import Literal

import streamlit as st

from geodata.access import Person, may
from pages.ui import caches, person, problems, search, state
from pages.ui.runs import one_run

st.set_page_config(page_title=caches.config().name, layout="wide")


def shown(who: Person | None, action: str) -> Literal["visible", "hidden"]:
    """A page stands in the bar for those who may do what it is for."""
    return "visible" if may(who, action) else "hidden"


with one_run():
    who = person.bar()
    page = st.navigation(
        [
            st.Page("overview.py", title="总览", default=True),
            st.Page("layout.py", title="空间布局", url_path="layout"),
            st.Page("projects.py", title="项目与设施", url_path="projects"),
            st.Page("green.py", title="绿地与公园", url_path="green"),
            st.Page("landuse.py", title="用地结构", url_path="landuse"),
            st.Page("data.py", title="数据", url_path="data"),
            st.Page("people.py", title="人员", url_path="people", visibility=shown(who, "manage_people")),
            st.Page("log.py", title="操作留痕", url_path="log", visibility=shown(who, "read_log")),
            st.Page("about.py", title="数据说明", url_path="about"),
        ],
        position="top",
    )
    with problems.part("搜索"):
        scene, view, _ = state.current()
        search.search(scene, view.pinned)
    page.run()
