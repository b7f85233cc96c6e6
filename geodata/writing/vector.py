"""GeoPackage, Shapefile and FileGDB: layers other programs of the trade open as they are."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from geodata.errors import DatasetError
from geodata.writers import to_csv
from geodata.writing import names, notes
from geodata.writing.delivery import LAYER, Delivery, Encoding, Part, parts
from geodata.writing.zips import zipped

STYLES = "layer_styles"
"""The table in which QGIS looks for styles."""

KEY = "字段对照.csv"
_WHERE = "导出 Shapefile"
_SHAPEFILE = "ESRI Shapefile"
_SHORT = 2**31
_VERSION = "1.3"
"""Of GeoPackage: what QGIS 3.22 and ArcGIS Pro of 2022 know in full."""
_LONGEST_TEXT = 254
"""Bytes of a text in a .dbf."""


def gpkg(delivery: Delivery, path: Path) -> None:
    """Write a GeoPackage, a layer per kind of shape; metadata and styles for QGIS stand in its own tables."""
    for number, part in enumerate(parts(delivery)):
        known = {} if number else {"dataset_options": {"VERSION": _VERSION}}
        _write(part, path, "GPKG", layer_metadata=dict(delivery.metadata), **known)
    if delivery.colours and (rows := _styles(delivery)):
        pyogrio.write_dataframe(
            pd.DataFrame(rows), path, driver="GPKG", layer=STYLES, layer_options={"FID": "id"}, append=False
        )


def shapefile(delivery: Delivery, path: Path) -> None:
    """Write a zip of what `shapefiles` writes."""
    with tempfile.TemporaryDirectory() as place:
        shapefiles(delivery, Path(place))
        zipped(path, {}, Path(place))


def shapefiles(delivery: Delivery, folder: Path) -> None:
    """Write a Shapefile per kind of shape with names of ten letters, their key 字段对照, 说明, styles for QGIS.

    Raises
    ------
    DatasetError
        A text has letters that the encoding has not.
    """
    short = names.short_names(_headings(delivery))
    cut: dict[str, str] = {}
    for part in parts(delivery):
        table, lost = _fitting(part.table, delivery.encoding)
        cut |= lost
        renamed = part._replace(table=table.rename(columns=short))
        _write(renamed, folder / f"{part.name}.shp", _SHAPEFILE, encoding=delivery.encoding)
        _beside(folder, part, delivery, short)
    _tell(folder, names.key(short, delivery.meanings, cut), delivery)


def filegdb(delivery: Delivery, path: Path) -> None:
    """Write a zip: a file geodatabase with a layer per kind of shape, their key 字段对照, 说明."""
    about = notes.as_xml(delivery.metadata)
    plain = names.plain_names(_headings(delivery))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in parts(delivery):
            renamed = part._replace(table=part.table.rename(columns=plain))
            _write(renamed, folder / f"{LAYER}.gdb", "OpenFileGDB", layer_options={"DOCUMENTATION": about})
        _tell(folder, names.key(plain, delivery.meanings, {}), delivery)
        zipped(path, {}, folder)


def _headings(delivery: Delivery) -> list[str]:
    return [str(name) for name in delivery.table.columns if name != "geometry"]


def _write(part: Part, path: Path, driver: str, **options: Any) -> None:
    """Write a layer, beside those that are there."""
    told = options | ({} if driver == _SHAPEFILE else {"layer": part.name, "append": False})
    if part.shape:
        several = bool(part.table.geometry.geom_type.str.startswith("Multi").any())
        told |= {"geometry_type": f"Multi{part.shape}" if several else part.shape, "promote_to_multi": several}
    elif driver == _SHAPEFILE:
        path = path.with_suffix(".dbf")
    pyogrio.write_dataframe(_empty(_narrow(part.table)), path, driver=driver, **told)


def _narrow(table: pd.DataFrame) -> pd.DataFrame:
    """Whole numbers as short as they can be: older programs know none of 64 bits."""
    whole = [name for name in table.columns if name != "geometry" and pd.api.types.is_integer_dtype(table[name])]
    short = [name for name in whole if table[name].abs().max() is pd.NA or table[name].abs().max() < _SHORT]
    return table.astype(dict.fromkeys(short, "Int32"))


def _empty(table: pd.DataFrame) -> pd.DataFrame:
    """Missing texts as None: pyogrio would write "<NA>"."""
    texts = [name for name in table.columns if table[name].dtype == object]
    return table.assign(**{name: table[name].where(table[name].notna(), None) for name in texts})


def _styles(delivery: Delivery) -> list[dict[str, object]]:
    """Rows of the table of styles: one per layer that has shapes."""
    colours, now = delivery.colours, datetime.now(UTC).replace(microsecond=0)
    told = {"f_table_catalog": "", "f_table_schema": "", "f_geometry_column": "geom", "styleName": "看板样式"}
    rest = {"styleSLD": "", "useAsDefault": True, "description": "与看板地图同色", "owner": "", "ui": None}
    return [
        {
            **told,
            "f_table_name": part.name,
            "styleQML": colours.qml(part.shape, colours.field),
            **rest,
            "update_time": now,
        }
        for part in parts(delivery)
        if colours and part.shape
    ]


def _beside(folder: Path, part: Part, delivery: Delivery, short: Mapping[str, str]) -> None:
    """What QGIS and ArcGIS look for beside a Shapefile."""
    (folder / f"{part.name}.shp.xml").write_text(notes.as_xml(delivery.metadata), "utf-8")
    if delivery.colours and part.shape:
        style = delivery.colours.qml(part.shape, short.get(delivery.colours.field, ""))
        (folder / f"{part.name}.qml").write_text(style, "utf-8")


def _tell(folder: Path, lines: Sequence[Sequence[str]], delivery: Delivery) -> None:
    """Write the key of the fields, and what the rows are: for people, and for programs."""
    head, *rows = lines
    (folder / KEY).write_bytes(to_csv(pd.DataFrame(list(map(list, rows)), columns=list(head)), {}))
    (folder / "说明.txt").write_bytes(notes.as_text(delivery.metadata))
    (folder / "metadata.xml").write_text(notes.as_xml(delivery.metadata), "utf-8")


def _fitting(table: pd.DataFrame, encoding: Encoding) -> tuple[pd.DataFrame, dict[str, str]]:
    """Texts as a .dbf takes them, and which columns lost letters by that."""
    lost: dict[str, str] = {}
    made = {}
    for name in table.columns.drop("geometry", errors="ignore"):
        if pd.api.types.is_string_dtype(table[name]) or table[name].dtype == object:
            made[name] = table[name].map(lambda value, of=str(name): _cut(value, encoding, of), na_action="ignore")
            count = int((made[name].dropna() != table[name].dropna()).sum())
            lost |= {str(name): f"{count} 行超过 {_LONGEST_TEXT} 字节，已截短，全文请用 GeoPackage"} if count else {}
    return table.assign(**made), lost


def _cut(value: object, encoding: Encoding, column: str) -> object:
    if not isinstance(value, str):
        return value
    try:
        content = value.encode(encoding)
    except UnicodeEncodeError as error:
        sign = value[error.start]
        what = f"“{column}”中有 {encoding} 编码没有的字（例如“{sign}”）"
        raise DatasetError(_WHERE, what, "请改用 UTF-8 编码导出") from error
    return value if len(content) <= _LONGEST_TEXT else content[:_LONGEST_TEXT].decode(encoding, "ignore")
