"""GB 50137-2011 beside the guide of 2023: the habit of a balance of 城市建设用地, and the ranges it hints at."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import pandas as pd

from geodata.landuse_codes import CURRENT, codes
from geodata.tables import by_value

URBAN = ("R", "A", "B", "M", "W", "S", "U", "G")
"""Main classes of 城市建设用地, in the order of the standard; H and E lie outside it."""

RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"R": (0.25, 0.40), "A": (0.05, 0.08), "M": (0.15, 0.30), "S": (0.10, 0.25), "G": (0.10, 0.15)}
)
"""Share of 城市建设用地 (0 to 1) that the standard recommends: a hint, no target."""

_PLACES = {code: place for place, code in enumerate(URBAN)}
_NO_RANGE = (float("nan"), float("nan"))

RANGES_SOURCE = "GB 50137-2011 规划城市建设用地结构（依据转述，未核对原文）"


def main_class(values: pd.Series) -> pd.Series:
    """Bring codes of the guide of 2023 to main classes of GB 50137.

    Parameters
    ----------
    values : Series
        Codes of any level.

    Returns
    -------
    Series of string
        On the same index: a letter; NA where the class becomes several main classes, or none (留白, the sea).

    Examples
    --------
    >>> main_class(pd.Series(["070102", "1401", "10", "16", None])).tolist()
    ['R', 'G', <NA>, <NA>, <NA>]
    """
    return by_value(values, _letters().get, "string")


def structure(balance: pd.DataFrame) -> pd.DataFrame:
    """Shares of 城市建设用地 by main class of GB 50137, beside the ranges the standard recommends.

    Parameters
    ----------
    balance : DataFrame
        From `geodata.measures.landuse.balance`, best at level 2 or 3: a class of level 1 may become several.

    Returns
    -------
    DataFrame
        Indexed (zone, code), code one of URBAN: `area_m2`, `share` (0 to 1 of 城市建设用地), `least` and `most` (NaN
        where the standard names no range).

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("甲", "0701"), ("甲", "1001"), ("甲", "0301")], names=["zone", "code"])
    >>> found = structure(pd.DataFrame({"area_m2": [300.0, 100.0, 500.0]}, index=index))
    >>> found["share"].to_dict(), found.loc[("甲", "R"), "most"]
    ({('甲', 'R'): 0.75, ('甲', 'M'): 0.25}, np.float64(0.4))
    """
    rows = balance[["area_m2"]].reset_index()
    letters = main_class(rows["code"]).fillna("")
    urban = rows.assign(code=letters.astype(object), place=letters.map(_PLACES))[letters.isin(URBAN).to_numpy(bool)]
    found = urban.assign(order=pd.factorize(urban["zone"])[0]).sort_values(["order", "place"])
    sums = found.groupby(["zone", "code"], sort=False)[["area_m2"]].sum()
    codes_of = sums.index.get_level_values("code")
    limits = pd.DataFrame([RANGES.get(str(code), _NO_RANGE) for code in codes_of], sums.index, ["least", "most"])
    share = sums["area_m2"] / sums["area_m2"].groupby(level="zone", sort=False).transform("sum")
    return pd.concat([sums.assign(share=share), limits], axis=1)


@cache
def _letters() -> Mapping[str, str]:
    """Code of the guide -> the one main class all its classes of GB 50137 belong to."""
    told = codes(CURRENT)["gb50137"]
    letters = {str(code): {one[0] for one in classes.split("/") if one} for code, classes in told.items()}
    return MappingProxyType({code: next(iter(found)) for code, found in letters.items() if len(found) == 1})
