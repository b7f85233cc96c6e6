"""口径 on the page: adopt what is tried, take it back, see all versions, and compare with a figure of before."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import streamlit as st
from markupsafe import Markup

from geodata import calibers
from geodata.access import Person, may
from geodata.calibers import Adoption
from geodata.catalogue import Catalogue
from geodata.errors import DashboardError, MeasureError
from geodata.history import gone
from geodata.store.engine import Store
from geodata.versions import Version
from layers import calibers as drawn
from layers import measures
from layers.text import html, joined
from layers.view import View
from pages.ui import acts, caches, caliber_files, caliber_read, draft, figure_files, green_files, measured, person
from pages.ui.caliber_read import Then
from pages.ui.measured import Ask

KEY = "caliber"
_DAY, _REASON, _THEN, _OPEN = "caliber_day", "caliber_reason", "caliber_then", "caliber_open"
_NOTHING = "无上一版本可比：数据与口径都还没有换过。"
_WITHOUT = "这里比较的是现状，不含正在比选的新公园。"


def form(ask: Ask, who: Person | None) -> None:
    """Let what is tried hold from a day on."""
    st.session_state.setdefault(_DAY, measured.today())
    seen = measured.versioned()[0].last(ask.key).number
    with st.container(key="caliber_form", horizontal=True, vertical_alignment="bottom"):
        st.date_input("启用日期", key=_DAY, format="YYYY-MM-DD")
        st.text_input("理由", key=_REASON, max_chars=calibers.LONGEST_REASON, placeholder="依据的文件或会议")
        st.button(
            "采用为新口径",
            key="caliber_adopt",
            disabled=not may(who, "adopt_caliber") or not caliber_read.tried(ask),
            on_click=partial(acts.press, KEY, partial(_adopt, ask, seen)),
        )


def history(view: View, ask: Ask, who: Person | None) -> None:
    """All versions of the indicator's parameters; the last one can be taken back by whoever adopted it."""
    known, _ = measured.versioned()
    held = known.in_force(ask.key, measured.today())
    with st.expander(f"口径沿革：{held.label}"):
        versions = known.history(ask.key)
        out = _file("calibers", view.to_query(), ask, ())
        st.html(_panel(joined((drawn.history(versions, held, known.unheeded(ask.key)), out))))
        last = next((one.kept for one in versions if one.kept and not one.kept.withdrawn), None)
        if last and who and last.person_id == who.id and may(who, "adopt_caliber"):
            press = partial(acts.press, KEY, partial(_withdraw, ask.key, last.number))
            st.button(f"撤回口径 {last.number}", key="caliber_withdraw", on_click=press)


def compared(scene: caches.Scene, view: View, held: Catalogue, ask: Ask) -> None:
    """The change since other data or parameters, split into its causes; computed again from what was kept."""
    if not st.toggle("与上次相比", key=_OPEN):
        return
    choices = tuple(caliber_read.moments(held, ask))
    if not choices:
        st.html(_panel(html('<p class="hint">{text}</p>', text=_NOTHING)))
        return
    if draft.tried():
        st.caption(_WITHOUT)
    place = st.selectbox("相比于", range(len(choices)), format_func=lambda number: choices[number].label, key=_THEN)
    try:
        then = choices[place]
        out = _file("since", view.to_query() | {"_then": then.label}, ask, measured.versions(held, ask).values())
        st.html(_panel(joined((_change(scene, held, ask, then), out))))
    except DashboardError as error:
        st.html(_panel(html('<p class="problem" role="alert">{text}</p>', text=str(error))))


def _change(scene: caches.Scene, held: Catalogue, ask: Ask, then: Then) -> Markup:
    before = replace(ask, indicator=then.caliber.row)
    if lost := gone(then.held, before.kinds):
        text = f"{'、'.join(one.label for one in lost)}的内容已清除，上次的数不能复算。"
        return html('<p class="problem" role="alert">{text}</p>', text=text)
    if mixed := then.held.mixture(before.kinds):
        return measures.missing(ask.indicator, (), mixed)
    answers = caliber_read.answers(scene, held, ask, then)
    if lacking := [what for one in answers for what in one.missing]:
        return measures.missing(ask.indicator, dict.fromkeys(lacking), "")
    names = {str(key): str(name) for key, name in measured.units(scene, held, ask.per)["name"].items()}
    old, between, new = (one.figures for one in answers)
    return drawn.change(ask.indicator, names, (old, between, new))


def _adopt(ask: Ask, seen: int, store: Store, who: Person | None) -> str:
    bands = [band.model_dump() for band in ask.indicator.sources.bands]
    day, reason = st.session_state[_DAY], st.session_state[_REASON]
    if day is None:
        where = "采用新口径"
        raise MeasureError(where, "没有填写启用日期", "请填写")
    known, _ = measured.versioned()
    made = calibers.adopt(store, who, Adoption(ask.key, bands, day, reason, seen), table=known.table)
    st.session_state[_REASON] = ""
    return f"已采用{made.label}。"


def _withdraw(key: str, number: int, store: Store, who: Person | None) -> str:
    calibers.withdraw(store, who, key, number=number)
    return f"已撤回口径 {number}。"


def _panel(content: Markup) -> Markup:
    return html('<div class="panel">{content}</div>', content=content)


def _file(name: str, query: dict[str, str], ask: Ask, versions: Iterable[Version]) -> Markup:
    """A link to one of the files."""
    files = {name: caliber_files.FILES[name]}
    return figure_files.links(files, query | green_files.options(ask), versions, person.current())
