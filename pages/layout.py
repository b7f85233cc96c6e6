"""空间布局: the units as a tree; map, card and contents of a unit; up to four side by side."""

import streamlit as st

from layers import units
from layers.summary import summary
from layers.text import html, joined
from pages.ui import controls, exports, figure_files, person, plan_files, problems, state
from pages.ui.map_view import map_view
from pages.ui.panel import card_of, panel

scene, view, wrong_link = state.at_unit()
land = scene.land
unit = view.selection[0] if view.selection else ""

with st.container(key="stage"):
    left, middle, right = st.columns([1, 3, 1])
    with left, st.container(key="tree"), problems.part("单元目录"):
        controls.period(scene, view)
        panel(units.tree(land, scene.styles, unit), key="tree_panel")
    with middle:
        if view.compare and len(view.pinned) > 1:
            with st.container(key="sheetbox"), problems.part("单元对比"):
                files = {"side_by_side": plan_files.FILES["side_by_side"]}
                out = figure_files.links(files, view.to_query(), (), person.current())
                panel(joined((units.comparison(land, view.pinned), out)), key="comparison")
        else:
            with st.container(key="mapbox"), problems.part("地图"):
                map_view(scene, view, beside={unit, *land.inside(unit).index} if unit else ())
    with right, st.container(key="side"):
        with problems.part("导出"):
            exports.offer(scene, "layout", unit if unit in scene.known.units else "")
        with problems.part("信息栏"):
            said = problems.listed((*wrong_link, *scene.problems))
            pins = controls.pins(land, view)
            if unit:
                content = card_of(scene, view)
            else:
                hint = html('<p class="hint">在左侧目录或图上选一个单元；用“加入对比”最多选四个单元并排比较。</p>')
                content = joined((hint, summary(land, scene.styles, "layout")))
            panel(joined((said, pins, content)))
