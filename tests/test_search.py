"""Names are found in Chinese, in pinyin, by initials and by id."""

import pandas as pd
import pytest

from geodata import search
from geodata.land import Land


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("英歌石科学城", True), ("yinggeshi", True), ("YGSKXC", True), ("z004", True), ("英歌石 一城", True),
        ("英歌石 庙岭", False), ("", True), ("   ", True), ("(", False), ("\\", False),
    ],
)  # fmt: skip
def test_the_science_city_is_found_by(real: Land, words: str, *, found: bool) -> None:
    hay = search.haystack(real.items)
    assert bool(search.matches(hay, words)["Z004"]) == found


def test_the_answer_has_the_index_of_the_question(real: Land) -> None:
    hay = search.haystack(real.items)
    assert list(search.matches(hay, "走廊").index) == list(real.items.index)


def test_every_item_is_found_by_its_own_name(real: Land) -> None:
    hay = search.haystack(real.items)
    lost = [key for key, name in real.items["name"].items() if not search.matches(hay, str(name))[key]]
    assert lost == []


def test_signs_are_left_out_of_the_spelling() -> None:
    assert search.spell("一廊：科创") == ("yilangkechuang", "ylkc")
    assert search.spell("<b>") == ("b", "b")


def test_nothing_is_found_in_nothing() -> None:
    assert search.matches(pd.Series([], dtype=str), "走廊").tolist() == []


def test_the_index_holds_every_item_and_every_named_place_once(real: Land) -> None:
    entries = search.index(real.items, real.base)
    items = [entry for entry in entries if entry["id"]]
    places = [entry["name"] for entry in entries if not entry["id"]]
    assert [entry["id"] for entry in items] == list(real.items.index)
    assert len(places) == len(set(places))
    assert {"七贤岭", "凌水街道", "黄海"} <= set(places)


def test_the_name_on_the_map_is_found_where_it_is_another(real: Land) -> None:
    entries = {entry["id"]: entry for entry in search.index(real.items, real.base) if entry["id"]}
    same = {key: row["short"] == row["name"] for key, row in real.items.iterrows()}
    assert {key: "short" not in entry for key, entry in entries.items()} == same
    assert entries["S004"]["short"] == {"name": "七贤岭CBD", "pinyin": "qixianlingcbd", "initials": "qxlcbd"}


def test_a_place_of_the_index_lies_where_the_base_map_has_it(real: Land) -> None:
    entry = next(entry for entry in search.index(real.items, real.base) if entry["name"] == "河口" and not entry["id"])
    assert entry["at"] == [121.50884, 38.84283]
    assert (entry["pinyin"], entry["initials"], entry["kind"]) == ("hekou", "hk", "地名")


def test_layout_units_are_marked(real: Land) -> None:
    marked = {entry["id"] for entry in search.index(real.items, real.base) if entry.get("unit")}
    assert marked == set(real.items.index[real.items["kind"] == "zone"])


@pytest.mark.parametrize("words", ["ｙｇｓ", "一城:英歌石", "一城：英歌石"])
def test_signs_of_any_width_find(real: Land, words: str) -> None:
    assert bool(search.matches(search.haystack(real.items), words)["Z004"])
