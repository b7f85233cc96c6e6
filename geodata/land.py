"""Land: the set of checked tables everything is drawn and counted from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata.config import ROOT, TABLES, Config, load_table
from geodata.errors import DashboardError, LayerError
from geodata.readers import read_csv, read_geojson
from geodata.schema import BaseFeature, Contract, Item, Target, Text

T = TypeVar("T")

BASE_FOLDER = ROOT / "geodata" / "data" / "base"
PLAN_LAYERS = ("zones", "subzones", "areas", "projects", "infrastructure")
PLAN_TABLES = ("rules", "targets")
BASE_LAYERS = ("land", "subdistricts", "roads", "metro", "stations", "places")


class Source(Contract):
    """Where a layer comes from."""

    title: Text
    source: Text
    date: Text
    licence: Text
    credit: str = ""
    missing: str = ""


class Fact(Contract):
    """A publicly known figure about an item or a subdistrict."""

    item: Text
    label: Text
    value: float
    unit: Text
    source: Text


class Defect(Contract):
    """A place where the plan's text at hand is garbled or contradicts itself."""

    id: Text
    where: Text
    items: tuple[Text, ...] = ()
    what: Text


@dataclass(frozen=True)
class Land:
    """All tables of one state of the files, in EPSG:4549. Shared by all sessions: never changed in place.

    Attributes
    ----------
    items : GeoDataFrame
        The plan's items of all kinds, indexed by id; geometry is None where the plan gives no place.
    targets : DataFrame
        Figures of the items of kind target.
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
    """

    items: gpd.GeoDataFrame
    targets: pd.DataFrame
    base: dict[str, gpd.GeoDataFrame]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    defects: pd.DataFrame
    problems: tuple[DashboardError, ...]

    @cached_property
    def placed(self) -> gpd.GeoDataFrame:
        """The items that have a place."""
        return self.items[self.items.geometry.notna()]

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

    def extent(self, item: str) -> BaseGeometry | None:
        """The ground an item stands for: its own shape, or for a line the parts that make its band."""
        shape = self.items.geometry[item]
        parts = self.items[(self.items["parent"] == item) & (self.items["role"] == "part")].geometry.dropna()
        if shape is not None and shape.area == 0 and len(parts):
            return parts.union_all()
        return shape if shape is not None else (parts.union_all() if len(parts) else None)

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


def load_land(config: Config) -> Land:
    """Read everything; what is broken stands in `Land.problems`.

    Parameters
    ----------
    config : Config
        Names the folder of the plan and of the office's own tables.
    """
    problems: list[DashboardError] = []

    def kept(result: tuple[T, tuple[DashboardError, ...]]) -> T:
        problems.extend(result[1])
        return result[0]

    folder, own = config.plan_path, config.data_path / "tables"
    layers = [kept(read_geojson(folder / f"{name}.geojson", Item)) for name in PLAN_LAYERS]
    tables = [kept(read_csv(folder / f"{name}.csv", Item)) for name in PLAN_TABLES]
    items = gpd.GeoDataFrame(pd.concat([*layers, *tables]), geometry="geometry", crs=layers[0].crs)
    return Land(
        items=kept(_linked(items)),
        targets=kept(read_csv(folder / "target_values.csv", Target)),
        base={name: kept(read_geojson(BASE_FOLDER / f"{name}.geojson", BaseFeature)) for name in BASE_LAYERS},
        sources=kept(load_table("sources", Source, own=own)),
        facts=kept(load_table("facts", Fact, own=own)),
        defects=kept(read_csv(folder / "defects.csv", Defect)),
        problems=tuple(problems),
    )


def files(config: Config) -> list[Path]:
    """All files a Land is read from, so that a change of any can be seen."""
    folders = (config.plan_path, BASE_FOLDER, TABLES, config.data_path / "tables")
    return sorted(path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file())


def _linked(items: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, tuple[DashboardError, ...]]:
    """Each id once, each parent there."""
    twice = items.index[items.index.duplicated()]
    items = items[~items.index.duplicated()]
    orphans = items[items["parent"].notna() & ~items["parent"].isin(items.index)]
    problems = [
        LayerError(f"规划数据中的 {key}", "编号在两个文件中重复", "请改正其一，在此之前只用前一个") for key in twice
    ]
    problems += [
        LayerError(f"规划数据中的 {key}", f"所属单元 {parent} 不存在", "请改正 parent，在此之前按无所属显示")
        for key, parent in orphans["parent"].items()
    ]
    return items.assign(parent=items["parent"].where(~items.index.isin(orphans.index), None)), tuple(problems)
