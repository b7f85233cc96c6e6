"""Where the next parks serve most: by hand, against every choice there is, and what may never happen."""

import re
import time
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely import Point, box

from geodata import crs
from geodata.errors import MeasureError
from geodata.measures.green import covered_area
from geodata.measures.optimum import optimum, prove
from geodata.measures.siting import Reach, greedy, reach_of_land, reach_of_rows
from geodata.watch import CancelledError, Watch

ROW = "abcdefgh"


def table(*shapes: object, index: str | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), index=list(index) if index else None, crs=crs.METRIC)


def served(reach: Reach, sites: list[int]) -> float:
    """What sites serve together, added up piece by piece."""
    covered = reach.serves[sites].toarray().any(axis=0)
    return float(reach.weights[covered].sum())


TRAP = [Point(x, 0) for x in (0, 100, 200, 300, 400, 500)]
"""Greed takes the middle of the six homes first and then needs both ends; two sites could have served all."""
WORTH = pd.Series([3.0, 2.0, 2.0, 2.0, 2.0, 3.0])
TRAPPED = reach_of_rows(
    table(*TRAP), table(Point(250, 0), Point(100, 0), Point(400, 0), index="mwe"), distance=150, weights=WORTH
)


def test_greed_is_quick_and_the_optimum_is_better() -> None:
    assert greedy(TRAPPED, 2).gains.to_dict() == {"m": 8.0, "w": 3.0}
    best = optimum(TRAPPED, 2)
    assert sorted(best.gains.index) == ["e", "w"]
    assert (best.total, best.proven) == (14.0, True)
    assert greedy(TRAPPED, 2).bound == np.inf


def test_no_more_sites_than_serve_anybody() -> None:
    assert greedy(TRAPPED, 9).gains.tolist() == [8.0, 3.0, 3.0]
    assert optimum(TRAPPED, 9).total == 14.0
    nowhere = reach_of_rows(table(*TRAP), table(Point(0, 9999), index="x"), distance=150, weights=WORTH)
    assert greedy(nowhere, 2).gains.empty
    assert optimum(nowhere, 2).gains.empty


def test_what_exists_or_will_serves_already() -> None:
    homes, sites = table(Point(0, 0), Point(50, 0), Point(900, 0)), table(Point(0, 10), Point(900, 10), index="ab")
    weights = pd.Series([5.0, 5.0, 1.0])
    reach = reach_of_rows(homes, sites, distance=100, weights=weights, locked=table(Point(-40, 0)))
    assert greedy(reach, 2).gains.to_dict() == {"b": 1.0}


def test_the_distance_itself_counts_and_unknown_people_count_nothing() -> None:
    homes = table(Point(0, 0), Point(300, 0), Point(300.01, 0))
    reach = reach_of_rows(homes, table(Point(0, 0), index="a"), distance=300, weights=pd.Series([None, 2.0, 4.0]))
    assert greedy(reach, 1).total == 2.0


def test_land_is_cut_where_a_reach_ends() -> None:
    land = table(box(0, 0, 1000, 100))
    before = land.to_wkb()
    sites = table(box(-20, -500, 0, 600), box(1000, -500, 1020, 600), box(0, 5000, 1, 5001), index="abc")
    choice = optimum(reach_of_land(land, sites, distance=600), 2)
    assert choice.gains.tolist() == pytest.approx([60_000, 40_000])
    locked = reach_of_land(land, sites, distance=600, locked=sites.loc[["a"]])
    assert greedy(locked, 2).gains.to_dict() == pytest.approx({"b": 40_000.0})
    assert land.to_wkb().equals(before)


def test_touching_alone_serves_no_land() -> None:
    reach = reach_of_land(table(box(0, 0, 10, 10)), table(box(-20, 0, -10, 10), index="a"), distance=10)
    assert greedy(reach, 1).gains.empty
    assert optimum(reach, 1).total == 0


squares = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 4)).map(
    lambda told: box(told[0] * 50, told[1] * 50, told[0] * 50 + told[2] * 10, told[1] * 50 + told[2] * 10)
)


@given(st.lists(squares, min_size=1, max_size=5), st.lists(squares, min_size=1, max_size=6), st.integers(1, 3))
def test_pieces_add_up_and_nothing_is_better_than_the_optimum(sites: list[object], land: list[object], n: int) -> None:
    united = shapely.get_parts(shapely.union_all(land))
    areas, candidates = table(*united), table(*sites, index=ROW[: len(sites)])
    reach = reach_of_land(areas, candidates, distance=120)
    choice = optimum(reach, n)
    together = covered_area(areas, candidates.loc[choice.gains.index], distance=120).sum()
    assert choice.total == pytest.approx(together, abs=1e-6)
    choices = combinations(range(len(sites)), min(n, len(sites)))
    assert choice.total == pytest.approx(max(served(reach, list(one)) for one in choices), abs=1e-6)
    assert choice.proven
    assert choice.total >= greedy(reach, n).total - 1e-6


@pytest.mark.parametrize(
    ("count", "weights", "sentence"),
    [
        (0, WORTH, "新增公园数量：不能是 0，请填 1 以上的整数。"),
        (1, WORTH[::-1], "权重：与服务对象的编号不一致，请为每个服务对象给出一个数。"),
        (1, -WORTH, "权重：有小于 0 或不是数的值，请改正人口、户数等数据。"),
    ],
)
def test_what_cannot_be_sited_is_refused(count: int, weights: pd.Series, sentence: str) -> None:
    with pytest.raises(MeasureError) as refused:
        greedy(reach_of_rows(table(*TRAP), table(Point(0, 0), index="a"), distance=100, weights=weights), count)
    assert str(refused.value) == sentence


def hard() -> Reach:
    """A choice that takes the solver far longer than a test."""
    random = np.random.default_rng(1)
    serves = np.zeros((300, 1000), bool)
    for piece in range(1000):
        serves[random.choice(300, 8, replace=False), piece] = True
    return Reach(pd.RangeIndex(300), csr_array(serves), random.uniform(1, 2, 1000))


def test_the_optimum_in_a_process_of_its_own_is_the_optimum() -> None:
    found = prove(TRAPPED, 2, watch=Watch())
    pd.testing.assert_series_equal(found.gains, optimum(TRAPPED, 2).gains)
    assert found.proven
    with pytest.raises(MeasureError, match="不能是 0"):
        prove(TRAPPED, 0, watch=Watch())


def test_looking_for_the_optimum_tells_how_far_it_is_and_stops_at_once() -> None:
    shares, said, asked = [], [], []

    def tell(share: float, what: str) -> None:
        shares.append(share)
        said.append(what)
        if what:
            asked.append(time.monotonic())

    watch = Watch(tell, lambda: bool(asked))
    with pytest.raises(CancelledError):
        prove(hard(), 20, watch=watch)
    assert time.monotonic() - asked[0] < 1
    assert shares == sorted(shares)
    assert said[0] == ""
    assert re.fullmatch(r"任何选法至多比逐个选取多 \d+\.\d%", said[-1])


def test_what_is_not_proven_in_time_keeps_the_best_and_its_bound() -> None:
    found = prove(hard(), 20, watch=Watch(), seconds=0.5)
    assert found.total >= greedy(hard(), 20).total
    assert found.bound > found.total
    assert not found.proven
