"""Coming in and going out: by name alone where the server is this computer's own, by password elsewhere."""

import secrets
from dataclasses import dataclass
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.access import Mode, Person, Role, require
from geodata.errors import AccessError
from geodata.store import attempts, passwords
from geodata.store.engine import Store
from geodata.store.events import Change, record
from geodata.store.models import EventRow, PersonRow
from geodata.store.people import Card, checked, enter, plain

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
    words = _typed(name)
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
    words = _typed(name)
    attempts.spend(store, words, address)
    with store.reading() as session:
        row = session.scalars(select(PersonRow).where(PersonRow.name == words, PersonRow.active)).first()
        stored, who = (row.password_hash, row.id) if row else (None, None)
    good = passwords.right(password, stored)
    renewed = passwords.hashed(password) if good and stored and passwords.outdated(stored) else None
    with store.writing() as session:
        row = session.get(PersonRow, who) if good else None
        if row is not None and row.active and row.password_hash == stored:
            row.password_hash = renewed or stored
            attempts.give_back(session, words, address)
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
    attempts.spend(store, acting.name, address)
    with store.reading() as session:
        stored = _row(session, acting).password_hash
    good, renewed = passwords.right(old, stored), passwords.hashed(new)
    with store.writing() as session:
        row = _row(session, acting)
        if good and row.password_hash == stored:
            row.password_hash, row.generation = renewed, row.generation + 1
            attempts.give_back(session, acting.name, address)
            record(session, acting, "password_changed", _about(row))
            return
        record(session, acting, "refused", _about(row, "原口令不对"))
    raise AccessError(*_WRONG_OLD)


def _typed(name: str) -> str:
    """A name as the list may hold it; databases take no NUL."""
    return plain(name).replace("\0", "")


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
