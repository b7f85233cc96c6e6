"""Figures as HTML: cards, a table by unit with bars, one sentence to copy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.indicators import HOW, SURE, Indicator
from geodata.measures.inputs import BY, By
from geodata.parameters import thresholds
from geodata.versions import DEMONSTRATION
from layers.balance import about, name_of, percent
from layers.text import NO_DATA, box_of, hectares, html, joined

SHARE = "%"
_CIRCLES = "；缓冲区的圆按 64 边形绘制（每四分之一圆 16 段），PostGIS、QGIS 取同样段数时结果一致"
_WAYS = (
    "；自最近道路（同样近的取步行最短者）直线到路、沿路步行，道路只在共用端点处相连；"
    "公园以出入口计，没有出入口的以道路与边界的交点计"
)
_LIGHTS = {"met": "● 达标", "open": "◆ 范围跨目标值", "unmet": "▲ 未达标"}
BASES: Mapping[By, str] = {"land": "居住用地", "buildings": "住宅楼栋", "dwellings": "住宅", "people": "人口"}
"""What there is to reach, of which a coverage tells a share."""
UNITS: Mapping[By, str] = {"land": "公顷", "buildings": "栋", "dwellings": "套", "people": "人"}


@dataclass(frozen=True)
class Told:
    """Where figures come from.

    Attributes
    ----------
    inputs : str
        Datasets and versions.
    schematic : bool
        Whether units are drawn by schematic outlines.
    synthetic : bool
        Whether inputs are demonstration data.
    caliber : str
        Which version of the parameters holds, or that they are only tried.
    untold : str
        What rows do not tell, so that they count for nothing; "" where all tell it.
    """

    inputs: str
    schematic: bool
    synthetic: bool
    caliber: str
    untold: str = ""


def value(indicator: Indicator, row: "pd.Series[float]", *, fine: bool = False) -> str:
    """One figure: exact, or with 约 and its range where the outline is schematic; 无数据 where there is none.

    Parameters
    ----------
    fine : bool
        With all digits whatever the outline: a difference stands beside it, and they have to add up.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> park = load_indicators()[0]["park500"]
    >>> spreads = ((0.5, None, None), (0.5, 0.41, 0.6), (0.5, 0.499, 0.5), (0.001, 0, 0.02))
    >>> [value(park, pd.Series({"value": told, "low": low, "high": high})) for told, low, high in spreads]
    ['50.0%', '约 50%（41%–60%）', '约 50%', '<1%（0%–2%）']
    """
    if pd.isna(row["value"]):
        return NO_DATA
    schematic = bool(pd.notna(row["low"]))
    told = partial(_digits, indicator, schematic=schematic and not fine)
    if not schematic:
        return told(row["value"])
    figure, low, high = (told(row[name]) for name in ("value", "low", "high"))
    said = about(figure, schematic=True)
    return said if low == high else f"{said}（{low}–{high}）"


def _digits(indicator: Indicator, number: float, *, schematic: bool) -> str:
    """A figure in the digits that its outline allows; what is little is not nothing.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> per_person = load_indicators()[0]["park_per_person"]
    >>> [_digits(per_person, m2, schematic=True) for m2 in (8.24, 0.04, 0.0)]
    ['8.2', '<0.1', '0.0']
    """
    if indicator.unit == SHARE:
        return percent(number, schematic=schematic)
    digits = 1 if schematic else 2
    least = 10.0**-digits
    return f"<{least:.{digits}f}" if 0 < number < least / 2 else f"{number:,.{digits}f}"


def cards(rows: Iterable[tuple[str, Indicator, str]], current: str) -> Markup:
    """Headline figures, a button each: key, indicator, figure."""
    return html(
        '<div class="cards">{cards}</div>',
        cards=joined(
            html(
                '<button data-act="measure" data-id="{key}" aria-current="{current}"><span>{name}</span>'
                "<b>{figure}{range}</b></button>",
                key=key,
                current="true" if key == current else "false",
                name=indicator.name,
                figure=figure.partition("（")[0],
                range=_or_break("".join(figure.partition("（")[1:])),
            )
            for key, indicator, figure in rows
        ),
    )


def _or_break(text: str) -> Markup:
    """A text that begins a line of its own where the figure before it leaves no room."""
    return html("<wbr>{text}", text=text) if text else Markup("")


def basis(indicator: Indicator, told: Told) -> tuple[tuple[str, str], ...]:
    """What a figure means and rests on, as pairs of a heading and a text: for the page, and for every export."""
    aim = target(indicator).removeprefix("目标值 ")
    outlines = "按示意边界，数值为约数，括号内为界线内外移动其精度后的范围" if told.schematic else "按导入的界线"
    outlines += "；不列示意边界自身的面积" if told.schematic and indicator.how == "share" else ""
    rules = {"straight": _CIRCLES, "walking": _WAYS}.get(indicator.how, "")
    pairs = (
        ("指标", indicator.name),
        ("定义", indicator.definition),
        ("公式", indicator.formula),
        ("计算方式", f"{HOW[indicator.how]}；面积与长度在 CGCS2000 三度带 120° 投影上量算{rules}"),
        ("计入的用地", land_counted(indicator)),
        ("面积与距离", thresholds(indicator)),
        ("依据", f"{indicator.source}（{SURE[indicator.sure]}）"),
        ("目标值", f"{aim}（{indicator.target_source}）" if indicator.target else aim),
        ("口径", told.caliber),
        ("数据", told.inputs),
        ("未计入", told.untold),
        ("统计单元", outlines),
        ("说明", DEMONSTRATION if told.synthetic else ""),
    )
    return tuple((label, text) for label, text in pairs if text)


def land_counted(indicator: Indicator) -> str:
    """Say which classes the land of a denominator is of; "" where it is no land.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> land_counted(load_indicators()[0]["park500"]), land_counted(load_indicators()[0]["green_ratio"])
    ('0701 城镇住宅用地', '')
    """
    return "、".join(map(name_of, indicator.base.classes))


def definition(indicator: Indicator, told: Told) -> Markup:
    """What a figure means and rests on; opens on demand."""
    pairs = basis(indicator, told)[1:]
    rows = joined(html("<dt>{label}</dt><dd>{text}</dd>", label=label, text=text) for label, text in pairs)
    return html("<details><summary>口径与依据</summary><dl>{rows}</dl></details>", rows=rows)


def table(indicator: Indicator, units: gpd.GeoDataFrame, figures: pd.DataFrame, *, by: By, overlap: bool) -> Markup:
    """A row per unit with a bar, the target across it where there is one; a press brings the unit into sight."""
    boxes = crs.degrees(units).bounds
    scale = most(indicator, figures["value"])
    rows = joined(
        _row(indicator, (str(units["name"][key]), row), tuple(boxes.loc[key]), (by, scale))
        for key, row in figures.iterrows()
    )
    text = f"{'单元间有重叠，不作合计。' if overlap else ''}{_without(indicator, figures, by)}"
    note = html('<p class="hint">{text}</p>', text=text) if text else Markup("")
    told = "；".join(filter(None, (BY[by] if _covers(indicator) else "", target(indicator))))
    head = html("<h3>{name}<small>{told}</small></h3>", name=indicator.name, told=told)
    return html("{head}{rows}{note}", head=head, rows=rows, note=note)


def _without(indicator: Indicator, figures: pd.DataFrame, by: By) -> str:
    """Say why some units have no figure: they hold nothing that it could be a share of."""
    if not figures["value"].isna().any():
        return ""
    within, others = "建成区" if indicator.base.built_up else "", {"per_person": "人口", "length": "岸线"}
    what = f"{within and f'{within}内的'}{BASES[by]}" if _covers(indicator) else others.get(indicator.how, within)
    return f"标“无数据”的单元内没有{what}。"


def target(indicator: Indicator) -> str:
    """Say the target where the source sets one.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> table, _ = load_indicators()
    >>> [target(table[key]) for key in ("cov2022", "park_per_person", "park500")]
    ['目标值 85%', '目标值 8 平方米/人', '未设目标值']
    """
    if not indicator.target:
        return "未设目标值"
    told = f"{indicator.target:.0%}" if indicator.unit == SHARE else f"{indicator.target:g} {indicator.unit}"
    return f"目标值 {told}"


def light(indicator: Indicator, row: "pd.Series[float]") -> Markup:
    """Whether a figure meets the target, with a sign; nothing where the source sets none or there is no figure.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> told = load_indicators()[0]["cov2022"]
    >>> rows = ({"value": 0.9, "low": None, "high": None}, {"value": 0.86, "low": 0.8, "high": 0.9})
    >>> [light(told, pd.Series(row)).striptags() for row in rows]
    ['● 达标', '◆ 范围跨目标值']
    """
    if not indicator.target or pd.isna(row["value"]):
        return Markup("")
    low, high = (row["value"] if pd.isna(row[name]) else row[name] for name in ("low", "high"))
    key = "met" if low >= indicator.target else "unmet" if high < indicator.target else "open"
    return html('<span class="light {key}">{sign}</span>', key=key, sign=_LIGHTS[key])


def missing(indicator: Indicator, lacking: Iterable[str], mixed: str) -> Markup:
    """Say that there is no figure, and what is missing for it."""
    text = mixed or f"无数据：缺少{'、'.join(lacking)}，请在“数据”页导入。"
    return html('<h3>{name}</h3><p class="problem" role="alert">{text}</p>', name=indicator.name, text=text)


def sentence(indicator: Indicator, unit: str, row: "pd.Series[float]", told: Told, *, by: By = "land") -> str:
    """One sentence with figure, unit, definition and data, for a report."""
    if pd.isna(row["value"]):
        return ""
    vague = "" if pd.isna(row["low"]) else "约 "
    whole, part = (amount(row[name], by) for name in ("whole", "part"))
    where = f"{told.caliber}；{'按示意边界，' if told.schematic else ''}{told.inputs}"
    made_up = f"{DEMONSTRATION}。" if told.synthetic else ""
    if not _covers(indicator):
        unit_of = "" if indicator.unit == SHARE else indicator.unit
        return f"{unit}{indicator.name}{value(indicator, row)}{unit_of}（{indicator.definition}；{where}）。{made_up}"
    share = value(indicator, row).replace("（", "，范围 ").removesuffix("）")
    land = f"{BASES[by]}指 {land_counted(indicator)}；" if by == "land" else ""
    return (
        f"{unit}{BASES[by]}{vague}{whole}，其中{vague}{part}（{share}）达到“{indicator.name}”"
        f"（{land}{indicator.definition}；{where}）。{made_up}"
    )


def _covers(indicator: Indicator) -> bool:
    return indicator.how in ("straight", "walking")


def amount(number: float, by: By) -> str:
    """How much of what is counted, in words.

    Examples
    --------
    >>> amount(12_345.0, "land"), amount(1234.0, "people")
    ('1.2 公顷', '1,234 人')
    """
    return f"{hectares(number)} {UNITS[by]}" if by == "land" else f"{number:,.0f} {UNITS[by]}"


def most(indicator: Indicator, values: "pd.Series[float]") -> float:
    """What the whole length of a bar stands for."""
    if indicator.unit == SHARE:
        return 1.0
    return 1.1 * max(float(values.max(skipna=True)) if values.notna().any() else 0.0, indicator.target or 0.0) or 1.0


def _row(
    indicator: Indicator, named: tuple[str, "pd.Series[float]"], box: tuple[float, ...], scale: tuple[By, float]
) -> Markup:
    (name, row), (by, whole) = named, scale
    counted = f"{amount(row['part'], by)} / {amount(row['whole'], by)}" if _covers(indicator) else ""
    return html(
        '<button class="row figure" data-act="box" data-id="{box}" title="{amount}"><span class="name">{name}</span>'
        '<i style="{bar}"></i><b>{value}</b>{light}</button>',
        box=box_of(box),
        amount=counted,
        name=name,
        bar=bar(0.0 if pd.isna(row["value"]) else row["value"] / whole, (indicator.target or 0.0) / whole),
        value=value(indicator, row),
        light=light(indicator, row),
    )


def bar(share: float, mark: float = 0.0) -> str:
    """Style of a bar that is filled to a share (0 to 1), with a line across it at another where that is not 0."""
    filled, at = (f"{100 * min(1.0, max(0.0, part)):.1f}%" for part in (share, mark))
    edges = f"transparent calc({at} - 1px), var(--ink) calc({at} - 1px) calc({at} + 1px), transparent 0"
    line = f"linear-gradient(90deg, {edges}), " if mark else ""
    return f"background:{line}linear-gradient(90deg, var(--bar) {filled}, transparent {filled})"
