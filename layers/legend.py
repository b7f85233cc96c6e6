"""The legend, made from the same styles as the map."""

from collections.abc import Collection, Iterable, Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from markupsafe import Markup

from geodata.items import ROLES
from layers import plan
from layers.style import PLAIN, Style
from layers.text import html, joined

_SHAPES = ("Point", "LineString", "Polygon")
"""What is drawn, by dimension."""
_SUFFIXES = {"LineString": "（线路）", "Point": "（点位）"}
_ROADS = "main_road"
_BASE_ROWS = (("subdistrict", "街道界线"), (_ROADS, "主要道路"), ("metro", "地铁"), ("tram", "有轨电车"))
_SAID_BELOW = "subdistrict"
"""Its row stands with the base map's, which draws all of them."""
_FAINT = ("core", "city", "cluster")
"""Units that stand in the legend for all that are drawn faintly."""
_EDGE = PLAIN.model_copy(update={"fill_opacity": 0})
"""An edge without a fill: of whatever has it."""


def legend(
    drawn: gpd.GeoDataFrame,
    styles: Mapping[str, Style],
    theme: str,
    *,
    only: Collection[str] | None = None,
    online: bool = False,
) -> Markup:
    """Legend of what is shown: a row per style drawn fully, then how accuracy looks, then the base map.

    Parameters
    ----------
    drawn : GeoDataFrame
        `layers.plan.table(land)`.
    styles : mapping of str to Style
    theme : str
    only : collection of str, optional
        Ids shown instead of the theme's.
    online : bool
        Whether an online base map stands in place of our roads.
    """
    zooming = theme == "layout" and only is None
    kinds = _kinds(drawn, plan.in_theme(drawn, theme) if only is None else drawn.index.isin(list(only)))
    rows = [
        row(
            swatch(styles[role], shape, dash=kinds[role, shape][0]),
            _named(role, shape, kinds),
            detail=kinds[role, shape][1] and zooming,
        )
        for role in ROLES
        for shape in reversed(_SHAPES)
        if (role, shape) in kinds and role != _SAID_BELOW
    ]
    if theme != "layout" or only is not None:
        rows += [row(_faint(styles), "布局单元（淡显）"), row(_faint_zone(styles["zone"]), "全区（淡显）")]
    rows += [row(swatch(_EDGE, "Polygon", dash=False), f"官方边界：{source}") for source in _sources(drawn)]
    rows.append(row(swatch(_EDGE, "Polygon"), "位置示意（虚线）"))
    if any(shape == "Point" for _, shape in kinds):
        rows.append(row(_accuracy(), "位置示意点与精度范围"))
    return joined((*rows, base_rows(styles, online=online)))


def base_rows(styles: Mapping[str, Style], *, online: bool) -> Markup:
    """Rows of the base map."""
    own = [(styles[role], label) for role, label in _BASE_ROWS if not (online and role == _ROADS)]
    lines = [row(swatch(style, "LineString", dash=bool(style.dash)), label) for style, label in own]
    return joined((*lines, row(html(_STATION, color=styles["station"].color), "轨道站点")))


def _sources(drawn: gpd.GeoDataFrame) -> list[str]:
    """Dataset versions that official outlines of what is drawn come from, each once."""
    return sorted(set(drawn["source"]) - {""})


