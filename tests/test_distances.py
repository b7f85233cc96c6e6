"""Distances by class, and land that is near in a straight line but far on foot, on land known by heart."""

import geopandas as gpd
import pytest
from shapely import LineString, box

from geodata import crs
from geodata.indicators import load_indicators
from geodata.measures.distances import both_ways, graded, on_foot, straight_only
from geodata.measures.inputs import Inputs

PARK = load_indicators()[0]["park500"]


def table(*shapes: object, **columns: object) -> gpd.GeoDataFrame:
    """Rows with ids."""
    ids = [f"{row}" for row in range(len(shapes))]
    return gpd.GeoDataFrame({"id": ids, "name": ids, **columns}, index=ids, geometry=list(shapes), crs=crs.METRIC)


@pytest.fixture
def inputs() -> Inputs:
    """A park; homes 100 m off by a street, homes 100 m off by a detour of 900 m, homes far away."""
    homes = (box(200, 0, 300, 100), box(-200, 0, -100, 100), box(4000, 0, 4100, 100))
    detour = LineString([(0, 50), (-10, 50), (-10, 450), (-90, 450), (-90, 50), (-100, 50)])
    return {
        "landuse": table(*homes, code=["0701"] * 3),
        "green": table(box(0, 0, 100, 100), green_class=["G14"], public=[True]),
        "streets": table(LineString([(100, 50), (200, 50)]), detour, walkable=[True, True]),
    }


def test_both_ways_tell_land_that_is_near_but_far_on_foot(inputs: Inputs) -> None:
    found = both_ways(PARK, inputs)
    assert found["coverage"].tolist() == ["reached", "straight_only", "left"]
    assert found["only_m2"].tolist() == pytest.approx([0.0, 10_000.0, 0.0])


def test_the_list_says_how_far_each_way(inputs: Inputs) -> None:
    found = straight_only(PARK, inputs)
    assert found["id"].tolist() == ["1"]
    assert found["straight_m"].tolist() == [100.0]
    assert found["walking_m"].tolist() == pytest.approx([900.0])


def test_only_what_the_indicator_counts_is_found(inputs: Inputs) -> None:
    built_up = PARK.model_copy(update={"base": PARK.base.model_copy(update={"built_up": True})})
    half = table(box(-150, 0, 1000, 100), boundary_class=["built_up"])
    found = both_ways(built_up, {**inputs, "boundaries": half})
    assert found["only_m2"].to_dict() == pytest.approx({"0": 0.0, "1": 5_000.0})


def test_distances_are_graded_as_the_indicator_measures(inputs: Inputs) -> None:
    assert graded(PARK, inputs)["coverage"].tolist() == ["step1", "step1", "step6"]
    assert graded(on_foot(PARK), inputs)["coverage"].tolist() == ["step1", "step4", "step6"]


def test_houses_are_graded_by_themselves(inputs: Inputs) -> None:
    houses = table(box(400, 0, 410, 10), box(450, 0, 460, 10), dwellings=[2, 0])
    assert graded(PARK, {**inputs, "buildings": houses}, by="buildings")["distance_m"].tolist() == [300.0]
