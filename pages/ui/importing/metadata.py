"""Step 入库: what is told of the whole, and the one press that writes."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import cast

import streamlit as st

from geodata.access import AUDIENCES, Audience, wider
from geodata.errors import DatasetError
from geodata.intake import taking
from geodata.intake.model import About
from geodata.kinds import DATASETS
from geodata.versions import Version
from geodata.watch import Watch
from layers import importing
from layers.text import html
from pages.ui import acts, caches, holdings, person, state
from pages.ui.importing import desk as desks
from pages.ui.importing import files
from pages.ui.importing.desk import Desk
from pages.ui.importing.step import Step

_FIELDS: Mapping[str, tuple[str, int, str]] = {
    "name": ("数据集名称 *", 80, ""),
    "source": ("来源 *", 200, "提供单位、文号或项目名称"),
    "source_date": ("来源日期", 10, "例如 2026-11-23"),
    "base_year": ("基准年", 4, "例如 2025"),
    "licence": ("许可", 200, "使用条件、保密协议等"),
    "remark": ("备注", 500, ""),
}
"""Field -> label, longest, hint."""

_WHERE = "入库"
_WIDER = "在用版本的使用范围是“{before}”；选更宽的范围，能看到这份数据的人会增加，须有“审核”以上权限。"


def show(desk: Desk) -> None:
    """Ask where the data come from and whom they are meant for."""
    if desk.ready is None:
        st.caption("有改动尚未检查，请回到“检查”。")
        return
    before, shown = _before(desk), _shown(desk)
    st.html(importing.overview(*desk.ready))
    with st.container(key="import_told"):
        for name, (label, longest, hint) in _FIELDS.items():
            key, fixed = f"import_{name}", before is not None and name == "name"
            st.session_state[key] = shown[name]
            keep = partial(_keep, desk)
            st.text_input(label, max_chars=longest, key=key, placeholder=hint, disabled=fixed, on_change=keep)
        _audience(desk, before, shown["audience"])
    st.html(html('<div class="panel"><p class="hint">按下“入库”之前，没有写入任何内容。</p></div>'))


def _audience(desk: Desk, before: Version | None, chosen: str) -> None:
    audiences = [key for key in AUDIENCES if key != "secret" or caches.config().access.cleared]
    if before is not None and any(wider(one, before.audience) for one in audiences):
        st.caption(_WIDER.format(before=AUDIENCES[before.audience]))
    st.session_state["import_audience"] = chosen
    st.selectbox(
        "使用范围 *",
        audiences,
        format_func=AUDIENCES.__getitem__,
        key="import_audience",
        on_change=partial(_keep, desk),
    )


def _before(desk: Desk) -> Version | None:
    return holdings.read(person.current())[0].find(desk.draft.follows) if desk.draft.follows else None


def _shown(desk: Desk) -> dict[str, str]:
    """What stands in each field: what was typed, or what it begins with; the name of a next version stays."""
    before = _before(desk)
    if before is not None:
        first = {"source": before.source, "licence": before.licence, "audience": before.audience}
        return dict.fromkeys(_FIELDS, "") | first | desk.told | {"name": before.name}
    held = holdings.read(person.current())[0]
    name = files.free(DATASETS[desk.draft.kind].label, (one.name for one in held.datasets if one.current))
    return dict.fromkeys(_FIELDS, "") | {"name": name, "audience": "internal"} | desk.told


def _keep(desk: Desk) -> None:
    """Keep what was typed, whatever has to be done again before it is taken in."""
    shown = _shown(desk)
    typed = {name: str(st.session_state.get(f"import_{name}", value)) for name, value in shown.items()}
    desk.told |= {name: value for name, value in typed.items() if value != shown[name]}


def forward(desk: Desk) -> None:
    """Take the draft in, in the name of whoever presses now."""
    if (ready := desk.ready) is None:
        raise DatasetError(_WHERE, "有改动尚未检查", "请回到“检查”")
    _keep(desk)
    about = _about(_shown(desk))
    who, store, config = person.current(), caches.store(), caches.config()

    def run(watch: Watch) -> Version:
        return taking.take(store, who, ready, about=about, config=config, watch=watch)

    desks.start(desk, run, _taken)


def _taken(_desk: Desk, version: Version) -> None:
    """Show what came in."""
    desks.close()
    state.change(data=version.key, against="", record="")
    acts.say(desks.KEY, "note", f"已入库：{version.label}，{version.rows:,} 行。")


def _about(told: Mapping[str, str]) -> About:
    plain = {name: value.strip() for name, value in told.items()}
    return About(
        plain["name"],
        plain["source"],
        source_date=_day(plain["source_date"]),
        base_year=_year(plain["base_year"]),
        licence=plain["licence"],
        audience=cast("Audience", plain["audience"]),
        remark=plain["remark"],
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        where, what = "来源日期", f"“{text}”不是日期"
        raise DatasetError(where, what, "请写成 2026-11-23 这样的形式") from None


def _year(text: str) -> int | None:
    if text and not text.isdecimal():
        where, what = "基准年", f"“{text}”不是年份"
        raise DatasetError(where, what, "请写成 2025 这样的四位数字")
    return int(text) if text else None


STEP = Step(show, forward, _WHERE)
