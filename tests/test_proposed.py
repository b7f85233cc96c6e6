"""Parks that are not there: what lies within reach gives the same figures as all land counted anew."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geodata import crs
from geodata.indicators import Indicator, load_indicators
from geodata.items import SCHEMATIC
from geodata.measures import proposed, vague
from geodata.measures.applied import applied
from geodata.measures.evaluate import evaluate
from geodata.measures.inputs import BY, By, Inputs, lean
from geodata.measures.reading import uncovered, with_range
from geodata.parks import Park, circle
from tests import land
from tests.land import EAST, NORTH, table

INDICATORS = load_indicators()[0]
PLACES = st.tuples(st.integers(-300, 2300), st.integers(-300, 2300), st.integers(100, 9000))


def town() -> dict[str, gpd.GeoDataFrame]:
    """The town, with a shore of three classes along its south."""
    lines = [LineString([(EAST + x, NORTH), (EAST + x + 700, NORTH)]) for x in (0, 700, 1400)]
    told = {"control_class": ["coastline"] * 3, "shore_class": ["strict", "limited", "optimised"]}
    return {**land.town(), "controls": table(lines, ["c1", "c2", "c3"], **told)}


def park(x: float, y: float, size: float = 3000, *, key: str = "新1") -> Park:
    """A round park at metres east and north of the town's corner."""
    return Park(key, key, "point", "G14", public=True, shape=circle(Point(EAST + x, NORTH + y), size))


FURTHER = 900.0
"""Metres: the land of a figure is read with that of another that reaches further."""


def turned(inputs: Inputs, row: str) -> Park:
    """A park in place of a plot."""
    shape = inputs["landuse"].geometry[row]
    return Park("改1", "改1", "plot", "G12", public=True, shape=shape, table="landuse", row=row)


def units() -> gpd.GeoDataFrame:
    """Two units that overlap, one of them schematic, and one beyond the town."""
    shapes = [box(EAST, NORTH, EAST + 900, NORTH + 1500), box(EAST + 500, NORTH, EAST + 2000, NORTH + 2000)]
    far = box(EAST + 9000, NORTH, EAST + 9100, NORTH + 100)
    told = {"name": ["甲", "乙", "远"], "basis": [SCHEMATIC, "测绘成果", "测绘成果"], "accuracy_m": [60.0, 1.0, 1.0]}
    return gpd.GeoDataFrame(told, geometry=[*shapes, far], index=["甲", "乙", "远"], crs=crs.METRIC)


def agree(indicator: Indicator, inputs: Inputs, parks: list[Park], by: By) -> bool:
    """Whether anything changes; the quick way gives what the whole way gives."""
    outlined = vague.outlines(units())
    before = proposed.base(indicator, inputs, outlined, by=by)
    assert before is not None
    extents = proposed.extents(indicator, inputs, outlined)
    whole = evaluate(indicator, applied(inputs, parks), outlined, by=by).figures[["part", "whole"]]
    for reach in (0.0, FURTHER):
        near = proposed.nearby(indicator, lean(inputs), parks, by=by, reach=reach)
        quick = proposed.with_parks(indicator, near, extents, before=before, by=by)
        np.testing.assert_allclose(quick, whole, rtol=1e-9, atol=1e-6)
    assert np.allclose(quick, before, rtol=0, atol=1e-6) or proposed.concerns(indicator, parks)
    return not np.allclose(quick, before, rtol=0, atol=1e-6)


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("key", INDICATORS)
def test_the_quick_way_gives_what_the_whole_way_gives(key: str, by: By) -> None:
    inputs = town()
    home, school = (turned(inputs, row) for row in ("home0", "school"))
    agree(INDICATORS[key], inputs, [home], by)
    agree(INDICATORS[key], inputs, [park(700, 620), school, park(0, 0, 6000, key="新2")], by)


@pytest.mark.parametrize("key", ["park500", "walk5", "green50", "cov2022", "green_ratio", "park_per_person"])
def test_a_park_where_there_was_none_changes_figures(key: str) -> None:
    assert agree(INDICATORS[key], town(), [park(1640, 1590)], "land")


@settings(max_examples=40)
@given(
    places=st.lists(PLACES, min_size=1, max_size=3),
    row=st.sampled_from(["", "home0", "home4", "school"]),
    key=st.sampled_from(sorted(INDICATORS)),
    by=st.sampled_from(sorted(BY)),
)
def test_wherever_parks_are_put(places: list[tuple[int, int, int]], row: str, key: str, by: By) -> None:
    inputs = town()
    parks = [park(x, y, size, key=f"新{number}") for number, (x, y, size) in enumerate(places)]
    agree(INDICATORS[key], inputs, [*parks, *([turned(inputs, row)] if row else [])], by)


