"""What went wrong, said on the page: faults a user can mend, and the two nets under our own mistakes."""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import streamlit as st
from markupsafe import Markup

from geodata.errors import DashboardError
from layers.text import html, joined

_MOST_SHOWN = 5


def on_script_error(error: Exception) -> bool:
    """Say that a page failed, or what users can mend that no part of it caught."""
    _say("本页", error)
    return True


@contextmanager
def part(title: str) -> Iterator[None]:
    """Round each independent part of a page: where it fails, the rest goes on; what users can mend is said."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - one of the two nets (the other is on_script_error)
        _say(title, error)


def listed(problems: Iterable[DashboardError], most: int = _MOST_SHOWN) -> Markup:
    """List problems, each once; those after the first few open on demand."""
    sentences = dict.fromkeys(str(problem) for problem in problems)
    rows = [html('<p class="problem" role="alert">{text}</p>', text=text) for text in sentences]
    if len(rows) <= most:
        return joined(rows)
    template = '<details class="problem"><summary>另有 {n} 处问题，点开查看</summary>{rest}</details>'
    return joined((*rows[:most], html(template, n=len(rows) - most, rest=joined(rows[most:]))))


def _say(title: str, error: Exception) -> None:
    """Say what users can mend; of anything else that it failed: the traceback goes to the log under a number."""
    text = str(error) if isinstance(error, DashboardError) else _numbered(title, error)
    st.html(html('<div class="panel"><p class="problem" role="alert">{text}</p></div>', text=text))


def _numbered(title: str, error: Exception) -> str:
    number = secrets.token_hex(3).upper()
    logging.getLogger(__name__).error("%s 出错（编号 %s）", title, number, exc_info=error)
    return f"{title}出错（编号 {number}），其余部分不受影响。请刷新页面；若再次出现，请把编号告诉管理员。"
