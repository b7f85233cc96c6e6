"""绿地与公园 and 用地结构 with data that cannot be used: one sentence each, and the other indicators go on."""

import pytest
from shapely import LineString, Point, box

from geodata import parquet
from geodata.indicators import load_indicators
from layers import identity
from pages.ui import caches
from tests.homes import EAST, NORTH, homes_and_park
from tests.page import Open, Take, html, panel

pytestmark = pytest.mark.usefixtures("held")


def test_a_unit_without_residents_has_no_figure_and_the_other_has(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("population", Point(EAST + 50, NORTH + 50), people=[100])
    near, far = (box(EAST + x, NORTH - 200, EAST + x + 500, NORTH + 300) for x in (0, 2000))
    take("boundaries", near, far, boundary_class=["community"] * 2)
    said = panel(open_page("green.py", ind="park_per_person", per="community"))
    first, second = said.split('class="row figure"')[1:3]
    assert "<b>100.00</b>" in first
    assert "<b>无数据</b>" in second


def test_coverage_of_people_in_a_unit_without_any_is_no_data(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("population", Point(EAST + 50, NORTH + 50), people=[100])
    take("boundaries", box(EAST + 2000, NORTH, EAST + 2500, NORTH + 300), boundary_class=["community"])
    at = open_page("green.py", by="people", per="community")
    assert "<b>无数据</b></button><details>" in panel(at) or "<b>无数据</b>" in panel(at).split('class="row figure"')[1]
    assert not at.code


def test_parks_without_streets_leave_the_straight_distances(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = open_page("green.py", ind="walk5")
    assert "无数据：缺少道路，请在“数据”页导入。" in panel(at)
    assert "<span>500米见园</span><b>约 50%</b>" in panel(at)


def test_homes_on_streets_of_their_own_are_said(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    ways = ([(100, 50), (200, 50), (300, 50)], [(2100, 50), (2150, 50)])
    take("streets", *(LineString([(EAST + x, NORTH + y) for x, y in way]) for way in ways), walkable=[True] * 2)
    told = "1 处居住用地（1.0 公顷）最近的道路与主路网不相连"
    assert told in panel(open_page("green.py", ind="walk5", by="people"))
    assert told not in panel(open_page("green.py"))


def test_streets_that_nobody_may_walk_are_no_islands(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("streets", LineString([(EAST + 100, NORTH + 50), (EAST + 300, NORTH + 50)]), walkable=[False])
    at = open_page("green.py", ind="walk5", per="zone")
    assert not at.exception
    assert "<b>约 0%</b>" in panel(at)
    assert "不相连" not in panel(at)
    assert "出错（编号" not in html(at)


def test_an_empty_table_is_no_park(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("green", green_class=[])
    at = open_page("green.py")
    assert "无数据：缺少绿地、公园，请在“数据”页导入。" in panel(at)
    assert "出错（编号" not in html(at)


@pytest.mark.parametrize("page", ["green.py", "landuse.py"])
def test_a_lost_file_is_one_sentence_on_the_page(open_page: Open, take: Take, page: str) -> None:
    homes_and_park(take)
    lost = caches.catalogue().current("landuse")
    assert lost is not None
    parquet.content_path(identity.settings().data_path, lost.digest).unlink()
    at = open_page(page)
    assert "找不到或无法读取，请从备份恢复，或重新导入该版本。" in panel(at)
    assert "出错（编号" not in html(at)


def test_a_lost_file_leaves_the_other_indicators(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("population", Point(EAST + 50, NORTH + 50), people=[100])
    lost = caches.catalogue().current("landuse")
    assert lost is not None
    parquet.content_path(identity.settings().data_path, lost.digest).unlink()
    assert "<b>约 100.0</b>" in panel(open_page("green.py", ind="park_per_person", per="zone"))


def test_no_landuse_leaves_what_needs_none(open_page: Open, take: Take) -> None:
    take("green", box(EAST, NORTH, EAST + 100, NORTH + 100), green_class=["G14"])
    take("population", Point(EAST + 50, NORTH + 50), people=[100])
    assert "无数据：缺少现状用地，请在“数据”页导入。" in panel(open_page("green.py"))
    assert "<b>约 100.0</b>" in panel(open_page("green.py", ind="park_per_person", per="zone"))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("bands: [{least_m2: 400, distance_m: 0}]", "小于规定的下限"),
        ("bands: [{least_m2: 400, distance_m: 90000}]", "大于规定的上限"),
    ],
)
def test_parameters_out_of_range_in_the_table_are_said(open_page: Open, take: Take, line: str, sentence: str) -> None:
    homes_and_park(take)
    row = load_indicators()[0]["park500"].model_dump_json(exclude_defaults=True)
    own = identity.settings().data_path / "tables" / "indicators.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    wrong = row.replace('"bands":[{"least_m2":400.0,"distance_m":500.0}]', line.replace("bands:", '"bands":'))
    own.write_text(f"park500: {wrong}", "utf-8")
    at = open_page("green.py", per="zone")
    assert sentence in panel(at)
    assert "请改正该行；在此之前沿用原有设置" in panel(at)
    assert "<b>约 50%</b>" in panel(at)
