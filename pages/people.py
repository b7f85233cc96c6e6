"""人员与备份: who may act, and in which role; the backups there are; for who manages them."""

import streamlit as st

from geodata.access import may
from layers import identity
from layers.text import html
from pages.ui import acts, backups, caches, person, problems, roster

_MODES = {
    "local": "本看板只供本机使用：不验证身份，姓名在右上角选择，操作留痕注明“未认证”。",
    "accounts": "凭姓名与口令登录；口令由管理人员设定初始值，本人登录后点击右上角姓名修改。",
}

who = person.current()

with st.container(key="sheet"):
    with problems.part("人员"):
        st.html(
            html('<div class="sheet"><h1>人员与备份</h1><p class="lead">{how}</p></div>', how=_MODES[identity.mode()])
        )
        if may(who, "manage_people"):
            acts.said(roster.KEY)
            roster.roster(caches.store())
        else:
            roster.refused(who)
    with problems.part("备份"):
        backups.backups(identity.settings(), who)
