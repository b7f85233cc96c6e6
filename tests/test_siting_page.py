"""选址推荐 on 绿地与公园: candidates chosen, ranked at once, proven by a press, made a proposal."""

import time

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from geodata.catalogue import Catalogue
from geodata.errors import DatasetError
from geodata.measures import optimum
from geodata.measures.siting import Choice, Reach, greedy
from geodata.watch import Watch
from layers.siting import worthwhile
from pages.ui.siting import BEST, OPEN
from tests.page import Open, panel
from tests.test_proposals_page import held, opened, pressed, store, zhang

__all__ = ("held", "store", "zhang")
pytestmark = pytest.mark.usefixtures("fresh", "with_small", "held")


def unfolded(at: AppTest) -> AppTest:
    """Unfold the section: before that nothing of it is computed."""
    at.session_state[OPEN] = True
    return at.run()


def chosen(at: AppTest, *classes: str) -> AppTest:
    """Choose candidates by their class."""
    return at.multiselect(key="siting_classes").set_value(list(classes)).run()


def captions(at: AppTest) -> str:
    """What stands in small print."""
    return "".join(str(one.value) for one in at.caption)


def test_without_candidates_it_is_said(open_page: Open) -> None:
    at = open_page("green.py")
    assert not at.multiselect
    at = unfolded(at)
    assert not at.exception
    assert "没有符合条件的候选地块，请放宽类别或面积。" in captions(at)


def test_sites_are_ranked_proven_and_made_a_proposal(open_page: Open) -> None:
    at = chosen(unfolded(open_page("green.py")), "08", "17")
    said = panel(at)
    assert "推荐 2 处" in said
    assert "要求 3 处，只推荐 2 处：其余候选不能再新增服务，或没有更多候选。" in captions(at)
    assert "要求" not in captions(at.number_input(key="siting_count").set_value(2).run())
    assert "1. 名称pond" in said
    assert "权利人类型：未知 · 规划用途：" in said
    assert "无控制线数据" in said
    assert "逐个选取（贪心），未证明为最优。" in captions(at)
    at = proven(at)
    assert "已证明为最优，与逐个选取相同。" in captions(at)
    at = pressed(at, "生成方案")
    assert [park.row for park in at.session_state["draft"].parks] == ["pond", "school"]
    assert "以下含 2 处尚未实施的新公园" in panel(at)
    assert "没有能新增服务的候选地块" in captions(at)


def test_a_site_that_adds_nothing_as_it_is_told_is_left_out() -> None:
    choice = Choice(pd.Series({"甲": 30_000.0, "乙": 400.0}), 30_400.0, 30_400.0)
    assert list(worthwhile(choice, "land").index) == ["甲"]
    assert list(worthwhile(choice, "people").index) == ["甲", "乙"]


def test_what_was_proven_for_one_distance_is_not_said_of_another(open_page: Open) -> None:
    at = proven(chosen(unfolded(open_page("green.py")), "08", "17"))
    assert "已证明为最优" in captions(at)
    at = at.number_input(key="siting_metres").set_value(50).run()
    assert "已证明为最优" not in captions(at)
    at = at.number_input(key="siting_metres").set_value(500).run()
    assert "已证明为最优" in captions(at)


def test_people_can_be_the_goal(open_page: Open) -> None:
    at = chosen(unfolded(open_page("green.py")), "08")
    at = at.selectbox(key="siting_goal").set_value("people").run()
    assert " 人 · " in panel(at)
    at.selectbox(key="siting_goal").set_value("dwellings").run()
    assert " 套 · " in panel(at)


def test_parks_of_the_proposal_can_be_the_candidates(open_page: Open) -> None:
    at = unfolded(opened(open_page))
    at = at.checkbox(key="siting_own").check().run()
    assert "1. 新公园1" in panel(at)
    before = at.session_state["draft"].parks
    assert pressed(at, "生成方案").session_state["draft"].parks == before


def test_a_goal_without_data_is_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    at = chosen(unfolded(open_page("green.py")), "08")
    current = Catalogue.current
    monkeypatch.setattr(Catalogue, "current", lambda self, kind: None if kind == "population" else current(self, kind))
    at = at.selectbox(key="siting_goal").set_value("people").run()
    assert "选址推荐：缺少人口数据" in "".join(str(one.proto.body) for one in at.get("html"))


def test_without_land_nothing_is_offered(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    current = Catalogue.current
    monkeypatch.setattr(Catalogue, "current", lambda self, kind: None if kind == "landuse" else current(self, kind))
    assert "无数据：缺少现状用地或绿地、公园" in captions(unfolded(open_page("green.py")))


def test_what_could_not_be_proven_in_time_says_its_bound(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "prove", lambda reach, count, **_: unproven(greedy(reach, count)))
    at = proven(chosen(unfolded(open_page("green.py")), "08"))
    assert "限时内未能证明，上限" in captions(at)


def test_looking_for_the_optimum_can_be_stopped(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def long(_reach: Reach, _count: int, *, watch: Watch) -> Choice:
        watch.step(0.1, "任何选法至多比逐个选取多 7.0%")
        return forever(watch)

    monkeypatch.setattr(optimum, "prove", long)
    at = pressed(chosen(unfolded(open_page("green.py")), "08"), "求最优")
    bar = next(one.proto for one in at.get("progress"))
    assert bar.text == "正在求最优：已用 6 秒，最多 60 秒，任何选法至多比逐个选取多 7.0%"
    assert bar.value == 10
    assert "逐个选取（贪心），未证明为最优。" in captions(at)
    assert "推荐 1 处" in panel(at)
    at = pressed(at, "停止求最优")
    assert at.session_state[BEST].work.wait(1)
    at = at.run()
    said = "已停止，未证明为最优，任何选法至多比逐个选取多 7.0%。以下是逐个选取的结果。"
    assert said in captions(at)
    assert "推荐 1 处" in panel(at)
    assert not at.button(key="siting_optimum").disabled


def test_another_question_stops_what_nobody_waits_for(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "prove", lambda _reach, _count, *, watch: forever(watch))
    at = pressed(chosen(unfolded(open_page("green.py")), "08"), "求最优")
    assert next(one.proto.text for one in at.get("progress")) == "正在求最优：准备…"
    work = at.session_state[BEST].work
    at = at.number_input(key="siting_metres").set_value(50).run()
    assert work.wait(1)
    assert "已停止，未证明为最优。" in captions(at.number_input(key="siting_metres").set_value(500).run())


def test_a_solver_that_fails_is_one_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Choice:
        where, what = "选址推荐", "中途失败"
        raise DatasetError(where, what, "请减少候选地块后重试")

    monkeypatch.setattr(optimum, "prove", fail)
    at = proven(chosen(unfolded(open_page("green.py")), "08"))
    assert "选址推荐：中途失败，请减少候选地块后重试。" in captions(at)
    assert "推荐 1 处" in panel(at)


def forever(watch: Watch) -> Choice:
    """Look for something that is not found while a test runs."""
    for _ in range(3000):
        watch.ask()
        time.sleep(0.01)
    pytest.fail("nobody stopped it")


def proven(at: AppTest) -> AppTest:
    """Press the button, and wait until the optimum is there."""
    at = pressed(at, "求最优")
    assert at.session_state[BEST].work.wait(60)
    return at.run()


def unproven(choice: Choice) -> Choice:
    """A choice nobody has proven."""
    return Choice(choice.gains, choice.total, choice.total * 2)
