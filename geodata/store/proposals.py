"""Proposals as they are kept; what is withdrawn stays. The caller holds the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.store import events
from geodata.store.models import PersonRow, ProposalRow


@dataclass(frozen=True)
class Kept:
    """A proposal as it is kept.

    Attributes
    ----------
    parks : sequence of mapping
        `Park.record` of each.
    versions : mapping of str to str
        Kind of dataset -> "<dataset>.<version>" it was made on.
    calibers : mapping of str to int
        Key of an indicator -> number of its parameters then.
    revision : int
        Counts up with each change.
    person : str
        Who made it.
    """

    id: int
    name: str
    note: str
    parks: Sequence[Mapping[str, Any]]
    versions: Mapping[str, str]
    calibers: Mapping[str, int]
    revision: int
    person_id: int
    person: str
    created_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None


def everything(session: Session) -> tuple[Kept, ...]:
    """All proposals in the order they came, those withdrawn too."""
    names = {row.id: row.name for row in session.scalars(select(PersonRow))}
    return tuple(_kept(row, names) for row in session.scalars(select(ProposalRow).order_by(ProposalRow.id)))


def add(session: Session, person: Person, **told: Any) -> Kept:
    """Keep a proposal: name, note, parks, versions, calibers."""
    now = events.now()
    session.add(ProposalRow(**told, person_id=person.id, created_at=now, changed_at=now))
    session.flush()
    return everything(session)[-1]


def put(session: Session, number: int, **told: Any) -> Kept:
    """Change what is kept of a proposal."""
    row = session.scalars(select(ProposalRow).where(ProposalRow.id == number)).one()
    for name, value in told.items():
        setattr(row, name, value)
    row.revision, row.changed_at = row.revision + 1, events.now()
    session.flush()
    return next(kept for kept in everything(session) if kept.id == number)


def _kept(row: ProposalRow, names: Mapping[int, str]) -> Kept:
    told = {name: getattr(row, name) for name in Kept.__dataclass_fields__ if name != "person"}
    return Kept(**told, person=names[row.person_id])
