"""What was held before: the catalogue of a moment, and a change of figures split into its causes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

import pandas as pd

from geodata.catalogue import Catalogue
from geodata.store.switches import Switch
from geodata.versions import Version


def as_of(held: Catalogue, switches: Iterable[Switch], moment: datetime) -> Catalogue:
    """Give the catalogue with the versions that were in use just before a moment; their content is still the same.

    Parameters
    ----------
    switches : iterable of Switch
        The newest first.
    """
    numbers = {dataset.id: dataset.number for dataset in held.datasets}
    numbers |= {one.dataset: one.before for one in switches if one.at >= moment}  # the oldest of them comes last
    return Catalogue(tuple(replace(dataset, number=numbers[dataset.id]) for dataset in held.datasets))


def gone(held: Catalogue, kinds: Iterable[str]) -> tuple[Version, ...]:
    """Versions of some kinds that were in use and have been 清除 since: what they gave cannot be computed again."""
    wanted = tuple(kinds)
    return tuple(
        version
        for dataset in held.datasets
        for version in dataset.versions
        if dataset.kind in wanted and version.number == dataset.number and version.purged_at is not None
    )


def split(old: pd.DataFrame, between: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Split the change of figures into what the data did and what the parameters did; both add up to the whole.

    Parameters
    ----------
    old, between, new : DataFrame
        `value` by unit: old data and old parameters, new data and old parameters, new data and new parameters.

    Returns
    -------
    DataFrame
        On the units of `new`: `before`, `data`, `caliber`, `after`; NaN where a figure is missing.

    Examples
    --------
    >>> steps = (pd.DataFrame({"value": [share]}, index=["D001"]) for share in (0.5, 0.75, 0.625))
    >>> split(*steps).loc["D001"].to_dict()
    {'before': 0.5, 'data': 0.25, 'caliber': -0.125, 'after': 0.625}
    """
    before, middle, after = (table["value"].reindex(new.index).astype(float) for table in (old, between, new))
    told = {"before": before, "data": middle - before, "caliber": after - middle, "after": after}
    return pd.DataFrame(told, index=new.index)
