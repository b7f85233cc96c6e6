"""GIS and CAD files nobody should send: each maker writes one into a folder and returns its path."""

import datetime as dt
import json
import shutil
import sqlite3
import struct
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

EAST, NORTH = 630000.0, 4304000.0
CRS = "EPSG:4549"


def plots(count: int = 4, /, **columns: object) -> gpd.GeoDataFrame:
    """Squares of 100 m in the zone."""
    west = EAST + 200.0 * np.arange(count)
    shapes = shapely.box(west, NORTH, west + 100, NORTH + 100)
    texts = {"地块编号": [f"A{n}" for n in range(count)], "用途": ["工业用地", "居住用地"] * (count // 2)}
    return gpd.GeoDataFrame({**texts, **columns}, geometry=shapes, crs=CRS)


def written(path: Path, table: gpd.GeoDataFrame, **options: Any) -> Path:
    """Write a table with GDAL."""
    path.parent.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyogrio.write_dataframe(table, path, **options)
    return path


def shapefile(folder: Path, table: gpd.GeoDataFrame | None = None, encoding: str = "GBK") -> Path:
    return written(folder / "地块.shp", plots() if table is None else table, encoding=encoding)


def changed(path: Path, at: int, content: bytes) -> Path:
    """Overwrite bytes in place."""
    raw = bytearray(path.read_bytes())
    raw[at : at + len(content)] = content
    path.write_bytes(raw)
    return path


def cut(path: Path, share: float) -> Path:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path


def truncated_shapefile(folder: Path) -> Path:
    return cut(shapefile(folder), 0.5)


def boastful_shapefile(folder: Path) -> Path:
    """Declare two gigabytes in the header."""
    return changed(shapefile(folder), 24, struct.pack(">I", 2**30))


def boastful_record(folder: Path) -> Path:
    """Declare a polygon of a hundred million vertices."""
    return changed(shapefile(folder), 100 + 8 + 40, struct.pack("<I", 10**8))


def boastful_table(folder: Path) -> Path:
    path = shapefile(folder)
    changed(path.with_suffix(".dbf"), 4, struct.pack("<I", 2**31 // 200))
    return path


def without(ending: str, folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(ending).unlink()
    return path


def without_index(folder: Path) -> Path:
    return without(".shx", folder)


def without_table(folder: Path) -> Path:
    return without(".dbf", folder)


def without_system(folder: Path) -> Path:
    return without(".prj", folder)


def nonsense_system(folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(".prj").write_bytes(b'PROJCS["\xff\xfe nonsense')
    return path


def solids(folder: Path) -> Path:
    return changed(shapefile(folder), 32, struct.pack("<I", 31))


def unknown_shapes(folder: Path) -> Path:
    return changed(shapefile(folder), 32, struct.pack("<I", 77))


def wrong_code_page(folder: Path) -> Path:
    path = shapefile(folder)
    path.with_suffix(".cpg").write_text("UTF-8", "ascii")
    return path


def impossible_days(folder: Path) -> Path:
    """Put 99999999 where a day should be."""
    path = written(folder / "地块.shp", plots(建成日期=[dt.date(2021, 5, 18)] * 4), encoding="GBK", use_arrow=True)
    raw = path.with_suffix(".dbf").read_bytes()
    path.with_suffix(".dbf").write_bytes(raw.replace(b"20210518", b"99999999"))
    return path


def impossible_days_in_package(folder: Path) -> Path:
    days = plots(建成日期=[dt.date(2021, 5, 18)] * 4)
    path = written(folder / "地块.gpkg", days, use_arrow=True, SPATIAL_INDEX="NO", layer="a")
    _changed_rows(path, "UPDATE a SET 建成日期 = '2021-13-45' WHERE fid = 2")
    return path


def _changed_rows(path: Path, sql: str, *values: object) -> None:
    """Change rows as GDAL would not: the triggers of the spatial index need functions sqlite lacks."""
    with sqlite3.connect(path) as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f'DROP TRIGGER "{name}"')
        store.execute(sql, values)
    store.close()


def truncated_package(folder: Path) -> Path:
    return cut(written(folder / "地块.gpkg", plots()), 0.6)


def scribbled_package(folder: Path) -> Path:
    """Overwrite the pages of rows, leave the header."""
    path = written(folder / "地块.gpkg", plots(400))
    size = path.stat().st_size
    return changed(path, size // 3, b"\xaa" * (size // 2))


def boastful_package(folder: Path) -> Path:
    return changed(written(folder / "地块.gpkg", plots()), 28, struct.pack(">I", 2**19))


def empty_package(folder: Path) -> Path:
    path = written(folder / "地块.gpkg", plots())
    _changed_rows(path, "DELETE FROM gpkg_contents")
    return path


def misnamed_package(folder: Path) -> Path:
    return written(folder / "地块.gpkg", plots()).rename(folder / "地块.shp")


def without_places(folder: Path) -> Path:
    return written(folder / "名单.gpkg", plots().drop(columns="geometry"))


def curves(folder: Path) -> Path:
    path = written(folder / "弧.gpkg", plots(), geometry_type="Unknown", layer="a", SPATIAL_INDEX="NO")
    ring = struct.pack("<BII10d", 1, 8, 5, 0, 0, 1, 1, 2, 0, 1, -1, 0, 0)
    shape = b"GP\x00\x01" + struct.pack("<i", 4549) + struct.pack("<BII", 1, 10, 1) + ring
    _changed_rows(path, "UPDATE a SET geom = ? WHERE fid = 1", shape)
    return path


def no_numbers(value: float, folder: Path) -> Path:
    shapes = shapely.points([EAST, value, EAST], [NORTH, NORTH, NORTH])
    return written(folder / "点.gpkg", gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=CRS))


def not_a_number(folder: Path) -> Path:
    return no_numbers(np.nan, folder)


def infinite(folder: Path) -> Path:
    return no_numbers(np.inf, folder)


def mixed(folder: Path) -> Path:
    shapes = [shapely.Point(EAST, NORTH), shapely.LineString([(EAST, NORTH), (EAST + 9, NORTH)])]
    table = gpd.GeoDataFrame(geometry=[*shapes, shapely.box(EAST, NORTH, EAST + 9, NORTH + 9)], crs=CRS)
    return written(folder / "混合.gpkg", table)


def bow_tie(folder: Path) -> Path:
    tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    return written(folder / "蝴蝶.gpkg", plots().set_geometry([tie, *plots().geometry[1:]], crs=CRS))


def million_vertices(folder: Path) -> Path:
    angle = np.linspace(0, 2 * np.pi, 1_000_000)
    ring = shapely.polygons(np.column_stack([EAST + 500 * np.cos(angle), NORTH + 500 * np.sin(angle)]))
    return written(folder / "百万.gpkg", gpd.GeoDataFrame(geometry=[ring], crs=CRS))


def many_columns(folder: Path) -> Path:
    return written(folder / "宽表.gpkg", plots(**{f"字段{n}": [n] * 4 for n in range(298)}))


def far_too_many_columns(folder: Path) -> Path:
    return written(folder / "宽表.gpkg", plots(**{f"字段{n}": [n] * 4 for n in range(1100)}))


def scripts(folder: Path) -> Path:
    bad = {"名称<script>": ["a"] * 4, "备注": ["=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "c", "d"]}
    return written(folder / "脚本.gpkg", plots(**bad))


def no_rows(folder: Path) -> Path:
    return written(folder / "空表.gpkg", plots().iloc[:0])


def no_shapes(folder: Path) -> Path:
    return written(folder / "无图形.gpkg", plots().set_geometry([None] * 4, crs=CRS))


def other_side(folder: Path) -> Path:
    table = plots().set_geometry(shapely.box(-58.4, -38.9, [-58.3] * 4, -38.8), crs=CRS)
    return written(folder / "对跖.gpkg", table)


def geojson(folder: Path, features: list[Mapping[str, Any]], **members: Any) -> Path:
    document = {"type": "FeatureCollection", **members, "features": features}
    (folder / "地块.geojson").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return folder / "地块.geojson"


def feature(kind: str, coordinates: Any) -> Mapping[str, Any]:
    return {"type": "Feature", "properties": {"名称": "甲"}, "geometry": {"type": kind, "coordinates": coordinates}}


def truncated_geojson(folder: Path) -> Path:
    return cut(geojson(folder, [feature("Point", [121.5, 38.9])] * 20), 0.7)


def no_features(folder: Path) -> Path:
    return geojson(folder, [])


def short_ring(folder: Path) -> Path:
    good, bad = [[121.5, 38.8], [121.6, 38.8], [121.6, 38.9], [121.5, 38.8]], [[121.5, 38.8], [121.6, 38.8]]
    return geojson(folder, [feature("Polygon", [good]), feature("Polygon", [bad])])


def deep(folder: Path) -> Path:
    head = b'{"type": "FeatureCollection", "features": '
    (folder / "深.geojson").write_bytes(head + b"[" * 100_000 + b"]" * 100_000 + b"}")
    return folder / "深.geojson"


def neither_encoding(folder: Path) -> Path:
    raw = geojson(folder, [feature("Point", [121.5, 38.9])]).read_bytes()
    path = folder / "拉丁.geojson"
    path.write_bytes(raw.replace("甲".encode(), b"caf\xe9\xff\xff n\xff"))
    return path


def drawing(text: str, encoding: str, page: str, version: str = "AC1015") -> bytes:
    """A DXF with a closed line and an open one on a layer of this name."""
    rows = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", version, "9", "$DWGCODEPAGE", "3", page, "0", "ENDSEC"]
    rows += ["0", "SECTION", "2", "ENTITIES"]
    for closed in ("1", "0"):
        rows += ["0", "LWPOLYLINE", "8", text, "90", "4", "70", closed]
        for x, y in ((0, 0), (100, 0), (100, 100), (0, 100)):
            rows += ["10", str(EAST + x), "20", str(NORTH + y)]
    return "\n".join([*rows, "0", "ENDSEC", "0", "EOF", ""]).encode(encoding)


def truncated_drawing(folder: Path) -> Path:
    (folder / "图.dxf").write_bytes(drawing("R", "ascii", "ANSI_936")[:-60])
    return folder / "图.dxf"


def drawing_of_another_page(folder: Path) -> Path:
    (folder / "图.dxf").write_bytes(drawing("居住用地", "gbk", "ANSI_936", "AC1021"))
    return folder / "图.dxf"


KML = '<?xml version="1.0" encoding="{encoding}"?>{more}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
KML += "<Placemark><name>{name}</name><Point><coordinates>121.5,38.9,0</coordinates></Point></Placemark>"
KML += "</Document></kml>"


def entities(folder: Path) -> Path:
    bomb = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    (folder / "实体.kml").write_text(KML.format(encoding="UTF-8", more=bomb, name="&b;"), "utf-8")
    return folder / "实体.kml"


def truncated_kml(folder: Path) -> Path:
    (folder / "截断.kml").write_text(KML.format(encoding="UTF-8", more="", name="甲")[:-40], "utf-8")
    return folder / "截断.kml"


def kml_of_another_encoding(folder: Path) -> Path:
    (folder / "编码.kml").write_bytes(KML.format(encoding="UTF-8", more="", name="凌水街道").encode("gbk"))
    return folder / "编码.kml"


def without_placemarks(folder: Path) -> Path:
    text = '<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link/></NetworkLink></kml>'
    (folder / "链接.kml").write_text(text, "utf-8")
    return folder / "链接.kml"


def part_alone(folder: Path) -> Path:
    path = shapefile(folder)
    (folder / "只有").mkdir()
    shutil.copy(path.with_suffix(".dbf"), folder / "只有" / "地块.dbf")
    return folder / "只有"
