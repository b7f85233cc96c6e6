"""What a link asks of the page 用地结构: which part, of which land, for which unit, counted how."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from geodata import reporting
from geodata.errors import LinkError
from geodata.measures.landuse import AREAS, Area
from layers.view import View

KINDS = {"landuse": "现状用地", "landuse_planned": "规划用地"}
PARTS = {
    "balance": "用地平衡表",
    "changes": "现状到规划",
    "years": "历年对照",
    "intensity": "开发强度",
    "tiling": "重叠与空隙",
}
"""Parts of the page: what they are called."""
OF_PLOTS = ("changes", "intensity")
"""Parts that are read from plots, whatever land use is held beside them."""
_LEVELS = {"12": "一、二级类", "1": "一级类", "2": "二级类"}
_ONE_LEVEL = {key: _LEVELS[key] for key in "12"}
_LEVELS_OF = {"balance": _LEVELS, "changes": _ONE_LEVEL, "years": _ONE_LEVEL}


@dataclass(frozen=True)
class Ask:
    """What is read: a part, of present or planned land, for a kind of units, by levels of classes, in sorts of area."""

    part: str
    kind: str
    per: str
    level: str
    area: Area

    @property
    def kinds(self) -> Mapping[str, str]:
        """Land use there is to choose from."""
        return {} if self.part in OF_PLOTS else KINDS

    @property
    def levels(self) -> Mapping[str, str]:
        """Levels there are to choose from."""
        return levels(self.part)

    @property
    def areas(self) -> Mapping[Area, str]:
        """Sorts of areas there are to choose from."""
        return {} if self.part == "tiling" else AREAS

    @property
    def caliber(self) -> str:
        """How it is counted, in words."""
        classes = ("用地用海2023 分类", self.levels[self.level]) if self.levels else ()
        return "；".join((AREAS[self.area if self.areas else "projected"], *classes))


def levels(part: str) -> Mapping[str, str]:
    """Levels that a part knows: one at a time where classes stand beside each other."""
    return _LEVELS_OF.get(part, {})


def asked(view: View, part: str = "") -> Ask:
    """What a link asks for, or of a part that is known without it."""
    part = part or (view.part if view.part in PARTS else next(iter(PARTS)))
    area: Area = "projected" if view.area == "projected" else "ellipsoidal"
    return Ask(
        part=part,
        kind=view.measure if view.measure in KINDS else next(iter(KINDS)),
        per=view.per or reporting.USUAL,
        level=view.level if view.level in levels(part) else next(iter(levels(part)), ""),
        area=area,
    )


def unit_of(view: View, ask: Ask, units: gpd.GeoDataFrame) -> str:
    """Id of the unit that a link asks for; the first, where it names none.

    Raises
    ------
    LinkError
        It names one that is none of its kind.
    """
    if view.place and view.place not in units.index:
        where = f"链接中的 place={view.place[:40]}"
        raise LinkError(where, f"{reporting.PER[ask.per]}中没有这个单元", "请从“单元”中另选")
    return view.place or str(units.index[0])
