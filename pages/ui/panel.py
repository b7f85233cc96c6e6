"""The side panel: HTML in one element, whose buttons come back as acts."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st
from markupsafe import Markup

from layers import assets
from layers.card import Around, card
from layers.view import View
from pages.ui import caches, state

_mount = st.components.v2.component(
    "panel", html='<div class="panel"></div>', js=assets.loader("panel"), isolate_styles=False
)


Press = Callable[[str, str], None]
"""Gets the act and the id of what was pressed."""


def panel(content: Markup, key: str = "panel", *, press: Press | None = None) -> None:
    """Show HTML; presses on [data-act] run `press`, or `on_act` where none is given."""
    _mount(
        key=key,
        data={"html": str(content)},
        on_act_change=partial(_pressed, key, press) if press else partial(on_act, key),
    )


def _pressed(key: str, press: Press) -> None:
    act = getattr(st.session_state.get(key), "act", None) or {}
    press(act.get("kind", ""), act.get("id", ""))


def card_of(scene: caches.Scene, view: View) -> Markup:
    """Write the card of what is selected; of several things, of the first."""
    around = Around(state.overlap(view), view.pinned, scene.lands, scene.document)
    return card(scene.land, scene.styles, view.selection[0], around=around)


def on_act(key: str) -> None:
    """Do what a button asks for: select, choose among things, show something, locate, pin, compare, close."""
    act = getattr(st.session_state.get(key), "act", None) or {}
    scene, view, _ = state.current()
    kind, item = act.get("kind", ""), act.get("id", "")
    if kind == "close":
        state.select(())
    elif kind == "compare":
        state.compare(act.get("at", ""))
    elif kind in _ELSEWHERE:
        _ELSEWHERE[kind](item)
    elif item not in scene.land.items.index:
        return
    elif kind == "choose":
        state.select((item,), overlap=state.overlap(view))
    elif kind == "pin":
        state.pin(item)
    elif kind in ("select", "locate"):
        if kind == "select":
            state.select((item,))
        _bring_into_sight(scene, item)


def _show_dataset(key: str) -> None:
    state.change(data=key, against="", record="")


def _show_box(edges: str) -> None:
    """Bring west, south, east, north (degrees) into sight."""
    west, south, east, north = (float(edge) for edge in edges.split(","))
    state.move_to(box=(west, south, east, north))


def focus(on: str) -> None:
    """Let one thing of what is measured stand out on the map; pressed again, all."""
    state.change(focus="" if state.current()[1].focus == on else on)


_ELSEWHERE: Mapping[str, Callable[[str], None]] = {
    "dataset": _show_dataset,
    "measure": lambda key: state.change(measure=key),
    "focus": focus,
    "box": _show_box,
}
"""What buttons ask for that is about no item of the plan."""


def _bring_into_sight(scene: caches.Scene, item: str) -> None:
    placed = scene.land.placed
    if item in placed.index:
        state.bring_into_sight(placed.loc[[item]])
