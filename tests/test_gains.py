"""What proposals gain, as the screen tells it: figures side by side, bars, differences."""

import re

import pandas as pd

from geodata.indicators import load_indicators
from layers import measures
from layers.proposals import compared

TABLE = load_indicators()[0]


def figure(part: float, whole: float, spread: float | None = None) -> "pd.Series[float]":
    """A figure; within a schematic outline where a spread is given."""
    value = part / whole
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
