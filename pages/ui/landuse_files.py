"""用地结构 as files: balance, changes, base years, densities, overlaps and gaps."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import gaps, landuse_tables, reporting, topology
from geodata.errors import DatasetError
from geodata.items import SCHEMATIC
from geodata.measures.landuse import RATES
from geodata.measures.pieces import cut
from geodata.three_spaces import SOURCE
from layers.balance import RANGES_SAID, name_of, tiled, urban_name
from layers.landuse import CELL, STEP, focus_name, less
from layers.landuse import RATES as RATE_LABELS
from pages.ui import landuse_ask, landuse_plots, landuse_read, measured
from pages.ui.figure_files import PLACED, TABLES, Asked, Content, File
from pages.ui.landuse_read import Reading

Table = TypeVar("Table", pd.DataFrame, pd.Series)
_WHERE = "导出用地结构"
_HA = 10_000.0
_AREA = "面积（公顷）"
_WHOLE = "按地块内的一点归入单元；面积为整个地块，不在单元边界处裁切"
_EDGES = "本表逐处列出图斑之间的重叠与空隙，沿单元边界未覆盖的不列"
_DIGITS, _FINE = 2, 4
"""Decimals: no fewer even where an outline is schematic, for a small class would become 0; what is vague is said."""


def _reading(asked: Asked, part: str) -> Reading:
    """What a link to a file of a part is about.

    Raises
    ------
    LinkError, DatasetError
        Something of it is unknown, or the data are not held.
    """
    ask = landuse_ask.asked(asked.view, part)
    versions, why = landuse_read.versions(asked.scene, asked.held, ask)
    if not versions:
        raise DatasetError(_WHERE, why.removesuffix("。"), "请补上数据后再导出")
    unit = landuse_ask.unit_of(asked.view, ask, measured.units(asked.scene, asked.held, ask.per))
    return Reading(asked.scene, asked.held, ask, versions, unit)


def _content(reading: Reading, rows: pd.DataFrame, **more: str) -> Content:
    """The rows with all that is said of them."""
    told = {
        "统计单元": f"{reporting.PER[reading.ask.per]}：{reading.name}",
        "单元界线": landuse_read.bordered(reading),
        "口径": reading.ask.caliber,
        **more,
    }
    return Content(reading.name, rows, told, landuse_read.used(reading))


def _balance(asked: Asked) -> Content:
    reading = _reading(asked, "balance")
    found = landuse_read.balance(reading).reset_index().sort_values(["code", "level"])
    rows = pd.DataFrame(
        {
            "级别": found["level"],
            "代码": found["code"],
            "用地类别": found["code"].map(name_of),
            _AREA: _hectares(found["area_m2"], reading),
            "下限（公顷）": _hectares(found["low"], reading),
            "上限（公顷）": _hectares(found["high"], reading),
            "占比（%）": (100 * found["share"]).round(_DIGITS),
            "人均（平方米/人）": found["per_person"].round(_DIGITS),
            "图斑": found["plots"],
        }
    )
    return _content(reading, rows, 人均=_people(reading))


def _people(reading: Reading) -> str:
    """Say what people land is told per head of, or why it is not."""
    return landuse_read.people_of(reading)[1].removeprefix("人均：")


def _balances(asked: Asked) -> Content:
    """The balances of all units of the kind, one under the other; coarser where an outline is schematic."""
    reading = _reading(asked, "balance")
    places = pd.Series(range(len(reading.units)), index=reading.units.index)
    found = landuse_read.balances(reading).reset_index()
    found = found.assign(place=found["zone"].map(places))
    found = found.sort_values(["place", "code", "level"]).reset_index(drop=True)
    units = reading.units.loc[found["zone"]]
    hectares = found["area_m2"] / _HA
    rows = pd.DataFrame(
        {
            "统计单元": units["name"].to_numpy(),
            "界线": _outlined(units),
            "级别": found["level"],
            "代码": found["code"],
            "用地类别": found["code"].map(name_of),
            _AREA: hectares.round(_FINE).where(~_vague(units), hectares.round(_DIGITS)),
            "占比（%）": (100 * found["share"]).round(_DIGITS),
            "图斑": found["plots"],
        }
    )
    return _of_each(reading, rows)


def _vague(units: gpd.GeoDataFrame) -> "np.ndarray[tuple[int], np.dtype[np.bool]]":
    return np.asarray(units["basis"] == SCHEMATIC, dtype=np.bool)


def _outlined(units: gpd.GeoDataFrame) -> "np.ndarray[tuple[int], np.dtype[np.str_]]":
    """Say of each unit by which outline it is cut."""
    return np.where(_vague(units), "按示意边界，约数", "按官方或导入的界线")


def _of_each(reading: Reading, rows: pd.DataFrame) -> Content:
    """Rows of all units of the kind, each with what is said of its outline."""
    per = reporting.PER[reading.ask.per]
    return _content(reading, rows, 统计单元=per, 单元界线="逐行注明")._replace(of=per)


def _spaces(asked: Asked) -> Content:
    reading = _reading(asked, "balance")
    table, found, _ = landuse_read.spaces(reading)
    rows = pd.DataFrame(
        {
            "三生空间": [table[key].name if key in table else "未归类" for key in found.index],
            "用地类别（用地用海2023 代码前缀）": [
                "、".join(table[key].classes) if key in table else "" for key in found.index
            ],
            _AREA: _hectares(found["area_m2"], reading).to_numpy(),
            "占比（%）": (100 * found["share"]).round(_DIGITS).to_numpy(),
        }
    )
    return _content(reading, rows, 对照=SOURCE)


def _urban(asked: Asked) -> Content:
    """Shares of 城市建设用地 by GB 50137."""
    reading = _reading(asked, "balance")
    found = landuse_read.urban(reading)
    rows = pd.DataFrame(
        {
            "城市建设用地": [urban_name(str(code)) for code in found.index],
            _AREA: _hectares(found["area_m2"], reading),
            "占比（%）": (100 * found["share"]).round(_DIGITS),
            "人均（平方米/人）": found["per_person"].round(_DIGITS),
            "建议下限（%）": 100 * found["least"],
            "建议上限（%）": 100 * found["most"],
        }
    )
    return _content(reading, rows, 人均=_people(reading), 建议范围=RANGES_SAID)


def _matrix(asked: Asked) -> Content:
    reading = _reading(asked, "changes")
    table = landuse_tables.matrix(landuse_read.changes(reading))
    rows = _hectares(table, reading).set_axis([name_of(str(code)) for code in table.columns], axis=1)
    rows.insert(0, "现状＼规划（公顷）", [name_of(str(code)) for code in table.index])
    return _content(reading, rows.assign(现状合计=_hectares(table.sum(axis=1), reading).to_numpy()))


def _changes(asked: Asked) -> Content:
    reading = _reading(asked, "changes")
    found = landuse_read.changes(reading).reset_index().sort_values("area_m2", ascending=False)
    rows = pd.DataFrame(
        {
            "现状": found["landuse"].map(name_of),
            "规划": found["landuse_planned"].map(name_of),
            "是否改变": np.where(found["landuse"] == found["landuse_planned"], "不变", "改变"),
            _AREA: _hectares(found["area_m2"], reading),
            "地块": found["plots"],
        }
    )
    return _content(reading, rows)


def _changed(asked: Asked) -> Content:
    """The plots whose class changes, or those of the one change that is chosen, with their shapes."""
    reading, focus = _reading(asked, "changes"), asked.view.focus
    rows = landuse_plots.rows(reading.versions)
    chosen = CELL in focus
    within = landuse_read.plots_within(reading, landuse_plots.of_change(rows, focus) if chosen else rows)
    old, new = (within[name].astype("string").fillna("") for name in ("landuse", "landuse_planned"))
    same = len(set(focus.split(CELL))) == 1  # a cell of what stays as it is
    digits = 2 * int(reading.ask.level)  # of a code, as the matrix counts
    moved = old.str.slice(stop=digits) != new.str.slice(stop=digits)
    some = within if chosen and same else within[moved.to_numpy(bool)]
    told = {"现状": old[some.index].map(name_of), "规划": new[some.index].map(name_of)}
    return _content(reading, _placed(some, told), 地块=_WHOLE).only(focus_name(focus) if chosen else "")


def _years(asked: Asked) -> Content:
    reading = _reading(asked, "years")
    table, _ = landuse_read.years(reading)
    if table is None:
        raise DatasetError(_WHERE, "没有该单元的两期用地数据", "请在“数据”页导入并填写基准年")
    rows = _hectares(table.drop(columns=landuse_tables.DIFFERENCE), reading)
    rows[less(table)] = (rows.iloc[:, -1] - rows.iloc[:, 0]).round(_FINE)  # what a reader subtracts stands there
    rows = rows.rename(columns=lambda name: f"{name}（公顷）")
    rows.insert(0, "用地类别", [name_of(str(code)) for code in table.index])
    return _content(reading, rows)


def _intensity(asked: Asked) -> Content:
    reading = _reading(asked, "intensity")
    found, units = landuse_read.intensity(reading), reading.units
    endings = {"": "", "_low": "下限", "_high": "上限"}
    told = {
        f"{label}{said}": found[f"{rate}{end}"].round(3)
        for rate, label in RATE_LABELS.items()
        for end, said in endings.items()
    }
    known = {
        f"{label}有数据的用地（%）": (100 * found[f"{rate}_known"]).round(1) for rate, label in RATE_LABELS.items()
    }
    names = {"统计单元": units["name"], "界线": _outlined(units)}
    rows = gpd.GeoDataFrame({**names, **told, **known}, geometry=units.geometry, crs=units.crs)
    return _of_each(reading, rows)


def _densities(asked: Asked) -> Content:
    """The plots with their densities and shapes, or those of the class that is chosen."""
    reading, focus = _reading(asked, "intensity"), asked.view.focus
    within = landuse_read.plots_within(reading, measured.rows(reading.version))
    rate, _, number = focus.partition(STEP)
    chosen = rate in RATES and number.isdigit()
    some = within[landuse_tables.steps(within[rate], rate) == int(number)] if chosen else within
    rows = _placed(some, {RATE_LABELS[one]: some[one] for one in RATES})
    return _content(reading, rows, 地块=_WHOLE).only(focus_name(focus) if chosen else "")


def _tiling(asked: Asked) -> Content:
    """Overlaps and gaps among the plots of land, cut at the outline of the unit."""
    reading = _reading(asked, "tiling")
    rows, ground = measured.rows(reading.version), reading.one.geometry.to_numpy()
    near = rows[shapely.intersects(ground[0], rows.geometry.to_numpy())]
    found = {
        "重叠": topology.overlaps(near).places,
        "空隙": gaps.gaps(near, largest=topology.TILINGS[reading.version.kind].gap_m2),
    }
    tables = [_cut(table, ground, kind) for kind, table in found.items()]
    told = f"{tiled(landuse_read.tiling(reading), schematic=reading.vague)}{_EDGES}"
    return _content(reading, gpd.GeoDataFrame(pd.concat(tables), crs=rows.crs), 单元合计=told)


def _cut(
    places: gpd.GeoDataFrame, ground: "np.ndarray[tuple[int], np.dtype[np.object_]]", kind: str
) -> gpd.GeoDataFrame:
    pieces = cut(places.geometry.to_numpy(), ground)
    between = ["、".join(map(str, places["rows"].iloc[row])) for row in pieces.row]
    sizes = (shapely.area(pieces.shape) / _HA).round(6)
    told = {"类型": [kind] * len(between), "相关图斑": between, "投影面积（公顷）": sizes}
    return gpd.GeoDataFrame(told, geometry=pieces.shape, crs=places.crs)


def _placed(rows: gpd.GeoDataFrame, told: Mapping[str, pd.Series]) -> gpd.GeoDataFrame:
    named = {"编号": rows["id"], "名称": rows["name"], **told, _AREA: (rows["area_m2"] / _HA).round(4)}
    return gpd.GeoDataFrame(named, geometry=rows.geometry, crs=rows.crs)


def _hectares(m2: Table, reading: Reading) -> Table:
    """In 公顷; coarser where the outline is schematic."""
    return (m2 / _HA).round(_DIGITS if reading.vague else _FINE)


FILES: Mapping[str, File] = MappingProxyType(
    {
        "balance": File("用地平衡表", TABLES, _balance),
        "balances": File("各单元用地平衡表", TABLES, _balances),
        "spaces": File("三生空间占比", TABLES, _spaces),
        "urban": File("城市建设用地结构", TABLES, _urban),
        "matrix": File("现状到规划矩阵", TABLES, _matrix),
        "changes": File("现状到规划变化", TABLES, _changes),
        "changed": File("改变用途的地块", PLACED, _changed),
        "years": File("用地历年对照", TABLES, _years),
        "intensity": File("统计单元开发强度", PLACED, _intensity),
        "densities": File("地块开发强度", PLACED, _densities),
        "tiling": File("用地重叠与空隙", PLACED, _tiling),
    }
)
"""Name in an address -> file."""

OF_PARTS: Mapping[str, tuple[str, ...]] = {
    "balance": ("balance", "balances", "spaces", "urban"),
    "changes": ("matrix", "changes", "changed"),
    "years": ("years",),
    "intensity": ("intensity", "densities"),
    "tiling": ("tiling",),
}
"""Part of the page -> its files."""
