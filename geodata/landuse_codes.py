"""Classifications of land use: whose code is it, what does it mean, and which class of 2023 is it.

The same four digits mean another class in another classification (0601 is 工业用地 in the survey and 农村道路 in
the guide of 2023), so a code is never read without its scheme.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from geodata.config import ROOT
from geodata.tables import by_value

FOLDER = ROOT / "geodata" / "data" / "landuse"
CURRENT = "guide2023"
"""The scheme everything is brought to before it is counted together."""

_GUIDES = ("guide2023", "guide2020")
_PREFERENCE = (*_GUIDES, "survey", "gb50137")
"""Which of several equally likely schemes is offered first: the one in force."""

_BETWEEN = "\x1f"
"""Unit separator: stands in no code and in no name."""


@dataclass(frozen=True)
class Scheme:
    """A classification: what it is called, where it stands, and the fields that carry it."""

    label: str
    source: str
    fields: tuple[str, ...]


SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        "survey": Scheme("国土调查", "TD/T 1055-2019（含 GB/T 21010-2017）", ("DLBM", "DLMC", "地类编码", "地类名称")),
        "guide2020": Scheme("用地用海2020", "用地用海分类指南（试行），2020", ("YDYHFLDM", "YDYHFLMC")),
        "guide2023": Scheme("用地用海2023", "用地用海分类指南，2023", ("YDYHFLDM", "YDYHFLMC")),
        "gb50137": Scheme("GB 50137", "GB 50137-2011", ()),
    }
)
"""分类标准: a property of every land-use dataset."""

SETTLEMENTS: Mapping[str, str] = MappingProxyType(
    {
        "201": "城市",
        "201A": "城市独立工业用地",
        "202": "建制镇",
        "202A": "建制镇独立工业用地",
        "203": "村庄",
        "203A": "村庄独立工业用地",
        "204": "盐田及采矿用地",
        "205": "特殊用地",
    }
)
"""城镇村属性码 CZCSXM (TD/T 1055-2019)."""

LANDUSE_COLUMNS: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "landuse": (("code", "code_name"),),
        "landuse_planned": (("code", "code_name"),),
        "plots": (("landuse", "landuse_name"), ("landuse_planned", "landuse_planned_name")),
        "supplied": (("landuse", "landuse_name"),),
    }
)
"""Kind -> its columns with land-use codes, each with the column of the names."""


@cache
def codes(scheme: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return the classes of a scheme. Shared by all callers: never change it in place.

    Parameters
    ----------
    scheme : str
        Key of SCHEMES.

    Returns
    -------
    DataFrame
        Indexed by code: name, level, parent, aliases (tuple), color (hex, "" = that of the class above),
        color_basis, sure (False: written from memory, not yet compared with the standard).

    Examples
    --------
    >>> codes("guide2023").loc["0601", "name"], codes("survey").loc["0601", "name"]
    ('农村道路', '工业用地')
    """
    table = pd.read_csv(folder / f"{scheme}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    table = table.astype(object).set_index("code", drop=False).rename_axis(None)
    aliases = pd.Series([tuple(filter(None, cell.split("、"))) for cell in table["aliases"]], table.index)
    return table.assign(level=table["level"].astype(int), sure=table["sure"] == "是", aliases=aliases)


@cache
def palette(scheme: str) -> Mapping[str, str]:
    """Colour of every class, that of the class above where it has none of its own.

    Examples
    --------
    >>> palette("guide2023")["070102"], palette("guide2023")["0701"]
    ('#FFFF2D', '#FFFF2D')
    """
    table = codes(scheme)
    own, above = table["color"].to_dict(), table["parent"].to_dict()

    def colour(code: str) -> str:
        return str(own[code]) if own[code] else colour(above[code])

    return MappingProxyType({str(code): colour(code) for code in table.index})


def plain(name: object) -> str:
    """Reduce the name of a class to what tells it from others.

    Examples
    --------
    >>> plain(" 工业用地 "), plain("工业"), plain("广场用地")
    ('工业', '工业', '广场')
    """
    return "".join(str(name).split()).removesuffix("用地")


@cache
def known_names(scheme: str) -> Mapping[str, frozenset[str]]:
    """Every code with the plain forms of its name and aliases."""
    table = codes(scheme)
    rows = zip(table.index, table["name"], table["aliases"], strict=True)
    return MappingProxyType({str(code): frozenset(map(plain, (name, *aliases))) for code, name, aliases in rows})


def disagreements(values: pd.Series, names: pd.Series, scheme: str) -> pd.Series:
    """Where a code stands beside the name of another class.

    Parameters
    ----------
    values, names : Series
        Codes and names on the same index; either may be NA, and an unknown code disagrees with nothing.
    scheme : str
        Key of SCHEMES.

    Returns
    -------
    Series of bool
        On the same index.

    Examples
    --------
    >>> disagreements(pd.Series(["0601", "0601"]), pd.Series(["农村道路", "工业用地"]), "guide2023").tolist()
    [False, True]
    """
    known = known_names(scheme)
    pairs = values.astype("string") + _BETWEEN + names.astype("string")
    return by_value(pairs, lambda pair: _clash(pair, known), "boolean").fillna(value=False).astype(bool)


def _clash(pair: str, known: Mapping[str, frozenset[str]]) -> bool:
    code, name = pair.split(_BETWEEN)
    return code in known and plain(name) not in known[code]


@dataclass(frozen=True)
class Recognition:
    """What a table's scheme seems to be.

    Attributes
    ----------
    scheme : str or None
        The one that fits, None where several do or none does: a person decides either way.
    evidence : tuple of str
        Why, in Chinese sentences.
    candidates : tuple of str
        Schemes that are possible, the likeliest first.
    """

    scheme: str | None
    evidence: tuple[str, ...]
    candidates: tuple[str, ...]


def recognise(headings: Iterable[object], pairs: Iterable[tuple[object, object]]) -> Recognition:
    """Guess the scheme of a table from its field names and its codes with their names.

    Parameters
    ----------
    headings : iterable of str
        Field names of the table.
    pairs : iterable of (str, str)
        Codes with the names that stand beside them, repetitions welcome; either may be missing.

    Examples
    --------
    >>> recognise(["BSM", "DLBM"], [("0601", "工业用地"), ("0101", "水田")]).scheme
    'survey'
    >>> recognise(["代码"], [("0101", "水田")]).candidates
    ('guide2023', 'guide2020', 'survey')
    """
    told, by_field = _by_fields(headings)
    found = sorted({(_text(code), _text(name)) for code, name in pairs if _text(code)})
    scores = {scheme: _score(found, known_names(scheme)) for scheme in _PREFERENCE}
    best = max(scores.values(), default=0.0)
    by_pair = tuple(scheme for scheme in _PREFERENCE if best and scores[scheme] == best)
    both = tuple(scheme for scheme in by_pair if scheme in by_field)
    candidates = both or tuple(dict.fromkeys((*by_pair, *by_field)))
    evidence = (*told, *_said(found, scores), *_contradiction(by_field, by_pair))
    return Recognition(candidates[0] if len(candidates) == 1 else None, evidence, candidates)


def _text(value: object) -> str:
    return "" if value is None or value is pd.NA or value != value else str(value).strip()  # noqa: PLR0124 - NaN


def _by_fields(headings: Iterable[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the field names say, and the schemes they fit."""
    written = {str(heading).strip().upper() for heading in headings}
    told: dict[str, list[str]] = {}
    for scheme in _PREFERENCE:
        for field in SCHEMES[scheme].fields:
            if field in written:
                told.setdefault(field, []).append(scheme)
    said = (f"字段 {field} 用于{'、'.join(SCHEMES[key].label for key in keys)}" for field, keys in told.items())
    return tuple(said), tuple(dict.fromkeys(key for keys in told.values() for key in keys))


def _score(pairs: list[tuple[str, str]], known: Mapping[str, frozenset[str]]) -> float:
    """Share of the pairs that the scheme knows by code and, where there is one, by name."""
    fitting = [code in known and (not name or plain(name) in known[code]) for code, name in pairs]
    return sum(fitting) / len(pairs) if pairs else 0.0


def _said(pairs: list[tuple[str, str]], scores: Mapping[str, float]) -> tuple[str, ...]:
    if not pairs:
        return ()
    counts = "，".join(f"{SCHEMES[key].label} {round(scores[key] * len(pairs))} 组" for key in SCHEMES)
    return (f"{len(pairs)} 组代码与名称中相符的：{counts}",)


def _contradiction(by_field: tuple[str, ...], by_pair: tuple[str, ...]) -> tuple[str, ...]:
    if not by_field or not by_pair or set(by_field) & set(by_pair):
        return ()
    fields, pairs = ("、".join(SCHEMES[key].label for key in keys) for keys in (by_field, by_pair))
    return (f"字段名像{fields}，而代码与名称像{pairs}，请核对后选择",)
