"""A proposal as files: its parks with their shapes, and what they gain."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import streamlit as st

from geodata import crs, proposals
from geodata.catalogue import Catalogue
from geodata.errors import LinkError
from geodata.indicators import Indicator
from geodata.parks import HOW, Park
from geodata.store.proposals import Kept
from geodata.versions import Version
from geodata.vocabulary import GREEN_CLASSES
from layers import measures
from layers import proposals as shown
from layers.text import NO_DATA, joined
from layers.view import View
from pages.ui import caches, draft, figure_files, measured, person
from pages.ui import proposals as page
from pages.ui.figure_files import PLACED, TABLES, Asked, Content, File
from pages.ui.measured import Ask
from pages.ui.panel import panel

_KEYS = re.compile(r"(?:^|、)\S+ (\d+\.\d+) ")
"""Keys of the versions that `proposals.outlines_told` names."""
OPEN = "proposals_compared"
"""Whether the comparison is unfolded: before that nothing of it is computed."""


def section(scene: caches.Scene, view: View, held: Catalogue) -> None:
    """Offer the files of the proposal that is open, as it is kept; and all proposals side by side."""
    living = draft.living()
    if one := living.get(view.proposal):
        files = {name: FILES[name] for name in ("parks", "gains")}
        panel(figure_files.links(files, view.to_query(), _used(held, one), person.current()), key="proposal_files")
    if not living:
        return
    folded = st.expander(f"比较各方案（{len(living)} 个）", key=OPEN, on_change="rerun")
    with folded:
        if folded.open:
            out = figure_files.links({"compared": FILES["compared"]}, view.to_query(), _all(held), person.current())
            panel(joined((shown.compared(*page.side_by_side(scene, held)), out)), key="compared")


def _all(held: Catalogue) -> tuple[Version, ...]:
    """The data all proposals' figures are computed from now."""
    found = {version.key: version for one in draft.living().values() for version in _used(held, one)}
    return tuple(found.values())


def _used(held: Catalogue, one: Kept) -> tuple[Version, ...]:
    """The data a proposal's figures are computed from now."""
    return tuple(version for kind in one.versions if (version := measured.counted(held, kind)))


def _parks(asked: Asked) -> Content:
    one, parks = _opened(asked)
    sizes = shown.table(parks).area  # as on the screen, and as indicators count parks
    rows = gpd.GeoDataFrame(
        {
            "名称": [park.name for park in parks],
            "来由": [HOW[park.how] for park in parks],
            "绿地类别": [f"{park.green_class} {GREEN_CLASSES[park.green_class]}" for park in parks],
            "向公众开放": ["是" if park.public else "否" for park in parks],
            "投影面积（平方米）": sizes.round(1).to_numpy(),
            "原地块": [park.row for park in parks],
        },
        geometry=[park.shape for park in parks],
        crs=crs.METRIC,
    )
    return Content(one.name, rows, _told(asked, one), _used(asked.held, one))


def _gains(asked: Asked) -> Content:
    one, parks = _opened(asked)
    found = page.gains(asked.scene, asked.held, _ask(asked.view), parks)
    rows = pd.DataFrame(
        {
            "指标": [gain.indicator.name for gain in found],
            "统计单元": [gain.unit for gain in found],
            "现状": [measures.value(gain.indicator, gain.before) for gain in found],
            "方案": [measures.value(gain.indicator, gain.after) for gain in found],
            "增减": [shown.change(gain) for gain in found],
        }
    )
    return Content(one.name, rows, _told(asked, one), _used(asked.held, one))


def _compared(asked: Asked) -> Content:
    """A row per indicator, columns for the land as it is and for each proposal with what it changes."""
    names, found = page.side_by_side(asked.scene, asked.held)
    rows = pd.DataFrame({"指标": [row.name for row, _ in found]})
    for place, name in enumerate(names):
        rows[name] = [_value(row, figures[place]) for row, figures in found]
        if place:
            rows[f"{name} 增减"] = [_change(row, figures[0], figures[place]) for row, figures in found]
    rests_on = "；".join(f"{row.name}：{measured.caliber(key).label}" for key, row in measured.main().items())
    told = {"统计": "全区，按用地面积", "口径": rests_on, "说明": "比选方案，公园尚未实施。"}
    return Content("全部方案", rows, told, _all(asked.held))


def _change(indicator: Indicator, before: "pd.Series[float] | None", after: "pd.Series[float] | None") -> str:
    return NO_DATA if before is None or after is None else shown.change(shown.Gain(indicator, "", before, after))


def _value(indicator: Indicator, found: "pd.Series[float] | None") -> str:
    return NO_DATA if found is None else measures.value(indicator, found)


def _ask(view: View) -> Ask:
    """The indicator and the units of a link."""
    table, _ = measured.table()
    key = view.measure if view.measure in table else next(iter(table))
    return measured.asked(view, key, table[key])


def _opened(asked: Asked) -> tuple[Kept, tuple[Park, ...]]:
    one = draft.living().get(asked.view.proposal)
    if one is None:
        where = f"链接中的 proposal={asked.view.proposal}"
        raise LinkError(where, "没有这个方案或已被撤回", "请从“绿地与公园”页重新导出")
    parks, lost = draft.parks_of(one, asked.held)
    for problem in lost:
        raise problem
    return one, parks


def _told(asked: Asked, one: Kept) -> dict[str, str]:
    """What is said of a proposal beside its data."""
    old = proposals.outdated(one, page.now_of(asked.scene, asked.held))
    return {
        "方案": one.name,
        "说明": f"比选方案，公园尚未实施。{one.note}",
        "编制人": one.person,
        "保存时间": one.changed_at.astimezone().isoformat(timespec="seconds"),
        "编制所依数据": _based_on(asked.held, one),
        "口径": measured.caliber(_ask(asked.view).key).label,
        "时效": f"结果已过期：{'、'.join(old)}有新版本，已按现用数据重新计算" if old else "与现用数据和口径一致",
    }


def _based_on(held: Catalogue, one: Kept) -> str:
    """Name the versions a proposal was made on; one that is not held any more by its number alone."""
    told = []
    for kind, keys in one.versions.items():
        found = dict.fromkeys(_KEYS.findall(keys) if kind == proposals.OUTLINES else filter(None, [keys]))
        names = [version.label if (version := held.find(key)) else f"第 {key.split('.')[-1]} 版" for key in found]
        told += [f"{proposals.label(kind)} {'、'.join(names)}"] if names else []
    return "；".join(told)


FILES: Mapping[str, File] = MappingProxyType(
    {
        "parks": File("方案的公园", PLACED, _parks),
        "gains": File("方案的指标增减", TABLES, _gains),
        "compared": File("方案比较", TABLES, _compared),
    }
)
"""Name in an address -> file."""
