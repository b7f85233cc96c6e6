"""A version of a dataset on the map: drawn, clicked, and one of its rows outlined."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st
from shapely.geometry.base import BaseGeometry

from geodata import tiles
from geodata.catalogue import read_version
from geodata.drawn import Summary, base_of
from geodata.kinds import DATASETS
from geodata.versions import Version
from layers import datasets, drawings
from layers.legend import base_rows
from layers.pick import pick_rows
from layers.text import joined
from layers.view import View
from pages.ui import caches, person, state
from pages.ui.map_view import Dataset, map_view


class Focus(NamedTuple):
    """What stands out on a map: its name, and whether a class is of it."""

    name: str
    keep: Callable[[str], bool]


@dataclass(frozen=True)
class Beside:
    """What stands out of a version on the map.

    Attributes
    ----------
    marks : mapping of str to str
        Id of a row -> colour it has instead of that of its class.
    focus : Focus or None
        The classes that stand out; the others are faint.
    outlined : sequence of geometry
        Degrees; outlined beside the record of the View.
    """

    marks: Mapping[str, str] = field(default_factory=dict)
    focus: Focus | None = None
    outlined: Sequence[BaseGeometry] = ()


NOTHING = Beside()


def draw(scene: caches.Scene, view: View, version: Version, beside: Beside = NOTHING) -> Summary:
    """Draw a version over a faint plan; a click puts the id of what lies there into the link.

    Parameters
    ----------
    scene : Scene
    view : View
        Its `record` is outlined.
    version : Version
        With geometry, and meant for whoever looks.
    beside : Beside
        What stands out.

    Returns
    -------
    Summary
        What is drawn.

    Raises
    ------
    DatasetError, StoreError
        It cannot be read, or the files for the browser cannot be written.
    """
    config = scene.config
    prepared = datasets.prepare(version, partial(read_version, config.data_path, version), config)
    drawing = datasets.drawing(
        prepared,
        version,
        scene.styles,
        marks=marked(base_of(config.data_path, version), beside.marks) if beside.marks else None,
        selected=_outline([*_shapes(scene, version, view.record), *beside.outlined]),
    )
    if beside.focus:
        drawing = drawings.focused(drawing, *beside.focus)
    online = config.base_map is not None
    rows = joined((datasets.legend(prepared.summary, version, scene.styles), base_rows(scene.styles, online=online)))
    map_view(scene, view, (), dataset=Dataset(drawing, rows, partial(on_click, version)))
    return prepared.summary


def retry(scene: caches.Scene, version: Version) -> None:
    """Offer to make the tiles again, where that has failed or was stopped."""
    key = base_of(scene.config.data_path, version).name
    told = tiles.status(scene.config.data_path, version.audience, key)
    if told.state in ("failed", "cancelled"):
        st.caption(told.said or "切片的生成已被取消。")
        st.button("重新生成切片", on_click=_again, args=(scene, version))


def _again(scene: caches.Scene, version: Version) -> None:
    tiles.start(scene.config.data_path, version.audience, base_of(scene.config.data_path, version).name)


def on_click(version: Version, at: tuple[float, float, float]) -> None:
    """Select what lies at a position (longitude, latitude, zoom), or nothing."""
    rows = datasets.rows(base_of(caches.config().data_path, version))
    hits = pick_rows(rows, at)
    state.change(record=str(rows["id"].iloc[hits[0]]) if hits else "", selection=())


def row(scene: caches.Scene, view: View, version: Version) -> gpd.GeoDataFrame | None:
    """The drawn row that is outlined, as a table of its own; None where there is none."""
    if not view.record:
        return None
    rows = datasets.rows(base_of(scene.config.data_path, version))
    return rows[rows["id"] == view.record]


def record(scene: caches.Scene, view: View, version: Version) -> pd.DataFrame:
    """The row that is outlined as it is held, without its shape; 敏感 columns as the person may see them.

    Raises
    ------
    DatasetError
        It cannot be read.
    """
    names = [name for name in DATASETS[version.kind].names if name != "geometry"]
    read = partial(read_version, scene.config.data_path, version, columns=names)
    rows: pd.DataFrame = caches.table(f"columns {version.digest}", read)
    return person.seen(rows[rows["id"] == view.record], version.kind, version.dataset_id)


def marked(base: Path, marks: Mapping[str, str]) -> dict[str, str]:
    """Number of each drawn row with an id that is marked -> its colour, as the browser is told."""
    ids = caches.computed(f"drawn ids {base}", lambda: pd.Index(datasets.rows(base)["id"]))
    numbers = ids.get_indexer_for(list(marks))
    return {str(number): marks[ids[number]] for number in numbers[numbers >= 0]}


def _shapes(scene: caches.Scene, version: Version, key: str) -> Sequence[BaseGeometry]:
    """Shapes of the drawn rows with an id: one, or none where it has no shape."""
    if not key:
        return ()
    rows = datasets.rows(base_of(scene.config.data_path, version))
    return list(rows.geometry[rows["id"] == key])


def _outline(shapes: Sequence[BaseGeometry]) -> dict[str, Any] | None:
    if not shapes:
        return None
    return {"type": "GeometryCollection", "geometries": [shapely.geometry.mapping(shape) for shape in shapes]}
