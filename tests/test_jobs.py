"""Long work runs in a process of its own, one at a time; how it ended is known after a reload and after a fault."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geodata import jobs
from geodata.config import ROOT
from geodata.errors import DatasetError

SECONDS = 60


def write(report: jobs.Report, target: Path) -> None:
    report(0.5, "正在写")
    target.write_text(str(os.getpid()), "utf-8")


def refuse(_report: jobs.Report) -> None:
    fault = ("演示数据", "没有图形", "请补上图形")
    raise DatasetError(*fault)


def die(report: jobs.Report) -> None:
    report(0.25, "正在算")
    os._exit(3)


def wait_for(report: jobs.Report, gate: Path) -> None:
    """Work until somebody puts a file there, with a process of its own; say when that has ended."""
    program = "import sys, time\nwhile not __import__('os').path.exists(sys.argv[1]): time.sleep(0.01)"
    child = subprocess.Popen([sys.executable, "-c", program, str(gate)])
    try:
        report(0.5, "正在等")
        child.wait()
    finally:
        child.kill()
        child.wait()
        gate.with_suffix(".ended").write_text("", "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Make a data folder; in the end no job of it runs."""
    yield tmp_path
    jobs.forget(tmp_path, about=[path.stem for path in jobs._jobs])


def until(done: Callable[[], bool]) -> None:
    """Look again and again; nothing in a job tells when it begins."""
    pause = threading.Event()
    for _ in range(SECONDS * 50):
        if done():
            return
        pause.wait(0.02)
    raise AssertionError


def end(folder: Path, key: str) -> jobs.Status:
    until(lambda: not jobs.status(folder, key).busy)
    return jobs.status(folder, key)


def test_nothing_is_known_of_what_was_never_asked_for(folder: Path) -> None:
    assert jobs.status(folder, "a") == jobs.Status("none")
    assert jobs.cancel(folder, "a") == jobs.Status("none")


def test_work_is_done_in_another_process(folder: Path) -> None:
    assert jobs.start(folder, "a", write, folder / "out").busy
    assert end(folder, "a") == jobs.Status("done", 1)
    assert (folder / "out").read_text("utf-8") != str(os.getpid())


def test_the_command_line_waits_for_the_end(folder: Path) -> None:
    assert jobs.run(folder, "a", write, folder / "out") == jobs.Status("done", 1)


def test_the_outcome_is_known_after_a_restart(folder: Path) -> None:
    jobs.run(folder, "a", refuse)
    jobs._jobs.clear()
    assert jobs.status(folder, "a") == jobs.Status("failed", 0, "演示数据：没有图形，请补上图形。")


def test_a_fault_nobody_can_mend_is_said(folder: Path) -> None:
    told = jobs.run(folder, "a", die)
    assert (told.state, told.progress) == ("failed", 0.25)
    assert told.said == "处理未完成（进程意外结束），请重试；若再次出现，请查看服务器日志。"


def test_what_failed_can_be_tried_again(folder: Path) -> None:
    jobs.run(folder, "a", die)
    assert jobs.run(folder, "a", write, folder / "out").state == "done"


def test_a_job_that_is_busy_is_not_started_again(folder: Path) -> None:
    jobs.start(folder, "a", wait_for, folder / "gate")
    until(lambda: jobs.status(folder, "a").said == "正在等")
    assert jobs.start(folder, "a", write, folder / "out").said == "正在等"
    (folder / "gate").write_text("", "utf-8")
    assert end(folder, "a").state == "done"
    assert not (folder / "out").exists()


def test_a_job_that_runs_can_be_stopped_with_all_it_has_started(folder: Path) -> None:
    jobs.start(folder, "a", wait_for, folder / "gate")
    until(lambda: jobs.status(folder, "a").said == "正在等")
    assert jobs.cancel(folder, "a") == jobs.Status("cancelled", 0.5)
    assert os.name == "nt" or (folder / "gate.ended").exists()


def test_one_job_runs_at_a_time_and_a_waiting_one_can_be_taken_back(folder: Path) -> None:
    jobs.start(folder, "a", wait_for, folder / "gate")
    until(lambda: jobs.status(folder, "a").said == "正在等")
    jobs.start(folder, "b", write, folder / "b")
    jobs.start(folder, "c", write, folder / "c")
    assert jobs.cancel(folder, "b") == jobs.Status("cancelled")
    assert jobs.status(folder, "c") == jobs.Status("waiting")
    (folder / "gate").write_text("", "utf-8")
    assert end(folder, "c").state == "done"
    assert not (folder / "b").exists()


def test_a_job_whose_server_is_gone_may_begin_again(folder: Path) -> None:
    path = folder / "jobs" / "a.json"
    jobs._write(path, jobs.Status("running", 0.5, "正在写"))
    assert jobs.status(folder, "a").busy
    os.utime(path, (0, 0))
    assert jobs.status(folder, "a") == jobs.Status("none")
    assert jobs.run(folder, "a", write, folder / "out").state == "done"


SERVER = """
import sys, threading
from pathlib import Path
from geodata import jobs
from geodata.config import ROOT
from tests.test_jobs import wait_for
folder = Path(sys.argv[1])
jobs.start(folder, "a", wait_for, folder / "gate")
threading.Event().wait()
"""


def test_a_job_ends_with_its_server_however_that_ends(folder: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVER, str(folder)], cwd=ROOT) as server:
        until(lambda: jobs.status(folder, "a").said == "正在等")
        server.kill()
    if os.name != "nt":  # where a process is ended without having a word in it
        until((folder / "gate.ended").exists)
    assert jobs.status(folder, "a").progress == 0.5


def test_a_job_says_nothing_when_it_ends_well(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    jobs.run(folder, "a", write, folder / "out")
    assert capfd.readouterr() == ("", "")


def test_what_is_forgotten_leaves_nothing(folder: Path) -> None:
    for key in ("tiles-a1", "tiles-b2"):
        jobs.run(folder, key, write, folder / key)
    jobs.forget(folder, about=["a1"])
    assert jobs.status(folder, "tiles-a1") == jobs.Status("none")
    assert [path.stem for path in (folder / "jobs").iterdir()] == ["tiles-b2"]
