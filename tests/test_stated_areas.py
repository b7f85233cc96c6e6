"""Stated areas: their unit, the surface they were measured on, the rows that are wrong."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geodata import crs
from geodata.stated_areas import UNITS, compared
from tests.tessellation import tessellation

PLOTS = tessellation(200)
ELLIPSOIDAL = crs.ellipsoidal_areas(PLOTS).to_numpy()
PROJECTED = PLOTS.geometry.area.to_numpy()


@settings(deadline=None)
@given(unit=st.sampled_from(sorted(UNITS)), wrong=st.integers(0, 39))
def test_the_unit_is_the_one_in_which_nearly_all_agree(unit: str, wrong: int) -> None:
    stated = PROJECTED / UNITS[unit]
    stated[:wrong] *= 1.5
    said = compared(PLOTS.geometry, stated)
    assert (said.unit, said.compared, said.share) == (unit, 200, (200 - wrong) / 200)
    if unit == "平方米":
        assert np.flatnonzero(said.wrong).tolist() == list(range(wrong))


def test_a_mixture_of_units_has_no_unit() -> None:
    stated = PROJECTED.copy()
    stated[::2] /= UNITS["亩"]
    said = compared(PLOTS.geometry, stated)
    assert (said.unit, said.sentence) == ("", "")
    assert said.wrong.tolist() == [True, False] * 100


@pytest.mark.parametrize(("areas", "surface"), [(ELLIPSOIDAL, "椭球面积"), (PROJECTED, "投影面积")])
def test_the_surface_is_told(areas: np.ndarray[tuple[int], np.dtype[np.float64]], surface: str) -> None:
    said = compared(PLOTS.geometry, areas.round(2))
    assert said.sentence.startswith("200 行登记面积与椭球面积相差的中位数为 0.0")
    assert said.sentence.endswith(f"，应为{surface}")


def test_rough_areas_do_not_tell_the_surface() -> None:
    assert compared(PLOTS.geometry, PROJECTED * 1.01).sentence.endswith("，不能判断是哪一种")


def test_what_cannot_be_compared_is_not_wrong() -> None:
    shapes = [box(630000, 4304000, 630010, 4304010), None, Polygon(), Point(630000, 4304000)]
    series = gpd.GeoSeries([*shapes, *shapes[:1] * 3], crs=crs.METRIC)
    said = compared(series, np.array([50.0, 1, 1, 1, 0, -3, np.nan]))
    assert (said.compared, said.wrong.tolist()) == (1, [True, *[False] * 6])


def test_nothing_is_compared_with_nothing() -> None:
    said = compared(gpd.GeoSeries([], crs=crs.METRIC), np.zeros(0))
    assert (said.compared, said.sentence) == (0, "")
