"""What is said of the plan's layers as files: 数据说明, places where the text is garbled, units side by side."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from geodata.errors import LinkError
from geodata.land import Land
from layers import about, units
from pages.ui.figure_files import TABLES, Asked, Content, File


def _told(land: Land) -> dict[str, str]:
    return {"规划期": land.period, "说明": f"依据{land.title}编制，位置示意，非法定规划"}


def _sources(asked: Asked) -> Content:
    land = asked.scene.land
    rows = pd.DataFrame([about.cells(land, key) for key in land.sources], columns=list(about.SOURCES))
    return Content("各图层", rows, _told(land), ())


def _defects(asked: Asked) -> Content:
    land = asked.scene.land
    rows = pd.DataFrame({label: land.defects[name] for name, label in about.DEFECTS})
    rows["涉及事项"] = rows["涉及事项"].map("、".join)
    return Content("文本疑误", rows, _told(land) | {"提示": about.GARBLED}, ())


def _compared(asked: Asked) -> Content:
    """A row per aspect, a column per unit."""
    land, pinned = asked.scene.land, asked.view.pinned
    if len(pinned) < 2:  # noqa: PLR2004 - nothing to compare
        where = "链接中的单元对比"
        raise LinkError(where, "少于两个单元", "请先用“加入对比”选择")
    aspects = units.aspects(land, pinned)
    rows = pd.DataFrame({"项目": [label for label, _ in aspects]})
    for place, key in enumerate(pinned):
        told = (cells[place] for _, cells in aspects)
        rows[str(land.items["name"][key])] = [one if isinstance(one, str) else "、".join(one) for one in told]
    return Content("、".join(rows.columns[1:]), rows, _told(land) | {"提示": units.OVERLAPPING}, ())


FILES: Mapping[str, File] = MappingProxyType(
    {
        "sources": File("数据说明", TABLES, _sources),
        "defects": File("文本疑误", TABLES, _defects),
        "side_by_side": File("单元对比", TABLES, _compared),
    }
)
"""Name in an address -> file."""
