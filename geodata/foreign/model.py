"""What is said of a foreign file, and what reading it may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from geodata.errors import FileError
from geodata.watch import Progress

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "shapefile": "Shapefile",
        "gpkg": "GeoPackage",
        "geojson": "GeoJSON",
        "kml": "KML",
        "dxf": "DXF",
        "gdb": "FileGDB",
        "excel": "Excel 表",
        "csv": "CSV 表",
    }
)
"""What can be read -> its name on the screen."""

ONE_LAYER = ("shapefile", "geojson", "csv")
TABLES = ("excel", "csv")
"""Formats of which a file is one layer; formats in which places stand in columns."""

CODECS: Mapping[str, str] = MappingProxyType({"UTF-8": "utf-8", "GBK": "gb18030", "UTF-16": "utf-16"})
"""Encoding as the screen names it -> Python's codec; GB18030 holds GBK and GB2312."""

ALL_FORMATS = "Shapefile（压缩为 .zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FileGDB（压缩为 .zip）、Excel 或 CSV"


Notes = tuple[FileError, ...]


def _never() -> bool:
    return False


def _untold(_share: float, _said: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may take.

    Attributes
    ----------
    seconds : float
        Time for one call.
    memory_mb : int
        Memory beyond what the libraries need (enforced where the system can: Linux).
    unpacked_mb : int
        Size of a file, and of all that a zip holds.
    members, ratio : int
        Files in a zip; how many times larger than the zip its content may be.
    rows, columns : int
        Size of a table.
    cancelled : callable
        Asked ten times a second; True ends the reading.
    progress : callable
        Told the share of the reading that is done (0 to 1), and what was read.
    folder : Path or None
        Where zips are unpacked while they are read; the system's temporary folder where it is None.
    """

    seconds: float = 300
    memory_mb: int = 3072
    unpacked_mb: int = 4096
    members: int = 5000
    ratio: int = 200
    rows: int = 2_000_000
    columns: int = 1000
    cancelled: Callable[[], bool] = field(default=_never, compare=False)
    progress: Progress = field(default=_untold, compare=False)
    folder: Path | None = field(default=None, compare=False)


LIMITS = Limits()

OPENED, FETCHED, SETTLED = 0.1, 0.6, 0.7
"""Share of a reading that is done when the file is open, when all of it is fetched, and when its shapes were looked at;
as it is with 100 000 plots in a Shapefile. What is left hands the table over."""


@dataclass(frozen=True)
class Layer:
    """One table of a file.

    Attributes
    ----------
    name : str
        What `read` is asked for; unique within the file.
    file : str
        The file inside a zip or folder it stands in.
    format : str
        Key of `FORMATS`.
    kinds : tuple of str
        点, 线, 面 as far as the first features show; empty for a table without places.
    rows : int
    headings : tuple of str
    crs : str or None
        The declared coordinate system (authority and code, or WKT), None where the file declares none.
    encoding : str or None
        Key of `CODECS`, None where the format leaves no choice.
    """

    name: str
    file: str
    format: str
    kinds: tuple[str, ...]
    rows: int
    headings: tuple[str, ...]
    crs: str | None = None
    encoding: str | None = None


@dataclass(frozen=True)
class Inspection:
    """What a file holds.

    Attributes
    ----------
    format : str
        The format's name on the screen; several are joined by "、".
    layers : tuple of Layer
    notes : tuple of FileError
        What a person should know before going on.
    """

    format: str
    layers: tuple[Layer, ...]
    notes: tuple[FileError, ...] = ()


class Choice(NamedTuple):
    """What a person chose; empty where the file shall say."""

    layer: str = ""
    encoding: str | None = None
    columns: tuple[str, ...] = ()


class Task(NamedTuple):
    """A data file on its way: what it is, where it is, its name for people, room to work, choice and limits."""

    format: str
    path: Path
    file: str
    work: Path
    choice: Choice
    limits: Limits

    def tell(self, done: int, whole: int, unit: str) -> None:
        """Tell how much of the file itself is read, in features or bytes."""
        share = min(done / max(whole, 1), 1.0)
        self.limits.progress(OPENED + (FETCHED - OPENED) * share, f"已读 {done:,} / {whole:,} {unit}")

    @property
    def said(self) -> str:
        """The format's name on the screen."""
        return FORMATS[self.format]
