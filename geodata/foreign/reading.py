"""The way in: what a file holds, and a table out of it."""

from pathlib import Path
from typing import Any

import pandas as pd

from geodata.errors import FileError
from geodata.foreign import transport
from geodata.foreign.archive import is_zip, members
from geodata.foreign.magic import REFUSED, recognise, refusal
from geodata.foreign.model import LIMITS, Inspection, Layer, Limits, Notes
from geodata.foreign.process import ask

_MB = 2**20


def inspect(path: Path, *, encoding: str | None = None, limits: Limits = LIMITS) -> Inspection:
    """What a file, zip or folder holds; nothing of it is changed and nothing is left behind.

    Parameters
    ----------
    path : Path
        A file, a zip, a file geodatabase, or a folder with any of these.
    encoding : str, optional
        Key of `model.CODECS`, where the person knows better than the file.
    limits : Limits

    Raises
    ------
    FileError
        Where it cannot be read: one sentence on what it is and how to convert it.
    """
    _refuse_early(path, limits)
    return ask(_request("inspect", path, encoding=encoding), limits, _inspection)


def read(
    path: Path, layer: str = "", *, encoding: str | None = None, columns: tuple[str, ...] = (), limits: Limits = LIMITS
) -> tuple[pd.DataFrame, Notes]:
    """One layer as it stands in the file: no coordinate changed, no column matched.

    Parameters
    ----------
    path : Path
        As for `inspect`.
    layer : str
        `Layer.name`; empty where there is only one.
    encoding : str, optional
        As for `inspect`.
    columns : tuple of str
        Columns of a CSV or Excel table that hold the places: easting (longitude) and northing (latitude), or one
        with WKT or pairs; empty to find them.
    limits : Limits

    Returns
    -------
    GeoDataFrame (DataFrame where there are no places), tuple of FileError
        Rows numbered from 0 in the order of the file, `crs` as declared (None where nothing is); and what a
        person should know before going on.

    Raises
    ------
    FileError
    """
    _refuse_early(path, limits)
    return ask(_request("read", path, layer=layer, encoding=encoding, columns=columns), limits, _table)


def _request(do: str, path: Path, **choice: Any) -> dict[str, Any]:
    return {"do": do, "path": str(path.absolute()), "layer": "", "encoding": None, "columns": (), **choice}


def _refuse_early(path: Path, limits: Limits) -> None:
    """Say what needs no process: what a file is, and what the list of a zip tells."""
    key = recognise(path)
    if key in REFUSED and key != "part":
        raise refusal(path, key)
    if path.is_file() and path.stat().st_size > limits.unpacked_mb * _MB:
        what = f"文件有 {path.stat().st_size / _MB:.0f} MB，超过 {limits.unpacked_mb} MB 的上限"
        raise FileError(path.name, what, "请分成几个文件")
    if key == "archive" or (key == "excel" and is_zip(path)):
        members(path, limits)


def _inspection(answer: dict[str, Any], _: Path) -> Inspection:
    layers = tuple(
        Layer(**{**layer, "kinds": tuple(layer["kinds"]), "headings": tuple(layer["headings"])})
        for layer in answer["layers"]
    )
    return Inspection(answer["format"], layers, transport.heard(answer["notes"]))


def _table(answer: dict[str, Any], work: Path) -> tuple[pd.DataFrame, Notes]:
    return transport.read(work / "table.arrow"), transport.heard(answer["notes"])
