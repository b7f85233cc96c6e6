"""All checks in one report: three groups, places to light up, progress, and a way to stop."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, Point, Polygon, box

from geodata import crs
from geodata.assemble import Part, Told, assemble
from geodata.check_scene import SCOPES, Against
from geodata.checking import CHECKED, STEPS, Report, check_all
from geodata.errors import DatasetError
from geodata.findings import GROUPS, RULES, Doubt
from geodata.kinds import DATASETS
from geodata.repair import REPAIRS, repaired
from geodata.schema import check, conform
from geodata.topology import Tolerances
from geodata.watch import CancelledError, Watch
from tests.tessellation import tessellation

EAST, NORTH = 630_000.0, 4_304_000.0
BASE = {"basis": "测绘成果", "synthetic": True}


def _at(west: float, south: float, east: float, north: float) -> Polygon:
    return box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def _table(*shapes: Any, **columns: Any) -> gpd.GeoDataFrame:
    ids = {"id": [f"A{number}" for number in range(1, len(shapes) + 1)]}
    return gpd.GeoDataFrame({**ids, **BASE, **columns}, geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _areas(*shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(list(shapes), crs=crs.METRIC))


def _plots(**columns: Any) -> gpd.GeoDataFrame:
    return _table(_at(0, 0, 100, 100), _at(100, 0, 200, 100), _at(0, 100, 200, 200), **columns)


def _said(report: Report, group: str) -> dict[str, str]:
    return {one.number: one.sentence for one in report.group(group)}


def test_every_rule_has_a_scope_and_every_group_a_name() -> None:
    assert set(SCOPES) == set(RULES)
    assert list(CHECKED) == [*GROUPS, "passed", "skipped"]
    assert list(CHECKED.values()) == ["必须修改", "建议修改", "通过", "未检查"]


def test_a_right_table_passes_all_that_concerns_it_and_says_what_was_not_checked() -> None:
    table = _plots(area_stated_m2=[10_000, 10_000, 20_000], far_min=1, far_max=2)
    report = check_all(table, "plots")
    assert not report.blocked
    assert report.findings == ()
    assert [*_said(report, "passed")] == [
        *("K001", "K002", "K003", "K004", "K005", "K006", "K007", "K008", "K009", "K010", "K011", "K013", "K014"),
        *("K015", "K016", "K017", "K021", "K024", "K026", "K027", "K029", "K030", "K031"),
    ]
    assert _said(report, "skipped") == {
        "K019": "规划地块：没有说明分类标准。",
        "K020": "规划地块：没有说明分类标准。",
        "K032": "规划地块：没有选用管辖范围。",
        "K033": "规划地块：没有选用管辖范围。",
        "K034": "规划地块：没有高新区范围。",
    }


def test_what_passed_says_so_and_on_which_surface_areas_were_measured() -> None:
    report = check_all(_plots(area_stated_m2=[10_000, 10_000, 20_000]), "plots")
    passed = _said(report, "passed")
    assert passed["K029"] == "规划地块：没有发现“图形重叠”。"
    assert passed["K024"].startswith("规划地块：没有发现“面积相差较大”，3 行登记面积与椭球面积相差的中位数为 0.042%")
    assert passed["K024"].endswith("与投影面积相差的中位数为 0.000%，应为投影面积。")


@pytest.mark.parametrize("kind", DATASETS)
def test_a_rule_concerns_a_kind_or_it_does_not_but_is_never_told_twice(kind: str) -> None:
    spec = DATASETS[kind]
    table = pd.DataFrame({name: [] for name in spec.names}, dtype=object)
    if spec.geometry:
        table = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([], crs=crs.METRIC))
    report = check_all(table, kind, against=Against(scheme="guide2023"))
    numbers = [one.number for one in report.outcomes]
    assert len(numbers) == len(set(numbers))
    assert [one.number for one in report.group("must")] == ["K001"]
    assert {"K013", "K015", "K016"} & set(numbers) == (
        {"K013", "K015", "K016"} if spec.placed and spec.geometry else {"K015", "K016"} if spec.geometry else set()
    )


def _bow() -> Polygon:
    return Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])


CROSSING = _table(_at(0, 0, 100, 100), _at(50, 0, 150, 100), _at(300, 0, 400, 100))
HOLED = _table(_at(0, 0, 100, 100) - _at(10, 10, 20, 20), _at(100, 0, 200, 100))
PARTS = pd.Series(["西", "西", "东"])
BROKEN: dict[str, tuple[str, Callable[[], gpd.GeoDataFrame], Against, str, float]] = {
    "K027": (
        "plots",
        lambda: _table(_at(0, 0, 9, 9), _at(0, 0, 9, 9), _at(9, 0, 20, 9)),
        Against(),
        "规划地块：1 行的图形与前面的行完全相同，请去掉重复的行（可在检查时一并去掉）或改正图形。",
        81,
    ),
    "K028": (
        "parcels",
        lambda: _table(_at(0, 0, 9, 9), _at(0, 0, 9, 9)),
        Against(),
        "宗地：1 行的图形与前面的行完全相同，请核对是否重复登记。",
        81,
    ),
    "K029": (
        "plots",
        lambda: CROSSING,
        Against(),
        "规划地块：有 1 处重叠，共 0.50 公顷，请在 GIS 软件中核对这些位置并改正。",
        5000,
    ),
    "K030": (
        "plots",
        lambda: HOLED,
        Against(),
        "规划地块：1 处缝隙，共 99.96 平方米，请在 GIS 软件中核对这些位置并改正。",
        100,
    ),
    "K031": (
        "plots",
        lambda: _table(_at(0, 0, 100, 0.3), _at(0, 50, 0.5, 50.5)),
        Against(),
        "规划地块：2 行的图形过于狭长或细碎（面积不足 1 平方米，或平均宽度不足 0.5 米），请核对后并入相邻图形。",
        30.25,
    ),
    "K032": (
        "plots",
        lambda: _table(_at(0, 0, 9, 9), _at(500, 0, 509, 9)),
        Against(boundary=_areas(_at(0, 0, 100, 100))),
        "规划地块：1 行在管辖范围之外，请核对，或按管辖范围裁剪。",
        81,
    ),
    "K033": (
        "plots",
        lambda: _table(_at(0, 0, 9, 9), _at(95, 0, 105, 10), _at(0, 90, 10, 120)),
        Against(boundary=_areas(_at(0, 0, 100, 100))),
        "规划地块：2 行越出管辖范围，共 249.90 平方米，最大一处 199.92 平方米，请核对，或按管辖范围裁剪。",
        250,
    ),
    "K034": (
        "plots",
        lambda: _table(_at(0, 0, 9, 9), _at(130, 0, 139, 9), _at(200, 0, 209, 9)),
        Against(zone=_areas(_at(0, 0, 100, 100)).assign(accuracy_m=50.0)),
        "规划地块：1 行在高新区范围之外，请核对是否属于本区。",
        81,
    ),
    "K035": (
        "plots",
        lambda: _table(_at(0, 0, 50, 50), _at(0, 50, 50, 99), _at(52, 0, 99, 99)),
        Against(parts=PARTS),
        "规划地块：各部分之间有 1 处缝隙，共 197.92 平方米，请与提供单位核对接边。",
        198,
    ),
    "K036": (
        "plots",
        lambda: _table(_at(0, 0, 50, 50), _at(0, 50, 50, 99), _at(49, 0, 99, 99)),
        Against(parts=PARTS),
        "规划地块：各部分之间有 2 处重叠，共 98.96 平方米，最大一处 49.98 平方米，请与提供单位核对接边。",
        99,
    ),
    "K037": (
        "landuse",
        lambda: _table(
            *(_at(0, 0, 50, 50), _at(0, 50, 50, 99), _at(50, 0, 99, 50)),
            code=["0701", "0701", "1001"],
            scheme="guide2023",
        ),
        Against(parts=PARTS),
        "现状用地：1 处接边两侧的“用地分类代码”不一致（例如“0701、1001”），请与提供单位核对。",
        0,
    ),
    "K038": (
        "streets",
        lambda: _table(
            *(LineString([(EAST, NORTH), (EAST + 50, NORTH)]), LineString([(EAST, NORTH), (EAST, NORTH + 50)])),
            LineString([(EAST + 51, NORTH), (EAST + 99, NORTH)]),
        ),
        Against(parts=PARTS),
        "道路：2 处线头没有与另一部分的线相接，请与提供单位核对接边。",
        0,
    ),
    "K039": (
        "plots",
        _plots,
        Against(doubts=(Doubt("K039", "far", pd.Series(["1,234"], [1])),)),
        (
            "规划地块的“现状容积率”：1 行的逗号可能是千分位，也可能是小数点（写法如“1,234”），已按千分位读取，"
            "请核对，是小数的请在文件中改用小数点。"
        ),
        10_000,
    ),
    "K040": (
        "plots",
        _plots,
        Against(doubts=(Doubt("K040", "landuse", pd.Series(["0604"], [1]), "国土调查"),)),
        (
            "规划地块的“现状用地代码”：1 行的国土调查代码在用地用海2023 中没有唯一对应的类（例如“0604”），已留空，"
            "请核定后在文件中改为用地用海2023 的代码，并把该文件的分类标准选为用地用海2023。"
        ),
        10_000,
    ),
    "K041": (
        "plots",
        _plots,
        Against(doubts=(Doubt("K041", "landuse", pd.Series(["0601→1001"], [1]), "国土调查"),)),
        "规划地块的“现状用地代码”：1 行的国土调查代码已按基数转换表换算为用地用海2023（例如“0601→1001”），请抽查核对。",
        10_000,
    ),
}


def test_every_rule_of_places_has_its_broken_table() -> None:
    assert set(BROKEN) == {number for number in RULES if number > "K026"}


@pytest.mark.parametrize("number", BROKEN)
def test_a_broken_rule_is_said_with_its_places(number: str) -> None:
    kind, table, against, sentence, area = BROKEN[number]
    report = check_all(table(), kind, against=against)
    outcome = next(one for one in report.outcomes if one.number == number)
    assert outcome.sentence == sentence
    assert (outcome.group, outcome.rule) == (RULES[number].group, RULES[number].name)
    spots = report.places(outcome)
    assert crs.refusal(spots.crs) is None
    assert spots.geometry.area.sum() == pytest.approx(area, rel=1e-3)
    assert outcome.finding is not None
    assert outcome.count == len(outcome.finding.ids) == len(outcome.finding.rows) > 0
    assert [report.ids[row] for row in outcome.finding.rows] == list(outcome.finding.ids)


@pytest.mark.parametrize("number", BROKEN)
def test_what_is_broken_in_places_breaks_nothing_else(number: str) -> None:
    kind, table, against, *_ = BROKEN[number]
    report = check_all(table(), kind, against=against)
    assert {one.number for one in report.outcomes if one.finding} == {number}


def test_the_findings_of_the_contract_are_those_of_the_schema() -> None:
    table = _plots(far=["x", 99, 1], area_stated_m2=[15, 15, 30], odd=1)
    report = check_all(table, "plots", against=Against(scheme="guide2023"))
    assert sorted(report.findings, key=lambda one: one.number) == [*check(table, "plots", scheme="guide2023")]
    assert [one.number for one in report.group("must")] == ["K008", "K011", "K026"]
    assert report.blocked
    assert report.places(report.group("must")[0])["rows"].tolist() == [(0,)]
    assert len(report.places(report.group("must")[2])) == 0
    assert len(report.places(report.group("passed")[0])) == 0


def test_rows_without_a_shape_are_named_and_have_no_place() -> None:
    report = check_all(_table(None, Polygon(), _at(0, 0, 9, 9), far=[99, 1, 99]), "plots")
    missing, far = (next(one for one in report.outcomes if one.number == number) for number in ("K013", "K011"))
    assert missing.count == 2
    assert len(report.places(missing)) == 0
    assert report.places(far)["rows"].tolist() == [(2,)]


def test_a_row_without_an_id_is_named_by_its_number() -> None:
    report = check_all(_table(_at(0, 0, 9, 9), _at(9, 0, 20, 9), id=["A", None]), "plots")
    assert report.ids.tolist() == ["A", "第 2 行"]
    report = check_all(_table(_at(0, 0, 9, 9)).drop(columns="id"), "plots")
    assert report.ids.tolist() == ["第 1 行"]


def test_rows_are_counted_by_position_whatever_their_labels() -> None:
    table = CROSSING.set_axis([70, 5, 33], axis="index")
    parts = pd.Series(["东", "西", "西"], [33, 70, 5])
    report = check_all(table, "plots", against=Against(parts=parts))
    outcome = next(one for one in report.outcomes if one.number == "K029")
    assert report.places(outcome)["rows"].tolist() == [(0, 1)]


# —— kinds and layers ——


def test_boundaries_of_different_classes_and_layout_units_may_overlap() -> None:
    square = _at(0, 0, 100, 100)
    table = _table(
        *(square, square, square, square, _at(50, 0, 150, 100)),
        boundary_class=["街道", "管辖范围", "布局单元", "layout_unit", "subdistrict"],
        item_id=[None, None, "Z001", "Z002", None],
    )
    report = check_all(table, "boundaries")
    assert {one.number: one.ids for one in report.findings} == {"K029": ("A1", "A5")}


def test_a_gap_between_subdistricts_is_one_though_the_jurisdiction_covers_it() -> None:
    table = _table(
        HOLED.geometry[0], HOLED.geometry[1], _at(0, 0, 200, 100), boundary_class=["街道", "街道", "管辖范围"]
    )
    assert [one.number for one in check_all(table, "boundaries").findings] == ["K030"]


def test_twins_do_not_overlap_each_other_besides() -> None:
    square = _at(0, 0, 100, 100)
    report = check_all(_table(square, square, _at(50, 0, 150, 100)), "plots")
    assert {one.number: one.ids for one in report.findings} == {"K027": ("A2",), "K029": ("A1", "A3")}


def test_points_may_be_twins_and_cannot_overlap() -> None:
    gates = _table(Point(EAST, NORTH), Point(EAST, NORTH), green_id="G1")
    assert [one.number for one in check_all(gates, "entrances").findings] == ["K028"]
    assert "K029" not in _said(check_all(gates, "entrances"), "passed")


def test_schemes_are_compared_across_the_seam_by_their_meaning() -> None:
    shapes = _at(0, 0, 50, 50), _at(0, 50, 50, 99), _at(50, 0, 99, 50)
    same = _table(*shapes, code=["0601", "0701", "1001"], scheme=["survey", "survey", "guide2023"])
    assert check_all(same, "landuse", against=Against(parts=PARTS)).findings == ()
    other = _table(*shapes, code=["0601", "0701", "0601"], scheme=["survey", "survey", "guide2023"])
    found = check_all(other, "landuse", against=Against(parts=PARTS)).findings
    assert [one.number for one in found] == ["K037"]


def test_the_zone_is_as_wide_as_its_accuracy_says() -> None:
    table = _table(_at(0, 0, 9, 9), _at(130, 0, 139, 9))
    for accuracy, found in ((None, ["K034"]), (pd.NA, ["K034"]), (20.0, ["K034"]), (40.0, [])):
        zone = _areas(_at(0, 0, 100, 100))
        zone = zone if accuracy is None else zone.assign(accuracy_m=pd.array([accuracy], dtype="Float64"))
        assert [one.number for one in check_all(table, "plots", against=Against(zone=zone)).findings] == found


def test_so_much_overlap_is_said_as_at_least() -> None:
    random = np.random.default_rng(1)
    heap = [Point(x + EAST, y + NORTH).buffer(50) for x, y in random.uniform(0, 10, (200, 2))]
    report = check_all(_table(*heap), "plots", against=Against(tolerances=Tolerances(most=100)))
    assert _said(report, "should")["K029"].startswith("规划地块：有不少于 100 处重叠，共 ")
    assert _said(report, "skipped")["K030"] == "规划地块：重叠过多，未能查找缝隙。"


# —— what cannot be checked ——


def test_degrees_are_refused_and_nothing_is_measured() -> None:
    report = check_all(crs.degrees(_plots()), "plots")
    assert [*_said(report, "must")] == ["K006"]
    assert _said(report, "skipped")["K029"] == "规划地块：没有图形，或坐标系不能量算。"
    assert report.shapes is None
    assert "K029" not in _said(report, "passed")


def test_columns_of_one_name_leave_nothing_to_check() -> None:
    table = pd.DataFrame([[1, 2]], columns=["id", "id"])
    report = check_all(table, "enterprises")
    assert [*_said(report, "must")] == ["K003"]
    assert [*_said(report, "passed")] == ["K004"]
    assert set(_said(report, "skipped").values()) == {"企业：列名重复，无法逐列检查。"}
    assert report.ids.tolist() == ["第 1 行"]


def test_a_boundary_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(DatasetError, match="管辖范围：没有可用的面"):
        check_all(_plots(), "plots", against=Against(boundary=_areas()))


def test_the_table_that_came_in_is_not_changed() -> None:
    table = _plots(far=["x", 99, 1])
    before = table.copy(deep=True)
    check_all(table, "plots", against=Against(parts=PARTS, boundary=_areas(_at(0, 0, 50, 50))))
    pd.testing.assert_frame_equal(table, before)


# —— progress ——


def test_progress_is_told_and_grows() -> None:
    told: list[tuple[float, str]] = []
    check_all(_plots(), "plots", watch=Watch(lambda share, said: told.append((share, said))))
    assert [share for share, _ in told] == sorted({share for share, _ in told})
    assert (told[0], told[-1]) == ((0.0, "核对字段、编码与面积"), (1.0, "检查完毕"))
    assert {step.label for step in STEPS} <= {said for _, said in told}


@pytest.mark.parametrize("after", range(8))
def test_it_can_be_stopped_before_any_step(after: int) -> None:
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(len(asked) >= after)
        return asked[-1]

    with pytest.raises(CancelledError) as stopped:
        check_all(_plots(), "plots", watch=Watch(cancelled=cancelled))
    assert str(stopped.value) == "数据检查：已取消，没有写入任何内容，需要时请重新开始。"
    assert asked == [False] * after + [True]


# —— the way of a delivery ——


def test_a_delivery_is_put_together_checked_repaired_and_conformed() -> None:
    west = _areas(_at(0, 0, 50, 50), _bow(), None).assign(DKBH=["1", "2", "3"], MJ=[0.25, 1, 1])
    east = _areas(_at(50, 0, 100, 50), _at(50, 0, 100, 50)).assign(编号=["4", "5"], 面积=[3.75, 3.75])
    parts = [
        Part("西", west, {"id": "DKBH", "area_stated_m2": "MJ"}, {"area_stated_m2": "公顷"}, told=Told("测绘成果")),
        Part("东", east, {"id": "编号", "area_stated_m2": "面积"}, {"area_stated_m2": "亩"}, told=Told("测绘成果")),
    ]
    made = assemble(parts, "plots")
    report = check_all(made.table, "plots", against=Against(scheme=made.scheme, parts=made.parts))
    assert {one.number for one in report.group("must")} == {"K013", "K015", "K027"}
    table, accounts = repaired(made.table, "plots", REPAIRS)
    assert {one.key: one.rows for one in accounts if one.rows} == {"empty": (2,), "valid": (1,), "twins": (4,)}
    again = check_all(table, "plots", against=Against(parts=made.parts))
    assert again.group("must") == ()
    assert conform(table, "plots")["id"].tolist() == ["1", "2", "4"]


def test_a_town_with_faults_is_told_all_of_them() -> None:
    plots = tessellation(900, faulty=0.05)
    table = plots.assign(id=[f"P{number}" for number in range(900)], **BASE, area_stated_m2=plots.area / 10_000)
    report = check_all(table, "plots", against=Against(parts=pd.Series(np.where(plots.index < 450, "西", "东"))))
    assert {"K026", "K029", "K030"} <= {one.number for one in report.findings}
    for outcome in report.outcomes:
        assert report.places(outcome).geometry.notna().all()


ANYTHING = st.sampled_from(
    [
        *(None, Polygon(), _bow(), _at(0, 0, 9, 9), _at(0, 0, 9, 9), _at(5, 5, 20, 20), Point(EAST, NORTH)),
        *(LineString([(EAST, NORTH), (EAST + 9, NORTH)]), Point(0, 0), box(-1e9, -1e9, 1e9, 1e9)),
        *(GeometryCollection([_bow(), Point(EAST, NORTH)]), Polygon([(EAST, NORTH)] * 4)),
    ]
)


@settings(deadline=None, max_examples=60)
@given(
    shapes=st.lists(ANYTHING, min_size=1, max_size=6),
    kind=st.sampled_from(sorted(key for key, spec in DATASETS.items() if spec.geometry)),
    parted=st.booleans(),
)
def test_anything_is_checked_without_fault(shapes: list[Any], kind: str, *, parted: bool) -> None:
    table = _table(*shapes, boundary_class="街道", control_class="城市绿线", code="0701", scheme="guide2023")
    parts = pd.Series([*"西东东西东东"][: len(shapes)]) if parted else None
    area = _areas(_at(0, 0, 8, 8))
    report = check_all(table, kind, against=Against("guide2023", parts, area, area))
    numbers = {one.number for one in report.outcomes if one.finding}
    assert numbers.isdisjoint(one.number for one in report.group("passed"))
    assert {one.number for one in check(table, kind, scheme="guide2023")} <= numbers


@pytest.mark.parametrize(("side", "said"), [(20, "199.92 平方米"), (200, "2.00 公顷"), (2000, "2.00 平方公里")])
def test_areas_are_said_in_the_units_people_use(side: float, said: str) -> None:
    half = Against(boundary=_areas(_at(0, 0, side / 2, side)))
    (over,) = check_all(_table(_at(0, 0, side, side)), "plots", against=half).group("should")
    assert (over.number, f"越出管辖范围，共 {said}，" in over.sentence) == ("K033", True)


def test_what_is_kept_with_a_version_quotes_names_and_codes_alone() -> None:
    quoting = {number for number, rule in RULES.items() if rule.group == "should" and "{examples}" in rule.what}
    assert quoting == {"K004", "K037", "K040", "K041"}
