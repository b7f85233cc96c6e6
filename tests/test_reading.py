"""What a reader of a coverage needs beside the figure, on land small enough to know by heart."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from geodata import crs
from geodata.indicators import load_indicators
from geodata.measures import vague
from geodata.measures.landuse import balance
from geodata.measures.reading import shown, stranded, uncovered, with_range
from tests.test_indicators import LAND, UNITS, table

SPREAD = ["low", "value", "high"]
PARK = load_indicators()[0]["park500"]


def test_a_schematic_outline_gives_a_range_and_an_official_one_does_not() -> None:
    units = UNITS.assign(basis=["位置示意", "权威成果", "位置示意"], accuracy_m=[300.0, 300.0, None])
    found = with_range(PARK, LAND, units).figures
    assert found.loc["乙", "value"] == pytest.approx(2 / 9)
    assert found.loc["乙", ["low", "high"]].isna().all()
    assert found[SPREAD].to_numpy()[0].tolist() == [0, 0, 0]  # ends at 1300 at most, the park at 1700
    assert found.loc["丙"].isna().sum() == 3
    wider = with_range(PARK, LAND, units.assign(accuracy_m=[900.0, 0.0, None])).figures
    assert wider.loc["甲", "high"] == pytest.approx(0.2)


def test_an_outline_that_vanishes_inwards_has_no_range_below() -> None:
    unit = table(box(1800, 0, 1900, 100)).assign(basis="位置示意", accuracy_m=60.0)
    found = with_range(PARK, LAND, unit).figures.iloc[0]
    assert (found["low"], found["value"], found["high"]) == pytest.approx((1, 1, 1))


def test_what_is_missing_is_said_and_has_no_range() -> None:
    answer = with_range(PARK, {}, UNITS)
    assert answer.missing == ("绿地、公园", "现状用地")


def test_land_that_is_not_reached_is_listed_by_size_with_its_nearest_park() -> None:
    homes = table(
        box(1900, 0, 2000, 100), box(1000, 0, 1100, 100), box(1650, 0, 1750, 100), box(8000, 0, 8200, 100),
        code=["0701"] * 4,
    ).set_axis(["near", "far", "half", "lost"])  # fmt: skip
    named = LAND["green"].assign(name=["海边公园", None])
    found = uncovered(PARK, {"landuse": homes, "green": named})
    assert found.index.tolist() == ["lost", "far", "half"]
    assert found["left_m2"].tolist() == pytest.approx([20_000, 10_000, 5_000])
    assert found["nearest_m"].fillna(-1).tolist() == pytest.approx([-1, 1100, 450])
    assert found["nearest"].tolist() == ["", "海边公园", "海边公园"]
    unnamed = uncovered(PARK, {"landuse": homes, "green": named.assign(name=None)})
    assert unnamed.loc["far", "nearest"] == "p"


def test_only_land_that_the_indicator_counts_is_listed_and_shown() -> None:
    homes = table(box(1000, 0, 1100, 100), box(8000, 0, 8200, 100), code=["0701"] * 2)
    homes = homes.set_axis(["half", "out"]).assign(id=["half", "out"], name=None)
    green = LAND["green"].assign(id="p", name=None)
    bounds = table(box(1050, 0, 2000, 100), boundary_class=["built_up"])
    built_up = PARK.model_copy(update={"base": PARK.base.model_copy(update={"built_up": True})})
    inputs = {"landuse": homes, "green": green, "boundaries": bounds}
    assert uncovered(built_up, inputs)[["area_m2", "left_m2"]].to_numpy().tolist() == [[5_000, 5_000]]
    drawn = shown(built_up, inputs)
    assert drawn[drawn["coverage"] == "left"].area.to_dict() == {"half": 5_000}
    assert uncovered(built_up, {**inputs, "boundaries": bounds.iloc[:0]}).empty


def test_without_any_park_all_land_is_listed() -> None:
    nothing = LAND["green"].iloc[:0].assign(name=None)
    found = uncovered(PARK, {"landuse": LAND["landuse"], "green": nothing})
    assert found["left_m2"].tolist() == pytest.approx([100_000])
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == crs.METRIC


def test_homes_whose_street_leads_nowhere_are_stranded() -> None:
    ways = [LineString([(x, 0), (x + 100, 0)]) for x in (0, 100, 400, 900)]
    streets = table(*ways).assign(walkable=[True, True, True, False])
    homes = table(*(box(x, 10, x + 10, 20) for x in (0, 420, 950, 9000))).assign(code=["0701"] * 4)
    walk = load_indicators()[0]["walk5"]
    found = stranded(walk, {"landuse": homes, "streets": streets})
    assert [x for x, *_ in found.bounds.to_numpy()] == [420, 950]  # the fourth is beyond 5 km of any street
    assert stranded(walk, {"landuse": homes, "streets": streets.assign(walkable=False)}).empty


def test_an_area_that_an_outline_moved_in_has_none_of_may_be_none() -> None:
    plots = table(box(0, 0, 300, 100), box(300, 0, 400, 100), landuse=["0701", "1401"])
    unit = table(box(0, -400, 400, 600)).assign(basis="位置示意", accuracy_m=110.0)

    def areas(zones: gpd.GeoDataFrame) -> pd.DataFrame:
        return balance(plots, by="landuse", zones=zones, area="projected")

    found = vague.with_range(vague.outlines(unit), areas, of="area_m2", absent=0.0)[["area_m2", "low", "high"]]
    assert found.to_numpy() == pytest.approx(np.array([[30_000, 18_000, 30_000], [10_000, 0, 10_000]]))
