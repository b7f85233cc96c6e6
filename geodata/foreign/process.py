"""One call in a process of its own: bounded in time and memory, ended when asked, nothing left behind."""

import json
import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pyogrio

from geodata import processes
from geodata.errors import FileError
from geodata.foreign.model import Limits

T = TypeVar("T")
_log = logging.getLogger(__name__)

_DRIVERS = {"ESRI Shapefile", "GPKG", "GeoJSON", "LIBKML", "OpenFileGDB", "DXF"}
"""GDAL may use only these: others follow references in a file to other files and hosts."""

_PREFIX = "geodata-reading-"


def ask(request: Mapping[str, Any], limits: Limits, take: Callable[[dict[str, Any], Path], T]) -> T:
    """Let a child answer a request and take what it leaves.

    Parameters
    ----------
    request : mapping
        See `child.answer`.
    limits : Limits
    take : callable
        Makes the result of the answer and the folder, which is gone afterwards.

    Raises
    ------
    FileError
        What the child says; or that it took too long, was cancelled, or died.
    """
    name = Path(request["path"]).name
    bounds = {part.name: getattr(limits, part.name) for part in fields(limits) if part.compare}
    whole = json.dumps({**request, "limits": bounds}, ensure_ascii=False)
    folder = limits.folder.absolute() if limits.folder else None
    try:
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder, ignore_cleanup_errors=True) as room:
            work = Path(room)
            (work / "request.json").write_text(whole, "utf-8")
            _run(work, name, limits)
            return take(_answer(work, name, limits), work)
    except OSError:
        _log.exception("reading %s", name)
        raise FileError(name, "临时文件夹不能写入，或磁盘已满", "请清理磁盘后重试") from None


def _run(work: Path, name: str, limits: Limits) -> None:
    end, hear = time.monotonic() + limits.seconds, processes.hearing(work, limits.progress)

    def look() -> None:
        hear()
        if limits.cancelled():
            raise FileError(name, "读取已取消", "需要时请重新选择")
        if time.monotonic() > end:
            what = f"{limits.seconds:g} 秒内没有读完"
            raise FileError(name, what, "请分成几个文件")

    processes.run("geodata.foreign.child", work, look, env=_surroundings())


def _answer(work: Path, name: str, limits: Limits) -> dict[str, Any]:
    try:
        answer = json.loads((work / "answer.json").read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        _log.warning("reading %s died: %s", name, processes.last_words(work))
        what = f"读取中途失败，文件可能已损坏，或展开后超过 {limits.memory_mb} MB 的内存上限"
        raise FileError(name, what, "请在 GIS 软件中打开核对，重新导出后再选") from None
    if "error" in answer:
        raise FileError(*answer["error"])
    return dict(answer["result"])


@cache
def _unwanted() -> str:
    return ",".join(name for name in pyogrio.list_drivers() if name not in _DRIVERS)


def _surroundings() -> dict[str, str]:
    """Only our drivers, in one thread."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MALLOC_ARENA_MAX"), "1")
    return {"GDAL_SKIP": _unwanted(), **threads}
