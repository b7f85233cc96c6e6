"""The plan as this repository ships it: complete, in its place, and in our own words."""

import csv
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata import crs
from geodata.config import ROOT, Config, load_table
from geodata.items import SCHEMATIC
from geodata.land import BASE_FOLDER, Land, load_land
from geodata.provenance import PLAN_LAYERS, PLAN_TABLES, Fact, Source
from layers import plan
from layers.style import Style

PLAN = ROOT / "geodata" / "data" / "plan"
LAYERS = [*(PLAN / f"{name}.geojson" for name in PLAN_LAYERS), *sorted(BASE_FOLDER.glob("*.geojson"))]
COUNTS = {"zone": 15, "subzone": 12, "area": 14, "project": 112, "infrastructure": 44, "rule": 41, "target": 33}
LETTERS = {"zone": "Z", "subzone": "S", "area": "A", "project": "P", "infrastructure": "I", "rule": "R", "target": "T"}
CHAPTERS = {
    "zone": {1: 1, 5: 1, 7: 13},
    "subzone": {1: 1, 7: 11},
    "area": {7: 14},
    "project": {1: 3, 3: 15, 4: 16, 5: 10, 6: 2, 7: 61, 8: 5},
    "infrastructure": {1: 8, 4: 2, 6: 1, 7: 25, 8: 8},
    "rule": {1: 1, 2: 1, 3: 2, 4: 3, 6: 2, 7: 28, 8: 1, 9: 3},
    "target": {2: 24, 3: 3, 4: 1, 5: 1, 7: 1, 8: 3},
}
PLACED = {"zone": 9, "subzone": 8, "area": 14, "project": 7, "infrastructure": 18}
PARENTS = {
    "Z001": ("Z002", "Z003", "Z004", "Z006", "Z007", "Z008", "Z009", "Z010"),
    "Z003": ("S004", "S005", "A003", "A004"),
    "Z004": ("S006", "S007", "P004", "P061"),
    "A009": ("A010",),
    "Z007": ("A005",),
    "Z006": ("P012",),
}
SHARED_SITES = {frozenset({"P004", "P065"}), frozenset({"P061", "P067"})}
HALF_BAND = 600
LONGEST_ECHO = 12
"""Characters a summary may have in common with the plan: names of places and of the plan's own terms."""


@pytest.mark.parametrize("kind", COUNTS)
def test_all_items_of_a_kind_are_there(real: Land, kind: str) -> None:
    ids = real.items.index[real.items["kind"] == kind]
    assert sorted(ids) == [f"{LETTERS[kind]}{number:03d}" for number in range(1, COUNTS[kind] + 1)]


@pytest.mark.parametrize("kind", COUNTS)
def test_the_items_of_a_kind_come_from_the_chapters_of_the_inventory(real: Land, kind: str) -> None:
    citations = real.items["citation"][real.items["kind"] == kind]
    assert Counter(place["chapter"] for place in citations) == CHAPTERS[kind]


def test_there_are_271_items_and_153_of_chapter_7(real: Land) -> None:
    assert len(real.items) == 271
    assert sum(place["chapter"] == 7 for place in real.items["citation"]) == 153


def test_so_many_items_have_a_place_and_no_more(real: Land) -> None:
    assert real.placed["kind"].value_counts().to_dict() == PLACED


def test_the_shipped_data_is_read_without_a_problem(real: Land) -> None:
    assert [str(problem) for problem in real.problems] == []


def test_every_file_holds_its_own_kind() -> None:
    for name, kind in zip((*PLAN_LAYERS, *PLAN_TABLES), COUNTS, strict=True):
        if name in PLAN_LAYERS:
            found = {
                f["properties"]["kind"] for f in json.loads((PLAN / f"{name}.geojson").read_text("utf-8"))["features"]
            }
            assert found == {kind}


def test_every_role_has_a_style(real: Land, drawn: gpd.GeoDataFrame) -> None:
    base = {role for layer in real.base.values() for role in layer["role"]}
    assert {*drawn["style"], *drawn["role"], *base} - set(load_table("styles", Style)[0]) == set()


@pytest.mark.parametrize("parent", PARENTS)
def test_children_lie_in_their_parents(real: Land, parent: str) -> None:
    shapes = real.items.geometry
    ground = shapes[parent].buffer(0.5)
    assert [child for child in PARENTS[parent] if real.items["parent"][child] is None] == []
    assert [child for child in PARENTS[parent] if not shapes[child].within(ground)] == []


