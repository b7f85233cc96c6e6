"""What a run of a page reads once: of one moment, and no longer than it is true."""

from collections import Counter
from itertools import count

import pytest
from sqlalchemy import event

from geodata.store.engine import Store
from layers import identity
from pages.ui.runs import once, one_run
from tests.homes import homes_and_park
from tests.page import Open, Take


def test_a_run_reads_a_thing_once_and_again_after_a_write() -> None:
    numbers = count()
    with one_run():
        assert [once("a", numbers.__next__), once("a", numbers.__next__), once("b", numbers.__next__)] == [0, 0, 1]
        with identity.store().writing():
            pass
        assert [once("a", numbers.__next__), once("a", numbers.__next__)] == [2, 2]


def test_outside_of_a_run_everything_is_read_every_time() -> None:
    numbers = count()
    with one_run():
        once("a", numbers.__next__)
    assert [once("a", numbers.__next__), once("a", numbers.__next__)] == [1, 2]


def test_what_could_not_be_read_is_not_remembered() -> None:
    def fails() -> int:
        raise RuntimeError

    with one_run():
        with pytest.raises(RuntimeError):
            once("a", fails)
        assert once("a", lambda: 1) == 1


def test_green_asks_the_database_the_same_question_once(held: Store, take: Take, open_page: Open) -> None:
    homes_and_park(take)
    at = open_page("green.py", per="zone")
    asked: Counter[str] = Counter()

    def note(*told: object) -> None:
        asked[f"{told[2]} {told[3]}"] += 1

    event.listen(held.engine, "before_cursor_execute", note)
    at.run()
    event.remove(held.engine, "before_cursor_execute", note)
    told = [statement for statement in asked if "SELECT" in statement and "FROM people" not in statement]
    assert any("FROM calibers" in statement for statement in told)
    assert {asked[statement] for statement in told} == {1}  # people's names are read with each of the others
