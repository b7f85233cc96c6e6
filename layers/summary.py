"""The key facts of a theme, as HTML for panel and sheet."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from geodata.items import KINDS, ROLES, STAGES, THEMES, UNITS
from geodata.land import Land
from geodata.shown import shown
from geodata.tables import records
from layers.card import item_row
from layers.style import Style
from layers.text import NO_DATA, html, joined

_LAYOUT = (("corridor", "一廊"), ("core", "一心"), ("city", "一城"), ("cluster", "多组团"), ("expansion", "扩区方向"))


def summary(land: Land, styles: Mapping[str, Style], theme: str) -> Markup:
    """Write the key facts of a theme and the list of its items."""
    items = pd.DataFrame(shown(land, theme))
    body = _layout(land, styles) if theme == "layout" else _by_role(items, styles)
    return joined(
        (
            html('<p class="kicker"><span>大连高新区 · {title}</span></p>', title=land.title),
            html("<h2>{title}</h2>", title="一廊一心一城多组团" if theme == "layout" else f"{THEMES[theme]}一览"),
            _figures(land, items, theme),
            stages(land, items) if theme != "layout" else Markup(""),
            body,
        )
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
        pairs += [(*_counted(whole.get(kind, 0)), f"规划{KINDS[kind]}") for kind in ("project", "infrastructure")]
    else:
        pairs = [(str(count), "项", KINDS[str(kind)]) for kind, count in kinds.items()][:3]
        pairs.append((str(int(items.geometry.notna().sum())), "项", "已在图上定位"))
    boxes = joined(
        html("<div><b>{value} <small>{unit}</small></b><span>{label}</span></div>", value=value, unit=unit, label=label)
        for value, unit, label in pairs
    )
    return html('<div class="figures">{boxes}</div>', boxes=boxes)


def _counted(number: int) -> tuple[str, str]:
    """Number and unit; a file that could not be read is no zero."""
    return (str(number), "项") if number else (NO_DATA, "")


def stages(land: Land, items: pd.DataFrame) -> Markup:
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
    title = f"规划表述（{land.year}）"
    return html("<h3>{title}<small>按用语强弱，不代表进展</small></h3>{rows}", title=title, rows=rows)


def _layout(land: Land, styles: Mapping[str, Style]) -> Markup:
    units = records(land.items[land.items["kind"].isin(UNITS)])
    blocks = []
    for role, label in _LAYOUT:
        rows = [row for row in units if row["role"] == role]
        listed = joined(item_row(row, styles) for row in rows)
        number = " ".join(_counted(len(rows))).strip()
        blocks.append(html("<h3>{label}<small>{n}</small></h3>{rows}", label=label, n=number, rows=listed))
    return joined(blocks)


def _by_role(items: pd.DataFrame, styles: Mapping[str, Style]) -> Markup:
    """Items in groups by role; a long list opens group by group."""
    every = records(items)
    groups = [(role, rows) for role in ROLES if (rows := [row for row in every if row["role"] == role])]
    blocks = []
    for role, rows in groups:
        listed = joined(item_row(row, styles) for row in rows)
        template = "<details{open}><summary>{label}<small>{n} 项</small></summary>{rows}</details>"
        opened = Markup(" open") if len(groups) <= 3 or len(rows) <= 4 else ""  # noqa: PLR2004
        blocks.append(html(template, open=opened, label=ROLES[role], n=len(rows), rows=listed))
    return joined(blocks)
