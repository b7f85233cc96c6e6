"""Files of a draft are opened, their layers read, and suggestions made for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.crs_recognition import Candidate, candidates, misplaced
from geodata.errors import FileError
from geodata.field_proposals import Proposal, Remembered, propose_fields
from geodata.foreign import reading
from geodata.foreign.model import LIMITS, Limits
from geodata.intake.model import Draft, Ground, Piece, Source
from geodata.kinds import DATASETS
from geodata.landuse_codes import LANDUSE_COLUMNS, Recognition, recognise
from geodata.watch import UNWATCHED, Watch

_FAR_BETTER = 0.5
"""A system the file does not declare is clear where no other holds so many of the features."""

Chosen = Sequence[tuple[str, str]]
"""Labels of files, each with the name of one of its layers."""


def opened(path: Path, label: str, *, encoding: str | None = None, limits: Limits = LIMITS) -> Source:
    """Look into a file.

    Raises
    ------
    FileError
        It cannot be read: one sentence.
    """
    return Source(label, path, reading.inspect(path, encoding=encoding, limits=limits), encoding)


def limits(folder: Path | None, watch: Watch) -> Limits:
    """What reading one file of a draft may take, where its zips are unpacked, and who is told how far it is."""
    return replace(LIMITS, cancelled=watch.cancelled, progress=watch.progress, folder=folder)


def open_all(
    files: Mapping[str, Path], *, folder: Path | None = None, watch: Watch = UNWATCHED
) -> tuple[tuple[Source, ...], tuple[FileError, ...]]:
    """Look into several files; those that cannot be read are said, the rest is opened.

    Parameters
    ----------
    files : mapping of str to Path
        By what people call them.
    folder : Path, optional
        As in `Draft`.
    watch : Watch
    """
    sources: list[Source] = []
    problems: list[FileError] = []
    for number, (label, path) in enumerate(files.items()):
        watch.step(number / len(files), f"打开“{label}”")
        try:
            sources.append(opened(path, label, limits=limits(folder, watch)))
        except FileError as error:
            watch.ask()
            problems.append(error)
    return tuple(sources), tuple(problems)


def with_pieces(
    draft: Draft, chosen: Chosen, ground: Ground, *, remembered: Iterable[Remembered] = (), watch: Watch = UNWATCHED
) -> Draft:
    """Read the chosen layers; what was chosen for one that was read before stays.

    Raises
    ------
    FileError
        A layer cannot be read.
    """
    known = {(piece.source, piece.layer): piece for piece in draft.pieces}
    several = {label for label, _ in chosen if sum(label == other for other, _ in chosen) > 1}
    pieces = []
    for number, (label, layer) in enumerate(chosen):
        watch.step(number / len(chosen), f"读取“{label}”")
        if (label, layer) not in known:
            source = next(one for one in draft.sources if one.label == label)
            bounds = limits(draft.folder, _of_one(watch, label, number, len(chosen)))
            columns = source.columns_of(layer)
            raw, notes = reading.read(source.path, layer, encoding=source.encoding, columns=columns, limits=bounds)
            raw = _without_void(raw)
            name = f"{label} · {layer}" if label in several else label
            known[label, layer] = suggested(Piece(name, label, layer, raw, notes), draft, ground, remembered=remembered)
        pieces.append(known[label, layer])
    return replace(draft, pieces=tuple(pieces))


def _of_one(watch: Watch, label: str, number: int, files: int) -> Watch:
    """Tell how far the reading of one file is as a share of all of them."""

    def told(share: float, said: str) -> None:
        watch.progress((number + share) / files, f"读取“{label}”：{said}")

    return Watch(told, watch.cancelled)


def _without_void(raw: pd.DataFrame) -> pd.DataFrame:
    """A table of which no row has a position is one without shapes: there is no system to ask for."""
    if isinstance(raw, gpd.GeoDataFrame) and not np.isfinite(shapely.bounds(raw.geometry.to_numpy())).any():
        return pd.DataFrame(raw.drop(columns=raw.active_geometry_name))
    return raw


def suggested(piece: Piece, draft: Draft, ground: Ground, *, remembered: Iterable[Remembered] = ()) -> Piece:
    """Suggest a coordinate system, fields, units and 分类标准 for a piece."""
    found: tuple[Candidate, ...] = ()
    problem = None
    if draft.placed(piece):
        try:
            table = gpd.GeoDataFrame(piece.raw)
            found = candidates(table, pipelines=ground.pipelines)
            problem = misplaced(f"“{piece.label}”", found, table)
        except FileError as error:
            problem = FileError(f"“{piece.label}”的{error.where}", error.what, error.remedy)
    proposals = _proposals(piece, draft.kind, ground, remembered)
    fields = {one.column: one.heading for one in proposals}
    units = {one.column: one.unit for one in proposals if one.unit}
    known = recognition(piece.raw, draft.kind, fields)
    return replace(
        piece,
        found=found,
        problem=problem,
        system=clear(found) if problem is None else None,
        proposals=proposals,
        fields=fields,
        units=units,
        recognition=known,
        scheme=known.scheme if known else None,
    )


def clear(found: Sequence[Candidate]) -> Candidate | None:
    """The one system that needs no choice: the declared one, or one that is far better than all others.

    Examples
    --------
    >>> from geodata.crs_recognition import candidates
    >>> [one.system for one in (clear(candidates((630000.0, 4303000.0, 631000.0, 4304000.0))),) if one]
    ['gk3_120']
    >>> clear(candidates((121.4, 38.8, 121.5, 38.9))) is None
    True
    """
    if not found or not found[0].share:
        return None
    second = found[1].share if len(found) > 1 else 0.0
    return found[0] if found[0].declared or found[0].share - second >= _FAR_BETTER else None


def recognition(raw: pd.DataFrame, kind: str, fields: Mapping[str, str]) -> Recognition | None:
    """Guess the 分类标准 of a table by its matched codes and names; None where the kind has none."""
    if kind not in LANDUSE_COLUMNS:
        return None
    pairs: set[tuple[object, object]] = set()
    for code, name in LANDUSE_COLUMNS[kind]:
        if code in fields:
            codes = raw[fields[code]].astype(object)
            names = raw[fields[name]].astype(object) if name in fields else [None] * len(raw)
            pairs |= set(zip(codes, names, strict=True))
    return recognise(list(raw.columns), pairs)


def _proposals(piece: Piece, kind: str, ground: Ground, remembered: Iterable[Remembered]) -> tuple[Proposal, ...]:
    """With the first match that was kept of which every field is there again."""
    headings = set(piece.headings)
    kept: Remembered = next(
        (one for one in remembered if {field for field, _ in one.values() if field} <= headings), {}
    )
    wanted = {name: told for name, told in kept.items() if name in DATASETS[kind].names}
    return propose_fields(piece.headings, kind, ground.synonyms, remembered=wanted)
