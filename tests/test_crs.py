"""Degrees, metres and areas against figures computed elsewhere."""

import math

import geopandas as gpd
import pytest
from shapely import Point, box

from geodata import crs

_AXIS, _FLATTENING = 6378137.0, 1 / 298.257222101


def _authalic(lat: float) -> float:
    """Area of the CGCS2000 ellipsoid between the equator and `lat`, per radian of longitude (Snyder 3-12)."""
    e2 = _FLATTENING * (2 - _FLATTENING)
    e, s = math.sqrt(e2), math.sin(math.radians(lat))
    q = (1 - e2) * (s / (1 - e2 * s * s) - math.log((1 - e * s) / (1 + e * s)) / (2 * e))
    return _AXIS**2 * q / 2


def test_the_published_vector_of_the_projection_is_met_to_the_centimetre() -> None:
    assert crs.to_metric(121.5, 38.86) == pytest.approx((630198.48, 4304031.45), abs=0.006)


def test_a_table_goes_to_metres_and_back_to_the_same_place() -> None:
    table = gpd.GeoDataFrame(geometry=[Point(121.5, 38.86)], crs=crs.FILE)
    there = crs.metres(table)
    assert there.geometry[0].x == pytest.approx(630198.48, abs=0.006)
    assert crs.degrees(there).geometry[0].distance(Point(121.5, 38.86)) < 1e-9


def test_the_area_of_a_cell_is_that_of_the_ellipsoid() -> None:
    expected = math.radians(0.01) * (_authalic(38.91) - _authalic(38.9))
    assert crs.ellipsoidal_area(box(121.4, 38.9, 121.41, 38.91)) == pytest.approx(expected, rel=1e-6)


def test_area_does_not_depend_on_the_direction_of_the_ring() -> None:
    cell = box(121.4, 38.9, 121.41, 38.91)
    assert crs.ellipsoidal_area(cell.reverse()) == pytest.approx(crs.ellipsoidal_area(cell))


def test_a_point_has_no_area() -> None:
    assert crs.ellipsoidal_area(Point(121.4, 38.9)) == 0


@pytest.mark.parametrize("pair", [(121.5, 38.9), (-180, -90), (180, 90)])
def test_longitude_and_latitude_are_degrees(pair: tuple[float, float]) -> None:
    assert crs.are_degrees(*pair)


@pytest.mark.parametrize("pair", [(38.9, 121.5), (630198.0, 4304031.0), (181, 0), (0, 90.1)])
def test_metres_and_swapped_pairs_are_no_degrees(pair: tuple[float, float]) -> None:
    assert not crs.are_degrees(*pair)


def test_a_pixel_halves_with_every_zoom() -> None:
    assert crs.metres_per_pixel(38.86, 13) == pytest.approx(crs.metres_per_pixel(38.86, 12) / 2)


def test_a_pixel_of_zoom_zero_at_the_equator_is_a_256th_of_the_circumference() -> None:
    assert crs.metres_per_pixel(0, 0) == pytest.approx(2 * math.pi * _AXIS / 256)


@pytest.mark.parametrize("side", [10.0, 200.0, 3000.0, 15000.0])
@pytest.mark.parametrize("corner", [(585000.0, 4275000.0), (630198.0, 4304031.0), (645000.0, 4325000.0)])
def test_areas_of_a_table_are_those_of_the_geodesic_polygons(side: float, corner: tuple[float, float]) -> None:
    east, north = corner
    hole = box(east + side * 0.4, north + side * 0.4, east + side * 0.6, north + side * 0.5)
    shapes = [box(east, north, east + side, north + side), box(east, north, east + side, north + side) - hole]
    table = gpd.GeoDataFrame(index=["甲", "乙"], geometry=shapes, crs=crs.METRIC)
    expected = [crs.ellipsoidal_area(shape) for shape in crs.degrees(table).geometry]
    assert crs.ellipsoidal_areas(table).tolist() == pytest.approx(expected, rel=1e-6)


def test_areas_keep_the_index_and_know_what_has_none() -> None:
    shapes = [None, Point(630000, 4304000), box(630000, 4304000, 630100, 4304100)]
    areas = crs.ellipsoidal_areas(gpd.GeoDataFrame(index=["丙", "甲", "乙"], geometry=shapes, crs=crs.METRIC))
    assert list(areas.index) == ["丙", "甲", "乙"]
    assert math.isnan(areas["丙"])
    assert areas["甲"] == 0
    assert areas["乙"] == pytest.approx(10_000, rel=1e-3)
    assert areas["乙"] < 10_000
