"""The files that came in: uploads/<sha256><ending>, kept as they were sent, named by what they hold."""

import math
import re
import shutil
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from geodata.store import disk
from geodata.store.faults import filing

FOLDER = "uploads"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ENDING = re.compile(r"\.[a-z0-9]{1,10}")
_MANY = ".zip"
_SHAPEFILE = ".shp"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The same files always make the same zip."""


@dataclass(frozen=True)
class Upload:
    """A file as it was sent.

    Attributes
    ----------
    name : str
        What it was called.
    digest : str
        sha256 of what is kept.
    file : str
        Name of what is kept: the digest and its ending.
    size : int
        Bytes kept.
    """

    name: str
    digest: str
    file: str
    size: int


def keep(folder: Path, path: Path, name: str) -> Upload:
    """Keep a file for good; a folder (file geodatabase) or an open Shapefile is kept as one zip.

    Parameters
    ----------
    folder : Path
        The data folder.
    path : Path
    name : str
        What people call it.

    Raises
    ------
    StoreError
        The disk is full, or a file cannot be read; nothing is left behind.
    """
    with filing(f"文件夹 {folder / FOLDER}"), _as_one(path) as source:
        digest = disk.digest_of(source)
        ending = source.suffix.lower() if _ENDING.fullmatch(source.suffix.lower()) else ""
        target = folder / FOLDER / f"{digest}{ending}"
        if not target.exists() or disk.digest_of(target) != digest:
            disk.copy(source, target, digest=digest)
        return Upload(name, digest, target.name, target.stat().st_size)


def kept(folder: Path, *, before: float = math.inf) -> frozenset[str]:
    """Digests of the uploads in the data folder, or of those written before a moment in seconds since 1970.

    Raises
    ------
    StoreError
        The folder cannot be read.
    """
    files = [path for path in (folder / FOLDER).glob("*") if _DIGEST.fullmatch(path.stem)]
    with filing(f"文件夹 {folder / FOLDER}"):
        return frozenset(path.stem for path in files if path.stat().st_mtime < before)


def drop(folder: Path, digests: Collection[str]) -> None:
    """Destroy uploads.

    Raises
    ------
    StoreError
        A file does not let itself be removed.
    """
    with filing(f"文件夹 {folder / FOLDER}"):
        for path in (folder / FOLDER).glob("*"):
            if path.stem in digests:
                path.unlink(missing_ok=True)


@contextmanager
def _as_one(path: Path) -> Iterator[Path]:
    """Give one file that holds all of it."""
    parts = _parts(path)
    if parts == [path]:
        yield path
        return
    with TemporaryDirectory() as room:
        made = Path(room) / f"{path.stem}{_MANY}"
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts:
                entry = zipfile.ZipInfo(part.relative_to(path.parent).as_posix(), _NO_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with part.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target)
        yield made


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if path.suffix.lower() == _SHAPEFILE:
        beside = (part for part in path.parent.iterdir() if part.is_file())  # a glob would read [1] in a name
        return sorted(part for part in beside if part.name.startswith(f"{path.stem}."))
    return [path]