def test_every_placed_thing_below_an_area_lies_in_it(real: Land) -> None:
    units = real.placed[(real.placed.area > 0) & (real.placed.index != "Z001")]
    stray = [
        (child, parent)
        for parent in units.index
        for child in real.children(parent)
        if child in real.placed.index and not real.placed.geometry[child].within(units.geometry[parent].buffer(0.5))
    ]
    assert stray == [
        ("A001", "S002"),
        ("A002", "S002"),
    ]  # two 区域 of the middle part are wider than the corridor's band


def test_xiaopingdao_lies_in_the_core(real: Land) -> None:
    assert real.items["name"]["A004"] == "小平岛区域"
    assert real.items["role"]["Z003"] == "core"
    assert real.items.geometry["A004"].within(real.items.geometry["Z003"].buffer(0.5))


def test_the_expansion_lies_outside_the_zone(real: Land) -> None:
    zone = real.items.geometry["Z001"]
    outside = real.placed[real.placed["role"] == "expansion"]
    assert sorted(outside.index) == ["A006", "A007", "A008"]
    assert outside.intersection(zone).area.max() < 0.01 * outside.area.min()


def test_the_corridor_lies_in_the_zone(real: Land) -> None:
    assert real.items.geometry["Z002"].difference(real.items.geometry["Z001"].buffer(1)).length == 0


def test_the_corridor_runs_from_edge_to_edge_of_the_zone(real: Land) -> None:
    edge = real.items.geometry["Z001"].boundary
    ends = sorted(shapely.get_coordinates(real.items.geometry["Z002"]).tolist())
    assert [round(edge.distance(shapely.Point(end)), 1) for end in (ends[0], ends[-1])] == [0, 0]


def test_the_parts_of_the_corridor_do_not_overlap(real: Land) -> None:
    parts = real.items.geometry[["S001", "S002", "S003"]]
    assert max(a.intersection(b).area for a, b in itertools.combinations(parts, 2)) < 1


def test_the_parts_of_the_corridor_are_its_band(real: Land) -> None:
    whole = real.items.geometry[["S001", "S002", "S003"]].union_all()
    band = real.items.geometry["Z002"].buffer(HALF_BAND).intersection(real.items.geometry["Z001"])
    assert band.difference(whole).area < 0.002 * band.area
    assert whole.symmetric_difference(band).area < 0.02 * band.area


def test_the_parts_of_the_corridor_lie_in_the_zone_east_to_west(real: Land) -> None:
    parts = real.items.loc[["S001", "S002", "S003"]]
    assert parts.union_all().difference(real.items.geometry["Z001"].buffer(1)).area == 0
    assert list(parts["short"]) == ["走廊东部", "走廊中部", "走廊西部"]
    assert list(parts.centroid.x) == sorted(parts.centroid.x, reverse=True)


def test_the_subdistricts_partition_the_zone(real: Land) -> None:
    streets = real.base["subdistricts"].geometry
    assert streets.union_all().symmetric_difference(real.items.geometry["Z001"]).area < 100
    assert max(a.intersection(b).area for a, b in itertools.combinations(streets, 2)) < 1
    assert list(real.base["subdistricts"]["name"]) == ["凌水街道", "七贤岭街道", "龙王塘街道"]


def test_the_subdistrict_of_the_plan_is_the_one_of_the_base_map(real: Land) -> None:
    other = real.base["subdistricts"].geometry["D002"]
    assert real.items.geometry["S012"].symmetric_difference(other).area < 100


@pytest.mark.parametrize(
    ("key", "square_kilometres"),
    [("Z001", 153), ("Z004", 44.3), ("S012", 10.85), ("D001", 37), ("D002", 10.85), ("D003", 105)],
)
def test_an_outline_has_the_area_that_is_publicly_known(real: Land, key: str, square_kilometres: float) -> None:
    table = real.base["subdistricts"] if key.startswith("D") else real.placed
    shape = crs.degrees(table.loc[[key]]).geometry[key]
    assert crs.ellipsoidal_area(shape) / 1e6 == pytest.approx(square_kilometres, rel=0.02)


def test_the_facts_say_the_same_areas(real: Land) -> None:
    areas = {fact.item: fact.value for fact in real.facts.values() if fact.unit == "平方公里"}
    assert areas == {"Z001": 153, "Z004": 44.3, "D001": 37, "D002": 10.85, "D003": 105}


