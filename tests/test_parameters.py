"""Sizes and distances of an indicator: its texts follow them, and nothing out of range passes."""

from typing import Any

import pytest

from geodata.errors import MeasureError
from geodata.indicators import load_indicators
from geodata.parameters import differences, thresholds, with_bands

TABLE = load_indicators()[0]


def bands(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    """Give sizes and distances as a person tells them."""
    return [{"least_m2": size, "distance_m": metres} for size, metres in pairs]


def test_texts_say_the_new_sizes_and_distances() -> None:
    tried = with_bands(TABLE["cov2022"], bands((10_000, 600), (500, 200)))
    assert tried.definition == (
        "建成区内居住用地中，10000 平方米以上场地 600 米、500—10000 平方米场地 200 米服务半径所覆盖的比例"
    )
    assert tried.source == TABLE["cov2022"].source
    assert thresholds(tried) == "10000 平方米以上 600 米、500 平方米以上 200 米"


def test_minutes_and_years_are_no_distances() -> None:
    tried = with_bands(TABLE["walk5"], bands((400, 60)))
    assert tried.definition.startswith("沿可步行道路 60 米（按每分钟 60 米计 5 分钟）以内可到 400 平方米以上")


def test_a_text_stays_where_one_number_has_become_two() -> None:
    same = with_bands(TABLE["cov2022"], bands((5000, 300), (400, 300)))
    assert "场地 300 米、400—5000 平方米场地 300 米" in same.definition
    apart = with_bands(same, bands((5000, 500), (400, 200)))
    assert apart.definition == same.definition
    assert thresholds(apart) == "5000 平方米以上 500 米、400 平方米以上 200 米"


def test_the_same_parameters_are_the_same_row() -> None:
    assert with_bands(TABLE["cov2022"], bands((5000, 500), (400, 300))) == TABLE["cov2022"]


@pytest.mark.parametrize(
    "wrong", [bands((-1, 300)), bands((400, 0)), bands((400, 20_001)), bands((400, float("nan"))), [{"least_m2": "一"}]]
)
def test_what_is_out_of_range_is_refused(wrong: list[Any]) -> None:
    with pytest.raises(MeasureError) as caught:
        with_bands(TABLE["park500"], wrong)
    what = "最小面积须在 0 至 10,000,000 平方米之间，距离须在 1 至 20,000 米之间"
    assert str(caught.value) == f"指标“500米见园”的参数：{what}，请改正。"


def test_another_number_of_bands_is_refused() -> None:
    with pytest.raises(MeasureError, match="应有 2 组面积与距离，现为 1 组"):
        with_bands(TABLE["cov2022"], bands((400, 300)))


def test_differences_name_what_does_not_follow_from_the_sizes() -> None:
    park = TABLE["park500"]
    changed = with_bands(park, bands((400, 300))).model_copy(update={"definition": "另一定义", "nature": "预期性"})
    assert differences(park, changed) == (
        "400 平方米以上 500 米 → 400 平方米以上 300 米",
        "定义：公园边界 300 米以内的居住用地所占比例；公园为 400 平方米以上的公园绿地 → 另一定义",
        "指标性质：无 → 预期性",
    )
    more = park.sources.model_copy(update={"classes": ("G1", "G3")})
    (told,) = differences(park, park.model_copy(update={"sources": more}))
    assert told.startswith("计入的要素：")
    assert differences(park, park) == ()
