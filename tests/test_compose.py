"""The map's script is one and the same; what changes is one small group."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from markupsafe import Markup
from pyproj import Transformer

from geodata import crs
from geodata.base_maps import BaseMap
from geodata.config import Config, MapConfig
from geodata.land import Land
from layers import catalog, compose, plan
from layers.compose import Doing
from layers.legend import legend
from layers.style import Style
from layers.view import View

VIEWS = [View(), View(theme="projects", selection=("P001",)), View(at=(121.42, 38.86, 12.5))]
HOSTILE = '<img src=x onerror=alert(1)></script>${1}`\u2028"'


@pytest.fixture
def options(small: Land, styles: Mapping[str, Style], config: Config) -> dict[str, Any]:
    """Publish the small land."""
    return compose.options(small, styles, config)


def _script(options: Mapping[str, Any]) -> str:
    page = compose.base(options).get_root().render()
    return re.sub(r"_[0-9a-f]{32}", "", page)


def _applied(view: View, rows: Markup, **more: Any) -> str:
    group = compose.dynamic(view, rows, **more)
    child = next(iter(group._children.values()))
    script = vars(child._template.module)["script"]
    return str(script(child, {}))


def _state(script: str) -> dict[str, Any]:
    found = re.search(r"window\.wanted = (\{.*\});", script)
    assert found is not None
    return dict(json.loads(found[1]))


def test_the_script_of_the_map_does_not_depend_on_chance(options: Mapping[str, Any]) -> None:
    assert _script(options) == _script(options)


def test_the_map_comes_from_this_server_alone(options: Mapping[str, Any]) -> None:
    page = compose.base(options).get_root().render()
    assert re.findall(r"(?:src|href)=\"(?!/assets/|/derived/)[^\"]*\"", page) == []
    assert re.findall(r"https?://[^\"' ]+|cdn|unpkg|jsdelivr", page) == []


def test_the_map_listens_to_the_keyboard_and_leaves_the_foot_to_us(options: Mapping[str, Any]) -> None:
    page = compose.base(options).get_root().render()
    assert '"keyboard"' not in page
    assert '"attributionControl": false' in page


def test_the_map_holds_no_data_but_addresses(options: Mapping[str, Any], small: Land) -> None:
    page = compose.base(options).get_root().render()
    assert [name for name in small.items["name"] if name in page] == []
    assert len(page) < 30_000


def test_every_layer_of_the_catalogue_is_published_where_the_server_looks(
    options: Mapping[str, Any], config: Config
) -> None:
    assert [layer["key"] for layer in options["layers"]] == [row.key for row in catalog.LAYERS]
    urls = [layer["url"] for layer in options["layers"]]
    assert [url for url in urls if not (config.data_path / url.lstrip("/")).is_file()] == []
    assert {url.rpartition("/")[0] for url in urls} == {"/derived/public"}


def test_the_plan_reaches_the_browser_with_the_columns_the_server_reads(
    options: Mapping[str, Any], config: Config, small: Land
) -> None:
    path = config.data_path / options["layers"][-1]["url"].lstrip("/")
    features = json.loads(path.read_text("utf-8"))["features"]
    table = plan.table(small)
    assert [feature["properties"]["id"] for feature in features] == list(table.index)
    assert set(features[0]["properties"]) == set(table.columns) - {"geometry"}


def test_home_is_the_zone(options: Mapping[str, Any]) -> None:
    assert options["home"] == pytest.approx((121.40, 38.80, 121.50, 38.90), abs=1e-5)
    assert options["window"] == crs.WINDOW


def test_without_a_zone_home_is_the_window(small: Land, styles: Mapping[str, Style], config: Config) -> None:
    homeless = replace(small, items=small.items.drop("Z001"))
    assert compose.options(homeless, styles, config)["home"] == crs.WINDOW


def test_a_land_without_places_is_published_too(small: Land, styles: Mapping[str, Style], config: Config) -> None:
    nothing = replace(small, items=small.items.iloc[:0])
    made = compose.options(nothing, styles, config)
    assert (config.data_path / made["layers"][-1]["url"].lstrip("/")).is_file()


def test_the_foot_says_what_the_map_is_and_whom_to_thank(options: Mapping[str, Any]) -> None:
    assert options["foot"].startswith("依据“十四五”规划纲要（2021）绘制，示意，非法定规划")
    assert options["foot"].count("© OpenStreetMap 贡献者") == 1


def test_the_projection_of_the_browser_is_that_of_the_server() -> None:
    ours = Transformer.from_crs(crs.FILE, compose.METRIC, always_xy=True)
    assert ours.transform(121.5, 38.86) == pytest.approx(crs.to_metric(121.5, 38.86), abs=0.001)


def test_an_online_base_map_is_off_until_switched_on(options: Mapping[str, Any]) -> None:
    assert options["tiles"] is None


def test_an_online_base_map_carries_its_key_and_its_credit(
    small: Land, styles: Mapping[str, Style], config: Config
) -> None:
    tiles = BaseMap(
        name="内网", url="http://10.0.0.1/{z}/{y}/{x}?tk={key}", credit="内网影像", key="K1", crs="EPSG:3857"
    )
    online = config.model_copy(update={"map": MapConfig(online=True, base_maps=(tiles,))})
    made = compose.options(small, styles, online)
    assert made["tiles"] == {"url": "http://10.0.0.1/{z}/{y}/{x}?tk=K1"}
    assert "内网影像" in made["foot"]
    assert "plan" in [layer["key"] for layer in made["layers"]]


def test_hostile_settings_stay_inside_their_quotes(small: Land, styles: Mapping[str, Style], config: Config) -> None:
    made = {**compose.options(small, styles, config), "foot": HOSTILE}
    page = compose.base(made).get_root().render()
    assert "<img" not in page
    assert "${1}" not in page
    assert "\u2028" not in page


@pytest.mark.parametrize("view", VIEWS)
def test_the_group_forgets_the_one_before_it_first(small: Land, styles: Mapping[str, Style], view: View) -> None:
    script = _applied(view, legend(plan.table(small), styles, view.theme)).strip()
    assert script.startswith("window.feature_group = [];")
    assert "main.apply(kit, window.wanted)" in script
    assert len(script) < 20_000


def test_the_group_says_theme_selection_position_and_move(small: Land, styles: Mapping[str, Style]) -> None:
    view = View(theme="projects", selection=("P001",), at=(121.42, 38.86, 12.5))
    move = {"n": 3, "box": [121.4, 38.8, 121.5, 38.9]}
    rows = legend(plan.table(small), styles, view.theme)
    state = _state(_applied(view, rows, doing=Doing(move, {"of": "5:1", "text": "距离 1 公里"}, written=2)))
    assert (state["theme"], state["selected"], state["at"]) == ("projects", ["P001"], [121.42, 38.86, 12.5])
    assert (state["move"], state["written"]) == (move, 2)
    assert state["measured"] == {"of": "5:1", "text": "距离 1 公里"}
    assert state["only"] is None
    assert "产业园区" in state["legend"]


def test_the_group_says_what_is_drawn_of_a_dataset() -> None:
    dataset = {"key": "public/0", "said": "演示数据，不得引用"}
    assert _state(_applied(View(), Markup(""), dataset=dataset))["dataset"] == dataset
    assert _state(_applied(View(), Markup("")))["dataset"] is None


def test_the_group_says_which_items_alone_are_shown() -> None:
    assert _state(_applied(View(), Markup(""), only=iter(["P001", "P003"])))["only"] == ["P001", "P003"]
    assert _state(_applied(View(), Markup(""), only=()))["only"] == []


def test_the_group_says_which_items_come_to_the_theme() -> None:
    assert _state(_applied(View(), Markup(""), doing=Doing(beside=("P001",))))["beside"] == ["P001"]
    assert _state(_applied(View(), Markup("")))["beside"] == []


def test_the_group_keeps_hostile_ids_inside_their_quotes(small: Land, styles: Mapping[str, Style]) -> None:
    rows = legend(plan.table(small), styles, "layout")
    script = _applied(
        View(selection=(HOSTILE,)), rows, only=[HOSTILE], doing=Doing(None, {"of": HOSTILE, "text": HOSTILE})
    )
    assert "<img" not in script
    assert "${1}" not in script
