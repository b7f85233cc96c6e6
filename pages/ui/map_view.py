"""The map of a page: the only call of st_folium, and what happens on its events."""

import streamlit as st
from streamlit_folium import st_folium

from layers import assets, compose
from layers.pick import pick
from layers.text import html
from layers.view import View
from pages.ui import caches, problems, state

_KEY = "map"
_HEIGHT = 700
"""Height before page.css stretches the frame to the window."""


def map_view(scene: caches.Scene, view: View) -> None:
    """Draw the map of a View and turn clicks into selections; say what to do where its libraries are missing."""
    if missing := assets.problems():
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(missing)))
        return
    st_folium(
        compose.base(scene.options),
        key=_KEY,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=compose.dynamic(scene.drawn, scene.styles, view, state.move()),
        on_change=on_event,
    )


def on_event() -> None:
    """Handle one event of the map: a click selects what is drawn there."""
    event = st.session_state.get(_KEY) or {}
    if event.get("kind") != "click":
        return
    scene = caches.scene()
    view, _ = state.current(scene.land.items.index)
    at = (event["lng"], event["lat"], event["zoom"])
    hits = pick(scene.land, scene.drawn, view.theme, at=at, detail=event["detail"])
    state.select(scene.land.items.index, hits[:1], overlap=hits if len(hits) > 1 else ())
