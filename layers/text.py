"""The only maker of HTML and of JSON inside scripts: whatever comes from data is escaped here."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from geodata.schema import SCHEMATIC

_NUMERALS = "零一二三四五六七八九十"


def html(template: str, **values: object) -> Markup:
    """Fill a trusted template; every value is escaped unless it is Markup already.

    Examples
    --------
    >>> html("<b>{name}</b>", name="<img src=x>")
    Markup('<b>&lt;img src=x&gt;</b>')
    """
    return Markup(template).format(**{key: escape(value) for key, value in values.items()})  # noqa: S704


def joined(parts: Iterable[Markup]) -> Markup:
    """Put trusted pieces one after the other."""
    return Markup("").join(parts)


def script_json(value: object) -> Markup:
    r"""JSON that may stand inside a script, in quotes or in HTML.

    Examples
    --------
    >>> print(script_json({"name": "</script>${1}"}))
    {"name":"\u003c/script\u003e\u0024{1}"}
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&'`${}\u2028\u2029":
        if sign not in "{}":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704


def css_string(text: str) -> Markup:
    r"""A string that may stand inside a style sheet of a page.

    Examples
    --------
    >>> print(css_string('a"<'))
    "a\22 \3c "
    """
    signs = (sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in text)
    return Markup(f'"{"".join(signs)}"')  # noqa: S704


def numeral(number: int) -> str:
    """Chinese numeral of 0 to 19.

    Examples
    --------
    >>> numeral(7), numeral(12)
    ('七', '十二')
    """
    return _NUMERALS[number] if number <= len(_NUMERALS) - 1 else f"十{_NUMERALS[number - 10]}"


def citation(place: Mapping[str, Any]) -> str:
    """Say where the plan says it.

    Examples
    --------
    >>> citation({"chapter": 7, "section": 1, "paragraph": 4, "line": 403, "table": None})
    '第七章第一节第4段'
    >>> citation({"chapter": 2, "section": 4, "paragraph": 3, "line": 170, "table": "表2"})
    '第二章第四节表2第3行'
    """
    section = f"第{numeral(place['section'])}节" if place["section"] else "引言"
    row = f"{place['table']}第{place['paragraph']}行" if place.get("table") else f"第{place['paragraph']}段"
    return f"第{numeral(place['chapter'])}章{section}{row}"


def distance(metres: float) -> str:
    """A length in metres or kilometres.

    Examples
    --------
    >>> distance(300), distance(2000), distance(2500)
    ('300 米', '2 公里', '2.5 公里')
    """
    return f"{metres / 1000:g} 公里" if metres >= 1000 else f"{metres:g} 米"  # noqa: PLR2004


def place_note(basis: str | None, accuracy_m: float | None) -> str:
    """One sentence on how well a place is known.

    Examples
    --------
    >>> place_note(None, None)
    '规划未给出位置，不在图上绘出。'
    >>> place_note("位置示意", 2000)
    '位置示意：规划未公布界线，定位精度约 2 公里。'
    """
    if basis is None or accuracy_m is None:
        return "规划未给出位置，不在图上绘出。"
    if basis == SCHEMATIC:
        return f"{SCHEMATIC}：规划未公布界线，定位精度约 {distance(accuracy_m)}。"
    return f"定位依据：{basis}，精度约 {distance(accuracy_m)}。"
