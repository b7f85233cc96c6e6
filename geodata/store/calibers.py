"""Versions of the parameters of indicators; what is withdrawn stays. The caller holds the transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.store import events
from geodata.store.models import CaliberRow, PersonRow


@dataclass(frozen=True)
class Kept:
    """A version as it is kept.

    Attributes
    ----------
    indicator : str
        Key of the indicator.
    number : int
        From 1; 0 is the table itself.
    parameters, from_table : mapping
        The whole row of the indicator, and what indicators.yaml said when it was adopted.
    withdrawn : str
        Who took it back; "" where it holds.
    """

    indicator: str
    number: int
    parameters: Mapping[str, Any]
    from_table: Mapping[str, Any]
    effective_from: date
    reason: str
    person_id: int
    person: str
    created_at: datetime
    withdrawn: str


def everything(session: Session, indicator: str = "") -> tuple[Kept, ...]:
    """All versions, or those of one indicator, in the order of their numbers."""
    names = {row.id: row.name for row in session.scalars(select(PersonRow))}
    wanted = select(CaliberRow).order_by(CaliberRow.indicator, CaliberRow.number)
    some = wanted.where(CaliberRow.indicator == indicator) if indicator else wanted
    return tuple(_kept(row, names) for row in session.scalars(some))


def add(session: Session, person: Person, **told: Any) -> Kept:
    """Keep a version: all that `Kept` says but who, when and under which number."""
    before = everything(session, told["indicator"])
    number = before[-1].number + 1 if before else 1
    session.add(CaliberRow(**told, number=number, person_id=person.id, created_at=events.now()))
    session.flush()
    return everything(session, told["indicator"])[-1]


def withdraw(session: Session, person: Person, kept: Kept) -> None:
    """Take a version back."""
    wanted = select(CaliberRow).where(CaliberRow.indicator == kept.indicator, CaliberRow.number == kept.number)
    row = session.scalars(wanted).one()
    row.withdrawn_by, row.withdrawn_at = person.id, events.now()


def _kept(row: CaliberRow, names: Mapping[int, str]) -> Kept:
    told = {name: getattr(row, name) for name in _TOLD}
    withdrawn = names[row.withdrawn_by] if row.withdrawn_by is not None else ""
    return Kept(**told, person=names[row.person_id], withdrawn=withdrawn)


_TOLD = ("indicator", "number", "parameters", "from_table", "effective_from", "reason", "person_id", "created_at")
