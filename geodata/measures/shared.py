"""Tables of measures that keep what follows from them: figures that rest on the same compute it once."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.shapes import Shapes

T = TypeVar("T")
_LAST = 3
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


class Last(Generic[T]):
    """The last few findings of one sort: what the next has in common with them need not be found again."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._kept: tuple[T, ...] = ()

    def renewed(self, find: Callable[[tuple[T, ...]], T]) -> T:
        """Find the next, with the last ones at hand, and keep it instead of the oldest.

        Examples
        --------
        >>> last = Last[int]()
        >>> [last.renewed(len) for _ in range(5)]
        [0, 1, 2, 3, 3]
        """
        found = find(self._kept)
        self._kept = (*self._kept, found)[-_LAST:]
        return found


def in_memory() -> Keep:
    """Keep everything, as long as the tables that were given this."""
    kept: dict[str, Any] = {}

    def keep(name: str, compute: Callable[[], Any]) -> Any:
        if name not in kept:
            kept[name] = compute()
        return kept[name]

    return keep


def content(table: gpd.GeoDataFrame) -> str:
    """Name a table by what it holds, in the order of its rows.

    Examples
    --------
    >>> homes = gpd.GeoDataFrame({"people": [1, 2]}, geometry=gpd.points_from_xy([0, 1], [0, 1]))
    >>> content(homes) == content(homes.copy()), content(homes) == content(homes.assign(people=[1, 3]))
    (True, False)
    """
    told = table.drop(columns=table.geometry.name)
    digest = hashlib.sha256(repr([(name, str(kind)) for name, kind in told.dtypes.items()]).encode())
    digest.update(pd.util.hash_pandas_object(told).to_numpy().tobytes())
    digest.update(fingerprint(table.geometry.to_numpy()).encode())
    return digest.hexdigest()


def digests(contents: Iterable[bytes]) -> npt.NDArray[np.uint64]:
    """Name each of many contents by a number, wherever it stands.

    Examples
    --------
    >>> one, other, again = digests([b"a", b"b", b"a"]).tolist()
    >>> one == again, one == other
    (True, False)
    """
    return np.array([int.from_bytes(hashlib.blake2b(one, digest_size=8).digest()) for one in contents], np.uint64)


def fingerprint(shapes: Shapes) -> str:
    """Name shapes by what they are."""
    return hashlib.sha256(b"".join(shapely.to_wkb(shapes))).hexdigest()