def _kinds(drawn: gpd.GeoDataFrame, strong: npt.ArrayLike) -> dict[tuple[str, str], tuple[bool, bool]]:
    """Style and shape of what is drawn fully -> whether at least half of it is schematic, and whether all are details.

    On plain arrays: the list and its map wait for it at every run.
    """
    there = np.asarray(strong, bool)
    number, styles = pd.factorize(drawn["style"].to_numpy()[there])
    kind = number * len(_SHAPES) + shapely.get_dimensions(drawn.geometry.to_numpy()[there])
    rows, schematic, details = (
        np.bincount(kind, weights)
        for weights in (None, *(drawn[name].to_numpy(float)[there] for name in ("schematic", "detail")))
    )
    return {
        (str(styles[key // len(_SHAPES)]), _SHAPES[key % len(_SHAPES)]): (
            bool(schematic[key] >= rows[key] / 2),
            bool(details[key] == rows[key]),
        )
        for key in np.flatnonzero(rows)
    }


def swatch(style: Style, shape: str, *, dash: bool = True) -> Markup:
    """A sign of 26 x 16 pixels as the map would draw it."""
    values = {
        "color": style.color,
        "fill": style.fill or style.color,
        "opacity": style.fill_opacity,
        "weight": min(style.weight, 1.8 if shape == "Polygon" else 4),
        "dash": (style.dash or ("2 1.5" if shape == "Point" else "5 3")) if dash else "none",
        "glyph": style.glyph,
    }
    return html(_SWATCHES[shape], **values)


_SWATCHES = {
    "Polygon": '<svg width="26" height="16"><rect x="2" y="2" width="22" height="12" rx="3" fill="{fill}" '
    'fill-opacity="{opacity}" stroke="{color}" stroke-width="{weight}" stroke-dasharray="{dash}"/></svg>',
    "LineString": '<svg width="26" height="16"><path d="M2 8H24" stroke="{color}" stroke-width="{weight}" '
    'stroke-dasharray="{dash}" fill="none"/></svg>',
    "Point": '<svg width="26" height="16"><circle cx="13" cy="8" r="7.2" fill="#fff" stroke="{color}" '
    'stroke-width="1.2" stroke-dasharray="{dash}"/><text x="13" y="11.5" font-size="10" text-anchor="middle" '
    'fill="{color}">{glyph}</text></svg>',
}
_STATION = (
    '<svg width="26" height="16"><circle cx="13" cy="8" r="2.5" fill="#fff" stroke="{color}" stroke-width="1"/></svg>'
)
_UNIT = (
    '<rect x="{x}" y="3" width="7" height="10" rx="2" fill="{color}" fill-opacity="0.07" stroke="{color}" '
    'stroke-width="1.2" stroke-opacity="0.55" stroke-dasharray="3 2"/>'
)
_ZONE = (
    '<svg width="26" height="16"><path d="M2 8H24" stroke="{color}" stroke-width="1.2" stroke-opacity="0.55" '
    'stroke-dasharray="{dash}" fill="none"/></svg>'
)


def _faint(styles: Mapping[str, Style]) -> Markup:
    """Small units, each in its own colour, as faint as the map draws them."""
    units = joined(html(_UNIT, x=1 + 8 * place, color=styles[role].color) for place, role in enumerate(_FAINT))
    return html('<svg width="26" height="16">{units}</svg>', units=units)


def _faint_zone(style: Style) -> Markup:
    return html(_ZONE, color=style.color, dash=style.dash or "none")


def _named(role: str, shape: str, kinds: Iterable[tuple[str, str]]) -> str:
    """Name a row; where a role is drawn in several shapes, say which."""
    alone = sum(other == role for other, _ in kinds) == 1
    suffix = "" if alone or shape == "Polygon" else "（轴线）" if role == "corridor" else _SUFFIXES[shape]
    return f"{ROLES[role]}{suffix}"


def _accuracy() -> Markup:
    return html(
        '<svg width="26" height="16"><circle cx="13" cy="8" r="7.5" fill="{color}" fill-opacity="0.08" stroke="{color}"'
        ' stroke-opacity="0.4"/><circle cx="13" cy="8" r="3.5" fill="#fff" stroke="{color}" stroke-dasharray="2 1.5"/>'
        "</svg>",
        color=PLAIN.color,
    )


def row(sign: Markup, label: str, *, detail: bool = False) -> Markup:
    """One row: a sign and what it means."""
    template = '<div class="legend-row{detail}">{sign}<span>{label}</span></div>'
    return html(template, detail=" detail" if detail else "", sign=sign, label=label)
