"""What the map knows of one thing of a dataset, as HTML for the panel."""

from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.drawn import Summary
from geodata.kinds import DATASETS
from geodata.versions import Version
from layers import datasets
from layers.text import area, distance, html, joined


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


def _size(row: gpd.GeoDataFrame) -> str:
    shape = row.geometry.iloc[0]
    if shape.area:
        return area(crs.ellipsoidal_area(shape))
    return distance(round(crs.geodesic_length(shape))) if shape.length else "点"
