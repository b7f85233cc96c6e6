"""操作留痕: the append-only log, each event carrying the hash of the one before."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.access import Person
from geodata.store.models import EventRow

GENESIS = "0" * 64
"""What the first event carries as the hash before it."""

_HASHED = ("person_id", "person", "authenticated", "action", "object_kind", "object_id", "field")
_TOLD = ("before", "after", "reason", "previous_hash")


@dataclass(frozen=True)
class Change:
    """What an event is about.

    Attributes
    ----------
    object_kind, object_id : str
        What was touched: dataset, person, log, ...; and which one.
    field, before, after : str
        What of it, from what to what; empty where the whole is meant.
    """

    object_kind: str
    object_id: str
    field: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


def record(session: Session, person: Person | None, action: str, change: Change) -> EventRow:
    """Append an event in the caller's transaction; `person` None is the server itself (a refused sign-in, a backup)."""
    last = session.scalars(select(EventRow).order_by(EventRow.number.desc()).limit(1)).first()
    row = EventRow(
        number=last.number + 1 if last else 1,
        at=datetime.now(UTC).replace(microsecond=0),
        person_id=person.id if person else None,
        person=person.name if person else "系统",
        authenticated=person.authenticated if person else True,
        action=action,
        previous_hash=last.hash if last else GENESIS,
        **vars(change),
    )
    row.hash = digest(row)
    session.add(row)
    session.flush()
    return row


def digest(row: EventRow) -> str:
    """Hash of an event, over everything it says and the hash of the one before it."""
    said = [row.number, row.at.isoformat(), *(getattr(row, name) for name in (*_HASHED, *_TOLD))]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
