"""What is held of one thing of a dataset, as HTML for the panel."""

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.access import MASK
from geodata.columns import Column
from geodata.drawn import Summary
from geodata.kinds import DATASETS
from geodata.versions import Version
from geodata.writing.profiles import Naming, headings, spoken
from layers import datasets
from layers.text import area, distance, html, joined

_ABOVE = ("id", "name")
"""Columns that stand above the others."""
_OURS = Naming("ours", None, {})


def card(summary: Summary, version: Version, row: gpd.GeoDataFrame | None, held: pd.DataFrame) -> Markup:
    """Write what is held of one thing.

    Parameters
    ----------
    row : GeoDataFrame or None
        The drawn row; nothing is written where there is none.
    held : DataFrame
        The row as it is held, with the columns that may be shown.
    """
    if row is None or not len(row):
        return Markup("")
    thing = row.iloc[0]
    spec = DATASETS[version.kind]
    drawn = spec.column(summary.column) if summary.column else None
    names = [name for name in spec.names if name in held and name not in (*_ABOVE, summary.column)]
    labels = headings(version.kind, names, _OURS)
    pairs = (
        ("编号", thing["id"]),
        *(((drawn.label, datasets.label_of(thing["class"], summary, version)),) if drawn else ()),
        ("图形", _size(row)),
        *((labels[name], _written(held[name], spec.column(name))) for name in names if len(held)),
    )
    return html(
        '<p class="kicker"><span>{kind}</span><button class="close" data-act="close">关闭</button></p>'
        "<h2>{name}</h2>{facts}",
        kind=DATASETS[version.kind].label,
        name=thing["name"] or thing["id"],
        facts=_facts(pairs),
    )


def _written(values: pd.Series, column: Column) -> str:
    """The one value of a column as people write it; "" where there is none."""
    value = values.iloc[0]
    if pd.isna(value):
        return ""
    if str(value) == MASK:
        return MASK
    if column.kind in ("number", "integer"):
        return f"{value:,.10g}"
    label = (column.values or {}).get(str(value))  # noqa: PD011 - the column of a contract, not of pandas
    return f"{value} {label}" if label and not str(value).islower() else str(spoken(values, column).iloc[0])


def _facts(pairs: tuple[tuple[str, str], ...]) -> Markup:
    told = ((label, value) for label, value in pairs if value)
    rows = joined(html("<dt>{label}</dt><dd>{value}</dd>", label=label, value=value) for label, value in told)
    return html("<dl>{rows}</dl>", rows=rows)


def _size(row: gpd.GeoDataFrame) -> str:
    shape = row.geometry.iloc[0]
    if shape.area:
        return area(crs.ellipsoidal_area(shape))
    return distance(round(crs.geodesic_length(shape))) if shape.length else "点"
