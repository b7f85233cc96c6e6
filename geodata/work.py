"""Long work beside a page: in a thread, with progress, and a way to stop it."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from geodata.watch import Watch

_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="work")
"""Two at a time; whoever comes next waits."""


@dataclass
class Work:
    """A piece of work under way.

    Attributes
    ----------
    progress : tuple of float and str
        The share done, and what is being done.
    """

    future: "Future[Any]"
    progress: tuple[float, str] = (0.0, "")
    stop: Event = field(default_factory=Event)
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self.began

    @property
    def busy(self) -> bool:
        """Whether it has yet to end."""
        return not self.future.done()

    def cancel(self) -> None:
        """Ask it to stop; it ends with a CancelledError, or a FileError that says so."""
        self.stop.set()
        self.future.cancel()

    def wait(self, seconds: float) -> bool:
        """Wait for a while; whether it has ended."""
        return bool(wait([self.future], seconds).done)


def begin(run: Callable[[Watch], Any]) -> Work:
    """Begin a piece of work, which is handed a Watch.

    Examples
    --------
    >>> work = begin(lambda watch: watch.step(1.0, "完成") or 42)
    >>> work.wait(5), work.future.result(), work.progress
    (True, 42, (1.0, '完成'))
    """
    work = Work(Future())

    def told(share: float, said: str) -> None:
        work.progress = (share, said)

    work.future = _pool.submit(run, Watch(told, work.stop.is_set))
    return work
