"""What files of figures hold, and the links to them, which say all there is to know."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

import pandas as pd
from markupsafe import Markup

from geodata.access import Person, may
from geodata.catalogue import Catalogue
from geodata.errors import LinkError
from geodata.versions import Version, narrowest
from geodata.writing.delivery import Colours
from geodata.writing.formats import FORMATS
from layers.text import html, joined
from layers.view import View
from pages.ui import caches, file_options
from pages.ui.downloads import link

TABLES = ("Excel", "CSV")
PLACED = tuple(FORMATS)
"""Formats of rows that have shapes."""
_AGAIN = "请从页面上重新导出"


@dataclass(frozen=True)
class Asked:
    """What a link asks for: the plan, what is held and may be read, the View, and what is beside it."""

    scene: caches.Scene
    held: Catalogue
    view: View
    options: Mapping[str, str]

    def option(self, name: str, among: Iterable[str]) -> str:
        """Give one thing beside the View.

        Raises
        ------
        LinkError
            It is none of what it may be.
        """
        value = self.options.get(name, "")
        if value not in list(among):
            where = f"链接中的 {name}={value[:40]}"
            raise LinkError(where, "不可用", _AGAIN)
        return value


class Content(NamedTuple):
    """What a file holds.

    Attributes
    ----------
    of : str
        Of which unit, by which indicator: part of the file's name.
    rows : DataFrame or GeoDataFrame
        Headed in Chinese; shapes in EPSG:4549.
    told : mapping of str to str
        What is said of them beside their data.
    versions : tuple of Version
        The data they come from.
    colours : Colours, optional
        What QGIS draws them by: as the map does.
    """

    of: str
    rows: pd.DataFrame
    told: Mapping[str, str]
    versions: tuple[Version, ...]
    colours: Colours | None = None

    def only(self, what: str) -> "Content":
        """Say what was chosen of the rows; nothing, where "" says that all are there."""
        return self._replace(told={**self.told, "筛选": what}) if what else self


class File(NamedTuple):
    """One kind of file: what it is called, in which formats, and what makes its content."""

    label: str
    formats: tuple[str, ...]
    make: Callable[[Asked], Content]


def links(files: Mapping[str, File], query: dict[str, str], versions: Iterable[Version], who: Person | None) -> Markup:
    """Write a link per file and format; to nobody in particular nothing is offered.

    Parameters
    ----------
    files : mapping of str to File
        By the name that stands in the address.
    query : mapping of str to str
        The View and what is beside it.
    versions : iterable of Version
        The data: the narrowest audience stands in the address.
    """
    if not may(who, "export"):
        body = html('<p class="hint">导出要写明导出人：请先在页面右上角选择姓名或登录。</p>')
    else:
        how = {f"_{name}": value for name, value in file_options.given().items()}
        audience, tail = narrowest(versions), urlencode({key: value for key, value in (query | how).items() if value})
        body = joined(_row(name, file, f"/export/{audience}/figures/{name}", tail) for name, file in files.items())
    return html("<details><summary>导出</summary>{body}</details>", body=body)


def _row(name: str, file: File, start: str, tail: str) -> Markup:
    rows = (link(label, f"{start}/{FORMATS[label].ending}?{tail}") for label in file.formats)
    return html(
        '<h3 id="out-{name}">{label}</h3><div class="exports">{links}</div>',
        name=name,
        label=file.label,
        links=joined(rows),
    )
