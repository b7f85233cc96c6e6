"""Each bad input has its own sentence, and everything else is still read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geodata.config import ROOT
from geodata.items import Item, Target
from geodata.land import Defect
from geodata.readers import read_csv, read_geojson

Feature = dict[str, Any]
MakeFeature = Callable[..., Feature]
WriteLayer = Callable[..., Path]

_POINT = {"type": "Point", "coordinates": [121.45, 38.85]}
_BOWTIE = [[[121.4, 38.8], [121.5, 38.9], [121.5, 38.8], [121.4, 38.9], [121.4, 38.8]]]


def _read(path: Path) -> tuple[list[str], list[str]]:
    """Ids that were read, sentences that were said."""
    table, problems = read_geojson(path, Item)
    assert table.crs.to_epsg() == 4549
    return list(table.index), [str(problem) for problem in problems]


def _is_one_sentence(sentence: str, *parts: str) -> None:
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    assert "\n" not in sentence
    assert [part for part in parts if part not in sentence] == []


def test_a_layer_is_read_in_metres_with_its_id_as_index(layer: WriteLayer, feature: MakeFeature) -> None:
    point = {"type": "Point", "coordinates": [121.5, 38.86]}
    table, problems = read_geojson(layer(feature("P001", point)), Item)
    assert problems == ()
    assert list(table.columns) == [*Item.model_fields, "geometry"]
    assert (round(table.geometry["P001"].x), round(table.geometry["P001"].y)) == (630198, 4304031)


def test_an_item_without_a_place_has_no_geometry(layer: WriteLayer, feature: MakeFeature) -> None:
    table, problems = read_geojson(layer(feature("P001")), Item)
    assert problems == ()
    assert table.geometry["P001"] is None
    assert table["basis"]["P001"] is None


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    ids, said = _read(tmp_path / "layer.geojson")
    assert ids == []
    assert said == ["layer.geojson：找不到这个文件，请从安装包恢复，其余图层照常显示。"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "文件是空的"),
        (b" \n\t", "文件是空的"),
        ('{"名称": 1}'.encode("gbk"), "不是 UTF-8 编码"),
        (b"\x89PNG\r\n\x1a\n\x00", "不是 UTF-8 编码"),
        (b'{"type": "FeatureCollection",\n "features": [', "第 2 行起不是完整的 GeoJSON"),
        (b"\x00" * 64, "第 1 行起不是完整的 GeoJSON"),
        (b"[1, 2]", "不是 GeoJSON 要素集合"),
        (b'{"type": "Topology", "objects": {}}', "不是 GeoJSON 要素集合"),
        (b'{"features": {"a": 1}}', "不是 GeoJSON 要素集合"),
        (b"null", "不是 GeoJSON 要素集合"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "layer.geojson"
    path.write_bytes(content)
    ids, said = _read(path)
    assert ids == []
    assert len(said) == 1
    _is_one_sentence(said[0], f"layer.geojson：{what}，请", "其余图层照常显示")


def test_a_file_nested_without_end_is_said(tmp_path: Path) -> None:
    path = tmp_path / "layer.geojson"
    path.write_text("[" * 200_000, "utf-8")
    ids, said = _read(path)
    assert ids == []
    _is_one_sentence(said[0], "layer.geojson")


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "layer.geojson").mkdir()
    ids, said = _read(tmp_path / "layer.geojson")
    assert ids == []
    _is_one_sentence(said[0], "layer.geojson")


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::4549", "EPSG:3857", "urn:ogc:def:crs:EPSG::32651"])
def test_a_layer_that_names_another_crs_is_refused(layer: WriteLayer, feature: MakeFeature, name: str) -> None:
    ids, said = _read(layer(feature("P001", _POINT), crs={"type": "name", "properties": {"name": name}}))
    assert ids == []
    assert said == [
        f"layer.geojson：坐标系为 {name}，而本图层须为 CGCS2000 经纬度，请转换坐标系后放回，其余图层照常显示。"
    ]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4490", "EPSG:4326"])
def test_a_layer_that_names_degrees_is_read(layer: WriteLayer, feature: MakeFeature, name: str) -> None:
    path = layer(feature("P001", _POINT), crs={"type": "name", "properties": {"name": name}})
    assert _read(path) == (["P001"], [])


@pytest.mark.parametrize("named", [None, {}, {"type": "name", "properties": None}, "EPSG:4490"])
def test_a_crs_member_that_says_nothing_is_ignored(layer: WriteLayer, feature: MakeFeature, named: object) -> None:
    assert _read(layer(feature("P001", _POINT), crs=named)) == (["P001"], [])


@pytest.mark.parametrize(
    ("position", "hint"), [([630198.5, 4304031.5], "像是以米为单位的投影坐标"), ([38.86, 121.5], "像是经纬度颠倒")]
)
def test_a_layer_that_is_not_in_degrees_is_refused(
    layer: WriteLayer, feature: MakeFeature, position: list[float], hint: str
) -> None:
    ids, said = _read(layer(feature("P001", {"type": "Point", "coordinates": position}), feature("P002")))
    assert ids == []
    assert len(said) == 1
    _is_one_sentence(said[0], "layer.geojson：坐标 ", hint, "请转换坐标系后放回")


@pytest.mark.parametrize(
    ("geometry", "what"),
    [
        ({"type": "Circle", "coordinates": [121.4, 38.8], "radius": 5}, "图形无法读出"),
        ({"coordinates": [121.4, 38.8]}, "图形无法读出"),
        ({"type": "Point"}, "图形无法读出"),
        ({"type": "Polygon", "coordinates": [[[121.4, 38.8], [121.5, 38.8]]]}, "图形无法读出"),
        ({"type": "LineString", "coordinates": [[121.4, 38.8]]}, "图形无法读出"),
        ({"type": "Point", "coordinates": ["东", "北"]}, "图形无法读出"),
        ("POINT (121.4 38.8)", "图形无法读出"),
        ([121.4, 38.8], "图形无法读出"),
        ({"type": "Polygon", "coordinates": _BOWTIE}, "图形有自相交或重复的边"),
        ({"type": "Polygon", "coordinates": []}, "图形是空的"),
        ({"type": "GeometryCollection", "geometries": []}, "图形是空的"),
        ({"type": "Point", "coordinates": [121.95, 38.85]}, "位置在底图范围（东经 121—121.9，北纬 38.6—39.2）之外"),
        ({"type": "LineString", "coordinates": [[121.4, 38.8], [121.4, 39.3]]}, "位置在底图范围"),
    ],
)
def test_a_broken_geometry_is_said_and_the_others_are_read(
    layer: WriteLayer, feature: MakeFeature, geometry: object, what: str
) -> None:
    ids, said = _read(layer(feature("P001", _POINT), feature("P002", geometry), feature("P003")))
    assert ids == ["P001", "P003"]
    assert len(said) == 1
    _is_one_sentence(said[0], f"layer.geojson 第 2 个要素（P002）：{what}", "请", "其余要素照常显示")


@pytest.mark.parametrize("geometry", ["POINT (121.4 38.8)", [121.4, 38.8], {"type": "Point", "coordinates": [None, 1]}])
def test_a_broken_geometry_does_no_harm_in_the_first_feature_either(
    layer: WriteLayer, feature: MakeFeature, geometry: object
) -> None:
    ids, said = _read(layer(feature("P001", geometry), feature("P002", _POINT)))
    assert ids == ["P002"]
    assert len(said) == 1
    _is_one_sentence(said[0], "layer.geojson 第 1 个要素（P001）：图形")


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("first", [True, False])
def test_coordinates_that_are_no_numbers_are_said_and_the_others_are_read(
    layer: WriteLayer, feature: MakeFeature, bad: str, *, first: bool
) -> None:
    line = {"type": "LineString", "coordinates": [[float(bad), 38.85], [121.45, 38.86]]}
    features = [feature("P001", line), feature("P002", _POINT)]
    ids, said = _read(layer(*(features if first else features[::-1])))
    assert ids == ["P002"]
    assert len(said) == 1
    _is_one_sentence(said[0], f"layer.geojson 第 {1 if first else 2} 个要素（P001）", "请", "其余要素照常显示")


def test_a_point_without_numbers_is_said(layer: WriteLayer, feature: MakeFeature) -> None:
    nowhere = {"type": "Point", "coordinates": [float("nan"), float("nan")]}
    ids, said = _read(layer(feature("P002", _POINT), feature("P001", nowhere)))
    assert ids == ["P002"]
    _is_one_sentence(said[0], "layer.geojson 第 2 个要素（P001）")


def test_a_third_coordinate_does_no_harm(layer: WriteLayer, feature: MakeFeature) -> None:
    assert _read(layer(feature("P001", {"type": "Point", "coordinates": [121.45, 38.85, 12.0]}))) == (["P001"], [])


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"name": None}, "name 应为文字"),
        ({"name": ""}, "name 不能为空"),
        ({"colour": "red"}, "colour 没有这个设置项"),
        ({"id": "第一"}, "id 写法不对"),
        ({"kind": "castle"}, "kind “castle”不在可用值（zone 布局单元、"),
        ({"role": "moat"}, "role “moat”不在可用值"),
        ({"themes": ["layout", "war"]}, "themes 第 2 项 “war”不在可用值"),
        ({"stage": "finished"}, "stage “finished”不在可用值（done 已完成（“十三五”）、accelerate 加快建设、"),
        ({"parent": "Z1"}, "parent 写法不对"),
        ({"citation": {"chapter": 7}}, "citation.section 缺少这一项"),
        ({"citation": {"chapter": 77, "section": 1, "paragraph": 1, "line": 1}}, "citation.chapter 大于规定的上限"),
        ({"basis": "听说"}, "basis “听说”不在可用值"),
        ({"accuracy_m": 0}, "accuracy_m 应大于规定的下限"),
        ({"accuracy_m": "很准"}, "accuracy_m 应为整数"),
        ({"accuracy_m": None}, "定位依据与定位精度须同时填写或同时留空"),
    ],
)
def test_a_wrong_property_is_said_and_the_others_are_read(
    layer: WriteLayer, feature: MakeFeature, changes: Feature, what: str
) -> None:
    ids, said = _read(layer(feature("P001", _POINT, **changes), feature("P002", _POINT)))
    assert ids == ["P002"]
    assert len(said) == 1
    _is_one_sentence(said[0], "layer.geojson 第 1 个要素", what, "请改正，其余要素照常显示")


def test_a_missing_property_is_said(layer: WriteLayer, feature: MakeFeature) -> None:
    broken = feature("P001", _POINT)
    del broken["properties"]["summary"]
    ids, said = _read(layer(broken, feature("P002")))
    assert ids == ["P002"]
    assert said == ["layer.geojson 第 1 个要素（P001）：summary 缺少这一项，请改正，其余要素照常显示。"]


@pytest.mark.parametrize("broken", [None, 5, "P001", [], {}, {"type": "Feature", "properties": None}])
def test_what_is_no_feature_is_said(layer: WriteLayer, feature: MakeFeature, broken: object) -> None:
    ids, said = _read(layer(broken, feature("P002", _POINT)))
    assert ids == ["P002"]
    assert said == ["layer.geojson 第 1 个要素：没有属性，请补齐属性，其余要素照常显示。"]


def test_several_faults_of_one_feature_are_one_sentence(layer: WriteLayer, feature: MakeFeature) -> None:
    said = _read(layer(feature("P001", _POINT, name="", colour="red")))[1]
    assert said == [
        "layer.geojson 第 1 个要素（P001）：name 不能为空；colour 没有这个设置项，请改正，其余要素照常显示。"
    ]


def test_a_place_without_a_basis_is_refused(layer: WriteLayer, feature: MakeFeature) -> None:
    ids, said = _read(layer(feature("P001", _POINT, basis=None, accuracy_m=None), feature("P002")))
    assert ids == ["P002"]
    _is_one_sentence(said[0], "layer.geojson 第 1 个要素（P001）：有图形须有定位依据与精度")


def test_a_basis_without_a_place_is_refused(layer: WriteLayer, feature: MakeFeature) -> None:
    ids, said = _read(layer(feature("P001", basis="公开数据", accuracy_m=30), feature("P002")))
    assert ids == ["P002"]
    _is_one_sentence(said[0], "layer.geojson 第 1 个要素（P001）：", "无图形则不能有")


def test_an_id_that_comes_twice_counts_once(layer: WriteLayer, feature: MakeFeature) -> None:
    table, problems = read_geojson(layer(feature("P001", name="先"), feature("P001", name="后")), Item)
    assert list(table["name"]) == ["先"]
    assert [str(problem) for problem in problems] == [
        "layer.geojson 的 P001：编号重复，请改为不重复的编号，其余要素照常显示。"
    ]


def test_a_file_of_the_repository_is_named_by_its_path() -> None:
    problem = read_geojson(ROOT / "geodata" / "data" / "plan" / "nothing.geojson", Item)[1][0]
    assert problem.where == "geodata/data/plan/nothing.geojson"


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Write table.csv."""

    def write(text: str) -> Path:
        path = tmp_path / "table.csv"
        path.write_text(text, "utf-8-sig")
        return path

    return write


