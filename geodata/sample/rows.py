"""Rows of the demonstration as the contracts want them: named 演示…, marked synthetic, placed by nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import crs
from geodata.items import SCHEMATIC
from geodata.sample.cuts import Shapes
from geodata.sample.forms import Texts

ACCURACY = 500
"""The zone's own outline is known to this many metres, and nothing in it better."""

_NAMED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "landuse": ("YSXZ", "图斑"),
        "landuse_planned": ("YSGH", "规划图斑"),
        "plots": ("YSDK", "地块"),
        "parcels": ("YSZD", "宗地"),
        "buildings": ("YSLY", "楼宇"),
        "enterprises": ("YSQY", "企业"),
        "enterprise_sites": ("YSCS", "场所"),
        "green": ("YSLD", "绿地"),
        "entrances": ("YSCK", "出入口"),
        "streets": ("YSDL", "道路"),
        "facilities": ("YSSS", "设施"),
        "population": ("YSRK", "人口点"),
        "boundaries": ("YSJX", "界线"),
        "controls": ("YSKZ", "控制线"),
        "supplied": ("YSGD", "供地"),
    }
)
"""Kind -> beginning of its ids, word of its names."""

_DIGITS = MappingProxyType({"enterprises": 3})
_USUAL = 4


def ids(kind: str, number: int) -> Texts:
    """Ids of the rows of a kind, from 1.

    Examples
    --------
    >>> ids("plots", 2).tolist()
    ['YSDK-0001', 'YSDK-0002']
    """
    return _numbered(f"{_NAMED[kind][0]}-", kind, number)


def names(kind: str, number: int, word: str = "") -> Texts:
    """Names of the rows of a kind, from 1.

    Examples
    --------
    >>> names("enterprises", 1).tolist(), names("plots", 1).tolist()
    (['演示企业-001'], ['演示地块-0001'])
    """
    return _numbered(f"演示{word or _NAMED[kind][1]}-", kind, number)


def _numbered(beginning: str, kind: str, number: int) -> Texts:
    digits = max(_DIGITS.get(kind, _USUAL), len(str(number)))
    return np.array([f"{beginning}{place:0{digits}d}" for place in range(1, number + 1)], object)


def rows(kind: str, columns: Mapping[str, Any], shapes: Shapes | None) -> pd.DataFrame:
    """Make the table of a kind from its columns and shapes; without shapes a table without geometry."""
    number = len(next(iter(columns.values())))
    common = {
        "id": ids(kind, number),
        "name": names(kind, number),
        "basis": SCHEMATIC if shapes is not None else pd.NA,
        "accuracy_m": ACCURACY if shapes is not None else pd.NA,
        "synthetic": True,
    }
    table = pd.DataFrame(common | dict(columns))
    return table if shapes is None else gpd.GeoDataFrame(table, geometry=shapes, crs=crs.METRIC)
