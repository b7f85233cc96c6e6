"""用地平衡表 as HTML: classes with their colours, areas and shares; GB 50137 beside its ranges; changes."""

from collections.abc import Iterable, Mapping

import pandas as pd
from markupsafe import Markup

from geodata.landuse_codes import CURRENT, codes, palette
from geodata.landuse_gb50137 import RANGES_SOURCE, URBAN
from geodata.measures.landuse import UNTOLD
from geodata.three_spaces import SOURCE, Space
from layers.text import NO_DATA, hectares, html, joined

_UNTOLD = "未填写"
RANGES_SAID = f"{RANGES_SOURCE}，仅供参考；由用地用海2023 的代码对照得出。人均单位为平方米/人。"
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
_MOST_CHANGES = 20
_FEW_M2, _LITTLE_M2 = 10.0, 0.05
_FINER = 2
NO_CODE = "-"
"""How a link names land without a code."""
NO_OWN_AREA = "—"
"""Where all land of a unit would be summed up: the area of a schematic outline is no fact."""


def name_of(code: str) -> str:
    """A class with its code.

    Examples
    --------
    >>> name_of("0701"), name_of("")
    ('0701 城镇住宅用地', '未填写')
    """
    return f"{code} {codes(CURRENT)['name'].get(code, '其他')}" if code != UNTOLD else _UNTOLD


def table(rows: pd.DataFrame, *, schematic: bool, focus: str = "") -> Markup:
    """One unit's balance: a row per class with colour, area, share, land per person, plots; a press shows it alone.

    Parameters
    ----------
    rows : DataFrame
        Indexed (level, code), from `geodata.landuse_tables.two_levels`, of one level or both: `area_m2`, `share`,
        `plots`, `low`, `high`, `per_person` (m2, NaN where it is not known).
    schematic : bool
        Whether the unit is drawn by a schematic outline.
    focus : str
        The class that stands out on the map.
    """
    finest = rows.index.get_level_values("level").max()
    total = pd.DataFrame(rows.xs(finest, level="level"))[["area_m2", "per_person"]].sum(min_count=1)
    lines = joined(_line(key, row, schematic=schematic, focus=focus) for key, row in _nested(rows))
    head = html(
        '<tr><th>用地类别</th><th class="number">面积（公顷）</th><th class="number">占比</th>'
        '<th class="number">人均（平方米/人）</th><th class="number">图斑</th></tr>'
    )
    last = html(
        '<tr class="total"><th>合计</th><th class="number">{area}</th><th class="number">100%</th>'
        '<th class="number">{person}</th><th></th></tr>',
        area=NO_OWN_AREA if schematic else hectares(total["area_m2"]),
        person=NO_OWN_AREA if schematic else per_person(total["per_person"], schematic=False),
    )
    return html('<table class="classes">{head}{lines}{last}</table>', head=head, lines=lines, last=last)


def about(text: str, *, schematic: bool) -> str:
    """Say 约 before a figure of a schematic outline; "less than" is vague enough."""
    return f"约 {text}" if schematic and not text.startswith("<") else text


def per_person(m2: float, *, schematic: bool) -> str:
    """Land per person, 无数据 where it is not known.

    Examples
    --------
    >>> per_person(0.55, schematic=True), per_person(300.4, schematic=True), per_person(0.01, schematic=True)
    ('约 0.6', '约 300', '<0.1')
    """
    if pd.isna(m2):
        return NO_DATA
    digits = 0 if schematic and m2 >= _FEW_M2 else 1
    return about("<0.1" if 0 < m2 < _LITTLE_M2 else f"{m2:,.{digits}f}", schematic=schematic)


def percent(share: float, *, schematic: bool) -> str:
    """A share; what is little is not nothing.

    Examples
    --------
    >>> percent(0.006, schematic=True), percent(0.006, schematic=False), percent(0.0001, schematic=False)
    ('<1%', '0.6%', '<0.1%')
    """
    digits = 0 if schematic else 1
    least = 10.0 ** -(digits + 2)
    return f"<{least:.{digits}%}" if 0 < share < least else f"{share:.{digits}%}"


def swatch(code: str) -> Markup:
    """The official colour of a class."""
    return html('<i class="swatch" style="background:{colour}"></i>', colour=_colours().get(code, "#fff"))


