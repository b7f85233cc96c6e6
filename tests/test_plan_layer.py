"""What the map draws of the ten places, and in which theme."""

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import LineString, MultiPolygon, Point, box

from geodata import crs
from geodata.items import THEMES
from geodata.land import Land
from layers import base, catalog, plan


@pytest.fixture
def table(small: Land) -> gpd.GeoDataFrame:
    """Draw the small land."""
    return plan.table(small)


def test_only_placed_items_are_drawn(table: gpd.GeoDataFrame, small: Land) -> None:
    assert set(table.index) == set(small.placed.index)


def test_small_things_lie_on_large_ones_and_points_on_top(table: gpd.GeoDataFrame) -> None:
    kinds = list(table.geom_type)
    assert kinds == sorted(kinds, key=["Polygon", "LineString", "Point"].index)
    areas = list(table.area[table.geom_type == "Polygon"])
    assert areas == sorted(areas, reverse=True)
    assert table.index[0] == "Z001"


def test_a_part_has_the_style_of_the_unit_it_is_a_part_of(table: gpd.GeoDataFrame) -> None:
    assert table["style"][["S001", "S003", "P001", "A001"]].tolist() == ["corridor", "core", "park", "reclaimed"]


def test_the_labels_say_the_unit_and_leave_the_obvious_out(table: gpd.GeoDataFrame) -> None:
    assert table["label"][["Z001", "Z002", "Z003", "P001"]].tolist() == [
        "", "一廊 · 简称Z002", "一心 · 简称Z003", "简称P001",
    ]  # fmt: skip


def test_details_are_areas_and_the_parts_of_areas_but_not_the_band_of_a_line(table: gpd.GeoDataFrame) -> None:
    assert sorted(table.index[table["detail"]]) == ["A001", "S003"]


def test_units_are_context_in_the_themes_that_are_not_theirs(table: gpd.GeoDataFrame) -> None:
    assert sorted(table.index[table["context"]]) == ["Z001", "Z002", "Z003"]
    for theme in THEMES:
        shown = plan.shown(table, theme, detail=True)
        assert "Z003" in shown.index
        assert ("P001" in shown.index) == (theme == "projects")


def test_schematic_places_are_marked(table: gpd.GeoDataFrame) -> None:
    assert table["schematic"][["P001", "I001"]].tolist() == [True, False]
    assert table["accuracy_m"][["P001", "I001"]].tolist() == [500, 100]


@pytest.mark.parametrize(
    ("theme", "detail", "ids"),
    [
        ("layout", False, ["S001", "S002", "Z001", "Z002", "Z003"]),
        ("layout", True, ["A001", "S001", "S002", "S003", "Z001", "Z002", "Z003"]),
        ("projects", False, ["P001", "P002", "Z001", "Z002", "Z003"]),
        ("infrastructure", True, ["I001", "Z001", "Z002", "Z003"]),
        ("renewal", True, ["Z001", "Z002", "Z003"]),
    ],
)
def test_a_theme_shows_its_own_and_the_context(
    table: gpd.GeoDataFrame, theme: str, ids: list[str], *, detail: bool
) -> None:
    assert sorted(plan.shown(table, theme, detail=detail).index) == ids


def test_what_is_inside_a_unit_comes_to_the_theme(table: gpd.GeoDataFrame) -> None:
    more = plan.brought_in(table, "layout", {"P001", "S003"})
    shown = plan.shown(more, "layout", detail=False)
    assert sorted(shown.index) == ["P001", "S001", "S002", "S003", "Z001", "Z002", "Z003"]
    assert plan.brought_in(table, "layout", ()) is table


def test_the_label_of_an_area_lies_well_inside() -> None:
    shape = box(121.40, 38.80, 121.44, 38.81).union(box(121.40, 38.80, 121.41, 38.84))
    assert shape.contains(Point(plan.label_position(shape)))


def test_the_label_of_several_areas_lies_in_the_largest() -> None:
    large = box(121.5, 38.8, 121.6, 38.9)
    assert large.contains(Point(plan.label_position(MultiPolygon([box(121.40, 38.80, 121.41, 38.81), large]))))


def test_the_label_of_a_line_lies_half_way() -> None:
    assert plan.label_position(LineString([(121.4, 38.8), (121.5, 38.8)])) == [121.45, 38.8]


def test_the_label_of_a_point_lies_on_it() -> None:
    assert plan.label_position(Point(121.123456, 38.8)) == [121.12346, 38.8]


def test_a_land_without_places_is_an_empty_table(small: Land) -> None:
    nothing = replace(small, items=small.items.loc[["P003", "R001"]])
    assert len(plan.table(nothing)) == 0
    assert len(plan.shown(plan.table(nothing), "layout", detail=True)) == 0


def test_the_table_does_not_touch_the_land(small: Land) -> None:
    before = small.items.to_wkb()
    plan.table(small)
    assert before.equals(small.items.to_wkb())


@pytest.mark.parametrize("row", catalog.LAYERS, ids=lambda row: row.key)
def test_every_layer_of_the_catalogue_draws_in_metres(real: Land, row: catalog.Layer) -> None:
    drawn = row.table(real)
    assert len(drawn) > 0
    assert drawn.crs == crs.METRIC
    assert {"id", "label", "style", "at"} <= set(drawn.columns)


def test_roads_and_land_carry_no_label(real: Land) -> None:
    assert set(base.table(real, "roads")["label"]) | set(base.table(real, "land")["label"]) == {""}


def test_stations_carry_their_name(real: Land) -> None:
    assert "七贤岭" in list(base.table(real, "stations")["label"])
