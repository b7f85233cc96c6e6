"""Which row of a new version is which row of the one before it."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.errors import DatasetError
from geodata.shapes import Shapes, in_threads, sound

OVERLAP = 0.9
"""Share by which an area or a line must cover the other, both ways, to be the same."""

POINT_REACH = 5.0
"""Metres within which a point is the same point measured again; a thing with an id is elsewhere beyond them."""

LINE_REACH = 1.0
"""Metres by which a line may be off and still be covered."""

HOW = {
    "column": "编号相同",
    "elsewhere": "编号相同而位置不同",
    "same": "图形相同",
    "overlap": "图形重叠",
    "near": "位置相近",
    "new": "新编号",
}
"""How a row came by its id."""

_SHOWN = 3
_ID_DIGITS = 10

Numbers = np.ndarray[Any, np.dtype[Any]]
_Pairs = tuple[Numbers, Numbers, Numbers]


@dataclass(frozen=True)
class Matching:
    """Ids for the rows of a new version.

    Attributes
    ----------
    rows : DataFrame
        On the new table's index: `id`; `how`, a key of HOW; `agreement` 0-1: share of the overlap, for points 1 at the
        same place and 0 at POINT_REACH, NA where nothing was compared.
    vanished : Index
        Ids of the old version that no row of the new one has.
    """

    rows: pd.DataFrame
    vanished: pd.Index

    @property
    def to_confirm(self) -> pd.DataFrame:
        """The rows a person has to look at: neither the same id nor the same shape says which they are."""
        return self.rows[~self.rows["how"].isin(["column", "same"])]

    def applied(self, new: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Return a copy of the new table that has the ids, as its index and in the column id."""
        ids = pd.Index(self.rows["id"], dtype=object, name=None)
        return new.assign(id=pd.array(ids, dtype="string")).set_axis(ids, axis="index")


def match_ids(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, *, column: str | None = None) -> Matching:
    """Give the rows of a new version their ids: those of a column, or those of the old shapes they cover.

    Without a column a shape takes over the id of the one shape of the old version that is equal to it or, for areas
    and lines, overlaps it by at least OVERLAP both ways, for points lies within POINT_REACH. All others get new ids,
    made from the shape, so that no id is ever given to something else.

    Parameters
    ----------
    old : GeoDataFrame
        Indexed by id, EPSG:4549; may be empty.
    new : GeoDataFrame
        Any unique index, EPSG:4549.
    column : str, optional
        Column of `new` that holds the ids.

    Raises
    ------
    DatasetError
        The column is absent, empty in a row or not unique; or there are neither a column nor shapes.

    Examples
    --------
    >>> from shapely import box
    >>> old = gpd.GeoDataFrame(index=["甲"], geometry=[box(0, 0, 100, 100)])
    >>> new = gpd.GeoDataFrame(geometry=[box(0, 0, 100, 95)])
    >>> match_ids(old, new).rows.to_dict("records")
    [{'id': '甲', 'how': 'overlap', 'agreement': 0.95}]
    """
    if column is not None:
        rows = _by_column(old, new, column)
    elif _has_shapes(new):
        rows = _by_shape(old, new)
    else:
        where = "与上一版本逐条对应"
        raise DatasetError(where, "这类数据没有图形，无法按位置对应", "请指定一列作为编号")
    return Matching(rows, old.index[~old.index.isin(rows["id"])])


def _by_column(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame, column: str) -> pd.DataFrame:
    ids = _ids(new, column)
    rows = pd.DataFrame({"id": ids, "how": "column", "agreement": np.nan}, index=new.index)
    rows.loc[~rows["id"].isin(old.index), "how"] = "new"
    if _has_shapes(old) and _has_shapes(new):
        known = rows.index[rows["how"] == "column"]
        there = old.geometry.loc[rows["id"][known]].to_numpy()
        here = new.geometry.loc[known].to_numpy()
        told = ~shapely.is_missing(there) & ~shapely.is_missing(here)
        rows.loc[known[told & ~shapely.dwithin(there, here, POINT_REACH)], "how"] = "elsewhere"
    return rows


def _ids(new: pd.DataFrame, column: str) -> pd.Series:
    """The column as text, each value once."""
    if column not in new:
        where = f"编号列“{column}”"
        raise DatasetError(where, "数据中没有这一列", "请改选一列")
    values = new[column]
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")  # a spreadsheet writes 12 as 12.0
    ids = values.astype("string").str.strip()
    _refuse(column, "为空", [str(row) for row in new.index[ids.isna() | (ids == "")]])
    _refuse(column, "重复", ids[ids.duplicated()].unique())
    return ids.astype(object)


def _refuse(column: str, what: str, found: Iterable[str]) -> None:
    rows = list(found)
    if rows:
        shown = "、".join(rows[:_SHOWN]) + (f" 等 {len(rows)} 处" if len(rows) > _SHOWN else "")
        where, fault = f"编号列“{column}”", f"有取值{what}（{shown}）"
        raise DatasetError(where, fault, "请改正，或改选一列")


