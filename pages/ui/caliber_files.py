"""口径 as files: the versions of an indicator's parameters, and a change of its figures split into its causes."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from geodata.errors import LinkError
from geodata.history import split
from layers import calibers as shown
from pages.ui import caliber_read, green_files, measured
from pages.ui.figure_files import TABLES, Asked, Content, File


def _history(asked: Asked) -> Content:
    """Every version, the newest first."""
    ask = green_files.asked_of(asked)
    known, _ = measured.versioned()
    held = known.in_force(ask.key, measured.today())
    rows = pd.DataFrame(shown.lines(known.history(ask.key), held), columns=list(shown.HISTORY))
    return Content(ask.indicator.name, rows, {"指标": ask.indicator.name, "现行": held.label}, ())


def _change(asked: Asked) -> Content:
    """The figure of each unit then and now, and what data and 口径 have changed of it."""
    ask = green_files.asked_of(asked)
    choices = {then.label: then for then in caliber_read.moments(asked.held, ask)}
    then = choices.get(asked.options.get("then", ""))
    if then is None:
        where = "链接中的“相比于”"
        raise LinkError(where, "没有这一时刻的数据与口径", "请从“与上次相比”重新导出")
    steps, units = (
        caliber_read.steps(asked.scene, asked.held, ask, then),
        measured.units(asked.scene, asked.held, ask.per),
    )
    found = split(*(shown.as_shown(ask.indicator, step) for step in steps))
    unit = ask.indicator.unit
    more = "百分点" if unit == "%" else unit
    rows = pd.DataFrame(
        {
            "统计单元": units["name"].reindex(found.index),
            f"上次（{unit}）": found["before"],
            f"数据变化（{more}）": found["data"],
            f"口径变化（{more}）": found["caliber"],
            f"本次（{unit}）": found["after"],
        }
    ).round(2)
    told = {"指标": ask.indicator.name, "相比于": then.label, "现行口径": measured.caliber(ask.key).label}
    return Content(ask.indicator.name, rows, told, tuple(measured.versions(asked.held, ask).values()))


FILES: Mapping[str, File] = MappingProxyType(
    {"calibers": File("口径沿革", TABLES, _history), "since": File("与上次相比", TABLES, _change)}
)
"""Name in an address -> file."""
