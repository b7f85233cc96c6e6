"""Step 字段与分类标准: which field is which column, in which unit; the classification; what is told of all rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from geodata import units
from geodata.columns import Column
from geodata.content import STATED
from geodata.field_proposals import HOW
from geodata.fields import UNTOLD
from geodata.intake import review
from geodata.intake.model import Checked, Draft, Piece
from geodata.intake.room import Room
from geodata.kinds import DATASETS
from geodata.landuse_codes import LANDUSE_COLUMNS, SCHEMES
from geodata.typed import written
from geodata.watch import Watch
from layers import drafts
from layers.drafts import Picture
from pages.ui.importing import desk as desks
from pages.ui.importing import meanings
from pages.ui.importing.desk import Around, Desk
from pages.ui.importing.step import Step

_NONE = "（不对应）"
_EXAMPLES = 3
_MADE = "文件中没有编号的，入库时按图形或内容自动编号。"
_SCHEME = "分类标准"
_TOLD = ("basis", "accuracy_m", "synthetic", "scheme")
"""Columns that are told for a whole file where it has no field for them."""


def show(desk: Desk) -> None:
    """Ask for the match of one piece after the other."""
    labels = [piece.label for piece in desk.draft.pieces]
    chosen = labels[0]
    if len(labels) > 1:
        chosen = st.radio("文件", labels, key="import_piece", horizontal=True) or chosen
    meanings.fill(desk)
    piece, number = desk.draft.piece(chosen), labels.index(chosen)
    _whole(desk, piece, number)
    columns = [one for one in DATASETS[desk.draft.kind].columns if one.name != "synthetic"]
    near = [one for one in columns if one.name in {"id", *piece.fields, *piece.meanings} or _needed(one)]
    far = [one for one in columns if one not in near]
    with st.container(key="import_fields"):
        for column in near:
            _field(desk, piece, column, f"{number}_{column.name}")
    meanings.show(desk, piece, number)
    with st.expander(f"其余 {len(far)} 个可以对应的字段"), st.container(key="import_more"):
        for column in far:
            _field(desk, piece, column, f"{number}_{column.name}")


def _needed(column: Column) -> bool:
    """Whether there must be a field for a column, or one word for the whole file; ids are made where there are none."""
    return column.required and column.name not in (*_TOLD, "id")


def _field(desk: Desk, piece: Piece, column: Column, place: str) -> None:
    """One column: its field, and its unit where it has one."""
    key, choices = f"import_field_{place}", units.choices(column)
    st.session_state[key] = piece.fields.get(column.name, _NONE)
    with st.container(key=f"import_pair_{place}", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            f"{column.label}{' *' if _needed(column) else ''}",
            [_NONE, *piece.headings],
            key=key,
            help=_why(piece, column),
            on_change=lambda: _on_field(desk, piece.label, column, st.session_state[key]),
        )
        if choices and column.name in piece.fields:
            st.session_state[f"{key}_unit"] = piece.units.get(column.name)
            st.selectbox(
                "单位",
                list(choices),
                index=None,
                key=f"{key}_unit",
                placeholder="请选择",
                width=130,
                on_change=lambda: _on_unit(desk, piece.label, column.name, st.session_state[f"{key}_unit"]),
            )
        meanings.whole(desk, piece, column.name, f"{key}_whole")


def _why(piece: Piece, column: Column) -> str:
    """How the suggestion came about, and some values."""
    field = piece.fields.get(column.name)
    if field is None:
        return _MADE if column.name == "id" else "文件中没有与它对应的字段，可在此指定。"
    how = next((HOW[one.how] for one in piece.proposals if (one.column, one.heading) == (column.name, field)), "已指定")
    values = written(piece.raw[field]).dropna().drop_duplicates().head(_EXAMPLES).tolist()
    drawn = column.name == STATED and piece.drawn_unit
    told = f"；与图形面积相符的单位：{piece.drawn_unit}" if drawn else ""
    return f"{how}；例如 {'、'.join(map(str, values)) or '（空）'}{told}"


def _on_field(desk: Desk, label: str, column: Column, field: str) -> None:
    piece = desk.draft.piece(label)
    fields = {name: one for name, one in piece.fields.items() if name != column.name}
    told = {name: one for name, one in piece.units.items() if name != column.name}
    if field != _NONE:
        fields[column.name] = field
        unit = units.told(field, column).unit or (
            None if column.unit in UNTOLD else next(iter(units.choices(column)), None)
        )
        told |= {column.name: unit} if unit else {}
    desks.change_piece(desk, label, fields=fields, units=told)


def _on_unit(desk: Desk, label: str, column: str, unit: str | None) -> None:
    piece = desk.draft.piece(label)
    told: Mapping[str, str] = {**piece.units, **({column: unit} if unit else {})}
    desks.change_piece(desk, label, units=told)


def _whole(desk: Desk, piece: Piece, number: int) -> None:
    """What is told of all rows of a file: scheme, how the places are known, a prefix of the ids."""
    with st.container(key="import_whole"):
        if desk.draft.kind in LANDUSE_COLUMNS:
            _scheme(desk, piece, f"import_scheme_{number}")
        if DATASETS[desk.draft.kind].column("basis").required:
            _basis(desk, piece, number)
        if len(desk.draft.pieces) > 1 and "id" in piece.fields:
            key = f"import_prefix_{number}"
            st.session_state[key] = piece.prefix
            st.text_input(
                "编号前缀",
                key=key,
                max_chars=20,
                help="两个文件的编号重复（例如都从 1 开始）时填写，加在每个编号之前。",
                on_change=lambda: desks.change_piece(desk, piece.label, prefix=st.session_state[key].strip()),
            )
    if desk.draft.kind in LANDUSE_COLUMNS and piece.recognition:
        st.caption("；".join(piece.recognition.evidence) or "没有可以判断分类标准的线索。")


def _scheme(desk: Desk, piece: Piece, key: str) -> None:
    st.session_state[key] = piece.scheme
    st.selectbox(
        f"{_SCHEME}{' *' if _coded(piece, desk.draft.kind) else ''}",
        list(SCHEMES),
        index=None,
        key=key,
        format_func=lambda scheme: SCHEMES[scheme].label,
        placeholder="请选择",
        on_change=lambda: desks.change_piece(desk, piece.label, scheme=st.session_state[key]),
    )


def _basis(desk: Desk, piece: Piece, number: int) -> None:
    values = DATASETS[desk.draft.kind].column("basis").values or {}
    key, accuracy = f"import_basis_{number}", f"import_accuracy_{number}"
    st.session_state[key] = piece.told.basis or None
    st.selectbox(
        "定位依据 *",
        list(values),
        index=None,
        key=key,
        placeholder="请选择",
        on_change=lambda: _tell(desk, piece.label, basis=st.session_state[key] or ""),
    )
    st.session_state[accuracy] = piece.told.accuracy_m
    st.number_input(
        "定位精度（米）",
        min_value=0.0,
        key=accuracy,
        placeholder="不详可不填",
        format="%g",
        on_change=lambda: _tell(desk, piece.label, accuracy_m=st.session_state[accuracy]),
    )


def _tell(desk: Desk, label: str, **fields: Any) -> None:
    """Tell it of a file, and of the others where nothing is told of them yet."""
    for piece in desk.draft.pieces:
        untold = all(getattr(piece.told, name) in ("", None) for name in fields)
        if piece.label == label or untold:
            desks.change_piece(desk, piece.label, told=replace(piece.told, **fields))


def forward(desk: Desk) -> None:
    """Check, once everything is told that has to be."""
    desk.said = tuple(
        f"“{piece.label}”还没有选定{'、'.join(f'“{label}”' for label in lacking)}（带 * 的项目），选定后才能检查。"
        for piece in desk.draft.pieces
        if (lacking := _lacking(piece, desk.draft.kind))
    )
    if not desk.said:
        run_checks(desk)


def _lacking(piece: Piece, kind: str) -> list[str]:
    """What is marked * and empty."""
    spec = DATASETS[kind]
    told = {name: said.get(piece.label, "") for name, said in piece.meanings.items()}
    told |= {"basis": piece.told.basis, "synthetic": "told", "id": "made"}
    wanted = [one for one in spec.columns if one.required and one.name not in piece.fields]
    lacking = [one.label for one in wanted if one.name != "scheme" and not told.get(one.name)]
    return [_SCHEME, *lacking] if _coded(piece, kind) and not piece.scheme else lacking


def _coded(piece: Piece, kind: str) -> bool:
    """Whether somebody has to say which classification the codes of a file are of."""
    if "scheme" in DATASETS[kind].names:
        return "scheme" not in piece.fields
    return any(code in piece.fields for code, _ in LANDUSE_COLUMNS.get(kind, ()))


def run_checks(desk: Desk) -> None:
    """Put the draft together, check it, and show it as it would be drawn."""
    draft, around, place = desk.draft, desks.around(), desk.room

    def run(watch: Watch) -> tuple[Draft, Checked, Picture | None]:
        return _checked(draft, around, place, watch)

    desks.start(desk, run, _arrive)


def _checked(draft: Draft, around: Around, place: Room, watch: Watch) -> tuple[Draft, Checked, Picture | None]:
    checked = review.review_apart(draft, around.ground(draft), watch=watch)
    watch.step(1.0, "画出草稿")
    name = DATASETS[draft.kind].label
    return draft, checked, drafts.paint(checked.table, place, kind=draft.kind, name=name, scheme=checked.scheme)


def _arrive(desk: Desk, result: tuple[Draft, Checked, Picture | None]) -> None:
    draft, checked, picture = result
    desks.settle(desk, draft, checked)
    desks.show(desk, picture)
    desk.step = "check"


STEP = Step(show, forward, "检查")
