"""The list of projects and infrastructure: which rows a filter means, and how a row reads."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import geopandas as gpd
import pandas as pd

from geodata.items import KINDS, ROLES, STAGES, UNITS, citation_text, numeral
from geodata.land import Land
from geodata.search import matches

LABELS = {
    "unit": "布局单元",
    "street": "街道",
    "kind": "类型",
    "role": "类别",
    "stage": "用语层次",
    "chapter": "章节",
    "q": "文字",
}
"""What each field of a Filter is called."""
LISTED = ("project", "infrastructure")
"""Kinds the list holds."""


@dataclass(frozen=True)
class Filter:
    """What a list shows; empty = everything. Values are ids.

    Attributes
    ----------
    unit : str
        Id of a layout unit: what belongs to it by parent or by location.
    street : str
        Id of a subdistrict.
    kind : str
        One of LISTED.
    role : str
        One of geodata.items.ROLES.
    stage : str
        One of geodata.items.STAGES.
    chapter : str
        Chapter and section, as "7-1".
    q : str
        Free text: names, industries, functions, pinyin, initials, ids.
    """

    unit: str = ""
    street: str = ""
    kind: str = ""
    role: str = ""
    stage: str = ""
    chapter: str = ""
    q: str = ""

    def given(self) -> dict[str, str]:
        """Fields that filter something."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}


def filtered(land: Land, wanted: Filter) -> gpd.GeoDataFrame:
    """Rows of `land.items` of the LISTED kinds that a filter means, in the plan's order."""
    items = land.items
    keep = items["kind"].isin(LISTED)
    for column in ("kind", "role", "stage"):
        if value := getattr(wanted, column):
            keep &= items[column] == value
    if wanted.chapter:
        keep &= land.chapters == wanted.chapter
    if wanted.street:
        keep &= land.subdistricts == wanted.street
    if wanted.unit:
        keep &= items.index.isin(land.inside(wanted.unit).index)
    if wanted.q.strip():
        keep &= matches(land.haystack, wanted.q)
    return items[keep]


def choices(land: Land) -> dict[str, dict[str, str]]:
    """What each field of a Filter but the free text offers: field -> id -> label, in the plan's order."""
    listed = land.items["kind"].isin(LISTED)
    units = land.items[land.items["kind"].isin(UNITS) & (land.items["role"] != "zone")]
    roles = set(land.items["role"][listed])
    return {
        "unit": dict(units["name"]),
        "street": dict(land.base["subdistricts"]["name"]),
        "kind": {kind: KINDS[kind] for kind in LISTED},
        "role": {role: label for role, label in ROLES.items() if role in roles},
        "stage": STAGES,
        "chapter": {key: _section(key) for key in sorted(set(land.chapters[listed]), key=_order)},
    }


def _order(chapter: str) -> tuple[int, ...]:
    return tuple(int(part) for part in chapter.split("-"))


def _section(key: str) -> str:
    chapter, section = _order(key)
    return f"第{numeral(chapter)}章{f'第{numeral(section)}节' if section else '引言'}"


def said(land: Land, wanted: Filter) -> str:
    """Say a filter in Chinese, for the head of an export.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> said(SimpleNamespace(items=None), Filter(stage="plan", q="学校"))
    '用语层次：规划；文字：学校'
    """
    parts = [f"{LABELS[key]}：{_named(land, key, value)}" for key, value in wanted.given().items()]
    return "；".join(parts) or "全部"


def _named(land: Land, key: str, value: str) -> str:
    if key == "unit":
        return str(land.items["name"][value])
    if key == "street":
        return str(land.base["subdistricts"]["name"][value])
    words: dict[str, str] = {"kind": KINDS, "role": ROLES, "stage": STAGES}.get(key, {})
    return words.get(value, value)


def columns(land: Land) -> tuple[str, ...]:
    """Headings of `table` that a list on the screen shows, the plan's wording beside its stage."""
    wording = f"规划表述（{land.year}）"
    return ("名称", "类别", wording, "用语层次", "所属单元", "街道", "规划出处", "定位依据")


def table(land: Land, rows: gpd.GeoDataFrame, columns: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """How rows read: Chinese headings and labels, as list and export show them.

    Parameters
    ----------
    land : Land
    rows : GeoDataFrame
        Rows of `land.items`.
    columns : iterable of str, optional
        Headings wanted; all by default.

    Returns
    -------
    GeoDataFrame
        EPSG:4549, indexed by id: 编号, 名称, 类型, 类别, 规划表述（年份）, 用语层次, 所属单元, 街道, 产业, 功能,
        规划内容, 规划出处, 定位依据, 定位精度（米）, 规划期.
    """
    items = pd.DataFrame(rows)
    made: dict[str, Callable[[], pd.Series]] = {
        "编号": lambda: items["id"],
        "名称": lambda: items["name"],
        "类型": lambda: items["kind"].map(KINDS),
        "类别": lambda: items["role"].map(ROLES),
        f"规划表述（{land.year}）": lambda: items["plan_wording"],
        "用语层次": lambda: items["stage"].map(STAGES).fillna(""),
        "所属单元": lambda: items["parent"].map(land.items["name"]).fillna(""),
        "街道": lambda: land.subdistricts[items.index].map(land.base["subdistricts"]["name"]).fillna(""),
        "产业": lambda: items["industries"].map("、".join),
        "功能": lambda: items["function"],
        "规划内容": lambda: items["summary"],
        "规划出处": lambda: items["citation"].map(citation_text),
        "定位依据": lambda: items["basis"].fillna("未定位"),
        "定位精度（米）": lambda: items["accuracy_m"].astype("Float64"),
        "规划期": lambda: items["plan_period"],
    }
    wanted = {name: made[name]() for name in (columns or made)}
    return gpd.GeoDataFrame(pd.DataFrame(wanted, index=items.index), geometry=rows.geometry)
