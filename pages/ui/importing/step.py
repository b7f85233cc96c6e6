"""What a step of the import is."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st
from markupsafe import Markup

from pages.ui.importing.desk import Desk


class Step(NamedTuple):
    """One step.

    Attributes
    ----------
    show : callable
        Shows what is to be chosen.
    forward : callable
        Does what has to be done before the next step, and goes there.
    label : str
        What the button forward says.
    again : callable, optional
        Puts on the map what this step is about, for who comes back to it.
    """

    show: Callable[[Desk], None]
    forward: Callable[[Desk], None]
    label: str = "下一步"
    again: Callable[[Desk], None] | None = None


def say(content: Markup) -> None:
    """Show HTML where there is any."""
    if content:
        st.html(content)
