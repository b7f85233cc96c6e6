"""Chosen sites as HTML: ranked, with what each adds, whose it is, what is planned there, what stands against it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.landuse_codes import CURRENT, codes
from geodata.measures.inputs import By
from geodata.measures.siting import Choice
from layers import measures
from layers.text import box_of, html, joined

_LEAST_LAND_M2, _LEAST = 500.0, 0.5
GOALS: Mapping[By, str] = MappingProxyType({"land": "居住用地面积", "dwellings": "住宅套数", "people": "人口"})


def worthwhile(choice: Choice, goal: By) -> pd.Series:
    """What each site adds, best first; without those that add less than half of the last digit that is told."""
    return choice.gains[choice.gains >= (_LEAST_LAND_M2 if goal == "land" else _LEAST)]


def fewer(found: int, count: int) -> str:
    """Why there are not as many sites as were asked for; "" where there are.

    Examples
    --------
    >>> fewer(2, 3)
    '要求 3 处，只推荐 2 处：其余候选不能再新增服务，或没有更多候选。'
    """
    return f"要求 {count} 处，只推荐 {found} 处：其余候选不能再新增服务，或没有更多候选。" if found < count else ""


def ranked(gains: "pd.Series[float]", sites: gpd.GeoDataFrame, goal: By) -> Markup:
    """The chosen, best first, by what they add; a press on one brings it into sight."""
    rows = sites.loc[gains.index]
    boxes = crs.degrees(rows[["geometry"]]).bounds
    lines = joined(
        html(
            '<button class="row" data-act="box" data-id="{box}"><span class="name">{place}. {name}</span>'
            '<span class="tag">新增 {gain} · {facts}</span></button>',
            box=box_of(boxes.loc[key]),
            place=place,
            name=rows["name"][key],
            gain=measures.amount(gain, goal),
            facts=_facts(rows, key),
        )
        for place, (key, gain) in enumerate(gains.items(), start=1)
    )
    head = html(
        "<h3>推荐 {n} 处<small>共新增 {total}</small></h3>", n=len(rows), total=measures.amount(gains.sum(), goal)
    )
    return html('{head}<div class="scrolled">{lines}</div>', head=head, lines=lines)


def _facts(rows: gpd.GeoDataFrame, key: object) -> str:
    return " · ".join(
        (
            f"{rows.area[key]:,.0f} 平方米",
            f"权利人类型：{rows['owner'][key] or '未知'}",
            f"规划用途：{use(rows['planned'][key]) or '未知'}",
            against(rows["conflicts"][key]),
        )
    )


def use(code: str) -> str:
    """A planned class with its code; "" where none is known.

    Examples
    --------
    >>> use("0701"), use("")
    ('0701 城镇住宅用地', '')
    """
    return f"{code} {codes(CURRENT)['name'].get(code, '')}".strip()


def against(names: Any) -> str:
    """Which control lines a site lies on; not the same as holding none."""
    if pd.isna(names):
        return "无控制线数据"
    return f"涉及{names}" if names else "不涉及控制线"
