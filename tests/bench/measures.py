"""How fast measures are, beside their peers: `python tests/bench/measures.py [--sizes 10000 100000 1000000]`.

Every line is ours divided by the best peer, in one run, medians, results checked equal. The land is the usual
demonstration town (9 024 buildings), as many times side by side as it takes, without the buildings beyond the number.
PostGIS has two workers; loading and indexing are not counted. A peer that would take long by its time on the size
before is left out, and the line says so.
"""

import argparse
import json
import math
import resource
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))  # a script finds only its own folder

from geodata.indicators import load_indicators  # noqa: E402
from geodata.measures import access, walking  # noqa: E402
from geodata.measures.green import covered_area, nearest_distance, within  # noqa: E402
from geodata.measures.inputs import By  # noqa: E402
from geodata.measures.reading import with_range  # noqa: E402
from geodata.measures.shared import Shared, in_memory  # noqa: E402
from geodata.measures.walking import walking_distance  # noqa: E402
from tests.bench import measures_peers as peers  # noqa: E402
from tests.bench.clock import Line  # noqa: E402
from tests.bench.measures_land import Place, Tables, malta, place, town, towns  # noqa: E402
from tests.databases import Cluster, cluster  # noqa: E402

MEDIANS = Path(__file__).with_suffix(".json")
SIZES = (10_000, 100_000, 1_000_000)
AIMED = 100_000
"""Targets hold from so many buildings on."""
MILLION = 1_000_000
NEAR_M, FAR_M, COVER_M, WALK_M = 300.0, 5_000.0, 50.0, 300.0
PATIENCE_S, ENOUGH_S = 30.0, 5.0
"""A peer that would take longer is left out; what has taken so long is not run again."""
CLOSE = 1e-9
RUNS = {10_000: 5, 100_000: 3, 1_000_000: 3}
GROWTH = 12.0
PAGE_PLOTS, PAGE_BUILDINGS, PAGE_GREEN = 40_000, 30_000, 3_000
PAGE_S, MILLION_S, MILLION_MB = 2.0, 60.0, 4_000.0

Answer = Any
Act = Callable[[], Answer]


@dataclass(frozen=True)
class Contest:
    """One measure: ours, its peers, the least it can take, and the most ours may be of the best peer."""

    name: str
    ours: Act
    peers: Mapping[str, Act]
    limit: Mapping[str, Act]
    target: float | None


@dataclass
class Taken:
    """Seconds of every act on the sizes so far: what tells which peer would take minutes."""

    seconds: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)

    def expected(self, what: tuple[str, str], size: int) -> float:
        """How long an act would take on a size, if it grew in proportion."""
        before, seconds = self.seconds.get(what, (size, 0.0))
        return seconds * size / before


def contests(at: Place, ask: Mapping[str, Callable[[float], peers.Row]]) -> list[Contest]:
    """Everything that is compared on a place."""

    def postgis(name: str, metres: float) -> dict[str, Act]:
        return {"PostGIS": lambda: ask[name](metres)} if name in ask else {}

    demand, supply = at.demand, at.supply
    net = walking.network(at.streets)
    goal = access.entrances(supply.geometry.to_numpy(), net)
    return [
        Contest(
            f"within, {NEAR_M:.0f} m",
            lambda: within(demand, supply, distance=NEAR_M).to_numpy(),
            {"sjoin dwithin": lambda: peers.within(at, NEAR_M), **postgis("within", NEAR_M)},
            {"KD-tree": lambda: peers.kd_tree(at)},
            1.1,
        ),
        Contest(
            "nearest_distance",
            lambda: nearest_distance(demand, supply, limit=FAR_M).to_numpy(),
            {"sjoin_nearest": lambda: peers.nearest(at, FAR_M), **postgis("nearest_distance", FAR_M)},
            {"KD-tree": lambda: peers.kd_tree(at)},
            1 / 1.6,
        ),
        Contest(
            f"covered_area, {COVER_M:.0f} m",
            lambda: covered_area(demand, supply, distance=COVER_M).to_numpy(),
            {
                "union_all": lambda: peers.covered_by_union(at, COVER_M),
                "clip per area": lambda: peers.covered_by_area(at, COVER_M),
                **postgis("covered_area", COVER_M),
            },
            {"one union": lambda: peers.one_union(at, COVER_M)},
            1 / 2,
        ),
        Contest(
            f"walking_distance, {WALK_M:.0f} m, ways to the streets and all",
            lambda: walking_distance(demand, supply, at.streets, limit=WALK_M).to_numpy(),
            {"networkx": lambda: peers.walked(at, WALK_M)},
            {},
            None,
        ),
        Contest(
            f"walking_distance, {WALK_M:.0f} m, along the streets alone",
            lambda: walking.to_vertices(net, goal, WALK_M),
            {"networkx": lambda: peers.by_networkx(net, goal, WALK_M)},
            {},
            1 / 20,
        ),
    ]


def compared(contest: Contest, size: int, taken: Taken) -> Line:
    """Run a contest; ours and every peer in turn, round by round."""
    runs = RUNS.get(size, 1)
    told = {name: act for name, act in contest.peers.items() if taken.expected((contest.name, name), size) < PATIENCE_S}
    acts = {"ours": contest.ours, **told, **contest.limit}
    seconds, answers = _rounds(acts, runs)
    taken.seconds |= {(contest.name, name): (size, value) for name, value in seconds.items()}
    for name in told:
        assert same(answers["ours"], answers[name]), f"{contest.name}: {name} finds something else"
    left_out = [f"{name} left out" for name in contest.peers if name not in told]
    beside = "; ".join([*(f"{name} {value:.2f} s" for name, value in seconds.items()), *left_out])
    if told:
        ratio = seconds["ours"] / min(seconds[name] for name in told)
        target = contest.target if size >= AIMED else None
        line = Line(f"{contest.name} / best peer", ratio, "times", beside, target)
    else:
        line = Line(contest.name, seconds["ours"], "s", beside)
    print(f"{size:,} {line.row()}", file=sys.stderr, flush=True)
    return line


