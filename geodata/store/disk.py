"""Files that appear whole or not at all, and are on the disk before anybody is told so."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from geodata.files import rename

DRAFT = ".part"
"""How the name of a file or folder ends that is not finished; whoever finds an old one may remove it."""


def write(path: Path, content: bytes) -> None:
    """Write a file under its name, or nothing.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "a.txt", b"whole")
    ...     (Path(folder) / "a.txt").read_bytes()
    b'whole'
    """
    with _draft_of(path) as draft, draft.open("wb") as file:
        file.write(content)
        os.fsync(file.fileno())


def copy(source: Path, target: Path, *, digest: str) -> bool:
    """Copy a file whose sha256 is known; nothing is left, and False returned, where it holds something else."""
    with _draft_of(target) as draft:
        shutil.copyfile(source, draft)
        with draft.open("r+b") as file:
            os.fsync(file.fileno())
        same = digest_of(draft) == digest
        if not same:
            draft.unlink()
        return same


def take(draft: Path, path: Path) -> None:
    """Let a file that is on the disk take the name of another beside it: that needs no room."""
    rename(draft, path)
    _settle_names(path.parent)


def digest_of(path: Path) -> str:
    """Give the sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill; it takes its name when the block ends well, and is gone otherwise."""
    draft = path.with_name(f"{path.name}-{uuid4().hex}{DRAFT}")
    draft.mkdir(parents=True)
    try:
        yield draft
        rename(draft, path)
        _settle_names(path.parent)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def remove(path: Path) -> None:
    """Remove a folder with all it holds; killed half-way, what is left is a draft."""
    draft = path if path.suffix == DRAFT else path.with_name(f"{path.name}-{uuid4().hex}{DRAFT}")
    rename(path, draft)
    shutil.rmtree(draft)


@contextmanager
def _draft_of(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{uuid4().hex}{DRAFT}")
    try:
        yield draft
        if draft.exists():
            take(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _settle_names(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
