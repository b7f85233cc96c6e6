"""数据: what is held, in which version, on the map; what is missing and what that disables."""

import streamlit as st

from layers import dataset_card, holdings
from layers.text import html
from pages.ui import dataset_exports, dataset_map, first_start, official, person, problems, state
from pages.ui import holdings as held
from pages.ui.importing import desk, flow, picture
from pages.ui.map_view import map_view
from pages.ui.panel import panel

at = desk.present()
scene, view, wrong_link = state.current()
who = person.current()
known, lost = held.read(who)
version, unknown = held.choice(known, view)
summary = None

with st.container(key="stage"):
    left, right = st.columns([1, 1])
    with left, st.container(key="mapbox"), problems.part("地图"):
        if at:
            picture.draw(scene, view, at)
        elif version and held.drawable(version):
            summary = dataset_map.draw(scene, view, version)
        else:
            map_view(scene, view, ())
    with right, st.container(key="wide"):
        if at:
            with problems.part("导入"):
                flow.steps(at)
            st.stop()
        with problems.part("未完成的导入"):
            flow.unfinished()
        if said := problems.listed((*wrong_link, *lost, *unknown)):
            panel(said, key="said")
        with problems.part("首次使用"):
            first_start.ask(scene.land, scene.config)
        with problems.part("图上选中"):
            if version and summary and (row := dataset_map.row(scene, view, version)) is not None:
                panel(dataset_card.card(summary, version, row, dataset_map.record(scene, view, version)))
        with problems.part("数据集"):
            if known.datasets:
                held.listing(known, version, who)
            elif not lost:
                st.html(html('<div class="panel"><p class="hint">还没有可以查看的数据。</p></div>'))
                first_start.later(scene.land, scene.config)
            flow.offer(who)
        if version:
            with problems.part("版本"):
                if summary:
                    dataset_map.retry(scene, version)
                held.version(known, version, who, scene.config, summary=summary)
                dataset_exports.button(scene, version, who, summary)
            with problems.part("版本对比"):
                held.compared(known, version, view.against, who)
        official.section(scene, version, who)
        with problems.part("尚缺的数据"):
            if not lost and (lacking := held.lacking()):
                st.html(holdings.missing(lacking))