def test_figures_of_one_scope_are_read_from_the_same_land() -> None:
    inputs, parks = town(), [park(700, 620), turned(town(), "school")]
    outlined = vague.outlines(units())
    for scope in {proposed.scope(row) for row in INDICATORS.values() if row.how in ("straight", "walking")}:
        group = [row for row in INDICATORS.values() if proposed.scope(row) == scope]
        reach = max(proposed.reach_of(row) for row in group)
        shared = proposed.nearby(group[0], lean(inputs), parks, reach=reach)
        for row in group:
            before, extents = proposed.base(row, inputs, outlined), proposed.extents(row, inputs, outlined)
            assert before is not None
            found = proposed.with_parks(row, shared, extents, before=before)
            whole = evaluate(row, applied(inputs, parks), outlined).figures[["part", "whole"]]
            np.testing.assert_allclose(found, whole, rtol=1e-9, atol=1e-6)
            own = proposed.recoloured(row, proposed.nearby(row, inputs, parks))
            assert proposed.recoloured(row, shared).to_dict() == own.to_dict()


def test_figures_are_those_of_the_measure_with_their_range() -> None:
    inputs, indicator = town(), INDICATORS["park500"]
    outlined = vague.outlines(units())
    counts = proposed.base(indicator, inputs, outlined)
    assert counts is not None
    told = proposed.figures(counts, outlined)
    pd.testing.assert_frame_equal(told, with_range(indicator, inputs, units()).figures, check_names=False)


def test_a_plot_that_becomes_a_park_leaves_homes_and_people() -> None:
    inputs = town()
    after = applied(inputs, [turned(inputs, "home0")])
    assert "home0" not in after["landuse"].index
    assert after["landuse"]["code"]["改1"] == "1401"
    assert set(inputs["buildings"].index) - set(after["buildings"].index) == {"house0"}
    assert after["population"]["people"].sum() == inputs["population"]["people"].sum() - 10
    assert "home0" in inputs["landuse"].index


def test_land_a_park_takes_in_part_keeps_the_rest() -> None:
    inputs = town()
    half = shapely.intersection(inputs["landuse"].geometry["home0"], box(EAST, NORTH, EAST + 50, NORTH + 2000))
    new = Park("改1", "改1", "plot", "G12", public=True, shape=half, table="plots", row="P1")
    after = applied(inputs, [new])
    assert after["landuse"].area["home0"] == pytest.approx(inputs["landuse"].area["home0"] - half.area)


def test_land_that_is_reached_otherwise_is_told() -> None:
    inputs, indicator = town(), INDICATORS["green50"]
    changes = ([park(1640, 1590)], [turned(inputs, "home4")])
    told = [proposed.recoloured(indicator, proposed.nearby(indicator, inputs, parks)).to_dict() for parks in changes]
    assert told == [{"home15": "partly"}, {"home4": ""}]


@pytest.mark.parametrize("key", ["park500", "walk5"])
def test_the_land_that_is_left_is_what_the_whole_way_leaves(key: str) -> None:
    inputs, indicator = town(), INDICATORS[key]
    parks = [park(1640, 1590), turned(inputs, "home4")]
    quick = proposed.still_left(
        indicator, uncovered(indicator, inputs), proposed.nearby(indicator, inputs, parks), parks
    )
    whole = uncovered(indicator, applied(inputs, parks)).loc[quick.index]
    columns = ["area_m2", "left_m2", "nearest_m", "nearest", "name"]
    pd.testing.assert_frame_equal(quick[columns], whole[columns], check_dtype=False)
    assert len(quick) == len(uncovered(indicator, applied(inputs, parks)))


def test_without_inputs_there_is_no_base() -> None:
    assert proposed.base(INDICATORS["park500"], {}, vague.outlines(units())) is None


def test_without_parks_nothing_changes() -> None:
    assert not agree(INDICATORS["park500"], town(), [park(8000, 8000)], "land")
    assert applied(town(), [])["green"].index.tolist() == town()["green"].index.tolist()


def test_walks_by_gates_that_lie_off_their_park() -> None:
    inputs = town()
    gate = table([Point(EAST + 1300, NORTH + 1200)], ["g"], green_id=["lake"])
    assert agree(INDICATORS["walk5"], {**inputs, "entrances": gate}, [park(1640, 1590)], "land")
    agree(INDICATORS["fit15"], {**inputs, "entrances": gate}, [park(1640, 1590)], "land")
    lone = table([LineString([(EAST + 1290, NORTH + 1190), (EAST + 1290, NORTH + 1150)])], ["x"], walkable=[False])
    streets = gpd.GeoDataFrame(pd.concat([inputs["streets"], lone]))
    agree(INDICATORS["walk5"], {**inputs, "streets": streets}, [park(1640, 1590)], "people")
