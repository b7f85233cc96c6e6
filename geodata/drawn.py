"""What of a dataset leaves the server to be drawn: number, id, name and class of each thing, and its shape."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import crs
from geodata.files import replaced
from geodata.store.faults import filing
from geodata.versions import Version

FORM = 1
"""Counts up when the drawn table or the tiles change, so that those of an older program are made anew."""

MOST_IN_ONE_FILE = 20_000
"""Features a browser draws one by one in good time; more come as tiles."""

DIGITS = 24
"""Leading digits of a drawing's key that are those of its content: by them 清除 finds what was made of it."""

CLASS_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "landuse": ("code",),
        "landuse_planned": ("code",),
        "plots": ("landuse", "landuse_planned"),
        "supplied": ("land_state",),
        "buildings": ("use",),
        "green": ("green_class",),
        "streets": ("street_class",),
        "facilities": ("facility_class",),
        "boundaries": ("boundary_class",),
        "controls": ("control_class",),
    }
)
"""Kind -> the columns it may be coloured by; the first that holds anything is used. Other kinds have one colour."""

COVERAGE = "coverage"
"""No kind of dataset, but what a measure found; coloured by the column of this name."""


@dataclass(frozen=True)
class Summary:
    """What a map needs to know of a drawn table before it draws it.

    Attributes
    ----------
    features, unplaced : int
        Rows that are drawn, and rows that have no shape.
    column : str
        What they are coloured by; "" = all the same.
    classes : dict of str to dict of str to int
        Class ("" = missing) -> kind of shape (Polygon, LineString, Point) -> how many.
    bounds : tuple of float or None
        West, south, east, north in degrees.
    side_m : float
        Side of a square as large as the middle one of its areas; 0 = none is an area.
    """

    features: int
    unplaced: int
    column: str
    classes: dict[str, dict[str, int]]
    bounds: tuple[float, float, float, float] | None
    side_m: float = 0.0


def key(digest: str, kind: str) -> str:
    """Name of all files derived from a content to draw it as a kind.

    Examples
    --------
    >>> key("0123456789abcdef" * 4, "plots")
    '0123456789abcdef01234567a1b49bd4'
    """
    form = hashlib.sha256(f"{kind} {FORM}".encode()).hexdigest()
    return digest[:DIGITS] + form[: 32 - DIGITS]


def base_of(folder: Path, version: Version) -> Path:
    """Where the files lie that a version is drawn from, without their ending; the audience guards the way there.

    Parameters
    ----------
    folder : Path
        The data folder.
    version : Version
    """
    return folder / "derived" / version.audience / key(version.digest, version.kind)


def drawn(table: gpd.GeoDataFrame, kind: str) -> tuple[gpd.GeoDataFrame, Summary]:
    """Reduce a dataset to what is drawn of it; no column that may be sensitive is among that.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549, indexed by id, with the columns of its kind.
    kind : str

    Returns
    -------
    GeoDataFrame
        Degrees; indexed by number from 0, largest first so that small things lie on top: `id`, `name`, `class` (""
        where missing), geometry without height. Rows without a shape are left out.
    Summary
    """
    placed = table[~(table.geometry.isna() | table.geometry.is_empty)]
    choices = (COVERAGE,) if kind == COVERAGE else CLASS_COLUMNS.get(kind, ())
    column = next((name for name in choices if name in placed and placed[name].notna().any()), "")
    classes = placed[column].astype("string").fillna("") if column else ""
    shapes = placed.geometry.force_2d()
    order = np.lexsort((-shapes.area, -shapely.get_dimensions(shapes.to_numpy())))
    columns = {"id": placed.index.astype(str), "name": placed["name"].astype("string").fillna(""), "class": classes}
    flat = gpd.GeoDataFrame(pd.DataFrame(columns, index=placed.index), geometry=shapes)
    result = crs.degrees(flat).iloc[order].reset_index(drop=True)
    areas = shapes.area[shapes.area > 0]
    side = round(float(np.sqrt(areas.median())), 1) if len(areas) else 0.0
    return result, replace(_summary(result, column), unplaced=len(table) - len(placed), side_m=side)


def _summary(table: gpd.GeoDataFrame, column: str) -> Summary:
    kinds = table.geometry.geom_type.str.replace("Multi", "").str.replace("LinearRing", "LineString")
    classes: dict[str, dict[str, int]] = {}
    for (name, shape), count in table.groupby(["class", kinds]).size().items():
        classes.setdefault(str(name), {})[str(shape)] = int(count)
    west, south, east, north = (float(edge) for edge in table.total_bounds)
    return Summary(len(table), 0, column, classes, (west, south, east, north) if len(table) else None)


def write(table: gpd.GeoDataFrame, kind: str, base: Path) -> Summary:
    """Write the drawn table and its summary.

    Parameters
    ----------
    table : GeoDataFrame
    kind : str
    base : Path
        From `base_of`: "<base>.parquet" and "<base>.json" come to be, the summary last.

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    rows, summary = drawn(table, kind)
    with filing(f"文件夹 {base.parent}"):
        base.parent.mkdir(parents=True, exist_ok=True)
        with replaced(base.with_suffix(".parquet")) as draft:
            rows.to_parquet(draft, compression="zstd")
        with replaced(base.with_suffix(".json")) as draft:
            draft.write_text(json.dumps(asdict(summary), ensure_ascii=False), "utf-8")
    return summary


def read_summary(base: Path) -> Summary | None:
    """Read the summary; None where nothing has been written yet."""
    path = base.with_suffix(".json")
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Summary(**{**told, "bounds": tuple(told["bounds"]) if told["bounds"] else None})


def read(base: Path) -> gpd.GeoDataFrame:
    """Read the drawn table."""
    return gpd.read_parquet(base.with_suffix(".parquet"))
