"""Steps 检查 and 图上查看: findings with their places on the map, repairs, the cut, and the draft as it would be."""

import secrets
from functools import partial

import streamlit as st
from markupsafe import Markup

from geodata.findings_excel import to_findings_excel
from geodata.intake.model import Ready
from geodata.intake.origins import origins
from geodata.repair import REPAIRS
from geodata.store import events
from geodata.store.faults import filing
from layers import draft_routes, importing
from layers.deliveries import approval
from layers.text import html
from pages.ui import caches
from pages.ui.importing import desk as desks
from pages.ui.importing import picture
from pages.ui.importing.desk import Desk
from pages.ui.importing.match import run_checks
from pages.ui.importing.step import Step, say
from pages.ui.panel import panel


def show_check(desk: Desk) -> None:
    """Show what was found, offer repairs, and the list as a workbook."""
    if desk.ready is None:
        _again(desk)
        return
    checked = desk.ready.checked
    panel(importing.outcomes(checked.report, desk.chosen), key="import_findings", press=partial(_press, desk))
    say(importing.accounts(checked.accounts))
    _repairs(desk, desk.ready)
    say(importing.cuts(checked.cuts))
    _clip(desk)
    panel(_book(desk, desk.ready), key="import_book")


def _press(desk: Desk, act: str, item: str) -> None:
    if act == "finding":
        picture.choose(desk, int(item))


def _repairs(desk: Desk, ready: Ready) -> None:
    """A box for each repair that was made or can be made; what is no longer ticked is undone."""
    made = {one.key: f"已作，{len(one.rows):,} 行" for one in ready.checked.accounts}
    counts = {**{one.key: f"{one.count:,} 行" for one in ready.checked.offers}, **made}
    if not counts:
        return
    with st.container(key="import_repairs"):
        for name in filter(counts.__contains__, REPAIRS):
            key = f"import_repair_{name}"
            st.session_state.setdefault(key, name in made)
            st.checkbox(f"{REPAIRS[name].label}（{counts[name]}）", key=key, help=REPAIRS[name].what)
        st.button("按所选修复并重新检查", key="import_repair", on_click=partial(_mend, desk))


def _mend(desk: Desk) -> None:
    chosen = frozenset(name for name in REPAIRS if st.session_state.get(f"import_repair_{name}"))
    if chosen == desk.draft.repairs:
        desk.said = ("请先勾选要作的修复，或取消勾选不要的修复。",)
        return
    desks.change(desk, repairs=chosen)
    run_checks(desk)


def _clip(desk: Desk) -> None:
    if not desk.has_boundary:
        return
    st.session_state["import_clip"] = desk.draft.clip
    st.checkbox("裁剪到管辖范围", key="import_clip", on_change=partial(_on_clip, desk))


def _on_clip(desk: Desk) -> None:
    desks.change(desk, clip=st.session_state["import_clip"])
    run_checks(desk)


def _again(desk: Desk) -> None:
    st.caption("有改动尚未检查。")
    st.button("重新检查", key="import_recheck", on_click=partial(run_checks, desk))


def _book(desk: Desk, ready: Ready) -> Markup:
    """Link to the workbook of the findings, written once: whenever it is pressed, it is there."""
    if not desk.book:
        key = secrets.token_hex(16)
        files = "、".join(dict.fromkeys(piece.source for piece in ready.draft.pieces))
        now = events.now().astimezone().isoformat(timespec="seconds")
        told = {"文件": files, "检查人": desk.who.name, "检查时间": now, "使用": approval(caches.config())}
        path = draft_routes.book_of(desk.room, key)
        with filing(f"文件夹 {path.parent}"):
            report, cuts = ready.checked.report, ready.checked.cuts
            path.write_bytes(to_findings_excel(report, told, cuts=cuts, origins=origins(ready)))
        desk.book = key
    address = f"/drafts/{desk.room.key}/{desk.book}/book"
    return html('<div class="exports"><a href="{address}" download>下载检查结果（Excel）</a></div>', address=address)


def forward_check(desk: Desk) -> None:
    """Go on where nothing must be changed any more."""
    if desk.ready is None:
        run_checks(desk)
        return
    if must := len(desk.ready.checked.report.group("must")):
        desk.said = (f"还有 {must} 项必须修改，改正（或修复）后才能继续。",)
        return
    desk.step, desk.chosen = "look", None


def show_look(desk: Desk) -> None:
    """Show the draft as it would be taken in: facts, the row that was clicked, the first rows."""
    if desk.ready is None:
        _again(desk)
        return
    draft, checked = desk.ready
    picture.missing(desk)
    st.html(importing.overview(draft, checked))
    if desk.picked is not None:
        st.html(importing.card(checked, draft.kind, desk.picked))
    elif desk.picture is not None:
        st.html(html('<div class="panel"><p class="hint">在图上点选一个图形，查看它的各项内容。</p></div>'))
    rows = importing.preview(checked, draft.kind)
    st.html(html('<div class="panel"><h3>{label}<small>前 {n} 行</small></h3></div>', label="数据", n=len(rows)))
    st.dataframe(rows, key="import_rows", hide_index=True, height=260)
    say(importing.matched(checked.matching))
    if checked.matching is not None and len(checked.matching.to_confirm):
        st.session_state["import_confirmed"] = desk.confirmed
        st.checkbox("已核对以上对应关系", key="import_confirmed", on_change=partial(_confirm, desk))


def _confirm(desk: Desk) -> None:
    desk.confirmed = st.session_state["import_confirmed"]


def forward_look(desk: Desk) -> None:
    """Go on where the rows that go with other rows were confirmed."""
    if desk.ready is None:
        run_checks(desk)
        return
    matching = desk.ready.checked.matching
    if matching is not None and len(matching.to_confirm) and not desk.confirmed:
        desk.said = ("请核对与上一版本的对应关系，并勾选“已核对以上对应关系”。",)
        return
    desk.step = "take"


CHECK = Step(show_check, forward_check)
LOOK = Step(show_look, forward_look)
