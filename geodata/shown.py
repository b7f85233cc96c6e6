"""Which items of the plan a map shows in full: those of a theme, or a unit with what belongs to it."""

import geopandas as gpd

from geodata.items import THEMES
from geodata.land import Land


def shown(land: Land, theme: str, unit: str = "") -> gpd.GeoDataFrame:
    """Rows of `land.items` that a map is about, placed or not, in the plan's order.

    Parameters
    ----------
    land : Land
    theme : str
        One of geodata.items.THEMES.
    unit : str
        Id of a unit: it and what belongs to it, instead of the theme's items.
    """
    items = land.items
    if unit:
        return items[items.index.isin([unit, *land.inside(unit).index])]
    return items[items["themes"].map(lambda themes: theme in themes).astype(bool)]


def said(land: Land, theme: str, unit: str = "") -> str:
    """Say the same in Chinese, for the head of an export.

    Examples
    --------
    >>> said(None, "projects")
    '专题：项目'
    """
    return f"布局单元：{land.items['name'][unit]}及所属各项" if unit else f"专题：{THEMES[theme]}"
