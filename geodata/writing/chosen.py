"""Which rows of a dataset go out: all, or those of a place of the plan, of some classes."""

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.land import Land

BY_POINT = "按图形内点所在取舍整行，不裁剪"
"""How a row belongs to a place."""


@dataclass(frozen=True)
class Choice:
    """Which rows; empty = all.

    Attributes
    ----------
    unit, street : str
        Id of a layout unit, of a subdistrict.
    column : str
        What classes are told by.
    classes : frozenset of str
        Values of that column; "" = missing.
    """

    unit: str = ""
    street: str = ""
    column: str = ""
    classes: frozenset[str] | None = None


def chosen(table: pd.DataFrame, choice: Choice, land: Land) -> pd.DataFrame:
    """Rows a choice means, in their order; a row that has no shape lies in no place.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        EPSG:4549.
    choice : Choice
    land : Land
    """
    keep = pd.Series(data=True, index=table.index)
    for place in _grounds(choice, land):
        keep &= _within(table, place)
    if choice.classes is not None:
        keep &= table[choice.column].astype("string").fillna("").isin(list(choice.classes))
    return table[keep]


def places(land: Land) -> dict[str, dict[str, str]]:
    """Places that can be chosen: field of a Choice -> id -> name; units without ground are left out."""
    units = land.items[(land.items["kind"] == "zone") & (land.items["role"] != "zone")]
    grounds = {key: land.extent(key) for key in units.index}
    with_ground = [key for key, ground in grounds.items() if ground is not None and ground.area > 0]
    return {"street": dict(land.base["subdistricts"]["name"]), "unit": dict(units["name"][with_ground])}


def said(choice: Choice, land: Land, labels: Collection[str] = ()) -> str:
    """Say a choice in Chinese.

    Examples
    --------
    >>> said(Choice(), None), said(Choice(column="use", classes=frozenset({"office"})), None, ["办公"])
    ('全部', '类别：办公')
    """
    parts = []
    if choice.street:
        parts.append(f"街道：{land.base['subdistricts']['name'][choice.street]}（{BY_POINT}）")
    if choice.unit:
        parts.append(f"布局单元：{land.items['name'][choice.unit]}（{BY_POINT}）")
    if choice.classes is not None:
        parts.append(f"类别：{'、'.join(labels)}")
    return "；".join(parts) or "全部"


def _grounds(choice: Choice, land: Land) -> list[BaseGeometry | None]:
    street = [land.base["subdistricts"].geometry[choice.street]] if choice.street else []
    return [*street, *([land.extent(choice.unit)] if choice.unit else [])]


def _within(table: pd.DataFrame, ground: BaseGeometry | None) -> pd.Series:
    """Whether a point inside each row lies on the ground, its edge included."""
    if ground is None or not isinstance(table, gpd.GeoDataFrame):
        return pd.Series(data=False, index=table.index)
    shapely.prepare(ground)
    points = shapely.point_on_surface(table.geometry.to_numpy())
    return pd.Series(shapely.covers(ground, points), index=table.index)
