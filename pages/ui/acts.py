"""A press that writes: done as whoever presses, and what came of it said once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from geodata.access import Person
from geodata.errors import DashboardError
from geodata.store.engine import Store
from layers.text import html
from pages.ui import caches, person

Act = Callable[[Store, Person | None], str]
"""What is to be done; returns what is said of it."""


def press(key: str, act: Act) -> None:
    """Do it, and keep what is to be said of it under `key` until `said` says it."""
    with acting(key):
        say(key, "note", act(caches.store(), person.current()))


@contextmanager
def acting(key: str) -> Iterator[None]:
    """Round what a press or a click does: what users can mend is kept under `key` until `said` says it."""
    try:
        yield
    except DashboardError as error:
        say(key, "problem", str(error))


def say(key: str, kind: str, text: str) -> None:
    """Keep what is to be said under `key`: a `note`, or a `problem`."""
    st.session_state[_place(key)] = (kind, text)


def said(key: str) -> None:
    """Say once what the last press did, or why it did nothing; what follows keeps its place, and stays unfolded."""
    kind, text = st.session_state.pop(_place(key), ("", ""))
    room = st.container()
    if text:
        room.html(html('<div class="panel"><p class="{kind}" role="status">{text}</p></div>', kind=kind, text=text))


def _place(key: str) -> str:
    return f"{key}_said"
