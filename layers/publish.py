"""A table -> one write-once file var/derived/<digest>.geojson, which browsers keep for good."""

import hashlib
import os
from pathlib import Path

import geopandas as gpd

from geodata import crs


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
        "<digest>.geojson".
    """
    text = crs.rounded(crs.degrees(table)).to_json(drop_id=True, ensure_ascii=False, separators=(",", ":"))
    return publish_text(text, folder, "geojson")


def publish_text(text: str, folder: Path, ending: str) -> str:
    """Write a text for the browser and return its file name, "<digest>.<ending>".

    The same content always has the same name, and a half-written file never has one.
    """
    name = f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.{ending}"
    target = folder / name
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{os.getpid()}.part")
        draft.write_text(text, "utf-8")
        draft.replace(target)
    return name
