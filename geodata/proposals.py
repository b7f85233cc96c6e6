"""方案比选: proposals of parks, kept beside the land, which they do not touch; each act is an event of a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from geodata.access import Person, require
from geodata.errors import AccessError, ConflictError, DatasetError
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.parks import Park
from geodata.store import events, proposals
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.proposals import Kept

OUTLINES = "outlines"
"""Beside kinds of datasets: what the units are drawn by."""

LENGTHS: Mapping[str, tuple[str, int]] = {"name": ("方案名称", 80), "note": ("说明", 500)}


@dataclass(frozen=True)
class Draft:
    """What a person wants to keep.

    Attributes
    ----------
    versions : mapping of str to str
        Kind of dataset -> "<dataset>.<version>" the figures are computed from, "" where none is held; OUTLINES ->
        `outlines_told`.
    calibers : mapping of str to int
        Key of an indicator -> number of its parameters.
    """

    name: str
    note: str
    parks: Sequence[Park]
    versions: Mapping[str, str]
    calibers: Mapping[str, int]


@dataclass(frozen=True)
class Now:
    """What proposals are held against.

    Attributes
    ----------
    versions : mapping of str to str
        Kind of data -> key of the version that counts.
    calibers : mapping of str to int
        Key of an indicator -> number of the parameters in force.
    outlines : str
        From `outlines_told`.
    """

    versions: Mapping[str, str]
    calibers: Mapping[str, int]
    outlines: str


def outlines_told(land: Land) -> str:
    """Name the official outlines that are in use; "" where there are none."""
    return "、".join(sorted(f"{key} {one.version.key} {one.row}" for key, one in land.outlines.items()))


def read(store: Store) -> tuple[Kept, ...]:
    """Read all proposals in the order they came, those withdrawn too.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    with store.reading() as session:
        return proposals.everything(session)


def save(store: Store, person: Person | None, draft: Draft) -> Kept:
    """Keep a proposal under a name of its own.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    DatasetError
        It has no name, no park, or too long a text.
    ConflictError
        Another proposal has this name.
    """
    acting = require(person, "propose")
    told = _told(draft)
    with store.writing() as session:
        _refuse_taken(session, told["name"])
        kept = proposals.add(session, acting, **told)
        events.record(session, acting, "propose", Change("proposal", str(kept.id), after=said(kept)))
    return kept


def change(store: Store, person: Person | None, number: int, *, draft: Draft, seen: int) -> Kept:
    """Keep a proposal of one's own otherwise: other parks, another name, newer data.

    Parameters
    ----------
    number : int
        Its id.
    seen : int
        `revision` of what the person was shown.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or it is somebody else's.
    DatasetError
        As in `save`.
    ConflictError
        The name is taken, or the proposal was changed or withdrawn since.
    """
    acting = require(person, "propose")
    told = _told(draft)
    with store.writing() as session:
        before = _own(session, acting, number, seen=seen)
        _refuse_taken(session, told["name"], but=number)
        after = proposals.put(session, number, **told)
        about = Change("proposal", str(number), before=said(before), after=said(after))
        events.record(session, acting, "proposal_changed", about)
    return after


def withdraw(store: Store, person: Person | None, number: int, *, seen: int) -> None:
    """Take a proposal of one's own back; it can be restored.

    Raises
    ------
    AccessError, ConflictError
        As in `change`.
    """
    acting = require(person, "propose")
    with store.writing() as session:
        before = _own(session, acting, number, seen=seen)
        proposals.put(session, number, withdrawn_at=events.now())
        events.record(session, acting, "proposal_withdrawn", Change("proposal", str(number), before=said(before)))


def restore(store: Store, person: Person | None, number: int, *, seen: int) -> Kept:
    """Undo one's own withdrawal.

    Raises
    ------
    AccessError, ConflictError
        As in `change`; or the name has been taken since.
    """
    acting = require(person, "propose")
    with store.writing() as session:
        before = _own(session, acting, number, seen=seen, withdrawn=True)
        _refuse_taken(session, before.name)
        after = proposals.put(session, number, withdrawn_at=None)
        events.record(session, acting, "proposal_restored", Change("proposal", str(number), after=said(after)))
    return after


def outdated(kept: Kept, now: Now) -> tuple[str, ...]:
    """Which data, outlines of units and parameters are other ones now than those a proposal was made on."""
    current = {**dict.fromkeys(kept.versions, ""), **now.versions, OUTLINES: now.outlines}
    data = [label(kind) for kind, key in kept.versions.items() if current[kind] != key]
    other = any(now.calibers.get(key, number) != number for key, number in kept.calibers.items())
    return (*data, *(["指标口径"] if other else []))


def label(kind: str) -> str:
    """What is called what a proposal was made on.

    Examples
    --------
    >>> label("green"), label(OUTLINES)
    ('绿地、公园', '单元界线')
    """
    return "单元界线" if kind == OUTLINES else DATASETS[kind].label


def said(kept: Kept) -> str:
    """One line for the log: name, parks and note."""
    parks = "、".join(str(park["name"]) for park in kept.parks)
    return f"{kept.name}：{len(kept.parks)} 处（{parks}）{f'。{kept.note}' if kept.note else ''}"


def _told(draft: Draft) -> dict[str, object]:
    texts = {name: getattr(draft, name).strip() for name in LENGTHS}
    for name, (label, longest) in LENGTHS.items():
        if len(texts[name]) > longest:
            raise DatasetError(label, f"超过 {longest} 个字", "请改短")
    if not texts["name"]:
        raise DatasetError(LENGTHS["name"][0], "没有填写", "请填写后再保存")
    if not draft.parks:
        where = f"方案“{texts['name']}”"
        raise DatasetError(where, "还没有新公园", "请先在图上放一处公园，或选一处地块改为公园")
    records = [park.record for park in draft.parks]
    return {**texts, "parks": records, "versions": dict(draft.versions), "calibers": dict(draft.calibers)}


def _own(session: Session, person: Person, number: int, *, seen: int, withdrawn: bool = False) -> Kept:
    kept = next((one for one in proposals.everything(session) if one.id == number), None)
    if kept is None:
        where = f"方案 {number}"
        raise ConflictError(where, "没有这个方案", "请从列表中另选一个")
    where = f"方案“{kept.name}”"
    if kept.person_id != person.id:
        raise AccessError(where, f"是由{kept.person}编制的", f"请由{kept.person}办理，或另存为新方案")
    if kept.revision != seen or (kept.withdrawn_at is not None) != withdrawn:
        what = f"已在 {kept.changed_at.astimezone():%Y-%m-%d %H:%M} 改过"
        raise ConflictError(where, what, "请刷新页面，核对后再办理")
    return kept


def _refuse_taken(session: Session, name: object, *, but: int | None = None) -> None:
    living = [one for one in proposals.everything(session) if one.withdrawn_at is None and one.id != but]
    if taken := next((one for one in living if one.name == name), None):
        where = f"方案“{name}”"
        raise ConflictError(where, f"{taken.person}已有同名方案", "请换一个名称")
