"""Figures as HTML: cards, a table by unit with bars, the land that is not reached, one sentence to copy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.indicators import HOW, SURE, Indicator
from geodata.measures.evaluate import BY, By
from geodata.parameters import thresholds
from geodata.versions import DEMONSTRATION
from layers.text import hectares, html, joined

_SHARE = "%"
_LISTED = 30
_UNITS: Mapping[By, str] = {"land": "公顷", "buildings": "栋", "dwellings": "套", "people": "人"}


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
    """

    inputs: str
    schematic: bool
    synthetic: bool
    caliber: str


def value(indicator: Indicator, row: "pd.Series[float]") -> str:
    """One figure: exact, or with 约 and its range where the outline is schematic; 无数据 where there is none.

    Examples
    --------
    >>> from geodata.indicators import load_indicators
    >>> park = load_indicators()[0]["park500"]
    >>> spreads = ((None, None), (0.41, 0.6), (0.499, 0.5))
    >>> [value(park, pd.Series({"value": 0.5, "low": low, "high": high})) for low, high in spreads]
    ['50.0%', '约 50%（41%–60%）', '约 50%']
    """
    if pd.isna(row["value"]):
        return "无数据"
    exact, rough = ("{:.1%}", "{:.0%}") if indicator.unit == _SHARE else ("{:,.2f}", "{:,.0f}")
    if pd.isna(row["low"]):
        return exact.format(row["value"])
    about, low, high = (rough.format(row[name]) for name in ("value", "low", "high"))
    return f"约 {about}" if low == high else f"约 {about}（{low}–{high}）"


def cards(rows: Iterable[tuple[str, Indicator, str]], current: str) -> Markup:
    """Headline figures, a button each: key, indicator, figure."""
    return html(
        '<div class="cards">{cards}</div>',
        cards=joined(
            html(
                '<button data-act="measure" data-id="{key}" aria-current="{current}"><span>{name}</span>'
                "<b>{figure}</b></button>",
                key=key,
                current="true" if key == current else "false",
                name=indicator.name,
                figure=figure,
            )
            for key, indicator, figure in rows
        ),
    )


def basis(indicator: Indicator, told: Told) -> tuple[tuple[str, str], ...]:
    """What a figure means and rests on, as pairs of a heading and a text: for the page, and for every export."""
    target = f"{indicator.target:.0%}" if indicator.unit == _SHARE and indicator.target else f"{indicator.target}"
    outlines = "按示意边界，数值为约数，括号内为界线内外移动其精度后的范围" if told.schematic else "按导入的界线"
    pairs = (
        ("指标", indicator.name),
        ("定义", indicator.definition),
        ("公式", indicator.formula),
        ("计算方式", HOW[indicator.how]),
        ("面积与距离", thresholds(indicator)),
        ("依据", f"{indicator.source}（{SURE[indicator.sure]}）"),
        ("目标值", f"{target}（{indicator.target_source}）" if indicator.target else "未设目标值"),
        ("口径", told.caliber),
        ("数据", told.inputs),
        ("统计单元", outlines),
        ("说明", DEMONSTRATION if told.synthetic else ""),
    )
    return tuple((label, text) for label, text in pairs if text)


def definition(indicator: Indicator, told: Told) -> Markup:
    """What a figure means and rests on; opens on demand."""
    pairs = basis(indicator, told)[1:]
    rows = joined(html("<dt>{label}</dt><dd>{text}</dd>", label=label, text=text) for label, text in pairs)
    return html("<details><summary>口径与依据</summary><dl>{rows}</dl></details>", rows=rows)


def table(indicator: Indicator, units: gpd.GeoDataFrame, figures: pd.DataFrame, *, by: By, overlap: bool) -> Markup:
    """A row per unit with a bar; a press on it brings the unit into sight."""
    boxes = crs.degrees(units).bounds
    rows = joined(
        _row(indicator, (str(units["name"][key]), row), tuple(boxes.loc[key]), by) for key, row in figures.iterrows()
    )
    note = html('<p class="hint">{text}</p>', text="单元间有重叠，不作合计。") if overlap else Markup("")
    head = html("<h3>{name}<small>{by}</small></h3>", name=indicator.name, by=BY[by] if _covers(indicator) else "")
    return html("{head}{rows}{note}", head=head, rows=rows, note=note)


