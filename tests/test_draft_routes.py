"""The routes to drafts: whoever makes a draft gets its files, and nobody else."""

from pathlib import Path

import pytest
from starlette.applications import Starlette

from geodata.access import Person
from geodata.config import Config
from geodata.intake.room import open_room
from layers import draft_routes, identity
from tests.asking import Answer, Request, ask

KEY = "0" * 32
OWNER = Person(7, "张三", "规划处", "report", authenticated=False)
OTHER = Person(8, "李四", "规划处", "manage", authenticated=False)
ENDINGS = ("", "/file", "/window", "/book")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Know people by their cookie."""
    config = Config(data_folder=str(tmp_path))
    people = {"owner": OWNER, "other": OTHER}
    monkeypatch.setattr(identity, "settings", lambda: config)
    monkeypatch.setattr(identity, "person_of", lambda cookies: people.get(cookies.get("who", "")))


def get(path: str, who: str) -> Answer:
    return ask(Request(path, headers={"cookie": f"who={who}"}), Starlette(routes=draft_routes.routes()))


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("who", ["other", "", "forged"])
def test_a_draft_of_somebody_else_is_not_there(ending: str, who: str) -> None:
    room = open_room(identity.settings(), OWNER.id)
    draft_routes.book_of(room, KEY).write_bytes(b"book")
    answer = get(f"/drafts/{room.key}/{KEY}{ending}", who)
    assert (answer.status, answer.text) == (404, draft_routes._GONE)


def test_the_owner_gets_the_workbook_to_keep() -> None:
    room = open_room(identity.settings(), OWNER.id)
    draft_routes.book_of(room, KEY).write_bytes(b"book")
    answer = get(f"/drafts/{room.key}/{KEY}/book", "owner")
    assert (answer.status, answer.content) == (200, b"book")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    for path in (f"{room.key}/{'1' * 32}", f"{'1' * 32}/{KEY}", f"{room.key}/owner", f"..{room.key}/{KEY}"):
        assert get(f"/drafts/{path}/book", "owner").status == 404
