"""操作留痕: who did what, when, from what to what and why; whether nothing of it was changed; as a file."""

import streamlit as st

from layers import identity
from layers.text import html
from pages.ui import caches, log, person, problems

who = person.current()
_LEAD = "谁、何时、做了什么、由何改为何、原因；只增不改，每条带有前一条的校验值，被改动即可查出。"

with st.container(key="sheet"), problems.part("操作留痕"):
    st.html(html('<div class="sheet"><h1>操作留痕</h1><p class="lead">{text}</p></div>', text=_LEAD))
    if log.readable(who):
        store, config = caches.store(), identity.settings()
        with problems.part("核对"):
            log.verification(store, config)
        with problems.part("清单"):
            query = log.query(store, who)
            log.listing(store, who, query)
            log.exports(store, who, query)
