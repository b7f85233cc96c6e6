"""Files that were exported, opened again as other programs would: their rows, and what is said of them."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio


@dataclass(frozen=True)
class Opened:
    """What is in a file: its layers by name, and its metadata."""

    layers: dict[str, pd.DataFrame]
    note: dict[str, Any]

    @property
    def table(self) -> pd.DataFrame:
        """The one layer there is."""
        (table,) = self.layers.values()
        return table

    def column(self, name: str) -> list[Any]:
        """Values of a column in all layers that have rows; a Shapefile names it by its key."""
        tables = [table for table in self.layers.values() if len(table)]
        return [value for table in tables for value in table[name if name in table else self.short(name)]]

    def short(self, heading: str) -> str:
        """Name of a heading in a Shapefile."""
        key: pd.DataFrame = self.note["key"]
        return str(key.set_index("字段")["文件中的字段"][heading])


def opened(path: Path, label: str) -> Opened:
    """Open a file of a format."""
    return _OPENERS[label](path)


def _layers(path: Path) -> dict[str, pd.DataFrame]:
    names = [name for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    return {str(name): pyogrio.read_dataframe(path, layer=name) for name in names}


def _excel(path: Path) -> Opened:
    book = openpyxl.load_workbook(path)
    head, *lines = book["数据"].iter_rows(values_only=True)
    note = dict(book["说明"].iter_rows(min_row=2, values_only=True))
    return Opened({"数据": pd.DataFrame(lines, columns=head)}, note)


def _gpkg(path: Path) -> Opened:
    layers = _layers(path)
    return Opened(layers, dict(pyogrio.read_info(path, layer=next(iter(layers)))["layer_metadata"]))


def _geojson(path: Path) -> Opened:
    note = json.loads(path.read_text("utf-8"))["metadata"]
    return Opened({"数据": gpd.read_file(path)}, note)


def _csv(path: Path) -> Opened:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("数据.csv").decode("utf-8")
        assert text.startswith("\ufeff")
        table = pd.read_csv(StringIO(text.removeprefix("\ufeff")), dtype=str, keep_default_na=False)
        return Opened({"数据": table}, noted(archive))


def _shapefile(path: Path) -> Opened:
    folder = unpacked(path)
    with zipfile.ZipFile(path) as archive:
        found = sorted({Path(name).stem for name in archive.namelist() if name.endswith(".dbf")})
        layers = {name: _read(folder, name) for name in found}
        return Opened(layers, noted(archive) | {"key": key(archive)})


def _read(folder: Path, name: str) -> pd.DataFrame:
    shape = folder / f"{name}.shp"
    table: pd.DataFrame = pyogrio.read_dataframe(shape if shape.exists() else folder / f"{name}.dbf")
    return table


def _filegdb(path: Path) -> Opened:
    folder = unpacked(path)
    with zipfile.ZipFile(path) as archive:
        return Opened(_layers(folder / "数据.gdb"), noted(archive))


def unpacked(path: Path) -> Path:
    """Unpack a zip beside itself."""
    folder = path.with_name(f"{path.name}.d")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    return folder


def noted(archive: zipfile.ZipFile) -> dict[str, Any]:
    """Read 说明.txt."""
    lines = archive.read("说明.txt").decode("utf-8-sig").splitlines()
    return dict(line.split("：", 1) for line in lines)


def key(archive: zipfile.ZipFile) -> pd.DataFrame:
    """Read the key of the fields."""
    return pd.read_csv(StringIO(archive.read("字段对照.csv").decode("utf-8-sig")), dtype=str, keep_default_na=False)


def read_xml(text: str) -> ET.Element:
    """Read XML that was written here."""
    return ET.fromstring(text)  # noqa: S314 - our own


_OPENERS: dict[str, Callable[[Path], Opened]] = {
    "Excel": _excel,
    "GeoPackage": _gpkg,
    "GeoJSON": _geojson,
    "CSV": _csv,
    "Shapefile": _shapefile,
    "FileGDB": _filegdb,
}
