"""What the browser is told to draw that is no part of the plan: a dataset, or what a measure found."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from geodata import crs, drawn, tiles
from geodata.access import Audience
from geodata.config import Config
from geodata.drawn import Summary
from geodata.files import replaced
from geodata.store.faults import filing
from geodata.versions import DEMONSTRATION
from layers.legend import row, swatch
from layers.publish import collection
from layers.style import Style
from layers.text import html, joined

_FEW = 500
"""So few areas are told from each other, and seen at all, by their edges at any zoom."""
_FAINT = "faint"
_FAINTLY = {"color": "#B9C2CA", "weight": 0.2, "fill_opacity": 0.1}
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


def prepare(base: Path, audience: Audience, write: Callable[[], Summary], config: Config) -> Prepared:
    """Write what the browser needs to draw a table, unless it is there; begin to make tiles where it needs them.

    Parameters
    ----------
    base : Path
        Where its files lie, without their ending.
    audience : str
        Who may see it: the folder of `base`.
    write : callable
        Writes the drawn table and its summary (`drawn.write`); called only if need be.
    config : Config

    Raises
    ------
    DatasetError, StoreError
        The table cannot be read, or the files cannot be written.
    """
    summary = drawn.read_summary(base) or write()
    if summary.features > drawn.MOST_IN_ONE_FILE:
        state = tiles.status(config.data_path, audience, base.name).state
        if state not in ("done", "failed", "cancelled"):
            tiles.start(config.data_path, audience, base.name)
        return Prepared(summary, state == "done")
    if not (path := base.with_suffix(".geojson")).exists():
        with filing(f"文件夹 {path.parent}"), replaced(path) as draft:
            draft.write_text(collection(drawn.read(base)), "utf-8")
    return Prepared(summary, ready=True)


def told(prepared: Prepared, address: str, shown: Sequence[Sign]) -> dict[str, Any]:
    """Tell the browser what to draw and how, ready for JSON.

    `file` for few features; else `tiles` and `window`: the map asks by itself whether the tiles are there, and draws
    the features in view until they are.
    """
    where = {"ready": prepared.ready, "key": address, **_where(prepared.summary, address)}
    return where | described(prepared.summary, shown)


def described(summary: Summary, shown: Sequence[Sign]) -> dict[str, Any]:
    """Tell how things are drawn, wherever they come from."""
    return {
        "zooms": (tiles.FIRST_ZOOM, tiles.LAST_ZOOM),
        "edges": edge_zooms(summary),
        "features": summary.features,
        "signs": [{"key": sign.key, **sign.style.model_dump(exclude_none=True)} for sign in shown],
        "classes": {name: number for number, sign in enumerate(shown) for name in sign.classes},
        "marks": {},
        "selected": None,
    }


def focused(drawing: Mapping[str, Any], name: str, keep: Callable[[str], bool]) -> dict[str, Any]:
    """Let some classes of a drawing stand out: the others stay faint.

    Parameters
    ----------
    drawing : mapping
        From `told` or of its form.
    name : str
        What stands out: by it the browser knows that it has to draw anew.
    keep : callable
        Whether a class of the drawn table's column `class` stands out.
    """
    signs, count = drawing["signs"], len(drawing["signs"])
    faint = [{**sign, "key": f"{sign['key']} {_FAINT}", **_FAINTLY} for sign in signs]
    classes = {one: number if keep(one) else number + count for one, number in drawing["classes"].items()}
    return {**drawing, "signs": [*signs, *faint], "classes": classes, "key": f"{drawing['key']}#{name}"}


def legend(title: str, shown: Iterable[Sign], *, synthetic: bool) -> Markup:
    """Write the legend: what it is, and a row per sign and shape that is there."""
    head = html('<div class="legend-title">{title}</div>', title=title)
    rows = [
        row(dot(sign.style) if shape == "Point" else swatch(sign.style, shape, dash=False), sign.label)
        for sign in shown
        for shape in sign.shapes
    ]
    note = html('<div class="legend-note">{text}</div>', text=DEMONSTRATION) if synthetic else Markup("")
    return joined((head, note, *rows))


def dot(style: Style) -> Markup:
    """A sign of 26 x 16 pixels for a point of a dataset."""
    template = (
        '<svg width="26" height="16"><circle cx="13" cy="8" r="4.5" fill="{fill}" fill-opacity="{opacity}" '
        'stroke="{color}" stroke-width="{weight}"/></svg>'
    )
    values = {"fill": style.fill or style.color, "opacity": style.fill_opacity}
    return html(template, color=style.color, weight=style.weight, **values)


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
