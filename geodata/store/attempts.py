"""Wrong passwords slow down, per name (known or not) and per address.

Every try is counted before its password is looked at, so that many at once gain nothing.
"""

import hashlib
import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import delete
from sqlalchemy.orm import Session

from geodata.errors import AccessError
from geodata.store.engine import Store
from geodata.store.models import AttemptRow

FREE: Mapping[str, int] = {"name": 3, "address": 20}
"""Wrong passwords that cost no waiting; behind one address there may be a whole office."""
KEPT: Mapping[str, timedelta] = {"name": timedelta(hours=24), "address": timedelta(hours=1)}
"""After this time without a wrong password all is forgotten."""
LONGEST_WAIT_S = 900

_WHERE = "登录"


def wait_s(failures: int, free: int) -> int:
    """Seconds to wait after so many wrong passwords.

    Examples
    --------
    >>> [wait_s(failures, 3) for failures in (3, 4, 5, 6, 20)]
    [0, 2, 4, 8, 900]
    """
    return min(2 ** (failures - free), LONGEST_WAIT_S) if failures > free else 0


def spend(store: Store, name: str, address: str) -> None:
    """Count a try under a name from an address, before the secret is looked at.

    Raises
    ------
    AccessError
        It is too early for another one; the sentence says how long to wait.
    """
    now = _now()
    with store.writing() as session:
        session.execute(delete(AttemptRow).where(AttemptRow.last_at < now - max(KEPT.values())))
        rows = [_attempts(session, kind, value) for kind, value in _keys(name, address)]
        waits = [_wait(row, kind, now) for row, kind in zip(rows, FREE, strict=True)]
        if max(waits) <= 0:
            for row, kind in zip(rows, FREE, strict=True):
                row.failures = 1 if now - row.last_at > KEPT[kind] else row.failures + 1
                row.last_at = now
            return
    raise AccessError(_WHERE, "错误次数较多", f"请等 {ceil(max(waits))} 秒后重试")


def give_back(session: Session, name: str, address: str) -> None:
    """Take a try back that was right: the name's wrong ones are forgotten, the address keeps its own."""
    by_name, by_address = (_attempts(session, kind, value) for kind, value in _keys(name, address))
    by_name.failures, by_address.failures = 0, max(by_address.failures - 1, 0)


def forget(session: Session, name: str) -> None:
    """Forget the wrong passwords of a name: whoever manages people vouches for them."""
    row = session.get(AttemptRow, _key("name", name))
    if row is not None:
        session.delete(row)


def _now() -> datetime:
    return datetime.now(UTC)


def _wait(row: AttemptRow, kind: str, now: datetime) -> float:
    passed = max((now - row.last_at).total_seconds(), 0)  # a clock may be set back
    return wait_s(row.failures, FREE[kind]) - passed


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("name", name), ("address", _network(address))


def _attempts(session: Session, kind: str, value: str) -> AttemptRow:
    """The row of a name or address, under a digest: what is typed as a name may be a password."""
    key = _key(kind, value)
    row = session.get(AttemptRow, key)
    if row is None:
        row = AttemptRow(key=key, failures=0, last_at=_now())
        session.add(row)
    return row


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value}".encode()).hexdigest()


def _network(address: str) -> str:
    """The address, or, where one user has very many, the network they share."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))  # noqa: PLR2004
