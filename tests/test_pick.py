"""What a click means, on the ten places."""

import geopandas as gpd
import pytest
from shapely import LineString, Point, box
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.land import Land
from layers import plan
from layers.pick import MARKER_PX, TOLERANCE_PX, pick, pick_rows

ZOOM = 15
DEGREE = 111_000
"""Metres of a degree of latitude, near enough for a few pixels."""


@pytest.fixture
def table(small: Land) -> gpd.GeoDataFrame:
    """Draw the small land."""
    return plan.table(small)


@pytest.fixture
def pixel() -> float:
    """Give the degrees of latitude of one pixel."""
    return crs.metres_per_pixel(38.85, ZOOM) / DEGREE


def _at(lng: float, lat: float, zoom: float = ZOOM) -> tuple[float, float, float]:
    return lng, lat, zoom


def _hits(
    land: Land, table: gpd.GeoDataFrame, theme: str, *, at: tuple[float, float, float], detail: bool
) -> tuple[str, ...]:
    """Click where the map shows a theme."""
    return pick(land, plan.shown(table, theme, detail=detail), at)


def test_smaller_areas_come_before_larger_ones(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "layout", at=_at(121.425, 38.865), detail=True) == ("S003", "Z003")


def test_the_whole_zone_is_found_only_where_there_is_nothing_else(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "layout", at=_at(121.48, 38.89), detail=True) == ("Z001",)


def test_outside_there_is_nothing(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "layout", at=_at(121.6, 38.7), detail=True) == ()


def test_details_are_not_found_until_they_are_shown(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "layout", at=_at(121.425, 38.865), detail=False) == ("Z003",)
    assert _hits(small, table, "layout", at=_at(121.47, 38.82), detail=False) == ("Z001",)
    assert _hits(small, table, "layout", at=_at(121.47, 38.82), detail=True) == ("A001",)


def test_what_a_theme_hides_is_not_found(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "projects", at=_at(121.43, 38.875), detail=True) == ("P001", "Z003")
    assert _hits(small, table, "layout", at=_at(121.43, 38.875), detail=True) == ("Z003",)


def test_points_come_before_lines_before_areas(small: Land, table: gpd.GeoDataFrame) -> None:
    everywhere = table.assign(strong=[["layout"]] * len(table))
    hits = _hits(small, everywhere, "layout", at=_at(121.435, 38.868, 11), detail=True)
    assert hits[:2] == ("P002", "I001")
    assert hits[-1] == "Z003"


def test_everything_at_the_click_is_offered(small: Land, table: gpd.GeoDataFrame) -> None:
    crowded = table.copy()
    crowded.loc["P002", "geometry"] = crowded.geometry["P001"]
    hits = _hits(small, crowded, "projects", at=_at(121.43, 38.875), detail=True)
    assert (sorted(hits[:2]), hits[2:]) == (["P001", "P002"], ("Z003",))


@pytest.mark.parametrize(("pixels", "found"), [(TOLERANCE_PX - 1, True), (TOLERANCE_PX + 1, False)])
def test_a_line_is_found_within_six_pixels(
    small: Land, table: gpd.GeoDataFrame, pixel: float, pixels: float, *, found: bool
) -> None:
    hits = _hits(small, table, "infrastructure", at=_at(121.412, 38.87 + pixels * pixel), detail=True)
    assert ("I001" in hits) == found


@pytest.mark.parametrize(("pixels", "found"), [(MARKER_PX - 1, True), (MARKER_PX + 1, False)])
def test_a_point_is_found_as_far_as_its_sign_reaches(
    small: Land, table: gpd.GeoDataFrame, pixel: float, pixels: float, *, found: bool
) -> None:
    hits = _hits(small, table, "projects", at=_at(121.43, 38.875 - pixels * pixel), detail=True)
    assert ("P001" in hits) == found


def test_the_reach_is_in_pixels_and_so_shrinks_when_one_comes_closer(
    small: Land, table: gpd.GeoDataFrame, pixel: float
) -> None:
    where = (121.412, 38.87 + 5 * pixel)
    assert "I001" in _hits(small, table, "infrastructure", at=(*where, ZOOM), detail=True)
    assert "I001" not in _hits(small, table, "infrastructure", at=(*where, ZOOM + 1), detail=True)


def test_the_band_of_the_corridor_brings_the_corridor(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table, "layout", at=_at(121.42, 38.853), detail=False) == ("Z002", "S001")


def test_the_corridor_is_named_once_where_its_parts_meet(small: Land, table: gpd.GeoDataFrame) -> None:
    hits = _hits(small, table, "layout", at=_at(121.45, 38.85), detail=False)
    assert hits[0] == "Z002"
    assert sorted(hits) == ["S001", "S002", "Z002"]


def test_a_land_without_places_has_nothing_to_pick(small: Land, table: gpd.GeoDataFrame) -> None:
    assert _hits(small, table.iloc[:0], "layout", at=_at(121.45, 38.85), detail=True) == ()


@pytest.mark.parametrize(
    ("lng", "lat", "first"), [(121.519, 38.862, "Z003"), (121.372, 38.885, "Z004"), (121.4436, 38.8605, "Z006")]
)
def test_the_real_units_are_where_a_planner_clicks(
    real: Land, drawn: gpd.GeoDataFrame, lng: float, lat: float, first: str
) -> None:
    assert first in _hits(real, drawn, "layout", at=_at(lng, lat, 12), detail=False)


def test_every_real_item_is_found_at_its_own_label(real: Land, drawn: gpd.GeoDataFrame) -> None:
    themes = {
        key: next(iter(strong), "layout") for key, strong in drawn["strong"].items() if strong or drawn["context"][key]
    }
    assert list(themes) == list(drawn.index)
    lost = [
        key
        for key, at in drawn["at"].items()
        if key != "Z001" and key not in _hits(real, drawn, themes[key], at=(*at, 16), detail=True)
    ]
    assert lost == []


def _rows(*shapes: BaseGeometry) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=crs.FILE)


def test_of_a_dataset_the_smallest_thing_is_meant() -> None:
    rows = _rows(box(121.4, 38.8, 121.5, 38.9), box(121.44, 38.84, 121.46, 38.86), Point(121.45, 38.85))
    assert pick_rows(rows, _at(121.45, 38.85)) == (2, 1, 0)
    assert pick_rows(rows, _at(121.41, 38.81)) == (0,)
    assert pick_rows(rows, _at(121.39, 38.85)) == ()


@pytest.mark.parametrize("zoom", [11, 14.3, 18])
def test_a_line_of_a_dataset_is_hit_within_six_pixels(zoom: float) -> None:
    rows = _rows(LineString([(121.449, 38.85), (121.451, 38.85)]))
    pixel = crs.metres_per_pixel(38.85, zoom) / DEGREE
    assert pick_rows(rows, _at(121.45, 38.85 + 5.9 * pixel, zoom)) == (0,)
    assert pick_rows(rows, _at(121.45, 38.85 + 6.1 * pixel, zoom)) == ()
