"""Work in a process of its own, from both sides: bounded, ended when asked, gone with whoever began it."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import IO, NamedTuple, NoReturn

from geodata.config import ROOT
from geodata.watch import Progress

ERRORS = "errors.txt"
_PROGRESS = "progress.jsonl"
_PAUSE = 0.1
_IDLE_S = 900.0
"""So long a process waits for work."""
_MB = 2**20
_ORPHANED = 3
_TOLD = 4000
NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows would open a console for every process."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


class _Ready(NamedTuple):
    """A process that has loaded what it needs and waits for its work."""

    child: subprocess.Popen[bytes]
    since: float

    @property
    def fresh(self) -> bool:
        return self.child.poll() is None and time.monotonic() - self.since < _IDLE_S / 2


_ready: dict[tuple[str, str], _Ready] = {}
_choosing = threading.Lock()


def run(module: str, work: Path, look: Callable[[], None], *, env: Mapping[str, str] = _NOTHING) -> None:
    """Run one of our modules on a folder in a process of its own, until it ends; the next one gets ready meanwhile.

    Parameters
    ----------
    module : str
        Is started as `python -m module`; begins with `awaited` and `bound`.
    work : Path
        What goes to the process and comes from it, and what it says where it fails.
    look : callable
        Called ten times a second and once at the end; what it raises ends the process.
    env : mapping of str to str
        Beside our own surroundings.
    """
    with (work / ERRORS).open("ab") as errors, _taken(module, env, errors) as child:
        try:
            _tell(child, work)
            _wait(child, look)
        finally:
            child.kill()


def _taken(module: str, env: Mapping[str, str], errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """Take the process that is ready, or a new one, and let another get ready."""
    key = (module, repr(sorted(env.items())))
    with _choosing:
        found = _ready.pop(key, None)
        if found and not found.fresh:
            _end_of(found)
            found = None
        child = found.child if found else _started(module, env, errors).child
        with suppress(OSError):  # no room for another: the next one starts when it is wanted
            _ready[key] = _started(module, env, subprocess.DEVNULL)
        return child


def _started(module: str, env: Mapping[str, str], errors: IO[bytes] | int) -> _Ready:
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        cwd=ROOT,
        env={**os.environ, **_surroundings(), **env},
        creationflags=NO_WINDOW,
    )
    return _Ready(child, time.monotonic())


def _tell(child: subprocess.Popen[bytes], work: Path) -> None:
    """Give a process its folder; one that is gone already is found out by who waits for it."""
    with suppress(OSError):
        os.write(child.stdin.fileno() if child.stdin else -1, f"{work}\n".encode())


def _end_of(one: _Ready) -> None:
    with one.child as child:
        child.kill()


@atexit.register
def dismiss() -> None:
    """End the processes that wait for work."""
    with _choosing:
        while _ready:
            _end_of(_ready.popitem()[1])


def awaited() -> Path:
    """Wait for the folder this process is to work on; from then on it ends as soon as the one that began it does.

    Who waits in vain ends, too. What goes wrong afterwards is written into the folder.
    """
    idle = threading.Timer(_IDLE_S, os._exit, (0,))
    idle.daemon = True
    idle.start()
    told = b""
    while not told.endswith(b"\n"):
        if not (byte := os.read(0, 1)):
            os._exit(_ORPHANED)
        told += byte
    idle.cancel()
    work = Path(told.decode().rstrip("\n"))
    os.dup2(os.open(work / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
    threading.Thread(target=_end, args=(work,), daemon=True).start()
    return work


def done() -> NoReturn:
    """End this process at once: nothing that it holds need be given back piece by piece."""
    os._exit(0)


@contextmanager
def telling(work: Path) -> Iterator[Progress]:
    """Let a process tell how far it is, line by line in a file of its folder."""
    with (work / _PROGRESS).open("a", encoding="utf-8", buffering=1) as file:
        yield lambda share, said: print(json.dumps([share, said]), file=file)


def hearing(work: Path, progress: Progress) -> Callable[[], None]:
    """Make what hands on all that a process has told since it was last called."""
    heard = 0

    def hear() -> None:
        nonlocal heard
        told = _lines(work / _PROGRESS)
        for line in told[heard:]:
            progress(*json.loads(line))
        heard = len(told)

    return hear


def last_words(work: Path) -> str:
    """What a process said where it failed, for the log."""
    return (work / ERRORS).read_text("utf-8", "replace")[-_TOLD:]


def bound(*, memory_mb: int, file_mb: int) -> None:
    """Bound this process where the system can: memory, counted from what the libraries already took, and files."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0]) if Path("/proc/self/statm").exists() else 0
    room = pages * resource.getpagesize() + memory_mb * _MB
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_mb * _MB,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end(work: Path) -> None:
    while os.read(0, 1):
        pass
    shutil.rmtree(work, ignore_errors=True)
    os._exit(_ORPHANED)


def _lines(path: Path) -> list[str]:
    """Whole lines of a file that grows."""
    told = path.read_text("utf-8").splitlines(keepends=True) if path.exists() else []
    return [line for line in told if line.endswith("\n")]


def _wait(child: subprocess.Popen[bytes], look: Callable[[], None]) -> None:
    running = True
    while running:
        with suppress(subprocess.TimeoutExpired):
            child.wait(_PAUSE)
            running = False
        look()


def _surroundings() -> dict[str, str]:
    """Our own modules, and no allocator that reserves a gigabyte before it needs one."""
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {"PYTHONPATH": paths, "PYTHONUTF8": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
