"""The pages through AppTest: one content signal each, links, clicks, and what happens when a part fails."""

import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geodata.config import Config
from geodata.errors import ConfigError
from geodata.items import THEMES
from layers.server import PAGES
from pages.ui import caches, problems, state
from pages.ui import panel as pressed
from pages.ui.map_view import on_event
from tests.page import Open, Session, drawn_map, fingerprint, html, panel, query, switch

pytestmark = pytest.mark.usefixtures("fresh")


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_overview_shows_the_layout(open_page: Open) -> None:
    at = open_page()
    assert not at.exception
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)
    assert html(at) == ""


def test_the_overview_draws_one_map_from_this_server(open_page: Open) -> None:
    maps = open_page().get("component_instance")
    assert len(maps) == 1
    assert "/assets/" in maps[0].proto.json_args
    assert re.findall(r"https?:", maps[0].proto.json_args) == []


def test_the_sheet_lists_the_sources(open_page: Open) -> None:
    at = open_page().switch_page("about.py").run()
    assert not at.exception
    assert "<h1>数据说明</h1>" in html(at)
    assert 'class="problem"' not in html(at)


@pytest.mark.parametrize("theme", THEMES)
def test_a_link_opens_its_theme(open_page: Open, theme: str) -> None:
    at = open_page(theme=theme)
    assert not at.exception
    assert switch(at).value == theme
    title = "一廊一心一城多组团" if theme == "layout" else f"{THEMES[theme]}一览"
    assert f"<h2>{title}</h2>" in panel(at)


def test_a_link_opens_a_card(open_page: Open) -> None:
    assert "<h2>一城：英歌石科学城</h2>" in panel(open_page(sel="Z004"))


def test_a_wrong_link_is_said_and_the_page_stands(open_page: Open) -> None:
    at = open_page(theme="war", sel="P999", at="0,0,3", missing="layout", x="1")
    said = re.findall(r'<p class="problem" role="alert">(.*?)</p>', panel(at))
    assert not at.exception
    assert [sentence.split("：")[0] for sentence in said] == [
        "链接中的 theme=war", "链接中的 sel=P999", "链接中的 at=0,0,3", "链接中的页面 layout", "链接中的 x",
    ]  # fmt: skip
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)


def test_a_hostile_link_shows_literally(open_page: Open) -> None:
    shown = panel(open_page(theme="<img src=x onerror=alert(1)>"))
    assert "<img" not in shown
    assert "theme=&lt;img src=x onerror=alert(1)&gt;" in shown


def test_switching_the_theme_writes_the_link_and_keeps_the_selection(open_page: Open) -> None:
    at = open_page(sel="P001", at="121.42000,38.86000,12.50")
    switch(at).set_value("ecology").run()
    assert not at.exception
    assert query(at) == {"theme": "ecology", "sel": "P001", "at": "121.42000,38.86000,12.50"}


def test_switching_the_theme_never_changes_the_script_of_thedrawn_map(open_page: Open) -> None:
    at = open_page()
    before = drawn_map(at)
    after = drawn_map(switch(at).set_value("renewal").run())
    assert after["script"] == before["script"]
    assert after["feature_group"] != before["feature_group"]


def test_selecting_never_changes_the_script_of_thedrawn_map(open_page: Open) -> None:
    assert drawn_map(open_page())["script"] == drawn_map(open_page(sel="Z003", theme="projects"))["script"]


def test_no_page_changes_the_land(open_page: Open) -> None:
    before = fingerprint(caches.scene().land)
    for theme in THEMES:
        open_page(theme=theme, sel="Z001")
    for page in PAGES[1:]:
        open_page().switch_page(f"{page}.py").run()
    assert fingerprint(caches.scene().land) == before


def test_the_files_are_read_once_for_all_sessions(open_page: Open) -> None:
    scene = caches.scene()
    open_page()
    assert caches.scene() is scene


def test_a_file_that_changes_is_read_again(with_small: Config) -> None:
    before = caches.scene()
    _edit(with_small.plan_path / "projects.geojson", "名称P001", "新名称P001")
    assert caches.scene().land.items["name"]["P001"] == "新名称P001"
    assert before.land.items["name"]["P001"] == "名称P001"


def test_a_broken_layer_is_said_and_the_rest_stands(with_small: Config, open_page: Open) -> None:
    (with_small.plan_path / "projects.geojson").write_text('{"type": "Feat', "utf-8")
    at = open_page(sel="Z003")
    assert not at.exception
    assert "projects.geojson：第 1 行起不是完整的 GeoJSON" in panel(at)
    assert "<h2>名称Z003</h2>" in panel(at)
    assert len(at.get("component_instance")) == 1


def test_a_broken_layer_is_said_on_the_sheet(with_small: Config, open_page: Open) -> None:
    (with_small.plan_path / "zones.geojson").unlink()
    shown = html(open_page().switch_page("about.py").run())
    assert "zones.geojson：找不到这个文件" in shown
    assert "<h2>图层</h2>" in shown


