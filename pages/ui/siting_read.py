"""What 选址推荐 reads from what is held, for the screen and for files alike."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd

from geodata.candidates import Wanted, candidates
from geodata.catalogue import Catalogue
from geodata.errors import MeasureError
from geodata.indicators import Indicator
from geodata.kinds import DATASETS
from geodata.measures import optimum, siting
from geodata.measures.inputs import By, demand, sources
from geodata.measures.shared import fingerprint
from geodata.measures.siting import Choice, Reach
from geodata.parks import Park
from geodata.versions import Version
from geodata.watch import UNWATCHED
from layers import measures
from pages.ui import caches, draft, measured
from pages.ui.measured import Ask

KINDS = {"landuse", "supplied", "plots", "controls", "green"}
"""Kinds of datasets that candidates and what stands against them come from."""
MOST_SITES, METRES = 20, (50, 2000)
"""So many sites at most; a park serves so far: from, to."""
_WHERE = "选址推荐"
NONE = "没有符合条件的候选地块，请放宽类别或面积。"


@dataclass(frozen=True)
class Question:
    """What is wanted.

    Attributes
    ----------
    goal : str
        Key of GOALS, one of BY.
    metres : float
        How far a new park serves.
    own : bool
        Whether the parks of what is tried are candidates; else they are there already.
    tried : tuple of Park
        Those parks.
    """

    wanted: Wanted
    count: int
    goal: By
    metres: float
    own: bool
    tried: tuple[Park, ...]


def lacking(held: Catalogue, tables: Mapping[str, gpd.GeoDataFrame]) -> str:
    """What there is too little of, or what is not of one sort; "" where all is there."""
    if {"landuse", "green"} - tables.keys():
        return "无数据：缺少现状用地或绿地、公园，请在“数据”页导入。"
    return held.mixture(sorted(KINDS))


def sites(held: Catalogue, question: Question) -> tuple[gpd.GeoDataFrame, int]:
    """Give the candidates, and how many more there would be."""
    return candidates(draft.tables(held, KINDS), question.wanted, own=question.tried if question.own else ())


def best(reach: Reach, count: int, found: Choice | None = None) -> Choice:
    """Give the choice nothing is better than, or the best that was found in time; once for the same sites.

    Parameters
    ----------
    found : Choice, optional
        What somebody has found already.
    """
    name = f"optimum {count} {content_of(reach)}"
    return caches.computed(name, lambda: found or optimum.prove(reach, count, watch=UNWATCHED))


def used(held: Catalogue, question: Question) -> tuple[Version, ...]:
    """The data an answer rests on."""
    told = measured.versions(held, _ask(question))
    more = {kind: version for kind in KINDS if (version := held.current(kind))}
    return tuple({**told, **more}.values())


def said(quick: Choice, best: Choice | None, goal: By) -> str:
    """How good the choice is."""
    if best is None:
        return "逐个选取（贪心），未证明为最优。"
    more = best.total - quick.total
    proven = "已证明为最优" if best.proven else f"限时内未能证明，上限 {measures.amount(best.bound, goal)}"
    beside = f"比逐个选取多 {measures.amount(more, goal)}" if more > quick.total * 1e-6 else "与逐个选取相同"
    return f"{proven}，{beside}。"


def content_of(reach: Reach) -> str:
    """Digest of what each site serves: what was proven for one distance is not proven for another."""
    parts = (reach.weights, reach.serves.indptr, reach.serves.indices, reach.serves.data)
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()


def _ask(question: Question) -> Ask:
    return Ask("", _served(), question.goal, "zone")


def _served() -> Indicator:
    """The indicator whose parks and homes are meant: 500米见园, or the first that is straight."""
    table, _ = measured.table()
    return table.get("park500") or next(row for row in table.values() if row.how == "straight")


def reach_of(held: Catalogue, sites: gpd.GeoDataFrame, question: Question) -> Reach:
    """What each site newly serves; parks that are there, and those of what is tried, serve already.

    Raises
    ------
    MeasureError
        What is to be served is not held.
    """
    asked, goal, metres = _ask(question), question.goal, question.metres
    if absent := set(asked.kinds) - set(measured.versions(held, asked)):
        names = "、".join(DATASETS[kind].label for kind in sorted(absent))
        raise MeasureError(_WHERE, f"缺少{names}数据", "请在“数据”页导入，或改选其他目标")
    inputs = measured.inputs(held, asked)
    rows, parks = demand(asked.indicator, inputs, by=asked.by), sources(asked.indicator.sources, inputs)
    tried = () if question.own else question.tried
    locked = gpd.GeoDataFrame(geometry=[*parks.geometry, *(park.shape for park in tried)], crs=rows.crs)
    places = [fingerprint(one.geometry.to_numpy()) for one in (sites, locked)]
    how = [goal, metres, asked.indicator.model_dump(mode="json"), *places]

    def compute() -> Reach:
        if goal == "land":
            return siting.reach_of_land(rows, sites, distance=metres, locked=locked)
        weights = rows[goal].astype(float)
        return siting.reach_of_rows(rows, sites, distance=metres, weights=weights, locked=locked)

    return caches.computed(f"reach {json.dumps([measured.contents(held, asked), how])}", compute)
