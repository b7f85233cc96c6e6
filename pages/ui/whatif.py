"""Figures and map with parks that are not there: from what is known without them, and the difference within reach."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Catalogue
from geodata.measures import proposed, vague
from geodata.measures.evaluate import Answer
from geodata.measures.inputs import BUILT_UP
from geodata.measures.proposed import Near
from geodata.measures.reading import COVERED
from geodata.parks import Parks, fingerprint
from layers.measures import Told
from layers.results import Found
from layers.style import coverage
from pages.ui import caches, draft, measured
from pages.ui.dataset_map import marked
from pages.ui.measured import Ask


def answer(scene: caches.Scene, held: Catalogue, ask: Ask, parks: Parks) -> Answer:
    """Give the figures of all units as if the parks were there; without any, as they are.

    Raises
    ------
    MeasureError, DatasetError
    """
    if not parks:
        return measured.answer(scene, held, ask)
    outlined, before = _before(scene, held, ask)
    if before is None:
        return measured.answer(scene, held, ask)
    name = f"with parks {_name(held, ask)} {measured.units_key(scene, held, ask.per)} {fingerprint(parks)}"

    def compute() -> Answer:
        if not proposed.concerns(ask.indicator, parks):
            return Answer(proposed.figures(before, outlined))
        extents = _extents(scene, held, ask)
        near = nearby(held, ask, parks)
        return Answer(
            proposed.figures(proposed.with_parks(ask.indicator, near, extents, before=before, by=ask.by), outlined)
        )

    return caches.computed(name, compute)


def nearby(held: Catalogue, ask: Ask, parks: Parks) -> Near:
    """Give the land within reach of the parks; main figures that can be read from the same land share it."""
    others = [row for row in measured.main().values() if proposed.scope(row) == proposed.scope(ask.indicator)]
    asks = [replace(ask, indicator=row, per="zone") for row in (ask.indicator, *others)]
    reach = max(proposed.reach_of(one.indicator) for one in asks)
    told = {kind: name for one in asks for kind, name in measured.contents(held, one).items()}
    name = json.dumps(
        ["near", told, proposed.scope(ask.indicator), ask.by, reach, fingerprint(parks)], ensure_ascii=False
    )

    def compute() -> Near:
        tables = {kind: table for one in asks for kind, table in measured.inputs(held, one).items()}
        return proposed.nearby(ask.indicator, tables, parks, by=ask.by, reach=reach)

    return caches.computed(name, compute)


def left(scene: caches.Scene, held: Catalogue, ask: Ask, parks: Parks) -> gpd.GeoDataFrame:
    """List the land that is not reached, as if the parks were there."""
    rows = measured.left(scene, held, ask)
    if not parks or not proposed.concerns(ask.indicator, parks):
        return rows
    name = f"left with parks {_name(held, ask)} {fingerprint(parks)}"
    return caches.computed(name, lambda: proposed.still_left(ask.indicator, rows, nearby(held, ask, parks), parks))


def marks(held: Catalogue, ask: Ask, parks: Parks, *, base: Path, colours: Mapping[str, str]) -> dict[str, str]:
    """Tell which drawn rows have another colour with the parks: number of the row -> colour.

    Parameters
    ----------
    base : Path
        The files the rows are drawn from, without their ending.
    colours : mapping of str to str
        What land is -> its colour; "" for land that is to be served no more.
    """
    if not parks or not proposed.concerns(ask.indicator, parks):
        return {}
    name = f"recoloured {_name(held, ask)} {fingerprint(parks)}"
    told = caches.computed(name, lambda: proposed.recoloured(ask.indicator, nearby(held, ask, parks)))
    return marked(base, {str(key): colours[step] for key, step in told.items()})


def on_map(scene: caches.Scene, held: Catalogue, ask: Ask, finding: Found) -> dict[str, str]:
    """The land that is reached otherwise with the parks: number of a drawn row -> its colour."""
    parks = draft.tried()
    colours = {key: coverage(scene.styles, key).fill or "" for key in COVERED}
    told = {**colours, "": colours["source"]}
    return marks(held, ask, parks, base=finding.base(scene.config.data_path), colours=told)


def told(rests_on: Told, parks: Parks) -> Told:
    """Say with what figures rest on that parks are counted which are not there."""
    if not parks:
        return rests_on
    names = "、".join(park.name for park in parks)
    return replace(rests_on, inputs=f"{rests_on.inputs}；比选方案，含尚未实施的新公园 {len(parks)} 处（{names}）")


def _before(scene: caches.Scene, held: Catalogue, ask: Ask) -> tuple[gpd.GeoDataFrame, pd.DataFrame | None]:
    """Outlines of the units and what is counted in them without any new park; None where inputs are missing."""
    units = measured.units(scene, held, ask.per)
    if units.empty:
        return units, None
    key = measured.units_key(scene, held, ask.per)
    outlined = caches.computed(f"outlines {key}", lambda: vague.outlines(units))
    name = f"base {_name(held, ask)} {key}"
    return outlined, caches.computed(
        name, lambda: proposed.base(ask.indicator, measured.inputs(held, ask), outlined, by=ask.by)
    )


def _extents(scene: caches.Scene, held: Catalogue, ask: Ask) -> gpd.GeoDataFrame:
    """The outlines, or what of them is built up."""
    outlined, _ = _before(scene, held, ask)
    key = f"{measured.units_key(scene, held, ask.per)} {ask.indicator.base.built_up} {_boundaries(held)}"
    return caches.computed(
        f"extents {key}", lambda: proposed.extents(ask.indicator, measured.inputs(held, ask), outlined)
    )


def _boundaries(held: Catalogue) -> str:
    version = measured.bounds(held, BUILT_UP)
    return version.digest if version else ""


def _name(held: Catalogue, ask: Ask) -> str:
    """What counts depend on, but for the units."""
    told = measured.contents(held, replace(ask, per="zone"))
    return json.dumps([told, ask.indicator.model_dump(mode="json"), ask.by], ensure_ascii=False)
