"""Processes that wait for work: the next is ready while one works, and none outlives its use."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from geodata import processes
from geodata.apart import apart
from geodata.config import ROOT
from geodata.watch import Watch


def whoami(*, watch: Watch) -> int:
    """Tell the process that works."""
    assert watch
    return os.getpid()


@pytest.fixture
def alone() -> Iterator[None]:
    """Begin and end without a process that waits."""
    processes.dismiss()
    yield
    processes.dismiss()


def waiting() -> list[int]:
    return [one.child.pid for one in processes._ready.values()]


@pytest.mark.usefixtures("alone")
def test_the_process_that_got_ready_does_the_next_job_and_another_gets_ready() -> None:
    first = apart(whoami, watch=Watch())
    (ready,) = waiting()
    assert first != ready
    assert apart(whoami, watch=Watch()) == ready
    assert waiting() != [ready]


@pytest.mark.usefixtures("alone")
def test_a_process_that_died_waiting_is_replaced() -> None:
    apart(whoami, watch=Watch())
    (one,) = processes._ready.values()
    one.child.kill()
    one.child.wait()
    assert apart(whoami, watch=Watch()) != one.child.pid


@pytest.mark.usefixtures("alone")
def test_a_process_that_waited_long_is_not_relied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    apart(whoami, watch=Watch())
    (one,) = processes._ready.values()
    monkeypatch.setattr(processes, "_IDLE_S", 0.0)
    assert apart(whoami, watch=Watch()) != one.child.pid
    assert one.child.poll() is not None


@pytest.mark.usefixtures("alone")
def test_who_waits_ends_with_the_program() -> None:
    apart(whoami, watch=Watch())
    (one,) = processes._ready.values()
    assert one.child.poll() is None
    processes.dismiss()
    assert one.child.poll() is not None
    assert waiting() == []


def test_who_waits_ends_when_nobody_will_come() -> None:
    with subprocess.Popen([sys.executable, "-m", "geodata.apart"], stdin=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(120) == processes._ORPHANED
