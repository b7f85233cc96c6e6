"""The imports under way, one of each person: held by the server, so that neither a reload nor a cut line loses one.

In memory and in their rooms, never in the store: a server that ends loses them, and the next one clears the rooms.
"""

import atexit
import threading
import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from geodata.intake import room
from geodata.versions import Version

if TYPE_CHECKING:
    from pages.ui.importing.desk import Desk

HOURS = 8
"""So long an import is kept that nobody touches."""
MOST = 8
"""So many are kept; of more, the one untouched longest gives way."""
_EVERY_S = 60.0
_STOPPING_S = 2.0
"""So long one waits to hear whether work that is asked to stop has written."""

ELSEWHERE = "这次导入已在您的另一个窗口中继续或结束，这里不再显示。"
_CLEARED = "草稿和上传的文件已清除，没有写入任何内容，请重新导入。"
_EXPIRED = f"这次导入超过 {HOURS} 小时没有操作，{_CLEARED}"
_CROWDED = f"同时进行的导入超过 {MOST} 份，您的这份最久没有操作，{_CLEARED}"

LOCK = threading.RLock()
"""Held by whoever changes who works on what: sessions run side by side."""
_desks: "dict[int, Desk]" = {}


def of(person: int) -> "Desk | None":
    """Return what a person imports, in whichever session."""
    return _desks.get(person)


def hold(desk: "Desk") -> None:
    """Hold an import that begins, in the place of the one its person had."""
    with LOCK:
        if before := of(desk.who.id):
            drop(before, ELSEWHERE)
        _desks[desk.who.id] = desk
        idle = sorted((one for one in _desks.values() if not _busy(one)), key=lambda one: one.touched)
        for one in idle[: max(0, len(_desks) - MOST)]:
            drop(one, _CROWDED)
    _tended()


def handed_over(desk: "Desk") -> "Desk":
    """Hand an import over to another session: what the one before still does, it does to a copy that leads nowhere."""
    with LOCK:
        mine = replace(desk, layers=dict(desk.layers), told=dict(desk.told), touched=time.time())
        desk.gone, desk.work, desk.then = ELSEWHERE, None, None
        _desks[desk.who.id] = mine
        return mine


def drop(desk: "Desk", why: str) -> None:
    """End an import: what is under way stops, and nothing is left.

    Parameters
    ----------
    desk : Desk
    why : str
        What is said of it where it is still shown.
    """
    with LOCK:
        if desk.gone:
            return
        work, desk.gone, desk.work, desk.then = desk.work, why, None, None
        _desks.pop(desk.who.id, None)
    if work is None:
        room.close(desk.room)
        return
    work.cancel()
    work.future.add_done_callback(lambda _: room.close(desk.room))  # not under what is still being copied


def end(desk: "Desk") -> str:
    """End an import as its person wants; say what was written before it could be stopped, "" where nothing was."""
    work = desk.work
    drop(desk, ELSEWHERE)
    if work is None or not work.wait(_STOPPING_S) or work.future.cancelled() or work.future.exception():
        return ""
    found = work.future.result()
    if not isinstance(found, Version):
        return ""
    return f"来不及停止，数据已入库：{found.label}，{found.rows:,} 行；如不需要，请在该版本处申请清除。"


def purge() -> None:
    """End the imports that nobody touched for too long."""
    latest = time.time() - HOURS * 3600
    for desk in list(_desks.values()):
        if desk.touched < latest and not _busy(desk):
            drop(desk, _EXPIRED)


@atexit.register
def clear() -> None:
    """End all."""
    for desk in list(_desks.values()):
        drop(desk, ELSEWHERE)


def _busy(desk: "Desk") -> bool:
    return desk.work is not None and desk.work.busy


@cache
def _tended() -> None:
    """Look after them from the first one on, as long as the server runs."""
    threading.Thread(target=_tend, name="imports", daemon=True).start()


def _tend() -> None:
    while True:
        time.sleep(_EVERY_S)
        purge()
