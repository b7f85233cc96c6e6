"""A list that is one with the map."""

from functools import partial

import geopandas as gpd
import streamlit as st

from layers.view import MOST_SELECTED, View
from pages.ui import caches, state

_KEY = "list"
_HEIGHT = 330


def listing(scene: caches.Scene, rows: gpd.GeoDataFrame, view: View) -> None:
    """Show the rows; selecting there selects on the map and the other way round."""
    if not len(rows):
        st.info("没有符合条件的项目或设施。请放宽或清除筛选条件。")
        return
    if not state.made_in_list(view):
        rows = _first(rows, view.selection)
    _choose([int(place) for place in rows.index.get_indexer(list(view.selection)) if place >= 0])
    placed = int(rows.geometry.notna().sum())
    st.caption(
        f"共 {len(rows)} 项，图上已定位 {placed} 项；勾选行首方框（键盘：Shift+空格，Esc 全部取消）可在图上标出。"
    )
    if len(view.selection) > MOST_SELECTED:
        st.caption(
            f"已选中 {len(view.selection)} 项；链接只带得下前 {MOST_SELECTED} 项，其余只在本页本次打开期间保留。"
        )
    st.dataframe(
        scene.listed.loc[rows.index],
        key=_KEY,
        hide_index=True,
        height=_HEIGHT,
        on_select=partial(_on_select, tuple(rows.index)),
        selection_mode="multi-row",
        column_config={"名称": st.column_config.TextColumn(width="medium")},
    )


def _first(rows: gpd.GeoDataFrame, ids: tuple[str, ...]) -> gpd.GeoDataFrame:
    """The rows with some of them first: what a click or a link chose must be seen, and a list cannot scroll."""
    return rows.loc[[*(key for key in ids if key in rows.index), *rows.index.difference(ids, sort=False)]]


def _choose(places: list[int]) -> None:
    """Check the rows at some places, unless they are: a list that is set anew forgets where the keyboard was."""
    known = st.session_state.get(_KEY)
    if (known["selection"]["rows"] if known else []) != places:
        st.session_state[_KEY] = {"selection": {"rows": places, "columns": [], "cells": []}}


def _on_select(ids: tuple[str, ...]) -> None:
    places = st.session_state[_KEY]["selection"]["rows"]
    state.select(tuple(ids[place] for place in places if place < len(ids)), in_list=True)
