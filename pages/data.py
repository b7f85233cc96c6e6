"""数据: a version of a dataset on the map, what is known of it, and of the thing that was clicked."""

import streamlit as st

from layers import dataset_card
from layers.text import html, joined
from pages.ui import dataset_choice, dataset_map, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import panel

scene, view, wrong_link = state.current()

with st.container(key="stage"):
    left, right = st.columns([3, 1])
    with right, st.container(key="side"):
        said = problems.listed((*wrong_link, *scene.problems))
        with problems.part("数据集"):
            version, wrong = dataset_choice.choose(view)
            said = joined((said, problems.listed(wrong)))
    with left, st.container(key="mapbox"), problems.part("地图"):
        if version:
            summary = dataset_map.draw(scene, view, version)
        else:
            map_view(scene, view, ())
    with right, problems.part("信息栏"):
        if version:
            dataset_map.retry(scene, version)
            row = dataset_map.row(scene, view, version)
            panel(joined((said, dataset_card.card(summary, version, row), dataset_card.about(summary, version))))
        else:
            panel(joined((said, html('<p class="hint">还没有可以查看的数据。</p>'))))
