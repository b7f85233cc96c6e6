"""The datasets that are held: choose a version, compare it, use it again, destroy what should never have come in."""

from dataclasses import replace
from functools import partial

import streamlit as st

from geodata import catalogue, purge
from geodata.access import AUDIENCES, Person, may, may_read
from geodata.catalogue import Catalogue, Missing
from geodata.config import Config
from geodata.drawn import Summary
from geodata.errors import LinkError, StoreError
from geodata.kinds import DATASETS
from geodata.store import datasets
from geodata.store.engine import Store
from geodata.versions import Dataset, Version
from layers import holdings, identity
from layers.text import html, joined
from layers.view import View
from pages.ui import acts, caches, figure_files, state
from pages.ui.holdings_files import FILES
from pages.ui.panel import panel

KEY = "holdings"
_LIST = "holdings_list"
_AGAINST = "holdings_against"
_NONE = ""
_PURGED = "已清除"


def read(who: Person | None) -> tuple[Catalogue, tuple[StoreError, ...]]:
    """What is held and may be read; nothing, and why, where the database cannot be asked."""
    try:
        everything = caches.catalogue()
    except StoreError as error:
        return Catalogue(()), (error,)
    readable = (_readable(dataset, who) for dataset in everything.datasets)
    return Catalogue(tuple(dataset for dataset in readable if dataset.versions)), ()


def choice(held: Catalogue, view: View) -> tuple[Version | None, tuple[LinkError, ...]]:
    """The version the link names, or the first in use; and what of the link is not held."""
    named = {"data": view.data, "against": view.against}
    what = "没有这个数据版本，或不在可查看的范围内"
    wrong = tuple(
        LinkError(f"链接中的 {key}={value}", what, "请在右侧另选一个")
        for key, value in named.items()
        if value and held.find(value) is None
    )
    first = next((dataset.current for dataset in held.datasets if dataset.current), None)
    return (held.find(view.data) if view.data else None) or first, wrong


def drawable(version: Version) -> bool:
    """Whether a version has shapes to draw."""
    return bool(DATASETS[version.kind].geometry) and version.purged_at is None


def lacking() -> tuple[Missing, ...]:
    """Kinds of which nothing is held, whoever may read it."""
    return caches.catalogue().missing()


def listing(held: Catalogue, chosen: Version | None, who: Person | None) -> None:
    """List the datasets, a button each; the chosen version's dataset is marked."""
    every = [version for dataset in held.datasets for version in dataset.versions]
    out = figure_files.links({"holdings": FILES["holdings"]}, {}, every, who)
    panel(joined((holdings.listing(held.datasets, chosen), out)), key=_LIST)


def version(held: Catalogue, chosen: Version, who: Person | None, config: Config, *, summary: Summary | None) -> None:
    """Show a version's facts, and what can be done with it."""
    dataset = next(one for one in held.datasets if one.id == chosen.dataset_id)
    labels = {one.key: _label(dataset, one) for one in reversed(dataset.versions)}
    st.session_state["holdings_version"] = chosen.key
    st.selectbox(
        "版本",
        list(labels),
        format_func=labels.__getitem__,
        key="holdings_version",
        on_change=lambda: state.change(data=st.session_state["holdings_version"], against="", record=""),
    )
    with caches.store().reading() as session:
        findings = datasets.findings(session, chosen.key)
    st.html(holdings.facts(chosen, findings, summary))
    if findings and not chosen.purged_at:
        out = figure_files.links({"findings": FILES["findings"]}, {"data": chosen.key}, (chosen,), who)
        st.html(html('<div class="panel">{out}</div>', out=out))
    acts.said(KEY)
    with st.container(key="holdings_acts", horizontal=True):
        _use(dataset, chosen, who)
        _purge(chosen, who, config)


