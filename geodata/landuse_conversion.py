"""基数转换: codes of the survey and of older classifications -> classes of the guide of 2023."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from geodata.contract import Contract, Text
from geodata.errors import DashboardError
from geodata.landuse_codes import CURRENT, SCHEMES, SETTLEMENTS, codes, disagreements, known_names
from geodata.table_rows import load_checked
from geodata.tables import by_value

_GUIDES = ("guide2020", "guide2023")
_PARTS = 3


class Conversion(Contract):
    """One row of 基数转换表; not certain where one class becomes several, or only the class above is known."""

    to: Text
    certain: bool = True
    note: str = ""


def load_conversion(own: Path | None = None) -> tuple[Mapping[str, Conversion], tuple[DashboardError, ...]]:
    """Read 基数转换表; rows that name an unknown scheme or class are left out and said.

    Parameters
    ----------
    own : Path, optional
        Folder with the office's tables (var/tables), which win row by row.

    Returns
    -------
    mapping of str to Conversion, tuple of DashboardError
        Keyed "scheme code" or "scheme code settlement".
    """
    remedy = "请改正该行；在此之前不用它换算"
    return load_checked("landuse_conversion", Conversion, _fault, remedy=remedy, own=own)


def _fault(key: str, row: Conversion) -> str:
    scheme, code, settlement = (*key.split(), "", "")[:3]
    if scheme not in SCHEMES or code not in known_names(scheme) or len(key.split()) > _PARTS:
        return "键应为“分类标准 代码”，后面可加城镇村属性码"
    if settlement and settlement not in SETTLEMENTS:
        return f"“{settlement}”不是城镇村属性码"
    return "" if row.to in known_names(CURRENT) else f"“{row.to}”不是用地用海2023 的代码"


def to_2023(
    values: pd.Series, scheme: str, conversion: Mapping[str, Conversion], *, settlement: pd.Series | None = None
) -> pd.Series:
    """Bring codes to the classes of 2023.

    Parameters
    ----------
    values : Series
        Codes of `scheme`.
    scheme : str
        Key of SCHEMES.
    conversion : mapping of str to Conversion
        From `load_conversion`. A row with a settlement code wins over the one without; a class of the guide
        of 2020 that has the same code and name in 2023 needs no row.
    settlement : Series, optional
        城镇村属性码 (CZCSXM) on the same index.

    Returns
    -------
    Series of string
        On the same index; NA where there is no row. Some classes only reach the first level (08H2 -> 08).

    Examples
    --------
    >>> table, _ = load_conversion()
    >>> to_2023(pd.Series(["0601", "08H1"]), "survey", table).tolist()
    ['1001', '0801']
    >>> to_2023(pd.Series(["08H1"]), "survey", table, settlement=pd.Series(["203"])).tolist()
    ['0704']
    """
    targets = _targets(scheme, conversion)
    plainly = by_value(values, targets.get, "string")
    if settlement is None:
        return plainly
    keys = values.astype("string") + " " + settlement.astype("string")
    return by_value(keys, targets.get, "string").fillna(plainly)


def certain_2023(values: pd.Series, scheme: str, conversion: Mapping[str, Conversion]) -> pd.Series:
    """Bring codes to the classes of 2023 where there is no doubt of any.

    Parameters
    ----------
    values, scheme, conversion
        As for `to_2023`.

    Returns
    -------
    Series of string
        On the same index; NA where one class becomes several, or the class hangs on 城镇村属性码.

    Examples
    --------
    >>> certain_2023(pd.Series(["0601", "0604", "9999"]), "survey", load_conversion()[0]).tolist()
    ['1001', <NA>, <NA>]
    """
    doubtful = {key.split()[1] for key, row in conversion.items() if key.split()[0] == scheme and not row.certain}
    doubtful |= {key.split()[1] for key in conversion if key.split()[0] == scheme and len(key.split()) == _PARTS}
    return to_2023(values, scheme, conversion).mask(values.isin(doubtful))


class Brought(NamedTuple):
    """Codes with their names after they were brought to the classes of 2023.

    Attributes
    ----------
    codes, names : Series
        NA where a code has not just one class; a code that its own scheme does not have carries that scheme before it.
    lost, moved : Series of string
        The code as it was where it has not just one class; "0601→1001" where it has.
    """

    codes: pd.Series
    names: pd.Series | None
    lost: pd.Series
    moved: pd.Series


def brought(values: pd.Series, names: pd.Series | None, scheme: str, conversion: Mapping[str, Conversion]) -> Brought:
    """Bring codes and their names to the classes of 2023, and say what became of each.

    Parameters
    ----------
    values, names : Series of string
        Codes, and what stands beside them; a name that is that of another class stays, for the checks to name.
    scheme, conversion
        As for `to_2023`.

    Examples
    --------
    >>> given = pd.Series(["0601", "0604", "9999"], dtype="string")
    >>> found = brought(given, None, "survey", load_conversion()[0])
    >>> found.codes.tolist(), found.lost.tolist(), found.moved.tolist()
    (['1001', <NA>, '国土调查9999'], [<NA>, '0604', <NA>], ['0601→1001', <NA>, <NA>])
    """
    known = values.isin(list(known_names(scheme)))
    made = certain_2023(values, scheme, conversion)
    told = made.mask(values.notna() & ~known, SCHEMES[scheme].label + values)
    lost, moved = values.where(known & made.isna()), (values + "→" + made).where(made.notna())
    if names is None:
        return Brought(told, None, lost, moved)
    wrong = disagreements(values, names, scheme)
    new = by_value(made, codes(CURRENT)["name"].to_dict().get, "string")
    return Brought(told, names.astype(object).mask(made.notna() & names.notna() & ~wrong, new), lost, moved)


def _targets(scheme: str, conversion: Mapping[str, Conversion]) -> dict[str, str]:
    """Code, or code and settlement, -> code of 2023."""
    now, then = known_names(CURRENT), known_names(scheme)
    same = {code: code for code in then if scheme in _GUIDES and then[code] == now.get(code)}
    rows = {key.split(" ", 1)[1]: row.to for key, row in conversion.items() if key.startswith(f"{scheme} ")}
    return same | rows
