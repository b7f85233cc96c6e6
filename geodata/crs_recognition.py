"""Which coordinate system a foreign table is in: what it declares, and where its numbers would lie."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geodata import crs
from geodata.crs import SYSTEMS, Positions
from geodata.crs_pipelines import NO_PIPELINES, Pipelines, known, old_datum, pipelined, refuse_old
from geodata.errors import FileError
from geodata.shapes import Shapes

Bounds: TypeAlias = tuple[float, float, float, float]
_SAMPLE = 5000
_COUNTRY = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north of the country in degrees."""
_NAMED = 5
"""So many rows are named in a sentence."""
_TWINS: Mapping[str, str] = {
    **dict.fromkeys(("cgcs2000", "wgs84"), "CGCS2000 与 WGS-84 相差不到 1 米，须依来源判断"),
    **dict.fromkeys(("gk3_123", "gk6_123"), "中央经线 123° 的 3 度带与 6 度带数值相同，须依来源判断"),
}
_CLEAR = 0.05
"""A declared system keeps the first rank unless another holds this much more of the features."""


@dataclass(frozen=True)
class Candidate:
    """A coordinate system a table may be in.

    Attributes
    ----------
    system : str
        Key of `crs.SYSTEMS`; empty for another declared system and for an office's own pipeline.
    said : str
        Its name on the screen.
    swapped : bool
        Whether the first number is the northing (latitude).
    share : float
        Share of the features that would lie in the zone's window.
    evidence : tuple of str
        What speaks for it and against it.
    declared : bool
        Whether the file says so.
    wkt, pipeline : str
        Another declared system; an office's own way.
    """

    system: str
    said: str
    swapped: bool
    share: float
    evidence: tuple[str, ...]
    declared: bool = False
    wkt: str = ""
    pipeline: str = ""


def candidates(
    table: gpd.GeoDataFrame | Bounds, declared: Any = None, *, pipelines: Pipelines = NO_PIPELINES
) -> tuple[Candidate, ...]:
    """Systems that put features into the zone's window, the likeliest first.

    Parameters
    ----------
    table : GeoDataFrame or tuple of float
        The table as it was read, or its west, south, east, north in its own numbers.
    declared : optional
        What the file declares, in any form pyproj understands; the table's own where it is left out.
    pipelines : mapping of str to str
        The office's own PROJ pipelines by name, see `read_pipelines`.

    Returns
    -------
    tuple of Candidate
        A declared system is among them even where nothing lies in the window; empty where nothing fits.

    Raises
    ------
    FileError
        Where the file declares Xi'an 80 or Beijing 54 and the office has no pipeline for it.

    Examples
    --------
    >>> [one.system for one in candidates((630000.0, 4303000.0, 631000.0, 4304000.0))]
    ['gk3_120']
    """
    told = known(declared if declared is not None else getattr(table, "crs", None))
    refuse_old(told, pipelines)
    xy = _positions(table)
    found = [_candidate(key, xy, swapped=swapped) for key in SYSTEMS for swapped in (False, True)]
    found += [_by_pipeline(name, text, xy) for name, text in pipelines.items()]
    key = system_of(told)
    marked = [_marked(one, told, key) for one in found]
    if told is not None and not any(one.declared for one in marked):
        marked.append(_other(told, xy))
    return _ranked([one for one in marked if one.share > 0 or one.declared])


def misplaced(where: str, found: Sequence[Candidate], table: gpd.GeoDataFrame | Bounds) -> FileError | None:
    """Say that no system puts a table into the zone, and where it lies if that can be told.

    Returns
    -------
    FileError or None
        None where a system does, and where there is no position at all.
    """
    xy = _positions(table)
    if not len(xy) or any(one.share > 0 for one in found):
        return None
    what = f"没有一种坐标系能使要素落在高新区一带{_elsewhere(xy, found)}"
    return FileError(where, what, "请核对文件是否属于本区、坐标单位是否为度或米，或由提供单位写明坐标系")


def _elsewhere(xy: Positions, found: Sequence[Candidate]) -> str:
    """Where most of it lies: by the declared system, or as numbers that can be degrees of this country."""
    middle = np.median(xy, axis=0, keepdims=True)
    declared = next((one for one in found if one.declared), None)
    placed = crs.transformed(_metric(middle, declared), crs.METRIC, crs.FILE) if declared else middle
    for lng, lat in (placed[0], placed[0][::-1]):
        if _COUNTRY[0] <= lng <= _COUNTRY[2] and _COUNTRY[1] <= lat <= _COUNTRY[3]:
            return f"（数据落在约 E{lng:.1f}°、N{lat:.1f}°）"
    return ""


def to_metric(table: gpd.GeoDataFrame, candidate: Candidate) -> gpd.GeoDataFrame:
    """The table in EPSG:4549, taken to be in a candidate's system; heights stay.

    Raises
    ------
    FileError
        Where positions cannot be taken over.
    """
    shapes = table.geometry.to_numpy()
    if not candidate.swapped and candidate.system and SYSTEMS[candidate.system].code == crs.METRIC:
        return _settled(table, shapes, candidate)
    moved = shapely.transform(shapes, lambda xy: _metric(xy, candidate), include_z=False)
    if shapely.has_z(shapes).any():
        moved = shapely.transform(shapes, lambda xyz: _with_height(xyz, candidate), include_z=True)
    return _settled(table, moved, candidate)


