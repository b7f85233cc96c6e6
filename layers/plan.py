"""The plan's items as the map draws them; server and browser read the same columns."""

from collections.abc import Collection

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.items import ROLES, SCHEMATIC
from geodata.land import Land

CONTEXT = ("zone", "corridor", "core", "city", "cluster")
"""Roles shown faintly where they are not what it is about, so that one knows where one is."""

_NAMED_BY_ROLE = ("corridor", "core", "city")
_UNNAMED = ("zone", "subdistrict")
"""Roles whose name the page's title or the base map says already."""
_DETAILS = ("area", "subdistrict", "reclaimed")


def table(land: Land) -> gpd.GeoDataFrame:
    """Build the drawn table.

    Returns
    -------
    GeoDataFrame
        EPSG:4549, indexed by id, largest first so that small things lie on top: `id`, `name`, `label` (short
        text on the map or ""), `role` and `style` (rows of the styles table for its label and its shape),
        `strong` (themes it is drawn fully in), `context` (drawn faintly otherwise), `detail` (shown in the layout
        theme only when zoomed in), `schematic`, `accuracy_m`, `source` (the dataset version
        its official outline comes from, or ""), `at` (longitude and latitude of the label).
    """
    placed = land.placed
    frame = pd.DataFrame(
        {
            "id": placed["id"],
            "name": placed["name"],
            "label": _labels(placed),
            "role": placed["role"],
            "style": _styles(land, placed),
            "strong": [list(themes) for themes in placed["themes"]],
            "context": placed["role"].isin(CONTEXT),
            "detail": _details(land, placed),
            "schematic": placed["basis"] == SCHEMATIC,
            "accuracy_m": placed["accuracy_m"].astype(float),
            "source": [land.outlines[key].version.label if key in land.outlines else "" for key in placed.index],
            "at": [label_position(shape) for shape in crs.degrees(placed).geometry],
        },
        index=placed.index,
    )
    drawn = gpd.GeoDataFrame(frame, geometry=placed.geometry)
    order = np.lexsort((-drawn.area, -shapely.get_dimensions(drawn.geometry.to_numpy())))
    return drawn.iloc[order]


def shown(
    drawn: gpd.GeoDataFrame, theme: str, *, detail: bool, only: Collection[str] | None = None
) -> gpd.GeoDataFrame:
    """Rows of `table` that the map shows.

    Parameters
    ----------
    drawn : GeoDataFrame
    theme : str
    detail : bool
        Whether the map is zoomed in far enough for details.
    only : collection of str, optional
        Ids a list holds: they are shown instead of the theme's, beside the context.
    """
    if only is not None:
        return drawn[drawn.index.isin(list(only)) | drawn["context"].astype(bool)]
    strong = in_theme(drawn, theme)
    hidden = drawn["detail"].astype(bool) & (theme == "layout" and not detail)
    return drawn[(strong | drawn["context"].astype(bool)) & ~hidden]


def brought_in(drawn: gpd.GeoDataFrame, theme: str, ids: Collection[str]) -> gpd.GeoDataFrame:
    """Rows of `table` where some, details or not, are drawn fully in a theme that is not theirs."""
    chosen = drawn.index.isin(list(ids))
    strong = [[*themes, theme] if one else themes for themes, one in zip(drawn["strong"], chosen, strict=True)]
    return drawn.assign(strong=strong, detail=drawn["detail"].astype(bool) & ~chosen) if chosen.any() else drawn


def in_theme(drawn: gpd.GeoDataFrame, theme: str) -> pd.Series:
    """Whether each row of `table` is drawn fully in a theme."""
    return pd.Series([theme in themes for themes in drawn["strong"]], drawn.index, bool)


def label_position(shape: BaseGeometry) -> list[float]:
    """Longitude and latitude (5 decimals) of the best place for a label: well inside, or half-way along."""
    parts = list(getattr(shape, "geoms", [shape]))
    part = max(parts, key=lambda one: (one.area, one.length))
    if part.area:
        point = shapely.maximum_inscribed_circle(part, tolerance=1e-4).interpolate(0)
    else:
        point = part.interpolate(0.5, normalized=True) if part.length else part
    return [round(float(point.x), 5), round(float(point.y), 5)]


def _labels(placed: gpd.GeoDataFrame) -> list[str]:
    return [
        f"{ROLES[role]} · {short}" if role in _NAMED_BY_ROLE else ("" if role in _UNNAMED else short)
        for role, short in zip(placed["role"], placed["short"], strict=True)
    ]


def _styles(land: Land, placed: gpd.GeoDataFrame) -> list[str]:
    """A part has the colour of the unit it is a part of."""
    roles = land.items["role"]
    return [
        roles[parent] if role == "part" and parent else role
        for role, parent in zip(placed["role"], placed["parent"], strict=True)
    ]


def _details(land: Land, placed: gpd.GeoDataFrame) -> list[bool]:
    """Areas, and parts of units that have an area of their own (the corridor has none: its parts are its band)."""
    shapes = land.items.geometry

    def inner(role: str, parent: str | None) -> bool:
        if role == "part" and parent:
            return shapes[parent] is not None and shapes[parent].area > 0
        return role in _DETAILS

    return [inner(role, parent) for role, parent in zip(placed["role"], placed["parent"], strict=True)]
