"""What belongs to a backup: its manifest, read and checked.

backups/
├── files/<sha256>                    content of datasets and uploads, each once for all backups
├── files/<sha256>.purged             content that was destroyed on purpose (清除): it never comes back
└── 20261123-181500-manual/
    ├── manifest.json                 what belongs to this backup, with size and sha256
    ├── store.sqlite                  the database, whichever it was
    └── tables/                       the office's own tables
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, ValidationError

from geodata.contract import Contract
from geodata.errors import DashboardError, StoreError
from geodata.store import disk

Kind = Literal["manual", "daily", "before_restore"]

KINDS: Mapping[Kind, tuple[str, int | None]] = {
    "manual": ("手动备份", None),
    "daily": ("每日自动备份", 14),
    "before_restore": ("恢复前自动备份", 5),
}
"""Kind -> what it is called, and how many are kept; None: nobody but a person removes them."""

POOLED = ("datasets", "uploads", "evidence")
"""Folders of the data folder whose files never change: each is copied once."""

COPIED = "tables"
"""Folder of the data folder that people change: it is copied into every backup."""

POOL = "files"
PURGED = ".purged"
DATABASE = "store.sqlite"
MANIFEST = "manifest.json"


def _inside(path: str) -> str:
    """Refuse a path that leads out of the folders of a backup."""
    parts = PurePosixPath(path).parts
    if len(parts) < 2 or parts[0] not in (*POOLED, COPIED) or ".." in parts or set(path) & {"\\", ":"}:  # noqa: PLR2004
        message = f"路径 {path} 不属于备份"
        raise ValueError(message)
    return path


Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Inside = Annotated[str, AfterValidator(_inside)]


class Entry(Contract):
    """A file of a backup."""

    digest: Digest
    size: int


class Manifest(Contract):
    """What belongs to a backup.

    Attributes
    ----------
    events, last_hash : int, str
        Where the log ended.
    files : dict
        Path in the data folder -> file; those of POOLED lie in the pool, those of COPIED beside the manifest.
    missing : tuple of str
        Content the catalogue names that was not there when the backup was made.
    """

    format: Literal[1] = 1
    kind: Kind
    at: datetime
    person: str
    database: str
    revision: str
    events: int
    last_hash: str
    store: Entry
    files: dict[Inside, Entry]
    missing: tuple[Digest, ...] = ()


@dataclass(frozen=True)
class Backup:
    """A backup in its folder."""

    path: Path
    manifest: Manifest

    @property
    def label(self) -> str:
        """What a list calls it."""
        return f"{self.manifest.at.astimezone():%Y-%m-%d %H:%M:%S} {KINDS[self.manifest.kind][0]}"

    @property
    def problems(self) -> tuple[DashboardError, ...]:
        """What this backup could not keep."""
        lost = len(self.manifest.missing)
        what, remedy = f"有 {lost} 个数据版本的文件已丢失或损坏，未能备份", "请从以前的备份恢复，或重新导入"
        return (StoreError(f"备份 {self.path.name}", what, remedy),) if lost else ()


def read(path: Path) -> Backup:
    """Read the manifest of a backup.

    Raises
    ------
    StoreError
        That is no backup, or its manifest is damaged.
    """
    where = f"备份 {path.name}"
    try:
        return Backup(path, Manifest.model_validate_json((path / MANIFEST).read_bytes()))
    except OSError as error:
        raise StoreError(where, f"找不到或无法读取 {MANIFEST}", "请选择一个备份文件夹") from error
    except ValidationError as error:
        raise StoreError(where, f"{MANIFEST} 已损坏或由较新版本的程序建立", "请选择另一个备份") from error


def every(folder: Path) -> tuple[tuple[Backup, ...], tuple[DashboardError, ...]]:
    """List the backups of a folder, the newest first; those that cannot be read are problems."""
    found: list[Backup] = []
    problems: list[DashboardError] = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name == POOL or path.suffix == disk.DRAFT or not path.is_dir():
            continue
        try:
            found.append(read(path))
        except StoreError as error:
            problems.append(error)
    return tuple(sorted(found, key=lambda backup: backup.manifest.at, reverse=True)), tuple(problems)


def check(backup: Backup) -> None:
    """Check every file of a backup against its manifest.

    Raises
    ------
    StoreError
        A file is gone or not what it was.
    """
    where, manifest = f"备份 {backup.path.name}", backup.manifest
    for name, entry in {DATABASE: manifest.store, **manifest.files}.items():
        path = held(backup, name, entry)
        if path is None:
            continue
        if not path.is_file():
            raise StoreError(where, f"缺少 {name} 的内容", "没有恢复任何内容，请选择另一个备份")
        if path.stat().st_size != entry.size or disk.digest_of(path) != entry.digest:
            raise damaged(backup, name)


def damaged(backup: Backup, name: str) -> StoreError:
    """Say that a file of a backup is not what it was."""
    return StoreError(f"备份 {backup.path.name}", f"{name} 的内容已损坏", "没有恢复任何内容，请选择另一个备份")


def held(backup: Backup, name: str, entry: Entry) -> Path | None:
    """Where a backup holds a file; None for content that was destroyed on purpose."""
    if PurePosixPath(name).parts[0] not in POOLED:
        return backup.path / name
    pool = backup.path.parent / POOL
    return None if (pool / f"{entry.digest}{PURGED}").exists() else pool / entry.digest
