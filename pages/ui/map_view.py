"""The map of a page: the only call of st_folium, and what happens on its events."""

from collections.abc import Collection

import shapely
import streamlit as st
from streamlit_folium import st_folium

from geodata import crs
from layers import assets, compose, plan
from layers.legend import legend
from layers.pick import pick
from layers.text import area, distance, html
from layers.view import View
from pages.ui import caches, problems, state

_KEY = "map"
_ONLY = "only"
_HEIGHT = 700
"""Height before page.css stretches the frame to the window."""


def map_view(scene: caches.Scene, view: View, only: Collection[str] | None = None) -> None:
    """Draw the map and turn clicks into selections; say what to do where its libraries are missing.

    Parameters
    ----------
    scene : Scene
    view : View
    only : collection of str, optional
        Ids to show instead of the theme's (a list's rows).
    """
    if missing := assets.problems():
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(missing)))
        return
    st.session_state[_ONLY] = only
    online = scene.config.base_map is not None
    rows = legend(scene.drawn, scene.styles, view.theme, only=only, online=online)
    placed = None if only is None else scene.drawn.index[scene.drawn.index.isin(list(only))]
    st_folium(
        compose.base(scene.options),
        render=False,  # once more, with the same outcome
        key=_KEY,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=compose.dynamic(view, rows, only=placed, doing=state.doing()),
        on_change=on_event,
    )


def on_event() -> None:
    """Handle one event of the map: a click selects what is drawn there, a drawn shape is measured."""
    event = st.session_state.get(_KEY) or {}
    if event.get("kind") == "measure":
        state.measured(_measure(event["shape"]))
    if event.get("kind") != "click":
        return
    scene, view, _ = state.current()
    visible = plan.shown(scene.drawn, view.theme, detail=event["detail"], only=st.session_state.get(_ONLY))
    hits = pick(scene.land, visible, (event["lng"], event["lat"], event["zoom"]))
    state.select(hits[:1], overlap=hits if len(hits) > 1 else ())


def _measure(geometry: dict[str, object]) -> str:
    shape = shapely.geometry.shape(geometry)
    if shape.geom_type == "Polygon":
        return f"面积 {area(crs.ellipsoidal_area(shape))}，周长 {distance(round(crs.geodesic_length(shape)))}"
    return f"距离 {distance(round(crs.geodesic_length(shape)))}"
