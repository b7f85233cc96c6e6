"""Which official outline is that of which unit of the plan: the same name counts, a similar one is only proposed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
from rapidfuzz import fuzz

from geodata.config import load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.fields import normal
from geodata.land import Land
from geodata.outlines import replaceable
from geodata.tables import records

HOW = {
    "item_id": "编号相同",
    "name": "名称相同",
    "other_class": "名称相同，界线类别不同",
    "near": "名称相近",
    "person": "人工指定",
}
"""How an outline was found for a unit, the surest first."""

SURE = ("item_id", "name")
"""What counts without a person's word, as long as it is the only one."""

SIMILAR = 0.6
"""From this score (0 to 1) on a name is proposed."""

MOST = 5
"""Outlines proposed for a unit."""

_CORE = 0.95
"""What equal names without their endings score."""

_READ = ["id", "name", "boundary_class", "item_id"]
_TOWN = "大连"
_GIVEN = re.compile(r"^.*?[:：]")
_ASIDE = re.compile(r"[(（](.*?)[)）]")
_ENDINGS = re.compile(r"(街道办事处|街道|区域|片区|地块|组团|新城|(新)?填海(地块|区域|区)?|城区)+$")
_FITS: Mapping[str, tuple[str, ...]] = {"jurisdiction": ("zone",), "subdistrict": ("subdistrict",)}
"""Class of an outline -> roles of the units it is made for; 布局单元 for all others, further classes for none."""


class Names(Contract):
    """What a unit is called elsewhere."""

    names: tuple[Text, ...]


@dataclass(frozen=True)
class Choice:
    """What is proposed for a unit.

    Attributes
    ----------
    item : str
        Id of a unit of the plan or of a subdistrict.
    row : str
        Id of the outline; "" where none is proposed.
    how : str
        A key of HOW; "" without a row.
    score : float
        How alike the names are, 0 to 1.
    sure : bool
        Whether it counts without a person's word.
    others : tuple of str
        Further outlines to choose from, the likelier first.
    """

    item: str
    row: str = ""
    how: str = ""
    score: float = 0.0
    sure: bool = False
    others: tuple[str, ...] = ()


Spelled = Mapping[str, Names]


def other_names(own: Path) -> tuple[Spelled, tuple[DashboardError, ...]]:
    """Read what official files call the units, by their name in the plan.

    Parameters
    ----------
    own : Path
        Folder of the office's tables.
    """
    return load_table("unit_names", Names, own=own)


def candidates(land: Land, rows: gpd.GeoDataFrame, spelled: Spelled) -> pd.DataFrame:
    """Find the outlines that may be those of the plan's units and of the subdistricts, by id and by name.

    Parameters
    ----------
    land : Land
    rows : GeoDataFrame
        Official outlines in the form of the kind boundaries.
    spelled : mapping
        From `other_names`.

    Returns
    -------
    DataFrame
        `item`, `row`, `how` (a key of HOW), `score` (0 to 1): at most MOST a unit, the surest first.
    """
    units = records(replaceable(land).rename_axis("id").reset_index())
    named = [(row, _forms(row["name"])) for row in records(pd.DataFrame(rows)[_READ])]
    found = [
        {"item": unit["id"], "row": row["id"], "how": how, "score": score}
        for unit in units
        for forms in [_forms(unit["name"], unit["short"], *_called(unit["name"], spelled))]
        for row, other in named
        for how, score in [_compared(unit, row, (forms, other))]
        if how
    ]
    table = pd.DataFrame(found, columns=["item", "row", "how", "score"])
    order = table.assign(
        item=pd.Categorical(table["item"], [unit["id"] for unit in units]),
        how=pd.Categorical(table["how"], list(HOW)),
        score=-table["score"],
    )
    return table.loc[order.sort_values(["item", "how", "score", "row"]).index].groupby("item", sort=False).head(MOST)