def colour(code: str) -> str:
    """What a class is drawn in where it stands out: its official colour, if it has one."""
    return _colours().get(code) or "#0B5CAD"


def pick(code: str, label: object, focus: str) -> Markup:
    """A button that lets something of the map stand out."""
    return html(
        '<button class="pick" data-act="focus" data-id="{code}" aria-pressed="{pressed}">{label}</button>',
        code=code,
        pressed="true" if code == focus else "false",
        label=label,
    )


def _nested(rows: pd.DataFrame) -> list[tuple[tuple[int, str], "pd.Series[float]"]]:
    """Each class of level 1 with those below it; a single one that is the same comes not again."""
    told = {(int(key[0]), str(key[1])): rows.iloc[place] for place, key in enumerate(rows.index)}
    keys = list(told)
    both = len({level for level, _ in keys}) > 1
    shown = [key for key in keys if not (both and key[0] == _FINER and (1, key[1]) in keys and _alone(key[1], keys))]
    order = sorted(shown, key=lambda key: (key[1] == UNTOLD, key[1][:2], key[0], key[1]))
    return [(key, told[key]) for key in order]


def _alone(code: str, keys: list[tuple[int, str]]) -> bool:
    return sum(level == _FINER and other[:2] == code for level, other in keys) == 1


def _line(key: tuple[int, str], row: "pd.Series[float]", *, schematic: bool, focus: str) -> Markup:
    level, code = key
    return html(
        '<tr class="level{level}"><td>{name}</td><td class="number" title="{spread}">{area}</td>'
        '<td class="number">{share}</td><td class="number">{person}</td><td class="number">{plots}</td></tr>',
        level=level,
        name=pick(code or NO_CODE, joined((swatch(code), html("{name}", name=name_of(code)))), focus),
        spread=f"{hectares(row['low'])}–{hectares(row['high'])} 公顷" if schematic else "",
        area=about(hectares(row["area_m2"]), schematic=schematic),
        share=percent(row["share"], schematic=schematic),
        person=per_person(row["per_person"], schematic=schematic),
        plots=f"{int(row['plots']):,}",
    )


def structure(rows: pd.DataFrame, *, schematic: bool) -> Markup:
    """城市建设用地 by GB 50137: area, share, land per person, beside the ranges the standard recommends.

    Parameters
    ----------
    rows : DataFrame
        By code: `area_m2`, `share`, `per_person`, `least`, `most`.
    schematic : bool
        Whether the unit is drawn by a schematic outline.
    """
    told = {str(code): rows.iloc[place] for place, code in enumerate(rows.index)}
    lines = joined(_urban(code, told[code], schematic=schematic) for code in URBAN if code in told)
    names = ("公顷", "占比", "人均", "建议范围")
    head = html(
        "<tr><th>城市建设用地</th>{cells}</tr>",
        cells=joined(html('<th class="number">{name}</th>', name=name) for name in names),
    )
    template = (
        '<details><summary>GB 50137 结构</summary><table>{head}{lines}</table><p class="hint">{note}</p></details>'
    )
    return html(template, head=head, lines=lines, note=f"建议范围：{RANGES_SAID}")


def _urban(code: str, row: "pd.Series[float]", *, schematic: bool) -> Markup:
    cells = (
        about(hectares(row["area_m2"]), schematic=schematic),
        percent(row["share"], schematic=schematic),
        per_person(row["per_person"], schematic=schematic),
        "—" if pd.isna(row["least"]) else f"{row['least']:.0%}–{row['most']:.0%}",
    )
    return html(
        "<tr><td>{name}</td>{cells}</tr>",
        name=urban_name(code),
        cells=joined(html('<td class="number">{cell}</td>', cell=cell) for cell in cells),
    )


def urban_name(code: str) -> str:
    """Code and name of a main class of GB 50137."""
    return f"{code} {_GB[code]}"


def strip(parts: Iterable[tuple[str, float, str]]) -> Markup:
    """A bar whose parts are as long as their shares: label, share (0 to 1), colour."""
    cells = joined(
        html(
            '<span style="flex-grow:{share};background:{color}" title="{label} {said}"></span>',
            share=f"{share:.6f}",
            color=color,
            label=label,
            said=percent(share, schematic=False),
        )
        for label, share, color in parts
    )
    return html('<div class="strip" role="img" aria-label="构成">{cells}</div>', cells=cells)


