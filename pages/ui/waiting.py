"""What takes long: a bar that says which step is under way, and a button that stops it."""

import contextvars
import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geodata.watch import watched
from layers.text import html
from pages.ui.panel import panel

PATIENCE_S = 0.7
"""What takes less shows no bar."""
_STOPPED = "stopped"


class Wait:
    """The steps of one answer.

    A bar appears once they take longer than PATIENCE_S. Any press on the page, on 停止计算 too, ends the work within
    the part of a step it is at: Streamlit asks the script to start anew when it next says something, and here it says
    something after every part. What was finished is kept, nothing half-done is.
    """

    def __init__(self, of: str, steps: int) -> None:
        """Make room for the bar.

        Parameters
        ----------
        of : str
            What is computed: stopping it stops only this.
        steps : int
            How many steps there are.
        """
        self._of, self._steps, self._done, self._label = of, steps, 0, ""
        self._place = st.empty()
        self._bar: DeltaGenerator | None = None
        self._since = time.monotonic()
        self._outside = contextvars.copy_context()

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Take one step."""
        self._label = label
        with watched(self._heard):
            yield
        self._done += 1
        self._heard()

    def end(self) -> None:
        """Take the bar away."""
        self._place.empty()

    def _heard(self) -> None:
        if time.monotonic() - self._since > PATIENCE_S:
            self._outside.copy().run(self._show)  # what is cached must not record the bar

    def _show(self) -> None:
        done = min(self._done, self._steps)
        told = f"正在计算：{self._label}（已完成 {done} 项，共 {self._steps} 项）"
        if self._bar is None:
            room = self._place.container(key="waiting")
            self._bar = room.progress(done / self._steps, told)
            room.button("停止计算", key="stop", on_click=_stop, args=(self._of,))
        else:
            self._bar.progress(done / self._steps, told)


def stopped(of: str) -> bool:
    """Whether somebody stopped this; then say so, and how to go on."""
    if st.session_state.get(_STOPPED) != of:
        return False
    panel(html('<p class="note" role="status">已停止计算，已算完的结果保留。</p>'), key="stopped")
    st.button("继续计算", key="go_on", on_click=_stop, args=("",))
    return True


def _stop(of: str) -> None:
    st.session_state[_STOPPED] = of
