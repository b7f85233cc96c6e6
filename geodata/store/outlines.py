"""Which official outlines are in use: ids alone. What every act leaves is kept whole, to be gone back to.

The caller of what changes holds the transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.errors import ConflictError, DatasetError
from geodata.items import SCHEMATIC
from geodata.store import datasets, events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.models import SettingRow
from geodata.versions import Version

WHERE = "官方边界"
"""Key of the setting, and what a sentence calls it."""

EVERYWHERE = ""
"""Stands for the period of subdistricts, which belong to no plan."""

Uses = dict[str, dict[str, list[str]]]
"""Plan period ("" for subdistricts) -> id -> [version key, id of the row]."""


@dataclass(frozen=True)
class Step:
    """The last act.

    Attributes
    ----------
    event : int
        Number of its event in the log.
    """

    event: int
    person: str
    at: datetime


@dataclass(frozen=True)
class InUse:
    """Which outlines are in use, as of one moment.

    Attributes
    ----------
    uses : mapping
    versions : mapping of str to Version or None
        By key; None where the catalogue has it no more.
    last : Step or None
        The last act that can be taken back.
    """

    uses: Uses
    versions: Mapping[str, Version | None]
    last: Step | None

    @property
    def seen(self) -> int:
        """What an act says to show that it knows of the one before: the number of its event, 0 before the first."""
        return self.last.event if self.last else 0


NOTHING = InUse({}, {}, None)


def in_use(store: Store) -> InUse:
    """Read which outlines are in use.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    with store.reading() as session:
        steps = _kept(session)
        if not steps:
            return NOTHING
        uses: Uses = steps[-1]["uses"]
        keys = {key for units in uses.values() for key, _ in units.values()}
        return InUse(uses, {key: _version(session, key) for key in sorted(keys)}, _step(steps[-1]))


def acts(session: Session, *, seen: int) -> list[Uses]:
    """What each act so far has left, if the person has seen the last of them.

    Raises
    ------
    ConflictError
        Somebody has changed the outlines since.
    """
    steps = _kept(session)
    last = _step(steps[-1]) if steps else None
    if (last.event if last else 0) == seen:
        return [step["uses"] for step in steps]
    what = f"{last.person}已在 {last.at.astimezone():%Y-%m-%d %H:%M} 改过" if last else "已被退回"
    raise ConflictError(WHERE, what, "请刷新页面，核对后再办理")


def add(session: Session, person: Person, uses: Uses, change: Change) -> None:
    """Put outlines to use, with their event."""
    event = events.record(session, person, "boundary_replaced", change)
    told = {"event": event.number, "person": person.name, "at": event.at.isoformat(), "uses": uses}
    session.merge(SettingRow(key=WHERE, value=[*_kept(session), told]))


def drop(session: Session, person: Person, change: Change) -> None:
    """Take the last act away, with the event of that."""
    events.record(session, person, "boundary_restored", change)
    session.merge(SettingRow(key=WHERE, value=_kept(session)[:-1]))


def said(uses: Uses) -> str:
    """Write down which rows are in use, for the log.

    Examples
    --------
    >>> said({"2021-2025": {"Z004": ["3.1", "B1"]}}), said({})
    ('Z004 3.1 B1', '位置示意')
    """
    told = [f"{item} {key} {row}" for units in uses.values() for item, (key, row) in units.items()]
    return "；".join(told) or SCHEMATIC


def _kept(session: Session) -> Sequence[dict[str, Any]]:
    row = session.get(SettingRow, WHERE)
    return list(row.value) if row else []


def _step(told: Mapping[str, Any]) -> Step:
    return Step(told["event"], told["person"], datetime.fromisoformat(told["at"]))


def _version(session: Session, key: str) -> Version | None:
    try:
        return datasets.version_of(session, datasets.found(session, key))
    except DatasetError:
        return None
