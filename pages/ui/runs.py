"""One run of a page: what it reads again and again is read once, and is of one moment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from geodata.store.engine import written

T = TypeVar("T")

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
