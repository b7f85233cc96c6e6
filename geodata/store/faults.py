"""What a database says went wrong -> one Chinese sentence: what, and what to do."""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import exc
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from geodata.errors import ConflictError, StoreError

UNDONE = "这次操作没有写入任何内容"


Cause = DBAPIError | sqlite3.Error


class Fault(NamedTuple):
    """A kind of fault: what is wrong, what to do."""

    what: str
    remedy: str


LOCKED = Fault("正被其他操作占用", "请稍后重试；若一直如此，请关闭占用它的程序")
FULL = Fault("所在磁盘已满", "请清理磁盘后重试")
UNWRITABLE = Fault("写入磁盘失败（磁盘已满或出现故障）", "请检查磁盘后重试")
CLOSED = Fault("所在的文件或文件夹打不开", "请检查文件夹是否存在、是否有读写权限")
READ_ONLY = Fault("只能读、不能写", "请检查文件夹或数据库账号的写入权限")
DAMAGED = Fault("文件已损坏", "请从备份恢复")
GONE = Fault("无法连接", "请检查数据库服务与网络后重试")
REFUSED = Fault("拒绝了用户名或口令", "请改正 config.yaml 的 store.url")
UNKNOWN = Fault("不存在", "请先建立这个数据库，或改正 config.yaml 的 store.url")
FORBIDDEN = Fault("不允许这个账号执行所需的操作", "请由数据库管理员授予建表与读写权限")
CROWDED = Fault("连接数已满", "请稍后重试，或由数据库管理员提高连接上限")
KEPT = Fault("操作留痕只能追加，不能修改或删除", "请不要直接改动数据库")
TAKEN = Fault("已有与之冲突的内容（例如名称重复）", "请核对后重试")
UNFIT = Fault("存不下这项内容（过长或含有无法保存的字符）", "请改短或改正后重试")
OTHER = Fault("没有完成这次操作", "请稍后重试；若仍不行，请把日志交给管理员")

_SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": UNWRITABLE,
    "SQLITE_CANTOPEN": CLOSED,
    "SQLITE_PERM": READ_ONLY,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
}
"""Beginning of the name SQLite gives the fault -> what it means."""

_POSTGRESQL = {
    "55P03": LOCKED,
    "40P01": LOCKED,
    "40001": LOCKED,
    "57014": LOCKED,
    "53100": FULL,
    "53200": UNWRITABLE,
    "58": UNWRITABLE,
    "53300": CROWDED,
    "25006": READ_ONLY,
    "42501": FORBIDDEN,
    "28": REFUSED,
    "3D": UNKNOWN,
    "57P": GONE,
    "08": GONE,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
}
"""Beginning of the SQLSTATE -> what it means (PostgreSQL 15, Appendix A)."""

_REFUSED_CONNECTION = {
    r"password|认证失败|role .* does not exist|角色.*不存在|pg_hba\.conf": REFUSED,
    r"database .* does not exist|数据库.*不存在": UNKNOWN,
    r"too many (clients|connections)|connection slots|太多": CROWDED,
}
"""What a refused connection says, which carries no SQLSTATE (English and Chinese servers)."""

_FILES = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
    errno.ENOENT: CLOSED,
    errno.ENOTDIR: CLOSED,
    errno.EEXIST: CLOSED,
}
"""Number the system gives the fault -> what it means."""

_HELD = (32, 33)
"""What Windows says, beside EACCES, where another program has a file open or locked."""
_GUARD = "append-only"
"""What the guards of the log say (migration 0001)."""


@contextmanager
def speaking(where: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises in the block into one sentence about the database `where`.

    Raises
    ------
    StoreError
        The database is gone, locked, full, damaged, or refuses.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise sentence(where, error) from error
    except exc.TimeoutError as error:
        raise StoreError(where, f"{CROWDED.what}，{UNDONE}", CROWDED.remedy) from error


@contextmanager
def filing(where: str) -> Iterator[None]:
    """Turn what the file system raises in the block into one sentence about the folder or file `where`.

    Raises
    ------
    StoreError
        The disk is full, the folder is gone or closed to us.
    """
    try:
        yield
    except OSError as error:
        held = getattr(error, "winerror", None) in _HELD
        fault = LOCKED if held else _FILES.get(error.errno or 0, UNWRITABLE)
        raise StoreError(where, fault.what, fault.remedy) from error


def sentence(where: str, error: Cause) -> StoreError:
    """Say a fault of the database.

    Parameters
    ----------
    where : str
        The database, in Chinese.
    error : DBAPIError or sqlite3.Error
        What SQLAlchemy raised, or SQLite itself while it copied a database.
    """
    fault = kind(error)
    refused = ConflictError if fault is TAKEN else StoreError
    return refused(where, f"{fault.what}，{UNDONE}", fault.remedy)


def damaged(error: StoreError) -> bool:
    """Whether a sentence stands for a database file that is damaged."""
    cause = error.__cause__
    return isinstance(cause, DBAPIError | sqlite3.Error) and kind(cause) is DAMAGED


def kind(error: Cause) -> Fault:
    """Tell which kind of fault this is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if _GUARD in str(cause):
        return KEPT
    found = _sqlite(cause) if isinstance(cause, sqlite3.Error) else _postgresql(error)
    if found is None and isinstance(error, IntegrityError):
        return TAKEN
    return found or (UNFIT if isinstance(error, DataError) else OTHER)


def _sqlite(cause: sqlite3.Error) -> Fault | None:
    return _first(_SQLITE, getattr(cause, "sqlite_errorname", ""))


def _postgresql(error: Cause) -> Fault | None:
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return _first(_POSTGRESQL, state)
    return _refused(str(cause)) if isinstance(error, OperationalError | InterfaceError) else None


def _refused(said: str) -> Fault:
    """Tell why there is no connection; names (the server's before "failed:", the quoted ones) may hold any word."""
    reason = re.sub(r'"[^"]*"|“[^”]*”', "", said.partition(" failed: ")[2])
    return next((fault for words, fault in _REFUSED_CONNECTION.items() if re.search(words, reason)), GONE)


def _first(table: dict[str, Fault], name: str) -> Fault | None:
    return next((fault for start, fault in table.items() if name.startswith(start)), None)
