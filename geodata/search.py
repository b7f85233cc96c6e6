"""What a search box looks through: names in Chinese, pinyin and initials, and ids."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
from pypinyin import Style, lazy_pinyin

from geodata import crs
from geodata.items import KINDS
from geodata.tables import records


def spell(name: str) -> tuple[str, str]:
    """Pinyin without tones and initials of a name, lower case; signs are left out.

    Examples
    --------
    >>> spell("七贤岭CBD")
    ('qixianlingcbd', 'qxlcbd')
    """
    full = lazy_pinyin(name)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return _plain("".join(full)), _plain("".join(initials))


def haystack(items: pd.DataFrame) -> pd.Series:
    """All that free text is looked for in, one lower-case string an item, on the same index."""
    spelled = items["name"].map(lambda name: " ".join(spell(name)))
    industries = items["industries"].map(" ".join)
    columns = (items["id"], items["name"], items["short"], items["function"], industries, items["summary"], spelled)
    text = columns[0].astype(str)
    for column in columns[1:]:
        text = text + "\n" + column.astype(str)
    return text.str.normalize("NFKC").str.lower()


def matches(hay: pd.Series, words: str) -> pd.Series:
    """Whether each string of `hay` holds every word of `words` (blanks separate; any width), on the same index.

    Examples
    --------
    >>> matches(pd.Series(["七贤岭 qxl", "凌水 ls"]), "ＱXL").tolist()
    [True, False]
    """
    found = pd.Series(data=True, index=hay.index)
    for word in unicodedata.normalize("NFKC", words).lower().split():
        found &= hay.str.contains(word, regex=False)
    return found


def index(items: pd.DataFrame, base: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    """Entries of the search box.

    Parameters
    ----------
    items : DataFrame
        `Land.items`.
    base : mapping of str to GeoDataFrame
        `Land.base`.

    Returns
    -------
    list of dict
        `id` (an item's, or "" for a place of the base map), `name`, `kind` (Chinese), `pinyin`, `initials`; for places
        `at` (longitude, latitude), for items whose name on the map is another `short` (`name`, `pinyin`, `initials`),
        and `unit` where it is a layout unit.
    """
    return [*(_item(row) for row in records(items)), *_places(base)]


def _item(row: dict[str, Any]) -> dict[str, Any]:
    entry = {"id": row["id"], "kind": KINDS[row["kind"]], **_spelled(row["name"])}
    if (short := row["short"]) and short != row["name"]:
        entry["short"] = _spelled(short)
    return entry | ({"unit": True} if row["kind"] == "zone" else {})


def _spelled(name: str) -> dict[str, str]:
    pinyin, initials = spell(name)
    return {"name": name, "pinyin": pinyin, "initials": initials}


def _places(base: Mapping[str, gpd.GeoDataFrame]) -> list[dict[str, Any]]:
    named = pd.concat([crs.degrees(base[layer]) for layer in ("places", "stations", "subdistricts")])
    entries = []
    for name, group in named[named["name"] != ""].groupby("name", sort=False):
        point = group.geometry.iloc[0].representative_point()
        pinyin, initials = spell(str(name))
        at = [round(point.x, 5), round(point.y, 5)]
        entries.append({"id": "", "name": name, "kind": "地名", "pinyin": pinyin, "initials": initials, "at": at})
    return entries


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
