"""三生空间: land for production, for living, and left to nature, by an editable table of classes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from geodata.config import load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError

SOURCE = "三生空间与用地用海2023 各类的对照为本看板自定（现行分类指南没有规定）"
REST = ""
"""Key of the land that is of none of them."""


class Space(Contract):
    """One row of three_spaces.yaml."""

    name: Text
    classes: Annotated[tuple[Text, ...], Field(min_length=1)]
    color: Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


def load_spaces(own: Path | None = None) -> tuple[Mapping[str, Space], tuple[DashboardError, ...]]:
    """Read the table; a row that is none is left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.
    """
    return load_table("three_spaces", Space, own=own)


def shares(balance: pd.DataFrame, spaces: Mapping[str, Space]) -> pd.DataFrame:
    """Add land up by space.

    Parameters
    ----------
    balance : DataFrame
        `area_m2` by code of the guide of 2023 (index; one level, so that no land is counted twice).
    spaces : mapping of str to Space
        In order: the first that fits a code counts.

    Returns
    -------
    DataFrame
        Indexed by key, in the order of the table, REST last where there is land of none: `area_m2`, `share` (0 to 1).

    Examples
    --------
    >>> land = pd.DataFrame({"area_m2": [30.0, 60.0, 10.0]}, index=["0701", "0301", "1601"])
    >>> shares(land, load_spaces()[0])["share"].to_dict()
    {'living': 0.3, 'ecology': 0.6, '': 0.1}
    """
    codes = balance.index.astype("string").fillna("")
    kept = [codes.str.startswith(space.classes).astype(bool) for space in spaces.values()]
    found = np.select(kept, list(spaces), REST) if kept else np.full(len(codes), REST)
    areas = balance["area_m2"].groupby(found).sum().reindex([*spaces, REST]).dropna()
    return pd.DataFrame({"area_m2": areas, "share": areas / areas.sum()})
