"""The draft on the map: drawn, clicked, and what a finding concerns lit up."""

from functools import partial

import geopandas as gpd
import streamlit as st

from geodata.intake.room import found
from layers import drafts
from layers.drafts import Picture
from layers.legend import base_rows
from layers.pick import pick_rows
from layers.text import joined
from layers.view import View
from pages.ui import caches, state
from pages.ui.importing import desk as desks
from pages.ui.importing.desk import Desk
from pages.ui.map_view import Dataset, map_view


def draw(scene: caches.Scene, view: View, desk: Desk) -> None:
    """Draw the map with what there is of the draft."""
    picture = desk.picture
    if picture is None:
        map_view(scene, view, ())
        return
    rows, places = _lit(desk)
    drawing = drafts.drawing(picture, scene.styles, rows=rows, places=places)
    legend = joined(
        (drafts.legend(picture, scene.styles), base_rows(scene.styles, online=scene.config.base_map is not None))
    )
    map_view(scene, view, (), dataset=Dataset(drawing, legend, partial(_on_click, picture)))


def choose(desk: Desk, number: int) -> None:
    """Light up what a finding concerns, or nothing more where it is pressed again."""
    desk.chosen, desk.picked = (None if desk.chosen == number else number), None
    if desk.chosen is not None and desk.ready:
        report = desk.ready.checked.report
        if box := drafts.frame(report.places(report.outcomes[desk.chosen])):
            state.move_to(box=box)


def _lit(desk: Desk) -> tuple[tuple[int, ...], gpd.GeoDataFrame | None]:
    if desk.ready is None or desk.step not in ("check", "look"):
        return (), None
    report = desk.ready.checked.report
    if desk.step == "look":
        if desk.picked is None or report.shapes is None:
            return (), None
        return (), gpd.GeoDataFrame(geometry=report.shapes.iloc[[desk.picked]])
    if desk.chosen is None:
        return (), None
    outcome = report.outcomes[desk.chosen]
    return (outcome.finding.rows if outcome.finding else ()), report.places(outcome)


def _on_click(picture: Picture, at: tuple[float, float, float]) -> None:
    desk, place = desks.current(), found(caches.config(), picture.room)
    if desk is None or place is None or desk.picture is not picture or desk.ready is None:
        return
    hits = pick_rows(drafts.rows_of(picture, place), at)
    desk.picked = int(picture.positions[hits[0]]) if hits else None


def missing(desk: Desk) -> None:
    """Say that there is nothing to see where a draft has no shapes."""
    if desk.picture is None:
        st.caption("这份数据没有图形，图上没有可查看的内容。")
