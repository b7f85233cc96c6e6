"""Chosen sites as HTML: ranked, with what each adds, whose it is, what is planned there, what stands against it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.landuse_codes import CURRENT, codes
from geodata.measures.siting import Choice
from layers.text import hectares, html, joined

GOALS: Mapping[str, str] = MappingProxyType({"land": "居住用地面积", "dwellings": "住宅套数", "people": "人口"})
COUNTED = MappingProxyType({"land": "公顷", "dwellings": "套", "people": "人"})


def amount(gain: float, goal: str) -> str:
    """What is newly served, in words.

    Examples
    --------
    >>> amount(12_345.0, "land"), amount(1234.0, "people")
    ('1.2 公顷', '1,234 人')
    """
    return f"{hectares(gain) if goal == 'land' else f'{gain:,.0f}'} {COUNTED[goal]}"


def ranked(choice: Choice, sites: gpd.GeoDataFrame, goal: str) -> Markup:
    """The chosen, best first; a press on one brings it into sight."""
    rows = sites.loc[choice.gains.index]
    boxes = crs.degrees(rows[["geometry"]]).bounds
    lines = joined(
        html(
            '<button class="row" data-act="box" data-id="{box}"><span class="name">{place}. {name}</span>'
            '<span class="tag">新增 {gain} · {facts}</span></button>',
            box=",".join(f"{edge:.5f}" for edge in boxes.loc[key]),
            place=place,
            name=rows["name"][key],
            gain=amount(gain, goal),
            facts=_facts(rows, key),
        )
        for place, (key, gain) in enumerate(choice.gains.items(), start=1)
    )
    head = html("<h3>推荐 {n} 处<small>共新增 {total}</small></h3>", n=len(rows), total=amount(choice.total, goal))
    return html('{head}<div class="scrolled">{lines}</div>', head=head, lines=lines)


def _facts(rows: gpd.GeoDataFrame, key: object) -> str:
    planned = rows["planned"][key]
    names = codes(CURRENT)["name"]
    use = f"{planned} {names.get(planned, '')}".strip() if planned else "用途未知"
    return " · ".join(
        (
            f"{rows.area[key]:,.0f} 平方米",
            f"权利人{rows['owner'][key] or '未知'}",
            f"规划{use}",
            against(rows["conflicts"][key]),
        )
    )


def against(names: Any) -> str:
    """Which control lines a site lies on; not the same as holding none."""
    if pd.isna(names):
        return "无控制线数据"
    return f"涉及{names}" if names else "不涉及控制线"
