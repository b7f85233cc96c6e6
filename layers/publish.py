"""A table -> one write-once file var/derived/<digest>.geojson, which browsers keep for good."""

import hashlib
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geodata import crs

_DECIMALS = 5


def publish(table: gpd.GeoDataFrame, folder: Path) -> str:
    """Write a table for the browser and return its file name.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549; all columns become properties.
    folder : Path
        Where derived files live (made if need be).

    Returns
    -------
    str
        "<digest>.geojson"; the same content always has the same name, and a half-written file never has one.
    """
    text = rounded(crs.degrees(table)).to_json(drop_id=True, ensure_ascii=False, separators=(",", ":"))
    name = hashlib.sha256(text.encode()).hexdigest()[:16] + ".geojson"
    target = folder / name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.part")
        draft.write_text(text, "utf-8")
        draft.replace(target)
    return name


def rounded(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Round coordinates (degrees) to five decimals, about one metre."""
    shapes = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS))
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=table.crs))
