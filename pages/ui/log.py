"""The log on the screen: filter, list, verification, export."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

from geodata.access import Person, may, require
from geodata.config import Config
from geodata.errors import AccessError
from geodata.store import events, log, witness
from geodata.store.engine import Store
from geodata.store.events import LABELS, OBJECTS
from geodata.store.log import Query
from layers.text import html
from pages.ui import problems

_PAGE = 200
_HEIGHT = 520
_ALL = ""
_FILTERS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("person", "人员", {}),
    ("action", "操作", LABELS),
    ("object_kind", "对象", OBJECTS),
    ("field", "字段", {}),
)
_HIDDEN = ["校验值"]


def readable(who: Person | None) -> bool:
    """Whether the log may be read; says why not."""
    try:
        require(who, "read_log")
    except AccessError as error:
        st.html(html('<div class="panel"><p class="problem">{text}</p></div>', text=error))
        return False
    return True


def verification(store: Store, config: Config) -> None:
    """Verify the chain on demand, against the witness files too."""
    if not st.button("核对全部留痕", key="log_verify"):
        return
    with st.spinner("正在逐条核对…"):
        seen, wrong = witness.read(config)
        found = events.verify(store, seen)
    kind = "note" if found.sound else "problem"
    said = "".join((str(found), *found.notes))
    st.html(html('<div class="panel"><p class="{kind}" role="status">{text}</p></div>', kind=kind, text=said))
    if wrong:
        st.html(html('<div class="panel">{said}</div>', said=problems.listed(wrong)))


def query(store: Store, who: Person | None) -> Query:
    """Which events to show, as chosen."""
    with st.container(key="log_filters", horizontal=True):
        given = {name: _choice(store, who, name, label, names) for name, label, names in _FILTERS}
        days = st.date_input("日期（起—止）", value=[], key="log_days", format="YYYY-MM-DD")
        given["object_id"] = st.text_input("对象编号", key="log_object").strip()
    since, until = _span(days)
    return Query(**given, since=since, until=until)


def listing(store: Store, who: Person | None, asked: Query) -> None:
    """List the events, the newest first, a page at a time."""
    count = log.count(store, who, asked)
    if not count:
        st.info("没有符合条件的留痕。请放宽筛选条件。")
        return
    pages = -(-count // _PAGE)
    page = st.number_input("页", 1, pages, key="log_page") if pages > 1 else 1
    st.caption(f"共 {count:,} 条，最近的在前" + (f"；第 {page} 页，共 {pages} 页。" if pages > 1 else "。"))
    rows = log.find(store, who, asked, limit=_PAGE, offset=(page - 1) * _PAGE)
    st.dataframe(log.table(rows).drop(columns=_HIDDEN), hide_index=True, height=_HEIGHT if count > 12 else "content")  # noqa: PLR2004 - as many as fit


def exports(store: Store, who: Person | None, asked: Query) -> None:
    """Offer what is asked for as files; that is an event too."""
    with st.container(key="exports", horizontal=True):
        for label, (ending, media, _) in log.FORMATS.items():
            st.download_button(
                f"导出 {label}",
                data=partial(log.export, store, who, asked, label=label),
                file_name=f"操作留痕.{ending}",
                mime=media,
                on_click="ignore",
                disabled=not may(who, "export_log"),
                key=f"log_export_{ending}",
                width="stretch",
            )


def _choice(store: Store, who: Person | None, name: str, label: str, names: Mapping[str, str]) -> str:
    options = [_ALL, *log.choices(store, who, name)]
    chosen = st.selectbox(
        label, options, format_func=lambda key: names.get(key, key) if key else "全部", key=f"log_{name}"
    )
    return chosen or _ALL


def _span(days: date | tuple[date, ...]) -> tuple[date | None, date | None]:
    """Both ends of what was chosen; one day alone is its own end only once both are given."""
    chosen = days if isinstance(days, tuple) else (days,)
    return (chosen[0], chosen[-1]) if chosen else (None, None)
