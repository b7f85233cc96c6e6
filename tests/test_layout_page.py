"""空间布局: tree, map and card are one; up to four units are pinned and stand side by side."""

import json
import re
from types import SimpleNamespace

import pytest
import streamlit as st

from geodata.config import Config
from geodata.items import KINDS
from pages.ui import caches, state
from pages.ui import panel as pressed
from pages.ui.map_view import on_event
from tests.page import Open, Session, drawn_map, html, panel, query

PAGE = "layout.py"

pytestmark = pytest.mark.usefixtures("fresh")


def _beside(shown: dict[str, object]) -> list[str]:
    assert '"only":null' in str(shown["feature_group"])
    found = re.search(r'"beside":(\[.*?\])', str(shown["feature_group"]))
    assert found is not None
    ids: list[str] = json.loads(found[1])
    return ids


def _press(session: Session, kind: str, item: str = "", key: str = "panel") -> None:
    session[key] = SimpleNamespace(act={"kind": kind, "id": item, "n": 1})
    pressed.on_act(key)


def test_the_page_shows_the_tree_the_map_and_what_to_do(open_page: Open) -> None:
    at = open_page(PAGE)
    assert not at.exception
    assert html(at) == ""
    assert '<div class="tree">' in panel(at)
    assert "一廊一心一城多组团" in panel(at)
    assert _beside(drawn_map(at)) == []


def test_a_unit_has_its_card_with_what_is_inside_and_what_is_near(open_page: Open) -> None:
    shown = panel(open_page(PAGE, sel="Z004"))
    assert "<h2>一城：英歌石科学城</h2>" in shown
    assert f"<h3>{KINDS['project']}<small>27 项</small></h3>" in shown
    assert "<h3>相邻单元<small>按示意边界</small></h3>" in shown
    assert 'data-id="Z004" aria-current="true"' in shown


@pytest.mark.usefixtures("with_small")
def test_a_link_that_names_a_unit_selects_it(open_page: Open) -> None:
    at = open_page(PAGE, unit="Z003")
    assert "<h2>名称Z003</h2>" in panel(at)
    assert query(at) == {"sel": "Z003"}
    assert "<h2>名称Z001</h2>" in panel(open_page(PAGE, unit="Z003", sel="Z001"))


def test_a_unit_shows_what_is_inside_it_beside_the_layout(with_small: Config, open_page: Open) -> None:
    assert with_small.plan_path.is_dir()
    assert sorted(_beside(drawn_map(open_page(PAGE, sel="Z003")))) == ["I001", "P001", "P002", "S003", "Z003"]


def test_an_item_chosen_on_the_card_of_its_unit_is_drawn(with_small: Config, open_page: Open) -> None:
    assert with_small.plan_path.is_dir()
    at = open_page(PAGE, sel="P001")
    assert "<h2>名称P001</h2>" in panel(at)
    assert "P001" in _beside(drawn_map(at))


def test_selecting_never_changes_the_script_of_the_map(open_page: Open) -> None:
    assert drawn_map(open_page(PAGE))["script"] == drawn_map(open_page(PAGE, sel="Z003", pin="Z002"))["script"]


def test_wrong_ids_of_the_link_are_said_and_the_page_stands(open_page: Open) -> None:
    at = open_page(PAGE, sel="Z999", pin="Z003,Z998", zoom="3")
    said = re.findall(r'<p class="problem" role="alert">(.*?)</p>', panel(at))
    assert not at.exception
    assert [sentence.split("：")[0] for sentence in said] == ["链接中的 sel=Z999", "链接中的 pin=Z998", "链接中的 zoom"]
    assert '<div class="tree">' in panel(at)


def test_pinned_units_are_listed_and_two_can_be_compared(open_page: Open) -> None:
    one = panel(open_page(PAGE, pin="Z003"))
    two = panel(open_page(PAGE, pin="Z003,Z004"))
    assert 'data-act="pin" data-id="Z003" title="移出对比"' in one
    assert 'data-act="compare"' not in one
    assert "并排对比（2/4）" in two


def test_four_units_stand_side_by_side_instead_of_the_map(open_page: Open) -> None:
    at = open_page(PAGE, pin="Z002,Z003,Z004,Z006", cmp="1")
    assert not at.exception
    assert "<h1>单元对比</h1>" in panel(at)
    assert panel(at).count('<button class="close" data-act="pin"') == 4
    assert "返回地图" in panel(at)
    assert at.get("component_instance") == []


