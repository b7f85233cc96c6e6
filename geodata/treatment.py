"""What was done to the rows of a delivery before they came in: repaired, taken away, cut; kept with the version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import geopandas as gpd

from geodata.clip import HOW
from geodata.repair import Account

Act = Literal["mended", "removed", "cut"]

ACTS: Mapping[Act, str] = MappingProxyType({"mended": "修复", "removed": "去掉", "cut": "裁剪"})
SIZES: Mapping[str, tuple[str, float, int]] = MappingProxyType(
    {"m2": ("公顷", 10_000.0, 4), "m": ("米", 1.0, 1), "个": ("个", 1.0, 0)}
)
"""Unit of a size: what it is called, how many make one, decimals."""


@dataclass(frozen=True)
class Treatment:
    """One thing that was done.

    Attributes
    ----------
    act : str
        Key of ACTS.
    label : str
        The repair, or what became of the shapes.
    rows : int
        How many it was done to.
    before, after : float
        Their size together, in `unit`.
    unit : str
        Key of SIZES.
    """

    act: Act
    label: str
    rows: int
    before: float
    after: float
    unit: str = "m2"


def treatments(accounts: Sequence[Account], cuts: gpd.GeoDataFrame | None) -> tuple[Treatment, ...]:
    """Sum up what repairs and the cut did; nothing of what they did to no row.

    Examples
    --------
    >>> treatments([Account("empty", "去掉没有图形的行", (3,), 4, 3, 0.0, 0.0)], None)
    (Treatment(act='removed', label='去掉没有图形的行', rows=1, before=0.0, after=0.0, unit='m2'),)
    """
    done = [_repaired(one) for one in accounts if one.rows]
    if cuts is None:
        return tuple(done)
    sums = cuts.groupby(["how", "unit"], sort=False).agg(
        n=("lost", "size"), old=("before", "sum"), new=("after", "sum")
    )
    shapes = [
        Treatment("cut", HOW[how], int(row["n"]), float(row["old"]), float(row["new"]), unit)
        for (how, unit), row in sums.iterrows()
    ]
    return (*done, *shapes)


def _repaired(one: Account) -> Treatment:
    act: Act = "removed" if one.rows_after < one.rows_before else "mended"
    return Treatment(act, one.label, len(one.rows), one.area_before_m2, one.area_after_m2)


def listed(done: Sequence[Treatment]) -> dict[str, list[list[object]]]:
    """Give what was done as sheets of a workbook, each with its heading; no sheet where nothing was."""
    cut = [one for one in done if one.act == "cut"]
    repaired = [one for one in done if one.act != "cut"]
    sheets = {"已作修复": ("涉及行数", repaired), "裁剪": ("涉及图形", cut)}
    return {
        name: [["处理", counted, "处理前", "处理后", "减少", "单位"], *map(_line, told)]
        for name, (counted, told) in sheets.items()
        if told
    }


def _line(one: Treatment) -> list[object]:
    label, scale, decimals = SIZES[one.unit]
    sizes = (one.before, one.after, one.before - one.after)
    return [one.label, one.rows, *(round(size / scale, decimals) for size in sizes), label]
