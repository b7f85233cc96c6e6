"""The map of a page: the only call of st_folium, and what happens on its events."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely
import streamlit as st
from markupsafe import Markup
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
_BESIDE = "beside"
_ON_CLICK = "on_click"
_ON_PARK = "on_park"
_HEIGHT = 700
"""Height before page.css stretches the frame to the window."""


@dataclass(frozen=True)
class Dataset:
    """A dataset on the map.

    Attributes
    ----------
    drawing : mapping
        From `layers.datasets.drawing`.
    legend : Markup
    on_click : callable
        Gets longitude, latitude and zoom of a click.
    on_park : callable, optional
        Gets what was drawn as a park: GeoJSON, degrees.
    """

    drawing: Mapping[str, Any]
    legend: Markup
    on_click: Callable[[tuple[float, float, float]], None]
    on_park: Callable[[dict[str, Any]], None] | None = None


def map_view(
    scene: caches.Scene,
    view: View,
    only: Collection[str] | None = None,
    *,
    beside: Collection[str] = (),
    dataset: Dataset | None = None,
) -> None:
    """Draw the map and turn clicks into selections; say what to do where its libraries are missing.

    Parameters
    ----------
    scene : Scene
    view : View
    only : collection of str, optional
        Ids to show instead of the theme's (a list's rows).
    beside : collection of str
        Ids to show beside the theme's (what is inside a unit).
    dataset : Dataset, optional
        Drawn over the plan; clicks are about it.
    """
    if missing := assets.problems():
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(missing)))
        return
    if scene.unpublished:  # the bar of every page says it
        return
    st.session_state[_ONLY] = only
    st.session_state[_BESIDE] = beside
    st.session_state[_ON_CLICK] = dataset.on_click if dataset else None
    st.session_state[_ON_PARK] = dataset.on_park if dataset else None
    online = scene.config.base_map is not None
    drawn = plan.brought_in(scene.drawn, view.theme, beside)
    rows = dataset.legend if dataset else legend(drawn, scene.styles, view.theme, only=only, online=online)
    placed = None if only is None else drawn.index[drawn.index.isin(list(only))]
    doing = replace(state.doing(), beside=tuple(key for key in drawn.index if key in beside))
    st_folium(
        compose.base(scene.options),
        render=False,  # once more, with the same outcome
        key=_KEY,
        height=_HEIGHT,
        use_container_width=True,
        returned_objects=[],
        feature_group_to_add=compose.dynamic(
            view, rows, only=placed, doing=doing, dataset=dataset.drawing if dataset else None
        ),
        on_change=on_event,
    )


def on_event() -> None:
    """Handle one event of the map: a click selects what is drawn there, a drawn shape is measured."""
    event = st.session_state.get(_KEY) or {}
    if event.get("kind") == "measure":
        state.measured(f"{event['started']}:{event['n']}", _measure(event["shape"]))
    if event.get("kind") == "park" and (on_park := st.session_state.get(_ON_PARK)):
        on_park(event["shape"])
    if event.get("kind") != "click":
        return
    at = (event["lng"], event["lat"], event["zoom"])
    if on_click := st.session_state.get(_ON_CLICK):
        on_click(at)
        return
    scene, view, _ = state.current()
    drawn = plan.brought_in(scene.drawn, view.theme, st.session_state.get(_BESIDE, ()))
    visible = plan.shown(drawn, view.theme, detail=event["detail"], only=st.session_state.get(_ONLY))
    hits = pick(scene.land, visible, at)
    state.select(hits[:1], overlap=hits if len(hits) > 1 else ())


def _measure(geometry: dict[str, object]) -> str:
    shape = shapely.geometry.shape(geometry)
    if shape.geom_type == "Polygon" and not shape.is_valid:
        return "图形自相交，无法计算面积，请重画"
    if shape.geom_type == "Polygon":
        return f"面积 {area(crs.ellipsoidal_area(shape))}，周长 {distance(round(crs.geodesic_length(shape)))}"
    return f"距离 {distance(round(crs.geodesic_length(shape)))}"
