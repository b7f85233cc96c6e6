"""Official outlines: matched by name, what they would change, and how the land looks with them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import geopandas as gpd
import pytest
import shapely

from geodata import crs, official
from geodata.config import ROOT
from geodata.items import UNITS
from geodata.land import Land
from geodata.official import Choice, candidates, proposals, similarity, unknown_ids
from geodata.official_effects import AFFECTED, preview
from geodata.outline import Outline
from geodata.outline_reading import _outline
from geodata.outlines import applied, audience, digests, labels, replaceable, strays
from geodata.versions import Version
from layers.card import card
from layers.legend import legend
from layers.official import preview as written
from layers.plan import table as drawn_table
from layers.style import Style
from tests.outlines import CORE, NEAR, Row, boundaries, box

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
VERSION = Version(
    3, "boundaries", "官方界线", 1, "ab" * 32, 3, "自然资源局", date(2025, 3, 1), 2025, "", "internal", None,
    synthetic=False, person="张三", created_at=NOON, purge=None, purged_at=None,
)  # fmt: skip
SPELLED = {"名称A001": official.Names(names=("滩涂",))}


def outlines(table: gpd.GeoDataFrame, **rows: str) -> dict[str, Outline]:
    """Give rows of a table as outlines: outlines(table, Z003="B1")."""
    return {item: _outline(VERSION, table.loc[row]) for item, row in rows.items()}


def choice(land: Land, item: str, *rows: Row, **columns: Any) -> Choice:
    """Give what is proposed for a unit."""
    found = {one.item: one for one in proposals(land, boundaries(*rows, **columns), SPELLED)}
    assert list(found) == list(replaceable(land).index)
    return found[item]


# the match


def test_the_same_name_counts_and_a_similar_one_waits(small: Land) -> None:
    assert choice(small, "Z003") == Choice("Z003", "B1", "name", 1.0, sure=True, others=("B3",))
    assert choice(small, "D001").row == "B2"
    assert "B1" in choice(small, "Z002").others
    assert choice(small, "Z002").row != "B1", "it is surely another unit's"
    near = choice(small, "S003")
    assert (near.row, near.how, near.score, near.sure) == ("B3", "near", 0.95, False)


def test_the_short_name_counts_too(small: Land) -> None:
    assert choice(small, "S003", ("简称S003", "layout_unit", CORE[2])).sure


@pytest.mark.parametrize("name", ["滩涂", "一城：名称A001", "名称A001（规划）", "大连名称A001", "  名称 A001 "])
def test_other_ways_to_write_a_name_are_the_same_name(small: Land, name: str) -> None:
    assert choice(small, "A001", (name, "layout_unit", CORE[2])).how == "name"


def test_an_id_says_more_than_a_name(small: Land) -> None:
    found = choice(small, "Z003", CORE, ("别的名字", "layout_unit", CORE[2]), item_id=[None, "Z003"])
    assert (found.row, found.how, found.sure) == ("B2", "item_id", True)
    assert choice(small, "Z003", CORE, item_id=["S003"]) == Choice("Z003")
    assert unknown_ids(small, boundaries(CORE, item_id=["Z099"])) == ("Z099",)


def test_two_outlines_of_one_name_are_never_chosen_silently(small: Land) -> None:
    found = choice(small, "Z003", CORE, CORE)
    assert (found.row, found.sure, found.others) == ("B1", False, ("B2",))


def test_a_name_of_another_class_waits_for_a_person(small: Land) -> None:
    found = choice(small, "D001", ("凌水街道", "community", CORE[2]))
    assert (found.how, found.sure) == ("other_class", False)


def test_outlines_without_a_name_belong_to_nothing(small: Land) -> None:
    table = boundaries(CORE).assign(name=None)
    assert len(candidates(small, table.astype({"name": "string"}), SPELLED)) == 0


def test_of_many_alike_only_the_likeliest_are_proposed(small: Land) -> None:
    found = candidates(small, boundaries(*[NEAR] * 9), SPELLED)
    assert found.groupby("item").size().max() == official.MOST


@pytest.mark.parametrize(
    ("name", "boundary_class", "item", "how"),
    [
        ("大连高新技术产业园区", "jurisdiction", "Z001", "name"),
        ("七贤岭街道办事处", "subdistrict", "D002", "name"),
        ("七贤岭街道", "subdistrict", "S012", "name"),
        ("七贤岭", "layout_unit", "S004", "name"),
        ("英歌石科学城", "layout_unit", "Z004", "name"),
        ("小平岛片区", "layout_unit", "A004", "near"),
        ("黄泥川组团", "layout_unit", "Z006", "near"),
    ],
)
def test_names_of_the_plan_are_found(real: Land, name: str, boundary_class: str, item: str, how: str) -> None:
    spelled, problems = official.other_names(ROOT / "var" / "none")
    assert problems == ()
    table = boundaries((name, boundary_class, CORE[2]))
    (found,) = [one for one in proposals(real, table, spelled) if one.item == item]
    assert (found.row, found.how, found.sure) == ("B1", how, how == "name")


def test_different_streets_are_not_alike() -> None:
    assert similarity(["凌水街道"], ["七贤岭街道办事处"]) < official.SIMILAR


# the land with them


def test_only_shape_basis_and_accuracy_change(small: Land) -> None:
    table = boundaries()
    before = small.items.to_wkb().to_csv()
    after = applied(small, outlines(table, Z003="B1", D001="B2", X="B1"))
    assert small.items.to_wkb().to_csv() == before
    assert after.items.geometry["Z003"].equals(table.geometry["B1"])
    assert (after.items["basis"]["Z003"], after.items["accuracy_m"]["Z003"]) == ("权威成果", 1.0)
    assert after.base["subdistricts"].geometry["D001"].equals(table.geometry["B2"])
    rest = [name for name in small.items.columns if name not in ("basis", "accuracy_m", "geometry")]
    assert after.items[rest].equals(small.items[rest])
    assert after.items.drop(index="Z003").to_wkb().to_csv() == small.items.drop(index="Z003").to_wkb().to_csv()
    assert set(after.outlines) == {"Z003", "D001"}
    assert after.items.crs == small.items.crs
    assert applied(small, {}) is small


def test_internal_outlines_make_an_internal_land() -> None:
    one = _outline(VERSION, boundaries().loc["B1"])
    public = replace(one, version=replace(VERSION, audience="public"))
    assert [audience({"Z003": which}) for which in (one, public)] == ["internal", "public"]
    assert digests({"Z003": one, "D001": public}) == (VERSION.digest,)


def test_a_child_outside_its_parent_is_said(small: Land, styles: dict[str, Style]) -> None:
    after = applied(small, outlines(boundaries(), Z003="B1", S003="B3"))
    (found,) = strays(after)
    assert (found.item, found.parent, round(found.share, 2)) == ("S003", "Z003", 0.33)
    assert "名称S003约 33% 在所属单元“名称Z003”之外，请核对或一并替换。" in card(after, styles, "S003")
    assert strays(small) == ()


def test_a_schematic_child_may_be_off_by_its_accuracy(small: Land) -> None:
    shifted = ("名称Z003", "layout_unit", box(121.422, 38.86, 121.44, 38.88))  # 170 m of the part lie outside
    assert strays(applied(small, outlines(boundaries(shifted), Z003="B1"))) == ()


# what they would change


def test_the_preview_says_area_basis_accuracy_and_what_lies_elsewhere(small: Land) -> None:
    table = boundaries()
    found = preview(small, outlines(table, Z003="B1"))
    (effect,) = found.effects
    assert effect.area_before_m2 is None, "the area of a schematic shape is no fact"
    assert effect.area_after_m2 == pytest.approx(crs.ellipsoidal_areas(table.geometry)["B1"])
    assert effect.basis == ("位置示意", "权威成果")
    assert effect.accuracy_m == (500, 1.0)
    assert effect.kept == pytest.approx(1.0)
    assert effect.apart_m == 0.0
    assert (effect.left, effect.joined, effect.outside) == (("P001",), (), ("P001",))
    assert found.affected == dict.fromkeys(AFFECTED, ())


def test_a_second_outline_is_compared_with_the_first(small: Land) -> None:
    table = boundaries(CORE, ("名称Z003", "layout_unit", box(121.42, 38.86, 121.44, 38.88)))
    (effect,) = preview(applied(small, outlines(table, Z003="B1")), outlines(table, Z003="B2")).effects
    assert effect.area_before_m2 == pytest.approx(crs.ellipsoidal_areas(table.geometry)["B1"])
    assert effect.kept == pytest.approx(0.6, abs=0.001)
    assert effect.joined == ("P001",)


def test_a_place_far_off_is_said(small: Land) -> None:
    far = ("名称Z003", "layout_unit", box(121.46, 38.86, 121.48, 38.88))
    (effect,) = preview(small, outlines(boundaries(far), Z003="B1")).effects
    assert effect.apart_m == pytest.approx(1735 - 500, abs=5)
    assert "与原图形相距 1.23" in written(small, preview(small, outlines(boundaries(far), Z003="B1")))


def test_streets_and_what_they_move_are_said(small: Land) -> None:
    whole = ("龙王塘街道", "subdistrict", box(121.40, 38.80, 121.50, 38.90))
    found = preview(small, outlines(boundaries(whole), D003="B1"))
    assert set(found.subdistricts["after"]) == {"D003"}
    assert found.effects[0].basis == ("位置示意", "权威成果")
    assert f"所在街道有变化的事项 {len(found.subdistricts)} 项" in written(small, found)


def test_the_preview_prints_no_area_of_a_schematic_shape(small: Land) -> None:
    said = written(small, preview(small, outlines(boundaries(), Z003="B1"), {"汇报页": ("年中汇报",)}))
    area = crs.ellipsoidal_areas(boundaries().geometry)["B1"] / 10_000
    for words in (
        f"示意图形，不计面积 → {area:,.2f}",
        "位置示意 → 权威成果",
        "约 500 米 → 约 1 米",
        "约 100% 在原图形内",
        "<dt>方案比选</dt><dd>暂无</dd>",
        "<dt>汇报页</dt><dd>年中汇报</dd>",
        "（名称P001）",
    ):
        assert words in said
    schematic = crs.ellipsoidal_areas(small.items.geometry.dropna())["Z003"] / 10_000
    assert f"{schematic:,.2f}" not in said
    assert f"{schematic:,.0f}" not in said


def test_what_is_not_told_is_said_not_to_be(small: Land) -> None:
    table = boundaries(CORE, accuracy_m=None, document=None)
    said = written(small, preview(small, outlines(table, Z003="B1")))
    assert "约 500 米 → 未填写" in said
    after = applied(small, outlines(table, Z003="B1"))
    assert outlines(table, Z003="B1")["Z003"].source == "“官方界线”第 1 版（自然资源局，2025-03-01）"
    assert len(drawn_table(after)) == len(drawn_table(small))


def test_a_unit_without_a_place_gets_one(real: Land) -> None:
    (effect,) = preview(real, outlines(boundaries(), Z011="B1")).effects
    assert (effect.area_before_m2, effect.basis[0], effect.kept, effect.apart_m) == (None, None, None, None)
    assert "无图形 → " in written(real, preview(real, outlines(boundaries(), Z011="B1")))
    assert "Z011" in applied(real, outlines(boundaries(), Z011="B1")).placed.index


def test_every_unit_of_the_plan_may_be_replaced(real: Land) -> None:
    units = [*real.items.index[real.items["kind"].isin(UNITS)], "D001", "D002", "D003"]
    assert list(replaceable(real).index) == units
    table = boundaries(*[(f"界{key}", "layout_unit", CORE[2]) for key in units])
    told = dict(zip(units, table.index, strict=True))
    after = applied(real, outlines(table, **told))
    after.prepare()
    assert after.items.loc[units[:-3], "basis"].eq("权威成果").all()
    assert drawn_table(after)["schematic"][lambda rows: rows.index.isin(units)].sum() == 0
    preview(real, outlines(table, **told))


# how they are shown


def test_card_and_legend_name_the_version(small: Land, styles: dict[str, Style]) -> None:
    after = applied(small, outlines(boundaries(), Z003="B1"))
    said = card(after, styles, "Z003")
    for words in (
        "<dt>规划出处</dt><dd>第七章第一节第2段</dd>",
        "“官方界线”第 1 版（自然资源局，2025-03-01，大政〔2025〕1号）",
        "<dt>面积（按官方边界）</dt>",
        "定位依据：权威成果，精度约 1 米。",
        "核心功能",
    ):
        assert words in said
    assert "官方边界" not in card(small, styles, "Z003")
    rows = legend(drawn_table(after), styles, "layout")
    assert "官方边界：“官方界线”第 1 版" in rows
    assert "官方边界" not in legend(drawn_table(small), styles, "layout")


def test_names_from_files_are_no_html(small: Land, styles: dict[str, Style]) -> None:
    evil = ("<img src=x onerror=alert(1)>", "layout_unit", CORE[2])
    after = applied(small, outlines(boundaries(evil, document="<b>"), Z003="B1"))
    said = card(after, styles, "Z003")
    assert "<b>" not in said
    assert "&lt;b&gt;" in said


def test_a_ring_that_is_a_band_becomes_an_area(small: Land) -> None:
    band = ("名称Z002", "layout_unit", shapely.LineString([(121.4, 38.85), (121.5, 38.85)]).buffer(0.002))
    after = applied(small, outlines(boundaries(band), Z002="B1"))
    assert after.items.geometry["Z002"].equals(after.extent("Z002"))


def test_a_subdistrict_called_as_a_unit_says_what_it_is(real: Land) -> None:
    called = labels(real)
    assert (called["S012"], called["D002"], called["D001"]) == ("七贤岭街道", "七贤岭街道（统计单元）", "凌水街道")
    assert called.is_unique
