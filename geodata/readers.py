"""Files -> tables. What is broken is left out and said; the rest is read."""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import BaseModel, ValidationError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.config import ROOT, dotted, sentence_of
from geodata.errors import DashboardError, LayerError

Row = TypeVar("Row", bound=BaseModel)

_DEGREE_NAMES = ("CRS84", "EPSG::4326", "EPSG::4490", "EPSG:4326", "EPSG:4490")
_KEEP = "其余要素照常显示"


def read_geojson(
    path: Path, contract: type[BaseModel], *, filled: bool = False
) -> tuple[gpd.GeoDataFrame, tuple[DashboardError, ...]]:
    """Read a layer in CGCS2000 degrees.

    Parameters
    ----------
    path : Path
        A GeoJSON FeatureCollection; features may have no geometry.
    contract : type
        The pydantic model every feature's properties must fulfil.
    filled : bool
        Whether a layer without a feature is a fault.

    Returns
    -------
    GeoDataFrame, tuple of DashboardError
        Columns of the contract and `geometry` in EPSG:4549, indexed by id; features that break the contract
        are left out and named. The table is empty where the file cannot be read at all.
    """
    try:
        features = _features(path, filled=filled)
    except LayerError as error:
        return _table([], contract), (error,)
    rows, problems = [], []
    for number, feature in enumerate(features, start=1):
        try:
            rows.append(_row(feature, contract, f"{_name(path)} 第 {number} 个要素"))
        except LayerError as error:
            problems.append(error)
    rows, doubles = _unique(rows, _name(path))
    return _table(rows, contract), (*problems, *doubles)


