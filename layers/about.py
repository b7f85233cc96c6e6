"""数据说明 as HTML: provenance of every layer, what is missing, where the text is garbled."""

from datetime import date

import pandas as pd
from markupsafe import Markup

from geodata.items import KINDS, SCHEMATIC, STAGES
from geodata.land import Land
from geodata.outlines import labels
from geodata.provenance import PLAN_LAYERS, PLAN_TABLES
from layers.text import distance, html, joined, place_note

GARBLED = "所用文本此处疑有转录缺误，以正式文件为准"
SOURCES = ("图层", "来源", "日期", "许可", "定位依据", "精度", "要素数", "缺什么")
DEFECTS = (("where", "出处"), ("what", "疑误与本看板的处理"), ("items", "涉及事项"))
"""Columns of both tables."""
_KIND_OF = dict(zip((*PLAN_LAYERS, *PLAN_TABLES), KINDS, strict=True))
_SYSTEMS = "数据以 CGCS2000 经纬度保存，按 EPSG:4549（3 度带，中央经线东经 120°）计算。示意图形自身的面积不公布。"


def sheet(land: Land, problems: Markup, *, today: date) -> Markup:
    """Write the page as of a day, with the problems found in the files (ready HTML) on top."""
    return joined(
        (
            html('<div class="sheet"><h1>数据说明</h1><p class="lead">图上每一项从哪里来、有多准、还缺什么。</p>'),
            problems,
            _reading(land, today),
            _official(land),
            html("<h2>图层</h2>"),
            _sources(land),
            html("<h2>规划用语的七个层次</h2><p>{text}</p>", text=" ＞ ".join(STAGES.values())),
            html("<h2>文本疑误</h2>"),
            _defects(land.defects),
            Markup("</div>"),
        )
    )


def _reading(land: Land, today: date) -> Markup:
    told = (
        ("规划期", _period(land, today)),
        ("位置示意", _schematic(land)),
        ("坐标", _SYSTEMS),
        ("街道", _subdistricts(land)),
    )
    rows = joined(html("<li><b>{term}</b>　{text}</li>", term=term, text=text) for term, text in told)
    return html("<ul>{rows}</ul>", rows=rows)


def _period(land: Land, today: date) -> str:
    """Say which years the plan is for, and whether they are over."""
    first, _, last = land.period.partition("-")
    wording = f"图上与卡片中的“规划表述（{land.year}）”是规划当年的用语，不代表实际进展。"
    if not (first.isdigit() and last.isdigit()):
        return f"规划期为 {land.period or '未填写'}；{wording}"
    ending = f"已于 {last} 年届满" if today.year > int(last) else f"至 {last} 年届满"
    return f"规划期为 {first}—{last} 年，{'尚未开始' if today.year < int(first) else ending}；{wording}"


def _schematic(land: Land) -> str:
    """Say how many places of the plan are schematic, and how that looks."""
    placed, vague = len(land.placed), int((land.placed["basis"] == SCHEMATIC).sum())
    many = f"已定位的 {placed} 项中 {vague} 项" if vague < placed else f"已定位的 {placed} 项都"
    lead = f"{many}为{SCHEMATIC}（规划没有公布界线）。" if vague else ""
    return f"{lead}虚线、柔化边角表示位置示意，点外的浅色圆表示定位精度；没有给出位置的事项只列表、不绘图。"


def _subdistricts(land: Land) -> str:
    """Say which subdistricts figures are given for, and how well their borders are known."""
    rows = land.base["subdistricts"]
    vague = rows["name"][rows["basis"] == SCHEMATIC]
    borders = (
        "，界线为示意" if len(vague) == len(rows) else f"，其中{'、'.join(vague)}的界线为示意" if len(vague) else ""
    )
    return f"统计单元为{'、'.join(rows['name'])} {len(rows)} 个街道{borders}。" if len(rows) else "没有街道界线。"


def _official(land: Land) -> Markup:
    """Units whose shape is an official outline, and where that comes from."""
    names = labels(land)
    rows = joined(
        html(
            "<tr><td>{unit}</td><td>{source}</td><td>{basis}</td></tr>",
            unit=names[key],
            source=one.source,
            basis=place_note(one.basis, one.accuracy_m),
        )
        for key, one in land.outlines.items()
    )
    if not rows:
        return rows
    head = Markup("<th>单元</th><th>界线来源</th><th>定位依据与精度</th>")
    return html(
        "<h2>官方边界</h2><p>下列单元的图形已改用官方边界，规划出处与内容不变；其余仍为位置示意。</p>"
        '<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>',
        head=head,
        rows=rows,
    )


def _sources(land: Land) -> Markup:
    rows = joined(_source(land, key) for key in land.sources)
    head = joined(html("<th>{name}</th>", name=name) for name in SOURCES)
    return html(
        '<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>',
        head=head,
        rows=rows,
    )


def _source(land: Land, key: str) -> Markup:
    classes = dict.fromkeys(SOURCES, "") | {"日期": "short", "精度": "short", "要素数": "number"}
    told = zip(classes.values(), cells(land, key), strict=True)
    written = joined(html('<td class="{name}">{text}</td>', name=name, text=text) for name, text in told)
    return html("<tr>{cells}</tr>", cells=written)


def cells(land: Land, key: str) -> tuple[str, ...]:
    """What is said of a layer: a text for each of SOURCES."""
    source, features = land.sources[key], _features(land, key)
    placed = features[features["basis"].notna()] if "basis" in features else features.iloc[:0]
    count = f"{len(features)}" if len(placed) in (0, len(features)) else f"{len(features)}（定位 {len(placed)}）"
    basis = "、".join(sorted(set(placed["basis"]))) or "无图形"
    told = source.title, source.source, source.date, source.licence, basis, _accuracy(placed), count
    nothing = "该期规划没有这一层的内容" if features.empty and key in _KIND_OF else "—"
    return (*told, source.missing or nothing)


def _features(land: Land, key: str) -> pd.DataFrame:
    if key in _KIND_OF:
        return pd.DataFrame(land.items[land.items["kind"] == _KIND_OF[key]])
    return pd.DataFrame(land.base.get(key, land.items.iloc[:0]))


def _accuracy(placed: pd.DataFrame) -> str:
    told = [float(value) for value in placed.get("accuracy_m", ()) if not pd.isna(value)]
    if not told:
        return "—"
    low, high = distance(min(told)), distance(max(told))
    return low if low == high else f"{low}—{high}"


def _defects(defects: pd.DataFrame) -> Markup:
    rows = joined(
        html(
            '<tr><td class="short">{where}</td><td>{what}</td><td>{items}</td></tr>',
            where=row["where"],
            what=row["what"],
            items="、".join(row["items"]),
        )
        for _, row in defects.iterrows()
    )
    if not rows:
        return Markup("<p>没有登记。</p>")
    head = joined(html("<th>{label}</th>", label=label) for _, label in DEFECTS)
    return html(
        "<p>以下各处：{said}。</p>"
        '<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>',
        said=GARBLED,
        head=head,
        rows=rows,
    )
