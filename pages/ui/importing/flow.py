"""The way through an import: where one is, what is under way, forward, back, and out."""

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from geodata.access import Person, may
from geodata.errors import DashboardError
from layers import importing
from layers.text import html, joined
from pages.ui import acts
from pages.ui.importing import checks, desk, files, kept, match, metadata, sheets, systems
from pages.ui.importing.desk import STEPS, Desk
from pages.ui.importing.step import Step

_REFUSED = "import_refused"
_POLL_S = 0.5

BODIES: Mapping[str, Step] = {
    "files": files.STEP,
    "layers": sheets.STEP,
    "systems": systems.STEP,
    "match": match.STEP,
    "check": checks.CHECK,
    "look": checks.LOOK,
    "take": metadata.STEP,
}


def unfinished() -> None:
    """Say what became of an import that was shown here, and offer to go on with one that was begun elsewhere."""
    acts.said(desk.KEY)
    if (left := desk.waiting()) is None:
        return
    number, label = list(STEPS).index(left.step) + 1, STEPS[left.step]
    names, until = [one.label for one in left.draft.sources], left.touched + kept.HOURS * 3600
    with st.container(key="import_left"):
        st.html(importing.unfinished(names, f"第 {number} 步“{label}”", since=left.touched, until=until))
        with st.container(horizontal=True):
            st.button("继续", key="import_resume", type="primary", on_click=partial(desk.resume, left))
            _leave(left, "import_give_up", partial(desk.give_up, left), word="放弃")


def offer(who: Person | None) -> None:
    """Offer to begin an import to whoever may."""
    if desk.waiting():
        st.button("导入数据…", key="import_open", disabled=True)
        st.caption("您有一次未完成的导入，请先在上方继续或放弃。")
        return
    if not st.session_state.get(_REFUSED) and may(who, "import"):
        st.button("导入数据…", key="import_open", on_click=_begin)
        return
    st.button("导入数据…", key="import_open", disabled=True)
    st.caption(st.session_state.pop(_REFUSED, "导入数据须由“填报”以上权限的人员办理，请先在右上角选择姓名或登录。"))


def _begin() -> None:
    try:
        desk.open_desk()
    except DashboardError as error:
        st.session_state[_REFUSED] = str(error)


def steps(at: Desk) -> None:
    """Show the present step, or how far the work for the next one is."""
    if at.work is None:
        desk.keep_up(at)
    st.html(importing.stepper(STEPS, at.step))
    if at.said:
        problems = joined(html('<p class="problem" role="alert">{text}</p>', text=text) for text in at.said)
        st.html(html('<div class="panel">{problems}</div>', problems=problems))
    if at.work is not None:
        _under_way()
        return
    step = BODIES[at.step]
    step.show(at)
    with st.container(key="import_acts", horizontal=True):
        order = list(STEPS)
        if at.step != order[0]:
            st.button("上一步", key="import_back", on_click=partial(_go, at, order[order.index(at.step) - 1]))
        st.button(step.label, key="import_next", type="primary", on_click=partial(_press, at, step.forward))
        _leave(at, "import_cancel", desk.close)


@st.fragment(run_every=_POLL_S)
def _under_way() -> None:
    """Ask again and again how far the work is, without running the page."""
    at = desk.current()
    if at is None or at.work is None or not at.work.busy:
        st.rerun()
    share, said = at.work.progress
    st.progress(min(max(share, 0.0), 1.0), text=f"{said or '准备…'}　已用 {at.work.seconds:.0f} 秒")
    with st.container(key="import_acts", horizontal=True):
        st.button("停止", key="import_stop", on_click=partial(desk.stop, at))
        _leave(at, "import_leave", desk.close)


def _leave(at: Desk, key: str, end: Callable[[], None], *, word: str = "取消导入") -> None:
    """Offer to end it; once fields were matched, which is work, a second press is asked for."""
    order = list(STEPS)
    if order.index(at.step) < order.index("match"):
        st.button(word, key=key, on_click=end)
        return
    with st.popover(f"{word}…"):
        st.html(html("<p>已选的文件、字段对应和检查结果都不保留。</p>"))
        st.button(f"确认{word[:2]}", key=key, on_click=end)


def _go(at: Desk, step: str) -> None:
    at.step, at.said, at.chosen, at.picked = step, (), None, None
    if again := BODIES[step].again:
        again(at)


def _press(at: Desk, forward: Callable[[Desk], None]) -> None:
    """Do what the step has to do before the next one; what cannot be done is said."""
    if at.gone:
        return
    at.said = ()
    try:
        forward(at)
    except DashboardError as error:
        at.said = (str(error),)
