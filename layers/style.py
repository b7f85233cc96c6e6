"""One Style per role, used by map, legend and export alike."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from geodata.config import load_table
from geodata.errors import DashboardError
from geodata.schema import Contract

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Style(Contract):
    """How features of one role are drawn; lengths in screen pixels."""

    color: Colour
    fill: Colour | None = None
    text: Colour | None = None
    fill_opacity: Annotated[float, Field(ge=0, le=1)] = 0.2
    weight: Annotated[float, Field(ge=0, le=12)] = 1.5
    glyph: Annotated[str, StringConstraints(max_length=1)] = ""
    rank: Annotated[int, Field(ge=1, le=9)] = 9
    size: Annotated[int, Field(ge=8, le=32)] = 12


FALLBACK = Style(color="#5B6B7B")


def load_styles(own: Path) -> tuple[Mapping[str, Style], tuple[DashboardError, ...]]:
    """Styles by role, the office's rows first.

    Parameters
    ----------
    own : Path
        Folder of the office's tables.
    """
    return load_table("styles", Style, own=own)
