"""绿地与公园 beside its coverage: distances, both ways, kinds of green; their map, their files."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from shapely import LineString, box
from streamlit.testing.v1 import AppTest

from geodata import demonstration
from geodata.config import Config
from geodata.errors import MeasureError
from geodata.land import load_land
from geodata.parks import Park
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION
from layers.style import load_styles
from pages.ui import draft, green_read
from pages.ui.green_parts import PARTS
from tests.page import Open, Take, drawn_dataset, html, panel
from tests.people import manager

pytestmark = pytest.mark.usefixtures("held")
EAST, NORTH = 624_000.0, 4_303_000.0


def homes_and_park(take: Take) -> None:
    """A hectare of homes 200 m from a park by a detour of a kilometre; another 2 km away."""
    near, far = (box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in (0, 2300))
    take("landuse", near, far, code=["0701"] * 2, scheme=["guide2023"] * 2)
    take("green", box(EAST + 300, NORTH, EAST + 400, NORTH + 100), green_class=["G14"], public=[True])


def detour(take: Take) -> None:
    """Streets from the homes round to the park."""
    way = ((100, 50), (110, 50), (110, 450), (290, 450), (290, 50), (300, 50))
    take("streets", LineString([(EAST + x, NORTH + y) for x, y in way]), walkable=[True])


def test_distances_are_told_by_class_and_one_stands_out(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = open_page("green.py", part="nearest", only="step2")
    assert 'data-id="step2" aria-pressed="true"' in panel(at)
    assert "<b>1.0 公顷（50.0%）</b>" in panel(at)
    told = drawn_dataset(at)
    assert set(told["classes"]) == {"step2", "step5", "source"}
    faint = [told["signs"][number]["key"] for number in told["classes"].values() if number >= len(told["signs"]) // 2]
    assert faint == ["coverage/step5 faint"]


def test_what_cannot_be_measured_is_one_sentence(open_page: Open, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    homes_and_park(take)

    def refuse(*_: object) -> None:
        where = "道路"
        raise MeasureError(where, "不能量算", "请重新导入")

    monkeypatch.setattr(green_read, "graded", refuse)
    at = open_page("green.py", part="nearest")
    assert "道路：不能量算，请重新导入。" in panel(at)
    assert "出错（编号" not in html(at)


def test_what_is_near_but_far_on_foot_is_a_finding(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    assert "无数据：缺少道路，请在“数据”页导入。" in panel(open_page("green.py", part="both"))
    detour(take)
    at = open_page("green.py", part="both", per="zone")
    said = panel(at)
    assert "直线达标、步行不达标的居住用地 1.0 公顷<small>1 处</small>" in said
    assert "1.0 公顷 · 直线 200 米 · 步行 1,000 米" in said
    assert "<b>直线 约 50.0%</b>" in said
    assert "<b>步行 约 0.0%</b>" in said
    assert "相差 50.0 个百分点" in said
    assert "步行距离不计坡度" in said
    assert set(drawn_dataset(at)["classes"]) == {"straight_only", "left", "source"}


def test_kinds_of_green_are_told_with_what_is_missing(open_page: Open, take: Take) -> None:
    assert "无数据：缺少绿地、公园" in panel(open_page("green.py", part="kinds"))
    homes_and_park(take)
    at = open_page("green.py", part="kinds", per="zone")
    assert "1.0<wbr>（100%）" in panel(at)
    assert "海岸绿色：无数据，缺少控制线中的海岸线" in panel(at)
    assert "岸线分类长度：无数据" in panel(at)
    assert set(drawn_dataset(at)["classes"]) == {"park"}
    shore = LineString([(EAST + 500, NORTH - 500), (EAST + 500, NORTH + 500)])
    take("controls", shore, control_class=["coastline"])
    at = open_page("green.py", part="kinds", per="zone")
    assert "海岸绿色：无数据" not in panel(at)
    assert set(drawn_dataset(at)["classes"]) == {"coast"}
    assert "岸线分类长度：无数据" in panel(at), "its coastline has no class"


def test_lengths_of_the_shore_are_told_by_class(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    ends = (-300, 0, 100, 200)
    lines = [LineString([(EAST + 500, NORTH + a), (EAST + 500, NORTH + b)]) for a, b in pairwise(ends)]
    take("controls", *lines, control_class=["coastline"] * 3, shore_class=["strict", "optimised", None])
    said = panel(open_page("green.py", part="kinds", per="zone"))
    assert "岸线分类长度：无数据" not in said
    table = said.partition("岸线分类长度</h3>")[2].partition("</table>")[0].replace("<wbr>", "")
    assert re.findall(r"<t[hd][^>]*>([^<]*)<", table) == [
        *("统计单元（约，公里）", "严格保护", "限制开发", "优化利用", "未分类"),
        *("名称Z001", "0.30（60%）", "0.00（0%）", "0.10（20%）", "0.10（20%）"),
    ]


def test_an_indicator_without_distances_says_so(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    for part in ("nearest", "both"):
        assert "不按距离计算，请另选一个指标" in panel(open_page("green.py", ind="water_ratio", part=part))


def test_a_target_is_shown_where_the_source_sets_one(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    take("boundaries", box(EAST, NORTH, EAST + 2500, NORTH + 100), boundary_class=["built_up"])
    said = panel(open_page("green.py", ind="cov2022", per="zone"))
    assert "用地面积；目标值 85%" in said
    assert "▲ 未达标" in said
    assert "未设目标值" in panel(open_page("green.py", per="zone"))


def test_demonstration_data_fill_every_part_and_say_so(open_page: Open, held: Store, config: Config) -> None:
    demonstration.load(held, manager(held), load_land(config), config)
    for part in PARTS:
        for by in ("land", "dwellings"):
            at = open_page("green.py", part=part, by=by, per="community")
            assert not at.exception
            assert "出错（编号" not in html(at), part
            assert DEMONSTRATION in panel(at) + at.code[0].value if at.code else DEMONSTRATION in panel(at)


def told(at: AppTest) -> str:
    """The panels, with each class of distance and its amount side by side."""
    return re.sub(r'<span class="name">([^<]*)</span><i [^>]*></i><b>', r"\1：", panel(at))


def test_every_part_counts_the_parks_that_are_tried(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    detour(take)
    shape = box(EAST + 2450, NORTH, EAST + 2550, NORTH + 100)  # 50 m from the homes no park serves
    for part, before, after in (
        ("nearest", "100 米以内：0.0 公顷（0.0%）", "100 米以内：1.0 公顷（50.0%）"),
        ("both", "<b>直线 约 50.0%</b>", "<b>直线 约 100.0%</b>"),
        ("kinds", "1.0<wbr>（100%）", "2.0<wbr>（100%）"),
    ):
        at = open_page("green.py", part=part, per="zone")
        assert before in told(at)
        assert "新公园" not in told(at)
        at.session_state["draft"] = draft.Draft("", (Park("新1", "新公园1", "drawn", "G14", public=True, shape=shape),))
        at.run()
        assert after in told(at)
        assert "含尚未实施的新公园 1 处" in panel(at)
        assert "导出的文件按未改动的数据计算" in panel(at)
        assert [park["properties"]["name"] for park in drawn_dataset(at)["parks"]["features"]] == ["新公园1"]


def test_the_map_of_a_part_recolours_what_a_tried_park_changes(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    shape = box(EAST + 2450, NORTH, EAST + 2550, NORTH + 100)
    at = open_page("green.py", part="nearest")
    before = drawn_dataset(at)
    at.session_state["draft"] = draft.Draft("", (Park("新1", "新公园1", "drawn", "G14", public=True, shape=shape),))
    after = drawn_dataset(at.run())
    assert before["marks"] == {}
    assert (before["classes"], before["key"]) == (after["classes"], after["key"])
    ((_, colour),) = after["marks"].items()
    assert colour == load_styles(Path("none"))[0]["coverage/step1"].fill
    at = open_page("green.py", part="nearest", only="step5")
    at.session_state["draft"] = draft.Draft("", (Park("新1", "新公园1", "drawn", "G14", public=True, shape=shape),))
    assert list(drawn_dataset(at.run())["marks"].values()) == [f"{colour}33"]
