"""What replacing schematic shapes by official outlines would change, as HTML."""

from collections.abc import Iterable, Mapping

import pandas as pd
from markupsafe import Markup

from geodata.land import Land
from geodata.official_effects import Effect, Preview
from geodata.outlines import Stray
from layers.text import distance, html, joined

_NONE = "暂无"
_SHOWN = 6
_FAR_M = 1.0
_HEAD = ("单元", "面积（公顷）", "定位依据", "定位精度", "图形变化")


def preview(land: Land, found: Preview) -> Markup:
    """Write what changes: a row per unit, then what lies elsewhere afterwards, then what else is affected."""
    names = pd.concat([land.items["name"], land.base["subdistricts"]["name"]])
    told = (
        *(line for effect in found.effects for line in _moves(effect, names)),
        *(_stray(one, names) for one in found.strays),
        *_subdistricts(found.subdistricts, names),
    )
    return html(
        '<div class="panel"><h3>替换前后<small>规划出处与卡片内容不变</small></h3>'
        '<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{lines}'
        "<h3>受影响的成果</h3><dl>{affected}</dl></div>",
        head=joined(html("<th>{name}</th>", name=name) for name in _HEAD),
        rows=joined(_row(effect) for effect in found.effects),
        lines=_listed(told),
        affected=_affected(found.affected),
    )


def _row(effect: Effect) -> Markup:
    cells = (
        effect.name,
        f"{_area(effect)} → {_hectares(effect.area_after_m2)}",
        f"{effect.basis[0] or '未定位'} → {effect.basis[1]}",
        f"{_accuracy(effect.accuracy_m[0])} → {_accuracy(effect.accuracy_m[1])}",
        _change(effect),
    )
    return html("<tr>{cells}</tr>", cells=joined(html("<td>{cell}</td>", cell=cell) for cell in cells))


def _area(effect: Effect) -> str:
    """The area before; that of a schematic shape is no fact."""
    if effect.area_before_m2 is not None:
        return _hectares(effect.area_before_m2)
    return "示意图形，不计面积" if effect.basis[0] else "无图形"


def _hectares(area_m2: float) -> str:
    return f"{area_m2 / 10_000:,.2f}"


def _accuracy(metres: float | None) -> str:
    return "未填写" if metres is None or pd.isna(metres) else f"约 {distance(metres)}"


def _change(effect: Effect) -> str:
    if effect.apart_m is not None and effect.apart_m >= _FAR_M:
        return f"与原图形相距 {distance(round(effect.apart_m))}，请核对是否同一单元"
    if effect.kept is None:
        return "原来没有面状图形"
    return f"约 {effect.kept:.0%} 在原图形内"


def _moves(effect: Effect, names: pd.Series) -> Iterable[str]:
    for keys, said in (
        (effect.outside, "规划中属于它、位置却在官方边界之外"),
        (effect.left, "按位置不再在其中"),
        (effect.joined, "按位置新在其中"),
    ):
        if keys:
            yield f"{effect.name}：{said}的项目与设施 {len(keys)} 项（{_named(keys, names)}）。"


def _named(keys: Iterable[str], names: pd.Series) -> str:
    every = [str(names[key]) for key in keys]
    return "、".join(every[:_SHOWN]) + ("等" if len(every) > _SHOWN else "")


def _stray(one: Stray, names: pd.Series) -> str:
    parent = names[one.parent]
    return f"{names[one.item]}：约 {one.share:.0%} 将在所属单元“{parent}”之外，请核对或一并替换。"


def _subdistricts(moved: pd.DataFrame, names: pd.Series) -> Iterable[str]:
    if len(moved):
        yield f"所在街道有变化的事项 {len(moved)} 项（{_named(moved.index, names)}）。"


def _listed(lines: Iterable[str]) -> Markup:
    rows = joined(html("<li>{line}</li>", line=line) for line in lines)
    return html("<ul>{rows}</ul>", rows=rows) if rows else html("<p>项目与设施都仍在原来的单元内。</p>")


def _affected(affected: Mapping[str, Iterable[str]]) -> Markup:
    return joined(
        html("<dt>{what}</dt><dd>{names}</dd>", what=what, names="、".join(names) or _NONE)
        for what, names in affected.items()
    )
