"""One Style per role, used by map, legend and export alike."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field, StringConstraints

from geodata.config import load_table
from geodata.contract import Contract
from geodata.drawn import COVERAGE
from geodata.errors import ConfigError, DashboardError
from geodata.items import BASE_ROLES, ROLES
from geodata.kinds import DATASETS

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]


class Style(Contract):
    """How features of one role are drawn; lengths in screen pixels."""

    color: Colour
    fill: Colour | None = None
    text: Colour | None = None
    fill_opacity: Annotated[float, Field(ge=0, le=1)] = 0.2
    weight: Annotated[float, Field(ge=0, le=12)] = 1.5
    dash: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)? \d+(\.\d+)?$")] | None = None
    glyph: Annotated[str, StringConstraints(max_length=1)] = ""
    rank: Annotated[int, Field(ge=1, le=9)] = 9
    size: Annotated[int, Field(ge=8, le=32)] = 12


OF_DATASET = "/"
"""Stands in the keys of dataset styles, "<kind>/<class>", and in no role."""

PLAIN = Style(color="#5B6B7B")
"""For a role whose row is missing, and for signs that stand for no role."""


def coverage(styles: Mapping[str, Style], name: str) -> Style:
    """How a class of what a measure found is drawn."""
    return styles.get(f"{COVERAGE}{OF_DATASET}{name}", PLAIN)


def load_styles(own: Path) -> tuple[Mapping[str, Style], tuple[DashboardError, ...]]:
    """Styles of all roles and of datasets, the office's rows first; a role whose row cannot be used is drawn plainly.

    A row of the office that says nothing of `dash` keeps ours; one that is about no role and no dataset is said.

    Parameters
    ----------
    own : Path
        Folder of the office's tables.
    """
    shipped, _ = load_table("styles", Style)
    rows, problems = load_table("styles", Style, own=own)
    roles = {role: _dashed(rows.get(role, PLAIN), shipped.get(role, PLAIN)) for role in (*ROLES, *BASE_ROLES)}
    of_datasets = {key: row for key, row in rows.items() if _is_of_dataset(key)}
    unknown = (
        ConfigError(
            f"styles.yaml 的 {key}", "没有这个类别，未采用", "请改为 geodata/data/tables/styles.yaml 中有的类别"
        )
        for key in rows
        if key not in roles and key not in of_datasets
    )
    return MappingProxyType(roles | of_datasets), (*problems, *unknown)


def _dashed(style: Style, ours: Style) -> Style:
    """A style with our dashes, unless it says its own; `dash: null` is none."""
    return style if "dash" in style.model_fields_set else style.model_copy(update={"dash": ours.dash})


def _is_of_dataset(key: str) -> bool:
    kind, found, _ = key.partition(OF_DATASET)
    return bool(found) and kind in (*DATASETS, COVERAGE)
