"""Coming in and going out: by name alone where the server is this computer's own, by password elsewhere.

Wrong passwords slow down, per name (known or not) and per address. Every try is counted before its password is
looked at, so that many at once gain nothing.
"""

import hashlib
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from geodata.access import Mode, Person, Role, require
from geodata.errors import AccessError
from geodata.store import passwords
from geodata.store.engine import Store
from geodata.store.events import Change, record
from geodata.store.models import AttemptRow, EventRow, PersonRow
from geodata.store.people import Card, checked, enter

FREE: Mapping[str, int] = {"name": 3, "address": 20}
"""Wrong passwords that cost no waiting; behind one address there may be a whole office."""
KEPT: Mapping[str, timedelta] = {"name": timedelta(hours=24), "address": timedelta(hours=1)}
"""After this time without a wrong password all is forgotten."""
LONGEST_WAIT_S = 900

_FORGOTTEN = "请核对后重试；忘记口令请联系管理员"
_WRONG = ("登录", "姓名或口令不对", _FORGOTTEN)
_WRONG_OLD = ("原口令", "不对", _FORGOTTEN)
_FOUNDED = ("首次设置", "已经有管理人员", "请登录，或由管理人员添加")


@dataclass(frozen=True)
class Ticket:
    """What a signed cookie says: whose it is, how they came in, and since when it counts.

    Attributes
    ----------
    generation : int
        That of the person when they came in; a later one ends the ticket.
    session : str
        This one coming in; going out ends it alone.
    """

    person: int
    generation: int
    session: str
    mode: Mode


def choose(store: Store, name: str, department: str = "") -> Ticket:
    """Mode `local`: pick a name, or make a new one; nobody is asked for a password, and the log says so.

    The first of all becomes 管理, everybody later 填报. Of a name that is known the department stays as it is.

    Raises
    ------
    AccessError
        The name cannot be one, or its person acts no longer.
    """
    words = " ".join(name.split())
    with store.writing() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.name == words)).first()
        if row is None:
            first = session.scalars(select(PersonRow).limit(1)).first() is None
            row = enter(session, None, checked(Card(words, department, "manage" if first else "report")))
        if not row.active:
            raise AccessError(row.name, "已停用", "请选择其他姓名，或由管理人员恢复")
        return _let_in(session, row, "local")


def sign_in(store: Store, name: str, password: str, *, address: str) -> Ticket:
    """Mode `accounts`: come in by name and password.

    Parameters
    ----------
    address : str
        Where the browser is, as far as the server knows.

    Raises
    ------
    AccessError
        One sentence for all that can be wrong; or, after several wrong passwords, how long to wait.
    """
    words = " ".join(name.split())
    spend(store, words, address)
    with store.reading() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.name == words, PersonRow.active)).first()
        stored, who = (row.password_hash, row.id) if row else (None, None)
    good = passwords.right(password, stored)
    renewed = passwords.hashed(password) if good and stored and passwords.outdated(stored) else None
    with store.writing() as session:
        row = session.get(PersonRow, who) if good else None
        if row is not None and row.active and row.password_hash == stored:
            row.password_hash = renewed or stored
            _give_back(session, words, address)
            return _let_in(session, row, "accounts")
        record(session, None, "refused", Change("person", str(who or ""), after=address, reason="姓名或口令不对"))
    raise AccessError(*_WRONG)


def found(store: Store, card: Card, password: str) -> Ticket:
    """Mode `accounts`: make the first person who manages people, or give one named so their first password.

    Raises
    ------
    AccessError
        Somebody who manages people has a password already; or name or password cannot be taken.
    """
    card = checked(card)
    stored = passwords.hashed(passwords.checked(password, card.name))
    with store.writing() as session:
        if _managed(session):
            raise AccessError(*_FOUNDED)
        row = session.scalars(select(PersonRow).where(PersonRow.name == card.name)).first()
        if row is None:
            row = enter(session, None, Card(card.name, card.department, "manage"), password_hash=stored)
        else:
            row.role, row.active, row.password_hash, row.generation = "manage", True, stored, row.generation + 1
            record(session, _as_person(row, "accounts"), "password_reset", _about(row, "首次设置管理人员"))
        return _let_in(session, row, "accounts")