def proposals(land: Land, rows: gpd.GeoDataFrame, spelled: Spelled) -> tuple[Choice, ...]:
    """Propose an outline for each unit of the plan and each subdistrict, in their order; none where no name is alike.

    An outline counts without a person's word only where its id or its name is that of the unit, and no second one's.
    One that so belongs to a unit is not proposed to others whose names are merely alike.
    """
    found = candidates(land, rows, spelled)
    by_item = {str(item): records(pd.DataFrame(group)) for item, group in found.groupby("item", sort=False)}
    choices = tuple(_choice(str(item), by_item.get(str(item), [])) for item in replaceable(land).index)
    taken = {one.row for one in choices if one.sure}
    return tuple(_untaken(one, by_item.get(one.item, []), taken) for one in choices)


def unknown_ids(land: Land, rows: pd.DataFrame) -> tuple[str, ...]:
    """规划事项编号 of outlines that no unit of the plan and no subdistrict has."""
    known = replaceable(land).index
    return tuple(sorted({str(key) for key in rows["item_id"].dropna() if key not in known}))


def similarity(names: Iterable[str], others: Iterable[str]) -> float:
    """Score from 0 to 1 of the two most alike names, endings like 街道 or 组团 apart.

    Examples
    --------
    >>> similarity(["小平岛区域"], ["小平岛片区"]), similarity(["小平岛区域"], ["庙岭"])
    (0.95, 0.0)
    """
    return max((_score(one, other) for one in names for other in others), default=0.0)


def _compared(unit: Mapping[str, str], row: Mapping[str, str], forms: tuple[set[str], set[str]]) -> tuple[str, float]:
    """How an outline belongs to a unit, and the score of its name; "" where it does not."""
    score = round(similarity(*forms), 2)
    if not pd.isna(row["item_id"]):
        return ("item_id", score) if row["item_id"] == unit["id"] else ("", score)
    if forms[0] & forms[1]:
        return ("name" if _fits(row["boundary_class"], unit["role"]) else "other_class"), 1.0
    return ("near" if score >= SIMILAR else ""), score


def _fits(boundary_class: str, role: str) -> bool:
    made_for = {role for roles in _FITS.values() for role in roles}
    return role in _FITS.get(boundary_class, ()) or (boundary_class == "layout_unit" and role not in made_for)


def _choice(item: str, found: list[dict[str, str]]) -> Choice:
    if not found:
        return Choice(item)
    first, *rest = found
    alone = all(other["how"] != first["how"] for other in rest)
    sure = first["how"] in SURE and alone
    others = tuple(other["row"] for other in rest)
    return Choice(item, first["row"], first["how"], float(first["score"]), sure, others)


def _untaken(choice: Choice, found: list[dict[str, str]], taken: set[str]) -> Choice:
    """Pass over outlines that are surely another unit's; they can still be chosen."""
    if choice.how != "near" or choice.row not in taken:
        return choice
    free = [other for other in found if other["row"] not in taken]
    rest = tuple(other["row"] for other in found if other["row"] in taken)
    again = _choice(choice.item, free)
    return replace(again, others=(*again.others, *rest))


def _forms(*names: str) -> set[str]:
    """Ways to write names: without the label before a colon, without the town, without what stands in brackets."""
    given = [_GIVEN.sub("", name) for name in names if isinstance(name, str)]
    plain = [normal(form) for name in given for form in (name, _ASIDE.sub("", name))]
    return {form for name in plain for form in (name, name.removeprefix(_TOWN)) if form}


def _called(name: str, spelled: Spelled) -> tuple[str, ...]:
    return spelled[name].names if name in spelled else ()


def _score(one: str, other: str) -> float:
    whole = float(fuzz.ratio(one, other)) / 100
    cores = _ENDINGS.sub("", one), _ENDINGS.sub("", other)
    if one == other or not all(cores):
        return whole
    return _CORE if cores[0] == cores[1] else (whole + float(fuzz.ratio(*cores)) / 100) / 2
