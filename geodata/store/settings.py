"""What this installation has chosen at its first start and at its imports: small JSON values, each change an event."""

import json
from collections.abc import Callable
from typing import Any

from geodata.access import Person, require
from geodata.store import events
from geodata.store.engine import Store
from geodata.store.events import Change
from geodata.store.models import SettingRow


def get(store: Store, key: str, default: Any = None) -> Any:
    """Read a setting; `default` where nobody has set it.

    Raises
    ------
    StoreError
        The database cannot be read.
    """
    with store.reading() as session:
        row = session.get(SettingRow, key)
        return default if row is None else row.value


def put(store: Store, person: Person | None, key: str, *, value: Any, needs: str) -> None:
    """Set a setting, in the name of a person; setting it to what it is already leaves no trace.

    Parameters
    ----------
    value : any
        What JSON can hold.
    needs : str
        The action of geodata.access.ACTIONS the person must be allowed.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    """
    revise(store, person, key, change=lambda _: value, needs=needs)


def revise(store: Store, person: Person | None, key: str, *, change: Callable[[Any], Any], needs: str) -> None:
    """Set a setting to what follows from its value (None where nobody has set it); nobody writes in between.

    Raises
    ------
    AccessError
        Nobody is named, or the role is too low.
    """
    acting = require(person, needs)
    with store.writing() as session:
        row = session.get(SettingRow, key)
        before = "" if row is None else _told(row.value)
        value = change(None if row is None else row.value)
        if before == _told(value):
            return
        session.merge(SettingRow(key=key, value=value))
        events.record(session, acting, "setting_changed", Change("setting", key, before=before, after=_told(value)))


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
