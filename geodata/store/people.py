"""People: who may act, in which role. Whoever manages them is named in every event."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from geodata.access import ROLES, Person, Role, require
from geodata.errors import AccessError
from geodata.store import attempts, passwords
from geodata.store.engine import Store
from geodata.store.events import Change, record
from geodata.store.models import PersonRow

_WHERE = "人员"
_LENGTHS = {"name": 40, "department": 80}
_LABELS = {"name": "姓名", "department": "部门", "role": "权限"}
_UNSEEN = ("Cc", "Cf", "Cs")
_RESERVED = ("系统",)
"""Names under which the log writes what nobody did."""


@dataclass(frozen=True)
class Card:
    """What is told of a person: name, department and role."""

    name: str
    department: str
    role: Role = "report"


@dataclass(frozen=True)
class Entry:
    """A line of the list of people.

    Attributes
    ----------
    has_password : bool
        Whether the person can sign in where accounts are asked for.
    """

    id: int
    card: Card
    active: bool
    has_password: bool
    created_at: datetime


def everyone(store: Store, *, active: bool | None = None) -> tuple[Entry, ...]:
    """List the people in the order they came; `active` True or False lists only those."""
    with store.reading() as session:
        rows = session.scalars(select(PersonRow).order_by(PersonRow.id)).all()
    return tuple(_entry(row) for row in rows if active is None or row.active == active)


def add(store: Store, person: Person | None, card: Card, *, password: str | None = None) -> Entry:
    """Add a person; without a password they can act in mode `local` only.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, the name is taken or cannot be one, the password is too weak.
    """
    acting = require(person, "manage_people")
    card = checked(card)
    stored = passwords.hashed(passwords.checked(password, card.name)) if password is not None else None
    with store.writing() as session:
        return _entry(enter(session, acting, card, password_hash=stored))


def change(store: Store, person: Person | None, who: int, *, card: Card) -> Entry:
    """Change name, department or role of a person, one event for each.

    Raises
    ------
    AccessError
        As in `add`; or the last person who may manage people would lose that role.
    """
    acting = require(person, "manage_people")
    card = checked(card)
    with store.writing() as session:
        row = _found(session, who)
        if row.name != card.name:
            _refuse_taken(session, card.name)
        if row.role == "manage" and card.role != "manage":
            _refuse_last(session, row)
        for field in _LABELS:
            _set(session, acting, row, (field, getattr(card, field)))
        return _entry(row)


def activate(store: Store, person: Person | None, who: int, *, active: bool) -> Entry:
    """Let a person act again, or no longer; nobody is ever deleted, the log goes on naming them.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or it is the last person who may manage people.
    """
    acting = require(person, "manage_people")
    with store.writing() as session:
        row = _found(session, who)
        if row.active != active:
            if not active:
                _refuse_last(session, row)
            row.active = active
            record(session, acting, "person_activated" if active else "person_deactivated", _about(row))
        return _entry(row)


def reset(store: Store, person: Person | None, who: int, *, password: str) -> Entry:
    """Give a person another password; all their cookies end, and their waiting too.

    Raises
    ------
    AccessError
        Nobody is named, the role is too low, or the password is too weak.
    """
    acting = require(person, "manage_people")
    with store.reading() as session:
        name = _found(session, who).name
    stored = passwords.hashed(passwords.checked(password, name))
    with store.writing() as session:
        row = _found(session, who)
        row.password_hash, row.generation = stored, row.generation + 1
        attempts.forget(session, row.name)
        record(session, acting, "password_reset", _about(row))
        return _entry(row)


def checked(card: Card) -> Card:
    """Return a card that can be kept, without spaces round its words.

    Raises
    ------
    AccessError
        The name or department is empty, too long or holds signs that cannot be seen; or no such role.

    Examples
    --------
    >>> checked(Card(" 张  三 ", "规划处"))
    Card(name='张 三', department='规划处', role='report')
    """
    words = {field: plain(getattr(card, field)) for field in _LENGTHS}
    for field, longest in _LENGTHS.items():
        if not 1 <= len(words[field]) <= longest:
            raise AccessError(_LABELS[field], f"应为 1 至 {longest} 个字", "请改正后重试")
        if any(unicodedata.category(sign) in _UNSEEN for sign in words[field]):
            raise AccessError(_LABELS[field], "含有看不见的字符", "请改正后重试")
    if words["name"] in _RESERVED:
        raise AccessError(_LABELS["name"], f"“{words['name']}”由程序自己使用", "请换一个姓名")
    if card.role not in ROLES:
        raise AccessError(_LABELS["role"], f"没有“{card.role}”这一级", f"请选择{'、'.join(ROLES.values())}")
    return Card(**words, role=card.role)


def plain(words: str) -> str:
    """Return words in one form of Unicode, with single spaces between them.

    Examples
    --------
    >>> plain(" 张　三 ")
    '张 三'
    """
    return " ".join(unicodedata.normalize("NFC", words).split())


def enter(session: Session, person: Person | None, card: Card, *, password_hash: str | None = None) -> PersonRow:
    """Add a checked card in the caller's transaction; `person` None is the person themself, who is named by it.

    Raises
    ------
    AccessError
        The name is taken.
    """
    _refuse_taken(session, card.name)
    row = PersonRow(**vars(card), password_hash=password_hash, active=True, generation=0, created_at=datetime.now(UTC))
    session.add(row)
    session.flush()
    acting = person or Person(row.id, row.name, row.department, card.role, authenticated=password_hash is not None)
    record(session, acting, "person_added", _about(row, after=f"{card.department}，{ROLES[card.role]}"))
    return row


def _entry(row: PersonRow) -> Entry:
    card = Card(row.name, row.department, cast("Role", row.role))
    return Entry(row.id, card, row.active, row.password_hash is not None, row.created_at)


def _about(row: PersonRow, field: str = "", before: str = "", after: str = "") -> Change:
    return Change("person", str(row.id), field, before, after or row.name)


def _set(session: Session, acting: Person, row: PersonRow, wanted: tuple[str, str]) -> None:
    field, value = wanted
    before = getattr(row, field)
    if before != value:
        setattr(row, field, value)
        told = (ROLES[cast("Role", one)] if field == "role" else one for one in (before, value))
        action = "role_changed" if field == "role" else "person_changed"
        record(session, acting, action, _about(row, _LABELS[field], *told))


def _found(session: Session, who: int) -> PersonRow:
    row = session.get(PersonRow, who)
    if row is None:
        raise AccessError(_WHERE, f"没有编号 {who} 的人员", "请刷新页面后重新选择")
    return row


def _refuse_taken(session: Session, name: str) -> None:
    if session.scalars(select(PersonRow).where(PersonRow.name == name)).first():
        raise AccessError(_LABELS["name"], f"已经有名为“{name}”的人员", "请换一个写法，例如加上部门")


def _refuse_last(session: Session, row: PersonRow) -> None:
    """Without this nobody could manage people any more."""
    others = select(PersonRow).where(PersonRow.role == "manage", PersonRow.active, PersonRow.id != row.id)
    if row.role == "manage" and row.active and not session.scalars(others).first():
        raise AccessError(_WHERE, f"{row.name}是唯一的“{ROLES['manage']}”人员", "请先把另一人设为“管理”")
