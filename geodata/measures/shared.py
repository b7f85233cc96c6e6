"""Tables of measures that keep what follows from them: figures that rest on the same compute it once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import geopandas as gpd
import shapely

from geodata.shapes import Shapes

T = TypeVar("T")
Keep = Callable[[str, Callable[[], Any]], Any]
"""Gives what is kept under a name, or computes and keeps it."""


class Shared(dict[str, gpd.GeoDataFrame]):
    """Tables by kind, as measures take them.

    Attributes
    ----------
    names : mapping of str to str
        What each table holds, by kind: tables of one name are the same.
    keep : callable
        Keeps what is computed; nobody changes it.
    """

    def __init__(self, tables: Mapping[str, gpd.GeoDataFrame], names: Mapping[str, str], keep: Keep) -> None:
        """Name tables."""
        super().__init__(tables)
        self.names = names
        self.keep = keep


def once(inputs: Mapping[str, gpd.GeoDataFrame], kinds: Iterable[str], what: str, compute: Callable[[], T]) -> T:
    """Compute what follows from tables, or give what was computed from them before.

    Parameters
    ----------
    inputs : mapping of str to GeoDataFrame
        Shared tables; from any others it is computed anew.
    kinds : iterable of str
        The tables it follows from.
    what : str
        All else it follows from.
    compute : callable

    Examples
    --------
    >>> turns = []
    >>> tables = Shared({}, {"green": "v1"}, in_memory())
    >>> for _ in range(2):
    ...     once(tables, ("green",), "count", lambda: turns.append(1))
    >>> len(turns)
    1
    """
    if not isinstance(inputs, Shared):
        return compute()
    told = " ".join(f"{kind}={inputs.names.get(kind, '')}" for kind in kinds)
    found: T = inputs.keep(f"{what} {told}", compute)
    return found


def in_memory() -> Keep:
    """Keep everything, as long as the tables that were given this."""
    kept: dict[str, Any] = {}

    def keep(name: str, compute: Callable[[], Any]) -> Any:
        if name not in kept:
            kept[name] = compute()
        return kept[name]

    return keep


def fingerprint(shapes: Shapes) -> str:
    """Name shapes by what they are."""
    return hashlib.sha256(b"".join(shapely.to_wkb(shapes))).hexdigest()
