"""Indicators: what each one says, of what, by which source. A row in a table; one more of a kind needs no code."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from geodata.config import load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError

How = Literal["straight", "walking", "share", "per_person", "length"]

HOW: Mapping[How, str] = MappingProxyType(
    {"straight": "直线距离", "walking": "步行距离", "share": "面积占比", "per_person": "人均面积", "length": "长度占比"}
)
"""How an indicator is computed, as the screen says it."""
SHOWN: Mapping[str, str] = MappingProxyType({"headline": "主要指标", "beside": "见绿", "more": "更多口径"})
SURE: Mapping[str, str] = MappingProxyType(
    {"V": "已核对原文", "H": "依据转述，未核对原文", "U": "未核实", "P": "本看板自定"}
)
"""How sure the definition and its thresholds are."""


MOST_M, MOST_M2 = 20_000, 10_000_000
"""The farthest and the largest a band may tell: beyond them somebody has slipped."""


class Band(Contract):
    """From which size on something serves how far: m2, metres."""

    least_m2: Annotated[float, Field(ge=0, le=MOST_M2)] = 0
    distance_m: Annotated[float, Field(ge=1, le=MOST_M)]


class Sources(Contract):
    """What serves, or what is added up."""

    table: Literal["green", "facilities", "landuse", "controls"]
    classes: Annotated[tuple[Text, ...], Field(min_length=1)]
    public: bool = False
    bands: tuple[Band, ...] = ()
    column: str = ""
    among: tuple[Text, Text] | None = None

    def distances(self, sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How far things of each size (m2) serve: the farthest of the bands they are large enough for, NaN for none.

        Examples
        --------
        >>> bands = ({"least_m2": 5000, "distance_m": 500}, {"least_m2": 400, "distance_m": 300})
        >>> sources = Sources.model_validate({"table": "green", "classes": ["G1"], "bands": bands})
        >>> sources.distances(np.array([5000, 4999, 399])).tolist()
        [500.0, 300.0, nan]
        """
        metres = np.full(len(sizes), np.nan)
        for band in self.bands:
            served = sizes >= band.least_m2
            metres[served] = np.fmax(metres[served], band.distance_m)
        return metres


class Base(Contract):
    """What an indicator is a share of, or how many people it is divided by."""

    table: Literal["landuse", "extent", "population"]
    classes: tuple[Text, ...] = ()
    built_up: bool = False


class Indicator(Contract):
    """One row of indicators.yaml; a target only where its source sets one."""

    name: Text
    shown: Literal["headline", "beside", "more"]
    how: How
    unit: Text
    definition: Text
    formula: Text
    source: Text
    sure: Literal["V", "H", "U", "P"]
    sources: Sources
    base: Base
    target: Annotated[float, Field(gt=0)] | None = None
    target_source: str = ""
    nature: Literal["预期性", "约束性"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse a row whose parts do not go together."""
        reaches = self.how in ("straight", "walking")
        bases = {"share": "extent", "length": "extent", "per_person": "population"}
        faults = {
            "按距离计算的指标要有 bands，其他指标不能有": reaches != bool(self.sources.bands),
            f"{self.how} 的分母应为 {bases.get(self.how, 'landuse')}": self.base.table
            != bases.get(self.how, "landuse"),
            "按长度计算的指标要写明 among，其他指标不能写": (self.how == "length") != bool(self.sources.among),
            "分母为用地时要写明 classes": self.base.table == "landuse" and not self.base.classes,
            "有目标值就要写明 target_source，没有则不能写": (self.target is None) != (not self.target_source),
        }
        for fault, wrong in faults.items():
            if wrong:
                raise ValueError(fault)
        return self


def load_indicators(own: Path | None = None) -> tuple[Mapping[str, Indicator], tuple[DashboardError, ...]]:
    """Read the table of indicators; a row that is none is left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.

    Returns
    -------
    mapping of str to Indicator, tuple of DashboardError
    """
    return load_table("indicators", Indicator, own=own)
