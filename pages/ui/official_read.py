"""Which official outline belongs to which unit of the plan: the proposals with what a person said of them, as rows."""

from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd

from geodata.items import ROLES
from geodata.land import Land
from geodata.official import HOW, Choice
from geodata.outlines import labels, replaceable
from geodata.versions import Version
from pages.ui import caches

Said = Mapping[str, str]
"""What a person has said: unit -> outline, "" for none."""


def shown(choices: Mapping[str, Choice], said: Said) -> tuple[Choice, ...]:
    """The units that some outline may belong to."""
    return tuple(one for item, one in choices.items() if one.row or item in said)


def table(land: Land, version: Version, choices: Iterable[Choice], said: Said) -> pd.DataFrame:
    """A row per unit: the outline, on what ground it is taken for the unit's, and what will become of it."""
    return pd.DataFrame([_line(land, version, one, said) for one in choices])


def named(rows: gpd.GeoDataFrame, key: str) -> str:
    """How an outline is called: by its name, and by its id where that name stands twice."""
    name = rows["name"][key]
    if pd.isna(name):
        return key
    return f"{name}（{key}）" if (rows["name"] == name).sum() > 1 else str(name)


def used(land: Land, item: str, version: Version, row: str) -> bool:
    """Whether a unit has this outline already."""
    one = land.outlines.get(item)
    return one is not None and (one.version.key, one.row) == (version.key, row)


def _line(land: Land, version: Version, one: Choice, said: Said) -> dict[str, str]:
    row = said.get(one.item, one.row)
    how = one.how if row == one.row else "person"
    score = f" {one.score:.0%}" if how == "near" else ""
    return {
        "规划单元": str(labels(land)[one.item]),
        "类别": ROLES[str(replaceable(land)["role"][one.item])],
        "官方界线": named(caches.boundaries(version), row) if row else "不替换",
        "对应依据": f"{HOW[how]}{score}" if row else "",
        "状态": _state(land, version, one, said),
    }


def _state(land: Land, version: Version, one: Choice, said: Said) -> str:
    row = said.get(one.item, one.row)
    if used(land, one.item, version, row):
        return "在用"
    if not row:
        return "不替换"
    return "将替换" if one.item in said or one.sure else "待确认"
