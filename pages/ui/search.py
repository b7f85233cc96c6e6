"""The search box in the bar of every page; a hit goes to the page that shows it."""

import streamlit as st

from layers import assets
from layers.text import html
from pages.ui import caches, problems, state

_KEY = "search"
_CLOSE = 15.0
"""Zoom at which a place is shown."""
_HTML = """
<input type="search" role="combobox" aria-expanded="false" aria-controls="search-list" aria-label="搜索"
  autocomplete="off" placeholder="搜索单元、项目、地名、拼音首字母">
<ul id="search-list" role="listbox" hidden></ul>
"""
_PAGES = {
    "zone": "layout.py",
    "subzone": "layout.py",
    "area": "layout.py",
    "project": "projects.py",
    "infrastructure": "projects.py",
}

_mount = st.components.v2.component("search", html=_HTML, js=assets.loader("search"), isolate_styles=False)


def search(scene: caches.Scene, pinned: tuple[str, ...] = ()) -> None:
    """Show the box and go where a chosen hit is shown; the plan shown and the pinned units stay.

    Where there is nothing to search in, say why.
    """
    if scene.unpublished:
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(scene.unpublished)))
        return
    chosen = _mount(key=_KEY, data={"url": scene.search}, on_go_change=lambda: None).go
    if not chosen:
        return
    shown = scene.land.period
    kept = {"period": shown} if shown != next(iter(scene.lands)) else {}
    kept |= {"pin": ",".join(pinned)} if pinned else {}
    if chosen["at"]:
        lng, lat = chosen["at"]
        state.move_to(at=(lng, lat, _CLOSE))
        st.switch_page("overview.py", query_params=kept | {"at": f"{lng:.5f},{lat:.5f},{_CLOSE:.2f}"})
    if chosen["id"] in scene.land.items.index:
        page = _PAGES.get(scene.land.items["kind"][chosen["id"]], "overview.py")
        st.switch_page(page, query_params=kept | {"sel": chosen["id"]})