@pytest.mark.parametrize("pins", ["", "Z003"])
def test_a_comparison_of_less_than_two_shows_the_map(open_page: Open, pins: str) -> None:
    at = open_page(PAGE, pin=pins, cmp="1")
    assert "<h1>单元对比</h1>" not in panel(at)
    assert len(at.get("component_instance")) == 1


def test_a_card_pins_its_unit_and_a_project_cannot_be_pinned(open_page: Open) -> None:
    assert 'data-act="pin" data-id="Z003">加入对比</button>' in panel(open_page(PAGE, sel="Z003"))
    assert 'data-act="pin" data-id="Z003">移出对比</button>' in panel(open_page(PAGE, sel="Z003", pin="Z003"))
    assert 'data-act="pin"' not in panel(open_page(PAGE, sel="P001"))


def test_hostile_names_show_literally_on_the_page(with_small: Config, open_page: Open) -> None:
    path = with_small.plan_path / "zones.geojson"
    text = path.read_text("utf-8").replace("名称Z003", "<img src=x>").replace("简称Z003", "<img src=y>")
    path.write_text(text, "utf-8")
    for link in ({"sel": "Z003", "pin": "Z002,Z003"}, {"pin": "Z002,Z003", "cmp": "1"}):
        at = open_page(PAGE, **link)
        assert "<img" not in panel(at) + html(at)
        assert "&lt;img src=" in panel(at)


def test_a_part_that_fails_leaves_the_others(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("layers.units.tree", fail)
    at = open_page(PAGE, sel="Z003")
    assert re.search(r"单元目录出错（编号 [0-9A-F]{6}），其余部分不受影响。", html(at))
    assert "<h2>一心：国际都市创新中心</h2>" in panel(at)
    assert len(at.get("component_instance")) == 1


# what presses do


def test_pinning_adds_to_the_link_and_pinning_again_takes_away(session: Session) -> None:
    _press(session, "pin", "Z003")
    _press(session, "pin", "S001")
    assert session["query"] == {"pin": "Z003,S001"}
    _press(session, "pin", "Z003", key="comparison")
    assert session["query"] == {"pin": "S001"}


def test_the_oldest_pin_gives_way_to_a_fifth(session: Session) -> None:
    for key in ("Z001", "Z002", "Z003", "S001", "S002"):
        _press(session, "pin", key)
    assert session["query"] == {"pin": "Z002,Z003,S001,S002"}


def test_comparing_and_going_back_keep_pins_and_selection(session: Session) -> None:
    st.query_params.from_dict({"pin": "Z002,Z003", "sel": "P001"})
    _press(session, "compare")
    assert session["query"] == {"pin": "Z002,Z003", "sel": "P001", "cmp": "1"}
    _press(session, "compare", key="panel")
    assert session["query"] == {"pin": "Z002,Z003", "sel": "P001"}


def test_comparing_and_going_back_keep_where_the_map_stands_now(session: Session) -> None:
    st.query_params.from_dict({"pin": "Z002,Z003", "at": "121.40000,38.80000,11.00"})
    session["panel"] = SimpleNamespace(act={"kind": "compare", "id": "", "at": "121.50000,38.90000,13.00", "n": 1})
    pressed.on_act("panel")
    assert session["query"] == {"pin": "Z002,Z003", "cmp": "1", "at": "121.50000,38.90000,13.00"}
    _press(session, "compare")
    assert session["query"] == {"pin": "Z002,Z003"}


def test_every_writing_of_the_link_is_counted_for_the_map(session: Session) -> None:
    counts = [state.doing().written]
    for _ in range(2):
        _press(session, "pin", "Z003")
        counts.append(state.doing().written)
    assert counts == [0, 1, 2]


def test_an_unknown_unit_is_not_pinned(session: Session) -> None:
    _press(session, "pin", "Z999")
    assert session["query"] == {}


def test_the_panel_and_the_tree_do_not_answer_for_each_other(session: Session) -> None:
    session["tree_panel"] = SimpleNamespace(act={"kind": "select", "id": "Z003", "n": 1})
    pressed.on_act("panel")
    assert session["query"] == {}
    pressed.on_act("tree_panel")
    assert session["query"] == {"sel": "Z003"}
    assert (state.doing().move or {})["n"] == 1


def test_a_click_finds_only_what_the_list_of_the_map_holds(session: Session) -> None:
    where = {"n": 1, "kind": "click", "lng": 121.43, "lat": 38.875, "zoom": 14, "shift": False, "detail": True}
    for only, found in ((None, "Z003"), ({"P001"}, "P001"), ({"P002"}, "Z003")):
        session["map"], session["only"] = where, only
        on_event()
        assert session["query"]["sel"] == found
    assert caches.scene().land.problems == ()
