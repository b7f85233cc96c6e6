"""The last step: what was checked becomes a version, its files are kept, and the match is remembered."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TypeAlias

import geopandas as gpd

from geodata import uploads
from geodata.access import Person, require
from geodata.catalogue import refuse, take_in
from geodata.config import Config
from geodata.errors import DatasetError, StoreError
from geodata.field_proposals import Remembered
from geodata.intake.model import About, Checked, Draft, Piece, Ready
from geodata.schema import conform
from geodata.store import settings
from geodata.store.engine import Store
from geodata.treatment import treatments
from geodata.uploads import Upload
from geodata.value_match import Matches
from geodata.versions import Intake, Version
from geodata.watch import UNWATCHED, Watch

_log = logging.getLogger(__name__)
_Kept: TypeAlias = Mapping[str, list[str]]
_KEPT = 12
"""So many different matches are kept for a kind."""


def finished(draft: Draft, checked: Checked) -> gpd.GeoDataFrame:
    """Give what was checked the exact form of its contract, with the ids of the version before.

    Raises
    ------
    DatasetError
        Something must be changed first.
    """
    if checked.report.blocked:
        where, what = "入库", f"还有 {len(checked.report.group('must'))} 项必须修改"
        raise DatasetError(where, what, "请改正后重新检查")
    table = checked.table
    if checked.matching is not None:
        table = checked.matching.applied(table).reset_index(drop=True)
    return conform(table, draft.kind, scheme=checked.scheme)


def take(  # noqa: PLR0913 - what comes in, where, by whom, and who watches: none follows from another
    store: Store, person: Person | None, ready: Ready, *, about: About, config: Config, watch: Watch = UNWATCHED
) -> Version:
    """Take a draft in; whoever stops it before the last step has written no version.

    Raises
    ------
    CancelledError
        Somebody stopped it.
    AccessError, ConflictError, DatasetError, StoreError
        As `catalogue.take_in`; or something must be changed first. The dataset in use stays as it was.
    """
    acting = require(person, "import")
    draft, checked = ready
    watch.step(0.0, "整理各行")
    table = finished(draft, checked)
    intake = _told(ready, table, about)
    refuse(store, acting, intake)
    watch.step(0.3, "保存上传的文件")
    intake = replace(intake, uploads=kept(draft, config))
    watch.step(0.6, "入库")
    version = take_in(store, acting, table, intake=intake, config=config)
    try:
        remember(store, acting, draft)
    except StoreError as error:  # the version is there: who is told of a failure would take it in again
        _log.warning("%s", error)
    return version


def _told(ready: Ready, table: gpd.GeoDataFrame, about: About) -> Intake:
    draft, checked = ready
    return Intake(
        draft.kind,
        **asdict(about),
        scheme=checked.scheme,
        synthetic=bool(len(table) and table["synthetic"].all()),
        findings=checked.report.findings,
        treatment=treatments(checked.accounts, checked.cuts),
        follows=draft.follows,
    )


def kept(draft: Draft, config: Config) -> tuple[Upload, ...]:
    """Keep the files whose layers were used."""
    used = {piece.source for piece in draft.pieces}
    return tuple(uploads.keep(config.data_path, one.path, one.label) for one in draft.sources if one.label in used)


def remembered(store: Store, kind: str) -> tuple[Remembered, ...]:
    """Matches that were used for a kind, the latest first."""
    told: Iterable[_Kept] = settings.get(store, _key(kind), [])
    return tuple({column: (pair[0], pair[1]) for column, pair in one.items()} for one in told)


def remember(store: Store, person: Person | None, draft: Draft) -> None:
    """Remember the matches of a draft for the next file of its kind.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    StoreError
        It cannot be written.
    """
    settings.revise(store, person, _key(draft.kind), change=partial(_matched, draft), needs="import")
    if any(piece.meanings for piece in draft.pieces):
        settings.revise(store, person, _values_key(draft.kind), change=partial(_meant, draft), needs="import")


def _matched(draft: Draft, before: Sequence[_Kept] | None) -> list[_Kept]:
    used = [_match(piece) for piece in draft.pieces if piece.fields]
    every = [*used, *(one for one in before or () if _fields(one) not in map(_fields, used))]
    return [one for number, one in enumerate(every) if one not in every[:number]][:_KEPT]


def _meant(draft: Draft, before: Matches | None) -> Matches:
    meant = {column: dict(told) for column, told in (before or {}).items()}
    for piece in draft.pieces:
        for column, told in piece.meanings.items():
            meant[column] = meant.get(column, {}) | dict(told)
    return meant


def remembered_meanings(store: Store, kind: str) -> Matches:
    """What values were said to mean in deliveries of a kind."""
    told: Matches = settings.get(store, _values_key(kind), {})
    return told


def _match(piece: Piece) -> _Kept:
    """What was chosen; a suggestion somebody took away is remembered as none."""
    away = {one.column: ["", ""] for one in piece.proposals if one.column not in piece.fields}
    return {**away, **{column: [name, piece.units.get(column, "")] for column, name in piece.fields.items()}}


def _fields(match: Mapping[str, list[str]]) -> set[str]:
    return {pair[0] for pair in match.values() if pair[0]}


def _key(kind: str) -> str:
    return f"字段对应 {kind}"


def _values_key(kind: str) -> str:
    return f"取值对应 {kind}"
