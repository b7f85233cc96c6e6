"""What a column and a kind of dataset are, and the makers of the columns that come again and again."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geodata.items import BASES

ColumnKind = Literal["text", "code", "number", "integer", "flag", "date"]
GeometryKind = Literal["Polygon", "LineString", "Point"]

_BASES = MappingProxyType({word: word for word in BASES})
_WHOLE = 1.0
OF_ALL = ("basis", "scheme")
"""Columns that a person tells of all rows of a file, never value by value."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    kind : str
        text; code (text without blanks, upper case); number; integer; flag (yes or no); date.
    unit : str
        As stored, "" for none and for shares.
    required : bool
        Whether every row must have a value.
    values : mapping, optional
        Identifier -> Chinese label of everything allowed; a label is accepted and stored as its identifier.
    sensitive : bool
        Never leaves the server with the geometry, and is masked by role on the screen.
    minimum, maximum : float, optional
        Bounds, both allowed themselves.
    pattern : str
        Regular expression the whole text must match.
    """

    name: str
    label: str
    kind: ColumnKind = "text"
    unit: str = ""
    required: bool = False
    values: Mapping[str, str] | None = None
    sensitive: bool = False
    minimum: float | None = None
    maximum: float | None = None
    pattern: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of dataset.

    Attributes
    ----------
    geometry : tuple of str
        Kinds of geometry allowed, with their multiple forms; empty = a table without geometry.
    needed_for : tuple of str
        Figures and functions that are off while no dataset of this kind is there.
    placed : bool
        Whether every row must have a geometry.
    """

    key: str
    label: str
    geometry: tuple[GeometryKind, ...]
    columns: tuple[Column, ...]
    needed_for: tuple[str, ...]
    placed: bool = True

    def column(self, name: str) -> Column:
        """Return the column called `name`."""
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order, without the geometry."""
        return tuple(column.name for column in self.columns)

    @property
    def sensitive(self) -> tuple[str, ...]:
        """Names of the columns that never leave the server with the geometry."""
        return tuple(column.name for column in self.columns if column.sensitive)


def code(name: str, label: str, *, required: bool = False, pattern: str = "", sensitive: bool = False) -> Column:
    """Make a column of codes from an official list."""
    return Column(name, label, "code", required=required, pattern=pattern, sensitive=sensitive)


def one_of(name: str, label: str, values: Mapping[str, str], *, required: bool = False) -> Column:
    """Make a column with a closed list of values."""
    return Column(name, label, required=required, values=values)


def area(name: str, label: str) -> Column:
    """Make a column of areas in m2."""
    return Column(name, label, "number", "m2", minimum=0)


def share(name: str, label: str) -> Column:
    """Make a column of shares from 0 to 1."""
    return Column(name, label, "number", minimum=0, maximum=_WHOLE)


def amount(name: str, label: str, unit: str = "", *, maximum: float | None = None, sensitive: bool = False) -> Column:
    """Make a column of numbers that are not negative."""
    return Column(name, label, "number", unit, minimum=0, maximum=maximum, sensitive=sensitive)


def count(name: str, label: str, unit: str, *, maximum: float | None = None, sensitive: bool = False) -> Column:
    """Make a column of whole numbers that are not negative."""
    return Column(name, label, "integer", unit, minimum=0, maximum=maximum, sensitive=sensitive)


def common(*, placed: bool = True) -> tuple[Column, ...]:
    """Make the columns every kind has; a row with a geometry says how its place is known."""
    return (
        Column("id", "编号", required=True),
        Column("name", "名称"),
        Column("basis", "定位依据", required=placed, values=_BASES),
        Column("accuracy_m", "定位精度", "number", "m", minimum=0),
        Column("synthetic", "演示数据", "flag", required=True),
    )
