"""Part of the step 字段与分类标准: what the values of a class column mean, and the class of a file without one."""

from functools import partial

import streamlit as st

from geodata import value_match
from geodata.intake import taking
from geodata.intake.model import Piece
from geodata.kinds import DATASETS
from geodata.value_match import Listed
from pages.ui import caches, problems
from pages.ui.importing import desk as desks
from pages.ui.importing.desk import Desk
from pages.ui.panel import panel

_MOST = 60
_NONE = ""


def fill(desk: Desk) -> None:
    """Put suggestions in all files where nobody has said anything, and forget what is no question any more."""
    layers, wrong = value_match.load_layers(caches.config().data_path / "tables")
    if said := problems.listed(wrong):
        panel(said, key="import_layers_said")
    before = taking.remembered_meanings(caches.store(), desk.draft.kind)
    for piece in desk.draft.pieces:
        wanted, lists = _wanted(desk, piece)
        known = {name: {**before.get(name, {}), **piece.meanings.get(name, {})} for name in wanted}
        told = value_match.filled(known, wanted, lists, layers.values())
        if told != piece.meanings:
            desks.change_piece(desk, piece.label, meanings=told)


def show(desk: Desk, piece: Piece, number: int) -> None:
    """Ask what each value means that is none of a column's own."""
    spec = DATASETS[desk.draft.kind]
    lists = value_match.columns(spec, piece.scheme)
    for name in [one for one in piece.meanings if one in piece.fields]:
        told = [*piece.meanings[name]]
        left = sum(not piece.meanings[name][text] for text in told)
        said = f"还有 {left} 种没有对应" if left else "均已对应，请核对"
        title = f"{spec.column(name).label}：{len(told)} 种写法不在可用值之内，{said}"
        with st.expander(title, expanded=bool(left)), st.container(key=f"import_values_{number}_{name}"):
            for place, text in enumerate(told[:_MOST]):
                _one(desk, piece, (name, text), (lists[name], f"import_value_{number}_{name}_{place}"))
            if len(told) > _MOST:
                st.caption(f"另有 {len(told) - _MOST} 种写法未列出：请在文件中统一写法后重新选择。")


def whole(desk: Desk, piece: Piece, name: str, key: str) -> None:
    """Ask which value all rows of the file have, in a column that has no field."""
    listed = value_match.whole(DATASETS[desk.draft.kind], piece.scheme, piece.fields).get(name)
    if listed:
        _one(desk, piece, (name, piece.label), (listed, key), label="整个文件都是")


def _wanted(desk: Desk, piece: Piece) -> tuple[dict[str, tuple[str, ...]], dict[str, Listed]]:
    """Column -> what is written in it that is none of its values; of one without a field, what the file is called."""
    spec = DATASETS[desk.draft.kind]
    lists = value_match.columns(spec, piece.scheme)
    matched = {name: piece.raw[piece.fields[name]] for name in lists if name in piece.fields}
    texts = {name: value_match.unknown(values, spec.column(name), lists[name]) for name, values in matched.items()}
    named = dict.fromkeys(value_match.whole(spec, piece.scheme, piece.fields), (piece.label,))
    return {name: told for name, told in texts.items() if told} | named, lists


def _one(desk: Desk, piece: Piece, what: tuple[str, str], how: tuple[Listed, str], *, label: str = "") -> None:
    (name, text), (listed, key) = what, how
    st.session_state[key] = piece.meanings[name][text]
    st.selectbox(
        label or text,
        [_NONE, *listed.names],
        key=key,
        format_func=lambda value: listed.names.get(value, "（不对应）"),
        on_change=partial(_on_value, desk, piece.label, what, key),
    )


def _on_value(desk: Desk, label: str, what: tuple[str, str], key: str) -> None:
    name, text = what
    told = {column: dict(said) for column, said in desk.draft.piece(label).meanings.items()}
    told.setdefault(name, {})[text] = st.session_state[key]
    desks.change_piece(desk, label, meanings=told)
