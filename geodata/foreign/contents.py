"""What a path holds and a table out of it, whatever the format; runs in the child process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from geodata.errors import FileError
from geodata.foreign import shapes, sheets, vector
from geodata.foreign.model import (
    FETCHED,
    FORMATS,
    ONE_LAYER,
    SETTLED,
    TABLES,
    Choice,
    Inspection,
    Layer,
    Limits,
    Notes,
    Task,
)
from geodata.foreign.sources import Source, sources


class Reader(NamedTuple):
    """How a format is looked into, and how a layer of it is read."""

    inspect: Callable[[Task], tuple[tuple[Layer, ...], Notes]]
    read: Callable[[Task, str], tuple[pd.DataFrame, Notes]]


_VECTOR = Reader(vector.inspect, vector.read)
_SHEETS = Reader(sheets.inspect, sheets.read)
READERS: Mapping[str, Reader] = MappingProxyType({key: _SHEETS if key in TABLES else _VECTOR for key in FORMATS})

_BETWEEN = " / "


def inspect(path: Path, work: Path, choice: Choice, limits: Limits) -> Inspection:
    """What a path holds.

    Raises
    ------
    FileError
    """
    found, notes = sources(path, work, limits)
    layers: list[Layer] = []
    for source in found:
        inner, more = READERS[source.format].inspect(_task(source, work, choice, limits))
        layers += [replace(layer, name=_outer(source, layer.name, found)) for layer in inner]
        notes += more
    formats = dict.fromkeys(FORMATS[source.format] for source in found)
    return Inspection("、".join(formats), tuple(layers), notes)


def read(path: Path, work: Path, choice: Choice, limits: Limits) -> tuple[pd.DataFrame, Notes]:
    """One layer of a path, as it stands in the file, and what a person should know of it.

    Raises
    ------
    FileError
    """
    found, notes = sources(path, work, limits)
    source, inner = _chosen(path.name, found, choice.layer)
    table, more = READERS[source.format].read(_task(source, work, choice, limits), inner)
    limits.progress(FETCHED, "核对图形")
    table, rest = shapes.settled(table, source.file, source.format)
    limits.progress(SETTLED, "整理各列")
    return table, (*notes, *more, *rest)


def _task(source: Source, work: Path, choice: Choice, limits: Limits) -> Task:
    return Task(source.format, source.path, source.file, work, choice, limits)


def _outer(source: Source, inner: str, found: Sequence[Source]) -> str:
    if len(found) == 1:
        return inner
    return source.file if source.format in ONE_LAYER else f"{source.file}{_BETWEEN}{inner}"


def _chosen(where: str, found: Sequence[Source], name: str) -> tuple[Source, str]:
    if len(found) == 1:
        return found[0], name
    for source in found:
        if source.file == name:
            return source, ""
        if name.startswith(source.file + _BETWEEN):
            return source, name.removeprefix(source.file + _BETWEEN)
    raise FileError(where, f"没有图层“{name}”", "请重新选择图层")
