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
from layers.text import html, joined

GOALS: Mapping[By, str] = MappingProxyType({"land": "居住用地面积", "dwellings": "住宅套数", "people": "人口"})


def ranked(choice: Choice, sites: gpd.GeoDataFrame, goal: By) -> Markup:
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
            gain=measures.amount(gain, goal),
            facts=_facts(rows, key),
        )
        for place, (key, gain) in enumerate(choice.gains.items(), start=1)
    )
    head = html(
        "<h3>推荐 {n} 处<small>共新增 {total}</small></h3>", n=len(rows), total=measures.amount(choice.total, goal)
    )
    return html('{head}<div class="scrolled">{lines}</div>', head=head, lines=lines)


def _facts(rows: gpd.GeoDataFrame, key: object) -> str:
    return " · ".join(
        (
            f"{rows.area[key]:,.0f} 平方米",
            f"权利人{rows['owner'][key] or '未知'}",
            f"规划{use(rows['planned'][key]) or '用途未知'}",
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
