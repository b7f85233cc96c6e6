"""What the parts of 绿地与公园 beside the coverage read from what is held, for the screen and for files alike."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from geodata import green_kinds
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError
from geodata.indicators import Indicator
from geodata.kinds import DATASETS
from geodata.measures import distances
from geodata.measures.applied import applied
from geodata.measures.inputs import By, Inputs
from geodata.parks import Parks, fingerprint
from geodata.versions import Version
from geodata.vocabulary import SHORE_CLASSES
from pages.ui import caches, measured
from pages.ui.measured import Ask

COASTLINE = "coastline"
_CLASS = "shore_class"
_NO_COAST = "海岸绿色：无数据，缺少控制线中的海岸线，海岸上的绿地计入其他各类。"


def ways(ask: Ask) -> tuple[Ask, Ask]:
    """The same question in straight lines and on foot."""
    return (
        replace(ask, indicator=distances.in_straight_lines(ask.indicator)),
        replace(ask, indicator=distances.on_foot(ask.indicator)),
    )


def lacking(held: Catalogue, ask: Ask) -> str:
    """Why nothing can be read; "" where it can."""
    if mixed := held.mixture(ask.kinds):
        return f"{mixed}。"
    names = [DATASETS[kind].label for kind in ask.kinds if held.current(kind) is None]
    return f"无数据：缺少{'、'.join(names)}，请在“数据”页导入。" if names else ""


def things(ask: Ask) -> tuple[By, str]:
    """What distances are told of: houses where houses or dwellings are counted, people's places, else land."""
    told: Mapping[str, tuple[By, str]] = {
        "buildings": ("buildings", "住宅楼栋"),
        "dwellings": ("buildings", "住宅楼栋"),
        "people": ("people", "人口点"),
    }
    return told.get(ask.by, ("land", "居住用地"))


def graded(held: Catalogue, ask: Ask, parks: Parks = ()) -> gpd.GeoDataFrame:
    """How far each thing is from the nearest source, as if parks were there."""
    by, _ = things(ask)
    return _once(
        f"graded {by}",
        (held, ask, parks),
        lambda: distances.graded(ask.indicator, measured.inputs(held, ask, parks), by=by),
    )


def both_ways(held: Catalogue, ask: Ask, parks: Parks = ()) -> gpd.GeoDataFrame:
    """Land by what reaches it, straight and on foot."""
    return _walked("both ways", distances.both_ways, (held, on_land(ask), parks))


def straight_only(held: Catalogue, ask: Ask, parks: Parks = ()) -> gpd.GeoDataFrame:
    """Land that is near in a straight line but far on foot."""
    return _walked("straight only", distances.straight_only, (held, on_land(ask), parks))


def on_land(ask: Ask) -> Ask:
    """The same question on foot, of land."""
    return replace(ways(ask)[1], by="land")


def kinds(held: Catalogue) -> tuple[Mapping[str, green_kinds.Kind], str, tuple[DashboardError, ...]]:
    """The kinds of green, why some of them cannot be told, and what of their table is wrong."""
    own = caches.config().data_path / "tables"
    table, problems = green_kinds.load_kinds(own)
    coast, why = _coast(held)
    return table, "" if coast is not None else why, problems


def sorted_green(held: Catalogue, version: Version, parks: Parks = ()) -> gpd.GeoDataFrame:
    """Green by kind, as if parks were there."""
    table, _, _ = kinds(held)
    coast, _ = _coast(held)
    told = f"{version.digest} {'' if coast is None else held.current('controls')} {table} {fingerprint(parks)}"
    return caches.computed(
        f"green kinds {told}", lambda: green_kinds.by_kind(_green(version, parks), table, coast=coast)
    )


def _green(version: Version, parks: Parks) -> gpd.GeoDataFrame:
    """The rows of green, parks that are tried among them."""
    return applied({"green": measured.rows(version)}, parks)["green"]


def areas(
    scene: caches.Scene, held: Catalogue, per: str, *, of: tuple[Version, Parks]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Area of green per unit, by kind and by class."""
    version, parks = of
    units, coast = measured.units(scene, held, per), held.current("controls")
    parts = sorted_green(held, version, parks)
    told = [measured.units_key(scene, held, per), version.digest, coast.digest if coast else "", fingerprint(parks)]
    key = f"green areas {' '.join(told)} {kinds(held)[0]}"
    return caches.computed(
        key,
        lambda: (
            green_kinds.areas(parts, units),
            green_kinds.areas(green_kinds.by_class(_green(version, parks)), units),
        ),
    )


def used(held: Catalogue, per: str) -> tuple[Version, ...]:
    """The data that the kinds of green rest on."""
    names = ("green", *(("controls",) if _coast(held)[0] is not None else ()))
    return tuple(version for version in (*map(held.current, names), measured.unit_bounds(held, per)) if version)


def shore(scene: caches.Scene, held: Catalogue, per: str) -> tuple[pd.DataFrame, Mapping[str, str]]:
    """Metres of the coastline per unit by class, and what the classes are called; empty where none has a class."""
    rows = {key: row for key, row in measured.table()[0].items() if row.how == "length"}
    asks = [Ask(key, row, "land", per) for key, row in rows.items() if _of_shore(row)]
    answers = [measured.answer(scene, held, one) for one in asks] if _coast(held)[0] is not None else []
    if not answers or any(one.missing for one in answers):
        return pd.DataFrame(), {}
    classes = (ask.indicator.sources.among[1] for ask in asks if ask.indicator.sources.among)
    lengths = pd.DataFrame({name: one.figures["part"] for name, one in zip(classes, answers, strict=True)})
    rest = (answers[0].figures["whole"] - lengths.sum(axis=1)).clip(lower=0)
    found = lengths.assign(rest=rest) if (rest > 1).any() else lengths
    return found, {key: label for key, label in {**SHORE_CLASSES, "rest": "未分类"}.items() if key in found}


def _of_shore(row: Indicator) -> bool:
    return row.sources.classes == (COASTLINE,) and row.sources.among is not None and row.sources.among[0] == _CLASS


def _coast(held: Catalogue) -> tuple[gpd.GeoDataFrame | None, str]:
    """The coastline of the same sort as the green; None, and why, where there is none."""
    controls = held.current("controls")
    if controls is None:
        return None, _NO_COAST
    if mixed := held.mixture(("green", "controls")):
        return None, f"海岸绿色：{mixed}。"
    rows = measured.rows(controls)
    found = rows[(rows["control_class"] == COASTLINE).to_numpy(bool)]
    return (found, "") if len(found) else (None, _NO_COAST)


def _walked(
    what: str, measure: Callable[[Indicator, Inputs], gpd.GeoDataFrame], of: tuple[Catalogue, Ask, Parks]
) -> gpd.GeoDataFrame:
    return _once(what, of, lambda: measure(of[1].indicator, measured.inputs(*of)))


def _once(what: str, of: tuple[Catalogue, Ask, Parks], compute: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    held, ask, parks = of
    told = f"{measured.contents(held, ask)} {ask.indicator.model_dump_json()} {ask.by} {fingerprint(parks)}"
    return caches.computed(f"{what} {told}", compute)
