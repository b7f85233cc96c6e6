"""Who acts: found anew at every run from the signed cookie, and said in the bar of every page."""

import streamlit as st

from geodata.access import Person
from geodata.errors import StoreError
from layers import identity
from layers.sign_in import chip
from layers.text import html


def current() -> Person | None:
    """Return who acts; nobody, where no name is chosen, or whoever it was is signed out or may act no longer.

    Raises
    ------
    StoreError
        The database cannot be asked.
    """
    return identity.person_of(cookies())


def cookies() -> dict[str, str]:
    """Cookies the browser came with."""
    return st.context.cookies.to_dict()


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
