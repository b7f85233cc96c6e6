"""What is held, as HTML: the facts of a version, what is missing, what differs between two versions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from markupsafe import Markup

from geodata.access import AUDIENCES
from geodata.catalogue import Missing
from geodata.compare import Comparison
from geodata.drawn import Summary
from geodata.findings import GROUPS, Finding
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES, codes
from geodata.versions import DEMONSTRATION, Dataset, Version
from layers import arrival
from layers.text import html, joined

_SHOWN = 8
_UNKNOWN = "未填写"
_HA = 10_000


def listing(datasets: Sequence[Dataset], chosen: Version | None) -> Markup:
    """List datasets, a button each: what is in use of it, and whether it is made up."""
    rows = joined(
        _entry(dataset, current=chosen is not None and dataset.id == chosen.dataset_id) for dataset in datasets
    )
    template = '<h3>数据集<small>{n} 个</small></h3><div class="scrolled">{rows}</div>'
    return html(template, n=len(datasets), rows=rows)


def facts(version: Version, findings: Sequence[Finding], summary: Summary | None = None) -> Markup:
    """Write where a version comes from, what is drawn of it, and what the check said of it."""
    chips = [DATASETS[version.kind].label, f"第 {version.number} 版", AUDIENCES[version.audience]]
    return html(
        '<div class="panel"><h2>{name}</h2><div class="chips">{chips}</div>{made_up}<dl>{rows}</dl></div>',
        name=version.name,
        chips=joined(html("<span>{text}</span>", text=text) for text in chips),
        made_up=demonstration() if version.synthetic else "",
        rows=joined(
            html("<dt>{label}</dt><dd>{text}</dd>", label=label, text=text)
            for label, text in (*_rows(version), *_drawn(summary))
        )
        + _checked(findings),
    )


def demonstration() -> Markup:
    """Say that what is shown is made up."""
    return html('<p class="note demo">{text}</p>', text=DEMONSTRATION)


def missing(kinds: Iterable[Missing]) -> Markup:
    """List the kinds of which there is nothing, and what is off without them."""
    rows = [
        html("<tr><td>{label}</td><td>{off}</td></tr>", label=kind.label, off="、".join(kind.needed_for) or "—")
        for kind in kinds
    ]
    head = html("<tr><th>尚缺的数据</th><th>因此暂不可用</th></tr>")
    return html('<div class="panel"><table>{head}{rows}</table></div>', head=head, rows=joined(rows))


def comparison(found: Comparison, versions: tuple[Version, Version]) -> Markup:
    """Write what differs between two versions: rows, values, shapes, areas by class."""
    old, new = versions
    figures = joined(
        html("<div><b>{count}</b><span>{label}</span></div>", count=f"{count:,}", label=label)
        for label, count in (
            ("新增", len(found.added)),
            ("减少", len(found.removed)),
            ("有变化", len(found.changed)),
            ("其中图形变化", len(found.shapes)),
        )
    )
    return html(
        '<div class="panel"><h3>{old} → {new}</h3><div class="figures">{figures}</div>{named}{values}{balance}</div>',
        old=_said(old),
        new=_said(new),
        figures=figures,
        named=joined(
            (
                _named("新增", found.added),
                _named("减少", found.removed),
                _columns("新增的字段", found.columns_added, new.kind),
                _columns("减少的字段", found.columns_removed, new.kind),
            )
        ),
        values=_values(found.attributes, new.kind),
        balance=_balance(found.balance, new.scheme),
    )


def differences(found: Comparison, kind: str) -> pd.DataFrame:
    """One row per row that came, went or was drawn otherwise, and per value that changed; no 敏感 values."""
    labels = _labels(kind)
    values = found.attributes[found.attributes["column"].isin(list(labels))]
    shapes = found.shapes
    parts = [
        pd.DataFrame({"编号": found.added, "变化": "新增"}),
        pd.DataFrame({"编号": found.removed, "变化": "减少"}),
        pd.DataFrame(
            {
                "编号": values["id"],
                "变化": "字段",
                "字段": values["column"].map(labels),
                "原值": values["before"].map(_shown),
                "现值": values["after"].map(_shown),
            }
        ),
        pd.DataFrame(
            {
                "编号": shapes.index,
                "变化": "图形",
                "原面积（公顷）": (shapes["area_before_m2"] / _HA).round(4).to_numpy(),
                "现面积（公顷）": (shapes["area_after_m2"] / _HA).round(4).to_numpy(),
                "不重合面积（公顷）": (shapes["difference_m2"] / _HA).round(4).to_numpy(),
                "最大偏移（米）": shapes["moved_m"].round(2).to_numpy(),
            }
        ),
    ]
    columns = list(dict.fromkeys(name for part in parts for name in part.columns))
    return pd.concat([part.astype(object) for part in parts], ignore_index=True).reindex(columns=columns)


def _entry(dataset: Dataset, *, current: bool) -> Markup:
    used = dataset.current
    told = [f"第 {used.number} 版", f"{used.rows:,} 行", AUDIENCES[used.audience]] if used else ["没有在用版本"]
    told += [f"基准年 {used.base_year}"] if used and used.base_year else []
    told += ["演示"] if dataset.synthetic else []
    return html(
        '<button class="row" data-act="dataset" data-id="{key}" aria-current="{current}">'
        '<span class="name">{name}</span><span class="tag">{told}</span></button>',
        key=(used or dataset.versions[-1]).key,
        current="true" if current else "false",
        name=dataset.name,
        told=" · ".join(told),
    )


def _rows(version: Version) -> tuple[tuple[str, str], ...]:
    return (
        ("行数", f"{version.rows:,}"),
        ("来源", version.source),
        ("来源日期", _day(version.source_date)),
        ("基准年", str(version.base_year or _UNKNOWN)),
        *((("分类标准", SCHEMES[version.scheme].label),) if version.scheme else ()),
        ("许可", version.licence or _UNKNOWN),
        ("入库", f"{_day(version.created_at)}　{version.person}"),
        *((("来源文件", files),) if (files := arrival.files(version)) else ()),
        *((("入库前处理", done),) if (done := arrival.treated(version)) else ()),
        *((("清除", f"{_day(version.purged_at)}，内容已销毁"),) if version.purged_at else ()),
    )


def _drawn(summary: Summary | None) -> tuple[tuple[str, str], ...]:
    if summary is None:
        return ()
    without = f"，另有 {summary.unplaced:,} 个没有图形" if summary.unplaced else ""
    return (("图上", f"{summary.features:,} 个要素{without}"),)


def _checked(findings: Sequence[Finding]) -> Markup:
    """How many findings of each group there were, and the first of them in full."""
    if not findings:
        return html("<dt>检查</dt><dd>通过</dd>")
    counts = "，".join(
        f"{label} {count} 项"
        for group, label in GROUPS.items()
        if (count := sum(one.group == group for one in findings))
    )
    lines = joined(html("<p>{text}</p>", text=one.sentence) for one in findings[:_SHOWN])
    return html(
        "<dt>检查</dt><dd><details><summary>{counts}</summary>{lines}</details></dd>", counts=counts, lines=lines
    )


def _named(label: str, ids: pd.Index) -> Markup:
    if not len(ids):
        return html("")
    more = f" 等 {len(ids):,} 行" if len(ids) > _SHOWN else ""
    return html("<p>{label}：{ids}{more}</p>", label=label, ids="、".join(map(str, ids[:_SHOWN])), more=more)


def _columns(label: str, names: Sequence[str], kind: str) -> Markup:
    labels = _labels(kind)
    told = [labels[name] for name in names if name in labels]
    return html("<p>{label}：{names}</p>", label=label, names="、".join(told)) if told else html("")


def _values(values: pd.DataFrame, kind: str) -> Markup:
    """Which columns changed, how often, and one example each."""
    labels = _labels(kind)
    rows = [
        html(
            '<tr><td>{column}</td><td class="number">{count}</td><td>{id}：{before} → {after}</td></tr>',
            column=labels[str(column)],
            count=f"{len(changed):,}",
            id=changed["id"].iloc[0],
            before=_shown(changed["before"].iloc[0]),
            after=_shown(changed["after"].iloc[0]),
        )
        for column, changed in values.groupby("column", sort=False)
        if column in labels
    ]
    head = html("<tr><th>变化的字段</th><th>行数</th><th>例</th></tr>")
    return html("<table>{head}{rows}</table>", head=head, rows=joined(rows)) if rows else html("")


def _labels(kind: str) -> dict[str, str]:
    """What the columns are called whose values may be shown to whoever sees the dataset."""
    return {column.name: column.label for column in DATASETS[kind].columns if not column.sensitive}


def _balance(balance: pd.DataFrame | None, scheme: str | None) -> Markup:
    if balance is None:
        return html("")
    names = codes(scheme)["name"] if scheme else pd.Series(dtype=object)
    rows = [
        html(
            '<tr><td>{name}</td><td class="number">{before}</td><td class="number">{after}</td>'
            '<td class="number">{change}</td></tr>',
            name=_class(code, names),
            **{key: f"{row[f'{key}_m2'] / _HA:,.2f}" for key in ("before", "after")},
            change=f"{row['change_m2'] / _HA:+,.2f}",
        )
        for code, row in balance.iterrows()
    ]
    head = html("<tr><th>用地分类（公顷）</th><th>原来</th><th>现在</th><th>增减</th></tr>")
    return html("<table>{head}{rows}</table>", head=head, rows=joined(rows))


def _class(code: Any, names: pd.Series) -> str:
    return _UNKNOWN if pd.isna(code) else f"{code} {names.get(code, '')}".strip()


def _said(version: Version) -> str:
    year = f"，基准年 {version.base_year}" if version.base_year else ""
    return f"{version.label}（{_day(version.created_at)}{year}）"


def _shown(value: Any) -> str:
    return "空" if pd.isna(value) else str(value)


def _day(moment: date | datetime | None) -> str:
    if moment is None:
        return _UNKNOWN
    return (moment.astimezone() if isinstance(moment, datetime) else moment).strftime("%Y-%m-%d")
