"""One run of a page: what it reads again and again is read once, and is of one moment."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from geodata.store.engine import written

T = TypeVar("T")

_DRAWING_S = 0.05
"""About what a slow machine takes to draw a list and a map."""

_run: ContextVar[dict[tuple[str, int], Any] | None] = ContextVar("run", default=None)


@contextmanager
def one_run() -> Iterator[None]:
    """Remember what is read `once` until the run ends."""
    token = _run.set({})
    try:
        yield
    finally:
        _run.reset(token)


def once(of: str, read: Callable[[], T]) -> T:
    """Read files or the store once per run, and again after this process has written; outside of a run, every time."""
    known = _run.get()
    if known is None:
        return read()
    key = (of, written())
    if key not in known:
        known[key] = read()
    found: T = known[key]
    return found


def let_draw() -> None:
    """Give the browser time to draw what was sent before more arrives.

    It draws at once all that is there, and six unchanged selection boxes take it longer than a list and a map: measured
    by (g) and (h) of tests/bench/map.py, which last a fifth longer without this.
    """
    time.sleep(_DRAWING_S)
