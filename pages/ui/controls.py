"""Widgets that write the View; the link is the truth, so each takes its value from it at every run."""

from collections.abc import Mapping

import streamlit as st
from markupsafe import Markup

from geodata.browse import LISTED, Filter
from geodata.items import KINDS, ROLES, STAGES, UNITS, numeral
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


def filters(land: Land, given: Filter) -> None:
    """The filter of the list: six choices and free text."""
    rows = land.items[land.items["kind"].isin(LISTED)]
    units = land.items[land.items["kind"].isin(UNITS) & (land.items["role"] != "zone")]
    streets = land.base["subdistricts"]
    options = {
        "unit": ("布局单元", dict(units["name"])),
        "street": ("街道", dict(streets["name"])),
        "kind": ("类型", {kind: KINDS[kind] for kind in LISTED}),
        "role": ("类别", {role: label for role, label in ROLES.items() if role in set(rows["role"])}),
        "stage": ("用语层次", STAGES),
        "chapter": ("章节", {key: _section(key) for key in sorted(set(land.chapters[rows.index]), key=_order)}),
    }
    with st.container(key="filters", horizontal=True):
        for key, (label, names) in options.items():
            _select(key, label, names, getattr(given, key))
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


def _order(chapter: str) -> tuple[int, ...]:
    return tuple(int(part) for part in chapter.split("-"))


def _section(key: str) -> str:
    chapter, section = _order(key)
    return f"第{numeral(chapter)}章{f'第{numeral(section)}节' if section else '引言'}"
