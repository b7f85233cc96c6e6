"""The card of an item and the key facts of a theme, as HTML for panel and sheet."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from geodata.land import Land
from geodata.schema import KINDS, ROLES, STAGES, THEMES
from layers.style import Style
from layers.text import citation, html, joined, place_note

UNITS = ("zone", "subzone", "area")
_LAYOUT = (("corridor", "一廊"), ("core", "一心"), ("city", "一城"), ("cluster", "多组团"), ("expansion", "扩区方向"))


def card(land: Land, styles: Mapping[str, Style], item: str, overlap: tuple[str, ...] = ()) -> Markup:
    """Write the card of one item.

    Parameters
    ----------
    land : Land
    styles : mapping of str to Style
    item : str
        Its id.
    overlap : tuple of str
        Everything at the place of the click, offered for choice.
    """
    row = land.items.loc[item].to_dict()
    return joined(
        (
            _choice(land, overlap, item),
            _head(row),
            _facts(land, row),
            html('<p class="note">{text}</p>', text=place_note(row["basis"], row["accuracy_m"])),
            _actions(row),
            _inside(land, styles, row),
        )
    )


def summary(land: Land, styles: Mapping[str, Style], theme: str) -> Markup:
    """Write the key facts of a theme and the list of its items."""
    items = pd.DataFrame(land.items[land.items["themes"].map(lambda themes: theme in themes).astype(bool)])
    body = _layout(land, styles) if theme == "layout" else _by_role(items, styles)
    return joined(
        (
            html('<p class="kicker"><span>大连高新区 · “十四五”规划（2021）</span></p>'),
            html("<h2>{title}</h2>", title="一廊一心一城多组团" if theme == "layout" else f"{THEMES[theme]}一览"),
            _figures(land, items, theme),
            _stages(items) if theme != "layout" else Markup(""),
            body,
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
        place=citation(row["citation"]),
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
        stage = f"（{STAGES[row['stage']]}）" if row["stage"] else ""
        pairs.append(("规划表述（2021）", f"{row['plan_wording']}{stage}"))
    pairs.append(("规划出处", citation(row["citation"])))
    rows = joined(html("<dt>{label}</dt><dd>{value}</dd>", label=label, value=value) for label, value in pairs)
    return html("<dl>{rows}</dl>", rows=rows)


def _target(values: pd.Series) -> list[tuple[str, object]]:
    unit = values["unit"] or ""
    named = (("2020年", "value_2020", unit), ("2025年目标", "value_2025", unit), ("属性", "nature", ""))
    return [(label, f"{values[key]} {after}".strip()) for label, key, after in named if values[key]]


def _actions(row: Mapping[str, Any]) -> Markup:
    if row["basis"] is None:
        return Markup("")
    return html(
        '<div class="actions"><button class="primary" data-act="locate" data-id="{id}">在图上查看</button></div>',
        id=row["id"],
    )


def _inside(land: Land, styles: Mapping[str, Style], row: Mapping[str, Any]) -> Markup:
    """What belongs to a unit, kind by kind; the whole zone lists only what the plan wants of the whole zone."""
    if row["kind"] not in UNITS:
        return Markup("")
    found = land.inside(row["id"]).to_dict("records")
    whole = row["role"] == "zone"
    blocks = []
    for kind in ("project", "infrastructure", "rule", "target"):
        listed = [one for one in found if one["kind"] == kind and (not whole or one["parent"] == row["id"])]
        rows = joined(_row(one, styles, "按位置" if one["by_location"] else "") for one in listed)
        title = f"全区性{KINDS[kind]}" if whole else KINDS[kind]
        if listed:
            blocks.append(html("<h3>{title}<small>{n} 项</small></h3>{rows}", title=title, n=len(listed), rows=rows))
    return joined(blocks)


def _row(row: Mapping[Any, Any], styles: Mapping[str, Style], tag: str = "") -> Markup:
    tags = [tag] if tag else []
    if row["basis"] is None and row["kind"] not in ("rule", "target"):
        tags.append("未定位")
    return html(
        '<button class="row" data-act="select" data-id="{id}"><span class="dot" style="background:{color}"></span>'
        '<span class="name">{name}</span><span class="tag">{tag}</span></button>',
        id=row["id"],
        color=styles[row["role"]].color,
        name=row["name"],
        tag=" · ".join(tags),
    )


def _figures(land: Land, items: pd.DataFrame, theme: str) -> Markup:
    kinds = items["kind"].value_counts()
    if theme == "layout":
        pairs = [
            (f"{fact.value:g}", fact.unit, f"{fact.label}（公开资料）")
            for fact in land.facts.values()
            if fact.item == "Z001"
        ]
        whole = land.items["kind"].value_counts()
        pairs += [(str(whole.get(kind, 0)), "项", f"规划{KINDS[kind]}") for kind in ("project", "infrastructure")]
    else:
        pairs = [(str(count), "项", KINDS[str(kind)]) for kind, count in kinds.items()][:3]
        pairs.append((str(int(items.geometry.notna().sum())), "项", "已在图上定位"))
    boxes = joined(
        html("<div><b>{value} <small>{unit}</small></b><span>{label}</span></div>", value=value, unit=unit, label=label)
        for value, unit, label in pairs
    )
    return html('<div class="figures">{boxes}</div>', boxes=boxes)


def _stages(items: pd.DataFrame) -> Markup:
    """How many items stand on which rung of the plan's wording."""
    counts = items["stage"].value_counts()
    rows = joined(
        html(
            '<div class="bar"><span>{label}</span><i style="width:{share}%"></i><b>{n}</b></div>',
            label=label,
            share=round(100 * counts[stage] / counts.max()),
            n=counts[stage],
        )
        for stage, label in STAGES.items()
        if stage in counts
    )
    return html("<h3>规划表述（2021）<small>按用语强弱，不代表进展</small></h3>{rows}", rows=rows)


def _layout(land: Land, styles: Mapping[str, Style]) -> Markup:
    units = land.items[land.items["kind"].isin(UNITS)].to_dict("records")
    blocks = []
    for role, label in _LAYOUT:
        rows = [row for row in units if row["role"] == role]
        listed = joined(_row(row, styles) for row in rows)
        blocks.append(html("<h3>{label}<small>{n} 项</small></h3>{rows}", label=label, n=len(rows), rows=listed))
    return joined(blocks)


def _by_role(items: pd.DataFrame, styles: Mapping[str, Style]) -> Markup:
    """Items in groups by role; a long list opens group by group."""
    records = items.to_dict("records")
    groups = [(role, rows) for role in ROLES if (rows := [row for row in records if row["role"] == role])]
    blocks = []
    for role, rows in groups:
        listed = joined(_row(row, styles) for row in rows)
        template = "<details{open}><summary>{label}<small>{n} 项</small></summary>{rows}</details>"
        opened = Markup(" open") if len(groups) <= 3 or len(rows) <= 4 else ""  # noqa: PLR2004
        blocks.append(html(template, open=opened, label=ROLES[role], n=len(rows), rows=listed))
    return joined(blocks)