def read_csv(path: Path, contract: type[BaseModel]) -> tuple[pd.DataFrame, tuple[DashboardError, ...]]:
    """Read a table saved as UTF-8 CSV.

    Dotted headings nest (`citation.chapter`), headings with [] hold lists separated by "、", empty cells are
    left out.

    Returns
    -------
    DataFrame, tuple of DashboardError
        Columns of the contract, indexed by id; rows that break the contract are left out and named.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(_text(path), newline="")))
    except LayerError as error:
        return _frame([], contract), (error,)
    except csv.Error:
        return _frame([], contract), (LayerError(_name(path), "不是完整的 CSV 表", "请从安装包恢复，其余图层照常显示"),)
    rows, problems = [], []
    for number, line in enumerate(lines, start=2):
        try:
            rows.append(_checked(_nested(line), contract, f"{_name(path)} 第 {number} 行"))
        except LayerError as error:
            problems.append(error)
    rows, doubles = _unique(rows, _name(path))
    return _frame(rows, contract), (*problems, *doubles)


def linked(items: gpd.GeoDataFrame, *, whole: bool = True) -> tuple[gpd.GeoDataFrame, tuple[DashboardError, ...]]:
    """Each id once, each parent there, nobody above itself.

    Parameters
    ----------
    items : GeoDataFrame
    whole : bool
        Whether all files could be read; otherwise a parent that is not there is no fault of the item.
    """
    twice = items.index[items.index.duplicated()]
    items = items[~items.index.duplicated()]
    orphans = items[items["parent"].notna() & ~items["parent"].isin(items.index)]
    problems = [
        LayerError(f"规划数据中的 {key}", "编号在两个文件中重复", "请改正其一，在此之前只用前一个") for key in twice
    ]
    problems += [
        LayerError(f"规划数据中的 {key}", f"所属单元 {parent} 不存在", "请改正 parent，在此之前按无所属显示")
        for key, parent in orphans["parent"].items()
        if whole
    ]
    circle = _in_circles(items["parent"].to_dict())
    problems += [
        LayerError(f"规划数据中的 {key}", "所属单元逐级上溯又回到自身", "请改正 parent，在此之前按无所属显示")
        for key in circle
    ]
    alone = items.index.isin([*orphans.index, *circle])
    return items.assign(parent=items["parent"].where(~alone, None)), tuple(problems)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise LayerError(_name(path), "找不到这个文件", "请从安装包恢复，其余图层照常显示") from None
    except OSError:
        raise LayerError(_name(path), "无法打开", "请关闭正在使用它的程序或恢复该文件，其余图层照常显示") from None
    except UnicodeDecodeError:
        raise LayerError(_name(path), "不是 UTF-8 编码", "请另存为 UTF-8 后放回，其余图层照常显示") from None
    if not text.strip():
        raise LayerError(_name(path), "文件是空的", "请从安装包恢复，其余图层照常显示")
    return text


def _features(path: Path, *, filled: bool) -> list[Any]:
    try:
        document = json.loads(_text(path))
    except json.JSONDecodeError as error:
        what = f"第 {error.lineno} 行起不是完整的 GeoJSON"
        raise LayerError(_name(path), what, "请从安装包恢复，其余图层照常显示") from None
    except RecursionError:
        raise LayerError(_name(path), "嵌套层数过多", "请从安装包恢复，其余图层照常显示") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise LayerError(_name(path), "不是 GeoJSON 要素集合", "请以 FeatureCollection 格式另存，其余图层照常显示")
    if filled and not features:
        raise LayerError(_name(path), "没有任何要素", "请从安装包恢复，其余图层照常显示")
    _refuse_other_crs(document, path)
    return features


def _refuse_other_crs(document: Mapping[str, Any], path: Path) -> None:
    match document.get("crs"):
        case {"properties": {"name": str() as name}}:
            pass
        case _:
            name = ""
    if name and not name.endswith(_DEGREE_NAMES):
        what = f"坐标系为 {name}，而本图层须为 CGCS2000 经纬度"
        raise LayerError(_name(path), what, "请转换坐标系后放回，其余图层照常显示")
    first = next(_positions(document["features"]), None)
    if first and not crs.are_degrees(*first):
        hint = "像是经纬度颠倒" if crs.are_degrees(first[1], first[0]) else "像是以米为单位的投影坐标"
        what = f"坐标 {first[0]:g}, {first[1]:g} 不是经纬度（{hint}），而本图层须为 CGCS2000 经纬度"
        raise LayerError(_name(path), what, "请转换坐标系后放回，其余图层照常显示")


def _positions(features: Iterable[Any]) -> Iterator[tuple[float, float]]:
    """First positions of the features that have one."""
    for feature in features:
        match feature:
            case {"geometry": {"coordinates": part}}:
                pass
            case _:
                continue
        while isinstance(part, list) and part and isinstance(part[0], list):
            part = part[0]
        match part:
            case [int() | float() as x, int() | float() as y, *_] if math.isfinite(x) and math.isfinite(y):
                yield x, y


def _row(feature: Any, contract: type[BaseModel], where: str) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        raise LayerError(where, "没有属性", f"请补齐属性，{_KEEP}")
    named = f"{where}（{properties['id']}）" if properties.get("id") else where
    row = _checked(properties, contract, named)
    row["geometry"] = _shape(feature.get("geometry"), named)
    if "citation" in row and (row["geometry"] is None) != (row["basis"] is None):
        raise LayerError(named, "有图形须有定位依据与精度，无图形则不能有", f"请改正，{_KEEP}")
    return row


def _checked(values: Mapping[str, Any], contract: type[BaseModel], where: str) -> dict[str, Any]:
    try:
        return contract.model_validate(values).model_dump()
    except ValidationError as error:
        faults = "；".join(f"{dotted(fault['loc'])} {sentence_of(fault)}".strip() for fault in error.errors())
        raise LayerError(where, faults, f"请改正，{_KEEP}") from None


def _shape(geometry: Any, where: str) -> BaseGeometry | None:
    if geometry is None:
        return None
    try:
        with np.errstate(invalid="ignore"):
            shape = shapely.geometry.shape(geometry)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise LayerError(where, "图形无法读出", f"请在 GIS 软件中重绘，{_KEEP}") from None
    if shape.is_empty:
        raise LayerError(where, "图形是空的", f"请重绘，没有位置的事项应把 geometry 写为 null，{_KEEP}")
    if not shape.is_valid:
        reason = "有自相交或重复的边"
        raise LayerError(where, f"图形{reason}", f"请在 GIS 软件中用“修复几何图形”处理，{_KEEP}")
    west, south, east, north = crs.WINDOW
    bounds = shape.bounds
    outside = bounds[0] < west or bounds[1] < south or bounds[2] > east or bounds[3] > north
    if outside or not all(map(math.isfinite, bounds)):
        what = f"位置在底图范围（东经 {west:g}—{east:g}，北纬 {south:g}—{north:g}）之外"
        raise LayerError(where, what, f"请检查坐标，{_KEEP}")
    return shape


def _nested(line: Mapping[str, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for heading, cell in line.items():
        if heading is None or cell is None or not cell.strip():
            continue
        if heading.endswith("[]"):
            values[heading[:-2]] = cell.split("、")
        elif "." in heading:
            outer, inner = heading.split(".", 1)
            values.setdefault(outer, {})[inner] = cell
        else:
            values[heading] = cell
    return values


def _unique(rows: list[dict[str, Any]], where: str) -> tuple[list[dict[str, Any]], list[DashboardError]]:
    first: dict[str, dict[str, Any]] = {}
    problems: list[DashboardError] = []
    for row in rows:
        if row["id"] in first:
            problems.append(LayerError(f"{where} 的 {row['id']}", "编号重复", f"请改为不重复的编号，{_KEEP}"))
        else:
            first[row["id"]] = row
    return list(first.values()), problems


def _table(rows: list[dict[str, Any]], contract: type[BaseModel]) -> gpd.GeoDataFrame:
    frame = _frame(rows, contract)
    shapes = gpd.GeoSeries([row["geometry"] for row in rows], index=frame.index, crs=crs.FILE)
    return crs.metres(gpd.GeoDataFrame(frame.drop(columns="geometry", errors="ignore"), geometry=shapes))


def _frame(rows: list[dict[str, Any]], contract: type[BaseModel]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(contract.model_fields), dtype=object)
    return frame.set_index("id", drop=False).rename_axis(None)


def _in_circles(parents: Mapping[str, str | None]) -> list[str]:
    """Ids that stand above themselves."""
    found = []
    for key in parents:
        passed, above = {key}, parents[key]
        while above and above not in passed:
            passed.add(above)
            above = parents.get(above)
        found += [key] if above == key else []
    return found
