"""值的对应: what a delivery writes becomes a value of ours, by suggestion, choice and memory."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box
from streamlit.testing.v1 import AppTest

from geodata import crs, value_match
from geodata.catalogue import catalogue, read_version
from geodata.config import Config
from geodata.intake.taking import remembered_meanings
from geodata.kinds import DATASETS
from geodata.landuse_codes import SCHEMES, codes
from geodata.store.engine import Store
from geodata.value_match import columns, filled, load_layers, suggested, unknown
from tests.page import Open, panel
from tests.test_import_page import at, choose, decide, kept, press

__all__ = ("at", "kept")
LAYERS = load_layers()[0].values()
EAST, NORTH = 630_000.0, 4_303_000.0


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    """A drawing of four plots in three layers, in metres."""
    shapes = [box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in range(0, 400, 100)]
    layers = ["0901-商业", "YD_住宅小区", "YD_住宅小区", "甲方自留"]
    table = gpd.GeoDataFrame({"Layer": layers}, geometry=[shape.exterior for shape in shapes], crs=crs.METRIC)
    path = tmp_path / "用地.dxf"
    table.to_file(path, driver="DXF")
    return path


def test_every_value_of_the_table_is_one_and_every_row_can_be_reached() -> None:
    known = {scheme: set(codes(scheme).index) for scheme in SCHEMES}
    known |= {
        key: {value for listed in columns(kind, None).values() for value in listed.names}
        for key, kind in DATASETS.items()
    }
    assert load_layers()[1] == ()
    for row in LAYERS:
        for where, value in row.means.items():
            assert value in known[where], (row.words, where, value)


@pytest.mark.parametrize(
    ("kind", "scheme", "text", "value"),
    [
        ("landuse", "guide2023", "R2", ""),
        ("landuse", "gb50137", "r2-二类居住", "R2"),
        ("landuse", "gb50137", "现状工业", "M"),
        ("landuse", "survey", "工业厂房", "0601"),
        ("landuse", "guide2020", "防护绿带", "1402"),
        ("landuse", "guide2023", "科研用地A", "0802"),
        ("controls", None, "KZ-蓝线", "blue_line"),
        ("green", None, "街头绿地01", "G14"),
        ("green", None, "图框", ""),
    ],
)
def test_a_text_is_understood_or_left_to_a_person(kind: str, scheme: str | None, text: str, value: str) -> None:
    lists = columns(DATASETS[kind], scheme)
    (listed,) = (one for name, one in lists.items() if name in ("code", "control_class", "green_class"))
    assert suggested(text, listed, LAYERS) == value


def test_what_was_said_wins_and_what_is_no_value_any_more_does_not() -> None:
    lists = columns(DATASETS["landuse"], "guide2023")
    wanted = {"code": ("甲方自留", "商业", "旧码")}
    known = {"code": {"甲方自留": "16", "商业": "", "旧码": "R2"}}
    assert filled(known, wanted, lists, LAYERS) == {"code": {"甲方自留": "16", "商业": "", "旧码": ""}}


def test_numbers_are_read_as_they_are_written() -> None:
    lists = columns(DATASETS["landuse"], "guide2023")
    column = DATASETS["landuse"].column("code")
    assert unknown(pd.Series([701, 701, 1401, None]), column, lists["code"]) == ("701",)
    assert value_match.meant(pd.Series([701, 1401]), {"701": "0701"}).tolist() == ["0701", 1401]


def test_layers_of_a_drawing_become_classes_and_are_remembered(
    at: AppTest, kept: Store, with_small: Config, drawing: Path, open_page: Open
) -> None:
    at = matched(at, drawing)
    fields = {one.label: one for one in at.selectbox if one.label in ("0901-商业", "YD_住宅小区", "甲方自留")}
    assert {label: one.value for label, one in fields.items()} == {
        "0901-商业": "0901",
        "YD_住宅小区": "0701",
        "甲方自留": "",
    }
    assert any("还有 1 种没有对应" in one.label for one in at.expander)
    refused = press(at, "检查")
    assert "K019" in panel(refused)
    at = press(refused, "上一步")
    at = choose(at, "甲方自留", "16")
    assert any("均已对应，请核对" in one.label for one in at.expander)
    at = press(at, "检查")
    assert "没有发现“代码不在分类标准之内”" in panel(at)
    at = press(press(at, "下一步"), "下一步")
    (source,) = (one for one in at.text_input if one.label == "来源 *")
    source.set_value("设计院")
    press(at, "入库")
    (dataset,) = catalogue(kept).datasets
    assert dataset.current
    assert read_version(with_small.data_path, dataset.current)["code"].tolist() == ["0901", "0701", "0701", "16"]
    assert remembered_meanings(kept, "landuse")["code"]["甲方自留"] == "16"
    again = matched(press(open_page("data.py"), "导入数据…"), drawing)
    (own,) = (one for one in again.selectbox if one.label == "甲方自留")
    assert own.value == "16"


def matched(at: AppTest, drawing: Path) -> AppTest:
    """Go as far as the fields, and say that the drawing's layer is the class."""
    files = [(drawing.name, drawing.read_bytes(), "application/dxf")]
    at = press(at.file_uploader[0].set_value(files).run(), "下一步")
    at = press(decide(press(at, "下一步")), "下一步")
    at = choose(at, "定位依据 *", "测绘成果")
    at = choose(at, "分类标准 *", "guide2023")
    (code,) = (one for one in at.selectbox if one.label.startswith("用地分类代码"))
    return code.set_value("图层").run()
