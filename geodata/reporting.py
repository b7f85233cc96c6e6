"""Reporting units: what figures are given for."""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import pandas as pd

from geodata.land import Land

_ZONE = "zone"
_OF_DATASET = ("community", "grid", "detailed_unit", "area")
PER: Mapping[str, str] = MappingProxyType(
    {
        "subdistrict": "街道",
        "zone": "全区",
        "unit": "布局单元",
        "community": "社区",
        "grid": "网格",
        "detailed_unit": "详细规划单元",
        "area": "其他范围",
    }
)
"""Kinds of reporting units."""
USUAL = "subdistrict"
"""The kind that is read where a link names none."""


def needs_boundaries(per: str) -> bool:
    """Whether units of a kind exist only where the office has imported boundaries."""
    return per in _OF_DATASET


def units(land: Land, per: str, boundaries: gpd.GeoDataFrame | None = None) -> gpd.GeoDataFrame:
    """Give the units of a kind.

    Parameters
    ----------
    land : Land
    per : str
        Key of PER.
    boundaries : GeoDataFrame, optional
        The dataset of boundaries in use.

    Returns
    -------
    GeoDataFrame
        EPSG:4549, on their ids: `name`, `basis`, `accuracy_m`, geometry; no rows where there are none.
    """
    if needs_boundaries(per):
        table = _imported(boundaries, per)
    elif per == "subdistrict":
        table = land.base["subdistricts"].set_index("id")
    else:
        placed = land.placed[land.placed.geom_type.isin(["Polygon", "MultiPolygon"])]
        whole = placed["role"] == _ZONE
        table = placed[whole if per == _ZONE else (placed["kind"] == _ZONE) & ~whole].set_index("id")
    told = table[["name", "basis", "accuracy_m", "geometry"]]
    return told.assign(accuracy_m=pd.to_numeric(told["accuracy_m"]).astype(float))


def overlap(per: str) -> bool:
    """Whether units of a kind overlap, so that a table over them has no total."""
    return per in ("unit", "area")


def _imported(boundaries: gpd.GeoDataFrame | None, per: str) -> gpd.GeoDataFrame:
    if boundaries is None:
        return gpd.GeoDataFrame({"name": [], "basis": [], "accuracy_m": [], "geometry": []}, crs=None)
    table = boundaries[(boundaries["boundary_class"] == per).to_numpy(bool)]
    return table.set_index("id") if "id" in table else table
