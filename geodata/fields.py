"""Fields of foreign tables -> columns of ours, by exact synonyms; nothing is guessed here."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from geodata.columns import Column
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.kinds import DATASETS
from geodata.table_rows import load_rows

_FILLERS = re.compile(r"[\s_\-·.、，：:*]+")
_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "m2": ("m2", "平方米", "平米", "平方公尺"),
        "m": ("m", "米"),
        "元": ("元",),
        "元/m2": ("元/m2", "元/平方米"),
        "人": ("人",),
        "套": ("套", "户"),
        "层": ("层",),
        "个": ("个",),
    }
)
"""Unit of a column -> how it may stand in brackets behind a heading; another unit must be converted first."""

UNTOLD = ("元", "元/m2")
"""Money comes in 元, 万元 and 亿元: a heading that does not tell which is not matched (areas are checked later)."""


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
    return load_rows("fields", Synonyms, lambda key, _: "" if key in known else "没有这一列", remedy=remedy, own=own)


def match_fields(headings: Iterable[str], kind: str, synonyms: Mapping[str, Synonyms]) -> Mapping[str, str]:
    """Find the field of a foreign table for every column that has one.

    Parameters
    ----------
    headings : iterable of str
        Fields of the table.
    kind : str
        Key of DATASETS.
    synonyms : mapping of str to Synonyms
        From `load_fields`.

    Returns
    -------
    mapping of str to str
        Column -> field as it is written, in the order of the columns; every field is used once at most. A field
        in another unit than the column's is not matched.

    Examples
    --------
    >>> table, _ = load_fields()
    >>> dict(match_fields(["bsm", "DLBM", "TBMJ", "面积（公顷）"], "landuse", table))
    {'id': 'bsm', 'code': 'DLBM', 'area_stated_m2': 'TBMJ'}
    """
    left = {normal(heading): heading for heading in reversed([*headings])}
    found: dict[str, str] = {}
    for column in DATASETS[kind].columns:
        spoken = next((form for form in _forms(column, kind, synonyms) if form in left), None)
        if spoken is not None:
            found[column.name] = left.pop(spoken)
    return MappingProxyType(found)


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


def _forms(column: Column, kind: str, synonyms: Mapping[str, Synonyms]) -> list[str]:
    """Every way to write a column, the most telling first, each also with its unit in brackets."""
    words = (normal(word) for word in words_of(column, kind, synonyms))
    units = _UNITS.get(column.unit, ())
    bare = [] if column.unit in UNTOLD else [""]
    ends = [*bare, *(f"({unit})" for unit in units)]
    return list(dict.fromkeys([normal(column.name), *(word + end for word in words for end in ends)]))
