"""Backups as people make them: by a button, by a command, once a day by itself."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from geodata.access import Person, require
from geodata.config import Config
from geodata.errors import DashboardError, StoreError
from geodata.store import archive, events, faults, manifest
from geodata.store.engine import Store
from geodata.store.events import SYSTEM, Change
from geodata.store.faults import filing, speaking
from geodata.store.manifest import KINDS, Backup, Kind

_LOCK = "backup.lock"
_WHERE = "备份"
_PATIENCE_S = 5


def back_up(store: Store, config: Config, person: Person | None, *, kind: Kind = "manual") -> Backup:
    """Write a backup of the database and of all content it names, and record that.

    Parameters
    ----------
    person : Person or None
        Who asks for it; None is the server itself (kind "daily").

    Returns
    -------
    Backup
        Its folder and its manifest; `manifest.missing` lists content that was already lost.

    Raises
    ------
    AccessError
        The role is too low.
    StoreError
        The disk is full, a folder is closed, the database is gone; no half backup is left.
    """
    acting = require(person, "backup") if person is not None else None
    with alone(config):
        made = write(store, config, acting, kind=kind)
        thin_out(config)
    return made


def write(store: Store, config: Config, person: Person | None, *, kind: Kind) -> Backup:
    """Write a backup for a caller that is `alone` already and has checked what the person may do."""
    name = person.name if person else SYSTEM
    backup = archive.write(store.engine, config, kind, where=store.where, person=name)
    told = Change("store", backup.path.name, after=f"留痕至第 {backup.manifest.events} 条", reason=KINDS[kind][0])
    with store.writing() as session:
        events.record(session, person, "backed_up", told)
    return backup


def thin_out(config: Config) -> None:
    """Remove the backups there are too many of, for a caller that is `alone` already."""
    with filing(f"备份文件夹 {config.backup_path}"):
        archive.thin_out(config.backup_path)


def backups(config: Config) -> tuple[tuple[Backup, ...], tuple[DashboardError, ...]]:
    """List the backups there are, the newest first; those that cannot be read are problems."""
    with filing(f"备份文件夹 {config.backup_path}"):
        return manifest.every(config.backup_path)


def forget(config: Config, digests: Iterable[str]) -> None:
    """Destroy content in all backups (清除), after it was destroyed in the data folder; it never comes back.

    Raises
    ------
    StoreError
        The folder cannot be written: the content may still be there.
    """
    with alone(config):
        archive.forget(config.backup_path, digests)


def due(config: Config, now: datetime | None = None) -> bool:
    """Whether this day has no daily backup yet; a day is one of this machine's zone."""
    today = (now or events.now()).astimezone().date()
    made = [backup.manifest for backup in backups(config)[0]]
    return not any(one.kind == "daily" and one.at.astimezone().date() >= today for one in made)


@contextmanager
def alone(config: Config) -> Iterator[None]:
    """Let nobody else write or remove backups meanwhile, in this process or another.

    The lock is SQLite's: the system takes it back from a process that was killed, on Windows too.

    Raises
    ------
    StoreError
        Another backup or restore is under way.
    """
    with filing(f"数据文件夹 {config.data_path}"):
        config.data_path.mkdir(parents=True, exist_ok=True)
    path = config.data_path / _LOCK
    where = f"文件 {path}"
    with speaking(where):
        lock = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
    with closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if faults.kind(error) is not faults.LOCKED:
                raise faults.sentence(where, error) from error
            raise StoreError(_WHERE, "另一次备份或恢复正在进行", "请等它结束后重试") from error
        with filing(f"备份文件夹 {config.backup_path}"):
            archive.sweep(config)
        yield
