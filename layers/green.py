"""绿地与公园 as HTML beside its coverage: both ways of counting, distances by class, the kinds of green."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.indicators import HOW, How, Indicator
from geodata.measures.distances import FAR_M, NEAR
from layers.balance import percent
from layers.differences import apart
from layers.measures import bar, value
from layers.style import Style, coverage
from layers.text import box_of, hectares, html, joined

_LISTED = 30
NO_SLOPE = "步行距离不计坡度：山地实际步行时间更长。"


def both(indicator: Indicator, units: gpd.GeoDataFrame, straight: pd.DataFrame, walking: pd.DataFrame) -> Markup:
    """Figures in straight lines and on foot side by side, a row per unit; a press brings the unit into sight."""
    boxes = crs.degrees(units).bounds
    rows = joined(
        html(
            '<button class="row figure" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="pair"><i style="{first}"></i><b>直线 {straight}</b><i class="second" style="{second}"></i>'
            '<b>步行 {walking}</b></span><span class="tag">{less}</span></button>',
            box=box_of(tuple(boxes.loc[key])),
            name=str(units["name"][key]),
            first=bar(_plain(straight.loc[key, "value"])),
            second=bar(_plain(walking.loc[key, "value"])),
            straight=value(indicator, straight.loc[key], fine=True),
            walking=value(indicator, walking.loc[key], fine=True),
            less=_less(straight.loc[key], walking.loc[key]),
        )
        for key in straight.index
    )
    head = html("<h3>{name}<small>上：直线；下：步行</small></h3>", name=indicator.name)
    return html('{head}{rows}<p class="hint">{note}</p>', head=head, rows=rows, note=NO_SLOPE)


def straight_only(rows: gpd.GeoDataFrame) -> Markup:
    """The finding and the land it is about, largest first; a press brings it into sight."""
    boxes = crs.degrees(rows.iloc[:_LISTED]).bounds
    lines = joined(
        html(
            '<button class="row" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="tag">{area} 公顷 · 直线 {straight} · 步行 {walking}</span></button>',
            box=box_of(tuple(boxes.iloc[place])),
            name=str(rows["name"].iloc[place]) if pd.notna(rows["name"].iloc[place]) else str(rows["id"].iloc[place]),
            area=hectares(rows["only_m2"].iloc[place]),
            straight=metres(rows["straight_m"].iloc[place]),
            walking=metres(rows["walking_m"].iloc[place]),
        )
        for place in range(len(boxes))
    )
    head = html(
        "<h3>直线达标、步行不达标的居住用地 {sum} 公顷<small>{n} 处</small></h3>",
        sum=hectares(rows["only_m2"].sum()),
        n=len(rows),
    )
    rest = html('<p class="hint">只列最大的 {n} 处。</p>', n=_LISTED) if len(rows) > _LISTED else Markup("")
    return html('{head}<div class="scrolled">{lines}</div>{rest}', head=head, lines=lines, rest=rest)


def distances(rows: gpd.GeoDataFrame, of: tuple[str, How], styles: Mapping[str, Style], *, focus: str = "") -> Markup:
    """How many things, or how much land, lie in each class of distance; a press shows just those.

    Parameters
    ----------
    rows : GeoDataFrame
        From `geodata.measures.distances.graded`.
    of : (str, str)
        What they are: land is told in 公顷, anything else is counted. And how distances are measured, a key of HOW.
    """
    what, how = of
    land = what == "居住用地"
    weights = rows.area if land else pd.Series(1.0, rows.index)
    sums, whole = weights.groupby(rows["coverage"]).sum(), float(weights.sum()) or 1.0
    lines = joined(
        html(
            '<button class="row figure" data-act="focus" data-id="{key}" aria-pressed="{pressed}" '
            'style="--bar:{colour}">'
            '<span class="name">{label}</span><i style="{bar}"></i><b>{amount}（{share}）</b></button>',
            key=key,
            pressed="true" if key == focus else "false",
            colour=_fill(key, styles),
            label=label,
            bar=bar(float(sums.get(key, 0.0)) / whole),
            amount=f"{hectares(float(sums.get(key, 0.0)))} 公顷" if land else f"{int(sums.get(key, 0)):,}",
            share=f"{float(sums.get(key, 0.0)) / whole:.1%}",
        )
        for key, (_, label) in NEAR.items()
    )
    return html(
        "<h3>{what}到最近绿地、设施的{how}<small>点一级，图上只突出这些</small></h3>{lines}",
        what=what,
        how=HOW[how],
        lines=lines,
    )


def kinds(
    table: pd.DataFrame, units: gpd.GeoDataFrame, labels: Mapping[str, str], styles: Mapping[str, Style]
) -> Markup:
    """Shares of the kinds of green of each unit as a bar of parts, with the colours of the map.

    Parameters
    ----------
    table : DataFrame
        From `geodata.green_kinds.areas`.
    labels : mapping of str to str
        Kind -> what it is called, in order.
    """
    boxes = crs.degrees(units).bounds
    keys = joined(
        html('<span><i style="background:{colour}"></i>{label}</span>', colour=_fill(key, styles), label=label)
        for key, label in labels.items()
    )
    lines = joined(
        html(
            '<button class="row figure" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="parts">{parts}</span><b>{sum} 公顷</b></button>',
            box=box_of(tuple(boxes.loc[key])),
            name=str(units["name"][key]),
            parts=joined(_parts(row, labels, styles)),
            sum=hectares(row.sum()),
        )
        for key, row in table.iterrows()
    )
    return html('<div class="keys">{keys}</div>{lines}', keys=keys, lines=lines)


def kinds_table(
    table: pd.DataFrame,
    units: gpd.GeoDataFrame,
    labels: Mapping[str, str],
    *,
    schematic: bool,
    unit: Literal["公顷", "公里"] = "公顷",
) -> Markup:
    """How much of each kind lies in each unit, with shares; a kind that could not be told is 无数据.

    Parameters
    ----------
    table : DataFrame
        m2, or metres where they are told in 公里.
    """
    told = hectares if unit == "公顷" else kilometres
    head = joined(html('<th class="number">{label}</th>', label=label) for label in labels.values())
    lines = joined(
        html(
            "<tr><td>{name}</td>{cells}</tr>",
            name=str(units["name"][place]),
            cells=joined(_kind(row, key, told, schematic=schematic) for key in labels),
        )
        for place, row in table.iterrows()
    )
    first = f"统计单元（约，{unit}）" if schematic else f"统计单元（{unit}）"
    template = '<div class="wide fitted"><table><tr><th>{first}</th>{head}</tr>{lines}</table></div>'
    return html(template, first=first, head=head, lines=lines)


def kilometres(number: float) -> str:
    """A length in 公里 alone, for tables.

    Examples
    --------
    >>> kilometres(12_345)
    '12.35'
    """
    return f"{number / 1000:,.2f}"


def metres(number: float) -> str:
    """A distance, or that it is beyond what was looked for.

    Examples
    --------
    >>> metres(812.4), metres(float("nan"))
    ('812 米', '3 公里内不可达')
    """
    return f"{FAR_M / 1000:g} 公里内不可达" if pd.isna(number) else f"{number:,.0f} 米"


def _kind(row: "pd.Series[float]", key: str, told: Callable[[float], str], *, schematic: bool) -> Markup:
    if key not in row.index:
        return html('<td class="number">无数据</td>')
    whole = row.sum()
    share = percent(row[key] / whole, schematic=schematic) if whole else "—"
    return html('<td class="number">{area}<wbr>（{share}）</td>', area=told(row[key]), share=share)


def _parts(row: "pd.Series[float]", labels: Mapping[str, str], styles: Mapping[str, Style]) -> Iterable[Markup]:
    whole = row.sum()
    for key, label in labels.items():
        if whole and row.get(key, 0.0) > 0:
            share = row[key] / whole
            yield html(
                '<i style="width:{width};background:{colour}" title="{label} {share}"></i>',
                width=f"{100 * share:.2f}%",
                colour=_fill(key, styles),
                label=label,
                share=f"{share:.0%}",
            )


def _fill(key: str, styles: Mapping[str, Style]) -> str:
    style = coverage(styles, key)
    return style.fill or style.color


def _less(straight: "pd.Series[float]", walking: "pd.Series[float]") -> str:
    if pd.isna(straight["value"]) or pd.isna(walking["value"]):
        return "—"
    less = apart(100 * straight["value"], 100 * walking["value"], digits=1)
    return f"相差 {abs(less):.1f} 个百分点" if less <= 0 else f"步行高 {less:.1f} 个百分点"


def _plain(number: float) -> float:
    return 0.0 if pd.isna(number) else float(number)
