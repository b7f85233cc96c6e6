"""One table written as every kind of file an office may be sent."""

import json
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

Write = Callable[[Path, gpd.GeoDataFrame], Path]


def written(path: Path, table: gpd.GeoDataFrame, **options: Any) -> Path:
    """Write with GDAL, which warns of everything."""
    path.parent.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(table, path, **options)
    return path


def zipped(target: Path, folder: Path, codec: str = "utf-8") -> Path:
    """Zip a folder; with "gbk" names stand in the zip as Windows writes them."""
    names = {path: path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()}
    marks = {path: f"{number:0{len(name.encode(codec))}d}" for number, (path, name) in enumerate(names.items())}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in names.items():
            archive.write(path, marks[path] if codec == "gbk" else name)
    if codec == "gbk":
        raw = target.read_bytes()
        for path, name in names.items():
            raw = raw.replace(marks[path].encode(), name.encode(codec))
        target.write_bytes(raw)
    return target


def shapefile(folder: Path, table: gpd.GeoDataFrame, encoding: str, *, cpg: bool = True, ldid: int = 0) -> Path:
    path = written(folder / "地块.shp", table, encoding=encoding)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(encoding, "ascii")
    raw = bytearray(path.with_suffix(".dbf").read_bytes())
    raw[29] = ldid
    path.with_suffix(".dbf").write_bytes(raw)
    return path


def shapefile_gbk(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return shapefile(folder, table, "GBK")


def shapefile_gbk_by_driver_byte(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return shapefile(folder, table, "GBK", cpg=False, ldid=0x4D)


def shapefile_gbk_unsaid(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return shapefile(folder, table, "GBK", cpg=False)


def shapefile_utf8(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return shapefile(folder, table, "UTF-8")


def shapefile_utf8_unsaid(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return shapefile(folder, table, "UTF-8", cpg=False, ldid=0x57)


def shapefile_zip(folder: Path, table: gpd.GeoDataFrame) -> Path:
    """A zip as Windows makes it: names in GBK."""
    shapefile(folder / "高新区", table, "GBK")
    return zipped(folder / "地块.zip", folder / "高新区", "gbk")


def geopackage(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return written(folder / "地块.gpkg", table)


def geojson(folder: Path, table: gpd.GeoDataFrame, codec: str = "utf-8") -> Path:
    """A GeoJSON that says its system, as older programs write it."""
    code = table.crs.to_epsg()
    document = {"type": "FeatureCollection", "crs": _named(code), **json.loads(table.to_json(drop_id=True))}
    (folder / "地块.geojson").write_bytes(json.dumps(document, ensure_ascii=False).encode(codec))
    return folder / "地块.geojson"


def _named(code: int) -> Mapping[str, Any]:
    return {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}


def geojson_gbk(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return geojson(folder, table, "gbk")


def geojson_marked(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return geojson(folder, table, "utf-8-sig")


def geodatabase_zip(folder: Path, table: gpd.GeoDataFrame) -> Path:
    written(folder / "库" / "成果.gdb", table, driver="OpenFileGDB", layer="地块")
    return zipped(folder / "成果.zip", folder / "库")


def kml(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return written(folder / "地块.kml", table.to_crs("EPSG:4326"), driver="LIBKML")


def kmz(folder: Path, table: gpd.GeoDataFrame) -> Path:
    written(folder / "里面" / "doc.kml", table.to_crs("EPSG:4326"), driver="LIBKML", layer="地块")
    return zipped(folder / "地块.kmz", folder / "里面")


def drawing(folder: Path, table: gpd.GeoDataFrame) -> Path:
    """Outlines as closed lines, and lines as they are, on a layer named after the use."""
    drawn = table.boundary.where(table.geom_type.str.contains("Polygon"), table.geometry)
    lines = gpd.GeoDataFrame({"Layer": table["用途"]}, geometry=drawn.to_numpy(), crs=table.crs)
    path = written(folder / "地块.dxf", lines.explode(index_parts=False), driver="DXF")
    text = path.read_text("utf-8").replace("ANSI_1252", "ANSI_936").replace("AC1032", "AC1015")
    path.write_bytes(text.encode("gbk"))
    return path


def _flat(table: gpd.GeoDataFrame) -> pd.DataFrame:
    shapes = shapely.to_wkt(table.geometry.to_numpy(), rounding_precision=9)
    return pd.DataFrame(table.drop(columns="geometry")).assign(图形=shapes)


def workbook(folder: Path, table: gpd.GeoDataFrame) -> Path:
    _flat(table).to_excel(folder / "地块.xlsx", index=False, engine="openpyxl")
    return folder / "地块.xlsx"


def csv(folder: Path, table: gpd.GeoDataFrame, codec: str = "utf-8", separator: str = ",") -> Path:
    _flat(table).to_csv(folder / "地块.csv", index=False, encoding=codec, sep=separator)
    return folder / "地块.csv"


def csv_gbk(folder: Path, table: gpd.GeoDataFrame) -> Path:
    return csv(folder, table, "gbk")


def csv_of_excel(folder: Path, table: gpd.GeoDataFrame) -> Path:
    """What Excel calls Unicode text."""
    return csv(folder, table, "utf-16", "\t")


WRITERS: Mapping[str, Write] = {
    one.__name__: one
    for one in (
        shapefile_gbk,
        shapefile_gbk_by_driver_byte,
        shapefile_gbk_unsaid,
        shapefile_utf8,
        shapefile_utf8_unsaid,
        shapefile_zip,
        geopackage,
        geojson,
        geojson_gbk,
        geojson_marked,
        geodatabase_zip,
        kml,
        kmz,
        drawing,
        workbook,
        csv,
        csv_gbk,
        csv_of_excel,
    )
}
