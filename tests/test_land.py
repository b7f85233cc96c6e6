"""The land of ten places: who belongs to whom, what lies where, what is broken."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shapely import box

from geodata import crs
from geodata.config import Config, PlanConfig
from geodata.land import BASE_LAYERS, Land, files, load_land
from geodata.provenance import PLAN_LAYERS

MakeFeature = Callable[..., dict[str, Any]]


def _said(land: Land) -> list[str]:
    return [str(problem) for problem in land.problems]


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_small_land_is_read_without_a_problem(small: Land) -> None:
    assert _said(small) == []
    assert list(small.items.index) == [
        "Z001", "Z002", "Z003", "S001", "S002", "S003", "A001", "P001", "P002", "P003", "I001", "R001", "T001",
    ]  # fmt: skip
    assert small.items.crs.to_epsg() == 4549
    assert list(small.base) == list(BASE_LAYERS)


def test_only_what_has_a_geometry_is_placed(small: Land) -> None:
    assert sorted(set(small.items.index) - set(small.placed.index)) == ["P003", "R001", "T001"]


def test_children_are_found_at_any_depth(small: Land) -> None:
    assert small.children("Z003") == ["S003", "P001", "R001"]
    assert sorted(small.children("Z001")) == sorted(set(small.items.index) - {"Z001"})
    assert small.children("P001") == []


def test_a_circle_of_parents_comes_to_an_end(config: Config) -> None:
    _edit(config.plan_path / "subzones.geojson", '"parent": "Z003"', '"parent": "A001"')
    _edit(config.plan_path / "areas.geojson", '"parent": "Z001"', '"parent": "S003"')
    below = load_land(config).children("S003")
    assert len(below) == len(set(below))


def test_a_circle_of_parents_is_said_and_shown_without_a_parent(config: Config) -> None:
    _edit(config.plan_path / "subzones.geojson", '"parent": "Z003"', '"parent": "A001"')
    _edit(config.plan_path / "areas.geojson", '"parent": "Z001"', '"parent": "S003"')
    land = load_land(config)
    assert sorted({sentence[:11] for sentence in _said(land)}) == ["规划数据中的 A001", "规划数据中的 S003"]
    assert [land.ancestors(key) for key in ("A001", "S003")] == [[], []]
    assert len(land.subdistricts) == len(land.items)


def test_ancestors_stand_from_the_nearest_up(small: Land) -> None:
    assert small.ancestors("S003") == ["Z003", "Z001"]
    assert small.ancestors("Z001") == []


def test_neighbours_are_near_and_say_whether_they_overlap(small: Land) -> None:
    assert small.neighbours("Z003") == {"Z002": False}
    assert small.neighbours("Z002") == {"Z003": False}
    assert small.neighbours("P003") == {}


def test_neighbours_are_neither_parts_nor_parents_nor_far(small: Land) -> None:
    assert small.neighbours("A001") == {}
    assert "Z003" not in small.neighbours("S003")
    assert "Z002" not in small.neighbours("S001")


def test_overlapping_units_of_the_plan_say_so(real: Land) -> None:
    assert real.neighbours("Z004")["Z002"] is True
    assert "Z001" not in real.neighbours("Z004")
    assert "S005" in real.neighbours("S004")
    assert "A013" in real.neighbours("A012")


def test_the_period_and_its_year_are_those_of_the_items(small: Land) -> None:
    assert (small.period, small.year) == ("2021-2025", "2021")


def test_the_chapters_and_the_text_of_every_item_are_at_hand(small: Land) -> None:
    assert list(small.chapters.index) == list(small.haystack.index) == list(small.items.index)
    assert set(small.chapters) == {"7-1", "7-2"}
    assert "核心功能" in small.haystack["Z003"]


def test_the_extent_of_an_area_is_its_shape(small: Land) -> None:
    assert small.extent("Z003") == small.items.geometry["Z003"]


def test_the_extent_of_a_line_is_the_band_of_its_parts(small: Land) -> None:
    band = small.extent("Z002")
    assert band is not None
    parts = small.items.geometry[["S001", "S002"]]
    assert band.area == pytest.approx(parts.area.sum(), rel=1e-6)


def test_what_has_no_place_has_no_extent(small: Land) -> None:
    assert small.extent("P003") is None


def test_the_extent_of_a_line_without_parts_is_the_line(small: Land) -> None:
    assert small.extent("I001") == small.items.geometry["I001"]


def test_inside_lists_children_first_and_then_what_only_lies_there(small: Land) -> None:
    found = small.inside("Z003")["by_location"].to_dict()
    assert list(found.items()) == [("S003", False), ("P001", False), ("R001", False), ("P002", True), ("I001", True)]


def test_inside_a_unit_without_a_place_there_is_nothing_by_location(small: Land) -> None:
    assert len(small.inside("P003")) == 0


def test_inside_a_line_there_is_nothing_by_location(small: Land) -> None:
    assert len(small.inside("I001")) == 0


def test_inside_never_lists_the_unit_itself(small: Land) -> None:
    assert [key for key in small.placed.index if key in small.inside(key).index] == []


def test_the_whole_zone_has_everything_by_parent(small: Land) -> None:
    found = small.inside("Z001")
    assert len(found) == len(small.items) - 1
    assert not found["by_location"].any()


def test_an_orphan_is_said_and_shown_without_a_parent(config: Config) -> None:
    _edit(config.plan_path / "projects.geojson", '"parent": "Z003"', '"parent": "Z999"')
    land = load_land(config)
    assert _said(land) == ["规划数据中的 P001：所属单元 Z999 不存在，请改正 parent，在此之前按无所属显示。"]
    assert land.items["parent"]["P001"] is None


def test_an_id_in_two_files_counts_once(config: Config) -> None:
    _edit(config.plan_path / "infrastructure.geojson", '"id": "I001"', '"id": "P001"')
    land = load_land(config)
    assert _said(land) == ["规划数据中的 P001：编号在两个文件中重复，请改正其一，在此之前只用前一个。"]
    assert land.items["kind"]["P001"] == "project"


def test_a_missing_layer_leaves_the_others(config: Config) -> None:
    (config.plan_path / "projects.geojson").unlink()
    land = load_land(config)
    assert _said(land) == ["projects.geojson：找不到这个文件，请从安装包恢复，其余图层照常显示。"]
    assert len(land.items) == 10


@pytest.mark.parametrize("text", ["", '{"type": "FeatureCollection", "features": [{}]}'])
def test_the_loss_of_the_zones_is_no_fault_of_their_children(config: Config, text: str) -> None:
    (config.plan_path / "zones.geojson").write_text(text)
    land = load_land(config)
    (said,) = _said(land)
    assert said.startswith("zones.geojson")
    assert land.items["parent"].dropna().empty


@pytest.mark.parametrize("name", PLAN_LAYERS)
def test_a_layer_without_a_feature_is_said(config: Config, name: str) -> None:
    (config.plan_path / f"{name}.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    said = f"{name}.geojson：没有任何要素，请从安装包恢复，其余图层照常显示。"
    assert _said(load_land(config)) == [said]


def test_a_later_plan_may_have_nothing_of_a_layer(config: Config, tmp_path: Path) -> None:
    later = shutil.copytree(config.plan_path, tmp_path / "later")
    (later / "areas.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    assert _said(load_land(config, later)) == []


def test_a_plan_that_is_not_there_is_an_empty_land_with_a_sentence_per_file(tmp_path: Path) -> None:
    land = load_land(Config(plan=PlanConfig(folder=str(tmp_path / "无")), data_folder=str(tmp_path)))
    assert len(land.items) == len(land.placed) == 0
    assert [problem.where for problem in land.problems] == [
        "zones.geojson", "subzones.geojson", "areas.geojson", "projects.geojson", "infrastructure.geojson",
        "rules.csv", "targets.csv", "target_values.csv",
    ]  # fmt: skip


def test_every_file_that_is_read_is_watched_for_changes(config: Config) -> None:
    own = config.data_path / "tables"
    own.mkdir(parents=True)
    (own / "facts.yaml").write_text("", "utf-8")
    watched = files(config)
    names = {path.name for path in watched}
    assert {"zones.geojson", "rules.csv", "land.geojson", "styles.yaml", "sources.yaml"} <= names
    assert own / "facts.yaml" in watched


def test_the_small_core_is_where_it_was_drawn(small: Land) -> None:
    core = crs.degrees(small.placed.loc[["Z003"]]).geometry["Z003"]
    assert core.symmetric_difference(box(121.42, 38.86, 121.44, 38.88)).area < 1e-12
