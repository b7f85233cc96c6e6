"""The side panel: HTML of layers.card in one element, whose buttons come back as acts."""

import streamlit as st
from markupsafe import Markup

from geodata import crs
from layers import assets
from pages.ui import caches, state

_KEY = "panel"
_SCRIPT = """
export default function (component) {
  import(window.location.origin + "%s").then((module) => module.default(component));
}
"""

_mount = st.components.v2.component(
    "panel", html='<div class="panel"></div>', js=_SCRIPT % assets.url("src/panel.js"), isolate_styles=False
)


def panel(content: Markup) -> None:
    """Show the panel's content; presses on [data-act] run `on_act`."""
    _mount(key=_KEY, data={"html": str(content)}, on_act_change=on_act)


def on_act() -> None:
    """Do what a button of the panel asks for: select, choose among overlapping things, locate, close."""
    act = getattr(st.session_state.get(_KEY), "act", None) or {}
    scene = caches.scene()
    items = scene.land.items
    view, _ = state.current(items.index)
    kind, item = act.get("kind"), str(act.get("id", ""))
    if kind == "close":
        state.select(items.index, ())
    elif item in items.index and kind == "choose":
        state.select(items.index, (item,), overlap=state.overlap(view))
    elif item in items.index and kind == "select":
        state.select(items.index, (item,))
        _bring_into_sight(scene, item)
    elif item in items.index and kind == "locate":
        _bring_into_sight(scene, item)


def _bring_into_sight(scene: caches.Scene, item: str) -> None:
    placed = scene.land.placed
    if item in placed.index:
        west, south, east, north = crs.degrees(placed.loc[[item]]).total_bounds
        state.move_to((float(west), float(south), float(east), float(north)))
