"""The link is the state: a View is read from the page's query at every run and written back to it."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import geopandas as gpd
import streamlit as st

from geodata import crs
from geodata.browse import Filter
from geodata.errors import DashboardError
from layers.compose import Doing
from layers.view import MOST_PINNED, MOST_SELECTED, View
from pages.ui import caches

_OVERLAP = "overlap"
_MOVE = "move"
_IN_LIST = "in_list"
_SELECTED = "selected"
_MEASURED = "measured"
_WRITTEN = "written"
_PERIOD = "shown_period"


def current() -> tuple[caches.Scene, View, tuple[DashboardError, ...]]:
    """Read the scene and the View of the page's link, with what could not be read.

    A link of the bar names no period: the one shown last goes on.
    """
    link = st.query_params.to_dict()  # read once: every reading of Streamlit's own takes its time
    if not link.get("period") and (shown := st.session_state.get(_PERIOD)):
        st.query_params["period"] = link["period"] = shown
    scene = caches.scene(link.get("period", ""))
    view, problems = View.from_query(link, scene.known)
    st.session_state[_PERIOD] = view.period
    return scene, replace(view, selection=_whole(view.selection, scene.known.items)), problems


def at_unit() -> tuple[caches.Scene, View, tuple[DashboardError, ...]]:
    """As `current`, on a page about units: the unit a link filters by is the one that is selected."""
    scene, view, problems = current()
    if view.filter.unit:
        selection = view.selection or (view.filter.unit,)
        view = replace(view, selection=selection, filter=replace(view.filter, unit=""))
        _write(view)
    return scene, view, problems


def change(**fields: Any) -> None:
    """Change fields of the View: theme, filter, selection, pinned, period, data, record."""
    _write(replace(current()[1], **fields))


def narrow(key: str, value: str) -> None:
    """Change one field of the filter."""
    view = current()[1]
    _write(replace(view, filter=replace(view.filter, **{key: value})))


def widen() -> None:
    """Take all filters away."""
    change(filter=Filter())


def select(ids: tuple[str, ...], *, overlap: tuple[str, ...] = (), in_list: bool = False) -> None:
    """Select items; `overlap` holds all that lies at the click, for the user to choose from."""
    st.session_state[_OVERLAP] = overlap
    st.session_state[_IN_LIST] = ids if in_list else ()
    st.session_state[_SELECTED] = ids
    change(selection=ids, record="")


def pin(item: str) -> None:
    """Pin a unit for comparison, or take the pin away; the oldest gives way to a fifth."""
    view = current()[1]
    pinned = view.pinned
    kept = tuple(key for key in pinned if key != item) if item in pinned else (*pinned, item)[-MOST_PINNED:]
    _write(replace(view, pinned=kept))


def compare(at: str) -> None:
    """Go from the map to the comparison or back; the link keeps where the map stands, which the browser alone knows."""
    st.query_params.pop("at", None)
    if at:
        st.query_params["at"] = at
    view = current()[1]
    _write(replace(view, compare=not view.compare))


def overlap(view: View) -> tuple[str, ...]:
    """Return what lies at the last click, as long as one of it is selected."""
    found: tuple[str, ...] = st.session_state.get(_OVERLAP, ())
    return found if set(found) & set(view.selection) else ()


def made_in_list(view: View) -> bool:
    """Whether the selection was made in the list, and so is in sight there."""
    return bool(st.session_state.get(_IN_LIST, ()) == view.selection)


def move_to(**where: tuple[float, ...]) -> None:
    """Move the map once: box=(west, south, east, north) into sight, or at=(longitude, latitude, zoom)."""
    moves = st.session_state.get(_MOVE, {"n": 0})
    st.session_state[_MOVE] = {"n": moves["n"] + 1, **where}


def bring_into_sight(rows: gpd.GeoDataFrame) -> None:
    """Move the map once to placed rows."""
    west, south, east, north = crs.degrees(rows).total_bounds
    move_to(box=(float(west), float(south), float(east), float(north)))


def measured(event: str, text: str) -> None:
    """Keep what the shape drawn in an event of the map measures."""
    st.session_state[_MEASURED] = {"of": event, "text": text}


def doing() -> Doing:
    """Return what the session does beside its View."""
    return Doing(
        st.session_state.get(_MOVE), st.session_state.get(_MEASURED), written=st.session_state.get(_WRITTEN, 0)
    )


def _whole(in_link: tuple[str, ...], known: Collection[str]) -> tuple[str, ...]:
    """Return all that the session selected, of which a link holds the first only."""
    selected: tuple[str, ...] = st.session_state.get(_SELECTED, ())
    if len(selected) <= MOST_SELECTED or selected[:MOST_SELECTED] != in_link:
        return in_link
    return tuple(item for item in selected if item in known)


def _write(view: View) -> None:
    st.session_state[_WRITTEN] = st.session_state.get(_WRITTEN, 0) + 1
    st.query_params.from_dict(view.to_query())
