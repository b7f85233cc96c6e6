"""How the rows of a dataset read in a file: with our headings, or with the official names of the fields."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from geodata.columns import Column
from geodata.fields import Synonyms, words_of
from geodata.kinds import DATASETS
from geodata.landuse_codes import CURRENT, LANDUSE_COLUMNS, SCHEMES
from geodata.tables import by_value

PROFILES: Mapping[str, str] = MappingProxyType({"ours": "本看板字段", "official": "官方字段"})
"""How columns may be called."""

_OFFICIAL = re.compile(r"[A-Z][A-Z0-9_]*")
_UNITS = {"m2": "平方米", "m": "米", "元/m2": "元/平方米"}
_FLAGS = {True: "是", False: "否"}


class Profiled(NamedTuple):
    """A table as a file shows it.

    Attributes
    ----------
    headings : mapping of str to str
        Column of the contract -> heading.
    meanings : mapping of str to str
        Heading -> what it is, with its unit.
    """

    table: pd.DataFrame
    headings: Mapping[str, str]
    meanings: Mapping[str, str]


class Naming(NamedTuple):
    """Who names the columns of a dataset.

    Attributes
    ----------
    profile : str
        Key of PROFILES.
    scheme : str or None
        分类标准 of the dataset's codes: it has its own names for their fields.
    synonyms : mapping
        From geodata.fields.load_fields.
    """

    profile: str
    scheme: str | None
    synonyms: Mapping[str, Synonyms]


def profiled(table: pd.DataFrame, kind: str, columns: Sequence[str], naming: Naming) -> Profiled:
    """Head a dataset's columns and write its values out.

    Identifiers of our own and yes/no read in Chinese, official codes stay as they are, dates read 2026-11-23: what
    comes out is taken in again unchanged.

    Parameters
    ----------
    table : DataFrame or GeoDataFrame
        In the form of `geodata.schema.conform`.
    kind : str
        Key of DATASETS.
    columns : sequence of str
        Those that go out, in their order.
    naming : Naming
    """
    spec = DATASETS[kind]
    names = headings(kind, columns, naming)
    made = table.drop(columns=[name for name in spec.names if name not in columns])
    made = made.assign(**{name: spoken(table[name], spec.column(name)) for name in columns})
    meanings = {names[name]: _meaning(spec.column(name)) for name in columns}
    return Profiled(made.rename(columns=dict(names)).reset_index(drop=True), names, meanings)


def headings(kind: str, columns: Sequence[str], naming: Naming) -> Mapping[str, str]:
    """Name columns, none twice; a column that has no official name keeps ours.

    The official name is the first Latin one among the synonyms (`fields.yaml`); of codes of land use it is that of
    their scheme.

    Examples
    --------
    >>> from geodata.fields import load_fields
    >>> naming = Naming("official", "guide2023", load_fields()[0])
    >>> dict(headings("landuse", ("id", "code", "area_stated_m2", "synthetic"), naming))
    {'id': 'BSM', 'code': 'YDYHFLDM', 'area_stated_m2': 'TBMJ', 'synthetic': '演示数据'}
    >>> list(headings("landuse", ("area_stated_m2",), naming._replace(profile="ours")).values())
    ['图斑面积（平方米）']
    """
    names: dict[str, str] = {}
    for name in columns:
        column = DATASETS[kind].column(name)
        offered = (*(_official(column, kind, naming) if naming.profile == "official" else ()), _ours(column))
        taken = {used.casefold() for used in names.values()}
        names[name] = next((one for one in offered if one.casefold() not in taken), f"{_ours(column)}_{name}")
    return MappingProxyType(names)


def spoken(values: pd.Series, column: Column) -> pd.Series:
    """Write the values of a column out.

    Examples
    --------
    >>> tenure, use = DATASETS["parcels"].column("tenure"), DATASETS["facilities"].column("facility_class")
    >>> spoken(pd.Series(["20", "10"]), tenure).tolist(), spoken(pd.Series(["hospital"]), use).tolist()
    (['20', '10'], ['医院'])
    """
    if column.kind == "flag":
        return values.astype(object).map(_FLAGS).astype("string")
    if column.kind == "date":
        days: pd.Series = values.dt.strftime("%Y-%m-%d").astype("string")
        return days
    own = {key: label for key, label in _words(column).items() if key.islower()}
    return by_value(values, lambda value: own.get(value, value), "string") if own else values


def said_value(value: str, column: Column) -> str:
    """Write one value of a column out."""
    return _words(column).get(value, value) if value.islower() else value


def _words(column: Column) -> Mapping[str, str]:
    return {} if column.values is None else column.values  # noqa: PD011 - the column of a contract, not of pandas


def _official(column: Column, kind: str, naming: Naming) -> tuple[str, ...]:
    words = [word for word in words_of(column, kind, naming.synonyms)[1:] if _OFFICIAL.fullmatch(word)]
    fields = SCHEMES[naming.scheme or CURRENT].fields
    coded = {name: place for pair in LANDUSE_COLUMNS.get(kind, ())[:1] for place, name in enumerate(pair)}
    wanted = fields[coded[column.name]] if column.name in coded and fields and column.name in _SCHEMED else ""
    return tuple(dict.fromkeys([*([wanted] if wanted in words else []), *words]))


_SCHEMED = ("code", "code_name")


def _ours(column: Column) -> str:
    unit = _UNITS.get(column.unit, column.unit)
    return f"{column.label}（{unit}）" if unit else column.label


def _meaning(column: Column) -> str:
    words = "；".join(f"{key}={label}" for key, label in _words(column).items() if key not in (key.lower(), label))
    return f"{_ours(column)}{'：' if words else ''}{words}"
