"""Land: the set of checked tables everything is drawn and counted from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, TypeVar

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata.config import ROOT, TABLES, Config
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.items import BaseFeature, Item, Target, numeral
from geodata.outline import Outline
from geodata.provenance import PLAN_LAYERS, PLAN_TABLES, Fact, Source, read_facts, read_sources
from geodata.readers import linked, read_csv, read_geojson
from geodata.search import haystack

T = TypeVar("T")

_YEARS = 5
_TENTH_PLAN = 2001
"""First year of the tenth five-year plan: the eleventh begins five years later, and so on."""

_NEAR = 800.0
"""Units closer than this (m) are neighbours: the outlines are only known to some hundred metres."""
_UNIT_KINDS = frozenset({"zone", "subzone", "area"})

_WHOLLY = 0.9
"""Share of a ground that must lie in one subdistrict for the item to count there."""

_SLIVER = 1000.0
"""Overlaps below this (m2) come from generalising."""

BASE_FOLDER = ROOT / "geodata" / "data" / "base"
BASE_LAYERS = ("land", "subdistricts", "roads", "metro", "stations", "places")


class Defect(Contract):
    """A place where the plan's text at hand is garbled or contradicts itself."""

    id: Text
    where: Text
    items: tuple[Text, ...] = ()
    what: Text


class Link(Contract):
    """What a later plan does with an item of an earlier one; an ended item has no later one.

    `period` is that of the plan the earlier item stands in; without it, that of the plan just before.
    """

    id: Text
    earlier: Text
    later: Text | None = None
    relation: Literal["承接", "调整", "终止"]
    period: Text | None = None


NO_LINKS = pd.DataFrame(columns=list(Link.model_fields))
NO_DEFECTS = pd.DataFrame(columns=list(Defect.model_fields))


@dataclass(frozen=True)
class Land:
    """All tables of one state of the files, in EPSG:4549. Shared by all sessions: never changed in place.

    Attributes
    ----------
    items : GeoDataFrame
        The plan's items of all kinds, indexed by id; geometry is None where the plan gives no place.
    targets : DataFrame
        Figures of the items of kind target.
    links : DataFrame
        How items of this plan follow those of an earlier one.
    base : dict of str to GeoDataFrame
        Layers of the base map.
    sources : mapping of str to Source
        Provenance by layer.
    facts : mapping of str to Fact
        Publicly known figures.
    defects : DataFrame
        Garbled places of the text.
    problems : tuple of DashboardError
        What could not be read.
    outlines : mapping of str to Outline
        Official outlines that stand in `items` and in the base layer "subdistricts", by id.
    """

    items: gpd.GeoDataFrame
    targets: pd.DataFrame
    links: pd.DataFrame
    base: dict[str, gpd.GeoDataFrame]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    defects: pd.DataFrame
    problems: tuple[DashboardError, ...]
    outlines: Mapping[str, Outline] = field(default_factory=dict)

    def prepare(self) -> None:
        """Compute now what the first search or filter would otherwise wait for."""
        _ = self.haystack, self.subdistricts, self.chapters

    @cached_property
    def placed(self) -> gpd.GeoDataFrame:
        """The items that have a place."""
        return self.items[self.items.geometry.notna()]

    @cached_property
    def period(self) -> str:
        """The plan's period, as "2021-2025"."""
        return str(self.items["plan_period"].iloc[0]) if len(self.items) else ""

    @property
    def year(self) -> str:
        """The year of the plan's wording."""
        return self.period[:4]

    @property
    def title(self) -> str:
        """The plan's name, as “十四五”规划纲要（2021）."""
        first, _, last = self.period.partition("-")
        if first.isdigit() and last.isdigit() and int(last) - int(first) == _YEARS - 1:
            number = (int(first) - _TENTH_PLAN) // _YEARS + 10
            return f"“{numeral(number)}五”规划纲要（{first}）"
        return f"{self.period} 规划"

    @cached_property
    def chapters(self) -> pd.Series:
        """Chapter and section of every item, as "7-1"."""
        sections = [f"{place['chapter']}-{place['section']}" for place in self.items["citation"]]
        return pd.Series(sections, self.items.index, object)

    @cached_property
    def haystack(self) -> pd.Series:
        """What free text is looked for in, for every item."""
        return haystack(self.items)

    @cached_property
    def subdistricts(self) -> pd.Series:
        """Id of the subdistrict every item lies in; None where it has no place or reaches into several.

        A place is the item's own, or that of the nearest unit above it other than the whole zone.
        """
        grounds = self.base["subdistricts"].geometry
        return pd.Series(
            [_subdistrict(self._ground(key), grounds) for key in self.items.index], self.items.index, object
        )

    def _ground(self, item: str) -> BaseGeometry | None:
        shapes = (
            self.items.geometry[key] for key in (item, *self.ancestors(item)) if self.items["role"][key] != "zone"
        )
        return next((shape for shape in shapes if shape is not None), None)

    @cached_property
    def _points(self) -> gpd.GeoSeries:
        return self.placed.representative_point()

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        return {str(parent): list(keys) for parent, keys in self.items.groupby("parent").groups.items()}

    def children(self, item: str) -> list[str]:
        """Ids of the items below `item`, at any depth."""
        found: dict[str, None] = {}
        level = [item]
        while level:
            level = [key for parent in level for key in self._families.get(parent, []) if key not in found]
            found |= dict.fromkeys(level)
        return list(found)

    def ancestors(self, item: str) -> list[str]:
        """Ids of the items above `item`, the nearest first."""
        parent = self.items["parent"][item]
        return [parent, *self.ancestors(parent)] if parent else []

    def extent(self, item: str) -> BaseGeometry | None:
        """The ground an item stands for: its own shape, or for a line the parts that make its band."""
        shape = self.items.geometry[item]
        parts = self.items[(self.items["parent"] == item) & (self.items["role"] == "part")].geometry.dropna()
        if shape is not None and shape.area == 0 and len(parts):
            return parts.union_all()
        return shape if shape is not None else (parts.union_all() if len(parts) else None)

    def neighbours(self, item: str) -> dict[str, bool]:
        """Ids of layout units and of others of its own kind close to a unit, and whether they overlap it."""
        ground = self.extent(item)
        if ground is None:
            return {}
        family = {item, self.items["parent"][item], *self.children(item)}
        alike = {"zone", self.items["kind"][item]} & _UNIT_KINDS
        units = self.items[self.items["kind"].isin(alike) & (self.items["role"] != "zone")].index
        grounds = {key: shape for key in units if key not in family and (shape := self.extent(key)) is not None}
        return {
            key: shape.intersection(ground).area > _SLIVER
            for key, shape in grounds.items()
            if shape.distance(ground) <= _NEAR
        }

    def inside(self, item: str) -> pd.DataFrame:
        """Items of all kinds that belong to `item`.

        Returns
        -------
        DataFrame
            Children by parent first, then those that only lie within its extent, with `by_location` True.
        """
        below = self.children(item)
        ground = self.extent(item)
        near = self._points.index[self._points.within(ground)] if ground is not None and ground.area else []
        others = [key for key in near if key != item and key not in below]
        table = pd.DataFrame(self.items.drop(columns="geometry").loc[[*below, *others]])
        return table.assign(by_location=[False] * len(below) + [True] * len(others))


