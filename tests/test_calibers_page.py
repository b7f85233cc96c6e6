"""口径 on /green: adopted, waiting, taken back; a change of figures split into data and 口径."""

import re
from datetime import date, timedelta

import pandas as pd
import pytest
from shapely import box
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from geodata import calibers, parquet, purge
from geodata.access import Person
from geodata.calibers import Adoption
from geodata.errors import StoreError
from geodata.indicators import load_indicators
from geodata.parks import Park
from geodata.store import sign_in
from geodata.store.engine import Store
from layers import identity
from layers.calibers import change
from pages.ui import caches, draft, measured, person
from tests.homes import EAST, NORTH, clock, homes_and_park
from tests.page import Open, Take, html, panel
from tests.people import manager, named

__all__ = ("clock",)
pytestmark = pytest.mark.usefixtures("held", "clock")
TABLE = load_indicators()[0]
NEARER = Adoption("park500", [{"least_m2": 400, "distance_m": 150}], date(2020, 1, 1), "新标准", 0)


@pytest.fixture
def zhang(held: Store, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Work as who manages."""
    who = manager(held)
    cookie = {identity.cookie_name(): identity.seal(sign_in.choose(held, who.name))}
    monkeypatch.setattr(person, "cookies", lambda: cookie)
    return who


def tried(open_page: Open, metres: int = 150) -> AppTest:
    """Open the page and try a distance."""
    at = open_page("green.py", per="zone")
    (field,) = [one for one in at.number_input if one.label == "距离（米）"]
    return field.set_value(metres).run()


def adopt(at: AppTest, reason: str = "新标准", day: date | None = None) -> AppTest:
    """Fill the form in and press."""
    at.text_input(key="caliber_reason").set_value(reason)
    if day:
        at.date_input(key="caliber_day").set_value(day)
    return at.button(key="caliber_adopt").click().run()


def compared(at: AppTest) -> str:
    """Look at 与上次相比."""
    return html(at.toggle(key="caliber_open").set_value(True).run())


def cells(said: str) -> list[str]:
    """Give the cells of the table of changes."""
    row = said.partition('<table class="change">')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return re.findall(r"<td[^>]*>([^<]*)</td>", row)


@pytest.mark.usefixtures("zhang")
def test_what_is_tried_is_adopted_and_holds(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = adopt(tried(open_page))
    assert not at.exception
    today = measured.today()
    assert f"已采用口径 1（{today} 起，张三：新标准）。" in html(at)
    assert "试算：" not in panel(at)
    again = open_page("green.py", per="zone")
    assert "<b>约 0%</b>" in panel(again)
    assert f"；口径 1（{today} 起，张三：新标准）；" in again.code[0].value
    assert "达到“150米见园”" in again.code[0].value
    assert "400 平方米以上 500 米 → 400 平方米以上 150 米" in html(again)


@pytest.mark.usefixtures("zhang")
def test_a_future_version_waits(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    adopt(tried(open_page), day=measured.today() + timedelta(30))
    at = open_page("green.py", per="zone")
    assert "<b>约 50%</b>" in panel(at)
    assert "口径 1（待启用）" in html(at)
    assert "口径 0（在用）" in html(at)


@pytest.mark.usefixtures("zhang")
def test_what_cannot_be_adopted_is_said(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = tried(open_page)
    assert "采用新口径：没有填写理由，请写明依据的文件或会议。" in html(adopt(at, reason=" "))
    at.date_input(key="caliber_day").set_value(None)
    assert "采用新口径：没有填写启用日期，请填写。" in html(adopt(at))
    adopt(at, day=date(2030, 1, 1))
    again = adopt(tried(open_page, 100), day=date(2029, 12, 31))
    assert "启用日期 2029-12-31 早于口径 1 的启用日期 2030-01-01" in html(again)


@pytest.mark.usefixtures("zhang")
def test_a_refusal_leaves_the_form_unfolded_with_what_was_typed(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = tried(open_page)
    before = place(at.main, "试算：改变最小面积与距离")
    at.date_input(key="caliber_day").set_value(None)
    at = adopt(at, reason="市局会议")
    assert "没有填写启用日期" in html(at)
    assert at.text_input(key="caliber_reason").value == "市局会议"
    assert place(at.main, "试算：改变最小面积与距离") == before != [], "moved, it would be another one, folded"


def place(block: Block, label: str) -> list[int]:
    """Where an expander stands: numbers from the top of the page down; none where it does not."""
    for number, one in block.children.items():
        if getattr(one, "label", "") == label:
            return [number]
        if isinstance(one, Block) and (below := place(one, label)):
            return [number, *below]
    return []


def test_who_may_not_adopt_cannot_press(open_page: Open, take: Take, held: Store, zhang: Person) -> None:
    homes_and_park(take)
    assert tried(open_page).button(key="caliber_adopt").disabled is False
    assert open_page("green.py").button(key="caliber_adopt").disabled is True
    calibers.adopt(held, zhang, NEARER, table=TABLE)
    with pytest.MonkeyPatch.context() as other:
        li = named(held, "李四", "report")
        cookie = {identity.cookie_name(): identity.seal(sign_in.choose(held, li.name))}
        other.setattr(person, "cookies", lambda: cookie)
        at = tried(open_page)
        assert at.button(key="caliber_adopt").disabled is True
        assert "caliber_withdraw" not in {button.key for button in at.button}


def test_whoever_adopted_takes_back(open_page: Open, take: Take, held: Store, zhang: Person) -> None:
    homes_and_park(take)
    calibers.adopt(held, zhang, NEARER, table=TABLE)
    at = open_page("green.py", per="zone").button(key="caliber_withdraw").click().run()
    assert "已撤回口径 1。" in html(at)
    assert "<b>约 50%</b>" in panel(at)
    assert "口径 1（张三已撤回）" in html(at)
    assert "试算：" not in panel(at), "nobody tries the distance that was taken back"
    (field,) = [one for one in at.number_input if one.label == "距离（米）"]
    assert field.value == 500


def test_without_anything_before_there_is_nothing_to_compare(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    assert "无上一版本可比：数据与口径都还没有换过。" in compared(open_page("green.py", per="zone"))


def test_a_change_is_split_into_data_and_caliber(open_page: Open, take: Take, held: Store, zhang: Person) -> None:
    homes_and_park(take)
    take("green", *(box(EAST + x, NORTH, EAST + x + 100, NORTH + 100) for x in (300, 2300)), green_class=["G14"] * 2)
    calibers.adopt(held, zhang, NEARER, table=TABLE)
    at = open_page("green.py", per="zone")
    last = cells(compared(at))
    assert last[1:] == ["约 100.0%", "0", "约 −100.0", "约 0.0%"]
    (when,) = [one for one in at.selectbox if one.key == "caliber_then"]
    assert [label[16:] for label in when.options] == [" 以前（数据相同；口径 0）", " 以前（“green”第 1 版；口径 0）"]
    both = cells(html(when.set_value(1).run()))
    assert both[1:] == ["约 50.0%", "约 +50.0", "约 −100.0", "约 0.0%"]


def test_what_is_tried_is_compared_with_what_holds(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = tried(open_page)
    said = compared(at)
    assert at.selectbox(key="caliber_then").options == ["现行口径（试算之前）"]
    assert cells(said)[1:] == ["约 50.0%", "0", "约 −50.0", "约 0.0%"]
    assert "变化的单位为百分点" in said


def test_parks_that_are_tried_are_no_part_of_what_is_compared(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    at = tried(open_page)
    shape = box(EAST + 2200, NORTH, EAST + 2300, NORTH + 100)
    at.session_state["draft"] = draft.Draft("", (Park("新1", "新公园1", "drawn", "G14", public=True, shape=shape),))
    compared(at)
    assert "这里比较的是现状，不含正在比选的新公园。" in {one.value for one in at.caption}


def test_what_was_destroyed_cannot_be_computed_again(open_page: Open, take: Take, held: Store, zhang: Person) -> None:
    homes_and_park(take)
    homes_and_park(take)
    wang = named(held, "王五", "review")
    green = next(one for one in caches.catalogue().datasets if one.kind == "green")
    purge.request(held, zhang, f"{green.id}.1", reason="误导入")
    purge.confirm(held, wang, f"{green.id}.1", config=identity.settings())
    assert "“green”第 1 版的内容已清除，上次的数不能复算。" in compared(open_page("green.py", per="zone"))


def test_what_was_missing_then_is_said(open_page: Open, take: Take) -> None:
    built, park = (box(EAST, NORTH, EAST + side, NORTH + side) for side in (1000, 100))
    take("boundaries", built, boundary_class=["built_up"])
    take("green", park, green_class=["G14"])
    take("green", park, green_class=["G14"], canopy_m2=[100.0])
    assert "无数据：缺少绿地、公园的“绿化覆盖面积”" in compared(open_page("green.py", ind="canopy_ratio", per="zone"))


def test_a_lost_file_is_said_and_the_figure_of_today_stays(open_page: Open, take: Take) -> None:
    homes_and_park(take)
    lost = caches.catalogue().current("green")
    assert lost is not None
    take("green", box(EAST + 300, NORTH, EAST + 400, NORTH + 100), green_class=["G11"])
    parquet.content_path(identity.settings().data_path, lost.digest).unlink()
    at = open_page("green.py", per="zone")
    assert "找不到或无法读取，请从备份恢复，或重新导入该版本。" in compared(at)
    assert "<b>约 50%</b>" in panel(at)


def test_demonstration_is_not_compared_with_real_data(open_page: Open, take: Take) -> None:
    homes_and_park(take, synthetic=True)
    take("green", box(EAST + 300, NORTH, EAST + 400, NORTH + 100), green_class=["G14"], intake={"name": "实测绿地"})
    assert "无数据（绿地、公园为演示数据）" in compared(open_page("green.py", per="zone"))


def test_a_database_that_is_away_leaves_the_table(open_page: Open, take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    homes_and_park(take)

    def away(*_: object) -> None:
        where = "数据库"
        raise StoreError(where, "连接不上", "请检查数据库")

    monkeypatch.setattr(calibers, "read", away)
    at = open_page("green.py", per="zone")
    assert "指标口径（数据库）：连接不上，各指标暂按指标表计算，请检查数据库。" in panel(at)
    assert "<b>约 50%</b>" in panel(at)


def test_an_unreadable_table_of_the_office_is_said_and_versions_still_hold(
    open_page: Open, take: Take, held: Store, zhang: Person
) -> None:
    homes_and_park(take)
    calibers.adopt(held, zhang, NEARER, table=TABLE)
    own = identity.settings().data_path / "tables" / "indicators.yaml"
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes("park500: [".encode("gbk"))
    at = open_page("green.py", per="zone")
    assert "indicators.yaml" in panel(at)
    assert "<b>约 0%</b>" in panel(at)


def test_figures_of_persons_and_units_that_had_none() -> None:
    row = {"low": None, "high": None}
    old, new = (pd.DataFrame([{"value": one, **row}, {"value": 8.0, **row}], index=["甲", "乙"]) for one in (None, 2.5))
    told = change(TABLE["park_per_person"], {"甲": "甲街道", "乙": "乙街道"}, (old, new, new))
    assert cells(told) == ["甲街道", "无数据", "无数据", "0", "2.50", "乙街道", "8.00", "0", "0", "8.00"]
    assert "变化的单位为平方米/人" in told
