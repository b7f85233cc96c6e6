"""What two districts send: the same kind of land in other systems, other fields, other units. All of it is made up."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import Polygon, box

from geodata import crs
from tests.foreign_files import shapefile, zipped

EAST, NORTH = 630_000.0, 4_304_000.0
SIDE = 100.0
CODES = (("0701", "城镇住宅用地"), ("0601", "工业用地"), ("0809", "公用设施用地"), ("0301", "乔木林地"))


def squares(columns: int, rows: int, *, east: float = EAST) -> gpd.GeoSeries:
    """Make squares without gaps."""
    places = [(column, row) for row in range(rows) for column in range(columns)]
    shapes = [box(east + SIDE * x, NORTH + SIDE * y, east + SIDE * (x + 1), NORTH + SIDE * (y + 1)) for x, y in places]
    return gpd.GeoSeries(shapes, crs=crs.METRIC)


def west(*, faults: bool = False) -> gpd.GeoDataFrame:
    """Make the delivery of 甘井子: fields of the survey, areas in square metres; with faults a bow and a twin."""
    shapes = squares(4, 5)
    told = [CODES[number % len(CODES)] for number in range(len(shapes))]
    table = gpd.GeoDataFrame(
        {
            "BSM": [f"2102110{number:03d}" for number in range(len(shapes))],
            "DLBM": [code for code, _ in told],
            "DLMC": [name for _, name in told],
            "TBMJ": shapes.area.round(2),
            "QSDWMC": "凌水街道",
        },
        geometry=shapes,
    )
    if not faults:
        return table
    (x, y), half = (EAST + 2 * SIDE, NORTH + SIDE), SIDE / 2
    bow = Polygon([(x, y), (x + SIDE, y + SIDE), (x + SIDE, y), (x, y + SIDE)])
    assert not bow.is_valid
    table.loc[6, "geometry"] = bow
    table.loc[6, "TBMJ"] = half * SIDE
    return gpd.GeoDataFrame(pd.concat([table, table.iloc[[0]]], ignore_index=True), crs=table.crs)


def east() -> gpd.GeoDataFrame:
    """Make the delivery of 旅顺口: other fields, areas in 亩, numbers that begin with 1 again."""
    shapes = squares(3, 5, east=EAST + 4 * SIDE)
    told = [CODES[number % len(CODES)] for number in range(len(shapes))]
    columns = {
        "图斑编号": range(1, len(shapes) + 1),
        "地类编码": [code for code, _ in told],
        "地类名称": [name for _, name in told],
        "MJ": (shapes.area * 3 / 2000).round(2),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes)


def sent(folder: Path, name: str, table: gpd.GeoDataFrame, system: str) -> Path:
    """Write a delivery as a zipped Shapefile with a GBK table, in a system of `crs.SYSTEMS`."""
    inner = folder / name
    inner.mkdir(parents=True)
    shapefile(inner, table.to_crs(crs.SYSTEMS[system].code), "GBK", cpg=False, ldid=0x4D)
    return zipped(folder / f"{name}.zip", inner, "gbk")
