"""What lies outside an area: of areas the part, of lines the stretch, of points the point."""

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata import crs
from geodata.areal import Flags, areas_of, ellipsoidal, is_area, is_finite, mended, only
from geodata.errors import DatasetError
from geodata.places import places
from geodata.shapes import Shapes
from geodata.topology import TOLERANCES, Tolerances, matters

JURISDICTION = "jurisdiction"
_POINT, _LINE, _AREA = range(3)
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)


class Division(NamedTuple):
    """Shapes divided by an area.

    Attributes
    ----------
    inside, beyond : array of shapes
        What lies in the area, and what does not; None where there is nothing. A shape that sticks out by no more than
        rounding is inside as it is, one that reaches in by no more is beyond.
    """

    inside: Shapes
    beyond: Shapes


def extent(boundary: gpd.GeoDataFrame) -> Any:
    """Union of a table of areas; of boundaries the 管辖范围 alone, where they are told apart.

    Raises
    ------
    DatasetError
        Not in EPSG:4549, or no area in it.
    """
    where = "管辖范围"
    refused = crs.refusal(boundary.crs)
    if refused:
        raise DatasetError(where, *refused)
    if "boundary_class" in boundary.columns:
        boundary = boundary[boundary["boundary_class"].isin([JURISDICTION, where])]
    shapes = mended(boundary.geometry.to_numpy())
    if shapely.is_missing(shapes).all():
        raise DatasetError(where, "没有可用的面", "请选择含有管辖范围的界线数据")
    return shapely.union_all(shapes)


def division(shapes: Shapes, area: Any, *, tolerances: Tolerances = TOLERANCES) -> Division:
    """Divide shapes by an area.

    Parameters
    ----------
    shapes : array of shapes
        What has no place, or cannot be mended, is neither inside nor beyond.
    area : Polygon or MultiPolygon
        Sound; it is prepared, which makes it faster the next time.

    Examples
    --------
    >>> from shapely import box
    >>> inside, beyond = division(np.array([box(0, 0, 2, 1), box(5, 0, 6, 1)]), box(0, 0, 1, 1))
    >>> [shape and shape.area for shape in inside], [shape.area for shape in beyond]
    ([1.0, None], [1.0, 1.0])
    """
    shapely.prepare(area)
    given = usable(shapes)
    within = shapely.covers(area, given)
    away = ~within & ~shapely.intersects(area, given) & ~shapely.is_missing(given)
    across = np.flatnonzero(~within & ~away & ~shapely.is_missing(given))
    dimension = shapely.get_dimensions(given[across])
    rest = _of_dimension(shapely.difference(given[across], area), dimension, tolerances)
    kept = _of_dimension(shapely.intersection(given[across], area), dimension, tolerances)
    kept = np.where(shapely.is_missing(rest), shapes[across], kept)  # rounding: leave it as it was drawn
    rest = np.where(shapely.is_missing(kept), shapes[across], rest)
    inside, beyond = only(shapes, within), only(shapes, away)
    inside[across], beyond[across] = kept, rest
    return Division(inside, beyond)


def outside(table: gpd.GeoDataFrame, area: Any, *, tolerances: Tolerances = TOLERANCES) -> gpd.GeoDataFrame:
    """Find rows that lie outside an area, or reach out of it.

    Returns
    -------
    GeoDataFrame
        `geodata.places.places` with rows of one label, geometry = what is outside, and `whole`: nothing is inside.

    Examples
    --------
    >>> from shapely import box
    >>> table = gpd.GeoDataFrame(index=["A", "B"], geometry=[box(0, 0, 2, 1), box(0, 0, 1, 1)])
    >>> found = outside(table, box(0, 0, 1, 1))
    >>> found["rows"].tolist(), found["whole"].tolist(), found.geometry.area.tolist()
    ([('A',)], [False], [1.0])
    """
    inside, beyond = division(table.geometry.to_numpy(), area, tolerances=tolerances)
    found = np.flatnonzero(~shapely.is_missing(beyond))
    whole = pd.Series(shapely.is_missing(inside[found]), dtype=bool)
    return places([(label,) for label in table.index[found]], beyond[found]).assign(whole=whole)


def measured(shapes: Shapes) -> npt.NDArray[np.float64]:
    """Size of each shape: area (m2, on the ellipsoid), length (m) or number of points; 0 where there is none."""
    dimension = shapely.get_dimensions(shapes)
    sizes = np.select(
        [dimension == _AREA, dimension == _LINE, dimension == _POINT],
        [ellipsoidal(shapes), shapely.length(shapes), shapely.get_num_coordinates(shapes)],
        0.0,
    )
    return np.asarray(np.nan_to_num(sizes))


def usable(shapes: Shapes) -> Shapes:
    """Shapes an overlay takes: areas mended, lines and points with numbers as coordinates, no mixtures."""
    area = is_area(shapes)
    other = np.isin(shapely.get_type_id(shapes), (*_POINTS, *_LINES)) & is_finite(shapes) & ~shapely.is_empty(shapes)
    kept = only(shapes, other)
    kept[area] = mended(shapes[area])
    return kept


def _of_dimension(shapes: Shapes, dimension: npt.NDArray[np.int_], tolerances: Tolerances) -> Shapes:
    """What an overlay left of each shape's own kind, None where it is no more than rounding."""
    kept = np.where(dimension == _AREA, areas_of(shapes), np.where(dimension == _LINE, _lines_of(shapes), shapes))
    return only(kept, _matters(kept, dimension, tolerances))


def _matters(shapes: Shapes, dimension: npt.NDArray[np.int_], tolerances: Tolerances) -> Flags:
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    as_area = (dimension != _AREA) | matters(shapes, tolerances)
    as_line = (dimension != _LINE) | (shapely.length(shapes) > tolerances.thick_m)
    return np.asarray(there & as_area & as_line)


def _lines_of(shapes: Shapes) -> Shapes:
    """Keep the lines of mixed shapes."""
    kept = np.asarray(shapes, object).copy()
    for place in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        parts = shapely.get_parts(shapely.get_parts(shapes[place]))
        kept[place] = shapely.multilinestrings(parts[np.isin(shapely.get_type_id(parts), _LINES)])
    return kept
