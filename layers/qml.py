"""What the map looks like, written as QGIS keeps a style: the same signs in the same order."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from geodata.writing.notes import clean
from layers.style import Style
from layers.text import html, joined

_MM_PER_PIXEL = 25.4 / 96
_DOT_PX = 9.0
"""Across: the map's circles have a radius of 4.5."""
_CHANNELS = (1, 3, 5)
_GEOMETRY = {"Point": 0, "LineString": 1, "Polygon": 2}
_SYMBOLS = {"Point": "marker", "LineString": "line", "Polygon": "fill"}
_LAYERS = {"Point": "SimpleMarker", "LineString": "SimpleLine", "Polygon": "SimpleFill"}


class Category(NamedTuple):
    """One line of a legend.

    Attributes
    ----------
    values : tuple of str
        Values of the field it stands for; none = all that no other stands for.
    """

    label: str
    style: Style
    values: tuple[str, ...]


def qml(categories: Sequence[Category], shape: str, field: str) -> str:
    """Write a style for a layer.

    Parameters
    ----------
    categories : sequence of Category
        The first is used for everything where there is no field.
    shape : str
        Polygon, LineString or Point.
    field : str
        Name of the field in the file that tells the categories apart; "" = one sign for all.
    """
    shown = categories if field else categories[:1]
    renderer = html(
        '<renderer-v2 type="{kind}" attr="{field}" symbollevels="0" enableorderby="0" forceraster="0">{inner}'
        "<symbols>{symbols}</symbols></renderer-v2>",
        kind="categorizedSymbol" if field else "singleSymbol",
        field=field,
        inner=_categories(shown) if field else "",
        symbols=joined(_symbol(number, one.style, shape) for number, one in enumerate(shown)),
    )
    return str(
        html(
            '<qgis version="3.22.0" styleCategories="Symbology">{renderer}<blendMode>0</blendMode>'
            "<featureBlendMode>0</featureBlendMode><layerGeometryType>{geometry}</layerGeometryType></qgis>",
            renderer=renderer,
            geometry=_GEOMETRY[shape],
        )
    )


def _categories(shown: Sequence[Category]) -> Markup:
    lines = joined(_category(number, one) for number, one in enumerate(shown))
    return html("<categories>{lines}</categories>", lines=lines)


def _category(number: int, one: Category) -> Markup:
    told = {"number": number, "label": clean(one.label)}
    if len(one.values) > 1:
        template = '<category symbol="{number}" label="{label}" render="true" type="List">{values}</category>'
        return html(
            template,
            values=joined(html('<val value="{v}" type="string"/>', v=clean(v)) for v in one.values),
            **told,
        )
    template = '<category symbol="{number}" value="{value}" label="{label}" render="true" type="string"/>'
    return html(template, value=clean(one.values[0]) if one.values else "", **told)


def _symbol(number: int, style: Style, shape: str) -> Markup:
    template = (
        '<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">'
        '<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{options}</Option>{props}</layer>'
        "</symbol>"
    )
    told = _TOLD[shape](style)
    return html(
        template,
        kind=_SYMBOLS[shape],
        number=number,
        layer=_LAYERS[shape],
        options=joined(html('<Option name="{k}" value="{v}" type="QString"/>', k=k, v=v) for k, v in told.items()),
        props=joined(html('<prop k="{k}" v="{v}"/>', k=k, v=v) for k, v in told.items()),
    )


def _fill(style: Style) -> dict[str, str]:
    return {
        "color": _colour(style.fill or style.color, style.fill_opacity),
        "style": "solid",
        "outline_style": "solid",
        **_outline(style),
    }


def _line(style: Style) -> dict[str, str]:
    width = {"line_width": _millimetres(style.weight), "line_width_unit": "MM"}
    return {
        "line_color": _colour(style.color),
        "line_style": "solid",
        "capstyle": "round",
        "joinstyle": "round",
    } | width


def _marker(style: Style) -> dict[str, str]:
    size = {"name": "circle", "size": _millimetres(_DOT_PX), "size_unit": "MM"}
    return {"color": _colour(style.fill or style.color, style.fill_opacity), **_outline(style), **size}


_TOLD = {"Polygon": _fill, "LineString": _line, "Point": _marker}


def _outline(style: Style) -> dict[str, str]:
    width = {"outline_width": _millimetres(style.weight), "outline_width_unit": "MM"}
    return {"outline_color": _colour(style.color), **width}


def _colour(colour: str, opacity: float = 1) -> str:
    """Red, green, blue, opacity, each 0 to 255, as QGIS writes them."""
    channels = (int(colour[at : at + 2], 16) for at in _CHANNELS)
    return ",".join(map(str, (*channels, round(opacity * 255))))


def _millimetres(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.3f}".rstrip("0").rstrip(".")
