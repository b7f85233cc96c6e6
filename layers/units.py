"""The layout units as a tree, and pinned ones side by side, as HTML."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from geodata.items import KINDS, UNITS, citation_text, wording_text
from geodata.land import Land
from geodata.tables import records
from layers.card import item_row
from layers.style import Style
from layers.text import distance, html, joined

Told = str | tuple[str, ...]
OVERLAPPING = "单元间有重叠，各列不相加；“按位置”的事项依示意边界归入。"
_OPEN = ("zone", "clusters")
_NONE = "—"
_REACH = 0.01
"""Share of a unit in a subdistrict from which on it reaches into it."""


def tree(land: Land, styles: Mapping[str, Style], chosen: str) -> Markup:
    """Write the hierarchy of units, from the whole zone down; the branch of the chosen one is open."""
    units = {row["id"]: row for row in records(land.items[land.items["kind"].isin(UNITS)])}
    path = (chosen, *land.ancestors(chosen)) if chosen else ()

    def branch(key: str) -> Markup:
        row = units[key]
        parts = {child: below for child, below in units.items() if below["parent"] == key}
        placed = row["basis"] or next((below["basis"] for below in parts.values() if below["basis"]), None)
        button = item_row(row | {"name": row["short"], "basis": placed}, styles, current=key == chosen)
        inner = joined(branch(child) for child in parts)
        if not inner:
            return html('<div class="leaf">{button}</div>', button=button)
        opened = Markup(" open") if key in path or row["role"] in _OPEN else ""
        template = "<details{opened}><summary>{button}</summary><div>{inner}</div></details>"
        return html(template, opened=opened, button=button, inner=inner)

    roots = joined(branch(key) for key, row in units.items() if row["parent"] not in units)
    return html('<div class="tree">{roots}</div>', roots=roots)


def comparison(land: Land, pinned: tuple[str, ...]) -> Markup:
    """Write the pinned units side by side, a row per aspect."""
    head = joined(
        html(
            '<th>{name}<button class="close" data-act="pin" data-id="{id}">移出</button></th>',
            name=land.items["name"][key],
            id=key,
        )
        for key in pinned
    )
    body = joined(
        html(
            "<tr><th>{label}</th>{cells}</tr>",
            label=label,
            cells=joined(html("<td>{cell}</td>", cell=_cell(cell)) for cell in cells),
        )
        for label, cells in aspects(land, pinned)
    )
    return html(
        '<div class="sheet"><h1>单元对比</h1><p class="lead">{note}</p>'
        '<div class="wide"><table><thead><tr><th></th>{head}</tr></thead><tbody>{body}</tbody></table></div></div>',
        note=OVERLAPPING,
        head=head,
        body=body,
    )


def aspects(land: Land, pinned: tuple[str, ...]) -> list[tuple[str, list[Told]]]:
    """What is compared of units: a label, and what each unit has to say of it."""
    items = [land.items.loc[key] for key in pinned]
    inside = {key: land.inside(key) for key in pinned}
    return [
        ("规划内容", [item["summary"] for item in items]),
        ("功能", [item["function"] or _NONE for item in items]),
        ("产业", ["、".join(item["industries"]) or _NONE for item in items]),
        (f"规划表述（{land.year}）", [wording_text(item["plan_wording"], item["stage"]) or _NONE for item in items]),
        ("公开面积", [_public(land, key) for key in pinned]),
        ("街道", [_subdistricts(land, key) for key in pinned]),
        *(
            (KINDS[kind], [_names(inside[key], kind) for key in pinned])
            for kind in ("project", "infrastructure", "rule", "target")
        ),
        ("规划出处", [citation_text(item["citation"]) for item in items]),
        ("定位", [_place(item["basis"], item["accuracy_m"]) for item in items]),
    ]


def _subdistricts(land: Land, key: str) -> str:
    """Name the subdistrict that holds a unit, or all that it reaches into."""
    rows = land.base["subdistricts"]
    if land.subdistricts[key]:
        return str(rows["name"].get(land.subdistricts[key], land.subdistricts[key]))
    ground = land.extent(key)
    if ground is None:
        return "未定位"
    over = rows.geometry.intersection(ground).area > _REACH * ground.area
    return "、".join(rows["name"][over]) or "区外"


def _public(land: Land, key: str) -> str:
    found = [f"{fact.value:g} {fact.unit}（{fact.source}）" for fact in land.facts.values() if fact.item == key]
    return "；".join(found) or "未公布"


def _names(inside: pd.DataFrame, kind: str) -> tuple[str, ...]:
    rows = inside[inside["kind"] == kind]
    return tuple(f"{row['name']}{'（按位置）' if row['by_location'] else ''}" for row in records(rows))


def _cell(told: Told) -> Told | Markup:
    """Names as a list with their number; a text as it is."""
    if isinstance(told, str):
        return told
    lines = joined(html("<li>{name}</li>", name=name) for name in told)
    return html("{n} 项<ul>{lines}</ul>", n=len(told), lines=lines) if told else _NONE


def _place(basis: str | None, accuracy_m: float | None) -> str:
    if basis is None:
        return "未定位"
    return f"{basis}，约 {distance(accuracy_m)}" if accuracy_m else f"{basis}，精度未填写"
