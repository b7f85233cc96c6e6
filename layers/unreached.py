"""The land that is not reached, as HTML: a list by size, and what streets do not lead to."""

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from layers.text import box_of, hectares, html, joined

_LISTED = 30


def unreached(rows: gpd.GeoDataFrame, *, on_foot: bool) -> Markup:
    """The land that is not reached, largest first, with its nearest park; a press brings it into sight.

    Parameters
    ----------
    on_foot : bool
        Whether it is not reached on foot: the park that is nearest in a straight line may lie beside it.
    """
    listed = rows.iloc[:_LISTED]
    boxes = crs.degrees(listed).bounds.itertuples(index=False)
    told = zip(
        boxes, *(listed[name] for name in ("id", "name", "area_m2", "left_m2", "nearest", "nearest_m")), strict=True
    )
    lines = joined(
        html(
            '<button class="row" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="tag">{left} · {near}</span></button>',
            box=box_of(tuple(box)),
            name=str(name if pd.notna(name) else key),
            left=_left(left, whole),
            near=_near(nearest, metres, on_foot=on_foot),
        )
        for box, key, name, whole, left, nearest, metres in told
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


def _left(left: float, whole: float) -> str:
    """How much of a plot is not reached, beside all of it where that is more.

    Examples
    --------
    >>> _left(29_000, 35_000), _left(34_990, 35_000)
    ('未覆盖 2.9（共 3.5）公顷', '3.5 公顷')
    """
    part, all_of_it = hectares(left), hectares(whole)
    return f"{part} 公顷" if part == all_of_it else f"未覆盖 {part}（共 {all_of_it}）公顷"


def _near(name: str, metres: float, *, on_foot: bool) -> str:
    far = "直线距" if on_foot else "距"
    return "5 公里内没有绿地、设施" if pd.isna(metres) else f"{far}{name} {metres:,.0f} 米"
