"""The browser's files, ours and Streamlit's: read once, then answered from memory.

An opening asks for some eighty small files. Starlette's own StaticFiles goes to a thread for each of them several times
over; while the page loads, that is what the browser waits for.
"""

import re
from functools import cache
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path
from stat import S_ISREG

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's address holds its version or its hash: what it says never changes."""
_EVERY_TIME = {"Cache-Control": "no-cache"}
_STREAMLIT = "/static/"
_FRAME = "/component/streamlit_folium.st_folium/"
_INDEX = "index.html"
_IMPORTED = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")


class Files(StaticFiles):
    """Files of a folder, kept in memory from their first reading; the folder does not change while the server runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer from memory; what is no file, and how one must not ask, is said by the base class."""
        return kept(self, path, scope) or await super().get_response(path, scope)


class Own:
    """Answers for Streamlit where a page waits for its files, at addresses it lets no route have.

    Parameters
    ----------
    app : ASGI application
    frame_head : str
        HTML that the page of the map's frame gets into its head, so that what the map needs is fetched while that page
        still starts.
    """

    def __init__(self, app: ASGIApp, frame_head: str) -> None:
        self.app = app
        folders = _folders()
        self.files = {start: StaticFiles(directory=folder) for start, folder in folders.items()}
        self.frame = (folders[_FRAME] / _INDEX).read_text("utf-8").replace("</head>", f"{frame_head}</head>")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or hand over to the application."""
        await (self._answer(scope) or self.app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == f"{_FRAME}{_INDEX}" and scope["method"] == "GET":
            return HTMLResponse(self.frame, headers=_EVERY_TIME)
        start = next(filter(path.startswith, self.files), None)
        return kept(self.files[start], path.removeprefix(start), scope) if start else None


def kept(files: StaticFiles, path: str, scope: Scope) -> Response | None:
    """Give the answer to a request for a file, from memory; None for anything else."""
    full, found = files.lookup_path(path) if scope["method"] == "GET" else ("", None)
    if found is None or not S_ISREG(found.st_mode):
        return None
    headers = _EVERY_TIME if path.endswith(".html") else _FOREVER
    return Response(_read(full), headers=headers, media_type=guess_type(full)[0])


def package(name: str) -> Path:
    """Folder of an installed package, without importing it.

    Raises
    ------
    ModuleNotFoundError
    """
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(name)
    return Path(spec.submodule_search_locations[0])


def _folders() -> dict[str, Path]:
    built = package("streamlit_folium") / "frontend" / "build"
    return {_STREAMLIT: package("streamlit") / "static" / "static", _FRAME: built}


def frame_scripts() -> tuple[str, ...]:
    """Addresses of the scripts in the frame of the map, before any of ours."""
    return tuple(f"{_FRAME}static/js/{path.name}" for path in (_folders()[_FRAME] / "static" / "js").glob("main.*.js"))


def modules_of(*names: str) -> tuple[str, ...]:
    """Addresses of modules that Streamlit loads only when a page needs them, with all that they import.

    Those that its index.html names are left out: they are on their way already.

    Parameters
    ----------
    names : str
        What their file names begin with, up to the first dot; one this Streamlit lacks is passed over.
    """
    static = package("streamlit") / "static"
    folder, index = static / "static" / "js", (static / _INDEX).read_text("utf-8")
    begun = (path.name for name in names for path in folder.glob(f"{name}.*.js"))
    return tuple(f"{_STREAMLIT}js/{name}" for name in imported(folder, *begun) if name not in index)


def imported(folder: Path, *names: str) -> tuple[str, ...]:
    """Names of modules of a folder with all modules beside them that they import, and those import."""
    found: dict[str, None] = {}
    wanted = [*reversed(names)]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = None
            wanted.extend(match[1] for match in _IMPORTED.finditer((folder / name).read_text("utf-8")))
    return tuple(found)


@cache
def _read(path: str) -> bytes:
    return Path(path).read_bytes()