def test_the_facts_are_about_what_there_is(real: Land) -> None:
    known = {*real.items.index, *real.base["subdistricts"].index}
    assert {fact.item for fact in load_table("facts", Fact)[0].values()} <= known


def test_no_two_items_share_a_point_unless_they_share_a_site(real: Land) -> None:
    points = real.placed[real.placed.geom_type == "Point"]
    groups = points.groupby(points.to_wkt()["geometry"]).groups.values()
    assert {frozenset(keys) for keys in groups if len(keys) > 1} == SHARED_SITES


def test_items_that_share_a_site_have_one_parent_and_one_accuracy(real: Land) -> None:
    for site in SHARED_SITES:
        rows = real.items.loc[sorted(site)]
        assert rows["parent"].nunique() == rows["accuracy_m"].nunique() == 1


def test_no_point_stands_for_the_middle_of_a_unit(real: Land) -> None:
    units = real.placed[real.placed["kind"].isin(["zone", "subzone", "area"])].centroid
    points = real.placed[real.placed.geom_type == "Point"]
    near = [
        (key, unit) for key in points.index for unit in units.index if points.geometry[key].distance(units[unit]) < 150
    ]
    assert near == []


def test_a_schematic_place_says_how_far_off_it_may_be(real: Land) -> None:
    schematic = real.placed[real.placed["basis"] == SCHEMATIC]
    assert len(schematic) == 48
    assert schematic["accuracy_m"].min() >= 300
    assert real.placed["accuracy_m"].notna().all()


def test_the_three_clusters_after_expansion_are_listed_and_not_drawn(real: Land) -> None:
    clusters = real.items[real.items["role"] == "cluster"]
    undrawn = clusters[clusters.geometry.isna()]
    assert len(clusters) - len(undrawn) == 5
    assert [word for word in ("洁净能源", "智能制造", "生命健康") if not undrawn["name"].str.contains(word).any()] == []


def test_the_four_reclaimed_areas_are_drawn(real: Land) -> None:
    named = real.placed["name"][real.placed.index.isin(["A011", "A012", "A013", "A014"])]
    assert [name[:3] for name in named] == ["凌水湾", "河口湾", "小平岛", "龙王塘"]
    assert set(real.placed["role"][named.index]) == {"reclaimed"}


def test_the_city_has_two_areas_and_four_functional_parts(real: Land) -> None:
    parts = real.items[(real.items["parent"] == "Z004") & (real.items["kind"] == "subzone")]
    assert list(parts.index) == ["S006", "S007", "S008", "S009", "S010", "S011"]
    assert list(parts.geometry.notna()) == [True, True, False, False, False, False]


def test_every_parent_is_there(real: Land) -> None:
    assert set(real.items["parent"].dropna()) - set(real.items.index) == set()
    assert list(real.items.index[real.items["parent"].isna()]) == ["Z001"]


def test_the_plan_period_is_that_of_the_plan(real: Land) -> None:
    assert set(real.items["plan_period"]) == {"2021-2025"}


def test_a_wording_always_has_its_rung(real: Land) -> None:
    rows = real.items
    told = rows[(rows["plan_wording"] == "") != (rows["stage"] == "")]
    assert list(told.index) == []


def test_the_figures_belong_to_the_targets(real: Land) -> None:
    assert list(real.targets.index) == [f"T{number:03d}" for number in range(1, 34)]
    row = real.targets.to_dict("index")["T009"]
    assert (row["unit"], row["value_2020"], row["value_2025"]) == ("亿元", "121.6", "240")


def test_the_garbled_places_name_items_that_exist(real: Land) -> None:
    named = {item for items in real.defects["items"] for item in items}
    assert len(real.defects) == 23
    told = "".join(real.defects["what"])
    passages = (
        "“搭建”",
        "只有图1的图题",
        "50米见绿",
        "缺生命健康",
        "没有指标名称",
        "3.77",
        "424亿元",
        "81.6",
        "工业互联网",
    )
    others = ("“西部区域”", "大连先进光源", "黄泥川污水处理厂", "鲍鱼湾", "“区域”二字重复", "“监测评估”", "半角")
    assert [word for word in (*passages, *others) if word not in told] == []
    assert named - set(real.items.index) == set()


def test_citations_follow_the_lines_of_the_plan(real: Land) -> None:
    places = [place for place in real.items["citation"].drop("R036") if not place["table"]]  # R036 is the caption
    lines: dict[tuple[int, int, int], set[int]] = {}
    for place in places:
        lines.setdefault((place["chapter"], place["section"], place["paragraph"]), set()).add(place["line"])
    assert {key: found for key, found in lines.items() if len(found) > 1} == {}
    assert [lines[key] for key in sorted(lines)] == sorted(lines.values(), key=min)


