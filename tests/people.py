"""People of a store, for the tests."""

from geodata.access import Person
from geodata.store import people, sign_in
from geodata.store.engine import Store
from geodata.store.models import EventRow
from geodata.store.people import Card

PASSWORD = "海边有一座新的科学城呢"  # noqa: S105 - of nobody


def manager(store: Store) -> Person:
    """Give the first person, who manages people."""
    return holder(store, sign_in.choose(store, "张三", "规划处"))


def named(store: Store, name: str, role: str) -> Person:
    """Give a person of a role."""
    people.add(store, manager(store), Card(name, "建设处", role))  # type: ignore[arg-type]  # tests pass words
    return holder(store, sign_in.choose(store, name))


def account(store: Store, name: str = "李四", role: str = "report") -> people.Entry:
    """Add a person with a password."""
    return people.add(store, manager(store), Card(name, "建设处", role), password=PASSWORD)  # type: ignore[arg-type]


def holder(store: Store, ticket: sign_in.Ticket) -> Person:
    """Give whose a ticket is."""
    person = sign_in.holder(store, ticket)
    assert person is not None
    return person


def events(store: Store) -> list[EventRow]:
    """Give the log."""
    with store.reading() as session:
        return list(session.query(EventRow).order_by(EventRow.number))
