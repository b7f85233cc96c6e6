"""Kill a process at its work, again and again, and look at what it left.

The worker is a function of a module (it runs in a process of its own) that does one piece of work after another and
tells what it is at; what it acknowledges is listed here, outside of the process that is killed:

    def write(tell: Tell, config: Config) -> None:
        store = open_store(config)
        for key in tell.pieces():
            tell("begin", key)
            with store.writing() as session:
                ...
                tell("written", key)
            tell("committed", key)
            tell.acknowledge(key)

    hits = kill(write, config, stages=("begin", "written", "committed"), check=look)

`check` is called after every kill. Kills are spread over the measured length of one piece of work; a stage too short
to be hit five times by that is hit by letting the worker stop there. The length of a stage reaches until the next one
is told: what happens inside of a commit belongs to the stage told before it.
"""

import multiprocessing
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

TIMES = 50
AT_LEAST = 5
PATIENCE_S = 60
ACKNOWLEDGED = "acknowledged"

_MEASURED = 8
_MEASURED_SLOW = 2
_PRELOADED = ["pytest", "psycopg", "geopandas", "geodata.store.events", "geodata.catalogue", "geodata.schema"]
_PRELOADED += ["geodata.assemble", "geodata.checking", "geodata.foreign.reading"]
CONTEXT: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    multiprocessing.set_forkserver_preload(_PRELOADED)

Message = tuple[str, str]


class Tell:
    """What the worker says to the client outside: tell(stage, key)."""

    def __init__(self, wire: Connection, run: int, hold: str, *, target: int) -> None:
        self.wire, self.run, self.hold, self.target = wire, run, hold, target

    def __call__(self, stage: str, key: str) -> None:
        """Say which stage of which piece of work begins; stop there if the client wants to kill right here."""
        self.wire.send((stage, key))
        if stage == self.hold and key == f"{self.run}-{self.target}":
            self.wire.recv()

    def acknowledge(self, key: str) -> None:
        """Say that a piece of work is done: from now on it must never be lost."""
        self.wire.send((ACKNOWLEDGED, key))

    def pieces(self) -> Iterator[str]:
        """Name pieces of work, each one different from those of all processes before."""
        return (f"{self.run}-{number}" for number in count())


Worker = Callable[..., None]


@dataclass(frozen=True)
class Killed:
    """A process that was killed.

    Attributes
    ----------
    stage, key : str
        What it was at.
    acknowledged : list of str
        Work acknowledged so far, by all processes.
    begun : list of str
        Work begun so far, by all processes; what is begun and not acknowledged may be there or not, but whole.
    """

    stage: str
    key: str
    acknowledged: list[str]
    begun: list[str]


@dataclass
class Log:
    """What the client outside has heard."""

    worker: Worker
    args: tuple[Any, ...]
    stages: tuple[str, ...]
    slow: bool
    runs: int = 0
    acknowledged: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    @property
    def target(self) -> int:
        """Which piece of work of a process is interrupted: the second, as the first opens connections and files."""
        return 0 if self.slow else 1

    def hear(self, message: Message) -> None:
        """List what the worker says."""
        stage, key = message
        {self.stages[0]: self.begun, ACKNOWLEDGED: self.acknowledged}.get(stage, []).append(key)


def kill(
    worker: Worker,
    *args: Any,
    stages: tuple[str, ...],
    check: Callable[[Killed], None],
    times: int = TIMES,
    slow: bool = False,
) -> Counter[str]:
    """Kill `worker(tell, *args)` at least `times` times; how often each stage was hit.

    Parameters
    ----------
    worker : callable
        A function of a module: Tell, *args -> None. It goes on until it is killed.
    stages : tuple of str
        What the worker tells, in order; the first begins a piece of work.
    check : callable
        Looks at what was left, after each kill.
    slow : bool
        A piece of work takes longer than to open what it needs: the first of each process is interrupted.
    """
    log = Log(worker, args, stages, slow)
    length = _measured(log)
    hits: Counter[str] = Counter()
    for number in range(times):
        hits[_killed(log, check, after=length * (number + 0.5) / times)] += 1
    for stage in stages:
        while hits[stage] < AT_LEAST:
            hits[_killed(log, check, hold=stage)] += 1
    assert hits.total() >= times
    assert min(hits[stage] for stage in stages) >= AT_LEAST
    return hits


def _measured(log: Log) -> float:
    """Seconds from the beginning of a piece of work to its acknowledgement."""
    began: dict[str, float] = {}
    lengths: list[float] = []
    process, wire = _started(log)
    while len(lengths) <= (_MEASURED_SLOW if log.slow else _MEASURED):
        stage, key = _heard(log, wire)
        now = time.perf_counter()
        began.setdefault(key, now)
        if stage == ACKNOWLEDGED:
            lengths.append(now - began[key])
    _ended(log, process, wire)
    return statistics.median(lengths[1:])


def _killed(log: Log, check: Callable[[Killed], None], *, after: float = 0.0, hold: str = "") -> str:
    """Kill one process, so many seconds after it began a piece of work or where it is held; at which stage it was."""
    process, wire = _started(log, hold)
    last = _heard(log, wire)
    while last[0] != (hold or log.stages[0]) or not last[1].endswith(f"-{log.target}"):
        last = _heard(log, wire)
    until = time.perf_counter() + after
    while wire.poll(max(0.0, until - time.perf_counter())):
        last = _heard(log, wire)
    last = _ended(log, process, wire) or last
    stage = log.stages[0] if last[0] == ACKNOWLEDGED else last[0]  # between two pieces of work
    check(Killed(stage, last[1], log.acknowledged, log.begun))
    return stage


def _started(log: Log, hold: str = "") -> tuple[Any, Connection]:
    wire, theirs = CONTEXT.Pipe()
    log.runs += 1
    tell = Tell(theirs, log.runs, hold, target=log.target)
    process = CONTEXT.Process(target=_work, args=(log.worker, tell, log.args), daemon=True)
    process.start()
    theirs.close()
    return process, wire


def _work(worker: Worker, tell: Tell, args: tuple[Any, ...]) -> None:
    worker(tell, *args)


def _heard(log: Log, wire: Connection) -> Message:
    assert wire.poll(PATIENCE_S), "the worker says nothing"
    message: Message = wire.recv()
    log.hear(message)
    return message


def _ended(log: Log, process: Any, wire: Connection) -> Message | None:
    """Kill; what the worker still said before it died."""
    assert process.is_alive(), "the worker ended by itself"
    process.kill()
    process.join()
    last: Message | None = None
    with wire:
        while wire.poll():
            try:
                last = _heard(log, wire)
            except (EOFError, OSError):  # the last message may be half a message
                break
    return last