def missing(indicator: Indicator, lacking: Iterable[str], mixed: str) -> Markup:
    """Say that there is no figure, and what is missing for it."""
    text = mixed or f"无数据：缺少{'、'.join(lacking)}，请在“数据”页导入。"
    return html('<h3>{name}</h3><p class="problem" role="alert">{text}</p>', name=indicator.name, text=text)


def unreached(rows: gpd.GeoDataFrame) -> Markup:
    """The land that is not reached, largest first, with its nearest park; a press brings it into sight."""
    boxes = crs.degrees(rows.iloc[:_LISTED]).bounds
    lines = joined(
        html(
            '<button class="row" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="tag">{left} 公顷 · {near}</span></button>',
            box=_box(tuple(boxes.iloc[place])),
            name=str(rows["name"].iloc[place]) if pd.notna(rows["name"].iloc[place]) else str(rows["id"].iloc[place]),
            left=hectares(rows["left_m2"].iloc[place]),
            near=_near(rows["nearest"].iloc[place], rows["nearest_m"].iloc[place]),
        )
        for place in range(len(boxes))
    )
    head = html(
        "<h3>不在服务范围内的居住用地<small>{n} 处，{sum} 公顷</small></h3>",
        n=len(rows),
        sum=hectares(rows["left_m2"].sum()),
    )
    rest = html('<p class="hint">只列最大的 {n} 处。</p>', n=_LISTED) if len(rows) > _LISTED else Markup("")
    return html('{head}<div class="scrolled">{lines}</div>{rest}', head=head, lines=lines, rest=rest)


def cut_off(rows: gpd.GeoDataFrame) -> Markup:
    """Say how much land lies on streets that do not lead to the others."""
    text = (
        f"{len(rows):,} 处居住用地（{hectares(rows.area.sum())} 公顷）最近的道路与主路网不相连；"
        "若实际相连，请在道路数据中补上交叉点后重新导入。"
    )
    return html('<p class="note">{text}</p>', text=text)


def sentence(indicator: Indicator, unit: str, row: "pd.Series[float]", told: Told, *, by: By = "land") -> str:
    """One sentence with figure, unit, definition and data, for a report."""
    if pd.isna(row["value"]):
        return ""
    about = "" if pd.isna(row["low"]) else "约"
    whole, part = (_amount(row[name], by) for name in ("whole", "part"))
    base = {"land": "居住用地", "buildings": "住宅楼栋", "dwellings": "住宅", "people": "人口"}[by]
    where = f"{told.caliber}；{'按示意边界，' if told.schematic else ''}{told.inputs}"
    made_up = f"{DEMONSTRATION}。" if told.synthetic else ""
    if not _covers(indicator):
        unit_of = "" if indicator.unit == _SHARE else indicator.unit
        return f"{unit}{indicator.name}{value(indicator, row)}{unit_of}（{indicator.definition}；{where}）。{made_up}"
    return (
        f"{unit}{base}{about}{whole}，其中{about}{part}（{value(indicator, row)}）达到“{indicator.name}”"
        f"（{indicator.definition}；{where}）。{made_up}"
    )


def _covers(indicator: Indicator) -> bool:
    return indicator.how in ("straight", "walking")


def _amount(number: float, by: By) -> str:
    return f"{hectares(number)} {_UNITS[by]}" if by == "land" else f"{number:,.0f} {_UNITS[by]}"


def _row(indicator: Indicator, named: tuple[str, "pd.Series[float]"], box: tuple[float, ...], by: By) -> Markup:
    name, row = named
    filled = 0.0 if pd.isna(row["value"]) or indicator.unit != _SHARE else min(100.0, 100 * row["value"])
    amount = f"{_amount(row['part'], by)} / {_amount(row['whole'], by)}" if _covers(indicator) else ""
    return html(
        '<button class="row figure" data-act="box" data-id="{box}" title="{amount}"><span class="name">{name}</span>'
        '<i style="background:linear-gradient(90deg, var(--bar) {filled}%, transparent {filled}%)"></i>'
        "<b>{value}</b></button>",
        box=_box(box),
        amount=amount,
        name=name,
        filled=f"{filled:.1f}",
        value=value(indicator, row),
    )


def _near(name: str, metres: float) -> str:
    return "5 公里内没有公园" if pd.isna(metres) else f"距{name} {metres:,.0f} 米"


def _box(box: tuple[float, ...]) -> str:
    return ",".join(f"{edge:.5f}" for edge in box)