def classes(rows: pd.DataFrame) -> Markup:
    """The balance as a bar in the official colours, main class by main class.

    Parameters
    ----------
    rows : DataFrame
        As for `table`.
    """
    finest = rows.index.get_level_values("level").max()
    colours, areas = _colours(), pd.DataFrame(rows.xs(finest, level="level"))["area_m2"]
    main = areas.groupby(areas.index.astype(str).str[:2]).sum()
    parts = zip(map(str, main.index), main / areas.sum(), strict=True)
    return strip((name_of(code), share, colours.get(code, "")) for code, share in parts)


def spaces(rows: pd.DataFrame, table: Mapping[str, Space], *, schematic: bool) -> Markup:
    """三生 shares, and by whose table.

    Parameters
    ----------
    rows : DataFrame
        From `geodata.three_spaces.shares`.
    table : mapping of str to Space
    schematic : bool
        Whether the unit is drawn by a schematic outline.
    """
    names = {key: (table[key].name, table[key].color) if key in table else ("未归类", "#CFD6DB") for key in rows.index}
    lines = joined(
        html(
            '<tr><td>{swatch}{name}</td><td class="number">{area}</td><td class="number">{share}</td></tr>',
            swatch=html('<i class="swatch" style="background:{color}"></i>', color=names[key][1]),
            name=names[key][0],
            area=about(hectares(area), schematic=schematic),
            share=about(percent(share, schematic=schematic), schematic=schematic),
        )
        for key, area, share in rows.itertuples()
    )
    bar = strip((names[key][0], share, names[key][1]) for key, share in rows["share"].items())
    head = html('<tr><th>三生空间</th><th class="number">面积（公顷）</th><th class="number">占比</th></tr>')
    template = (
        "<details><summary>三生（生产、生活、生态）占比</summary>{bar}<table>{head}{lines}</table>"
        '<p class="hint">{note}；可在 var/tables/three_spaces.yaml 改写。</p></details>'
    )
    return html(template, bar=bar, head=head, lines=lines, note=SOURCE)


def changes(rows: pd.DataFrame, *, schematic: bool) -> Markup:
    """List what is planned for present land, largest first; what stays as it is comes not."""
    moved = rows[rows.index.get_level_values(0) != rows.index.get_level_values(1)]
    moved = moved.sort_values("area_m2", ascending=False).iloc[:_MOST_CHANGES]
    lines = joined(
        html(
            '<tr><td>{old}</td><td>{new}</td><td class="number">{area}</td></tr>',
            old=joined((swatch(str(old)), html("{name}", name=name_of(str(old))))),
            new=joined((swatch(str(new)), html("{name}", name=name_of(str(new))))),
            area=about(hectares(m2), schematic=schematic),
        )
        for old, new, m2 in moved.reset_index()[["landuse", "landuse_planned", "area_m2"]].itertuples(index=False)
    )
    head = html("<tr><th>现状</th><th>规划</th><th>面积（公顷）</th></tr>")
    return html("<h3>变化最大的 {n} 项</h3><table>{head}{lines}</table>", n=len(moved), head=head, lines=lines)


def tiling(row: "pd.Series[float]", *, schematic: bool) -> Markup:
    """How well plots tile a unit."""
    return html('<p class="hint">{text}</p>', text=tiled(row, schematic=schematic))


def tiled(row: "pd.Series[float]", *, schematic: bool) -> str:
    """Say how well plots tile a unit; of a schematic outline gaps are what it covers too much as well."""
    overlap, gap = (about(hectares(round(row[key])), schematic=schematic) for key in ("overlap_m2", "gap_m2"))
    more = "（含示意边界造成的）" if schematic else ""
    return f"图斑相互重叠 {overlap} 公顷（重复计入）；未被图斑覆盖 {gap} 公顷{more}。"


def _colours() -> Mapping[str, str]:
    """Colour of each class of the guide, that of the class above where it has none of its own."""
    own = palette(CURRENT)
    return {code: own.get(code) or own.get(code[:4]) or own.get(code[:2], "") for code in codes(CURRENT).index}
