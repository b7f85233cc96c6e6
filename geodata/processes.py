"""Work in a process of its own, from both sides: bounded, ended when asked, gone with whoever began it."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from geodata.config import ROOT

ERRORS = "errors.txt"
_PAUSE = 0.1
_MB = 2**20
_ORPHANED = 3
_TOLD = 4000
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""Windows would open a console for every process."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


def run(module: str, work: Path, look: Callable[[], None], *, env: Mapping[str, str] = _NOTHING) -> None:
    """Run one of our modules on a folder, until it ends.

    Parameters
    ----------
    module : str
        Is started as `python -m module work`; begins with `end_with_parent` and `bound`.
    work : Path
        What goes to the process and comes from it, and what it says where it fails.
    look : callable
        Called ten times a second and once at the end; what it raises ends the process.
    env : mapping of str to str
        Beside our own surroundings.
    """
    with (
        (work / ERRORS).open("wb") as errors,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, str(work)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=ROOT,
            env={**os.environ, **_surroundings(), **env},
            creationflags=_NO_WINDOW,
        ) as child,
    ):
        try:
            _wait(child, look)
        finally:
            child.kill()


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


def end_with_parent(work: Path) -> None:
    """End as soon as the process that began this one does, and take the folder along."""
    threading.Thread(target=_end, args=(work,), daemon=True).start()


def _end(work: Path) -> None:
    while os.read(0, 1):
        pass
    shutil.rmtree(work, ignore_errors=True)
    os._exit(_ORPHANED)


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
