"""Files that come by a link: the link itself, and the answer to it."""

from urllib.parse import quote

from markupsafe import Markup
from starlette.responses import Response

from geodata.writing.formats import FORMATS
from layers.text import html

LABELS = {form.ending: label for label, form in FORMATS.items()}
"""Ending in an address -> format."""


def link(label: str, address: str) -> Markup:
    """Write a link to a file; without an address it is shown, and leads nowhere."""
    if not address:
        return html('<a role="link" aria-disabled="true">导出 {label}</a>', label=label)
    return html('<a href="{address}" download>导出 {label}</a>', label=label, address=address)


def download(content: bytes, name: str, media: str) -> Response:
    """Answer with a file to keep, nowhere kept on the way."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media, headers=headers)