def test_a_csv_table_is_read_by_id(table: Callable[[str], Path]) -> None:
    rows, problems = read_csv(table("id,unit,value_2025\nT001,%,<4\nT002,,5\n"), Target)
    assert problems == ()
    assert rows["value_2025"].to_dict() == {"T001": "<4", "T002": "5"}
    assert rows["unit"]["T002"] is None


def test_headings_nest_and_hold_lists(table: Callable[[str], Path]) -> None:
    heading = "id,name,short,kind,role,themes[],plan_period,citation.chapter,citation.section,citation.paragraph,"
    rows, problems = read_csv(
        table(f"{heading}citation.line,summary\nR001,规则,规则,rule,rule,layout、renewal,2021-2025,7,2,1,407,摘要\n"),
        Item,
    )
    assert problems == ()
    assert rows["themes"]["R001"] == ("layout", "renewal")
    assert rows["citation"]["R001"] == {"chapter": 7, "section": 2, "paragraph": 1, "line": 407, "table": None}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("T001,乙,预期性", "unit 没有这个设置项"),
        ("T1,,预期性", "id 写法不对"),
        (",,预期性", "id 缺少这一项"),
        ("T001,,随意性", "nature 只能是 '预期性' 或 '约束性'"),
    ],
)
def test_a_wrong_row_is_said_and_the_others_are_read(table: Callable[[str], Path], row: str, what: str) -> None:
    heading = "id,unti,nature"
    rows, problems = read_csv(table(f"{heading}\n{row}\nT002,,约束性\n"), Target)
    assert list(rows.index) == ["T002"]
    _is_one_sentence(str(problems[0]), "table.csv 第 2 行", what.replace("unit", "unti"))


