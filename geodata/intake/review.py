"""A draft is put together, repaired, cut to the 管辖范围 and checked, and its rows are matched with those before."""

from dataclasses import replace
from functools import partial

import geopandas as gpd

from geodata.apart import apart
from geodata.assemble import Part, assemble
from geodata.check_scene import Against
from geodata.checking import check_all
from geodata.clip import Clipped, clip
from geodata.identity import Matching, match_ids
from geodata.intake.model import Checked, Draft, Ground, Piece
from geodata.intake.placing import placed
from geodata.repair import Repaired, offered, repaired
from geodata.watch import UNWATCHED, Watch

_CHECKS = (0.25, 0.95)


def review(draft: Draft, ground: Ground, *, watch: Watch = UNWATCHED) -> Checked:
    """Do all that can be done with a draft before it is taken in; nothing is written.

    Raises
    ------
    CancelledError
        Somebody stopped it.
    DatasetError, FileError
        The pieces cannot be put together, or not be matched with the version before.
    """
    watch.step(0.0, "拼接各文件")
    made = assemble([_part(piece, draft) for piece in draft.pieces], draft.kind, conversion=ground.conversion)
    shaped = isinstance(made.table, gpd.GeoDataFrame)
    watch.step(0.1, "修复")
    table, accounts = repaired(made.table, draft.kind, draft.repairs) if shaped else Repaired(made.table, ())
    offers = offered(table, draft.kind) if shaped else ()
    watch.step(0.2, "裁剪到管辖范围")
    cut = _cut(table, draft, ground) if shaped else None
    table = cut.table if cut else table
    boundary = None if cut else ground.boundary
    against = Against(made.scheme, made.parts[table.index], boundary, ground.zone, made.doubts)
    report = check_all(table, draft.kind, against=against, watch=_within(watch, *_CHECKS))
    watch.step(_CHECKS[1], "与上一版本逐条对应")
    matching = None if report.blocked else _matching(draft, ground, table)
    parts, cuts = made.parts[table.index], cut.cuts if cut else None
    return Checked(table, parts, made.scheme, made.unused, offers, accounts, cuts, report, matching)


def review_apart(draft: Draft, ground: Ground, *, watch: Watch = UNWATCHED) -> Checked:
    """Do the same in a process of its own: whatever a delivery does to it, the server goes on.

    Raises
    ------
    CancelledError
        Somebody stopped it.
    DatasetError, FileError
        As `review`; or it took too long or too much memory.
    """
    needed = replace(ground, references={})
    return apart(partial(review, draft, needed), watch=watch, folder=draft.folder)


def _part(piece: Piece, draft: Draft) -> Part:
    table = placed(piece, draft)
    return Part(piece.label, table, piece.fields, piece.units, piece.scheme, piece.prefix, piece.told, piece.meanings)


def _cut(table: gpd.GeoDataFrame, draft: Draft, ground: Ground) -> Clipped | None:
    return clip(table, ground.boundary) if draft.clip and ground.boundary is not None else None


def _matching(draft: Draft, ground: Ground, table: gpd.GeoDataFrame) -> Matching | None:
    if ground.previous is None:
        return None
    named = any("id" in piece.fields for piece in draft.pieces)
    return match_ids(ground.previous, table, column="id" if named else None)


def _within(watch: Watch, first: float, last: float) -> Watch:
    """Tell the steps of a part of the work as shares of the whole."""
    return Watch(lambda share, said: watch.progress(first + (last - first) * share, said), watch.cancelled)
