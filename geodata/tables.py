"""What tables need everywhere and pandas does not say."""

from typing import Any

import pandas as pd


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dicts by column name, in order.

    Examples
    --------
    >>> records(pd.DataFrame({"id": ["P001"], "n": [1]}))
    [{'id': 'P001', 'n': 1}]
    """
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False, name=None)]
