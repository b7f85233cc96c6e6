"""Which boundaries are read for a class: an office may keep 街道, 社区, 建成区, 管辖范围 in datasets of their own."""

from functools import lru_cache
from pathlib import Path

from geodata.catalogue import Catalogue
from geodata.errors import DatasetError
from geodata.parquet import read_content
from geodata.versions import Version

_KIND, _CLASS = "boundaries", "boundary_class"


def bounds(held: Catalogue, boundary_class: str, folder: Path) -> Version | None:
    """Give the boundaries of a class: of the datasets in use that have some, the version that came last.

    One whose content cannot be read counts as if it had all classes: that is said where it is used.

    Parameters
    ----------
    held : Catalogue
    boundary_class : str
        Of the contract of boundaries, or another class that is asked for.
    folder : Path
        The data folder.
    """
    every = [dataset.current for dataset in held.of(_KIND) if dataset.current]
    having = [version for version in every if _has(version, boundary_class, folder)]
    return max(having, key=lambda version: (version.created_at, version.dataset_id), default=None)


def _has(version: Version, boundary_class: str, folder: Path) -> bool:
    try:
        return version.purged_at is not None or boundary_class in _classes(folder, version.digest)
    except DatasetError:
        return True


@lru_cache(maxsize=256)
def _classes(folder: Path, digest: str) -> frozenset[str]:
    """The content of a digest never changes."""
    return frozenset(read_content(folder, digest, columns=[_CLASS])[_CLASS].dropna())
