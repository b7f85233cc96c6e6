"""How a dataset is drawn: a style per class, a legend of just those, and what the browser is told."""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
from markupsafe import Markup

from geodata import drawn
from geodata.config import Config
from geodata.drawn import Summary
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT, codes, palette
from geodata.versions import DEMONSTRATION, Version
from layers import drawings
from layers.drawings import Prepared, Sign
from layers.style import OF_DATASET, PLAIN, Style

_CODED = ("landuse", "landuse_planned")
"""Columns of plots with land-use codes; the kinds of these names have them in the column `code`."""
_MISSING, _UNKNOWN = "未填写", "其他"
_GROUPED = {"green": ("G1", "G2", "G3", "EG")}
"""Classes with many below them that look the same; those of other letters are 附属绿地."""
_ATTACHED = "XG"


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
    return drawings.prepare(base, version.audience, lambda: drawn.write(read(), version.kind, base), config)


@lru_cache(maxsize=4)
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
    if _of_landuse(column, version):
        return _codes(_scheme(version))[0]
    return (DATASETS[version.kind].column(column).values or {}) if column else {}


@cache
def _codes(scheme: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Names of the classes of a scheme, and the class above each whose colour it has: itself where it has its own."""
    table = codes(scheme)
    names, own, above = (dict(zip(table.index, table[column], strict=True)) for column in ("name", "color", "parent"))

    def owner(code: str) -> str:
        return code if own[code] or not above[code] else owner(above[code])

    return names, {code: owner(code) for code in names}


def _group(name: str, column: str, version: Version) -> str:
    """The class that stands for `name` in the legend: itself, or the one above it whose colour it has."""
    if not name or name not in _labels(column, version):
        return _UNKNOWN if name else ""
    if _of_landuse(column, version):
        return _codes(_scheme(version))[1][name]
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
    return drawings.legend(title, signs(summary, version, styles), synthetic=version.synthetic)


def drawing(
    prepared: Prepared,
    version: Version,
    styles: Mapping[str, Style],
    *,
    marks: Mapping[str, str] | None = None,
    selected: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Tell the browser what to draw and how.

    Parameters
    ----------
    prepared, version, styles
        What is drawn.
    marks : mapping of str to str, optional
        Number of a drawn row -> colour it has instead of that of its class.
    selected : mapping, optional
        GeoJSON FeatureCollection in degrees of what is outlined.

    Returns
    -------
    dict
        Ready for JSON. `file` for a dataset of few features; else `tiles` and `window`: the map asks by itself whether
        the tiles are there, and draws the features in view until they are.
    """
    address = f"{version.audience}/{drawn.key(version.digest, version.kind)}"
    told = drawings.told(prepared, address, signs(prepared.summary, version, styles))
    return told | {"said": DEMONSTRATION if version.synthetic else "", "marks": marks or {}, "selected": selected}
