"""The link is the state: a View is read from the page's query at every run and written back to it."""

from collections.abc import Container
from dataclasses import replace

import streamlit as st

from geodata.errors import DashboardError
from layers.view import View

_OVERLAP = "overlap"
_MOVE = "move"


def current(items: Container[str]) -> tuple[View, tuple[DashboardError, ...]]:
    """Read the View from the page's link, with what could not be read."""
    return View.from_query(st.query_params, items)


def show_theme(items: Container[str], theme: str) -> None:
    """Switch the theme."""
    _write(replace(current(items)[0], theme=theme))


def select(items: Container[str], ids: tuple[str, ...], *, overlap: tuple[str, ...] = ()) -> None:
    """Select items; `overlap` holds all that lies at the click, for the user to choose from."""
    st.session_state[_OVERLAP] = overlap
    _write(replace(current(items)[0], selection=ids))


def overlap(view: View) -> tuple[str, ...]:
    """Return what lies at the last click, as long as one of it is selected."""
    found: tuple[str, ...] = st.session_state.get(_OVERLAP, ())
    return found if set(found) & set(view.selection) else ()


def move_to(box: tuple[float, ...]) -> None:
    """Bring a box (west, south, east, north in degrees) into sight, once."""
    moves = st.session_state.get(_MOVE, {"n": 0})
    st.session_state[_MOVE] = {"n": moves["n"] + 1, "box": box}


def move() -> dict[str, object] | None:
    """Return the last move asked for."""
    return st.session_state.get(_MOVE)


def _write(view: View) -> None:
    st.query_params.from_dict(view.to_query())
