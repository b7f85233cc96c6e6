"""绿地与公园 as files: figures per unit, land that is not reached, distances, both ways, the kinds of green."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from geodata import green_kinds, reporting
from geodata.errors import DatasetError, LinkError
from geodata.items import SCHEMATIC
from geodata.measures.distances import BOTH, NEAR
from geodata.measures.inputs import BY
from geodata.measures.reading import COVERED, steps
from geodata.parameters import exact, with_bands
from geodata.versions import Version
from layers import measures, results
from pages.ui import green_read, measured
from pages.ui.figure_files import PLACED, Asked, Content, File
from pages.ui.measured import Ask

_HA, _KM = 10_000.0, 1_000.0
_EXACT = 4
"""Decimals of figures within outlines that are not schematic."""
_WHERE = "导出绿地与公园"
_METRES = {"straight": "直线距离（米）", "walking": "步行距离（米）"}
_EVERY = "逐处列出全部数据，不按统计单元裁切"


def options(ask: Ask) -> dict[str, str]:
    """What stands in a link beside the View: sizes and distances that are being tried."""
    bands = ask.indicator.sources.bands
    return {"_bands": ",".join(f"{exact(band.least_m2)}:{exact(band.distance_m)}" for band in bands), "ind": ask.key}


def asked_of(asked: Asked) -> Ask:
    """What a link is about.

    Raises
    ------
    LinkError, MeasureError
        Something of it is unknown.
    """
    table, _ = measured.table()
    view = asked.view
    if view.measure not in table:
        where = f"链接中的 ind={view.measure}"
        raise LinkError(where, "没有这个指标", "请从页面上重新导出")
    indicator = with_bands(table[view.measure], _bands(asked.options.get("bands", "")))
    return measured.asked(view, view.measure, indicator)


def _bands(told: str) -> Sequence[Mapping[str, object]]:
    pairs = (one.split(":") for one in told.split(",") if one.count(":") == 1)
    return [{"least_m2": least, "distance_m": metres} for least, metres in pairs]


def _need(asked: Asked, ask: Ask) -> None:
    """Refuse what cannot be computed.

    Raises
    ------
    DatasetError
    """
    if why := green_read.lacking(asked.held, ask):
        raise DatasetError(_WHERE, why.removesuffix("。"), "请补上数据后再导出")


def _content(asked: Asked, ask: Ask, rows: pd.DataFrame) -> Content:
    """The rows with all that is said of the indicator."""
    told = dict(measures.basis(ask.indicator, measured.rests_on(asked.scene, asked.held, ask)))
    told = {key: text for key, text in told.items() if key not in ("数据", "说明")}
    per = f"{reporting.PER[ask.per]}，按{BY[ask.by]}"
    return Content(ask.indicator.name, rows, told | {"统计": per}, _versions(asked, ask))


def _listed(asked: Asked, ask: Ask, rows: pd.DataFrame) -> Content:
    """Rows of the land itself: no unit is asked for."""
    content = _content(asked, ask, rows)
    return content._replace(told={**content.told, "统计单元": _EVERY, "统计": green_read.things(ask)[1]})


def _versions(asked: Asked, ask: Ask) -> tuple[Version, ...]:
    return tuple(measured.versions(asked.held, ask).values())


def _units(asked: Asked) -> Content:
    ask = asked_of(asked)
    _need(asked, ask)
    return _content(asked, ask, _figures(asked, ask))


def _figures(asked: Asked, ask: Ask, *, title: str = "数值", digits: int = 0) -> gpd.GeoDataFrame:
    """Figures per unit with the units' outlines; where those are schematic, percentages with so many decimals.

    A share of the unit itself has no denominator there: the area of a schematic outline is no fact.
    """
    answer, units = measured.answer(asked.scene, asked.held, ask), measured.units(asked.scene, asked.held, ask.per)
    if answer.missing:
        what = f"无数据：缺少{'、'.join(answer.missing)}"
        raise DatasetError(_WHERE, what, "请在“数据”页导入后再导出")
    found, vague = answer.figures, (units["basis"] == SCHEMATIC).to_numpy(bool)
    scale, unit = (100.0, "%") if ask.indicator.unit == "%" else (1.0, ask.indicator.unit)

    def told(values: pd.Series, factor: float, digits: int) -> pd.Series:
        """As many digits as the screen shows within a schematic outline, else more; what is little is not nothing."""
        exact, rough = (factor * values).round(_EXACT), (factor * values).round(digits)
        return exact.where(~vague | ((rough == 0) & (values > 0)), rough)

    figure = partial(told, factor=scale, digits=digits if unit == "%" else 1)
    part, whole = _counted(ask)
    of_extent = ask.indicator.how == "share"
    rows = {
        "统计单元": units["name"],
        f"{title}（{unit}）": figure(found["value"]),
        "下限": figure(found["low"]),
        "上限": figure(found["high"]),
        part.heading: told(found["part"], part.factor, part.digits),
        whole.heading: told(found["whole"], whole.factor, whole.digits).mask(vague & of_extent),
        "界线": ["按示意边界，约数" if one else "按官方或导入的界线" for one in vague],
    }
    return gpd.GeoDataFrame(rows, geometry=units.geometry, crs=units.crs)


class _Counted(NamedTuple):
    """A column of what is counted: its heading, what it is multiplied by, the digits of it on the screen."""

    heading: str
    factor: float = 1.0
    digits: int = 0


def _counted(ask: Ask) -> tuple[_Counted, _Counted]:
    """Give the columns of the numerator and the denominator."""
    if ask.indicator.how == "per_person":
        return _Counted("面积（公顷）", 1 / _HA, 1), _Counted("人口（人）")
    if ask.indicator.how == "length":
        unit, told = "公里", (1 / _KM, 2)
    elif ask.by == "land" or not ask.indicator.sources.bands:
        unit, told = "公顷", (1 / _HA, 1)
    else:
        unit, told = measures.UNITS[ask.by], (1.0, 0)
    return _Counted(f"分子（{unit}）", *told), _Counted(f"分母（{unit}）", *told)


def _left(asked: Asked) -> Content:
    """Land that is not reached."""
    ask = replace(asked_of(asked), by="land")
    _need(asked, ask)
    found = measured.left(asked.scene, asked.held, ask)
    told = {
        "投影面积（公顷）": (found["area_m2"] / _HA).round(4),
        "未达标（公顷）": (found["left_m2"] / _HA).round(4),
        "最近的绿地、设施": found["nearest"],
        _METRES["straight"]: found["nearest_m"].round(1),
        "达标情况": steps(1 - found["left_m2"] / found["area_m2"]).map(COVERED),
    }
    content = _listed(asked, ask, _named(found, told))
    return content._replace(colours=results.colours(asked.scene.styles, "达标情况", COVERED))


def _nearest(asked: Asked) -> Content:
    ask = asked_of(asked)
    _need(asked, ask)
    found, focus = green_read.graded(asked.held, ask), asked.view.focus
    classes = {key: label for key, (_, label) in NEAR.items()}
    found = found[found["coverage"] == focus] if focus in classes else found
    told = {
        _METRES[ask.indicator.how]: found["distance_m"].round(1),
        "分级": found["coverage"].map(classes),
    }
    content = _listed(asked, ask, _named(found, told))
    return content._replace(colours=results.colours(asked.scene.styles, "分级", classes)).only(classes.get(focus, ""))


def _ways(asked: Asked) -> Content:
    """Figures per unit in straight lines and on foot."""
    straight, walking = green_read.ways(asked_of(asked))
    _need(asked, walking)
    ways = {way: _figures(asked, ask, title="", digits=1) for way, ask in (("直线", straight), ("步行", walking))}
    shared = ["统计单元", "界线", "geometry"]
    told = [rows.drop(columns=shared).add_prefix(way) for way, rows in ways.items()]
    rows = ways["步行"]
    both = pd.concat([rows["统计单元"], *told, rows[["界线", "geometry"]]], axis=1)
    return _content(asked, walking, gpd.GeoDataFrame(both, geometry="geometry", crs=rows.crs))


def _straight_only(asked: Asked) -> Content:
    """Land that is near in a straight line but far on foot."""
    ask = green_read.on_land(asked_of(asked))
    _need(asked, ask)
    found = green_read.straight_only(asked.held, ask)
    told = {"直线达标、步行不达标（公顷）": (found["only_m2"] / _HA).round(4)}
    metres = {label: found[f"{how}_m"].round(1) for how, label in _METRES.items()}
    content = _listed(asked, ask, _named(found, told | metres))
    only = {"straight_only": BOTH["straight_only"]}
    return content._replace(colours=results.colours(asked.scene.styles, "", only))


def _kinds(asked: Asked) -> Content:
    """Green per unit by the five kinds."""
    table, _, _ = green_read.kinds(asked.held)
    return _of_green(asked, 0, {key: kind.name for key, kind in table.items()}, green_kinds.SOURCE)


def _classes(asked: Asked) -> Content:
    """Green per unit by class."""
    return _of_green(asked, 1, green_kinds.CLASSES, "《城市绿地分类标准》CJJ/T 85-2017")


def _of_green(asked: Asked, which: int, labels: Mapping[str, str], source: str) -> Content:
    per = asked.view.per or reporting.USUAL
    version, units = asked.held.current("green"), measured.units(asked.scene, asked.held, per)
    used = green_read.used(asked.held, per)
    if version is None or units.empty or asked.held.mixture([one.kind for one in used]):
        raise DatasetError(_WHERE, "没有同类来源的绿地与界线数据", "请补上数据后再导出")
    found = green_read.areas(asked.scene, asked.held, per, of=(version, ()))[which]
    vague = bool((units["basis"] == SCHEMATIC).any())
    columns = {f"{labels[key]}（公顷）": (found[key] / _HA).round(1 if vague else 4) for key in labels if key in found}
    rows = gpd.GeoDataFrame({"统计单元": units["name"], **columns}, geometry=units.geometry, crs=units.crs)
    outlines = "按示意边界，数值为约数" if vague else "按官方或导入的界线"
    return Content(reporting.PER[per], rows, {"口径": source, "面积": "椭球面积", "单元界线": outlines}, used)


def _named(rows: gpd.GeoDataFrame, told: Mapping[str, pd.Series]) -> gpd.GeoDataFrame:
    named = {"编号": rows["id"], "名称": rows["name"], **told}
    return gpd.GeoDataFrame(named, geometry=rows.geometry, crs=rows.crs)


FILES: Mapping[str, File] = MappingProxyType(
    {
        "units": File("各统计单元指标", PLACED, _units),
        "left": File("未达标居住用地", PLACED, _left),
        "nearest": File("最近距离", PLACED, _nearest),
        "ways": File("直线与步行对照", PLACED, _ways),
        "straight_only": File("直线达标步行不达标的居住用地", PLACED, _straight_only),
        "kinds": File("五类绿色构成", PLACED, _kinds),
        "classes": File("各类绿地面积", PLACED, _classes),
    }
)
"""Name in an address -> file."""