def _rounds(acts: Mapping[str, Act], runs: int) -> tuple[dict[str, float], dict[str, Answer]]:
    """Median seconds and the last answer of each act."""
    taken: dict[str, list[float]] = {name: [] for name in acts}
    answers: dict[str, Answer] = {}
    for _ in range(runs):
        for name, act in acts.items():
            if sum(taken[name]) > ENOUGH_S:
                continue
            start = time.perf_counter()
            answers[name] = act()
            taken[name].append(time.perf_counter() - start)
    return {name: median(values) for name, values in taken.items()}, answers


def same(ours: Answer, theirs: Answer) -> bool:
    """Whether two answers are equal: row by row, or in number and sum."""
    if not isinstance(theirs, tuple):
        return bool(np.allclose(ours, theirs, rtol=CLOSE, atol=1e-6, equal_nan=True))
    if ours.dtype == bool:
        return theirs == (ours.sum(), np.flatnonzero(ours).sum())
    return math.isclose(theirs[1], float(np.nansum(ours)), rel_tol=CLOSE)


def growth(taken: Taken, small: Mapping[str, float]) -> list[Line]:
    """How much longer ten times the land takes."""
    lines = []
    for (name, who), (size, seconds) in taken.seconds.items():
        if who == "ours" and size == MILLION and name in small:
            ratio = seconds / small[name]
            lines.append(Line(f"{name}: {MILLION:,} / {AIMED:,} buildings", ratio, "times", "", GROWTH))
    return lines


def indicators(tables: Tables, by: By) -> float:
    """Seconds for all indicators of the page, for every unit with its range, coverages by one of BY."""
    start = time.perf_counter()
    shared = Shared(tables, {kind: kind for kind in tables}, in_memory())
    for row in load_indicators()[0].values():
        with_range(row, shared, shared["units"], by=by if row.sources.bands else "land")
    return time.perf_counter() - start


def page(runs: int) -> Line:
    """All indicators of the page for 30 000 buildings and 3 000 green areas: parks first, then gardens."""
    tables = town(PAGE_PLOTS)
    tables["buildings"] = tables["buildings"].iloc[:PAGE_BUILDINGS]
    green = tables["green"]
    parks = green["green_class"].astype(str).str.startswith("G")
    tables["green"] = green.loc[[*green.index[parks], *green.index[~parks]][:PAGE_GREEN]]
    seconds = median(indicators(tables, "land") for _ in range(runs + 1))
    return Line(
        "30,000 buildings, 3,000 green areas: all indicators", seconds, "s", "of land, 3 units with ranges", PAGE_S
    )


def million() -> tuple[dict[By, float], float]:
    """Seconds for all indicators of a million buildings, of land and of dwellings, and megabytes."""
    land = towns(town(), MILLION)
    seconds: dict[By, float] = {by: indicators(land, by) for by in ("land", "dwellings")}
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _million() -> list[Line]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        seconds, megabytes = pool.submit(million).result()
    what = f"{MILLION:,} buildings, all 街道 of all towns with ranges: all indicators, of"
    return [
        *(Line(f"{what} {by}", taken, "s", "", MILLION_S) for by, taken in seconds.items()),
        Line("the same, peak memory with the land itself", megabytes, "MB", "", MILLION_MB),
    ]


def on(at: Place, size: int, running: Cluster | None, taken: Taken) -> list[Line]:
    """All contests on a place."""
    with ExitStack() as stack:
        ask = {}
        if running is not None:
            connection = stack.enter_context(peers.loaded(running, f"measures{len(taken.seconds)}", at))
            ask = peers.there(connection)
        lines = [compared(contest, size, taken) for contest in contests(at, ask)]
    return [line._replace(what=f"{at.name}: {line.what}") for line in lines]


def measured(sizes: list[int], running: Cluster | None) -> list[Line]:
    """All lines."""
    largest = _million() if MILLION in sizes else []  # first: a process inherits the peak of the one that begins it
    one, taken, small, lines = town(), Taken(), {}, []
    for size in sizes:
        at = place(f"{size:,} buildings", towns(one, size))
        lines += on(at, size, running, taken)
        if size == AIMED:
            small = {name: seconds for (name, who), (_, seconds) in taken.seconds.items() if who == "ours"}
    lines += growth(taken, small)
    if real := malta():
        lines += on(real, len(real.demand), running, Taken())
    return [*lines, page(2), *largest]


def _postgis(stack: ExitStack) -> Cluster | None:
    """Start PostgreSQL, where there is one."""
    try:
        return stack.enter_context(cluster())
    except pytest.skip.Exception as missing:
        print(missing)
        return None


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    sizes = parser.parse_args().sizes
    with ExitStack() as stack:
        lines = measured(sizes, _postgis(stack))
    MEDIANS.write_text(json.dumps([line._asdict() for line in lines], indent=1) + "\n")
    print("| what | figure | beside | target | |\n| --- | --- | --- | --- | --- |")
    for line in lines:
        print(line.row())
