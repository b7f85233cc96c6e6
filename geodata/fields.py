"""The words by which fields of foreign tables are known: what each column of ours is called elsewhere."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from geodata.columns import Column
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.kinds import DATASETS
from geodata.table_rows import load_checked

_FILLERS = re.compile(r"[\s_\-·.、，：:*]+")
UNTOLD = ("元", "元/m2")
"""Money comes in 元, 万元 and 亿元: where a heading does not tell which, a person must (areas are checked later)."""


class Synonyms(Contract):
    """Headings that mean one column, the most telling first."""

    headings: tuple[Text, ...]


def load_fields(own: Path | None = None) -> tuple[Mapping[str, Synonyms], tuple[DashboardError, ...]]:
    """Read the synonyms; rows for columns that do not exist are left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.

    Returns
    -------
    mapping of str to Synonyms, tuple of DashboardError
        Keyed "column" or "kind.column".
    """
    known = {name for kind in DATASETS.values() for name in kind.names}
    known |= {f"{kind.key}.{name}" for kind in DATASETS.values() for name in kind.names}
    remedy = "请改正键名；在此之前不采用该行"
    return load_checked("fields", Synonyms, lambda key, _: "" if key in known else "没有这一列", remedy=remedy, own=own)


def normal(heading: str) -> str:
    """Reduce a heading to what tells it from others.

    Examples
    --------
    >>> normal(" 用地 面积（㎡）"), normal("Ydyhfl_DM")
    ('用地面积(m2)', 'ydyhfldm')
    """
    return _FILLERS.sub("", unicodedata.normalize("NFKC", heading)).casefold()


def words_of(column: Column, kind: str, synonyms: Mapping[str, Synonyms]) -> tuple[str, ...]:
    """Every word for a column without its unit, the most telling first.

    Examples
    --------
    >>> words_of(DATASETS["plots"].column("far"), "plots", {"plots.far": Synonyms(headings=("XZRJL",))})
    ('far', '现状容积率', 'XZRJL')
    """
    row = synonyms.get(f"{kind}.{column.name}") or synonyms.get(column.name)
    return (column.name, column.label, *(row.headings if row else ()))
