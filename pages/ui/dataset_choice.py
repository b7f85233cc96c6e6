"""Which version of which dataset is shown: what the link names, or the first that may be read."""

import streamlit as st

from geodata.access import Person, may_read
from geodata.catalogue import Catalogue, catalogue
from geodata.errors import DashboardError, LinkError
from geodata.kinds import DATASETS
from geodata.versions import Version
from layers import identity
from layers.view import View
from pages.ui import caches, person, state

_KEY = "data"


def choose(view: View) -> tuple[Version | None, tuple[DashboardError, ...]]:
    """Let a version be chosen among those the person may read; the link is the truth.

    Returns
    -------
    Version or None, tuple of LinkError
        None where there is none to see; what is wrong with the link.
    """
    offered = {version.key: version for version in _readable(catalogue(caches.store()), person.current())}
    if not offered:
        return None, ()
    wrong = LinkError(f"链接中的 data={view.data}", "没有这个数据版本，或不在可查看的范围内", "请在右侧另选一个")
    chosen = view.data if view.data in offered else next(iter(offered))
    st.session_state[_KEY] = chosen
    st.selectbox(
        "数据集",
        list(offered),
        format_func=lambda key: _named(offered[key]),
        key=_KEY,
        label_visibility="collapsed",
        on_change=lambda: state.change(data=st.session_state[_KEY], record=""),
    )
    return offered[chosen], (wrong,) if view.data not in ("", chosen) else ()


def _readable(known: Catalogue, who: Person | None) -> list[Version]:
    """Versions that can be drawn, those in use first."""
    settings = identity.settings()
    versions = [version for dataset in known.datasets for version in dataset.versions if not version.purged_at]
    current = {dataset.current.key for dataset in known.datasets if dataset.current}
    seen = [
        version
        for version in versions
        if DATASETS[version.kind].geometry
        and may_read(who, version.audience, mode=identity.mode(), cleared=settings.access.cleared)
    ]
    return sorted(seen, key=lambda version: version.key not in current)


def _named(version: Version) -> str:
    year = f"（{version.base_year}）" if version.base_year else ""
    return f"{version.name}{year}　第 {version.number} 版"
