"""How files are written: in which coordinate system, in which encoding; chosen once, for every list and map."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import streamlit as st

from geodata import crs
from geodata.writing.delivery import ENCODINGS, Encoding

OPTIONS: Mapping[str, tuple[str, Mapping[str, str]]] = MappingProxyType(
    {
        "system": ("坐标系", {key: crs.SYSTEMS[key].said for key in crs.EXPORTED}),
        "encoding": ("Shapefile 文字编码", {name: name for name in ENCODINGS}),
    }
)
"""Field of a link -> what it is called, and its values; the first is what is usual."""


class How(NamedTuple):
    """How a file is written."""

    system: str
    encoding: Encoding

    def decimals(self, of_degrees: int) -> int | None:
        """Decimals of degrees as they are known; metres as fine as a survey wants."""
        return of_degrees if crs.SYSTEMS[self.system].degrees else None


def offer() -> None:
    """Offer the choices, out of the way."""
    with st.popover("坐标系与编码…"):
        choices()


def choices() -> None:
    """Ask for both."""
    for name, (label, values) in OPTIONS.items():
        st.selectbox(label, list(values), format_func=values.__getitem__, key=_key(name))


def given() -> dict[str, str]:
    """What of them is not as usual, for a link."""
    chosen = {name: st.session_state.get(_key(name)) for name in OPTIONS}
    return {name: str(value) for name, value in chosen.items() if value and value != next(iter(OPTIONS[name][1]))}


def read(query: Mapping[str, str]) -> tuple[How, list[str]]:
    """Give what a link says of them, and what of it is unknown."""
    told = {name: query.get(name) or next(iter(values)) for name, (_, values) in OPTIONS.items()}
    unknown = [f"链接中的 {name}={told[name][:40]}" for name in OPTIONS if told[name] not in OPTIONS[name][1]]
    return How(told["system"], "GBK" if told["encoding"] == "GBK" else "UTF-8"), unknown


def _key(name: str) -> str:
    return f"exports_{name}"
