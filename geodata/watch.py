"""How long work tells how far it is, and is asked whether to stop.

Work in steps is handed a `Watch`. Work on many shapes, deep below whoever asked for it, says `tick` after every part.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from geodata.errors import DashboardError

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is being done, in Chinese."""


class CancelledError(DashboardError):
    """Work that somebody stopped; nothing was written."""


def _untold(_share: float, _said: str) -> None:
    """Nobody wants to know."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Watch:
    """Who watches a long piece of work.

    Attributes
    ----------
    progress : callable
        Told before each step.
    cancelled : callable
        Asked between steps and inside the long ones; True stops the work.

    Examples
    --------
    >>> told = []
    >>> Watch(lambda share, said: told.append((share, said))).step(0.5, "查找重叠")
    >>> told
    [(0.5, '查找重叠')]
    """

    progress: Progress = _untold
    cancelled: Callable[[], bool] = _never

    def step(self, share: float, said: str) -> None:
        """Tell how far the work is, unless it is to stop.

        Raises
        ------
        CancelledError
        """
        self.ask()
        self.progress(share, said)

    def ask(self) -> None:
        """Go on, or stop here.

        Raises
        ------
        CancelledError
        """
        if self.cancelled():
            where = "数据检查"
            raise CancelledError(where, "已取消", "没有写入任何内容，需要时请重新开始")


UNWATCHED = Watch()

_heard: ContextVar[Callable[[], None] | None] = ContextVar("heard", default=None)


def tick() -> None:
    """Tell whoever watches that the work goes on; what the watcher raises ends it."""
    watch = _heard.get()
    if watch is not None:
        watch()


@contextmanager
def watched(watch: Callable[[], None]) -> Iterator[None]:
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
    before = _heard.set(watch)
    try:
        yield
    finally:
        _heard.reset(before)