def test_of_many_problems_five_are_shown_beside_the_map_and_the_rest_opens_there(
    with_small: Config, open_page: Open
) -> None:
    for path in with_small.plan_path.iterdir():
        path.unlink()
    at = open_page()
    shown, _, folded = panel(at).partition('<details class="problem">')
    rest = re.match(r"<summary>另有 (\d+) 处问题，点开查看</summary>", folded)
    assert shown.count('role="alert"') == 5
    assert rest is not None
    assert folded.partition("</details>")[0].count('role="alert"') == int(rest[1]) == len(caches.scene().problems) - 5
    assert html(at.switch_page("about.py").run()).count('role="alert"') == len(caches.scene().problems)


@pytest.mark.parametrize("page", ["", "layout.py", "projects.py"])
def test_every_problem_of_a_link_is_told_on_its_own_page(open_page: Open, page: str) -> None:
    wrong = dict.fromkeys(("unit", "street", "kind", "role", "stage", "chapter", "sel", "pin", "zoom"), "x")
    at = open_page(page, **wrong)
    told = re.findall(r'role="alert">链接中的 (\w+)', panel(at))
    assert sorted(told) == sorted(wrong)
    assert "数据说明" not in panel(at)


@pytest.mark.parametrize("page", ["", "layout.py", "projects.py"])
def test_a_plan_that_is_not_there_leaves_a_page_with_sentences(with_small: Config, open_page: Open, page: str) -> None:
    for path in with_small.plan_path.iterdir():
        path.unlink()
    at = open_page(page)
    assert not at.exception
    assert "zones.geojson：找不到这个文件" in panel(at)
    assert "出错（编号" not in html(at)


def test_a_wrong_setting_is_said_on_the_page(config: Config, monkeypatch: pytest.MonkeyPatch, open_page: Open) -> None:
    wrong = ConfigError("config.yaml 的 nam", "没有这个设置项", "请改正或删除")
    monkeypatch.setattr(caches, "load_config", lambda: (config, (wrong,)))
    assert "config.yaml 的 nam：没有这个设置项，请改正或删除。" in panel(open_page())


def test_hostile_names_show_literally_on_the_page(with_small: Config, open_page: Open) -> None:
    _edit(with_small.plan_path / "zones.geojson", "名称Z003", "<img src=x onerror=alert(1)>${1}</script>")
    at = open_page(sel="Z003")
    assert "<h2>&lt;img src=x onerror=alert(1)&gt;${1}&lt;/script&gt;</h2>" in panel(at)
    assert "<img" not in at.get("component_instance")[0].proto.json_args


def test_without_the_browsers_libraries_the_map_says_what_to_do(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page()
    monkeypatch.setattr("layers.assets.missing", lambda: True)
    at.run()
    assert "请连上网络后重新启动看板" in html(at) + panel(at)
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)


def test_a_map_that_fails_leaves_thepanel(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object) -> None:
        message = "secret"
        raise RuntimeError(message)

    monkeypatch.setattr("layers.compose.base", fail)
    at = open_page()
    assert not at.exception
    assert re.search(r"地图出错（编号 [0-9A-F]{6}），其余部分不受影响。", html(at))
    assert "secret" not in html(at)
    assert "<h2>一廊一心一城多组团</h2>" in panel(at)


def test_a_part_that_fails_is_said_under_the_number_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def script() -> None:
        from pages.ui.problems import part  # noqa: PLC0415 - AppTest runs this alone

        with part("图例"):
            raise ValueError

    shown = html(AppTest.from_function(script).run())
    number = re.search(r"图例出错（编号 ([0-9A-F]{6})）", shown)
    assert number is not None
    record = next(one for one in caplog.records if number[1] in one.getMessage())
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


def test_a_part_that_works_says_nothing() -> None:
    def script() -> None:
        from pages.ui.problems import part  # noqa: PLC0415 - AppTest runs this alone

        with part("图例"):
            pass

    assert html(AppTest.from_function(script).run()) == ""


def test_a_page_that_fails_is_said_and_not_shown_in_streamlits_words() -> None:
    def script() -> None:
        import streamlit as st  # noqa: PLC0415 - AppTest runs this alone

        from pages.ui.problems import on_script_error  # noqa: PLC0415 - the same

        st.session_state["handled"] = on_script_error(ValueError("<b>secret</b>"))

    at = AppTest.from_function(script).run()
    assert at.session_state["handled"] is True
    assert re.search(r"本页出错（编号 [0-9A-F]{6}）", html(at))
    assert "secret" not in html(at)


@pytest.mark.parametrize("page", [*(f"{page}.py" for page in PAGES if page), ""])
def test_a_data_folder_that_cannot_be_written_to_is_one_sentence_of_every_page(
    with_small: Config, open_page: Open, page: str
) -> None:
    with_small.data_path.write_text("no folder")
    at = open_page(page)
    assert not at.exception
    said = f"{with_small.data_path / 'derived' / 'public'}：所在的文件或文件夹打不开，地图与搜索暂不可用，"
    assert html(at).count(said) == 1
    assert "出错（编号" not in html(at) + panel(at)