def test_chapter_7_has_an_introduction_and_four_sections_on_lines_396_to_418(real: Land) -> None:
    places = [place for place in real.items["citation"] if place["chapter"] == 7]
    assert {place["section"] for place in places} == {0, 1, 2, 3, 4}
    assert 396 <= min(place["line"] for place in places) <= max(place["line"] for place in places) <= 418


def _numbers(values: object) -> Iterator[float]:
    if isinstance(values, list):
        for value in values:
            yield from _numbers(value)
    elif isinstance(values, int | float):
        yield values


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_coordinates_have_five_decimals_at_most(path: Path) -> None:
    geometries = [feature["geometry"] or {} for feature in json.loads(path.read_text("utf-8"))["features"]]
    numbers = [number for geometry in geometries for number in _numbers(geometry.get("coordinates"))]
    assert len(numbers) >= 2
    assert [number for number in numbers if round(number, 5) != number] == []


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_everything_lies_in_the_window_of_the_base_map(path: Path) -> None:
    west, south, east, north = gpd.read_file(path).total_bounds
    assert crs.WINDOW[0] <= west < east <= crs.WINDOW[2]
    assert crs.WINDOW[1] <= south < north <= crs.WINDOW[3]


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.name)
def test_a_layer_says_where_it_comes_from(path: Path) -> None:
    source = load_table("sources", Source)[0][path.stem]
    assert source.source
    assert source.licence


def test_every_source_is_a_layer() -> None:
    names = {*(path.stem for path in LAYERS), *PLAN_TABLES}
    assert set(load_table("sources", Source)[0]) == names


@pytest.mark.parametrize("path", [*LAYERS, *sorted(PLAN.glob("*.csv"))], ids=lambda path: path.name)
def test_the_readme_of_the_data_names_every_file(path: Path) -> None:
    assert path.name in (ROOT / "geodata" / "data" / "README.md").read_text("utf-8")


def test_every_map_theme_draws_something(drawn: gpd.GeoDataFrame) -> None:
    strong = Counter(theme for themes in drawn["strong"] for theme in themes)
    assert {theme: strong[theme] > 0 for theme in ("layout", "projects", "infrastructure", "ecology", "renewal")} == {
        "layout": True, "projects": True, "infrastructure": True, "ecology": True, "renewal": True,
    }  # fmt: skip


def test_every_label_lies_on_what_it_names(drawn: gpd.GeoDataFrame) -> None:
    labels = gpd.GeoSeries.from_xy(*zip(*drawn["at"], strict=True), index=drawn.index, crs=crs.FILE)
    assert labels.to_crs(crs.METRIC).distance(drawn.geometry).max() < 2


def test_the_tables_of_this_machine_do_not_count(tmp_path: Path) -> None:
    land = load_land(Config(data_folder=str(tmp_path)))
    assert len(plan.table(land)) == sum(PLACED.values())


def test_the_inventory_has_the_same_ids_and_kinds(real: Land, reference: Path) -> None:
    lines = (reference / "plan_inventory.csv").read_text("utf-8-sig").splitlines()
    expected = {row["id"]: row["kind"] for row in csv.DictReader(lines)}
    assert real.items["kind"].to_dict() == expected


def test_the_inventory_has_the_same_chapters_lines_and_parents(real: Land, reference: Path) -> None:
    rows = csv.DictReader((reference / "plan_inventory.csv").read_text("utf-8-sig").splitlines())
    expected = {
        row["id"]: (row["chapter_section"].split("-")[0], row["seed_line"], row["parent"] or None) for row in rows
    }
    ours = {
        key: (str(place["chapter"]), str(place["line"]), parent)
        for key, place, parent in zip(real.items.index, real.items["citation"], real.items["parent"], strict=True)
    }
    assert ours == expected


def test_no_summary_repeats_the_plan(real: Land, reference: Path) -> None:
    text = "".join((reference / "plan.txt").read_text("utf-8").split())
    size = LONGEST_ECHO + 1
    echoes = {
        key: summary[start : start + size]
        for key, summary in real.items["summary"].items()
        for start in range(len(summary) - LONGEST_ECHO)
        if summary[start : start + size] in text
    }
    assert echoes == {}
