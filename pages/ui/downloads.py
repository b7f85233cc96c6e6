"""Files that come by a link: the link itself, and the answer to it."""

from collections.abc import Mapping
from threading import BoundedSemaphore
from types import MappingProxyType
from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import PlainTextResponse, Response

from geodata.errors import AccessError, DashboardError, StoreError
from geodata.writing.formats import FORMATS
from layers.text import html

LABELS = {form.ending: label for label, form in FORMATS.items()}
"""Ending in an address -> format."""
ROOM = BoundedSemaphore(2)
"""So many files are made at a time: a large one takes memory, and the pages want the processor too."""
_STATUS: Mapping[type[DashboardError], int] = MappingProxyType({AccessError: 403, StoreError: 503})
_WRONG = 400


def link(label: str, address: str) -> Markup:
    """Write a link to a file; without an address it is shown, and leads nowhere."""
    if not address:
        return html('<a role="link" aria-disabled="true">导出 {label}</a>', label=label)
    return html('<a href="{address}" download>导出 {label}</a>', label=label, address=address)


def refused(error: DashboardError) -> Response:
    """Answer with why there is no file, the same wherever it was asked for."""
    status = next((number for kind, number in _STATUS.items() if isinstance(error, kind)), _WRONG)
    return PlainTextResponse(f"没有导出：{error}", status)


def download(content: bytes, name: str, media: str) -> Response:
    """Answer with a file to keep, nowhere kept on the way."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media, headers=headers)
