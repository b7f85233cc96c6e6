"""Figures of before on the page 绿地与公园: which moments there are, and what was computed by then."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from geodata.calibers import Caliber, Calibers
from geodata.catalogue import Catalogue
from geodata.errors import MeasureError
from geodata.history import as_of, gone
from geodata.measures.evaluate import Answer
from geodata.measures.inputs import GATES
from geodata.store.switches import Switch, switches
from layers.calibers import Steps
from pages.ui import caches, measured
from pages.ui.measured import Ask

_MOST = 12


@dataclass(frozen=True)
class Then:
    """Data and parameters of before."""

    label: str
    held: Catalogue
    caliber: Caliber


def moments(held: Catalogue, ask: Ask) -> Iterator[Then]:
    """Moments before which data or parameters were others, the latest first."""
    known, _ = measured.versioned()
    if tried(ask):
        yield Then("现行口径（试算之前）", held, known.in_force(ask.key, measured.today()))
    changes = switches(caches.store())
    for at in sorted(_times(held, ask, known, changes), reverse=True)[:_MOST]:
        past, caliber = as_of(held, changes, at), known.before(ask.key, at)
        before = replace(ask, indicator=caliber.row)
        found = measured.versions(past, before)
        if set(before.kinds) <= set(found) or gone(past, before.kinds):
            label = f"{at.astimezone():%Y-%m-%d %H:%M} 以前（{_told(past, held, before)}；口径 {caliber.number}）"
            yield Then(label, past, caliber)


def steps(scene: caches.Scene, held: Catalogue, ask: Ask, then: Then) -> Steps:
    """Figures then, with today's data by the parameters of then, and today.

    Raises
    ------
    MeasureError
        One of them cannot be computed.
    """
    before = replace(ask, indicator=then.caliber.row)
    if gone(then.held, before.kinds) or then.held.mixture(before.kinds):
        where = "与上次相比"
        raise MeasureError(where, "上次的数不能复算", "请另选一个时刻")
    old, between, new = answers(scene, held, ask, then)
    if old.missing or between.missing or new.missing:
        where = "与上次相比"
        raise MeasureError(where, "缺少数据", "请在“数据”页导入后再导出")
    return old.figures, between.figures, new.figures


def _times(held: Catalogue, ask: Ask, known: Calibers, changes: tuple[Switch, ...]) -> set[datetime]:
    ids = {dataset.id for dataset in held.datasets if dataset.kind in (*ask.kinds, GATES)}
    versions = (one for one in known.history(ask.key) if one.kept and not one.kept.withdrawn)
    adopted = {one.since for one in versions if one.since and one.since <= datetime.now(UTC)}
    return {one.at for one in changes if one.dataset in ids} | adopted


def _told(past: Catalogue, held: Catalogue, ask: Ask) -> str:
    """Name the data that were others then."""
    then, today = measured.versions(past, ask), measured.versions(held, ask)
    others = [*gone(past, ask.kinds), *(one for kind, one in then.items() if today.get(kind) != one)]
    return "、".join(one.label for one in others) or "数据相同"


def answers(scene: caches.Scene, held: Catalogue, ask: Ask, then: Then) -> tuple[Answer, Answer, Answer]:
    """Answers then, with today's data by the parameters of then, and today."""
    before = replace(ask, indicator=then.caliber.row)
    return (
        measured.answer(scene, then.held, before),
        measured.answer(scene, held, before),
        measured.answer(scene, held, ask),
    )


def tried(ask: Ask) -> bool:
    """Whether other parameters are tried than those that hold."""
    return measured.caliber(ask.key).row != ask.indicator