def test_a_row_number_is_the_line_of_the_file(table: Callable[[str], Path]) -> None:
    problems = read_csv(table("id,where,items[],what\nQ01,甲,,乙\n,丙,,丁\n"), Defect)[1]
    assert [problem.where for problem in problems] == ["table.csv 第 3 行"]


def test_an_id_that_comes_twice_in_a_table_counts_once(table: Callable[[str], Path]) -> None:
    rows, problems = read_csv(table("id,unit\nT001,%\nT001,件\n"), Target)
    assert list(rows["unit"]) == ["%"]
    assert str(problems[0]) == "table.csv 的 T001：编号重复，请改为不重复的编号，其余要素照常显示。"


def test_more_cells_than_headings_do_no_harm(table: Callable[[str], Path]) -> None:
    rows, problems = read_csv(table("id,unit\nT001,%,多余\nT002\n"), Target)
    assert problems == ()
    assert list(rows.index) == ["T001", "T002"]


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"", "文件是空的"), ("id,where\nQ01,高新".encode("gbk"), "不是 UTF-8 编码"), (None, "找不到这个文件")],
)
def test_a_table_that_cannot_be_read_is_said(tmp_path: Path, content: bytes | None, what: str) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    rows, problems = read_csv(path, Target)
    assert len(rows) == 0
    assert list(rows.columns) == list(Target.model_fields)
    _is_one_sentence(str(problems[0]), f"table.csv：{what}，请")


def test_a_cell_without_end_is_said(table: Callable[[str], Path]) -> None:
    rows, problems = read_csv(table("id,unit\nT001," + "长" * 200_000), Target)
    assert len(rows) + len(problems) == 1


def test_a_line_break_inside_a_cell_stays_inside(table: Callable[[str], Path]) -> None:
    rows, problems = read_csv(table('id,where,items[],what\nQ01,甲,,"上\n下"\n'), Defect)
    assert problems == ()
    assert rows["what"]["Q01"] == "上\n下"


def test_hostile_names_are_kept_as_they_are(layer: WriteLayer, feature: MakeFeature) -> None:
    name = "<img src=x onerror=alert(1)>${1}</script>"
    table, _ = read_geojson(layer(feature("P001", name=name)), Item)
    assert table["name"]["P001"] == name
