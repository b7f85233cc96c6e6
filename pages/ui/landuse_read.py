"""What the page 用地结构 reads from the held land, for the screen and for files alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import areal, landuse_tables, reporting
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.items import SCHEMATIC
from geodata.kinds import DATASETS
from geodata.landuse_gb50137 import structure
from geodata.measures import landuse
from geodata.measures.vague import outlines, with_range
from geodata.three_spaces import Space, load_spaces, shares
from geodata.versions import Version
from pages.ui import caches, landuse_plots, measured
from pages.ui.landuse_ask import Ask
from pages.ui.landuse_plots import Parcels

T = TypeVar("T")
_FEWEST, _MOST_YEARS = 2, 4
_FINER = 2


@dataclass(frozen=True)
class Reading:
    """All that a part of the page is read from; `versions`: its land use, or plots."""

    scene: caches.Scene
    held: Catalogue
    ask: Ask
    versions: Parcels
    unit: str

    @property
    def version(self) -> Version:
        """The land use, or the plots, where one version tells all."""
        return self.versions[0]

    @property
    def units(self) -> gpd.GeoDataFrame:
        """All units of the kind."""
        return measured.units(self.scene, self.held, self.ask.per)

    @property
    def one(self) -> gpd.GeoDataFrame:
        """The unit that is read."""
        return self.units.loc[[self.unit]]

    @property
    def vague(self) -> bool:
        """Whether it is drawn by a schematic outline."""
        return bool((self.one["basis"] == SCHEMATIC).all())

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.one["name"].iloc[0])

    def computed(self, what: str, versions: tuple[Version, ...], compute: Callable[[], T]) -> T:
        """Compute once for the same data, units and choices."""
        told = (what, measured.units_key(self.scene, self.held, self.ask.per), self.ask.area)
        return caches.computed(" ".join((*told, *(version.digest for version in versions))), compute)


def versions(scene: caches.Scene, held: Catalogue, ask: Ask) -> tuple[Parcels, str]:
    """Give the land use, or the plots, that a part reads; nothing, and why, where these units have no figures."""
    found, why = _versions(held, ask)
    bounds = ("boundaries",) if reporting.needs_boundaries(ask.per) else ()
    if not found:
        return (), why
    if mixed := held.mixture((*(version.kind for version in found), *bounds)):
        return (), mixed
    if measured.units(scene, held, ask.per).empty:
        return (), f"无数据：缺少界线（{reporting.PER[ask.per]}），请在“数据”页导入。"
    return found, ""


def _versions(held: Catalogue, ask: Ask) -> tuple[Parcels, str]:
    if ask.part == "changes":
        return landuse_plots.parcels_of(held)
    if ask.part == "intensity":
        return landuse_plots.plots_of(held)
    found = held.current(ask.kind)
    return ((found,), "") if found else ((), f"无数据：缺少{DATASETS[ask.kind].label}，请在“数据”页导入。")


def balance(reading: Reading) -> pd.DataFrame:
    """Balance of the unit, indexed (level, code), with what it may be as well and the land per person."""
    every = _within(_balance(reading, reading.version), reading.unit)
    wanted = every.index.get_level_values("level").isin([int(level) for level in reading.ask.level])
    people, _ = people_of(reading)
    return every[wanted].assign(per_person=lambda rows: rows["area_m2"] / people)


def balances(reading: Reading) -> pd.DataFrame:
    """Balances of all units of the kind, indexed (zone, level, code), with what they may be as well."""
    every = _balance(reading, reading.version)
    wanted = every.index.get_level_values("level").isin([int(level) for level in reading.ask.level])
    return every[wanted]


def urban(reading: Reading) -> pd.DataFrame:
    """Shares of 城市建设用地 by GB 50137 in the unit, with the land per person."""
    finer = pd.DataFrame(_balance(reading, reading.version).xs(_FINER, level="level"))
    found = structure(finer[finer.index.get_level_values("zone") == reading.unit]).droplevel(0)
    people, _ = people_of(reading)
    return found.assign(per_person=found["area_m2"] / people)


def spaces(reading: Reading) -> tuple[Mapping[str, Space], pd.DataFrame, tuple[DashboardError, ...]]:
    """Land of the unit by 三生空间, with the table it is sorted by, and what of that could not be read."""
    table, problems = load_spaces(reading.scene.config.data_path / "tables")
    finer = pd.DataFrame(_within(_balance(reading, reading.version), reading.unit).xs(_FINER, level="level"))
    return table, shares(finer, table), problems


def people_of(reading: Reading) -> tuple[float, str]:
    """How many people live in the unit, and who tells; NaN and why where that is not known."""
    population = reading.held.current("population")
    if population is None:
        return np.nan, "人均：无数据，缺少人口，请在“数据”页导入。"
    if mixed := reading.held.mixture((reading.ask.kind, "population")):
        return np.nan, f"人均：{mixed}。"
    found = reading.computed(
        "people", (population,), lambda: landuse_tables.people_in(reading.units, measured.rows(population))
    )
    people = float(found[reading.unit])
    if people <= 0:
        return np.nan, "人均：无数据，人口数据在该单元内没有人。"
    about, planned = "约 " if reading.vague else "", "规划用地也" if reading.ask.kind == "landuse_planned" else ""
    return people, f"人均：{planned}除以该单元的现状人口{about}{people:,.0f} 人（{population.label}）。"


def tiling(reading: Reading) -> "pd.Series[float]":
    """How well plots tile the unit."""
    table = measured.rows(reading.version)
    found = reading.computed("tiling", (reading.version,), lambda: landuse.completeness(table, reading.units))
    return found.iloc[list(found.index).index(reading.unit)]


def changes(reading: Reading) -> pd.DataFrame:
    """Land of the unit by present and planned class."""
    level = int(reading.ask.level)
    rows = landuse_plots.rows(reading.versions)
    moved: pd.DataFrame = reading.computed(
        f"changes {level} {reading.unit}",
        reading.versions,
        lambda: landuse.changes(rows, level=level, zones=reading.one, area=reading.ask.area).droplevel(0),
    )
    return moved


def intensity(reading: Reading) -> pd.DataFrame:
    """Means of 容积率, 建筑密度, 绿地率 of all units; `<rate>_low`, `<rate>_high`: what they may be as well."""
    return reading.computed("intensity", reading.versions, lambda: _intensity(reading))


def _intensity(reading: Reading) -> pd.DataFrame:
    rows, table = measured.rows(reading.version), outlines(reading.units)
    found = landuse.intensity(rows, zones=table, area=reading.ask.area)
    ranged = {rate: with_range(table, lambda _table: found, of=rate) for rate in landuse.RATES}
    limits = {f"{rate}_{limit}": one[limit] for rate, one in ranged.items() for limit in ("low", "high")}
    return ranged[landuse.RATES[0]].drop(columns=["low", "high"]).assign(**limits)


def plots_within(reading: Reading, rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Plots whose inner point lies in the unit, with `area_m2`."""
    there = landuse_plots.centred(rows, reading.one)
    sizes = areal.ellipsoidal(there.geometry.to_numpy()) if reading.ask.area == "ellipsoidal" else there.area
    return there.assign(area_m2=sizes, **{rate: _column(there, rate) for rate in landuse.RATES})


