"""A table -> one write-once file var/derived/<audience>/<digest>.geojson, which browsers keep for good."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import shapely

from geodata import crs
from geodata.access import Audience
from geodata.config import Config
from geodata.files import replaced
from geodata.store.faults import filing

_DECIMALS = 6
_DIGITS = 16
_FOREVER = "private, max-age=31536000, immutable"
KEPT: Mapping[Audience, str] = MappingProxyType(
    {"public": _FOREVER, "internal": _FOREVER, "sensitive": "private, no-store", "secret": "private, no-store"}
)
"""How a browser may keep what is meant for an audience; nothing on the way may: who comes in is asked here."""


def place(config: Config, audience: Audience = "public") -> Path:
    """Folder of the derived files that an audience may fetch.

    Examples
    --------
    >>> place(Config(data_folder="/data")).as_posix()
    '/data/derived/public'
    """
    return config.data_path / "derived" / audience


def address(name: str, audience: Audience = "public") -> str:
    """Address of a derived file; the audience stands in it, so that the way in can be guarded by the address alone.

    Examples
    --------
    >>> address("0123456789abcdef.json", "internal")
    '/derived/internal/0123456789abcdef.json'
    """
    return f"/derived/{audience}/{name}"


def publish(table: gpd.GeoDataFrame, folder: Path, *, of: Iterable[str] = ()) -> str:
    """Write a table for the browser and return its file name.

    Parameters
    ----------
    table : GeoDataFrame
        EPSG:4549; all columns become properties.
    folder : Path
        Where derived files of this audience live (`place`; made if need be).
    of : iterable of str
        Digests of the dataset versions it shows something of: they are named, so that 清除 of one takes it away.

    Returns
    -------
    str
        "<digest>.geojson".

    Raises
    ------
    StoreError
        The folder cannot be written to.
    """
    text = crs.rounded(crs.degrees(table)).to_json(drop_id=True, ensure_ascii=False, separators=(",", ":"))
    return publish_text(text, folder, "geojson", of=of)


def collection(rows: gpd.GeoDataFrame, **members: object) -> str:
    """Write a drawn table, or rows of it, as GeoJSON of six decimals, about a tenth of a metre.

    Parameters
    ----------
    rows : GeoDataFrame
        From `geodata.drawn.read`: its index is written as the property `row`.
    **members
        Further members of the collection.
    """
    shapes = shapely.to_geojson(shapely.transform(rows.geometry.to_numpy(), lambda xy: np.round(xy, _DECIMALS)))
    told = zip(rows.index, rows["id"], rows["name"], rows["class"], strict=True)
    features = ",".join(_feature(shape, *one) for shape, one in zip(shapes, told, strict=True))
    further = "".join(f"{json.dumps(name)}:{json.dumps(value)}," for name, value in members.items())
    return f'{{"type":"FeatureCollection",{further}"features":[{features}]}}'


def _feature(shape: str, row: int, key: str, name: str, kind: str) -> str:
    told = json.dumps({"row": row, "id": key, "name": name, "class": kind}, ensure_ascii=False)
    return f'{{"type":"Feature","properties":{told},"geometry":{shape}}}'


def publish_text(text: str, folder: Path, ending: str, *, of: Iterable[str] = ()) -> str:
    """Write a text for the browser and return its file name, "<digest>.<ending>".

    The same content always has the same name, and a half-written file never has one. `of` and errors as for `publish`.
    """
    digests = (hashlib.sha256(text.encode()).hexdigest(), *of)
    name = f"{''.join(digest[:_DIGITS] for digest in digests)}.{ending}"
    target = folder / name
    if not target.exists():
        with filing(f"文件夹 {folder}"):
            folder.mkdir(parents=True, exist_ok=True)
            with replaced(target) as draft:
                draft.write_text(text, "utf-8")
    return name
