"""Land use as HTML beside its balance: the matrix of changes, base years beside each other, how densely it is built."""

from collections.abc import Iterable, Mapping

import pandas as pd
from markupsafe import Markup

from geodata.landuse_tables import DIFFERENCE, largest, step_labels
from layers.balance import NO_CODE, NO_OWN_AREA, about, name_of, percent, pick, swatch
from layers.differences import apart, signed
from layers.style import Style, coverage
from layers.text import hectares, html, joined

RATES: Mapping[str, str] = {"far": "容积率", "density": "建筑密度", "green_ratio": "绿地率"}
_FORMS = {"far": "{:.2f}", "density": "{:.0%}", "green_ratio": "{:.0%}"}
CELL = "~"
"""Stands between the two classes of a cell, in links."""
STEP = "."
"""Stands between a rate and the number of a class of it, in links."""
_MARKED = 5
_LITTLE_M2 = 500.0
"""Less than a tenth of a 公顷 rounds to nothing."""


def focus_name(focus: str) -> str:
    """Say what stands out on the map.

    Examples
    --------
    >>> focus_name("0701"), focus_name("07~14"), focus_name("far.5"), focus_name("-")
    ('0701 城镇住宅用地', '07 居住用地 → 14 绿地与开敞空间用地', '容积率 3.0 以上', '未填写')
    >>> focus_name("x.9")
    'x.9'
    """
    rate, step, number = focus.partition(STEP)
    if step:
        known = rate in RATES and number.isdigit() and int(number) < len(step_labels(rate))
        return f"{RATES[rate]} {step_labels(rate)[int(number)]}" if known else focus
    return " → ".join(name_of("" if code == NO_CODE else code) for code in focus.split(CELL))


def matrix(table: pd.DataFrame, *, schematic: bool, focus: str = "") -> Markup:
    """What present land (rows) is planned for (columns), 公顷; the largest changes are marked, a press shows the plots.

    Parameters
    ----------
    table : DataFrame
        From `geodata.landuse_tables.matrix`.
    schematic : bool
        Whether the unit is drawn by a schematic outline.
    focus : str
        The cell that stands out on the map.
    """
    marked = largest(table, _MARKED)
    head = joined(
        html(
            '<th class="turned" title="{full}"><span>{swatch}{name}</span></th>',
            full=name_of(str(code)),
            swatch=swatch(str(code)),
            name=_short(str(code)),
        )
        for code in table.columns
    )
    lines = joined(_present(str(code), row, marked, focus) for code, row in table.iterrows())
    sums = joined(html('<th class="number">{area}</th>', area=hectares(m2)) for m2 in table.sum())
    return html(
        '<div class="wide"><table class="matrix"><tr><th>现状＼规划（{unit}）</th>{head}<th class="turned">'
        "<span>现状合计</span></th></tr>{lines}"
        '<tr><th>规划合计</th>{sums}<th class="number">{all}</th></tr></table></div>'
        '<p class="hint">灰底为不变；橙底为变化最大的 {n} 项；点一格，图上只突出这些地块。</p>',
        unit="约，公顷" if schematic else "公顷",
        head=head,
        lines=lines,
        sums=sums,
        all=NO_OWN_AREA if schematic else hectares(table.to_numpy().sum()),
        n=len(marked),
    )


def years(table: pd.DataFrame, *, schematic: bool, focus: str = "") -> Markup:
    """Base years side by side, with the difference between the last and the first.

    Parameters
    ----------
    table : DataFrame
        From `geodata.landuse_tables.beside`.
    """
    head = joined(html('<th class="number">{name}</th>', name=name) for name in table.columns if name != DIFFERENCE)
    lines = joined(_of_years(str(code), row, focus) for code, row in table.iterrows())
    return html(
        '<div class="wide"><table class="classes"><tr><th>用地类别（{unit}）</th>{head}'
        '<th class="number">{less}</th></tr>{lines}{total}</table></div>',
        unit="约，公顷" if schematic else "公顷",
        head=head,
        less=less(table),
        lines=lines,
        total="" if schematic else _of_years("", table.sum(), focus, total=True),
    )


def less(table: pd.DataFrame) -> str:
    """What the difference of base years is called.

    Examples
    --------
    >>> less(pd.DataFrame(columns=["现状 2020", "现状 2023", DIFFERENCE]))
    '现状 2023－现状 2020'
    >>> less(pd.DataFrame(columns=["现状（未填基准年）", "规划", DIFFERENCE]))
    '规划－现状'
    """
    years = [str(name).partition("（")[0] for name in table.columns if name != DIFFERENCE]
    return f"{years[-1]}－{years[0]}"


def step_name(number: int) -> str:
    """Name a class of 容积率, 建筑密度 or 绿地率 among the styles of coverages; -1 is no figure."""
    return f"step{number + 1}"


