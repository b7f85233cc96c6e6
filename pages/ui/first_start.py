"""The first start asks once: try it with demonstration data, or begin with nothing."""

from functools import partial

import streamlit as st

from geodata import demonstration
from geodata.access import Person, may
from geodata.config import Config
from geodata.errors import StoreError
from geodata.land import Land
from geodata.store import settings
from geodata.store.engine import Store
from geodata.versions import DEMONSTRATION
from layers.text import html
from pages.ui import acts, caches, person

KEY = "first_start"
_CHOICE = "首次使用"
_ASKS = "首次使用：看板自带规划图层；地块、楼宇、绿地、道路等数据须由本单位导入。可以先载入一套演示数据试用。"
_NEEDS = "请先在右上角选择姓名或登录，再作选择。"


def ask(land: Land, config: Config) -> None:
    """Ask, as long as nothing was chosen and nothing is held."""
    acts.said(KEY)
    try:
        undecided = settings.get(caches.store(), _CHOICE) is None and not caches.catalogue().datasets
    except StoreError:
        return  # the page says it where it shows what is held
    if not undecided:
        return
    who = person.current()
    with st.container(key="first_start"):
        st.html(
            html('<div class="panel"><p class="note first">{text}</p></div>', text=_ASKS if who else _ASKS + _NEEDS)
        )
        with st.container(horizontal=True):
            for label, act in (("载入演示数据试用", partial(load, land, config)), ("空白开始", _begin_with_nothing)):
                st.button(label, disabled=not may(who, "load_sample"), on_click=partial(acts.press, KEY, act))


def load(land: Land, config: Config, store: Store, who: Person | None) -> str:
    """Make the demonstration land and take it in, a dataset of each kind."""
    with st.spinner("正在生成演示数据…"):
        versions = demonstration.load(store, who, land, config)
    settings.put(store, who, _CHOICE, value="载入演示数据", needs="load_sample")
    return f"已载入 {len(versions)} 个演示数据集，均注明“{DEMONSTRATION}”。"


def _begin_with_nothing(store: Store, who: Person | None) -> str:
    settings.put(store, who, _CHOICE, value="空白开始", needs="load_sample")
    return "已选择空白开始；以后可在“数据”页载入演示数据。"
