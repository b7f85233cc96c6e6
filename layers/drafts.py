"""A draft of an import on the map: drawn like a held dataset, from files only its owner may fetch."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from markupsafe import Markup

from geodata import crs, drawn
from geodata.drawn import Summary
from geodata.intake.room import Room
from geodata.landuse_codes import LANDUSE_COLUMNS
from geodata.store.faults import filing
from geodata.versions import Version
from layers import datasets, drawings
from layers.drawings import Sign
from layers.publish import collection
from layers.style import Style

DRAWN = "drawn"
SAID = "导入核对中，尚未入库"
_COLOURS = ("#0B5CAD", "#C2185B", "#B26A00", "#2E7D32", "#6A3FA0", "#00838F")
MARKED = "#C62828"
"""Colour of what a finding concerns."""

MOST_OUTLINED = 300
"""So many places are outlined at once; all rows concerned are coloured all the same."""


@dataclass(frozen=True)
class Picture:
    """What is drawn of a draft.

    Attributes
    ----------
    room, key : str
        Where its files lie: room and name.
    version : Version
        What stands for it, with its kind, name and scheme.
    summary : Summary
    positions : array of int
        Position in the table of every drawn row.
    groups : tuple of Sign
        Empty where it is coloured by the classes of its kind.
    """

    room: str
    key: str
    version: Version
    summary: Summary
    positions: Any
    groups: tuple[Sign, ...] = ()


def base_of(room: Room, key: str) -> Path:
    """Where the files of a picture lie, without their ending."""
    return room.folder / DRAWN / key


def paint(table: gpd.GeoDataFrame, room: Room, *, kind: str, name: str, scheme: str | None) -> Picture | None:
    """Draw a table by the classes of its kind; None where nothing of it has a shape.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549, columns named as in the contract.
    room : Room
        Where the files go.
    kind, name, scheme
        What the table is; land use without one scheme for all is of one colour.

    Raises
    ------
    StoreError
        The room cannot be written to.
    """
    if not isinstance(table, gpd.GeoDataFrame):
        return None
    plain = table.reset_index(drop=True)
    named = plain if "name" in plain.columns else plain.assign(name=pd.NA)
    rows, summary = drawn.drawn(gpd.GeoDataFrame(named, geometry=plain.geometry), _coloured(kind, scheme))
    if not len(rows):
        return None
    positions = rows["id"].astype(int).to_numpy()
    ids = plain["id"].astype("string").fillna("").to_numpy() if "id" in plain.columns else positions.astype(str)
    key = _write(rows.assign(id=ids[positions]), room)
    return Picture(room.key, key, _standing(kind, name, scheme), summary, positions)


def paint_groups(tables: Mapping[str, gpd.GeoDataFrame], room: Room, *, kind: str, name: str) -> Picture | None:
    """Draw several tables over each other, each in a colour of its own.

    Parameters
    ----------
    tables : mapping of str to GeoDataFrame
        Label for the legend -> EPSG:4549.
    room, kind, name
        As in `paint`.
    """
    shapes = {label: table.geometry.reset_index(drop=True) for label, table in tables.items()}
    parts = [
        gpd.GeoDataFrame(geometry=some).assign(**{"class": label, "name": label}) for label, some in shapes.items()
    ]
    if not sum(map(len, parts)):
        return None
    plain = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=crs.METRIC)
    rows, summary = drawn.drawn(plain, "")
    positions = rows["id"].astype(int).to_numpy()
    key = _write(rows.assign(**{"class": plain["class"].to_numpy()[positions]}), room)
    signs = tuple(_sign(label, number) for number, label in enumerate(tables))
    return Picture(room.key, key, _standing(kind, name, None), summary, positions, signs)


def drawing(
    picture: Picture,
    styles: Mapping[str, Style],
    *,
    rows: Iterable[int] = (),
    places: gpd.GeoDataFrame | None = None,
) -> dict[str, Any]:
    """Tell the browser what to draw and how, as `layers.datasets.drawing` does.

    Parameters
    ----------
    picture : Picture
    styles : mapping of str to Style
    rows : iterable of int
        Positions of rows to colour.
    places : GeoDataFrame, optional
        EPSG:4549; shapes to outline.
    """
    signs = picture.groups or datasets.signs(picture.summary, picture.version, styles)
    marked = np.flatnonzero(np.isin(picture.positions, list(rows)))
    where = {"ready": False, "key": f"{picture.room}/{picture.key}", **_where(picture)}
    told = {
        "said": SAID,
        "marks": {str(number): MARKED for number in marked.tolist()},
        "selected": None if places is None else _outlined(places),
    }
    return where | drawings.described(picture.summary, signs) | told


def legend(picture: Picture, styles: Mapping[str, Style]) -> Markup:
    """Write the legend of a draft."""
    if not picture.groups:
        return datasets.legend(picture.summary, picture.version, styles)
    return drawings.legend(picture.version.name, picture.groups, synthetic=False)


def rows_of(picture: Picture, room: Room) -> gpd.GeoDataFrame:
    """Read the drawn table."""
    return datasets.rows(base_of(room, picture.key))


def window_of(picture: Picture) -> tuple[float, float, float, float] | None:
    """West, south, east, north of a picture; None where it leaves the map's window."""
    return _inside(picture.summary.bounds)


