"""The content of dataset versions: immutable GeoParquet files datasets/<sha256>.parquet, named by what they hold.

A file appears under its name whole or not at all, is never changed, and is checked against its name at every reading.
"""

import hashlib
import os
import re
from collections.abc import Collection, Sequence
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DatasetError
from geodata.store.faults import filing

FOLDER = "datasets"
_ENDING = ".parquet"
_DRAFT = ".part"
_SHORT = 16
_WRITING = "写入数据版本"
_GEOMETRY = "geometry"
_DIGEST = re.compile(r"[0-9a-f]{64}")


def content_path(folder: Path, digest: str) -> Path:
    """Where the content of a version lies below the data folder.

    Raises
    ------
    ValueError
        That is no sha256 in hexadecimal, so it must not become part of a path.
    """
    if not _DIGEST.fullmatch(digest):
        message = f"not a digest: {digest!r}"
        raise ValueError(message)
    return folder / FOLDER / f"{digest}{_ENDING}"


def write_content(table: gpd.GeoDataFrame, folder: Path) -> str:
    """Keep a table for good and return the digest it is read back by.

    The same table always has the same digest. A draft is written and flushed to the disk before it takes its name.

    Parameters
    ----------
    table : GeoDataFrame or DataFrame
        Index, columns, types and reference system are all kept.
    folder : Path
        The data folder.

    Returns
    -------
    str
        sha256 of the file.

    Raises
    ------
    StoreError
        The disk is full or does not let itself be written; nothing is left behind.
    DatasetError
        A column holds values of several types.
    """
    draft = folder / FOLDER / f"{uuid4().hex}{_DRAFT}"
    try:
        with filing(f"文件夹 {draft.parent}"):
            return _kept(table, draft)
    except pa.ArrowException as error:
        raise DatasetError(_WRITING, f"同一列中混有不同类型的取值（{error.args[-1]}）", "请统一该列的类型") from error
    finally:
        draft.unlink(missing_ok=True)


def _kept(table: pd.DataFrame, draft: Path) -> str:
    draft.parent.mkdir(parents=True, exist_ok=True)
    _plain(table).to_parquet(draft, compression="zstd", index=True)
    digest = _settled(draft)
    target = draft.with_name(f"{digest}{_ENDING}")
    if not _whole(target):
        draft.replace(target)
        _settle_folder(draft.parent)
    return digest


def read_content(folder: Path, digest: str, *, columns: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Read a version's table, all of it or some columns.

    Returns
    -------
    GeoDataFrame
        A plain DataFrame where the kind has no geometry, or `columns` leaves it out.

    Raises
    ------
    DatasetError
        The file is gone, or no longer holds what was written.
    """
    path = content_path(folder, digest)
    wanted = None if columns is None else list(columns)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(*_lost(path, "找不到或无法读取")) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise DatasetError(*_lost(path, "内容与写入时不一致，文件已损坏"))
    read = gpd.read_parquet if _has_geometry(content, wanted) else pd.read_parquet
    return read(BytesIO(content), columns=wanted)


def kept(folder: Path) -> frozenset[str]:
    """Digests of all content that lies in the data folder."""
    return frozenset(path.stem for path in (folder / FOLDER).glob(f"*{_ENDING}") if _DIGEST.fullmatch(path.stem))


def drop(folder: Path, digests: Collection[str]) -> None:
    """Destroy content.

    Raises
    ------
    StoreError
        A file does not let itself be removed: another program has it open.
    """
    with filing(f"文件夹 {folder / FOLDER}"):
        for digest in digests:
            content_path(folder, digest).unlink(missing_ok=True)
        if digests:
            _settle_folder(folder / FOLDER)


def drop_derived(folder: Path, digests: Collection[str]) -> tuple[str, ...]:
    """Remove files made of versions, at any depth below a folder: their names begin with 16 digits of the digest."""
    starts = {digest[:_SHORT] for digest in digests}
    made = [path for path in folder.rglob("*") if path.name[:_SHORT] in starts and path.is_file()]
    with filing(f"文件夹 {folder}"):
        for path in made:
            path.unlink(missing_ok=True)
    return tuple(path.name for path in made)


def drop_drafts(folder: Path, *, before: float) -> tuple[str, ...]:
    """Remove drafts that nobody has touched since a moment in seconds since 1970: their writer was killed."""
    drafts = [path for path in (folder / FOLDER).glob(f"*{_DRAFT}") if path.stat().st_mtime < before]
    for path in drafts:
        path.unlink(missing_ok=True)
    return tuple(path.name for path in drafts)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table without what only its maker knew: attrs would give the same content another digest."""
    bare = table.copy(deep=False)
    bare.attrs = {}
    return bare


def _settled(path: Path) -> str:
    """Bring a file to the disk itself and return its digest."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
        return hashlib.file_digest(file, "sha256").hexdigest()


def _settle_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk; Windows does so by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole(path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == path.stem


def _has_geometry(content: bytes, columns: Sequence[str] | None) -> bool:
    stored = pq.read_schema(BytesIO(content))
    return b"geo" in (stored.metadata or {}) and (columns is None or _GEOMETRY in columns)


def _lost(path: Path, what: str) -> tuple[str, str, str]:
    return f"数据版本文件 {path.name[:8]}….parquet", what, "请从备份恢复，或重新导入该版本"
