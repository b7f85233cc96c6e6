"""How a dataset is drawn: a style per class, a legend of just those, and what the browser is told."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from geodata import crs, drawn, tiles
from geodata.config import Config
from geodata.drawn import Summary
from geodata.files import replaced
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT, codes, palette
from geodata.store.faults import filing
from geodata.versions import DEMONSTRATION, Version
from layers.legend import row, swatch
from layers.publish import collection
from layers.style import OF_DATASET, PLAIN, Style
from layers.text import html, joined

_CODED = ("landuse", "landuse_planned")
"""Columns of plots with land-use codes; the kinds of these names have them in the column `code`."""
_MISSING, _UNKNOWN = "未填写", "其他"
_GROUPED = {"green": ("G1", "G2", "G3", "EG")}
"""Classes with many below them that look the same; those of other letters are 附属绿地."""
_ATTACHED = "XG"
_FEW = 500
"""So few areas are told from each other, and seen at all, by their edges at any zoom."""
_EDGED_PX = (5.0, 12.0)
"""Side of an area on the screen from which it has an edge, and a full one."""


@dataclass(frozen=True)
class Prepared:
    """What there is to draw a version from.

    Attributes
    ----------
    ready : bool
        Whether that is all; else the tiles are being made, or making them has failed.
    """

    summary: Summary
    ready: bool


@dataclass(frozen=True)
class Sign:
    """How some classes of a dataset are drawn.

    Attributes
    ----------
    key, label : str
        Its name for the browser, and in the legend.
    style : Style
    classes : tuple of str
        Values of the drawn table's column `class`.
    shapes : tuple of str
        Polygon, LineString, Point: what there is of it.
    """

    key: str
    label: str
    style: Style
    classes: tuple[str, ...]
    shapes: tuple[str, ...]


def prepare(version: Version, read: Callable[[], gpd.GeoDataFrame], config: Config) -> Prepared:
    """Write what the browser needs to draw a version, unless it is there; begin to make tiles where it needs them.

    Parameters
    ----------
    version : Version
    read : callable
        Reads its table; called only if need be.
    config : Config

    Raises
    ------
    DatasetError, StoreError
        The table cannot be read, or the files cannot be written.
    """
    base = drawn.base_of(config.data_path, version)
    summary = drawn.read_summary(base) or drawn.write(read(), version.kind, base)
    if summary.features > drawn.MOST_IN_ONE_FILE:
        state = tiles.status(config.data_path, version.audience, base.name).state
        if state not in ("done", "failed", "cancelled"):
            tiles.start(config.data_path, version.audience, base.name)
        return Prepared(summary, state == "done")
    if not (path := base.with_suffix(".geojson")).exists():
        with filing(f"文件夹 {path.parent}"), replaced(path) as draft:
            draft.write_text(collection(drawn.read(base)), "utf-8")
    return Prepared(summary, ready=True)


@lru_cache(maxsize=2)
def rows(base: Path) -> gpd.GeoDataFrame:
    """Read a drawn table once; it never changes, and neither does who asks for it change it."""
    return drawn.read(base)


def signs(summary: Summary, version: Version, styles: Mapping[str, Style]) -> tuple[Sign, ...]:
    """Tell how each class that is there is drawn, in the order of the classification; what is missing comes last."""
    found: dict[str, list[str]] = {}
    for name in summary.classes:
        found.setdefault(_group(name, summary.column, version), []).append(name)
    order = [*_labels(summary.column, version), _UNKNOWN, ""]
    return tuple(
        Sign(
            key=f"{version.kind}{OF_DATASET}{group}",
            label=_label(group, summary.column, version),
            style=_style(group, summary.column, version, styles),
            classes=tuple(found[group]),
            shapes=tuple(dict.fromkeys(shape for name in found[group] for shape in summary.classes[name])),
        )
        for group in order
        if group in found
    )


def _scheme(version: Version) -> str:
    return version.scheme or CURRENT


def _of_landuse(column: str, version: Version) -> bool:
    return column in _CODED or (column == "code" and version.kind in _CODED)


def _labels(column: str, version: Version) -> Mapping[str, str]:
    """Every class of the column's vocabulary with its Chinese name, in order."""
    if not column:
        return {}
    if _of_landuse(column, version):
        return {str(code): str(name) for code, name in codes(_scheme(version))["name"].items()}
    return DATASETS[version.kind].column(column).values or {}


def _group(name: str, column: str, version: Version) -> str:
    """The class that stands for `name` in the legend: itself, or the one above it whose colour it has."""
    if not name or name not in _labels(column, version):
        return _UNKNOWN if name else ""
    if _of_landuse(column, version):
        table = codes(_scheme(version))
        while not table["color"][name] and table["parent"][name]:
            name = table["parent"][name]
        return name
    if version.kind in _GROUPED:
        return next((group for group in _GROUPED[version.kind] if name.startswith(group)), _ATTACHED)
    return name


