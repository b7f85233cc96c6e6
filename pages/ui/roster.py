"""The list of people and what changes it; every press asks anew who presses."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
import streamlit as st

from geodata.access import ROLES, Mode, Person, Role, require
from geodata.errors import AccessError
from geodata.store import passwords, people
from geodata.store.engine import Store
from geodata.store.people import Card, Entry
from layers import identity
from layers.text import html
from pages.ui import acts

KEY = "roster"
_NEW = "new"
_HEIGHT = 330
_FIRST_ROLE: Role = "report"
_HINTS: Mapping[Mode, str] = {
    "local": "在上表中勾选一人，可在这里修改姓名、部门、权限，停用或恢复。",
    "accounts": "在上表中勾选一人，可在这里修改姓名、部门、权限，停用或恢复，重置口令。",
}
_PASSWORD = "{name}的口令：{password}　只显示这一次，请告知本人，并请其登录后修改。"  # noqa: S105 - a sentence


def refused(who: Person | None) -> None:
    """Say why the list is not shown."""
    try:
        require(who, "manage_people")
    except AccessError as error:
        st.html(html('<div class="panel"><p class="problem">{text}</p></div>', text=error))


def roster(store: Store) -> None:
    """Show the people, the form of a new one, and that of the one who is selected."""
    entries = people.everyone(store)
    rows = st.dataframe(
        _table(entries),
        key=KEY,
        hide_index=True,
        height=_HEIGHT if len(entries) > 8 else "content",  # noqa: PLR2004 - as many as fit
        on_select="rerun",
        selection_mode="single-row",
    ).selection.rows
    left, right = st.columns(2)
    with left:
        _new()
    with right:
        if rows and rows[0] < len(entries):
            _selected(entries[rows[0]])
        else:
            st.caption(_HINTS[identity.mode()])


def _table(entries: tuple[Entry, ...]) -> pd.DataFrame:
    columns = {
        "姓名": [entry.card.name for entry in entries],
        "部门": [entry.card.department for entry in entries],
        "权限": [ROLES[entry.card.role] for entry in entries],
        "状态": ["在用" if entry.active else "停用" for entry in entries],
        "登记日期": [entry.created_at.astimezone().date().isoformat() for entry in entries],
    }
    if identity.mode() == "accounts":
        columns["口令"] = ["已设" if entry.has_password else "未设" for entry in entries]
    return pd.DataFrame(columns)


def _new() -> None:
    with st.form("roster_new"):
        st.markdown("**添加人员**")
        _fields(_NEW, Card("", "", _FIRST_ROLE))
        st.form_submit_button("添加", on_click=partial(acts.press, KEY, _add))


def _selected(entry: Entry) -> None:
    with st.form("roster_change"):
        st.markdown("**修改所选人员**")
        _fields(str(entry.id), entry.card)
        st.form_submit_button("保存修改", on_click=partial(acts.press, KEY, partial(_change, entry)))
    with st.container(horizontal=True):
        label = "停用" if entry.active else "恢复"
        st.button(label, key="roster_active", on_click=partial(acts.press, KEY, partial(_activate, entry)))
        if identity.mode() == "accounts":
            st.button("重置口令", key="roster_reset", on_click=partial(acts.press, KEY, partial(_reset, entry)))


def _fields(of: str, card: Card) -> None:
    st.text_input("姓名", card.name, key=f"roster_name_{of}")
    st.text_input("部门", card.department, key=f"roster_department_{of}")
    roles = list(ROLES)
    st.selectbox("权限", roles, roles.index(card.role), key=f"roster_role_{of}", format_func=lambda role: ROLES[role])


def _given(of: str) -> Card:
    state = st.session_state
    return Card(state[f"roster_name_{of}"], state[f"roster_department_{of}"], state[f"roster_role_{of}"])


def _add(store: Store, who: Person | None) -> str:
    password = passwords.proposal() if identity.mode() == "accounts" else None
    entry = people.add(store, who, _given(_NEW), password=password)
    for field in ("name", "department"):
        st.session_state[f"roster_{field}_{_NEW}"] = ""
    if password is None:
        return f"已添加{entry.card.name}。"
    return _PASSWORD.format(name=entry.card.name, password=password)


def _change(entry: Entry, store: Store, who: Person | None) -> str:
    changed = people.change(store, who, entry.id, card=_given(str(entry.id)))
    return f"已保存{changed.card.name}。"


def _activate(entry: Entry, store: Store, who: Person | None) -> str:
    people.activate(store, who, entry.id, active=not entry.active)
    return f"已{'停用' if entry.active else '恢复'}{entry.card.name}。"


def _reset(entry: Entry, store: Store, who: Person | None) -> str:
    password = passwords.proposal()
    people.reset(store, who, entry.id, password=password)
    return _PASSWORD.format(name=entry.card.name, password=password)
