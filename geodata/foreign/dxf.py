"""DXF drawings: one layer per kind of shape, the drawing's layer as a column, closed polylines as areas."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import FileError
from geodata.foreign.encoding import declared_encoding, disagreement, guess_file
from geodata.foreign.model import Layer, Notes, Task
from geodata.foreign.shapes import KINDS
from geodata.foreign.staging import Staged, with_ending

ENTITIES = "entities"
"""GDAL's name of the only layer."""

_HEADINGS = {"Layer": "图层", "Text": "文字", "Linetype": "线型", "EntityHandle": "句柄", "BlockName": "图块"}
_CODECS = {"UTF-8": "UTF-8", "GBK": "GB18030"}
_SHORTEST = 4
_ENDS = 4096
_HEAD = 2**16
_UTF8_SINCE = 1021


def staged(task: Task) -> Staged:
    """A drawing that has its end, in the encoding its texts are in.

    Raises
    ------
    FileError
    """
    with task.path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, task.path.stat().st_size - _ENDS))
        end = file.read()
    if not re.search(rb"\bEOF\s*$", end):
        raise FileError(task.file, "DXF 没有结束标志，文件不完整", "请重新拷贝，或在 CAD 软件中重新另存为 DXF")
    declared = _declared(head)
    encoding = task.choice.encoding or guess_file(task.path, declared)
    options = {"DXF_ENCODING": _CODECS.get(encoding, "UTF-8")}
    notes = disagreement(task.file, declared, encoding)
    return Staged(with_ending(task, ".dxf"), encoding, options=options, declares=False, notes=notes)


def layers(table: gpd.GeoDataFrame, whole: Layer) -> Iterator[Layer]:
    """One layer per kind of shape there is."""
    drawn = _drawn(table)
    headings = tuple(name for name in drawn.columns if name != "geometry")
    for kind, rows in Counter(_kinds(drawn)).items():
        yield replace(whole, name=kind, kinds=(kind,), rows=rows, headings=headings)


def part(table: gpd.GeoDataFrame, kind: str, where: str) -> tuple[gpd.GeoDataFrame, Notes]:
    """Features of one kind; the first there is if none is named.

    Raises
    ------
    FileError
        Where there are none of that kind.
    """
    drawn = _drawn(table)
    kinds = _kinds(drawn)
    wanted = kind or next(iter(kinds), "")
    if not (kinds == wanted).any():
        raise FileError(where, f"没有图层“{kind}”", "请重新选择图层")
    notes = _closed_note(table, where) if wanted == "面" else ()
    return drawn[kinds == wanted].reset_index(drop=True), notes


def _drawn(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """What stands in the model, blocks taken apart, closed lines as areas."""
    if "PaperSpace" in table:
        table = table[table["PaperSpace"].fillna(value=0).astype(int) != 1]
    table = table[table.geometry.notna()].explode(index_parts=False).reset_index(drop=True)
    closed = _closed(table)
    shapes = np.asarray(table.geometry, object).copy()
    if closed.any():
        shapes[closed] = _areas(shapes[closed])
    kept = [name for name in _HEADINGS if name in table.columns]
    return table.set_geometry(gpd.GeoSeries(shapes, index=table.index))[[*kept, "geometry"]].rename(columns=_HEADINGS)


def _areas(lines: Any) -> Any:
    """Polygons of closed lines, with their heights."""
    high = bool(shapely.has_z(lines).any())
    positions, owners = shapely.get_coordinates(lines, include_z=high, return_index=True)
    return shapely.polygons(shapely.linearrings(positions, indices=owners))


def _closed(table: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    shapes = table.geometry.to_numpy()
    lines = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    closed: npt.NDArray[np.bool_] = (
        lines & shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= _SHORTEST)
    )
    return closed


def _kinds(drawn: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    names = drawn.geom_type.str.removeprefix("Multi")
    return np.array([KINDS.get(name, "混合") for name in names], object)


def _closed_note(table: gpd.GeoDataFrame, where: str) -> Notes:
    count = int(_closed(table[table.geometry.notna()]).sum())
    if not count:
        return ()
    return (FileError(where, f"{count} 条闭合多段线已作为面", "请按“图层”列对照用地类别；未闭合的线在另一图层"),)


def _declared(head: bytes) -> str | None:
    """The code page a drawing names; from AutoCAD 2007 on texts are UTF-8 whatever it says."""
    version = re.search(rb"\$ACADVER\s+1\s+AC(\d{4})", head)
    if version and int(version[1]) >= _UTF8_SINCE:
        return "UTF-8"
    page = re.search(rb"\$DWGCODEPAGE\s+3\s+(\S+)", head)
    return declared_encoding(page[1].decode("latin-1")) if page else None
