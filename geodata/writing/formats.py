"""The formats, for the plan's list and for datasets alike."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from geodata.writers import EXCEL_MEDIA
from geodata.writing import plain, vector
from geodata.writing.delivery import Delivery

_ZIP = "application/zip"


class Format(NamedTuple):
    """One format.

    Attributes
    ----------
    ending : str
        Its name in addresses.
    suffix : str
        What a file's name ends with.
    """

    ending: str
    suffix: str
    media: str
    write: Callable[[Delivery, Path], None]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "Excel": Format("xlsx", ".xlsx", EXCEL_MEDIA, plain.excel),
        "GeoPackage": Format("gpkg", ".gpkg", "application/geopackage+sqlite3", vector.gpkg),
        "GeoJSON": Format("geojson", ".geojson", "application/geo+json", plain.geojson),
        "CSV": Format("csv", "_csv.zip", _ZIP, plain.csv),
        "Shapefile": Format("shp", "_shp.zip", _ZIP, vector.shapefile),
        "FileGDB": Format("gdb", "_gdb.zip", _ZIP, vector.filegdb),
    }
)
"""Label -> format."""


def written(label: str, delivery: Delivery) -> bytes:
    """Write a file and give what is in it; nothing stays on the disk.

    Parameters
    ----------
    label : str
        Key of FORMATS.
    delivery : Delivery

    Raises
    ------
    DatasetError
        The format cannot hold these rows.
    """
    form = FORMATS[label]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export{form.suffix}"
        form.write(delivery, path)
        return path.read_bytes()
