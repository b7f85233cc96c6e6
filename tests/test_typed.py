"""Values as people write them: read, or named, never lost."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.columns import Column
from geodata.typed import TYPES, blank, typed


@pytest.mark.parametrize(
    ("kind", "given_", "read", "bad"),
    [
        ("text", [" 甲 ", "", None, 12], ["甲", None, None, "12"], [0, 0, 0, 0]),
        ("text", [12.0, None], ["12", None], [0, 0]),
        ("text", [2.1e17, 1.0], [None, "1"], [1, 0]),
        ("text", [1.0, 2.5], ["1", "2.5"], [0, 0]),
        ("code", ["g 11", "０６０１"], ["G11", "0601"], [0, 0]),
        ("number", ["1,200.5", "５", "约 3", "inf", True], [1200.5, 5, None, None, None], [0, 0, 1, 1, 1]),
        ("number", [1.5, np.nan, np.inf], [1.5, None, None], [0, 0, 1]),
        ("integer", ["3.0", "3.5", 10**17, None], [3, None, None, None], [0, 1, 1, 0]),
        ("flag", ["是", "否", 1, "0.0", "y", "或许"], [True, False, True, False, True, None], [0, 0, 0, 0, 0, 1]),
        ("date", ["2021-05-18 00:00:00", "20210518", "2021年5月18日", "2021/5/18"], ["2021-05-18"] * 4, [0] * 4),
        ("date", ["2021-02-30", "五月", "", 20210518.0], [None, None, None, "2021-05-18"], [1, 1, 0, 0]),
    ],
)
def test_values_are_read_as_people_write_them(kind: Any, given_: list[Any], read: list[Any], bad: list[int]) -> None:
    values, wrong = typed(pd.Series(given_), Column("x", "列", kind))
    expected = pd.Series(pd.to_datetime(read) if kind == "date" else read, dtype=TYPES[kind])
    pd.testing.assert_series_equal(values, expected, check_names=False)
    assert wrong.astype(int).tolist() == bad


def test_types_that_fit_are_taken_as_they_are() -> None:
    flags, _ = typed(pd.Series([True, False]), Column("x", "列", "flag"))
    dates, _ = typed(pd.Series(pd.to_datetime(["2021-05-18"], utc=True)), Column("x", "列", "date"))
    assert flags.tolist() == [True, False]
    assert dates.dt.tz is None
    assert dates.dt.strftime("%Y-%m-%d").tolist() == ["2021-05-18"]


@pytest.mark.parametrize("kind", TYPES)
def test_a_blank_column_has_its_type(kind: Any) -> None:
    column = blank(Column("x", "列", kind), pd.RangeIndex(2))
    assert str(column.dtype) == TYPES[kind]
    assert column.isna().all()


ANYTHING = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.dates())


@settings(max_examples=60, deadline=None)
@given(values=st.lists(ANYTHING, min_size=1, max_size=6), kind=st.sampled_from(sorted(TYPES)))
def test_whatever_comes_is_read_or_named_never_lost(values: list[Any], kind: Any) -> None:
    given_ = pd.Series(values, dtype=object)
    read, bad = typed(given_, Column("x", "列", kind))
    empty = given_.isna() | given_.astype("string").str.strip().eq("").fillna(value=False).astype(bool)
    assert str(read.dtype) == TYPES[kind]
    assert (read.notna() | bad | empty).all()
    assert not (read.notna() & bad).any()
