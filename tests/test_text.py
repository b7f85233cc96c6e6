"""Whatever comes from data shows literally: in HTML, in scripts, in quotes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from geodata import items
from layers import text

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "${1}",
    "</script>",
    "\u2028",
    "\u2029",
    "`${alert(1)}`",
    "'\"><b>",
    "]]>",
    "{x}",
]
_DANGEROUS = set("<>&'`$\u2028\u2029")


@pytest.mark.parametrize("name", HOSTILE)
def test_html_never_lets_a_tag_through(name: str) -> None:
    made = text.html('<b title="{name}">{name}</b>', name=name)
    inner = str(made).removeprefix('<b title="').removesuffix("</b>")
    assert set(inner.replace('">', "")) & set("<>\"'") == set()
    assert made.striptags() == " ".join(name.split())


def test_html_keeps_trusted_pieces_as_they_are() -> None:
    inner = text.html("<i>{n}</i>", n=1)
    assert text.html("<b>{inner}</b>", inner=inner) == "<b><i>1</i></b>"


def test_a_value_with_braces_is_not_a_template() -> None:
    assert text.html("<b>{a}{b}</b>", a="{b}", b="x") == "<b>{b}x</b>"


def test_pieces_are_joined_without_a_seam() -> None:
    assert text.joined([Markup("<i>"), Markup("</i>")]) == "<i></i>"


@pytest.mark.parametrize("name", HOSTILE)
def test_script_json_holds_no_dangerous_sign(name: str) -> None:
    made = str(text.script_json({name: [name]}))
    assert set(made) & _DANGEROUS == set()
    assert json.loads(made) == {name: [name]}


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_script_json_says_the_same_as_it_was_given(value: object) -> None:
    made = str(text.script_json(value))
    assert json.loads(made) == value
    assert set(made) & _DANGEROUS == set()


def test_script_json_keeps_chinese_readable() -> None:
    assert text.script_json("高新区") == '"高新区"'


@pytest.mark.parametrize(("number", "said"), [(0, "零"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九")])
def test_numerals_are_chinese(number: int, said: str) -> None:
    assert items.numeral(number) == said


def test_a_citation_of_the_introduction_says_so() -> None:
    place = {"chapter": 7, "section": 0, "paragraph": 1, "line": 397, "table": None}
    assert items.citation_text(place) == "第七章引言第1段"


def test_a_citation_of_a_table_names_its_row() -> None:
    place = {"chapter": 2, "section": 4, "paragraph": 3, "line": 170, "table": "表2"}
    assert items.citation_text(place) == "第二章第四节表2第3行"


@pytest.mark.parametrize(("metres", "said"), [(30, "30 米"), (999, "999 米"), (1000, "1 公里"), (1800, "1.8 公里")])
def test_distances_are_metres_or_kilometres(metres: float, said: str) -> None:
    assert text.distance(metres) == said


def test_a_place_that_is_known_says_how_well() -> None:
    assert text.place_note("公开数据", 30) == "定位依据：公开数据，精度约 30 米。"
    assert text.place_note("位置示意", 2000).startswith("位置示意：规划未公布界线")
    assert text.place_note(None, None) == "规划未给出位置，不在图上绘出。"
