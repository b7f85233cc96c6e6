"""Step 坐标系: which system each file is in, and whether it is shifted; the three hypotheses lie on the map."""

import math
from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import drawn
from geodata.crs_recognition import Candidate
from geodata.crs_shift import SAID
from geodata.intake import placing
from geodata.intake.model import Draft, Piece
from geodata.intake.room import Room
from geodata.kinds import DATASETS
from geodata.watch import Watch
from layers import drafts, importing
from layers.drafts import Picture
from layers.text import html
from pages.ui.importing import desk as desks
from pages.ui.importing.desk import Desk
from pages.ui.importing.step import Step


def show(desk: Desk) -> None:
    """Ask for the system of every piece that has shapes."""
    if not any(desk.draft.placed(piece) for piece in desk.draft.pieces):
        st.html(importing.told(("这份数据没有图形，不需要坐标系。",)))
    for number, piece in enumerate(desk.draft.pieces if DATASETS[desk.draft.kind].geometry else ()):
        st.html(html('<div class="panel"><h3>{label}</h3></div>', label=piece.label))
        for note in (*piece.notes, *filter(None, [piece.problem])):
            st.html(html('<div class="panel"><p class="note">{text}</p></div>', text=note))
        if desk.draft.placed(piece):
            _system(desk, piece, f"import_system_{number}")
            _shift(desk, piece, f"import_shift_{number}")


def _system(desk: Desk, piece: Piece, key: str) -> None:
    if piece.problem is not None:
        return
    said = {one.said: one for one in piece.found}
    st.session_state[key] = piece.system.said if piece.system else None
    st.radio(
        "坐标系",
        list(said),
        key=key,
        captions=["；".join(one.evidence) for one in piece.found],
        on_change=lambda: _choose(desk, piece, said[st.session_state[key]]),
    )


def _shift(desk: Desk, piece: Piece, key: str) -> None:
    """Say what the tests found; where that is not clear, none of the three is chosen beforehand."""
    if piece.shift is None:
        return
    st.session_state[key] = piece.hypothesis or None
    st.radio(
        f"是否整体偏移：{piece.shift.sentence}",
        list(SAID),
        key=key,
        format_func=SAID.__getitem__,
        captions=[text.partition("：")[2] for text in piece.shift.evidence],
        on_change=lambda: desks.change_piece(desk, piece.label, hypothesis=st.session_state[key]),
    )


def _choose(desk: Desk, piece: Piece, system: Candidate) -> None:
    desks.put_piece(desk, placing.with_system(piece, system))
    draft, around = desk.draft, desks.around()

    def run(watch: Watch) -> Draft:
        return placing.with_shifts(draft, around.ground(draft), watch=watch)

    def then(desk: Desk, looked: Draft) -> None:
        desks.change(desk, pieces=looked.pieces)
        arrive(desk)

    desks.start(desk, run, then)


def arrive(desk: Desk) -> None:
    """Put all three hypotheses on the map, or what there is to choose from."""
    draft, place = desk.draft, desk.room
    desks.start(desk, lambda watch: three(draft, place, watch), desks.show)


def three(draft: Draft, place: Room, watch: Watch) -> Picture | None:
    """Draw all pieces as each hypothesis places them; of many shapes, some tell it as well."""
    tables: dict[str, gpd.GeoDataFrame] = {}
    placed = [piece for piece in draft.pieces if draft.placed(piece) and piece.system]
    every = max(1, math.ceil(len(SAID) * sum(len(piece.raw) for piece in placed) / drawn.MOST_IN_ONE_FILE))
    usable = [replace(piece, raw=piece.raw.iloc[::every]) for piece in placed]
    for number, (key, said) in enumerate(SAID.items()):
        watch.step(number / len(SAID), "画出三种情形")
        shapes = [placing.placed(piece, draft, hypothesis=key).geometry for piece in usable]
        if shapes:
            tables[f"若为 {said}"] = gpd.GeoDataFrame(geometry=pd.concat(shapes, ignore_index=True))
    name = "三种情形对照" if every == 1 else f"三种情形对照（每 {every} 个图形画 1 个）"
    return drafts.paint_groups(tables, place, kind=draft.kind, name=name) if tables else None


def forward(desk: Desk) -> None:
    """Go on where everything is decided, with the pieces on the map as they were chosen."""
    if open_questions := tuple(placing.undecided(desk.draft)):
        desk.said = open_questions
        return
    draft, place = desk.draft, desk.room

    def run(watch: Watch) -> Picture | None:
        watch.step(0.0, "画出各文件")
        tables: Mapping[str, gpd.GeoDataFrame] = {
            piece.label: gpd.GeoDataFrame(placing.placed(piece, draft)) for piece in draft.pieces if draft.placed(piece)
        }
        return drafts.paint_groups(tables, place, kind=draft.kind, name="各文件") if tables else None

    def then(desk: Desk, picture: Picture | None) -> None:
        desks.show(desk, picture)
        desk.step = "match"

    desks.start(desk, run, then)


STEP = Step(show, forward, again=arrive)
