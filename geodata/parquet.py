"""The content of dataset versions: immutable GeoParquet files datasets/<sha256>.parquet, named by what they hold.

A file appears under its name whole or not at all, is never changed, and is checked against its name at every reading.
"""

import hashlib
import math
import re
from collections.abc import Collection, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import DatasetError
from geodata.store import disk
from geodata.store.faults import filing

FOLDER = "datasets"
_ENDING = ".parquet"
SHORT = 16
"""Leading digits of a digest that stand in the name of whatever was made of the content."""
_OBJECTS = {"pandas_type": "unicode", "numpy_type": "object"}
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

    The same table always has the same digest. The file is on the disk itself before this returns.

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
    content = _serialised(table)
    digest = hashlib.sha256(content).hexdigest()
    path = content_path(folder, digest)
    with filing(f"文件夹 {path.parent}"):
        if not path.exists() or disk.digest_of(path) != digest:
            disk.write(path, content)
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
    stored = pq.read_schema(BytesIO(content))
    shapes = b"geo" in stored.metadata and (wanted is None or _GEOMETRY in wanted)
    read = gpd.read_parquet if shapes else pd.read_parquet
    return _as_written(read(BytesIO(content), columns=wanted), stored.pandas_metadata)


def kept(folder: Path, *, before: float = math.inf) -> frozenset[str]:
    """Digests of the content in the data folder, or of what was written before a moment in seconds since 1970.

    Raises
    ------
    StoreError
        The folder cannot be read.
    """
    files = [path for path in (folder / FOLDER).glob(f"*{_ENDING}") if _DIGEST.fullmatch(path.stem)]
    with filing(f"文件夹 {folder / FOLDER}"):
        return frozenset(path.stem for path in files if path.stat().st_mtime < before)


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


def drop_derived(folder: Path, digests: Collection[str]) -> tuple[str, ...]:
    """Remove files made of versions, at any depth below a folder: 16 digits of the digest stand in their names.

    They come first, or after 16 digits of what the file itself holds and of other versions it was made of.
    """
    gone = {digest[:SHORT] for digest in digests}
    with filing(f"文件夹 {folder}"):
        made = [path for path in folder.rglob("*") if gone & _parts(path.stem) and path.is_file()]
        for path in made:
            path.unlink(missing_ok=True)
    return tuple(path.name for path in made)


def _parts(name: str) -> set[str]:
    return {name[start : start + SHORT] for start in range(0, len(name), SHORT)}


def drop_drafts(folder: Path, *, before: float) -> tuple[str, ...]:
    """Remove drafts that nobody has touched since a moment in seconds since 1970: their writer was killed.

    Raises
    ------
    StoreError
        One does not let itself be removed.
    """
    with filing(f"文件夹 {folder / FOLDER}"):
        drafts = [path for path in (folder / FOLDER).glob(f"*{disk.DRAFT}") if path.stat().st_mtime < before]
        for path in drafts:
            path.unlink(missing_ok=True)
    return tuple(path.name for path in drafts)


def _serialised(table: pd.DataFrame) -> bytes:
    """The table without what only its maker knew: attrs would give the same content another digest."""
    bare, content = table.copy(deep=False), BytesIO()
    bare.attrs = {}
    try:
        bare.to_parquet(content, compression="zstd", index=True)
    except pa.ArrowException as error:
        raise DatasetError(_WRITING, f"同一列中混有不同类型的取值（{error.args[-1]}）", "请统一该列的类型") from error
    return content.getvalue()


def _as_written(table: pd.DataFrame, told: Mapping[str, Any]) -> pd.DataFrame:
    """Give text that was kept as plain objects its type back: pandas reads any text as its own type."""
    plain = {column["field_name"] for column in told["columns"] if _OBJECTS.items() <= column.items()}
    for name in plain & set(table.columns):
        table[name] = table[name].astype(object).where(table[name].notna(), None)
    if plain & {name for name in told["index_columns"] if isinstance(name, str)}:
        table.index = table.index.astype(object)
    return table


def _lost(path: Path, what: str) -> tuple[str, str, str]:
    return f"数据版本文件 {path.name[:8]}….parquet", what, "请从备份恢复，或重新导入该版本"
