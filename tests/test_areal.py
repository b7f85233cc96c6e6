"""Shapes are made fit for overlay without losing ground, and without taking for ever."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from geodata.areal import areas_of, is_area, is_finite, is_tangled, mended, only, pieces
from geodata.gaps import united
from geodata.shapes import Shapes
from geodata.topology import width

STAR = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


def _array(*shapes: object) -> Shapes:
    made: Shapes = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


def _broken(value: float) -> Polygon:
    with np.errstate(invalid="ignore"):
        return Polygon([(0, 0), (value, 1), (1, 1), (0, 0)])


def test_only_areas_are_areas() -> None:
    shapes = _array(box(0, 0, 1, 1), MultiPolygon([box(0, 0, 1, 1)]), Polygon(), None, Point(0, 0))
    assert is_area(shapes).tolist() == [True, True, False, False, False]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_no_numbers_are_neither_finite_nor_mended(value: float) -> None:
    shapes = _array(_broken(value), box(0, 0, 1, 1), None)
    assert is_finite(shapes).tolist() == [False, True, True]
    assert [shape is None for shape in mended(shapes)] == [True, False, True]


def test_of_a_mixed_shape_the_areas_stay() -> None:
    parts = [Point(9, 9), box(0, 0, 1, 1), MultiPolygon([box(2, 0, 3, 1)]), LineString([(0, 0), (5, 5)])]
    kept = areas_of(_array(GeometryCollection(parts), GeometryCollection([Point(0, 0)])))
    assert (kept[0].geom_type, kept[0].area, kept[1]) == ("MultiPolygon", 2, None)


def test_nothing_is_changed_in_place() -> None:
    shapes = _array(STAR, box(0, 0, 1, 1))
    for made in (mended(shapes), only(shapes, np.array([True, True])), areas_of(shapes)):
        made[:] = None
    assert shapes[0] is STAR


def test_a_crossing_outline_keeps_what_lies_inside_its_rings() -> None:
    assert mended(_array(STAR))[0].area == pytest.approx(50)


def test_an_area_without_inside_is_none() -> None:
    flat = Polygon([(0, 0), (5, 5), (9, 9), (0, 0)])
    assert mended(_array(flat)).tolist() == [None]


def test_a_tangle_is_left_alone_instead_of_mended_for_minutes() -> None:
    tangle = Polygon(np.random.default_rng(1).uniform(0, 100, (20_000, 2)))
    assert is_tangled(tangle)
    assert mended(_array(tangle)).tolist() == [None]


def test_a_long_outline_with_one_crossing_is_mended() -> None:
    ring = shapely.get_coordinates(Point(0, 0).buffer(100, quad_segs=25_000))
    ring[[10, 11]] = ring[[11, 10]]
    wrong = Polygon(ring)
    assert not wrong.is_valid
    assert not is_tangled(wrong)
    assert mended(_array(wrong))[0].area == pytest.approx(np.pi * 100**2, rel=1e-6)


def test_a_hole_does_not_join_the_outline() -> None:
    rings = [Point(0, 0).buffer(radius, quad_segs=100).exterior for radius in (9, 1)]
    assert not is_tangled(Polygon(rings[0], [rings[1]]))


@settings(max_examples=30, deadline=None)
@given(corners=st.integers(3, 3000), holes=st.booleans())
def test_pieces_are_small_and_make_up_the_whole(corners: int, holes: bool) -> None:  # noqa: FBT001 - hypothesis
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = np.where(np.arange(corners) % 2, 50, 30 if corners > 8 else 50)
    shape = Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))
    shape = shape - Point(0, 0).buffer(5) if holes else shape
    parts, owner = pieces(_array(None, shape))
    assert set(owner.tolist()) == {1}
    assert shapely.get_num_coordinates(parts).max() <= 512
    assert shapely.area(parts).sum() == pytest.approx(shape.area)
    assert shapely.union_all(parts).symmetric_difference(shape).area < 1e-6


def test_a_million_vertices_are_cut_in_pieces() -> None:
    sea = Point(0, 0).buffer(5000, quad_segs=250_000)
    parts, _ = pieces(_array(sea))
    assert shapely.get_num_coordinates(parts).max() <= 512
    assert shapely.area(parts).sum() == pytest.approx(sea.area)


def test_the_union_in_threads_is_the_union() -> None:
    cells = _array(*[box(x, y, x + 1, y + 1) for x in range(200) for y in range(110)])
    assert united(cells).equals(box(0, 0, 200, 110))


@settings(deadline=None)
@given(length=st.floats(100, 1e4), thin=st.floats(0.01, 0.5))
def test_a_strip_is_as_wide_as_it_is(length: float, thin: float) -> None:
    assert width(_array(box(0, 0, length, thin)))[0] == pytest.approx(thin, rel=0.01)


def test_a_shape_without_outline_has_no_width() -> None:
    assert width(_array(None, Polygon(), Point(0, 0)))[1:].tolist() == [0, 0]
