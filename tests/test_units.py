"""The tree of units and the comparison: every unit once, every row for each, hostile names shown literally."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from geodata.items import KINDS, UNITS
from geodata.land import Land
from layers.style import Style
from layers.units import comparison, tree

HOSTILE = "<img src=x onerror=alert(1)>${1}</script>"
ROWS = [
    "规划内容", "功能", "产业", "规划表述（2021）", "公开面积", "街道", "项目", "基础设施", "规则", "目标", "规划出处",
    "定位",
]  # fmt: skip


class _Tree(HTMLParser):
    """The nesting of a tree: id -> ids it stands in; which branches are open."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.above: dict[str, list[str]] = {}
        self.times: list[str] = []
        self.opened: set[str] = set()
        self.current: list[str] = []
        self._path: list[tuple[str, bool]] = []
        self._leaf = False
        self.feed(shown)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Follow the branches down."""
        values = dict(attrs)
        if tag == "details":
            self._path.append(("", "open" in values))
            self._leaf = False
        elif tag == "div":
            self._leaf = values.get("class") == "leaf"
        elif tag == "button":
            self._button(str(values["data-id"]), current=values["aria-current"] == "true")

    def _button(self, key: str, *, current: bool) -> None:
        self.times.append(key)
        if current:
            self.current.append(key)
        self.above[key] = [one for one, _ in self._path if one]
        if not self._leaf and self._path and not self._path[-1][0]:
            opened = self._path.pop()[1]
            self._path.append((key, opened))
            if opened:
                self.opened.add(key)

    def handle_endtag(self, tag: str) -> None:
        """Follow the branches up."""
        if tag == "details":
            self._path.pop()


def _units(land: Land) -> list[str]:
    return list(land.items.index[land.items["kind"].isin(UNITS)])


def _table(shown: str) -> dict[str, list[str]]:
    """Heading of a row -> its cells."""
    rows = re.findall(r"<tr><th>(.*?)</th>(.*?)</tr>", shown.split("<tbody>")[1])
    return {label: re.findall(r"<td>(.*?)</td>", cells) for label, cells in rows}


def test_the_tree_holds_every_unit_once_below_its_parent(small: Land, styles: Mapping[str, Style]) -> None:
    made = _Tree(str(tree(small, styles, "")))
    assert made.times == ["Z001", "Z002", "S001", "S002", "Z003", "S003", "A001"]
    assert made.above == {
        "Z001": [], "Z002": ["Z001"], "S001": ["Z001", "Z002"], "S002": ["Z001", "Z002"], "Z003": ["Z001"],
        "S003": ["Z001", "Z003"], "A001": ["Z001"],
    }  # fmt: skip


def test_the_real_tree_holds_every_unit_once_below_its_parent(real: Land, styles: Mapping[str, Style]) -> None:
    made = _Tree(str(tree(real, styles, "")))
    assert sorted(made.times) == sorted(_units(real))
    assert {key: above[::-1] for key, above in made.above.items()} == {key: real.ancestors(key) for key in _units(real)}


def test_only_the_whole_zone_is_open_until_a_unit_is_chosen(small: Land, styles: Mapping[str, Style]) -> None:
    made = _Tree(str(tree(small, styles, "")))
    assert (made.opened, made.current) == ({"Z001"}, [])


@pytest.mark.parametrize(
    ("chosen", "opened", "current"),
    [
        ("S003", {"Z001", "Z003"}, ["S003"]),
        ("Z002", {"Z001", "Z002"}, ["Z002"]),
        ("A001", {"Z001"}, ["A001"]),
        ("P001", {"Z001", "Z003"}, []),
        ("T001", {"Z001"}, []),
    ],
)
def test_the_branch_of_the_chosen_one_is_open(
    small: Land, styles: Mapping[str, Style], chosen: str, opened: set[str], current: list[str]
) -> None:
    made = _Tree(str(tree(small, styles, chosen)))
    assert (made.opened, made.current) == (opened, current)


def test_a_unit_below_something_that_is_no_unit_is_still_in_the_tree(small: Land, styles: Mapping[str, Style]) -> None:
    parents = small.items["parent"].to_dict() | {"A001": "P001"}
    changed = replace(small, items=small.items.assign(parent=pd.Series(parents, dtype=object)))
    assert sorted(_Tree(str(tree(changed, styles, ""))).times) == sorted(_units(small))


def _hostile(land: Land) -> Land:
    told = dict.fromkeys(("name", "short", "summary", "function", "plan_wording"), HOSTILE)
    return replace(land, items=land.items.assign(**told, industries=[(HOSTILE,)] * len(land.items)))


def test_hostile_names_show_literally_in_the_tree(small: Land, styles: Mapping[str, Style]) -> None:
    shown = str(tree(_hostile(small), styles, "S003"))
    assert "<img" not in shown
    assert "</script" not in shown
    assert shown.count("&lt;img src=x onerror=alert(1)&gt;") == 7


def test_hostile_names_show_literally_side_by_side(small: Land) -> None:
    shown = str(comparison(_hostile(small), ("Z003", "S003")))
    assert "<img" not in shown
    assert "</script" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown


def test_a_plan_without_units_has_an_empty_tree(small: Land, styles: Mapping[str, Style]) -> None:
    assert _Tree(str(tree(replace(small, items=small.items.iloc[:0]), styles, ""))).times == []


@pytest.mark.parametrize(
    "pinned", [("Z003",), ("Z003", "Z004"), ("Z002", "Z003", "Z004"), ("Z005", "Z002", "S001", "A001")]
)
def test_one_to_four_units_stand_side_by_side_with_every_row(real: Land, pinned: tuple[str, ...]) -> None:
    shown = str(comparison(real, pinned))
    rows = _table(shown)
    assert list(rows) == ROWS
    assert {len(cells) for cells in rows.values()} == {len(pinned)}
    head = re.findall(r'<th>([^<]+)<button class="close" data-act="pin" data-id="(\w+)">', shown)
    assert head == [(real.items["name"][key], key) for key in pinned]
    assert rows["规划内容"] == [real.items["summary"][key] for key in pinned]


@pytest.mark.parametrize("kind", ["project", "infrastructure", "rule", "target"])
def test_the_comparison_counts_what_a_unit_holds(real: Land, kind: str) -> None:
    pinned = ("Z003", "Z004", "Z006", "Z012")
    for key, cell in zip(pinned, _table(str(comparison(real, pinned)))[KINDS[kind]], strict=True):
        inside = real.inside(key)
        expected = inside[inside["kind"] == kind]
        assert cell.startswith(f"{len(expected)} 项") if len(expected) else cell == "—"
        assert cell.count("<li>") == len(expected)
        assert cell.count("（按位置）") == int(expected["by_location"].sum())


def test_a_unit_in_several_subdistricts_names_all_of_them(real: Land) -> None:
    rows = _table(str(comparison(real, ("Z003", "Z002", "Z011", "A007"))))
    assert rows["街道"] == ["凌水街道、七贤岭街道", "凌水街道、七贤岭街道、龙王塘街道", "未定位", "区外"]


def test_clusters_are_not_untold_where_some_of_them_are_placed(real: Land, styles: Mapping[str, Style]) -> None:
    shown = str(tree(real, styles, ""))
    tags = dict(re.findall(r'data-id="(\w+)".*?<span class="tag">(.*?)</span>', shown))
    assert (tags["Z005"], tags["Z006"], tags["Z011"]) == ("", "", "未定位")


def test_a_word_of_the_plan_that_is_its_rung_stands_once(real: Land) -> None:
    told = _table(str(comparison(real, ("Z004", "S012", "Z003"))))["规划表述（2021）"]
    assert told == ["加快建设", "设立（已完成，“十三五”）", "打造（建设推进）"]


def test_the_cells_say_what_is_known_and_what_is_not(small: Land) -> None:
    rows = _table(str(comparison(small, ("Z003", "Z002"))))
    assert rows["功能"] == ["核心功能", "—"]
    assert rows["产业"] == ["软件", "—"]
    assert rows["规划表述（2021）"][0] == "打造（建设推进）"
    assert rows["公开面积"] == ["未公布", "未公布"]
    assert rows["街道"] == ["龙王塘街道", "凌水街道、七贤岭街道、龙王塘街道"]
    assert rows["项目"][0] == "2 项<ul><li>名称P001</li><li>名称P002（按位置）</li></ul>"
    assert rows["规划出处"] == ["第七章第一节第2段"] * 2
    assert rows["定位"] == ["位置示意，约 500 米"] * 2


def test_a_unit_without_wording_says_so_once(small: Land) -> None:
    assert _table(str(comparison(small, ("Z002",))))["规划表述（2021）"] == ["—"]


def test_a_public_area_stands_with_its_source(real: Land) -> None:
    cell = _table(str(comparison(real, ("Z004",))))["公开面积"][0]
    assert "44.3 平方公里" in cell
    assert real.facts["city_area"].source in cell


def test_a_unit_without_a_place_says_so(real: Land) -> None:
    assert _table(str(comparison(real, ("Z012",))))["定位"] == ["未定位"]
