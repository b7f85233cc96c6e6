"""Where the rows of a piece lie: the system that was chosen, and whether they are shifted as internet maps are."""

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import units
from geodata.columns import area
from geodata.content import STATED
from geodata.crs_recognition import Candidate, to_metric
from geodata.crs_scores import AS_IS
from geodata.crs_shift import SAID, corrected, shift
from geodata.errors import FileError
from geodata.foreign.shapes import KINDS, kinds
from geodata.intake.model import Draft, Ground, Piece
from geodata.kinds import DATASETS
from geodata.stated_areas import compared
from geodata.typed import written
from geodata.watch import UNWATCHED, Watch

_AREA = area(STATED, "")


def with_system(piece: Piece, system: Candidate | None) -> Piece:
    """Choose a coordinate system; what was found of a shift before counts no longer."""
    return piece if system == piece.system else replace(piece, system=system, shift=None, hypothesis="")


def with_shifts(draft: Draft, ground: Ground, *, watch: Watch = UNWATCHED) -> Draft:
    """Look for a shift in every piece whose system is chosen; where there is clearly none, nothing is to be chosen.

    Raises
    ------
    FileError
        Positions cannot be taken over from the chosen system.
    """
    pieces = []
    for number, piece in enumerate(draft.pieces):
        watch.step(number / len(draft.pieces), f"核对“{piece.label}”的位置")
        pieces.append(_looked_at(piece, draft, ground))
    return replace(draft, pieces=tuple(pieces))


def _looked_at(piece: Piece, draft: Draft, ground: Ground) -> Piece:
    if piece.system is None or piece.shift is not None or not draft.placed(piece):
        return piece
    metric = to_metric(gpd.GeoDataFrame(piece.raw), piece.system)
    found = shift(metric, draft.kind, ground.references)
    return with_drawn_unit(replace(piece, shift=found, hypothesis=AS_IS if found.named == AS_IS else ""), metric)


def with_drawn_unit(piece: Piece, metric: gpd.GeoDataFrame) -> Piece:
    """Compare the stated areas with the shapes; where the heading tells no unit, the one that agrees is suggested."""
    heading = piece.fields.get(STATED)
    if heading is None:
        return piece
    numbers = pd.to_numeric(written(piece.raw[heading]).astype(object), errors="coerce")
    unit = compared(metric.geometry, numbers.to_numpy(dtype=float, na_value=np.nan)).unit
    told = any(one.column == STATED and one.how == "remembered" for one in piece.proposals)
    told = told or units.told(heading, _AREA).unit is not None
    suggested = {} if told or not unit else {STATED: unit}
    return replace(piece, drawn_unit=unit, units={**piece.units, **suggested})


def placed(piece: Piece, draft: Draft, *, hypothesis: str | None = None) -> pd.DataFrame:
    """Bring a piece to EPSG:4549 as it was chosen, or under another hypothesis; a table without shapes stays.

    Raises
    ------
    FileError
        Positions cannot be taken over from the chosen system.
    """
    if piece.system is None or not draft.placed(piece):
        return piece.raw
    metric = to_metric(gpd.GeoDataFrame(piece.raw), piece.system)
    moved: pd.DataFrame = corrected(metric, hypothesis or piece.hypothesis or AS_IS)
    return moved


def wanted(kind: str) -> tuple[str, ...]:
    """The shapes a kind keeps, as the screen says them.

    Examples
    --------
    >>> wanted("landuse"), wanted("enterprises")
    (('面',), ())
    """
    return tuple(KINDS[shape] for shape in DATASETS[kind].geometry)


def unfitting(draft: Draft) -> Iterator[str]:
    """Say which pieces hold no shapes of which this kind could be made; a closed line can become an area."""
    spec, shapes = DATASETS[draft.kind], wanted(draft.kind)
    usable = {*shapes, "混合", *(("线",) if shapes == ("面",) else ())}
    for piece in draft.pieces:
        found = kinds(piece.raw)
        if not shapes or usable & set(found) or not (found or spec.placed):
            continue
        where, is_there = f"“{piece.label}”", f"是{'、'.join(found)}" if found else "没有图形"
        what = f"{spec.label}需要{'或'.join(shapes)}，这个图层{is_there}"
        yield str(FileError(where, what, "请另选图层、坐标列或数据类别"))
        yield from map(str, () if found else piece.notes)


def undecided(draft: Draft) -> Iterator[str]:
    """Say what a person has yet to choose before the rows can be placed."""
    for piece in draft.pieces:
        if not draft.placed(piece):
            continue
        if piece.problem is not None:
            yield str(piece.problem)
        elif piece.system is None:
            yield f"“{piece.label}”：不能确定坐标系，请选定一个。"
        elif piece.shift is not None and not piece.hypothesis:
            yield f"“{piece.label}”：请在图上对照{'、'.join(SAID.values())}三种情形后选定一种。"
