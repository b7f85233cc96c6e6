"""What is known of a version of a dataset, and of one thing in it, as HTML for the panel."""

from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.access import AUDIENCES
from geodata.drawn import Summary
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES
from geodata.versions import Version
from layers import datasets
from layers.text import area, distance, html, joined


def about(summary: Summary, version: Version) -> Markup:
    """Write where a version comes from and what is drawn of it."""
    pairs = (
        ("类别", DATASETS[version.kind].label),
        ("来源", version.source),
        ("数据日期", version.source_date),
        ("基准年", version.base_year),
        ("分类标准", SCHEMES[version.scheme].label if version.scheme else None),
        ("使用范围", AUDIENCES[version.audience]),
        ("许可", version.licence),
        ("导入", f"{version.person}，{version.created_at:%Y-%m-%d}"),
        ("图上", _drawn(summary)),
    )
    note = html('<p class="note">{text}</p>', text=datasets.SYNTHETIC) if version.synthetic else Markup("")
    return html("<h2>{name}</h2>{note}{facts}", name=version.label, note=note, facts=_facts(pairs))


def card(summary: Summary, version: Version, row: gpd.GeoDataFrame | None) -> Markup:
    """Write what the map knows of one thing: a drawn table of one row, or None for nothing."""
    if row is None or not len(row):
        return Markup("")
    thing = row.iloc[0]
    column = summary.column and DATASETS[version.kind].column(summary.column).label
    pairs = (
        ("编号", thing["id"]),
        (column, datasets.label_of(thing["class"], summary, version) if column else None),
        ("图形", _size(row)),
    )
    return html(
        '<p class="kicker"><span>{kind}</span><button class="close" data-act="close">关闭</button></p>'
        "<h2>{name}</h2>{facts}",
        kind=DATASETS[version.kind].label,
        name=thing["name"] or thing["id"],
        facts=_facts(pairs),
    )


def _facts(pairs: tuple[tuple[str, Any], ...]) -> Markup:
    told = ((label, value) for label, value in pairs if value is not None and not pd.isna(value) and value != "")
    rows = joined(html("<dt>{label}</dt><dd>{value}</dd>", label=label, value=value) for label, value in told)
    return html("<dl>{rows}</dl>", rows=rows)


def _drawn(summary: Summary) -> str:
    without = f"，另有 {summary.unplaced:,} 个没有图形" if summary.unplaced else ""
    return f"{summary.features:,} 个要素{without}"


def _size(row: gpd.GeoDataFrame) -> str:
    shape = row.geometry.iloc[0]
    if shape.area:
        return area(crs.ellipsoidal_area(shape))
    return distance(round(crs.geodesic_length(shape))) if shape.length else "点"
