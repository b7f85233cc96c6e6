"""Widgets that write the View; the link is the truth, so each takes its value from it at every run."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from geodata.browse import LABELS, Filter
from geodata.land import Land
from layers.text import html, joined
from layers.view import MOST_PINNED, View
from pages.ui import caches, state


def choice(label: str, key: str, options: Mapping[str, str], value: str) -> None:
    """One of a few values of the View, as buttons in a row."""
    st.session_state[key] = value
    st.segmented_control(
        label,
        list(options),
        format_func=lambda option: options[option],
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: state.change(**{key: st.session_state[key]}),
    )


def period(scene: caches.Scene, view: View) -> None:
    """The plan's period, where there is more than one plan."""
    if len(scene.lands) > 1:
        choice("规划期", "period", {name: f"{name} 规划" for name in scene.lands}, view.period or scene.land.period)


def filters(choices: Mapping[str, Mapping[str, str]], given: Filter) -> None:
    """The filter of the list: six choices (`browse.choices`) and free text."""
    with st.container(key="filters", horizontal=True):
        for key, names in choices.items():
            _select(key, LABELS[key], names, getattr(given, key))
    with st.container(key="words", horizontal=True):
        st.session_state["filter_q"] = given.q
        st.text_input(
            "文字",
            key="filter_q",
            label_visibility="collapsed",
            placeholder="名称、产业、拼音首字母或编号",
            on_change=lambda: state.narrow("q", st.session_state["filter_q"]),
        )
        st.button("清除筛选", disabled=not given.given(), on_click=state.widen)


def pins(land: Land, view: View) -> Markup:
    """The pinned units, and the button that puts them side by side."""
    if not view.pinned:
        return Markup("")
    chips = joined(
        html(
            '<button data-act="pin" data-id="{id}" title="移出对比">{name} ×</button>',
            id=key,
            name=land.items["short"][key],
        )
        for key in view.pinned
    )
    label = "返回地图" if view.compare else f"并排对比（{len(view.pinned)}/{MOST_PINNED}）"
    button = (
        html('<button class="primary" data-act="compare">{label}</button>', label=label) if len(view.pinned) > 1 else ""
    )
    return html(
        '<div class="choice">对比单元<div>{chips}</div><div class="actions">{button}</div></div>',
        chips=chips,
        button=button,
    )


def _select(key: str, label: str, names: Mapping[str, str], value: str) -> None:
    widget = f"filter_{key}"
    names = names if value in names or not value else {**names, value: value}  # a link may name what is not offered
    st.session_state[widget] = value
    st.selectbox(
        label,
        ["", *names],
        format_func=lambda option: names[option] if option else f"{label}：全部",
        key=widget,
        label_visibility="collapsed",
        on_change=lambda: state.narrow(key, st.session_state[widget] or ""),
    )
