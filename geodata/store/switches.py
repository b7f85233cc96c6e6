"""Which version of each dataset was in use when: read from the log."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from geodata.store.engine import Store
from geodata.store.models import EventRow

_ACTIONS = ("imported", "sample_loaded", "version_restored", "purged", "restored")


@dataclass(frozen=True)
class Switch:
    """A dataset came to use another version.

    Attributes
    ----------
    dataset : int
        Row of the datasets table.
    before : int or None
        Number of the version in use until then; None where there was none.
    """

    at: datetime
    dataset: int
    before: int | None


def switches(store: Store) -> tuple[Switch, ...]:
    """Read all switches since the last restore of a backup, the newest first.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    wanted = select(EventRow).where(EventRow.action.in_(_ACTIONS)).order_by(EventRow.number)
    found: list[Switch] = []
    used: dict[int, int] = {}
    living: dict[int, set[int]] = {}
    with store.reading() as session:
        for row in session.scalars(wanted):
            if row.action == "restored":
                found, used, living = [], {}, {}
                continue
            dataset, number = _touched(row)
            numbers = living.setdefault(dataset, set(range(1, number)))
            before = int(row.before or 0) if row.action == "version_restored" else used.get(dataset, number - 1)
            used[dataset] = _after(row.action, number, before, numbers=numbers)
            if used[dataset] != before:
                found.append(Switch(row.at, dataset, before or None))
    return tuple(reversed(found))


def _after(action: str, number: int, before: int, *, numbers: set[int]) -> int:
    """The version in use after an event; `numbers` are those with content. After 清除 of it the latest of them is."""
    if action != "purged":
        numbers.add(number)
        return number
    numbers.discard(number)
    return max(numbers, default=0) if before == number else before


def _touched(row: EventRow) -> tuple[int, int]:
    """The dataset of an event, and the number of the version it is about."""
    if row.action == "version_restored":
        return int(row.object_id), int(row.after)
    dataset, _, number = row.object_id.partition(".")
    return int(dataset), int(number)
