"""Differences as the screen tells them, of proposals and of before: they add up with what stands beside them."""

import re

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from geodata import crs
from geodata.indicators import load_indicators
from layers import calibers, green, measures
from layers.proposals import Gain, change, compared, gained

TABLE = load_indicators()[0]


def figure(part: float, whole: float, spread: float | None = None) -> "pd.Series[float]":
    """A figure; within a schematic outline where a spread is given."""
    value = part / whole if whole else float("nan")
    low, high = (None, None) if spread is None else (value - spread, value + spread)
    return pd.Series({"part": part, "whole": whole, "value": value, "low": low, "high": high}, dtype=float)


def test_bars_of_figures_per_person_are_as_long_as_the_figures() -> None:
    rows = [figure(6.1, 1), figure(9.7, 1), None]
    said = compared(["现状", "甲", "乙"], [(TABLE["park_per_person"], rows)])
    widths = [float(width) for width in re.findall(r"var\(--bar\) ([\d.]+)%", said)]
    assert widths[0] < widths[1] < 100
    assert "无数据" in said


def test_the_target_is_said_with_its_unit_wherever_it_is_told() -> None:
    told = measures.Told("", schematic=False, synthetic=False, caliber="")
    aims = [dict(measures.basis(TABLE[key], told))["目标值"] for key in ("park_per_person", "cov2022", "park500")]
    assert aims[0].startswith("8 平方米/人（")
    assert aims[1].startswith("85%（")
    assert aims[2] == "未设目标值"


@pytest.mark.parametrize(
    ("key", "before", "after", "said"),
    [
        ("green300", figure(20_000, 20_000, 0), figure(0.0, 0.0), "约 −2.0 公顷（居住用地 −2.0 公顷）"),
        ("green300", figure(60_000, 60_000, 0), figure(4e4, 4e4, 0), "约 −2.0 公顷，0 个百分点（居住用地 −2.0 公顷）"),
        ("park500", figure(10_000, 40_000), figure(20_000, 40_000), "+1.0 公顷，+25.0 个百分点"),
        ("park500", figure(10_000, 40_000, 0.1), figure(20_000, 40_000, 0.1), "约 +1.0 公顷，+25 个百分点"),
        ("park500", figure(10_000, 40_000, 0.1), figure(10_000, 40_000, 0.1), "不变"),
        ("green_ratio", figure(10_000, 40_000), figure(12_000, 40_000), "+0.2 公顷，+5.0 个百分点"),
        ("park_per_person", figure(600, 100), figure(612, 100), "+0.12 平方米/人"),
        ("park_per_person", figure(600, 100, 1), figure(620, 100, 1), "约 +0.2 平方米/人"),
        ("park_per_person", figure(600, 100), figure(600, 100), "不变"),
    ],
)  # fmt: skip
def test_a_gain_says_what_is_reached_its_share_and_what_there_is_no_more(
    key: str, before: "pd.Series[float]", after: "pd.Series[float]", *, said: str
) -> None:
    gain = Gain(TABLE[key], "全区", before, after)
    assert change(gain) == said
    assert said in gained([gain])


def test_a_gain_of_people_is_told_in_people() -> None:
    gain = Gain(TABLE["park500"], "全区", figure(100, 400), figure(90, 380), by="people")
    assert change(gain) == "−10 人，−1.3 个百分点（人口 −20 人）"


def test_differences_add_up_with_the_figures_beside_them() -> None:
    told = TABLE["park500"]
    steps = [pd.DataFrame([figure(part, 1, 0.02)], index=["D"]) for part in (0.8144, 0.5166, 0.5249)]
    said = calibers.change(told, {"D": "甲街道"}, (steps[0], steps[1], steps[2]))
    cells = re.findall(r'<td class="number">([^<（]*)', said)
    assert cells == ["约 81.4%", "约 −29.7", "约 +0.8", "约 52.5%"]
    units = gpd.GeoDataFrame(
        {"name": ["甲街道"]}, geometry=[box(6e5, 4.3e6, 6.1e5, 4.31e6)], index=["D"], crs=crs.METRIC
    )
    said = green.both(told, units, steps[0], steps[1])
    assert "直线 约 81.4%（79.4%–83.4%）" in said
    assert "步行 约 51.7%" in said
    assert "相差 29.7 个百分点" in said
