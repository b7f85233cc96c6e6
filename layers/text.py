"""The only maker of HTML and of JSON inside scripts: whatever comes from data is escaped here."""

import json
from collections.abc import Iterable

from markupsafe import Markup, escape

from geodata.items import SCHEMATIC

NO_DATA = "无数据"  # what is not known is never zero


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
    for sign in "<>&'`$\u2028\u2029":
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


def distance(metres: float) -> str:
    """A length in metres or kilometres.

    Examples
    --------
    >>> distance(300), distance(2000), distance(2500)
    ('300 米', '2 公里', '2.5 公里')
    """
    return f"{metres / 1000:g} 公里" if metres >= 1000 else f"{metres:g} 米"  # noqa: PLR2004


def area(m2: float) -> str:
    """An area in 公顷 and 亩, or in 平方公里 where it is large.

    Examples
    --------
    >>> area(12_345), area(2_500_000)
    ('1.23 公顷（18.5 亩）', '2.50 平方公里')
    """
    if m2 >= 1_000_000:  # noqa: PLR2004
        return f"{m2 / 1_000_000:,.2f} 平方公里"
    return f"{m2 / 10_000:,.2f} 公顷（{m2 * 3 / 2000:,.1f} 亩）"


def hectares(m2: float) -> str:
    """An area in 公顷 alone, for tables; what is little is not nothing.

    Examples
    --------
    >>> hectares(12_345), hectares(300), hectares(0)
    ('1.2', '<0.1', '0.0')
    """
    return "<0.1" if 0 < m2 < 500 else f"{m2 / 10_000:,.1f}"  # noqa: PLR2004 - would round to nothing


def place_note(basis: str | None, accuracy_m: float | None) -> str:
    """One sentence on how well a place is known.

    Examples
    --------
    >>> place_note(None, None)
    '规划未给出位置，不在图上绘出。'
    >>> place_note("位置示意", 2000)
    '位置示意：规划未公布界线，定位精度约 2 公里。'
    >>> place_note("权威成果", None)
    '定位依据：权威成果，精度未填写。'
    """
    if basis is None:
        return "规划未给出位置，不在图上绘出。"
    if accuracy_m is None:
        return f"定位依据：{basis}，精度未填写。"
    if basis == SCHEMATIC:
        return f"{SCHEMATIC}：规划未公布界线，定位精度约 {distance(accuracy_m)}。"
    return f"定位依据：{basis}，精度约 {distance(accuracy_m)}。"


def box_of(edges: Iterable[float]) -> str:
    """West, south, east, north (degrees) as a button tells them.

    Examples
    --------
    >>> box_of((121.4, 38.8, 121.5, 38.9))
    '121.40000,38.80000,121.50000,38.90000'
    """
    return ",".join(f"{edge:.5f}" for edge in edges)