def compared(held: Catalogue, chosen: Version, against: str, who: Person | None) -> None:
    """Compare the chosen version with another of its kind, as the user chooses."""
    others = [one for dataset in held.datasets if dataset.kind == chosen.kind for one in dataset.versions]
    labels = {one.key: f"{one.label}{_year(one)}" for one in others if one.key != chosen.key and not one.purged_at}
    if not labels or chosen.purged_at:
        return
    st.session_state[_AGAINST] = against if against in labels else _NONE
    st.selectbox(
        "对比",
        [_NONE, *labels],
        format_func=lambda key: labels.get(key, "与其他版本或基准年对比…"),
        key=_AGAINST,
        label_visibility="collapsed",
        on_change=lambda: state.change(against=st.session_state[_AGAINST]),
    )
    if old := held.find(st.session_state[_AGAINST]):
        query = {"data": chosen.key, "against": old.key}
        out = figure_files.links({"differences": FILES["differences"]}, query, (old, chosen), who)
        st.html(holdings.comparison(caches.comparison(old, chosen), (old, chosen)))
        st.html(html('<div class="panel">{out}</div>', out=out))


def _readable(dataset: Dataset, who: Person | None) -> Dataset:
    """The dataset with those of its versions that may be shown to a person."""
    mode, cleared = identity.mode(), identity.settings().access.cleared
    shown = (one for one in dataset.versions if may_read(who, one.audience, mode=mode, cleared=cleared))
    return replace(dataset, versions=tuple(shown))


def _label(dataset: Dataset, one: Version) -> str:
    used = "（在用）" if one.number == dataset.number else ""
    gone = f"（{_PURGED}）" if one.purged_at else ""
    return f"第 {one.number} 版　{one.created_at.astimezone():%Y-%m-%d %H:%M}　{one.person}{_year(one)}{used}{gone}"


def _year(one: Version) -> str:
    return f"，基准年 {one.base_year}" if one.base_year else ""


def _use(dataset: Dataset, chosen: Version, who: Person | None) -> None:
    st.button(
        "正在使用" if chosen.number == dataset.number else "改用这一版",
        key="holdings_use",
        type="primary",
        disabled=chosen.number == dataset.number or chosen.purged_at is not None or not may(who, "restore_version"),
        on_click=partial(acts.press, KEY, partial(_go_back, chosen.key)),
    )


def _purge(chosen: Version, who: Person | None, config: Config) -> None:
    """清除 takes two: one asks and says why, another confirms."""
    if chosen.purged_at is not None or not may(who, "import"):
        return
    with st.popover("清除…"):
        if chosen.purge is None:
            st.html(html("<p>误导入的内容可以清除：由一人申请并写明原因，另一人确认后销毁内容，留痕保留。</p>"))
            st.text_input("原因", key="purge_reason", max_chars=500)
            st.button("申请清除", on_click=partial(acts.press, KEY, partial(_ask, chosen.key)))
            return
        asked = chosen.purge
        st.html(html("<p>{who}申请清除，原因：{why}</p>", who=asked.name, why=asked.reason))
        mine = who is not None and who.id == asked.by
        st.button(
            "确认清除并销毁内容",
            disabled=mine or not may(who, "purge"),
            on_click=partial(acts.press, KEY, partial(_confirm, chosen.key, config)),
        )
        st.button("撤回申请", on_click=partial(acts.press, KEY, partial(_withdraw, chosen.key)))


def _go_back(key: str, store: Store, who: Person | None) -> str:
    return f"已改用{catalogue.go_back(store, who, key).label}。"


def _ask(key: str, store: Store, who: Person | None) -> str:
    return (
        f"已申请清除{purge.request(store, who, key, reason=st.session_state['purge_reason']).label}，等待另一人确认。"
    )


def _confirm(key: str, config: Config, store: Store, who: Person | None) -> str:
    places = [config.data_path / "derived" / audience for audience in AUDIENCES]
    return f"已清除{purge.confirm(store, who, key, config=config, derived=places).label}的内容。"


def _withdraw(key: str, store: Store, who: Person | None) -> str:
    return f"已撤回对{purge.withdraw(store, who, key).label}的清除申请。"