def test_a_data_folder_that_can_be_written_to_again_is_used(with_small: Config, open_page: Open) -> None:
    with_small.data_path.write_text("no folder")
    assert open_page().get("component_instance") == []
    with_small.data_path.unlink()
    assert drawn_map(open_page())["script"]


def test_what_users_can_mend_is_said_though_no_part_of_the_page_caught_it() -> None:
    def script() -> None:
        from geodata.errors import StoreError  # noqa: PLC0415 - AppTest runs this alone
        from pages.ui.problems import on_script_error  # noqa: PLC0415 - the same

        on_script_error(StoreError("甲", "乙", "丙"))

    shown = html(AppTest.from_function(script).run())
    assert "甲：乙，丙。" in shown
    assert "出错" not in shown


def test_the_same_problem_is_listed_once() -> None:
    one = ConfigError("甲", "乙", "丙")
    assert problems.listed([one, one]).count("甲：乙，丙。") == 1


def _click(lng: float, lat: float, **more: object) -> dict[str, object]:
    return {"n": 1, "kind": "click", "lng": lng, "lat": lat, "zoom": 14, "shift": False, "detail": True, **more}


def test_a_click_selects_what_lies_there(session: Session) -> None:
    session["map"] = _click(121.47, 38.82)
    on_event()
    assert session["query"] == {"sel": "A001"}
    assert session["overlap"] == ()


def test_a_click_on_overlapping_things_selects_the_first_and_keeps_the_others(session: Session) -> None:
    session["map"] = _click(121.425, 38.865)
    on_event()
    assert session["query"] == {"sel": "S003"}
    assert session["overlap"] == ("S003", "Z003")
    assert state.overlap(state.current()[1]) == ("S003", "Z003")


def test_a_click_on_nothing_clears_the_selection(session: Session) -> None:
    st.query_params.from_dict({"sel": "Z003", "theme": "projects"})
    session["map"] = _click(121.8, 39.1)
    on_event()
    assert session["query"] == {"theme": "projects"}


@pytest.mark.parametrize("event", [None, {}, {"n": 1, "kind": "ready"}])
def test_other_events_change_nothing(session: Session, event: object) -> None:
    st.query_params.from_dict({"sel": "Z003"})
    session["map"] = event
    on_event()
    assert session["query"] == {"sel": "Z003"}


def _press(session: Session, kind: str, item: str = "") -> None:
    session["panel"] = SimpleNamespace(act={"kind": kind, "id": item, "n": 1})
    pressed.on_act("panel")


def test_a_row_of_the_panel_selects_and_brings_into_sight(session: Session) -> None:
    _press(session, "select", "P001")
    assert session["query"] == {"sel": "P001"}
    assert state.doing().move == {"n": 1, "box": pytest.approx((121.43, 38.875, 121.43, 38.875), abs=1e-6)}


def test_a_row_without_a_place_selects_and_moves_nothing(session: Session) -> None:
    _press(session, "select", "P003")
    assert session["query"] == {"sel": "P003"}
    assert state.doing().move is None


def test_every_move_has_a_number_of_its_own(session: Session) -> None:
    _press(session, "locate", "Z003")
    _press(session, "locate", "Z003")
    assert session["query"] == {}
    assert (state.doing().move or {})["n"] == 2


def test_choosing_keeps_the_choice_open(session: Session) -> None:
    session["map"] = _click(121.425, 38.865)
    on_event()
    _press(session, "choose", "Z003")
    assert session["query"] == {"sel": "Z003"}
    assert session["overlap"] == ("S003", "Z003")


def test_a_choice_is_forgotten_when_something_else_is_selected(session: Session) -> None:
    session["overlap"] = ("S003", "Z003")
    st.query_params.from_dict({"sel": "P001"})
    assert state.overlap(state.current()[1]) == ()


def test_closing_the_card_clears_the_selection_and_keeps_the_theme(session: Session) -> None:
    st.query_params.from_dict({"sel": "P001", "theme": "projects"})
    _press(session, "close")
    assert session["query"] == {"theme": "projects"}


@pytest.mark.parametrize(("kind", "item"), [("select", "P999"), ("explode", "P001"), ("choose", ""), ("locate", "<b>")])
def test_an_act_that_does_not_exist_changes_nothing(session: Session, kind: str, item: str) -> None:
    st.query_params.from_dict({"sel": "Z003"})
    _press(session, kind, item)
    assert session["query"] == {"sel": "Z003"}
    assert state.doing().move is None


def test_a_panel_that_was_never_pressed_does_nothing(session: Session) -> None:
    pressed.on_act("panel")
    assert session["query"] == {}


def test_the_shared_server_answers_with_our_routes() -> None:
    import app  # noqa: PLC0415 - importing it makes the server

    assert isinstance(app.app, st.App)
