"""Values as a delivery writes them -> values of our columns: names of CAD layers, classes in words, old spellings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, NamedTuple

import pandas as pd
from pydantic import Field
from rapidfuzz import fuzz, process

from geodata.columns import OF_ALL, Column, Kind
from geodata.config import load_table
from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.landuse_codes import LANDUSE_COLUMNS, codes
from geodata.typed import typed, written

Matches = Mapping[str, Mapping[str, str]]
"""Column -> what is written -> the value it means; "" = nothing, by choice or because nothing is clear."""

_LIKE = {"guide2020": "guide2023"}
"""A scheme whose codes are those of another one as far as the table goes."""
_DRAWN_BY = ("street_class",)
"""Columns that need not be filled in, but what is drawn and walked on goes by them."""
_ALIKE = 88.0
_LEADING = re.compile(r"^([A-Za-z]{1,2}\d{0,3}|\d{2,6})(?![0-9A-Za-z号年月])")


class Layer(Contract):
    """One row of layer_names.yaml: words that stand in what is written, and the value of each scheme or kind."""

    words: Annotated[tuple[Text, ...], Field(min_length=1)]
    means: Annotated[Mapping[str, str], Field(min_length=1)]


class Listed(NamedTuple):
    """The values a column may have.

    Attributes
    ----------
    of : str
        Key of the scheme whose codes they are, else of the kind of dataset: what rows of layer_names.yaml go by.
    names : mapping of str to str
        Value -> what it is called.
    """

    of: str
    names: Mapping[str, str]


def load_layers(own: Path | None = None) -> tuple[Mapping[str, Layer], tuple[DashboardError, ...]]:
    """Read the table; a row that is none is left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.
    """
    return load_table("layer_names", Layer, own=own)


def columns(kind: Kind, scheme: str | None) -> dict[str, Listed]:
    """Columns whose values are of a list, but those told of a whole file; land-use codes once their scheme is known.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> columns(DATASETS["landuse"], "guide2023")["code"].names["0701"]
    '0701 城镇住宅用地'
    >>> "code" in columns(DATASETS["landuse"], None)
    False
    """
    of_land = [pair[0] for pair in LANDUSE_COLUMNS.get(kind.key, ())] if scheme else []
    found = {name: Listed(scheme, _classes(scheme)) for name in of_land if scheme}
    told = {one.name: one.values for one in kind.columns if one.name not in OF_ALL}  # noqa: PD011 - of a contract
    return found | {name: Listed(kind.key, names) for name, names in told.items() if names is not None}


def whole(kind: Kind, scheme: str | None, fields: Iterable[str]) -> dict[str, Listed]:
    """Columns without a field in which all rows of a file may have one value.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> [*whole(DATASETS["facilities"], None, ())], [*whole(DATASETS["facilities"], None, ("facility_class",))]
    (['facility_class'], [])
    """
    return {
        name: listed
        for name, listed in columns(kind, scheme).items()
        if name not in fields and (kind.column(name).required or name in _DRAWN_BY)
    }


def unknown(values: pd.Series, column: Column, listed: Listed) -> tuple[str, ...]:
    """What is written that is none of the values, the most frequent first.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> column = DATASETS["green"].column("green_class")
    >>> told = pd.Series(["G11", "绿地-街旁", "绿地-街旁", None, "公园"])
    >>> unknown(told, column, columns(DATASETS["green"], None)["green_class"])
    ('绿地-街旁', '公园')
    """
    texts = pd.Series(values.value_counts().index, dtype=object)
    found, _ = typed(texts, column)
    wrong = ~found.astype("string").isin(list(listed.names)).to_numpy(bool)
    return tuple(dict.fromkeys(written(texts)[wrong].dropna().astype(str)))


def suggested(text: str, listed: Listed, layers: Iterable[Layer]) -> str:
    """The value a text most likely means; "" where none is clear.

    A code that leads it; a value's own name that is in it; a word of the table; a name spelled much alike.

    Examples
    --------
    >>> from geodata.kinds import DATASETS
    >>> land, rows = columns(DATASETS["landuse"], "guide2023")["code"], load_layers()[0].values()
    >>> [suggested(text, land, rows) for text in ("0701-住宅", "规划_公园绿地", "YD-小区", "图框")]
    ['0701', '1401', '0701', '']
    """
    code = _LEADING.match(text)
    if code and code[1].upper() in listed.names:
        return code[1].upper()
    names = {value: label.removeprefix(value).strip() for value, label in listed.names.items()}
    inside = [value for value, name in names.items() if len(name) > 1 and name in text]
    if inside:
        return max(inside, key=lambda value: len(names[value]))
    for row in layers:
        value = row.means.get(listed.of) or row.means.get(_LIKE.get(listed.of, ""), "")
        if value in listed.names and any(word.lower() in text.lower() for word in row.words):
            return value
    best = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return str(best[2]) if best else ""


def filled(
    known: Matches, wanted: Mapping[str, Sequence[str]], lists: Mapping[str, Listed], layers: Iterable[Layer]
) -> dict[str, dict[str, str]]:
    """Give for every text what was said of it, else a suggestion.

    Parameters
    ----------
    known : mapping
        What was chosen, or remembered; what is no value of the column any more counts as nothing said.
    wanted : mapping of str to sequence of str
        Column -> texts that are none of its values.
    lists : mapping
        From `columns`.
    """
    rows = tuple(layers)

    def told(column: str, text: str) -> str:
        said = known.get(column, {}).get(text)
        if said is None or (said and said not in lists[column].names):
            return suggested(text, lists[column], rows)
        return said

    return {column: {text: told(column, text) for text in texts} for column, texts in wanted.items()}


def meant(values: pd.Series, told: Mapping[str, str]) -> pd.Series:
    """The values a column means; what nobody has matched stays as it is written.

    Examples
    --------
    >>> meant(pd.Series(["绿地-街旁", "G11"]), {"绿地-街旁": "G14"}).tolist()
    ['G14', 'G11']
    """
    chosen = {text: value for text, value in told.items() if value}
    if not chosen:
        return values
    texts = written(values)
    matched = texts.isin(list(chosen))
    return values.astype(object).where(~matched, texts.map(chosen))


@cache
def _classes(scheme: str) -> Mapping[str, str]:
    return MappingProxyType({str(code): f"{code} {name}" for code, name in codes(scheme)["name"].items()})