def founded(store: Store) -> bool:
    """Whether somebody can sign in and manage people."""
    with store.reading() as session:
        return _managed(session)


def holder(store: Store, ticket: Ticket) -> Person | None:
    """Find whose a ticket is; nobody's, where the person acts no longer, or went out."""
    with store.reading() as session:
        row = session.get(PersonRow, ticket.person)
        if row is None or not row.active or row.generation != ticket.generation:
            return None
        gone = select(EventRow.number).where(EventRow.object_id == ticket.session, EventRow.action == "signed_out")
        return None if session.scalars(gone.limit(1)).first() else _as_person(row, ticket.mode)


def sign_out(store: Store, person: Person, ticket: Ticket, *, everywhere: bool = False) -> None:
    """End this ticket, or all tickets of the person."""
    with store.writing() as session:
        if everywhere:
            _row(session, person).generation += 1
        after = "在所有电脑上" if everywhere else ""
        record(session, person, "signed_out", Change("session", ticket.session, after=after))


def change_password(store: Store, person: Person | None, *, old: str, new: str, address: str) -> None:
    """Change one's own password; all other tickets end with it, and this one too.

    Raises
    ------
    AccessError
        The old one is wrong (which counts like a wrong password anywhere), the new one too weak.
    """
    acting = require(person, "read")
    passwords.checked(new, acting.name)
    spend(store, acting.name, address)
    with store.reading() as session:
        stored = _row(session, acting).password_hash
    good, renewed = passwords.right(old, stored), passwords.hashed(new)
    with store.writing() as session:
        row = _row(session, acting)
        if good and row.password_hash == stored:
            row.password_hash, row.generation = renewed, row.generation + 1
            _give_back(session, acting.name, address)
            record(session, acting, "password_changed", _about(row))
            return
        record(session, acting, "refused", _about(row, "原口令不对"))
    raise AccessError(*_WRONG_OLD)


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
    raise AccessError(_WRONG[0], "错误次数较多", f"请等 {ceil(max(waits))} 秒后重试")


def _now() -> datetime:
    return datetime.now(UTC)


def _give_back(session: Session, name: str, address: str) -> None:
    """A right password was no wrong one: the name's wrong ones are forgotten, the address keeps its own."""
    by_name, by_address = (_attempts(session, kind, value) for kind, value in _keys(name, address))
    by_name.failures, by_address.failures = 0, max(by_address.failures - 1, 0)


def _wait(row: AttemptRow, kind: str, now: datetime) -> float:
    passed = max((now - row.last_at).total_seconds(), 0)  # a clock may be set back
    return wait_s(row.failures, FREE[kind]) - passed


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("name", name), ("address", _network(address))


def _attempts(session: Session, kind: str, value: str) -> AttemptRow:
    """The row of a name or address; a digest, for what is typed as a name may be a password."""
    key = hashlib.sha256(f"{kind} {value}".encode()).hexdigest()
    row = session.get(AttemptRow, key)
    if row is None:
        row = AttemptRow(key=key, failures=0, last_at=_now())
        session.add(row)
    return row


def _network(address: str) -> str:
    """The address, or, where one user has very many, the network they share."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))  # noqa: PLR2004


def _let_in(session: Session, row: PersonRow, mode: Mode) -> Ticket:
    ticket = Ticket(row.id, row.generation, secrets.token_hex(16), mode)
    record(session, _as_person(row, mode), "signed_in", Change("session", ticket.session))
    return ticket


def _as_person(row: PersonRow, mode: Mode) -> Person:
    return Person(row.id, row.name, row.department, cast("Role", row.role), authenticated=mode == "accounts")


def _row(session: Session, person: Person) -> PersonRow:
    row = session.get(PersonRow, person.id)
    if row is None or not row.active:
        raise AccessError(person.name, "已停用", "请联系管理员")
    return row


def _managed(session: Session) -> bool:
    manages = (PersonRow.role == "manage", PersonRow.active, PersonRow.password_hash.is_not(None))
    return session.scalars(select(PersonRow).where(*manages).limit(1)).first() is not None


def _about(row: PersonRow, reason: str = "") -> Change:
    return Change("person", str(row.id), after=row.name, reason=reason)
