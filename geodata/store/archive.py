"""Backups are written here, thinned out, and lose what was destroyed on purpose; manifest.py says what they hold."""

import hashlib
import json
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from geodata.config import Config
from geodata.store import datasets, disk
from geodata.store.faults import filing
from geodata.store.manifest import (
    COPIED,
    DATABASE,
    KINDS,
    MANIFEST,
    POOL,
    POOLED,
    PURGED,
    Backup,
    Entry,
    Kind,
    Manifest,
    every,
)
from geodata.store.shares import on_share
from geodata.store.snapshot import snapshot

_STAGE = "staging-"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def write(engine: Engine, config: Config, kind: Kind, *, where: str, person: str) -> Backup:
    """Write a backup of what the database and the data folder hold now.

    Raises
    ------
    StoreError
        The disk is full, a folder is closed, the database is gone; no half backup is left.
    """
    at = datetime.now().astimezone()
    with filing(f"备份文件夹 {config.backup_path}"):
        path = _unused(config.backup_path / f"{at:%Y%m%d-%H%M%S}-{kind}")
        with staging(config) as stage, disk.folder(path) as draft:
            snapshot(engine, where, stage / DATABASE)
            store = _entry(stage / DATABASE)
            disk.copy(stage / DATABASE, draft / DATABASE, digest=store.digest)
            files = {**_pooled(config), **_copied(config, draft)}
            said = _facts(stage / DATABASE, files)
            manifest = Manifest(kind=kind, at=at, person=person, database=where, store=store, files=files, **said)
            disk.write(draft / MANIFEST, manifest.model_dump_json(indent=1).encode())
            forget(config.backup_path, _destroyed(stage / DATABASE) - purged(config.backup_path))
    return Backup(path, manifest)


def purged(folder: Path) -> frozenset[str]:
    """Digests of content that was destroyed on purpose."""
    return frozenset(path.stem for path in (folder / POOL).glob(f"*{PURGED}"))


def forget(folder: Path, digests: Iterable[str]) -> None:
    """Destroy content in all backups of a folder.

    Raises
    ------
    StoreError
        The folder cannot be written; the content may still be there.
    """
    with filing(f"备份文件夹 {folder}"):
        for digest in digests:
            disk.write(folder / POOL / f"{digest}{PURGED}", b"")
            (folder / POOL / digest).unlink(missing_ok=True)


def thin_out(folder: Path) -> None:
    """Remove the oldest backups of each kind, and content no backup names any more."""
    backups, problems = every(folder)
    for kind, (_label, most) in KINDS.items():
        for backup in [one for one in backups if one.manifest.kind == kind][most:] if most else ():
            disk.remove(backup.path)
    if problems:
        return  # a manifest that cannot be read may name any content
    left = [backup.manifest for backup in every(folder)[0]]
    named = {entry.digest for one in left for entry in one.files.values()} | {
        lost for one in left for lost in one.missing
    }
    for path in (folder / POOL).glob("*"):
        if _DIGEST.fullmatch(path.name) and path.name not in named:
            path.unlink()


def sweep(config: Config) -> None:
    """Remove what a killed backup or restore left; whoever calls this is alone."""
    for path in (*config.backup_path.glob(f"*{disk.DRAFT}"), *config.data_path.glob(f"{_STAGE}*")):
        shutil.rmtree(path)
    for path in (config.backup_path / POOL).glob(f"*{disk.DRAFT}"):
        path.unlink()


@contextmanager
def staging(config: Config, *, beside: bool = False) -> Iterator[Path]:
    """Give a folder for work on a copy of the database, on a disk of this machine; or in any case in the data folder.

    Parameters
    ----------
    config : Config
    beside : bool
        Whether what is made there is to take a name in the data folder.
    """
    near = config.data_path if beside or not on_share(config.data_path) else None
    with tempfile.TemporaryDirectory(dir=near, prefix=_STAGE) as folder:
        yield Path(folder)


def _pooled(config: Config) -> dict[str, Entry]:
    files = {}
    for path in _files(config.data_path, POOLED):
        name = path.relative_to(config.data_path).as_posix()
        target = config.backup_path / POOL
        entry = Entry(digest=path.stem, size=path.stat().st_size) if _DIGEST.fullmatch(path.stem) else _entry(path)
        kept = target / entry.digest
        if not _same(kept, entry) and not disk.copy(path, kept, digest=entry.digest):
            continue  # damaged before it was ever kept: the manifest names it as missing
        (target / f"{entry.digest}{PURGED}").unlink(missing_ok=True)
        files[name] = entry
    return files


def _same(kept: Path, entry: Entry) -> bool:
    return kept.exists() and kept.stat().st_size == entry.size


def _copied(config: Config, draft: Path) -> dict[str, Entry]:
    files = {}
    for path in _files(config.data_path, (COPIED,)):
        name, content = path.relative_to(config.data_path).as_posix(), path.read_bytes()
        files[name] = Entry(digest=hashlib.sha256(content).hexdigest(), size=len(content))
        disk.write(draft / name, content)  # what was read: somebody may save the table meanwhile
    return files


def _files(root: Path, folders: Iterable[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != disk.DRAFT:
                yield path


def _entry(path: Path) -> Entry:
    return Entry(digest=disk.digest_of(path), size=path.stat().st_size)


def _facts(database: Path, files: Mapping[str, Entry]) -> dict[str, object]:
    """Where the log ended, and which content the catalogue names that is not there."""
    there = {entry.digest for entry in files.values()}
    with closing(sqlite3.connect(database)) as copy:
        (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        number, last = copy.execute("SELECT number, hash FROM events ORDER BY number DESC").fetchone() or (0, "")
    named = _named(database, living=True)
    return {"revision": revision, "events": number, "last_hash": last, "missing": tuple(sorted(named - there))}


def _destroyed(database: Path) -> set[str]:
    """Content the catalogue has destroyed and names nowhere else."""
    return _named(database, living=False) - _named(database, living=True)


def _named(database: Path, *, living: bool) -> set[str]:
    """Digests of content and uploads of the versions that are there, or of those that were 清除."""
    with closing(sqlite3.connect(database)) as copy:
        rows = copy.execute("SELECT digest, uploads, purged_at IS NULL FROM versions").fetchall()
    return {
        digest
        for content, sent, kept in rows
        if kept == living
        for digest in (content, *datasets.named(json.loads(sent)))
    }


def _unused(path: Path) -> Path:
    number = 2
    found = path
    while found.exists():
        found, number = path.with_name(f"{path.name}-{number}"), number + 1
    return found