def frame(places: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees of shapes in EPSG:4549; None where there are none in the map's window."""
    if not len(places):
        return None
    west, south, east, north = (float(edge) for edge in crs.degrees(places).total_bounds)
    return _inside((west, south, east, north))


def _coloured(kind: str, scheme: str | None) -> str:
    """The kind whose classes colour a draft: none where they are of a scheme that nobody has chosen for all rows."""
    codes = {code for code, _ in LANDUSE_COLUMNS.get(kind, ())}
    return "" if scheme is None and codes & {*drawn.CLASS_COLUMNS.get(kind, ())} else kind


def _inside(box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
    if box is None:
        return None
    west, south, east, north = box
    fits = crs.WINDOW[0] <= west <= east <= crs.WINDOW[2] and crs.WINDOW[1] <= south <= north <= crs.WINDOW[3]
    return box if fits else None


def _write(rows: gpd.GeoDataFrame, room: Room) -> str:
    """Write the drawn table, and as one file what a browser can draw whole; returns the name of the files."""
    key = secrets.token_hex(16)
    base = base_of(room, key)
    with filing(f"文件夹 {base.parent}"):
        base.parent.mkdir(parents=True, exist_ok=True)
        rows.to_parquet(base.with_suffix(".parquet"), compression="zstd")
        if len(rows) <= drawn.MOST_IN_ONE_FILE:
            base.with_suffix(".geojson").write_text(collection(rows), "utf-8")
    return key


def _where(picture: Picture) -> dict[str, str]:
    address = f"/drafts/{picture.room}/{picture.key}"
    if picture.summary.features > drawn.MOST_IN_ONE_FILE:
        return {"tiles": address, "window": f"{address}/window"}
    return {"file": f"{address}/file"}


def _sign(label: str, number: int) -> Sign:
    colour = _COLOURS[number % len(_COLOURS)]
    style = Style(color=colour, fill=colour, fill_opacity=0.12, weight=1.5)
    return Sign(label, label, style, (label,), ("Polygon",))


def _standing(kind: str, name: str, scheme: str | None) -> Version:
    told: Mapping[str, Any] = MappingProxyType(
        dict.fromkeys(("source_date", "base_year", "purge", "purged_at"))
        | dict.fromkeys(("digest", "source", "licence", "person"), "")
    )
    made: Mapping[str, Any] = {"created_at": datetime.now(UTC), "rows": 0, "audience": "internal", "synthetic": False}
    return Version(dataset_id=0, number=0, kind=kind, name=name, scheme=scheme, **told, **made)


def _outlined(places: gpd.GeoDataFrame) -> dict[str, Any]:
    shown = crs.degrees(places.iloc[:MOST_OUTLINED]).geometry
    usable = shown[~(shown.isna() | shown.is_empty)]
    return {"type": "GeometryCollection", "geometries": [shapely.geometry.mapping(shape) for shape in usable]}
