"""A report of all checks as a workbook: what an office sends back to whoever delivered the data."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geodata import crs
from geodata.checking import CHECKED, Outcome, Report
from geodata.clip import HOW
from geodata.kinds import DATASETS
from geodata.shapes import Shapes
from geodata.treatment import SIZES
from geodata.writers import Metadata, to_book

MOST = 1_000_000
"""Lines of a sheet: Excel ends at 1 048 576."""

_HEADING = ("序号", "编号", "对象")
_SUPPLIED = ("文件", "原行号", "原编号", "原值")
_SIZED = ("面积（平方米）", "经度", "纬度", "附注")
_NUMBERED = "该行是文件或图层中的第几行数据，标题行与空行不计"
_CUT_HEADING = ("编号", "名称", "处理", "裁前", "裁后", "裁去", "单位", "经度", "纬度")
_DEGREES = 6

_NAMED = 50

Line = Sequence[object]


class Origin(NamedTuple):
    """Where a row comes from: its file, its number there, its id and the value at fault as they were supplied."""

    file: str
    row: int
    id: str
    value: str


Origins = Callable[[Outcome, Sequence[int]], Sequence[Origin]]
"""An outcome, and positions of rows -> where each of them comes from."""


def to_findings_excel(
    report: Report,
    metadata: Metadata,
    *,
    cuts: gpd.GeoDataFrame | None = None,
    origins: Origins | None = None,
    more: Mapping[str, Sequence[Line]] = MappingProxyType({}),
) -> bytes:
    """Write a workbook: 说明, a sheet per group, and a sheet per broken rule with ids and coordinates of the places.

    Text is written as text: an id that begins with = + - or @ is shown, never run.

    Parameters
    ----------
    report : Report
    metadata : mapping of str to str
        What was checked: file, person, time.
    cuts : GeoDataFrame, optional
        What was cut off beyond the 管辖范围 (`geodata.clip.Clipped.cuts`): a sheet of its own.
    origins : callable, optional
        Tells where rows come from, for whoever is to mend them there.
    more : mapping of str to sequence of lines
        Sheets to stand behind those of the groups.
    """
    sheets: dict[str, list[Line]] = {"说明": [["项目", "内容"], *_explained(report, metadata)]}
    if origins:
        sheets["说明"].append(["原行号", _NUMBERED])
    for group, label in CHECKED.items():
        lines: list[Line] = [[one.number, one.rule, one.sentence, one.count] for one in report.group(group)]
        sheets[label] = [["规则编号", "规则", "说明", "涉及行数"], *lines]
    sheets |= {name: [*lines] for name, lines in more.items()}
    if cuts is not None:
        sheets["裁剪"] = [list(_CUT_HEADING), *_cut(cuts)]
    heading = [*_HEADING, *(_SUPPLIED if origins else ()), *_SIZED]
    for rule, outcomes in _by_rule(report).items():
        listed = [line for outcome in outcomes for line in _lines(report, outcome, origins)]
        sheets[rule] = [heading, *([number, *line] for number, line in enumerate(listed[:MOST], start=1))]
    return to_book(sheets, lean=True)


def _explained(report: Report, metadata: Metadata) -> Iterator[Line]:
    yield from ([key, value] for key, value in metadata.items())
    yield ["数据类别", DATASETS[report.kind].label]
    yield ["检查行数", len(report.ids)]
    yield from ([label, f"{len(report.group(group))} 项"] for group, label in CHECKED.items())
    yield ["坐标", crs.FILE_SAID]


def _by_rule(report: Report) -> Mapping[str, list[Outcome]]:
    """Broken rules that name rows or places, by the name of their sheet."""
    found: dict[str, list[Outcome]] = {}
    for outcome in report.outcomes:
        if outcome.finding and (outcome.finding.rows or outcome.places is not None):
            found.setdefault(f"{outcome.number} {outcome.rule}", []).append(outcome)
    return found


def _lines(report: Report, outcome: Outcome, origins: Origins | None) -> Iterator[Line]:
    """Places of an outcome, or its rows one by one."""
    where = outcome.finding.where if outcome.finding else ""
    if outcome.places is not None:
        shapes, rows = outcome.places.geometry.to_numpy(), outcome.places["rows"].tolist()
        areas, notes = outcome.places["area_m2"].tolist(), outcome.places["note"].tolist()
    else:
        positions = list(outcome.finding.rows) if outcome.finding else []
        rows, areas, notes = [(row,) for row in positions], [math.nan] * len(positions), [""] * len(positions)
        shapes = np.full(len(positions), None) if report.shapes is None else report.shapes.to_numpy()[positions]
    names, supplied = report.ids.tolist(), _supplied(outcome, rows, origins)
    for concerned, came, area, spot, note in zip(rows, supplied, areas, spots(shapes).tolist(), notes, strict=True):
        sized = (_number(area, 2), *(_number(degree, _DEGREES) for degree in spot))
        yield [_named([str(names[row]) for row in concerned], "个"), where, *came, *sized, note]


def _supplied(outcome: Outcome, rows: Sequence[tuple[int, ...]], origins: Origins | None) -> list[Line]:
    """Per line where its rows come from, one after the other; nothing where nobody can tell."""
    if origins is None:
        return [[] for _ in rows]
    told = iter(origins(outcome, [row for concerned in rows for row in concerned]))
    return [_came([next(told) for _ in concerned]) for concerned in rows]


def _came(origins: Sequence[Origin]) -> Line:
    if len(origins) == 1:
        return [*origins[0]]
    files = dict.fromkeys(one.file for one in origins)
    return ["、".join(files), *(_named([str(one[place]) for one in origins], "行") for place in (1, 2, 3))]


def _named(words: Sequence[str], counted: str) -> str:
    """The first words, and how many there are where not all are said; "" for nothing but blanks."""
    more = f" 等 {len(words)} {counted}" if len(words) > _NAMED else ""
    return "、".join(words[:_NAMED]) + more if any(words) else ""


def _cut(cuts: gpd.GeoDataFrame) -> Iterator[Line]:
    """Every row that lost something to the 管辖范围."""
    told = zip(*(cuts[name] for name in ("id", "name", "how", "before", "after", "lost", "unit")), strict=True)
    for (key, name, how, *sizes, unit), spot in zip(told, spots(cuts.geometry.to_numpy()).tolist(), strict=True):
        label, scale, decimals = SIZES[unit]
        amounts = (_number(size / scale, decimals) for size in sizes)
        yield [key, name, HOW[how], *amounts, label, *(_number(degree, _DEGREES) for degree in spot)]


def _number(value: float, decimals: int) -> float | None:
    return round(value, decimals) if math.isfinite(value) else None


def spots(shapes: Shapes) -> npt.NDArray[np.float64]:
    """Longitude and latitude in degrees of a point on each shape; NaN where it has no place.

    Parameters
    ----------
    shapes : array of shapes
        EPSG:4549; of a broken one it is the middle of its frame.

    Examples
    --------
    >>> spots(np.array([shapely.box(630198, 4304031, 630199, 4304032), None])).round(5).tolist()
    [[121.5, 38.86], [nan, nan]]
    """
    west, south, east, north = shapely.bounds(shapes).T
    xy = np.column_stack([(west + east) / 2, (south + north) / 2])
    sound = shapely.is_valid(shapes) & ~shapely.is_empty(shapes)
    xy[sound] = shapely.get_coordinates(shapely.point_on_surface(shapes[sound]))
    placed = np.isfinite(xy).all(axis=1)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*xy[placed].T), crs=crs.METRIC)
    xy[placed] = shapely.get_coordinates(crs.degrees(points).geometry.to_numpy())
    xy[~placed] = np.nan
    return xy
