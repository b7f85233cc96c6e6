"""Proposals as HTML and on the map: the new parks, what they gain, several beside the land as it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
from markupsafe import Markup

from geodata import crs
from geodata.indicators import Indicator
from geodata.measures.inputs import By
from geodata.parks import HOW, Park
from geodata.vocabulary import GREEN_CLASSES
from layers import measures
from layers.differences import apart, signed
from layers.text import box_of, html, joined

_NOTHING = 1e-6
_SAME, _NONE = "不变", "—"


@dataclass(frozen=True)
class Gain:
    """A figure without and with the parks.

    Attributes
    ----------
    unit : str
        Name of the reporting unit.
    before, after : Series
        `part`, `whole`, `value`, `low`, `high`.
    """

    indicator: Indicator
    unit: str
    before: "pd.Series[float]"
    after: "pd.Series[float]"
    by: By = "land"


def on_map(parks: Sequence[Park]) -> dict[str, Any]:
    """Give parks as the browser draws them: GeoJSON in degrees."""
    shapes = gpd.GeoSeries([park.shape for park in parks], crs=crs.METRIC).to_crs(crs.FILE)
    features = [
        {"type": "Feature", "properties": {"name": park.name}, "geometry": shape.__geo_interface__}
        for park, shape in zip(parks, shapes, strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def table(parks: Sequence[Park]) -> gpd.GeoDataFrame:
    """Parks as rows, EPSG:4549."""
    told = {"name": [park.name for park in parks], "key": [park.id for park in parks]}
    return gpd.GeoDataFrame(told, geometry=[park.shape for park in parks], crs=crs.METRIC)


def listed(parks: Sequence[Park]) -> Markup:
    """The parks, each to be brought into sight or taken away."""
    boxes = crs.degrees(table(parks)).bounds
    rows = joined(
        html(
            '<div class="pair"><button class="row" data-act="box" data-id="{box}"><span class="name">{name}</span>'
            '<span class="tag">{said}</span></button><button class="drop" data-act="drop" data-id="{key}" '
            'aria-label="移去{name}">移去</button></div>',
            box=box_of(boxes.loc[place]),
            name=park.name,
            said=said(park),
            key=park.id,
        )
        for place, park in enumerate(parks)
    )
    return html('<div class="parks">{rows}</div>', rows=rows)


def said(park: Park) -> str:
    """What a park is, in a few words.

    Examples
    --------
    >>> from geodata.parks import circle
    >>> from shapely import Point
    >>> said(Park("1", "甲", "point", "G14", public=False, shape=circle(Point(0, 0), 3000)))
    '点位 · 游园 · 3,000 平方米 · 不对公众开放'
    """
    parts = [HOW[park.how], GREEN_CLASSES[park.green_class], f"{park.shape.area:,.0f} 平方米"]
    return " · ".join([*parts, *([] if park.public else ["不对公众开放"])])


def gained(gains: Iterable[Gain]) -> Markup:
    """Figures without and with the parks, side by side."""
    rows = joined(
        html(
            '<tr><td>{indicator}</td><td>{unit}</td><td class="number">{before}</td><td class="number">{after}</td>'
            '<td class="number">{change}</td></tr>',
            indicator=gain.indicator.name,
            unit=gain.unit,
            before=measures.value(gain.indicator, gain.before),
            after=measures.value(gain.indicator, gain.after),
            change=change(gain),
        )
        for gain in gains
    )
    head = html("<tr><th>指标</th><th>单元</th><th>现状</th><th>方案</th><th>增减</th></tr>")
    return html('<table class="gains"><thead>{head}</thead><tbody>{rows}</tbody></table>', head=head, rows=rows)


def change(gain: Gain) -> str:
    """What the parks change: what is reached and its share, and what there is to reach; per person, the figure itself.

    Land turned into a park is lived on no more: what is reached can grow less while the share does not.
    """
    about = pd.notna(gain.before["low"])
    told = _of_figure(gain, about=about) if gain.indicator.unit != measures.SHARE else _of_share(gain, about=about)
    return f"约 {told}" if about and told not in (_SAME, _NONE) else told


def _of_figure(gain: Gain, *, about: bool) -> str:
    if pd.isna(gain.after["value"] - gain.before["value"]):
        return _NONE
    digits = 1 if about else 2
    more = apart(gain.before["value"], gain.after["value"], digits=digits)
    return f"{signed(more, digits)} {gain.indicator.unit}" if more else _SAME


def _of_share(gain: Gain, *, about: bool) -> str:
    part, whole = (float(gain.after[name] - gain.before[name]) for name in ("part", "whole"))
    if max(abs(part), abs(whole)) < _NOTHING:
        return _SAME
    by: By = gain.by if gain.indicator.sources.bands else "land"
    told = [] if gain.indicator.how == "length" else [_more(part, by)]
    shares = 100 * gain.before["value"], 100 * gain.after["value"]
    if not pd.isna(sum(shares)):
        digits = 0 if about else 1
        told.append(_points(*shares, digits=digits))
    lost = f"（{measures.BASES[by]} {_more(whole, by)}）" if whole < -_NOTHING and gain.indicator.sources.bands else ""
    return f"{'，'.join(told)}{lost}"


def _points(before: float, after: float, *, digits: int) -> str:
    """How far two shares lie apart, as they are shown; what is little is not nothing.

    Examples
    --------
    >>> _points(82.5, 82.9, digits=0), _points(31.05, 31.4, digits=0), _points(50.0, 50.0, digits=1)
    ('+1 个百分点', '不足 1 个百分点', '0 个百分点')
    """
    more = apart(before, after, digits=digits)
    little = not more and abs(after - before) > _NOTHING
    return f"不足 {10**-digits:g} 个百分点" if little else f"{signed(more, digits)} 个百分点"


def _more(number: float, by: By) -> str:
    """How much more, or less, of what is counted."""
    sign = "" if abs(number) < _NOTHING else "+" if number > 0 else "−"
    return f"{sign}{measures.amount(abs(number), by)}"


def compared(names: Sequence[str], figures: Sequence[tuple[Indicator, Sequence["pd.Series[float] | None"]]]) -> Markup:
    """One chart of bars: a group per indicator, in it the land as it is and each proposal.

    Parameters
    ----------
    names : sequence of str
        Of what stands side by side, the land as it is first.
    figures : sequence of (Indicator, sequence of Series)
        One figure for each name; None where there is none.
    """
    groups = joined(
        html("<h4>{name}</h4>{bars}", name=indicator.name, bars=joined(_bars(indicator, names, found)))
        for indicator, found in figures
    )
    return html('<div class="compared">{groups}</div>', groups=groups)


def _bars(indicator: Indicator, names: Sequence[str], found: Sequence["pd.Series[float] | None"]) -> Iterable[Markup]:
    first, values = found[0], [float("nan") if row is None else row["value"] for row in found]
    most = measures.most(indicator, pd.Series(values, dtype=float))
    for name, row in zip(names, found, strict=True):
        if row is None or first is None or pd.isna(row["value"]):
            yield html('<div class="bar"><span>{name}</span><i></i><b>无数据</b></div>', name=name)
            continue
        yield html(
            '<div class="bar"><span>{name}</span><i style="{bar}"></i><b>{value}</b><em>{more}</em></div>',
            name=name,
            bar=measures.bar(row["value"] / most, (indicator.target or 0.0) / most),
            value=measures.value(indicator, row),
            more="" if row is first else change(Gain(indicator, "", first, row)),
        )
