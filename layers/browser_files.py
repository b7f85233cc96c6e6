"""The browser's files, ours and Streamlit's: read once, then answered from memory.

An opening asks for some eighty small files. Starlette's own StaticFiles goes to a thread for each of them several times
over; while the page loads, that is what the browser waits for.
"""

from functools import cache
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path
from stat import S_ISREG

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A file's address holds its version or its hash: what it says never changes."""
_STREAMLIT = "/static/"


class Files(StaticFiles):
    """Files of a folder, kept in memory from their first reading; the folder does not change while the server runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer from memory; what is no file, and how one must not ask, is said by the base class."""
        return kept(self, path, scope) or await super().get_response(path, scope)


class Own:
    """Answers for Streamlit below /static, an address it lets no route have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files = StaticFiles(directory=package("streamlit") / "static" / "static")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file, or hand over to the application."""
        ours = scope["type"] == "http" and scope["path"].startswith(_STREAMLIT)
        answer = kept(self.files, scope["path"].removeprefix(_STREAMLIT), scope) if ours else None
        await (answer or self.app)(scope, receive, send)


def kept(files: StaticFiles, path: str, scope: Scope) -> Response | None:
    """Give the answer to a request for a file, from memory; None for anything else."""
    full, found = files.lookup_path(path) if scope["method"] == "GET" else ("", None)
    if found is None or not S_ISREG(found.st_mode):
        return None
    return Response(_read(full), headers=_FOREVER, media_type=guess_type(full)[0])


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


@cache
def _read(path: str) -> bytes:
    return Path(path).read_bytes()
