"""Backups on the screen: make one, see those there are, go back to one."""

from functools import partial

import pandas as pd
import streamlit as st

from geodata.access import Person, may
from geodata.config import Config
from geodata.store import backup, daily, restore
from geodata.store.engine import Store
from geodata.store.manifest import KINDS, Backup
from layers.text import html
from pages.ui import acts, problems

KEY = "backups"
_HEIGHT = 260
_LEAD = "每天自动备份一次，也可随时备份；存放在设置指定的备份文件夹。备份含人员、数据版本、留痕与数据内容。"


def backups(config: Config, who: Person | None) -> None:
    """List the backups, with the buttons that make one and that go back to one."""
    if not may(who, "backup"):
        return
    st.html(html('<div class="sheet"><h2>备份</h2><p class="lead">{text}</p></div>', text=_LEAD))
    acts.said(KEY)
    kept, wrong = backup.backups(config)
    if wrong := (*wrong, *daily.problems(config)):
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(wrong)))
    st.button("立即备份", key="backup_now", type="primary", on_click=partial(acts.press, KEY, partial(_make, config)))
    if not kept:
        st.info("还没有备份。")
        return
    chosen = st.dataframe(
        pd.DataFrame([_row(one) for one in kept]),
        key="backup_list",
        hide_index=True,
        height=_HEIGHT if len(kept) > 6 else "content",  # noqa: PLR2004 - as many as fit
        on_select="rerun",
        selection_mode="single-row",
    ).selection.rows
    if chosen and chosen[0] < len(kept):
        _restore(config, kept[chosen[0]])


def _row(one: Backup) -> dict[str, object]:
    told = one.manifest
    return {
        "时间": f"{told.at.astimezone():%Y-%m-%d %H:%M:%S}",
        "种类": KINDS[told.kind][0],
        "人员": told.person,
        "留痕条数": told.events,
    }


def _restore(config: Config, one: Backup) -> None:
    with st.popover(f"恢复到 {one.manifest.at.astimezone():%Y-%m-%d %H:%M:%S}…"):
        st.html(html("<p>恢复前先把现状另存为一个备份；留痕不会倒退；所有人须重新登录。</p>"))
        act = partial(_go_back, config, one)
        st.button("确认恢复", key="backup_restore", on_click=partial(acts.press, KEY, act))


def _make(config: Config, store: Store, who: Person | None) -> str:
    made = backup.back_up(store, config, who).manifest
    return f"已备份，时间 {made.at.astimezone():%Y-%m-%d %H:%M:%S}。"


def _go_back(config: Config, one: Backup, _store: Store, who: Person | None) -> str:
    restore.restore(config, one.path, who)
    return f"已恢复到 {one.manifest.at.astimezone():%Y-%m-%d %H:%M:%S} 的备份。"
