"""数据: the import through the page, step by step, until the version is there; and every way out of it."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from geodata import drawn, purge
from geodata.access import Person
from geodata.catalogue import catalogue, read_version, take_in
from geodata.config import Config
from geodata.intake import opening, room, taking
from geodata.intake.model import Draft, Source
from geodata.schema import conform
from geodata.store.engine import Store, open_store
from geodata.versions import Intake, Version
from layers import identity
from pages.ui.importing import kept as under_way
from pages.ui.importing.desk import Desk
from tests.deliveries import east, sent, west
from tests.nasty_tables import book
from tests.page import Open, drawn_dataset, drawn_map, html, listed, panel
from tests.people import manager, named


@pytest.fixture
def kept(with_small: Config, access: Callable[..., Config], fresh: None) -> Store:
    """Open an empty store beside the small plan, as the pages see it."""
    assert fresh is None
    access("local")
    assert with_small.data_path == identity.settings().data_path
    return open_store(identity.settings())


@pytest.fixture
def at(kept: Store, work_as: Callable[[Person], None], open_page: Open) -> AppTest:
    """Open the page as who manages, and begin an import."""
    work_as(manager(kept))
    return press(open_page("data.py"), "导入数据…")


def press(at: AppTest, label: str) -> AppTest:
    """Press the button that says so, and wait until what it begins has ended."""
    (button,) = (one for one in at.button if one.label == label)
    at = button.click().run()
    while any(one.label == "停止" for one in at.button):
        at = at.run()
    return at


def upload(at: AppTest, *paths: Path) -> AppTest:
    """Choose files."""
    files = [(path.name, path.read_bytes(), "application/zip") for path in paths]
    return press(at.file_uploader[0].set_value(files).run(), "下一步")


def choose(at: AppTest, label: str, value: object) -> AppTest:
    """Choose in every field of this label that is in sight."""
    (first, *_) = (one for one in at.selectbox if one.label == label)
    return first.set_value(value).run()


def rooms(config: Config) -> list[Path]:
    return [*(config.data_path / "drafts").glob("*")]


def decide(at: AppTest) -> AppTest:
    """Say of every file that it lies right."""
    for number in range(len([one for one in at.radio if one.label.startswith("是否整体偏移")])):
        at = [one for one in at.radio if one.label.startswith("是否整体偏移")][number].set_value("as_is").run()
    return at


def test_two_deliveries_are_taken_in_through_all_steps(
    at: AppTest, kept: Store, with_small: Config, tmp_path: Path
) -> None:
    assert "选择文件" in html(at)
    at = upload(
        at, sent(tmp_path, "甘井子", west(faults=True), "gk3_zone40"), sent(tmp_path, "旅顺口", east(), "gk3_zone41")
    )
    assert "QSDWMC" in html(at)
    at = press(at, "下一步")
    assert "无法判断" in " ".join(one.label for one in at.radio)
    refused = press(at, "下一步")
    assert "请在图上对照" in html(refused)
    at = press(decide(refused), "下一步")
    at = choose(at, "定位依据 *", "测绘成果")
    at.radio(key="import_piece").set_value("旅顺口.zip").run()
    (prefix,) = (one for one in at.text_input if one.label == "编号前缀")
    at = prefix.set_value("LS").run()
    at = press(at, "检查")
    assert "K015" in panel(at)
    assert "还有 3 项必须修改" in html(press(at, "下一步"))
    for label in ("修复无效的面（1 行）", "去掉完全相同的行（1 行）"):
        (box,) = (one for one in at.checkbox if one.label == label)
        at = box.check().run()
    at = press(at, "按所选修复并重新检查")
    assert "36 → 35" in html(at)
    at = press(at, "下一步")
    assert set(listed(at)["演示数据"]) == {"否"}
    assert catalogue(kept).datasets == ()
    at = press(at, "下一步")
    for label, value in (
        ("来源 *", "区自然资源局"),
        ("来源日期", "2026-11-23"),
        ("基准年", "2025"),
        ("备注", "两区拼接"),
    ):
        (one,) = (field for field in at.text_input if field.label == label)
        one.set_value(value)
    at = press(at, "入库")
    (dataset,) = catalogue(kept).datasets
    version = dataset.current
    assert version is not None
    assert (version.rows, version.base_year, version.remark) == (35, 2025, "两区拼接")
    assert [one.name for one in version.uploads] == ["甘井子.zip", "旅顺口.zip"]
    assert len(read_version(with_small.data_path, version)) == 35
    assert "已入库：“现状用地”第 1 版，35 行。" in html(at)
    assert rooms(with_small) == []


def told(at: AppTest, path: Path, follows: str = "") -> AppTest:
    """Import one delivery as far as the last step."""
    if follows:
        at = choose(at, "作为", follows)
    at = press(decide(press(upload(at, path), "下一步")), "下一步")
    at = press(press(choose(at, "定位依据 *", "测绘成果"), "检查"), "下一步")
    at = press(at, "下一步")
    (source,) = (one for one in at.text_input if one.label == "来源 *")
    source.set_value("区自然资源局")
    return at


def test_a_new_dataset_begins_with_a_free_name_and_never_continues_another(
    at: AppTest, kept: Store, tmp_path: Path
) -> None:
    path = sent(tmp_path, "甘井子", west(), "gk3_120")
    at = press(press(told(at, path), "入库"), "导入数据…")
    at = told(at, path)
    (name,) = (one for one in at.text_input if one.label == "数据集名称 *")
    assert name.value == "现状用地（2）"
    name.set_value("现状用地")
    at = press(at, "入库")
    assert "数据集“现状用地”：这个名称已被使用" in html(at)
    assert [len(one.versions) for one in catalogue(kept).datasets] == [1]


def test_who_lets_more_people_see_it_is_told_so(at: AppTest, tmp_path: Path) -> None:
    path = sent(tmp_path, "甘井子", west(), "gk3_120")
    at = told(at, path)
    assert not [one for one in at.caption if "在用版本的使用范围" in one.value]
    at = told(press(press(at, "入库"), "导入数据…"), path, "1.1")
    assert [one.value for one in at.caption if "在用版本的使用范围" in one.value] == [
        "在用版本的使用范围是“内部”；选更宽的范围，能看到这份数据的人会增加，须有“审核”以上权限。"
    ]


def test_what_came_in_meanwhile_is_compared_with_before_anything_is_written(
    at: AppTest, kept: Store, with_small: Config, tmp_path: Path
) -> None:
    path = sent(tmp_path, "甘井子", west(), "gk3_120")
    at = told(press(press(told(at, path), "入库"), "导入数据…"), path, "1.1")
    first = catalogue(kept).find("1.1")
    assert first is not None
    intake = Intake("landuse", first.name, "别处", scheme=first.scheme, licence="另有协议")
    table = read_version(with_small.data_path, first)
    at = write(at, "备注", "两区拼接")
    take_in(kept, named(kept, "李四", "report"), table, intake=intake, config=with_small)
    at = press(at, "入库")
    assert "在您核对期间，李四已入库第 2 版，请回到“检查”重新核对" in html(at)
    assert len(catalogue(kept).datasets[0].versions) == 2
    at = press(press(at, "上一步"), "重新检查")
    at = press(press(at, "下一步"), "下一步")
    assert (typed(at, "来源 *"), typed(at, "备注"), typed(at, "许可")) == ("区自然资源局", "两区拼接", "")
    assert at.selectbox(key="import_audience").value == "internal"
    assert "已入库：“现状用地”第 3 版" in html(press(at, "入库"))
    third = catalogue(kept).find("1.3")
    assert third is not None
    assert (third.source, third.remark, third.audience) == ("区自然资源局", "两区拼接", "internal")


def typed(at: AppTest, label: str) -> str:
    """Give what stands in a field."""
    (one,) = (field for field in at.text_input if field.label == label)
    return str(one.value)


def write(at: AppTest, label: str, value: str) -> AppTest:
    """Type into a field and leave it."""
    (one,) = (field for field in at.text_input if field.label == label)
    return one.set_value(value).run()


def test_whom_the_data_are_meant_for_is_asked_again_where_the_version_in_use_is_meant_for_others(
    at: AppTest, kept: Store, with_small: Config, tmp_path: Path
) -> None:
    path = sent(tmp_path, "甘井子", west(), "gk3_120")
    at = write(told(press(press(told(at, path), "入库"), "导入数据…"), path, "1.1"), "备注", "两区拼接")
    at = at.selectbox(key="import_audience").set_value("public").run()
    assert at.selectbox(key="import_audience").value == "public"
    first = catalogue(kept).find("1.1")
    assert first is not None
    intake = Intake("landuse", first.name, "别处", scheme=first.scheme, audience="sensitive", follows=first.key)
    take_in(kept, manager(kept), read_version(with_small.data_path, first), intake=intake, config=with_small)
    at = at.run()
    assert "在用版本的使用范围已由“内部”变为“敏感”，请在“入库”一步重新选择。" in html(at)
    at = press(press(press(press(at, "上一步"), "重新检查"), "下一步"), "下一步")
    assert at.selectbox(key="import_audience").value == "sensitive"
    assert (typed(at, "来源 *"), typed(at, "备注")) == ("区自然资源局", "两区拼接")


def test_where_nothing_is_in_use_any_more_the_dataset_begins_anew(at: AppTest, kept: Store, tmp_path: Path) -> None:
    path, boss = sent(tmp_path, "甘井子", west(), "gk3_120"), manager(kept)
    at = choose(press(press(told(at, path), "入库"), "导入数据…"), "作为", "1.1")
    purge.request(kept, named(kept, "李四", "report"), "1.1", reason="误导入")
    purge.confirm(kept, boss, "1.1", config=identity.settings())
    at = at.run()
    assert "“现状用地”已没有您可以查看的在用版本，这份数据将作为新的数据集入库。" in html(at)
    assert draft(at).follows == ""
    assert "已入库：“现状用地”第 2 版" in html(press(told(at, path), "入库"))


def back(at: AppTest, times: int) -> AppTest:
    for _ in range(times):
        at = press(at, "上一步")
    return at


def draft(at: AppTest) -> Draft:
    desk: Desk = at.session_state["import_desk"]
    return desk.draft


def test_boundaries_are_not_cut_to_those_before(at: AppTest, kept: Store, with_small: Config, tmp_path: Path) -> None:
    rows = gpd.GeoDataFrame({"id": ["J1"], "synthetic": [False], "basis": ["权威成果"]}, geometry=west()[:1].geometry)
    table = conform(rows.assign(boundary_class="jurisdiction"), "boundaries")
    take_in(kept, manager(kept), table, intake=Intake("boundaries", "管辖范围", "区政府"), config=with_small)
    at = press(upload(at, sent(tmp_path, "甘井子", west(), "gk3_120")), "下一步")
    assert draft(at).clip
    at = press(press(choose(back(at, 2), "数据类别", "boundaries"), "下一步"), "下一步")
    assert (draft(at).kind, draft(at).clip) == ("boundaries", False)


def test_a_repair_can_be_undone_and_is_not_made_to_files_that_come_later(at: AppTest, tmp_path: Path) -> None:
    at = upload(at, sent(tmp_path, "甘井子", west(faults=True), "gk3_120"))
    at = press(decide(press(at, "下一步")), "下一步")
    at = press(choose(at, "定位依据 *", "测绘成果"), "检查")
    assert "请先勾选要作的修复" in html(press(at, "按所选修复并重新检查"))
    at = press(tick(at, "修复无效的面（1 行）", on=True), "按所选修复并重新检查")
    assert [box.label for box in at.checkbox if box.value] == ["修复无效的面（已作，1 行）"]
    at = press(tick(at, "修复无效的面（已作，1 行）", on=False), "按所选修复并重新检查")
    assert [box.label for box in at.checkbox if box.value] == []
    assert draft(at).repairs == frozenset()
    at = press(tick(at, "修复无效的面（1 行）", on=True), "按所选修复并重新检查")
    assert draft(press(at, "上一步")).repairs == {"valid"}
    at = upload(back(at, 3), sent(tmp_path, "旅顺口", east(), "gk3_120"))
    assert draft(press(at, "下一步")).repairs == frozenset()


def tick(at: AppTest, label: str, *, on: bool) -> AppTest:
    (box,) = (one for one in at.checkbox if one.label == label)
    return box.set_value(on).run()


def test_a_layer_without_the_shapes_of_the_kind_is_not_taken_and_goes_no_further(at: AppTest, tmp_path: Path) -> None:
    rows: list[list[object]] = [["名称", "经度", "纬度"], ["甲", 121.5, 38.86], ["乙", 121.51, 38.87]]
    path = book(
        "用地.xlsx", [["大连高新区用地", None], ["编制单位", "测绘院"], *[["页", n] for n in range(9)]], tmp_path
    )
    workbook = openpyxl.load_workbook(path)
    workbook.active.title = "封面"
    sheet = workbook.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    at = upload(at, path)
    (layers,) = (one for one in at.multiselect if one.label == "采用的图层")
    assert layers.value == ["数据"]
    at = press(at, "下一步")
    assert "“用地.xlsx”：现状用地需要面，这个图层是点，请另选图层、坐标列或数据类别。" in html(at)
    (layers,) = (one for one in at.multiselect if one.label == "采用的图层")
    at = press(layers.set_value(["封面"]).run(), "下一步")
    assert "“用地.xlsx”：现状用地需要面，这个图层没有图形，请另选图层、坐标列或数据类别。" in html(at)
    assert at.session_state["import_desk"].step == "layers"


def test_from_the_match_on_cancelling_is_asked_once_more(at: AppTest, with_small: Config, tmp_path: Path) -> None:
    at = press(upload(at, sent(tmp_path, "甘井子", west(), "gk3_120")), "下一步")
    assert "确认取消" not in [one.label for one in at.button]
    at = press(decide(at), "下一步")
    assert "取消导入" not in [one.label for one in at.button]
    assert "取消导入…" in [one.proto.popover.label for one in at.get("popover")]
    press(at, "确认取消")
    assert rooms(with_small) == []


def test_who_comes_back_to_the_systems_sees_the_three_places_again(at: AppTest, tmp_path: Path) -> None:
    at = press(upload(at, sent(tmp_path, "甘井子", west(), "gk3_120")), "下一步")
    assert "若为" in str(drawn_map(at))
    at = press(decide(at), "下一步")
    assert "若为" not in str(drawn_map(at))
    assert "若为" in str(drawn_map(press(at, "上一步")))


def test_of_many_shapes_some_are_drawn_in_three_places(
    at: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawn, "MOST_IN_ONE_FILE", 30)
    at = press(upload(at, sent(tmp_path, "甘井子", west(), "gk3_120")), "下一步")
    told = str(drawn_map(at))
    assert "三种情形对照（每 2 个图形画 1 个）" in told


def test_cancelling_leaves_nothing(at: AppTest, kept: Store, with_small: Config, tmp_path: Path) -> None:
    at = upload(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    assert len(rooms(with_small)) == 1
    at = press(at, "取消导入")
    assert rooms(with_small) == []
    assert catalogue(kept).datasets == ()
    assert "还没有可以查看的数据。" in html(at)


def test_a_file_that_cannot_be_read_is_said(at: AppTest, tmp_path: Path) -> None:
    drawing = tmp_path / "图纸.dwg"
    drawing.write_bytes(b"AC1032" + bytes(100))
    at = upload(at, drawing)
    assert "图纸.dwg：这是 AutoCAD 图形（.dwg），不能直接读取，请在 CAD 软件中另存为 DXF 后再选。" in html(at)


def test_whoever_may_not_import_is_told(kept: Store, work_as: Callable[[Person], None], open_page: Open) -> None:
    work_as(named(kept, "王五", "view"))
    page = open_page("data.py")
    (button,) = (one for one in page.button if one.label == "导入数据…")
    assert button.disabled
    assert [one.value for one in page.caption] == ["导入数据须由“填报”以上权限的人员办理，请先在右上角选择姓名或登录。"]


def test_who_waits_sees_for_how_long(at: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, opened = Event(), opening.opened

    def slowly(*given: Any, **more: Any) -> Source:
        gate.wait(60)
        return opened(*given, **more)

    monkeypatch.setattr(opening, "opened", slowly)
    path = sent(tmp_path, "甘井子", west(), "gk3_120")
    at = at.file_uploader[0].set_value([(path.name, path.read_bytes(), "application/zip")]).run()
    (button,) = (one for one in at.button if one.label == "下一步")
    (bar,) = button.click().run().get("progress")
    assert re.fullmatch("打开“甘井子.zip”　已用 \\d+ 秒", bar.proto.text)
    gate.set()


def test_who_knows_the_columns_of_the_places_says_so(at: AppTest, tmp_path: Path) -> None:
    path = tmp_path / "人口.csv"
    path.write_text("名称,甲列,乙列,人口\n东一区,4303001.5,630001.5,12\n东二区,4303101.5,630101.5,30\n", "utf-8")
    at = choose(at, "数据类别", "population")
    at = press(at.file_uploader[0].set_value([(path.name, path.read_bytes(), "text/csv")]).run(), "下一步")
    (columns,) = (one for one in at.multiselect if one.label == "坐标列")
    assert columns.value == []
    found = press(at, "下一步")
    assert "位置取自“乙列、甲列”列" in html(found)
    (columns,) = (one for one in press(found, "上一步").multiselect if one.label == "坐标列")
    wrong = press(columns.set_value(["甲列", "人口"]).run(), "下一步")
    assert "位置取自“甲列、人口”列" in html(wrong)
    (columns,) = (one for one in press(wrong, "上一步").multiselect if one.label == "坐标列")
    assert columns.value == ["甲列", "人口"]
    right = press(columns.set_value(["乙列", "甲列"]).run(), "下一步")
    assert "位置取自“乙列、甲列”列" in html(right)


LEFT = "您有一次未完成的导入"
ELSEWHERE = "这次导入已在您的另一个窗口中继续或结束，这里不再显示。"


def desk(at: AppTest) -> Desk:
    found: Desk = at.session_state["import_desk"]
    return found


def checked(at: AppTest, path: Path) -> AppTest:
    """Import one delivery as far as the check, with a repair."""
    at = press(decide(press(upload(at, path), "下一步")), "下一步")
    at = press(choose(at, "定位依据 *", "测绘成果"), "检查")
    return press(tick(at, "修复无效的面（1 行）", on=True), "按所选修复并重新检查")


def test_what_a_reload_cut_off_goes_on_in_a_fresh_session(
    at: AppTest, kept: Store, with_small: Config, open_page: Open, tmp_path: Path
) -> None:
    first = checked(at, sent(tmp_path, "甘井子", west(faults=True), "gk3_zone40"))
    again = open_page("data.py")
    assert f"{LEFT}（文件 甘井子.zip，到第 5 步“检查”，" in html(again)
    (begin,) = (one for one in again.button if one.label == "导入数据…")
    assert begin.disabled
    again = press(again, "继续")
    assert LEFT not in html(again)
    assert "K015" in panel(again)
    assert drawn_dataset(again) == drawn_dataset(first)
    assert draft(again) == draft(first)
    assert draft(again).repairs == {"valid"}
    assert desk(again).step == "check"
    again = press(tick(again, "去掉完全相同的行（1 行）", on=True), "按所选修复并重新检查")
    again = write(press(press(again, "下一步"), "下一步"), "来源 *", "区自然资源局")
    once_more = press(open_page("data.py"), "继续")
    assert typed(once_more, "来源 *") == "区自然资源局"
    assert "已入库：“现状用地”第 1 版，20 行。" in html(press(once_more, "入库"))
    assert [one.name for one in catalogue(kept).datasets] == ["现状用地"]
    assert rooms(with_small) == []
    assert LEFT not in html(open_page("data.py"))


def test_of_two_windows_the_one_that_goes_on_has_it_and_the_other_is_told(
    at: AppTest, with_small: Config, open_page: Open, tmp_path: Path
) -> None:
    first = press(decide(press(upload(at, sent(tmp_path, "甘井子", west(), "gk3_120")), "下一步")), "下一步")
    second = press(open_page("data.py"), "继续")
    before = draft(second)
    stale = desk(first)
    first = choose(first, "定位依据 *", "测绘成果")
    assert ELSEWHERE in html(first)
    assert LEFT in html(first)
    assert ELSEWHERE not in html(first.run())
    under_way.drop(stale, "")
    assert draft(second.run()) is before
    assert before.pieces[0].told.basis == ""
    assert len(rooms(with_small)) == 1
    second = press(choose(second, "定位依据 *", "测绘成果"), "检查")
    assert desk(second).step == "check"
    first = press(first, "继续")
    assert desk(first).step == "check"
    assert ELSEWHERE in html(press(second, "下一步"))


def test_a_press_in_the_window_left_behind_does_nothing(
    at: AppTest, with_small: Config, open_page: Open, tmp_path: Path
) -> None:
    first = upload(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    second = press(open_page("data.py"), "继续")
    assert ELSEWHERE in html(press(first, "下一步"))
    assert desk(second).step == "layers"
    second = press(second, "取消导入")
    assert rooms(with_small) == []
    late = press(first, "继续")
    assert ELSEWHERE in html(late)
    assert LEFT not in html(late)


def test_nobody_else_sees_what_is_half_imported(
    at: AppTest, kept: Store, work_as: Callable[[Person], None], open_page: Open, tmp_path: Path
) -> None:
    upload(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    work_as(named(kept, "李四", "report"))
    other = open_page("data.py")
    assert LEFT not in html(other)
    other = press(other, "导入数据…")
    assert "选择文件" in html(other)
    work_as(manager(kept))
    assert LEFT in html(open_page("data.py"))
    assert LEFT in html(other.run())  # somebody else works in this window now
    assert draft(press(other, "继续")).sources[0].label == "甘井子.zip"


def test_what_is_given_up_leaves_nothing(
    at: AppTest, kept: Store, with_small: Config, open_page: Open, tmp_path: Path
) -> None:
    first = upload(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    again = press(open_page("data.py"), "放弃")
    assert "已放弃未完成的导入，没有写入任何内容。" in html(again)
    assert rooms(with_small) == []
    assert ELSEWHERE in html(first.run())
    assert catalogue(kept).datasets == ()
    assert "选择文件" in html(press(again, "导入数据…"))


def test_an_import_nobody_touches_goes_in_time_and_is_said_where_it_is_still_shown(
    at: AppTest, with_small: Config, open_page: Open, tmp_path: Path
) -> None:
    at = upload(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    under_way.purge()
    assert len(rooms(with_small)) == 1
    desk(at).touched = time.time() - under_way.HOURS * 3600 - 1
    under_way.purge()
    assert rooms(with_small) == []
    assert LEFT not in html(open_page("data.py"))
    assert "这次导入超过 8 小时没有操作，草稿和上传的文件已清除，没有写入任何内容，请重新导入。" in html(at.run())


def test_of_too_many_imports_the_one_untouched_longest_gives_way(with_small: Config, fresh: None) -> None:
    assert fresh is None
    desks = []
    for number in range(under_way.MOST + 1):
        place = room.open_room(with_small, number)
        who = Person(number, f"某{number}", "规划处", "report", authenticated=True)
        desks.append(Desk(who, place, Draft("landuse", folder=place.folder), touched=time.time() - (number == 3)))
        under_way.hold(desks[-1])
    assert [one.who.id for one in desks if one.gone] == [3]
    assert "同时进行的导入超过 8 份" in desks[3].gone
    assert len(rooms(with_small)) == under_way.MOST
    under_way.clear()
    assert rooms(with_small) == []


def test_what_is_taken_in_while_nobody_looks_is_said_and_not_offered_again(
    at: AppTest, kept: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, take = Event(), taking.take

    def slowly(*given: Any, **more: Any) -> Version:
        gate.wait(60)
        return take(*given, **more)

    monkeypatch.setattr(taking, "take", slowly)
    at = told(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    (button,) = (one for one in at.button if one.label == "入库")
    button.click().run()
    work = desk(at).work
    assert work is not None
    assert "到第 7 步“入库”" in html(open_page("data.py"))
    gate.set()
    assert work.wait(60)
    again = open_page("data.py")
    assert "已入库：“现状用地”第 1 版，20 行。" in html(again)
    assert LEFT not in html(again)
    assert len(catalogue(kept).datasets) == 1
    assert rooms(identity.settings()) == []


@pytest.mark.parametrize("end", ["确认取消", "确认放弃"])
def test_what_was_written_before_it_could_be_stopped_is_said(
    at: AppTest, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    gate, take = Event(), taking.take

    def at_last(*given: Any, **more: Any) -> Version:
        version = take(*given, **more)
        gate.wait(60)  # written, and not yet told
        return version

    monkeypatch.setattr(taking, "take", at_last)
    at = told(at, sent(tmp_path, "甘井子", west(), "gk3_120"))
    (button,) = (one for one in at.button if one.label == "入库")
    at = button.click().run()
    work = desk(at).work
    assert work is not None
    (button,) = (one for one in (at if end == "确认取消" else open_page("data.py")).button if one.label == end)
    Timer(0.3, gate.set).start()
    at = button.click().run()
    assert "来不及停止，数据已入库：“现状用地”第 1 版，20 行；如不需要，请在该版本处申请清除。" in html(at)
    assert "没有写入任何内容" not in html(at)
    assert rooms(identity.settings()) == []
