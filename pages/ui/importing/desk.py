"""The draft a session works on, and the work under way for it: in memory and in its room, never in the store."""

import time
from collections.abc import Callable
from concurrent.futures import CancelledError as NeverBegunError
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from geodata.access import AUDIENCES, Person, may, require
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
from pages.ui import acts, caches, holdings, person, state
from pages.ui.importing import kept

KEY = "import"
"""Under which is said what became of an import that is shown no longer."""
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
        What is under way, and what is to be done with the desk and its result.
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
    told : dict of str to str
        What was typed in the last step, by field.
    touched : float
        When somebody was last at it, in seconds since 1970.
    gone : str
        Why it is no longer to be shown here; "" as long as it is.
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
    then: "Callable[[Desk, Any], None] | None" = None
    said: tuple[str, ...] = ()
    confirmed: bool = False
    book: str = ""
    has_boundary: bool = False
    round: int = 0
    told: dict[str, str] = field(default_factory=dict)
    touched: float = field(default_factory=time.time)
    gone: str = ""


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
    """Return the session's desk; None where nothing is being imported here, or somebody else works here now."""
    desk: Desk | None = st.session_state.get(_KEY)
    if desk is None:
        return None
    who = person.current()
    if who is None or who.id != desk.who.id or desk.gone:
        del st.session_state[_KEY]
        if desk.gone:
            acts.say(KEY, "note", desk.gone)
        return None
    desk.touched = time.time()
    return desk


def present() -> Desk | None:
    """Return the session's desk with the result of work that has ended: before anything of the page is shown.

    What was being taken in when its session ended is done with here.
    """
    desk = current()
    if desk is None and (left := waiting()) and left.step == "take" and left.work and not left.work.busy:
        resume(left)
        desk = current()
    if desk is not None:
        collect(desk)
    return current()


def waiting() -> Desk | None:
    """Return what the person began in another session and can go on with here."""
    who = person.current()
    left = kept.of(who.id) if who is not None and may(who, "import") else None
    return left if left and (left.draft.sources or left.work) else None


def open_desk() -> None:
    """Begin an import, unless one waits to be gone on with."""
    who = require(person.current(), "import")
    if waiting():
        return
    place = room.open_room(caches.config(), who.id)
    st.session_state[_KEY] = desk = Desk(who, place, Draft("landuse", folder=place.folder))
    kept.hold(desk)


def resume(left: Desk) -> None:
    """Go on here with what was begun in another session, which shows it no longer."""
    if (found := waiting()) is None:
        acts.say(KEY, "note", left.gone or kept.ELSEWHERE)
        return
    st.session_state[_KEY] = desk = kept.handed_over(found)
    if desk.picture is not None:
        show(desk, desk.picture)


def give_up(left: Desk) -> None:
    """End what was begun in another session, as it was seen: not what was gone on with meanwhile."""
    if waiting() is not left:
        acts.say(KEY, "note", left.gone or kept.ELSEWHERE)
        return
    acts.say(KEY, "note", kept.end(left) or "已放弃未完成的导入，没有写入任何内容。")


def close() -> None:
    """End an import: what was under way stops, and nothing is left."""
    desk: Desk | None = st.session_state.pop(_KEY, None)
    if desk is not None and (said := kept.end(desk)):
        acts.say(KEY, "note", said)


def around() -> Around:
    """Read what work on a draft rests on."""
    scene, _, _ = state.current()
    return Around(scene.config, scene.land, holdings.read(person.current())[0])


def start(desk: Desk, run: Callable[[Watch], Any], then: Callable[[Desk, Any], None]) -> None:
    """Begin work, unless the desk is gone; `then` gets the desk and the result in the page's own thread."""
    with kept.LOCK:
        if desk.gone:
            return
        work = begin(run)
        desk.said, desk.then, desk.work = (), then, work
    if work.wait(_AT_ONCE):
        collect(desk)


def stop(desk: Desk) -> None:
    """Ask the work under way to stop."""
    if desk.work is not None:
        desk.work.cancel()


def collect(desk: Desk) -> None:
    """Take the result of work that has ended, or say why there is none."""
    with kept.LOCK:
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
        then(desk, result)


def keep_up(desk: Desk) -> None:
    """Follow the version that is in use by now; what was checked against another counts no longer.

    What is told of the data stays as it was shown; whom they are meant for is asked anew beside another 使用范围.
    """
    held = holdings.read(person.current())[0]
    followed = held.find(desk.draft.follows) if desk.draft.follows else None
    if followed is None:
        return
    used = next(dataset.current for dataset in held.datasets if dataset.id == followed.dataset_id)
    if used is not None and used.key == followed.key:
        return
    desk.told = {"source": followed.source, "licence": followed.licence} | desk.told
    if used is None:
        desk.said = (*desk.said, f"“{followed.name}”已没有您可以查看的在用版本，这份数据将作为新的数据集入库。")
        change(desk, follows="")
        return
    if desk.ready is not None and not desk.said:
        desk.said = (f"在您核对期间，在用版本已变为{used.label}（{used.person}入库），请回到“检查”重新核对。",)
    if used.audience != followed.audience:
        desk.told.pop("audience", None)
        told = f"在用版本的使用范围已由“{AUDIENCES[followed.audience]}”变为“{AUDIENCES[used.audience]}”"
        desk.said = (*desk.said, f"{told}，请在“入库”一步重新选择。")
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
