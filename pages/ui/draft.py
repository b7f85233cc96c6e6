"""The parks that are tried: those of the proposal in the link, and what this session has put on the map since."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import streamlit as st
from shapely.geometry.base import BaseGeometry

from geodata import proposals
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError, DatasetError, LinkError, StoreError
from geodata.items import SCHEMATIC
from geodata.land import Land
from geodata.parks import Park, checked, restored
from geodata.store.proposals import Kept
from layers.view import View
from pages.ui import caches, measured
from pages.ui.runs import once

_KEY = "draft"


@dataclass(frozen=True)
class Draft:
    """What is tried.

    Attributes
    ----------
    of : str
        Number of the proposal it began with; "" for none.
    parks : tuple of Park
    changed : bool
        Whether it is otherwise than it is kept.
    problems : tuple of DashboardError
        What of the proposal could not be read; until somebody changes what is tried, every run tries again.
    """

    of: str = ""
    parks: tuple[Park, ...] = ()
    changed: bool = False
    problems: tuple[DashboardError, ...] = ()


def current(view: View, held: Catalogue) -> Draft:
    """Give what is tried; where the link names another proposal than before, that one."""
    found: Draft = st.session_state.get(_KEY, Draft())
    if found.of != view.proposal or (found.problems and not found.changed):
        found = _opened(view.proposal, held)
        st.session_state[_KEY] = found
    return found


def tried() -> tuple[Park, ...]:
    """Give the parks that are tried, after `current`."""
    found: Draft = st.session_state.get(_KEY, Draft())
    return found.parks


def kept() -> tuple[tuple[Kept, ...], tuple[StoreError, ...]]:
    """Read the proposals; none, and why, where the database cannot be asked."""
    try:
        return once("proposals", lambda: proposals.read(caches.store())), ()
    except StoreError as error:
        return (), (error,)


def living() -> dict[str, Kept]:
    """Give the proposals nobody has withdrawn, by their number as a link has it."""
    return {str(one.id): one for one in kept()[0] if one.withdrawn_at is None}


def parks_of(one: Kept, held: Catalogue) -> tuple[tuple[Park, ...], tuple[DashboardError, ...]]:
    """Make the parks of a proposal, on the land that is held now."""
    kinds = {str(park["table"]) for park in one.parks if park["row"]}
    return restored(one.parks, tables(held, kinds))


def tables(held: Catalogue, kinds: set[str]) -> Mapping[str, gpd.GeoDataFrame]:
    """Read the placed rows of what is held of some kinds."""
    return {kind: measured.rows(version) for kind in sorted(kinds) if (version := held.current(kind))}


def put(parks: tuple[Park, ...]) -> None:
    """Try other parks."""
    st.session_state[_KEY] = replace(st.session_state.get(_KEY, Draft()), parks=parks, changed=True)


def begin(of: str) -> None:
    """Say that what is tried is now kept as a proposal; "" forgets it."""
    before = st.session_state.get(_KEY, Draft())
    st.session_state[_KEY] = replace(before, of=of, changed=False) if of else Draft()


def fitting(park: Park, land: Land, held: Catalogue, *, beside: tuple[Park, ...]) -> Park:
    """Return a park that can stand beside the others of what is tried.

    Raises
    ------
    MeasureError, DatasetError
    """
    green = tables(held, {"green"}).get("green")
    none = gpd.GeoDataFrame({"name": [], "green_class": []}, geometry=[], crs=land.items.crs)
    return checked(park, zone=zone(land), green=none if green is None else green, beside=beside)


def zone(land: Land) -> BaseGeometry:
    """The district, with as much room as its outline is vague."""
    rows = land.placed[land.placed["role"] == "zone"]
    vague = rows["accuracy_m"].where(rows["basis"] == SCHEMATIC, 0).fillna(0).astype(float)
    return rows.buffer(vague).union_all()


def _opened(number: str, held: Catalogue) -> Draft:
    if not number:
        return Draft()
    one = living().get(number)
    if one is None:
        wrong = LinkError(
            f"链接中的 proposal={number}", "没有这个方案或已被撤回，按现状显示", "请从“方案比选”中另选一个"
        )
        return Draft(number, problems=(wrong,))
    try:
        parks, lost = parks_of(one, held)
    except DatasetError as error:
        return Draft(number, problems=(error,))
    return Draft(number, parks, problems=lost)