def _by_shape(old: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> pd.DataFrame:
    before, after = _shapes(old), _shapes(new)
    taken: Numbers = np.full(len(after), -1)
    how, agreement = np.full(len(after), "new", object), np.full(len(after), np.nan)
    free = np.ones(len(before), bool)
    for name, dimension, rule in _RULES:
        left = np.flatnonzero(free & _are(before, dimension))
        right = np.flatnonzero((taken < 0) & _are(after, dimension))
        if len(left) and len(right):
            was, now, how_much = _one_to_one(rule(before[left], after[right]))
            taken[right[now]], how[right[now]], agreement[right[now]] = left[was], name, how_much
            free[left[was]] = False
    ids = np.empty(len(after), object)
    ids[taken >= 0] = old.index.to_numpy(object)[taken[taken >= 0]]
    ids[taken < 0] = _new_ids(after[taken < 0], set(old.index))
    return pd.DataFrame({"id": ids, "how": how, "agreement": agreement}, index=new.index)


def _equal(before: Shapes, after: Shapes) -> _Pairs:
    """Shapes that are the same to the last bit; the second of two twins is the second of the two before."""
    keys = [pd.Series(shapely.to_wkb(shapely.normalize(shapes))) for shapes in (before, after)]
    left, right = (pd.DataFrame({"shape": key, "twin": key.groupby(key).cumcount()}) for key in keys)
    both = left.reset_index(names="old").merge(right.reset_index(names="new"), on=["shape", "twin"])
    return both["old"].to_numpy(), both["new"].to_numpy(), np.ones(len(both))


def _areas(before: Shapes, after: Shapes) -> _Pairs:
    before, after = sound(before), sound(after)
    now, was = shapely.STRtree(before).query(after)
    larger = np.maximum(shapely.area(before[was]), shapely.area(after[now]))
    near = _common_frame(before[was], after[now]) >= OVERLAP * larger  # neighbours only touch: never intersect them
    was, now, larger = was[near], now[near], larger[near]
    common = in_threads(lambda one, other: shapely.area(shapely.intersection(one, other)), before[was], after[now])
    return _agreeing(was, now, common / larger)


def _common_frame(one: Shapes, other: Shapes) -> Numbers:
    """Area that the bounding boxes share: no less than the shapes share."""
    west, south, east, north = np.stack([shapely.bounds(one), shapely.bounds(other)]).transpose(2, 0, 1)
    width, height = east.min(axis=0) - west.max(axis=0), north.min(axis=0) - south.max(axis=0)
    return np.asarray(np.clip(width, 0, None) * np.clip(height, 0, None))


def _lines(before: Shapes, after: Shapes) -> _Pairs:
    now, was = shapely.STRtree(before).query(after, predicate="dwithin", distance=LINE_REACH)
    lengths = shapely.length(before[was]), shapely.length(after[now])
    alike = np.minimum(*lengths) >= OVERLAP * np.maximum(*lengths)
    was, now = was[alike], now[alike]
    shares = [in_threads(_covered, *pair) for pair in ((before[was], after[now]), (after[now], before[was]))]
    return _agreeing(was, now, np.minimum(*shares))


def _agreeing(was: Numbers, now: Numbers, share: Numbers) -> _Pairs:
    enough = share >= OVERLAP
    return was[enough], now[enough], share[enough]


def _covered(line: Shapes, by: Shapes) -> Numbers:
    common = shapely.length(shapely.intersection(line, shapely.buffer(by, LINE_REACH)))
    return np.asarray(common / shapely.length(line))


def _points(before: Shapes, after: Shapes) -> _Pairs:
    now, was = shapely.STRtree(before).query(after, predicate="dwithin", distance=POINT_REACH)
    return was, now, 1 - shapely.distance(before[was], after[now]) / POINT_REACH


_RULES: tuple[tuple[str, int | None, Callable[[Shapes, Shapes], _Pairs]], ...] = (
    ("same", None, _equal),
    ("overlap", 2, _areas),
    ("overlap", 1, _lines),
    ("near", 0, _points),
)
"""How, for shapes of which dimension (all), by what."""


def _one_to_one(pairs: _Pairs) -> _Pairs:
    """The pairs of which each is the other's best."""
    table = pd.DataFrame(dict(zip(("old", "new", "agreement"), pairs, strict=True)))
    table = table.sort_values("agreement", ascending=False, kind="stable")
    best = table[~table.duplicated("old") & ~table.duplicated("new")]
    return best["old"].to_numpy(), best["new"].to_numpy(), best["agreement"].to_numpy()


def _new_ids(shapes: Shapes, known: set[str]) -> list[str]:
    """Ids made from the shapes; one that is known already gets a number."""
    ids = []
    for content in shapely.to_wkb(shapely.normalize(shapes)):
        made = key = "x" + hashlib.sha256(content or b"").hexdigest()[:_ID_DIGITS]
        number = 1
        while key in known:
            number += 1
            key = f"{made}-{number}"
        known.add(key)
        ids.append(key)
    return ids


def _has_shapes(table: pd.DataFrame) -> bool:
    return isinstance(table, gpd.GeoDataFrame)


def _shapes(table: gpd.GeoDataFrame) -> Shapes:
    return np.asarray(table.geometry.to_numpy(), object)


def _are(shapes: Shapes, dimension: int | None) -> Numbers:
    dimensions = shapely.get_dimensions(shapes)
    return np.asarray(dimensions >= 0 if dimension is None else dimensions == dimension)
