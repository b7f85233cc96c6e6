"""Long work in a process of its own, one job at a time; how it goes lies in files, so that a reload finds it again."""

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Literal

from geodata.config import ROOT
from geodata.errors import DashboardError
from geodata.files import replaced
from geodata.processes import NO_WINDOW

State = Literal["none", "waiting", "running", "done", "failed", "cancelled"]
Report = Callable[[float, str], None]
"""What the work tells: the share done (0 to 1), and what it is doing."""
Work = Callable[..., None]
"""A function of a module, `work(report, *args)`; its arguments can be pickled."""

_BEAT_S = 0.25
_LOST_S = 15.0
"""A busy job that another server process has not touched for so long has lost that server: it may begin again."""
_GRACE_S = 3.0
_POLITE = 5
"""The server and its users come first."""
_LOST = "处理未完成（进程意外结束），请重试；若再次出现，请查看服务器日志。"


@dataclass(frozen=True)
class Status:
    """How a job goes.

    Attributes
    ----------
    state : str
        none (never asked for, or its server is gone), waiting, running, done, failed or cancelled.
    progress : float
        Share done, 0 to 1.
    said : str
        What it is doing, or why it failed, in Chinese.
    """

    state: State = "none"
    progress: float = 0.0
    said: str = ""

    @property
    def busy(self) -> bool:
        """Whether it has yet to end."""
        return self.state in {"waiting", "running"}


@dataclass(frozen=True)
class _Job:
    """A job this process has started."""

    path: Path
    work: Work
    args: tuple[Any, ...]
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


_jobs: dict[Path, _Job] = {}
_starting = threading.Lock()
_turn = threading.Lock()


def start(folder: Path, key: str, work: Work, *args: Any) -> Status:
    """Let work be done in a process of its own, after what runs already; a job that is busy just goes on.

    Parameters
    ----------
    folder : Path
        The data folder; how it goes lies in its folder `jobs`.
    key : str
        What the job is known by; also the name of its file.
    work : callable
        `work(report, *args)`, a function of a module.

    Returns
    -------
    Status
    """
    path = _file(folder, key)
    with _starting:
        if (now := status(folder, key)).busy:
            return now
        job = _jobs[path] = _Job(path, work, args)
        _write(path, Status("waiting"))
        threading.Thread(target=_see_through, args=(job,), name=f"job {key}", daemon=True).start()
    return Status("waiting")


def run(folder: Path, key: str, work: Work, *args: Any) -> Status:
    """Do the same and wait for the end (for the command line)."""
    start(folder, key, work, *args)
    if job := _jobs.get(_file(folder, key)):
        job.ended.wait()
    return status(folder, key)


def status(folder: Path, key: str) -> Status:
    """Tell how a job goes, whoever started it, or how it ended."""
    path = _file(folder, key)
    if not path.exists():
        return Status()
    told, job = _read(path), _jobs.get(path)
    if told.busy and (job is None or job.ended.is_set()) and time.time() - path.stat().st_mtime > _LOST_S:
        return Status()
    return told


def cancel(folder: Path, key: str) -> Status:
    """Stop a job this process has started, waiting or running; what it had not finished is not kept."""
    if job := _jobs.get(_file(folder, key)):
        job.cancelled.set()
        job.ended.wait()
    return status(folder, key)


def forget(folder: Path, *, about: Collection[str]) -> None:
    """Stop all jobs whose keys hold one of some words, and remove what is known of them."""
    for path in (folder / "jobs").glob("*.json"):
        if any(word in path.stem for word in about):
            cancel(folder, path.stem)
            _jobs.pop(path, None)
            path.unlink(missing_ok=True)


def _see_through(job: _Job) -> None:
    try:
        while not _turn.acquire(timeout=_BEAT_S):
            os.utime(job.path)
            if job.cancelled.is_set():
                _write(job.path, Status("cancelled"))
                return
        try:
            _watch(job)
        finally:
            _turn.release()
    finally:
        job.ended.set()


def _watch(job: _Job) -> None:
    """Start the process, and keep the job's file fresh until it ends.

    multiprocessing would run the server's main module again in the process, and while a page runs that is the page.
    """
    command = [sys.executable, "-c", "from geodata import jobs; jobs.perform()"]
    how: dict[str, Any] = {"stdin": subprocess.PIPE, "cwd": ROOT, "creationflags": NO_WINDOW}
    with subprocess.Popen(command, **how) as process:  # noqa: S603 - our own program
        pickle.dump((job.path, job.work, job.args), _input(process))
        _input(process).flush()
        while process.poll() is None and not job.cancelled.is_set():
            _pause(process, _BEAT_S)
            os.utime(job.path)
        process.terminate()  # kindly, so that it can end what it has started itself; then for good
        _pause(process, _GRACE_S)
        process.kill()
    if (last := _read(job.path)).busy:
        cancelled = job.cancelled.is_set()
        _write(job.path, Status("cancelled", last.progress) if cancelled else Status("failed", last.progress, _LOST))


def _input(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None  # noqa: S101 - it was asked for
    return process.stdin


def _pause(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def perform() -> None:
    """Do the job that comes from the server, in a process of its own; end with the server.

    A fault that nobody can mend ends the process, and the server says so.
    """
    path, work, args = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the server that started this process
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that `finally` still runs
    threading.Thread(target=_end_with_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_POLITE)

    def report(progress: float, said: str) -> None:
        _write(path, Status("running", round(progress, 3), said))

    report(0, "")
    try:
        work(report, *args)
    except DashboardError as error:
        logging.getLogger(__name__).warning("%s", error)
        _write(path, Status("failed", 0, str(error)))
    else:
        _write(path, Status("done", 1))


def _end_with_server() -> None:
    """The pipe from the server ends when the server does, however that comes."""
    os.read(sys.stdin.fileno(), 1)  # not through sys.stdin, whose lock would be held at the end
    os.kill(os.getpid(), signal.SIGTERM)


def _file(folder: Path, key: str) -> Path:
    return folder / "jobs" / f"{key}.json"


def _read(path: Path) -> Status:
    return Status(**json.loads(path.read_text("utf-8")))


def _write(path: Path, told: Status) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as draft:
        draft.write_text(json.dumps(asdict(told), ensure_ascii=False), "utf-8")
