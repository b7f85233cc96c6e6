"""The sites nothing is better than, proven by HiGHS; in a process of its own, which can be stopped at any time."""

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from time import monotonic

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import eye_array, hstack

from geodata import apart
from geodata.measures.siting import Choice, Reach, asked, greedy, ranked
from geodata.watch import Watch

LIMIT_S = 60.0
"""So long it is looked for."""
_STARTING_S = 60.0
_ALLOWED = apart.Bounds(LIMIT_S + _STARTING_S, where="选址推荐", remedy="请减少候选地块后重试")
_BEAT_S = 0.2
_BOUND = re.compile(r"%\s+(-?\d\S*)\s+\S+\s+\S+(\s+\d+){4}\s+[\d.]+s$")
"""A line of the solver's table: share explored, best bound, best so far, gap, four counts, time."""


def optimum(reach: Reach, count: int, *, seconds: float = LIMIT_S, log: bool = False) -> Choice:
    """Choose the sites that serve most together, proven by HiGHS, or the best found in time with its bound.

    Parameters
    ----------
    reach : Reach
    count : int
        At most so many sites.
    seconds : float
        How long it may look.
    log : bool
        Whether the solver tells on standard output how far it is.

    Raises
    ------
    MeasureError
        Not at least one site is asked for.
    """
    count = asked(count)
    scale = reach.weights.max(initial=0)
    if not scale:
        return ranked(reach, np.array([], dtype=np.intp), count, bound=0.0)
    sites, pieces = reach.serves.shape
    worth = np.concatenate([np.zeros(sites), reach.weights / scale])
    served = hstack([-reach.serves.T.astype(float), eye_array(pieces)], format="csr")
    number = np.concatenate([np.ones(sites), np.zeros(pieces)])
    solved = milp(
        -worth,
        integrality=number,
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(served, ub=0), LinearConstraint(number, ub=count)],
        options={"time_limit": seconds, "mip_rel_gap": 0, "disp": log},
    )
    first = greedy(reach, count)
    bound = _bound(solved.mip_dual_bound, scale, reach)
    if solved.x is None:
        return Choice(first.gains, first.total, bound)
    found = ranked(reach, np.flatnonzero(solved.x[:sites] > 0.5), count, bound=bound)  # noqa: PLR2004 - 0 or 1
    return found if found.total >= first.total else Choice(first.gains, first.total, bound)


def prove(reach: Reach, count: int, *, watch: Watch, seconds: float = LIMIT_S) -> Choice:
    """As `optimum`, in a process of its own, which ends as soon as somebody stops it.

    Parameters
    ----------
    reach, count, seconds
        As for `optimum`.
    watch : Watch
        Told the share of the time that is gone, and how much better than the quick choice any other can be at most.

    Raises
    ------
    CancelledError
        Somebody stopped it.
    DatasetError
        Its process took too much, or died.
    MeasureError
        Not at least one site is asked for.
    """
    return apart.apart(partial(_prove, reach, count, seconds), watch=watch, bounds=_ALLOWED)


def _prove(reach: Reach, count: int, seconds: float, *, watch: Watch) -> Choice:
    """Find the optimum and tell meanwhile how far that is; the standard output of this process is lost."""
    first, scale = greedy(reach, count).total, float(reach.weights.max(initial=0))
    heard = [float("inf")]
    reading, writing = os.pipe()
    os.dup2(writing, 1)
    os.close(writing)
    began = monotonic()
    with os.fdopen(reading, encoding="utf-8", errors="replace") as lines, ThreadPoolExecutor(2) as pool:
        pool.submit(_listen, lines, heard)
        solved = pool.submit(optimum, reach, count, seconds=seconds, log=True)
        while not wait([solved], _BEAT_S).done:
            watch.step(min((monotonic() - began) / seconds, 1.0), _said(heard[-1] * scale, first))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody writes any more: the lines end
    return solved.result()


def _listen(lines: Iterable[str], heard: list[float]) -> None:
    """Hear what no choice can exceed, line by line.

    Examples
    --------
    >>> heard = []
    >>> _listen([" R  0  0  0  0.00%  -490.8684471  -330.9559276  48.32%  0  0  0  4268  2.3s", "Status"], heard)
    >>> heard
    [490.8684471]
    """
    found = (_BOUND.search(line.rstrip()) for line in lines)
    heard.extend(-float(one.group(1)) for one in found if one)


def _said(bound: float, first: float) -> str:
    """How much better than the quick choice any other can be at most; "" while nobody knows.

    Examples
    --------
    >>> _said(110.0, 100.0), _said(float("inf"), 100.0)
    ('任何选法至多比逐个选取多 10.0%', '')
    """
    more = bound / first - 1 if first and np.isfinite(bound) else np.nan
    return "" if np.isnan(more) else f"任何选法至多比逐个选取多 {max(more, 0.0):.1%}"


def _bound(told: float | None, scale: float, reach: Reach) -> float:
    """What no choice can exceed: all there is, where the solver had no time to say less."""
    everything = float(reach.weights.sum())
    return everything if told is None or not np.isfinite(told) else min(-told * scale, everything)
