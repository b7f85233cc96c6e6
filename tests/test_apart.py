"""A call in a process of its own: what it says comes back, what it takes is bounded, and its end ends nothing else."""

import json
import os
import pickle
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import MappingProxyType

import pytest

from geodata import apart, processes
from geodata.apart import Bounds
from geodata.errors import DatasetError, FileError
from geodata.watch import CancelledError, Watch

REMEDY = "请分成几个文件分别导入，或在 GIS 软件中简化后重试。"
DIED = "数据检查：中途失败，图形可能过于复杂，或超过 {} MB 的内存上限，" + REMEDY


def told(value: object, *, watch: Watch) -> object:
    watch.step(0.5, "核对")
    return value


def refuse(*, watch: Watch) -> None:
    watch.step(0.5, "核对")
    where = "甲.zip"
    raise FileError(where, "不能读取", "请重选")


def crash(*, watch: Watch) -> None:  # noqa: ARG001 - as every job
    os.abort()


def hoard(megabytes: int, *, watch: Watch) -> int:  # noqa: ARG001 - as every job
    return len(bytearray(megabytes * 2**20))


def hang(*, watch: Watch) -> None:
    watch.step(0.25, "开始")
    threading.Event().wait()


def test_what_goes_in_comes_back_and_progress_on_the_way(tmp_path: Path) -> None:
    steps: list[tuple[float, str]] = []
    value = {"甲": MappingProxyType({"a": (1, "x")})}
    watch = Watch(lambda share, said: steps.append((share, said)))
    assert apart.apart(partial(told, value), watch=watch, folder=tmp_path) == value
    assert steps == [(0.5, "核对")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("job", "bounds", "sentence"),
    [
        (refuse, apart.BOUNDS, "甲.zip：不能读取，请重选。"),
        (crash, apart.BOUNDS, DIED.format(4096)),
        (hang, Bounds(seconds=0), f"数据检查：0 秒内没有做完，{REMEDY}"),
        pytest.param(
            partial(hoard, 512), Bounds(memory_mb=64), DIED.format(64),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds memory"),
        ),
    ],
    ids=["refused", "crashed", "too long", "too much"],
)  # fmt: skip
def test_whatever_becomes_of_it_is_one_sentence(
    job: Callable[..., object], bounds: Bounds, sentence: str, tmp_path: Path
) -> None:
    with pytest.raises((DatasetError, FileError)) as caught:
        apart.apart(job, watch=Watch(), folder=tmp_path, bounds=bounds)
    assert str(caught.value) == sentence
    assert list(tmp_path.iterdir()) == []


def test_it_ends_where_somebody_stops_it(tmp_path: Path) -> None:
    steps: list[str] = []
    with pytest.raises(CancelledError):
        apart.apart(hang, watch=Watch(lambda _, said: steps.append(said), lambda: bool(steps)), folder=tmp_path)
    assert steps == ["开始"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"^数据检查：临时文件夹不能写入，或磁盘已满，请清理磁盘后重试。$"):
        apart.apart(hang, watch=Watch(), folder=tmp_path / "没有")


@pytest.mark.parametrize(
    ("job", "answer"),
    [(partial(told, 7), "(True, 7)"), (refuse, "(False, FileError('甲.zip：不能读取，请重选。'))")],
    ids=["well", "refused"],
)
def test_the_process_does_the_job_that_lies_in_its_folder(
    job: Callable[..., object], answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "awaited", lambda: tmp_path)
    monkeypatch.setattr(processes, "bound", lambda **_: None)
    (tmp_path / "request.pickle").write_bytes(pickle.dumps((job, apart.BOUNDS)))
    apart.main()
    assert repr(apart._read(tmp_path / "answer.pickle")) == answer
    assert json.loads((tmp_path / "progress.jsonl").read_text("utf-8")) == [0.5, "核对"]
