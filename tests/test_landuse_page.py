"""用地结构: the balance of held land, what is missing for it, and never demonstration and real data together."""

import re
from collections.abc import Mapping

import geopandas as gpd
import pytest
from shapely import box
from shapely.geometry import shape
from streamlit.testing.v1 import AppTest

from geodata import demonstration
from geodata.config import Config
from geodata.land import load_land
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION
from layers.style import Style
from layers.view import View
from pages.ui import landuse, state
from pages.ui.landuse_ask import PARTS
from tests.page import Open, Take, drawn_dataset, html, panel, query
from tests.people import manager

pytestmark = pytest.mark.usefixtures("held")
EAST, NORTH = 624_000.0, 4_303_000.0
HOMES, PARK = box(EAST, NORTH, EAST + 300, NORTH + 100), box(EAST + 300, NORTH, EAST + 400, NORTH + 100)


def test_without_data_it_is_said_what_is_missing(open_page: Open) -> None:
    assert "无数据：缺少现状用地，请在“数据”页导入。" in panel(open_page("landuse.py"))
    assert "无数据：缺少规划用地，请在“数据”页导入。" in panel(open_page("landuse.py", ind="landuse_planned"))


def test_the_balance_says_classes_areas_and_what_it_rests_on(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    said = panel(open_page("landuse.py", per="zone"))
    row = (
        '0701 城镇住宅用地</button></td><td class="number" title="3.0–3.0 公顷">约 3.0</td><td class="number">75%</td>'
    )
    assert row in said
    assert "07 居住用地</button>" in said
    assert "按示意边界" in said
    assert "“landuse”第 1 版" in said
    assert "椭球面积" in said
    urban = ("约 3.0", "75%", "无数据", "25%–40%")
    assert "R 居住用地</td>" + "".join(f'<td class="number">{cell}</td>' for cell in urban) in said
    assert "依据转述，未核对原文" in said
    assert re.search("未被图斑覆盖 约 [0-9,.]+ 公顷（含示意边界造成的）", said)
    assert '<span style="flex-grow:0.750000;background:#FFFF2D" title="07 居住用地 75.0%"></span>' in said
    assert '生活空间</td><td class="number">约 3.0</td><td class="number">约 75%</td>' in said
    assert "本看板自定（现行分类指南没有规定）" in said
    assert "图斑相互重叠 约 0.0 公顷（重复计入）" in said
    assert '<th>合计</th><th class="number">—</th><th class="number">100%</th><th class="number">—</th>' in said


def test_an_office_sorts_the_three_spaces_otherwise(open_page: Open, take: Take, config: Config) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    own = config.data_path / "tables"
    own.mkdir(parents=True, exist_ok=True)
    (own / "three_spaces.yaml").write_text(
        'living: {name: 生活空间, classes: ["07", "14"], color: "#E8C547"}\nother: {name: 别的}\n', "utf-8"
    )
    said = panel(open_page("landuse.py", per="zone"))
    assert '生活空间</td><td class="number">约 4.0</td><td class="number">约 100%</td>' in said
    assert "three_spaces.yaml 的 other 的 classes：缺少这一项" in said


def test_land_per_person_needs_people_of_the_same_sort(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    assert "人均：无数据，缺少人口，请在“数据”页导入。" in panel(open_page("landuse.py", per="zone"))
    take("population", HOMES.centroid, people=[100], synthetic=True)
    assert "人均：无数据（人口为演示数据）。" in panel(open_page("landuse.py", per="zone"))
    take("population", HOMES.centroid, people=[100], intake={"name": "普查"})
    said = panel(open_page("landuse.py", per="zone"))
    assert '<td class="number">约 300</td>' in said
    assert "人均：除以该单元的现状人口约 100 人（“普查”第 1 版）。" in said
    assert "；“普查”第 1 版" in said
    take("landuse_planned", HOMES, code=["0901"], scheme=["guide2023"])
    assert "人均：规划用地也除以该单元的现状人口" in panel(open_page("landuse.py", per="zone", ind="landuse_planned"))
    take("boundaries", PARK, boundary_class=["grid"])
    assert "人口数据在该单元内没有人" in panel(open_page("landuse.py", per="grid"))


def test_a_class_stands_out_on_the_map_until_it_is_let_go(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    plain, told = (drawn_dataset(open_page("landuse.py", per="zone", **query)) for query in ({}, {"only": "07"}))
    assert told["key"] == f"{plain['key']}#07"
    assert not any(told["signs"][number]["fill_opacity"] > 0.5 for number in told["classes"].values())
    assert list(told["marks"].values()) == ["#FFFF2D"]
    assert "图上只突出：07 居住用地" in panel(open_page("landuse.py", per="zone", only="07"))


@pytest.mark.parametrize(
    ("part", "only"), [("balance", "07"), ("changes", "07~09"), ("intensity", "far.4"), ("years", "0701")]
)
def test_what_is_pressed_stands_out_in_the_unit_alone(open_page: Open, take: Take, part: str, only: str) -> None:
    homes = [box(EAST + east, NORTH, EAST + east + 100, NORTH + 100) for east in (0, 100, 200)]
    take("landuse", *homes, code=["0701"] * 3, scheme=["guide2023"] * 3)
    take("boundaries", homes[0], homes[1].union(homes[2]), boundary_class=["grid"] * 2)
    take("plots", *homes, landuse=["0701"] * 3, landuse_planned=["0901"] * 3, far=[2.0] * 3)
    for place, marked in (("boundaries0", 1), ("boundaries1", 2), ("", 1)):
        told = drawn_dataset(open_page("landuse.py", per="grid", part=part, place=place, only=only))
        assert len(told["marks"]) == marked
        assert not any(told["signs"][number]["fill_opacity"] > 0.5 for number in told["classes"].values())


def test_the_map_goes_to_the_unit_whose_figure_is_pressed(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(landuse, "focus", done.append)
    monkeypatch.setattr(state, "current", lambda: (None, View(focus="07"), ()))
    monkeypatch.setattr(state, "bring_into_sight", done.append)
    unit = gpd.GeoDataFrame(geometry=[HOMES], crs=4549)
    for act, what in (("focus", "14"), ("focus", "07"), ("box", "14")):
        landuse.press(unit, act, what)
    assert [one if isinstance(one, str) else "unit" for one in done] == ["unit", "14", "07"]


def test_base_years_stand_beside_each_other(open_page: Open, take: Take) -> None:
    scheme = ["guide2023"] * 2
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=scheme, intake={"base_year": 2020})
    assert "无数据：历年对照要有该单元的两期用地数据" in panel(open_page("landuse.py", per="zone", part="years"))
    take("landuse", HOMES, PARK, code=["0701", "0701"], scheme=scheme, intake={"base_year": 2023})
    take("landuse_planned", HOMES, PARK, code=["0901", "1401"], scheme=scheme)
    said = panel(open_page("landuse.py", per="zone", part="years"))
    assert said.index("现状 2020") < said.index("现状 2023") < said.index("规划</th>")
    cells = (
        '<td class="number">3.0</td><td class="number">4.0</td><td class="number">—</td><td class="number">−3.0</td>'
    )
    assert f"07 居住用地</button></td>{cells}" in said
    assert '<th class="number">规划－现状 2020</th>' in said
    assert "<td>合计</td>" not in said
    take("boundaries", HOMES.union(PARK), boundary_class=["grid"])
    exact = '<td>合计</td><td class="number">4.0</td>'
    assert exact in panel(open_page("landuse.py", per="grid", part="years"))


def test_codes_of_the_survey_are_counted_by_the_guide(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "0601"], scheme=["survey"] * 2)
    assert "1001 工业用地" in panel(open_page("landuse.py", per="zone"))


def test_imported_units_are_exact_and_say_their_gaps(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", box(EAST, NORTH, EAST + 500, NORTH + 100), boundary_class=["grid"])
    said = panel(open_page("landuse.py", per="grid"))
    assert "75.0%" in said
    assert "约" not in said
    assert '<th>合计</th><th class="number">4.0</th>' in said
    assert "未被图斑覆盖 1.0 公顷" in panel(open_page("landuse.py", per="grid", part="tiling"))


def test_a_unit_without_land_has_no_data(open_page: Open, take: Take) -> None:
    take("landuse", PARK, code=["1401"], scheme=["guide2023"])
    take("boundaries", HOMES, boundary_class=["grid"])
    take("plots", PARK, landuse=["1401"], landuse_planned=["1401"])
    said = {part: panel(open_page("landuse.py", per="grid", part=part)) for part in PARTS}
    assert "无数据：现状用地数据没有覆盖该单元。" in said["balance"]
    assert "无数据：历年对照" in said["years"]
    assert "变化最大的 0 项" in said["changes"]
    assert "0 个地块有数据" in said["intensity"]


def test_changes_are_a_matrix_whose_cells_show_their_plots(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    assert "无数据：缺少规划地块" in panel(open_page("landuse.py", per="zone", part="changes"))
    take("plots", HOMES, PARK, landuse=["0701", "1401"], landuse_planned=["0901", "1401"], far=[2.0, None])
    at = open_page("landuse.py", per="zone", part="changes", only="07~09")
    cell = (
        '<td class="number most"><button class="pick" data-act="focus" data-id="07~09" aria-pressed="true">3.0</button>'
    )
    assert cell in panel(at)
    assert '<td class="number same"><button class="pick" data-act="focus" data-id="14~14"' in panel(at)
    sums = "".join(f'<th class="number">{cell}</th>' for cell in ("3.0", "1.0", "—"))
    assert f"<th>规划合计</th>{sums}" in panel(at)
    assert '09 商业服务业用地</td><td class="number">约 3.0</td>' in panel(at)
    told = drawn_dataset(at)
    assert list(told["marks"].values()) == ["#FF0000"]


def test_without_plots_changes_come_from_both_layers(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("landuse_planned", HOMES.union(PARK), code=["0901"], scheme=["guide2023"])
    plain = open_page("landuse.py", per="zone", part="changes")
    assert "由现状用地与规划用地叠加算得" in panel(plain)
    assert "数据：“landuse”第 1 版" in panel(plain)
    assert set(drawn_dataset(plain)["classes"]) == {"0901"}
    at = open_page("landuse.py", per="zone", part="changes", only="07~09")
    assert 'data-id="07~09" aria-pressed="true">3.0</button>' in panel(at)
    assert 'data-id="14~09" aria-pressed="false">1.0</button>' in panel(at)
    assert set(drawn_dataset(at)["classes"]) == {"step5"}
    assert "“landuse_planned”第 1 版" in panel(at)


def _choices(at: AppTest) -> tuple[str, ...]:
    return tuple(key.removeprefix("measure_") for box in at.selectbox if (key := str(box.key)).startswith("measure_"))


def test_each_part_names_what_it_is_read_from_and_offers_what_makes_a_difference(open_page: Open, take: Take) -> None:
    take("plots", HOMES, PARK, landuse=["0701", "1401"], landuse_planned=["0901", "1401"], far=[2.0, None])
    for part, choices in (("changes", ("per", "level", "area")), ("intensity", ("per", "area"))):
        at = open_page("landuse.py", per="zone", part=part, ind="landuse_planned")
        assert "数据：“plots”第 1 版" in panel(at)
        assert _choices(at) == choices
    assert open_page("landuse.py", per="zone", part="changes").selectbox(key="measure_level").value == "1"
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2, synthetic=True)
    assert "“landuse”" not in panel(open_page("landuse.py", per="zone", part="changes"))
    at = open_page("landuse.py", per="zone", part="tiling")
    assert _choices(at) == ("measure", "per")
    assert "；投影面积。" in panel(at)


def test_densities_are_spread_over_classes_that_show_their_plots(
    open_page: Open, take: Take, styles: Mapping[str, Style]
) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    assert "无数据：缺少规划地块" in panel(open_page("landuse.py", per="zone", part="intensity"))
    take("plots", HOMES, PARK, landuse=["0701", "1401"], landuse_planned=["0901", "1401"], far=[2.0, None])
    at = open_page("landuse.py", per="zone", part="intensity", only="far.4")
    assert "容积率分布<small>1 个地块有数据</small>" in panel(at)
    assert 'data-id="far.4" aria-pressed="true" title="3.0 公顷，占有数据用地的 100.0%"><b>1</b>' in panel(at)
    assert '<td class="number" title="2.00–2.00">约 2.00（75%）</td>' in panel(at)
    assert "指针停在平均值上显示界线内外移动其精度后的范围" in panel(at)
    told = drawn_dataset(at)
    assert set(told["classes"]) == {"step5", "step0"}
    assert (
        f"background:{styles['coverage/step5'].fill};"
        in panel(at).partition('data-id="far.4" aria-pressed="true" title')[2].partition("</button>")[0]
    )


def test_demonstration_and_real_data_are_never_mixed(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", box(EAST, NORTH, EAST + 500, NORTH + 100), boundary_class=["grid"], synthetic=True)
    assert "无数据（界线为演示数据）" in panel(open_page("landuse.py", per="grid"))


def test_the_unit_that_is_read_stands_in_the_link_and_the_map_goes_there(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    take("boundaries", HOMES, PARK, boundary_class=["grid"] * 2)
    at = open_page("landuse.py", per="grid")
    first, second = at.selectbox(key="balance_unit").options
    at = at.selectbox(key="balance_unit").set_value(place := "boundaries1").run()
    assert query(at)["place"] == place
    assert f"<h2>{second} · 用地平衡表</h2>" in panel(at)
    assert "1401 公园绿地" in panel(at)
    assert "0701 城镇住宅用地" not in panel(at)
    west, _, east, _ = at.session_state["move"]["box"]
    (outlined,) = drawn_dataset(at)["selected"]["geometries"]
    assert shape(outlined).bounds[0] == pytest.approx(west)
    assert (west, east) == pytest.approx(gpd.GeoSeries([PARK], crs=4549).to_crs(4490).total_bounds[[0, 2]])
    again = open_page("landuse.py", per="grid", place=place)
    assert f"<h2>{second} · 用地平衡表</h2>" in panel(again)
    at = at.selectbox(key="measure_per").set_value("zone").run()
    assert "place" not in query(at)
    assert f"<h2>{first}" not in panel(at)


def test_a_link_to_an_unknown_unit_is_said(open_page: Open, take: Take) -> None:
    take("landuse", HOMES, PARK, code=["0701", "1401"], scheme=["guide2023"] * 2)
    at = open_page("landuse.py", place="D9")
    assert "链接中的 place=D9：街道中没有这个单元，请从“单元”中另选。" in html(at)
    assert not at.exception


def test_demonstration_data_fill_the_page_and_say_so(open_page: Open, held: Store, config: Config) -> None:
    demonstration.load(held, manager(held), load_land(config), config)
    for kind in ("landuse", "landuse_planned"):
        at = open_page("landuse.py", ind=kind)
        assert not at.exception
        assert "出错（编号" not in html(at)
        assert DEMONSTRATION in panel(at)
    at = at.selectbox(key="measure_level").set_value("2").run()
    assert query(at)["level"] == "2"
    assert "0701 城镇住宅用地" in panel(at)
    assert "07 居住用地</button>" not in panel(at)
    for part in PARTS:
        at = open_page("landuse.py", part=part)
        assert "出错（编号" not in html(at), part
        assert "无数据：" not in panel(at).replace("占比：无数据", ""), part
