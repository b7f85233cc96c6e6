"""Who acts: found anew at every run from the signed cookie, and said in the bar of every page."""

import streamlit as st

from geodata.access import Person, Table, masked, may
from geodata.errors import StoreError
from geodata.kinds import DATASETS
from geodata.store import views
from layers import identity
from layers.sign_in import chip
from layers.text import html
from pages.ui.runs import once

_SEEN = "sensitive_seen"


def current() -> Person | None:
    """Return who acts; nobody, where no name is chosen, or whoever it was is signed out or may act no longer.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    return once("person", lambda: identity.person_of(cookies()))


def cookies() -> dict[str, str]:
    """Cookies the browser came with."""
    return st.context.cookies.to_dict()


def seen(table: Table, kind: str, dataset: int) -> Table:
    """Return a table of a dataset as the person may see it; where that shows 敏感 columns, the log says so.

    Parameters
    ----------
    table : DataFrame
        Columns named as in the contract of its kind.
    dataset : int
        Row of the datasets table; its event is recorded once per session.
    """
    who = current()
    if who is not None and may(who, "read_sensitive") and set(DATASETS[kind].sensitive) & set(table.columns):
        told: set[tuple[int, int]] = st.session_state.setdefault(_SEEN, set())
        if (who.id, dataset) not in told:
            views.viewed(identity.store(), who, kind, dataset=dataset)
            told.add((who.id, dataset))
    return masked(table, kind, who)


def bar() -> Person | None:
    """Show who works at the right of the bar, and return them; in mode `accounts` nobody goes on without them."""
    try:
        person = current()
    except StoreError as error:
        _said(str(error))
        person = None
    if person is None and identity.mode() == "accounts":
        _said("登录已失效。")
        st.html(html('<div class="panel out"><a href="/sign-in" target="_self">重新登录</a></div>'))
        st.stop()
    with st.container(key="person"):
        st.html(chip(person, identity.mode()))
    return person


def _said(sentence: str) -> None:
    st.html(html('<div class="panel"><p class="problem" role="alert">{text}</p></div>', text=sentence))
