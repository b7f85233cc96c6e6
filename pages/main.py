"""The table of pages."""

import streamlit as st

from pages.ui import caches

st.set_page_config(page_title=caches.config().name, layout="wide")
st.navigation(
    [
        st.Page("overview.py", title="总览", default=True),
        st.Page("about.py", title="数据说明", url_path="about"),
    ],
    position="top",
).run()
