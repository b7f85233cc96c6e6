"""The card of an item, as HTML for panel and sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.document import Document
from geodata.items import KINDS, ROLES, UNITS, citation_text, wording_text
from geodata.land import Land
from geodata.outlines import strays
from geodata.plan_links import links_of
from geodata.tables import records
from layers.style import Style
from layers.text import area, html, joined, place_note


@dataclass(frozen=True)
class Around:
    """What a card says beside the item itself.

    Attributes
    ----------
    overlap : tuple of str
        Everything at the place of the click, offered for choice.
    pinned : tuple of str
        Units pinned for comparison.
    lands : mapping of str to Land
        All plans by period, for links between them.
    document : Document or None
        The plan's text.
    """

    overlap: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    lands: Mapping[str, Land] = field(default_factory=dict)
    document: Document | None = None


NOTHING = Around()


def card(land: Land, styles: Mapping[str, Style], item: str, *, around: Around = NOTHING) -> Markup:
    """Write the card of one item of `land`."""
    row = land.items.loc[item].to_dict()
    return joined(
        (
            _choice(land, around.overlap, item),
            _head(row),
            _facts(land, row),
            _source(row, around.document),
            html('<p class="note">{text}</p>', text=place_note(row["basis"], row["accuracy_m"])),
            _astray(land, item),
            _actions(row, around.pinned),
            _links(land, around.lands, item),
            _neighbours(land, styles, row),
            _inside(land, styles, row),
        )
    )


def _choice(land: Land, overlap: tuple[str, ...], item: str) -> Markup:
    if len(overlap) < 2:  # noqa: PLR2004
        return Markup("")
    buttons = joined(
        html(
            '<button data-act="choose" data-id="{id}" aria-pressed="{pressed}">{name}</button>',
            id=key,
            pressed="true" if key == item else "false",
            name=land.items["short"][key],
        )
        for key in overlap
    )
    template = '<div class="choice">此处有 {count} 项重叠，请选择：<div>{buttons}</div></div>'
    return html(template, count=len(overlap), buttons=buttons)


def _head(row: Mapping[str, Any]) -> Markup:
    chips = joined(html("<span>{name}</span>", name=name) for name in row["industries"])
    return html(
        '<p class="kicker"><span>{level} · {place}</span><button class="close" data-act="close">返回要点</button></p>'
        "<h2>{name}</h2>{chips}",
        level=_level(row),
        place=citation_text(row["citation"]),
        name=row["name"],
        chips=html('<div class="chips">{chips}</div>', chips=chips) if chips else "",
    )


def _level(row: Mapping[str, Any]) -> str:
    kind, role = KINDS[row["kind"]], ROLES[row["role"]]
    return role if row["kind"] in (*UNITS, "rule", "target") else f"{kind} · {role}"


def _facts(land: Land, row: Mapping[str, Any]) -> Markup:
    pairs: list[tuple[str, object]] = [("规划内容", row["summary"])]
    if row["function"]:
        pairs.append(("功能", row["function"]))
    parts = land.items[(land.items["parent"] == row["id"]) & land.items["kind"].isin(UNITS)]
    if len(parts):
        pairs.append(("组成", "、".join(parts["short"])))
    if row["parent"]:
        pairs.append(("所属", land.items["name"][row["parent"]]))
    pairs += [
        (fact.label, f"{fact.value:g} {fact.unit}，{fact.source}")
        for fact in land.facts.values()
        if fact.item == row["id"]
    ]
    if row["id"] in land.targets.index:
        pairs += _target(land.targets.loc[row["id"]])
    if row["plan_wording"]:
        pairs.append((f"规划表述（{land.year}）", wording_text(row["plan_wording"], row["stage"])))
    pairs += [("规划出处", citation_text(row["citation"])), *_outline(land, row["id"])]
    rows = joined(html("<dt>{label}</dt><dd>{value}</dd>", label=label, value=value) for label, value in pairs)
    return html("<dl>{rows}</dl>", rows=rows)


def _outline(land: Land, item: str) -> list[tuple[str, object]]:
    """Where the official outline of a unit comes from, and its area, which is a fact."""
    if item not in land.outlines:
        return []
    one = land.outlines[item]
    size = crs.ellipsoidal_areas(gpd.GeoSeries([one.geometry], crs=crs.METRIC)).iloc[0]
    return [("官方边界", one.source), ("面积（按官方边界）", area(float(size)))]


def _astray(land: Land, item: str) -> Markup:
    """Say that a unit lies in part outside the one it belongs to."""
    names = land.items["name"]
    return joined(
        html(
            '<p class="note">{name}约 {share}% 在所属单元“{parent}”之外，请核对或一并替换。</p>',
            name=names[one.item],
            share=round(100 * one.share),
            parent=names[one.parent],
        )
        for one in (strays(land) if land.outlines else ())
        if one.item == item
    )


def _target(values: pd.Series) -> list[tuple[str, object]]:
    unit = values["unit"] or ""
    named = (("2020年", "value_2020", unit), ("2025年目标", "value_2025", unit), ("属性", "nature", ""))
    return [(label, f"{values[key]} {after}".strip()) for label, key, after in named if values[key]]


def _source(row: Mapping[str, Any], document: Document | None) -> Markup:
    """The paragraph of the plan that the citation names, where the office has put the text there."""
    text = document.at(row["citation"]) if document else None
    if text is None:
        return Markup("")
    return html("<details><summary>规划原文</summary><p>{text}</p></details>", text=text)


def _actions(row: Mapping[str, Any], pinned: tuple[str, ...]) -> Markup:
    buttons = []
    if row["basis"] is not None:
        buttons.append(
            html('<button class="primary" data-act="locate" data-id="{id}">在图上查看</button>', id=row["id"])
        )
    if row["kind"] in UNITS:
        label = "移出对比" if row["id"] in pinned else "加入对比"
        buttons.append(html('<button data-act="pin" data-id="{id}">{label}</button>', id=row["id"], label=label))
    return html('<div class="actions">{buttons}</div>', buttons=joined(buttons)) if buttons else Markup("")


def _links(land: Land, lands: Mapping[str, Land], item: str) -> Markup:
    """What this item follows, and what later plans do with it."""
    lines = [*_before(land, lands, item), *_after(land, lands, item)]
    rows = joined(html("<li>{line}</li>", line=line) for line in lines)
    return html("<h3>规划期衔接</h3><ul>{rows}</ul>", rows=rows) if lines else Markup("")


def _before(land: Land, lands: Mapping[str, Land], item: str) -> list[str]:
    lines = []
    for link in links_of(land, lands):
        names = lands[link["period"]].items["name"] if link["period"] in lands else {}
        if link["later"] == item and link["earlier"] in names:
            lines.append(f"{link['relation']} {link['period']} 规划的“{names[link['earlier']]}”")
    return lines


def _after(land: Land, lands: Mapping[str, Land], item: str) -> list[str]:
    return [
        f"{period} 规划：{link['relation']}"
        + (f"为“{other.items['name'][link['later']]}”" if link["later"] in other.items.index else "")
        for period, other in lands.items()
        for link in links_of(other, lands)
        if link["period"] == land.period and link["earlier"] == item
    ]


def _neighbours(land: Land, styles: Mapping[str, Style], row: Mapping[str, Any]) -> Markup:
    if row["kind"] not in UNITS or row["role"] == "zone":
        return Markup("")
    near = land.neighbours(row["id"])
    rows = joined(
        item_row(land.items.loc[key].to_dict(), styles, "重叠" if over else "相邻") for key, over in near.items()
    )
    drawn = "按官方边界" if {row["id"], *near} <= set(land.outlines) else "按示意边界"
    return html("<h3>相邻单元<small>{drawn}</small></h3>{rows}", drawn=drawn, rows=rows) if near else Markup("")


def _inside(land: Land, styles: Mapping[str, Style], row: Mapping[str, Any]) -> Markup:
    """What belongs to a unit, kind by kind; the whole zone lists only what the plan wants of the whole zone."""
    if row["kind"] not in UNITS:
        return Markup("")
    found = records(land.inside(row["id"]))
    whole = row["role"] == "zone"
    blocks = []
    for kind in ("project", "infrastructure", "rule", "target"):
        listed = [one for one in found if one["kind"] == kind and (not whole or one["parent"] == row["id"])]
        rows = joined(item_row(one, styles, "按位置" if one["by_location"] else "") for one in listed)
        title = f"全区性{KINDS[kind]}" if whole else KINDS[kind]
        if listed:
            blocks.append(html("<h3>{title}<small>{n} 项</small></h3>{rows}", title=title, n=len(listed), rows=rows))
    return joined(blocks)


def item_row(row: Mapping[str, Any], styles: Mapping[str, Style], tag: str = "", *, current: bool = False) -> Markup:
    """One item as a line of a list, which opens its card; `tag` stands at its end."""
    tags = [tag] if tag else []
    if row["basis"] is None and row["kind"] not in ("rule", "target"):
        tags.append("未定位")
    return html(
        '<button class="row" data-act="select" data-id="{id}" aria-current="{current}">'
        '<span class="dot" style="background:{color}"></span><span class="name">{name}</span>'
        '<span class="tag">{tag}</span></button>',
        id=row["id"],
        current="true" if current else "false",
        color=styles[row["role"]].color,
        name=row["name"],
        tag=" · ".join(tags),
    )
