"""New parks: what can be one, what cannot and why, and how they are kept."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from geodata import crs
from geodata.errors import MeasureError
from geodata.parks import Park, checked, circle, restored
from tests.land import EAST, NORTH, town

ZONE = box(EAST - 500, NORTH - 500, EAST + 2500, NORTH + 2500)


def park(shape: shapely.Geometry, *, key: str = "新1") -> Park:
    """A park of a shape in metres east and north of the town's corner."""
    placed = shapely.transform(shape, lambda xy: xy + np.array([EAST, NORTH]))
    return Park(key, key, "drawn", "G14", public=True, shape=placed)


def test_a_park_that_can_be_one_is_given_back() -> None:
    new = park(circle(Point(1000, 400), 3000))
    assert checked(new, zone=ZONE, green=town()["green"]) is new


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (Polygon([(0, 0), (40, 40), (40, 0), (0, 40)]), "边界自相交或不成面（东经 121.42866°、北纬 38.85178°附近）"),
        (Polygon([(0, 0), (40, 0), (0, 0)]), "新公园“新1”：边界自相交或不成面（"),
        (circle(Point(0, 0), 99), "面积 99 平方米，应在 100 至 1,000,000 平方米之间，请重画。"),
        (box(-480, -480, 2000, 2000), "面积 6,150,400 平方米，应在 100 至 1,000,000 平方米之间，请重画。"),
        (circle(Point(-500, 0), 3000), "在高新区范围以外，或有一部分在范围以外，请另选位置。"),
        (circle(Point(250, 250), 3000), "与已有的“名称lake”重叠，请另选位置。"),
        (circle(Point(2000, 2000), 3000), "与已有的“别处”重叠，请另选位置。"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_park_is_said(shape: shapely.Geometry, said: str) -> None:
    beside = park(circle(Point(2010, 2000), 3000), key="别处")
    with pytest.raises(MeasureError) as told:
        checked(park(shape), zone=ZONE, green=town()["green"], beside=[beside])
    assert said in str(told.value)


def test_a_park_may_touch_another_and_lie_on_a_lawn() -> None:
    green = town()["green"]
    lawn = park(circle(Point(1107, 1007), 400))
    touching = park(box(330, 250, 400, 330))
    assert checked(lawn, zone=ZONE, green=green, beside=[lawn]) is lawn
    assert checked(touching, zone=ZONE, green=green) is touching


def test_a_park_is_kept_by_its_shape_or_by_its_land() -> None:
    land = town()["landuse"]
    drawn = park(box(0, 0, 50, 50))
    turned = Park("改1", "改1", "plot", "G12", public=False, shape=land.geometry["home3"], table="landuse", row="home3")
    assert turned.record["shape"] == ""
    found, lost = restored([drawn.record, turned.record], {"landuse": land})
    assert found == (drawn, turned)
    assert lost == ()


def test_a_park_whose_land_is_gone_is_said() -> None:
    land = town()["landuse"]
    turned = Park("改1", "甲园", "plot", "G12", public=True, shape=land.geometry["home3"], table="landuse", row="home3")
    found, lost = restored([turned.record], {"landuse": gpd.GeoDataFrame(land.drop(index="home3"), crs=crs.METRIC)})
    assert found == ()
    assert str(lost[0]) == "方案中的“甲园”：原地块 home3 已不在现用数据中，未计入，请核对后重新选择地块。"
