"""The card of every item, the key facts of every theme, the sheet of provenance."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from markupsafe import Markup

from geodata.config import ROOT
from geodata.document import Document
from geodata.items import THEMES, citation_text
from geodata.land import Land
from layers import about, text
from layers.card import Around, card
from layers.style import Style
from layers.summary import summary

TODAY = date(2026, 7, 1)
HOSTILE = "<img src=x onerror=alert(1)>${1}</script>"
_ACTS = re.compile(r'data-act="(\w+)" data-id="([A-Z]\d{3})"')


def _rows(shown: Markup) -> dict[str, str]:
    """Id -> tag of the rows of a list."""
    row = (
        r'<button class="row" data-act="select" data-id="(\w+)" aria-current="false">.*?<span class="tag">(.*?)</span>'
    )
    return dict(re.findall(row, shown))


def _hostile(land: Land) -> Land:
    """Give every text of every item a hostile name."""
    told = dict.fromkeys(("name", "short", "summary", "function", "plan_wording"), HOSTILE)
    industries = [(HOSTILE,)] * len(land.items)
    return replace(land, items=land.items.assign(**told, industries=industries))


def test_every_item_has_a_card_with_its_name_and_where_the_plan_says_it(
    real: Land, styles: Mapping[str, Style]
) -> None:
    for item, name, place in zip(real.items.index, real.items["name"], real.items["citation"], strict=True):
        shown = card(real, styles, item)
        assert text.html("<h2>{name}</h2>", name=name) in shown
        assert f"<dt>规划出处</dt><dd>{citation_text(place)}</dd>" in shown
        assert text.html("<dt>规划内容</dt><dd>{said}</dd>", said=real.items["summary"][item]) in shown


def test_a_card_shows_the_wording_as_that_of_2021_and_claims_no_progress(
    real: Land, styles: Mapping[str, Style]
) -> None:
    worded = real.items[real.items["plan_wording"] != ""]
    for item, wording in worded["plan_wording"].items():
        shown = str(card(real, styles, str(item)))
        assert f"<dt>规划表述（2021）</dt><dd>{text.html('{w}', w=wording)}" in shown
        assert "进展" not in shown


def test_a_placed_item_says_how_well_and_can_be_located(real: Land, styles: Mapping[str, Style]) -> None:
    for item, row in real.placed.iterrows():
        shown = card(real, styles, str(item))
        assert f'data-act="locate" data-id="{item}"' in shown
        assert text.place_note(row["basis"], row["accuracy_m"]) in shown


def test_an_unplaced_item_says_so_and_cannot_be_located(real: Land, styles: Mapping[str, Style]) -> None:
    for item in real.items.index.difference(real.placed.index):
        shown = card(real, styles, item)
        assert "规划未给出位置，不在图上绘出。" in shown
        assert "locate" not in shown


def test_hostile_names_show_literally_on_every_card(small: Land, styles: Mapping[str, Style]) -> None:
    land = _hostile(small)
    for item in land.items.index:
        shown = str(card(land, styles, item, around=Around(overlap=("P001", "P002"))))
        assert "<img" not in shown
        assert "</script" not in shown
        assert text.html("<h2>{name}</h2>", name=HOSTILE) in shown


@pytest.mark.parametrize("theme", THEMES)
def test_hostile_names_show_literally_in_the_key_facts(small: Land, styles: Mapping[str, Style], theme: str) -> None:
    shown = str(summary(_hostile(small), styles, theme))
    assert "<img" not in shown
    assert "</script" not in shown


def test_hostile_problems_and_sources_show_literally_on_the_sheet(small: Land) -> None:
    sources = {key: source.model_copy(update={"title": HOSTILE}) for key, source in small.sources.items()}
    shown = str(about.sheet(replace(small, sources=sources), Markup(""), today=TODAY))
    assert "<img" not in shown
    assert shown.count(str(text.html("{x}", x=HOSTILE))) == len(sources)


def test_what_a_unit_has_by_location_only_is_marked(small: Land, styles: Mapping[str, Style]) -> None:
    assert _rows(card(small, styles, "Z003")) == {
        "Z002": "相邻", "P001": "", "P002": "按位置", "I001": "按位置", "R001": "",
    }  # fmt: skip


def test_the_whole_zone_lists_its_own_items_and_not_those_of_its_units(
    small: Land, styles: Mapping[str, Style]
) -> None:
    shown = card(small, styles, "Z001")
    assert sorted(_rows(shown)) == ["I001", "P002", "P003", "T001"]
    assert "全区性项目" in shown
    assert _rows(shown)["P003"] == "未定位"


def test_a_project_lists_nothing_inside(small: Land, styles: Mapping[str, Style]) -> None:
    assert _rows(card(small, styles, "P001")) == {}


def test_a_card_names_function_industries_parts_and_parent(small: Land, styles: Mapping[str, Style]) -> None:
    shown = card(small, styles, "Z003")
    assert "<dt>功能</dt><dd>核心功能</dd>" in shown
    assert '<div class="chips"><span>软件</span></div>' in shown
    assert "<dt>组成</dt><dd>简称S003</dd>" in shown
    assert "<dt>所属</dt><dd>名称Z001</dd>" in shown


def test_the_card_of_a_target_shows_its_figures(small: Land, styles: Mapping[str, Style]) -> None:
    shown = card(small, styles, "T001")
    assert "<dt>2020年</dt><dd>&lt;4 %</dd>" in shown
    assert "<dt>2025年目标</dt><dd>5 %</dd>" in shown
    assert "<dt>属性</dt><dd>预期性</dd>" in shown


def test_a_publicly_known_figure_stands_on_the_card_with_its_source(real: Land, styles: Mapping[str, Style]) -> None:
    shown = str(card(real, styles, "Z004"))
    fact = real.facts["city_area"]
    assert "44.3 平方公里" in shown
    assert fact.source in shown


def test_overlapping_things_are_offered_for_choice(small: Land, styles: Mapping[str, Style]) -> None:
    shown = str(card(small, styles, "P001", around=Around(overlap=("P001", "Z003"))))
    assert "此处有 2 项重叠" in shown
    assert 'data-act="choose" data-id="P001" aria-pressed="true"' in shown
    assert 'data-act="choose" data-id="Z003" aria-pressed="false"' in shown


def test_a_citation_opens_its_paragraph_where_the_text_is_at_hand(small: Land, styles: Mapping[str, Style]) -> None:
    around = Around(document=Document({(7, 1): ("甲", HOSTILE)}, {}))
    shown = card(small, styles, "P001", around=around)
    assert text.html("<summary>规划原文</summary><p>{text}</p>", text=HOSTILE) in shown
    assert "<img" not in shown


def test_a_citation_stands_without_the_text_or_where_it_has_no_such_paragraph(
    small: Land, styles: Mapping[str, Style]
) -> None:
    for document in (None, Document({(7, 1): ("甲",)}, {})):
        shown = card(small, styles, "P001", around=Around(document=document))
        assert "规划原文" not in shown
        assert "<dt>规划出处</dt><dd>第七章第一节第2段</dd>" in shown


def test_one_thing_alone_offers_no_choice(small: Land, styles: Mapping[str, Style]) -> None:
    assert "choose" not in card(small, styles, "P001", around=Around(overlap=("P001",)))


def test_every_button_names_an_act_of_the_panel_and_an_item(real: Land, styles: Mapping[str, Style]) -> None:
    shown = "".join(str(summary(real, styles, theme)) for theme in THEMES) + str(card(real, styles, "Z001"))
    acts = _ACTS.findall(shown)
    assert {act for act, _ in acts} == {"select", "locate", "pin"}
    assert {item for _, item in acts} <= set(real.items.index)


def test_the_layout_lists_its_units_under_the_plans_own_headings(real: Land, styles: Mapping[str, Style]) -> None:
    shown = str(summary(real, styles, "layout"))
    headings = re.findall(r"<h3>(.*?)<small>(\d+) 项", shown)
    assert headings[:4] == [("一廊", "1"), ("一心", "1"), ("一城", "1"), ("多组团", "8")]
    assert "<h2>一廊一心一城多组团</h2>" in shown


def test_the_layout_gives_the_key_figures(real: Land, styles: Mapping[str, Style]) -> None:
    shown = summary(real, styles, "layout").striptags()
    assert [word for word in ("153", "41.1", "112", "44") if word not in shown] == []


def test_what_no_file_told_is_no_zero(real: Land, styles: Mapping[str, Style]) -> None:
    lost = real.items[~real.items["kind"].isin(("project", "zone"))]
    shown = str(summary(replace(real, items=lost), styles, "layout"))
    assert "<b>无数据 <small></small></b><span>规划项目</span>" in shown
    assert "<h3>一廊<small>无数据</small></h3>" in shown
    assert ">0" not in shown


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme != "layout"])
def test_a_theme_lists_every_item_it_has(real: Land, styles: Mapping[str, Style], theme: str) -> None:
    expected = {key for key, themes in real.items["themes"].items() if theme in themes}
    assert set(_rows(summary(real, styles, theme))) == expected
    assert "不代表进展" in summary(real, styles, theme)


def test_every_item_but_some_targets_is_in_some_theme(real: Land) -> None:
    homeless = real.items[real.items["themes"].map(len) == 0]
    assert set(homeless["kind"]) <= {"target", "rule"}


@pytest.mark.parametrize("theme", THEMES)
def test_an_empty_land_still_has_key_facts(small: Land, styles: Mapping[str, Style], theme: str) -> None:
    assert "<h2>" in summary(replace(small, items=small.items.iloc[:0]), styles, theme)


def test_the_sheet_names_every_layer_its_source_and_licence(real: Land) -> None:
    shown = str(about.sheet(real, Markup(""), today=TODAY))
    for source in real.sources.values():
        for word in (source.title, source.source, source.licence, source.missing):
            assert str(text.html("{word}", word=word)) in shown


def test_the_sheet_counts_the_features_of_every_layer(real: Land) -> None:
    shown = str(about.sheet(real, Markup(""), today=TODAY))
    counts = re.findall(r'<td class="number">(.*?)</td>', shown)
    assert counts[:7] == ["15（定位 9）", "12（定位 8）", "14", "112（定位 7）", "44（定位 18）", "41", "33"]
    assert len(counts) == len(real.sources)


def test_the_sheet_words_the_garbled_places_as_agreed(real: Land) -> None:
    shown = str(about.sheet(real, Markup(""), today=TODAY))
    assert "所用文本此处疑有转录缺误，以正式文件为准" in shown
    assert [where for where in real.defects["where"] if where not in shown] == []


def test_garbled_places_are_told_on_the_sheet_alone(real: Land, styles: Mapping[str, Style]) -> None:
    cards = "".join(str(card(real, styles, item)) for item in ("I008", "I002", "T007", "R036"))
    assert "缺误" not in cards
    assert [what for what in real.defects["what"] if what in cards] == []


def test_the_sheet_puts_problems_on_top(real: Land) -> None:
    shown = str(about.sheet(real, Markup("<p>问题</p>"), today=TODAY))
    assert shown.index("<p>问题</p>") < shown.index("<h2>图层</h2>")


@pytest.mark.parametrize(("year", "said"), [(2020, "尚未开始"), (2025, "至 2025 年届满"), (2026, "已于 2025 年届满")])
def test_the_sheet_says_whether_the_plan_is_over(real: Land, year: int, said: str) -> None:
    shown = str(about.sheet(real, Markup(""), today=date(year, 7, 1)))
    assert f"规划期为 2021—2025 年，{said}；图上与卡片中的“规划表述（2021）”" in shown


def test_the_sheet_says_of_each_plan_what_is_schematic_in_it(real: Land, small: Land) -> None:
    shown = str(about.sheet(real, Markup(""), today=TODAY))
    vague = (real.placed["basis"] == "位置示意").sum()
    assert f"已定位的 {len(real.placed)} 项中 {vague} 项为位置示意（规划没有公布界线）。" in shown
    assert f"统计单元为{'、'.join(real.base['subdistricts']['name'])} 3 个街道，界线为示意。" in shown
    surveyed = small.base["subdistricts"].assign(basis="测绘成果")
    items = small.items.assign(basis=small.items["basis"].where(small.items["basis"].isna(), "测绘成果"))
    other = replace(small, items=items, base={**small.base, "subdistricts": surveyed.iloc[:1]})
    shown = str(about.sheet(other, Markup(""), today=TODAY))
    assert "没有公布界线" not in shown
    assert f"统计单元为{surveyed['name'].iloc[0]} 1 个街道。" in shown


def test_a_land_without_items_has_no_period_to_speak_of(real: Land) -> None:
    empty = replace(real, items=real.items.iloc[:0])
    assert "规划期为 未填写；" in about.sheet(empty, Markup(""), today=TODAY)


def test_a_source_of_a_layer_that_is_not_there_does_no_harm(small: Land) -> None:
    extra = {**small.sources, "moon": next(iter(small.sources.values()))}
    assert "无图形" in about.sheet(replace(small, sources=extra), Markup(""), today=TODAY)


def test_the_agreed_words_stand_in_one_place() -> None:
    files = [path for folder in ("layers", "pages") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in files if "疑有转录缺误" in path.read_text("utf-8")] == ["about.py"]
