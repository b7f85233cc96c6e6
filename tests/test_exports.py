"""Every format opens again with the same rows, values, system and metadata; nothing in it runs; it has its style."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geodata import crs
from geodata.apart import Bounds
from geodata.check_scene import Against
from geodata.errors import DatasetError
from geodata.field_proposals import propose_fields
from geodata.fields import load_fields
from geodata.findings import finding, of_column
from geodata.kinds import DATASETS
from geodata.land import Land
from geodata.sample.make import sample
from geodata.schema import conform
from geodata.writers import to_excel
from geodata.writing import handover, plain
from geodata.writing.chosen import Choice, chosen, places, said
from geodata.writing.delivery import Colours, Delivery
from geodata.writing.formats import FORMATS, written
from geodata.writing.names import short_names
from geodata.writing.profiles import PROFILES, Naming, headings, profiled, spoken
from layers.qml import Category, qml
from layers.style import Style
from tests.exported import Opened, key, noted, opened, read_xml, unpacked
from tests.tables import plots, square

NOTE = {"标题": "地块", "声明": "演示数据，不得引用", "来源": "某局", "使用范围": "内部", "坐标系": "说明中的坐标系"}
RUN = ["=1+1", "+2", "-3", "@SUM(A1)"]
RED = Style(color="#112233", fill="#C86400", fill_opacity=0.5, weight=2)
BLUE = Style(color="#445566", weight=1)
CATEGORIES = (Category("甲<乙>", RED, ("0701",)), Category("丙", BLUE, ("0801", "08")), Category("未填写", BLUE, ()))


def rows() -> gpd.GeoDataFrame:
    """Four rows in Chinese headings, one of them with a value missing, and with what a spreadsheet would run."""
    table = {
        "编号": ["D1", "D2", "D3", "D4"],
        "备注": RUN,
        "用地代码": ["0701", "0801", "08", pd.NA],
        "容积率": pd.array([1.5, None, 0.1, 3], dtype="Float64"),
        "层数": pd.array([3, None, 1, 2], dtype="Int64"),
    }
    return gpd.GeoDataFrame(table, geometry=[square(n) for n in range(4)], crs=crs.METRIC)


def mixed() -> gpd.GeoDataFrame:
    """An area, a line, a point and nothing."""
    shapes = [square(0), shapely.LineString([(630_000, 4_304_000), (630_100, 4_304_000)]), square(1).centroid, None]
    return gpd.GeoDataFrame({"编号": ["A", "B", "C", "D"]}, geometry=shapes, crs=crs.METRIC)


def exported(folder: Path, label: str, delivery: Delivery) -> Opened:
    """Write and open again."""
    path = folder / f"export{FORMATS[label].suffix}"
    path.write_bytes(written(label, delivery))
    return opened(path, label)


def values(told: Opened, heading: str) -> list[Any]:
    """Values of a column as text, "" where missing."""
    found = (None if pd.isna(value) or value == "" else value for value in told.column(heading))
    return [str(value) if value is None or isinstance(value, str) else float(value) for value in found]


@pytest.mark.parametrize("label", FORMATS)
def test_every_format_opens_again_with_the_same_rows_and_metadata(tmp_path: Path, label: str) -> None:
    told = exported(tmp_path, label, Delivery(rows(), NOTE))
    assert told.column("编号") == ["D1", "D2", "D3", "D4"]
    numbers = [float(value) if value != "None" else value for value in values(told, "容积率")]
    assert numbers == [1.5, "None", 0.1, 3.0]
    assert [value if value == "None" else float(value) for value in values(told, "层数")] == [3, "None", 1, 2]
    assert values(told, "用地代码")[3] == "None"
    assert {name: told.note[name] for name in NOTE} == NOTE


@pytest.mark.parametrize("label", FORMATS)
def test_what_a_spreadsheet_would_run_is_text(tmp_path: Path, label: str) -> None:
    told = exported(tmp_path, label, Delivery(rows(), NOTE))
    assert told.column("备注") == ([f"'{text}" for text in RUN] if label == "CSV" else RUN)
    if label == "Excel":
        sheet = openpyxl.load_workbook(BytesIO(written(label, Delivery(rows(), NOTE))))["数据"]
        assert {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row} == {"s"}


@pytest.mark.parametrize("system", crs.EXPORTED)
@pytest.mark.parametrize("label", ["GeoPackage", "GeoJSON", "Shapefile", "FileGDB"])
def test_shapes_stand_in_the_chosen_system(tmp_path: Path, label: str, system: str) -> None:
    table = gpd.GeoDataFrame(exported(tmp_path, label, Delivery(rows(), NOTE, system=system)).table)
    assert f"EPSG:{table.crs.to_epsg()}" == crs.SYSTEMS[system].code
    back = table.geometry.to_crs(crs.METRIC)
    assert (shapely.hausdorff_distance(back.to_numpy(), rows().geometry.to_numpy()) < 0.001).all()


def test_comma_separated_text_carries_its_shapes(tmp_path: Path) -> None:
    told = exported(tmp_path, "CSV", Delivery(rows(), NOTE, system="gk3_zone40")).table
    shapes = gpd.GeoSeries.from_wkt(told[plain.WKT], crs=crs.SYSTEMS["gk3_zone40"].code).to_crs(crs.METRIC)
    assert (shapely.hausdorff_distance(shapes.to_numpy(), rows().geometry.to_numpy()) < 0.001).all()


@pytest.mark.parametrize("label", ["GeoPackage", "Shapefile", "FileGDB"])
def test_each_kind_of_shape_is_a_layer_of_its_own(tmp_path: Path, label: str) -> None:
    told = exported(tmp_path, label, Delivery(mixed(), NOTE))
    heading = told.short("编号") if label == "Shapefile" else "编号"
    assert {name: list(table[heading]) for name, table in told.layers.items()} == {
        "数据_面": ["A"], "数据_线": ["B"], "数据_点": ["C"], "数据_无图形": ["D"],
    }  # fmt: skip


@pytest.mark.parametrize("label", FORMATS)
@pytest.mark.parametrize(
    "table", [rows().iloc[:0], pd.DataFrame(rows().drop(columns="geometry"))], ids=["none", "bare"]
)
def test_no_rows_and_no_shapes_are_files_too(tmp_path: Path, label: str, table: pd.DataFrame) -> None:
    told = exported(tmp_path, label, Delivery(table, NOTE))
    assert [len(one) for one in told.layers.values()] == [len(table)]


def test_areas_of_one_and_of_several_parts_stand_in_one_layer(tmp_path: Path) -> None:
    shapes = [square(0), shapely.union_all([square(2), square(4)])]
    table = gpd.GeoDataFrame({"编号": ["A", "B"]}, geometry=shapes, crs=crs.METRIC)
    for label in ("GeoPackage", "Shapefile", "FileGDB"):
        folder = tmp_path / label
        folder.mkdir()
        assert len(exported(folder, label, Delivery(table, NOTE)).table) == 2


# Shapefile


@pytest.mark.parametrize("encoding", ["UTF-8", "GBK"])
def test_a_shapefile_keeps_chinese_in_both_encodings(tmp_path: Path, encoding: Any) -> None:
    table = rows().assign(备注=["凌水", "七贤岭", "龙王塘", "大连"])
    told = exported(tmp_path, "Shapefile", Delivery(table, NOTE, encoding=encoding))
    folder = tmp_path / "export_shp.zip.d"
    assert (folder / "数据.cpg").read_text() == encoding
    assert "七贤岭".encode(encoding) in (folder / "数据.dbf").read_bytes()
    assert told.column("备注") == list(table["备注"])


def test_a_letter_gbk_has_not_is_refused_in_a_sentence(tmp_path: Path) -> None:
    table = rows().assign(备注=["凌水", "𠮷", "龙王塘", "大连"])
    with pytest.raises(DatasetError) as refused:
        exported(tmp_path, "Shapefile", Delivery(table, NOTE, encoding="GBK"))
    sentence = "导出 Shapefile：“备注”中有 GBK 编码没有的字（例如“𠮷”），请改用 UTF-8 编码导出。"
    assert str(refused.value) == sentence


def test_a_shapefile_has_names_of_ten_letters_and_their_key(tmp_path: Path) -> None:
    table = rows().assign(a_very_long_name=1, a_very_long_other=2)
    delivery = Delivery(table, NOTE, meanings={"备注": "随便写"})
    told = exported(tmp_path, "Shapefile", delivery)
    found = told.note["key"].set_index("字段")
    assert dict(found["文件中的字段"]) == dict(short_names(name for name in table.columns if name != "geometry"))
    assert [name for name in told.table.columns if len(name) > 10] == []
    assert set(found["文件中的字段"]) == set(told.table.columns) - {"geometry"}
    assert found["含义"]["备注"] == "随便写"


@pytest.mark.parametrize(("encoding", "kept"), [("UTF-8", 84), ("GBK", 127)])
def test_a_text_too_long_for_a_dbf_is_cut_between_letters_and_said(tmp_path: Path, encoding: Any, kept: int) -> None:
    table = rows().assign(备注=["长" * 200, "短", "短", "短"])
    told = exported(tmp_path, "Shapefile", Delivery(table, NOTE, encoding=encoding))
    assert told.column("备注")[0] == "长" * kept
    assert told.note["key"].set_index("字段")["说明"]["备注"] == "1 行超过 254 字节，已截短，全文请用 GeoPackage"


def test_what_arcgis_shows_stands_beside_and_inside(tmp_path: Path) -> None:
    exported(tmp_path, "Shapefile", Delivery(rows(), NOTE))
    root = read_xml((tmp_path / "export_shp.zip.d" / "数据.shp.xml").read_text("utf-8"))
    assert root.findtext("dataIdInfo/idCitation/resTitle") == "地块"
    assert root.findtext("dataIdInfo/resConst/Consts/useLimit") == "声明：演示数据，不得引用；使用范围：内部"
    exported(tmp_path, "FileGDB", Delivery(rows(), NOTE))
    tables = (tmp_path / "export_gdb.zip.d" / "数据.gdb").glob("*.gdbtable")
    assert any("<resTitle>地块</resTitle>".encode() in path.read_bytes() for path in tables)


# styles


def styled(shape: str = "Polygon", field: str = "用地代码") -> Element:
    """A style as QGIS reads it."""
    return read_xml(qml(CATEGORIES, shape, field))


def options(symbol: Element) -> dict[str, str]:
    """What a symbol is drawn with."""
    return {one.attrib["name"]: one.attrib["value"] for one in symbol.iterfind("layer/Option/Option")}


def test_a_geopackage_holds_the_style_qgis_looks_for(tmp_path: Path) -> None:
    colours = Colours("用地代码", lambda shape, field: qml(CATEGORIES, shape, field))
    exported(tmp_path, "GeoPackage", Delivery(rows(), NOTE, colours=colours))
    with sqlite3.connect(tmp_path / "export.gpkg") as database:
        found = database.execute("SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles")
        ((name, column, default, text),) = found.fetchall()
        geometry = database.execute("SELECT table_name, column_name FROM gpkg_geometry_columns").fetchall()
    assert (name, column, default) == ("数据", "geom", 1)
    assert geometry == [(name, column)]
    root = read_xml(text)
    assert [(one.tag, one.attrib["attr"]) for one in root.iterfind("renderer-v2")] == [("renderer-v2", "用地代码")]


def test_a_style_says_the_colours_of_the_map_by_class() -> None:
    renderer = styled().find("renderer-v2")
    assert renderer is not None
    lines = renderer.findall("categories/category")
    assert [line.attrib["label"] for line in lines] == ["甲<乙>", "丙", "未填写"]
    assert [line.attrib.get("value") for line in lines] == ["0701", None, ""]
    assert [one.attrib["value"] for one in lines[1]] == ["0801", "08"]
    symbols = {one.attrib["name"]: options(one) for one in renderer.iterfind("symbols/symbol")}
    assert symbols["0"]["color"] == "200,100,0,128"
    assert (symbols["0"]["outline_color"], symbols["0"]["outline_width"]) == ("17,34,51,255", "0.529")
    assert symbols["1"]["color"] == "68,85,102,51"


@pytest.mark.parametrize(
    ("shape", "kind", "colour"),
    [("Polygon", "fill", "color"), ("LineString", "line", "line_color"), ("Point", "marker", "color")],
)
def test_each_kind_of_shape_has_its_kind_of_symbol(shape: str, kind: str, colour: str) -> None:
    symbols = styled(shape).findall("renderer-v2/symbols/symbol")
    assert {one.attrib["type"] for one in symbols} == {kind}
    assert all(colour in options(one) for one in symbols)


def test_without_a_field_there_is_one_sign_for_all() -> None:
    root = styled(field="")
    assert [one.attrib["type"] for one in root.iterfind("renderer-v2")] == ["singleSymbol"]
    assert len(root.findall("renderer-v2/symbols/symbol")) == 1


def test_a_style_lies_beside_a_shapefile_with_its_short_name(tmp_path: Path) -> None:
    colours = Colours("用地代码", lambda shape, field: qml(CATEGORIES, shape, field))
    told = exported(tmp_path, "Shapefile", Delivery(rows(), NOTE, colours=colours))
    root = read_xml((tmp_path / "export_shp.zip.d" / "数据.qml").read_text("utf-8"))
    assert [one.attrib["attr"] for one in root.iterfind("renderer-v2")] == [told.short("用地代码")]


# names and values


@pytest.fixture(scope="module")
def town(real: Land) -> Mapping[str, gpd.GeoDataFrame]:
    """A demonstration land of few plots."""
    return sample(real, plots=100)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", DATASETS)
def test_what_is_exported_is_taken_in_again_unchanged(
    tmp_path: Path, town: Mapping[str, gpd.GeoDataFrame], kind: str, profile: str
) -> None:
    table = town[kind].iloc[:200]
    synonyms = load_fields()[0]
    told = profiled(table, kind, DATASETS[kind].names, Naming(profile, "guide2023", synonyms))
    layers = exported(tmp_path, "GeoPackage", Delivery(told.table, NOTE)).layers.values()
    back = pd.concat(layers) if len(layers) > 1 else next(iter(layers))
    matched = {heading: name for name, heading in told.headings.items()}
    renamed = back.rename(columns=matched)
    again = conform(crs.metres(renamed) if DATASETS[kind].geometry else renamed, kind, scheme="guide2023")
    again = again.loc[table.index]
    left, right = (pd.DataFrame(one).drop(columns="geometry", errors="ignore") for one in (again, table))
    pd.testing.assert_frame_equal(left, right, check_exact=False, rtol=1e-12)
    if profile == "ours":
        known = propose_fields(told.headings.values(), kind, synonyms)
        assert {one.column: one.heading for one in known if one.how == "exact"} == told.headings


@pytest.mark.parametrize("kind", DATASETS)
@pytest.mark.parametrize("profile", PROFILES)
def test_no_heading_comes_twice(kind: str, profile: str) -> None:
    for scheme in ("survey", "guide2023", None):
        names = headings(kind, DATASETS[kind].names, Naming(profile, scheme, load_fields()[0]))
        assert len({name.casefold() for name in names.values()}) == len(DATASETS[kind].names)


def test_official_names_are_those_of_the_scheme() -> None:
    named = {
        scheme: headings("landuse", ("id", "code", "code_name"), Naming("official", scheme, load_fields()[0]))
        for scheme in ("survey", "guide2023")
    }
    assert list(named["survey"].values()) == ["BSM", "DLBM", "DLMC"]
    assert list(named["guide2023"].values()) == ["BSM", "YDYHFLDM", "YDYHFLMC"]


def test_dates_and_flags_read_as_people_write_them() -> None:
    columns = DATASETS["supplied"]
    dates = pd.Series(["2026-11-23", None], dtype="datetime64[ms]")
    assert spoken(dates, columns.column("signed_on")).fillna("").tolist() == ["2026-11-23", ""]
    flags = pd.Series([True, False, pd.NA], dtype="boolean")
    assert spoken(flags, columns.column("mortgaged")).fillna("").tolist() == ["是", "否", ""]


# which rows


def test_a_row_belongs_where_a_point_inside_it_lies(small: Land) -> None:
    west, south = crs.to_metric(121.42, 38.86)
    inside, across = (
        shapely.box(west + 50, south + 50, west + 90, south + 90),
        shapely.box(west - 90, south + 50, west + 10, south + 90),
    )
    table = plots(inside, across)
    assert list(chosen(table, Choice(unit="Z003"), small).index) == ["D1"]
    assert list(chosen(table, Choice(unit="Z001"), small).index) == ["D1", "D2"]
    assert said(Choice(unit="Z003"), small) == "布局单元：名称Z003（按图形内点所在取舍整行，不裁剪）"
    assert "Z002" in places(small)["unit"]  # a line whose parts make its band


def test_what_has_no_shape_lies_in_no_place(small: Land) -> None:
    bare = pd.DataFrame({"id": ["E1"]}, index=["E1"])
    assert len(chosen(bare, Choice(unit="Z001"), small)) == 0
    assert len(chosen(bare, Choice(), small)) == 1


def test_rows_of_some_classes_are_chosen(small: Land) -> None:
    table = plots(landuse=["0701", "0801", None])
    assert list(chosen(table, Choice(column="landuse", classes=frozenset({"0701", ""})), small).index) == ["D1", "D3"]


def test_more_rows_than_a_sheet_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "MOST", 3)
    with pytest.raises(DatasetError) as refused:
        written("Excel", Delivery(rows(), NOTE))
    assert str(refused.value) == "导出 Excel：共 4 行，超过一张工作表的 3 行，请缩小范围，或导出其他格式。"


# the hand-over package


def test_a_package_holds_data_report_metadata_and_true_digests(tmp_path: Path) -> None:
    table = plots(square(0), square(0), landuse=["0701", "0801"])
    naming = Naming("official", "guide2023", load_fields()[0])
    told = profiled(table, "plots", ("id", "landuse"), naming)
    checked = handover.Checked(table[["id", "landuse", "geometry"]], "plots", Against("guide2023"))
    content = handover.handover(Delivery(told.table, NOTE), checked)
    (tmp_path / "a.zip").write_bytes(content)
    folder = unpacked(tmp_path / "a.zip")
    lines = (folder / handover.DIGESTS).read_text("utf-8").splitlines()
    found = dict(line.split("  ", 1)[::-1] for line in lines)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(found) == set(files) - {handover.DIGESTS}
    assert {name: hashlib.sha256(files[name].read_bytes()).hexdigest() for name in found} == found
    assert {"数据.gpkg", "Shapefile/数据.shp", "说明.txt", "metadata.json", "检查报告.xlsx"} <= set(found)
    assert list(pyogrio.read_dataframe(folder / "数据.gpkg", layer="数据")["XZYDDM"]) == ["0701", "0801"]
    assert json.loads((folder / "metadata.json").read_text("utf-8"))["声明"] == "演示数据，不得引用"
    book = openpyxl.load_workbook(folder / "检查报告.xlsx")
    assert "K027 图形重复" in book.sheetnames or "K029 图形重叠" in book.sheetnames
    assert dict(book["说明"].iter_rows(min_row=2, max_col=2, values_only=True))["声明"] == "演示数据，不得引用"


def test_where_checking_takes_too_long_what_was_found_before_is_told_but_not_of_hidden_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover, "BOUNDS", Bounds(seconds=0.0))
    spec, table = DATASETS["plots"], plots()
    found = tuple(
        finding("K007", of_column(spec, name), table["id"].reset_index(drop=True)) for name in ("far", "contract_far")
    )
    told = profiled(table, "plots", ("id", "far"), Naming("official", None, load_fields()[0]))
    checked = handover.Checked(table[["id", "far", "geometry"]], "plots", Against(), found)
    (tmp_path / "a.zip").write_bytes(handover.handover(Delivery(told.table, NOTE), checked))
    book = openpyxl.load_workbook(unpacked(tmp_path / "a.zip") / "检查报告.xlsx")
    told_of = [line[2] for line in book["必须修改"].iter_rows(min_row=2, values_only=True)]
    assert told_of == ["规划地块的“现状容积率”：3 行没有填写，请补齐。"]
    said = dict(book["说明"].iter_rows(min_row=2, max_col=2, values_only=True))
    assert said["检查对象"] == "入库时的检查结果（数据较多，导出时没有重新检查）；没有导出的字段不在其内"


def test_an_archive_tells_of_itself(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(written("FileGDB", Delivery(rows(), NOTE, meanings={"编号": "标识"})))
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert noted(archive) == NOTE
        assert dict(zip(key(archive)["字段"], key(archive)["含义"], strict=True))["编号"] == "标识"


def test_what_a_cell_cannot_hold_is_cut_and_said_not_left_out() -> None:
    book = to_excel(pd.DataFrame({"备注": ["甲" * 32_767, "乙" * 40_000], "数": [1.5, float("inf")]}), {})
    sheet = openpyxl.load_workbook(BytesIO(book))["数据"]
    (first, one), (second, endless) = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert (first, one, endless) == ("甲" * 32_767, 1.5, "inf")
    assert second.endswith("乙…（超出单元格上限，后文略）")
    assert len(second) == len(first)
