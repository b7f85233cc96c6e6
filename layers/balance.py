"""用地平衡表 as HTML: classes with their colours, areas and shares; GB 50137 beside its ranges; changes; intensity."""

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from geodata.landuse_codes import CURRENT, codes, palette
from geodata.landuse_gb50137 import URBAN
from geodata.measures.landuse import UNTOLD
from layers.text import hectares, html, joined

_UNTOLD = "未填写"
_GB = {
    "R": "居住用地",
    "A": "公共管理与公共服务设施用地",
    "B": "商业服务业设施用地",
    "M": "工业用地",
    "W": "物流仓储用地",
    "S": "道路与交通设施用地",
    "U": "公用设施用地",
    "G": "绿地与广场用地",
}
_RATES = {"far": ("容积率", "{:.2f}"), "density": ("建筑密度", "{:.0%}"), "green_ratio": ("绿地率", "{:.0%}")}
_MOST_CHANGES = 20


def name_of(code: str) -> str:
    """A class with its code.

    Examples
    --------
    >>> name_of("0701"), name_of("")
    ('0701 城镇住宅用地', '未填写')
    """
    return f"{code} {codes(CURRENT)['name'].get(code, '其他')}" if code != UNTOLD else _UNTOLD


def table(rows: pd.DataFrame, *, schematic: bool) -> Markup:
    """One unit's balance: a row per class with colour, area, share, plots."""
    colours = _colours()
    lines = joined(
        html(
            '<tr><td><i class="swatch" style="background:{colour}"></i>{name}</td><td class="number" title="{spread}">'
            '{about}{area}</td><td class="number">{share}</td><td class="number">{plots}</td></tr>',
            colour=colours.get(str(code), "#fff"),
            name=name_of(str(code)),
            about="约 " if schematic else "",
            spread=f"{hectares(row['low'])}–{hectares(row['high'])} 公顷" if schematic else "",
            area=hectares(row["area_m2"]),
            share=f"{row['share']:.0%}" if schematic else f"{row['share']:.1%}",
            plots=f"{int(row['plots']):,}",
        )
        for code, row in rows.iterrows()
    )
    total = html(
        '<tr><th>合计</th><th class="number">{about}{area}</th><th></th><th class="number"></th></tr>',
        about="约 " if schematic else "",
        area=hectares(rows["area_m2"].sum()),
    )
    head = html("<tr><th>用地类别</th><th>面积（公顷）</th><th>占比</th><th>图斑</th></tr>")
    return html("<table>{head}{lines}{total}</table>", head=head, lines=lines, total=total)


def structure(rows: pd.DataFrame) -> Markup:
    """Shares of 城市建设用地 by GB 50137, beside the ranges it recommends."""
    shown = [code for code in URBAN if code in rows.index]
    lines = joined(
        html(
            '<tr><td>{code} {name}</td><td class="number">{share}</td><td class="number">{range}</td></tr>',
            code=code,
            name=_GB[code],
            share=f"{share:.0%}",
            range="—" if pd.isna(least) else f"{least:.0%}–{most:.0%}",
        )
        for code, share, least, most in zip(
            map(str, shown), *(rows.loc[shown, name].astype(float) for name in ("share", "least", "most")), strict=True
        )
    )
    head = html("<tr><th>城市建设用地</th><th>占比</th><th>建议范围</th></tr>")
    note = "建议范围出自 GB 50137-2011《城市用地分类与规划建设用地标准》，仅供参考；由用地用海2023 的代码对照得出。"
    template = (
        '<details><summary>GB 50137 结构</summary><table>{head}{lines}</table><p class="hint">{note}</p></details>'
    )
    return html(template, head=head, lines=lines, note=note)


def changes(rows: pd.DataFrame) -> Markup:
    """What is planned for present land, largest first; what stays as it is comes not."""
    moved = rows[rows.index.get_level_values(0) != rows.index.get_level_values(1)]
    moved = moved.sort_values("area_m2", ascending=False).iloc[:_MOST_CHANGES]
    lines = joined(
        html(
            '<tr><td>{old}</td><td>{new}</td><td class="number">{area}</td></tr>',
            old=name_of(str(old)),
            new=name_of(str(new)),
            area=hectares(m2),
        )
        for old, new, m2 in moved.reset_index()[["landuse", "landuse_planned", "area_m2"]].itertuples(index=False)
    )
    head = html("<tr><th>现状</th><th>规划</th><th>面积（公顷）</th></tr>")
    template = (
        "<details><summary>现状到规划的变化<small>最大的 {n} 项</small></summary><table>{head}{lines}</table></details>"
    )
    return html(template, n=len(moved), head=head, lines=lines)


def intensity(rows: pd.DataFrame, names: Mapping[str, str]) -> Markup:
    """容积率, 建筑密度, 绿地率 of units, with the share of land they are known of."""
    lines = joined(
        html("<tr><td>{name}</td>{cells}</tr>", name=names[str(key)], cells=joined(_rate(row, rate) for rate in _RATES))
        for key, row in rows.iterrows()
    )
    head = joined(html("<th>{label}</th>", label=label) for label, _ in _RATES.values())
    note = "按地块面积加权平均；括号内为有该项数据的用地比例。"
    return html(
        "<details><summary>开发强度</summary><table><tr><th>统计单元</th>{head}</tr>{lines}</table>"
        '<p class="hint">{note}</p></details>',
        head=head,
        lines=lines,
        note=note,
    )


def tiling(row: "pd.Series[float]", *, schematic: bool) -> Markup:
    """How well plots tile a unit; gaps are of no meaning within a schematic outline."""
    parts = [f"图斑相互重叠 {hectares(row['overlap_m2'])} 公顷（重复计入）"]
    parts += [] if schematic else [f"未被图斑覆盖 {hectares(row['gap_m2'])} 公顷"]
    return html('<p class="hint">{text}。</p>', text="；".join(parts))


def _rate(row: "pd.Series[float]", rate: str) -> Markup:
    form = _RATES[rate][1]
    text = "无数据" if pd.isna(row[rate]) else f"{form.format(row[rate])}（{row[f'{rate}_known']:.0%}）"
    return html('<td class="number">{text}</td>', text=text)


def _colours() -> Mapping[str, str]:
    """Colour of each class of the guide, that of the class above where it has none of its own."""
    own = palette(CURRENT)
    return {code: own.get(code) or own.get(code[:4]) or own.get(code[:2], "") for code in codes(CURRENT).index}
