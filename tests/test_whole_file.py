"""字段与分类标准: a file without a column of classes is of one class as a whole, and nothing marked * stays empty."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata.assemble import Part, Told, assemble
from geodata.catalogue import catalogue, read_version
from geodata.config import Config
from geodata.intake.room import open_room
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES
from geodata.schema import check
from geodata.store.engine import Store
from geodata.value_match import columns, load_layers, suggested, whole
from layers import drafts
from tests.deliveries import sent, west
from tests.page import Open, drawn_map, html
from tests.test_import_page import at, choose, decide, kept, press, upload

__all__ = ("at", "kept")
_WHOLE = "整个文件都是"


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("facilities", ["facility_class"]),
        ("green", ["green_class"]),
        ("boundaries", ["boundary_class"]),
        ("controls", ["control_class"]),
        ("streets", ["street_class"]),
        ("enterprises", []),
    ],
)
def test_each_kind_with_classes_asks_for_the_class_of_a_whole_file(kind: str, wanted: list[str]) -> None:
    assert [*whole(DATASETS[kind], None, ())] == wanted
    assert [*whole(DATASETS[kind], None, wanted)] == []


def test_a_number_of_a_plot_or_a_year_in_a_name_is_no_code() -> None:
    listed = columns(DATASETS["landuse"], "guide2023")["code"]
    rows = load_layers()[0].values()
    assert [suggested(name, listed, rows) for name in ("14号地块.zip", "07年调查.zip", "14 绿地.zip")] == ["", "", "14"]


def test_what_is_said_of_a_file_is_the_class_of_its_rows_and_no_other_files() -> None:
    told = {"control_class": {"绿线.zip": "green_line"}}
    parts = [
        Part("绿线.zip", west(), {"id": "BSM"}, prefix="a", told=Told("测绘成果"), meanings=told),
        Part("其余.zip", west(), {"id": "BSM"}, prefix="b", told=Told("测绘成果"), meanings=told),
    ]
    made = assemble(parts, "controls").table
    assert made["control_class"].isna().sum() == len(west())
    assert set(made["control_class"].dropna()) == {"green_line"}
    assert [one.number for one in check(made, "controls") if one.group == "must"] == ["K007"]


def test_a_file_without_classes_is_taken_in_once_its_class_is_chosen(
    at: AppTest, kept: Store, with_small: Config, tmp_path: Path, open_page: Open
) -> None:
    delivery = sent(tmp_path, "用地红线", west().drop(columns=["DLBM", "DLMC"]), "gk3_120")
    at = reached(choose(at, "数据类别", "boundaries"), delivery)
    (asked,) = (one for one in at.selectbox if one.label == _WHOLE)
    assert asked.value == "jurisdiction"
    at = asked.set_value("").run()
    refused = press(at, "检查")
    assert "“用地红线.zip”还没有选定“定位依据”、“界线类别”（带 * 的项目），选定后才能检查。" in html(refused)
    at = choose(choose(refused, _WHOLE, "built_up"), "定位依据 *", "测绘成果")
    at = press(press(press(at, "检查"), "下一步"), "下一步")
    (source,) = (one for one in at.text_input if one.label == "来源 *")
    source.set_value("区自然资源局")
    press(at, "入库")
    (dataset,) = catalogue(kept).datasets
    assert dataset.current
    assert set(read_version(with_small.data_path, dataset.current)["boundary_class"]) == {"built_up"}
    again = reached(choose(press(open_page("data.py"), "导入数据…"), "数据类别", "boundaries"), delivery)
    (known,) = (one for one in again.selectbox if one.label == _WHOLE)
    assert known.value == "built_up"


def test_the_classification_must_be_chosen_before_the_check(at: AppTest, tmp_path: Path) -> None:
    at = reached(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    at = choose(choose(at, "定位依据 *", "测绘成果"), "分类标准 *", None)
    assert "“甘井子.zip”还没有选定“分类标准”" in html(press(at, "检查"))
    assert not any(scheme.label in str(drawn_map(at)) for scheme in SCHEMES.values())


def reached(at: AppTest, delivery: Path) -> AppTest:
    """Go as far as the fields."""
    return press(decide(press(upload(at, delivery), "下一步")), "下一步")


@pytest.mark.parametrize(("scheme", "column"), [(None, ""), ("survey", "code")])
def test_a_draft_is_of_one_colour_until_there_is_one_classification(
    with_small: Config, scheme: str | None, column: str
) -> None:
    table = west().rename(columns={"BSM": "id", "DLBM": "code"})
    picture = drafts.paint(table, open_room(with_small, 1), kind="landuse", name="现状用地", scheme=scheme)
    assert picture is not None
    assert picture.summary.column == column
