"""The contracts of the datasets: what is checked, in which words, and the exact form that comes out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from geodata import crs
from geodata.columns import Column
from geodata.errors import DatasetError
from geodata.findings import RULES, Finding
from geodata.kinds import DATASETS
from geodata.landuse_codes import LANDUSE_COLUMNS
from geodata.schema import check, conform
from geodata.typed import TYPES
from geodata.vocabulary import GREEN_CLASSES

EAST, NORTH = 630_000, 4_304_000
PLOT = box(EAST, NORTH, EAST + 100, NORTH + 100)
SHAPES = {"Polygon": PLOT, "LineString": LineString([(EAST, NORTH), (EAST + 9, NORTH)]), "Point": Point(EAST, NORTH)}
BASE = {"basis": "测绘成果", "synthetic": True}


def _table(rows: int = 1, geometry: Any = PLOT, **columns: Any) -> gpd.GeoDataFrame:
    """Make a table in EPSG:4549 whose rows keep the common columns."""
    values = {"id": [f"A{number}" for number in range(1, rows + 1)], **BASE, **columns}
    shapes = geometry if isinstance(geometry, list) else [geometry] * rows
    return gpd.GeoDataFrame(values, geometry=gpd.GeoSeries(shapes, crs=crs.METRIC))


def _plain(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"id": ["A1"], "synthetic": [True], **columns})


def _full(kind: str) -> pd.DataFrame:
    """Make one row that keeps the contract of a kind in every column."""
    spec = DATASETS[kind]
    row = {column.name: [_value(column)] for column in spec.columns}
    if "scheme" in row:
        row["scheme"] = ["guide2023"]
    row |= {code: ["0701"] for code, _ in LANDUSE_COLUMNS.get(kind, ())}
    row |= {name: ["城镇住宅用地"] for _, name in LANDUSE_COLUMNS.get(kind, ())}
    if "credit_code" in row:
        row["credit_code"] = ["91350100M000100Y43"]
    if not spec.geometry:
        return pd.DataFrame(row)
    shape = SHAPES[spec.geometry[0]]
    if "area_stated_m2" in row:
        row["area_stated_m2"] = [shape.area]
    table: pd.DataFrame = gpd.GeoDataFrame(row, geometry=[shape], crs=crs.METRIC)
    return table


def _value(column: Column) -> Any:
    allowed = column.values  # noqa: PD011 - the column of a contract, not of pandas
    if allowed is not None:
        return next(iter(allowed))
    if column.pattern:
        return "Z004" if column.name == "item_id" else "C39"
    given = {"number": 0.5, "integer": 2000, "flag": True, "date": "2021-05-18", "text": "甲", "code": "1"}
    return 3 if column.name in ("floors", "dwellings", "people", "capacity") else given[column.kind]


def _said(table: pd.DataFrame, kind: str, **options: Any) -> list[str]:
    return [found.sentence for found in check(table, kind, **options)]


def _numbers(table: pd.DataFrame, kind: str, **options: Any) -> list[str]:
    return [found.number for found in check(table, kind, **options)]


# —— what keeps the contract ——


@pytest.mark.parametrize("kind", DATASETS)
def test_a_full_row_of_every_kind_passes_and_takes_its_exact_form(kind: str) -> None:
    table, spec = _full(kind), DATASETS[kind]
    assert _said(table, kind, scheme="guide2023" if kind in LANDUSE_COLUMNS else None) == []
    formed = conform(table, kind)
    assert list(formed.columns) == [*spec.names, *(["geometry"] if spec.geometry else [])]
    assert [str(formed[column.name].dtype) for column in spec.columns] == [TYPES[c.kind] for c in spec.columns]
    assert formed.drop(columns="geometry", errors="ignore").notna().all(axis=None)
    assert isinstance(formed, gpd.GeoDataFrame) == bool(spec.geometry)


@pytest.mark.parametrize("kind", DATASETS)
def test_a_conformed_table_conforms_to_itself(kind: str) -> None:
    formed = conform(_full(kind), kind)
    pd.testing.assert_frame_equal(conform(formed, kind), formed)


@pytest.mark.parametrize("kind", [key for key, kind in DATASETS.items() if kind.geometry])
def test_an_empty_table_has_its_form_and_is_said(kind: str) -> None:
    empty = _full(kind).iloc[:0]
    assert len(conform(empty, kind)) == 0
    assert _numbers(empty, kind) == ["K001"]


def test_missing_columns_become_na_and_the_index_is_the_id() -> None:
    formed = conform(_table(2, far="1.5"), "plots")
    assert formed["height_m"].isna().all()
    assert formed["remark"].isna().all()
    assert list(formed.index) == ["A1", "A2"]
    assert formed.index.dtype == object
    assert formed.loc["A2", "far"] == 1.5
    assert crs.refusal(formed.crs) is None


def test_an_index_called_id_is_the_id() -> None:
    assert list(conform(_table(2).set_index("id"), "plots")["id"]) == ["A1", "A2"]


def test_the_geometry_may_have_another_name_and_heights() -> None:
    table = _table(geometry=shapely.force_3d(PLOT, 5)).rename_geometry("geom")
    formed = conform(table, "plots")
    assert formed.active_geometry_name == "geometry"
    assert not formed.geometry.has_z.any()


def test_the_table_that_came_in_is_not_changed() -> None:
    table = _table(2, far=["1", "x"], landuse=["0701", None], geometry=[PLOT, None])
    before = table.copy(deep=True)
    check(table, "plots", scheme="guide2023")
    with pytest.raises(DatasetError):
        conform(table, "plots")
    pd.testing.assert_frame_equal(table, before)


def test_a_table_survives_a_file(tmp_path: Path) -> None:
    formed = conform(_full("supplied"), "supplied")
    formed.to_parquet(tmp_path / "table.parquet")
    pd.testing.assert_frame_equal(conform(gpd.read_parquet(tmp_path / "table.parquet"), "supplied"), formed)


def test_labels_are_stored_as_identifiers_in_any_case() -> None:
    table = _table(3, green_class=["公园绿地", "g12", "G3"])
    assert list(conform(table, "green")["green_class"]) == ["G1", "G12", "G3"]


def test_a_scheme_is_written_where_the_table_has_none() -> None:
    table = _table(code="0701")
    assert conform(table, "landuse", scheme="guide2020")["scheme"].tolist() == ["guide2020"]
    with pytest.raises(DatasetError, match="缺少“分类标准”一列"):
        conform(table, "landuse")


def test_tenants_without_land_need_no_place() -> None:
    assert _said(_plain(name="演示企业-001"), "enterprises") == []
    sites = _plain(enterprise_id="E1", building_id="B1")
    assert _said(sites, "enterprise_sites") == []
    formed = conform(sites, "enterprise_sites")
    assert isinstance(formed, gpd.GeoDataFrame)
    assert formed.geometry.isna().all()
    assert crs.refusal(formed.crs) is None


# —— what breaks it ——


def _bow_tie() -> Polygon:
    return Polygon([(EAST, NORTH), (EAST + 9, NORTH + 9), (EAST + 9, NORTH), (EAST, NORTH + 9)])


BROKEN: dict[str, tuple[str, Callable[[], pd.DataFrame], str, dict[str, str]]] = {
    "K002": (
        "plots",
        lambda: _table().drop(columns="basis"),
        "规划地块：缺少“定位依据”一列，请回到“字段与分类标准”一步选择。",
        {},
    ),
    "K003": (
        "enterprises",
        lambda: pd.DataFrame([[1, 2]], columns=["id", "id"]),
        "企业：列名“id”重复，请改为不同的列名。",
        {},
    ),
    "K004": (
        "plots",
        lambda: _table(OBJECTID=1, SHAPE_Leng=2),
        "规划地块：“OBJECTID”、“SHAPE_Leng”不是本类数据的列，这些列不会保存，需要保留的请指定对应的列。",
        {},
    ),
    "K005": ("plots", lambda: _plain(basis="测绘成果"), "规划地块：没有图形，请选择带有图形的文件或图层。", {}),
    "K006": (
        "plots",
        lambda: crs.degrees(_table()),
        "规划地块：坐标是经纬度，不能量算，请先转换为 CGCS2000 3 度带、中央经线 120°（EPSG:4549）。",
        {},
    ),
    "K007": ("plots", lambda: _table(2, basis=["测绘成果", " "]), "规划地块的“定位依据”：1 行没有填写，请补齐。", {}),
    "K008": (
        "plots",
        lambda: _table(3, far=["约 2", "1.2", None]),
        "规划地块的“现状容积率”：1 行不能读作数值（例如“约 2”），请改正这些值。",
        {},
    ),
    "K009": (
        "plots",
        lambda: _table(3, id=["A", "A", "B"]),
        "规划地块的“编号”：2 行的编号重复（例如“A”），请改为不重复的编号。",
        {},
    ),
    "K010": (
        "green",
        lambda: _table(2, green_class=["G4", "G1"]),
        "绿地、公园的“绿地类别”：1 行不在可用值之内（例如“G4”），请改为："
        + "、".join([*GREEN_CLASSES.values()][:12])
        + "等，也可在“字段与分类标准”一步逐一指定对应。",
        {},
    ),
    "K011": (
        "plots",
        lambda: _table(2, density=[30, 0.3]),
        "规划地块的“现状建筑密度”：1 行超出 0—1 的范围（例如“30”），请核对单位后改正。",
        {},
    ),
    "K012": (
        "enterprises",
        lambda: _plain(industry="软件业"),
        "企业的“行业代码”：1 行写法不对（例如“软件业”），请按规定的编码改正。",
        {},
    ),
    "K013": (
        "plots",
        lambda: _table(3, geometry=[PLOT, None, Polygon()]),
        "规划地块：2 行没有图形，请补绘图形或去掉这些行。",
        {},
    ),
    "K014": (
        "streets",
        lambda: _table(2, geometry=[PLOT, SHAPES["LineString"]]),
        "道路：1 行不是线，请选择正确的图层或去掉这些行。",
        {},
    ),
    "K015": (
        "plots",
        lambda: _table(geometry=_bow_tie()),
        "规划地块：1 行的图形有误（轮廓自相交 1 行），可在检查时一并修复，或在 GIS 软件中用“修复几何图形”处理。",
        {},
    ),
    "K016": (
        "plots",
        lambda: _table(geometry=box(0, 0, 9, 9)),
        "规划地块：1 行的位置在底图范围之外，请检查坐标系与坐标。",
        {},
    ),
    "K017": ("plots", lambda: _table(landuse="0701"), "规划地块：没有说明用地代码采用的分类标准，请选择分类标准。", {}),
    "K018": (
        "landuse",
        lambda: _table(2, code="0101", scheme=["国土调查", "用地用海2023"]),
        "现状用地的“分类标准”：1 行的分类标准与所选的国土调查不一致，请分成几个数据集或改正。",
        {"scheme": "survey"},
    ),
    "K019": (
        "plots",
        lambda: _table(2, landuse=["0701", "R2"]),
        (
            "规划地块的“现状用地代码”：1 行的代码不在用地用海2023之内（例如“R2”），请改正代码或重选分类标准"
            "，也可在“字段与分类标准”一步逐一指定对应。"
        ),
        {"scheme": "guide2023"},
    ),
    "K020": (
        "landuse",
        lambda: _table(2, code="0601", code_name=["工业用地", "农村道路"], scheme="survey"),
        "现状用地的“用地分类代码”：1 行的代码与名称在国土调查中不符（例如“0601 农村道路”），请改正其一或重选分类标准。",
        {},
    ),
    "K021": (
        "plots",
        lambda: _table(far_min=2, far_max=1),
        "规划地块：1 行的“容积率上限”小于“容积率下限”，请改正其一。",
        {},
    ),
    "K022": (
        "buildings",
        lambda: _table(vacant_m2=9, floor_area_m2=5),
        "楼宇/用房：1 行的“建筑面积”小于“空置面积”，请核对。",
        {},
    ),
    "K023": (
        "enterprise_sites",
        lambda: _plain(enterprise_id="E1"),
        "企业场所：1 行没有填写“所在规划地块编号”，也没有填写楼宇或图形，无法确定场所的位置，请补齐。",
        {},
    ),
    "K024": (
        "parcels",
        lambda: _table(2, area_stated_m2=[9000, 10_100]),
        "宗地：1 行的“登记面积”与图形面积相差 5% 以上，请核对图形或面积。",
        {},
    ),
    "K025": (
        "enterprises",
        lambda: _plain(credit_code="91350100M000100Y44"),
        "企业的“统一社会信用代码”：1 行不合校验规则，请核对。",
        {},
    ),
    "K026": (
        "parcels",
        lambda: _table(3, area_stated_m2=[15, 15.1, 14.9]),
        "宗地的“登记面积”：整列像是以亩为单位（100%的行按亩与图形面积相符），请把该列的单位选为亩。",
        {},
    ),
}


def test_every_rule_of_one_table_has_its_broken_table() -> None:
    assert {*BROKEN, "K001"} == {number for number in RULES if number <= "K026"}


@pytest.mark.parametrize("number", BROKEN)
def test_a_broken_rule_is_said_in_its_sentence(number: str) -> None:
    kind, table, sentence, options = BROKEN[number]
    found = {one.number: one for one in check(table(), kind, **options)}
    assert found[number].sentence == sentence
    assert found[number].group == RULES[number].group
    assert found[number].rule == RULES[number].name


@pytest.mark.parametrize("number", [number for number in BROKEN if "K002" <= number <= "K015" and number != "K004"])
def test_a_table_that_breaks_the_contract_is_not_given_a_form(number: str) -> None:
    kind, table, sentence, options = BROKEN[number]
    with pytest.raises(DatasetError) as refused:
        conform(table(), kind, **options)
    assert str(refused.value) == sentence


@pytest.mark.parametrize("number", [number for number in BROKEN if number > "K015" or number == "K004"])
def test_what_only_the_content_says_does_not_hinder_the_form(number: str) -> None:
    kind, table, _, options = BROKEN[number]
    assert len(conform(table(), kind, **options)) == len(table())


def test_all_that_is_wrong_is_said_at_once_and_by_number() -> None:
    table = _table(
        5, id=["A", None, "A", "D", "E"], far=["x", 99, 1, 1, 1], geometry=[PLOT, None, PLOT, PLOT, _bow_tie()]
    )
    assert _numbers(table, "plots") == ["K007", "K008", "K009", "K011", "K013", "K015"]


def test_a_finding_names_its_rows() -> None:
    table = _table(4, id=["A", None, "C", "D"], far=["x", "y", 1, "z"])
    found = {one.number: one for one in check(table, "plots")}
    assert (found["K008"].count, found["K008"].ids) == (3, ("A", "第 2 行", "D"))
    assert found["K007"].ids == ("第 2 行",)


def test_a_finding_keeps_a_thousand_ids_and_counts_all() -> None:
    found = check(_table(1200, far=99), "plots")[0]
    assert (found.count, len(found.ids)) == (1200, 1000)


def test_a_finding_knows_all_its_rows_until_it_is_written_down() -> None:
    found = check(_table(1200, far=[1] * 100 + [99] * 1100), "plots")[0]
    assert found.rows == tuple(range(100, 1200))
    assert "rows" not in asdict(found)
    assert Finding(**{name: value for name, value in asdict(found).items() if name != "sentence"}).rows == ()


def test_a_finding_can_be_written_down() -> None:
    kept = asdict(check(_table(far=99), "plots")[0])
    assert kept["sentence"].startswith("规划地块的“现状容积率”：1 行超出")
    assert (kept["number"], kept["group"], kept["count"]) == ("K011", "must", 1)


def test_a_value_that_cannot_be_read_is_not_missing_too() -> None:
    table = _table(2, synthetic=["也许", True])
    assert _numbers(table, "plots") == ["K008"]


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("EPSG:3857", "规划地块：坐标系是网络墨卡托投影，面积在此放大约 1.6 倍，请先转换为"),
        ("EPSG:4550", "规划地块：坐标系是 EPSG:4550，请先转换为"),
        ("+proj=tmerc +lon_0=121.5 +ellps=GRS80", "规划地块：坐标系是另一种投影，请先转换为"),
    ],
)
def test_another_projection_is_refused(other: str, sentence: str) -> None:
    assert _said(_table().to_crs(other), "plots")[0].startswith(sentence)


def test_a_table_without_a_projection_is_refused() -> None:
    table = _table().set_crs(None, allow_override=True)
    assert _said(table, "plots") == ["规划地块：没有坐标系，请说明它采用的坐标系。"]


@pytest.mark.parametrize(
    ("move", "hint"),
    [
        (lambda xy: xy[:, ::-1], "像是 X、Y 颠倒，请对调后放回。"),
        (lambda xy: np.add(xy, [40_000_000, 0]), "横坐标像是带有带号，请说明带带号的坐标系并转换。"),
    ],
)
def test_coordinates_elsewhere_come_with_a_hint(move: Callable[[Any], Any], hint: str) -> None:
    said = _said(_table(geometry=shapely.transform(PLOT, move)), "plots")
    assert said == [f"规划地块：1 行的位置在底图范围之外，{hint}"]


@pytest.mark.parametrize(("stated", "unit"), [(1, "公顷"), (15, "亩"), (0.01, "平方公里")])
def test_areas_in_another_unit_are_recognised(stated: float, unit: str) -> None:
    said = _said(_table(area_stated_m2=stated), "parcels")
    assert said == [
        f"宗地的“登记面积”：整列像是以{unit}为单位（100%的行按{unit}与图形面积相符），请把该列的单位选为{unit}。"
    ]


def test_some_areas_in_another_unit_do_not_make_it_the_unit_of_all() -> None:
    found = check(_table(3, area_stated_m2=[15, 10_000, 10_000]), "parcels")
    assert [(one.number, one.ids) for one in found] == [("K024", ("A1",))]


def test_a_lost_zero_is_recognised() -> None:
    said = _said(_table(landuse=601), "plots", scheme="guide2023")
    assert said[0].endswith("（例如“601”），像是丢了开头的 0，请把该列改为文本后补上。")


def test_codes_are_read_without_blanks_and_in_any_case() -> None:
    table = _table(2, code=["08h1", " ０６０１ "], scheme="survey")
    assert _said(table, "landuse") == []
    assert list(conform(table, "landuse")["code"]) == ["08H1", "0601"]


def test_each_row_of_land_use_is_read_by_its_own_scheme() -> None:
    table = _table(2, code="0601", code_name=["工业用地", "农村道路"], scheme=["survey", "guide2023"])
    assert _said(table, "landuse") == []


def test_sites_without_any_place_are_said() -> None:
    said = _said(_plain(enterprise_id="E1"), "enterprise_sites")
    assert said == ["企业场所：1 行没有填写“所在规划地块编号”，也没有填写楼宇或图形，无法确定场所的位置，请补齐。"]


def test_a_circle_of_broken_coordinates_is_invalid() -> None:
    with np.errstate(invalid="ignore"):
        broken = Polygon([(EAST, NORTH), (np.nan, NORTH), (EAST, NORTH + 9), (EAST, NORTH)])
    assert "K015" in _numbers(_table(geometry=broken), "plots")


@pytest.mark.parametrize("kind", DATASETS)
def test_a_table_of_any_one_column_is_told_what_it_lacks(kind: str) -> None:
    full, spec = _full(kind), DATASETS[kind]
    needed = {column.label for column in spec.columns if column.required}
    for name in full.columns:
        found = check(full[[name]], kind)
        lacking = {one.what.split("“")[1].split("”")[0] for one in found if one.number == "K002"}
        assert lacking == needed - {spec.column(column).label for column in spec.names if column == name}
        assert ("K005" in {one.number for one in found}) == (spec.placed and bool(spec.geometry) and name != "geometry")


def test_an_unknown_kind_has_no_contract() -> None:
    with pytest.raises(KeyError):
        check(_table(), "roads")


ANYTHING = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.dates())


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(sorted(DATASETS)))
def test_a_table_of_anything_is_checked_and_either_formed_or_refused(data: st.DataObject, kind: str) -> None:
    rows = data.draw(st.integers(1, 3))
    table = pd.concat([_full(kind)] * rows, ignore_index=True)
    for name in data.draw(st.lists(st.sampled_from(DATASETS[kind].names), max_size=4)):
        table[name] = pd.Series(data.draw(st.lists(ANYTHING, min_size=rows, max_size=rows)), dtype=object)
    broken = [one for one in check(table, kind, scheme="guide2023") if one.group == "must" and one.number < "K016"]
    if broken:
        with pytest.raises(DatasetError):
            conform(table, kind)
    else:
        formed = conform(table, kind)
        pd.testing.assert_frame_equal(conform(formed, kind), formed)
