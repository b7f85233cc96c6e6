"""kill -9 at any moment of writing: what was acknowledged is there, nothing is half there, the log is whole."""

import pytest
from sqlalchemy import select

from geodata.access import Person
from geodata.config import Config
from geodata.store import events
from geodata.store.engine import Store, open_store
from geodata.store.events import Change
from geodata.store.models import EventRow, PersonRow
from tests.killing import Killed, Tell, kill

STAGES = ("begin", "locked", "half", "written", "committed")


def write(tell: Tell, config: Config) -> None:
    """Add people, each with an event."""
    store = open_store(config)
    for key in tell.pieces():
        tell("begin", key)
        with store.writing() as session:
            tell("locked", key)
            row = PersonRow(name=key, department="规划处", role="view", created_at=events.now())
            session.add(row)
            session.flush()
            tell("half", key)
            person = Person(row.id, key, "规划处", "view", authenticated=True)
            events.record(session, person, "add_person", Change("person", str(row.id)))
            tell("written", key)
        tell("committed", key)
        tell.acknowledge(key)


def lie(tell: Tell, config: Config) -> None:
    """Acknowledge what is not yet written."""
    store = open_store(config)
    for key in tell.pieces():
        tell("begin", key)
        with store.writing() as session:
            tell.acknowledge(key)
            tell("acknowledged too early", key)
            session.add(PersonRow(name=key, department="规划处", role="view", created_at=events.now()))
        tell("committed", key)


def _look(store: Store, killed: Killed) -> None:
    with store.reading() as session:
        people = list(session.scalars(select(PersonRow.name).order_by(PersonRow.id)))
        told = list(session.scalars(select(EventRow.person).order_by(EventRow.number)))
    assert people == told
    assert set(killed.acknowledged) <= set(people) <= set(killed.begun)
    assert len(set(people)) == len(people)
    assert events.verify(store).sound


def test_work_that_was_acknowledged_outlives_the_process(store: Store, store_config: Config) -> None:
    hits = kill(write, store_config, stages=STAGES, check=lambda killed: _look(store, killed))
    assert hits.total() >= 50


def test_work_that_was_acknowledged_too_early_is_found_out(store: Store, store_config: Config) -> None:
    def look(killed: Killed) -> None:
        with store.reading() as session:
            people = set(session.scalars(select(PersonRow.name)))
        assert set(killed.acknowledged) <= people, "lost"

    with pytest.raises(AssertionError, match="lost"):
        kill(lie, store_config, stages=("begin", "acknowledged too early", "committed"), check=look, times=5)
