"""Fields are suggested where synonyms are not exact, and never where a word makes another thing of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.field_proposals import HOW, propose_fields
from geodata.field_similarity import shortened, similarity
from geodata.fields import load_fields, normal, words_of
from geodata.kinds import DATASETS
from geodata.units import choices

SYNONYMS, _ = load_fields()


def _found(headings: str, kind: str = "plots", **options: object) -> dict[str, tuple[str, str, str | None]]:
    found = propose_fields(headings.split(), kind, SYNONYMS, **options)  # type: ignore[arg-type]  # of the test
    return {one.column: (one.heading, one.how, one.unit) for one in found}


def test_a_plan_with_units_and_near_words_is_understood() -> None:
    headings = (
        "地块编号 用地性质编码 用地面积（公顷） 规划容积率(≤) 建筑密度(%) 建筑密度说明 绿地率（%） 建筑限高 OBJECTID"
    )
    assert _found(headings) == {
        "id": ("地块编号", "exact", ""),
        "landuse_planned": ("用地性质编码", "similar", ""),
        "area_stated_m2": ("用地面积（公顷）", "exact", "公顷"),
        "far_max": ("规划容积率(≤)", "similar", ""),
        "density_max": ("建筑密度(%)", "exact", "%"),
        "green_ratio_min": ("绿地率（%）", "exact", "%"),
        "height_max_m": ("建筑限高", "exact", "米"),
    }


def test_a_ledger_of_supplied_land_is_understood() -> None:
    headings = "电子监管号 供应面积(亩) 成交价款(万元) 约定开工时间 实际开工时间 约定投资强度 约定税收"
    found = _found(headings, "supplied")
    assert found["area_stated_m2"] == ("供应面积(亩)", "exact", "亩")
    assert found["price_yuan"] == ("成交价款(万元)", "exact", "万元")
    assert (found["agreed_start"][0], found["actual_start"][0]) == ("约定开工时间", "实际开工时间")
    assert found["contract_investment"] == ("约定投资强度", "exact", None)


@pytest.mark.parametrize("kind", DATASETS)
def test_a_word_for_one_column_is_not_like_another(kind: str) -> None:
    spec = DATASETS[kind]
    words = {column.name: [normal(word) for word in words_of(column, kind, SYNONYMS)] for column in spec.columns}
    alike = {
        (one, other)
        for one, own in words.items()
        for other, others in words.items()
        if one != other and any(similarity(word, others) for word in own)
    }
    assert alike <= {("id", "item_id"), ("item_id", "id")}


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        *(
            ("容积率的下限", "far_min"),
            ("容积率的上限", "far_max"),
            ("现状容积率值", "far"),
            ("规划条件的文号", "document"),
        ),
        *(("现状用地代码值", "landuse"), ("现状用地名称值", "landuse_name")),
    ],
)
def test_a_telling_word_decides(heading: str, column: str) -> None:
    assert _found(heading) == {column: (heading, "similar", "")}


@pytest.mark.parametrize(
    "heading", ["容积率说明", "建筑面积", "绿化率", "停车率", "XZYDMD", "RJLS", "DM", "xyz", "面积单位"]
)
def test_what_is_another_thing_is_not_suggested(heading: str) -> None:
    assert propose_fields([heading], "plots", SYNONYMS) == ()


def test_a_name_cut_by_a_shapefile_is_known() -> None:
    found = _found("area_state 规划用地代 contract_i")
    assert found["area_stated_m2"] == ("area_state", "shortened", "平方米")
    assert found["landuse_planned"] == ("规划用地代", "shortened", "")
    assert found["contract_investment"] == ("contract_i", "shortened", None)
    assert shortened("地块编", "地块编号列")
    assert not shortened("地块编号", "地块编号")


def test_the_more_telling_word_wins() -> None:
    assert _found("MJ TBMJ", "landuse")["area_stated_m2"][0] == "TBMJ"


def test_the_more_alike_heading_wins() -> None:
    assert _found("建筑密度上限值列 建筑密度上限值")["density_max"][0] == "建筑密度上限值"


def test_of_two_headings_that_differ_in_case_the_first_is_taken() -> None:
    assert _found("bsm BSM", "landuse")["id"][0] == "bsm"


# —— remembered ——


def test_what_was_chosen_the_last_time_wins() -> None:
    chosen = {"id": ("OBJECTID", ""), "area_stated_m2": ("面积 ", "亩"), "far": ("容积率", "")}
    found = _found("DKBH OBJECTID 面积 容积率", remembered=chosen)
    assert found == {
        "id": ("OBJECTID", "remembered", ""),
        "area_stated_m2": ("面积", "remembered", "亩"),
        "far": ("容积率", "remembered", ""),
    }


def test_a_field_that_is_gone_is_sought_anew() -> None:
    assert _found("DKBH", remembered={"id": ("OBJECTID", "")})["id"] == ("DKBH", "exact", "")


def test_a_column_left_empty_the_last_time_stays_empty() -> None:
    assert _found("DKBH 备注", remembered={"remark": ("", "")}) == {"id": ("DKBH", "exact", "")}


def test_a_remembered_unit_that_is_no_unit_is_forgotten() -> None:
    assert _found("面积(公顷)", remembered={"area_stated_m2": ("面积(公顷)", "顷")}) == {
        "area_stated_m2": ("面积(公顷)", "remembered", "公顷")
    }


# —— anything ——

WORDS = st.sampled_from([word for column in DATASETS["plots"].columns for word in words_of(column, "plots", SYNONYMS)])
ENDS = st.sampled_from(["", "(亩)", "（%）", "_1", "值", " ", "(元)", "（≤）"])


@settings(deadline=None, max_examples=60)
@given(headings=st.lists(st.builds(str.__add__, WORDS, ENDS) | st.text(max_size=8), max_size=10))
def test_every_column_and_every_field_is_suggested_once_at_most(headings: list[str]) -> None:
    found = propose_fields(headings, "plots", SYNONYMS)
    order = [column for column in DATASETS["plots"].names if column in {one.column for one in found}]
    assert [one.column for one in found] == order
    assert len({one.heading for one in found}) == len(found)
    assert {one.heading for one in found} <= set(headings)
    for one in found:
        allowed = choices(DATASETS["plots"].column(one.column))
        assert one.how in HOW
        assert 80 <= one.score <= 100
        assert one.unit is None or one.unit in allowed or (one.unit == "" and not allowed)
