"""Long work that somebody watches: it tells when it got further, and is given up where the watcher raises."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Watch = Callable[[], None]

_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


def tick() -> None:
    """Tell whoever watches that the work goes on; what the watcher raises ends it."""
    watch = _watch.get()
    if watch is not None:
        watch()


@contextmanager
def watched(watch: Watch) -> Iterator[None]:
    """Let all work in this block be watched.

    Examples
    --------
    >>> turns = []
    >>> with watched(lambda: turns.append(1)):
    ...     tick()
    >>> tick()
    >>> len(turns)
    1
    """
    before = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(before)
