"""GeoJSON, workbooks and comma-separated text: files of which text is all there is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import shapely

from geodata import crs
from geodata.errors import DatasetError
from geodata.tables import records
from geodata.writers import to_csv, to_excel
from geodata.writing import notes
from geodata.writing.delivery import LAYER, Delivery
from geodata.writing.zips import zipped

MOST = 1_048_575
"""Rows of a sheet below its heading: Excel ends there."""

WKT = "WKT"
_WHERE = "导出 Excel"
_AT_A_TIME = 5000


def geojson(delivery: Delivery, path: Path) -> None:
    """Write a FeatureCollection with the metadata and the coordinate system as members."""
    members = {"type": "FeatureCollection", "metadata": dict(delivery.metadata)}
    placed = members | ({"crs": crs.member(delivery.system)} if delivery.placed else {})
    head = json.dumps(placed, ensure_ascii=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{head[:-1]}, "features": [')
        for number, feature in enumerate(_features(delivery)):
            file.write(f"{',' if number else ''}\n{feature}")
        file.write("\n]}")


def _features(delivery: Delivery) -> Iterator[str]:
    """Give the rows one by one, some thousands in memory at a time."""
    rows, shapes = _rows(delivery), delivery.spoken() if delivery.placed else None
    for start in range(0, len(rows), _AT_A_TIME):
        batch = slice(start, start + _AT_A_TIME)
        some = rows.iloc[batch].astype(object)
        spoken = [None] * len(some) if shapes is None else shapely.to_geojson(shapes[batch]).tolist()
        for row, shape in zip(records(some.where(some.notna(), None)), spoken, strict=True):
            told = json.dumps(row, ensure_ascii=False)
            yield f'{{"type":"Feature","properties":{told},"geometry":{shape or "null"}}}'


def excel(delivery: Delivery, path: Path) -> None:
    """Write a workbook: sheet 数据 with the rows, sheet 说明 with the metadata; no cell of it is ever run.

    Raises
    ------
    DatasetError
        More rows than a sheet takes.
    """
    if len(delivery.table) > MOST:
        what = f"共 {len(delivery.table):,} 行，超过一张工作表的 {MOST:,} 行"
        raise DatasetError(_WHERE, what, "请缩小范围，或导出其他格式")
    path.write_bytes(to_excel(_rows(delivery), delivery.metadata))


def csv(delivery: Delivery, path: Path) -> None:
    """Write a zip: 数据.csv, which Excel opens in Chinese, with the shapes as WKT; 说明.txt."""
    rows = _rows(delivery)
    if delivery.placed:
        rows = rows.assign(**{WKT: shapely.to_wkt(delivery.spoken(), rounding_precision=-1)})
    files = {f"{LAYER}.csv": to_csv(rows, {}), "说明.txt": notes.as_text(delivery.metadata)}
    zipped(path, files)


def _rows(delivery: Delivery) -> pd.DataFrame:
    table = delivery.table
    return pd.DataFrame(table.drop(columns=table.geometry.name) if delivery.placed else table)