def spread(of: Mapping[str, pd.DataFrame], styles: Mapping[str, Style], *, focus: str = "") -> Markup:
    """How the plots of a unit are spread over classes of 容积率, 建筑密度, 绿地率, in the colours of the map.

    A press shows those of a class.
    """
    return joined(
        html(
            '<h3>{label}分布<small>{known} 个地块有数据</small></h3><div class="histogram">{bars}</div>',
            label=RATES[rate],
            known=f"{int(rows['plots'].sum()):,}",
            bars=joined(_bars(rate, rows, styles, focus)),
        )
        for rate, rows in of.items()
    )


def intensity(rows: pd.DataFrame, names: Mapping[str, str]) -> Markup:
    """容积率, 建筑密度, 绿地率 of units, with the share of land they are known of, and ranges of schematic outlines."""
    lines = joined(
        html("<tr><td>{name}</td>{cells}</tr>", name=names[str(key)], cells=joined(_rate(row, rate) for rate in RATES))
        for key, row in rows.iterrows()
    )
    head = joined(html("<th>{label}</th>", label=label) for label in RATES.values())
    note = "按地块面积加权平均；括号内为有该项数据的用地比例。"
    return html(
        '<h3>各统计单元的平均值</h3><table><tr><th>统计单元</th>{head}</tr>{lines}</table><p class="hint">{note}</p>',
        head=head,
        lines=lines,
        note=note,
    )


def _present(code: str, row: "pd.Series[float]", marked: list[tuple[str, str]], focus: str) -> Markup:
    cells = joined(_cell((code, str(new)), m2, focus, largest=(code, str(new)) in marked) for new, m2 in row.items())
    return html(
        '<tr><th title="{full}">{swatch}{name}</th>{cells}<th class="number">{sum}</th></tr>',
        full=name_of(code),
        swatch=swatch(code),
        name=_short(code),
        cells=cells,
        sum=hectares(row.sum()),
    )


def _cell(pair: tuple[str, str], m2: float, focus: str, *, largest: bool) -> Markup:
    if m2 < _LITTLE_M2:
        return html('<td class="number none">{text}</td>', text="" if m2 <= 0 else hectares(m2))
    old, new = (code or NO_CODE for code in pair)
    kind = "same" if old == new else "most" if largest else ""
    return html(
        '<td class="number {kind}">{label}</td>', kind=kind, label=pick(f"{old}{CELL}{new}", hectares(m2), focus)
    )


def _of_years(code: str, row: "pd.Series[float]", focus: str, *, total: bool = False) -> Markup:
    cells = joined(html('<td class="number">{area}</td>', area=_held(m2)) for m2 in row.drop(DIFFERENCE))
    label = html("{swatch}{name}", swatch=swatch(code), name=name_of(code))
    return html(
        '<tr><td>{name}</td>{cells}<td class="number">{less}</td></tr>',
        name="合计" if total else pick(code or NO_CODE, label, focus),
        cells=cells,
        less=signed(apart(*(row.drop(DIFFERENCE).iloc[[0, -1]] / 10_000), digits=1), 1),
    )


def _held(m2: float) -> str:
    return "—" if m2 <= 0 else hectares(m2)


def _bars(rate: str, rows: pd.DataFrame, styles: Mapping[str, Style], focus: str) -> Iterable[Markup]:
    most, whole = max(rows["plots"].max(), 1), rows["area_m2"].sum()
    for number, (label, (plots, m2)) in enumerate(
        zip(step_labels(rate), rows[["plots", "area_m2"]].itertuples(index=False), strict=True)
    ):
        style = coverage(styles, step_name(number))
        yield html(
            '<button data-act="focus" data-id="{key}" aria-pressed="{pressed}" title="{title}"><b>{plots}</b>'
            '<i style="height:{height}px;background:{fill};border-color:{edge}"></i><span>{label}</span></button>',
            key=f"{rate}{STEP}{number}",
            pressed="true" if focus == f"{rate}{STEP}{number}" else "false",
            title=f"{hectares(m2)} 公顷，占有数据用地的 {percent(m2 / whole if whole else 0.0, schematic=False)}",
            plots=f"{int(plots):,}",
            height=round(56 * plots / most),
            fill=style.fill or style.color,
            edge=style.color,
            label=label,
        )


def _rate(row: "pd.Series[float]", rate: str) -> Markup:
    if pd.isna(row[rate]):
        return html('<td class="number">无数据</td>')
    value, low, high = (_FORMS[rate].format(row[key]) for key in (rate, f"{rate}_low", f"{rate}_high"))
    vague = pd.notna(row[f"{rate}_low"])
    return html(
        '<td class="number" title="{spread}">{value}（{known}）</td>',
        spread=f"{low}–{high}" if vague else "",
        value=about(value, schematic=vague),
        known=f"{row[f'{rate}_known']:.0%}",
    )


def _short(code: str) -> str:
    """A class by its name alone, as short as it stays clear.

    Examples
    --------
    >>> _short("0901"), _short("07"), _short("")
    ('商业', '居住', '未填写')
    """
    return name_of(code).removeprefix(f"{code} ").removesuffix("用地") or name_of(code)