def _settled(table: gpd.GeoDataFrame, moved: Shapes, candidate: Candidate) -> gpd.GeoDataFrame:
    positions, owner = shapely.get_coordinates(moved, return_index=True)
    wild = np.unique(owner[~np.isfinite(positions).all(axis=1)])
    if len(wild):
        rows = "、".join(str(place + 1) for place in wild[:_NAMED]) + ("等" if len(wild) > _NAMED else "")
        what = f"第 {rows} 行的坐标不能从“{candidate.said}”换算（共 {len(wild):,} 行，全部 {len(table):,} 行）"
        where = "坐标系"
        raise FileError(where, what, "若只是个别行，请在文件中改正或删去后重新选择；否则请核对坐标系是否选对")
    return table.set_geometry(gpd.GeoSeries(moved, index=table.index, crs=crs.METRIC))


def _positions(table: gpd.GeoDataFrame | Bounds) -> Positions:
    """One position of each feature (of five thousand of them), or the corners of the bounds."""
    if isinstance(table, tuple):
        west, south, east, north = table
        return np.array([[west, south], [east, south], [west, north], [east, north]], float)
    shapes = table.geometry.to_numpy()
    bounds = shapely.bounds(shapes[:: max(1, len(shapes) // _SAMPLE)])
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)])


def _candidate(key: str, xy: Positions, *, swapped: bool) -> Candidate:
    system = SYSTEMS[key]
    placed = xy[:, ::-1] if swapped else xy
    share = _share(crs.transformed(placed, system.code, crs.FILE))
    said = f"{system.said}，两列对调" if swapped else system.said
    return Candidate(key, said, swapped, share, (*_looks(key, swapped=swapped), *_twin(key), _inside(share)))


def _other(told: CRS, xy: Positions) -> Candidate:
    wkt = told.to_wkt()
    share = _share(crs.transformed(xy, wkt, crs.FILE))
    evidence = (f"文件声明为 {told.name}", _inside(share))
    return Candidate("", told.name, swapped=False, share=share, evidence=evidence, declared=True, wkt=wkt)


def _by_pipeline(name: str, text: str, xy: Positions) -> Candidate:
    share = _share(crs.transformed(pipelined(xy, text), crs.METRIC, crs.FILE))
    evidence = ("本单位换算文件中的坐标系", _inside(share))
    return Candidate("", name, swapped=False, share=share, evidence=evidence, pipeline=text)


def _marked(one: Candidate, told: CRS | None, key: str) -> Candidate:
    """The candidate with what the file declares said for or against it."""
    if told is None:
        return one
    same = one.said == old_datum(told) if one.pipeline else not one.swapped and one.system == key
    words = f"文件声明为{one.said}" if same else f"与文件声明的 {told.name} 不符"
    return replace(one, declared=same, evidence=(words, *one.evidence))


def system_of(told: CRS | None) -> str:
    """Key of `crs.SYSTEMS` a declared system is, by its code or, under another name, by its figures.

    Examples
    --------
    >>> system_of(CRS("+proj=tmerc +lon_0=120 +x_0=40500000 +ellps=GRS80 +type=crs"))
    'gk3_zone40'
    """
    if told is None or old_datum(told):
        return ""
    if (code := told.to_epsg()) is not None:
        return crs.system_with(code)
    figures = _figures(told)
    return next((key for key, system in SYSTEMS.items() if _figures(CRS(system.code)) == figures), "")


def _figures(system: CRS) -> tuple[Any, ...]:
    """What the numbers depend on: method, its parameters, the size of the ellipsoid to a metre."""
    axis = round(system.ellipsoid.semi_major_metre) if system.ellipsoid else 0
    operation = system.coordinate_operation
    if operation is None:
        return (axis, system.is_geographic, "wgs" in system.name.lower())
    named = {one.name.lower(): round(float(one.value), 6) for one in operation.params if one.value}
    return (axis, operation.method_name, tuple(sorted(named.items())))


def _looks(key: str, *, swapped: bool) -> tuple[str, ...]:
    system = SYSTEMS[key]
    order = ("第一列是纵坐标（北）" if not system.degrees else "第一列是纬度",) if swapped else ()
    if system.degrees:
        return ("数值是经纬度", *order)
    if system.zone:
        return (f"横坐标 8 位，以带号 {system.zone} 开头", *order)
    return ("数值是米" if key == "mercator" else "横坐标 6 位，没有带号", *order)


def _twin(key: str) -> tuple[str, ...]:
    return (_TWINS[key],) if key in _TWINS else ()


def _share(lnglat: Positions) -> float:
    west, south, east, north = crs.WINDOW
    x, y = lnglat[:, 0], lnglat[:, 1]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return float(inside.mean()) if len(inside) else 0.0


def _inside(share: float) -> str:
    if share == 1:
        return "全部要素落在高新区一带"
    return f"约 {max(1, math.floor(100 * share))}% 的要素落在高新区一带" if share else "没有要素落在高新区一带"


def _ranked(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """By share; a declared system goes first unless clearly worse. Sorting keeps the order of the table."""
    return tuple(sorted(found, key=lambda one: -(one.share + (_CLEAR if one.declared and one.share else 0))))


def _metric(xy: Positions, candidate: Candidate) -> Positions:
    placed = xy[:, ::-1] if candidate.swapped else xy
    if candidate.system:
        return crs.transformed(placed, SYSTEMS[candidate.system].code, crs.METRIC)
    if candidate.pipeline:
        return pipelined(placed, candidate.pipeline)
    return crs.transformed(placed, candidate.wkt, crs.METRIC)


def _with_height(xyz: Positions, candidate: Candidate) -> Positions:
    return np.column_stack([_metric(xyz[:, :2], candidate), xyz[:, 2]])
