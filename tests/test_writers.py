"""No write without a person: every public function that writes to the store takes one, and has none in reserve."""

from functools import cache

import pytest

from geodata.config import ROOT
from tests.writers import Function, functions, names_who, writing

MODULES = [
    *(path for path in sorted((ROOT / "geodata" / "store").glob("*.py")) if path.name != "models.py"),
    *(ROOT / "geodata" / name for name in ("catalogue.py", "proposals.py", "replacement.py")),
]
NOBODY = {
    "sign_in.choose": "names the person: this is how they come in",
    "sign_in.sign_in": "the same, by password",
    "sign_in.found": "the same, for the first who manages",
    "attempts.spend": "counts a try, before it is known who it is",
    "attempts.give_back": "the same",
    "attempts.forget": "a part of a reset, whose function takes the person",
    "daily.run": "the server's own daily work; the log says 系统",
    "daily.keep": "the same, again and again",
    "catalogue.sweep": "removes what no version names; nothing anybody knows of changes",
    "snapshot.snapshot": "writes a copy, for backups, whose functions take the person",
    "snapshot.copy_rows": "the same",
    "commands.back_up": "the command line: the person is named by its words, and looked up",
    "commands.restore": "the same",
}
"""Functions that write without a person, each with its reason."""

EXAMPLE = """
def direct(store):
    with store.writing() as session:
        session.execute(1)

def through(store):
    return _inner(store)

def _inner(store):
    return direct(store)

def handed(store):
    return run(direct)

def statement(session):
    session.execute(update(Row))

def row(session):
    session.add(Row())

def told(session):
    events.record(session, None, "x", 1)

def reads(store, person):
    found = set()
    found.add(1)
    with store.reading() as session:
        return session.get(Row, 1)

class Thing:
    def put(self, store):
        direct(store)
"""
OTHER = """
from geodata.store import one
from geodata.store.one import direct as straight

def by_module(store):
    one.row(store)

def by_name(store):
    straight(store)

def reads(store):
    one.reads(store, None)
"""


@cache
def writers() -> dict[str, Function]:
    """Public functions of the modules that write."""
    sources = {path.stem: path.read_text("utf-8") for path in MODULES}
    nodes = {f"{stem}.{name}": node for stem, text in sources.items() for name, node in functions(text).items()}
    public = (name for name in writing(sources) if not any(part.startswith("_") for part in name.split(".")))
    return {name: nodes[name] for name in public}


def test_whoever_writes_takes_a_person_and_has_none_in_reserve() -> None:
    assert sorted(name for name, node in writers().items() if name not in NOBODY and not names_who(node)) == []


def test_the_exceptions_write_and_take_nobody() -> None:
    assert [name for name in NOBODY if name not in writers() or names_who(writers()[name])] == []


@pytest.mark.parametrize(
    "name",
    ["people.add", "people.change", "people.activate", "people.reset", "sign_in.sign_out", "sign_in.change_password",
     "views.viewed", "settings.put", "log.export", "backup.back_up", "restore.restore", "events.record",
     "proposals.save", "proposals.change", "proposals.withdraw", "proposals.restore", "replacement.replace_outlines",
     "replacement.step_back"],
)  # fmt: skip
def test_the_walk_finds_what_writes(name: str) -> None:
    assert names_who(writers()[name])


def test_the_walk_leaves_what_only_reads() -> None:
    reading = {"people.everyone", "sign_in.holder", "sign_in.founded", "log.find", "log.table"}
    assert reading & set(writers()) == set()


def test_a_write_is_found_however_it_is_done() -> None:
    expected = {"direct", "through", "_inner", "handed", "statement", "row", "told", "Thing.put"}
    assert writing({"one": EXAMPLE}) == {f"one.{name}" for name in expected}


def test_a_write_through_another_module_is_found() -> None:
    found = writing({"one": EXAMPLE, "other": OTHER})
    assert {name for name in found if name.startswith("other.")} == {"other.by_module", "other.by_name"}


@pytest.mark.parametrize(
    ("signature", "named"),
    [
        ("store, person", True), ("store, person: Person | None", True), ("store, *, person", True),
        ("person, /, store", True), ("store, person=None", False), ("store, *, person=None", False),
        ("store", False), ("store, *person", False), ("store, a=1, *, person, b=2", True),
        ("store, person=SYSTEM, *, b", False),
    ],
)  # fmt: skip
def test_a_person_in_reserve_is_no_person(signature: str, *, named: bool) -> None:
    (node,) = functions(f"def f({signature}): pass").values()
    assert names_who(node) == named
