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
    if _chosen() is False:
        _offer(land, config, person.current())


def later(land: Land, config: Config) -> None:
    """Offer demonstration data to who chose to begin with nothing, as long as nothing is held."""
    if _chosen():
        allowed = may(person.current(), "load_sample")
        act = partial(acts.press, KEY, partial(load, land, config))
        st.button("载入演示数据", key="load_later", disabled=not allowed, on_click=act)


def _chosen() -> bool | None:
    """Whether somebody has chosen; None where something is held, or the page says elsewhere that nobody can tell."""
    try:
        return None if caches.catalogue().datasets else settings.get(caches.store(), _CHOICE) is not None
    except StoreError:
        return None


def _offer(land: Land, config: Config, who: Person | None) -> None:
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
