"""Routes to the pictures of drafts: whoever makes a draft sees it, and nobody else."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from geodata.errors import StoreError
from geodata.intake.room import Room, found
from layers import datasets, identity, tile_routes
from layers.drafts import base_of

_KEY = re.compile(r"[0-9a-f]{32}")
_GONE = "没有这份导入草稿，或它不是由您建立的，请回到“数据”页重新导入。"
_BOOK = "检查结果.xlsx"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FRESH = {"Cache-Control": "no-store"}
_STATE = {"state": "none", "progress": 0, "said": "导入核对中，尚未入库。"}


def routes() -> list[BaseRoute]:
    """List the routes."""
    return [
        Route("/drafts/{room}/{key}", state),
        Route("/drafts/{room}/{key}/file", file),
        Route("/drafts/{room}/{key}/window", window),
        Route("/drafts/{room}/{key}/book", book),
    ]


def state(request: Request) -> Response:
    """Answer that a draft has no tiles: the map goes on with what is in view."""
    return _gone() if _base(request) is None else JSONResponse(_STATE, headers=_FRESH)


def file(request: Request) -> Response:
    """Answer with all features of a small draft."""
    base = _base(request)
    path = base and base.with_suffix(".geojson")
    if path is None or not path.is_file():
        return _gone()
    return FileResponse(path, media_type="application/geo+json", headers=_FRESH)


def window(request: Request) -> Response:
    """Answer with the features of a view of a large draft."""
    base = _base(request)
    return _gone() if base is None else tile_routes.answer(datasets.rows(base), request)


def book(request: Request) -> Response:
    """Answer with the workbook of what the check found."""
    room = _room(request)
    path = None if room is None else book_of(room, request.path_params["key"])
    if path is None or not path.is_file():
        return _gone()
    return FileResponse(path, media_type=_EXCEL, filename=_BOOK, headers=_FRESH)


def book_of(room: Room, key: str) -> Path:
    """Where a workbook lies in a room."""
    return room.folder / f"{key}.xlsx"


def _base(request: Request) -> Path | None:
    """Where a picture lies, for its owner alone."""
    room = _room(request)
    base = None if room is None else base_of(room, request.path_params["key"])
    return base if base and base.with_suffix(".parquet").is_file() else None


def _room(request: Request) -> Room | None:
    """The room that is asked for, for its owner alone."""
    room = found(identity.settings(), request.path_params["room"])
    if room is None or not _KEY.fullmatch(request.path_params["key"]):
        return None
    try:
        person = identity.person_of(request.cookies)
    except StoreError:
        return None
    return room if person is not None and person.id == room.owner else None


def _gone() -> Response:
    return PlainTextResponse(_GONE, 404, headers=_FRESH)
