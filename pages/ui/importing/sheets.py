"""Step 图层: which layers of each file are used, and in which encoding it is written."""

from dataclasses import replace
from functools import partial

import streamlit as st

from geodata.foreign.model import CODECS
from geodata.intake import opening, placing, taking
from geodata.intake.model import Draft, Source
from geodata.kinds import DATASETS
from geodata.watch import Watch
from layers import importing
from pages.ui import caches
from pages.ui.importing import desk as desks
from pages.ui.importing import files
from pages.ui.importing.desk import Desk
from pages.ui.importing.step import Step
from pages.ui.importing.systems import arrive

_BY_FILE = "按文件自身"


def show(desk: Desk) -> None:
    """Ask for layers and encodings."""
    for number, source in enumerate(desk.draft.sources):
        st.html(importing.layers_of(source))
        with st.container(key=f"import_sheet_{number}", horizontal=True, vertical_alignment="bottom"):
            _layers(desk, source, f"import_layers_{number}")
            _encoding(desk, source, f"import_encoding_{number}")
            _columns(desk, source, f"import_columns_{number}")


def _layers(desk: Desk, source: Source, key: str) -> None:
    names = [layer.name for layer in source.inspection.layers]
    if len(names) == 1:
        return
    st.session_state[key] = [name for name in desk.layers.get(source.label, ()) if name in names]
    st.multiselect("采用的图层", names, key=key, on_change=partial(_on_layers, desk, source.label, key))


def _encoding(desk: Desk, source: Source, key: str) -> None:
    known = next((layer.encoding for layer in source.inspection.layers if layer.encoding), None)
    if known is None:
        return
    st.session_state[key] = source.encoding or _BY_FILE
    st.selectbox(
        f"文字编码（识别为 {known}）",
        [_BY_FILE, *CODECS],
        key=key,
        help="字段名或文字显示为乱码时，请换一种编码。",
        on_change=lambda: files.reread(desk, source.label, CODECS.get(st.session_state[key]) and st.session_state[key]),
    )


def _columns(desk: Desk, source: Source, key: str) -> None:
    if not source.tabular or not DATASETS[desk.draft.kind].geometry:
        return
    st.session_state[key] = [name for name in source.columns if name in source.tabular]
    st.multiselect(
        "坐标列",
        source.tabular,
        max_selections=2,
        placeholder="自动识别",
        key=key,
        help="自动识别不对时再选：先选经度（横坐标、东），再选纬度（纵坐标、北）；或只选一列 WKT 或“经度,纬度”。",
        on_change=lambda: desks.put_source(desk, replace(source, columns=tuple(st.session_state[key]))),
    )


def _on_layers(desk: Desk, label: str, key: str) -> None:
    desk.layers[label] = tuple(st.session_state[key])
    desks.change(desk)


def forward(desk: Desk) -> None:
    """Read the layers and look at where they lie."""
    chosen = [(one.label, name) for one in desk.draft.sources for name in desk.layers.get(one.label, ())]
    if not chosen:
        desk.said = ("请至少选择一个图层。",)
        return
    draft, around = desk.draft, desks.around()
    kept = taking.remembered(caches.store(), draft.kind)

    def run(watch: Watch) -> tuple[Draft, bool]:
        ground = around.ground(draft)
        read = opening.with_pieces(draft, chosen, ground, remembered=kept, watch=_half(watch, 0.0))
        return placing.with_shifts(read, ground, watch=_half(watch, 0.5)), ground.boundary is not None

    desks.start(desk, run, _read)


def _half(watch: Watch, first: float) -> Watch:
    return Watch(lambda share, said: watch.progress(first + share / 2, said), watch.cancelled)


def _read(desk: Desk, result: tuple[Draft, bool]) -> None:
    """Go on; where there is a 管辖范围, cutting to it is the first suggestion: boundaries alone may well be larger."""
    draft, bounded = result
    bounded = bounded and draft.kind != "boundaries"
    clip = desk.draft.clip if desk.has_boundary else bounded
    desk.has_boundary = bounded
    desks.change(desk, pieces=draft.pieces, clip=clip and bounded)
    if unfitting := tuple(placing.unfitting(desk.draft)):
        desk.said = unfitting
        return
    desk.step = "systems"
    arrive(desk)


STEP = Step(show, forward)
