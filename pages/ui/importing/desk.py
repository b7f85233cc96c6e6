"""The draft a session works on, and the work under way for it: in memory and in its room, never in the store."""

import weakref
from collections.abc import Callable
from concurrent.futures import CancelledError as NeverBegunError
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from geodata.access import Person, require
from geodata.catalogue import Catalogue
from geodata.config import Config
from geodata.errors import DashboardError
from geodata.intake import room
from geodata.intake.ground import survey
from geodata.intake.model import Checked, Draft, Ground, Piece, Ready, Source
from geodata.land import Land
from geodata.watch import CancelledError, Watch
from geodata.work import Work, begin
from layers import drafts
from layers.drafts import Picture
from pages.ui import caches, holdings, person, state

_KEY = "import_desk"
_AT_ONCE = 0.4
"""Seconds a page waits for work to end before it shows how far it is."""

STEPS = {
    "files": "选择文件",
    "layers": "图层",
    "systems": "坐标系",
    "match": "字段与分类标准",
    "check": "检查",
    "look": "图上查看",
    "take": "入库",
}


@dataclass
class Desk:
    """What a session works on.

    Attributes
    ----------
    who : Person
        Whose it is.
    room : Room
    draft : Draft
    step : str
        Key of STEPS.
    layers : dict
        Label of a file -> names of the layers that are used.
    ready : Ready, optional
        The draft as it was checked last; gone as soon as something is changed.
    picture : Picture, optional
        What is on the map.
    chosen, picked : int, optional
        The finding, and the row, that is shown.
    work, then : optional
        What is under way, and what is to be done with its result.
    said : tuple of str
        What has to be said of the last step.
    confirmed : bool
        Whether the person has looked at how the rows go with those of the version before.
    book : str
        Key of the workbook of `ready`; "" before it is written.
    has_boundary : bool
        Whether there is a 管辖范围 to cut to.
    round : int
        Counts up to empty the field for files.
    """

    who: Person
    room: room.Room
    draft: Draft
    step: str = "files"
    layers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ready: Ready | None = None
    picture: Picture | None = None
    chosen: int | None = None
    picked: int | None = None
    work: Work | None = None
    then: Callable[[Any], None] | None = None
    said: tuple[str, ...] = ()
    confirmed: bool = False
    book: str = ""
    has_boundary: bool = False
    round: int = 0


@dataclass(frozen=True)
class Around:
    """What the work on a draft rests on, read before the work begins: a thread has no session."""

    config: Config
    land: Land
    held: Catalogue

    def ground(self, draft: Draft) -> Ground:
        """Survey what the draft is held against."""
        return survey(self.config, self.land, self.held, follows=draft.follows)


def current() -> Desk | None:
    """Return the session's desk; None where nothing is being imported, or somebody else works here now."""
    desk: Desk | None = st.session_state.get(_KEY)
    if desk is None:
        return None
    who = person.current()
    if who is None or who.id != desk.who.id:
        close()
        return None
    return desk


def present() -> Desk | None:
    """Return the session's desk with the result of work that has ended: before anything of the page is shown."""
    if (desk := current()) is not None:
        collect(desk)
    return current()


def open_desk() -> None:
    """Begin an import; its room goes with the session."""
    who = require(person.current(), "import")
    place = room.open_room(caches.config(), who.id)
    desk = Desk(who, place, Draft("landuse", folder=place.folder))
    weakref.finalize(desk, room.close, place)
    st.session_state[_KEY] = desk


def close() -> None:
    """End an import: what was under way stops, and nothing is left."""
    desk: Desk | None = st.session_state.pop(_KEY, None)
    if desk is None:
        return
    if desk.work is None:
        room.close(desk.room)
        return
    desk.work.cancel()
    desk.work.future.add_done_callback(lambda _: room.close(desk.room))  # not under what is still being copied


def around() -> Around:
    """Read what work on a draft rests on."""
    scene, _, _ = state.current()
    return Around(scene.config, scene.land, holdings.read(person.current())[0])


def start(desk: Desk, run: Callable[[Watch], Any], then: Callable[[Any], None]) -> None:
    """Begin work; `then` gets its result in the page's own thread."""
    desk.said, desk.then, desk.work = (), then, begin(run)
    if desk.work.wait(_AT_ONCE):
        collect(desk)


def collect(desk: Desk) -> None:
    """Take the result of work that has ended, or say why there is none."""
    if desk.work is None or desk.work.busy:
        return
    work, then, desk.work, desk.then = desk.work, desk.then, None, None
    try:
        result = work.future.result()
    except (CancelledError, NeverBegunError):
        desk.said = ("已停止，没有写入任何内容；可以修改后再试。",)
    except DashboardError as error:
        desk.said = (str(error),)
    else:
        assert then is not None  # noqa: S101 - it came with the work
        then(result)


def keep_up(desk: Desk) -> None:
    """Follow the version that is in use by now; what was checked against another counts no longer."""
    held = holdings.read(person.current())[0]
    followed = held.find(desk.draft.follows) if desk.draft.follows else None
    if followed is None:
        return
    used = next(dataset.current for dataset in held.datasets if dataset.id == followed.dataset_id)
    if used is None:
        desk.said = (*desk.said, f"“{followed.name}”已没有您可以查看的在用版本，这份数据将作为新的数据集入库。")
        change(desk, follows="")
    elif used.key != followed.key:
        if desk.ready is not None and not desk.said:
            desk.said = (f"在您核对期间，在用版本已变为{used.label}（{used.person}入库），请回到“检查”重新核对。",)
        change(desk, follows=used.key)


def change(desk: Desk, **fields: Any) -> None:
    """Change the draft; what was checked before counts no longer, and repairs were chosen for the rows it had."""
    before, desk.draft = desk.draft, replace(desk.draft, **fields)
    if [id(piece.raw) for piece in before.pieces] != [id(piece.raw) for piece in desk.draft.pieces]:
        desk.draft = replace(desk.draft, repairs=frozenset())
    desk.ready, desk.confirmed, desk.book = None, False, ""
    desk.chosen = desk.picked = None


def settle(desk: Desk, draft: Draft, checked: Checked) -> None:
    """Keep what came of checking a draft, unless it was changed meanwhile."""
    if desk.draft is draft:
        desk.ready, desk.chosen, desk.picked, desk.confirmed = Ready(draft, checked), None, None, False
        desk.book = ""


def change_piece(desk: Desk, label: str, **fields: Any) -> None:
    """Change what is chosen for one piece."""
    put_piece(desk, replace(desk.draft.piece(label), **fields))


def put_piece(desk: Desk, piece: Piece) -> None:
    """Put a piece in the place of the one of its name."""
    change(desk, pieces=tuple(piece if one.label == piece.label else one for one in desk.draft.pieces))


def put_source(desk: Desk, source: Source) -> None:
    """Put a file in the place of the one of its name; its layers have to be read again."""
    sources = tuple(source if one.label == source.label else one for one in desk.draft.sources)
    pieces = tuple(piece for piece in desk.draft.pieces if piece.source != source.label)
    change(desk, sources=sources, pieces=pieces)


def show(desk: Desk, picture: Picture | None) -> None:
    """Put a picture on the map and bring it into sight."""
    desk.picture, desk.picked = picture, None
    if picture is not None and (box := drafts.window_of(picture)):
        state.move_to(box=box)
