"""Routes by which a map fetches a large dataset: single tiles, how making them goes, and the features in view.

The audience stands in every address, so that the middleware can guard it; sensitive columns are in none of the files.
"""

import math
import re
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from pmtiles.reader import MmapSource, Reader
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from geodata import drawn, tiles
from geodata.access import AUDIENCES
from geodata.config import load_config
from layers import datasets
from layers.publish import KEPT, collection

MOST_IN_VIEW = 6000
"""Features a window holds: a browser draws them in half a second, and they are asked for at every move of the map."""

_KEY = re.compile(r"[0-9a-f]{32,128}")
_TILE = 256
_ALL_ZOOMS = (0, 24)
_GONE = "没有这个图层文件，请刷新页面。"
_WRONG_WINDOW = "视图范围不对：west、south、east、north 应为经纬度，zoom 应为缩放级别，请刷新页面。"
_FRESH = {"Cache-Control": "no-store"}


def routes() -> list[BaseRoute]:
    """List the routes."""
    return [
        Route("/tiles/{audience}/{key}", state),
        Route("/tiles/{audience}/{key}/{z:int}/{x:int}/{y:int}", tile),
        Route("/window/{audience}/{key}", window),
    ]


def tile(request: Request) -> Response:
    """Answer with one tile; 204 where nothing lies."""
    base = _base(request)
    path = tiles.archive(base) if base else None
    if path is None or not path.exists():
        return _gone()
    content = _read(path, *(request.path_params[axis] for axis in "zxy"))
    headers = {"Cache-Control": KEPT[request.path_params["audience"]]}
    if content is None:
        return Response(status_code=204, headers=headers)
    kind = "application/vnd.mapbox-vector-tile"
    return Response(content, media_type=kind, headers={**headers, "Content-Encoding": "gzip"})


def _read(path: Path, z: int, x: int, y: int) -> bytes | None:
    """Read one tile; the file is closed again, so that it can be destroyed whenever that is asked for."""
    if not tiles.FIRST_ZOOM <= z <= tiles.LAST_ZOOM or max(x, y) >= 2**z:
        return None
    with path.open("rb") as file:
        content: bytes | None = Reader(MmapSource(file)).get(z, x, y)
        return content


def state(request: Request) -> Response:
    """Answer how making the tiles goes; where the server that made them is gone, this one begins again."""
    base = _base(request)
    summary = drawn.read_summary(base) if base else None
    if base is None or summary is None:
        return _gone()
    place = (_folder(), request.path_params["audience"], base.name)
    told = tiles.status(*place)
    if told.state == "none" and summary.features > drawn.MOST_IN_ONE_FILE:
        told = tiles.start(*place)
    return JSONResponse({"state": told.state, "progress": told.progress, "said": told.said}, headers=_FRESH)


def window(request: Request) -> Response:
    """Answer with the features of a view, the largest first, as exact as the view can show."""
    base = _base(request)
    if base is None or not base.with_suffix(".parquet").exists():
        datasets.rows.cache_clear()  # what was destroyed on the disk shall not live on here
        return _gone()
    return answer(datasets.rows(base), request)


def answer(rows: gpd.GeoDataFrame, request: Request) -> Response:
    """Answer with what of a drawn table lies in the view that is asked for."""
    edges = _edges(request)
    if edges is None:
        return PlainTextResponse(_WRONG_WINDOW, 400)
    return Response(in_view(rows, *edges), media_type="application/geo+json", headers=_FRESH)


def in_view(rows: gpd.GeoDataFrame, box: tuple[float, float, float, float], zoom: float) -> str:
    """Write the features that reach into a view.

    Parameters
    ----------
    rows : GeoDataFrame
        From `geodata.drawn.read`.
    box : tuple of float
        West, south, east, north in degrees.
    zoom : float
        Lines are simplified to half a pixel of it.

    Returns
    -------
    str
        GeoJSON; the member `found` says how many there are, when more than MOST_IN_VIEW only the largest are written.
    """
    found = np.sort(rows.sindex.query(shapely.box(*box), predicate="intersects"))
    near = rows.iloc[found[:MOST_IN_VIEW]]
    shapes = near.geometry.to_numpy()
    half_pixel = 180 / (_TILE * 2**zoom)
    simple = shapely.simplify(shapes, half_pixel)
    lost = shapely.area(simple) < shapely.area(shapes) / 2  # what is hardly larger than a pixel would become a sliver
    return collection(near.set_geometry(np.where(lost, shapes, simple)), found=len(found))


def _base(request: Request) -> Path | None:
    audience, key = request.path_params["audience"], request.path_params["key"]
    known = audience in AUDIENCES and _KEY.fullmatch(key)
    return _folder() / "derived" / audience / key if known else None


def _edges(request: Request) -> tuple[tuple[float, float, float, float], float] | None:
    try:
        west, south, east, north, zoom = (
            float(request.query_params[name]) for name in ("west", "south", "east", "north", "zoom")
        )
    except (KeyError, ValueError):
        return None
    if not all(map(math.isfinite, (west, south, east, north))) or not _ALL_ZOOMS[0] <= zoom <= _ALL_ZOOMS[1]:
        return None
    return ((west, south, east, north), zoom) if west < east and south < north else None


def _gone() -> Response:
    return PlainTextResponse(_GONE, 404)


@cache
def _folder() -> Path:
    return load_config()[0].data_path
