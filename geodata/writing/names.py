"""Names of fields in files that take ten letters only, and the key that says what they stand for."""

import re
from collections.abc import Iterable, Mapping, Sequence

from geodata.search import spell

LONGEST = 10
_LONG = 60
_SIGNS = re.compile(r"[ -/:-@\[-^`{-~]")
_STRANGE = re.compile(r"[^A-Z0-9_]")


def short_names(headings: Iterable[str]) -> Mapping[str, str]:
    """Name every heading in at most ten Latin letters, digits and underscores, none twice: Chinese by its initials.

    Examples
    --------
    >>> dict(short_names(["YDYHFLDM", "登记面积（平方米）", "area_stated_m2", "area_stated_by", "2023"]))
    {'YDYHFLDM': 'YDYHFLDM', '登记面积（平方米）': 'DJMJPFM', 'area_stated_m2': 'AREA_STATE', 'area_stated_by': 'AREA_STAT1', '2023': 'F2023'}
    """  # noqa: E501 - what Python prints
    names: dict[str, str] = {}
    for heading in headings:
        names[heading] = _free(_short(heading), set(names.values()))
    return names


def plain_names(headings: Iterable[str]) -> Mapping[str, str]:
    """Name every heading without the signs a geodatabase does not take, none twice.

    Examples
    --------
    >>> dict(plain_names(["投资（元/平方米）", "投资（元_平方米）"]))
    {'投资（元/平方米）': '投资（元_平方米）', '投资（元_平方米）': '投资（元_平方米）1'}
    """
    names: dict[str, str] = {}
    for heading in headings:
        names[heading] = _free(_SIGNS.sub("_", heading)[:_LONG], set(names.values()), _LONG)
    return names


def key(names: Mapping[str, str], meanings: Mapping[str, str], notes: Mapping[str, str]) -> Sequence[Sequence[str]]:
    """Lines of the key 字段对照: name in the file, heading, meaning, note; the first line is the heading.

    Examples
    --------
    >>> key({"编号": "BH"}, {"编号": "标识"}, {})[1]
    ['BH', '编号', '标识', '']
    """
    lines = [[short, heading, meanings.get(heading, ""), notes.get(heading, "")] for heading, short in names.items()]
    return [["文件中的字段", "字段", "含义", "说明"], *lines]


def _short(heading: str) -> str:
    latin = heading if heading.isascii() else spell(heading)[1]
    name = _STRANGE.sub("", latin.upper())
    return (name if name[:1].isalpha() else f"F{name}")[:LONGEST]


def _free(name: str, taken: set[str], longest: int = LONGEST) -> str:
    """The name, or with a number at its end."""
    ends = (str(number or "") for number in range(len(taken) + 1))
    return next(free for end in ends if (free := f"{name[: longest - len(end)]}{end}") not in taken)
