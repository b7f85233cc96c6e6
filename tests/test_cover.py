"""Land that is measured again where a few sources changed: the same figures as all of it measured anew."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geodata.indicators import load_indicators
from geodata.measures import cover
from geodata.measures.cover import Served, covered, covered_anew
from geodata.measures.evaluate import reached
from geodata.measures.inputs import Inputs
from geodata.measures.reading import with_range
from geodata.measures.shared import Shared, content, in_memory
from geodata.measures.supply import Supply, served
from geodata.shapes import Shapes
from tests.land import EAST, NORTH, town
from tests.test_proposed import units

INDICATORS = load_indicators()[0]
STRAIGHT = {key: row for key, row in INDICATORS.items() if row.how == "straight"}
LAND = shapely.box(*np.array([(x, y, x + 90, y + 90) for x in range(0, 1500, 100) for y in range(0, 1500, 100)]).T)
PARKS = st.lists(
    st.tuples(st.integers(0, 1500), st.integers(0, 1500), st.integers(1, 200), st.sampled_from([0.0, 30.0, 120.0])),
    min_size=1,
    max_size=12,
)
Told = tuple[int, int, int, float]


def supply(parks: Sequence[Told]) -> Supply:
    """Square parks with their reach."""
    squares = np.array([box(x, y, x + size, y + size) for x, y, size, _ in parks])
    return served(squares, np.array([metres for *_, metres in parks]))


def test_every_pair_is_asked_whichever_part_it_falls_in() -> None:
    of = supply([(0, 0, 200, 0.0), (300, 0, 200, 30.0), (0, 300, 200, 120.0)])
    random = np.random.default_rng(7)
    source, land = random.integers(0, 3, 9000), LAND[random.integers(0, len(LAND), 9000)]
    found = of.wholly(source, land)
    assert 0 < found.sum() < len(found)
    np.testing.assert_array_equal(found, shapely.covers(of.reach(source), land))
    assert of.wholly(source[:0], land[:0]).tolist() == []


@settings(max_examples=60)
@given(first=PARKS, more=PARKS, gone=st.integers(0, 3))
def test_whatever_changes_the_figures_are_those_of_all_land(first: list[Told], more: list[Told], gone: int) -> None:
    before: list[Served] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cover, "_OTHERS", np.inf)
        for parks in (first, first[gone:] + more, first):
            if not parks:
                continue
            before.append(covered_anew(LAND, supply(parks), before))
            np.testing.assert_allclose(before[-1].found, covered(LAND, supply(parks)), rtol=1e-9, atol=1e-6)


def test_only_land_near_what_changed_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parks = [(100 * number, 100 * number, 50, 30.0) for number in range(10)]
    first = covered_anew(LAND, supply(parks), ())
    asked: list[int] = []

    def counting(shapes: Shapes, of: Supply) -> cover.Floats:
        asked.append(len(shapes))
        return covered(shapes, of)

    monkeypatch.setattr(cover, "covered", counting)
    again = covered_anew(LAND, supply([*parks[:-1], (900, 900, 60, 30.0)]), [first])
    assert (again.found != first.found).any()
    assert covered_anew(LAND, supply(parks), [first, again]).found is not first.found
    assert 0 < asked[0] <= 9
    assert asked[1] == 0
    covered_anew(LAND, supply(parks[:3]), [first])
    assert asked[2] == len(LAND)


def edited(green: gpd.GeoDataFrame, number: int) -> gpd.GeoDataFrame:
    """A next version of the green: one is gone, one is larger, one is of another class, one is new."""
    random = np.random.default_rng(number)
    place = random.integers(0, len(green), 3)
    shapes = green.geometry.to_numpy().copy()
    shapes[place[0]] = shapely.buffer(shapes[place[0]], 20.0)
    changed = green.set_geometry(gpd.GeoSeries(shapes, green.index, crs=green.crs))
    classes = changed["green_class"].to_list()
    classes[place[1]] = str(random.choice(["G11", "G14", "G3", "RG"]))
    x, y = random.integers(0, 2000, 2)
    new = green.iloc[[0]].assign(id=f"new{number}", green_class="G14").set_axis([f"new{number}"])
    new = new.set_geometry(gpd.GeoSeries([box(EAST + x, NORTH + y, EAST + x + 60, NORTH + y + 60)], new.index))
    rows = changed.assign(green_class=classes).drop(index=green.index[place[2]])
    return gpd.GeoDataFrame(pd.concat([rows, new.set_crs(green.crs)]))


@pytest.mark.parametrize("key", [*STRAIGHT, "green_ratio", "park_per_person"])
def test_figures_of_the_next_versions_are_those_of_the_whole(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "_OTHERS", np.inf)
    indicator, keep, inputs = INDICATORS[key], in_memory(), town()
    for number in range(6):
        tables: Inputs = Shared(inputs, {kind: content(table) for kind, table in inputs.items()}, keep)
        found = with_range(indicator, tables, units()).figures
        whole = with_range(indicator, dict(inputs), units()).figures
        pd.testing.assert_frame_equal(found, whole, rtol=1e-9, atol=1e-6)
        if key in STRAIGHT:
            share = reached(indicator, tables)
            pd.testing.assert_series_equal(share, reached(indicator, dict(inputs)), rtol=1e-9, atol=1e-9)
        inputs = {**inputs, "green": edited(inputs["green"], number)}
