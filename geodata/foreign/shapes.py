"""The geometry of a table as it was read: kinds, what cannot be used, what a person should know."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geodata.errors import FileError
from geodata.foreign.model import ONE_LAYER, TABLES, Notes, Task

KINDS = {"Point": "点", "LineString": "线", "LinearRing": "线", "Polygon": "面"}
_MANY_VERTICES = 100_000
_MANY_COLUMNS = 100
_RUNS = r"(?i)<\s*(?:script|img|svg|iframe)|javascript:|^[=@]|^[+-][^\d.]"
_NO_SHAPES = ("图层不带图形", "只读入属性；需要位置时请另选图层或文件")
_NO_PLACES = ("没有找到坐标列", "只读入属性；需要位置时请选择或补充坐标列")
_NO_FEATURES = ("图层中没有要素", "请核对是否选对了图层")
_NOTHING = ("没有要素", "请核对导出的范围与筛选条件，重新导出")
_MARK = "\ufffd"


def kinds(table: pd.DataFrame) -> tuple[str, ...]:
    """点, 线, 面, 混合 in that order, as far as the table has them.

    Examples
    --------
    >>> kinds(gpd.GeoDataFrame(geometry=[shapely.Point(0, 0), shapely.box(0, 0, 1, 1)]))
    ('点', '面')
    """
    if not isinstance(table, gpd.GeoDataFrame):
        return ()
    names = {str(name).removeprefix("Multi") for name in table.geom_type.dropna().unique()}
    found = {KINDS.get(name, "混合") for name in names}
    return tuple(kind for kind in ("点", "线", "面", "混合") if kind in found)


def refuse_size(task: Task, rows: int, columns: int) -> None:
    """Refuse a table larger than the limits.

    Raises
    ------
    FileError
    """
    limits = task.limits
    for count, most, unit in ((rows, limits.rows, "个要素"), (columns, limits.columns, "列")):
        if count > most:
            what = f"有 {count} {unit}，超过 {most} {unit}的上限"
            raise FileError(task.file, what, "请分成几个文件，或只保留需要的部分")


def settled(table: pd.DataFrame, where: str, form: str) -> tuple[pd.DataFrame, Notes]:
    """The table without geometry nothing can be done with, and what to know before going on.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
    where : str
        The file's name.
    form : str
        Its format, key of `model.FORMATS`.
    """
    notes = [*_of_columns(table, where), *_of_texts(table, where)]
    if not isinstance(table, gpd.GeoDataFrame):
        return table, (*notes, FileError(where, *(_NO_PLACES if form in TABLES else _NO_SHAPES)))
    absent = _absent(table, where, form)
    table, lost = _finite(table, where)
    return table, (*notes, *absent, *lost, *_of_shapes(table, where))


def _absent(table: gpd.GeoDataFrame, where: str, form: str) -> Notes:
    """Rows without a shape; why a row of a table has none its columns tell (`places`)."""
    if not len(table):
        return (FileError(where, *(_NOTHING if form in ONE_LAYER else _NO_FEATURES)),)
    shapes = table.geometry.to_numpy()
    lost = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if lost.size == len(table):
        return (FileError(where, "所有要素都没有图形", "请核对是否选对了图层，或补充坐标列"),)
    if not lost.size or form in TABLES:
        return ()
    what = f"有 {lost.size} 行没有图形（第一处在第 {lost[0] + 1} 行）"
    return (FileError(where, what, "请在原软件中补绘或删去"),)


def _finite(table: gpd.GeoDataFrame, where: str) -> tuple[gpd.GeoDataFrame, Notes]:
    """Take away geometry with coordinates that are no numbers."""
    shapes = table.geometry.to_numpy()
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = np.unique(owner[~np.isfinite(xy).all(axis=1)])
    if not bad.size:
        return table, ()
    kept = np.asarray(shapes, object).copy()
    kept[bad] = None
    why = "为无穷大" if np.isinf(xy).any() else "不是数值（NaN）"
    what = f"有 {bad.size} 个图形的坐标{why}（第一处在第 {bad[0] + 1} 行）"
    series = gpd.GeoSeries(kept, index=table.index, crs=table.crs)
    return table.set_geometry(series), (FileError(where, what, "这些行按没有图形读取，请在原软件中改正"),)


def _of_columns(table: pd.DataFrame, where: str) -> Notes:
    count = sum(name != "geometry" for name in table.columns)
    if count <= _MANY_COLUMNS:
        return ()
    return (FileError(where, f"有 {count} 列", "匹配字段时只选用需要的列，其余不会导入"),)


def _of_texts(table: pd.DataFrame, where: str) -> Notes:
    texts = {str(name): (pa.array([str(name)]), _different(table[name])) for name in table.columns}
    bold = [name for name, parts in texts.items() if any(_has(pc.match_substring_regex, part, _RUNS) for part in parts)]
    lost = [name for name, parts in texts.items() if any(_has(pc.match_substring, part, _MARK) for part in parts)]
    notes = []
    if bold:
        what = f"“{bold[0][:30]}”等 {len(bold)} 列中有形似公式或脚本的文字"
        notes.append(FileError(where, what, "一律按普通文字处理，不会执行，请核对来源"))
    if lost:
        what = f"“{lost[0][:30]}”等 {len(lost)} 列中有无法识别的文字（显示为 �）"
        notes.append(FileError(where, what, "请改选编码，或在原软件中重新导出"))
    return tuple(notes)


def _different(column: Any) -> Any:
    """The different texts of a column, for Arrow to search."""
    texts = column.dropna().unique() if pd.api.types.is_string_dtype(column) else np.array([], object)
    return pa.array(texts, pa.large_string())


def _has(search: Callable[[Any, str], Any], texts: Any, sought: str) -> bool:
    return bool(pc.any(search(texts, sought)).as_py())


def _of_shapes(table: gpd.GeoDataFrame, where: str) -> Notes:
    shapes = table.geometry.to_numpy()
    notes = []
    if len(found := kinds(table)) > 1:
        what = f"图形种类不一（{'、'.join(found)}）"
        notes.append(FileError(where, what, "导入时只取所需的一种，其余列入检查结果"))
    if (most := shapely.get_num_coordinates(shapes)).max(initial=0) > _MANY_VERTICES:
        what = f"第 {most.argmax() + 1} 行的图形有 {most.max()} 个顶点"
        notes.append(FileError(where, what, "检查与显示会较慢，建议在 GIS 软件中简化或拆分"))
    return (*notes, *_invalid(shapes, where))


def _invalid(shapes: Any, where: str) -> Notes:
    bad = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    if not bad.size:
        return ()
    what = f"有 {bad.size} 个图形自相交或环有误（第一处在第 {bad[0] + 1} 行）"
    return (FileError(where, what, "可在检查时一并修复"),)