def load_land(config: Config, folder: Path | None = None) -> Land:
    """Read everything; what is broken stands in `Land.problems`.

    Parameters
    ----------
    config : Config
        Names the folders of the plans and of the office's own tables.
    folder : Path, optional
        Another plan than the first.
    """
    problems: list[DashboardError] = []

    def kept(result: tuple[T, tuple[DashboardError, ...]]) -> T:
        problems.extend(result[1])
        return result[0]

    folder = folder or config.plan_path
    later = folder if folder != config.plan_path else None
    read = [read_geojson(folder / f"{name}.geojson", Item, filled=not later) for name in PLAN_LAYERS]
    read += [read_csv(folder / f"{name}.csv", Item) for name in PLAN_TABLES]
    whole = all(len(table) or not faults for table, faults in read)
    items = gpd.GeoDataFrame(pd.concat(map(kept, read)), geometry="geometry", crs=read[0][0].crs)
    items.index = items.index.astype(object)  # ids are looked up ten times faster than as Arrow strings
    return Land(
        items=kept(linked(items, whole=whole)),
        targets=kept(read_csv(folder / "target_values.csv", Target)),
        links=kept(read_csv(folder / "links.csv", Link)) if (folder / "links.csv").exists() else NO_LINKS,
        base={name: kept(read_geojson(BASE_FOLDER / f"{name}.geojson", BaseFeature)) for name in BASE_LAYERS},
        sources=kept(read_sources(config, later)),
        facts=kept(read_facts(config, later)),
        defects=kept(read_csv(folder / "defects.csv", Defect)) if (folder / "defects.csv").exists() else NO_DEFECTS,
        problems=tuple(problems),
    )


def files(config: Config) -> list[Path]:
    """All files a Land is read from, so that a change of any can be seen."""
    folders = (*config.plan_paths, BASE_FOLDER, TABLES, config.data_path / "tables")
    return sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file())


def _subdistrict(ground: BaseGeometry | None, areas: gpd.GeoSeries) -> str | None:
    """Id of the subdistrict that holds a ground (nearly) wholly; None where it has no place or reaches into several.

    Examples
    --------
    >>> from shapely import Point, box
    >>> areas = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10)], index=["D001", "D002"])
    >>> _subdistrict(Point(12, 5), areas), _subdistrict(box(5, 0, 15, 10), areas), _subdistrict(None, areas)
    ('D002', None, None)
    """
    held = (str(key) for key, area in areas.items() if ground is not None and _share(ground, area) >= _WHOLLY)
    return next(held, None)


def _share(ground: BaseGeometry, area: BaseGeometry) -> float:
    """Share of a ground or a line in an area; for a point 1 or 0."""
    common = ground.intersection(area)
    if ground.area:
        return float(common.area / ground.area)
    return float(common.length / ground.length) if ground.length else float(not common.is_empty)
