"""绿地与公园: figures on held data, what is missing for them, and never demonstration and real data together."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import yaml
from shapely import LineString, box

from geodata import crs, demonstration, parquet
from geodata.catalogue import catalogue, take_in
from geodata.config import Config
from geodata.indicators import Indicator, load_indicators
from geodata.land import load_land
from geodata.measures.evaluate import Answer
from geodata.measures.reading import with_range
from geodata.replacement import Act, replace_outlines
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION, Intake
from layers import identity
from layers.measures import Told, sentence
from pages.ui import green_files, measured
from tests.homes import EAST, NORTH, homes_and_park
from tests.outlines import boundaries
from tests.page import Open, Take, drawn_dataset, drawn_map, html, panel
from tests.people import manager

pytestmark = pytest.mark.usefixtures("held")


def test_without_data_it_is_said_what_is_missing(open_page: Open) -> None:
    at = open_page("green.py")
    assert not at.exception
    assert "无数据：缺少绿地、公园、现状用地，请在“数据”页导入。" in panel(at)
    assert panel(at).count("<b>无数据</b>") == 5


def test_figures_say_what_they_rest_on(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = open_page("green.py", per="zone")
    said = panel(at)
    assert "<b>约 50%</b>" in said
    assert "按示意边界" in said
    assert "“green”第 1 版" in said
    assert "不在服务范围内的居住用地<small>1 处，1.0 公顷</small>" in said
    assert "距green甲0 1,600 米" in said
    (copied,) = at.code
    assert (
        "居住用地约 2.0 公顷，其中约 1.0 公顷（约 50%）达到“500米见园”（居住用地指 0701 城镇住宅用地；" in copied.value
    )
    assert "；口径 0（指标表，随看板）；按示意边界，“green”第 1 版，" in copied.value
    assert "<dt>面积与距离</dt><dd>400 平方米以上 500 米</dd>" in said
    assert "<dt>口径</dt><dd>口径 0（指标表，随看板）</dd>" in said
    assert DEMONSTRATION not in said + html(at) + copied.value


def test_a_unit_without_what_is_counted_says_so(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("population", box(EAST, NORTH, EAST + 1, NORTH + 1), people=[10])
    take("boundaries", box(EAST, NORTH, EAST + 9, NORTH + 9), box(0, 0, 9, 9), boundary_class=["grid"] * 2)
    for query, what in (({}, "居住用地"), ({"by": "people"}, "人口"), ({"ind": "park_per_person"}, "人口")):
        said = panel(open_page("green.py", per="grid", **query))
        assert "<b>无数据</b>" in said
        assert f"标“无数据”的单元内没有{what}。" in said


def test_rows_that_do_not_tell_what_is_counted_are_said(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    place = box(EAST, NORTH, EAST + 1, NORTH + 1)
    take("population", place, place, place, people=[10, None, None])
    for query in ({"by": "people"}, {"ind": "park_per_person"}):
        said = panel(open_page("green.py", **query))
        assert '<p class="note">人口的“人数”有 2 行未填，未计入。</p>' in said
        assert "<dt>未计入</dt><dd>人口的“人数”有 2 行未填</dd>" in said
    assert "未填" not in panel(open_page("green.py"))


def test_the_map_shows_what_is_reached(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    told = json.dumps(drawn_map(open_page("green.py")), ensure_ascii=False)
    assert "coverage/reached" in told
    assert "coverage/left" in told
    assert "不在服务范围内" in told
    assert "coverage/partly" not in told


@pytest.mark.parametrize("shown", ["coverage", "nearest", "kinds"])
def test_what_is_drawn_goes_with_any_of_the_data_it_was_measured_on(
    open_page: Open, take: Take, config: Config, held: Store, shown: str
) -> None:
    homes_and_park(take)
    told = drawn_dataset(open_page("green.py", part=shown))
    drawn_from = {dataset.kind: dataset.current for dataset in catalogue(held).datasets}
    kinds = ("green",) if shown == "kinds" else ("landuse", "green")
    versions = [version for kind in kinds if (version := drawn_from[kind])]
    for version in versions:
        assert version.digest[:16] in told["file"]
    name = Path(told["file"]).name
    assert name in parquet.drop_derived(config.data_path / "derived", [versions[-1].digest])


def test_demonstration_and_real_data_are_never_mixed(open_page: Open, take: Take) -> None:
    homes_and_park(take, synthetic=True)
    at = open_page("green.py")
    assert "无数据（绿地、公园为演示数据）" in panel(at)
    assert not at.code


def test_walking_needs_streets_and_uses_them(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    assert "无数据：缺少道路，请在“数据”页导入。" in panel(open_page("green.py", ind="walk5"))
    take("streets", LineString([(EAST + 100, NORTH + 50), (EAST + 300, NORTH + 50)]), walkable=[True])
    assert "<b>约 50%</b>" in panel(open_page("green.py", ind="walk5", per="zone"))


def test_a_tried_distance_stands_beside_the_usual_one(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = open_page("green.py", per="zone")
    (metres,) = [field for field in at.number_input if field.label == "距离（米）"]
    at = metres.set_value(150).run()
    assert "试算：全区由 约 50% 变为 约 0%；未采用。" in panel(at)
    assert "不在服务范围内的居住用地<small>2 处，2.0 公顷</small>" in panel(at)
    assert "达到“150米见园”（居住用地指 0701 城镇住宅用地；公园边界 150 米以内的" in at.code[0].value
    assert "试算，未采用；现行为口径 0（指标表，随看板）" in at.code[0].value


def test_land_that_is_partly_reached_is_told_with_all_of_it(open_page: Open, take: Take) -> None:
    take("landuse", box(EAST + 700, NORTH, EAST + 1050, NORTH + 100), code=["0701"], scheme=["guide2023"])
    take("green", box(EAST + 160, NORTH, EAST + 260, NORTH + 100), green_class=["G14"], public=[True])
    said = panel(open_page("green.py", per="zone"))
    assert "未覆盖 2.9（共 3.5）公顷 · 距green甲0 440 米" in said
    assert "64 边形" in said
    assert "64 边形" not in panel(open_page("green.py", per="zone", ind="water_ratio"))


def test_an_offices_own_distance_is_counted_as_it_stands(open_page: Open, take: Take) -> None:
    own = identity.settings().data_path / "tables"
    own.mkdir(parents=True)
    row = load_indicators()[0]["park500"].model_dump(mode="json", exclude_none=True)
    row["sources"]["bands"] = [{"least_m2": 1_234_567, "distance_m": 412.5}]
    (own / "indicators.yaml").write_text(yaml.safe_dump({"park500": row}, allow_unicode=True), "utf-8")
    homes_and_park(take)
    at = open_page("green.py", per="zone").run()
    assert "试算" not in panel(at)
    assert "<dd>1234567 平方米以上 412.5 米</dd>" in panel(at)
    fields = [
        (one.value, one.proto.format) for one in at.number_input if one.label in ("距离（米）", "最小面积（平方米）")
    ]
    assert fields == [(1_234_567, "%.0f"), (412.5, "%.1f")]
    ask = measured.Ask("park500", measured.table()[0]["park500"], "land", "zone")
    assert green_files.options(ask)["_bands"] == "1234567:412.5"


def test_units_that_need_boundaries_say_so(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    assert "无数据：缺少界线（网格），请在“数据”页导入。" in panel(open_page("green.py", per="grid"))
    take("boundaries", box(EAST, NORTH, EAST + 150, NORTH + 100), boundary_class=["grid"])
    said = panel(open_page("green.py", per="grid"))
    assert "<b>100.0%</b>" in said
    assert "按导入的界线" in said


def test_any_area_that_is_imported_is_a_unit(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    areas = box(EAST, NORTH, EAST + 50, NORTH + 100), box(EAST, NORTH, EAST + 2100, NORTH + 100)
    take("boundaries", *areas, boundary_class=["area", "area"])
    said = panel(open_page("green.py", per="area"))
    assert "<b>100.0%</b>" in said
    assert "<b>50.0%</b>" in said
    assert "单元间有重叠，不作合计。" in said


def test_overlapping_units_have_no_total(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    assert "单元间有重叠，不作合计。" in panel(open_page("green.py", per="unit"))


def test_an_unknown_indicator_in_a_link_is_said(open_page: Open) -> None:
    assert "没有这个指标" in panel(open_page("green.py", ind="nothing"))


def test_demonstration_data_give_every_figure_and_say_so(open_page: Open, held: Store, config: Config) -> None:
    demonstration.load(held, manager(held), load_land(config), config)
    at = open_page("green.py", ind="park_per_person")
    assert not at.exception
    assert DEMONSTRATION in at.code[0].value
    assert "<b>无数据</b>" not in panel(at)
    table, _ = measured.table()
    for key in table:
        page = open_page("green.py", ind=key, by="people", per="community")
        assert not page.exception, key
        assert "出错（编号" not in html(page), key


def test_a_sentence_says_nothing_without_a_figure() -> None:
    row = pd.Series({"value": None, "low": None, "high": None, "part": 0, "whole": 0}, dtype=float)
    assert (
        sentence(load_indicators()[0]["park500"], "甲", row, Told("", schematic=False, synthetic=False, caliber=""))
        == ""
    )


def test_figures_within_official_outlines_name_them_and_are_exact(
    config: Config, held: Store, take: Take, open_page: Open
) -> None:
    homes_and_park(take)
    outline = ("凌水街道", "subdistrict", gpd.GeoSeries([box(EAST, NORTH, EAST + 200, NORTH + 100)], crs=crs.METRIC))
    table = boundaries((*outline[:2], outline[2].to_crs(crs.FILE).iloc[0]))
    who = manager(held)
    told = Intake("boundaries", "官方界线", "自然资源局")
    version = take_in(held, who, table, intake=told, config=config)
    before = panel(open_page("green.py"))
    act = Act(version.key, {"D001": "B1"}, 0)
    replace_outlines(held, who, act, land=load_land(config), config=config)
    after = panel(open_page("green.py"))
    assert "单元界线 “官方界线”第 1 版" not in before
    assert "单元界线 “官方界线”第 1 版" in after
    assert "100.0%" in after


def test_units_and_the_built_up_land_may_come_from_several_datasets(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    near, far = (box(EAST + x, NORTH, EAST + x + 200, NORTH + 200) for x in (0, 2000))
    community = take("boundaries", near, far, boundary_class=["community"] * 2, intake={"name": "社区界线"})
    built_up = take("boundaries", near, boundary_class=["built_up"], intake={"name": "建成区"})
    area = take("boundaries", far, boundary_class=["area"], intake={"name": "片区"})
    said = panel(open_page("green.py", ind="cov2022", per="community"))
    assert "boundaries甲0" in said
    assert "缺少" not in said
    assert community.label in said
    assert built_up.label in said
    assert area.label not in said
    assert area.label in panel(open_page("green.py", per="area"))
    landuse = panel(open_page("landuse.py", per="community"))
    assert "boundaries甲0 · 用地平衡表" in landuse


def test_an_edited_conversion_changes_figures_and_map_at_once(open_page: Open, take: Take, config: Config) -> None:
    near, far = (box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in (0, 2000))
    take("landuse", near, far, code=["0701", "0601"], scheme=["survey"] * 2, intake={"scheme": "survey"})
    take("green", box(EAST + 300, NORTH, EAST + 400, NORTH + 100), green_class=["G14"], public=[True])
    before = open_page("green.py", per="zone")
    assert "居住用地约 1.0 公顷，其中约 1.0 公顷" in before.code[0].value
    own = config.data_path / "tables" / "landuse_conversion.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('survey 0601: {to: "0701"}\n', "utf-8")
    after = open_page("green.py", per="zone")
    assert "居住用地约 2.0 公顷，其中约 1.0 公顷" in after.code[0].value
    assert drawn_dataset(after)["file"] != drawn_dataset(before)["file"]


def test_a_new_version_computes_anew_only_what_rests_on_it(
    open_page: Open, take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes_and_park(take)
    asked: list[str] = []

    def counting(indicator: Indicator, *rest: Any, **told: Any) -> Answer:
        asked.append(indicator.name)
        return with_range(indicator, *rest, **told)

    monkeypatch.setattr(measured, "with_range", counting)
    before = panel(open_page("green.py", per="zone"))
    assert "500米见园" in asked
    asked.clear()
    take("buildings", box(EAST, NORTH, EAST + 20, NORTH + 20), dwellings=[8], use=["residential"])
    homes = [box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in (0, 2000)]
    stated = take("landuse", *homes, code=["0701"] * 2, scheme=["guide2023"] * 2, area_stated_m2=[10_000.0] * 2)
    after = panel(open_page("green.py", per="zone"))
    assert asked == []
    assert stated.label in after
    assert stated.label not in before
    take("green", box(EAST + 100, NORTH, EAST + 300, NORTH + 100), green_class=["G14"], public=[True])
    open_page("green.py", per="zone")
    assert "500米见园" in asked
