"""The import, as HTML: its steps, what was found in files and by the checks, what repairs and cuts did."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata.checking import CHECKED, Outcome, Report
from geodata.clip import HOW as CUT
from geodata.foreign.model import Layer
from geodata.identity import HOW, Matching
from geodata.intake.model import Checked, Draft, Source
from geodata.kinds import DATASETS
from geodata.repair import Account
from geodata.typed import written
from layers.arrival import SIZES
from layers.text import html, joined

_LISTED = 50
_MOST_IDS = 60
_NAMED = 3
"""So many files are named."""


def stepper(steps: Mapping[str, str], current: str) -> Markup:
    """Write the steps, the present one marked."""
    order = list(steps)
    rows = [
        html(
            '<li class="{how}"{now}><b>{n}</b><span>{label}</span></li>',
            how="done" if order.index(key) < order.index(current) else "",
            now=Markup(' aria-current="step"') if key == current else "",
            n=number,
            label=steps[key],
        )
        for number, key in enumerate(order, start=1)
    ]
    return html('<div class="panel"><h2>导入数据</h2><ol class="steps">{rows}</ol></div>', rows=joined(rows))


def unfinished(files: Sequence[str], step: str, *, since: float, until: float) -> Markup:
    """Say which import waits to be gone on with.

    Parameters
    ----------
    files : sequence of str
    step : str
        Where it is.
    since, until : float
        When somebody was last at it, and how long it is kept, in seconds since 1970.
    """
    named = "、".join(files[:_NAMED]) + (f" 等 {len(files)} 个" if len(files) > _NAMED else "")
    told = f"文件 {named}，" if files else ""
    return html(
        '<div class="panel"><p class="note" role="status">您有一次未完成的导入（{told}到{step}，{since}），'
        "保留到 {until}。</p>"
        '<p class="hint">若它正在另一个窗口中打开，继续后以这里为准；看板重启后不保留。</p></div>',
        told=told,
        step=step,
        since=_clock(since),
        until=_clock(until),
    )


def _clock(moment: float) -> str:
    """The time of day on this computer, with the date where it is another day than today."""
    there, now = (datetime.fromtimestamp(one, UTC).astimezone() for one in (moment, time.time()))
    return f"{there:%H:%M}" if there.date() == now.date() else f"{there.month}月{there.day}日 {there:%H:%M}"


def layers_of(source: Source) -> Markup:
    """List the layers of a file: kinds, rows, fields, declared system; and what should be known of it."""
    rows = joined(_layer(layer) for layer in source.inspection.layers)
    notes = joined(html('<p class="note">{text}</p>', text=note) for note in source.inspection.notes)
    head = html("<tr><th>图层</th><th>图形</th><th>行数</th><th>字段</th></tr>")
    template = '<div class="panel"><h3>{label}<small>{format}</small></h3><table>{head}{rows}</table>{notes}</div>'
    return html(template, label=source.label, format=source.inspection.format, head=head, rows=rows, notes=notes)


def _layer(layer: Layer) -> Markup:
    return html(
        '<tr><td>{name}</td><td>{kinds}</td><td class="number">{rows}</td><td class="fields">{fields}</td></tr>',
        name=layer.name,
        kinds="、".join(layer.kinds) or "无",
        rows=f"{layer.rows:,}",
        fields="、".join(layer.headings) or "无",
    )


def told(sentences: Sequence[str]) -> Markup:
    """Write sentences under each other."""
    return html('<div class="panel">{rows}</div>', rows=joined(html('<p class="hint">{t}</p>', t=t) for t in sentences))


def outcomes(report: Report, chosen: int | None) -> Markup:
    """List what the checks said, group by group; what has places is a button that shows them on the map."""
    numbered = list(enumerate(report.outcomes))
    groups = {key: [one for one in numbered if one[1].group == key] for key in CHECKED}
    return joined(_group(key, rows, chosen) for key, rows in groups.items() if rows or key in ("must", "should"))


def _group(key: str, rows: Sequence[tuple[int, Outcome]], chosen: int | None) -> Markup:
    wanted = key in ("must", "should")
    if not wanted:
        told = html("{label}<small>{n} 项</small>", label=CHECKED[key], n=len(rows))
        plain = joined(html("<p>{number} {said}</p>", number=one.number, said=one.sentence) for _, one in rows)
        return html("<details><summary>{told}</summary>{plain}</details>", told=told, plain=plain)
    listed = joined(_finding(number, one, current=number == chosen) for number, one in rows)
    nothing = html('<p class="hint">没有。</p>')
    template = '<h3 class="{key}">{label}<small>{n} 项</small></h3>{rows}'
    return html(template, key=key, label=CHECKED[key], n=len(rows), rows=listed if rows else nothing)


def _finding(number: int, one: Outcome, *, current: bool) -> Markup:
    return html(
        '<button class="row finding" data-act="finding" data-id="{id}" aria-current="{current}">'
        '<span class="tag">{number}</span><span class="name">{sentence}{rows}</span><span class="tag">{count}</span>'
        "</button>",
        id=number,
        current="true" if current else "false",
        number=one.number,
        sentence=one.sentence,
        rows=_rows(one) if current else "",
        count=f"{one.count:,} 行" if one.count else "整个表",
    )


def _rows(one: Outcome) -> Markup:
    ids = one.finding.ids if one.finding else ()
    if not ids:
        return Markup("")
    more = f" 等 {one.count:,} 行，全部见检查结果表" if one.count > _MOST_IDS else ""
    return html('<small class="ids">涉及：{ids}{more}</small>', ids="、".join(ids[:_MOST_IDS]), more=more)


def accounts(done: Sequence[Account]) -> Markup:
    """Say what the repairs did: rows and areas before and after."""
    if not done:
        return Markup("")
    rows = joined(
        html(
            '<tr><td>{label}</td><td class="number">{n}</td><td class="number">{before} → {after}</td>'
            '<td class="number">{old} → {new}</td></tr>',
            label=one.label,
            n=f"{len(one.rows):,}",
            before=f"{one.rows_before:,}",
            after=f"{one.rows_after:,}",
            old=_hectares(one.area_before_m2),
            new=_hectares(one.area_after_m2),
        )
        for one in done
    )
    head = html("<tr><th>已作修复</th><th>涉及</th><th>总行数</th><th>涉及面积（公顷）</th></tr>")
    return html('<div class="panel"><table>{head}{rows}</table></div>', head=head, rows=rows)


def cuts(cut: gpd.GeoDataFrame | None) -> Markup:
    """List what was cut off beyond the 管辖范围: areas in 公顷, lines in metres, points by number."""
    if cut is None:
        return Markup("")
    if not len(cut):
        return html('<div class="panel"><p class="hint">没有超出管辖范围的部分。</p></div>')
    rows = joined(_cut(row) for _, row in cut.iloc[:_LISTED].iterrows())
    lost = cut.groupby("unit")["lost"].sum()
    total = "、".join(say(lost[unit]) for unit, say in SIZES.items() if unit in lost)
    more = f"，列出前 {_LISTED} 个，全部见检查结果表" if len(cut) > _LISTED else ""
    said = html("<p>裁去管辖范围以外部分：{n} 个图形，共 {lost}{more}。</p>", n=len(cut), lost=total, more=more)
    head = html("<tr><th>编号</th><th>处理</th><th>裁前</th><th>裁后</th><th>裁去</th></tr>")
    template = '<div class="panel"><details><summary>{said}</summary><table>{head}{rows}</table></details></div>'
    return html(template, said=said, head=head, rows=rows)


def _cut(row: pd.Series) -> Markup:
    figures = [SIZES[row["unit"]](row[name]) for name in ("before", "after", "lost")]
    cells = joined(html('<td class="number">{text}</td>', text=text) for text in figures)
    return html("<tr><td>{id}</td><td>{how}</td>{cells}</tr>", id=row["id"], how=CUT[row["how"]], cells=cells)


def matched(matching: Matching | None) -> Markup:
    """Say how the rows go with those of the version before, and list those a person has to look at."""
    if matching is None:
        return Markup("")
    counts = matching.rows["how"].value_counts()
    figures = "，".join(f"{label} {counts[key]:,} 行" for key, label in HOW.items() if key in counts)
    gone = f"；上一版本中有 {len(matching.vanished):,} 行不再出现" if len(matching.vanished) else ""
    listed = matching.to_confirm
    rows = joined(
        html(
            "<tr><td>{id}</td><td>{how}</td><td class='number'>{share}</td></tr>",
            id=row["id"],
            how=HOW[row["how"]],
            share="" if pd.isna(row["agreement"]) else f"{row['agreement']:.0%}",
        )
        for _, row in listed.iloc[:_LISTED].iterrows()
    )
    more = f"，列出前 {_LISTED} 行" if len(listed) > _LISTED else ""
    template = (
        '<div class="panel"><h3>与上一版本对应</h3><p>{figures}{gone}。</p><details><summary>需要核对的 {n} 行{more}'
        "</summary><table><tr><th>编号</th><th>对应方式</th><th>重合</th></tr>{rows}</table></details></div>"
    )
    return html(template, figures=figures or "没有行", gone=gone, n=len(listed), more=more, rows=rows)


def overview(draft: Draft, checked: Checked) -> Markup:
    """Say what would be taken in: rows, areas, files, what is left behind."""
    table, report = checked.table, checked.report
    drawn = int((~(table.geometry.isna() | table.geometry.is_empty)).sum()) if report.shapes is not None else 0
    pairs = (
        ("类别", DATASETS[draft.kind].label),
        ("文件", "、".join(dict.fromkeys(piece.source for piece in draft.pieces))),
        ("行数", f"{len(table):,}，其中 {drawn:,} 行有图形" if drawn else f"{len(table):,}"),
        ("检查", "，".join(f"{label} {len(report.group(key))} 项" for key, label in CHECKED.items())),
        ("未采用的字段", "；".join(f"{label}：{'、'.join(names)}" for label, names in checked.unused.items() if names)),
    )
    rows = joined(html("<dt>{k}</dt><dd>{v}</dd>", k=k, v=v) for k, v in pairs if v)
    return html('<div class="panel"><dl>{rows}</dl></div>', rows=rows)


def preview(checked: Checked, kind: str, *, rows: int = 100) -> pd.DataFrame:
    """Give the first rows as a person reads them: Chinese headings, text."""
    shown = checked.table.iloc[:rows]
    labels = {column.name: column.label for column in DATASETS[kind].columns if column.name in shown.columns}
    return pd.DataFrame({label: _read(shown[name]) for name, label in labels.items()})


def card(checked: Checked, kind: str, position: int) -> Markup:
    """Write all values of one row."""
    shown = checked.table.iloc[[position]]
    pairs = {
        column.label: _read(shown[column.name]).iloc[0]
        for column in DATASETS[kind].columns
        if column.name in shown.columns
    }
    rows = joined(html("<dt>{k}</dt><dd>{v}</dd>", k=k, v=v) for k, v in pairs.items() if v)
    part = checked.parts.iloc[position]
    template = '<div class="panel"><h3>图上选中<small>{part}</small></h3><dl>{rows}</dl></div>'
    return html(template, part=part, rows=rows)


def _read(values: pd.Series) -> pd.Series:
    """Values as a person reads them."""
    return written(values).fillna("").replace({"True": "是", "False": "否"})


def _hectares(m2: float) -> str:
    return f"{m2 / 10_000:,.4f}"
