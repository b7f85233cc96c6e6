"""The list: what each filter keeps, how a filter is said, how a row reads."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import pandas as pd
import pytest

from geodata import crs
from geodata.browse import LABELS, LISTED, Filter, choices, columns, filtered, said, table
from geodata.config import Config
from geodata.items import KINDS, ROLES, STAGES
from geodata.land import Land, load_land

MakeFeature = Callable[..., dict[str, Any]]
COLUMNS = [
    "编号", "名称", "类型", "类别", "规划表述（2021）", "用语层次", "所属单元", "街道", "产业", "功能", "规划内容",
    "规划出处", "定位依据", "定位精度（米）", "规划期", "geometry",
]  # fmt: skip
EVERYTHING = ["P001", "P002", "P003", "P004", "I001", "I002"]


def _point(lng: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lng, lat]}


def _cited(chapter: int, section: int) -> dict[str, int]:
    return {"chapter": chapter, "section": section, "paragraph": 1, "line": 9}


@pytest.fixture
def land(config: Config, feature: MakeFeature) -> Land:
    """Make a land of four projects and two lines of infrastructure that differ in everything a filter asks for."""
    line = {"type": "LineString", "coordinates": [[121.41, 38.87], [121.435, 38.87], [121.45, 38.87]]}
    layers = {
        "projects": [
            feature(
                "P001", _point(121.43, 38.875), parent="Z003", name="软件园研发楼", role="park", stage="conceive",
                citation=_cited(7, 1), industries=["软件", "海洋"], function="研发办公", plan_wording="谋划",
            ),
            feature(
                "P002", _point(121.435, 38.865), parent="Z001", name="河口学校", role="education", stage="plan",
                citation=_cited(7, 2), plan_wording="规划",
            ),
            feature("P003", parent="Z003", name="七贤岭CBD", role="park", stage="plan", citation=_cited(4, 0)),
            feature("P004", _point(121.52, 38.855), parent="Z001", name="100%绿地", role="green"),
        ],
        "infrastructure": [
            feature("I001", line, kind="infrastructure", role="road", parent="Z001", citation=_cited(7, 2)),
            feature("I002", kind="infrastructure", role="power", parent="S003", stage="plan", name="变电站"),
        ],
    }  # fmt: skip
    for name, features in layers.items():
        document = {"type": "FeatureCollection", "features": features}
        (config.plan_path / f"{name}.geojson").write_text(json.dumps(document), "utf-8")
    made = load_land(config)
    assert made.problems == ()
    return made


def _ids(land: Land, **wanted: str) -> list[str]:
    return list(filtered(land, Filter(**wanted)).index)


def test_no_filter_keeps_projects_and_infrastructure_in_the_plans_order(land: Land) -> None:
    assert _ids(land) == EVERYTHING
    assert Filter().given() == {}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"unit": "Z003"}, ["P001", "P002", "P003", "I001", "I002"]),
        ({"unit": "S003"}, ["I002"]),
        ({"unit": "Z001"}, EVERYTHING),
        ({"unit": "A001"}, []),
        ({"street": "D003"}, ["P001", "P002", "P003", "I001", "I002"]),
        ({"street": "D002"}, ["P004"]),
        ({"street": "D001"}, []),
        ({"kind": "project"}, ["P001", "P002", "P003", "P004"]),
        ({"kind": "infrastructure"}, ["I001", "I002"]),
        ({"role": "park"}, ["P001", "P003"]),
        ({"role": "road"}, ["I001"]),
        ({"role": "zone"}, []),
        ({"stage": "plan"}, ["P002", "P003", "I002"]),
        ({"stage": "conceive"}, ["P001"]),
        ({"stage": "done"}, []),
        ({"chapter": "7-1"}, ["P001", "P004", "I002"]),
        ({"chapter": "4-0"}, ["P003"]),
        ({"chapter": "7-10"}, []),
        ({"q": "学校"}, ["P002"]),
        ({"q": "学校 河口"}, ["P002"]),
        ({"q": "学校 七贤岭"}, []),
        ({"q": "hkxx"}, ["P002"]),
        ({"q": "HeKou"}, ["P002"]),
        ({"q": "qxlcbd"}, ["P003"]),
        ({"q": "海洋"}, ["P001"]),
        ({"q": "研发 软件"}, ["P001"]),
        ({"q": "i002"}, ["I002"]),
        ({"q": "100%"}, ["P004"]),
        ({"q": "."}, []),
        ({"q": "("}, []),
        ({"q": "   "}, EVERYTHING),
    ],
)
def test_each_field_alone_keeps(land: Land, wanted: dict[str, str], ids: list[str]) -> None:
    assert _ids(land, **wanted) == ids


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ({"unit": "Z003", "kind": "project"}, ["P001", "P002", "P003"]),
        ({"unit": "Z003", "stage": "plan", "kind": "project"}, ["P002", "P003"]),
        ({"role": "park", "chapter": "4-0"}, ["P003"]),
        ({"role": "park", "kind": "infrastructure"}, []),
        ({"street": "D003", "stage": "plan", "q": "七贤岭"}, ["P003"]),
        (
            {"unit": "Z003", "street": "D003", "kind": "project", "role": "park", "stage": "conceive",
             "chapter": "7-1", "q": "软件 yf"},
            ["P001"],
        ),
    ],
)  # fmt: skip
def test_fields_together_keep_what_each_of_them_keeps(land: Land, wanted: dict[str, str], ids: list[str]) -> None:
    assert _ids(land, **wanted) == ids
    apart = [set(_ids(land, **{key: value})) for key, value in wanted.items()]
    assert set(ids) == set.intersection(*apart)


def test_a_unit_holds_what_is_its_own_and_what_only_lies_there(land: Land) -> None:
    inside = land.inside("Z003")["by_location"]
    assert {key: bool(inside[key]) for key in _ids(land, unit="Z003")} == {
        "P001": False, "P002": True, "P003": False, "I001": True, "I002": False,
    }  # fmt: skip


def test_what_has_no_place_lies_in_the_street_of_its_unit_but_not_of_the_whole_zone(land: Land) -> None:
    assert land.subdistricts["P003"] == "D003"
    assert land.subdistricts["I002"] == "D003"
    assert land.subdistricts["Z001"] is None
    assert land.subdistricts["T001"] is None


def test_what_reaches_into_two_streets_is_in_none(real: Land) -> None:
    assert real.subdistricts["Z002"] is None
    assert set(real.subdistricts.dropna()) <= set(real.base["subdistricts"].index)


def test_a_filter_says_what_it_means_in_the_words_of_the_page(land: Land) -> None:
    wanted = Filter("Z003", "D002", "project", "park", "plan", "7-1", "学校 xx")
    assert said(land, wanted) == (
        "布局单元：名称Z003；街道：七贤岭街道；类型：项目；类别：产业园区；用语层次：规划；章节：7-1；文字：学校 xx"
    )
    assert said(land, Filter()) == "全部"


@pytest.mark.parametrize("name", [field.name for field in fields(Filter)])
def test_every_field_of_the_filter_is_said(land: Land, name: str) -> None:
    values = {"unit": "Z003", "street": "D001", "kind": "project", "role": "park", "stage": "plan"}
    assert "：" in said(land, Filter(**{name: values.get(name, "7-1")}))


def test_the_table_has_chinese_headings_and_the_index_of_its_rows(land: Land) -> None:
    rows = filtered(land, Filter(unit="Z003"))
    shown = table(land, rows)
    assert list(shown.columns) == COLUMNS
    assert list(shown.index) == list(rows.index) == list(shown["编号"])
    assert shown.crs == crs.METRIC
    assert shown.geometry.isna().tolist() == rows.geometry.isna().tolist()


def test_a_row_reads_in_the_words_of_the_page(land: Land) -> None:
    row = table(land, filtered(land, Filter(q="P001"))).loc["P001"]
    assert row.drop("geometry").to_dict() == {
        "编号": "P001", "名称": "软件园研发楼", "类型": "项目", "类别": "产业园区", "规划表述（2021）": "谋划",
        "用语层次": "谋划", "所属单元": "名称Z003", "街道": "龙王塘街道", "产业": "软件、海洋", "功能": "研发办公",
        "规划内容": "测试事项", "规划出处": "第七章第一节第1段", "定位依据": "位置示意", "定位精度（米）": 500,
        "规划期": "2021-2025",
    }  # fmt: skip


def test_a_row_without_a_place_says_so(land: Land) -> None:
    row = table(land, filtered(land, Filter(q="P003"))).loc["P003"]
    assert (row["定位依据"], row["geometry"], row["产业"]) == ("未定位", None, "")
    assert pd.isna(row["定位精度（米）"])
    assert row["规划出处"] == "第四章引言第1段"


def test_an_empty_list_is_a_table_too(land: Land) -> None:
    shown = table(land, filtered(land, Filter(role="zone")))
    assert (len(shown), list(shown.columns)) == (0, COLUMNS)


def test_neither_filter_nor_table_touches_the_land(land: Land) -> None:
    before = land.items.to_wkb().copy()
    table(land, filtered(land, Filter(unit="Z003", q="学校")))
    pd.testing.assert_frame_equal(before, land.items.to_wkb())


@pytest.mark.usefixtures("land")
def test_a_circle_of_parents_leaves_a_list(config: Config) -> None:
    for name, old, new in (("subzones", "Z003", "A001"), ("areas", "Z001", "S003")):
        path = config.plan_path / f"{name}.geojson"
        path.write_text(path.read_text("utf-8").replace(f'"parent": "{old}"', f'"parent": "{new}"'), "utf-8")
    assert _ids(load_land(config), street="D003") == ["P001", "P002", "P003", "I001", "I002"]


# the plan itself


def _count(land: Land, which: Callable[[Mapping[str, Any]], bool]) -> int:
    return sum(which(row) for _, row in land.items[land.items["kind"].isin(LISTED)].iterrows())


def test_the_whole_list_holds_the_plans_projects_and_infrastructure(real: Land) -> None:
    kinds = filtered(real, Filter())["kind"].value_counts().to_dict()
    assert kinds == {"project": 112, "infrastructure": 44}


def test_the_science_city_has_its_own_and_two_that_only_lie_there(real: Land) -> None:
    rows = filtered(real, Filter(unit="Z004"))
    by_location = real.inside("Z004")["by_location"][rows.index]
    assert rows.groupby([rows["kind"], by_location]).size().to_dict() == {
        ("infrastructure", False): 2, ("infrastructure", True): 2, ("project", False): 27,
    }  # fmt: skip
    below = {"Z004", *real.children("Z004")}
    assert _count(real, lambda row: row["parent"] in below) == 29


@pytest.mark.parametrize("column", ["kind", "role", "stage"])
def test_the_values_of_a_column_share_the_real_list_out(real: Land, column: str) -> None:
    words = {"kind": KINDS, "role": ROLES, "stage": STAGES}[column]
    counts = {value: len(filtered(real, Filter(**{column: value}))) for value in words}
    assert counts == {value: _count(real, lambda row, v=value: row[column] == v) for value in words}  # type: ignore[misc]


def test_the_chapters_share_the_real_list_out(real: Land) -> None:
    listed = filtered(real, Filter())
    counts = [len(filtered(real, Filter(chapter=key))) for key in set(real.chapters[listed.index])]
    assert sum(counts) == len(listed)
    assert len(filtered(real, Filter(chapter="7-1"))) == _count(
        real, lambda row: (row["citation"]["chapter"], row["citation"]["section"]) == (7, 1)
    )


def test_the_real_streets_hold_what_is_drawn_in_them(real: Land) -> None:
    for street, ground in real.base["subdistricts"].geometry.items():
        rows = filtered(real, Filter(street=str(street)))
        points = rows[rows.geom_type == "Point"]
        assert points.within(ground).all()
    assert len(filtered(real, Filter(street="D003"))) > 20


def test_every_real_row_reads_without_a_gap(real: Land) -> None:
    shown = table(real, filtered(real, Filter()))
    must = ["编号", "名称", "类型", "类别", "规划内容", "规划出处", "定位依据", "规划期"]
    assert [column for column in must if (shown[column].isna() | (shown[column] == "")).any()] == []
    assert (shown["定位依据"] == "未定位").equals(shown["定位精度（米）"].isna())


def test_every_choice_offered_is_labelled_and_keeps_only_rows_of_its_own(real: Land) -> None:
    everything = filtered(real, Filter()).index
    for key, names in choices(real).items():
        assert key in LABELS
        assert all(names.values())
        for value in names:
            assert filtered(real, Filter(**{key: value})).index.isin(everything).all()


@pytest.mark.parametrize("key", ["role", "chapter"])
def test_no_choice_is_offered_that_would_keep_nothing(real: Land, key: str) -> None:
    assert [value for value in choices(real)[key] if not len(filtered(real, Filter(**{key: value})))] == []


def test_chapters_are_offered_in_the_order_of_the_plan_and_said_in_chinese(real: Land) -> None:
    offered = choices(real)["chapter"]
    numbers = [tuple(map(int, key.split("-"))) for key in offered]
    assert numbers == sorted(numbers)
    assert offered["7-1"] == "第七章第一节"


def test_what_a_list_shows_is_part_of_the_table(real: Land) -> None:
    assert set(columns(real)) <= set(table(real, filtered(real, Filter())).columns)
