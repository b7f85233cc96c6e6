"""A call in a process of its own: what ends there, or takes too much, ends nothing here.

Arguments and result go as pickles in a folder of the caller's own, between two processes of this program.
"""

import copyreg
import logging
import pickle
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from geodata import processes
from geodata.errors import DashboardError, DatasetError
from geodata.watch import Watch

T = TypeVar("T")
Job = Callable[..., T]
"""A function of a module, or a `partial` of one; called with `watch=` alone."""

_log = logging.getLogger(__name__)
_PREFIX = "geodata-apart-"
_REQUEST, _ANSWER = "request.pickle", "answer.pickle"


def _frozen(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


copyreg.pickle(MappingProxyType, lambda mapping: (_frozen, (dict(mapping),)))


class Bounds(NamedTuple):
    """What a call may take.

    Attributes
    ----------
    seconds : float
    memory_mb : int
        Beyond what the libraries need (enforced where the system can: Linux); also the most it may write.
    where, remedy : str
        What is said of a call that takes more: what it was, and what to do.
    """

    seconds: float = 1800.0
    memory_mb: int = 4096
    where: str = "数据检查"
    remedy: str = "请分成几个文件分别导入，或在 GIS 软件中简化后重试"


BOUNDS = Bounds()


def apart(job: Job[T], *, watch: Watch, folder: Path | None = None, bounds: Bounds = BOUNDS) -> T:
    """Call a function in a process of its own.

    Parameters
    ----------
    job : callable
        Takes `watch`; what it needs and what it returns can be pickled.
    watch : Watch
        Told what the job tells; where it says stop, the process ends.
    folder : Path, optional
        Where both meet; the system's temporary folder where it is None.
    bounds : Bounds

    Raises
    ------
    CancelledError
        Somebody stopped it.
    DashboardError
        What the job itself says.
    DatasetError
        It took too long or too much memory, or its process died.

    Examples
    --------
    >>> from functools import partial
    >>> apart(partial(_shares, 3), watch=Watch())
    [0.0, 0.5, 1.0]
    """
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True) as room:
            work = Path(room)
            _write(work / _REQUEST, (job, bounds))
            processes.run("geodata.apart", work, _look(work, watch, bounds))
            result: T = _answer(work, bounds)
            return result
    except OSError:
        _log.exception("work apart")
        raise DatasetError(bounds.where, "临时文件夹不能写入，或磁盘已满", "请清理磁盘后重试") from None


def main() -> None:
    """Do the job that lies in a folder and leave its result there; a fault of the program ends the process."""
    import_module("geodata.checking")  # what nearly all jobs need, loaded while there is none
    work = processes.awaited()
    job, bounds = _read(work / _REQUEST)
    processes.bound(memory_mb=bounds.memory_mb, file_mb=bounds.memory_mb)
    _write(work / _ANSWER, _done(job, work))


def _done(job: Job[Any], work: Path) -> tuple[bool, Any]:
    """What came of it: whether it went well, and the result or what is to be said."""
    with processes.telling(work) as progress:
        try:
            return True, job(watch=Watch(progress))
        except DashboardError as error:
            return False, error


def _look(work: Path, watch: Watch, bounds: Bounds) -> Callable[[], None]:
    """Make what looks after the process: hands on how far it is, ends it where it is to end."""
    end, hear = time.monotonic() + bounds.seconds, processes.hearing(work, watch.progress)

    def look() -> None:
        hear()
        watch.ask()
        if time.monotonic() > end:
            raise DatasetError(bounds.where, f"{bounds.seconds:g} 秒内没有做完", bounds.remedy)

    return look


def _answer(work: Path, bounds: Bounds) -> Any:
    try:
        well, result = _read(work / _ANSWER)
    except (FileNotFoundError, EOFError, pickle.UnpicklingError):
        _log.warning("work apart died: %s", processes.last_words(work))
        what = f"中途失败，图形可能过于复杂，或超过 {bounds.memory_mb} MB 的内存上限"
        raise DatasetError(bounds.where, what, bounds.remedy) from None
    if not well:
        raise result
    return result


def _write(path: Path, value: object) -> None:
    with path.open("wb") as file:
        pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301 - written by this program into a folder of its own


def _shares(parts: int, *, watch: Watch) -> list[float]:
    """Count: the example above."""
    shares = [number / (parts - 1) for number in range(parts)]
    for share in shares:
        watch.step(share, "计数")
    return shares


if __name__ == "__main__":
    main()
    processes.done()
