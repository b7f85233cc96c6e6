"""Parks that are not there: places for new ones, what they would be, and what stands against them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from shapely import from_wkt, to_wkt
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.errors import MeasureError
from geodata.vocabulary import GREEN_CLASSES

How = Literal["point", "drawn", "plot"]
HOW: Mapping[How, str] = MappingProxyType({"point": "点位", "drawn": "绘制", "plot": "地块改公园"})
"""How a park came into a proposal."""

CLASSES = tuple(code for code in GREEN_CLASSES if code.startswith(("G1", "G3")))
"""What a new park can be."""

SIZES = (100.0, 1_000_000.0)
"""m2: the least green there is an indicator for, and a square kilometre."""

_CORNERS = 64
_OVERLAP = 0.01
"""Share of a new park from which on it lies on another: outlines are not drawn point for point."""
_REDRAW, _ELSEWHERE = "请重画", "请另选位置"


@dataclass(frozen=True)
class Park:
    """A park to be.

    Attributes
    ----------
    id, name : str
    how : str
        Key of HOW.
    green_class : str
        One of CLASSES.
    public : bool
    shape : Polygon or MultiPolygon
        EPSG:4549.
    table, row : str
        Kind of dataset and id of the land it takes the place of; "" where it was placed freely.
    """

    id: str
    name: str
    how: How
    green_class: str
    public: bool
    shape: BaseGeometry
    table: str = ""
    row: str = ""

    @property
    def record(self) -> dict[str, Any]:
        """What is kept of it, for JSON: imported shapes are named, not copied."""
        return {**asdict(replace(self, shape=None)), "shape": "" if self.row else to_wkt(self.shape, 3)}


Parks = tuple[Park, ...]


def fingerprint(parks: Sequence[Park]) -> str:
    """Name parks by what figures and lists depend on; "" for none.

    Examples
    --------
    >>> fingerprint(())
    ''
    """
    told = [
        (park.id, park.name, park.green_class, park.public, bool(park.row), shapely.to_wkb(park.shape).hex())
        for park in parks
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest() if told else ""


def circle(at: BaseGeometry, size: float) -> BaseGeometry:
    """A round park of just so many square metres.

    Examples
    --------
    >>> round(circle(shapely.Point(0, 0), 5000).area, 6)
    5000.0
    """
    turn = 2 * np.pi * np.arange(_CORNERS) / _CORNERS
    radius = np.sqrt(2 * size / (_CORNERS * np.sin(2 * np.pi / _CORNERS)))
    return shapely.Polygon(np.column_stack((at.x + radius * np.cos(turn), at.y + radius * np.sin(turn))))


def restored(
    records: Sequence[Mapping[str, Any]], tables: Mapping[str, gpd.GeoDataFrame]
) -> tuple[tuple[Park, ...], tuple[MeasureError, ...]]:
    """Make parks of what is kept of them; one whose land is no longer in the data is left out and said.

    Parameters
    ----------
    records : sequence of mapping
        From `Park.record`.
    tables : mapping of str to GeoDataFrame
        By kind of dataset, indexed by id.
    """
    found, lost = [], []
    for told in records:
        rows = tables.get(told["table"])
        if told["row"] and (rows is None or told["row"] not in rows.index):
            what = f"原地块 {told['row']} 已不在现用数据中，未计入"
            lost.append(MeasureError(f"方案中的“{told['name']}”", what, "请核对后重新选择地块"))
            continue
        shape = rows.geometry[told["row"]] if rows is not None and told["row"] else from_wkt(told["shape"])
        found.append(Park(**{**told, "shape": shape}))
    return tuple(found), tuple(lost)


def checked(park: Park, *, zone: BaseGeometry, green: gpd.GeoDataFrame, beside: Sequence[Park] = ()) -> Park:
    """Return a park if it can be one there.

    Parameters
    ----------
    park : Park
    zone : Polygon or MultiPolygon
        EPSG:4549: the district.
    green : GeoDataFrame
        EPSG:4549: `name`, `green_class`; what is there.
    beside : sequence of Park
        The others of the proposal.

    Raises
    ------
    MeasureError
        The outline crosses itself, the size is out of range, it lies outside the zone or on a park.
    """
    where = f"新公园“{park.name}”"
    if not shapely.is_valid(park.shape) or not park.shape.area:
        raise MeasureError(where, f"边界自相交或不成面（{_crossing(park.shape)}附近）", _REDRAW)
    if not SIZES[0] <= park.shape.area <= SIZES[1]:
        what = f"面积 {park.shape.area:,.0f} 平方米，应在 {SIZES[0]:,.0f} 至 {SIZES[1]:,.0f} 平方米之间"
        raise MeasureError(where, what, "请改正面积" if park.how == "point" else _REDRAW)
    if not zone.covers(park.shape) and park.shape.difference(zone).area > _OVERLAP * park.shape.area:
        raise MeasureError(where, "在高新区范围以外，或有一部分在范围以外", _ELSEWHERE)
    if name := _beneath(park, green, beside):
        raise MeasureError(where, f"与已有的“{name}”重叠", _ELSEWHERE)
    return park


def _crossing(shape: BaseGeometry) -> str:
    """Where an outline crosses itself, in degrees; as GEOS tells it: "Self-intersection[x y]"."""
    place = shapely.is_valid_reason(shape).partition("[")[2]
    x, y = (float(part) for part in place.rstrip("]").split()[:2])
    point = crs.degrees(gpd.GeoDataFrame(geometry=[shapely.Point(x, y)], crs=crs.METRIC)).geometry.iloc[0]
    return f"东经 {point.x:.5f}°、北纬 {point.y:.5f}°"


def _beneath(park: Park, green: gpd.GeoDataFrame, beside: Sequence[Park]) -> str:
    """Name of the park a new one lies on; "" where there is none."""
    for other in beside:
        if other.id != park.id and other.shape.intersection(park.shape).area > _OVERLAP * park.shape.area:
            return other.name
    found = green.iloc[green.sindex.query(park.shape, predicate="intersects")]
    found = found[found["green_class"].astype("string").fillna("").str.startswith(("G1", "G3")).to_numpy(bool)]
    found = found[(found.intersection(park.shape).area > _OVERLAP * park.shape.area).to_numpy(bool)]
    return str(found["name"].fillna(found.index.to_series().astype(str)).iloc[0]) if len(found) else ""
