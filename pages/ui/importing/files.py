"""Step 选择文件: what kind of data it is, which dataset it continues, and the files."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from geodata.intake import opening, placing, room
from geodata.intake.model import Source
from geodata.kinds import DATASETS
from geodata.watch import Watch
from layers import importing
from pages.ui import caches, holdings, person
from pages.ui.importing import desk as desks
from pages.ui.importing import kept
from pages.ui.importing.desk import Desk
from pages.ui.importing.step import Step

_NEW = ""
_FORMATS = (
    "接受 Shapefile（压缩为 .zip）、GeoPackage、GeoJSON、KML/KMZ、DXF、FileGDB（压缩为 .zip）、Excel、CSV；"
    "可同时选多个文件，拼接为一版。"
)
_STAYS = f"页面刷新、关闭或断网后，再打开本页可以接着导入：保留 {kept.HOURS} 小时，看板重启后不保留。"


def show(desk: Desk) -> None:
    """Ask for kind, dataset and files."""
    st.session_state["import_kind"] = desk.draft.kind
    st.selectbox(
        "数据类别",
        list(DATASETS),
        format_func=lambda key: DATASETS[key].label,
        key="import_kind",
        on_change=partial(_on_kind, desk),
    )
    labels = {_NEW: "新建数据集", **_known(desk)}
    st.session_state["import_follows"] = desk.draft.follows if desk.draft.follows in labels else _NEW
    st.selectbox(
        "作为",
        list(labels),
        format_func=labels.__getitem__,
        key="import_follows",
        on_change=partial(_on_follows, desk),
    )
    limit = caches.config().intake.upload_mb
    st.file_uploader("上传文件", accept_multiple_files=True, key=f"import_files_{desk.round}", max_upload_size=limit)
    if large := room.large_files(caches.config()):
        st.multiselect("服务器文件夹中的文件", list(large), key=f"import_large_{desk.round}")
    st.caption(_FORMATS)
    st.caption(_STAYS)
    for number, source in enumerate(desk.draft.sources):
        with st.container(key=f"import_source_{number}"):
            st.html(importing.layers_of(source))
            st.button("移除此文件", key=f"import_remove_{number}", on_click=partial(_remove, desk, source.label))


def forward(desk: Desk) -> None:
    """Look into the files that are new, and go on where all can be read."""
    files = _new(desk)
    if not files and not desk.draft.sources:
        desk.said = ("请至少选择一个文件。",)
        return
    if not files:
        desk.step = "layers"
        return
    folder = desk.room.folder
    desks.start(desk, lambda watch: opening.open_all(files, folder=folder, watch=watch), _opened)


def _opened(desk: Desk, result: tuple[tuple[Source, ...], Iterable[Exception]]) -> None:
    sources, problems = result
    desks.change(desk, sources=(*desk.draft.sources, *sources))
    for source in sources:
        desk.layers[source.label] = _fitting(source, desk.draft.kind)
    desk.said = tuple(str(problem) for problem in problems)
    desk.round += 1
    if not desk.said:
        desk.step = "layers"


def _fitting(source: Source, kind: str) -> tuple[str, ...]:
    """Layers with the shapes of the kind; where none has them, the fullest, of those that have shapes if possible."""
    layers, shapes = source.inspection.layers, set(placing.wanted(kind))
    if fitting := tuple(layer.name for layer in layers if shapes & set(layer.kinds)):
        return fitting
    best = max(layers, key=lambda layer: (bool(shapes and layer.kinds), layer.rows), default=None)
    return (best.name,) if best else ()


def _new(desk: Desk) -> Mapping[str, Path]:
    """Files that were just chosen, each under a name of its own."""
    uploads: list[Any] = st.session_state.get(f"import_files_{desk.round}") or []
    large = room.large_files(caches.config())
    chosen = [name for name in st.session_state.get(f"import_large_{desk.round}", []) if name in large]
    names = [source.label for source in desk.draft.sources]
    files: dict[str, Path] = {}
    for one in uploads:
        files[free(one.name, [*names, *files])] = room.put(desk.room, one.name, one.getbuffer())
    for name in chosen:
        files[free(name, [*names, *files])] = large[name]
    return files


def free(name: str, taken: Iterable[str]) -> str:
    """The name itself, or with a number where it is taken."""
    used, number, found = set(taken), 2, name
    while found in used:
        found, number = f"{name}（{number}）", number + 1
    return found


def _known(desk: Desk) -> Mapping[str, str]:
    held = holdings.read(person.current())[0]
    real = [one for one in held.datasets if one.kind == desk.draft.kind and one.current and not one.synthetic]
    return {one.current.key: f"“{one.name}”的下一版" for one in real if one.current}


def _on_kind(desk: Desk) -> None:
    desk.told.pop("audience", None)
    desks.change(desk, kind=st.session_state["import_kind"], follows="", pieces=())
    desk.layers = {source.label: _fitting(source, desk.draft.kind) for source in desk.draft.sources}


def _on_follows(desk: Desk) -> None:
    """Whom the data are meant for is asked anew beside another version."""
    desk.told.pop("audience", None)
    desks.change(desk, follows=st.session_state["import_follows"])


def _remove(desk: Desk, label: str) -> None:
    draft = desk.draft
    desks.change(
        desk,
        sources=tuple(one for one in draft.sources if one.label != label),
        pieces=tuple(one for one in draft.pieces if one.source != label),
    )
    desk.layers.pop(label, None)


def reread(desk: Desk, label: str, encoding: str | None) -> None:
    """Look into a file again in another encoding."""
    source = next(one for one in desk.draft.sources if one.label == label)
    path, folder = source.path, desk.room.folder

    def run(watch: Watch) -> Source:
        again = opening.opened(path, label, encoding=encoding, limits=opening.limits(folder, watch))
        return replace(again, columns=source.columns) if set(source.columns) <= set(again.tabular) else again

    desks.start(desk, run, desks.put_source)


STEP = Step(show, forward)
