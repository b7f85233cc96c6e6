"""What tables need everywhere and pandas does not say."""

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dicts by column name, in order.

    Examples
    --------
    >>> records(pd.DataFrame({"id": ["P001"], "n": [1]}))
    [{'id': 'P001', 'n': 1}]
    """
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]


def by_value(values: pd.Series, function: Callable[[Any], object], dtype: Literal["string", "boolean"]) -> pd.Series:
    """Apply a function once to every different value: columns of codes have few of them.

    Returns
    -------
    Series of dtype
        On the same index; NA where the value is missing or the function returns None.

    Examples
    --------
    >>> by_value(pd.Series(["a", None, "a"]), str.upper, "string").tolist()
    ['A', <NA>, 'A']
    """
    numbers, distinct = pd.factorize(values)
    made = pd.Series([*map(function, distinct), None], dtype=object).astype(dtype)
    return made.iloc[numbers].set_axis(values.index)
