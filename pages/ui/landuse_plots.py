"""Where both the present and the planned class of land are known: plots, or two layers laid over each other."""

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalogue import Catalogue
from geodata.landuse_codes import CURRENT
from geodata.measures.overlaid import overlaid
from geodata.versions import Version
from layers.balance import NO_CODE
from layers.landuse import CELL
from pages.ui import caches, measured

Parcels = tuple[Version, ...]
"""The plots; or present and planned land use."""


def plots_of(held: Catalogue) -> tuple[Parcels, str]:
    """The plots that know present and planned classes and densities; nothing, and why, where there are none."""
    plots = held.current("plots")
    if plots is None:
        return (), "无数据：缺少规划地块，请在“数据”页导入。"
    if plots.scheme not in (None, CURRENT):
        return (), "无数据：规划地块的用地代码不是用地用海2023，请换算后重新导入。"
    return (plots,), ""


def parcels_of(held: Catalogue) -> tuple[Parcels, str]:
    """The plots, or without them both layers of land use; nothing, and why, where neither is held."""
    plots, why = plots_of(held)
    if plots:
        return plots, ""
    present, planned = held.current("landuse"), held.current("landuse_planned")
    if present is None or planned is None:
        return (), f"{why}没有规划地块时，要有现状用地与规划用地两种数据。"
    if mixed := held.mixture(("landuse", "landuse_planned")):
        return (), f"{mixed}。"
    return (present, planned), ""


def rows(parcels: Parcels) -> gpd.GeoDataFrame:
    """Rows with `landuse` and `landuse_planned`; layers are laid over each other once for the same data."""
    if len(parcels) == 1:
        return measured.rows(parcels[0])
    present, planned = parcels
    name = f"overlaid {present.digest} {planned.digest}"
    return caches.table(name, lambda: overlaid(measured.rows(present), measured.rows(planned)))


def of_change(rows: gpd.GeoDataFrame, focus: str) -> gpd.GeoDataFrame:
    """The rows of one change, "<present><CELL><planned>".

    Parameters
    ----------
    rows : GeoDataFrame
        With `landuse` and `landuse_planned`.
    focus : str
        Codes, or what they begin with; NO_CODE for none.
    """
    old, new = ("" if code == NO_CODE else code for code in focus.split(CELL, 1))
    return of_class(of_class(rows, "landuse", old), "landuse_planned", new)


def of_class(rows: gpd.GeoDataFrame, column: str, code: str) -> gpd.GeoDataFrame:
    """The rows whose code begins so; "" = those without a code."""
    codes = rows[column].astype("string").fillna("")
    return rows[codes.str.startswith(code) if code else codes == ""]


def lying(rows: gpd.GeoDataFrame, unit: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows that share land with a unit."""
    ground, shapes = _ground(unit), rows.geometry.to_numpy()
    return rows[shapely.intersects(ground, shapes) & ~shapely.touches(ground, shapes)]


def centred(rows: gpd.GeoDataFrame, unit: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The rows whose inner point lies in a unit."""
    return rows[shapely.intersects(_ground(unit), shapely.point_on_surface(rows.geometry.to_numpy()))]


def _ground(unit: gpd.GeoDataFrame) -> BaseGeometry:
    ground = unit.geometry.union_all()
    shapely.prepare(ground)
    return ground


def said(parcels: Parcels) -> str:
    """Say what changes are computed from."""
    if len(parcels) == 1:
        return "由规划地块算得；未划为规划地块的土地不计。"
    return "由现状用地与规划用地叠加算得；只有一种数据的土地，另一种记为未填写。"
