"""Tables of settings whose rows name things that have to exist: those that do not are left out, and said."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from geodata.config import load_table
from geodata.contract import Contract
from geodata.errors import ConfigError, DashboardError

Row = TypeVar("Row", bound=Contract)


def load_checked(
    name: str, row: type[Row], refuse: Callable[[str, Row], str], *, remedy: str, own: Path | None = None
) -> tuple[Mapping[str, Row], tuple[DashboardError, ...]]:
    """Read a table and leave out the rows that cannot be used.

    Parameters
    ----------
    name, row, own
        As for `geodata.config.load_table`.
    refuse : callable
        (key, row) -> what is wrong with it, in Chinese; "" where nothing is.
    remedy : str
        What to do about such a row, in Chinese.

    Returns
    -------
    mapping of str to row, tuple of DashboardError
    """
    rows, problems = load_table(name, row, own=own)
    wrong = {key: fault for key, one in rows.items() if (fault := refuse(key, one))}
    said = (ConfigError(f"{name}.yaml 的 {key}", fault, remedy) for key, fault in wrong.items())
    return MappingProxyType({key: one for key, one in rows.items() if key not in wrong}), (*problems, *said)