def bordered(reading: Reading) -> str:
    """Say by which outline the unit is cut."""
    return "按示意边界，数值为约数" if reading.vague else "按官方或导入的界线"


def used(reading: Reading) -> tuple[Version, ...]:
    """The data that a part of the page rests on."""
    found = reading.versions
    if reading.ask.part == "years":
        found = tuple(base_years(reading.held, reading.version).values())
    beside = [measured.unit_bounds(reading.held, reading.ask.per)]
    if reading.ask.part == "balance" and np.isfinite(people_of(reading)[0]):
        beside.insert(0, reading.held.current("population"))
    return (*found, *(version for version in beside if version))


def years(reading: Reading) -> tuple[pd.DataFrame | None, tuple[Version, ...]]:
    """Base years beside each other in the unit; None where there is only one to show."""
    versions = base_years(reading.held, reading.version)
    level = int(reading.ask.level)
    within = {name: _within(_balance(reading, version), reading.unit) for name, version in versions.items()}
    found = {name: pd.DataFrame(rows.xs(level, level="level")) for name, rows in within.items() if len(rows)}
    return (landuse_tables.beside(found) if len(found) >= _FEWEST else None), tuple(versions.values())


def base_years(held: Catalogue, like: Version) -> dict[str, Version]:
    """Give the latest versions of land use by base year, then what is planned; all of one sort."""
    datasets = [dataset for dataset in held.datasets if dataset.kind == "landuse"]
    used = {dataset.current.key for dataset in datasets if dataset.current}
    versions = [one for dataset in datasets for one in dataset.versions if _of_sort(one, like)]
    ordered = sorted(versions, key=lambda one: (one.base_year or 0, one.key in used, one.created_at))
    dated = {f"现状 {one.base_year}": one for one in ordered if one.base_year}
    now, planned = held.current("landuse"), held.current("landuse_planned")
    undated = {"现状（未填基准年）": now} if now and not now.base_year and _of_sort(now, like) else {}
    last = {_planned(planned): planned} if planned and _of_sort(planned, like) else {}
    return dict(list((dated | undated).items())[-_MOST_YEARS:]) | last


def _of_sort(version: Version, like: Version) -> bool:
    return version.synthetic == like.synthetic and version.purged_at is None


def _planned(version: Version) -> str:
    return f"规划 {version.base_year}" if version.base_year else "规划"


def _balance(reading: Reading, version: Version) -> pd.DataFrame:
    """Balances of all units at both levels, with what they may be within schematic outlines."""
    table, units = measured.rows(version).rename(columns={"code": "landuse"}), reading.units

    def made(zones: gpd.GeoDataFrame) -> pd.DataFrame:
        found = landuse.balance(table, by="landuse", level=_FINER, zones=zones, area=reading.ask.area)
        return landuse_tables.two_levels(found)

    return reading.computed("balance", (version,), lambda: with_range(outlines(units), made, of="area_m2", absent=0.0))


def _within(found: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Rows of one unit; none where there is no land in it."""
    return found[found.index.get_level_values("zone") == unit].droplevel("zone")


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype(float) if name in rows else pd.Series(np.nan, index=rows.index)
