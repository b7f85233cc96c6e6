"""The legend shows what the map draws, in the map's own colours."""

import re
from collections.abc import Mapping

import geopandas as gpd
import pytest

from geodata.items import ROLES, THEMES
from geodata.land import Land
from layers import plan
from layers.legend import legend, swatch
from layers.style import PLAIN, Style

_ROW = re.compile(r'<div class="legend-row( detail)?">(.*?)<span>(.*?)</span></div>')


def _rows(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], theme: str) -> dict[str, tuple[bool, str]]:
    """Label -> is a detail, its signs."""
    rows: dict[str, tuple[bool, str]] = {}
    for detail, sign, label in _ROW.findall(str(legend(drawn, styles, theme))):
        rows[label] = (bool(detail), rows.get(label, (False, ""))[1] + sign)
    return rows


@pytest.mark.parametrize("theme", THEMES)
def test_everything_a_theme_draws_has_a_row_in_its_own_colour(
    drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], theme: str
) -> None:
    rows = _rows(drawn, styles, theme)
    strong = set(drawn["style"][[theme in themes for themes in drawn["strong"]]])
    signs = {
        role: "".join(sign for label, (_, sign) in rows.items() if label.startswith(ROLES[role])) for role in strong
    }
    assert {role for role in strong if styles[role].color not in signs[role]} == set()


@pytest.mark.parametrize("theme", THEMES)
def test_no_row_is_without_something_drawn(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], theme: str) -> None:
    strong = drawn[[theme in themes for themes in drawn["strong"]]]
    named = {ROLES[role] for role in strong["style"] if role != "subdistrict"}  # the base map's row is about them
    always = {
        "布局单元（淡显）",
        "全区（淡显）",
        "位置示意（虚线）",
        "位置示意点与精度范围",
        "街道界线",
        "主要道路",
        "地铁",
        "有轨电车",
        "轨道站点",
    }
    labels = {re.sub("（(轴线|线路|点位)）$", "", label) for label in _rows(drawn, styles, theme)}
    assert labels - always == named


def test_the_corridor_has_a_row_for_its_axis_and_one_for_its_band(
    drawn: gpd.GeoDataFrame, styles: Mapping[str, Style]
) -> None:
    rows = _rows(drawn, styles, "layout")
    assert "<rect" in rows["一廊"][1]
    assert "<path" in rows["一廊（轴线）"][1]


@pytest.mark.parametrize("theme", THEMES)
def test_only_the_corridor_has_an_axis(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], theme: str) -> None:
    assert {label for label in _rows(drawn, styles, theme) if "轴线" in label} <= {"一廊（轴线）"}


def test_rows_of_details_are_marked_in_the_layout_alone(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style]) -> None:
    details = {label for label, (detail, _) in _rows(drawn, styles, "layout").items() if detail}
    assert details == {"片区", "填海区"}
    assert not any(detail for detail, _ in _rows(drawn, styles, "renewal").values())


def test_schematic_rows_are_dashed_and_known_ones_are_not(small: Land, styles: Mapping[str, Style]) -> None:
    rows = _rows(plan.table(small), styles, "infrastructure")
    assert 'stroke-dasharray="none"' in rows["道路交通"][1]
    assert 'stroke-dasharray="5 3"' in _rows(plan.table(small), styles, "layout")["一心"][1]


def test_a_row_is_dashed_where_most_of_what_it_stands_for_is(
    drawn: gpd.GeoDataFrame, styles: Mapping[str, Style]
) -> None:
    roads = drawn[(drawn["style"] == "road") & (drawn.geom_type == "LineString")]
    assert sorted(roads["schematic"]) == [False, False, True]
    assert 'stroke-dasharray="none"' in _rows(drawn, styles, "infrastructure")["道路交通（线路）"][1]


@pytest.mark.parametrize(
    ("label", "dash"),
    [("全区", "2 5"), ("街道界线", "2 5"), ("主要道路", "none"), ("地铁", "6 4"), ("有轨电车", "2 4")],
)
def test_lines_are_dashed_as_their_style_says(
    drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], label: str, dash: str
) -> None:
    assert f'stroke-dasharray="{dash}"' in _rows(drawn, styles, "layout")[label][1]


def test_stations_have_a_row_where_they_are_drawn(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style]) -> None:
    sign = _rows(drawn, styles, "layout")["轨道站点"][1]
    assert f'<circle cx="13" cy="8" r="2.5" fill="#fff" stroke="{styles["station"].color}"' in sign


@pytest.mark.parametrize("theme", THEMES)
def test_every_legend_says_what_dashes_mean(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style], theme: str) -> None:
    sign = _rows(drawn, styles, theme)["位置示意（虚线）"][1]
    assert PLAIN.color in sign
    assert 'fill-opacity="0"' in sign


def test_the_accuracy_circle_is_explained_where_there_are_points(small: Land, styles: Mapping[str, Style]) -> None:
    table = plan.table(small)
    assert "位置示意点与精度范围" in _rows(table, styles, "projects")
    assert "位置示意点与精度范围" not in _rows(table, styles, "layout")


def test_units_shown_as_context_have_a_faint_row(small: Land, styles: Mapping[str, Style]) -> None:
    table = plan.table(small)
    sign = _rows(table, styles, "projects")["布局单元（淡显）"][1]
    assert re.findall(r' stroke="(.*?)"', sign) == [styles[role].color for role in ("core", "city", "cluster")]
    assert 'stroke-width="1.2" stroke-opacity="0.55"' in sign
    zone = _rows(table, styles, "projects")["全区（淡显）"][1]
    assert styles["zone"].color in zone
    assert f'stroke-dasharray="{styles["zone"].dash}"' in zone
    assert not {"布局单元（淡显）", "全区（淡显）"} & set(_rows(table, styles, "layout"))


def test_what_stands_beside_the_theme_has_its_rows_at_every_zoom(small: Land, styles: Mapping[str, Style]) -> None:
    rows = _rows(plan.brought_in(plan.table(small), "layout", ("P001", "A001")), styles, "layout")
    assert ROLES[small.items["role"]["P001"]] in rows
    assert not rows[ROLES[small.items["role"]["A001"]]][0]
    assert "布局单元（淡显）" not in rows


def test_a_theme_that_draws_nothing_still_has_a_legend(small: Land, styles: Mapping[str, Style]) -> None:
    assert "主要道路" in _rows(plan.table(small).iloc[:0], styles, "layout")


def test_a_hostile_sign_is_escaped() -> None:
    sign = swatch(Style(color="#123456", glyph="<"), "Point")
    assert ">&lt;</text>" in sign


def test_roads_of_an_online_base_map_are_not_ours(drawn: gpd.GeoDataFrame, styles: Mapping[str, Style]) -> None:
    assert "主要道路" in legend(drawn, styles, "layout")
    assert "主要道路" not in legend(drawn, styles, "layout", online=True)
