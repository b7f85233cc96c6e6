"""How tables and sentences go from one process to another: Arrow and JSON, nothing that runs."""

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from geodata.errors import FileError


def told(notes: Iterable[FileError]) -> list[list[str]]:
    """Sentences in three parts each."""
    return [[note.where, note.what, note.remedy] for note in notes]


def heard(notes: Iterable[list[str]]) -> tuple[FileError, ...]:
    """Sentences out of their parts."""
    return tuple(FileError(*note) for note in notes)


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table; a column that holds several types becomes text."""
    try:
        table.to_feather(path, compression="uncompressed")
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        _as_text(table).to_feather(path, compression="uncompressed")


def read(path: Path) -> pd.DataFrame:
    """Read what `write` wrote; a GeoDataFrame where it has places."""
    schema = pa.ipc.open_file(pa.OSFile(str(path))).schema
    return gpd.read_feather(path) if b"geo" in (schema.metadata or {}) else pd.read_feather(path)


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    mixed = [name for name in table.columns if table[name].dtype == object]
    return table.assign(**{name: table[name].map(str, na_action="ignore").astype("str") for name in mixed})