def _label(group: str, column: str, version: Version) -> str:
    if not column:
        return DATASETS[version.kind].label
    return {"": _MISSING, _UNKNOWN: _UNKNOWN}.get(group) or _labels(column, version)[group]


def label_of(name: str, summary: Summary, version: Version) -> str:
    """What a class of a drawn table is called, with its code where it has one."""
    if not name:
        return _MISSING
    label = _labels(summary.column, version).get(name, _UNKNOWN)
    return f"{name} {label}" if _of_landuse(summary.column, version) or version.kind in _GROUPED else label


def _style(group: str, column: str, version: Version, styles: Mapping[str, Style]) -> Style:
    plain = styles.get(f"{version.kind}{OF_DATASET}", PLAIN)
    if group not in ("", _UNKNOWN) and _of_landuse(column, version):
        return plain.model_copy(update={"fill": palette(_scheme(version))[group]})
    return styles.get(f"{version.kind}{OF_DATASET}{group}", plain)


def legend(summary: Summary, version: Version, styles: Mapping[str, Style]) -> Markup:
    """Legend of a dataset: what it is, and a row per sign and shape that is there."""
    column = summary.column and DATASETS[version.kind].column(summary.column).label
    title = f"{version.name}" + (f" · {column}" if column else "")
    head = html('<div class="legend-title">{title}</div>', title=title)
    rows = [
        row(dot(sign.style) if shape == "Point" else swatch(sign.style, shape, dash=False), sign.label)
        for sign in signs(summary, version, styles)
        for shape in sign.shapes
    ]
    note = html('<div class="legend-note">{text}</div>', text=DEMONSTRATION) if version.synthetic else Markup("")
    return joined((head, *rows, note))


def dot(style: Style) -> Markup:
    """A sign of 26 x 16 pixels for a point of a dataset."""
    template = (
        '<svg width="26" height="16"><circle cx="13" cy="8" r="4.5" fill="{fill}" fill-opacity="{opacity}" '
        'stroke="{color}" stroke-width="{weight}"/></svg>'
    )
    values = {"fill": style.fill or style.color, "opacity": style.fill_opacity}
    return html(template, color=style.color, weight=style.weight, **values)


def drawing(
    prepared: Prepared,
    version: Version,
    styles: Mapping[str, Style],
    *,
    marks: Mapping[int, str] | None = None,
    selected: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Tell the browser what to draw and how.

    Parameters
    ----------
    prepared, version, styles
        What is drawn.
    marks : mapping of int to str, optional
        Number of a drawn row -> colour it has instead of that of its class.
    selected : mapping, optional
        GeoJSON FeatureCollection in degrees of what is outlined.

    Returns
    -------
    dict
        Ready for JSON. `file` for a dataset of few features; else `tiles` and `window`: the map asks by itself whether
        the tiles are there, and draws the features in view until they are.
    """
    key = drawn.key(version.digest, version.kind)
    address = f"{version.audience}/{key}"
    summary = prepared.summary
    shown = signs(summary, version, styles)
    return {
        "ready": prepared.ready,
        "key": address,
        **_where(summary, address),
        "zooms": (tiles.FIRST_ZOOM, tiles.LAST_ZOOM),
        "edges": edge_zooms(summary),
        "features": summary.features,
        "signs": [{"key": sign.key, **sign.style.model_dump(exclude_none=True)} for sign in shown],
        "classes": {name: number for number, sign in enumerate(shown) for name in sign.classes},
        "said": DEMONSTRATION if version.synthetic else "",
        "marks": {str(number): colour for number, colour in (marks or {}).items()},
        "selected": selected,
    }


def edge_zooms(summary: Summary) -> tuple[float, float]:
    """From which zoom on filled areas have edges, and from which on full ones: the edges of tiny ones would hide them.

    Examples
    --------
    >>> many = Summary(3000, 0, "", {}, (121.4, 38.8, 121.5, 38.9), side_m=100.0)
    >>> [round(zoom, 1) for zoom in edge_zooms(many)]
    [12.6, 13.8]
    """
    if summary.features <= _FEW or not summary.side_m or not summary.bounds:
        return 0.0, 0.0
    pixel = crs.metres_per_pixel((summary.bounds[1] + summary.bounds[3]) / 2, 0)
    first, whole = (math.log2(wide * pixel / summary.side_m) for wide in _EDGED_PX)
    return first, whole


def _where(summary: Summary, address: str) -> dict[str, str]:
    """Addresses the browser draws from."""
    if summary.features > drawn.MOST_IN_ONE_FILE:
        return {"tiles": f"/tiles/{address}", "window": f"/window/{address}"}
    return {"file": f"/derived/{address}.geojson"}
