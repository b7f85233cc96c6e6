"""A View survives its link; what a link gets wrong is said and falls back."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.browse import LISTED, Filter
from geodata.crs import WINDOW
from geodata.items import ROLES, STAGES, THEMES
from layers.view import MOST_PINNED, MOST_SELECTED, ZOOMS, Known, View

IDS = [f"P{number:03d}" for number in range(1, 113)]
SUBDISTRICTS = ["d_longwangtang", "d_lingshui"]
PERIODS = ["2021-2025", "2026-2030"]
CHAPTERS = ["7-1", "10-0"]
KEYS = [
    *("theme", "period", "unit", "street", "kind", "role", "stage", "chapter", "q"),
    *("sel", "pin", "cmp", "data", "rec", "at", "missing", "x"),
]
KNOWN = Known(items=IDS, units=IDS[:-1], subdistricts=SUBDISTRICTS, chapters=CHAPTERS, periods=PERIODS)


def _said(query: dict[str, str]) -> tuple[View, list[str]]:
    view, problems = View.from_query(query, KNOWN)
    return view, [str(problem) for problem in problems]


def _rounded(low: float, high: float, digits: int) -> st.SearchStrategy[float]:
    scale = 10**digits
    return st.integers(round(low * scale), round(high * scale)).map(lambda whole: whole / scale)


_positions = st.tuples(_rounded(WINDOW[0], WINDOW[2], 5), _rounded(WINDOW[1], WINDOW[3], 5), _rounded(*ZOOMS, 2))
_filters = st.builds(
    Filter,
    unit=st.sampled_from(["", *IDS[:-1]]),
    street=st.sampled_from(["", *SUBDISTRICTS]),
    kind=st.sampled_from(["", *LISTED]),
    role=st.sampled_from(["", *ROLES]),
    stage=st.sampled_from(["", *STAGES]),
    chapter=st.sampled_from(["", *CHAPTERS]),
    q=st.text(max_size=60),
)
_views = st.builds(
    View,
    theme=st.sampled_from(list(THEMES)),
    period=st.sampled_from(["", *PERIODS]),
    filter=_filters,
    pinned=st.lists(st.sampled_from(IDS[:-1]), unique=True, max_size=MOST_PINNED).map(tuple),
    compare=st.booleans(),
    selection=st.lists(st.sampled_from(IDS), unique=True, max_size=MOST_SELECTED).map(tuple),
    data=st.just("") | st.builds("{}.{}".format, st.integers(1, 10**9 - 1), st.integers(1, 99)),
    record=st.text(max_size=200),
    place=st.text(max_size=200),
    level=st.sampled_from(["", "1", "12", "2"]),
    area=st.sampled_from(["", "ellipsoidal", "projected"]),
    at=st.none() | _positions,
)


@given(view=_views)
def test_every_view_survives_its_link(view: View) -> None:
    link = urlencode(view.to_query())
    assert View.from_query(dict(parse_qsl(link)), KNOWN) == (view, ())


@given(lng=st.floats(WINDOW[0], WINDOW[2]), lat=st.floats(WINDOW[1], WINDOW[3]), zoom=st.floats(*ZOOMS))
def test_a_position_in_a_link_is_at_most_half_a_digit_off(lng: float, lat: float, zoom: float) -> None:
    view, said = _said(View(at=(lng, lat, zoom)).to_query())
    assert said == []
    assert view.at == pytest.approx((lng, lat, zoom), abs=0.0051)
    assert view.at is not None
    assert abs(view.at[0] - lng) < 0.0000051


@given(query=st.dictionaries(st.sampled_from(KEYS), st.text(max_size=30)))
def test_no_link_breaks_the_page(query: dict[str, str]) -> None:
    view, said = _said(query)
    assert view.theme in THEMES
    assert set(view.selection) <= set(IDS)
    assert set(view.pinned) <= set(IDS)
    assert view.period in ("", *PERIODS)
    assert [sentence for sentence in said if not sentence.startswith("链接中的")] == []


def test_the_usual_view_has_an_empty_link() -> None:
    assert View().to_query() == {}
    assert _said({}) == (View(), [])


def test_an_unknown_theme_is_said() -> None:
    assert _said({"theme": "layouts"}) == (
        View(),
        ["链接中的 theme=layouts：没有这个专题，已改为布局，请检查链接是否完整。"],
    )


def test_an_unknown_id_is_said_and_the_others_are_selected() -> None:
    view, said = _said({"sel": "P001,P999,P002"})
    assert view.selection == ("P001", "P002")
    assert said == ["链接中的 sel=P999：规划数据中没有这个编号，已忽略，请检查链接或数据是否完整。"]


def test_of_many_unknown_ids_three_are_named() -> None:
    said = _said({"sel": "Q1,Q2,Q3,Q4"})[1]
    assert said == ["链接中的 sel=Q1、Q2、Q3等：规划数据中没有这个编号，已忽略，请检查链接或数据是否完整。"]


def test_an_id_that_comes_twice_is_selected_once() -> None:
    assert _said({"sel": "P001,,P001,"}) == (View(selection=("P001",)), [])


def test_more_than_fifty_ids_are_cut_and_said() -> None:
    view, said = _said({"sel": ",".join(IDS[:51])})
    assert view.selection == tuple(IDS[:50])
    assert said == ["链接中的 sel：一次最多 50 项，其余未选，请分批打开。"]
    assert View(selection=tuple(IDS)).to_query()["sel"] == ",".join(IDS[:50])


@pytest.mark.parametrize(
    "value",
    ["", "121.4", "121.4,38.8", "38.86,121.42,12", "121.95,38.86,12", "121.42,39.3,12", "121.42,38.86,7.9",
     "121.42,38.86,19.5", "121.42,38.86,12,1", "a,b,c", "121.42, 38.86, 12", "nan,38.86,12", "1e2,38.86,12"],
)  # fmt: skip
def test_a_position_outside_or_miswritten_is_said(value: str) -> None:
    assert _said({"at": value}) == (
        View(),
        [f"链接中的 at={value}：位置不在底图范围内或写法不对，已显示全区，请检查链接是否完整。"],
    )


def test_whole_numbers_are_a_position() -> None:
    assert _said({"at": "121,39,12"}) == (View(at=(121.0, 39.0, 12.0)), [])


def test_a_page_that_does_not_exist_is_said() -> None:
    assert _said({"missing": "layout"})[1] == ["链接中的页面 layout：没有这个页面，已打开总览，请从上方导航进入。"]


def test_an_unknown_key_is_said() -> None:
    assert _said({"zoom": "3"})[1] == ["链接中的 zoom：不认识这一项，已忽略，请检查链接是否完整。"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("unit", "Z999"),
        ("street", "P001"),
        ("kind", "zone"),
        ("kind", "项目"),
        ("role", "公园"),
        ("stage", "建设"),
        *(("chapter", value) for value in ("7", "7-", "七-一", "99-1", "7-9")),
    ],
)
def test_an_unknown_value_of_the_filter_is_said_and_filters_nothing(key: str, value: str) -> None:
    assert _said({key: value}) == (
        View(),
        [f"链接中的 {key}={value}：没有这个值，已忽略，请检查链接是否完整。"],
    )


def test_an_unknown_period_is_said() -> None:
    assert _said({"period": "2031-2035"}) == (
        View(),
        ["链接中的 period=2031-2035：没有这个规划期，已改为默认规划期，请检查链接是否完整。"],
    )
    assert _said({"period": "2026-2030"}) == (View(period="2026-2030"), [])


def test_more_than_four_pins_are_cut_and_said() -> None:
    view, said = _said({"pin": ",".join(IDS[:5])})
    assert view.pinned == tuple(IDS[:4])
    assert said == ["链接中的 pin：一次最多 4 项，其余未选，请分批打开。"]
    assert View(pinned=tuple(IDS)).to_query() == {"pin": ",".join(IDS[:4])}


def test_an_unknown_pin_is_said_and_the_others_stand() -> None:
    view, said = _said({"pin": "P001,Z999", "cmp": "1"})
    assert (view.pinned, view.compare) == (("P001",), True)
    assert said == ["链接中的 pin=Z999：规划数据中没有这个编号，已忽略，请检查链接或数据是否完整。"]


def test_a_pin_that_is_no_unit_is_said_to_be_none() -> None:
    view, said = _said({"pin": f"P001,{IDS[-1]}"})
    assert view.pinned == ("P001",)
    assert said == [f"链接中的 pin={IDS[-1]}：不是布局单元，不能对比，请改为布局单元的编号。"]


def test_the_filter_stands_in_the_link_by_ids() -> None:
    wanted = Filter(unit="P001", kind="project", role="park", stage="plan", chapter="7-1", q="学校 xx")
    assert View(filter=wanted, period="2026-2030", pinned=("P001", "P002"), compare=True).to_query() == {
        "period": "2026-2030", "unit": "P001", "kind": "project", "role": "park", "stage": "plan", "chapter": "7-1",
        "q": "学校 xx", "pin": "P001,P002", "cmp": "1",
    }  # fmt: skip


def test_a_long_text_is_cut() -> None:
    assert _said({"q": "字" * 100}) == (View(filter=Filter(q="字" * 60)), [])
